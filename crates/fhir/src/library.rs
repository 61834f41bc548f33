//! The releases that requests ask about: found by address or identifier, kept in memory while they serve.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base::Date;
use store::Tx;
use terminologie::Facts;
use thesaurus::ListSummary;

use crate::{canonical, ops::translate::CodeMap, outcome::Outcome, view::View};

/// Terms kept in memory, all releases together: some tens of megabytes.
const TERMS_KEPT: usize = 100_000;
/// Codes kept in memory, all correspondences together.
const MAPPED_KEPT: usize = 100_000;

/// What is kept between requests. A release never changes once it is loaded: nothing here ever grows old.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    views: Mutex<Kept<(String, String), View>>,
    maps: Mutex<Kept<(String, String, String), CodeMap>>,
    facts: Mutex<HashMap<(String, String), Arc<Facts>>>,
    /// The list behind each address that was asked for and found.
    addresses: Mutex<HashMap<String, String>>,
}

/// The values used last, as many as weigh so much together; one at least.
#[derive(Debug)]
struct Kept<K, V>(Vec<(K, usize, Arc<V>)>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, V> Kept<K, V> {
    fn get(&mut self, key: &K) -> Option<Arc<V>> {
        let at = self.0.iter().position(|(k, ..)| k == key)?;
        self.0[..=at].rotate_right(1);
        self.0.first().map(|(.., value)| Arc::clone(value))
    }

    fn put(&mut self, key: K, weight: usize, value: Arc<V>, most: usize) {
        self.0.retain(|(k, ..)| *k != key);
        self.0.insert(0, (key, weight, value));
        while self.0.len() > 1 && self.0.iter().map(|(_, weight, _)| weight).sum::<usize>() > most {
            self.0.pop();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is kept is whole between two statements: a thread that panicked left nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lists, as one request sees them.
pub(crate) struct Library<'a> {
    /// The transaction of the request.
    pub(crate) tx: &'a mut Tx,
    shelf: &'a Shelf,
}

impl<'a> Library<'a> {
    pub(crate) fn new(tx: &'a mut Tx, shelf: &'a Shelf) -> Self {
        Self { tx, shelf }
    }

    /// Every version of every list, in the order of lists, the latest loaded first.
    pub(crate) async fn all(&mut self) -> Result<Vec<Vec<ListSummary>>, Outcome> {
        let mut all = Vec::new();
        for list in thesaurus::lists(self.tx).await? {
            all.push(thesaurus::versions(self.tx, &list.liste.id).await?);
        }
        Ok(all)
    }

    /// What is known of a version beside its terms.
    pub(crate) async fn facts(&mut self, version: &ListSummary) -> Result<Arc<Facts>, Outcome> {
        let key = (version.liste.id.clone(), version.version.clone());
        if let Some(known) = locked(&self.shelf.facts).get(&key) {
            return Ok(Arc::clone(known));
        }
        let view = self.view(&key.0, &key.1).await?;
        let facts = Arc::new(view.map(|v| v.release().facts.clone()).unwrap_or_default());
        locked(&self.shelf.facts).insert(key, Arc::clone(&facts));
        Ok(facts)
    }

    /// The list that has this address: its editor's, its object identifier, or ours.
    pub(crate) async fn list_at(&mut self, system: &str) -> Result<Option<String>, Outcome> {
        if let Some(list) = canonical::own_list(system) {
            let known = !thesaurus::versions(self.tx, list).await?.is_empty();
            return Ok(known.then(|| list.to_owned()));
        }
        if let Some(known) = locked(&self.shelf.addresses).get(system) {
            return Ok(Some(known.clone()));
        }
        for versions in self.all().await? {
            for version in &versions {
                if canonical::is_called(&*self.facts(version).await?, system) {
                    let list = version.liste.id.clone();
                    locked(&self.shelf.addresses).insert(system.to_owned(), list.clone());
                    return Ok(Some(list));
                }
            }
        }
        Ok(None)
    }

    /// A version that is loaded; `None` when it is not.
    pub(crate) async fn view(&mut self, list: &str, version: &str) -> Result<Option<Arc<View>>, Outcome> {
        let key = (list.to_owned(), version.to_owned());
        if let Some(known) = locked(&self.shelf.views).get(&key) {
            return Ok(Some(known));
        }
        let Some(release) = thesaurus::release(self.tx, list, version).await? else { return Ok(None) };
        let view = Arc::new(View::new(release));
        locked(&self.shelf.views).put(key, view.terms().len(), Arc::clone(&view), TERMS_KEPT);
        Ok(Some(view))
    }

    /// The version asked for; without one, the version of that day; without a day, the one offered at entry.
    pub(crate) async fn resolve(
        &mut self,
        system: &str,
        version: Option<&str>,
        day: Option<Date>,
    ) -> Result<Arc<View>, Outcome> {
        let list = self.list_at(system).await?.ok_or_else(|| Outcome::unknown_system(system))?;
        let chosen = match (version, day) {
            (Some(version), _) => version.to_owned(),
            (None, Some(day)) => {
                let versions = thesaurus::versions(self.tx, &list).await?;
                version_on(&versions, day)
                    .ok_or_else(|| Outcome::no_version_on(system, &day.to_string()))?
                    .version
                    .clone()
            }
            (None, None) => self.offered(&list).await?.ok_or_else(|| Outcome::unknown_system(system))?,
        };
        self.view(&list, &chosen).await?.ok_or_else(|| Outcome::unknown_version(system, &chosen))
    }

    /// The version offered at entry; the latest loaded where none is offered.
    pub(crate) async fn offered(&mut self, list: &str) -> Result<Option<String>, Outcome> {
        if let Some(active) = thesaurus::active_version(self.tx, list).await? {
            return Ok(Some(active));
        }
        Ok(thesaurus::versions(self.tx, list).await?.into_iter().next().map(|v| v.version))
    }

    /// The correspondence between two versions; `None` when one of them is not loaded.
    pub(crate) async fn map(
        &mut self,
        list: &str,
        from: &str,
        to: &str,
    ) -> Result<Option<Arc<CodeMap>>, Outcome> {
        let key = (list.to_owned(), from.to_owned(), to.to_owned());
        if let Some(known) = locked(&self.shelf.maps).get(&key) {
            return Ok(Some(known));
        }
        let (Some(before), Some(after)) = (self.view(list, from).await?, self.view(list, to).await?) else {
            return Ok(None);
        };
        let map = Arc::new(CodeMap::between(before.release(), after.release())?);
        let weight = before.terms().len() + after.terms().len();
        locked(&self.shelf.maps).put(key, weight, Arc::clone(&map), MAPPED_KEPT);
        Ok(Some(map))
    }
}

/// The version in force on a day: the latest one issued by then, or loaded by then where the day of issue is unknown.
fn version_on(versions: &[ListSummary], day: Date) -> Option<&ListSummary> {
    let since = |v: &ListSummary| v.publiee_le.unwrap_or_else(|| v.chargee_le.day());
    // The latest loaded comes first: it wins among those of one day.
    versions.iter().rev().filter(|v| since(v) <= day).max_by_key(|v| since(v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_stays() {
        let mut kept = Kept::default();
        for (key, weight) in [("a", 4), ("b", 4), ("c", 4)] {
            kept.put(key, weight, Arc::new(key.to_owned()), 8);
            kept.get(&"a");
        }
        assert_eq!(kept.0.iter().map(|(k, ..)| *k).collect::<Vec<_>>(), ["a", "c"]);
        kept.put("grande", 100, Arc::new(String::new()), 8);
        assert_eq!(kept.0.len(), 1, "one is kept whatever it weighs");
        assert!(kept.get(&"a").is_none());
    }
}
