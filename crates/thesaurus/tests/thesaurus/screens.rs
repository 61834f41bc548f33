//! What the screens say before a list or a matrix is put in use.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base::Clock as _;
use guard::{Guard, Role};
use testkit::{Answer, Person, TestDb};
use thesaurus::{Delivery, NewLocalValue, Seal, Search, add_local};

use crate::{delivery, loaded, started};

const EDGE: &str = "limite-des-essais";
/// Far longer than an answer, far shorter than what a writer is waited for.
const SOON: Duration = Duration::from_secs(2);

async fn administrator(t: &TestDb) -> (Guard, Person) {
    let guard = testkit::guard(t);
    let person =
        Person::signed_in(&guard, Role::Informatique, |house| thesaurus::routes(house, Search::new(), &[]))
            .await;
    (guard, person)
}

async fn sent(person: &Person, path: &str, fields: &[(&str, &str)], text: &str) -> Answer {
    let mut body = String::new();
    for (field, value) in [("_csrf", person.csrf.as_str())].iter().chain(fields) {
        body += &format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"f.csv\"\r\n\r\n{text}\r\n--{EDGE}--\r\n"
    );
    let request =
        Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
    person.send(request, Body::from(body)).await
}

fn beside(version: &str, text: &str) -> Delivery {
    Delivery { activate: false, ..delivery("agents", version, text) }
}

fn signed(delivery: Delivery) -> Delivery {
    let manifeste = r#"{"format":"tronc-manifeste-1","manifest":{"federation":"Fédération d'essai"}}"#;
    Delivery { seal: Some(Seal { manifeste: manifeste.into(), cle: "clé".into() }), ..delivery }
}

#[track_caller]
fn lacks(answer: &Answer, text: &str) {
    assert!(!answer.body.contains(text), "« {text} » is in:\n{}", answer.body);
}

