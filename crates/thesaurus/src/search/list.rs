//! The index of one list.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use base::{Date, fold};
use tantivy::{
    DocId, InvertedIndexReader, TantivyDocument, TantivyError, Term,
    directory::RamDirectory,
    indexer::SingleSegmentIndexWriter,
    schema::{Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TokenizerManager, WhitespaceTokenizer},
};

use super::{
    Found,
    query::{
        Asked, code_key, is_acronym, is_small, same_words_key, slips, slips_allowed, sound, telling_words,
    },
};
use crate::{Concept, tree::Tree};

/// Memory of the writer: the least that the library accepts, and more for each term, so that each list makes
/// one segment.
const WRITER_BYTES: usize = 15_000_000;
const WRITER_BYTES_PER_TERM: usize = 4_000;
const TOKENIZER: &str = "plie";
/// The beginnings of words that are kept ready: short ones, which many words share. A longer one is looked up among
/// whole words.
pub(super) const LONGEST_BEGINNING: usize = 5;
/// The same for whole labels: thousands begin with "autres".
pub(super) const LONGEST_HEAD: usize = 8;

/// One field of the index, open.
pub(super) struct Part {
    pub(super) field: Field,
    pub(super) reader: Arc<InvertedIndexReader>,
}

impl Part {
    pub(super) fn term(&self, text: &str) -> Term {
        Term::from_field_text(self.field, text)
    }
}

/// Whole texts, and their first letters.
pub(super) struct Texts {
    pub(super) whole: Part,
    pub(super) heads: Part,
}

/// Words from one source, whole and by their beginnings. The words of a synonym that stand in the label too are
/// not repeated, nor those of the path that stand in either.
pub(super) struct Words {
    pub(super) whole: Part,
    pub(super) starts: Part,
}

/// The fields of a term.
pub(super) struct Parts {
    pub(super) code: Part,
    pub(super) same_words: Part,
    pub(super) acronym: Part,
    pub(super) label: Texts,
    pub(super) synonym: Texts,
    pub(super) in_label: Words,
    pub(super) in_synonym: Words,
    pub(super) in_path: Words,
    pub(super) label_sounds: Part,
    pub(super) synonym_sounds: Part,
    /// Two neighbours written as one: `aidesoignant` finds "Aide-soignant".
    pub(super) joined: Part,
}

pub(super) struct ListIndex {
    pub(super) version: String,
    pub(super) tree: Tree,
    pub(super) parts: Parts,
    /// How many terms may still be chosen: they are written first.
    active: usize,
    /// How many of them were chosen once in the service: they are written before the others.
    used: usize,
    inactive: HashMap<String, Date>,
    /// Places of the terms in the delivered order, in the order of writing.
    written: Vec<usize>,
    /// The reverse: where the term of a place was written.
    at: Vec<DocId>,
}

impl std::fmt::Debug for ListIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ListIndex({}, {} terms)", self.version, self.written.len())
    }
}

impl ListIndex {
    pub(super) fn new(
        version: String,
        concepts: Vec<Concept>,
        inactive: HashMap<String, Date>,
        used: &HashMap<String, i64>,
    ) -> Result<Self, TantivyError> {
        let tree = Tree::new(concepts);
        let times = |c: &Concept| used.get(&c.code).copied().unwrap_or_default();
        let mut written: Vec<usize> = (0..tree.concepts().len()).collect();
        // A rank is read in this order.
        written.sort_by_cached_key(|i| {
            let concept = &tree.concepts()[*i];
            (!concept.active, Reverse(times(concept)), telling_words(&fold(&concept.label)).len(), *i)
        });
        let active = tree.concepts().iter().filter(|c| c.active);
        let (active, chosen) = (active.clone().count(), active.filter(|c| times(c) > 0).count());
        let mut at = vec![0; written.len()];
        for (doc, place) in written.iter().enumerate() {
            // More terms than four thousand million do not fit in the memory of the writer either.
            at[*place] = DocId::try_from(doc).unwrap_or(DocId::MAX);
        }
        let parts = write(&tree, &written)?;
        Ok(Self { version, tree, parts, active, used: chosen, inactive, written, at })
    }

    pub(super) fn search(
        &self,
        query: &str,
        limit: usize,
        favourites: &[String],
    ) -> Result<Vec<Found>, TantivyError> {
        let Some(asked) = Asked::read(query).filter(|_| limit > 0) else { return Ok(Vec::new()) };
        let mut favourites: Vec<DocId> = favourites.iter().filter_map(|code| self.doc(code)).collect();
        favourites.sort_unstable();
        favourites.dedup();
        let answers = self.ranked(&asked, limit, &favourites)?;
        let found = |(doc, by_label): (DocId, bool)| {
            let concept = self.concept(doc)?;
            let synonym = if by_label { None } else { synonym_that_answers(concept, &asked.words) };
            Some(self.found(concept, synonym.cloned()))
        };
        Ok(answers.into_iter().filter_map(found).collect())
    }

