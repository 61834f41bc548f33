//! The pages of the common language.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use testkit::TestDb;
use thesaurus::Search;
use tower::ServiceExt as _;

use crate::{delivery, loaded, started};

testkit::on_both_engines! {
    async fn the_pages_show_lists_trees_answers_and_deliveries(t) {
        let (app, cookie) = signed_in(t).await;
        let (status, empty) = get(&app, &cookie, "/thesaurus").await;
        assert_eq!(status, StatusCode::OK);
        assert!(empty.contains("Aucune liste"), "{empty}");
        started(&t.db).await;
        let text = "code;libelle;statut\nA+1;Un & deux;actif\n2;Gelé;gelé\n;Sans code;actif\n";
        loaded(&t.db, &delivery("essai", "1", "code;libelle\nA+1;Ancien\n")).await.unwrap();
        loaded(&t.db, &delivery("essai", "2", text)).await.unwrap();
        for (path, expected) in [
            ("/thesaurus", vec!["liste de départ", "/thesaurus/expositions", "Nomenclatures externes", "EUPL-1.2"]),
            ("/thesaurus/expositions", vec!["Substances et agents", "Chercher dans la liste", "Détail de la livraison"]),
            ("/thesaurus/expositions?q=saturnisme", vec!["Plomb et composés du plomb", "trouvé par", "suivi particulier"]),
            ("/thesaurus/expositions?q=zzzz", vec!["Aucun terme ne correspond"]),
            ("/thesaurus/expositions?parent=E104", vec!["Agents chimiques", "Métaux et composés", "saturnisme", "R4624-23"]),
            ("/thesaurus/expositions/suggestions?q=saturn", vec!["data-code=\"E104\"", "role=\"listbox\""]),
            ("/thesaurus/essai", vec!["Un &amp; deux", "parent=A%2B1", "inactif", "Toutes les versions", "2 intégrées sur 3"]),
            ("/thesaurus/essai?parent=A%2B1", vec!["Un &amp; deux"]),
            ("/thesaurus/essai?version=1", vec!["Version ancienne", "Ancien", "version=1&amp;parent=A%2B1"]),
            ("/thesaurus/essai/livraison", vec!["Lignes écartées", "Le code est vide.", "Rien à signaler"]),
        ] {
            let (status, body) = get(&app, &cookie, path).await;
            assert_eq!(status, StatusCode::OK, "{path}: {body}");
            for words in expected {
                assert!(body.contains(words), "{path} lacks {words}: {body}");
            }
        }
        for path in [
            "/thesaurus/inconnue", "/thesaurus/expositions?parent=zz", "/thesaurus/essai?version=9",
            "/thesaurus/inconnue/suggestions?q=a", "/thesaurus/inconnue/livraison",
        ] {
            assert_eq!(get(&app, &cookie, path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        let (status, _) = get(&app, "", "/thesaurus").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "nobody reads without an account");
    }
}

async fn signed_in(t: &TestDb) -> (Router, String) {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let mut tx = t.db.begin().await.unwrap();
    let account = NewAccount {
        identifiant: "marchetti".into(),
        nom: "Hélène Marchetti".into(),
        role: Role::Medecin,
        mot_de_passe: "une longue phrase de passe".into(),
        professionnel_id: None,
        centre_id: None,
    };
    guard.add_account(&mut tx, &account).await.unwrap();
    tx.commit().await.unwrap();
    let session = guard.sign_in("marchetti", "une longue phrase de passe").await.unwrap();
    let house = ui::House::new(guard, "Service d'essai");
    (thesaurus::routes(house, Search::new(), &[]), format!("{SESSION_COOKIE}={}", session.token))
}

async fn get(app: &Router, cookie: &str, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}
