//! The screens of the watch.

mod accueil;
mod demande;
mod ecarts;
mod exports;
mod nouvelle;

use axum::{
    Router,
    routing::{get, post},
};
use guard::{Act, Policy};
use maud::{Markup, html};
use ui::{Frame, House, Page, Tone, badge};

use crate::{Demande, Etat};

/// Where the watch stands.
const HOME: &str = "/veille";
/// The entry of the rail it belongs to.
const RAIL: &str = "/thesaurus";

/// The routes of this room.
pub fn routes(house: House) -> Router {
    Router::new()
        .route(HOME, get(accueil::page))
        .route("/veille/autres", post(nouvelle::proposer))
        .route("/veille/nouvelle", get(nouvelle::page).post(nouvelle::deposer))
        .route("/veille/demandes/{id}", get(demande::page).post(demande::avancer))
        .route("/veille/demandes.csv", get(exports::demandes_csv))
        .route("/veille/demandes.json", get(exports::demandes_json))
        .route("/veille/ecarts", get(ecarts::page))
        .route("/veille/ecarts.csv", get(exports::ecarts_csv))
        .with_state(house)
}

/// A page of the room, under its crumbs.
fn sheet<'a>(frame: &'a Frame, title: &str) -> Page<'a> {
    Page::new(frame, title).crumb("Accueil", "/").crumb("Thésaurus", RAIL).crumb("Veille", HOME).active(RAIL)
}

/// The page of a request.
fn href(demande: &Demande) -> String {
    format!("{HOME}/demandes/{}", demande.id)
}

/// Where a request stands, in words and colour.
fn state(etat: Etat) -> Markup {
    let tone = match etat {
        Etat::Deposee | Etat::EnInstruction => Tone::Info,
        Etat::Acceptee | Etat::Livree => Tone::Ok,
        Etat::Reportee => Tone::Attention,
        Etat::Refusee => Tone::Neutre,
    };
    badge(tone, etat.label())
}

/// Why an act is closed to this role, as the policy says it.
fn reason<A: Act>() -> String {
    Policy::in_force().rule(A::CODE).map_or_else(String::new, |r| r.refus.clone())
}

/// A section that this role may not open, with the reason.
fn closed<A: Act>(title: &str) -> Markup {
    html! { (ui::refused(title, &reason::<A>())) }
}

/// A number of things as pages count them.
fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The threshold typed, one of those offered; the first otherwise.
fn threshold(typed: &str, offered: &[usize]) -> usize {
    let typed = typed.parse().ok();
    offered
        .iter()
        .copied()
        .find(|n| Some(*n) == typed)
        .or_else(|| offered.first().copied())
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::threshold;

    #[test]
    fn un_seuil_hors_de_la_liste_est_ramene_au_premier() {
        assert_eq!(threshold("10", &[5, 10]), 10);
        for typed in ["1", "-5", "", "abc", "99999999999999999999"] {
            assert_eq!(threshold(typed, &[5, 10]), 5, "{typed}");
        }
    }
}
