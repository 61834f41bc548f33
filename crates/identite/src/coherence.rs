//! What a NIR and the traits of its bearer say of each other.

use base::{Date, date_numeric};

use crate::{NatureNir, Nir, Sexe};

/// A disagreement between a NIR and a trait: told to the person, never blocking, since the traits decide
/// and true exceptions exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoherence {
    /// The sex differs.
    Sexe {
        /// What the number tells.
        nir: Sexe,
        /// What the file tells.
        fiche: Sexe,
    },
    /// The last two figures of the year of birth differ.
    Annee {
        /// What the number tells.
        nir: u8,
        /// What the file tells.
        fiche: Date,
    },
    /// The month of birth differs.
    Mois {
        /// What the number tells.
        nir: u8,
        /// What the file tells.
        fiche: Date,
    },
    /// The place of birth differs.
    Lieu {
        /// What the number tells.
        nir: String,
        /// What the file tells.
        fiche: String,
    },
}

impl std::fmt::Display for Incoherence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sexe { nir, fiche } => {
                write!(f, "Le NIR est celui d’une personne de sexe {nir}, la fiche dit {fiche}.")
            }
            Self::Annee { nir, fiche } => write!(
                f,
                "Le NIR porte une année de naissance en {nir:02}, la fiche dit {}.",
                date_numeric(*fiche)
            ),
            Self::Mois { nir, fiche } => {
                write!(
                    f,
                    "Le NIR porte le mois de naissance {nir:02}, la fiche dit {}.",
                    date_numeric(*fiche)
                )
            }
            Self::Lieu { nir, fiche } => {
                write!(f, "Le NIR porte le lieu de naissance {nir}, la fiche dit {fiche}.")
            }
        }?;
        f.write_str(" Vérifiez l’un et l’autre sur une pièce d’identité.")
    }
}

/// Compares a NIR with the sex, the day and the place (Insee code) of birth of the file.
///
/// What is unknown on either side is not compared: sex undetermined, month under a code from 20 on, empty
/// place, place of a provisional number. Places whose code changed since the number was given are admitted:
/// Corsica before 1976, Algeria, Morocco and Tunisia before independence, the Paris region before 1968.
pub fn coherence(nir: &Nir, sexe: Sexe, naissance: Date, lieu: &str) -> Vec<Incoherence> {
    let mut found = Vec::new();
    if sexe != Sexe::Indetermine && sexe != nir.sexe() {
        found.push(Incoherence::Sexe { nir: nir.sexe(), fiche: sexe });
    }
    if i16::from(nir.annee2()) != naissance.year().rem_euclid(100) {
        found.push(Incoherence::Annee { nir: nir.annee2(), fiche: naissance });
    }
    if let Some(month) = nir.mois().filter(|m| i8::try_from(*m) != Ok(naissance.month())) {
        found.push(Incoherence::Mois { nir: month, fiche: naissance });
    }
    let fiche = lieu.trim().to_ascii_uppercase();
    let comparable = !fiche.is_empty() && nir.nature() == NatureNir::Definitif;
    if comparable && !same_place(nir.lieu(), &fiche, naissance) {
        found.push(Incoherence::Lieu { nir: nir.lieu().to_owned(), fiche });
    }
    found
}

