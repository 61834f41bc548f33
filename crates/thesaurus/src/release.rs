//! Whole releases: the bytes as delivered, the terms in their order, and which version is offered at entry.

use base::{Date, Instant};
use store::{Row, StoreError, Tx, args};
use terminologie::{Facts, Release, Term};

use crate::{
    terms::{self, term_columns},
    versions,
};

store::statements! {
    FACTS = "select titre, gestionnaire, source, licence, url, oid, publiee_le
        from livraison where thesaurus_id = $1 and version = $2";
    DELIVERED = "select fichier, sha256, octets, disposition, depart, chargee_le, publiee_le, manifeste, cle
        from livraison where thesaurus_id = $1 and version = $2";
    TERMS = concat!("select ", term_columns!(), " from concept where thesaurus_id = $1 and version = $2 order by rang");
    TERM = concat!("select ", term_columns!(), " from concept where thesaurus_id = $1 and version = $2 and code = $3");
    HELD = "select active from livraison where thesaurus_id = $1 and version = $2";
    RETIRE = "update livraison set active = false where thesaurus_id = $1 and active";
    OFFER = "update livraison set active = true where thesaurus_id = $1 and version = $2";
    NAME_LIST = "update thesaurus set
            titre = (select l.titre from livraison l where l.thesaurus_id = $1 and l.version = $2),
            nature = (select l.nature from livraison l where l.thesaurus_id = $1 and l.version = $2),
            gestionnaire = (select l.gestionnaire from livraison l where l.thesaurus_id = $1 and l.version = $2),
            source = (select l.source from livraison l where l.thesaurus_id = $1 and l.version = $2),
            licence = (select l.licence from livraison l where l.thesaurus_id = $1 and l.version = $2)
        where id = $1";
}

/// A delivery exactly as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The name of the file.
    pub fichier: String,
    /// Its bytes.
    pub octets: Vec<u8>,
    /// Their SHA-256, in hexadecimal, as computed when it was loaded.
    pub sha256: String,
    /// The word of the layout it was read with; `None` for deliveries loaded before layouts were kept.
    pub disposition: Option<String>,
    /// Whether it is one of the product's own starter lists.
    pub depart: bool,
    /// When it was loaded.
    pub chargee_le: Instant,
    /// The day its editor issued it, where that is known.
    pub publiee_le: Option<Date>,
    /// The signed manifest of a publication, as it was received.
    pub manifeste: Option<String>,
    /// The public key that it was verified with.
    pub cle: Option<String>,
}

/// Why the version offered at entry was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ActivateError {
    /// Nothing of that name was loaded.
    #[error("version {version} of `{id}` is not loaded")]
    Unknown {
        /// The list.
        id: String,
        /// The version.
        version: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ActivateError {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unknown { id, version } => format!(
                "La version {version} de «\u{a0}{id}\u{a0}» n'est pas chargée. Chargez-la d'abord, ou choisissez une version de la liste."
            ),
            Self::Store(_) => {
                "La base de données a refusé le changement. La version en service reste proposée.".into()
            }
        }
    }
}

/// Offers a version at entry instead of the one in use, forward as well as back. No record is touched: what was coded
/// keeps its version and its label.
pub async fn activate(tx: &mut Tx, list: &str, version: &str) -> Result<(), ActivateError> {
    let Some(row) = tx.one(HELD, args![list, version]).await? else {
        return Err(ActivateError::Unknown { id: list.to_owned(), version: version.to_owned() });
    };
    if !row.get::<bool>("active")? {
        offer(tx, list, version).await?;
    }
    Ok(())
}

/// Makes a version that is loaded the active one.
pub(crate) async fn offer(tx: &mut Tx, list: &str, version: &str) -> Result<(), StoreError> {
    tx.execute(RETIRE, args![list]).await?;
    tx.execute(OFFER, args![list, version]).await?;
    tx.execute(NAME_LIST, args![list, version]).await?;
    Ok(())
}

/// A whole version, as the engine of terminologies knows it; `None` when it was never loaded.
pub async fn release(tx: &mut Tx, list: &str, version: &str) -> Result<Option<Release>, StoreError> {
    let Some(row) = tx.one(FACTS, args![list, version]).await? else { return Ok(None) };
    let terms = tx.all(TERMS, args![list, version]).await?;
    Ok(Some(Release {
        facts: facts(&row, list)?,
        version: version.to_owned(),
        issued: row.get("publiee_le")?,
        terms: terms.iter().map(terms::read).collect::<Result<_, _>>()?,
    }))
}

/// The other versions of a list that its editors delivered, the latest loaded first: what it once held.
pub async fn other_releases(tx: &mut Tx, list: &str, version: &str) -> Result<Vec<Release>, StoreError> {
    let mut others = Vec::new();
    for other in versions(tx, list).await?.into_iter().filter(|v| v.version != version && !v.depart) {
        others.extend(release(tx, list, &other.version).await?);
    }
    Ok(others)
}

/// One term of a version, whole.
pub(crate) async fn term(
    tx: &mut Tx,
    list: &str,
    version: &str,
    code: &str,
) -> Result<Option<Term>, StoreError> {
    tx.one(TERM, args![list, version, code]).await?.as_ref().map(terms::read).transpose()
}

fn facts(row: &Row, id: &str) -> Result<Facts, StoreError> {
    Ok(Facts {
        id: id.to_owned(),
        title: row.get("titre")?,
        manager: row.get("gestionnaire")?,
        source: row.get("source")?,
        licence: row.get("licence")?,
        url: row.get("url")?,
        oid: row.get("oid")?,
    })
}

/// The identical file, as it was delivered; `None` when that version was never loaded.
pub async fn delivered(tx: &mut Tx, list: &str, version: &str) -> Result<Option<Delivered>, StoreError> {
    let Some(row) = tx.one(DELIVERED, args![list, version]).await? else { return Ok(None) };
    Ok(Some(Delivered {
        fichier: row.get("fichier")?,
        octets: row.get("octets")?,
        sha256: row.get("sha256")?,
        disposition: row.get("disposition")?,
        depart: row.get("depart")?,
        chargee_le: row.get("chargee_le")?,
        publiee_le: row.get("publiee_le")?,
        manifeste: row.get("manifeste")?,
        cle: row.get("cle")?,
    }))
}
