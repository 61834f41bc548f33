//! Searching while one types (thesauri.md, A9): folded, every word a beginning, tolerant of slips.
//!
//! One small index in memory per active list. The ranks of A9 are scores far apart; inside a rank, active terms
//! come first, then the labels with the fewest other words ("Culture du riz" before "Culture de céréales, à
//! l'exception du riz"), then the delivered order.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use base::{Date, fold};
use store::{StoreError, Tx};
use tantivy::{
    DocAddress, Searcher, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    directory::RamDirectory,
    indexer::SingleSegmentIndexWriter,
    query::{BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Query, TermQuery},
    schema::{Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TokenizerManager, WhitespaceTokenizer},
};
use ui::TermOption;

use crate::{Concept, read, tree::Tree, words::trigger_flag};

/// Words that say nothing alone. They count only when the query has nothing else.
const STOP_WORDS: [&str; 12] = ["de", "des", "du", "la", "le", "les", "l", "d", "et", "en", "a", "au"];
/// Longer queries are cut: nobody types them.
const MAX_WORDS: usize = 12;
const MAX_LETTERS: usize = 200;
/// Memory of the writer: the least that the library accepts, and more for each term, so that each list makes
/// one segment.
const WRITER_BYTES: usize = 15_000_000;
const WRITER_BYTES_PER_TERM: usize = 1_000;
const TOKENIZER: &str = "plie";

/// A term that answers a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its code.
    pub code: String,
    /// Its label, byte for byte.
    pub label: String,
    /// Where it stands: `Agents chimiques › Métaux`; `None` at the root.
    pub path: Option<String>,
    /// The synonym that answered, where the label did not.
    pub found_by: Option<String>,
    /// Since when it may no longer be chosen.
    pub inactive_since: Option<Date>,
    /// The trigger of follow-up that it carries.
    pub declencheur: Option<String>,
}

impl Found {
    /// The same as a line of the thesaurus field.
    pub fn option(&self, list: &str) -> TermOption {
        let mut option =
            TermOption::new(&self.code, &self.label).tree(crate::pages::term_href(list, &self.code));
        if let Some(path) = &self.path {
            option = option.path(path);
        }
        if let Some(synonym) = &self.found_by {
            option = option.found_by(synonym);
        }
        if let Some(trigger) = &self.declencheur {
            option = option.flag(trigger_flag(trigger));
        }
        if let Some(day) = self.inactive_since {
            option = option.inactive_since(day);
        }
        option
    }
}

/// The index that is up to date. Cheap to clone; every clone is the same index.
#[derive(Debug, Clone, Default)]
pub struct Search(Arc<RwLock<Arc<Index>>>);

impl Search {
    /// Empty: [`Search::current`] fills it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Filled at once, so that the first person does not wait.
    pub async fn build(tx: &mut Tx) -> Result<Self, StoreError> {
        let search = Self::new();
        search.current(tx).await?;
        Ok(search)
    }

    /// The index of the versions that are active in this transaction. A list whose active version changed is
    /// indexed again, whoever loaded it: this program or another one on the same database.
    pub async fn current(&self, tx: &mut Tx) -> Result<Arc<Index>, StoreError> {
        let active = read::active_versions(tx).await?;
        let known = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        if known.holds(&active) {
            return Ok(known);
        }
        let fresh = Arc::new(known.renewed(tx, &active).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }
}

/// The terms of all active lists, in memory.
#[derive(Debug, Default)]
pub struct Index(BTreeMap<String, Arc<ListIndex>>);

impl Index {
    /// Reads and indexes every active list.
    pub async fn build(tx: &mut Tx) -> Result<Self, StoreError> {
        let active = read::active_versions(tx).await?;
        Self::default().renewed(tx, &active).await
    }

    fn holds(&self, active: &[(String, String)]) -> bool {
        self.0.len() == active.len()
            && active.iter().all(|(list, version)| self.0.get(list).is_some_and(|l| l.version == *version))
    }

