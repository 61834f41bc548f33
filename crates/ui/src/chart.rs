//! Pictures drawn on the server: the picture first, its definition under it, its table behind it.

use base::{Date, date_numeric};
use maud::{Markup, html};

use crate::decimal;

/// What all pictures say of themselves.
#[derive(Debug, Clone)]
struct About {
    id: String,
    title: String,
    definition: String,
    unit: String,
    compact: bool,
}

impl About {
    fn new(id: String, title: String, definition: String) -> Self {
        Self { id, title, definition, unit: String::new(), compact: false }
    }
}

/// Bars, one under another, each with its label and its figure.
#[derive(Debug, Clone)]
pub struct Chart {
    about: About,
    bars: Vec<(String, f64, Option<f64>)>,
    names: (String, String),
}

impl Chart {
    /// A picture with its own id, its title and the definition of what it counts, with the date of the data.
    pub fn new(id: impl Into<String>, title: impl Into<String>, definition: impl Into<String>) -> Self {
        Self {
            about: About::new(id.into(), title.into(), definition.into()),
            bars: Vec::new(),
            names: ("Cette année".to_owned(), "L’an passé".to_owned()),
        }
    }

    /// The unit of the figures: `visites`.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.about.unit = unit.into();
        self
    }

    /// Drawn for a narrow column.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.about.compact = true;
        self
    }

    /// What the two figures of a compared bar are, when not this year and last.
    #[must_use]
    pub fn compared(mut self, now: impl Into<String>, before: impl Into<String>) -> Self {
        self.names = (now.into(), before.into());
        self
    }

    /// A bar. Negative figures are drawn as zero; the table keeps them.
    #[must_use]
    pub fn bar(mut self, label: impl Into<String>, value: f64) -> Self {
        self.bars.push((label.into(), value, None));
        self
    }

    /// A bar with what it was.
    #[must_use]
    pub fn bar_compared(mut self, label: impl Into<String>, value: f64, before: f64) -> Self {
        self.bars.push((label.into(), value, Some(before)));
        self
    }
}

/// Width of a picture, in its own units: about one pixel each on a desk. Letters keep their size in a narrow column.
const fn width(compact: bool) -> f64 {
    if compact { 340.0 } else { 640.0 }
}

/// The frame of a picture: title and description for who hears it, definition and table for all.
fn figure(about: &About, spoken: &str, height: f64, drawing: Markup, table: Markup) -> Markup {
    let About { id, title, definition, unit, compact } = about;
    html! {
        figure.chart.compact[*compact] id=(id) {
            figcaption { (title) @if !unit.is_empty() { " (" (unit) ")" } }
            svg viewBox={ "0 0 " (width(*compact)) " " (height) } role="img" aria-labelledby={ (id) "-t " (id) "-d" } {
                title id={ (id) "-t" } { (title) }
                desc id={ (id) "-d" } { (spoken) }
                (drawing)
            }
            p.definition { (definition) }
            details { summary { "Tableau des valeurs" } (table) }
        }
    }
}

/// At most `max` letters, the last one an ellipsis when some are missing.
fn short(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(max - 1).collect();
    out.push('…');
    out
}

