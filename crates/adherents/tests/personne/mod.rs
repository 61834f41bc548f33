//! A person of the service in front of the pages of one room. Shared by the tests of the register's rooms.

use super::ServiceExt as _;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use organisation::{Centre, CentreId};
use testkit::TestDb;
use ui::House;

/// The program over a test database.
pub(crate) fn guard(t: &TestDb) -> Guard {
    Guard::new(t.db.clone(), testkit::clock(), testkit::ids())
}

/// The centre of every test.
pub(crate) async fn centre(guard: &Guard) -> CentreId {
    let id = CentreId::new("centre-nord");
    let centre = Centre {
        id: id.clone(),
        nom: "Centre Nord".into(),
        adresse: "2 rue des Essais".into(),
        mobile: false,
    };
    let mut tx = guard.db().begin().await.unwrap();
    organisation::insert_centre(&mut tx, &centre).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What a page answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Answer {
    /// The page holds this text.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        // Pages write an apostrophe as it is typed and a no-break space before double signs.
        let plain =
            |s: &str| s.replace(['\u{a0}', '\u{202f}'], " ").replace("&quot;", "\"").replace("&amp;", "&");
        assert!(plain(&self.body).contains(&plain(text)), "« {text} » is not in:\n{}", self.body);
    }
}

/// Somebody signed in.
pub(crate) struct Person {
    app: Router,
    cookie: String,
    pub(crate) csrf: String,
}

impl Person {
    /// Signs in with a role and opens the pages of a room.
    pub(crate) async fn signed_in(guard: &Guard, role: Role, routes: fn(House) -> Router) -> Self {
        let password = "brise-vent-orge";
        let new = NewAccount {
            identifiant: role.as_str().into(),
            nom: role.label().into(),
            role,
            mot_de_passe: password.into(),
            professionnel_id: None,
            centre_id: None,
        };
        let mut tx = guard.db().begin().await.unwrap();
        guard.add_account(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let token = guard.sign_in(role.as_str(), password).await.unwrap().token;
        let csrf = guard.caller(&token).await.unwrap().unwrap().csrf;
        let app = routes(House::new(guard.clone(), "Service d'essai"));
        Self { app, cookie: format!("{SESSION_COOKIE}={token}"), csrf }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = request.header(header::COOKIE, &self.cookie).body(body).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location =
            response.headers().get(header::LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let bytes = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        Answer { status, location, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

/// Whether the journal says that this act was refused on this record.
pub(crate) async fn refusal_is_journalled(guard: &Guard, objet: &str, id: &str, acte: &str) -> bool {
    let mut tx = guard.db().read().await.unwrap();
    let lines = store::lines_about(&mut tx, objet, id, 50).await.unwrap();
    lines.iter().any(|l| l.acte == acte && l.resultat == store::Outcome::Refuse)
}

/// Loads the product's own starter lists.
pub(crate) async fn starter_lists(guard: &Guard) {
    let mut tx = guard.db().begin().await.unwrap();
    thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
}
