//! What these tests share: an installation, a draft and its gestures, a federation on the web.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

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
use terminologie::{Facts, Term};
use testkit::TestDb;
use tower::ServiceExt as _;
use ui::House;

pub(crate) const LIST: &str = "types-contrat";

pub(crate) fn signer() -> Signataire {
    Signataire::of_seed("Fédération d'essai", [7; 32])
}

pub(crate) fn person() -> Caller {
    Caller::command("Aline Roux", Role::Informatique)
}

/// An installation with its starter lists.
pub(crate) async fn installation(t: &TestDb) -> Guard {
    let guard = testkit::guard(t);
    let mut tx = guard.db().begin().await.unwrap();
    thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    guard
}

pub(crate) async fn facts_of(guard: &Guard, list: &str) -> Facts {
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

pub(crate) async fn opened(guard: &Guard, list: &str, version: &str) -> Result<Brouillon, DraftError> {
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
pub(crate) struct Stop(pub(crate) DraftError);

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

pub(crate) async fn done(
    guard: &Guard,
    draft: &Brouillon,
    geste: Geste,
    motif: &'static str,
) -> Result<(), DraftError> {
    let edition = seen(guard, draft).await.edition;
    changed(guard, draft, edition, geste, motif).await
}

pub(crate) async fn changed(
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

pub(crate) async fn seen(guard: &Guard, draft: &Brouillon) -> Brouillon {
    let mut tx = guard.db().read().await.unwrap();
    publication::brouillon(&mut tx, &draft.id).await.unwrap().unwrap()
}

pub(crate) async fn terms(guard: &Guard, draft: &Brouillon) -> Vec<Term> {
    let mut tx = guard.db().read().await.unwrap();
    publication::termes(&mut tx, &draft.id).await.unwrap()
}

pub(crate) async fn published(guard: &Guard, draft: &Brouillon) -> Result<Publication, PublishError> {
    let edition = seen(guard, draft).await.edition;
    publication::publier(guard, &person(), &signer(), &draft.id, edition).await
}

pub(crate) async fn in_use(guard: &Guard, list: &str) -> String {
    let mut tx = guard.db().read().await.unwrap();
    thesaurus::active_version(&mut tx, list).await.unwrap().unwrap()
}

pub(crate) fn pages(guard: &Guard, signataire: Option<Signataire>) -> Router {
    publication::routes(Room {
        house: House::new(guard.clone(), "Essai"),
        signataire,
        transport: Arc::new(Http::new()),
    })
}

/// The web of a test: the federation's own routes, and what somebody altered on the way.
pub(crate) struct Web {
    pub(crate) federation: Router,
    /// Ends of addresses and what stands there instead.
    pub(crate) altered: HashMap<String, Vec<u8>>,
    /// Ends of addresses where nothing stands.
    pub(crate) silent: Vec<String>,
    /// What was asked, in order.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

pub(crate) const ADDRESS: &str = "https://federation.example";

impl Transport for Web {
    fn get(&self, address: &str, longest: u64) -> Result<Vec<u8>, TransportError> {
        if self.silent.iter().any(|end| address.ends_with(end.as_str())) {
            return Err(TransportError::Status(address.into(), 404));
        }
        self.asked.lock().unwrap().push(address.to_owned());
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
            (StatusCode::OK, bytes) => {
                assert!(bytes.len() as u64 <= longest, "longer than was asked for");
                Ok(bytes)
            }
            (status, _) => Err(TransportError::Status(address.into(), status.as_u16())),
        }
    }
}

pub(crate) fn web(federation: &Guard) -> Web {
    Web {
        federation: pages(federation, Some(signer())),
        altered: HashMap::new(),
        silent: Vec::new(),
        asked: Arc::default(),
    }
}

pub(crate) async fn subscribed(service: &Guard, key: String) -> Result<Abonnement, PullError> {
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

pub(crate) async fn subscription(service: &Guard) -> Abonnement {
    let mut tx = service.db().read().await.unwrap();
    publication::abonnements(&mut tx).await.unwrap().remove(0)
}

/// The program looks by itself.
pub(crate) async fn passed(service: &Guard, web: Web) -> Result<Passage, PullError> {
    let id = subscription(service).await.id;
    publication::passer(service, &person(), Arc::new(web), &id).await
}

/// A person asks for a look.
pub(crate) async fn looked(service: &Guard, web: Web) -> Result<Passage, PullError> {
    let id = subscription(service).await.id;
    publication::passer_sur_demande(service, &person(), Arc::new(web), &id).await
}

pub(crate) fn new_term(code: &str, label: &str, parents: &[&str]) -> Geste {
    Geste::Ajouter(Box::new(Term {
        code: code.into(),
        label: label.into(),
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        ..Term::default()
    }))
}

/// What stands at an address of the federation.
pub(crate) async fn got(web: Web, path: String) -> Vec<u8> {
    testkit::tokio::task::spawn_blocking(move || web.get(&format!("{ADDRESS}{path}"), 64 << 20).unwrap())
        .await
        .unwrap()
}

/// A list with a new term, published.
pub(crate) async fn federation_with(db: &TestDb, code: &str) -> (Guard, Publication) {
    let guard = installation(db).await;
    let draft = opened(&guard, LIST, "2027").await.unwrap();
    done(&guard, &draft, new_term(code, "Contrat nouveau", &[]), "").await.unwrap();
    let publication = published(&guard, &draft).await.unwrap();
    (guard, publication)
}
