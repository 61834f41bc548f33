//! What pages are made of: sections, definitions, time lines, reasons, the head of a file, columns.

use base::{Date, date_long};
use maud::{Markup, html};

use crate::{Icon, Tone, badge, words::nbsp};

/// A part of a page, with its own address (`#id`) and what one can do there.
pub fn section(id: &str, title: &str, actions: Option<Markup>, body: Markup) -> Markup {
    html! {
        section.card id=(id) aria-labelledby={ (id) "-titre" } {
            div.card-head { h2 id={ (id) "-titre" } { (title) } @if let Some(actions) = &actions { div.card-actions { (actions) } } }
            (body)
        }
    }
}

/// A part of a section.
pub fn subsection(title: &str, body: Markup) -> Markup {
    html! { div.sub { h3 { (title) } (body) } }
}

/// A part of a form that fills its page: its heading comes right under the page's own.
pub fn form_part(title: &str, body: Markup) -> Markup {
    html! { div.sub { h2 { (title) } (body) } }
}

/// A part of a page that this person may not read, with the reason and what they can do. The page around it stays.
pub fn refused(title: &str, reason: &str) -> Markup {
    html! {
        section.card.closed {
            div.card-head { h2 { (title) } (badge(Tone::Neutre, "Fermé")) }
            p { (nbsp(reason)) }
        }
    }
}

/// Names and their values.
pub fn definition_list(items: Vec<(&str, Markup)>) -> Markup {
    html! { dl.defs { @for (name, value) in &items { div { dt { (name) } dd { (value) } } } } }
}

/// Something that happened, or lasted.
#[derive(Debug, Clone)]
pub struct TimelineItem {
    day: Date,
    until: Option<Date>,
    icon: Icon,
    title: Markup,
    detail: Option<Markup>,
    state: Option<(Tone, String)>,
}

impl TimelineItem {
    /// On a day.
    pub fn new(day: Date, icon: Icon, title: Markup) -> Self {
        Self { day, until: None, icon, title, detail: None, state: None }
    }

    /// Until a day, excluded; `None` while it lasts.
    #[must_use]
    pub fn until(mut self, day: Option<Date>) -> Self {
        self.until = day;
        self
    }

    /// What more there is to read.
    #[must_use]
    pub fn detail(mut self, detail: Markup) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Its state, in words.
    #[must_use]
    pub fn tone(mut self, tone: Tone, words: impl Into<String>) -> Self {
        self.state = Some((tone, words.into()));
        self
    }
}

/// What happened, in the order given (latest first on our pages).
pub fn timeline(items: Vec<TimelineItem>) -> Markup {
    html! {
        ol.timeline { @for item in &items {
            li {
                span.dot { (item.icon.draw()) }
                div {
                    p.when {
                        time datetime=(item.day) { (date_long(item.day)) }
                        @if let Some(end) = item.until { "\u{a0}– " time datetime=(end) { (date_long(end)) } }
                    }
                    p.what { (item.title) @if let Some((tone, words)) = &item.state { " " (badge(*tone, words)) } }
                    @if let Some(detail) = &item.detail { div.detail { (detail) } }
                }
            }
        } }
    }
}

/// One link of a chain of reasons: the article and its sentence in plain words.
#[derive(Debug, Clone)]
pub struct Reason {
    article: String,
    sentence: String,
}

impl Reason {
    /// `R. 4624-28`, `Le suivi renforcé est renouvelé au plus tard tous les quatre ans.`
    pub fn new(article: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { article: article.into(), sentence: sentence.into() }
    }
}

/// A conclusion that opens onto its reasons.
pub fn reasons(summary: Markup, chain: &[Reason]) -> Markup {
    html! {
        details.reasons {
            summary { (summary) }
            ol { @for reason in chain { li { b.article { (reason.article) } " " (nbsp(&reason.sentence)) } } }
        }
    }
}

/// The head of a file: it stays in sight while the file is read, and brings the page's heading.
#[derive(Debug, Clone)]
pub struct FileHead {
    name: String,
    identity: Option<Markup>,
    facts: Vec<(String, Markup)>,
    actions: Option<Markup>,
}

impl FileHead {
    /// Whose file it is.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), identity: None, facts: Vec::new(), actions: None }
    }

    /// Beside the name: age, sex, state of the identity.
    #[must_use]
    pub fn identity(mut self, words: Markup) -> Self {
        self.identity = Some(words);
        self
    }

    /// Something to see at once: post, category of follow-up and why, next due.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: Markup) -> Self {
        self.facts.push((label.into(), value));
        self
    }

    /// What one does with this file.
    #[must_use]
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

/// The head of a file. Its page is made `.without_heading()`.
pub fn file_head(head: FileHead) -> Markup {
    html! {
        header.file-head {
            div.file-name {
                h1 { (head.name) }
                @if let Some(identity) = &head.identity { div.identity { (identity) } }
                @if let Some(actions) = &head.actions { div.card-actions { (actions) } }
            }
            @if !head.facts.is_empty() {
                dl.facts { @for (label, value) in &head.facts { div { dt { (label) } dd { (value) } } } }
            }
        }
    }
}

/// Three columns on a desk, one on a tablet: the past, the present, what needs attention.
pub fn cols_3(left: Markup, centre: Markup, right: Markup) -> Markup {
    html! { div.cols-3 { div { (left) } div { (centre) } div { (right) } } }
}

/// A main column and a narrow one beside it; one column on a tablet.
pub fn cols_2(main: Markup, side: Markup) -> Markup {
    html! { div.cols-2 { div { (main) } div { (side) } } }
}

/// Small things side by side, as many as the width takes.
pub fn grid(items: Vec<Markup>) -> Markup {
    html! { div.grid { @for item in &items { (item) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_section_says_why() {
        let shown =
            refused("Dossier médical", "Votre fonction n’ouvre pas ce dossier : adressez-vous au médecin.");
        assert!(shown.into_string().contains("ce dossier\u{a0}: adressez-vous"));
    }

    #[test]
    fn a_conclusion_opens_onto_its_articles() {
        let chain = [Reason::new("R. 4624-28", "Tous les quatre ans au plus.")];
        let shown = reasons(html! { "Avant le 11/03/2028" }, &chain).into_string();
        assert!(shown.starts_with("<details") && shown.contains("R. 4624-28"));
    }

    #[test]
    fn a_time_line_carries_dates_for_people_and_for_machines() {
        let item = TimelineItem::new(Date::constant(2026, 11, 24), Icon::Visite, html! { "Visite" });
        let shown = timeline(vec![item]).into_string();
        assert!(
            shown.contains(r#"datetime="2026-11-24""#) && shown.contains("mar.\u{a0}24\u{a0}nov.\u{a0}2026")
        );
    }
}
