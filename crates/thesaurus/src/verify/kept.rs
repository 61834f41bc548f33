//! The last result of each comparison, kept so that a page tells it at once.

use base::Instant;
use store::{Row, StoreError, Tx, args};

store::statements! {
    KEEP = "insert into verification (objet, le, resume, ecarts, phrases) values ($1, $2, $3, $4, $5)
        on conflict (objet) do update set le = excluded.le, resume = excluded.resume, ecarts = excluded.ecarts,
            phrases = excluded.phrases";
    LAST = "select objet, le, resume, ecarts, phrases from verification order by objet";
}

/// Sentences kept of one comparison; their number is always told.
const KEPT: usize = 50;

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objet {
    /// The lists and matrices with what was delivered: [`crate::verify`].
    Livraisons,
    /// What this installation published with what it signed.
    Publications,
}

impl Objet {
    fn as_str(self) -> &'static str {
        match self {
            Self::Livraisons => "livraisons",
            Self::Publications => "publications",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Livraisons, Self::Publications].into_iter().find(|o| o.as_str() == word)
    }
}

/// One comparison and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What was compared.
    pub objet: Objet,
    /// When.
    pub le: Instant,
    /// How much was compared, in a sentence.
    pub resume: String,
    /// How many differences were found.
    pub ecarts: usize,
    /// The first of them, in sentences for a person.
    pub phrases: Vec<String>,
}

impl Verification {
    /// A comparison that found these differences; the first 50 are kept.
    pub fn new(objet: Objet, le: Instant, resume: impl Into<String>, mut phrases: Vec<String>) -> Self {
        let ecarts = phrases.len();
        phrases.truncate(KEPT);
        Self { objet, le, resume: resume.into(), ecarts, phrases }
    }
}

/// Keeps a result instead of the one before.
pub async fn keep_verification(tx: &mut Tx, done: &Verification) -> Result<(), StoreError> {
    let phrases = serde_json::Value::from(done.phrases.clone()).to_string();
    let ecarts = crate::load::count(done.ecarts);
    tx.execute(KEEP, args![done.objet.as_str(), done.le, &done.resume, ecarts, phrases]).await?;
    Ok(())
}

/// The last result of each comparison; empty where none was ever made.
pub async fn last_verifications(tx: &mut Tx) -> Result<Vec<Verification>, StoreError> {
    tx.all(LAST, args![]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Verification, StoreError> {
    let corrupt = |column: &str, expected| StoreError::Column { column: column.to_owned(), expected };
    Ok(Verification {
        objet: Objet::parse(&row.get::<String>("objet")?)
            .ok_or_else(|| corrupt("objet", "something that is compared"))?,
        le: row.get("le")?,
        resume: row.get("resume")?,
        ecarts: usize::try_from(row.get::<i64>("ecarts")?).unwrap_or_default(),
        phrases: serde_json::from_str(&row.get::<String>("phrases")?)
            .map_err(|_| corrupt("phrases", "a JSON list of texts"))?,
    })
}