    async fn renewed(&self, tx: &mut Tx, active: &[(String, String)]) -> Result<Self, StoreError> {
        let mut lists = BTreeMap::new();
        for (list, version) in active {
            let kept = self.0.get(list).filter(|l| l.version == *version);
            let index = if let Some(kept) = kept {
                Arc::clone(kept)
            } else {
                let concepts = read::concepts_of(tx, list, version).await?;
                let inactive = read::inactive_since(tx, list).await?.into_iter().collect();
                let version = version.clone();
                // Some tenths of a second for the largest lists: not on the thread that serves pages.
                tokio::task::spawn_blocking(move || ListIndex::new(version, concepts, inactive))
                    .await
                    .map_err(|e| StoreError::Unexpected {
                        statement: "thesaurus::index",
                        source: Box::new(e),
                    })?
                    .map(Arc::new)
                    .map_err(unexpected)?
            };
            lists.insert(list.clone(), index);
        }
        Ok(Self(lists))
    }

    /// The terms of a list that answer a query, best first, at most `limit`. None for an unknown list or a query
    /// without a letter.
    pub fn search(&self, list: &str, query: &str, limit: usize) -> Result<Vec<Found>, StoreError> {
        match self.0.get(list) {
            Some(index) => index.search(query, limit).map_err(unexpected),
            None => Ok(Vec::new()),
        }
    }

    /// The version of a list that is indexed.
    pub fn version(&self, list: &str) -> Option<&str> {
        self.0.get(list).map(|l| l.version.as_str())
    }

    /// The tree of a list.
    pub(crate) fn tree(&self, list: &str) -> Option<&Tree> {
        self.0.get(list).map(|l| &l.tree)
    }
}

fn unexpected(error: TantivyError) -> StoreError {
    StoreError::Unexpected { statement: "thesaurus::search", source: Box::new(error) }
}

/// The fields of a term. Each of the last three holds the words of the one before and more.
#[derive(Debug, Clone, Copy)]
struct Fields {
    code: Field,
    label: Field,
    same_words: Field,
    synonym: Field,
    label_words: Field,
    named_words: Field,
    all_words: Field,
}

struct ListIndex {
    version: String,
    tree: Tree,
    inactive: HashMap<String, Date>,
    /// Places of the terms in the delivered order, in the order of writing.
    written: Vec<usize>,
    searcher: Searcher,
    fields: Fields,
}

impl std::fmt::Debug for ListIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ListIndex({}, {} terms)", self.version, self.tree.concepts().len())
    }
}

