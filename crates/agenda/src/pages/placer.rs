//! Puts a visit of the day in a free slot.

use axum::{extract::State, response::Response};
use guard::{Caller, Fields, PlanifierVisite, Purpose};
use suivi::VisiteId;
use ui::{Fault, House, see_other};

use crate::{Heure, ReserverError, reserver};

/// `visite` and `debut` are posted; leads back to the day.
pub(super) async fn placer(
    State(house): State<House>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    let visite = VisiteId::new(fields.text("visite"));
    let debut = Heure::parse(fields.text("debut"))
        .ok_or_else(|| Fault::Invalid("Choisissez l'heure d'un créneau libre, puis recommencez.".into()))?;
    let mut tx = house.guard.db().read().await?;
    let salarie = suivi::salarie_of_visite(&mut tx, &visite).await?.ok_or(Fault::absent("Cette visite"))?;
    drop(tx);
    let slot = house
        .guard
        .run::<PlanifierVisite, _, _, _>(
            &caller,
            salarie.as_str(),
            Purpose::Planification,
            move |work, permit| {
                Box::pin(async move {
                    reserver(work, permit, &visite, &debut).await.map_err(|e| match e {
                        ReserverError::Store(e) => Fault::Store(e),
                        ReserverError::Absente => Fault::absent("Cette visite"),
                        ReserverError::Pris { .. } | ReserverError::PasPrevue => Fault::Stale(e.to_string()),
                        ReserverError::Ferme { .. } | ReserverError::Passe(_) => {
                            Fault::Invalid(e.to_string())
                        }
                    })
                })
            },
        )
        .await?;
    Ok(see_other(&super::adresse(slot.jour, &slot.professionnel_id)))
}
