//! The last rank: words that hold slips, typed whole or not.

use std::collections::{BTreeMap, HashMap};

use tantivy::{
    DocId, DocSet as _, TERMINATED, TantivyError,
    postings::SegmentPostings,
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

/// The terms that hold a word that a typed word may mean, and what that costs.
struct Meant {
    set: SegmentPostings,
    cost: u16,
}

/// A typed word with all that it may mean.
struct Typed {
    word: String,
    meant: Vec<Meant>,
    /// How many terms that is at most.
    reach: u64,
}

/// Terms with what they cost, by their place.
type Holders = Vec<(DocId, u16)>;

impl ListIndex {
    /// The terms that hold every word within its slips, or its beginning, by what they cost. A blank too many
    /// between two words is a slip too. What stands above is accepted where there is little else, a word that
    /// stands nowhere where there is nothing else.
    pub(super) fn near(&self, asked: &Asked) -> Result<Vec<Rank>, TantivyError> {
        let mut typed = asked.words.iter().map(|w| self.typed(w)).collect::<Result<Vec<_>, _>>()?;
        let mut best = Best::default();
        best.add(0, holding(&typed.iter().collect::<Vec<_>>()));
        for at in 1..if best.is_good() { 0 } else { typed.len() } {
            let joined = self.typed(&format!("{}{}", typed[at - 1].word, typed[at].word))?;
            let mut words: Vec<&Typed> = typed.iter().collect();
            words.splice(at - 1..=at, [&joined]);
            best.add(SLIP, holding(&words));
        }
        if best.0.len() < FEW {
            for typed in &mut typed {
                self.above(typed)?;
            }
            best.add(0, holding(&typed.iter().collect::<Vec<_>>()));
        }
        for left_out in 0..if best.0.is_empty() && typed.len() > 1 { typed.len() } else { 0 } {
            let mut words: Vec<&Typed> = typed.iter().collect();
            words.remove(left_out);
            best.add(MISSING, holding(&words));
        }
        Ok(best.ranks())
    }

    /// What a typed word may mean in labels and synonyms.
    fn typed(&self, word: &str) -> Result<Typed, TantivyError> {
        let p = &self.parts;
        let mut typed = Typed { word: word.to_owned(), meant: Vec::new(), reach: 0 };
        let fuzzy = FuzzyTermQuery::new_prefix(p.joined.term(word), slips_allowed(word), true).automaton()?;
        for (part, more) in [(&p.in_label.whole, 0), (&p.in_synonym.whole, IN_SYNONYM), (&p.joined, IN_SYNONYM)] {
            typed.look(part, &fuzzy, more)?;
        }
        if slips_allowed(word) > 0 {
            let heard = sound(word);
            for (part, cost) in [(&p.label_sounds, BY_EAR), (&p.synonym_sounds, BY_EAR + IN_SYNONYM)] {
                if let Some(set) = part.reader.read_postings(&part.term(&heard), BASIC)? {
                    typed.take(set, cost);
                }
            }
        }
        Ok(typed)
    }

    /// Adds what it may mean in what stands above.
    fn above(&self, typed: &mut Typed) -> Result<(), TantivyError> {
        let part = &self.parts.in_path.whole;
        let fuzzy = FuzzyTermQuery::new_prefix(part.term(&typed.word), slips_allowed(&typed.word), true);
        typed.look(part, &fuzzy.automaton()?, IN_PATH)
    }
}

impl Typed {
    fn look(&mut self, part: &Part, fuzzy: &DfaWrapper, more: u16) -> Result<(), TantivyError> {
        let mut terms = part.reader.terms().search(fuzzy).into_stream()?;
        while terms.advance() {
            let Ok(known) = std::str::from_utf8(terms.key()) else { continue };
            let (whole, begun) = slips(&self.word, known);
            let slip = |n: usize| SLIP * u16::try_from(n).unwrap_or(u16::MAX / SLIP);
            let cost = slip(whole).min(slip(begun) + 1) + more;
            let set = part.reader.read_postings_from_terminfo(terms.value(), BASIC)?;
            self.take(set, cost);
        }
        Ok(())
    }

    fn take(&mut self, set: SegmentPostings, cost: u16) {
        self.reach += u64::from(set.doc_freq());
        self.meant.push(Meant { set, cost });
    }

    /// The terms that hold it, among these where some are given.
    fn holders(&self, among: Option<&[(DocId, u16)]>) -> Holders {
        let mut holders = Vec::new();
        for Meant { set, cost } in &self.meant {
            take(&mut holders, set.clone(), *cost, among);
        }
        holders.sort_unstable();
        holders.dedup_by_key(|(doc, _)| *doc);
        holders
    }
}

/// The terms that hold all these words, with the sum of what they cost. The rarest word leads: the others are only
/// looked for where it stands.
fn holding(words: &[&Typed]) -> Holders {
    let mut rarest_first = words.to_vec();
    rarest_first.sort_by_key(|typed| typed.reach);
    let mut held: Option<Holders> = None;
    for typed in rarest_first {
        let mut next = typed.holders(held.as_deref());
        for (doc, cost) in &mut next {
            *cost += held.as_deref().and_then(|held| at(held, *doc)).unwrap_or_default();
        }
        held = Some(next);
    }
    held.unwrap_or_default()
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
struct Best(HashMap<DocId, u16>);

impl Best {
    fn add(&mut self, start: u16, holders: Holders) {
        for (doc, cost) in holders {
            let sum = start + cost;
            self.0.entry(doc).and_modify(|known| *known = sum.min(*known)).or_insert(sum);
        }
    }

    /// Whether something is near enough for nothing else to be tried.
    fn is_good(&self) -> bool {
        self.0.values().any(|cost| *cost <= SLIP)
    }

    fn ranks(self) -> Vec<Rank> {
        let mut ranks: BTreeMap<u16, Vec<DocId>> = BTreeMap::new();
        for (doc, cost) in self.0 {
            ranks.entry(cost).or_default().push(doc);
        }
        let sorted = |mut docs: Vec<DocId>| {
            docs.sort_unstable();
            Rank::Docs(docs)
        };
        ranks.into_values().map(sorted).collect()
    }
}
