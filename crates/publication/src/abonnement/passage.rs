//! One look at a federation: one at a time, each publication on its own.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use base::Instant;
use guard::{Caller, GererService, Guard, Purpose};
use store::args;
use terminologie::manifest::PublicKey;

use super::{
    Abonnement, PullError, read,
    reception::{Reception, Recu},
};
use crate::{
    flux::{FEED, Flux},
    transport::{Transport, TransportError, within},
};

store::statements! {
    // One statement: of two looks that begin together, one finds no row left to take.
    CLAIM = "update abonnement set en_cours = $2
        where id = $1 and arrete_le is null and (en_cours is null or en_cours < $3)";
    ONE = "select id, adresse, cle, cree_le, vu_le, erreur, bilan, en_cours from abonnement where id = $1 and arrete_le is null";
    KNOWN = "select publication_id, empreinte, refus from publication_recue where abonnement_id = $1";
    SEEN = "update abonnement set vu_le = $2, erreur = $3, bilan = $4, en_cours = null where id = $1 and en_cours = $5";
    FORGET = "delete from publication_recue where abonnement_id = $1 and publication_id = $2 and refus is not null";
}

/// Seconds after which a look that never ended, because the machine stopped, no longer keeps others from looking.
const HELD: i64 = 3600;
/// Longest feed that is read, bytes.
const LONGEST_FEED: u64 = 1 << 20;
/// Most publications that a feed may announce: what is refused is kept with its reason, and must not fill a disk.
const MOST_ANNOUNCED: usize = 1000;

/// What one look at a federation brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// Loaded now, offered, not in use yet: list and version.
    pub nouvelles: Vec<(String, String)>,
    /// Refused: list, version, and why.
    pub refusees: Vec<(String, String, String)>,
}

impl Passage {
    /// What a person reads.
    fn sentence(&self) -> String {
        let counted = |n: usize, one: &str, many: &str| match n {
            1 => format!("1\u{a0}{one}"),
            n => format!("{n}\u{a0}{many}"),
        };
        match (self.nouvelles.len(), self.refusees.len()) {
            (0, 0) => "Rien de nouveau.".into(),
            (n, 0) => format!("{}.", counted(n, "version reçue", "versions reçues")),
            (0, r) => format!("{}.", counted(r, "version refusée", "versions refusées")),
            (n, r) => format!(
                "{}, {}.",
                counted(n, "version reçue", "versions reçues"),
                counted(r, "refusée", "refusées")
            ),
        }
    }
}

/// A publication that was received or refused before.
pub(super) struct Connue {
    /// SHA-256 of the manifest that was refused for good; empty when the refusal may pass.
    pub(super) empreinte: String,
    /// Why it was refused; `None` when it was taken.
    pub(super) refus: Option<String>,
}

/// The right to look at one federation, for one look.
pub(crate) struct Reserve {
    pub(super) subscription: Abonnement,
    connues: HashMap<String, Connue>,
    since: Instant,
}

/// Looks once at a federation, as the program does by itself: reads its feed, verifies and loads what is new, each
/// publication in a transaction of its own. Nothing that fails a check is loaded; it is kept with its reason, and
/// looked at again when its manifest changes. The versions in use do not change.
pub async fn passer(
    guard: &Guard,
    caller: &Caller,
    transport: Arc<dyn Transport>,
    id: &str,
) -> Result<Passage, PullError> {
    let reserve = reserver(guard, caller, id).await?;
    poursuivre(guard, caller, &transport, reserve, false).await
}

/// The same because a person asks: what was refused before is looked at again too.
pub async fn passer_sur_demande(
    guard: &Guard,
    caller: &Caller,
    transport: Arc<dyn Transport>,
    id: &str,
) -> Result<Passage, PullError> {
    let reserve = reserver(guard, caller, id).await?;
    poursuivre(guard, caller, &transport, reserve, true).await
}

/// Whether somebody is asking a federation at a moment.
pub(crate) fn running(subscription: &Abonnement, now: Instant) -> Option<Instant> {
    subscription.en_cours.filter(|since| *since >= now.plus_seconds(-HELD))
}

