//! How a type of visit is told at a glance: a letter, a colour, and always its words.

use base::Coded;
use maud::{Markup, html};
use suivi::EtatVisite;
use ui::{Tone, badge};

/// The letter and the colour of a type of visit of the list `types-visite`. Types of one family share them.
fn signe(code: &str) -> (&'static str, &'static str) {
    match code {
        "VIP_INIT" | "VIP_PER" => ("V", "info"),
        "SIR_EMB" | "SIR_PER" => ("A", "attention"),
        "SIR_INT" => ("I", "attention"),
        "REPRISE" => ("R", "ok"),
        "PREREP" => ("P", "ok"),
        "MI_CARR" => ("M", "info"),
        "EI" => ("E", "info"),
        "POST_EXPO" | "POST_PRO" => ("S", "neutre"),
        "COMPL" => ("C", "neutre"),
        _ => ("D", "neutre"),
    }
}

/// The type of a visit.
pub(super) fn genre(genre: &Coded) -> Markup {
    let (letter, colour) = signe(&genre.code);
    html! { span class={ "badge " (colour) } aria-hidden="true" { (letter) } " " (genre.label) }
}

/// Where a visit stands.
pub(super) fn etat(etat: EtatVisite) -> Markup {
    let tone = match etat {
        EtatVisite::Signee => Tone::Ok,
        EtatVisite::EnCours => Tone::Info,
        EtatVisite::Absente => Tone::Attention,
        EtatVisite::Prevue | EtatVisite::Annulee => Tone::Neutre,
    };
    badge(tone, etat.label())
}

/// The category of follow-up, with its words.
pub(super) fn categorie(sigle: Option<&str>) -> Markup {
    let (sigle, words) = match sigle {
        Some("SI") => ("SI", "suivi simple"),
        Some("SIA") => ("SIA", "suivi adapté"),
        Some("SIR") => ("SIR", "suivi renforcé"),
        Some(_) => return html! { span.absent { "Sans poste" } },
        None => return html! { span.absent { "Non évalué" } },
    };
    html! { b { (sigle) } " " small.gloss { (words) } }
}
