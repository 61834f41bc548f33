//! One release, ready to be asked: codes to places, parents, children, words.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use base::{fold, words};
use terminologie::{Release, Term};

use crate::canonical::system_of;

/// A release with its maps. Places are those of the delivered order.
#[derive(Debug)]
pub(crate) struct View {
    release: Release,
    system: String,
    at: HashMap<String, usize>,
    parents: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    columns: Vec<String>,
    folded: OnceLock<Vec<Folded>>,
}

/// What a term is found by: each word after a blank, so that a beginning is looked for as a text.
#[derive(Debug)]
struct Folded {
    label: String,
    named: String,
}

impl View {
    pub(crate) fn new(release: Release) -> Self {
        let mut at = HashMap::with_capacity(release.terms.len());
        for (i, term) in release.terms.iter().enumerate() {
            at.entry(term.code.clone()).or_insert(i);
        }
        let mut children = vec![Vec::new(); release.terms.len()];
        let mut parents = Vec::with_capacity(release.terms.len());
        for (i, term) in release.terms.iter().enumerate() {
            let above: Vec<usize> = term.parents.iter().filter_map(|p| at.get(p).copied()).collect();
            for p in &above {
                children[*p].push(i);
            }
            parents.push(above);
        }
        let system = system_of(&release.facts);
        let mut columns: Vec<String> = Vec::new();
        let mut known = HashSet::new();
        for (title, _) in release.terms.iter().flat_map(|t| &t.attributes) {
            if known.insert(title.as_str()) {
                columns.push(title.clone());
            }
        }
        Self { system, at, parents, children, columns, folded: OnceLock::new(), release }
    }

    /// The release.
    pub(crate) fn release(&self) -> &Release {
        &self.release
    }

    /// The address under which it is given.
    pub(crate) fn system(&self) -> &str {
        &self.system
    }

    /// Its version.
    pub(crate) fn version(&self) -> &str {
        &self.release.version
    }

    /// Its terms, in the delivered order.
    pub(crate) fn terms(&self) -> &[Term] {
        &self.release.terms
    }

    /// Titles of the delivered columns, in the order in which its terms have them.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where a code stands.
    pub(crate) fn place(&self, code: &str) -> Option<usize> {
        self.at.get(code).copied()
    }

    /// The term with this code.
    pub(crate) fn term(&self, code: &str) -> Option<&Term> {
        self.place(code).map(|i| &self.release.terms[i])
    }

    /// Places of the terms right above, the principal one first.
    pub(crate) fn parents(&self, place: usize) -> &[usize] {
        &self.parents[place]
    }

    /// Places of the terms right under.
    pub(crate) fn children(&self, place: usize) -> &[usize] {
        &self.children[place]
    }

    /// Whether a term stands somewhere above another, by any of its parents. Each term is visited once, so a damaged
    /// tree does no harm.
    pub(crate) fn is_above(&self, above: usize, below: usize) -> bool {
        let mut seen = HashSet::new();
        let mut left = self.parents[below].clone();
        while let Some(place) = left.pop() {
            if place == above {
                return true;
            }
            if seen.insert(place) {
                left.extend(&self.parents[place]);
            }
        }
        false
    }

    /// For each place, whether it stands somewhere under this one.
    pub(crate) fn under(&self, place: usize) -> Vec<bool> {
        let mut under = vec![false; self.terms().len()];
        let mut left = self.children[place].clone();
        while let Some(child) = left.pop() {
            if !std::mem::replace(&mut under[child], true) {
                left.extend(&self.children[child]);
            }
        }
        under
    }

