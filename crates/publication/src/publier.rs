//! Validating a draft, and publishing: files, signature, and the release in use on this very installation.

use base::Instant;
use guard::{Caller, Guard, Permit, PreparerPublication, Purpose, Refusal, Work};
use papers::PaperError;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Row, StoreError, Tx, args};
use terminologie::{
    Facts, Matrix, MatrixKind, Nature, Release, Term,
    check::{self, Breach},
    diff::{self, Differences},
    manifest::{self, FileEntry, Manifest},
    write::WriteError,
};
use thesaurus::{Delivery, Liste, LoadError, Nature as Rang, Seal};

use crate::{
    Signataire,
    brouillon::{Brouillon, DraftError, Etat, brouillon, close},
    livrables::{self, Fichier},
};

store::statements! {
    KEEP = "insert into publication (id, sorte, liste, version, base_version, publiee_le, publiee_par, manifeste)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    KNOWN = "select id from publication where sorte = $1 and liste = $2 and version = $3";
    EVERY = "select p.id, p.sorte, p.liste, p.version, p.base_version, p.publiee_le, p.publiee_par, p.manifeste
        from publication p order by p.publiee_le desc, p.id";
    ONE = "select id, sorte, liste, version, base_version, publiee_le, publiee_par, manifeste from publication where id = $1";
    FILES = "select nom, sha256, octets from publication_fichier where publication_id = $1 order by rang";
    FILE = "select octets from publication_fichier where publication_id = $1 and nom = $2";
}

const FILE_COLUMNS: &[&str] = &["publication_id", "rang", "nom", "sha256", "octets"];

/// The file that says what a publication is; the manifest holds its digest like any other's.
pub(crate) const NOTICE: &str = "publication.json";

/// Whether a list or a matrix was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sorte {
    /// A list of terms.
    Liste,
    /// A matrix.
    Matrice,
}

impl Sorte {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Liste => "liste",
            Self::Matrice => "matrice",
        }
    }

    fn parse(text: &str) -> Self {
        if text == "matrice" { Self::Matrice } else { Self::Liste }
    }
}

/// What a publication is: what subscribers need to load it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) sorte: Sorte,
    pub(crate) facts: Facts,
    pub(crate) version: String,
    pub(crate) base: Option<String>,
    /// Where the list stands among the others.
    #[serde(default = "externe")]
    pub(crate) nature: Rang,
    /// The file to load.
    pub(crate) charger: String,
    /// For a matrix: what it proposes, and the lists and versions that it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) matrice: Option<NoticeMatrice>,
}

fn externe() -> Rang {
    Rang::Externe
}

/// What a matrix refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeMatrice {
    pub(crate) genre: MatrixKind,
    pub(crate) metiers: (String, String),
    pub(crate) cibles: (String, String),
}

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
    /// The signed manifest.
    pub(crate) manifeste: Vec<u8>,
}

/// What stands between a draft and its publication.
#[derive(Debug, Clone)]
pub struct Validation {
    /// What changed since the version it starts from.
    pub differences: Differences,
    /// What must be mended first, and what deserves a look.
    pub constats: Vec<Breach>,
}

impl Validation {
    /// Whether nothing forbids the publication.
    pub fn publiable(&self) -> bool {
        !self.constats.iter().any(Breach::is_error)
    }
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
    #[error("Un format ne peut pas porter cette version\u{a0}: {0}")]
    Format(#[from] WriteError),
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
        Self::Load(error)
    }
}

impl From<PublishError> for ui::Fault {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Draft(e) => e.into(),
            PublishError::Refused(r) => Self::Refused(r),
            PublishError::Unexpected(e) => Self::Unexpected(e),
            other => Self::Invalid(other.to_string()),
        }
    }
}

/// Compares a draft with the version it starts from and checks its integrity.
pub async fn valider(tx: &mut Tx, draft: &Brouillon) -> Result<Validation, StoreError> {
    let before = base_of(tx, draft).await?;
    let release = draft.release(tx).await?;
    let old = before.as_ref().map_or(&[][..], |r| r.terms.as_slice());
    let differences = diff::diff(old, &release.terms);
    let mut constats = check::integrity(&release, before.as_ref());
    if differences.is_empty() {
        constats.push(Breach::nothing_changed());
    }
    Ok(Validation { differences, constats })
}

async fn base_of(tx: &mut Tx, draft: &Brouillon) -> Result<Option<Release>, StoreError> {
    match &draft.base {
        Some(base) => thesaurus::release(tx, &draft.facts.id, base).await,
        None => Ok(None),
    }
}