/// Draws bars.
pub fn bar_chart(chart: Chart) -> Markup {
    const ROW: f64 = 26.0;
    let (left, letters) = if chart.about.compact { (110.0, 15) } else { (190.0, 28) };
    let room = width(chart.about.compact) - left - 60.0;
    let top = chart.bars.iter().flat_map(|(_, v, b)| [*v, b.unwrap_or(0.0)]).fold(0.0_f64, f64::max);
    let length = |v: f64| if top > 0.0 { (v.max(0.0) / top * room * 10.0).round() / 10.0 } else { 0.0 };
    let compared = chart.bars.iter().any(|(_, _, before)| before.is_some());
    let legend = if compared { 20.0 } else { 0.0 };
    let spoken = match chart.bars.iter().max_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((label, value, _)) => format!(
            "{} barres. La plus longue\u{a0}: {label}, {} {}. Le tableau qui suit donne toutes les valeurs.",
            chart.bars.len(),
            decimal(*value, 1),
            chart.about.unit
        ),
        None => "Aucune valeur.".to_owned(),
    };
    let rows = (0..chart.bars.len()).fold((Vec::new(), legend), |(mut tops, y), _| {
        tops.push(y);
        (tops, y + ROW)
    });
    let drawing = html! {
        @if compared {
            rect.bar x=(left) y="3" width="10" height="10" {}
            text x=(left + 15.0) y="12" { (chart.names.0) }
            rect.before x=(left + 110.0) y="6" width="10" height="4" {}
            text x=(left + 125.0) y="12" { (chart.names.1) }
        }
        @for ((label, value, before), y) in chart.bars.iter().zip(&rows.0) {
            text.label x=(left - 8.0) y=(y + 16.0) text-anchor="end" { (short(label, letters)) }
            rect.bar x=(left) y=(y + 4.0) width=(length(*value)) height="12" rx="1" {}
            @if let Some(before) = before { rect.before x=(left) y=(y + 18.0) width=(length(*before)) height="4" {} }
            text.value x=(left + length(*value) + 6.0) y=(y + 15.0) { (decimal(*value, 1)) }
        }
    };
    let table = html! {
        table {
            caption.vh { (chart.about.title) }
            thead { tr {
                th scope="col" { "Libellé" }
                th.num scope="col" { @if compared { (chart.names.0) } @else { "Valeur" } @if !chart.about.unit.is_empty() { " (" (chart.about.unit) ")" } }
                @if compared { th.num scope="col" { (chart.names.1) } }
            } }
            tbody { @for (label, value, before) in &chart.bars {
                tr {
                    th scope="row" { (label) }
                    td.num { (decimal(*value, 2)) }
                    @if compared { td.num { @if let Some(before) = before { (decimal(*before, 2)) } @else { "–" } } }
                }
            } }
        }
    };
    figure(&chart.about, &spoken, rows.1.max(ROW), drawing, table)
}

/// A measure over time.
#[derive(Debug, Clone)]
pub struct Line {
    about: About,
    points: Vec<(Date, f64)>,
    usual: Option<(f64, f64)>,
}

impl Line {
    /// A picture with its own id, its title and the definition of what is measured.
    pub fn new(id: impl Into<String>, title: impl Into<String>, definition: impl Into<String>) -> Self {
        Self {
            about: About::new(id.into(), title.into(), definition.into()),
            points: Vec::new(),
            usual: None,
        }
    }

    /// The unit of the measure: `mmHg`.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.about.unit = unit.into();
        self
    }

    /// Drawn for a narrow column.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.about.compact = true;
        self
    }

    /// A measure on a day, in any order.
    #[must_use]
    pub fn point(mut self, day: Date, value: f64) -> Self {
        self.points.push((day, value));
        self
    }

    /// The usual values, both included, drawn as a band.
    #[must_use]
    pub fn usual(mut self, min: f64, max: f64) -> Self {
        self.usual = Some((min, max));
        self
    }
}

/// Days since a day far away: a measure of distance between dates.
fn days(day: Date) -> f64 {
    f64::from((day - Date::constant(1900, 1, 1)).get_days())
}

