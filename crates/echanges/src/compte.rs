//! What is asked of an import and what it answers.

use base::Instant;
use guard::Refusal;
use organisation::{CentreId, ProfessionnelId};
use store::StoreError;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Fichier {
    /// Its name, kept with the import.
    pub nom: String,
    /// Its bytes.
    pub octets: Vec<u8>,
}

/// How to import.
#[derive(Debug, Clone)]
pub struct Options {
    /// The centre of the establishments that the file brings.
    pub centre: CentreId,
    /// Their doctor.
    pub medecin: Option<ProfessionnelId>,
    /// Tells what would happen and writes nothing but the line of the journal.
    pub essai: bool,
    /// How much is accepted.
    pub limites: Limites,
}

/// How much one file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limites {
    /// Bytes of the file.
    pub octets: usize,
    /// Bytes once decompressed, as the archive announces them.
    pub decompresse: u64,
    /// Rows.
    pub lignes: usize,
    /// Cells that hold something, over all sheets.
    pub cellules: usize,
}

impl Default for Limites {
    fn default() -> Self {
        Self { octets: 50 << 20, decompresse: 500 << 20, lignes: 100_000, cellules: 5_000_000 }
    }
}

/// Why a cell stops its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refus {
    /// Number of the row in the file, from 1.
    pub ligne: i64,
    /// Title of the column as the file writes it, or what the column should be called.
    pub colonne: String,
    /// What the cell holds.
    pub valeur: String,
    /// A French sentence that says what to correct.
    pub raison: String,
}

/// Something that does not stop a row but should be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarque {
    /// Number of the row in the file, from 1.
    pub ligne: i64,
    /// A French sentence.
    pub phrase: String,
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compte {
    /// The import under which the refusals are kept; that of the first time when the file changes nothing any
    /// more; none for a trial.
    pub lot: Option<String>,
    /// When the very same file was first imported.
    pub deja_le: Option<Instant>,
    /// Rows read, blank ones left out.
    pub lignes: usize,
    /// Rows that added or changed something.
    pub integrees: usize,
    /// Rows that say what is known already.
    pub inchangees: usize,
    /// Rows refused.
    pub refusees: usize,
    /// Companies added.
    pub adherents: usize,
    /// Establishments added.
    pub etablissements: usize,
    /// Workers added.
    pub salaries: usize,
    /// Contracts added, each with its post.
    pub contrats: usize,
    /// Contracts that got their end.
    pub departs: usize,
    /// Exposures declared by the employer and recognised.
    pub expositions: usize,
    /// Posts whose job was found in a nomenclature.
    pub emplois_reconnus: usize,
    /// Titles of the columns that were not read.
    pub colonnes_ignorees: Vec<String>,
    /// Every cell that stopped its row.
    pub refus: Vec<Refus>,
    /// What was supposed or should be checked.
    pub remarques: Vec<Remarque>,
}

/// Why a file was not read. `Display` is for the command line; [`ImportError::sentence`] for people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("the file has {0} bytes, the limit is {1}")]
    TooLarge(usize, usize),
    /// Too many rows.
    #[error("the file has more than {0} rows")]
    TooManyRows(usize),
    /// Too many cells.
    #[error("the file has more than {0} cells")]
    TooManyCells(usize),
    /// An archive that would fill the memory.
    #[error("the archive would decompress to more than {0} bytes")]
    Bomb(u64),
    /// The former format of Excel, or a workbook protected by a password.
    #[error("the file is in the former Excel format or is encrypted: save it as .xlsx without password")]
    OldExcel,
    /// Neither a workbook nor text.
    #[error("the file cannot be read as a workbook or as CSV: {0}")]
    Unreadable(String),
    /// Columns without which no row can be read.
    #[error("columns not found: {}; columns seen: {}", .missing.join(", "), .seen.join(", "))]
    Columns {
        /// What each missing column may be called.
        missing: Vec<String>,
        /// Titles found.
        seen: Vec<String>,
    },
    /// There is no such centre.
    #[error("there is no centre `{0}`")]
    UnknownCentre(String),
    /// There is no such doctor.
    #[error("there is no doctor `{0}`")]
    UnknownDoctor(String),
}

impl ImportError {
    /// What a person reads, and what they can do.
    pub fn sentence(&self) -> String {
        let mega = |n: u64| n >> 20;
        match self {
            Self::Refused(r) => r.sentence.clone(),
            Self::Store(_) => "La base de données n'a pas répondu. Rien n'a été enregistré\u{a0}; recommencez dans un instant.".into(),
            Self::Empty => "Le fichier est vide\u{a0}: choisissez la liste à importer.".into(),
            Self::TooLarge(found, limit) => format!(
                "Le fichier pèse {}\u{a0}Mo, la limite est de {}\u{a0}Mo\u{a0}: partagez-le en plusieurs fichiers.",
                mega(*found as u64) + 1,
                mega(*limit as u64)
            ),
            Self::TooManyRows(limit) => {
                format!("Le fichier compte plus de {limit} lignes\u{a0}: partagez-le en plusieurs fichiers.")
            }
            Self::TooManyCells(limit) => {
                format!("Le fichier compte plus de {limit} cellules remplies\u{a0}: supprimez les colonnes et les feuilles inutiles.")
            }
            Self::Bomb(limit) => format!(
                "Une fois décompressé, le fichier dépasserait {}\u{a0}Mo\u{a0}: il n'a pas été ouvert. Enregistrez à nouveau la liste seule dans un classeur neuf.",
                mega(*limit)
            ),
            Self::OldExcel => "Le fichier est dans l'ancien format d'Excel, ou protégé par un mot de passe\u{a0}: enregistrez-le au format .xlsx, sans mot de passe.".into(),
            Self::Unreadable(_) => "Le fichier n'a pas pu être lu\u{a0}: enregistrez la liste au format Excel (.xlsx) ou CSV, puis recommencez.".into(),
            Self::Columns { missing, seen } if seen.is_empty() => format!(
                "Aucune ligne de titres n'a été reconnue. Il manque les colonnes\u{a0}: {}.",
                missing.join(", ")
            ),
            Self::Columns { missing, seen } => format!(
                "Il manque des colonnes\u{a0}: {}. Colonnes lues\u{a0}: {}.",
                missing.join(", "),
                seen.join(", ")
            ),
            Self::UnknownCentre(_) => "Choisissez le centre qui recevra les salariés.".into(),
            Self::UnknownDoctor(_) => "Ce médecin n'est pas connu du service\u{a0}: choisissez-en un autre.".into(),
        }
    }
}
