//! Typed data in, the statutory document out: a tagged PDF that conforms to PDF/A-2a and PDF/UA-1.
//!
//! The structs hold identities, dates and yes or no; there is no field for health data and none for free text,
//! so neither can reach an employer through a document. The same input always gives the same bytes: the file
//! that was issued can be made again and compared by its digest.

mod attestation;
mod avis;
mod champs;
mod controle;
mod feuille;
mod ins;
mod liste;
mod moteur;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use base::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use attestation::{AttestationSuivi, TypeVisite};
pub use avis::{AvisAptitude, RisqueParticulier, TypeExamen};
pub use champs::{
    Affectation, Emplois, Employeur, Heure, HeureError, IdentiteIns, LieuNaissance, Mention, NatureIns,
    Passage, Postes, Role, RoleMedecin, Salarie, Sexe, Signature, Spst,
};
pub use controle::Defaut;
pub use liste::{LigneListe, ListeImprimable, liste};

use feuille::Feuille;
use moteur::Modele;

/// A document that can be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "modele", rename_all = "snake_case")]
pub enum Paper {
    /// Annex 1.
    AttestationSuivi(AttestationSuivi),
    /// Annex 2.
    AvisAptitude(AvisAptitude),
}

/// Who gets the copy. All copies carry the same data (R4624-55): only the line that names the copy differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destinataire {
    /// The worker.
    Salarie,
    /// The employer.
    Employeur,
    /// The occupational health file.
    Dossier,
}

impl Destinataire {
    fn libelle(self) -> &'static str {
        match self {
            Self::Salarie => "Exemplaire du salarié",
            Self::Employeur => "Exemplaire de l’employeur",
            Self::Dossier => "Exemplaire du dossier",
        }
    }
}

/// A rendered document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// Data are missing or wrong; every reason is a sentence for the person who corrects them.
    #[error("Le document ne peut pas être établi. {}", phrases(.0))]
    Refus(Vec<Defaut>),
    /// The typesetter failed. The text is for the log: it never quotes the data.
    #[error(
        "Le document n’a pas pu être composé. L’incident est consigné\u{a0}; réessayez ou prévenez le support."
    )]
    Composition(String),
}

fn phrases(defauts: &[Defaut]) -> String {
    defauts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Paper {
    fn feuille(&self, to: Destinataire, dated: Date) -> Result<Feuille, PaperError> {
        match self {
            Self::AttestationSuivi(attestation) => attestation.feuille(to, dated),
            Self::AvisAptitude(avis) => avis.feuille(to, dated),
        }
    }

    fn modele(&self) -> Modele {
        match self {
            Self::AttestationSuivi(_) => Modele::AttestationSuivi,
            Self::AvisAptitude(_) => Modele::AvisAptitude,
        }
    }
}

/// Renders one copy. `dated` is the day of the document, printed and kept in its metadata.
///
/// # Errors
/// [`PaperError::Refus`] before anything is rendered, with every missing or wrong datum;
/// [`PaperError::Composition`] when the typesetter fails.
pub fn render(paper: &Paper, to: Destinataire, dated: Date) -> Result<Pdf, PaperError> {
    let feuille = paper.feuille(to, dated)?;
    let donnees = serde_json::to_vec(&feuille).map_err(|e| PaperError::Composition(e.to_string()))?;
    let bytes = moteur::composer(paper.modele(), donnees)?;
    let sha256 = Sha256::digest(&bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(Pdf { bytes, sha256 })
}
