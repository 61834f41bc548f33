//! The screens of drafts, publications and subscriptions.

use std::sync::{Arc, Mutex, mpsc};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use guard::Role;
use publication::{Http, Room, Transport, TransportError};
use testkit::Person;
use tower::ServiceExt as _;
use ui::House;

use crate::outils::*;

/// A machine that nobody answers on.
struct Nobody;

impl Transport for Nobody {
    fn get(&self, address: &str, _: u64) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::Silent(address.into()))
    }
}

/// The same, when the test lets it.
struct Slow(Mutex<mpsc::Receiver<()>>);

impl Transport for Slow {
    fn get(&self, address: &str, _: u64) -> Result<Vec<u8>, TransportError> {
        let _ = self.0.lock().unwrap().recv();
        Err(TransportError::Silent(address.into()))
    }
}

fn alone(house: House) -> axum::Router {
    publication::routes(Room { house, signataire: None, transport: Arc::new(Nobody) })
}

testkit::on_both_engines! {
    async fn the_screens_prepare_publish_and_subscribe(t) {
        let guard = installation(t).await;
        let federation = Person::signed_in(&guard, Role::Informatique, |house| {
            publication::routes(Room { house, signataire: Some(signer()), transport: Arc::new(Http::new()) })
        })
        .await;
        federation.get("/publications").await.says("Aucun brouillon");
        let made = federation.post("/publications/brouillons", &[("liste", LIST), ("version", "2027")]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let here = made.location;
        let page = federation.get(&here).await;
        page.says("Le brouillon est identique à la version de départ.");
        let refused = federation.post("/publications/brouillons", &[("liste", LIST), ("version", "2028")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("déjà ouvert");
        let added = federation
            .post(&format!("{here}/ajout"), &[("edition", "1"), ("code", "ZZ1"), ("label", "Contrat nouveau"), ("parents", "")])
            .await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        federation.get(&added.location).await.says("Changer le libellé");
        let again = federation
            .post(&format!("{here}/ajout"), &[("edition", "2"), ("code", "ZZ1"), ("label", "Contrat nouveau"), ("parents", "")])
            .await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        again.says("déjà pris");
        federation.get(&here).await.says("Signer et publier");
        let stale = federation.post(&format!("{here}/publier"), &[("edition", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
        let done = federation.post(&format!("{here}/publier"), &[("edition", "2")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        federation.get(&done.location).await.says("Manifeste signé");
        federation.get("/publications").await.says("2027");

        federation.get("/abonnements").await.says("Aucun abonnement");
        let bad = federation.post("/abonnements", &[("adresse", "http://federation.example"), ("cle", "x")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        bad.says("Elle commence par https://");
        let key = signer().cle_publique();
        let bad = federation.post("/abonnements", &[("adresse", "https://federation.example"), ("cle", "x")]).await;
        bad.says("clé publique ne se lit pas");
        let ok = federation.post("/abonnements", &[("adresse", "https://federation.example"), ("cle", &key)]).await;
        assert_eq!(ok.status, StatusCode::SEE_OTHER, "{}", ok.body);
        federation.get("/abonnements").await.says("Rien n'a été reçu");
    }

    async fn an_installation_without_a_key_signs_nothing_and_offers_no_feed(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        let answer = pages(&guard, None)
            .oneshot(Request::get("/federation/flux").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let person = Person::signed_in(&guard, Role::Medecin, |house| {
            publication::routes(Room { house, signataire: None, transport: Arc::new(Http::new()) })
        })
        .await;
        person.get(&format!("/publications/brouillons/{}", draft.id)).await.says("Cette installation ne signe pas");
        let refused = person.post(&format!("/publications/brouillons/{}/publier", draft.id), &[("edition", "2")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let secretary = Person::signed_in(&guard, Role::Secretaire, |house| {
            publication::routes(Room { house, signataire: None, transport: Arc::new(Http::new()) })
        })
        .await;
        let refused = secretary.get("/publications").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("Préparer une publication demande le rôle");
    }

    async fn the_screens_change_a_code_and_open_a_new_list(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let code = terms(&guard, &draft).await.remove(0).code;
        let person = Person::signed_in(&guard, Role::Informatique, alone).await;
        let here = format!("/publications/brouillons/{}/terme", draft.id);
        person.get(&format!("{here}?code={code}")).await.says("Changer de code");
        let recoded = |new: &'static str| [("edition", "1"), ("geste", "recoder"), ("nouveau", new), ("motif-recoder", "forme")];
        let refused = person.post(&format!("{here}?code={code}"), &recoded("autre")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains(r#"id="c-nouveau-erreur""#), "{}", refused.body);
        let done = person.post(&format!("{here}?code={code}"), &recoded("ZZ1")).await;
        assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{here}?code=ZZ1")), "{}", done.body);
        person.get(&format!("/publications/brouillons/{}", draft.id)).await.says("Changement de code");

        let list = |url: &'static str, oid: &'static str| {
            [("version", "1"), ("id", "neuve"), ("titre", "Liste neuve"), ("gestionnaire", "G"), ("url", url), ("oid", oid)]
        };
        for (url, oid, why) in [("listes", "", "commence par https://"), ("https://", "", "commence par https://"), ("", "1.x", "nombres séparés")] {
            let refused = person.post("/publications/brouillons", &list(url, oid)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{url} {oid}");
            refused.says(why);
        }
        let made = person.post("/publications/brouillons", &list("urn:essai:neuve", "1.2.250.1.999")).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let mut tx = guard.db().read().await.unwrap();
        let id = made.location.rsplit('/').next().unwrap();
        let facts = publication::brouillon(&mut tx, id).await.unwrap().unwrap().facts;
        assert_eq!((facts.url.as_deref(), facts.oid.as_deref()), (Some("urn:essai:neuve"), Some("1.2.250.1.999")));
    }

    async fn a_form_that_comes_from_elsewhere_neither_looks_nor_stops(t) {
        let guard = installation(t).await;
        let id = subscribed(&guard, signer().cle_publique()).await.unwrap().id;
        let person = Person::signed_in(&guard, Role::Informatique, alone).await;
        for word in ["passer", "arreter"] {
            let forged = person.send(Request::post(format!("/abonnements/{id}/{word}")), Body::empty()).await;
            assert_eq!(forged.status, StatusCode::FORBIDDEN, "{word}");
        }
        let after = subscription(&guard).await;
        assert_eq!((after.id, after.vu_le), (id, None), "still in force, never asked");
    }

    async fn a_look_goes_on_by_itself_and_the_page_says_so(t) {
        let guard = installation(t).await;
        let id = subscribed(&guard, signer().cle_publique()).await.unwrap().id;
        let person = Person::signed_in(&guard, Role::Informatique, alone).await;
        let (go, gate) = mpsc::channel();
        let slow = {
            let (guard, id) = (guard.clone(), id.clone());
            let caller = crate::outils::person();
            testkit::tokio::spawn(async move {
                publication::passer(&guard, &caller, Arc::new(Slow(Mutex::new(gate))), &id).await
            })
        };
        while subscription(&guard).await.en_cours.is_none() {
            testkit::tokio::task::yield_now().await;
        }
        let page = person.get("/abonnements").await;
        page.says("Passage en cours");
        assert!(!page.body.contains("Chercher les nouveautés"), "{}", page.body);
        let busy = person.post(&format!("/abonnements/{id}/passer"), &[]).await;
        assert_eq!((busy.status, busy.location.as_str()), (StatusCode::SEE_OTHER, "/abonnements"));
        drop(go);
        assert!(slow.await.unwrap().is_err());
        // A person asks: the answer comes at once, what came of it is told on the page.
        let asked = person.post(&format!("/abonnements/{id}/passer"), &[]).await;
        assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/abonnements"));
        while subscription(&guard).await.en_cours.is_some() {
            testkit::tokio::task::yield_now().await;
        }
        let page = person.get("/abonnements").await;
        page.says("ne répond pas");
        page.says("Chercher les nouveautés");
    }

    async fn looking_at_drafts_and_subscriptions_waits_for_no_writer(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let person = Person::signed_in(&guard, Role::Informatique, alone).await;
        let writer = guard.db().begin().await.unwrap();
        let here = format!("/publications/brouillons/{}", draft.id);
        let code = terms(&guard, &draft).await.remove(0).code;
        for path in [
            "/publications".to_owned(), here.clone(), format!("{here}/ajout"), format!("{here}/terme?code={code}"),
            "/publications/brouillons/nouveau".to_owned(), "/abonnements".to_owned(),
        ] {
            let page = testkit::tokio::time::timeout(std::time::Duration::from_secs(20), person.get(&path)).await;
            assert_eq!(page.unwrap_or_else(|_| panic!("{path} waits for a writer")).status, StatusCode::OK, "{path}");
        }
        drop(writer);
    }
}
