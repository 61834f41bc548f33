//! The routes of the whole program.

mod accueil;
mod connexion;
mod recette;
mod recherche;
mod regles;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use publication::Signataire;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};
use ui::{Fault, House, dress_faults};

use crate::rooms;

/// The largest body accepted outside imports, which set their own limit.
const BODY_LIMIT: usize = 60 * 1024 * 1024;

/// How the program faces the browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Front {
    /// The browser comes by HTTPS: cookies are marked secure.
    pub(crate) secure_cookies: bool,
}

/// Every route, with what surrounds them all.
pub(crate) fn router(
    house: &House,
    search: &thesaurus::Search,
    front: Front,
    signataire: Option<Signataire>,
) -> Router {
    let publications =
        publication::Room { house: house.clone(), signataire, transport: Arc::new(publication::Http::new()) };
    Router::new()
        .merge(accueil::routes(house.clone()))
        .merge(connexion::routes(house.clone(), front))
        .merge(recherche::routes(house.clone(), search.clone()))
        .merge(recette::routes(house.clone()))
        .merge(regles::routes(house.clone()))
        .merge(thesaurus::routes(house.clone(), search.clone(), &rooms::USAGES))
        .merge(publication::routes(publications))
        .merge(fhir::routes(house.clone(), search.clone()))
        .merge(adherents::routes(house.clone()))
        .merge(salaries::routes(house.clone()))
        .merge(veille::routes(house.clone()))
        .merge(dossier::routes(house.clone(), search.clone()))
        .merge(agenda::routes(house.clone()))
        .merge(stats::routes(house.clone()))
        .merge(echanges::routes(house.clone()))
        .route("/sante", get(|| async { "ok" }))
        .fallback(|| async { Fault::absent("Cette page") })
        .layer(middleware::from_fn_with_state(house.clone(), dress_faults))
        // Pages hold personal data: nothing between us and the person keeps them.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .merge(ui::assets())
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            std::time::Duration::from_mins(2),
        ))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| -> Response {
            tracing::error!("a page panicked");
            Fault::Unexpected("panic".into()).into_response()
        }))
        .layer(set("content-security-policy", ui::CONTENT_SECURITY_POLICY))
        .layer(set("x-content-type-options", "nosniff"))
        .layer(set("referrer-policy", "no-referrer"))
        .layer(set("cross-origin-opener-policy", "same-origin"))
        .layer(set("permissions-policy", "camera=(), microphone=(), geolocation=()"))
        .layer(CompressionLayer::new())
}

fn set(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
}
