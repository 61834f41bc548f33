//! Signing in and out.

use axum::{
    Router,
    body::Bytes,
    extract::{FromRef, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use guard::{Fields, Guard, SESSION_COOKIE, SignInError, session_token};
use maud::{Markup, html};
use serde::Deserialize;
use ui::{Fault, FormState, House, Kind, Page, Tone};

use super::Front;

#[derive(Clone)]
struct Porch {
    house: House,
    front: Front,
}

impl FromRef<Porch> for Guard {
    fn from_ref(porch: &Porch) -> Self {
        porch.house.guard.clone()
    }
}

pub(super) fn routes(house: House, front: Front) -> Router {
    Router::new()
        .route("/connexion", get(page).post(sign_in))
        .route("/deconnexion", post(sign_out))
        .with_state(Porch { house, front })
}

#[derive(Debug, Default, Deserialize)]
struct Back {
    #[serde(default)]
    retour: String,
}

/// Only a path of ours: a page elsewhere could pose as the service.
fn safe(back: &str) -> &str {
    let ours = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && !back.contains(char::is_control);
    if ours { back } else { "/" }
}

async fn page(State(porch): State<Porch>, Query(back): Query<Back>) -> Markup {
    form(&porch, &FormState::new(true), &back.retour, None)
}

fn form(porch: &Porch, state: &FormState, back: &str, refused: Option<&str>) -> Markup {
    let frame = porch.house.frame_for_nobody();
    Page::new(&frame, "Se connecter").bare().render(html! {
        @if let Some(why) = refused { (ui::alert(Tone::Retard, "Connexion refusée", html! { p { (why) } })) }
        (ui::Form::post("/connexion", &frame.csrf).render(html! {
            input type="hidden" name="retour" value=(safe(back));
            (ui::text_field(state.field("identifiant", "Identifiant").required().autofocus().autocomplete("username")))
            (ui::password_field(state.field("mot_de_passe", "Mot de passe").required().autocomplete("current-password")))
            (ui::actions(ui::submit("Se connecter", Kind::Primary)))
        }))
    })
}

async fn sign_in(State(porch): State<Porch>, headers: HeaderMap, body: Bytes) -> Result<Response, Fault> {
    // No session yet, so no form token: the browser says where the form comes from.
    let foreign = headers
        .get("sec-fetch-site")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|site| !matches!(site, "same-origin" | "none"));
    if foreign {
        return Err(Fault::Invalid("Ouvrez la page de connexion du service, puis recommencez.".into()));
    }
    let fields = Fields::parse(&body);
    match porch.house.guard.sign_in(fields.text("identifiant"), fields.text("mot_de_passe")).await {
        Ok(signed) => {
            let secure = if porch.front.secure_cookies { "; Secure" } else { "" };
            let cookie =
                format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict{secure}", signed.token);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(safe(fields.text("retour")))).into_response())
        }
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(refused) => {
            let state = FormState::new(true).set("identifiant", fields.text("identifiant"));
            let status = match refused {
                SignInError::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            Ok((status, form(&porch, &state, fields.text("retour"), Some(&refused.to_string())))
                .into_response())
        }
    }
}

async fn sign_out(
    State(porch): State<Porch>,
    headers: HeaderMap,
    _fields: Fields,
) -> Result<Response, Fault> {
    if let Some(token) = session_token(&headers) {
        porch.house.guard.sign_out(&token).await?;
    }
    let gone = format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/connexion")).into_response())
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn one_never_comes_back_to_another_site() {
        assert_eq!(safe("/visites/1"), "/visites/1");
        for bad in ["", "https://ailleurs", "//ailleurs", "/\\ailleurs", "/a\r\nb", "/\t/ailleurs"] {
            assert_eq!(safe(bad), "/", "{bad:?}");
        }
    }
}