    /// The places, among these, of the terms that answer what was typed: every word is the beginning of a word of the
    /// label or of a synonym. Exact codes first, then labels, then synonyms; active terms before the others, and the
    /// delivered order inside.
    pub(crate) fn filtered(&self, places: Vec<usize>, typed: &str) -> Vec<usize> {
        let whole = format!(" {}", fold(typed));
        let beginnings: Vec<String> = words(typed).iter().map(|w| format!(" {w}")).collect();
        if beginnings.is_empty() {
            return Vec::new();
        }
        let folded = self.folded.get_or_init(|| {
            let named = |t: &Term, label: &str| {
                t.synonyms.iter().fold(label.to_owned(), |all, s| all + " " + &fold(s))
            };
            let fold_term = |t: &Term| {
                let label = format!(" {}", fold(&t.label));
                Folded { named: named(t, &label), label }
            };
            self.terms().iter().map(fold_term).collect()
        });
        let rank = |place: usize| {
            let (term, folded) = (&self.terms()[place], &folded[place]);
            let all_in = |text: &str| beginnings.iter().all(|b| text.contains(b.as_str()));
            if term.code == typed.trim() {
                Some(0)
            } else if folded.label == whole {
                Some(1)
            } else if folded.label.starts_with(&whole) {
                Some(2)
            } else if all_in(&folded.label) {
                Some(3)
            } else {
                all_in(&folded.named).then_some(4)
            }
        };
        let mut ranked: Vec<(i32, bool, usize)> = places
            .into_iter()
            .filter_map(|place| Some((rank(place)?, !self.terms()[place].active, place)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, _, place)| place).collect()
    }
}

/// A small list with two trees: what the operations are tried on.
#[cfg(test)]
pub(crate) fn sample() -> View {
    let term = |code: &str, label: &str, parents: &[&str]| Term {
        code: code.into(),
        label: label.into(),
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        active: true,
        ..Term::default()
    };
    let mut terms = vec![
        term("A", "Agents chimiques", &[]),
        term("A1", "Métaux", &["A"]),
        term("A11", "Plomb et composés", &["A1"]),
        term("A12", "Zinc", &["A1"]),
        term("B", "Poussières", &[]),
        term("B1", "Fumées de plomb", &["B", "A1"]),
        term("C", "Bruit", &[]),
    ];
    terms[2].synonyms = vec!["Saturnisme".into(), "Minium".into()];
    terms[2].description = Some("Le métal et ses sels.".into());
    terms[3].active = false;
    View::new(Release {
        facts: terminologie::Facts { id: "agents".into(), title: "Agents".into(), ..Default::default() },
        version: "2027".into(),
        issued: None,
        terms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(view: &View, typed: &str) -> Vec<String> {
        let all = (0..view.terms().len()).collect();
        view.filtered(all, typed).into_iter().map(|i| view.terms()[i].code.clone()).collect()
    }

    #[test]
    fn a_term_with_two_parents_stands_under_both() {
        let view = sample();
        let place = |code: &str| view.place(code).unwrap();
        assert!(view.is_above(place("B"), place("B1")));
        assert!(view.is_above(place("A"), place("B1")));
        assert!(!view.is_above(place("B1"), place("A")) && !view.is_above(place("A"), place("A")));
        let under = view.under(place("A1"));
        assert_eq!([under[place("B1")], under[place("A11")], under[place("A1")]], [true, true, false]);
    }

    #[test]
    fn words_are_beginnings_in_any_order_without_accents() {
        let view = sample();
        assert_eq!(codes(&view, "PLOMB"), ["A11", "B1"]);
        assert_eq!(codes(&view, "plomb fum"), ["B1"]);
        assert_eq!(codes(&view, "metaux"), ["A1"]);
        assert_eq!(codes(&view, "saturn"), ["A11"]);
        assert_eq!(codes(&view, "A11"), ["A11"]);
        assert!(codes(&view, "lomb").is_empty() && codes(&view, "!").is_empty());
    }

    #[test]
    fn a_damaged_tree_does_not_stop_the_program() {
        let mut release = sample().release;
        release.terms[0].parents = vec!["A1".into(), "absent".into()];
        let view = View::new(release);
        assert!(view.is_above(0, 1) && view.is_above(1, 0));
        assert!(view.under(0)[0]);
    }
}
