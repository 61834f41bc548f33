//! Who used a term: records, workers and users, counted over every room that keeps coded values.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use store::{Select, Sql, StoreError, Tx, args};

/// Where one room keeps coded values. Only the room knows its tables; the counts are made here.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// What its records are called (`expositions`).
    pub nom: &'static str,
    /// For a list, and among these codes only where some are given: rows of `code`, `salarie_id`, `auteur_id` (an
    /// account, or null) and `n` records.
    pub lignes: fn(&str, Option<&[&str]>) -> Select,
    /// For the list `$1`, rows of `code` and `n` records: the same, where only numbers are wanted.
    pub comptes: Sql,
}

/// Arguments of one statement that both engines accept, with room to spare.
const MOST_CODES: usize = 5_000;

/// Adds to a statement that only these codes are asked, where some are given.
pub fn among(select: Select, column: &'static str, codes: Option<&[&str]>) -> Select {
    match codes {
        Some(codes) => select.filter_in(column, codes.iter().map(|c| (*c).into()).collect()),
        None => select,
    }
}

/// How much a term was used. Workers and users are counted once, in however many rooms they appear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// Records.
    pub records: u64,
    /// Distinct workers.
    pub workers: u64,
    /// Distinct users who recorded it.
    pub users: u64,
}

/// What a set of terms touches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// All of them together: a worker touched by two terms counts once.
    pub total: Touched,
    /// Each term that is used; the others touch nothing.
    pub codes: BTreeMap<String, Touched>,
}

#[derive(Default)]
struct Count {
    records: u64,
    workers: HashSet<u32>,
    users: HashSet<u32>,
}

impl Count {
    fn add(&mut self, records: u64, worker: Option<u32>, user: Option<u32>) {
        self.records += records;
        self.workers.extend(worker);
        self.users.extend(user);
    }

    fn touched(&self) -> Touched {
        Touched { records: self.records, workers: self.workers.len() as u64, users: self.users.len() as u64 }
    }
}

/// Small numbers for identifiers: a set of numbers takes a tenth of a set of texts.
#[derive(Default)]
struct Known(HashMap<String, u32>);

impl Known {
    fn number(&mut self, id: Option<String>) -> Option<u32> {
        let next = u32::try_from(self.0.len()).ok()?;
        Some(*self.0.entry(id?).or_insert(next))
    }
}

/// What these codes of a list touch, in every version they were recorded in: records, distinct workers, distinct
/// users, for each and in total (grid, 15.5).
#[expect(
    clippy::implicit_hasher,
    reason = "one kind of set, so that callers collect into it without naming it"
)]
pub async fn impact(
    tx: &mut Tx,
    usages: &[Usage],
    list: &str,
    codes: &HashSet<String>,
) -> Result<Impact, StoreError> {
    let (mut workers, mut users) = (Known::default(), Known::default());
    let mut total = Count::default();
    let mut each: BTreeMap<String, Count> = BTreeMap::new();
    if codes.is_empty() {
        return Ok(Impact::default());
    }
    // Databases take so many arguments: beyond, the whole list is read and sorted here.
    let asked: Option<Vec<&str>> =
        (codes.len() <= MOST_CODES).then(|| codes.iter().map(String::as_str).collect());
    for usage in usages {
        for row in (usage.lignes)(list, asked.as_deref()).all(tx).await? {
            let code: String = row.get("code")?;
            if !codes.contains(&code) {
                continue;
            }
            let records = records(row.get("n")?);
            let worker = workers.number(row.get("salarie_id")?);
            let user = users.number(row.get("auteur_id")?);
            total.add(records, worker, user);
            each.entry(code).or_default().add(records, worker, user);
        }
    }
    Ok(Impact {
        total: total.touched(),
        codes: each.into_iter().map(|(code, count)| (code, count.touched())).collect(),
    })
}

/// How many records use each code of a list: orders the answers of a search.
pub async fn frequencies(
    tx: &mut Tx,
    usages: &[Usage],
    list: &str,
) -> Result<HashMap<String, i64>, StoreError> {
    let mut counts: HashMap<String, i64> = HashMap::new();
    for usage in usages {
        for row in tx.all(usage.comptes, args![list]).await? {
            *counts.entry(row.get("code")?).or_default() += row.get::<i64>("n")?;
        }
    }
    Ok(counts)
}

fn records(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
