//! Publishing: files, signature, and the release in use on this very installation.

use base::Instant;
use guard::{Caller, Guard, Permit, PreparerPublication, Purpose, Refusal, Work};
use papers::PaperError;
use sha2::{Digest as _, Sha256};
use store::{Row, StoreError, Tx, args};
use terminologie::{
    Matrix,
    manifest::{self, FileEntry, Manifest},
    write::WriteError,
};
use thesaurus::{Delivery, LoadError, Nature as Rang, Seal};

use crate::{
    Signataire,
    brouillon::{DraftError, Etat, close},
    livrables::{self, Fichier},
    notice::{NOTICE, Notice, NoticeMatrice, Sorte, liste_of},
    validation::{Lecture, off_thread},
};

store::statements! {
    KEEP = "insert into publication (id, sorte, liste, version, base_version, publiee_le, publiee_par, manifeste, cle, fichiers)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    KNOWN = "select id from publication where sorte = $1 and liste = $2 and version = $3";
    EVERY = "select p.id, p.sorte, p.liste, p.version, p.base_version, p.publiee_le, p.publiee_par
        from publication p order by p.publiee_le desc, p.id";
    ONE = "select id, sorte, liste, version, base_version, publiee_le, publiee_par from publication where id = $1";
    MANIFEST = "select manifeste from publication where id = $1";
    FILES = "select nom, sha256, taille from publication_fichier where publication_id = $1 order by rang";
    DIGEST = "select sha256 from publication_fichier where publication_id = $1 and nom = $2";
    FILE = "select octets from publication_fichier where publication_id = $1 and nom = $2";
}

const FILE_COLUMNS: &[&str] = &["publication_id", "rang", "nom", "sha256", "taille", "octets"];

/// Something published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its identifier, which stands in its address.
    pub id: String,
    /// A list or a matrix.
    pub sorte: Sorte,
    /// Which one.
    pub liste: String,
    /// Its version.
    pub version: String,
    /// The version before.
    pub base: Option<String>,
    /// When.
    pub publiee_le: Instant,
    /// By whom.
    pub publiee_par: String,
}

/// Why nothing was published. The sentence is for the person.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The draft does not allow it.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The draft breaks rules.
    #[error("Le brouillon n'est pas publiable\u{a0}: {0}\u{a0}point(s) sont à corriger d'abord.")]
    NotValid(usize),
    /// This installation has no signing key.
    #[error("Cette installation n'a pas de clé de signature. Démarrez-la avec --federation-key.")]
    NoKey,
    /// It is published already.
    #[error("La version {1} de «\u{a0}{0}\u{a0}» est déjà publiée.")]
    Already(String, String),
    /// Nothing of that name is loaded.
    #[error("«\u{a0}{0}\u{a0}» n'est pas chargé dans la version {1}.")]
    Unknown(String, String),
    /// A format cannot hold a term.
    #[error("Un format ne peut pas porter cette version\u{a0}: {}", .0.sentence())]
    Format(#[from] WriteError),
    /// Another version was put in use since the draft was opened.
    #[error(
        "Une autre version de cette liste a été mise en service depuis l'ouverture du brouillon\u{a0}: {0}. Remettez en service la version de départ, ou ouvrez un autre brouillon."
    )]
    Outdated(String),
    /// The file that subscribers load, read again, is not the draft.
    #[error(
        "Le fichier produit, relu, ne redonne pas le brouillon\u{a0}: {0}. Rien n'a été publié\u{a0}: corrigez ce point."
    )]
    ReadBack(String),
    /// The list cannot be printed.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// The release could not be loaded here.
    #[error("{}", .0.sentence())]
    Load(LoadError),
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The program failed.
    #[error("La publication n'a pas abouti et rien n'a été enregistré.")]
    Unexpected(String),
}

impl From<StoreError> for PublishError {
    fn from(error: StoreError) -> Self {
        Self::Draft(DraftError::Store(error))
    }
}

impl From<LoadError> for PublishError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(e) => e.into(),
            other => Self::Load(other),
        }
    }
}

impl From<PublishError> for ui::Fault {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Draft(e) => e.into(),
            PublishError::Refused(r) => Self::Refused(r),
            PublishError::Outdated(_) => Self::Stale(error.to_string()),
            PublishError::Unexpected(e) => Self::Unexpected(e),
            other => Self::Invalid(other.to_string()),
        }
    }
}

