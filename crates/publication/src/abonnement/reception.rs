//! One publication: its signature, its digests, and its loading beside the version in use.

use std::sync::Arc;

use guard::{Caller, GererService, Guard, Purpose, Refusal};
use sha2::{Digest as _, Sha256};
use store::{StoreError, args};
use terminologie::{
    manifest::{self, Manifest, PublicKey},
    read::Limits,
};
use thesaurus::{Delivery, LoadError, MatrixDelivery, Seal};

use super::{
    Abonnement, PullError,
    passage::{Connue, fetch},
};
use crate::{
    flux::Annonce,
    notice::{NOTICE, Notice, Sorte, liste_of},
    transport::{Transport, TransportError},
};

store::statements! {
    TAKE = "insert into publication_recue (abonnement_id, publication_id, sorte, liste, version, recue_le, manifeste, empreinte, refus)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (abonnement_id, publication_id) do update
        set recue_le = excluded.recue_le, manifeste = excluded.manifeste, empreinte = excluded.empreinte, refus = excluded.refus";
}

/// Longest manifest that is read, bytes.
const LONGEST_MANIFEST: u64 = 1 << 20;
/// Longest file that is read, bytes: larger than any list with its workbook.
const LONGEST_FILE: u64 = 64 << 20;
/// What a person reads when the database did not take a publication.
const NOT_KEPT: &str = "La base de données a refusé le chargement. Rien n'a été enregistré.";

/// What came of one publication.
pub(super) enum Recu {
    Prise,
    Refusee(String),
    /// It was refused before and its manifest is the same.
    Inchangee,
}

/// Why a publication was refused.
#[derive(Debug)]
struct Refus {
    why: String,
    /// Whether the same manifest will be refused again: otherwise the next look tries again.
    lasting: bool,
}

impl Refus {
    fn lasting(why: impl Into<String>) -> Self {
        Self { why: why.into(), lasting: true }
    }

    fn passing(why: impl Into<String>) -> Self {
        Self { why: why.into(), lasting: false }
    }
}

impl From<TransportError> for Refus {
    fn from(error: TransportError) -> Self {
        Self::passing(error.to_string())
    }
}

/// A publication whose signature and digests hold.
struct Verified {
    notice: Notice,
    octets: Vec<u8>,
    /// The signed manifest and the key that signed it: kept beside the delivery.
    manifeste: String,
    cle: String,
}

/// What receiving needs.
pub(super) struct Reception<'a> {
    pub(super) guard: &'a Guard,
    pub(super) caller: &'a Caller,
    pub(super) transport: &'a Arc<dyn Transport>,
    pub(super) subscription: &'a Abonnement,
    pub(super) key: &'a PublicKey,
    /// Whether a person asks: what was refused before is looked at again.
    pub(super) asked: bool,
}

