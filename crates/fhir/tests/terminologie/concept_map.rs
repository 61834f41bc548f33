//! What is asked of two versions: `$translate`.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;

use crate::client::*;

testkit::on_both_engines! {
    async fn a_code_is_carried_from_one_version_to_another(t) {
        let client = Client::new(t).await;
        let ask = async |rest: &str| client.get(&format!("ConceptMap/$translate?system={AGENTS}&{rest}")).await;
        let one = |word: &str, code: &str, version: &str| vec![(word.to_owned(), code.to_owned(), version.to_owned())];
        let same = ask("code=B&version=2025").await;
        assert_eq!((same.parameter("result"), same.matches()), (json!(true), one("equal", "B", "2027")));
        assert_eq!(ask("code=A1&version=2025").await.matches(), one("equivalent", "A1", "2027"));
        let recoded = "code=A3&version=2025";
        assert_eq!(ask(recoded).await.matches(), one("equivalent", "A4", "2027"));
        assert_eq!(ask(&format!("{recoded}&targetsystem={AGENTS}|2027")).await.matches(), one("equivalent", "A4", "2027"));
        let url = "urn:tronc-commun:correspondance:agents:2025:2027";
        assert_eq!(ask(&format!("code=A3&url={url}")).await.matches(), one("equivalent", "A4", "2027"));
        assert_eq!(ask(&format!("code=A4&url={url}&reverse=true")).await.matches(), one("equivalent", "A3", "2025"));
        assert_eq!(client.get("ConceptMap/agents.2025.vers.2027/$translate?code=A3").await.matches(), one("equivalent", "A4", "2027"));
        let gone = ask("code=A5&version=2025").await;
        assert_eq!((gone.status.as_u16(), gone.parameter("result")), (200, json!(false)));
        assert_eq!(gone.matches(), one("unmatched", "", ""));
        assert!(gone.parameter("message").as_str().unwrap().contains("correspondance"));
        assert_eq!(ask("code=ZZ&version=2025").await.parameter("result"), false);
        assert_eq!(ask(&format!("code=A3&version=2027&url={url}")).await.parameter("result"), false, "another version");
    }

    async fn the_names_of_r5_are_understood_and_answered_in_kind(t) {
        let client = Client::new(t).await;
        let said = client.get(&format!("ConceptMap/$translate?system={AGENTS}&sourceCode=A3&version=2025&targetSystem={AGENTS}|2027")).await;
        assert_eq!(said.matches(), [("equivalent".into(), "A4".into(), "2027".into())]);
        assert!(said.body.to_string().contains("\"relationship\"") && said.body.to_string().contains("originMap"));
        let back = client.get(&format!("ConceptMap/$translate?system={AGENTS}&targetCode=A4&version=2027&sourceScope=urn:tronc-commun:valeurs:agents|2025")).await;
        assert_eq!(back.matches(), [("equivalent".into(), "A3".into(), "2025".into())]);
        let gone = client.get(&format!("ConceptMap/$translate?system={AGENTS}&sourceCode=A5&version=2025")).await;
        assert_eq!((gone.parameter("result"), gone.matches().len()), (json!(false), 0));
        let coding = json!({ "name": "sourceCoding", "valueCoding": { "system": AGENTS, "version": "2025", "code": "A3" } });
        assert_eq!(client.post("ConceptMap/$translate", &parameters(&[coding])).await.matches().len(), 1);
        let concept = json!({ "name": "sourceCodeableConcept", "valueCodeableConcept": { "coding": [
            { "system": "urn:autre", "code": "x" }, { "system": AGENTS, "version": "2025", "code": "A3" }] } });
        assert_eq!(client.post("ConceptMap/$translate", &parameters(&[concept])).await.matches().len(), 1);
        let request = client.request(Method::GET, &format!("ConceptMap/$translate?system={AGENTS}&code=A3&version=2025"))
            .header(header::ACCEPT, "application/fhir+json; fhirVersion=5.0");
        let said = client.send(request.body(Body::empty()).unwrap()).await;
        assert!(said.body.to_string().contains("\"relationship\""));
    }

    async fn a_translation_that_cannot_be_asked_so_says_why(t) {
        let client = Client::new(t).await;
        let ask = async |rest: &str| client.get(&format!("ConceptMap/$translate?{rest}")).await;
        ask(&format!("system={AGENTS}&version=2025")).await.refused(400, "required");
        ask(&format!("system={AGENTS}&version=2025&code=A&sourceCode=A")).await.refused(400, "invalid");
        ask("code=A&version=2025").await.refused(400, "required");
        ask(&format!("system={AGENTS}&code=A")).await.refused(400, "required");
        ask("system=http://inconnu.test&code=A&version=1").await.refused(404, "not-found");
        ask(&format!("system={AGENTS}&code=A&version=1999")).await.refused(422, "not-found");
        ask(&format!("system={AGENTS}&code=A&version=2025&targetsystem={METIERS}")).await.refused(404, "not-found");
        ask(&format!("system={AGENTS}&code=A&url=urn:inconnue")).await.refused(404, "not-found");
        ask(&format!("system={AGENTS}&code=A&url=urn:tronc-commun:correspondance:agents:2025:1999")).await.refused(404, "not-found");
        ask(&format!("system={AGENTS}&code=A&version=2025&dependency=x")).await.refused(400, "not-supported");
    }
}
