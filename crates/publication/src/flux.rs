//! What a federation offers to everybody: publications, their signed manifests, their files. No session, no person.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::StoreError;

use crate::{notice::Sorte, pages::Room, publier};

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

impl Annonce {
    /// Whether its names can be those of a publication: they become addresses and rows.
    pub(crate) fn is_named(&self) -> bool {
        [&self.id, &self.liste, &self.version].into_iter().all(|name| terminologie::is_name(name))
    }
}

/// What is signed never changes under its address.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A new publication is seen within minutes.
const FOR_A_WHILE: &str = "public, max-age=300";

/// What whoever asks may keep, and whether they have it already.
struct Kept {
    headers: [(header::HeaderName, String); 2],
    known: bool,
}

impl Kept {
    fn of(asked: &HeaderMap, sha256: &str, how_long: &'static str) -> Self {
        let tag = format!("\"{sha256}\"");
        let known = asked
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .map(|t| t.trim().trim_start_matches("W/"))
            .any(|t| t == tag || t == "*");
        Self { headers: [(header::ETAG, tag), (header::CACHE_CONTROL, how_long.to_owned())], known }
    }

    /// The answer with `body`, or without it for whoever has it.
    fn answer(self, body: impl IntoResponse) -> Response {
        if self.known {
            (StatusCode::NOT_MODIFIED, self.headers).into_response()
        } else {
            (self.headers, body).into_response()
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    base::hex(&Sha256::digest(bytes))
}

pub(crate) async fn feed(State(room): State<Room>, asked: HeaderMap) -> Response {
    let Some(signataire) = &room.signataire else { return absent() };
    let read = async {
        let mut tx = room.house.guard.db().read().await?;
        publier::publications(&mut tx).await
    };
    let mut publications = match read.await {
        Ok(publications) => publications,
        Err(e) => return failed(&e),
    };
    publications.reverse();
    let flux = Flux {
        federation: signataire.nom().to_owned(),
        cle: signataire.cle_publique(),
        publications: publications
            .into_iter()
            .map(|p| Annonce { id: p.id, sorte: p.sorte, liste: p.liste, version: p.version })
            .collect(),
    };
    let body = serde_json::json!(flux).to_string();
    let kept = Kept::of(&asked, &sha256(body.as_bytes()), FOR_A_WHILE);
    kept.answer(([(header::CONTENT_TYPE, "application/json")], body))
}

pub(crate) async fn manifest(State(room): State<Room>, Path(id): Path<String>, asked: HeaderMap) -> Response {
    let read = async {
        let mut tx = room.house.guard.db().read().await?;
        publier::manifeste(&mut tx, &id).await
    };
    let bytes = match read.await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return absent(),
        Err(e) => return failed(&e),
    };
    let kept = Kept::of(&asked, &sha256(&bytes), FOR_EVER);
    kept.answer(([(header::CONTENT_TYPE, "application/json")], bytes))
}

pub(crate) async fn file(
    State(room): State<Room>,
    Path((id, nom)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    match found(&room, &id, &nom, &asked).await {
        Ok(answer) => answer,
        Err(e) => failed(&e),
    }
}

/// A file; its bytes are read only for whoever does not have them.
async fn found(room: &Room, id: &str, nom: &str, asked: &HeaderMap) -> Result<Response, StoreError> {
    let mut tx = room.house.guard.db().read().await?;
    let Some(digest) = publier::digest(&mut tx, id, nom).await? else { return Ok(absent()) };
    let kept = Kept::of(asked, &digest, FOR_EVER);
    if kept.known {
        return Ok(kept.answer(()));
    }
    let Some(bytes) = publier::file(&mut tx, id, nom).await? else { return Ok(absent()) };
    // Names of files are made of names of lists and versions: nothing to escape.
    let names = [
        (header::CONTENT_TYPE, media_type(nom).to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{nom}\"")),
    ];
    Ok(kept.answer((names, bytes)))
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
