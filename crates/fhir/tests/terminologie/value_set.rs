//! What is asked of a value set: `$expand`, `$validate-code`.

use std::fmt::Write as _;

use base::Clock as _;
use serde_json::{Value, json};

use crate::client::*;

testkit::on_both_engines! {
    async fn a_value_set_is_expanded_whole_by_pages_and_by_words(t) {
        let client = Client::new(t).await;
        let values = "urn:tronc-commun:valeurs:agents";
        let ask = async |rest: &str| client.get(&format!("ValueSet/$expand?url={values}{rest}")).await;
        let whole = ask("").await;
        assert_eq!(whole.status, 200, "{}", whole.body);
        assert_eq!(whole.codes(), ["A", "A1", "A11", "A2", "A4", "B"]);
        let expansion = &whole.body["expansion"];
        assert_eq!((&expansion["total"], &expansion["contains"][0]["contains"][1]["inactive"]), (&json!(6), &json!(true)));
        assert_eq!(expansion["timestamp"], testkit::clock().now().to_string());
        assert_eq!(expansion["contains"].as_array().unwrap().len(), 2, "a tree");
        assert_eq!(ask("&excludeNested=true").await.body["expansion"]["contains"].as_array().unwrap().len(), 6);
        assert_eq!(ask("&activeOnly=true").await.codes(), ["A", "A1", "A11", "A4", "B"]);
        let first = ask("&count=4").await;
        let second = ask("&count=4&offset=4").await;
        assert_eq!([first.codes(), second.codes()].concat(), ["A", "A1", "A11", "A2", "A4", "B"]);
        assert_eq!((&second.body["expansion"]["total"], &second.body["expansion"]["offset"]), (&json!(6), &json!(4)));
        assert_eq!(first.body["expansion"]["identifier"], second.body["expansion"]["identifier"]);
        assert_ne!(first.body["expansion"]["identifier"], ask("&count=4&activeOnly=true").await.body["expansion"]["identifier"]);
        assert!(ask("&count=0").await.codes().is_empty());
        // The search of the entry, tolerant of slips; then the words of an older version.
        assert_eq!(ask("&filter=ceruz&activeOnly=true&count=20").await.codes(), ["A11"]);
        assert_eq!(ask("&filter=zinc&activeOnly=true").await.codes(), Vec::<String>::new());
        assert_eq!(ask("|2025&filter=minium").await.codes(), ["A1"]);
        assert_eq!(ask("|2025").await.codes(), ["A", "A1", "A2", "A3", "A5", "B"]);
        assert_eq!(ask("&date=2025-06-01").await.codes(), ["A", "A1", "A2", "A3", "A5", "B"]);
        let said = ask("&includeDesignations=true&count=2").await;
        assert_eq!(said.body["expansion"]["contains"][1]["designation"][0]["value"], "Saturnisme");
        for same in [format!("{AGENTS}?fhir_vs=isa/A1"), format!("{AGENTS}%3Ffhir_vs=isa/A1")] {
            let under = client.get(&format!("ValueSet/$expand?url={}", same.replace('?', "%3F").replace('=', "%3D"))).await;
            assert_eq!(under.codes(), ["A1", "A11"], "{same}");
        }
        assert_eq!(client.get("ValueSet/agents.2027.actifs/$expand").await.codes(), ["A", "A1", "A11", "A4", "B"]);
        assert_eq!(client.get("ValueSet/agents.2025/$expand?filter=plo").await.codes(), ["A1"]);
    }

    async fn an_expansion_that_cannot_be_made_says_why(t) {
        let client = Client::new(t).await;
        client.get("ValueSet/$expand").await.refused(400, "required");
        client.get("ValueSet/$expand?url=http://inconnu.test/vs").await.refused(404, "not-found");
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:zzz").await.refused(404, "not-found");
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:agents|1999").await.refused(422, "not-found");
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:agents&count=-1").await.refused(400, "value");
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:agents&activeOnly=oui").await.refused(400, "value");
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:agents&context=x").await.refused(400, "not-supported");
        let pinned = format!("ValueSet/$expand?url=urn:tronc-commun:valeurs:agents|2027&check-system-version={AGENTS}|2025");
        client.get(&pinned).await.refused(422, "exception");
        let mut many = String::from("code;libelle\n");
        for i in 0..10_001 {
            writeln!(many, "{i:05};Terme {i}").unwrap();
        }
        load(t, &delivery("grande", "1", &many)).await;
        client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:grande").await.refused(422, "too-costly");
        let page = client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:grande&offset=10000&count=20").await;
        assert_eq!((page.codes(), &page.body["expansion"]["total"]), (vec!["10000".to_owned()], &json!(10_001)));
        let words = client.get("ValueSet/$expand?url=urn:tronc-commun:valeurs:grande&filter=terme&count=5").await;
        assert_eq!(words.codes().len(), 5);
    }

    async fn a_definition_sent_with_the_question_is_expanded(t) {
        let client = Client::new(t).await;
        let set = |compose: Value| json!({ "resourceType": "ValueSet", "status": "draft", "url": "urn:mien", "compose": compose });
        let compose = json!({
            "include": [
                { "system": AGENTS, "filter": [{ "property": "concept", "op": "is-a", "value": "A1" }] },
                { "system": METIERS, "concept": [{ "code": "02" }] },
            ],
            "exclude": [{ "system": AGENTS, "concept": [{ "code": "A1" }] }]
        });
        let asked = parameters(&[json!({ "name": "valueSet", "resource": set(compose.clone()) })]);
        for body in [asked, set(compose.clone())] {
            let said = client.post("ValueSet/$expand", &body).await;
            assert_eq!(said.codes(), ["A11", "02"], "{}", said.body);
            assert_eq!((&said.body["url"], &said.body["status"]), (&json!("urn:mien"), &json!("draft")));
        }
        let pinned = json!({ "include": [{ "system": AGENTS }] });
        let versioned = async |name: &str| {
            let body = parameters(&[
                json!({ "name": "valueSet", "resource": set(pinned.clone()) }),
                json!({ "name": name, "valueCanonical": format!("{AGENTS}|2025") }),
            ]);
            client.post("ValueSet/$expand", &body).await
        };
        for name in ["system-version", "force-system-version", "check-system-version"] {
            assert!(versioned(name).await.codes().contains(&"A5".to_owned()), "{name}");
        }
        let wrong = json!({ "include": [{ "system": AGENTS, "concept": [{ "code": "ZZ" }] }] });
        client.post("ValueSet/$expand", &set(wrong)).await.refused(422, "code-invalid");
        client.post("ValueSet/$expand", &set(json!({ "include": [{ "system": "urn:inconnu" }] }))).await.refused(404, "not-found");
        client.post("ValueSet/$expand", &json!({ "resourceType": "ValueSet" })).await.refused(400, "invalid");
    }

    async fn a_code_belongs_to_a_value_set_or_not(t) {
        let client = Client::new(t).await;
        let ask = async |rest: &str| client.get(&format!("ValueSet/$validate-code?url=urn:tronc-commun:valeurs:agents{rest}")).await;
        assert_eq!(ask(&format!("&system={AGENTS}&code=A1")).await.parameter("result"), true);
        let inactive = ask(&format!("&system={AGENTS}&code=A2")).await;
        assert_eq!((inactive.parameter("result"), inactive.parameter("inactive")), (json!(true), json!(true)));
        assert_eq!(ask(&format!("&system={AGENTS}&code=A2&activeOnly=true")).await.parameter("result"), false);
        assert_eq!(ask(&format!("&system={AGENTS}&code=A5")).await.parameter("result"), false);
        assert_eq!(ask(&format!("&system={AGENTS}&code=A5&systemVersion=2025")).await.parameter("result"), true);
        assert_eq!(ask(&format!("|2027&system={AGENTS}&code=A1&systemVersion=2025")).await.parameter("result"), false);
        assert_eq!(ask(&format!("&system={METIERS}&code=A1")).await.parameter("result"), false);
        assert_eq!(ask(&format!("&system={AGENTS}&code=A1&display=plomb")).await.parameter("result"), false);
        ask("&code=A1").await.refused(400, "required");
        assert_eq!(ask("&code=A1&inferSystem=true").await.parameter("system"), AGENTS);
        let offered = client.get(&format!("ValueSet/$validate-code?url={AGENTS}:actifs&system={AGENTS}&code=A2")).await;
        assert_eq!(offered.parameter("result"), false);
        assert!(offered.parameter("message").as_str().unwrap().contains("n'appartient pas"));
        ask(&format!("&system={AGENTS}")).await.refused(400, "required");
        client.get("ValueSet/$validate-code?url=urn:inconnu&system=s&code=A").await.refused(404, "not-found");
    }
}