/// Publishes a draft: makes its files, signs them, keeps them, and puts the release in use here.
///
/// The files are made before the transaction: paper alone takes seconds, and nobody else should wait. What changed in
/// between is noticed by the draft's edition.
pub async fn publier(
    guard: &Guard,
    caller: &Caller,
    signataire: &Signataire,
    id: &str,
    edition: i64,
) -> Result<Publication, PublishError> {
    let read = guard
        .run::<PreparerPublication, _, PublishError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { Ok(Lecture::of(&mut work.tx, permit.object()).await?) })
        })
        .await?;
    if read.draft.etat != Etat::Ouvert || read.draft.edition != edition {
        return Err(DraftError::Stale.into());
    }
    let draft = read.draft.clone();
    let today = guard.clock().today();
    let files = off_thread(move || files_of(read, today)).await?;
    let notice = Notice {
        sorte: Sorte::Liste,
        facts: draft.facts.clone(),
        version: draft.version.clone(),
        base: draft.base.clone(),
        issued: Some(today),
        nature: draft.nature,
        charger: files[0].0.clone(),
        matrice: None,
    };
    let signed = sign(guard, signataire, &notice, files)?;
    let cle = signataire.cle_publique();
    guard
        .run::<PreparerPublication, _, PublishError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                close(work, permit, "publie", edition).await?;
                // The natures and the map were computed against this very version.
                let active = thesaurus::active_version(&mut work.tx, &notice.facts.id).await?;
                if active != notice.base {
                    return Err(PublishError::Outdated(active.unwrap_or_else(|| "aucune".into())));
                }
                let octets = signed.files[1].1.clone();
                let manifeste = String::from_utf8_lossy(&signed.manifeste).into_owned();
                let publication = keep(work, permit, &notice, signed).await?;
                let delivery = Delivery {
                    publiee_le: notice.issued,
                    url: notice.facts.url.clone(),
                    oid: notice.facts.oid.clone(),
                    seal: Some(Seal { manifeste, cle }),
                    ..Delivery::new(
                        liste_of(&notice.facts, notice.nature),
                        notice.version.clone(),
                        notice.charger.clone(),
                        octets,
                    )
                };
                let now = work.now();
                thesaurus::load(&mut work.tx, now, &delivery).await?;
                Ok(publication)
            })
        })
        .await
}

/// The files of a draft that nothing forbids to publish.
fn files_of(mut read: Lecture, today: base::Date) -> Result<Vec<Fichier>, PublishError> {
    let validation = read.validation();
    if !validation.publiable() {
        return Err(PublishError::NotValid(validation.constats.iter().filter(|c| c.is_error()).count()));
    }
    let pairs = read.pairs(&validation.differences);
    read.declare(&validation.differences);
    read.release.issued = Some(today);
    livrables::of_release(&read.release, read.before.as_ref(), &pairs, today)
}

/// Publishes a matrix that is loaded here, as its two-tab workbook.
pub async fn publier_matrice(
    guard: &Guard,
    caller: &Caller,
    signataire: &Signataire,
    id: &str,
    version: &str,
) -> Result<Publication, PublishError> {
    let (list, wanted) = (id.to_owned(), version.to_owned());
    let (matrix, summary) = guard
        .run::<PreparerPublication, _, PublishError, _>(caller, id, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let unknown = || PublishError::Unknown(list.clone(), wanted.clone());
                let matrix: Matrix =
                    thesaurus::matrix(&mut work.tx, &list, &wanted).await?.ok_or_else(unknown)?;
                let all = thesaurus::matrices(&mut work.tx).await?;
                let summary = all.into_iter().find(|m| m.facts.id == list && m.version == wanted);
                Ok((matrix, summary.ok_or_else(unknown)?))
            })
        })
        .await?;
    let notice_facts = matrix.facts.clone();
    let genre = matrix.kind;
    let files = off_thread(move || livrables::of_matrix(&matrix)).await?;
    let notice = Notice {
        sorte: Sorte::Matrice,
        facts: notice_facts,
        version: version.to_owned(),
        base: None,
        issued: Some(guard.clock().today()),
        nature: Rang::Externe,
        charger: files[0].0.clone(),
        matrice: Some(NoticeMatrice { genre, metiers: summary.metiers, cibles: summary.cibles }),
    };
    let signed = sign(guard, signataire, &notice, files)?;
    guard
        .run::<PreparerPublication, _, PublishError, _>(caller, id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { keep(work, permit, &notice, signed).await })
        })
        .await
}

