//! One publication: its files and the manifest that proves them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use base::date_numeric;
use guard::{Caller, Fields, LirePublication, Purpose};
use maud::{Markup, html};
use ui::{Column, Empty, Fault, Page, Row, definition_list, number, section, see_other, table};

use super::{HOME, Room, digest};
use crate::{
    PublishError,
    publier::{self, files, publication},
};

/// GET /publications/{id}
pub(super) async fn page(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let object = id.clone();
    room.house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let p = publication(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Cette publication"))?;
                let files = files(&mut work.tx, &id).await?;
                let here = format!("/federation/publications/{id}");
                let columns = [Column::text("Fichier"), Column::number("Octets"), Column::text("SHA-256")];
                let rows = files
                    .iter()
                    .map(|(name, sha256, bytes)| {
                        Row::new(vec![
                            html! { a href={ (here) "/fichiers/" (name) } { (name) } },
                            html! { (number(*bytes)) },
                            digest(sha256),
                        ])
                    })
                    .collect();
                Ok(Page::new(&frame, format!("{} {}", p.liste, p.version)).crumb("Accueil", "/").crumb("Thésaurus", "/thesaurus").crumb("Publications", HOME).active("/thesaurus").render(html! {
                    (definition_list(vec![
                        ("Version", html! { (p.version) }),
                        ("Précédente", html! { (p.base.as_deref().unwrap_or("aucune")) }),
                        ("Publiée", html! { (date_numeric(p.publiee_le.day())) " par " (p.publiee_par) }),
                        ("Manifeste signé", html! { a href={ (here) "/manifeste" } { "Télécharger" } }),
                    ]))
                    (section("fichiers", "Fichiers", None, table("Fichiers de la publication", &columns, rows,
                        Empty::new("Aucun fichier", "Cette publication est vide."))))
                }))
            })
        })
        .await
}

/// POST /publications/matrices
pub(super) async fn matrix(
    State(room): State<Room>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    let signataire = room.signataire.as_ref().ok_or(PublishError::NoKey)?;
    let (id, version) = fields
        .text("matrice")
        .split_once(' ')
        .ok_or_else(|| Fault::Invalid("Choisissez la matrice à publier.".into()))?;
    let done = publier::publier_matrice(&room.house.guard, &caller, signataire, id, version).await?;
    Ok(see_other(&format!("{HOME}/{}", done.id)))
}
