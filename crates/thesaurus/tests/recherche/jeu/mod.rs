//! The judged set: questions whose right answer is known. docs/recherche.md has the method.
//!
//! The real nomenclatures are not ours to copy, so what is kept here is the generator, its seeds and the SHA-256
//! of what it makes. `DEV` is for working on the search; `TEST` is the one that is reported: nothing is ever tuned
//! to it.

pub(crate) mod hasard;
pub(crate) mod listes;
pub(crate) mod questions;

use sha2::{Digest as _, Sha256};

use hasard::Hasard;
use listes::Liste;
use questions::Question;

/// A drawing of the judged set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tirage {
    /// What it is called.
    pub(crate) nom: &'static str,
    /// The seed.
    pub(crate) graine: u64,
    /// SHA-256 of the questions that it makes of the shared data.
    pub(crate) sha256: &'static str,
}

/// For working on the search.
pub(crate) const DEV: Tirage = Tirage {
    nom: "dev",
    graine: 2026_0311,
    sha256: "dbed9b88d9614bca52a24aea7241a0476b0c8bff73b621bd6ab0045e495a2177",
};
/// For the figures that are reported.
pub(crate) const TEST: Tirage = Tirage {
    nom: "test",
    graine: 7_919_104_729,
    sha256: "fb3934ba04889f8d0045e5b8e32d74f8e9e959f67d2a243a18e5a80ba999b44e",
};

/// The questions of a drawing over the real lists, in a fixed order.
pub(crate) fn tire(tirage: Tirage, listes: &[Liste]) -> Vec<Question> {
    let mut hasard = Hasard::new(tirage.graine);
    listes.iter().flat_map(|liste| questions::de(liste, &mut hasard)).collect()
}

/// SHA-256 of a set of questions, in hexadecimal.
pub(crate) fn empreinte(questions: &[Question]) -> String {
    let mut hasher = Sha256::new();
    for q in questions {
        hasher.update(format!("{}\t{}\t{}\t{}\n", q.liste, q.sorte, q.texte, q.attendus.join(",")));
    }
    base::hex(&hasher.finalize())
}

/// What people would type for our own starter lists, written by hand: committed, as the lists are.
pub(crate) fn humaines() -> Vec<Question> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(HUMAIN.as_bytes());
    let question = |row: (String, String, String, String)| Question {
        liste: row.0,
        texte: row.1,
        attendus: row.2.split('|').map(str::to_owned).collect(),
        sorte: row.3,
    };
    reader.deserialize().map(|row| question(row.unwrap())).collect()
}

const HUMAIN: &str = include_str!("humain.csv");