impl ListIndex {
    fn new(
        version: String,
        concepts: Vec<Concept>,
        inactive: HashMap<String, Date>,
    ) -> Result<Self, TantivyError> {
        let tree = Tree::new(concepts);
        let mut schema = Schema::builder();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(TOKENIZER)
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let fields = Fields {
            code: schema.add_text_field("code", STRING),
            label: schema.add_text_field("libelle", STRING),
            same_words: schema.add_text_field("memes_mots", STRING),
            synonym: schema.add_text_field("synonyme", STRING),
            label_words: schema.add_text_field("mots_libelle", words.clone()),
            named_words: schema.add_text_field("mots_noms", words.clone()),
            all_words: schema.add_text_field("mots_chemin", words),
        };
        let tokenizers = TokenizerManager::default();
        tokenizers.register(TOKENIZER, WhitespaceTokenizer::default());
        let memory = WRITER_BYTES + tree.concepts().len() * WRITER_BYTES_PER_TERM;
        // Public, though absent from the library's documentation: one segment by construction and no threads.
        // Measured on twenty lists, the documented writer leaves 70 MB more resident.
        let mut writer: SingleSegmentIndexWriter = tantivy::Index::builder()
            .schema(schema.build())
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), memory)?;
        let mut places: Vec<usize> = (0..tree.concepts().len()).collect();
        // Equal scores come out in the order of writing.
        places.sort_by_cached_key(|i| {
            let concept = &tree.concepts()[*i];
            (!concept.active, telling_words(&fold(&concept.label)).len(), *i)
        });
        for place in &places {
            let concept = &tree.concepts()[*place];
            let label = fold(&concept.label);
            let synonyms: Vec<String> = concept.synonyms.iter().map(|s| fold(s)).collect();
            let above: Vec<String> = tree.path(&concept.code).iter().map(|c| fold(&c.label)).collect();
            let mut doc = TantivyDocument::new();
            doc.add_text(fields.code, code_key(&concept.code));
            doc.add_text(fields.label, &label);
            doc.add_text(fields.same_words, same_words_key(&telling_words(&label)));
            for synonym in &synonyms {
                doc.add_text(fields.synonym, synonym);
            }
            doc.add_text(fields.label_words, &label);
            for text in std::iter::once(&label).chain(&synonyms) {
                doc.add_text(fields.named_words, text);
                doc.add_text(fields.all_words, text);
            }
            for text in &above {
                doc.add_text(fields.all_words, text);
            }
            writer.add_document(doc)?;
        }
        let index = writer.finalize()?;
        let searcher =
            index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?.searcher();
        Ok(Self { version, tree, inactive, written: places, searcher, fields })
    }

    fn search(&self, query: &str, limit: usize) -> Result<Vec<Found>, TantivyError> {
        let query: String = query.chars().take(MAX_LETTERS).collect();
        let folded = fold(&query);
        let mut words = telling_words(&folded);
        words.truncate(MAX_WORDS);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut found = self.run(&self.exact(&query, &folded, &words), limit)?;
        let slips = found.is_empty();
        if found.len() < limit {
            let mut near = self.run(&self.near(&words, false), limit)?;
            if slips && near.is_empty() {
                near = self.run(&self.near(&words, true), limit)?;
            }
            near.retain(|place| !found.contains(place));
            found.extend(near);
            found.truncate(limit);
        }
        Ok(found
            .into_iter()
            .filter_map(|place| Some(self.found(self.tree.concepts().get(place)?, &words, slips)))
            .collect())
    }

    /// Places of the terms in the delivered order, best first.
    fn run(&self, query: &dyn Query, limit: usize) -> Result<Vec<usize>, TantivyError> {
        let hits = self.searcher.search(query, &TopDocs::with_limit(limit).order_by_score())?;
        let document = |address: DocAddress| usize::try_from(address.doc_id).ok();
        Ok(hits.into_iter().filter_map(|(_, at)| self.written.get(document(at)?).copied()).collect())
    }

    /// The ranks where nothing is misspelt.
    fn exact(&self, query: &str, folded: &str, words: &[String]) -> DisjunctionMaxQuery {
        let f = self.fields;
        let key = code_key(query);
        let mut ranks = vec![
            scored(whole(f.code, &key), 100.0),
            scored(whole(f.label, folded), 90.0),
            scored(whole(f.same_words, &same_words_key(words)), 85.0),
            // Words typed whole come before words that merely begin so: "plomb" before "plombier".
            scored(beginning(f.label, &format!("{folded} ")), 82.0),
            scored(beginning(f.label, folded), 80.0),
            scored(every_whole_word(f.label_words, words), 72.0),
            scored(every_word(f.label_words, words), 70.0),
            scored(whole(f.synonym, folded), 65.0),
            scored(beginning(f.synonym, folded), 62.0),
            scored(every_word(f.named_words, words), 60.0),
            scored(every_word(f.all_words, words), 50.0),
        ];
        if key.bytes().any(|b| b.is_ascii_digit()) {
            ranks.push(scored(beginning(f.code, &key), 75.0));
        }
        DisjunctionMaxQuery::new(ranks)
    }

    /// The last rank: every word within one slip (4 to 7 letters) or two (8 and more) of a word of the term, or of
    /// its beginning. Labels count more than synonyms, synonyms more than what stands above.
    fn near(&self, words: &[String], unfinished: bool) -> BooleanQuery {
        let f = self.fields;
        let each = words.iter().map(|word| -> Box<dyn Query> {
            let mut ways = Vec::new();
            for (field, worth) in [(f.label_words, 9.0), (f.named_words, 6.0), (f.all_words, 3.0)] {
                ways.push(scored(beginning(field, word), worth));
                for slips in 1..=slips_allowed(word) {
                    let term = Term::from_field_text(field, word);
                    let near = if unfinished {
                        FuzzyTermQuery::new_prefix(term, slips, true)
                    } else {
                        FuzzyTermQuery::new(term, slips, true)
                    };
                    ways.push(scored(Box::new(near), worth - f32::from(slips)));
                }
            }
            Box::new(DisjunctionMaxQuery::new(ways))
        });
        BooleanQuery::intersection(each.collect())
    }

    fn found(&self, concept: &Concept, words: &[String], slips: bool) -> Found {
        Found {
            code: concept.code.clone(),
            label: concept.label.clone(),
            path: self.tree.path_words(&concept.code),
            found_by: synonym_that_answers(concept, words, slips).cloned(),
            inactive_since: (!concept.active).then(|| self.inactive.get(&concept.code).copied()).flatten(),
            declencheur: concept.declencheur.clone(),
        }
    }
}

