//! What only the whole program can be asked.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use guard::{Guard, NewAccount, Role};
use testkit::TestDb;
use tower::ServiceExt as _;
use ui::House;

use crate::web::{self, Front};

/// Every statement of the product, room by room.
fn statements() -> Vec<store::Sql> {
    let rooms: [&[&[store::Sql]]; 13] = [
        store::STATEMENTS,
        guard::STATEMENTS,
        organisation::STATEMENTS,
        thesaurus::STATEMENTS,
        publication::STATEMENTS,
        veille::STATEMENTS,
        adherents::STATEMENTS,
        salaries::STATEMENTS,
        suivi::STATEMENTS,
        dossier::STATEMENTS,
        agenda::STATEMENTS,
        stats::STATEMENTS,
        echanges::STATEMENTS,
    ];
    rooms.iter().flat_map(|r| r.iter()).flat_map(|s| s.iter()).copied().collect()
}

async fn program(t: &TestDb) -> (Guard, axum::Router) {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let mut tx = t.db.begin().await.unwrap();
    for role in Role::ALL {
        let account = NewAccount {
            identifiant: role.as_str().into(),
            nom: role.label().into(),
            role,
            mot_de_passe: "brise-vent-orge".into(),
            professionnel_id: None,
            centre_id: None,
        };
        guard.add_account(&mut tx, &account).await.unwrap();
    }
    tx.commit().await.unwrap();
    let house = House::new(guard.clone(), "Service d'essai");
    let search = thesaurus::Search::new();
    (guard, web::router(&house, &search, Front { secure_cookies: true }, None))
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

async fn ask(app: &axum::Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), 10_000_000).await.unwrap();
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

async fn get(app: &axum::Router, path: &str, token: &str, accept: &str) -> Answer {
    let request = Request::get(path)
        .header(header::COOKIE, format!("tronc_session={token}"))
        .header(header::ACCEPT, accept)
        .body(Body::empty())
        .unwrap();
    ask(app, request).await
}

testkit::on_both_engines! {
    async fn every_statement_of_the_product_prepares(t) {
        let all = statements();
        assert!(all.len() > 60, "{} statements", all.len());
        let mut tx = t.db.begin().await.unwrap();
        for sql in all {
            tx.prepare(sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }

    async fn an_empty_service_shows_its_pages_and_says_what_to_do(t) {
        let (guard, app) = program(t).await;
        let token = guard.sign_in("medecin", "brise-vent-orge").await.unwrap().token;
        for path in ["/agenda", "/salaries", "/adherents", "/tableau", "/thesaurus", "/regles", "/recette", "/recherche?q=le"] {
            let page = get(&app, path, &token, "text/html").await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            assert!(page.body.contains("<html lang=\"fr\""), "{path}");
            assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert!(page.headers["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
        }
    }

    async fn what_goes_wrong_is_a_page_for_people_and_a_problem_for_programs(t) {
        let (guard, app) = program(t).await;
        let token = guard.sign_in("medecin", "brise-vent-orge").await.unwrap().token;
        let page = get(&app, "/nulle-part", &token, "text/html").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.body.contains("n'existe pas") || page.body.contains("n’existe pas") || page.body.contains("n&#39;existe pas"), "{}", page.body);
        let problem = get(&app, "/visites/inconnue", &token, "application/json").await;
        assert_eq!(problem.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
        assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(404), Some("Page introuvable")));
    }

    async fn signing_in_opens_and_signing_out_closes(t) {
        let (guard, app) = program(t).await;
        let form = |body: &str| Request::post("/connexion")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .body(Body::from(body.to_owned())).unwrap();
        let wrong = ask(&app, form("identifiant=medecin&mot_de_passe=autre-chose-ici")).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains("ne correspond pas"));
        let unknown = ask(&app, form("identifiant=personne&mot_de_passe=autre-chose-ici")).await;
        assert_eq!((unknown.status, unknown.body.contains("ne correspond pas")), (StatusCode::UNAUTHORIZED, true));
        let right = ask(&app, form("identifiant=medecin&mot_de_passe=brise-vent-orge&retour=%2F%2Failleurs")).await;
        assert_eq!((right.status, right.headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/"));
        let cookie = right.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let token = cookie.trim_start_matches("tronc_session=").split(';').next().unwrap().to_owned();
        assert_eq!(get(&app, "/agenda", &token, "text/html").await.status, StatusCode::OK);
        let csrf = guard.caller(&token).await.unwrap().unwrap().csrf;
        let out = Request::post("/deconnexion").header(header::COOKIE, format!("tronc_session={token}")).body(Body::from(format!("_csrf={csrf}"))).unwrap();
        assert_eq!(ask(&app, out).await.status, StatusCode::SEE_OTHER);
        assert_eq!(get(&app, "/agenda", &token, "text/html").await.status, StatusCode::SEE_OTHER);
    }

    async fn repeated_wrong_passwords_wait_and_the_right_one_then_opens(t) {
        let clock = testkit::clock();
        let guard = Guard::new(t.db.clone(), clock.clone(), testkit::ids());
        let mut tx = t.db.begin().await.unwrap();
        let account = NewAccount { identifiant: "medecin".into(), nom: "M".into(), role: Role::Medecin, mot_de_passe: "brise-vent-orge".into(), professionnel_id: None, centre_id: None };
        guard.add_account(&mut tx, &account).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..5 {
            assert!(guard.sign_in("medecin", "faux").await.is_err());
        }
        let waiting = guard.sign_in("medecin", "brise-vent-orge").await.unwrap_err().to_string();
        assert!(waiting.contains("Attendez"), "{waiting}");
        clock.advance(120);
        assert!(guard.sign_in("medecin", "brise-vent-orge").await.is_ok());
    }

    async fn a_session_closes_after_half_an_hour_without_a_request_and_after_four_hours_in_any_case(t) {
        let clock = testkit::clock();
        let guard = Guard::new(t.db.clone(), clock.clone(), testkit::ids());
        let mut tx = t.db.begin().await.unwrap();
        let account = NewAccount { identifiant: "medecin".into(), nom: "M".into(), role: Role::Medecin, mot_de_passe: "brise-vent-orge".into(), professionnel_id: None, centre_id: None };
        guard.add_account(&mut tx, &account).await.unwrap();
        tx.commit().await.unwrap();
        let token = guard.sign_in("medecin", "brise-vent-orge").await.unwrap().token;
        clock.advance(29 * 60);
        assert!(guard.caller(&token).await.unwrap().is_some());
        clock.advance(31 * 60);
        assert!(guard.caller(&token).await.unwrap().is_none(), "idle for more than thirty minutes");
        let token = guard.sign_in("medecin", "brise-vent-orge").await.unwrap().token;
        for _ in 0..12 {
            clock.advance(20 * 60 - 5);
            assert!(guard.caller(&token).await.unwrap().is_some());
        }
        clock.advance(20 * 60);
        assert!(guard.caller(&token).await.unwrap().is_none(), "older than four hours");
    }
}
