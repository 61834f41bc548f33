//! What a code must be before it enters a draft: never given twice, never one that records keep for something else.

use std::collections::HashSet;

use store::{StoreError, Tx};
use terminologie::Term;

use crate::brouillon::{Brouillon, DraftError, invalid};

/// How codes of a service's own values begin.
const LOCAL: &str = "local:";

/// Refuses a code that may not name a new term of a list.
pub(crate) async fn refuse_used(tx: &mut Tx, list: &str, code: &str) -> Result<(), DraftError> {
    refuse_reserved(code)?;
    for version in thesaurus::versions(tx, list).await? {
        if thesaurus::concept(tx, list, &version.version, code).await?.is_some() {
            return served(code);
        }
    }
    Ok(())
}

fn refuse_reserved(code: &str) -> Result<(), DraftError> {
    if code.eq_ignore_ascii_case(base::AUTRE) || code.to_ascii_lowercase().starts_with(LOCAL) {
        return invalid(format!(
            "Le code «\u{a0}{code}\u{a0}» est réservé à la saisie «\u{a0}autre\u{a0}» et aux valeurs locales. Choisissez-en un autre."
        ));
    }
    Ok(())
}

fn served<T>(code: &str) -> Result<T, DraftError> {
    invalid(format!(
        "Le code «\u{a0}{code}\u{a0}» a servi dans une version précédente. Un code n'est jamais réattribué\u{a0}: choisissez-en un autre."
    ))
}

/// Refuses a whole content, worked on elsewhere, that gestures one by one would not have made.
pub(crate) async fn refuse_content(tx: &mut Tx, draft: &Brouillon, terms: &[Term]) -> Result<(), DraftError> {
    let mut codes = HashSet::with_capacity(terms.len());
    for term in terms {
        if term.code.trim().is_empty() || term.label.trim().is_empty() {
            return invalid(format!(
                "Ligne\u{a0}{}, il manque un code ou un libellé. Saisissez-le.",
                term.row
            ));
        }
        refuse_reserved(&term.code)?;
        if !codes.insert(term.code.as_str()) {
            return invalid(format!(
                "Ligne\u{a0}{}, le code «\u{a0}{}\u{a0}» figure déjà plus haut. Un code désigne un seul terme.",
                term.row, term.code
            ));
        }
    }
    for term in terms {
        if let Some(unknown) = term.parents.iter().find(|p| !codes.contains(p.as_str())) {
            return invalid(format!(
                "Ligne\u{a0}{}, le terme supérieur «\u{a0}{unknown}\u{a0}» n'est pas dans le fichier. Ajoutez-le, ou changez la place du terme.",
                term.row
            ));
        }
    }
    let (at_base, before) = given(tx, draft).await?;
    match terms.iter().find(|t| before.contains(&t.code) && !at_base.contains(&t.code)) {
        Some(term) => served(&term.code),
        None => Ok(()),
    }
}

/// The codes of the version that a draft starts from, and those of all others.
async fn given(tx: &mut Tx, draft: &Brouillon) -> Result<(HashSet<String>, HashSet<String>), StoreError> {
    let list = &draft.facts.id;
    let (mut at_base, mut before) = (HashSet::new(), HashSet::new());
    for version in thesaurus::versions(tx, list).await? {
        let release = thesaurus::release(tx, list, &version.version).await?;
        let codes = release.into_iter().flat_map(|r| r.terms).map(|t| t.code);
        if draft.base.as_ref() == Some(&version.version) {
            at_base.extend(codes);
        } else {
            before.extend(codes);
        }
    }
    Ok((at_base, before))
}
