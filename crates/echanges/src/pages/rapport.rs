//! What a report of an import shows, before and after.

use maud::{Markup, html};
use ui::{Column, Empty, Row, Stat, Tone, alert, grid, number, stat, subsection, table};

use crate::{Compte, Refus, Remarque};

/// Longer reports are read in the file, not on the screen.
const MOST: usize = 500;

/// The rows refused, cell by cell.
pub(super) fn refusals(refused: &[Refus]) -> Markup {
    let columns = [
        Column::number("Ligne"),
        Column::text("Colonne"),
        Column::text("Valeur"),
        Column::text("Ce qui est à corriger"),
    ];
    let rows = refused.iter().take(MOST).map(|r| {
        Row::new(vec![
            html! { (r.ligne) },
            html! { (r.colonne) },
            html! { @if r.valeur.is_empty() { span.absent { "vide" } } @else { (r.valeur) } },
            html! { (r.raison) },
        ])
    });
    table(
        "Lignes refusées",
        &columns,
        rows.collect(),
        Empty::new("Aucune ligne refusée", "Tout ce que le fichier contient a été compris."),
    )
}

/// The report of a trial: what would be done.
pub(super) fn trial(compte: &Compte) -> Markup {
    let figure = |label: &str, n: usize| stat(Stat::new(label, words(n)));
    let (tone, title) = match (compte.integrees, compte.refusees) {
        (0, 0) => (Tone::Info, "Essai\u{a0}: ce fichier n'apporterait rien de nouveau"),
        (0, _) => (Tone::Attention, "Essai\u{a0}: aucune ligne ne serait intégrée"),
        (_, 0) => (Tone::Ok, "Essai\u{a0}: toutes les lignes peuvent être intégrées"),
        _ => (Tone::Attention, "Essai\u{a0}: certaines lignes seraient refusées, les autres intégrées"),
    };
    html! {
        (alert(tone, title, html! { "Rien n'a été enregistré. Pour importer, choisissez de nouveau le fichier et décochez «\u{a0}Essai à blanc\u{a0}»." }))
        (grid(vec![
            figure("Lignes lues", compte.lignes),
            figure("Seraient intégrées", compte.integrees),
            figure("Déjà connues", compte.inchangees),
            figure("Seraient refusées", compte.refusees),
            figure("Entreprises ajoutées", compte.adherents),
            figure("Établissements ajoutés", compte.etablissements),
            figure("Salariés ajoutés", compte.salaries),
            figure("Contrats ajoutés", compte.contrats),
            figure("Départs", compte.departs),
            figure("Emplois reconnus", compte.emplois_reconnus),
            figure("Expositions déclarées", compte.expositions),
        ]))
        @if !compte.colonnes_ignorees.is_empty() {
            (subsection("Colonnes qui ne sont pas lues", html! { p { (compte.colonnes_ignorees.join(", ")) } }))
        }
        (refusals(&compte.refus))
        @if !compte.remarques.is_empty() { (subsection("À relire", remarks(&compte.remarques))) }
    }
}

fn remarks(said: &[Remarque]) -> Markup {
    html! {
        ul {
            @for r in said.iter().take(MOST) {
                li { @if r.ligne > 0 { b { "Ligne " (r.ligne) } " " } (r.phrase) }
            }
        }
        @if said.len() > MOST { p.help { "Les " (words(MOST)) " premières remarques sont affichées, sur " (words(said.len())) "." } }
    }
}

fn words(n: usize) -> String {
    number(i64::try_from(n).unwrap_or(i64::MAX))
}
