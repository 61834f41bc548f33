//! A visit that is signed: what was written, and what was handed out.

use maud::{Markup, html};
use suivi::Visite;
use ui::{Column, Empty, Row};

use super::{
    visite::Scene,
    vue::{self, Vue, decimal},
};
use crate::RUBRIQUES;

/// A signed visit: the same sections, nothing to change.
pub(super) fn read_only(scene: &Scene) -> Markup {
    let v = &scene.visite;
    let documents: Vec<Row> = scene
        .vue
        .documents
        .iter()
        .filter(|d| d.visite_id == v.id)
        .map(|d| {
            Row::new(vec![
                html! { a href={ "/documents/" (d.id) } { (d.titre) } },
                html! { (d.exemplaire()) },
                html! { span.help title=(d.sha256) { (d.sha256.get(..12).unwrap_or_default()) "…" } },
            ])
        })
        .collect();
    let measures: Vec<Row> = scene
        .vue
        .mesures
        .iter()
        .filter(|m| m.visite_id == v.id)
        .map(|m| {
            Row::new(vec![
                html! { (m.quantite.label) },
                html! { (decimal(m.valeur)) " " (m.unite) },
                html! { (m.auteur_nom) ", " (vue::trade(&m.auteur_metier)) },
            ])
        })
        .collect();
    html! {
        (ui::section("documents", "Documents à remettre", None, ui::table(
            "Documents de cette visite",
            &[Column::text("Document"), Column::text("Exemplaire"), Column::text("Empreinte")],
            documents,
            Empty::new("Aucun document", "La loi ne prévoit pas de document pour cette visite."),
        )))
        (ui::section("conclusion", "Conclusion", None, html! {
            p { "Conclusion\u{a0}: " (vue::conclusion_words(v)) "." }
            @if let Some(next) = next_words(v, &scene.vue) { p { (next) } }
            @if let Some(motif) = &v.prochaine_motif { p { "Motif\u{a0}: " (motif) } }
            p.help {
                @if let (Some(a), Some(d)) = (&v.arrivee, &v.depart) { "De " (a) " à " (d) ". " }
                @if let (Some(le), Some(who)) = (v.signee_le, &v.signee_par) {
                    "Signée par " (who) " le " (base::date_numeric(le.day())) " à " (le.time_of_day()) "."
                }
            }
        }))
        (ui::section("entretien", "Entretien", None, html! {
            @let notes: Vec<_> = scene.vue.notes.iter().filter(|n| n.visite_id == v.id).collect();
            @if notes.is_empty() { p { "Rien n'a été noté." } }
            @for r in &RUBRIQUES {
                @if let Some(n) = notes.iter().find(|n| n.rubrique == r.code) {
                    (ui::subsection(r.label, html! { p { (n.texte) } p.help { (n.auteur_nom) ", " (vue::trade(&n.auteur_metier)) } }))
                }
            }
        }))
        (ui::section("mesures", "Mesures", None, ui::table(
            "Mesures de cette visite",
            &[Column::text("Mesure"), Column::number("Valeur"), Column::text("Auteur")],
            measures,
            Empty::new("Aucune mesure", "Aucune mesure relevée à cette visite."),
        )))
    }
}

/// The next visit in words, with its article.
pub(super) fn next_words(v: &Visite, vue: &Vue) -> Option<String> {
    let legal = v.prochaine_legale?;
    let label = v
        .prochaine_type
        .as_deref()
        .map(|code| droit::Regles::en_vigueur().libelle_visite(code, v.jour).to_owned())
        .unwrap_or_default();
    let article = vue
        .evaluation
        .as_ref()
        .ok()
        .and_then(|e| e.echeances.iter().find(|e| Some(&e.type_visite) == v.prochaine_type.as_ref()))
        .and_then(|e| e.raisons.first())
        .map(|r| format!(" ({})", r.article))
        .unwrap_or_default();
    let chosen = v
        .prochaine_choisie
        .map(|d| format!(" Date choisie par le professionnel\u{a0}: {}.", base::date_numeric(d)))
        .unwrap_or_default();
    Some(format!(
        "Prochaine visite\u{a0}: {label}, au plus tard le {}{article}.{chosen}",
        base::date_numeric(legal)
    ))
}
