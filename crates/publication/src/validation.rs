//! A draft beside the version it starts from: what changed, and what stands in the way of its publication.

use std::collections::{HashMap, HashSet};

use guard::{Caller, Guard, LirePublication, Purpose};
use store::Tx;
use terminologie::{
    Nature, Release,
    check::{self, Breach},
    diff::{self, Differences, What},
};

use crate::{
    PublishError,
    brouillon::{Brouillon, DraftError, brouillon},
    gestes::recodes,
};

/// What stands between a draft and its publication.
#[derive(Debug, Clone)]
pub struct Validation {
    /// What changed since the version it starts from.
    pub differences: Differences,
    /// What must be mended first, and what deserves a look.
    pub constats: Vec<Breach>,
}

impl Validation {
    /// Whether nothing forbids the publication.
    pub fn publiable(&self) -> bool {
        !self.constats.iter().any(Breach::is_error)
    }
}

/// A draft read whole, so that comparing holds no connection.
#[derive(Debug, Clone)]
pub(crate) struct Lecture {
    pub(crate) draft: Brouillon,
    /// The version it starts from.
    pub(crate) before: Option<Release>,
    /// The release as it would be published now.
    pub(crate) release: Release,
    /// Codes that gestures replaced: old, new.
    recodes: Vec<(String, String)>,
}

impl Lecture {
    pub(crate) async fn of(tx: &mut Tx, id: &str) -> Result<Self, DraftError> {
        let draft = brouillon(tx, id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
        let before = match &draft.base {
            Some(base) => thesaurus::release(tx, &draft.facts.id, base).await?,
            None => None,
        };
        let release = draft.release(tx).await?;
        let recodes = recodes(tx, id).await?;
        Ok(Self { draft, before, release, recodes })
    }

    /// Compares and checks. It takes a moment for the longest lists: off the threads that serve pages.
    pub(crate) fn validation(&self) -> Validation {
        let old = self.before.as_ref().map_or(&[][..], |r| r.terms.as_slice());
        let differences = diff::diff(old, &self.release.terms);
        let mut constats = check::integrity(&self.release, self.before.as_ref());
        if differences.is_empty() {
            constats.push(Breach::nothing_changed());
        }
        Validation { differences, constats }
    }

    /// Writes on each term the nature of what happened to it, for the delivered workbook.
    pub(crate) fn declare(&mut self, differences: &Differences) {
        for term in &mut self.release.terms {
            term.nature = differences.nature_of(&term.code).filter(|n| *n != Nature::Supprime);
        }
    }

    /// Which code of the version before became which one: said by a gesture, or recognised by the comparison.
    pub(crate) fn pairs(&self, differences: &Differences) -> Vec<(String, String)> {
        let old = self.before.as_ref().map_or(&[][..], |r| r.terms.as_slice());
        let (old, new): (HashSet<&str>, HashSet<&str>) = (
            old.iter().map(|t| t.code.as_str()).collect(),
            self.release.terms.iter().map(|t| t.code.as_str()).collect(),
        );
        let next: HashMap<&str, &str> = self.recodes.iter().map(|(o, n)| (o.as_str(), n.as_str())).collect();
        let mut pairs = Vec::new();
        for (from, _) in self.recodes.iter().filter(|(o, _)| old.contains(o.as_str())) {
            // A code may have been replaced twice in one draft: the last one counts. Codes are never given again, so
            // the chain ends; as many steps as gestures are enough.
            let mut at = from.as_str();
            for _ in &self.recodes {
                let Some(to) = next.get(at) else { break };
                at = to;
            }
            if at != from && new.contains(at) {
                pairs.push((from.clone(), at.to_owned()));
            }
        }
        let found = differences.recodification.iter().flat_map(|r| &r.pairs);
        let one_by_one = differences.changes.iter().filter_map(|c| match &c.what {
            What::Recoded(r) => Some(r),
            _ => None,
        });
        let said: HashSet<String> = pairs.iter().map(|(o, _)| o.clone()).collect();
        pairs.extend(
            found
                .chain(one_by_one)
                .filter(|r| !said.contains(&r.old))
                .map(|r| (r.old.clone(), r.new.clone())),
        );
        pairs
    }
}

/// Compares a draft with the version it starts from and checks its integrity.
pub async fn valider(guard: &Guard, caller: &Caller, id: &str) -> Result<Validation, PublishError> {
    let read = guard
        .run::<LirePublication, _, PublishError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { Ok(Lecture::of(&mut work.tx, permit.object()).await?) })
        })
        .await?;
    off_thread(move || Ok(read.validation())).await
}

/// Long work, off the threads that serve pages.
pub(crate) async fn off_thread<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, PublishError> + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(job).await.map_err(|e| PublishError::Unexpected(e.to_string()))?
}
