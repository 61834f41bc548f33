//! GET /documents/{id}: a document exactly as it was issued.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use guard::{Caller, LireDossier, Purpose};
use ui::Fault;

use super::Dossier;
use crate::{DocumentId, documents};

pub(super) async fn pdf(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = DocumentId::new(id);
    let mut tx = state.house.guard.db().read().await?;
    let owner =
        documents::salarie_of_document(&mut tx, &id).await?.ok_or_else(|| Fault::absent("Ce document"))?;
    drop(tx);
    let (document, bytes) = state
        .house
        .guard
        .run::<LireDossier, _, Fault, _>(
            &caller,
            owner.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| {
                Box::pin(async move {
                    let found = documents::document(&mut work.tx, permit, &id).await?;
                    work.journal_change("document ouvert", None, Some(format!("{{\"document\":\"{id}\"}}")))
                        .await?;
                    found.ok_or_else(|| Fault::absent("Ce document"))
                })
            },
        )
        .await?;
    let name =
        format!("inline; filename=\"{}-{}-{}.pdf\"", document.modele, document.destinataire, document.jour);
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
