//! The screens of figures.

mod codage;
mod lignes;
mod tableau;

use axum::{Router, routing::get};
use guard::{Caller, Fields};
use organisation::Centre;
use store::Tx;
use ui::{Fault, House, number};

use crate::Mesure;

/// The routes of this room: `/tableau`, the rows behind its figures, `/tableau/lignes`, and how data are coded,
/// `/tableau/codage`.
pub fn routes(house: House) -> Router {
    Router::new()
        .route("/tableau", get(tableau::page))
        .route("/tableau/codage", get(codage::page))
        .route("/tableau/codage.csv", get(codage::csv))
        .route("/tableau/lignes", get(lignes::page))
        .with_state(house)
}

/// The word that stands for all the centres in an address.
const TOUS: &str = "tous";

/// The centre that the figures are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Perimetre {
    /// `None` for the whole service.
    centre: Option<Centre>,
    centres: Vec<Centre>,
}

impl Perimetre {
    /// The centre asked for; without one, the person's own; without either, the whole service.
    async fn read(tx: &mut Tx, caller: &Caller, fields: &Fields) -> Result<Self, Fault> {
        let centres = organisation::centres(tx).await?;
        let find = |id: &str| centres.iter().find(|c| c.id.as_str() == id).cloned();
        let centre = match fields.optional("centre") {
            Some(TOUS) => None,
            Some(id) => Some(find(id).ok_or(Fault::absent("Ce centre"))?),
            None => caller.centre_id.as_deref().and_then(find),
        };
        Ok(Self { centre, centres })
    }

    /// What views take: the identifier, or nothing for the whole service.
    fn id(&self) -> &str {
        self.centre.as_ref().map_or("", |c| c.id.as_str())
    }

    /// What addresses carry.
    fn param(&self) -> &str {
        self.centre.as_ref().map_or(TOUS, |c| c.id.as_str())
    }

    fn nom(&self) -> &str {
        self.centre.as_ref().map_or("Tout le service", |c| &c.nom)
    }

    /// The rows behind a figure.
    fn lignes(&self, mesure: &Mesure) -> String {
        format!("/tableau/lignes?mesure={}&centre={}", mesure.id, self.param())
    }
}

/// What a person reads under a figure.
fn definition(mesure: &Mesure) -> String {
    format!("{} Source\u{a0}: {}.", mesure.definition, mesure.source)
}

/// `1 salarié`, `12 visites`.
fn compte(n: i64, noun: &str) -> String {
    format!("{}\u{a0}{noun}{}", number(n), if n.abs() > 1 { "s" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::compte;

    #[test]
    fn one_is_singular_in_french_and_so_is_nought() {
        assert_eq!(compte(0, "salarié"), "0\u{a0}salarié");
        assert_eq!(compte(1, "visite"), "1\u{a0}visite");
        assert_eq!(compte(2000, "salarié"), "2\u{202f}000\u{a0}salariés");
    }
}
