//! A list of terms on paper: the tree, the flags, inactive terms in grey. It is about nobody.

use base::{Date, date_numeric};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    PaperError, Pdf,
    moteur::{self, Modele, imprimable},
};

/// A version of a list, to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListeImprimable {
    /// Its title.
    pub titre: String,
    /// Its version.
    pub version: String,
    /// Who decides of its content.
    pub gestionnaire: String,
    /// Under which licence it may be used; may be empty.
    pub licence: String,
    /// Its terms, in their order.
    pub lignes: Vec<LigneListe>,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneListe {
    /// Its code.
    pub code: String,
    /// Its label.
    pub libelle: String,
    /// How many terms stand above it.
    pub profondeur: u8,
    /// Whether it may no longer be chosen: printed in grey, and said.
    pub inactif: bool,
    /// Flags and changes.
    pub mentions: String,
}

#[derive(Serialize)]
struct Donnees {
    titre: String,
    version: String,
    gestionnaire: String,
    licence: String,
    compte: String,
    date: String,
    annee: i16,
    mois: i8,
    jour: i8,
    lignes: Vec<LigneListe>,
}

/// Renders the list. A sign that no embedded font can print is printed as a question mark: the files beside the
/// paper keep every byte.
///
/// # Errors
/// [`PaperError::Composition`] when the typesetter fails.
pub fn liste(liste: &ListeImprimable, dated: Date) -> Result<Pdf, PaperError> {
    let (terms, inactive) = (liste.lignes.len(), liste.lignes.iter().filter(|l| l.inactif).count());
    let donnees = Donnees {
        titre: printed(&liste.titre),
        version: printed(&liste.version),
        gestionnaire: printed(&liste.gestionnaire),
        licence: if liste.licence.is_empty() {
            String::new()
        } else {
            format!("Licence\u{a0}: {}.", printed(&liste.licence))
        },
        compte: match inactive {
            0 => format!("{terms}\u{a0}termes."),
            1 => format!("{terms}\u{a0}termes, dont un inactif."),
            n => format!("{terms}\u{a0}termes, dont {n}\u{a0}inactifs."),
        },
        date: date_numeric(dated),
        annee: dated.year(),
        mois: dated.month(),
        jour: dated.day(),
        lignes: liste
            .lignes
            .iter()
            .map(|l| LigneListe {
                code: printed(&l.code),
                libelle: printed(&l.libelle),
                // Colour alone would not tell it to everybody.
                mentions: match (l.inactif, l.mentions.is_empty()) {
                    (true, true) => "inactif".to_owned(),
                    (true, false) => format!("inactif · {}", printed(&l.mentions)),
                    (false, _) => printed(&l.mentions),
                },
                ..l.clone()
            })
            .collect(),
    };
    let donnees = serde_json::to_vec(&donnees).map_err(|e| PaperError::Composition(e.to_string()))?;
    let bytes = moteur::composer(Modele::Liste, donnees)?;
    let sha256 = base::hex(&Sha256::digest(&bytes));
    Ok(Pdf { bytes, sha256 })
}

fn printed(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .map(|c| if imprimable(c) { c } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn une_liste(lignes: Vec<LigneListe>) -> ListeImprimable {
        ListeImprimable {
            titre: "Expositions (liste d'essai)".into(),
            version: "2027".into(),
            gestionnaire: "Fédération".into(),
            licence: "Libre".into(),
            lignes,
        }
    }

    fn ligne(code: &str, libelle: &str, profondeur: u8, inactif: bool) -> LigneListe {
        LigneListe {
            code: code.into(),
            libelle: libelle.into(),
            profondeur,
            inactif,
            mentions: String::new(),
        }
    }

    #[test]
    fn une_liste_s_imprime_avec_ses_inactifs_et_donne_toujours_les_memes_octets() {
        let liste_d_essai = une_liste(vec![
            ligne("A", "Agents chimiques", 0, false),
            ligne("A01", "Brai de houille", 1, true),
            ligne("A02", "Caractère imprévu \u{1F9EA} et saut\nde ligne", 1, false),
        ]);
        let jour = Date::constant(2026, 11, 24);
        let un = liste(&liste_d_essai, jour).unwrap();
        assert!(un.bytes.starts_with(b"%PDF-1.7"));
        assert_eq!(un, liste(&liste_d_essai, jour).unwrap());
        assert_ne!(un.sha256, liste(&liste_d_essai, Date::constant(2026, 11, 25)).unwrap().sha256);
    }

    #[test]
    fn une_liste_vide_s_imprime_aussi() {
        assert!(liste(&une_liste(Vec::new()), Date::constant(2026, 11, 24)).is_ok());
    }
}