fn scored(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

fn whole(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

fn beginning(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), 0, false))
}

fn every_word(field: Field, words: &[String]) -> Box<dyn Query> {
    Box::new(BooleanQuery::intersection(words.iter().map(|w| beginning(field, w)).collect()))
}

fn every_whole_word(field: Field, words: &[String]) -> Box<dyn Query> {
    Box::new(BooleanQuery::intersection(words.iter().map(|w| whole(field, w)).collect()))
}

/// `01.11Z` and `0111z` are one code to a person who types.
fn code_key(code: &str) -> String {
    fold(code).replace(' ', "")
}

/// The words of a folded text that say something; all of them when none does.
fn telling_words(folded: &str) -> Vec<String> {
    let all = || folded.split(' ').filter(|w| !w.is_empty());
    let telling: Vec<String> = all().filter(|w| !STOP_WORDS.contains(w)).map(str::to_owned).collect();
    if telling.is_empty() { all().map(str::to_owned).collect() } else { telling }
}

/// The same for labels that differ by order, plural or small words only.
fn same_words_key(words: &[String]) -> String {
    let mut words: Vec<&str> = words
        .iter()
        .map(|w| if w.len() > 3 { w.strip_suffix(['s', 'x']).unwrap_or(w) } else { w.as_str() })
        .collect();
    words.sort_unstable();
    words.join(" ")
}

fn slips_allowed(word: &str) -> u8 {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The synonym to show beside a term whose label does not hold every word.
fn synonym_that_answers<'a>(concept: &'a Concept, words: &[String], slips: bool) -> Option<&'a String> {
    let answers = |text: &str, word: &String| {
        let text = fold(text);
        text.split(' ').any(|w| w.starts_with(word.as_str()))
            || (slips && text.split(' ').any(|w| within(word, w, usize::from(slips_allowed(word)))))
    };
    let missing: Vec<&String> = words.iter().filter(|w| !answers(&concept.label, w)).collect();
    if missing.is_empty() {
        return None;
    }
    let whole = concept.synonyms.iter().find(|s| words.iter().all(|w| answers(s, w)));
    whole.or_else(|| concept.synonyms.iter().find(|s| missing.iter().any(|w| answers(s, w))))
}

/// Whether a word, or its beginning, is reached from another by so many slips: a letter added, left out, changed,
/// or two neighbours exchanged (optimal string alignment). The index finds the terms; this only tells which
/// synonym to show.
fn within(typed: &str, word: &str, slips: usize) -> bool {
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=word.len()).collect()];
    for i in 1..=typed.len() {
        let mut row = vec![i];
        for j in 1..=word.len() {
            let change = usize::from(typed[i - 1] != word[j - 1]);
            let mut cost = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && typed[i - 1] == word[j - 2] && typed[i - 2] == word[j - 1] {
                cost = cost.min(rows[i - 2][j - 2] + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows.last().is_some_and(|row| row.iter().any(|cost| *cost <= slips))
}

#[cfg(test)]
mod tests;
