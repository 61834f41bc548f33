//! The last rank: words that hold slips, typed whole or not.

use std::collections::BTreeMap;

use tantivy::{
    DocId, DocSet as _, TERMINATED, TantivyError,
    postings::{SegmentPostings, TermInfo},
    query::{DfaWrapper, FuzzyTermQuery},
    schema::IndexRecordOption,
};

use super::{
    list::{ListIndex, Part},
    query::{Asked, slips, slips_allowed, sound},
    ranks::Rank,
};

const BASIC: IndexRecordOption = IndexRecordOption::Basic;
/// What each slip costs; a word of which only the beginning was typed costs one.
const SLIP: u16 = 2;
/// What a word costs that only sounds the same.
const BY_EAR: u16 = 3;
/// What it costs that a word stands in a synonym, or above.
const IN_SYNONYM: u16 = 1;
const IN_PATH: u16 = 6;
/// What it costs that one word of several stands nowhere: after everything else, and better than no answer.
const MISSING: u16 = 64;
/// With fewer answers than this, what stands above is looked at too.
const FEW: usize = 5;

/// A word of the list that a typed word may mean: where it stands, and what that costs.
struct Meant<'a> {
    part: &'a Part,
    info: TermInfo,
    cost: u16,
}

/// A typed word with all that it may mean.
struct Typed<'a> {
    word: String,
    meant: Vec<Meant<'a>>,
    /// How many terms that is at most.
    reach: u64,
}

/// Terms with what they cost, by their place.
type Holders = Vec<(DocId, u16)>;

impl ListIndex {
    /// The terms that hold every word within its slips, or its beginning, by what they cost. A blank too many
    /// between two words is a slip too. What stands above is accepted where there is little else, a word that
    /// stands nowhere where there is nothing else.
    pub(super) fn near(&self, asked: &Asked, limit: usize) -> Result<Vec<Rank>, TantivyError> {
        let mut typed = asked.words.iter().map(|w| self.typed(w)).collect::<Result<Vec<_>, _>>()?;
        let mut best = Best::default();
        best.add(0, holding(&typed.iter().collect::<Vec<_>>(), limit)?);
        for at in 1..if best.is_good() { 0 } else { typed.len() } {
            let joined = self.typed(&format!("{}{}", typed[at - 1].word, typed[at].word))?;
            let mut words: Vec<&Typed> = typed.iter().collect();
            words.splice(at - 1..=at, [&joined]);
            best.add(SLIP, holding(&words, limit)?);
        }
        if best.0.len() < FEW {
            for typed in &mut typed {
                self.above(typed)?;
            }
            best.add(0, holding(&typed.iter().collect::<Vec<_>>(), limit)?);
        }
        for left_out in 0..if best.0.is_empty() && typed.len() > 1 { typed.len() } else { 0 } {
            let mut words: Vec<&Typed> = typed.iter().collect();
            words.remove(left_out);
            best.add(MISSING, holding(&words, limit)?);
        }
        Ok(best.ranks())
    }

    /// What a typed word may mean in labels and synonyms.
    fn typed(&self, word: &str) -> Result<Typed<'_>, TantivyError> {
        let p = &self.parts;
        let mut typed = Typed { word: word.to_owned(), meant: Vec::new(), reach: 0 };
        let fuzzy = FuzzyTermQuery::new_prefix(p.joined.term(word), slips_allowed(word), true).automaton()?;
        for (part, more) in
            [(&p.in_label.whole, 0), (&p.in_synonym.whole, IN_SYNONYM), (&p.joined, IN_SYNONYM)]
        {
            typed.look(part, &fuzzy, more)?;
        }
        if slips_allowed(word) > 0 {
            let heard = sound(word);
            for (part, cost) in [(&p.label_sounds, BY_EAR), (&p.synonym_sounds, BY_EAR + IN_SYNONYM)] {
                if let Some(info) = part.reader.get_term_info(&part.term(&heard))? {
                    typed.take(part, info, cost);
                }
            }
        }
        Ok(typed)
    }

    /// Adds what it may mean in what stands above.
    fn above<'a>(&'a self, typed: &mut Typed<'a>) -> Result<(), TantivyError> {
        let part = &self.parts.in_path.whole;
        let fuzzy = FuzzyTermQuery::new_prefix(part.term(&typed.word), slips_allowed(&typed.word), true);
        typed.look(part, &fuzzy.automaton()?, IN_PATH)
    }
}

