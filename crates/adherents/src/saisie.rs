//! A term typed in a form, understood with or without JavaScript.

use base::{Coded, fold, words};
use maud::Markup;
use store::{StoreError, Tx};
use thesaurus::Concept;
use ui::{Choice, Field, FormState, Term, choice, term_field};

/// More terms than this are not a choice any more: the person types another word.
const MOST: usize = 12;

/// What a person typed in a term field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermeSaisi {
    /// Nothing.
    Vide,
    /// One term, offered today.
    Choisi(Coded),
    /// Several terms could be meant: the form shows them to choose from.
    Proches(Vec<Concept>),
    /// No term of the list says this.
    Inconnu,
}

/// Understands a term field from its code and from the words typed: the code first, then a term that is written
/// so (code, label or synonym), then the terms whose words begin so.
pub async fn terme_saisi(tx: &mut Tx, list: &str, code: &str, texte: &str) -> Result<TermeSaisi, StoreError> {
    if !code.is_empty()
        && let Some(coded) = thesaurus::coded(tx, list, code).await?
    {
        return Ok(TermeSaisi::Choisi(coded));
    }
    if words(texte).is_empty() {
        return Ok(if code.is_empty() { TermeSaisi::Vide } else { TermeSaisi::Inconnu });
    }
    Ok(understand(thesaurus::concepts(tx, list).await?, texte))
}

fn understand(concepts: Vec<Concept>, texte: &str) -> TermeSaisi {
    let (sought, exact) = (words(texte), fold(texte));
    let solid = |text: &str| fold(text).replace(' ', "");
    let mut near = Vec::new();
    for concept in concepts.into_iter().filter(|c| c.active) {
        let names = || std::iter::once(&concept.label).chain(&concept.synonyms);
        if solid(&concept.code) == solid(texte) || names().any(|n| fold(n) == exact) {
            return TermeSaisi::Choisi(concept.coded());
        }
        let of_term: Vec<String> = names().flat_map(|n| words(n)).collect();
        if near.len() < MOST && sought.iter().all(|s| of_term.iter().any(|w| w.starts_with(s.as_str()))) {
            near.push(concept);
        }
    }
    if near.is_empty() { TermeSaisi::Inconnu } else { TermeSaisi::Proches(near) }
}

/// The field of a term, whose words are posted under `{name}_texte`; when several terms could be meant, a choice
/// among them.
pub fn champ_terme(state: &FormState, name: &str, label: &str, list: &str, proches: &[Concept]) -> Markup {
    if proches.is_empty() {
        let error = state.errors().iter().find(|e| e.field == name).map(|e| e.message.as_str());
        let typed = state.value(&format!("{name}_texte"));
        return term_field(
            Field::new(name, label, typed, error, true),
            Term::new(list).chosen(state.value(name)),
        );
    }
    let choices: Vec<Choice> = proches.iter().map(|c| Choice::new(&c.code, &c.label)).collect();
    choice(state.field(name, label).help("Sans choix, le champ reste vide."), &choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(code: &str, label: &str, synonyms: &[&str]) -> Concept {
        Concept {
            thesaurus: "activites".into(),
            version: "v".into(),
            code: code.into(),
            label: label.into(),
            parent: None,
            rank: 1,
            active: code != "62.09Z",
            synonyms: synonyms.iter().map(|&s| s.to_owned()).collect(),
            ..Concept::default()
        }
    }

    fn list() -> Vec<Concept> {
        vec![
            concept("43.21A", "Travaux d'installation électrique", &["électricien"]),
            concept("43.22A", "Travaux d'installation d'eau et de gaz", &["plombier"]),
            concept("62.09Z", "Autres travaux", &[]),
        ]
    }

    #[test]
    fn un_code_un_libelle_ou_un_synonyme_designent_le_terme() {
        for typed in ["4321a", "43.21A", "travaux d’installation ELECTRIQUE", "Electricien"] {
            let TermeSaisi::Choisi(coded) = understand(list(), typed) else { panic!("{typed}") };
            assert_eq!(coded.code, "43.21A", "{typed}");
        }
    }

    #[test]
    fn quelques_lettres_proposent_les_termes_actifs_qui_les_portent() {
        let TermeSaisi::Proches(near) = understand(list(), "trav inst") else { panic!() };
        assert_eq!(near.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["43.21A", "43.22A"]);
        assert_eq!(understand(list(), "boulangerie"), TermeSaisi::Inconnu);
        assert_eq!(
            understand(list(), "autres travaux"),
            TermeSaisi::Inconnu,
            "un terme inactif ne se choisit pas"
        );
    }
}
