//! The lists against which a file is read, folded once for all its rows.

use std::collections::BTreeMap;

use base::{Coded, fold};
use store::{StoreError, Tx};
use thesaurus::Concept;

/// The active lists that an import needs.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Codes of natures of contract, by folded code, label and synonym.
    natures: BTreeMap<String, String>,
    /// Codes that a person may write, for the sentence of a refusal.
    codes: Vec<String>,
    pcs: BTreeMap<String, Coded>,
    professions: BTreeMap<String, Coded>,
    expositions: BTreeMap<String, (Coded, Option<String>)>,
    naf: BTreeMap<String, Coded>,
}

/// The natures that a service knows before any list is loaded: those of the rules, and the two common ones.
const NATURES: [(&str, &str); 5] = [
    ("CDI", "contrat à durée indéterminée"),
    ("CDD", "contrat à durée déterminée"),
    ("INTERIM", "intérim"),
    ("APPRENTI", "contrat d'apprentissage"),
    ("SAISONNIER", "contrat saisonnier"),
];

impl References {
    pub(crate) async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let natures = thesaurus::concepts(tx, "types-contrat").await?;
        let mut found = Self {
            natures: by_name(&natures).into_iter().map(|(name, c)| (name, c.code.clone())).collect(),
            codes: natures.iter().filter(|c| c.active).map(|c| c.code.clone()).collect(),
            pcs: by_code(&thesaurus::concepts(tx, "pcs-ese").await?),
            naf: by_code(&thesaurus::concepts(tx, "naf").await?),
            ..Self::default()
        };
        if natures.is_empty() {
            for (code, label) in NATURES {
                found.codes.push(code.to_owned());
                found.natures.insert(fold(code), code.to_owned());
                found.natures.insert(fold(label), code.to_owned());
            }
        }
        let professions = thesaurus::concepts(tx, "professions").await?;
        found.professions = by_name(&professions).into_iter().map(|(name, c)| (name, c.coded())).collect();
        let expositions = thesaurus::concepts(tx, "expositions").await?;
        found.expositions = by_name(&expositions)
            .into_iter()
            .map(|(name, c)| (name, (c.coded(), c.declencheur.clone())))
            .collect();
        Ok(found)
    }

    /// The code of a nature of contract.
    pub(crate) fn nature(&self, text: &str) -> Option<&str> {
        let folded = fold(text);
        let whole = self.natures.get(&folded);
        // "CDD temps partiel", "Contrat CDI": the code stands among the words.
        let word = || folded.split(' ').find_map(|w| self.codes.iter().find(|c| fold(c) == w));
        whole.or_else(word).map(String::as_str)
    }

    /// The natures that a person may write.
    pub(crate) fn natures(&self) -> String {
        self.codes.join(", ")
    }

    /// A job by its PCS-ESE code, in Insee's list when it is loaded.
    pub(crate) fn pcs(&self, text: &str) -> Option<&Coded> {
        self.pcs.get(&solid(text))
    }

    /// Whether Insee's list of PCS-ESE is loaded.
    pub(crate) fn has_pcs(&self) -> bool {
        !self.pcs.is_empty()
    }

    /// A job by its name.
    pub(crate) fn profession(&self, text: &str) -> Option<&Coded> {
        self.professions.get(&fold(text))
    }

    /// An exposure by its name, with the trigger that it carries; or the only one whose name begins with these
    /// words (`plomb` for "Plomb et composés du plomb").
    pub(crate) fn exposition(&self, text: &str) -> Option<&(Coded, Option<String>)> {
        let name = fold(text);
        if let Some(found) = self.expositions.get(&name) {
            return Some(found);
        }
        let beginning = format!("{name} ");
        let mut longer = self
            .expositions
            .range(beginning.clone()..)
            .take_while(|(n, _)| n.starts_with(&beginning))
            .map(|(_, e)| e);
        let first = longer.next()?;
        longer.all(|other| other.0.code == first.0.code).then_some(first)
    }

    /// An activity by its NAF code, in Insee's list when it is loaded.
    pub(crate) fn activite(&self, text: &str) -> Option<&Coded> {
        self.naf.get(&solid(text))
    }
}

fn solid(code: &str) -> String {
    fold(code).replace(' ', "")
}

fn by_code(concepts: &[Concept]) -> BTreeMap<String, Coded> {
    concepts.iter().filter(|c| c.active).map(|c| (solid(&c.code), c.coded())).collect()
}

/// Active terms by folded code, label and synonym. A name that two terms share designates neither, unless it is
/// the label of one of them.
fn by_name(concepts: &[Concept]) -> BTreeMap<String, &Concept> {
    let mut found: BTreeMap<String, Option<&Concept>> = BTreeMap::new();
    for concept in concepts.iter().filter(|c| c.active) {
        for synonym in &concept.synonyms {
            found
                .entry(fold(synonym))
                .and_modify(|known| *known = known.filter(|k| k.code == concept.code))
                .or_insert(Some(concept));
        }
    }
    for concept in concepts.iter().filter(|c| c.active) {
        found.insert(fold(&concept.label), Some(concept));
        found.insert(fold(&concept.code), Some(concept));
    }
    found.into_iter().filter_map(|(name, concept)| Some((name, concept?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(code: &str, label: &str, synonyms: &[&str]) -> Concept {
        Concept {
            thesaurus: "l".into(),
            version: "v".into(),
            code: code.into(),
            label: label.into(),
            parent: None,
            rank: 1,
            active: true,
            synonyms: synonyms.iter().map(|&s| s.to_owned()).collect(),
            ..Concept::default()
        }
    }

    #[test]
    fn un_nom_partage_ne_designe_personne_sauf_s_il_est_un_libelle() {
        let list = [
            concept("1", "Maçon", &["ouvrier", "maçonne"]),
            concept("2", "Coffreur", &["ouvrier"]),
            concept("3", "Maçonne", &[]),
        ];
        let names = by_name(&list);
        assert!(!names.contains_key("ouvrier"));
        assert_eq!(names["macon"].code, "1");
        assert_eq!(names["maconne"].code, "3");
    }

    #[test]
    fn un_risque_se_dit_par_le_debut_de_son_nom_s_il_n_en_designe_qu_un() {
        let list = [
            concept("1", "Plomb et composés", &[]),
            concept("2", "Gaz rares", &[]),
            concept("3", "Gaz d'échappement", &[]),
        ];
        let names = by_name(&list).into_iter().map(|(name, c)| (name, (c.coded(), None))).collect();
        let r = References { expositions: names, ..References::default() };
        let code = |text| r.exposition(text).map(|e| e.0.code.as_str());
        assert_eq!(
            [code("PLOMB"), code("gaz rares"), code("gaz"), code("plom"), code("")],
            [Some("1"), Some("2"), None, None, None]
        );
    }

    #[test]
    fn une_nature_se_dit_par_son_code_son_libelle_ou_entouree_de_mots() {
        let mut r = References { codes: vec!["CDI".into(), "CDD".into()], ..References::default() };
        r.natures.insert(fold("Contrat à durée déterminée"), "CDD".into());
        r.natures.insert("cdi".into(), "CDI".into());
        for (text, code) in
            [("cdi", "CDI"), ("CDD temps partiel", "CDD"), ("contrat a duree déterminée", "CDD")]
        {
            assert_eq!(r.nature(text), Some(code), "{text}");
        }
        assert_eq!(r.nature("CDX"), None);
    }
}
