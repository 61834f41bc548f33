//! Who answers: the product's own pages, the same work without a session, and the probe.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use guard::Guard;
use maud::Markup;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Db;
use thesaurus::Index;
use tokio::net::TcpListener;

use crate::{
    client::Travail,
    donnees::{Base, LISTE, VERSIONS},
};

/// Terms under a field, and of one page of an expansion.
const SOUS_LE_CHAMP: usize = 12;
const PAGE: usize = 20;

#[derive(Clone)]
struct Salle {
    index: Arc<Index>,
    db: Db,
    constante: Arc<str>,
}

#[derive(Deserialize)]
struct Demande {
    #[serde(default)]
    q: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    version: String,
}

/// Opens the server on a free port; its address.
pub(crate) async fn ouvre(base: &Base) -> String {
    let constante = liste(&base.index, "soudeur").into_string();
    println!("the constant answer has {} bytes, as many as a usual one", constante.len());
    let salle = Salle { index: Arc::clone(&base.index), db: base.t.db.clone(), constante: constante.into() };
    let guard: Guard = base.guard.clone();
    let app = Router::new()
        .route("/constante", get(async |State(s): State<Salle>| s.constante.to_string()))
        .route(
            "/propose",
            get(async |State(s): State<Salle>, Query(d): Query<Demande>| liste(&s.index, &d.q)),
        )
        .route("/deplie", get(deplie))
        .route("/terme", get(terme))
        .route("/matrice", get(matrice))
        .with_state(salle)
        .merge(thesaurus::routes(ui::House::new(guard, "Mesure"), base.search.clone(), &[]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn liste(index: &Index, query: &str) -> Markup {
    let found = index.search(LISTE, query, SOUS_LE_CHAMP).unwrap();
    let options: Vec<_> = found.iter().map(|f| f.option(LISTE)).collect();
    ui::term_options(query, &options, true)
}

/// A page of an expansion with a filter, as `ValueSet/$expand` answers it.
async fn deplie(State(salle): State<Salle>, Query(asked): Query<Demande>) -> Json<Value> {
    let found = salle.index.search(LISTE, &asked.q, PAGE).unwrap();
    let contains: Vec<_> = found
        .iter()
        .map(|f| json!({ "code": f.code, "display": f.label, "inactive": f.inactive_since.is_some() }))
        .collect();
    Json(json!({ "resourceType": "ValueSet", "expansion": { "contains": contains } }))
}

/// One term of one version.
async fn terme(State(salle): State<Salle>, Query(asked): Query<Demande>) -> Json<Value> {
    let mut tx = salle.db.read().await.unwrap();
    let found = thesaurus::concept(&mut tx, LISTE, &asked.version, &asked.code).await.unwrap();
    Json(json!({ "display": found.map(|c| c.label) }))
}

/// What the matrix proposes for a trade.
async fn matrice(State(salle): State<Salle>, Query(asked): Query<Demande>) -> Json<Value> {
    let mut tx = salle.db.read().await.unwrap();
    let metier = thesaurus::coded(&mut tx, LISTE, &asked.code).await.unwrap().unwrap();
    let found = thesaurus::propositions(&mut tx, &metier).await.unwrap();
    Json(json!(found.iter().map(|p| &p.agent.code).collect::<Vec<_>>()))
}

/// What is measured; the probe first.
pub(crate) fn travaux(base: &Base, questions: &[String]) -> Vec<Travail> {
    let travail = |nom: &str, barre: bool, cookie: &str, demandes: Vec<(String, String)>| Travail {
        nom: nom.into(),
        demandes,
        cookie: cookie.into(),
        barre,
    };
    let many = questions.len();
    let asked = |path: &str, expected: &str| {
        questions.iter().map(|q| (format!("{path}?q={q}"), expected.to_owned())).collect::<Vec<_>>()
    };
    let years: Vec<u16> = VERSIONS.collect();
    let lookups = (0..many).map(|i| {
        let terme = &base.termes[i * 7 % base.termes.len()];
        // The label changed over the years; its first word did not.
        let first = terme.label.split(' ').next().unwrap_or_default().replace('"', "\\\"");
        let year = if terme.parent.is_none() { years[i % years.len()] } else { *VERSIONS.end() };
        (format!("/terme?version={year}&code={}", terme.code), first)
    });
    let trades = (0..many).map(|i| {
        let metier = &base.metiers[i % base.metiers.len()];
        (format!("/matrice?code={}", metier.code), "[\"".to_owned())
    });
    vec![
        travail(
            "probe: the same server answering a constant",
            false,
            "",
            vec![("/constante".into(), "listbox".into()); many],
        ),
        travail("autocomplete", true, "", asked("/propose", "listbox")),
        travail("expand, a page of 20 with a filter", true, "", asked("/deplie", "contains")),
        travail("lookup of a code in one of twelve versions", true, "", lookups.collect()),
        travail("what the matrix proposes for a trade", false, "", trades.collect()),
        travail(
            "autocomplete of the product, session and favourites read",
            false,
            &base.cookie,
            asked(&format!("/thesaurus/{LISTE}/suggestions"), "listbox"),
        ),
    ]
}
