//! What is asked of a list: `$lookup`, `$validate-code`, `$subsumes`.

use serde_json::json;

use crate::client::*;

testkit::on_both_engines! {
    async fn a_code_is_looked_up_in_the_version_offered_at_entry_or_in_another(t) {
        let client = Client::new(t).await;
        let said = client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A1")).await;
        assert_eq!(said.status, 200, "{}", said.body);
        assert_eq!(said.parameter("display"), "Plomb et composés");
        assert_eq!((said.parameter("name"), said.parameter("version")), (json!("Liste agents"), json!("2027")));
        assert_eq!((said.property("parent"), said.property("child")), (vec![json!("A")], vec![json!("A11")]));
        assert_eq!(said.property("inactive"), [json!(false)]);
        assert_eq!(said.body["parameter"].as_array().unwrap().iter().filter(|p| p["name"] == "designation").count(), 2);
        let old = client.get(&format!("CodeSystem/%24lookup?system={AGENTS}&code=A1&version=2025")).await;
        assert_eq!((old.parameter("display"), old.parameter("version")), (json!("Plomb"), json!("2025")));
        let then = client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A1&date=2026-06")).await;
        assert_eq!(then.parameter("version"), "2025", "the version in force on that day");
        let instance = client.get("CodeSystem/agents.2025/$lookup?code=A5").await;
        assert_eq!(instance.parameter("display"), "Cadmium");
        let inactive = client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A2&property=inactive")).await;
        assert_eq!(inactive.property("inactive"), [json!(true)]);
        let coding = json!({ "name": "coding", "valueCoding": { "system": METIERS, "code": "02" } });
        assert_eq!(client.post("CodeSystem/$lookup", &parameters(&[coding])).await.parameter("display"), "Soudeur");
        for system in ["urn:oid:1.2.250.1.999", "urn:tronc-commun:thesaurus:metiers"] {
            let said = client.get(&format!("CodeSystem/$lookup?system={system}&code=01")).await;
            assert_eq!((said.parameter("display"), said.parameter("system")), (json!("Maçon"), json!(METIERS)));
        }
    }

    async fn a_lookup_that_cannot_be_answered_says_why(t) {
        let client = Client::new(t).await;
        client.get("CodeSystem/$lookup?system=http://inconnu.test&code=A").await.refused(404, "not-found");
        client.get("CodeSystem/$lookup?system=urn:tronc-commun:thesaurus:zzz&code=A").await.refused(404, "not-found");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A&version=1999")).await.refused(422, "not-found");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A&date=1999")).await.refused(422, "not-found");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=ZZ")).await.refused(404, "not-found");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=a1")).await.refused(404, "not-found");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}")).await.refused(400, "required");
        client.get("CodeSystem/$lookup?code=A").await.refused(400, "required");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A&code=B")).await.refused(400, "invalid");
        client.get(&format!("CodeSystem/$lookup?system={AGENTS}&code=A&date=hier")).await.refused(400, "value");
        client.get("CodeSystem/zzz/$lookup?code=A").await.refused(404, "not-found");
        let both = [json!({ "name": "code", "valueCode": "A" }), json!({ "name": "coding", "valueCoding": { "code": "A" } })];
        client.post("CodeSystem/$lookup", &parameters(&both)).await.refused(400, "invalid");
    }

    async fn a_label_is_checked_to_the_byte(t) {
        let client = Client::new(t).await;
        let ask = async |rest: &str| client.get(&format!("CodeSystem/$validate-code?url={AGENTS}&{rest}")).await;
        let right = ask("code=A1&display=Plomb et composés").await;
        assert_eq!(right.status, 200);
        let right = client.get(&format!("CodeSystem/$validate-code?url={AGENTS}&code=A1&display=Plomb%20et%20compos%C3%A9s")).await;
        assert_eq!((right.parameter("result"), right.parameter("display")), (json!(true), json!("Plomb et composés")));
        for near in ["plomb%20et%20composes", "Plomb%20et%20compos%C3%A9s%20", "Saturnisme"] {
            let strict = ask(&format!("code=A1&display={near}")).await;
            assert_eq!(strict.parameter("result"), false, "{near}");
            assert!(strict.parameter("message").as_str().unwrap().contains("Plomb et composés"));
            let lenient = ask(&format!("code=A1&display={near}&lenient-display-validation=true")).await;
            assert_eq!(lenient.parameter("result"), true, "{near}");
        }
        let inactive = ask("code=A2").await;
        assert_eq!((inactive.parameter("result"), inactive.parameter("inactive")), (json!(true), json!(true)));
        assert!(inactive.parameter("message").as_str().unwrap().contains("inactif"));
        assert_eq!(ask("code=ZZ").await.parameter("result"), false);
        assert_eq!(ask("code=A5").await.parameter("result"), false, "deleted since");
        assert_eq!(ask("code=A5&version=2025").await.parameter("result"), true);
        assert_eq!(client.get("CodeSystem/agents.2025/$validate-code?code=A5").await.parameter("result"), true);
        let concept = json!({ "coding": [{ "system": "urn:autre", "code": "A1" }, { "system": AGENTS, "code": "A1" }] });
        let said = client.post("CodeSystem/$validate-code", &parameters(&[
            json!({ "name": "url", "valueUri": AGENTS }), json!({ "name": "codeableConcept", "valueCodeableConcept": concept }),
        ])).await;
        assert_eq!(said.parameter("result"), true, "{}", said.body);
        let elsewhere = client.post("CodeSystem/$validate-code", &parameters(&[
            json!({ "name": "url", "valueUri": AGENTS }),
            json!({ "name": "coding", "valueCoding": { "system": METIERS, "code": "A1" } }),
        ])).await;
        assert_eq!(elsewhere.parameter("result"), false);
        client.get("CodeSystem/$validate-code?code=A1").await.refused(400, "required");
        ask("display=Plomb").await.refused(400, "required");
        client.get("CodeSystem/$validate-code?url=http://inconnu.test&code=A1").await.refused(404, "not-found");
        ask("code=A1&version=1999").await.refused(422, "not-found");
    }

    async fn the_delivered_tree_says_what_holds_what(t) {
        let client = Client::new(t).await;
        let ask = async |a: &str, b: &str| client.get(&format!("CodeSystem/$subsumes?system={AGENTS}&codeA={a}&codeB={b}")).await;
        assert_eq!(ask("A", "A11").await.parameter("outcome"), "subsumes");
        assert_eq!(ask("A11", "A").await.parameter("outcome"), "subsumed-by");
        assert_eq!(ask("A", "A").await.parameter("outcome"), "equivalent");
        assert_eq!(ask("A", "B").await.parameter("outcome"), "not-subsumed");
        ask("A", "ZZ").await.refused(404, "not-found");
        client.get(&format!("CodeSystem/$subsumes?system={AGENTS}&codeA=A")).await.refused(400, "required");
        let codings = |a: &str, b: &str| parameters(&[
            json!({ "name": "codingA", "valueCoding": { "system": a, "code": "A" } }),
            json!({ "name": "codingB", "valueCoding": { "system": b, "code": "A1" } }),
        ]);
        assert_eq!(client.post("CodeSystem/$subsumes", &codings(AGENTS, AGENTS)).await.parameter("outcome"), "subsumes");
        client.post("CodeSystem/$subsumes", &codings(AGENTS, METIERS)).await.refused(400, "invalid");
    }
}
