//! Lines proposed by a matrix or a rule, to keep or to set aside with one key.

use maud::{Markup, html};

use crate::{Tone, badge, field::id_of, flag, kbd, words::nbsp};

/// What a person decided on a proposed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decision {
    /// Not yet looked at.
    #[default]
    Pending,
    /// Kept.
    Accepted,
    /// Set aside.
    Refused,
}

/// A line proposed by a matrix or a rule, to keep or to set aside.
#[derive(Debug, Clone)]
pub struct Proposal {
    id: String,
    label: String,
    origin: Option<String>,
    flags: Vec<String>,
    decision: Decision,
}

impl Proposal {
    /// A line, with what tells it from the others in the form.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            origin: None,
            flags: Vec::new(),
            decision: Decision::Pending,
        }
    }

    /// Where it comes from: `matrice métier : soudeur`.
    #[must_use]
    pub fn origin(mut self, words: impl Into<String>) -> Self {
        self.origin = Some(words.into());
        self
    }

    /// A property, as a word.
    #[must_use]
    pub fn flag(mut self, words: impl Into<String>) -> Self {
        self.flags.push(words.into());
        self
    }

    /// What was decided already.
    #[must_use]
    pub fn decided(mut self, decision: Decision) -> Self {
        self.decision = decision;
        self
    }
}

/// Proposed lines. Each posts `{name_prefix}{id}` = `retenue` or `ecartee`, or nothing while undecided.
/// Keys: A keeps, R sets aside, the arrows go from line to line.
pub fn proposals(legend: &str, name_prefix: &str, lines: &[Proposal], editable: bool) -> Markup {
    html! {
        fieldset.proposals data-proposals[editable] {
            legend { (legend) }
            @if editable {
                p.help { (kbd("A")) " retient la ligne, " (kbd("R")) " l’écarte, les flèches changent de ligne." }
            }
            ul { @for line in lines {
                li { (proposal(name_prefix, line, editable)) }
            } }
        }
    }
}

fn proposal(prefix: &str, line: &Proposal, editable: bool) -> Markup {
    let name = format!("{prefix}{}", line.id);
    let id = id_of(&name);
    let option = |value: &str, text: &str, key: &str, on: bool| {
        html! {
            label.pick {
                input type="radio" name=(name) value=(value) checked[on] aria-describedby={ (id) "-ligne" } aria-keyshortcuts=(key);
                span { (text) }
            }
        }
    };
    html! {
        div.proposal role="group" aria-labelledby={ (id) "-ligne" } {
            div id={ (id) "-ligne" } {
                span.proposal-label { (line.label) } @for words in &line.flags { " " (flag(words)) }
                @if let Some(origin) = &line.origin { small.path { (nbsp(origin)) } }
            }
            @if editable {
                div.picks {
                    (option("retenue", "Retenir", "A", line.decision == Decision::Accepted))
                    (option("ecartee", "Écarter", "R", line.decision == Decision::Refused))
                }
            } @else {
                @match line.decision {
                    Decision::Pending => (badge(Tone::Neutre, "Non examinée")),
                    Decision::Accepted => (badge(Tone::Ok, "Retenue")),
                    Decision::Refused => (badge(Tone::Neutre, "Écartée")),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_not_yet_looked_at_is_neither_kept_nor_set_aside() {
        let shown = proposals("Expositions", "p_", &[Proposal::new("1", "Plomb")], true).into_string();
        assert!(shown.contains(r#"name="p_1" value="retenue""#) && !shown.contains(" checked"));
    }

    #[test]
    fn who_may_not_edit_reads_what_was_decided() {
        let lines = [Proposal::new("1", "Plomb").decided(Decision::Accepted), Proposal::new("2", "Bruit")];
        let shown = proposals("Expositions", "p_", &lines, false).into_string();
        assert!(!shown.contains("<input") && shown.contains("Retenue") && shown.contains("Non examinée"));
    }
}
