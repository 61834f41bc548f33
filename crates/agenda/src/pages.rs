//! The screens of the agenda.

mod jour;
mod placer;
mod porte;
mod types;

use axum::{
    Router,
    routing::{get, post},
};
use base::{Date, date_from_french};
use guard::{Caller, Fields, Role};
use organisation::{Professionnel, ProfessionnelId};
use ui::{Fault, House};

/// The routes of this room: `/agenda` (the day), `/agenda/porte` (the sheet for the door), `/agenda/placer`
/// (puts a visit in a slot).
pub fn routes(house: House) -> Router {
    Router::new()
        .route("/agenda", get(jour::page))
        .route("/agenda/porte", get(porte::page))
        .route("/agenda/placer", post(placer::placer))
        .with_state(house)
}

/// Whose day is asked for, and which.
struct Demande {
    jour: Date,
    /// `None` when the service has no health professional yet.
    professionnel: Option<Professionnel>,
    /// Those whose day can be asked for.
    choix: Vec<Professionnel>,
}

impl Demande {
    /// What the journal names: whose day, and which one, since a day names its workers.
    fn objet(&self) -> String {
        let qui = self.professionnel.as_ref().map_or("-", |p| p.id.as_str());
        format!("{qui}/{}", self.jour)
    }
}

/// The address of a day of a professional.
fn adresse(jour: Date, professionnel: &ProfessionnelId) -> String {
    format!("/agenda?jour={jour}&professionnel={professionnel}")
}

/// Reads `jour` and `professionnel`. Without the second: the person themselves when they receive workers,
/// otherwise the first doctor of their centre, otherwise of the service.
async fn demande(house: &House, caller: &Caller, query: Option<&str>) -> Result<Demande, Fault> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let jour = match fields.optional("jour") {
        None => house.guard.clock().today(),
        Some(text) => date_from_french(text).ok_or_else(|| {
            Fault::Invalid(format!(
                "Le jour «\u{a0}{text}\u{a0}» ne se lit pas\u{a0}: écrivez-le comme 24/11/2026."
            ))
        })?,
    };
    let mut tx = house.guard.db().read().await?;
    let mut choix = organisation::professionnels(&mut tx).await?;
    drop(tx);
    choix.retain(|p| matches!(p.metier, Role::Medecin | Role::Infirmier));
    let asked = fields.optional("professionnel");
    let position = match asked {
        Some(id) => {
            Some(choix.iter().position(|p| p.id.as_str() == id).ok_or(Fault::absent("Ce professionnel"))?)
        }
        None => usual(&choix, caller, jour),
    };
    let professionnel = position.map(|i| choix[i].clone());
    choix.retain(|p| p.present(jour) || professionnel.as_ref().is_some_and(|chosen| chosen.id == p.id));
    Ok(Demande { jour, professionnel, choix })
}

fn usual(choix: &[Professionnel], caller: &Caller, jour: Date) -> Option<usize> {
    let me = |p: &Professionnel| Some(p.id.as_str()) == caller.professionnel_id.as_deref();
    let doctor = |p: &Professionnel| p.metier == Role::Medecin && p.present(jour);
    let here = |p: &Professionnel| Some(p.centre_id.as_str()) == caller.centre_id.as_deref();
    choix
        .iter()
        .position(me)
        .or_else(|| choix.iter().position(|p| doctor(p) && here(p)))
        .or_else(|| choix.iter().position(doctor))
}
