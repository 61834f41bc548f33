//! The grid as read: `recette/grille.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

/// Between what an author noted and what the last failed proof left.
const FAILURE_MARK: &str = "Preuve en échec\u{a0}:";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grille {
    #[expect(dead_code, reason = "read so that a grid without its version is refused")]
    version: String,
    #[serde(rename = "chapitre")]
    pub(crate) chapitres: Vec<Chapitre>,
    #[serde(rename = "critere")]
    pub(crate) criteres: Vec<Critere>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chapitre {
    pub(crate) numero: u32,
    pub(crate) titre: String,
    pub(crate) theme: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Critere {
    pub(crate) id: String,
    pub(crate) chapitre: u32,
    pub(crate) texte: String,
    pub(crate) niveau: Niveau,
    preuve: Preuve,
    /// For `sh -c`, from the root of the repository; empty when there is no proof yet.
    pub(crate) commande: String,
    /// What its author claims once the proof passes; conforme unless said otherwise.
    #[serde(default = "conforme")]
    vise: Resultat,
    pub(crate) resultat: Resultat,
    date: String,
    #[serde(default)]
    #[expect(dead_code, reason = "written here, read by the product's page")]
    duree_ms: Option<u64>,
    pub(crate) note: String,
}

fn conforme() -> Resultat {
    Resultat::Conforme
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Niveau {
    /// Obligatoire.
    O,
    /// Souhaitable.
    S,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
enum Preuve {
    /// Automatic test.
    T,
    /// Measure.
    M,
    /// Recorded demonstration.
    D,
    /// Reading of a piece.
    L,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resultat {
    #[serde(rename = "conforme")]
    Conforme,
    #[serde(rename = "partiel")]
    Partiel,
    #[serde(rename = "absent")]
    Absent,
    #[serde(rename = "sans objet")]
    SansObjet,
}

impl Resultat {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Conforme => "conforme",
            Self::Partiel => "partiel",
            Self::Absent => "absent",
            Self::SansObjet => "sans objet",
        }
    }
}

impl Critere {
    pub(crate) fn by_test(&self) -> bool {
        self.preuve == Preuve::T
    }

    /// Result and note once the proof has run. The author's own note stays; a failure is added to it, or taken off.
    pub(crate) fn after(&self, failure: Option<&str>) -> (Resultat, String) {
        let own = self.note.split(FAILURE_MARK).next().unwrap_or_default().trim_end();
        match failure {
            None => (self.vise, own.to_owned()),
            Some(reason) => {
                (Resultat::Absent, format!("{own} {FAILURE_MARK} {reason}.").trim_start().to_owned())
            }
        }
    }

    /// A result above absent that no proof can have written.
    pub(crate) fn by_hand(&self) -> bool {
        matches!(self.resultat, Resultat::Conforme | Resultat::Partiel)
            && (self.commande.is_empty() || self.date.is_empty())
    }

    fn fault(&self) -> Option<&'static str> {
        let numbered = self.id.strip_prefix(&self.chapitre.to_string()).is_some_and(|rest| {
            rest.strip_prefix('.').is_some_and(|rank| rank.parse::<u32>().is_ok_and(|rank| rank > 0))
        });
        if !numbered {
            Some("its id is not CHAPTER.RANK")
        } else if self.texte.is_empty() {
            Some("it says nothing")
        } else if !matches!(self.vise, Resultat::Conforme | Resultat::Partiel) {
            Some("`vise` is conforme or partiel")
        } else if self.resultat == Resultat::SansObjet && (self.note.is_empty() || !self.commande.is_empty())
        {
            Some("`sans objet` is for a criterion without a proof, and gives its reason in `note`")
        } else {
            None
        }
    }
}

impl Grille {
    pub(crate) fn from_toml(text: &str) -> Result<Self, String> {
        let grid: Self = toml::from_str(text).map_err(|error| format!("recette/grille.toml: {error}"))?;
        let mut ids = BTreeSet::new();
        for critere in &grid.criteres {
            let fault = if !ids.insert(&critere.id) {
                Some("it stands twice")
            } else if !grid.chapitres.iter().any(|chapitre| chapitre.numero == critere.chapitre) {
                Some("its chapter does not exist")
            } else {
                critere.fault()
            };
            if let Some(fault) = fault {
                return Err(format!("recette/grille.toml, criterion {}: {fault}", critere.id));
            }
        }
        Ok(grid)
    }

    /// The criteria of a chapter, in their order.
    pub(crate) fn of(&self, chapitre: u32) -> impl Iterator<Item = &Critere> {
        self.criteres.iter().filter(move |critere| critere.chapitre == chapitre)
    }

    /// Criteria by id (`9.5`) or by chapter (`9`); all of them when nothing is asked.
    pub(crate) fn select(&self, asked: &[String]) -> Result<Vec<&Critere>, String> {
        let names =
            |critere: &Critere, name: &String| critere.id == *name || critere.chapitre.to_string() == *name;
        if let Some(unknown) =
            asked.iter().find(|name| !self.criteres.iter().any(|critere| names(critere, name)))
        {
            return Err(format!("no criterion and no chapter `{unknown}` in the grid"));
        }
        Ok(self
            .criteres
            .iter()
            .filter(|critere| asked.is_empty() || asked.iter().any(|name| names(critere, name)))
            .collect())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One chapter; each criterion as (id, level, result).
    pub(crate) fn grid(criteres: &[(&str, &str, &str)]) -> Grille {
        let mut text =
            "version = \"1\"\n[[chapitre]]\nnumero = 1\ntitre = \"A\"\ntheme = \"I. T\"\n".to_owned();
        for (id, niveau, resultat) in criteres {
            text = format!(
                "{text}[[critere]]\nid = \"{id}\"\nchapitre = 1\ntexte = \"x\"\nniveau = \"{niveau}\"\npreuve = \"T\"\n\
                 commande = \"\"\nresultat = \"{resultat}\"\ndate = \"\"\nnote = \"motif\"\n"
            );
        }
        Grille::from_toml(&text).unwrap()
    }

    #[test]
    fn the_grid_has_its_37_chapters_and_218_criteria_under_four_themes() {
        let grid = Grille::from_toml(include_str!("../../../recette/grille.toml")).unwrap();
        assert_eq!((grid.chapitres.len(), grid.criteres.len()), (37, 218));
        let under = |theme: &str| -> usize {
            let chapters = grid.chapitres.iter().filter(|chapitre| chapitre.theme.starts_with(theme));
            chapters.map(|chapitre| grid.of(chapitre.numero).count()).sum()
        };
        assert_eq!(["I. ", "II. ", "III. ", "IV. "].map(under), [84, 51, 48, 35]);
    }

    #[test]
    fn a_failed_proof_is_noted_beside_the_author_s_words_and_taken_off_when_it_passes() {
        let mut critere = grid(&[("1.1", "O", "conforme")]).criteres.remove(0);
        let (resultat, note) = critere.after(Some("1 test échoue"));
        assert_eq!(
            (resultat, note.as_str()),
            (Resultat::Absent, "motif Preuve en échec\u{a0}: 1 test échoue.")
        );
        critere.note = note;
        assert_eq!(
            critere.after(Some("la commande échoue")).1,
            "motif Preuve en échec\u{a0}: la commande échoue."
        );
        assert_eq!(critere.after(None), (Resultat::Conforme, "motif".to_owned()));
    }

    #[test]
    fn criteria_are_chosen_by_number_or_by_chapter() {
        let grid = grid(&[("1.1", "O", "absent"), ("1.2", "S", "absent")]);
        assert_eq!(grid.select(&["1.2".to_owned()]).unwrap().len(), 1);
        assert_eq!(grid.select(&["1".to_owned()]).unwrap().len(), 2);
        assert!(grid.select(&["2".to_owned()]).is_err());
    }

    #[test]
    fn what_is_out_of_scope_says_why_and_has_no_proof() {
        let text = include_str!("../../../recette/grille.toml").replacen(
            "resultat = \"absent\"",
            "resultat = \"sans objet\"",
            1,
        );
        assert!(text.contains("sans objet") && Grille::from_toml(&text).is_err());
    }
}
