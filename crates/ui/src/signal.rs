//! States, told by word, shape and colour together; figures on their own.

use maud::{Markup, html};

use crate::{number, words::nbsp};

/// How a state feels. Shown by a shape and a colour, always beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// In order.
    Ok,
    /// To be looked at soon.
    Attention,
    /// Late, refused or wrong.
    Retard,
    /// Neither good nor bad.
    Neutre,
    /// Good to know.
    Info,
}

impl Tone {
    /// The class that gives the colour.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Attention => "attention",
            Self::Retard => "retard",
            Self::Neutre => "neutre",
            Self::Info => "info",
        }
    }

    /// The shape: tick, triangle, square with a bar, ring, disc.
    pub(crate) fn shape(self) -> Markup {
        html! {
            svg.shape viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false" {
                @match self {
                    Self::Ok => path d="M1.5 6.5 4.5 9.5 10.5 2.5" fill="none" stroke="currentColor" stroke-width="2" {},
                    Self::Attention => path d="M6 1 11.5 11h-11z" fill="currentColor" {},
                    Self::Retard => path d="M1 1h10v10H1zM3 5v2h6V5z" fill="currentColor" fill-rule="evenodd" {},
                    Self::Neutre => circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" {},
                    Self::Info => circle cx="6" cy="6" r="4.5" fill="currentColor" {},
                }
            }
        }
    }
}

/// A state in one or two words.
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { span class={ "badge " (tone.class()) } { (tone.shape()) (text) } }
}

/// A date that matters, in words, with its state: `avant le 11/03/2028`.
pub fn due(words: &str, tone: Tone) -> Markup {
    html! { span class={ "due " (tone.class()) } { (tone.shape()) (words) } }
}

/// A property of a term or a line, as a word: `risque particulier`.
pub fn flag(text: &str) -> Markup {
    html! { span.flag { (text) } }
}

/// A message on the page. Its title says what happened, its body what one can do.
pub fn alert(tone: Tone, title: &str, body: Markup) -> Markup {
    html! {
        div class={ "alert " (tone.class()) } role=[(tone == Tone::Retard).then_some("alert")] {
            (tone.shape())
            div {
                p.alert-title { (nbsp(title)) }
                div { (body) }
            }
        }
    }
}

/// A key or a chord to press: `kbd("Ctrl+Entrée")`.
pub fn kbd(keys: &str) -> Markup {
    html! { span.keys { @for (i, key) in keys.split('+').enumerate() { @if i > 0 { "+" } kbd { (key) } } } }
}

/// What a fragment shows while it is on its way. Give `#id` to `hx-indicator`.
pub fn loading(id: &str, text: &str) -> Markup {
    html! { span.htmx-indicator id=(id) role="status" { (text) } }
}

/// How far something is, in words and as a bar. Both figures are counts; a total of zero shows no bar.
pub fn progress(label: &str, done: u64, total: u64) -> Markup {
    let percent = done.min(total).saturating_mul(100).checked_div(total);
    html! {
        div.progress {
            span.progress-label {
                (label) " " b { (count(done)) " sur " (count(total)) }
                @if let Some(percent) = percent { " (" (percent) "\u{a0}%)" }
            }
            @if total > 0 { progress max=(total) value=(done.min(total)) aria-label=(label) {} }
        }
    }
}

fn count(n: u64) -> String {
    number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// One figure with its name, what it compares to and the page that opens it.
#[derive(Debug, Clone)]
pub struct Stat {
    label: String,
    value: String,
    href: Option<String>,
    compare: Option<String>,
    as_of: Option<String>,
    definition: Option<String>,
    tone: Tone,
}

impl Stat {
    /// A figure already written in French (see [`number`]), with its unit if it has one.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            href: None,
            compare: None,
            as_of: None,
            definition: None,
            tone: Tone::Neutre,
        }
    }

    /// The page with the rows behind the figure.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// What it was: `412 l’an passé`.
    #[must_use]
    pub fn compare(mut self, words: impl Into<String>) -> Self {
        self.compare = Some(words.into());
        self
    }

    /// The date of the data: `au 22/11/2026`.
    #[must_use]
    pub fn as_of(mut self, words: impl Into<String>) -> Self {
        self.as_of = Some(words.into());
        self
    }

    /// What the figure counts and where that comes from, folded under it.
    #[must_use]
    pub fn definition(mut self, sentence: impl Into<String>) -> Self {
        self.definition = Some(sentence.into());
        self
    }

    /// How the figure feels. The label must say it in words too.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// One figure; put several in [`crate::grid`].
pub fn stat(stat: Stat) -> Markup {
    html! {
        div class={ "stat " (stat.tone.class()) } {
            p.stat-label {
                @if stat.tone != Tone::Neutre { (stat.tone.shape()) }
                @if let Some(href) = &stat.href { a href=(href) { (stat.label) } } @else { (stat.label) }
            }
            p.stat-value { (stat.value) }
            @if let Some(words) = &stat.compare { p.stat-note { (words) } }
            @if let Some(words) = &stat.as_of { p.stat-note { (words) } }
            @if let Some(words) = &stat.definition {
                details { summary { "Définition" span.vh { " de\u{a0}: " (stat.label) } } p.definition { (words) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_never_told_by_colour_alone() {
        let shown = badge(Tone::Retard, "En retard").into_string();
        assert!(shown.contains("En retard") && shown.contains("<svg"));
        let shapes: std::collections::BTreeSet<String> =
            [Tone::Ok, Tone::Attention, Tone::Retard, Tone::Neutre, Tone::Info]
                .map(|tone| tone.shape().into_string())
                .into_iter()
                .collect();
        assert_eq!(shapes.len(), 5);
    }

    #[test]
    fn progress_counts_in_words_and_survives_zero() {
        assert!(progress("À jour", 3, 4).into_string().contains("(75\u{a0}%)"));
        assert!(!progress("À jour", 0, 0).into_string().contains("<progress"));
    }

    #[test]
    fn what_people_typed_is_shown_never_run() {
        let shown = badge(Tone::Info, "<script>alert(1)</script>").into_string();
        assert!(!shown.contains("<script"));
    }
}
