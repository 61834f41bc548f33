//! Placing a visit in a slot, and what becomes of the slot when the visit is signed.

use base::{Date, Instant, date_long};
use guard::{Permit, PlanifierVisite, Work};
use store::{StoreError, Tx};
use suivi::{EtatVisite, VisiteId};

use crate::{Creneau, Heure, tables};

/// Why a visit was not placed. French: a person reads it.
#[derive(Debug, thiserror::Error)]
pub enum ReserverError {
    /// No such visit, or not of this worker.
    #[error("Cette visite n'existe pas ou n'existe plus. Rechargez l'agenda.")]
    Absente,
    /// Begun, signed, missed or called off.
    #[error("Cette visite n'est plus à placer : elle a commencé, ou elle est close. Rechargez l'agenda.")]
    PasPrevue,
    /// The day is over.
    #[error("Le {} est passé : une visite se place aujourd'hui ou plus tard.", date_long(*.0))]
    Passe(Date),
    /// Nobody receives at that time.
    #[error("Aucun créneau n'est ouvert le {} à {debut}. {}", date_long(*.jour), next(.prochain.as_deref()))]
    Ferme {
        /// The day asked for.
        jour: Date,
        /// The time asked for.
        debut: Heure,
        /// The first free slot after it.
        prochain: Option<Box<Creneau>>,
    },
    /// Somebody else has it.
    #[error("Le créneau du {} à {debut} est déjà pris. {}", date_long(*.jour), next(.prochain.as_deref()))]
    Pris {
        /// The day asked for.
        jour: Date,
        /// The time asked for.
        debut: Heure,
        /// The first free slot after it.
        prochain: Option<Box<Creneau>>,
    },
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn next(free: Option<&Creneau>) -> String {
    free.map_or_else(
        || {
            "Ce professionnel n'a plus de créneau libre ensuite : ouvrez-en un, ou choisissez-en un autre."
                .into()
        },
        |c| format!("Le prochain créneau libre est le {} à {}.", date_long(c.jour), c.debut),
    )
}

/// Places a visit of the worker of the permit in the slot that begins at this time on the day and with the
/// professional of the visit. A slot that the visit held before is free again.
///
/// Of several people who ask for one slot at once, exactly one gets it. On an error the caller's transaction
/// must be given up.
pub async fn reserver(
    work: &mut Work,
    permit: &Permit<PlanifierVisite>,
    visite: &VisiteId,
    debut: &Heure,
) -> Result<Creneau, ReserverError> {
    let found = suivi::visite(&mut work.tx, visite).await?;
    let found = found.filter(|v| v.salarie_id.as_str() == permit.object()).ok_or(ReserverError::Absente)?;
    if found.etat != EtatVisite::Prevue {
        return Err(ReserverError::PasPrevue);
    }
    let (qui, jour) = (&found.professionnel_id, found.jour);
    if jour < work.today() {
        return Err(ReserverError::Passe(jour));
    }
    let avant = tables::de_la_visite(&mut work.tx, visite).await?;
    tables::quitter(&mut work.tx, visite).await?;
    let done = tables::prendre(&mut work.tx, qui, jour, debut, visite).await?;
    let slot = tables::a_l_heure(&mut work.tx, qui, jour, debut).await?;
    match slot {
        Some(slot) if done => {
            let state = |heure: Option<&Heure>| {
                serde_json::json!({ "visite": visite.as_str(), "jour": jour.to_string(),
                    "heure": heure.map(Heure::as_str) })
                .to_string()
            };
            let before = state(avant.as_ref().map(|c| &c.debut));
            let after = state(Some(debut));
            work.journal_change("visite placée", Some(before), Some(after)).await?;
            Ok(slot)
        }
        slot => {
            let prochain = tables::premier_libre(&mut work.tx, qui, jour, debut).await?.map(Box::new);
            let debut = debut.clone();
            Err(match slot {
                Some(_) => ReserverError::Pris { jour, debut, prochain },
                None => ReserverError::Ferme { jour, debut, prochain },
            })
        }
    }
}

/// What the agenda does when a visit is signed (event [`suivi::EVENEMENT_SIGNEE`]): its slot is honoured. When
/// the worker came before the day of the slot, the slot is free again. Doing it twice changes nothing.
pub async fn visite_signee(tx: &mut Tx, visite: &VisiteId, now: Instant) -> Result<(), StoreError> {
    tables::honorer(tx, visite, now.day()).await
}
