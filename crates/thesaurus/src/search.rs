//! Searching while one types (thesauri.md, A9): folded, every word a beginning, tolerant of slips.
//!
//! One small index in memory per active list. Its terms are written in the order that holds inside a rank (active
//! first, then the most used, then the labels with the fewest other words, then the delivered order), so that a
//! rank is read from its beginning and left as soon as enough was found. docs/recherche.md has the ranks and what
//! they are worth.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use base::Date;
use store::{StoreError, Tx};
use tantivy::TantivyError;
use ui::TermOption;

use self::list::ListIndex;
use crate::{read, tree::Tree, words::trigger_flag};

mod list;
mod near;
mod query;
mod ranks;

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

/// How often each term was chosen in the service, by list and code. Whoever knows the records gives it; it orders
/// answers inside a rank and never hides one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frequences(BTreeMap<String, HashMap<String, i64>>);

impl Frequences {
    /// Nothing was chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The counts of one list, by code: what [`crate::frequencies`] answers.
    pub fn set(&mut self, list: &str, counts: HashMap<String, i64>) {
        self.0.insert(list.to_owned(), counts);
    }

    fn of(&self, list: &str) -> Option<&HashMap<String, i64>> {
        self.0.get(list).filter(|counts| !counts.is_empty())
    }
}

/// The index that is up to date. Cheap to clone; every clone is the same index.
#[derive(Debug, Clone, Default)]
pub struct Search(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    index: RwLock<Arc<Index>>,
    usage: RwLock<Arc<Frequences>>,
    renewal: tokio::sync::Mutex<()>,
}

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

    /// Takes new counts of use, whole. The lists whose counts changed are indexed again at the next
    /// [`Search::current`]: give them now and then (each night), not at each choice.
    pub fn set_frequences(&self, usage: Frequences) {
        *self.0.usage.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(usage);
    }

    /// The index of the versions that are active in this transaction. A list whose active version changed is
    /// indexed again, whoever loaded it: this program or another one on the same database.
    pub async fn current(&self, tx: &mut Tx) -> Result<Arc<Index>, StoreError> {
        let active = read::active_versions(tx).await?;
        let usage = Arc::clone(&self.0.usage.read().unwrap_or_else(PoisonError::into_inner));
        let known = Arc::clone(&self.0.index.read().unwrap_or_else(PoisonError::into_inner));
        if known.holds(&active, &usage) {
            return Ok(known);
        }
        // One rebuilds, the others wait and find it done: an index of forty thousand terms takes memory while it grows.
        let _turn = self.0.renewal.lock().await;
        let known = Arc::clone(&self.0.index.read().unwrap_or_else(PoisonError::into_inner));
        if known.holds(&active, &usage) {
            return Ok(known);
        }
        let fresh = Arc::new(known.renewed(tx, &active, usage).await?);
        *self.0.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }
}

/// The terms of all active lists, in memory.
#[derive(Debug, Default)]
pub struct Index {
    lists: BTreeMap<String, Arc<ListIndex>>,
    usage: Arc<Frequences>,
}

impl Index {
    /// Reads and indexes every active list.
    pub async fn build(tx: &mut Tx) -> Result<Self, StoreError> {
        let active = read::active_versions(tx).await?;
        Self::default().renewed(tx, &active, Arc::default()).await
    }

    fn holds(&self, active: &[(String, String)], usage: &Arc<Frequences>) -> bool {
        Arc::ptr_eq(&self.usage, usage)
            && self.lists.len() == active.len()
            && active
                .iter()
                .all(|(list, version)| self.lists.get(list).is_some_and(|l| l.version == *version))
    }

    async fn renewed(
        &self,
        tx: &mut Tx,
        active: &[(String, String)],
        usage: Arc<Frequences>,
    ) -> Result<Self, StoreError> {
        let mut lists = BTreeMap::new();
        for (list, version) in active {
            let same_use = self.usage.of(list) == usage.of(list);
            let kept = self.lists.get(list).filter(|l| same_use && l.version == *version);
            let index = if let Some(kept) = kept {
                Arc::clone(kept)
            } else {
                let concepts = read::concepts_of(tx, list, version).await?;
                let inactive = read::inactive_since(tx, list).await?.into_iter().collect();
                let (version, used) = (version.clone(), usage.of(list).cloned().unwrap_or_default());
                // Some tenths of a second for the largest lists: not on the thread that serves pages.
                tokio::task::spawn_blocking(move || ListIndex::new(version, concepts, inactive, &used))
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
        Ok(Self { lists, usage })
    }

    /// The terms of a list that answer a query, best first, at most `limit`. None for an unknown list or a query
    /// without a letter.
    pub fn search(&self, list: &str, query: &str, limit: usize) -> Result<Vec<Found>, StoreError> {
        self.search_for(list, query, limit, &[])
    }

    /// The same for somebody whose favourites these codes are: they come first among answers of the same rank.
    pub fn search_for(
        &self,
        list: &str,
        query: &str,
        limit: usize,
        favourites: &[String],
    ) -> Result<Vec<Found>, StoreError> {
        match self.lists.get(list) {
            Some(index) => index.search(query, limit, favourites).map_err(unexpected),
            None => Ok(Vec::new()),
        }
    }

    /// What to show before anything is typed: the favourites in their order, then the terms most used in the
    /// service. Only terms that may be chosen.
    pub fn usual(&self, list: &str, limit: usize, favourites: &[String]) -> Vec<Found> {
        self.lists.get(list).map_or_else(Vec::new, |index| index.usual(limit, favourites))
    }

    /// The version of a list that is indexed.
    pub fn version(&self, list: &str) -> Option<&str> {
        self.lists.get(list).map(|l| l.version.as_str())
    }

    /// The tree of a list.
    pub(crate) fn tree(&self, list: &str) -> Option<&Tree> {
        self.lists.get(list).map(|l| &l.tree)
    }
}

fn unexpected(error: TantivyError) -> StoreError {
    StoreError::Unexpected { statement: "thesaurus::search", source: Box::new(error) }
}

#[cfg(test)]
mod tests;