/// Whether two Insee codes may name the same place of birth, the first one as it was on that day.
fn same_place(in_nir: &str, in_file: &str, birth: Date) -> bool {
    if in_nir == in_file {
        return true;
    }
    let (Some((old, old_rest)), Some((new, new_rest))) =
        (in_nir.split_at_checked(2), in_file.split_at_checked(2))
    else {
        return false;
    };
    match old {
        // Corsica was department 20 until the end of 1975; 2A and 2B keep the number of the commune.
        "20" => birth.year() < 1976 && matches!(new, "2A" | "2B") && old_rest == new_rest,
        // Departments of Algeria before its independence; Morocco and Tunisia likewise.
        "91" | "92" | "93" | "94" if in_file == "99352" => birth.year() <= 1962,
        "95" if in_file == "99350" => birth.year() <= 1956,
        "96" if in_file == "99351" => birth.year() <= 1956,
        // Seine and Seine-et-Oise were divided on 1 January 1968; their communes were numbered anew.
        "75" | "78" => birth.year() < 1968 && matches!(new, "75" | "78" | "91" | "92" | "93" | "94" | "95"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        base::date_from_french(text).unwrap()
    }

    fn nir(body: &str) -> Nir {
        Nir::from_body(body).unwrap()
    }

    #[test]
    fn une_fiche_conforme_ne_dit_rien() {
        let n = Nir::parse("295109912611193").unwrap();
        assert_eq!(coherence(&n, Sexe::Feminin, day("03/10/1995"), "99126"), []);
        assert_eq!(coherence(&n, Sexe::Feminin, day("03/10/1995"), " 99126 "), []);
    }

    #[test]
    fn chaque_desaccord_est_dit_en_une_phrase() {
        let n = Nir::parse("295109912611193").unwrap();
        let said: Vec<String> = coherence(&n, Sexe::Masculin, day("03/09/1994"), "69123")
            .iter()
            .map(ToString::to_string)
            .collect();
        let end = " Vérifiez l’un et l’autre sur une pièce d’identité.";
        assert_eq!(
            said,
            [
                format!("Le NIR est celui d’une personne de sexe féminin, la fiche dit masculin.{end}"),
                format!("Le NIR porte une année de naissance en 95, la fiche dit 03/09/1994.{end}"),
                format!("Le NIR porte le mois de naissance 10, la fiche dit 03/09/1994.{end}"),
                format!("Le NIR porte le lieu de naissance 99126, la fiche dit 69123.{end}"),
            ]
        );
    }

    #[test]
    fn le_siecle_n_est_pas_dans_le_numero() {
        assert_eq!(coherence(&nir("1050569123001"), Sexe::Masculin, day("02/05/2005"), "69123"), []);
        assert_eq!(coherence(&nir("1050569123001"), Sexe::Masculin, day("02/05/1905"), "69123"), []);
    }

    #[test]
    fn ce_qui_est_inconnu_n_est_pas_compare() {
        let month_unknown = nir("2703199352001");
        assert_eq!(coherence(&month_unknown, Sexe::Indetermine, day("01/01/1970"), ""), []);
        let provisional = nir("8700169123001");
        assert_eq!(coherence(&provisional, Sexe::Feminin, day("01/01/1970"), "75056"), []);
    }

    #[test]
    fn les_lieux_qui_ont_change_de_nom_sont_admis_a_leur_date_seulement() {
        let admitted = |body: &str, birth: &str, lieu: &str| {
            coherence(&nir(body), Sexe::Masculin, day(birth), lieu).is_empty()
        };
        // Ajaccio: 20004 before 1976, 2A004 since.
        assert!(admitted("1750720004001", "14/07/1975", "2A004"));
        assert!(admitted("175072A004001", "14/07/1975", "2A004"));
        assert!(!admitted("1760120004001", "14/01/1976", "2A004"));
        assert!(!admitted("1750720004001", "14/07/1975", "2A005"));
        // Algeria, Morocco, Tunisia.
        assert!(admitted("1580692352001", "01/06/1958", "99352"));
        assert!(!admitted("1630692352001", "01/06/1963", "99352"));
        assert!(admitted("1550695350001", "01/06/1955", "99350"));
        assert!(admitted("1550696351001", "01/06/1955", "99351"));
        assert!(!admitted("1550696351001", "01/06/1955", "99350"));
        // The Paris region before 1968.
        assert!(admitted("1670678646001", "01/06/1967", "91228"));
        assert!(!admitted("1680678646001", "01/06/1968", "91228"));
        // Anything may stand in the field of a file.
        for text in ["7", "é", "Versailles", "née à Lyon"] {
            assert!(!admitted("1670678646001", "01/06/1967", text), "{text}");
        }
    }
}
