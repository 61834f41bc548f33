//! A release from its draft to the services that subscribe, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use guard::{Caller, GererService, Guard, PreparerPublication, Purpose, Role};
use publication::{
    Abonnement, Brouillon, DraftError, Geste, Http, Passage, Publication, PublishError, PullError, Room,
    Signataire, Transport, TransportError,
};
use terminologie::{Facts, Nature, Term, manifest, read};
use testkit::{Person, TestDb};
use tower::ServiceExt as _;
use ui::House;

const LIST: &str = "types-contrat";

fn signer() -> Signataire {
    Signataire::of_seed("Fédération d'essai", [7; 32])
}

fn person() -> Caller {
    Caller::command("Aline Roux", Role::Informatique)
}

/// An installation with its starter lists.
async fn installation(t: &TestDb) -> Guard {
    let guard = testkit::guard(t);
    let mut tx = guard.db().begin().await.unwrap();
    thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    guard
}

async fn facts_of(guard: &Guard, list: &str) -> Facts {
    let mut tx = guard.db().read().await.unwrap();
    let l = thesaurus::lists(&mut tx).await.unwrap().into_iter().find(|l| l.liste.id == list).unwrap().liste;
    Facts {
        id: l.id,
        title: l.titre,
        manager: l.gestionnaire,
        source: l.source,
        licence: l.licence,
        ..Facts::default()
    }
}

async fn opened(guard: &Guard, list: &str, version: &str) -> Result<Brouillon, DraftError> {
    let facts = facts_of(guard, list).await;
    let version = version.to_owned();
    guard
        .run::<PreparerPublication, _, Stop, _>(&person(), list, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                Ok(publication::ouvrir(work, permit, &facts, thesaurus::Nature::Complementaire, &version)
                    .await?)
            })
        })
        .await
        .map_err(|e| e.0)
}

/// What stops a unit of work of these tests.
struct Stop(DraftError);

impl From<DraftError> for Stop {
    fn from(error: DraftError) -> Self {
        Self(error)
    }
}

impl From<store::StoreError> for Stop {
    fn from(error: store::StoreError) -> Self {
        Self(error.into())
    }
}

impl From<guard::Refusal> for Stop {
    fn from(refusal: guard::Refusal) -> Self {
        Self(DraftError::Invalid(refusal.sentence))
    }
}

async fn done(guard: &Guard, draft: &Brouillon, geste: Geste, motif: &'static str) -> Result<(), DraftError> {
    let edition = seen(guard, draft).await.edition;
    changed(guard, draft, edition, geste, motif).await
}

async fn changed(
    guard: &Guard,
    draft: &Brouillon,
    edition: i64,
    geste: Geste,
    motif: &'static str,
) -> Result<(), DraftError> {
    guard
        .run::<PreparerPublication, _, Stop, _>(
            &person(),
            &draft.id,
            Purpose::Gestion,
            move |work, permit| {
                Box::pin(async move { Ok(publication::modifier(work, permit, edition, geste, motif).await?) })
            },
        )
        .await
        .map_err(|e| e.0)
}

async fn seen(guard: &Guard, draft: &Brouillon) -> Brouillon {
    let mut tx = guard.db().read().await.unwrap();
    publication::brouillon(&mut tx, &draft.id).await.unwrap().unwrap()
}

async fn terms(guard: &Guard, draft: &Brouillon) -> Vec<Term> {
    let mut tx = guard.db().read().await.unwrap();
    publication::termes(&mut tx, &draft.id).await.unwrap()
}

async fn published(guard: &Guard, draft: &Brouillon) -> Result<Publication, PublishError> {
    let edition = seen(guard, draft).await.edition;
    publication::publier(guard, &person(), &signer(), &draft.id, edition).await
}

async fn in_use(guard: &Guard, list: &str) -> String {
    let mut tx = guard.db().read().await.unwrap();
    thesaurus::active_version(&mut tx, list).await.unwrap().unwrap()
}

fn pages(guard: &Guard, signataire: Option<Signataire>) -> Router {
    publication::routes(Room {
        house: House::new(guard.clone(), "Essai"),
        signataire,
        transport: Arc::new(Http::new()),
    })
}