testkit::on_both_engines! {
    async fn who_signed_a_version_is_said_and_an_unsigned_one_over_it_is_warned_of(t) {
        let (_, person) = administrator(t).await;
        loaded(&t.db, &signed(delivery("agents", "2026", "code;libelle\n1;Un\n"))).await.unwrap();
        loaded(&t.db, &beside("2027", "code;libelle\n1;Un bis\n")).await.unwrap();
        for page in ["/thesaurus", "/thesaurus/agents", "/thesaurus/agents/livraison?version=2026"] {
            person.get(page).await.says("signée par Fédération d'essai");
        }
        let compared = person.get("/thesaurus/agents/comparer?a=2027").await;
        for words in ["signée par Fédération d'essai", "non signée", "Cette version n'est pas signée"] {
            compared.says(words);
        }
        loaded(&t.db, &signed(beside("2028", "code;libelle\n1;Un ter\n"))).await.unwrap();
        lacks(&person.get("/thesaurus/agents/comparer?a=2028").await, "Cette version n'est pas signée");
    }

    async fn an_official_list_does_not_take_the_facts_of_the_starter_one(t) {
        let (_, person) = administrator(t).await;
        started(&t.db).await;
        let form = person.get("/thesaurus/charger?liste=expositions").await;
        lacks(&form, "EUPL-1.2");
        lacks(&form, "liste de départ)\"");
        lacks(&form, "checked");
        let text = "code;libelle\nX1;Officiel\n";
        let asked = sent(&person, "/thesaurus/charger", &[("liste", "expositions"), ("version", "2027")], text).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        asked.says("donnez le titre de la liste officielle");
        let told = [("liste", "expositions"), ("version", "2027"), ("titre", "Expositions"), ("gestionnaire", "Présanse"), ("activer", "oui")];
        let done = sent(&person, "/thesaurus/charger", &told, text).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let mut tx = t.db.read().await.unwrap();
        let facts = thesaurus::known_facts(&mut tx, "expositions").await.unwrap().unwrap();
        assert_eq!((facts.titre.as_str(), facts.gestionnaire.as_str(), facts.licence.as_str()), ("Expositions", "Présanse", ""));
        assert_eq!(facts.nature, thesaurus::Nature::Principale, "the nature holds");
        drop(tx);
        // From then on what is left empty stays as the list in use says it.
        let next = [("liste", "expositions"), ("version", "2028"), ("licence", "Libre")];
        assert_eq!(sent(&person, "/thesaurus/charger", &next, text).await.status, StatusCode::SEE_OTHER);
        let mut tx = t.db.read().await.unwrap();
        let latest = thesaurus::versions(&mut tx, "expositions").await.unwrap().into_iter().find(|v| v.version == "2028").unwrap();
        assert_eq!((latest.liste.titre.as_str(), latest.liste.gestionnaire.as_str(), latest.liste.licence.as_str()), ("Expositions", "Présanse", "Libre"));
        assert!(!latest.active, "a version waits unless one asks");
    }

    async fn a_list_received_and_never_in_use_is_on_the_page_of_lists(t) {
        let (_, person) = administrator(t).await;
        loaded(&t.db, &beside("2026", "code;libelle\n1;Un\n")).await.unwrap();
        let page = person.get("/thesaurus").await;
        for words in ["Listes reçues, pas en service", "Liste agents", "/thesaurus/agents/comparer?a=2026"] {
            page.says(words);
        }
        assert!(person.get("/thesaurus/charger?liste=agents").await.body.contains("checked"), "most likely to be put in use");
        let mut tx = t.db.begin().await.unwrap();
        thesaurus::activate(&mut tx, "agents", "2026").await.unwrap();
        tx.commit().await.unwrap();
        lacks(&person.get("/thesaurus/charger?liste=agents").await, "checked");
        lacks(&person.get("/thesaurus").await, "Listes reçues, pas en service");
    }

    async fn what_the_switch_silences_and_what_it_takes_up_is_said_before_it(t) {
        let (_, person) = administrator(t).await;
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "2026", "code;libelle;parent\nA;Ciment;\nB;Plâtre;\nC;Chaux;A\n")).await.unwrap();
        let fields = [
            ("id", "mee"), ("version", "2026"), ("titre", "Matrice d'essai"), ("genre", "exposition"),
            ("metiers", "metiers@1"), ("cibles", "agents@2026"), ("activer", "oui"),
        ];
        let text = "metier;cible;plausibilite\nM;A;forte\nM;B;faible\nM;C;\n";
        let refused = sent(&person, "/thesaurus/charger-matrice", &fields[..2], text).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("Donnez un titre à cette matrice.");
        person.get("/thesaurus/charger-matrice").await.says("agents@2026");
        let done = sent(&person, "/thesaurus/charger-matrice", &fields, text).await;
        assert_eq!(done.location, "/thesaurus/matrices/mee?version=2026", "{}", done.body);
        for (format, words) in [("livre", "M;B;faible"), ("csv", "faible")] {
            person.get(&format!("/thesaurus/matrices/mee/export?format={format}")).await.says(words);
        }
        person.get("/thesaurus/matrices/mee/export?format=fhir").await.says("Ce format n'existe pas");

        let mut tx = t.db.begin().await.unwrap();
        let new = NewLocalValue { thesaurus: "agents", label: "Résine", parent: None, motif: "Atelier" };
        add_local(&mut tx, testkit::clock().now(), "compte", &new).await.unwrap();
        tx.commit().await.unwrap();
        // A term relabelled, one inactivated, one moved; the label of the local value comes in.
        let coming = "code;libelle;parent;statut\nA;Ciments;;actif\nB;Plâtre;;inactif\nC;Chaux;;actif\nD;RÉSINE;;actif\n";
        loaded(&t.db, &beside("2027", coming)).await.unwrap();
        let compared = person.get("/thesaurus/agents/comparer?a=2027").await;
        for words in [
            "2 propositions des matrices se tairont", "1 valeur locale est reprise par cette version", "« Résine »",
            "Le terme passe de « Ciment » (A) à la racine.",
        ] {
            compared.says(words);
        }
        let offered = async || thesaurus::coded(&mut t.db.read().await.unwrap(), "agents", "local:1").await.unwrap();
        assert!(offered().await.is_some());
        person.get("/thesaurus/agents/suggestions?q=resine").await.says("local:1");
        person.post("/thesaurus/agents/activer", &[("version", "2027")]).await;
        assert_eq!(offered().await, None, "the harmonised term is offered instead");
        let suggested = person.get("/thesaurus/agents/suggestions?q=resine").await;
        lacks(&suggested, "local:1");
        suggested.says("RÉSINE");
        person.get("/thesaurus/agents/locales").await.says("reprise par la liste");
        person.get("/thesaurus/matrices/mee").await.says("Liste metiers</a>, version 1");
        person.get("/thesaurus/matrices/mee").await.says("2, dont le métier ou le terme a changé de libellé");
        person.get("/thesaurus/agents?parent=C").await.says("déplacé de « Ciments » (A) à la racine");
    }

    async fn opening_a_form_does_not_wait_for_a_writer(t) {
        let (_, person) = administrator(t).await;
        loaded(&t.db, &delivery("agents", "2026", "code;libelle\n1;Un\n")).await.unwrap();
        let writer = t.db.begin().await.unwrap();
        for page in ["/thesaurus/charger", "/thesaurus/charger-matrice", "/thesaurus/agents/locales"] {
            let answer = tokio::time::timeout(SOON, person.get(page)).await;
            assert_eq!(answer.unwrap_or_else(|_| panic!("{page} waited")).status, StatusCode::OK, "{page}");
        }
        drop(writer);
    }

    async fn a_term_that_the_list_once_had_is_told_from_a_foreign_one(t) {
        let (_, person) = administrator(t).await;
        loaded(&t.db, &delivery("agents", "2025", "code;libelle\n1;Un\n2;Deux\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "2026", "code;libelle\n1;Un\n")).await.unwrap();
        let found = sent(&person, "/thesaurus/controle", &[("liste", "agents")], "code;libelle\n1;Un\n2;Deux\n9;Neuf\n").await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.body);
        found.says("2025");
    }
}