/// Takes the right to look at a federation; nobody else may before [`poursuivre`] gives it back.
pub(crate) async fn reserver(guard: &Guard, caller: &Caller, id: &str) -> Result<Reserve, PullError> {
    guard
        .run::<GererService, _, PullError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let (id, now) = (permit.object(), work.now());
                let claimed = work.tx.execute(CLAIM, args![id, now, now.plus_seconds(-HELD)]).await?;
                let subscription = work.tx.one(ONE, args![id]).await?.as_ref().map(read).transpose()?;
                let subscription = subscription.ok_or(PullError::Absent)?;
                if claimed == 0 {
                    return Err(PullError::Busy);
                }
                let connues = work
                    .tx
                    .all(KNOWN, args![id])
                    .await?
                    .iter()
                    .map(|r| {
                        let known = Connue { empreinte: r.get("empreinte")?, refus: r.get("refus")? };
                        Ok((r.get("publication_id")?, known))
                    })
                    .collect::<Result<_, store::StoreError>>()?;
                Ok(Reserve { subscription, connues, since: now })
            })
        })
        .await
}

/// Looks, writes down what came of it, and lets others look again.
pub(crate) async fn poursuivre(
    guard: &Guard,
    caller: &Caller,
    transport: &Arc<dyn Transport>,
    reserve: Reserve,
    asked: bool,
) -> Result<Passage, PullError> {
    let looked = look(guard, caller, transport, &reserve, asked).await;
    let (error, summary, gone) = match &looked {
        Ok((passage, gone)) => (None, Some(passage.sentence()), gone.clone()),
        Err(error) => (Some(error.kept()), None, Vec::new()),
    };
    let (id, since) = (reserve.subscription.id, reserve.since);
    guard
        .run::<GererService, _, PullError, _>(caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let now = work.now();
                for publication in gone {
                    work.tx.execute(FORGET, args![permit.object(), publication]).await?;
                }
                work.tx.execute(SEEN, args![permit.object(), now, error, summary, since]).await?;
                Ok(())
            })
        })
        .await?;
    looked.map(|(passage, _)| passage)
}

/// What a look brought, and the refused publications that the feed announces no more. Only the feed itself, the policy
/// and the database end it.
async fn look(
    guard: &Guard,
    caller: &Caller,
    transport: &Arc<dyn Transport>,
    reserve: &Reserve,
    asked: bool,
) -> Result<(Passage, Vec<String>), PullError> {
    let address = &reserve.subscription.adresse;
    let key: PublicKey = reserve.subscription.cle.parse().map_err(|_| PullError::Key)?;
    let feed = fetch(transport, format!("{address}{FEED}"), LONGEST_FEED).await?;
    let feed: Flux = serde_json::from_slice(&feed).map_err(|_| PullError::NoFeed(address.clone()))?;
    if feed.publications.len() > MOST_ANNOUNCED {
        return Err(PullError::TooMany(address.clone(), MOST_ANNOUNCED));
    }
    let mut passage = Passage::default();
    let mut announced = HashSet::new();
    let reception =
        Reception { guard, caller, transport, subscription: &reserve.subscription, key: &key, asked };
    for notice in feed.publications {
        let named = (shortened(&notice.liste), shortened(&notice.version));
        if !notice.is_named() {
            let why = "Le flux l'annonce sous un nom qui ne convient pas.";
            passage.refusees.push((named.0, named.1, why.into()));
            continue;
        }
        if !announced.insert(notice.id.clone()) {
            continue;
        }
        let known = reserve.connues.get(&notice.id);
        if known.is_some_and(|k| k.refus.is_none()) {
            continue;
        }
        match reception.receive(notice, known).await? {
            Recu::Prise => passage.nouvelles.push(named),
            Recu::Refusee(why) => passage.refusees.push((named.0, named.1, why)),
            Recu::Inchangee => {}
        }
    }
    let gone = reserve.connues.keys().filter(|id| !announced.contains(*id)).cloned().collect();
    Ok((passage, gone))
}

/// A name that anybody may have written, short enough to be told.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// What stands at an address, read off the threads that serve pages.
pub(super) async fn fetch(
    transport: &Arc<dyn Transport>,
    address: String,
    longest: u64,
) -> Result<Vec<u8>, TransportError> {
    let transport = Arc::clone(transport);
    let named = address.clone();
    let bytes = tokio::task::spawn_blocking(move || transport.get(&address, longest)).await.unwrap_or_else(
        |error| {
            tracing::error!(%error, "asking a federation failed");
            Err(TransportError::Silent(named.clone()))
        },
    )?;
    within(&named, bytes, longest)
}
