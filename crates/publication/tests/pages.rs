//! The screens of a draft, where something is refused or must not be lost.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

use std::sync::Arc;

use axum::http::StatusCode;
use guard::{Guard, Role};
use publication::{Http, Room, Signataire};
use terminologie::Term;
use testkit::{Person, TestDb};

async fn editor(t: &TestDb) -> (Guard, Person) {
    let guard = testkit::guard(t);
    testkit::starter_lists(&guard).await;
    let person = Person::signed_in(&guard, Role::Informatique, |house| {
        let signataire = Some(Signataire::of_seed("Fédération d'essai", [7; 32]));
        publication::routes(Room { house, signataire, transport: Arc::new(Http::new()) })
    })
    .await;
    (guard, person)
}

/// A draft of the list of exposures: where it stands, and its identifier.
async fn draft(person: &Person) -> (String, String) {
    let made =
        person.post("/publications/brouillons", &[("liste", "expositions"), ("version", "2027")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let id = made.location.rsplit('/').next().unwrap().to_owned();
    (made.location, id)
}

async fn term(guard: &Guard, id: &str, code: &str) -> Term {
    let mut tx = guard.db().read().await.unwrap();
    publication::termes(&mut tx, id).await.unwrap().into_iter().find(|t| t.code == code).unwrap()
}

testkit::on_both_engines! {
    async fn what_is_refused_is_shown_again_with_what_was_typed(t) {
        let (guard, person) = editor(t).await;
        let (here, id) = draft(&person).await;
        let page = format!("{here}/terme?code=E104");
        let silent = person.post(&page, &[("edition", "1"), ("geste", "renommer"), ("label", "Plomb et dérivés"), ("motif-renommer", "")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.body);
        silent.says("Donnez la raison de ce changement.");
        assert!(silent.body.contains(r#"value="Plomb et dérivés""#), "{}", silent.body);
        assert!(silent.body.contains(r#"id="c-motif-renommer-erreur""#), "{}", silent.body);
        assert!(!silent.body.contains(r#"id="c-motif-inactiver-erreur""#), "only the form that was sent is at fault");
        let nowhere = person.post(&page, &[("edition", "1"), ("geste", "deplacer"), ("parents", "Z999"), ("motif-deplacer", "essai")]).await;
        assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nowhere.body);
        nowhere.says("n'est pas dans le brouillon");
        assert!(nowhere.body.contains(r#"id="c-parents-erreur""#), "{}", nowhere.body);
        assert_eq!(term(&guard, &id, "E104").await.label, "Plomb et composés du plomb", "nothing changed");
        let stale = person.post(&page, &[("edition", "9"), ("geste", "renommer"), ("label", "L"), ("motif-renommer", "essai")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.body);
        let done = person.post(&page, &[("edition", "1"), ("geste", "renommer"), ("label", "Plomb et dérivés"), ("motif-renommer", "essai")]).await;
        assert_eq!((done.status, &done.location), (StatusCode::SEE_OTHER, &page), "{}", done.body);
        assert_eq!(term(&guard, &id, "E104").await.label, "Plomb et dérivés");
    }

    async fn saving_the_complements_of_a_term_keeps_the_follow_up_that_it_triggers(t) {
        let (guard, person) = editor(t).await;
        let (here, id) = draft(&person).await;
        let page = format!("{here}/terme?code=E104");
        let before = term(&guard, &id, "E104").await;
        assert_eq!(before.trigger.as_deref(), Some("plomb"));
        let shown = person.get(&page).await;
        assert!(shown.body.contains(r#"name="declencheur" value="plomb""#), "{}", shown.body);
        // What the form holds, sent back with a description.
        let synonyms = before.synonyms.join("\n");
        let remark = before.remark.clone().unwrap_or_default();
        let done = person
            .post(&page, &[
                ("edition", "1"), ("geste", "completer"), ("synonymes", &synonyms), ("description", "Métal lourd"),
                ("declencheur", "plomb"), ("remarque", &remark),
            ])
            .await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let after = term(&guard, &id, "E104").await;
        assert_eq!(after.description.as_deref(), Some("Métal lourd"));
        assert_eq!(Term { description: None, ..after }, Term { row: 0, ..before });
    }
}
