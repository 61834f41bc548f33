//! What every page needs to know of the program around it, and what becomes of what goes wrong.

use std::sync::Arc;

use axum::{
    extract::{FromRef, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use guard::{
    Act, Caller, GererService, Guard, LireAdherent, LireAgenda, LireChiffres, LireIdentite, LireThesaurus,
    Refusal, Said,
};
use store::StoreError;

use crate::{Csrf, Frame, Icon, RailEntry, Viewer, error_page};

/// The program as pages see it: the guard and the name of the service. Cheap to clone.
#[derive(Clone)]
pub struct House {
    /// The door to every record.
    pub guard: Guard,
    service: Arc<str>,
}

impl House {
    /// A program that serves this service.
    pub fn new(guard: Guard, service: &str) -> Self {
        Self { guard, service: Arc::from(service) }
    }

    /// The name of the service.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The frame of a page for this person: what it offers is what the policy allows.
    pub fn frame(&self, caller: &Caller) -> Frame {
        let mut rail = Vec::new();
        self.entry::<LireAgenda>(caller, &mut rail, "/agenda", "Ma journée", Icon::Jour);
        self.entry::<LireIdentite>(caller, &mut rail, "/salaries", "Salariés", Icon::Salarie);
        self.entry::<LireAdherent>(caller, &mut rail, "/adherents", "Adhérents", Icon::Adherent);
        self.entry::<LireChiffres>(caller, &mut rail, "/tableau", "Tableau de bord", Icon::Chiffres);
        self.entry::<LireThesaurus>(caller, &mut rail, "/thesaurus", "Thésaurus", Icon::Thesaurus);
        self.entry::<LireThesaurus>(caller, &mut rail, "/regles", "Règles de suivi", Icon::Document);
        if !self.guard.offers::<LireAgenda>(caller) {
            // Those who see workers reach imports from the lists they complete.
            self.entry::<GererService>(caller, &mut rail, "/imports", "Imports", Icon::Reglages);
        }
        self.entry::<LireThesaurus>(caller, &mut rail, "/recette", "Grille de recette", Icon::Grille);
        Frame {
            service: self.service.to_string(),
            today: self.guard.clock().today(),
            viewer: Some(Viewer {
                name: caller.nom.clone(),
                role_label: caller.role.label().to_owned(),
                centre: String::new(),
            }),
            rail,
            csrf: Csrf::new(&caller.csrf),
            flash: None,
        }
    }

    fn entry<A: Act>(&self, caller: &Caller, rail: &mut Vec<RailEntry>, href: &str, label: &str, icon: Icon) {
        if self.guard.offers::<A>(caller) {
            rail.push(RailEntry::new(href, label, icon));
        }
    }

    /// The frame of a page for somebody who is not signed in.
    pub fn frame_for_nobody(&self) -> Frame {
        Frame {
            service: self.service.to_string(),
            today: self.guard.clock().today(),
            viewer: None,
            rail: Vec::new(),
            csrf: Csrf::new(""),
            flash: None,
        }
    }
}

impl FromRef<House> for Guard {
    fn from_ref(house: &House) -> Self {
        house.guard.clone()
    }
}

/// What a page answers when it does not answer what was asked.
#[derive(Debug)]
pub enum Fault {
    /// The policy says no.
    Refused(Refusal),
    /// There is no such record; the word names it ("Cette visite").
    Absent(String),
    /// The request cannot be carried out as it stands: what to correct.
    Invalid(String),
    /// Somebody else changed the record meanwhile.
    Stale(String),
    /// The database failed.
    Store(StoreError),
    /// Anything else: logged, and one opaque sentence for the person.
    Unexpected(String),
}

impl Fault {
    /// There is no such record: `Fault::absent("Cette visite")`.
    pub fn absent(what: &str) -> Self {
        Self::Absent(what.to_owned())
    }

    fn said(self) -> (StatusCode, Said) {
        let said = |title: &str, sentence: String| Said { title: title.to_owned(), sentence };
        match self {
            Self::Refused(r) => (StatusCode::FORBIDDEN, said("Accès refusé", r.sentence)),
            Self::Absent(what) => (
                StatusCode::NOT_FOUND,
                said(
                    "Page introuvable",
                    format!(
                        "{what} n'existe pas ou n'existe plus. Vérifiez l'adresse, ou cherchez par le champ de recherche."
                    ),
                ),
            ),
            Self::Invalid(sentence) => {
                (StatusCode::UNPROCESSABLE_ENTITY, said("Demande à corriger", sentence))
            }
            Self::Stale(sentence) => (StatusCode::CONFLICT, said("Modifié entre-temps", sentence)),
            Self::Store(StoreError::Unavailable(reason)) => {
                tracing::error!(%reason, "the database is not available");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    said("Service momentanément indisponible", "La base de données ne répond pas. Rien n'a été enregistré ; recommencez dans un instant.".into()),
                )
            }
            Self::Store(error) => {
                tracing::error!(%error, "a statement failed");
                (StatusCode::INTERNAL_SERVER_ERROR, unexpected())
            }
            Self::Unexpected(error) => {
                tracing::error!(%error, "unexpected");
                (StatusCode::INTERNAL_SERVER_ERROR, unexpected())
            }
        }
    }
}

fn unexpected() -> Said {
    Said {
        title: "Erreur inattendue".into(),
        sentence: "L'opération n'a pas abouti et rien n'a été enregistré. L'erreur est notée ; si elle se répète, prévenez l'informatique du service.".into(),
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, said) = self.said();
        let mut response = (status, said.sentence.clone()).into_response();
        response.extensions_mut().insert(said);
        response
    }
}

/// Turns what went wrong into a whole page for a person who asked for one, into a problem (RFC 9457) for a
/// program. Fields saved one by one get the sentence alone.
pub async fn dress_faults(State(house): State<House>, request: Request, next: Next) -> Response {
    let accepted =
        request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let token = guard::session_token(request.headers());
    let response = next.run(request).await;
    let Some(said) = response.extensions().get::<Said>().cloned() else { return response };
    let status = response.status();
    if accepted.contains("json") {
        let problem = serde_json::json!({
            "type": "about:blank", "title": said.title, "status": status.as_u16(), "detail": said.sentence
        });
        return (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string())
            .into_response();
    }
    if !accepted.contains("text/html") {
        return response;
    }
    let caller = match token {
        Some(token) => house.guard.caller(&token).await.ok().flatten(),
        None => None,
    };
    let frame = caller.as_ref().map_or_else(|| house.frame_for_nobody(), |c| house.frame(c));
    let page = error_page(
        &frame,
        response.status().as_u16(),
        &said.title,
        &said.sentence,
        ("/", "Revenir à l'accueil"),
    );
    (response.status(), page).into_response()
}

/// Post, redirect, get: where the person goes after an act that succeeded.
pub fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}