/// The files of a publication, the notice first, under one signed manifest.
struct Signed {
    id: String,
    manifeste: Vec<u8>,
    cle: String,
    files: Vec<Fichier>,
}

fn sign(
    guard: &Guard,
    signataire: &Signataire,
    notice: &Notice,
    files: Vec<Fichier>,
) -> Result<Signed, PublishError> {
    let written = serde_json::to_vec_pretty(notice).map_err(|e| PublishError::Unexpected(e.to_string()))?;
    let mut all = vec![(NOTICE.to_owned(), written)];
    all.extend(files);
    let manifest = Manifest {
        federation: signataire.nom().to_owned(),
        published: guard.clock().now().to_string(),
        files: all.iter().map(|(name, bytes)| FileEntry::of(name, bytes)).collect(),
    };
    let manifeste = manifest::sign(&manifest, signataire.key());
    Ok(Signed { id: guard.new_id(), manifeste, cle: signataire.cle_publique(), files: all })
}

async fn keep(
    work: &mut Work,
    _: &Permit<PreparerPublication>,
    notice: &Notice,
    signed: Signed,
) -> Result<Publication, PublishError> {
    let (sorte, list, version) = (notice.sorte.as_str(), &notice.facts.id, &notice.version);
    if work.tx.one(KNOWN, args![sorte, list, version]).await?.is_some() {
        return Err(PublishError::Already(list.clone(), version.clone()));
    }
    let (now, who) = (work.now(), work.caller().nom.clone());
    work.tx
        .execute(
            KEEP,
            args![
                &signed.id,
                sorte,
                list,
                version,
                notice.base.as_ref(),
                now,
                &who,
                signed.manifeste.clone(),
                &signed.cle,
                // A publication has a few files: the triggers of the database let exactly so many in.
                i64::try_from(signed.files.len()).unwrap_or(i64::MAX)
            ],
        )
        .await?;
    let rows = signed.files.into_iter().zip(1i64..).map(|((nom, octets), rank)| {
        let size = i64::try_from(octets.len()).unwrap_or(i64::MAX);
        args![&signed.id, rank, nom, base::hex(&Sha256::digest(&octets)), size, octets]
    });
    work.tx.insert_many("publication_fichier", FILE_COLUMNS, rows).await?;
    work.journal_change("publication", None, Some(format!("{sorte} {list} {version}"))).await?;
    Ok(Publication {
        id: signed.id,
        sorte: notice.sorte,
        liste: list.clone(),
        version: version.clone(),
        base: notice.base.clone(),
        publiee_le: now,
        publiee_par: who,
    })
}

/// Everything published here, latest first.
pub async fn publications(tx: &mut Tx) -> Result<Vec<Publication>, StoreError> {
    tx.all(EVERY, args![]).await?.iter().map(read).collect()
}

pub(crate) async fn publication(tx: &mut Tx, id: &str) -> Result<Option<Publication>, StoreError> {
    tx.one(ONE, args![id]).await?.as_ref().map(read).transpose()
}

/// Names, digests and sizes of the files of a publication.
pub(crate) async fn files(tx: &mut Tx, id: &str) -> Result<Vec<(String, String, i64)>, StoreError> {
    tx.all(FILES, args![id])
        .await?
        .iter()
        .map(|r| Ok((r.get("nom")?, r.get("sha256")?, r.get("taille")?)))
        .collect()
}

/// The signed manifest of a publication.
pub(crate) async fn manifeste(tx: &mut Tx, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    tx.one(MANIFEST, args![id]).await?.map(|r| r.get("manifeste")).transpose()
}

/// The SHA-256 of a file, without its bytes.
pub(crate) async fn digest(tx: &mut Tx, id: &str, nom: &str) -> Result<Option<String>, StoreError> {
    tx.one(DIGEST, args![id, nom]).await?.map(|r| r.get("sha256")).transpose()
}

pub(crate) async fn file(tx: &mut Tx, id: &str, nom: &str) -> Result<Option<Vec<u8>>, StoreError> {
    tx.one(FILE, args![id, nom]).await?.map(|r| r.get("octets")).transpose()
}

fn read(row: &Row) -> Result<Publication, StoreError> {
    Ok(Publication {
        id: row.get("id")?,
        sorte: Sorte::parse(&row.get::<String>("sorte")?),
        liste: row.get("liste")?,
        version: row.get("version")?,
        base: row.get("base_version")?,
        publiee_le: row.get("publiee_le")?,
        publiee_par: row.get("publiee_par")?,
    })
}
