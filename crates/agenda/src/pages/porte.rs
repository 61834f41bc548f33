//! The sheet that one pins to a door: times and initials. Neither name, company nor reason of the visit: whoever
//! walks past reads it.

use axum::extract::{RawQuery, State};
use base::{Date, date_long};
use guard::{Caller, LireAgenda, Purpose, Work};
use maud::{Markup, html};
use organisation::ProfessionnelId;
use suivi::EtatVisite;
use ui::{Column, Empty, Fault, House, Page, Row, table};

use crate::{Creneau, tables};

/// The sheet of a day of a professional.
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = super::demande(&house, &caller, query.as_deref()).await?;
    let (qui, jour) = (asked.professionnel.as_ref().map(|p| p.id.clone()), asked.jour);
    let lines = house
        .guard
        .run::<LireAgenda, _, Fault, _>(&caller, &asked.objet(), Purpose::Planification, move |work, _| {
            Box::pin(async move {
                match qui {
                    Some(qui) => read(work, &qui, jour).await,
                    None => Ok(Vec::new()),
                }
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let qui = asked.professionnel.as_ref().map_or_else(String::new, organisation::Professionnel::nom_complet);
    let rows = lines
        .into_iter()
        .map(|(slot, initiales)| {
            Row::new(vec![html! { (slot.debut) }, html! { (slot.fin) }, html! { (initiales) }])
        })
        .collect();
    let back = asked.professionnel.as_ref().map_or("/agenda".into(), |p| super::adresse(asked.jour, &p.id));
    let body = html! {
        p.lead { (qui) ", " (date_long(asked.jour)) }
        (table(
            "Rendez-vous du jour",
            &[Column::text("De"), Column::text("À"), Column::text("Initiales")],
            rows,
            Empty::new("Aucun rendez-vous ce jour", "Placez des visites dans l'agenda, puis imprimez cette feuille.")
                .action(back.clone(), "Revenir à l'agenda"),
        ))
        p.help {
            "Cette feuille ne porte que les heures et des initiales\u{a0}: imprimez-la avec la commande de votre navigateur."
        }
    };
    Ok(Page::new(&frame, "Feuille de porte")
        .crumb("Ma journée", back)
        .active("/agenda")
        .narrow()
        .render(body))
}

async fn read(work: &mut Work, qui: &ProfessionnelId, jour: Date) -> Result<Vec<(Creneau, String)>, Fault> {
    let mut lines = Vec::new();
    for slot in tables::creneaux_du_jour(&mut work.tx, qui, jour).await? {
        let Some(id) = &slot.visite_id else { continue };
        let Some(visite) = suivi::visite(&mut work.tx, id).await? else { continue };
        if visite.etat == EtatVisite::Annulee {
            continue;
        }
        let Some(s) = salaries::salarie(&mut work.tx, &visite.salarie_id).await? else { continue };
        lines.push((slot, initiales(&s.nom_affiche())));
    }
    Ok(lines)
}

/// `Anne-Lise Le Goff` gives `A. L. G.`
fn initiales(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|part| part.chars().next());
    let letters: Vec<String> = letters.map(|c| format!("{}.", c.to_uppercase())).collect();
    letters.join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::initiales;

    #[test]
    fn a_door_shows_initials_only() {
        assert_eq!(initiales("Élodie Le Goff"), "É.\u{a0}L.\u{a0}G.");
        assert_eq!(initiales(""), "");
    }
}
