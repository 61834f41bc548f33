//! What a federation offers to everybody: publications, their signed manifests, their files. No session, no person.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::{
    pages::Room,
    publier::{self, Sorte},
};

/// Where the feed stands under a federation's address.
pub(crate) const FEED: &str = "/federation/flux";

/// The feed: what is published, in the order of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flux {
    /// Name of the federation; empty when this installation is none.
    pub(crate) federation: String,
    /// Its public key, to compare with the one that was given by another way.
    pub(crate) cle: String,
    /// The publications.
    pub(crate) publications: Vec<Annonce>,
}

/// One publication of a feed. Nothing of it is believed before the manifest is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Annonce {
    pub(crate) id: String,
    pub(crate) sorte: Sorte,
    pub(crate) liste: String,
    pub(crate) version: String,
}

pub(crate) async fn feed(State(room): State<Room>) -> Response {
    let Some(signataire) = &room.signataire else { return absent() };
    let read = async {
        let mut tx = room.house.guard.db().read().await?;
        publier::publications(&mut tx).await
    };
    match read.await {
        Ok(mut publications) => {
            publications.reverse();
            let flux = Flux {
                federation: signataire.nom().to_owned(),
                cle: signataire.cle_publique(),
                publications: publications
                    .into_iter()
                    .map(|p| Annonce { id: p.id, sorte: p.sorte, liste: p.liste, version: p.version })
                    .collect(),
            };
            axum::Json(flux).into_response()
        }
        Err(e) => failed(&e),
    }
}

pub(crate) async fn manifest(State(room): State<Room>, Path(id): Path<String>) -> Response {
    let read = async {
        let mut tx = room.house.guard.db().read().await?;
        publier::publication(&mut tx, &id).await
    };
    match read.await {
        Ok(Some(p)) => ([(header::CONTENT_TYPE, "application/json")], p.manifeste).into_response(),
        Ok(None) => absent(),
        Err(e) => failed(&e),
    }
}

pub(crate) async fn file(State(room): State<Room>, Path((id, nom)): Path<(String, String)>) -> Response {
    let read = async {
        let mut tx = room.house.guard.db().read().await?;
        publier::file(&mut tx, &id, &nom).await
    };
    match read.await {
        // Names of files are made of names of lists and versions: nothing to escape.
        Ok(Some(bytes)) => (
            [
                (header::CONTENT_TYPE, media_type(&nom).to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{nom}\"")),
            ],
            bytes,
        )
            .into_response(),
        Ok(None) => absent(),
        Err(e) => failed(&e),
    }
}

fn media_type(nom: &str) -> &'static str {
    match nom.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "ttl" => "text/turtle; charset=utf-8",
        "rdf" => "application/rdf+xml",
        "xml" => "application/xml",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "text/plain; charset=utf-8",
    }
}

fn problem(status: StatusCode, detail: &str) -> Response {
    let problem = serde_json::json!({ "type": "about:blank", "status": status.as_u16(), "detail": detail });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
}

fn absent() -> Response {
    problem(StatusCode::NOT_FOUND, "Rien n'est publié à cette adresse.")
}

fn failed(error: &StoreError) -> Response {
    tracing::error!(%error, "the feed of publications failed");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "La lecture n'a pas abouti.")
}