/// The web of a test: the federation's own routes, and what somebody altered on the way.
struct Web {
    federation: Router,
    altered: HashMap<String, Vec<u8>>,
}

const ADDRESS: &str = "https://federation.example";

impl Transport for Web {
    fn get(&self, address: &str) -> Result<Vec<u8>, TransportError> {
        if let Some((_, bytes)) = self.altered.iter().find(|(end, _)| address.ends_with(end.as_str())) {
            return Ok(bytes.clone());
        }
        let path = address.strip_prefix(ADDRESS).ok_or_else(|| TransportError::NoAddress(address.into()))?;
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = testkit::tokio::runtime::Handle::current().block_on(async {
            let answer = self.federation.clone().oneshot(request).await.unwrap();
            (answer.status(), to_bytes(answer.into_body(), 64 << 20).await.unwrap().to_vec())
        });
        match answer {
            (StatusCode::OK, bytes) => Ok(bytes),
            (status, _) => Err(TransportError::Status(address.into(), status.as_u16())),
        }
    }
}

fn web(federation: &Guard) -> Web {
    Web { federation: pages(federation, Some(signer())), altered: HashMap::new() }
}

async fn subscribed(service: &Guard, key: String) -> Result<Abonnement, PullError> {
    service
        .run::<GererService, _, PullError, _>(
            &person(),
            "abonnements",
            Purpose::Gestion,
            move |work, permit| {
                Box::pin(async move { publication::souscrire(work, permit, ADDRESS, &key).await })
            },
        )
        .await?;
    let mut tx = service.db().read().await?;
    Ok(publication::abonnements(&mut tx).await?.remove(0))
}

async fn looked(service: &Guard, web: Web) -> Result<Passage, PullError> {
    let mut tx = service.db().read().await?;
    let id = publication::abonnements(&mut tx).await?.remove(0).id;
    drop(tx);
    publication::passer(service, &person(), Arc::new(web), &id).await
}

fn new_term(code: &str, label: &str, parents: &[&str]) -> Geste {
    Geste::Ajouter(Box::new(Term {
        code: code.into(),
        label: label.into(),
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        ..Term::default()
    }))
}

