//! What became of a delivery.

use base::date_numeric;
use maud::{Markup, html};
use ui::{Column, Empty, Frame, Page, Row, Tone, badge, definition_list, number, table};

use super::{HOME, digest, export_href, seal, versions};
use crate::{ListSummary, LoadReport};

/// Findings shown for a delivery; their number is always told.
const FINDINGS_SHOWN: usize = 200;

/// The page of one delivery: its file, its rows, what deserves a look.
pub(crate) fn page(
    frame: &Frame,
    list: &ListSummary,
    current: Option<&ListSummary>,
    report: &LoadReport,
) -> Markup {
    let rejected = report
        .rejected
        .iter()
        .map(|r| Row::new(vec![html! { (r.row) }, html! { (r.code) }, html! { (r.reason.sentence()) }]));
    let findings = report
        .findings
        .iter()
        .take(FINDINGS_SHOWN)
        .map(|f| Row::new(vec![html! { (f.row) }, html! { (f.code) }, html! { (f.kind.sentence()) }]));
    let columns = [Column::text("Ligne"), Column::text("Code"), Column::text("Constat")];
    let count = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
    Page::new(frame, format!("Livraison {}", list.version))
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .crumb(&list.liste.titre, format!("{HOME}/{}", list.liste.id))
        .active(HOME)
        .render(html! {
            (definition_list(vec![
                ("État", html! {
                    @if list.active { (badge(Tone::Ok, "en service")) } @else {
                        (badge(Tone::Neutre, "pas en service")) " "
                        a href=(versions::compare_href(&list.liste.id, current.map(|v| v.version.as_str()), &list.version)) {
                            "Comparer et mettre en service"
                        }
                    }
                }),
                ("Signature", html! {
                    (seal(list.sceau.as_ref()))
                    @if let Some(sceau) = &list.sceau { " clé\u{a0}: " (digest(&sceau.cle)) }
                }),
                ("Date de l'édition", html! {
                    @match list.publiee_le { Some(day) => (date_numeric(day)), None => "inconnue" }
                }),
                ("Fichier", html! { a href=(export_href(list, "livre")) { (list.fichier) } }),
                ("SHA-256", digest(&list.sha256)),
                ("Lignes lues", html! { (count(report.rows)) }),
                ("Lignes intégrées", html! { (count(report.integrated)) }),
                ("Lignes écartées", html! { (count(report.rejected.len())) }),
                ("Termes", html! { (count(report.concepts)) }),
            ]))
            (table("Lignes écartées", &columns, rejected.collect(),
                Empty::new("Aucune ligne écartée", "Toutes les lignes lues ont été intégrées.")))
            (table("À vérifier auprès de l'éditeur, rien n'a été corrigé", &columns, findings.collect(),
                Empty::new("Rien à signaler", "Les textes livrés ne montrent ni espace ni apostrophe suspecte.")))
            @if report.findings.len() > FINDINGS_SHOWN {
                p { "Les " (FINDINGS_SHOWN) " premiers constats sont affichés, sur " (count(report.findings.len())) "." }
            }
        })
}