/// Writes on each term the nature of what happened to it, for the delivered workbook.
fn declare(terms: &mut [Term], differences: &Differences) {
    for term in terms {
        term.nature = differences.nature_of(&term.code).filter(|n| *n != Nature::Supprime);
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
    let mut tx = guard.db().read().await?;
    let draft = brouillon(&mut tx, id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
    if draft.etat != Etat::Ouvert || draft.edition != edition {
        return Err(DraftError::Stale.into());
    }
    let validation = valider(&mut tx, &draft).await?;
    if !validation.publiable() {
        return Err(PublishError::NotValid(validation.constats.iter().filter(|c| c.is_error()).count()));
    }
    let before = base_of(&mut tx, &draft).await?;
    let mut release = draft.release(&mut tx).await?;
    drop(tx);
    declare(&mut release.terms, &validation.differences);
    let today = guard.clock().today();
    release.issued = Some(today);
    let files = off_thread(move || livrables::of_release(&release, before.as_ref(), today)).await?;
    let notice = Notice {
        sorte: Sorte::Liste,
        facts: draft.facts.clone(),
        version: draft.version.clone(),
        base: draft.base.clone(),
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
                let octets = signed.files[1].1.clone();
                let publication = keep(work, permit, &notice, signed).await?;
                let delivery = Delivery {
                    publiee_le: Some(today),
                    seal: Some(Seal {
                        manifeste: String::from_utf8_lossy(&publication.manifeste).into_owned(),
                        signature: cle,
                    }),
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

/// Publishes a matrix that is loaded here, as its two-tab workbook.
pub async fn publier_matrice(
    guard: &Guard,
    caller: &Caller,
    signataire: &Signataire,
    id: &str,
    version: &str,
) -> Result<Publication, PublishError> {
    let unknown = || PublishError::Unknown(id.to_owned(), version.to_owned());
    let mut tx = guard.db().read().await?;
    let matrix: Matrix = thesaurus::matrix(&mut tx, id, version).await?.ok_or_else(unknown)?;
    let summary = thesaurus::matrices(&mut tx)
        .await?
        .into_iter()
        .find(|m| m.facts.id == id && m.version == version)
        .ok_or_else(unknown)?;
    drop(tx);
    let notice_facts = matrix.facts.clone();
    let genre = matrix.kind;
    let files = off_thread(move || livrables::of_matrix(&matrix)).await?;
    let notice = Notice {
        sorte: Sorte::Matrice,
        facts: notice_facts,
        version: version.to_owned(),
        base: None,
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
    Ok(Signed { id: guard.new_id(), manifeste, files: all })
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
                signed.manifeste.clone()
            ],
        )
        .await?;
    let rows = signed.files.into_iter().zip(1i64..).map(|((nom, octets), rank)| {
        args![&signed.id, rank, nom, base::hex(&Sha256::digest(&octets)), octets]
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
        manifeste: signed.manifeste,
    })
}

async fn off_thread<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, PublishError> + Send + 'static,
) -> Result<T, PublishError> {
    tokio::task::spawn_blocking(job).await.map_err(|e| PublishError::Unexpected(e.to_string()))?
}

/// Everything published here, latest first.
pub async fn publications(tx: &mut Tx) -> Result<Vec<Publication>, StoreError> {
    tx.all(EVERY, args![]).await?.iter().map(read).collect()
}

pub(crate) async fn publication(tx: &mut Tx, id: &str) -> Result<Option<Publication>, StoreError> {
    tx.one(ONE, args![id]).await?.as_ref().map(read).transpose()
}

/// Names, digests and sizes of the files of a publication.
pub(crate) async fn files(tx: &mut Tx, id: &str) -> Result<Vec<(String, String, usize)>, StoreError> {
    tx.all(FILES, args![id])
        .await?
        .iter()
        .map(|r| Ok((r.get("nom")?, r.get("sha256")?, r.get::<Vec<u8>>("octets")?.len())))
        .collect()
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
        manifeste: row.get("manifeste")?,
    })
}

/// The list of a publication, as this installation names it.
pub(crate) fn liste_of(facts: &Facts, nature: Rang) -> Liste {
    Liste {
        id: facts.id.clone(),
        titre: facts.title.clone(),
        nature,
        gestionnaire: facts.manager.clone(),
        source: facts.source.clone(),
        licence: facts.licence.clone(),
    }
}