    pub(super) fn usual(&self, limit: usize, favourites: &[String]) -> Vec<Found> {
        let mut docs: Vec<DocId> = Vec::with_capacity(limit);
        let most_used = (0..self.used).map_while(|d| DocId::try_from(d).ok());
        for doc in favourites.iter().filter_map(|code| self.doc(code)).chain(most_used) {
            if docs.len() == limit {
                break;
            }
            if !docs.contains(&doc) {
                docs.push(doc);
            }
        }
        docs.into_iter().filter_map(|doc| Some(self.found(self.concept(doc)?, None))).collect()
    }

    fn concept(&self, doc: DocId) -> Option<&Concept> {
        self.tree.concepts().get(*self.written.get(usize::try_from(doc).ok()?)?)
    }

    /// Where a term that may be chosen was written.
    fn doc(&self, code: &str) -> Option<DocId> {
        let doc = *self.at.get(self.tree.place(code)?)?;
        (usize::try_from(doc).ok()? < self.active).then_some(doc)
    }

    fn found(&self, concept: &Concept, found_by: Option<String>) -> Found {
        Found {
            code: concept.code.clone(),
            label: concept.label.clone(),
            path: self.tree.path_words(&concept.code),
            found_by,
            inactive_since: (!concept.active).then(|| self.inactive.get(&concept.code).copied()).flatten(),
            declencheur: concept.declencheur.clone(),
        }
    }
}

/// Names of the fields of texts, then of words.
const TEXTS: [&str; 5] = ["code", "memes_mots", "sigle", "libelle", "synonyme"];
const TOKENS: [&str; 11] = [
    "tetes_libelle",
    "tetes_synonyme",
    "mots_libelle",
    "debuts_libelle",
    "sons_libelle",
    "mots_synonyme",
    "debuts_synonyme",
    "sons_synonyme",
    "mots_chemin",
    "debuts_chemin",
    "colles",
];

/// Writes the terms in this order and opens each field.
fn write(tree: &Tree, order: &[usize]) -> Result<Parts, TantivyError> {
    let mut schema = Schema::builder();
    let words = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    );
    let [code, same_words, acronym, label, synonym] = TEXTS.map(|name| schema.add_text_field(name, STRING));
    let [label_heads, synonym_heads, l1, l2, l3, s1, s2, s3, p1, p2, joined] =
        TOKENS.map(|name| schema.add_text_field(name, words.clone()));
    let tokenizers = TokenizerManager::default();
    tokenizers.register(TOKENIZER, WhitespaceTokenizer::default());
    let memory = WRITER_BYTES + tree.concepts().len() * WRITER_BYTES_PER_TERM;
    // Public, though absent from the library's documentation: one segment by construction and no threads.
    // Measured on twenty lists, the documented writer leaves 70 MB more resident.
    let mut writer: SingleSegmentIndexWriter = tantivy::Index::builder()
        .schema(schema.build())
        .tokenizers(tokenizers)
        .single_segment_index_writer(RamDirectory::create(), memory)?;
    for place in order {
        let concept = &tree.concepts()[*place];
        let folded = fold(&concept.label);
        let mut doc = TantivyDocument::new();
        doc.add_text(code, code_key(&concept.code));
        doc.add_text(same_words, same_words_key(&telling_words(&folded)));
        for acronym_of in acronyms(concept) {
            doc.add_text(acronym, acronym_of);
        }
        doc.add_text(label, &folded);
        doc.add_text(label_heads, heads(&folded));
        let mut known = Known::default();
        known.take(&folded);
        let new = known.write(&mut doc, [l1, l2]);
        doc.add_text(l3, sounds(&new));
        for name in &concept.synonyms {
            let folded = fold(name);
            doc.add_text(synonym, &folded);
            doc.add_text(synonym_heads, heads(&folded));
            known.take(&folded);
        }
        let new = known.write(&mut doc, [s1, s2]);
        doc.add_text(s3, sounds(&new));
        doc.add_text(joined, known.joined.join(" "));
        for above in tree.path(&concept.code) {
            known.take(&fold(&above.label));
        }
        known.write(&mut doc, [p1, p2]);
        writer.add_document(doc)?;
    }
    let index = writer.finalize()?;
    let searcher = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?.searcher();
    let part = |field: Field| -> Result<Part, TantivyError> {
        let reader = match searcher.segment_readers().first() {
            Some(segment) => segment.inverted_index(field)?,
            None => Arc::new(InvertedIndexReader::empty(IndexRecordOption::Basic)),
        };
        Ok(Part { field, reader })
    };
    let words = |[whole, starts]: [Field; 2]| -> Result<Words, TantivyError> {
        Ok(Words { whole: part(whole)?, starts: part(starts)? })
    };
    Ok(Parts {
        code: part(code)?,
        same_words: part(same_words)?,
        acronym: part(acronym)?,
        label: Texts { whole: part(label)?, heads: part(label_heads)? },
        synonym: Texts { whole: part(synonym)?, heads: part(synonym_heads)? },
        in_label: words([l1, l2])?,
        in_synonym: words([s1, s2])?,
        in_path: words([p1, p2])?,
        label_sounds: part(l3)?,
        synonym_sounds: part(s3)?,
        joined: part(joined)?,
    })
}

