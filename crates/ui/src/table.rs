//! Tables as dense as a spreadsheet, and what stands in their place when there is nothing.

use maud::{Markup, html};

use crate::{Kind, Tone, link_button, number};

/// A column: its name, and whether it holds figures.
#[derive(Debug, Clone)]
pub struct Column {
    label: String,
    number: bool,
    hidden: bool,
}

impl Column {
    /// Words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), number: false, hidden: false }
    }

    /// Figures, aligned on the right.
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), number: true, hidden: false }
    }

    /// A column whose content speaks for itself (buttons): its name is only heard.
    pub fn hidden_label(label: impl Into<String>) -> Self {
        Self { label: label.into(), number: false, hidden: true }
    }
}

/// A line of a table: as many cells as columns, the first one naming the line.
#[derive(Debug, Clone)]
pub struct Row {
    cells: Vec<Markup>,
    tone: Option<Tone>,
}

impl Row {
    /// The cells, in the order of the columns.
    pub fn new(cells: Vec<Markup>) -> Self {
        Self { cells, tone: None }
    }

    /// A mark at the head of the line. A cell must say the same in words.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }
}

/// What stands where there is nothing yet: a fact, then what one can do.
#[derive(Debug, Clone)]
pub struct Empty {
    title: String,
    what_to_do: String,
    action: Option<(String, String)>,
}

impl Empty {
    /// `Aucune visite ce jour`, `Placez des personnes depuis la file d’attente.`
    pub fn new(title: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Self { title: title.into(), what_to_do: what_to_do.into(), action: None }
    }

    /// The page where one does it.
    #[must_use]
    pub fn action(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.action = Some((href.into(), label.into()));
        self
    }
}

/// The empty state alone.
pub fn empty(state: &Empty) -> Markup {
    html! {
        div.empty {
            p.empty-title { (state.title) }
            p { (state.what_to_do) }
            @if let Some((href, label)) = &state.action { (link_button(href, label, Kind::Secondary)) }
        }
    }
}

/// A table with its caption, or the empty state when it has no line.
pub fn table(caption: &str, columns: &[Column], rows: Vec<Row>, when_empty: Empty) -> Markup {
    if rows.is_empty() {
        return html! { div.table-empty { p.caption { (caption) } (empty(&when_empty)) } };
    }
    html! {
        div.table-box role="group" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr { @for column in columns {
                    th scope="col" class=[column.number.then_some("num")] { @if column.hidden { span.vh { (column.label) } } @else { (column.label) } }
                } } }
                tbody { @for row in &rows {
                    tr class=[row.tone.map(Tone::class)] {
                        @for (i, cell) in row.cells.iter().enumerate() {
                            @let figures = columns.get(i).is_some_and(|c| c.number);
                            @if i == 0 { th scope="row" class=[figures.then_some("num")] { (cell) } } @else { td class=[figures.then_some("num")] { (cell) } }
                        }
                    }
                } }
            }
        }
    }
}

/// Where one stands in a long list.
#[derive(Debug, Clone, Copy)]
pub struct Pager<'a> {
    /// The page shown, from 1.
    pub page: u64,
    /// Lines on a page.
    pub per_page: u64,
    /// Lines in all.
    pub total: u64,
    /// What they are, in the plural: `salariés`.
    pub noun: &'a str,
}

/// How many there are and the pages before and after. `href` gives the address of a page.
pub fn pager(pager: Pager<'_>, href: impl Fn(u64) -> String) -> Markup {
    let per_page = pager.per_page.max(1);
    let last = pager.total.div_ceil(per_page).max(1);
    let page = pager.page.clamp(1, last);
    let from = if pager.total == 0 { 0 } else { (page - 1) * per_page + 1 };
    let to = (page * per_page).min(pager.total);
    let words = |n: u64| number(i64::try_from(n).unwrap_or(i64::MAX));
    html! {
        nav.pager aria-label={ "Pages\u{a0}: " (pager.noun) } {
            span { (words(from)) " à " (words(to)) " sur " b { (words(pager.total)) } " " (pager.noun) }
            @if last > 1 {
                @if page > 1 { a href=(href(page - 1)) rel="prev" { "Page précédente" } }
                span { "Page " (page) " sur " (last) }
                @if page < last { a href=(href(page + 1)) rel="next" { "Page suivante" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: u64, total: u64) -> String {
        pager(Pager { page, per_page: 50, total, noun: "salariés" }, |p| format!("?page={p}")).into_string()
    }

    #[test]
    fn the_pager_says_where_one_stands() {
        assert!(shown(2, 1234).contains("51 à 100 sur <b>1\u{202f}234</b> salariés"));
        assert!(shown(2, 1234).contains("?page=1") && shown(2, 1234).contains("?page=3"));
        assert!(!shown(25, 1234).contains("Page suivante"));
        assert!(shown(1, 0).contains("0 à 0 sur"));
    }

    #[test]
    fn a_page_past_the_end_shows_the_last_one() {
        assert!(shown(99, 120).contains("Page 3 sur 3"));
    }

    #[test]
    fn an_empty_table_says_what_to_do() {
        let shown =
            table("Visites", &[Column::text("Nom")], vec![], Empty::new("Aucune visite", "Placez-en une."));
        let shown = shown.into_string();
        assert!(shown.contains("Placez-en une.") && !shown.contains("<table"));
    }

    #[test]
    fn the_first_cell_names_its_line() {
        let rows = vec![Row::new(vec![html! { "Zoé" }, html! { "43" }])];
        let columns = [Column::text("Nom"), Column::number("Âge")];
        let shown = table("Salariés", &columns, rows, Empty::new("", "")).into_string();
        assert!(
            shown.contains(r#"<th scope="row">Zoé</th>"#) && shown.contains(r#"<td class="num">43</td>"#)
        );
    }
}