/// Draws a measure over time.
pub fn line_chart(mut line: Line) -> Markup {
    const HEIGHT: f64 = 200.0;
    const LEFT: f64 = 48.0;
    const TOP: f64 = 14.0;
    const BOTTOM: f64 = HEIGHT - 26.0;
    let right = width(line.about.compact) - 52.0;
    line.points.sort_by_key(|(day, _)| *day);
    let values =
        || line.points.iter().map(|(_, v)| *v).chain(line.usual.into_iter().flat_map(|(a, b)| [a, b]));
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let (first, last) = match (line.points.first(), line.points.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => {
            return html! { figure.chart { figcaption { (line.about.title) } p.definition { "Aucune mesure." } } };
        }
    };
    let step = nice((high - low) / 4.0);
    let (low, high) =
        ((low / step).floor() * step, ((high / step).ceil() * step).max((low / step).floor() * step + step));
    let span = (days(last.0) - days(first.0)).max(1.0);
    let round = |v: f64| (v * 10.0).round() / 10.0;
    let x = |day: Date| {
        round(if first.0 == last.0 {
            f64::midpoint(LEFT, right)
        } else {
            LEFT + (days(day) - days(first.0)) / span * (right - LEFT)
        })
    };
    let y = |v: f64| round(BOTTOM - (v - low) / (high - low) * (BOTTOM - TOP));
    let ticks: Vec<f64> = std::iter::successors(Some(low), |v| Some(v + step))
        .take_while(|v| *v <= high + step / 2.0)
        .take(12)
        .collect();
    let spoken = format!(
        "{} mesures du {} au {}. Dernière\u{a0}: {} {}. Le tableau qui suit donne toutes les valeurs.",
        line.points.len(),
        date_numeric(first.0),
        date_numeric(last.0),
        decimal(last.1, 2),
        line.about.unit
    );
    let path: Vec<String> = line.points.iter().map(|(d, v)| format!("{},{}", x(*d), y(*v))).collect();
    let drawing = html! {
        @if let Some((min, max)) = line.usual {
            rect.usual x=(LEFT) y=(y(max)) width=(right - LEFT) height=(round(y(min) - y(max))) {}
        }
        @for tick in &ticks {
            line.grid-line x1=(LEFT) x2=(right) y1=(y(*tick)) y2=(y(*tick)) {}
            text.label x=(LEFT - 6.0) y=(y(*tick) + 4.0) text-anchor="end" { (decimal(*tick, 2)) }
        }
        polyline.line points=(path.join(" ")) fill="none" {}
        @for (day, value) in &line.points { circle.point cx=(x(*day)) cy=(y(*value)) r="3.5" {} }
        text.value x=(x(last.0) + 8.0) y=(y(last.1) + 4.0) { (decimal(last.1, 2)) }
        @if first.0 == last.0 {
            text.label x=(x(first.0)) y=(HEIGHT - 6.0) text-anchor="middle" { (date_numeric(first.0)) }
        } @else {
            text.label x=(LEFT) y=(HEIGHT - 6.0) { (date_numeric(first.0)) }
            text.label x=(right) y=(HEIGHT - 6.0) text-anchor="end" { (date_numeric(last.0)) }
        }
    };
    let table = html! {
        table {
            caption.vh { (line.about.title) }
            thead { tr { th scope="col" { "Date" } th.num scope="col" { "Valeur" @if !line.about.unit.is_empty() { " (" (line.about.unit) ")" } } } }
            tbody { @for (day, value) in line.points.iter().rev() {
                tr { th scope="row" { (date_numeric(*day)) } td.num { (decimal(*value, 2)) } }
            } }
        }
    };
    let usual = line.usual.map(|(a, b)| {
        format!(" Bande\u{a0}: valeurs usuelles, {} à {} {}.", decimal(a, 2), decimal(b, 2), line.about.unit)
    });
    line.about.definition.push_str(&usual.unwrap_or_default());
    figure(&line.about, &spoken, HEIGHT, drawing, table)
}

/// The nearest step of 1, 2 or 5 times a power of ten, not under the one given.
fn nice(step: f64) -> f64 {
    if !step.is_finite() || step <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0].iter().map(|m| m * power).find(|s| *s >= step).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_has_its_table_and_its_words() {
        let shown = bar_chart(Chart::new("v", "Visites", "Visites closes.").bar("SIR", 12.0).bar("SI", 30.5))
            .into_string();
        assert!(
            shown.contains("La plus longue\u{a0}: SI, 30,5") && shown.contains("<td class=\"num\">12</td>")
        );
        assert!(!shown.contains("style="));
    }

    #[test]
    fn bars_of_nothing_are_drawn_flat() {
        let shown = bar_chart(Chart::new("v", "Visites", "").bar("SIR", 0.0).bar("SI", -3.0)).into_string();
        assert!(shown.contains(r#"width="0""#) && !shown.contains("NaN") && shown.contains("−3"));
    }

    #[test]
    fn one_measure_or_none_is_drawn_without_dividing_by_zero() {
        let one = Line::new("t", "Tension", "").point(Date::constant(2026, 1, 5), 120.0);
        assert!(!line_chart(one).into_string().contains("NaN"));
        assert!(line_chart(Line::new("t", "Tension", "")).into_string().contains("Aucune mesure"));
    }

    #[test]
    fn steps_are_round() {
        assert!(
            (nice(3.2) - 5.0).abs() < 1e-9
                && (nice(0.07) - 0.1).abs() < 1e-9
                && (nice(0.0) - 1.0).abs() < 1e-9
        );
    }
}
