//! The field of a job: a term of the list of professions, or "autre" with its words when the list lacks it.

use adherents::{TermeSaisi, terme_saisi};
use base::{AUTRE, Coded};
use guard::Fields;
use maud::{Markup, html};
use store::{StoreError, Tx};
use thesaurus::Concept;
use ui::{Choice, Field, FormState, Term, checkbox, choice, term_field};

/// The list of professions.
pub(super) const PROFESSIONS: &str = "professions";
/// The longest job in words, in characters.
const LONGEST: usize = 200;

/// Reads the field `emploi`; a refusal is told beside it, `near` takes the terms to choose from.
pub(super) async fn read_job_term(
    tx: &mut Tx,
    state: &mut FormState,
    near: &mut Vec<Concept>,
    fields: &Fields,
) -> Result<Option<Coded>, StoreError> {
    let words = fields.optional("emploi_texte").unwrap_or_else(|| fields.text("emploi_mots"));
    if fields.text("emploi") == AUTRE
        || (fields.ticked("emploi_autre") && fields.optional("emploi").is_none())
    {
        return read_other(tx, state, words).await;
    }
    match terme_saisi(tx, PROFESSIONS, fields.text("emploi"), fields.text("emploi_texte")).await? {
        TermeSaisi::Choisi(coded) => return Ok(Some(coded)),
        TermeSaisi::Vide => {}
        TermeSaisi::Proches(found) => {
            state.refuse("emploi", "Plusieurs métiers correspondent\u{a0}: choisissez celui qui convient.");
            *near = found;
        }
        TermeSaisi::Inconnu => state.refuse(
            "emploi",
            "Aucun métier de la liste ne correspond\u{a0}: essayez un autre mot, cochez «\u{a0}autre\u{a0}», ou laissez le champ vide.",
        ),
    }
    Ok(None)
}

/// The words themselves, when the list has no term for them.
async fn read_other(tx: &mut Tx, state: &mut FormState, words: &str) -> Result<Option<Coded>, StoreError> {
    if !words.chars().any(char::is_alphabetic) {
        state.refuse("emploi", "«\u{a0}Autre\u{a0}» demande un texte\u{a0}: écrivez le nom du métier.");
        return Ok(None);
    }
    if words.chars().count() > LONGEST {
        state.refuse("emploi", format!("Abrégez le nom du métier\u{a0}: {LONGEST} caractères au plus."));
        return Ok(None);
    }
    // Typed in full, a term of the list is that term.
    if let TermeSaisi::Choisi(coded) = terme_saisi(tx, PROFESSIONS, "", words).await? {
        return Ok(Some(coded));
    }
    let version = thesaurus::active_version(tx, PROFESSIONS).await?.unwrap_or_default();
    Ok(Some(Coded { thesaurus: PROFESSIONS.into(), version, code: AUTRE.into(), label: words.to_owned() }))
}

/// The field; a choice among the terms found, "autre" last, when the words typed mean several.
pub(super) fn job_field(state: &FormState, near: &[Concept]) -> Markup {
    let typed = match state.value("emploi_texte") {
        "" => state.value("emploi_mots"),
        words => words,
    };
    if !near.is_empty() {
        let mut choices: Vec<Choice> = near.iter().map(|c| Choice::new(&c.code, &c.label)).collect();
        choices.push(
            Choice::new(AUTRE, format!("Autre\u{a0}: «\u{a0}{typed}\u{a0}»"))
                .help("La demande part à la veille."),
        );
        return html! {
            input type="hidden" name="emploi_mots" value=(typed);
            (choice(state.field("emploi", "Métier").help("Sans choix, le champ reste vide."), &choices))
        };
    }
    let error = state.errors().iter().find(|e| e.field == "emploi").map(|e| e.message.as_str());
    html! {
        (term_field(
            Field::new("emploi", "Métier", typed, error, true),
            Term::new(PROFESSIONS).chosen(state.value("emploi")).autre(),
        ))
        @if error.is_some() && !typed.is_empty() {
            (checkbox(state.field("emploi_autre", &format!("Écrire «\u{a0}{typed}\u{a0}» comme «\u{a0}autre\u{a0}»"))
                .help("Le métier garde ces mots, et la demande part à la veille.")))
        }
    }
}
