//! GET /salaries/{id}/identite: the strict traits of a worker, and what the NIR and the traits say of each other.

use ::identite::coherence;
use axum::extract::{Path, State};
use base::date_numeric;
use guard::{Caller, EcrireIdentite, LireIdentite, Purpose};
use maud::{Markup, html};
use ui::{Fault, House, Kind, Page, Tone, actions, alert, definition_list, link_button};

use crate::{Salarie, SalarieId, salarie};

/// The disagreements between the NIR and the traits of a file, one sentence each.
pub(super) fn warnings(s: &Salarie) -> Vec<String> {
    let found = s.nir.as_ref().map(|nir| coherence(nir, s.sexe, s.naissance, &s.lieu_code));
    found.into_iter().flatten().map(|i| i.to_string()).collect()
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let s = house
        .guard
        .run::<LireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let found = salarie(&mut work.tx, &SalarieId::new(permit.object())).await?;
                found.ok_or_else(|| Fault::absent("Ce salarié"))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let file = format!("/salaries/{}", s.id);
    let page = Page::new(&frame, "Identité")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", &file)
        .active("/salaries")
        .narrow();
    let found = warnings(&s);
    Ok(page.render(html! {
        @if found.is_empty() {
            (alert(Tone::Ok, "Le NIR et les traits d'identité s'accordent", html! {}))
        } @else {
            (alert(Tone::Attention, "Le dossier est enregistré\u{a0}; l'identité est à vérifier", html! {
                ul { @for sentence in &found { li { (sentence) } } }
            }))
        }
        (definition_list(vec![
            ("Nom de naissance", html! { (s.nom_naissance) }),
            ("Prénoms de naissance", html! { (s.prenoms) }),
            ("Sexe", html! { (s.sexe) }),
            ("Date de naissance", html! { (date_numeric(s.naissance)) }),
            ("Lieu de naissance", place(&s)),
            ("Nom utilisé", html! { (s.nom_usage.as_deref().unwrap_or(&s.nom_naissance)) }),
            ("NIR", s.nir.as_ref().map_or_else(|| html! { span.absent { "Non renseigné" } }, |n| html! { (n.grouped()) })),
            ("Statut", super::ins(s.ins_statut)),
        ]))
        (actions(html! {
            (link_button(&file, "Ouvrir le dossier", Kind::Primary))
            (link_button(&format!("/salaries/{}/postes", s.id), "Voir les postes", Kind::Secondary))
            @if house.guard.offers::<EcrireIdentite>(&caller) {
                (link_button(&format!("/salaries/{}/identite/corriger", s.id), "Corriger l'identité", Kind::Secondary))
            }
        }))
    }))
}

fn place(s: &Salarie) -> Markup {
    html! {
        @if s.lieu_code.is_empty() && s.lieu_label.is_empty() { span.absent { "Non renseigné" } }
        (s.lieu_label)
        @if !s.lieu_code.is_empty() { " (" (s.lieu_code) ")" }
    }
}
