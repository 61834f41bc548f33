//! The one search for everything: what it suggests under the field, and its page of results.

use maud::{Markup, html};

use crate::{Empty, Tone, badge, empty, number};

/// Something found, and the page that shows it.
#[derive(Debug, Clone)]
pub struct Hit {
    href: String,
    title: String,
    detail: Option<String>,
    badge: Option<(Tone, String)>,
}

impl Hit {
    /// A worker, a company, a term, a document.
    pub fn new(href: impl Into<String>, title: impl Into<String>) -> Self {
        Self { href: href.into(), title: title.into(), detail: None, badge: None }
    }

    /// What tells it from its neighbours: birth date and age, employer, town.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// Its state.
    #[must_use]
    pub fn badge(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.badge = Some((tone, text.into()));
        self
    }

    fn words(&self, title: Markup) -> Markup {
        html! {
            (title)
            @if let Some((tone, text)) = &self.badge { " " (badge(*tone, text)) }
            @if let Some(detail) = &self.detail { small.path { (detail) } }
        }
    }
}

/// Things of one kind: workers, companies, terms, documents.
#[derive(Debug, Clone)]
pub struct Group {
    label: String,
    hits: Vec<Hit>,
    more: Option<(String, u64)>,
}

impl Group {
    /// A kind of thing, in the plural: `Salariés`.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), hits: Vec::new(), more: None }
    }

    /// Adds one.
    #[must_use]
    pub fn hit(mut self, hit: Hit) -> Self {
        self.hits.push(hit);
        self
    }

    /// There are more than those shown: the page that lists them all, and how many they are.
    #[must_use]
    pub fn more(mut self, href: impl Into<String>, total: u64) -> Self {
        self.more = Some((href.into(), total));
        self
    }
}

/// The fragment under the search field, for `/recherche/suggestions?q=…`.
pub fn search_suggestions(groups: &[Group]) -> Markup {
    let found = groups.iter().any(|g| !g.hits.is_empty());
    html! {
        @if found {
            div.options role="listbox" aria-label="Résultats" {
                @for group in groups.iter().filter(|g| !g.hits.is_empty()) {
                    div role="group" aria-label=(group.label) {
                        div.group-label aria-hidden="true" { (group.label) }
                        @for hit in &group.hits {
                            div role="option" data-href=(hit.href) { (hit.words(html! { span.opt-label { (hit.title) } })) }
                        }
                    }
                }
            }
        } @else {
            p.none role="status" { "Rien ne correspond. Essayez un nom, une date de naissance, un NIR ou une raison sociale." }
        }
    }
}

/// The body of the page of results.
pub fn search_results(groups: &[Group]) -> Markup {
    html! {
        @for group in groups.iter().filter(|g| !g.hits.is_empty()) {
            section.card {
                div.card-head { h2 { (group.label) } }
                ul.hits { @for hit in &group.hits {
                    li { (hit.words(html! { a href=(hit.href) { (hit.title) } })) }
                } }
                @if let Some((href, total)) = &group.more {
                    p {
                        "Affichés\u{a0}: " (group.hits.len()) " sur " (number(i64::try_from(*total).unwrap_or(i64::MAX))) ". "
                        a href=(href) { "Voir toute la liste" span.vh { "\u{a0}: " (group.label) } }
                    }
                }
            }
        }
        @if groups.iter().all(|g| g.hits.is_empty()) {
            (empty(&Empty::new(
                "Rien ne correspond",
                "Essayez quelques lettres du nom, une date de naissance (24/11/1980), un NIR, un SIRET ou une raison sociale.",
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_without_a_hit_are_not_shown() {
        let groups =
            [Group::new("Salariés").hit(Hit::new("/salaries/1", "Zoé Œillet")), Group::new("Adhérents")];
        let shown = search_suggestions(&groups).into_string();
        assert!(shown.contains("Salariés") && !shown.contains("Adhérents"));
    }

    #[test]
    fn a_long_kind_says_how_many_there_are() {
        let group =
            Group::new("Adhérents").hit(Hit::new("/adherents/1", "Taxis")).more("/adherents?q=ta", 1234);
        let shown = search_results(&[group]).into_string();
        assert!(shown.contains("1 sur 1\u{202f}234") && shown.contains("/adherents?q=ta"));
    }

    #[test]
    fn finding_nothing_says_what_to_try() {
        assert!(search_suggestions(&[]).into_string().contains("Essayez"));
        assert!(search_results(&[Group::new("Salariés")]).into_string().contains("Essayez"));
    }
}
