//! Another program in front of the terminology service.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use base::{Clock as _, Date};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use serde_json::{Value, json};
use testkit::TestDb;
use thesaurus::{Delivery, Liste, Nature, Search};
use tower::ServiceExt as _;

pub(crate) const AGENTS: &str = "urn:tronc-commun:thesaurus:agents";
pub(crate) const METIERS: &str = "http://exemple.test/metiers";

pub(crate) const AGENTS_2025: &str = "code;libelle;parent;statut;niveau;synonymes;description\n\
    A;Agents chimiques;;actif;Classe;;\n\
    A1;Plomb;A;actif;;Saturnisme | Minium;Le métal et ses sels.\n\
    A2;Zinc;A;actif;;;\n\
    A3;Étain;A;actif;;;\n\
    A5;Cadmium;A;actif;;;\n\
    B;Bruit;;actif;Classe;;\n";
pub(crate) const AGENTS_2027: &str = "code;libelle;parent;statut;niveau;synonymes;description;nature\n\
    A;Agents chimiques;;actif;Classe;;;\n\
    A1;Plomb et composés;A;actif;;Saturnisme | Minium;Le métal et ses sels.;\n\
    A11;Céruse;A1;actif;;;;\n\
    A2;Zinc;A;inactif;;;;\n\
    A4;Étain;A;actif;;;;\n\
    B;Bruit;;actif;Classe;;;\n";

pub(crate) fn delivery(list: &str, version: &str, content: &str) -> Delivery {
    let liste = Liste {
        id: list.into(),
        titre: format!("Liste {list}"),
        nature: Nature::Externe,
        gestionnaire: "Éditeur".into(),
        source: "Fichier d'essai".into(),
        licence: "Libre".into(),
    };
    Delivery::new(liste, version, format!("{list}.csv"), content)
}

pub(crate) async fn load(t: &TestDb, delivery: &Delivery) {
    let mut tx = t.db.begin().await.unwrap();
    thesaurus::load(&mut tx, testkit::clock().now(), delivery).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) struct Client {
    pub(crate) app: Router,
    pub(crate) cookie: String,
}

pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Said {
    /// The first parameter of that name.
    pub(crate) fn parameter(&self, name: &str) -> Value {
        let all = self.body["parameter"].as_array().unwrap();
        let found = all.iter().find(|p| p["name"] == name).cloned().unwrap_or(Value::Null);
        let value = found.as_object().into_iter().flatten().find(|(k, _)| k.starts_with("value"));
        value.map_or(Value::Null, |(_, v)| v.clone())
    }

    /// The values of a property of `$lookup`.
    pub(crate) fn property(&self, code: &str) -> Vec<Value> {
        let all = self.body["parameter"].as_array().unwrap().iter().filter(|p| p["name"] == "property");
        let of = all.filter(|p| p["part"][0]["valueCode"] == code);
        of.map(|p| {
            p["part"][1].as_object().unwrap().iter().find(|(k, _)| k.starts_with("value")).unwrap().1.clone()
        })
        .collect()
    }

    /// The codes of an expansion, its tree read from the top.
    pub(crate) fn codes(&self) -> Vec<String> {
        fn walk(contains: &Value, into: &mut Vec<String>) {
            for line in contains.as_array().into_iter().flatten() {
                into.push(line["code"].as_str().unwrap().to_owned());
                walk(&line["contains"], into);
            }
        }
        let mut codes = Vec::new();
        walk(&self.body["expansion"]["contains"], &mut codes);
        codes
    }

    /// Word, code and version of each match of `$translate`.
    pub(crate) fn matches(&self) -> Vec<(String, String, String)> {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let all = self.body["parameter"].as_array().unwrap().iter().filter(|p| p["name"] == "match");
        all.map(|m| {
            let parts = m["part"].as_array().unwrap();
            let concept = parts.iter().find(|p| p["name"] == "concept").cloned().unwrap_or_default();
            let coding = &concept["valueCoding"];
            (text(&parts[0]["valueCode"]), text(&coding["code"]), text(&coding["version"]))
        })
        .collect()
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        let text = self.body.to_string();
        assert_eq!(
            (self.status.as_u16(), &self.body["resourceType"]),
            (status, &json!("OperationOutcome")),
            "{text}"
        );
        assert_eq!(self.body["issue"][0]["code"], code, "{text}");
        assert_eq!(self.body["issue"][0]["severity"], "error");
        assert!(
            self.body["issue"][0]["details"]["text"].as_str().is_some_and(|t| t.ends_with('.')),
            "{text}"
        );
    }
}

impl Client {
    /// Somebody signed in, with the two versions of agents and a list that has its own address.
    pub(crate) async fn new(t: &TestDb) -> Self {
        let first = Delivery {
            publiee_le: Some(Date::constant(2025, 1, 1)),
            ..delivery("agents", "2025", AGENTS_2025)
        };
        load(t, &first).await;
        let second = Delivery {
            publiee_le: Some(Date::constant(2026, 9, 1)),
            ..delivery("agents", "2027", AGENTS_2027)
        };
        load(t, &second).await;
        let named = Delivery {
            url: Some(METIERS.into()),
            oid: Some("1.2.250.1.999".into()),
            ..delivery("metiers", "1", "code;libelle\n01;Maçon\n02;Soudeur\n")
        };
        load(t, &named).await;
        Self::signed_in(t).await
    }

    pub(crate) async fn signed_in(t: &TestDb) -> Self {
        let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
        let mut tx = t.db.begin().await.unwrap();
        let account = NewAccount {
            identifiant: "editeur".into(),
            nom: "Éditeur tiers".into(),
            role: Role::Informatique,
            mot_de_passe: "une longue phrase de passe".into(),
            professionnel_id: None,
            centre_id: None,
        };
        guard.add_account(&mut tx, &account).await.unwrap();
        tx.commit().await.unwrap();
        let session = guard.sign_in("editeur", "une longue phrase de passe").await.unwrap();
        let house = ui::House::new(guard, "Service d'essai");
        Self {
            app: fhir::routes(house, Search::new()),
            cookie: format!("{SESSION_COOKIE}={}", session.token),
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Said {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/fhir+json"), "{kind}");
        let body = to_bytes(response.into_body(), 1 << 26).await.unwrap();
        Said { status, body: serde_json::from_slice(&body).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let path = format!("/fhir/{}", path.replace(' ', "%20").replace('|', "%7C"));
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::HOST, "tronc.test")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Said {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/fhir+json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

pub(crate) fn parameters(parameters: &[Value]) -> Value {
    json!({ "resourceType": "Parameters", "parameter": parameters })
}
