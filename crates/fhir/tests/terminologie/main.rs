//! The terminology service on both engines: every operation, every error, as another program meets them.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

mod client;
mod code_system;
mod concept_map;
mod value_set;

use std::fmt::Write as _;

use axum::{
    body::{Body, to_bytes},
    http::{Method, header},
};
use serde_json::json;
use thesaurus::Delivery;
use tower::ServiceExt as _;

use client::*;

testkit::on_both_engines! {
    async fn who_is_not_signed_in_is_told_so_and_is_sent_nowhere(t) {
        let client = Client::new(t).await;
        let stranger = Client { app: client.app.clone(), cookie: String::new() };
        for path in ["metadata", "CodeSystem", "CodeSystem/$lookup?code=A", "inconnu"] {
            stranger.get(path).await.refused(401, "login");
        }
        let response = stranger.app.clone().oneshot(stranger.request(Method::GET, "metadata").body(Body::empty()).unwrap()).await.unwrap();
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
    }

    async fn reading_a_list_leaves_no_line_in_the_journal(t) {
        let client = Client::new(t).await;
        let before = t.db.digest().await.unwrap();
        assert_eq!(client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A1")).await.status, 200);
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn the_server_says_what_it_does(t) {
        let client = Client::new(t).await;
        let said = client.get("metadata").await.body;
        assert_eq!((&said["resourceType"], &said["fhirVersion"]), (&json!("CapabilityStatement"), &json!("4.0.1")));
        assert_eq!(said["rest"][0]["resource"].as_array().unwrap().len(), 3);
        assert_eq!(said["implementation"]["url"], "http://tronc.test/fhir");
        let said = client.get("metadata?mode=terminology").await.body;
        assert_eq!(said["resourceType"], "TerminologyCapabilities");
        let agents = said["codeSystem"].as_array().unwrap().iter().find(|c| c["uri"] == AGENTS).unwrap().clone();
        assert_eq!((&agents["version"][0]["code"], &agents["version"][0]["isDefault"]), (&json!("2027"), &json!(true)));
        assert!(said["codeSystem"].as_array().unwrap().iter().any(|c| c["uri"] == METIERS));
        client.get("metadata?mode=poesie").await.refused(400, "value");
    }

    async fn resources_are_read_and_searched(t) {
        let client = Client::new(t).await;
        let found = async |path: &str| {
            let said = client.get(path).await;
            assert_eq!(said.status, 200, "{path}: {}", said.body);
            let ids = said.body["entry"].as_array().into_iter().flatten().map(|e| e["resource"]["id"].as_str().unwrap().to_owned());
            (said.body["total"].as_u64().unwrap(), ids.collect::<Vec<_>>())
        };
        let one = |id: &str| (1, vec![id.to_owned()]);
        assert_eq!(found("CodeSystem?_summary=true").await.0, 3);
        assert_eq!(found(&format!("CodeSystem?url={AGENTS}&version=2025")).await, one("agents.2025"));
        assert_eq!(found("CodeSystem?url=urn:tronc-commun:thesaurus:metiers").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.999").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?identifier=urn:oid:1.2.250.1.999").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?title=liste%20met").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?title:contains=metiers").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?title:exact=liste").await.0, 0);
        assert_eq!(found("CodeSystem?name=metiers").await, one("metiers.1"));
        assert_eq!(found("CodeSystem?_id=agents.2025,agents.2027").await.0, 2);
        assert_eq!(found("CodeSystem?_id=agents.2025&status=retired").await.0, 0);
        assert_eq!(found("CodeSystem?_summary=count").await, (3, Vec::new()));
        assert_eq!(found("ValueSet?url=urn:tronc-commun:valeurs:metiers").await, one("metiers.1"));
        assert_eq!(found(&format!("ValueSet?url={METIERS}/actifs")).await, one("metiers.1.actifs"));
        assert_eq!(found("ConceptMap").await, one("agents.2025.vers.2027"));
        assert_eq!(found("ConceptMap?url=urn:tronc-commun:correspondance:agents:2027:2025").await, one("agents.2027.vers.2025"));
        let page = client.get("CodeSystem?_count=2&_summary=true").await.body;
        assert_eq!(page["entry"].as_array().unwrap().len(), 2);
        assert_eq!(page["link"][1]["url"], "http://tronc.test/fhir/CodeSystem?_count=2&_summary=true&_offset=2");
        assert_eq!(page["entry"][0]["resource"]["meta"]["tag"][0]["code"], "SUBSETTED");
        let form = client.request(Method::POST, "CodeSystem/_search").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let said = client.send(form.body(Body::from("_id=agents.2025")).unwrap()).await;
        assert_eq!(said.body["total"], 1);
        client.get("CodeSystem?url:below=x").await.refused(400, "not-supported");
        client.get("CodeSystem?_summary=oui").await.refused(400, "value");
        assert_eq!(found("CodeSystem?couleur=vert&_summary=count").await.0, 3, "passed over");
        let strict = client.request(Method::GET, "CodeSystem?couleur=vert").header("prefer", "handling=strict");
        client.send(strict.body(Body::empty()).unwrap()).await.refused(400, "not-supported");
    }

    async fn a_resource_holds_the_whole_list(t) {
        let client = Client::new(t).await;
        let list = client.get("CodeSystem/agents.2027").await.body;
        assert_eq!((&list["resourceType"], &list["id"], &list["url"]), (&json!("CodeSystem"), &json!("agents.2027"), &json!(AGENTS)));
        assert_eq!((list["count"].as_u64(), list["concept"].as_array().unwrap().len()), (Some(6), 6));
        assert_eq!(list["valueSet"], "urn:tronc-commun:valeurs:agents");
        let summary = client.get("CodeSystem/agents.2027?_summary=true").await.body;
        assert_eq!((summary["count"].as_u64(), summary.get("concept")), (Some(6), None));
        assert!(client.get("CodeSystem/agents.2027?_summary=text").await.body.get("title").is_none());
        let values = client.get("ValueSet/metiers.1").await.body;
        assert_eq!((&values["url"], &values["compose"]["include"][0]["system"]), (&json!("http://exemple.test/metiers?fhir_vs"), &json!(METIERS)));
        let map = client.get("ConceptMap/agents.2025.vers.2027").await.body;
        assert_eq!(map["url"], "urn:tronc-commun:correspondance:agents:2025:2027");
        assert_eq!(map["group"][0]["element"].as_array().unwrap().len(), 6);
        client.get("CodeSystem/inconnu").await.refused(404, "not-found");
        client.get("ConceptMap/agents.2025.vers.1999").await.refused(404, "not-found");
    }

    async fn a_request_in_another_form_is_refused_in_json(t) {
        let client = Client::new(t).await;
        for path in ["", "Patient", "Patient/1", "CodeSystem/$inconnue", "CodeSystem/a/b/c"] {
            client.get(path).await.refused(404, "not-supported");
        }
        for (method, path) in [(Method::PUT, "CodeSystem/agents.2027"), (Method::DELETE, "ValueSet/$expand"), (Method::POST, "CodeSystem"), (Method::PATCH, "metadata")] {
            client.send(client.request(method, path).body(Body::empty()).unwrap()).await.refused(405, "not-supported");
        }
        let xml = client.request(Method::GET, "metadata").header(header::ACCEPT, "application/fhir+xml");
        client.send(xml.body(Body::empty()).unwrap()).await.refused(406, "not-supported");
        client.get("metadata?_format=xml").await.refused(406, "not-supported");
        let sent = |kind: &str, body: String| client.request(Method::POST, "CodeSystem/$lookup").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap();
        client.send(sent("application/fhir+xml", "<Parameters/>".into())).await.refused(415, "not-supported");
        client.send(sent("application/fhir+json", "{".into())).await.refused(400, "invalid");
        client.send(sent("application/json", "{\"resourceType\":\"Patient\"}".into())).await.refused(400, "invalid");
        client.send(sent("application/json", format!("\"{}\"", "x".repeat(2 << 20)))).await.refused(413, "too-long");
        let head = client.app.clone().oneshot(client.request(Method::HEAD, "metadata").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(head.status(), 200);
        let pretty = client.app.clone().oneshot(client.request(Method::GET, "metadata?_pretty=true").body(Body::empty()).unwrap()).await.unwrap();
        let text = to_bytes(pretty.into_body(), 1 << 20).await.unwrap();
        assert!(text.starts_with(b"{\n"));
    }

    async fn a_new_version_answers_at_once_and_the_old_one_still_does(t) {
        let client = Client::new(t).await;
        let count = async || client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:metiers&filter=soud").await.codes();
        assert_eq!(count().await, ["02"]);
        load(t, &Delivery { url: Some(METIERS.into()), ..delivery("metiers", "2", "code;libelle\n02;Soudeur\n03;Soudeuse\n") }).await;
        assert_eq!(count().await, ["02", "03"]);
        let old = client.get(&format!("CodeSystem/$lookup?system={METIERS}&version=1&code=01")).await;
        assert_eq!(old.parameter("display"), "Maçon");
    }

    async fn a_service_without_any_list_answers_all_the_same(t) {
        let client = Client::signed_in(t).await;
        assert_eq!(client.get("metadata?mode=terminology").await.status, 200);
        assert_eq!(client.get("CodeSystem").await.body["total"], 0);
        client.get("CodeSystem/$lookup?system=http://a.test&code=A").await.refused(404, "not-found");
    }
}

/// Run by hand: `cargo nextest run -p fhir measures --run-ignored only --no-capture`.
#[tokio::test]
#[ignore = "a measure, not a check"]
async fn measures_of_forty_thousand_codes() {
    let t = testkit::sqlite().await;
    let mut many = String::from("code;libelle\n");
    for i in 0..40_000 {
        let name = ["Saint-Martin", "Villeneuve", "Beaumont", "La Chapelle"][i % 4];
        writeln!(many, "{i:05};{name}-sur-Rivière {i}").unwrap();
    }
    load(&t, &delivery("communes", "2026", &many)).await;
    let client = Client::signed_in(&t).await;
    let values = "ValueSet/$expand?url=urn:tronc-commun:valeurs:communes&activeOnly=true&count=20";
    let clock = std::time::Instant::now();
    client.get(values).await;
    println!("first expansion, release read: {:?}", clock.elapsed());
    for asked in [
        "",
        "&offset=20000",
        "&filter=beaumont",
        "&filter=villeneuv%20riv",
        "&filter=s",
        "&filter=123",
        "&filter=chapele",
    ] {
        let mut times = Vec::new();
        for _ in 0..40 {
            let clock = std::time::Instant::now();
            assert_eq!(client.get(&format!("{values}{asked}")).await.status, 200);
            times.push(clock.elapsed());
        }
        times.sort();
        println!("expand {asked}: p50 {:?}, p95 {:?}", times[20], times[38]);
    }
    let mut times = Vec::new();
    for i in 0..200 {
        let clock = std::time::Instant::now();
        client
            .get(&format!(
                "CodeSystem/$lookup?system=urn:tronc-commun:thesaurus:communes&code={:05}",
                i * 150
            ))
            .await;
        times.push(clock.elapsed());
    }
    times.sort();
    println!("lookup: p50 {:?}, p95 {:?}", times[100], times[190]);
}
