//! A person of the service in front of the pages of one room.
#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on must stop")]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header, request},
};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use organisation::{Centre, CentreId};
use tower::ServiceExt as _;
use ui::House;

use crate::TestDb;

/// The program over a test database.
pub fn guard(t: &TestDb) -> Guard {
    Guard::new(t.db.clone(), crate::clock(), crate::ids())
}

/// The centre of every test.
pub async fn centre(guard: &Guard) -> CentreId {
    let id = CentreId::new("centre-nord");
    let centre = Centre {
        id: id.clone(),
        nom: "Centre Nord".into(),
        adresse: "2 rue des Essais".into(),
        mobile: false,
    };
    let mut tx = guard.db().begin().await.expect("the test goes on");
    organisation::insert_centre(&mut tx, &centre).await.expect("the test goes on");
    tx.commit().await.expect("the test goes on");
    id
}

/// What a page answered.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Where it leads, or nothing.
    pub location: String,
    /// What it shows.
    pub body: String,
}

impl Answer {
    /// The page holds this text.
    #[track_caller]
    pub fn says(&self, text: &str) {
        // Pages write an apostrophe as it is typed and a no-break space before double signs.
        let plain =
            |s: &str| s.replace(['\u{a0}', '\u{202f}'], " ").replace("&quot;", "\"").replace("&amp;", "&");
        assert!(plain(&self.body).contains(&plain(text)), "« {text} » is not in:\n{}", self.body);
    }
}

/// Somebody signed in.
pub struct Person {
    app: Router,
    cookie: String,
    /// The token that their forms carry.
    pub csrf: String,
}

impl Person {
    /// Signs in with a role and opens the pages of a room.
    pub async fn signed_in(guard: &Guard, role: Role, routes: fn(House) -> Router) -> Self {
        let password = "brise-vent-orge";
        let new = NewAccount {
            identifiant: role.as_str().into(),
            nom: role.label().into(),
            role,
            mot_de_passe: password.into(),
            professionnel_id: None,
            centre_id: None,
        };
        let mut tx = guard.db().begin().await.expect("the test goes on");
        guard.add_account(&mut tx, &new).await.expect("the test goes on");
        tx.commit().await.expect("the test goes on");
        let token = guard.sign_in(role.as_str(), password).await.expect("the test goes on").token;
        let csrf = guard.caller(&token).await.expect("the test goes on").expect("the test goes on").csrf;
        let app = routes(House::new(guard.clone(), "Service d'essai"));
        Self { app, cookie: format!("{SESSION_COOKIE}={token}"), csrf }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a request as this person.
    pub async fn send(&self, request: request::Builder, body: Body) -> Answer {
        let request = request.header(header::COOKIE, &self.cookie).body(body).expect("the test goes on");
        let response = self.app.clone().oneshot(request).await.expect("the test goes on");
        let status = response.status();
        let location = response
            .headers()
            .get(header::LOCATION)
            .map_or("", |l| l.to_str().expect("the test goes on"))
            .to_owned();
        let bytes = to_bytes(response.into_body(), 4 << 20).await.expect("the test goes on");
        Answer { status, location, body: String::from_utf8(bytes.to_vec()).expect("the test goes on") }
    }
}

/// Whether the journal says that this act was refused on this record.
pub async fn refusal_is_journalled(guard: &Guard, objet: &str, id: &str, acte: &str) -> bool {
    let mut tx = guard.db().read().await.expect("the test goes on");
    let lines = store::lines_about(&mut tx, objet, id, 50).await.expect("the test goes on");
    lines.iter().any(|l| l.acte == acte && l.resultat == store::Outcome::Refuse)
}

/// Loads the product's own starter lists.
pub async fn starter_lists(guard: &Guard) {
    let mut tx = guard.db().begin().await.expect("the test goes on");
    thesaurus::load_starter(&mut tx, guard.clock().now()).await.expect("the test goes on");
    tx.commit().await.expect("the test goes on");
}

/// Takes away what protects the terms and changes a label of the vaccines: what somebody with a database client does.
pub async fn altered_label(guard: &Guard) {
    let gone = match guard.db().engine_name() {
        "sqlite" => "drop trigger concept_inalterable_modification",
        _ => "drop trigger concept_inalterable_modification on concept",
    };
    let change = "update concept set label = 'Autre' where thesaurus_id = 'vaccins' and rang = 1";
    let mut tx = guard.db().begin().await.expect("the test goes on");
    for text in [gone, change] {
        let sql = store::Sql { name: "testkit::altered_label", text };
        tx.execute(sql, Vec::new()).await.expect("the test goes on");
    }
    tx.commit().await.expect("the test goes on");
}

impl Answer {
    /// The value of the hidden field `id` of the form.
    pub fn form_id(&self) -> String {
        let at = self.body.find(r#"name="id" value=""#).expect("the form has an id");
        self.body[at + 17..].split('"').next().expect("the test goes on").to_owned()
    }
}

impl Person {
    /// Posts a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("_csrf", &self.csrf).extend_pairs(fields);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.finish())).await
    }
}
