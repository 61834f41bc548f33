//! One term: everything its delivery says of it, and its life.

use std::collections::HashMap;

use maud::{Markup, html};
use terminologie::Term;
use ui::{Tone, badge, definition_list, flag, nbsp, section, subsection};

use super::encoded;
use crate::{LifeEvent, LifeStep, words::trigger_flag};

/// One term, whole.
pub(crate) struct TermView {
    /// As it was delivered.
    pub(crate) term: Term,
    /// What happened to it, version after version.
    pub(crate) life: Vec<LifeStep>,
    /// What the codes of the places it moved between are called.
    pub(crate) places: HashMap<String, String>,
    /// The star of favourites, in the version in use.
    pub(crate) star: Option<Markup>,
}

/// What is told of a term.
pub(super) fn term(list: &str, view: &TermView) -> Markup {
    let t = &view.term;
    let mut facts = vec![("Code", html! { (t.code) })];
    if !t.active {
        facts.push(("Statut", badge(Tone::Neutre, "inactif")));
    }
    if !t.synonyms.is_empty() {
        facts.push(("Synonymes", html! { (t.synonyms.join(" · ")) }));
    }
    if let Some(trigger) = &t.trigger {
        facts.push(("Suivi", flag(&trigger_flag(trigger))));
    }
    let texts = [
        ("Risque particulier", &t.special_risk),
        ("Risque modifiant la VIP", &t.vip_risk),
        ("Description", &t.description),
        ("Références réglementaires", &t.references),
        ("Niveau", &t.level),
        ("Remarque", &t.remark),
    ];
    for (title, text) in texts {
        if let Some(text) = text {
            facts.push((title, html! { (text) }));
        }
    }
    if t.parents.len() > 1 {
        let others = t.parents[1..].iter().map(|code| view.places.get(code).unwrap_or(code).as_str());
        facts.push(("Aussi sous", html! { (others.collect::<Vec<_>>().join(" · ")) }));
    }
    if !t.groups.is_empty() {
        facts.push(("Groupes", html! { (t.groups.join(" · ")) }));
    }
    for (title, text) in &t.attributes {
        facts.push((title.as_str(), html! { (text) }));
    }
    section(
        "terme",
        "Ce terme",
        None,
        html! {
            @if let Some(star) = &view.star { (star) }
            (definition_list(facts))
            p {
                a href={ "/veille/nouvelle?liste=" (encoded(list)) "&terme=" (encoded(&t.code)) } {
                    "Demander une évolution de ce terme"
                }
            }
            (subsection("Vie du terme", html! { ol {
                @for step in &view.life { li { (nbsp(&life_words(step, &view.places))) } }
            } }))
        },
    )
}

/// What happened in one version, as a sentence.
fn life_words(step: &LifeStep, places: &HashMap<String, String>) -> String {
    let place = |code: &Option<String>| match code {
        None => "la racine".to_owned(),
        Some(code) => match places.get(code) {
            Some(label) => format!("«\u{a0}{label}\u{a0}» ({code})"),
            None => code.clone(),
        },
    };
    let what = match &step.event {
        LifeEvent::Entered { label, active: true } => format!("entre sous le libellé «\u{a0}{label}\u{a0}»"),
        LifeEvent::Entered { label, active: false } => {
            format!("entre inactif sous le libellé «\u{a0}{label}\u{a0}»")
        }
        LifeEvent::Relabelled { from, to } => format!("«\u{a0}{from}\u{a0}» devient «\u{a0}{to}\u{a0}»"),
        LifeEvent::Inactivated => "inactivé, ne se choisit plus".to_owned(),
        LifeEvent::Reactivated => "se choisit de nouveau".to_owned(),
        LifeEvent::Moved { from, to } => format!("déplacé de {} à {}", place(from), place(to)),
        LifeEvent::Left => "absent de la version, reste lisible dans les précédentes".to_owned(),
    };
    match step.declared {
        Some(nature) => format!(
            "Version {}\u{a0}: {what} (nature livrée\u{a0}: {})",
            step.version,
            nature.label().to_lowercase()
        ),
        None => format!("Version {}\u{a0}: {what}", step.version),
    }
}
