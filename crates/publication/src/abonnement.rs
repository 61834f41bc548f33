//! Taking releases from a federation: verified, loaded beside the version in use, offered before the switch.

use std::sync::Arc;

use base::Instant;
use guard::{Caller, GererService, Guard, Permit, Purpose, Refusal, Work};
use sha2::{Digest as _, Sha256};
use store::{Row, StoreError, Tx, args};
use terminologie::{
    manifest::{self, Manifest, PublicKey},
    read::Limits,
};
use thesaurus::{Delivery, LoadError, MatrixDelivery, Seal};

use crate::{
    flux::{Annonce, FEED, Flux},
    publier::{NOTICE, Notice, Sorte, liste_of},
    transport::{Transport, TransportError, acceptable},
};

store::statements! {
    SUBSCRIBE = "insert into abonnement (id, adresse, cle, cree_le, auteur_id) values ($1, $2, $3, $4, $5)
        on conflict (adresse) do update set cle = excluded.cle, arrete_le = null, erreur = null";
    STOP = "update abonnement set arrete_le = $2 where id = $1 and arrete_le is null";
    EVERY = "select id, adresse, cle, cree_le, vu_le, erreur from abonnement where arrete_le is null order by cree_le, id";
    ONE = "select id, adresse, cle, cree_le, vu_le, erreur from abonnement where id = $1 and arrete_le is null";
    SEEN = "update abonnement set vu_le = $2, erreur = $3 where id = $1";
    TAKEN = "select publication_id from publication_recue where abonnement_id = $1 and refus is null";
    RECEIVED = "select liste, version, sorte, recue_le, refus from publication_recue where abonnement_id = $1 order by recue_le desc, liste, version";
    TAKE = "insert into publication_recue (abonnement_id, publication_id, sorte, liste, version, recue_le, manifeste, refus)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (abonnement_id, publication_id) do update
        set recue_le = excluded.recue_le, manifeste = excluded.manifeste, refus = excluded.refus";
}

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
}

/// A publication as this installation received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recue {
    pub(crate) sorte: String,
    pub(crate) liste: String,
    pub(crate) version: String,
    pub(crate) recue_le: Instant,
    pub(crate) refus: Option<String>,
}

/// What one look at a federation brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// Loaded now, offered, not in use yet: list and version.
    pub nouvelles: Vec<(String, String)>,
    /// Refused: list, version, and why.
    pub refusees: Vec<(String, String, String)>,
}

/// Why a federation was not asked, or its answer not believed. The sentence is for the person.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// There is no such subscription.
    #[error("Cet abonnement n'existe pas ou n'existe plus.")]
    Absent,
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
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PullError> for ui::Fault {
    fn from(error: PullError) -> Self {
        match error {
            PullError::Absent => Self::absent("Cet abonnement"),
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
                recue_le: r.get("recue_le")?,
                refus: r.get("refus")?,
            })
        })
        .collect()
}

/// Looks once at a federation: reads its feed, verifies and loads what is new, each publication in a transaction of
/// its own. Nothing that fails a check is loaded; it is kept with its reason and looked at again next time. The
/// versions in use do not change.
pub async fn passer(
    guard: &Guard,
    caller: &Caller,
    transport: Arc<dyn Transport>,
    id: &str,
) -> Result<Passage, PullError> {
    let mut tx = guard.db().read().await?;
    let subscription =
        tx.one(ONE, args![id]).await?.as_ref().map(read).transpose()?.ok_or(PullError::Absent)?;
    let taken: Vec<String> =
        tx.all(TAKEN, args![id]).await?.iter().map(|r| r.get("publication_id")).collect::<Result<_, _>>()?;
    drop(tx);
    let looked = look(guard, caller, &transport, &subscription, &taken).await;
    let error = looked.as_ref().err().map(ToString::to_string);
    guard
        .run::<GererService, _, PullError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let now = work.now();
                work.tx.execute(SEEN, args![permit.object(), now, error]).await?;
                Ok(())
            })
        })
        .await?;
    looked
}

async fn look(
    guard: &Guard,
    caller: &Caller,
    transport: &Arc<dyn Transport>,
    subscription: &Abonnement,
    taken: &[String],
) -> Result<Passage, PullError> {
    let key: PublicKey = subscription.cle.parse().map_err(|_| PullError::Key)?;
    let feed = fetch(transport, format!("{}{FEED}", subscription.adresse)).await?;
    let feed: Flux =
        serde_json::from_slice(&feed).map_err(|_| PullError::NoFeed(subscription.adresse.clone()))?;
    let mut passage = Passage::default();
    for notice in feed.publications {
        if taken.contains(&notice.id) {
            continue;
        }
        let named = (notice.liste.clone(), notice.version.clone());
        match receive(guard, caller, transport, subscription, &key, notice).await? {
            None => passage.nouvelles.push(named),
            Some(why) => passage.refusees.push((named.0, named.1, why)),
        }
    }
    Ok(passage)
}

async fn fetch(transport: &Arc<dyn Transport>, address: String) -> Result<Vec<u8>, TransportError> {
    let transport = Arc::clone(transport);
    let named = address.clone();
    tokio::task::spawn_blocking(move || transport.get(&address))
        .await
        .unwrap_or_else(|e| Err(TransportError::Silent(named, e.to_string())))
}

/// A publication whose signature and digests hold.
struct Verified {
    notice: Notice,
    octets: Vec<u8>,
    /// The signed manifest and the key that signed it: kept beside the delivery.
    manifeste: String,
    cle: String,
}

