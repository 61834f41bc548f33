//! `CodeSystem/$lookup`, `$subsumes`, `$validate-code`.

use std::sync::Arc;

use serde_json::Value;

use super::{LENIENT, codings, one_coding};
use crate::{
    canonical,
    library::Library,
    ops::{lookup, subsumes, validate},
    outcome::Outcome,
    parameters::{Coding, Flavour, Inputs},
    view::View,
};

/// The release that a coding is about: that of the instance, or the one its system names.
async fn system_of(
    library: &mut Library<'_>,
    instance: Option<Arc<View>>,
    inputs: &Inputs,
    coding: &Coding,
) -> Result<Arc<View>, Outcome> {
    if let Some(view) = instance {
        return Ok(view);
    }
    let system = coding.system.as_deref().ok_or_else(|| Outcome::missing("system"))?;
    let (system, piped) = canonical::split(system);
    library.resolve(system, coding.version.as_deref().or(piped), inputs.day("date")?).await
}

/// `CodeSystem/$lookup`.
pub(crate) async fn lookup(
    library: &mut Library<'_>,
    instance: Option<Arc<View>>,
    inputs: &Inputs,
    flavour: Flavour,
) -> Result<Value, Outcome> {
    let coding = one_coding(inputs, "code", "coding", "system", "version")?;
    let view = system_of(library, instance, inputs, &coding).await?;
    lookup::answer(&view, &coding.code, &inputs.texts("property")?, flavour)
}

/// `CodeSystem/$subsumes`.
pub(crate) async fn subsumes(
    library: &mut Library<'_>,
    instance: Option<Arc<View>>,
    inputs: &Inputs,
) -> Result<Value, Outcome> {
    let a = one_coding(inputs, "codeA", "codingA", "system", "version")?;
    let b = one_coding(inputs, "codeB", "codingB", "system", "version")?;
    if (&a.system, &a.version) != (&b.system, &b.version) {
        return Err(Outcome::invalid("Les deux codes doivent être de la même version du même système."));
    }
    let view = system_of(library, instance, inputs, &a).await?;
    subsumes::answer(&view, &a.code, &b.code)
}

/// `CodeSystem/$validate-code`.
pub(crate) async fn validate_in_system(
    library: &mut Library<'_>,
    instance: Option<Arc<View>>,
    inputs: &Inputs,
) -> Result<Value, Outcome> {
    inputs.refuse(&["codeSystem"])?;
    let lenient = inputs.flag(LENIENT)?.unwrap_or(false);
    let url = inputs.text("url")?;
    let mut verdicts = Vec::new();
    for mut coding in codings(inputs, "system", "version")? {
        let named = coding.system.take();
        coding.system = url.map(str::to_owned).or_else(|| named.clone());
        if instance.is_none() && coding.system.is_none() {
            return Err(Outcome::missing("url"));
        }
        let view = system_of(library, instance.clone(), inputs, &coding).await?;
        let elsewhere = named.filter(|s| !canonical::is_called(&view.release().facts, canonical::split(s).0));
        verdicts.push(match elsewhere {
            Some(system) => validate::Verdict::wrong(format!(
                "Le code «\u{a0}{}\u{a0}» est donné dans «\u{a0}{system}\u{a0}», non dans «\u{a0}{}\u{a0}».",
                coding.code,
                view.system()
            )),
            None => validate::code(&view, &coding, lenient),
        });
    }
    let verdict = validate::best(verdicts).ok_or_else(|| Outcome::missing("code"))?;
    Ok(verdict.json())
}
