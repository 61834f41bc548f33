//! GET /adherents/{id}: one member company.

use axum::extract::{Path, State};
use base::{Date, date_numeric};
use guard::{Caller, LireAdherent, Purpose};
use maud::{Markup, html};
use organisation::{Centre, Professionnel};
use ui::{
    Column, Empty, Fault, FileHead, House, Icon, Page, Row, TimelineItem, Tone, badge, file_head, section,
    table, timeline,
};

use crate::{Adherent, AdherentId, Etablissement, adherent, etablissements};

struct Fiche {
    adherent: Adherent,
    etablissements: Vec<Etablissement>,
    centres: Vec<Centre>,
    professionnels: Vec<Professionnel>,
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let fiche = house
        .guard
        .run::<LireAdherent, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let id = AdherentId::new(permit.object());
                let adherent =
                    adherent(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Cette entreprise"))?;
                Ok(Fiche {
                    adherent,
                    etablissements: etablissements(&mut work.tx, &id).await?,
                    centres: organisation::centres(&mut work.tx).await?,
                    professionnels: organisation::professionnels(&mut work.tx).await?,
                })
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let page = Page::new(&frame, "Entreprise")
        .crumb("Adhérents", "/adherents")
        .active("/adherents")
        .without_heading();
    Ok(page.render(html! {
        (head(&fiche.adherent, frame.today))
        (section("etablissements", "Établissements", None, places(&fiche, frame.today)))
        (section("historique", "Historique de l'adhésion", None, timeline(history(&fiche))))
    }))
}

fn head(adherent: &Adherent, today: Date) -> Markup {
    let adhesion = match adherent.adhesion.to() {
        Some(end) if end <= today => {
            badge(Tone::Neutre, &format!("Adhésion terminée le {}", date_numeric(end)))
        }
        _ => badge(Tone::Ok, "Adhérente"),
    };
    file_head(
        FileHead::new(&adherent.raison_sociale)
            .identity(adhesion)
            .fact("SIREN", html! { (adherent.siren.grouped()) })
            .fact("Adhérente depuis", html! { (date_numeric(adherent.adhesion.from())) }),
    )
}

fn places(fiche: &Fiche, today: Date) -> Markup {
    let columns = [
        Column::text("Établissement"),
        Column::text("SIRET"),
        Column::text("Activité"),
        Column::text("Commune"),
        Column::text("Centre"),
        Column::text("Médecin du travail"),
    ];
    let rows = fiche.etablissements.iter().map(|e| {
        let centre = fiche.centres.iter().find(|c| c.id == e.centre_id).map(|c| c.nom.as_str());
        let medecin = e.medecin_id.as_ref().and_then(|id| fiche.professionnels.iter().find(|p| p.id == *id));
        Row::new(vec![
            html! {
                a href={ "/etablissements/" (e.id) } { (e.nom) }
                @if let Some(end) = e.suivi.to().filter(|end| *end <= today) {
                    " " (badge(Tone::Neutre, &format!("fermé le {}", date_numeric(end))))
                }
            },
            html! { (e.siret.grouped()) },
            html! { @if let Some(a) = &e.activite { (a.label) " (" (a.code) ")" } @else { span.absent { "Non renseignée" } } },
            html! { (e.commune) },
            html! { (centre.unwrap_or_default()) },
            html! { @if let Some(m) = medecin { (m.nom_complet()) } @else { span.absent { "Non désigné" } } },
        ])
    });
    table(
        "Établissements de l'entreprise",
        &columns,
        rows.collect(),
        Empty::new(
            "Aucun établissement",
            "Importez la liste des salariés de l'entreprise\u{a0}: l'établissement vient avec elle.",
        ),
    )
}

/// What happened to the membership, latest first.
fn history(fiche: &Fiche) -> Vec<TimelineItem> {
    let mut items: Vec<(Date, TimelineItem)> = Vec::new();
    let mut add = |day: Date, title: Markup| items.push((day, TimelineItem::new(day, Icon::Adherent, title)));
    let adhesion = &fiche.adherent.adhesion;
    add(adhesion.from(), html! { "Adhésion de l'entreprise" });
    if let Some(end) = adhesion.to() {
        add(end, html! { "Fin de l'adhésion" });
    }
    for e in &fiche.etablissements {
        add(e.suivi.from(), html! { "Début du suivi de l'établissement " (e.nom) });
        if let Some(end) = e.suivi.to() {
            add(end, html! { "Fin du suivi de l'établissement " (e.nom) });
        }
    }
    items.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    items.into_iter().map(|(_, item)| item).collect()
}
