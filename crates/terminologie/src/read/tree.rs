//! Gathering terms, and the tree that they make.

use std::collections::{HashMap, HashSet};

use super::{Finding, FindingKind, Limits, ReadError, Reading, Reason, Rejected, words::signs};
use crate::Term;

/// Longer than any code.
const LONGEST_CODE: usize = 500;
/// Longer than any code whose beginnings are codes.
const LONGEST_PREFIXED: usize = 64;

/// Terms on their way into a reading. Every layout passes here, so that the same faults are seen everywhere.
pub(super) struct Builder {
    pub(super) reading: Reading,
    limits: Limits,
    known: HashMap<String, usize>,
    /// Texts kept so far, and their bytes.
    texts: usize,
    bytes: u64,
}

impl Builder {
    pub(super) fn new(limits: Limits) -> Self {
        Self { reading: Reading::default(), limits, known: HashMap::new(), texts: 0, bytes: 0 }
    }

    pub(super) fn find(&mut self, row: usize, code: &str, kind: FindingKind) {
        self.reading.findings.push(Finding { row, code: code.to_owned(), kind });
    }

    /// Leaves a row out.
    pub(super) fn reject(&mut self, row: usize, code: &str, reason: Reason) -> Result<(), ReadError> {
        self.count_row()?;
        self.reading.rejected.push(Rejected { row, code: code.to_owned(), reason });
        Ok(())
    }

    /// Keeps a row as a term, or leaves it out. Tells whether it was kept.
    pub(super) fn add(&mut self, term: Term) -> Result<bool, ReadError> {
        let reason = if term.code.trim().is_empty() {
            Some(Reason::EmptyCode)
        } else if term.label.trim().is_empty() {
            Some(Reason::EmptyLabel)
        } else if term.code.len() > LONGEST_CODE {
            Some(Reason::LongCode { limit: LONGEST_CODE })
        } else {
            self.known
                .get(&term.code)
                .map(|first| Reason::DuplicateCode { first: self.reading.terms[*first].row })
        };
        if let Some(reason) = reason {
            let named = !matches!(reason, Reason::EmptyCode | Reason::LongCode { .. });
            let code = if named { &term.code } else { "" };
            self.reject(term.row, code, reason)?;
            return Ok(false);
        }
        self.count_row()?;
        self.reading.integrated += 1;
        self.keep(term)?;
        Ok(true)
    }

    /// Keeps a level that stands in columns beside its terms: no row of its own.
    pub(super) fn add_level(&mut self, term: Term) -> Result<(), ReadError> {
        self.keep(term)
    }

    /// The term that bears a code, if it came before.
    pub(super) fn known(&self, code: &str) -> Option<&Term> {
        self.known.get(code).map(|place| &self.reading.terms[*place])
    }

    fn count_row(&mut self) -> Result<(), ReadError> {
        if self.reading.rows == self.limits.rows {
            return Err(ReadError::TooManyRows { limit: self.limits.rows });
        }
        self.reading.rows += 1;
        Ok(())
    }

    fn keep(&mut self, term: Term) -> Result<(), ReadError> {
        for text in texts(&term) {
            self.texts += 1;
            self.bytes += text.len() as u64;
        }
        if self.texts > self.limits.cells {
            return Err(ReadError::TooManyCells { limit: self.limits.cells });
        }
        // A long title comes back with every row, a long parent with every child.
        if self.bytes > self.limits.decompressed {
            return Err(ReadError::TooMuchText { limit: self.limits.decompressed });
        }
        for text in [&term.code, &term.label].into_iter().chain(&term.synonyms) {
            for kind in signs(text) {
                self.find(term.row, &term.code, kind);
            }
        }
        self.known.insert(term.code.clone(), self.reading.terms.len());
        self.reading.terms.push(term);
        Ok(())
    }

    /// Hangs each term on the one whose code is the longest beginning of its own.
    pub(super) fn attach_by_prefix(&mut self) {
        for place in 0..self.reading.terms.len() {
            let code = &self.reading.terms[place].code;
            if code.len() > LONGEST_PREFIXED {
                continue;
            }
            let above = code
                .char_indices()
                .rev()
                .map(|(end, _)| &code[..end])
                .find(|prefix| self.known.contains_key(*prefix))
                .map(str::to_owned);
            self.reading.terms[place].parents.extend(above);
        }
    }

    /// The reading, once the tree is known to hold.
    pub(super) fn finish(mut self) -> Result<Reading, ReadError> {
        if self.reading.terms.is_empty() {
            return Err(ReadError::Nothing { rows: self.reading.rows });
        }
        self.detach_orphans();
        refuse_cycles(&self.reading.terms, &self.known, self.limits.depth)?;
        Ok(self.reading)
    }

    fn detach_orphans(&mut self) {
        let mut orphans = Vec::new();
        for term in &mut self.reading.terms {
            let (row, code) = (term.row, &term.code);
            term.parents.retain(|parent| {
                let there = self.known.contains_key(parent);
                if !there {
                    let kind = FindingKind::OrphanParent(parent.clone());
                    orphans.push(Finding { row, code: code.clone(), kind });
                }
                there
            });
        }
        self.reading.findings.extend(orphans);
    }
}

/// Every text of a term.
fn texts(term: &Term) -> impl Iterator<Item = &String> {
    let optional = [
        &term.level,
        &term.description,
        &term.references,
        &term.special_risk,
        &term.vip_risk,
        &term.trigger,
        &term.remark,
    ];
    [&term.code, &term.label]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .chain(term.parents.iter().chain(&term.synonyms).chain(&term.groups))
        .chain(term.attributes.iter().flat_map(|(title, text)| [title, text]))
}

fn refuse_cycles(terms: &[Term], known: &HashMap<String, usize>, depth: usize) -> Result<(), ReadError> {
    let above =
        |term: usize, parent: usize| terms[term].parents.get(parent).map(|p| known.get(p.as_str()).copied());
    // Depth of each term whose ways to the roots were all walked already.
    let mut depths: Vec<Option<usize>> = vec![None; terms.len()];
    for start in 0..terms.len() {
        if depths[start].is_some() {
            continue;
        }
        // The way from `start`: the term, its next parent to look at, the depth of its deepest parent so far.
        let mut way: Vec<(usize, usize, usize)> = vec![(start, 0, 0)];
        let mut on_the_way = HashSet::from([start]);
        while let Some((term, next, deepest)) = way.last_mut() {
            let Some(parent) = above(*term, *next) else {
                let (term, level) = (*term, *deepest + 1);
                if level > depth {
                    return Err(ReadError::TooDeep { code: terms[term].code.clone(), limit: depth });
                }
                depths[term] = Some(level);
                on_the_way.remove(&term);
                way.pop();
                if let Some((.., deepest)) = way.last_mut() {
                    *deepest = level.max(*deepest);
                }
                continue;
            };
            *next += 1;
            let Some(parent) = parent else { continue };
            if let Some(level) = depths[parent] {
                *deepest = level.max(*deepest);
            } else if on_the_way.insert(parent) {
                way.push((parent, 0, 0));
            } else {
                let from = way.iter().position(|(term, ..)| *term == parent).unwrap_or(0);
                let codes = way[from..].iter().map(|(term, ..)| terms[*term].code.clone()).collect();
                return Err(ReadError::Cycle { codes });
            }
        }
    }
    Ok(())
}