/// The acronyms of a term: synonyms, and words of a label that is not all in capitals.
fn acronyms(concept: &Concept) -> Vec<String> {
    let mixed = concept.label.chars().any(char::is_lowercase);
    let of_label = concept.label.split(|c: char| !c.is_alphanumeric()).filter(|_| mixed);
    let all = of_label.chain(concept.synonyms.iter().map(String::as_str));
    all.filter(|w| is_acronym(w)).map(fold).collect()
}

/// The words of a term as they are met: in its label, then in its synonyms, then above.
#[derive(Default)]
struct Known {
    before: BTreeSet<String>,
    new: BTreeSet<String>,
    joined: Vec<String>,
}

impl Known {
    fn take(&mut self, folded: &str) {
        let mut before = "";
        for word in folded.split(' ').filter(|w| !w.is_empty()) {
            // "main doeuvre" is typed, "chefde" is not.
            if !before.is_empty() && [before, word].iter().all(|w| w.len() == 1 || !is_small(w)) {
                self.joined.push(format!("{before}{word}"));
            }
            if !self.before.contains(word) {
                self.new.insert(word.to_owned());
            }
            before = word;
        }
    }

    /// Writes the words met since the last time; which they are.
    fn write(&mut self, doc: &mut TantivyDocument, [whole, starts]: [Field; 2]) -> BTreeSet<String> {
        let new = std::mem::take(&mut self.new);
        let begun: BTreeSet<&str> = new.iter().flat_map(|w| beginnings(w, LONGEST_BEGINNING)).collect();
        doc.add_text(starts, begun.into_iter().collect::<Vec<_>>().join(" "));
        doc.add_text(whole, new.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
        self.before.extend(new.iter().cloned());
        new
    }
}

fn sounds(words: &BTreeSet<String>) -> String {
    words.iter().map(|w| sound(w)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// The first letters of a whole text, as tokens: blanks cannot stand in one.
fn heads(folded: &str) -> String {
    beginnings(folded, LONGEST_HEAD).map(head_key).collect::<Vec<_>>().join(" ")
}

/// A beginning of a whole text as one token.
pub(super) fn head_key(beginning: &str) -> String {
    beginning.replace(' ', "_")
}

fn beginnings(text: &str, longest: usize) -> impl Iterator<Item = &str> {
    text.char_indices().take(longest).map(|(at, c)| &text[..at + c.len_utf8()])
}

/// The synonym to show beside a term whose label does not hold every word.
fn synonym_that_answers<'a>(concept: &'a Concept, words: &[String]) -> Option<&'a String> {
    let near = |word: &str, other: &str| {
        let allowed = slips_allowed(word);
        slips(word, other).1 <= usize::from(allowed) || (allowed > 0 && sound(word) == sound(other))
    };
    let answers = |text: &str, word: &String, exactly: bool| {
        text.split(' ').any(|w| w.starts_with(word.as_str()) || (!exactly && near(word, w)))
    };
    let label = fold(&concept.label);
    let synonyms: Vec<(String, &String)> = concept.synonyms.iter().map(|s| (fold(s), s)).collect();
    for exactly in [true, false] {
        let missing: Vec<&String> = words.iter().filter(|w| !answers(&label, w, exactly)).collect();
        if missing.is_empty() {
            return None;
        }
        let whole = synonyms.iter().find(|(s, _)| words.iter().all(|w| answers(s, w, exactly)));
        let part = || synonyms.iter().find(|(s, _)| missing.iter().any(|w| answers(s, w, exactly)));
        if let Some((_, synonym)) = whole.or_else(part) {
            return Some(synonym);
        }
    }
    None
}
