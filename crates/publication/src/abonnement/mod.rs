//! Subscriptions to federations: whom this installation takes releases from, and what came of it.

mod passage;
mod reception;

use base::Instant;
use guard::{GererService, Permit, Refusal, Work};
use store::{Row, StoreError, Tx, args};
use terminologie::manifest::PublicKey;

pub use passage::{Passage, passer, passer_sur_demande};
pub(crate) use passage::{poursuivre, reserver, running};

use crate::transport::{TransportError, acceptable};

store::statements! {
    SUBSCRIBE = "insert into abonnement (id, adresse, cle, cree_le, auteur_id) values ($1, $2, $3, $4, $5)
        on conflict (adresse) do update set cle = excluded.cle, arrete_le = null, erreur = null, bilan = null";
    STOP = "update abonnement set arrete_le = $2 where id = $1 and arrete_le is null";
    EVERY = "select id, adresse, cle, cree_le, vu_le, erreur, bilan, en_cours from abonnement where arrete_le is null order by cree_le, id";
    RECEIVED = "select liste, version, sorte, recue_le, refus from publication_recue where abonnement_id = $1 order by recue_le desc, liste, version";
}

/// Every statement of subscriptions.
pub(crate) const STATEMENTS: [&[store::Sql]; 3] = [ALL, passage::ALL, reception::ALL];

/// A federation that this installation takes releases from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abonnement {
    /// Its identifier.
    pub id: String,
    /// Where its feed stands.
    pub adresse: String,
    /// Its public key, given by another way than the feed.
    pub cle: String,
    /// Since when.
    pub cree_le: Instant,
    /// When it was last asked.
    pub vu_le: Option<Instant>,
    /// What went wrong then.
    pub erreur: Option<String>,
    /// What it brought then.
    pub bilan: Option<String>,
    /// Since when somebody is asking it.
    pub en_cours: Option<Instant>,
}

/// A publication as this installation received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recue {
    pub(crate) sorte: String,
    pub(crate) liste: String,
    pub(crate) version: String,
    pub(crate) le: Instant,
    pub(crate) refus: Option<String>,
}

/// Why a federation was not asked, or its answer not believed. The sentence is for the person.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// There is no such subscription.
    #[error("Cet abonnement n'existe pas ou n'existe plus.")]
    Absent,
    /// Somebody else is asking the same federation.
    #[error("Un passage est déjà en cours pour cette fédération. Attendez son résultat.")]
    Busy,
    /// The address is no federation's.
    #[error("«\u{a0}{0}\u{a0}» n'est pas une adresse acceptée. Elle commence par https://.")]
    Address(String),
    /// The key is no public key.
    #[error("La clé publique ne se lit pas. Recopiez-la telle que la fédération l'a donnée.")]
    Key,
    /// Nobody answers, or not as expected.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer is no feed.
    #[error("«\u{a0}{0}\u{a0}» ne répond pas comme une fédération. Vérifiez l'adresse.")]
    NoFeed(String),
    /// The feed announces more than is read.
    #[error(
        "«\u{a0}{0}\u{a0}» annonce plus de {1}\u{a0}publications. Rien n'a été lu\u{a0}: signalez-le à la fédération."
    )]
    TooMany(String, usize),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PullError {
    /// What is kept beside the subscription and shown: never what a database or a library said, which is logged.
    fn kept(&self) -> String {
        match self {
            Self::Store(error) => {
                tracing::error!(%error, "a look at a federation failed");
                "La base de données n'a pas répondu. Recommencez dans quelques minutes, ou prévenez l'informatique.".into()
            }
            other => other.to_string(),
        }
    }
}

impl From<PullError> for ui::Fault {
    fn from(error: PullError) -> Self {
        match error {
            PullError::Absent => Self::absent("Cet abonnement"),
            PullError::Busy => Self::Stale(error.to_string()),
            PullError::Refused(r) => Self::Refused(r),
            PullError::Store(e) => Self::Store(e),
            other => Self::Invalid(other.to_string()),
        }
    }
}

/// Subscribes to a federation, or takes another key for it.
pub async fn souscrire(
    work: &mut Work,
    _: &Permit<GererService>,
    adresse: &str,
    cle: &str,
) -> Result<(), PullError> {
    let adresse = adresse.trim().trim_end_matches('/');
    if !acceptable(adresse) {
        return Err(PullError::Address(adresse.to_owned()));
    }
    let key: PublicKey = cle.trim().parse().map_err(|_| PullError::Key)?;
    let (id, now, who) = (work.new_id(), work.now(), work.caller().compte_id.clone());
    work.tx.execute(SUBSCRIBE, args![id, adresse, key.to_string(), now, who]).await?;
    work.journal_change("abonnement à une fédération", None, Some(format!("{adresse} {key}"))).await?;
    Ok(())
}

/// Takes no more releases from a federation. What was loaded stays.
pub async fn arreter(work: &mut Work, permit: &Permit<GererService>) -> Result<(), PullError> {
    let now = work.now();
    if work.tx.execute(STOP, args![permit.object(), now]).await? == 0 {
        return Err(PullError::Absent);
    }
    work.journal_change("arrêt d'un abonnement", None, None).await?;
    Ok(())
}

/// The subscriptions in force.
pub async fn abonnements(tx: &mut Tx) -> Result<Vec<Abonnement>, StoreError> {
    tx.all(EVERY, args![]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Abonnement, StoreError> {
    Ok(Abonnement {
        id: row.get("id")?,
        adresse: row.get("adresse")?,
        cle: row.get("cle")?,
        cree_le: row.get("cree_le")?,
        vu_le: row.get("vu_le")?,
        erreur: row.get("erreur")?,
        bilan: row.get("bilan")?,
        en_cours: row.get("en_cours")?,
    })
}

/// What was received from a federation, latest first.
pub(crate) async fn recues(tx: &mut Tx, id: &str) -> Result<Vec<Recue>, StoreError> {
    tx.all(RECEIVED, args![id])
        .await?
        .iter()
        .map(|r| {
            Ok(Recue {
                sorte: r.get("sorte")?,
                liste: r.get("liste")?,
                version: r.get("version")?,
                le: r.get("recue_le")?,
                refus: r.get("refus")?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_database_says_is_not_kept_beside_the_subscription() {
        let error = PullError::Store(StoreError::Unavailable("server 10.0.0.7 refused".into()));
        let kept = error.kept();
        assert!(kept.contains("base de données") && !kept.contains("10.0.0.7"), "{kept}");
        assert_eq!(PullError::Key.kept(), PullError::Key.to_string());
    }
}