testkit::on_both_engines! {
    async fn every_statement_prepares(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in publication::STATEMENTS.iter().flat_map(|s| s.iter()) {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }

    async fn a_release_is_prepared_in_a_draft_and_never_in_place(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        assert_eq!(draft.base.as_deref(), Some("depart-2026"));
        let before = terms(&guard, &draft).await;
        let first = before[0].clone();
        let twice = opened(&guard, LIST, "2028").await.unwrap_err().to_string();
        assert!(twice.contains("déjà ouvert"), "{twice}");

        let renamed = Geste::Renommer { code: first.code.clone(), label: "Libellé mieux dit".into() };
        let silent = done(&guard, &draft, renamed.clone(), " ").await.unwrap_err().to_string();
        assert!(silent.contains("raison"), "{silent}");
        done(&guard, &draft, renamed, "demande 12").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        done(&guard, &draft, new_term("ZZ2", "Contrat nouveau à temps partiel", &["ZZ1"]), "").await.unwrap();
        let taken = done(&guard, &draft, new_term("ZZ1", "Autre chose", &[]), "").await.unwrap_err().to_string();
        assert!(taken.contains("déjà pris"), "{taken}");
        let nowhere = done(&guard, &draft, new_term("ZZ3", "Autre chose", &["?"]), "").await.unwrap_err().to_string();
        assert!(nowhere.contains("n'est pas dans le brouillon"), "{nowhere}");
        let circle = Geste::Deplacer { code: "ZZ1".into(), parents: vec!["ZZ2".into()] };
        let circle = done(&guard, &draft, circle, "essai").await.unwrap_err().to_string();
        assert!(circle.contains("sous lui-même"), "{circle}");
        let full = Geste::Supprimer { code: "ZZ1".into() };
        assert!(done(&guard, &draft, full, "essai").await.unwrap_err().to_string().contains("Déplacez-les"));
        let stale = changed(&guard, &draft, 1, Geste::Inactiver { code: first.code.clone() }, "essai").await;
        assert!(matches!(stale, Err(DraftError::Stale)), "{stale:?}");

        let after = terms(&guard, &draft).await;
        assert_eq!(after.len(), before.len() + 2);
        assert_eq!(after[0].label, "Libellé mieux dit");
        assert_eq!(after.last().unwrap().code, "ZZ2", "a child stands after its parent");
        // The version in use has not moved.
        assert_eq!(in_use(&guard, LIST).await, "depart-2026");
        let mut tx = guard.db().read().await.unwrap();
        let kept = thesaurus::concept(&mut tx, LIST, "depart-2026", &first.code).await.unwrap().unwrap();
        assert_eq!(kept.label, first.label);
    }

    async fn what_breaks_the_rules_is_not_published(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let unchanged = published(&guard, &draft).await.unwrap_err();
        assert!(matches!(unchanged, PublishError::NotValid(_)), "{unchanged}");
        let first = terms(&guard, &draft).await.remove(0);
        // Two active terms that say the same.
        done(&guard, &draft, new_term("ZZ1", &first.label.to_uppercase(), &first.parents.iter().map(String::as_str).collect::<Vec<_>>()), "").await.unwrap();
        let mut tx = guard.db().read().await.unwrap();
        let validation = publication::valider(&mut tx, &seen(&guard, &draft).await).await.unwrap();
        drop(tx);
        assert!(!validation.constats.is_empty());
        if !validation.publiable() {
            assert!(matches!(published(&guard, &draft).await, Err(PublishError::NotValid(_))));
        }
        assert_eq!(in_use(&guard, LIST).await, "depart-2026");
    }

    async fn a_publication_is_signed_whole_and_put_in_use_here(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let list = terms(&guard, &draft).await;
        done(&guard, &draft, Geste::Renommer { code: list[0].code.clone(), label: "Libellé mieux dit".into() }, "clarté").await.unwrap();
        done(&guard, &draft, Geste::Inactiver { code: list[1].code.clone() }, "hors d'usage").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "=Contrat nouveau", &[]), "").await.unwrap();
        let p = published(&guard, &draft).await.unwrap();
        assert_eq!((p.version.as_str(), p.base.as_deref()), ("2027", Some("depart-2026")));
        assert_eq!(in_use(&guard, LIST).await, "2027");

        let web = web(&guard);
        let fetched = testkit::tokio::task::spawn_blocking(move || {
            let here = format!("{ADDRESS}/federation/publications/{}", p.id);
            let signed = web.get(&format!("{here}/manifeste")).unwrap();
            let manifest = manifest::verify(&signed, &[signer().cle_publique().parse().unwrap()]).unwrap();
            let files: HashMap<String, Vec<u8>> = manifest
                .files
                .iter()
                .map(|f| (f.name.clone(), web.get(&format!("{here}/fichiers/{}", f.name)).unwrap()))
                .collect();
            let named: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
            manifest.check_files(named).unwrap();
            files
        })
        .await
        .unwrap();
        for ending in [".csv", "-livraison.xlsx", ".ttl", ".rdf", ".xml", ".tsv", "-fhir.json", ".pdf", "publication.json"] {
            assert!(fetched.keys().any(|n| n.ends_with(ending)), "no file ends with {ending}");
        }
        let csv = &fetched[&format!("{LIST}-2027.csv")];
        let reading = read::read(csv, None, read::Limits::default()).unwrap();
        let nature = |code: &str| reading.terms.iter().find(|t| t.code == code).unwrap().nature;
        assert_eq!(nature(&list[0].code), Some(Nature::LibelleModifie));
        assert_eq!(nature(&list[1].code), Some(Nature::Inactive));
        assert_eq!(nature("ZZ1"), Some(Nature::Nouveau));
        assert_eq!(nature(&list[2].code), None);

        // Published once, closed for ever.
        let again = done(&guard, &draft, new_term("ZZ9", "Tard", &[]), "").await.unwrap_err().to_string();
        assert!(again.contains("fermé"), "{again}");
        // A code that served is never given again, even after a deletion.
        let next = opened(&guard, LIST, "2028").await.unwrap();
        done(&guard, &next, Geste::Supprimer { code: "ZZ1".into() }, "erreur").await.unwrap();
        let reused = done(&guard, &next, new_term("ZZ1", "Tout autre chose", &[]), "").await.unwrap_err().to_string();
        assert!(reused.contains("jamais réattribué"), "{reused}");
    }

    async fn a_service_is_offered_what_its_federation_publishes_and_switches_when_it_decides(t) {
        let elsewhere = testkit::sqlite().await;
        let federation = installation(&elsewhere).await;
        let draft = opened(&federation, LIST, "2027").await.unwrap();
        done(&federation, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        published(&federation, &draft).await.unwrap();
        publication::publier_matrice(&federation, &person(), &signer(), "meep-depart", "depart-2026").await.unwrap();

        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let passage = looked(&service, web(&federation)).await.unwrap();
        assert!(passage.nouvelles.contains(&(LIST.to_owned(), "2027".to_owned())), "{passage:?}");
        // The matrix of the federation is the service's own starter matrix in another form: refused, with its reason.
        assert_eq!(passage.refusees.len(), 1, "{passage:?}");
        assert_eq!(in_use(&service, LIST).await, "depart-2026", "nobody switched yet");
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles, [], "seen once");

        let mut tx = service.db().begin().await.unwrap();
        thesaurus::activate(&mut tx, LIST, "2027").await.unwrap();
        assert!(thesaurus::coded(&mut tx, LIST, "ZZ1").await.unwrap().is_some());
        thesaurus::activate(&mut tx, LIST, "depart-2026").await.unwrap();
        assert!(thesaurus::coded(&mut tx, LIST, "ZZ1").await.unwrap().is_none());
        tx.commit().await.unwrap();
        let mut tx = service.db().read().await.unwrap();
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
    }

    async fn what_is_not_authentic_is_refused_and_the_version_in_use_keeps_answering(t) {
        let elsewhere = testkit::sqlite().await;
        let federation = installation(&elsewhere).await;
        let draft = opened(&federation, LIST, "2027").await.unwrap();
        done(&federation, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        let p = published(&federation, &draft).await.unwrap();
        let whole = web(&federation);
        let id = p.id.clone();
        let (manifest, csv) = testkit::tokio::task::spawn_blocking(move || {
            let here = format!("{ADDRESS}/federation/publications/{id}");
            let get = |path: &str| whole.get(&format!("{here}/{path}")).unwrap();
            (get("manifeste"), get(&format!("fichiers/{LIST}-2027.csv")))
        })
        .await
        .unwrap();
        let one_byte = |mut bytes: Vec<u8>| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        };
        let service = installation(t).await;
        let before = in_use(&service, LIST).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let signed_by_another =
            manifest::sign(&manifest::verify(&manifest, &[signer().cle_publique().parse().unwrap()]).unwrap(),
                &manifest::SigningKey::from_seed(&[8; 32]));
        for (ending, bytes) in [
            ("/manifeste".to_owned(), one_byte(manifest.clone())),
            ("/manifeste".to_owned(), signed_by_another),
            (format!("{LIST}-2027.csv"), one_byte(csv.clone())),
            (format!("{LIST}-2027.csv"), csv[..csv.len() / 2].to_vec()),
            ("publication.json".to_owned(), b"{}".to_vec()),
        ] {
            let mut web = web(&federation);
            web.altered.insert(ending.clone(), bytes);
            let passage = looked(&service, web).await.unwrap();
            assert_eq!(passage.nouvelles, [], "{ending}");
            assert_eq!(passage.refusees.len(), 1, "{ending}: {passage:?}");
            assert_eq!(in_use(&service, LIST).await, before);
            let mut tx = service.db().read().await.unwrap();
            assert_eq!(thesaurus::versions(&mut tx, LIST).await.unwrap().len(), 1, "nothing was loaded");
        }
        // The federation mends its site: the same publication is taken.
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles.len(), 1);
        // An answer that is no feed, and nobody at all.
        let mut other = web(&federation);
        other.altered.insert("/federation/flux".into(), b"<html>".to_vec());
        assert!(matches!(looked(&service, other).await, Err(PullError::NoFeed(_))));
        let bad = subscribed(&service, "pas une clé".into()).await;
        assert!(matches!(bad, Err(PullError::Key)), "{bad:?}");
    }

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
}