impl Reception<'_> {
    /// Receives one publication. What is wrong with it is its own refusal: the others are still received.
    pub(super) async fn receive(
        &self,
        announced: Annonce,
        known: Option<&Connue>,
    ) -> Result<Recu, PullError> {
        let here =
            format!("{}/federation/publications/{}", self.subscription.adresse, encoded(&announced.id));
        let signed = match fetch(self.transport, format!("{here}/manifeste"), LONGEST_MANIFEST).await {
            Ok(signed) => signed,
            Err(error) => return self.keep(announced, known, &[], false, Err(error.into())).await,
        };
        let digest = base::hex(&Sha256::digest(&signed));
        if !self.asked && known.is_some_and(|k| k.empreinte == digest) {
            return Ok(Recu::Inchangee);
        }
        let (authentic, verified) = match manifest::verify(&signed, std::slice::from_ref(self.key)) {
            Ok(manifest) => (true, self.content(&here, &manifest, &announced).await),
            Err(e) => {
                let why = format!("Le manifeste n'est pas authentique\u{a0}: {}", e.sentence());
                (false, Err(Refus::lasting(why)))
            }
        };
        let loaded = match verified {
            Ok((notice, octets)) => {
                let manifeste = String::from_utf8_lossy(&signed).into_owned();
                self.load(Verified { notice, octets, manifeste, cle: self.subscription.cle.clone() }).await?
            }
            Err(refus) => Err(refus),
        };
        self.keep(announced, known, &signed, authentic, loaded).await
    }

    /// Writes down what came of a publication. The bytes of a manifest that is not authentic are nobody's: only their
    /// digest is kept.
    async fn keep(
        &self,
        announced: Annonce,
        known: Option<&Connue>,
        signed: &[u8],
        authentic: bool,
        outcome: Result<(), Refus>,
    ) -> Result<Recu, PullError> {
        let digest = base::hex(&Sha256::digest(signed));
        let (empreinte, why) = match outcome {
            Ok(()) => (digest, None),
            Err(Refus { why, lasting }) => (if lasting { digest } else { String::new() }, Some(why)),
        };
        let same = known.is_some_and(|k| k.refus == why && k.empreinte == empreinte);
        if !same {
            let manifeste = if authentic { signed.to_vec() } else { Vec::new() };
            let (subscription, kept) = (self.subscription.id.clone(), why.clone());
            let object = announced.liste.clone();
            self.guard
                .run::<GererService, _, PullError, _>(
                    self.caller,
                    &object,
                    Purpose::Gestion,
                    move |work, _| {
                        Box::pin(async move {
                            let (now, a) = (work.now(), &announced);
                            let row = args![
                                subscription,
                                &a.id,
                                a.sorte.as_str(),
                                &a.liste,
                                &a.version,
                                now,
                                manifeste,
                                empreinte,
                                kept
                            ];
                            work.tx.execute(TAKE, row).await?;
                            Ok(())
                        })
                    },
                )
                .await?;
        }
        Ok(why.map_or(Recu::Prise, Recu::Refusee))
    }

    /// The notice and the file to load, when their digests are those of the manifest.
    async fn content(
        &self,
        here: &str,
        manifest: &Manifest,
        announced: &Annonce,
    ) -> Result<(Notice, Vec<u8>), Refus> {
        let notice = self.checked(here, manifest, NOTICE).await?;
        let Ok(notice) = serde_json::from_slice::<Notice>(&notice) else {
            return Err(Refus::lasting("La notice de la publication ne se lit pas."));
        };
        if (notice.sorte, &notice.facts.id, &notice.version)
            != (announced.sorte, &announced.liste, &announced.version)
        {
            return Err(Refus::lasting("Le flux annonce autre chose que ce qui est signé."));
        }
        let octets = self.checked(here, manifest, &notice.charger).await?;
        Ok((notice, octets))
    }

    /// A file whose digest is the manifest's.
    async fn checked(&self, here: &str, manifest: &Manifest, name: &str) -> Result<Vec<u8>, Refus> {
        let Some(entry) = manifest.files.iter().find(|f| f.name == name) else {
            return Err(Refus::lasting(format!(
                "Le manifeste ne nomme pas le fichier «\u{a0}{name}\u{a0}»."
            )));
        };
        let address = format!("{here}/fichiers/{}", encoded(name));
        let bytes = fetch(self.transport, address, LONGEST_FILE.min(entry.bytes)).await?;
        if base::hex(&Sha256::digest(&bytes)) == entry.sha256 {
            Ok(bytes)
        } else {
            Err(Refus::lasting(format!("Le fichier «\u{a0}{name}\u{a0}» n'est pas celui qui est signé.")))
        }
    }

    /// Loads a verified publication beside the version in use.
    async fn load(&self, verified: Verified) -> Result<Result<(), Refus>, PullError> {
        let verified = Arc::new(verified);
        let mut read_again = false;
        loop {
            match self.load_once(Arc::clone(&verified)).await {
                Ok(()) => return Ok(Ok(())),
                Err(Loading::Content(refus)) => return Ok(Err(refus)),
                Err(Loading::Refused(r)) => return Err(r.into()),
                // Somebody loaded the same meanwhile: what is there now decides.
                Err(Loading::Store(StoreError::Conflict(_))) if !read_again => read_again = true,
                Err(Loading::Store(error)) => {
                    tracing::error!(%error, "a publication could not be loaded");
                    return Ok(Err(Refus::passing(NOT_KEPT)));
                }
            }
        }
    }

    async fn load_once(&self, verified: Arc<Verified>) -> Result<(), Loading> {
        let object = verified.notice.facts.id.clone();
        self.guard
            .run::<GererService, _, Loading, _>(self.caller, &object, Purpose::Gestion, move |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    let Verified { notice, octets, manifeste, cle } = verified.as_ref();
                    let seal = Seal { manifeste: manifeste.clone(), cle: cle.clone() };
                    match (notice.sorte, &notice.matrice) {
                        (Sorte::Liste, _) => {
                            let delivery = Delivery {
                                activate: false,
                                seal: Some(seal),
                                publiee_le: notice.issued,
                                url: notice.facts.url.clone(),
                                oid: notice.facts.oid.clone(),
                                ..Delivery::new(
                                    liste_of(&notice.facts, notice.nature),
                                    notice.version.clone(),
                                    notice.charger.clone(),
                                    octets.clone(),
                                )
                            };
                            thesaurus::load(&mut work.tx, now, &delivery).await?;
                        }
                        (Sorte::Matrice, Some(matrice)) => {
                            let delivery = MatrixDelivery {
                                facts: notice.facts.clone(),
                                genre: matrice.genre,
                                version: notice.version.clone(),
                                fichier: notice.charger.clone(),
                                metiers: matrice.metiers.clone(),
                                cibles: matrice.cibles.clone(),
                                octets: octets.clone(),
                                depart: false,
                                seal: Some(seal),
                                limits: Limits::default(),
                                activate: false,
                            };
                            thesaurus::load_matrix(&mut work.tx, now, &delivery).await?;
                        }
                        (Sorte::Matrice, None) => {
                            return Err(Loading::Content(Refus::lasting(
                                "La notice ne dit pas à quelles listes la matrice renvoie.",
                            )));
                        }
                    }
                    Ok(())
                })
            })
            .await
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

/// Why nothing was loaded: what it holds, or the program itself.
enum Loading {
    Content(Refus),
    Refused(Refusal),
    Store(StoreError),
}

impl From<LoadError> for Loading {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(e) => Self::Store(e),
            // The list that a matrix refers to may come later.
            LoadError::ListMissing { .. } => Self::Content(Refus::passing(error.sentence())),
            other => Self::Content(Refus::lasting(other.sentence())),
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
