//! GET /etablissements/{id}: an establishment and who works there today.

use std::collections::BTreeMap;

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use axum::extract::{Path, State};
use base::{Date, age_words, date_numeric};
use guard::{Act as _, Caller, ChercherSalarie, EcrireIdentite, LireAdherent, Policy, Purpose};
use maud::{Markup, html};
use ui::{
    Column, Empty, Fault, FileHead, House, Kind, Page, Row, Tone, badge, file_head, link_button, number,
    refused, section, table,
};

use crate::{Salarie, SalarieId, of_etablissement, tables::intitules};

/// More workers than this are found by searching, not by scrolling.
const MOST: usize = 500;

struct Place {
    etablissement: Etablissement,
    adherent: Adherent,
    centre: String,
    medecin: Option<String>,
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let place = read_place(&house, &caller, &id).await?;
    // Who may not search workers reads the establishment all the same, and why the list is closed.
    let workers = if house.guard.offers::<ChercherSalarie>(&caller) {
        Some(read_workers(&house, &caller, &place.etablissement.id).await?)
    } else {
        None
    };
    let frame = house.frame(&caller);
    let company = format!("/adherents/{}", place.adherent.id);
    let page = Page::new(&frame, "Établissement")
        .crumb("Adhérents", "/adherents")
        .crumb("Entreprise", company)
        .active("/adherents")
        .without_heading();
    Ok(page.render(html! {
        (head(&place, frame.today))
        @match &workers {
            Some((people, posts)) => {
                @let add = house.guard.offers::<EcrireIdentite>(&caller).then(|| {
                    let href = format!("/salaries/nouveau?etablissement={}", place.etablissement.id);
                    link_button(&href, "Ajouter un salarié", Kind::Secondary)
                });
                (section("salaries", "Salariés présents", add, list(people, posts, frame.today)))
            }
            None => { (refused("Salariés présents", why_closed())) }
        }
    }))
}

async fn read_place(house: &House, caller: &Caller, id: &str) -> Result<Place, Fault> {
    house
        .guard
        .run::<LireAdherent, _, Fault, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let absent = || Fault::absent("Cet établissement");
                let id = EtablissementId::new(permit.object());
                let etablissement = adherents::etablissement(&mut work.tx, &id).await?.ok_or_else(absent)?;
                let owner: &AdherentId = &etablissement.adherent_id;
                let adherent = adherents::adherent(&mut work.tx, owner).await?.ok_or_else(absent)?;
                let centre = organisation::centre(&mut work.tx, &etablissement.centre_id).await?;
                let medecin = match &etablissement.medecin_id {
                    Some(id) => organisation::professionnel(&mut work.tx, id).await?.map(|m| m.nom_complet()),
                    None => None,
                };
                Ok(Place {
                    etablissement,
                    adherent,
                    centre: centre.map_or_else(String::new, |c| c.nom),
                    medecin,
                })
            })
        })
        .await
}

type Workers = (Vec<Salarie>, BTreeMap<SalarieId, String>);

async fn read_workers(house: &House, caller: &Caller, id: &EtablissementId) -> Result<Workers, Fault> {
    let object = format!("etablissement {id}");
    let id = id.clone();
    house
        .guard
        .run::<ChercherSalarie, _, Fault, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let today = work.today();
                // One more than is shown, to know whether there are more.
                let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
                let people = of_etablissement(&mut work.tx, &id, today, limit).await?;
                Ok((people, intitules(&mut work.tx, &id, today).await?))
            })
        })
        .await
}

fn why_closed() -> &'static str {
    let rule = Policy::in_force().rule(ChercherSalarie::CODE);
    rule.map_or("La liste des salariés n'est pas ouverte à ce rôle.", |r| &r.refus)
}

fn head(place: &Place, today: Date) -> Markup {
    let e = &place.etablissement;
    let state = match e.suivi.to() {
        Some(end) if end <= today => badge(Tone::Neutre, &format!("Fermé le {}", date_numeric(end))),
        _ => badge(Tone::Ok, "Suivi"),
    };
    let absent = |words: &str| html! { span.absent { (words) } };
    file_head(
        FileHead::new(&e.nom)
            .identity(state)
            .fact(
                "Entreprise",
                html! { a href={ "/adherents/" (place.adherent.id) } { (place.adherent.raison_sociale) } },
            )
            .fact("SIRET", html! { (e.siret.grouped()) })
            .fact(
                "Activité",
                e.activite
                    .as_ref()
                    .map_or_else(|| absent("Non renseignée"), |a| html! { (a.label) " (" (a.code) ")" }),
            )
            .fact("Adresse", html! { (e.adresse) @if !e.adresse.is_empty() { ", " } (e.commune) })
            .fact("Centre", html! { (place.centre) })
            .fact(
                "Médecin du travail",
                place.medecin.as_ref().map_or_else(|| absent("Non désigné"), |m| html! { (m) }),
            ),
    )
}

fn list(people: &[Salarie], posts: &BTreeMap<SalarieId, String>, today: Date) -> Markup {
    let columns = [
        Column::text("Nom"),
        Column::text("Naissance"),
        Column::text("Sexe"),
        Column::text("Poste"),
        Column::text("Identité"),
    ];
    let rows = people.iter().take(MOST).map(|s| {
        Row::new(vec![
            super::name(s),
            html! { (date_numeric(s.naissance)) " (" (age_words(s.naissance, today)) ")" },
            html! { (s.sexe) },
            html! { @if let Some(post) = posts.get(&s.id) { (post) } @else { span.absent { "Non renseigné" } } },
            super::ins(s.ins_statut),
        ])
    });
    html! {
        @if people.len() > MOST {
            p.help { "Les " (number(i64::try_from(MOST).unwrap_or(i64::MAX))) " premiers noms sont affichés\u{a0}; cherchez les autres par la recherche." }
        }
        (table(
            "Salariés présents à ce jour",
            &columns,
            rows.collect(),
            Empty::new("Aucun salarié présent", "Ajoutez un salarié, ou importez la liste que l'employeur envoie."),
        ))
    }
}
