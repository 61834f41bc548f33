//! The addresses under `/fhir`: what is asked, by whom, in which form.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{FromRef, FromRequestParts as _, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
    routing::any,
};
use guard::{Caller, Guard, LireThesaurus, NoCaller, Purpose};
use serde_json::Value;
use thesaurus::Search;
use ui::House;

use crate::{
    bundle, capability,
    library::{Library, Shelf},
    operations,
    outcome::Outcome,
    parameters::{Flavour, Inputs},
    request::{BASE, Call, Operation, base_address, call, flavour, inputs},
    resources::{Entry, Kind, What, entries},
    view::View,
};

const JSON: &str = "application/fhir+json; charset=utf-8";

#[derive(Clone)]
struct Room {
    house: House,
    search: Search,
    shelf: Arc<Shelf>,
}

impl FromRef<Room> for Guard {
    fn from_ref(room: &Room) -> Self {
        room.house.guard.clone()
    }
}

/// The terminology service (FHIR R4; R5 names are understood), at the base address `/fhir`, for signed-in callers.
pub fn routes(house: House, search: Search) -> Router {
    // One route for all: FHIR's own words decide what is asked, so that every refusal is an `OperationOutcome`, also of
    // an address or a method that does not exist, and so that `$lookup` may come written `%24lookup`.
    Router::new()
        .route(BASE, any(handle))
        .route("/fhir/", any(handle))
        .route("/fhir/{*path}", any(handle))
        .with_state(Room { house, search, shelf: Arc::default() })
}

async fn handle(State(room): State<Room>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let pretty = Inputs::from_query(parts.uri.query().unwrap_or_default()).flag("_pretty");
    let pretty = pretty.ok().flatten().unwrap_or(false);
    match answer(&room, &mut parts, body).await {
        Ok(resource) => respond(StatusCode::OK, &resource, pretty),
        Err(outcome) => {
            let mut response = respond(outcome.status, &outcome.json(), pretty);
            if outcome.status == StatusCode::UNAUTHORIZED {
                let scheme = HeaderValue::from_static("Session realm=\"Tronc commun\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            }
            response
        }
    }
}

fn respond(status: StatusCode, resource: &Value, pretty: bool) -> Response {
    let text = if pretty { serde_json::to_string_pretty(resource) } else { serde_json::to_string(resource) };
    match text {
        Ok(text) => (status, [(header::CONTENT_TYPE, JSON)], text).into_response(),
        // A value made of texts and numbers is always written.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn answer(room: &Room, parts: &mut Parts, body: Body) -> Result<Value, Outcome> {
    let flavour = flavour(&parts.headers, parts.uri.query().unwrap_or_default())?;
    let caller = match Caller::from_request_parts(parts, room).await {
        Ok(caller) => caller,
        Err(NoCaller::SignIn(_)) => return Err(Outcome::login()),
        Err(NoCaller::Unavailable) => return Err(Outcome::unavailable()),
    };
    let call = call(&parts.method, parts.uri.path())?;
    let inputs = inputs(parts, body, &call).await?;
    let base = base_address(&parts.headers);
    let strict = parts
        .headers
        .get("prefer")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split([',', ';']).any(|p| p.trim() == "handling=strict"));
    let room = room.clone();
    let guard = room.house.guard.clone();
    guard
        .run::<LireThesaurus, _, Outcome, _>(&caller, "", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let now = work.now();
                let mut library = Library::new(&mut work.tx, &room.shelf);
                let asked = Asked { call, inputs, flavour, base, strict, now };
                asked.answer(&mut library, &room).await
            })
        })
        .await
}

/// One request, read.
struct Asked {
    call: Call,
    inputs: Inputs,
    flavour: Flavour,
    base: String,
    strict: bool,
    now: base::Instant,
}

impl Asked {
    async fn answer(self, library: &mut Library<'_>, room: &Room) -> Result<Value, Outcome> {
        let (inputs, flavour) = (&self.inputs, self.flavour);
        match &self.call {
            Call::Metadata => match inputs.text("mode")? {
                Some("terminology") => {
                    capability::terminology(library, room.house.service(), self.now.day(), &self.base).await
                }
                None | Some("full" | "normative") => {
                    Ok(capability::statement(room.house.service(), self.now.day(), &self.base))
                }
                Some(_) => Err(Outcome::bad_value("mode", "full, normative ou terminology")),
            },
            Call::Search(kind) => bundle::search(library, *kind, inputs, &self.base, self.strict).await,
            Call::Read(kind, id) => {
                let extent = bundle::extent(inputs)?
                    .ok_or_else(|| Outcome::bad_value("_summary", "true, false, text ou data"))?;
                instance(library, *kind, id).await?.json(library, extent).await
            }
            Call::Operation(kind, id, operation) => {
                let instance = match id {
                    Some(id) => Some(instance(library, *kind, id).await?),
                    None => None,
                };
                let entry = instance.as_ref();
                match (kind, operation) {
                    (_, Operation::Lookup) => {
                        let view = view(library, entry).await?;
                        operations::lookup(library, view, inputs, flavour).await
                    }
                    (_, Operation::Subsumes) => {
                        let view = view(library, entry).await?;
                        operations::subsumes(library, view, inputs).await
                    }
                    (Kind::CodeSystem, Operation::ValidateCode) => {
                        let view = view(library, entry).await?;
                        operations::validate_in_system(library, view, inputs).await
                    }
                    (_, Operation::ValidateCode) => {
                        operations::validate_in_value_set(library, entry, inputs).await
                    }
                    (_, Operation::Expand) => {
                        operations::expand(library, entry, inputs, &room.search, self.now).await
                    }
                    (_, Operation::Translate) => operations::translate(library, entry, inputs, flavour).await,
                }
            }
        }
    }
}

async fn instance(library: &mut Library<'_>, kind: Kind, id: &str) -> Result<Entry, Outcome> {
    let all = library.all().await?;
    let found = entries(kind, &all, true).into_iter().find(|e| e.id == id);
    found.ok_or_else(|| Outcome::unknown_resource(kind.as_str(), id))
}

async fn view(library: &mut Library<'_>, entry: Option<&Entry>) -> Result<Option<Arc<View>>, Outcome> {
    match entry {
        Some(Entry { of, what: What::Codes, .. }) => library.view(&of.liste.id, &of.version).await,
        _ => Ok(None),
    }
}
