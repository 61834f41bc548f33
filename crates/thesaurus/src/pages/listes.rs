//! Every list and matrix.

use base::date_numeric;
use maud::{Markup, html};
use ui::{Column, Empty, Frame, Kind, Page, Row, Tone, actions, badge, link_button, number, table};

use super::{HOME, matrices::matrices_table, seal, versions::compare_href};
use crate::{ListSummary, MatrixSummary, Nature};

/// What there is to show.
pub(crate) struct Shown {
    /// The lists in their version in use.
    pub(crate) lists: Vec<ListSummary>,
    /// Those that were received and are not in use.
    pub(crate) waiting: Vec<ListSummary>,
    /// What the last comparisons with the deliveries found.
    pub(crate) verified: Markup,
    /// The matrices, in every version.
    pub(crate) matrices: Vec<MatrixSummary>,
}

/// Every list and matrix.
pub(crate) fn page(frame: &Frame, shown: &Shown, manages: bool, publishes: bool) -> Markup {
    let Shown { lists, waiting, matrices, verified } = shown;
    Page::new(frame, "Thésaurus").crumb("Accueil", "/").active(HOME).render(html! {
        p {
            "Chaque liste a une version en service, seule proposée à la saisie. Les versions précédentes restent lisibles, et ce qui a été saisi garde le libellé du jour."
        }
        (verified)
        (actions(html! {
            (link_button("/veille", "Veille\u{a0}: demander une évolution", Kind::Secondary))
            (link_button(&format!("{HOME}/verification"), "Vérification de la base", Kind::Secondary))
            (link_button(&format!("{HOME}/controle"), "Contrôler un export", Kind::Secondary))
            @if manages {
                (link_button(&format!("{HOME}/charger"), "Charger une livraison", Kind::Secondary))
                (link_button(&format!("{HOME}/charger-matrice"), "Charger une matrice", Kind::Secondary))
                (link_button("/abonnements", "Abonnements", Kind::Secondary))
            }
            @if publishes { (link_button("/publications", "Publications", Kind::Secondary)) }
        }))
        @if lists.is_empty() { (lists_table(Nature::Principale, lists)) }
        @for nature in [Nature::Principale, Nature::Complementaire, Nature::Externe] {
            @if lists.iter().any(|l| l.liste.nature == nature) { (lists_table(nature, lists)) }
        }
        @if !waiting.is_empty() { (waiting_table(waiting, manages)) }
        (matrices_table(matrices))
    })
}

fn lists_table(nature: Nature, lists: &[ListSummary]) -> Markup {
    let columns = [
        Column::text("Liste"),
        Column::text("Version"),
        Column::number("Termes"),
        Column::text("Gestionnaire"),
        Column::text("Droits d'usage"),
        Column::text("Révisée le"),
    ];
    let rows = lists
        .iter()
        .filter(|l| l.liste.nature == nature)
        .map(|l| {
            Row::new(vec![
                html! { a href={ (HOME) "/" (l.liste.id) } { (l.liste.titre) } },
                html! {
                    (l.version) @if !l.depart { " " (seal(l.sceau.as_ref())) }
                    @if l.depart { " " (badge(Tone::Info, "liste de départ")) }
                },
                html! { (number(l.termes)) },
                html! { (l.liste.gestionnaire) },
                html! { (l.liste.licence) },
                html! { (date_numeric(l.publiee_le.unwrap_or_else(|| l.chargee_le.day()))) },
            ])
        })
        .collect();
    let nothing = Empty::new(
        "Aucune liste n'est chargée",
        "L'informatique du service peut charger les listes de départ ou une livraison officielle.",
    );
    table(nature.label(), &columns, rows, nothing)
}

/// The lists that nobody may choose from yet.
fn waiting_table(lists: &[ListSummary], manages: bool) -> Markup {
    let columns =
        [Column::text("Liste"), Column::text("Version"), Column::number("Termes"), Column::text("État")];
    let rows = lists
        .iter()
        .map(|l| {
            Row::new(vec![
                html! { a href={ (HOME) "/" (l.liste.id) } { (l.liste.titre) } },
                html! { (l.version) @if !l.depart { " " (seal(l.sceau.as_ref())) } },
                html! { (number(l.termes)) },
                html! {
                    (badge(Tone::Attention, "pas en service"))
                    @if manages {
                        " " a href=(compare_href(&l.liste.id, None, &l.version)) {
                            "Comparer et mettre en service" span.vh { " " (l.liste.titre) }
                        }
                    }
                },
            ])
        })
        .collect();
    table("Listes reçues, pas en service", &columns, rows, Empty::new("Aucune liste n'attend", ""))
}