/// Receives one publication; gives why it was refused.
async fn receive(
    guard: &Guard,
    caller: &Caller,
    transport: &Arc<dyn Transport>,
    subscription: &Abonnement,
    key: &PublicKey,
    announced: Annonce,
) -> Result<Option<String>, PullError> {
    let here = format!("{}/federation/publications/{}", subscription.adresse, encoded(&announced.id));
    let signed = fetch(transport, format!("{here}/manifeste")).await?;
    let verified = match manifest::verify(&signed, std::slice::from_ref(key)) {
        Ok(manifest) => {
            content(transport, &here, &manifest, &announced).await?.map(|(notice, octets)| Verified {
                notice,
                octets,
                manifeste: String::from_utf8_lossy(&signed).into_owned(),
                cle: subscription.cle.clone(),
            })
        }
        Err(e) => Err(format!("Le manifeste n'est pas authentique\u{a0}: {}", e.sentence())),
    };
    let loaded = match verified {
        Ok(verified) => load(guard, caller, verified).await?,
        Err(why) => Some(why),
    };
    let (kept, subscription) = (loaded.clone(), subscription.id.clone());
    guard
        .run::<GererService, _, PullError, _>(
            caller,
            &announced.liste.clone(),
            Purpose::Gestion,
            move |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    let a = &announced;
                    work.tx
                        .execute(
                            TAKE,
                            args![
                                subscription,
                                &a.id,
                                a.sorte.as_str(),
                                &a.liste,
                                &a.version,
                                now,
                                signed,
                                kept
                            ],
                        )
                        .await?;
                    Ok(())
                })
            },
        )
        .await?;
    Ok(loaded)
}

/// The notice and the file to load, when their digests are those of the manifest.
async fn content(
    transport: &Arc<dyn Transport>,
    here: &str,
    manifest: &Manifest,
    announced: &Annonce,
) -> Result<Result<(Notice, Vec<u8>), String>, TransportError> {
    let notice = match checked(transport, here, manifest, NOTICE).await? {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Err(why)),
    };
    let Ok(notice) = serde_json::from_slice::<Notice>(&notice) else {
        return Ok(Err("La notice de la publication ne se lit pas.".into()));
    };
    if (notice.sorte, &notice.facts.id, &notice.version)
        != (announced.sorte, &announced.liste, &announced.version)
    {
        return Ok(Err("Le flux annonce autre chose que ce qui est signé.".into()));
    }
    let file = notice.charger.clone();
    Ok(checked(transport, here, manifest, &file).await?.map(|octets| (notice, octets)))
}

/// A file whose digest is the manifest's.
async fn checked(
    transport: &Arc<dyn Transport>,
    here: &str,
    manifest: &Manifest,
    name: &str,
) -> Result<Result<Vec<u8>, String>, TransportError> {
    let Some(entry) = manifest.files.iter().find(|f| f.name == name) else {
        return Ok(Err(format!("Le manifeste ne nomme pas le fichier «\u{a0}{name}\u{a0}».")));
    };
    let bytes = fetch(transport, format!("{here}/fichiers/{}", encoded(name))).await?;
    if base::hex(&Sha256::digest(&bytes)) == entry.sha256 {
        Ok(Ok(bytes))
    } else {
        Ok(Err(format!("Le fichier «\u{a0}{name}\u{a0}» n'est pas celui qui est signé.")))
    }
}

fn encoded(text: &str) -> String {
    // Identifiers and names of files are plain; anything else of a feed must not become another path.
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Loads a verified publication beside the version in use; gives why it was refused.
async fn load(guard: &Guard, caller: &Caller, verified: Verified) -> Result<Option<String>, PullError> {
    let Verified { notice, octets, manifeste, cle } = verified;
    let object = notice.facts.id.clone();
    let done = guard
        .run::<GererService, _, Loading, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let now = work.now();
                match (notice.sorte, notice.matrice) {
                    (Sorte::Liste, _) => {
                        let delivery = Delivery {
                            activate: false,
                            seal: Some(Seal { manifeste, signature: cle }),
                            ..Delivery::new(
                                liste_of(&notice.facts, notice.nature),
                                notice.version,
                                notice.charger,
                                octets,
                            )
                        };
                        thesaurus::load(&mut work.tx, now, &delivery).await?;
                    }
                    (Sorte::Matrice, Some(matrice)) => {
                        let delivery = MatrixDelivery {
                            facts: notice.facts,
                            genre: matrice.genre,
                            version: notice.version,
                            fichier: notice.charger,
                            metiers: matrice.metiers,
                            cibles: matrice.cibles,
                            octets,
                            depart: false,
                            limits: Limits::default(),
                            activate: false,
                        };
                        thesaurus::load_matrix(&mut work.tx, now, &delivery).await?;
                    }
                    (Sorte::Matrice, None) => {
                        return Err(Loading::Content(
                            "La notice ne dit pas à quelles listes la matrice renvoie.".into(),
                        ));
                    }
                }
                Ok(())
            })
        })
        .await;
    match done {
        Ok(()) => Ok(None),
        Err(Loading::Content(why)) => Ok(Some(why)),
        Err(Loading::Refused(r)) => Err(r.into()),
        Err(Loading::Store(e)) => Err(e.into()),
    }
}

/// Why nothing was loaded: what it holds, or the program itself.
enum Loading {
    Content(String),
    Refused(Refusal),
    Store(StoreError),
}

impl From<LoadError> for Loading {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(e) => Self::Store(e),
            other => Self::Content(other.sentence()),
        }
    }
}

impl From<Refusal> for Loading {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Loading {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
