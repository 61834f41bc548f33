//! From the parameters of an operation to the releases it asks about, and to its answer.

mod code_system;
mod concept_map;
mod value_set;

pub(crate) use code_system::{lookup, subsumes, validate_in_system};
pub(crate) use concept_map::translate;
pub(crate) use value_set::{expand, validate_in_value_set};

use crate::{
    outcome::Outcome,
    parameters::{Coding, Inputs},
};

/// Accepts labels that differ by case, accents, punctuation, or that are synonyms.
const LENIENT: &str = "lenient-display-validation";

/// The only code that a request gives, as `code` beside its system, or as `coding`.
fn one_coding(
    inputs: &Inputs,
    code: &str,
    coding: &str,
    system: &str,
    version: &str,
) -> Result<Coding, Outcome> {
    match (inputs.text(code)?, inputs.coding(coding)?) {
        (Some(_), Some(_)) => Err(two_codes()),
        (None, Some(coding)) => Ok(coding),
        (Some(code), None) => Ok(Coding {
            system: inputs.text(system)?.map(str::to_owned),
            version: inputs.text(version)?.map(str::to_owned),
            code: code.to_owned(),
            display: inputs.text("display")?.map(str::to_owned),
        }),
        (None, None) => Err(Outcome::missing(code)),
    }
}

fn two_codes() -> Outcome {
    Outcome::invalid(
        "La demande donne plusieurs codes\u{a0}: un seul code, coding ou codeableConcept est attendu.",
    )
}

/// The codings of a request for validation: exactly one of `code`, `coding`, `codeableConcept`.
fn codings(inputs: &Inputs, system: &str, version: &str) -> Result<Vec<Coding>, Outcome> {
    match inputs.codings("codeableConcept")? {
        Some(_) if inputs.has_any(&["code", "coding"]) => Err(two_codes()),
        Some(codings) if codings.is_empty() => Err(Outcome::missing("codeableConcept.coding")),
        Some(codings) => Ok(codings),
        None => Ok(vec![one_coding(inputs, "code", "coding", system, version)?]),
    }
}
