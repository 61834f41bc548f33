//! The tree of one version, in memory.

use std::collections::HashMap;

use crate::Concept;

/// All terms of a version with their places. Made of loaded terms only: a load refuses cycles.
#[derive(Debug)]
pub(crate) struct Tree {
    concepts: Vec<Concept>,
    at: HashMap<String, usize>,
    roots: Vec<usize>,
    children: Vec<Vec<usize>>,
    leaves: Vec<usize>,
}

impl Tree {
    /// From the terms of a version, in their order.
    pub(crate) fn new(concepts: Vec<Concept>) -> Self {
        let at: HashMap<String, usize> =
            concepts.iter().enumerate().map(|(i, c)| (c.code.clone(), i)).collect();
        let above: Vec<Vec<usize>> = concepts
            .iter()
            .map(|c| c.parent.iter().chain(&c.other_parents).filter_map(|p| at.get(p)).copied().collect())
            .collect();
        let mut children = vec![Vec::new(); concepts.len()];
        let mut roots = Vec::new();
        for (i, parents) in above.iter().enumerate() {
            for p in parents {
                children[*p].push(i);
            }
            if parents.is_empty() {
                roots.push(i);
            }
        }
        let mut leaves = vec![0; concepts.len()];
        // The last leaf counted at each place: a leaf of two parents counts once above both, and a damaged table
        // with a circle does not stop the program.
        let mut counted = vec![usize::MAX; concepts.len()];
        for (i, concept) in concepts.iter().enumerate() {
            if concept.active && children[i].is_empty() {
                let mut way = above[i].clone();
                while let Some(p) = way.pop() {
                    if std::mem::replace(&mut counted[p], i) != i {
                        leaves[p] += 1;
                        way.extend(&above[p]);
                    }
                }
            }
        }
        Self { concepts, at, roots, children, leaves }
    }

    /// All terms, in the delivered order.
    pub(crate) fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The term with this code.
    pub(crate) fn get(&self, code: &str) -> Option<&Concept> {
        self.at.get(code).map(|i| &self.concepts[*i])
    }

    /// Its place in the delivered order, from 0.
    pub(crate) fn place(&self, code: &str) -> Option<usize> {
        self.at.get(code).copied()
    }

    /// The terms right under a code, or the roots.
    pub(crate) fn under(&self, code: Option<&str>) -> Vec<&Concept> {
        let places = match code {
            None => &self.roots,
            Some(code) => match self.at.get(code) {
                Some(i) => &self.children[*i],
                None => return Vec::new(),
            },
        };
        places.iter().map(|i| &self.concepts[*i]).collect()
    }

    /// How many terms without children, active ones, stand somewhere under this code.
    pub(crate) fn leaves(&self, code: &str) -> usize {
        self.at.get(code).map_or(0, |i| self.leaves[*i])
    }

    /// The terms above, from the root down, without the term itself.
    pub(crate) fn path(&self, code: &str) -> Vec<&Concept> {
        let mut path = Vec::new();
        let mut place = self.get(code);
        while let Some(above) = place.and_then(|c| c.parent.as_deref()).and_then(|p| self.get(p)) {
            if path.len() == self.concepts.len() {
                break;
            }
            path.push(above);
            place = Some(above);
        }
        path.reverse();
        path
    }

    /// The same as one line: `Agents chimiques › Métaux`; `None` at the root.
    pub(crate) fn path_words(&self, code: &str) -> Option<String> {
        let labels: Vec<&str> = self.path(code).into_iter().map(|c| c.label.as_str()).collect();
        (!labels.is_empty()).then(|| labels.join(" › "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(code: &str, parent: Option<&str>, active: bool) -> Concept {
        Concept {
            thesaurus: "l".into(),
            version: "1".into(),
            code: code.into(),
            label: format!("Terme {code}"),
            parent: parent.map(str::to_owned),
            rank: 1,
            active,
            ..Concept::default()
        }
    }

    #[test]
    fn a_term_knows_what_stands_above_and_under_it() {
        let tree = Tree::new(vec![
            term("a", None, true),
            term("b", Some("a"), true),
            term("c", Some("b"), true),
            term("d", Some("b"), false),
            term("e", Some("absent"), true),
        ]);
        assert_eq!(tree.path_words("c").as_deref(), Some("Terme a › Terme b"));
        assert_eq!(tree.path_words("a"), None);
        let codes = |v: Vec<&Concept>| v.iter().map(|c| c.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(tree.under(None)), ["a", "e"]);
        assert_eq!(codes(tree.under(Some("b"))), ["c", "d"]);
        assert!(tree.under(Some("inconnu")).is_empty());
        assert_eq!((tree.leaves("a"), tree.leaves("c")), (1, 0));
    }

    #[test]
    fn a_leaf_of_two_parents_stands_under_both_and_counts_once_above_them() {
        let both = Concept { other_parents: vec!["b".into()], ..term("leaf", Some("a"), true) };
        let tree = Tree::new(vec![
            term("top", None, true),
            term("a", Some("top"), true),
            term("b", Some("top"), true),
            both,
        ]);
        assert_eq!((tree.leaves("top"), tree.leaves("a"), tree.leaves("b")), (1, 1, 1));
        assert_eq!(tree.under(Some("b")).len(), 1);
    }

    #[test]
    fn a_damaged_table_with_a_cycle_does_not_stop_the_program() {
        let tree = Tree::new(vec![term("a", Some("b"), true), term("b", Some("a"), true)]);
        assert!(tree.path("a").len() <= 2);
    }
}