impl<'a> Typed<'a> {
    fn look(&mut self, part: &'a Part, fuzzy: &DfaWrapper, more: u16) -> Result<(), TantivyError> {
        let mut terms = part.reader.terms().search(fuzzy).into_stream()?;
        while terms.advance() {
            let Ok(known) = std::str::from_utf8(terms.key()) else { continue };
            let (whole, begun) = slips(&self.word, known);
            let slip = |n: usize| SLIP * u16::try_from(n).unwrap_or(u16::MAX / SLIP);
            let cost = slip(whole).min(slip(begun) + 1) + more;
            self.take(part, terms.value().clone(), cost);
        }
        Ok(())
    }

    fn take(&mut self, part: &'a Part, info: TermInfo, cost: u16) {
        self.reach += u64::from(info.doc_freq);
        self.meant.push(Meant { part, info, cost });
    }

    /// The terms that hold it, among these where some are given; otherwise the cheapest, `limit` at least.
    fn holders(&self, among: Option<&[(DocId, u16)]>, limit: usize) -> Result<Holders, TantivyError> {
        let mut cheapest_first: Vec<&Meant<'_>> = self.meant.iter().collect();
        cheapest_first.sort_by_key(|meant| meant.cost);
        let mut holders: Holders = Vec::new();
        let mut last = 0;
        for Meant { part, info, cost } in cheapest_first {
            if among.is_none() && *cost > last && holders.len() > limit {
                sort(&mut holders);
                if holders.len() >= limit {
                    return Ok(holders);
                }
            }
            last = *cost;
            let set = part.reader.read_postings_from_terminfo(info, BASIC)?;
            take(&mut holders, set, *cost, among);
        }
        sort(&mut holders);
        Ok(holders)
    }
}

/// By their place, each once, at its least.
fn sort(holders: &mut Holders) {
    holders.sort_unstable();
    holders.dedup_by_key(|(doc, _)| *doc);
}

/// The terms that hold all these words, with the sum of what they cost. The rarest word leads: the others are only
/// looked for where it stands. One word alone stops after `limit`.
fn holding(words: &[&Typed<'_>], limit: usize) -> Result<Holders, TantivyError> {
    let limit = if words.len() == 1 { limit } else { usize::MAX };
    let mut rarest_first = words.to_vec();
    rarest_first.sort_by_key(|typed| typed.reach);
    let mut held: Option<Holders> = None;
    for typed in rarest_first {
        let mut next = typed.holders(held.as_deref(), limit)?;
        for (doc, cost) in &mut next {
            *cost += held.as_deref().and_then(|held| at(held, *doc)).unwrap_or_default();
        }
        held = Some(next);
    }
    Ok(held.unwrap_or_default())
}

/// What a term costs among these.
fn at(holders: &[(DocId, u16)], doc: DocId) -> Option<u16> {
    let place = holders.binary_search_by_key(&doc, |(d, _)| *d).ok()?;
    Some(holders[place].1)
}

fn take(holders: &mut Holders, mut set: SegmentPostings, cost: u16, among: Option<&[(DocId, u16)]>) {
    match among {
        // Fewer terms to look at than the set has: it is only asked about those.
        Some(among) if among.len() < usize::try_from(set.doc_freq()).unwrap_or(usize::MAX) => {
            for (doc, _) in among {
                if set.doc() < *doc {
                    set.seek(*doc);
                }
                if set.doc() == *doc {
                    holders.push((*doc, cost));
                }
            }
        }
        _ => {
            while set.doc() != TERMINATED {
                if among.is_none_or(|among| at(among, set.doc()).is_some()) {
                    holders.push((set.doc(), cost));
                }
                set.advance();
            }
        }
    }
}

/// The least that each term costs.
#[derive(Default)]
struct Best(Holders);

impl Best {
    fn add(&mut self, start: u16, holders: Holders) {
        self.0.extend(holders.into_iter().map(|(doc, cost)| (doc, start + cost)));
        sort(&mut self.0);
    }

    /// Whether something is near enough for nothing else to be tried.
    fn is_good(&self) -> bool {
        self.0.iter().any(|(_, cost)| *cost <= SLIP)
    }

    fn ranks(self) -> Vec<Rank> {
        let mut ranks: BTreeMap<u16, Vec<DocId>> = BTreeMap::new();
        for (doc, cost) in self.0 {
            ranks.entry(cost).or_default().push(doc);
        }
        ranks.into_values().map(Rank::Docs).collect()
    }
}
