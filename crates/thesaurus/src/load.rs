//! Loading a delivery, whole or not at all.

use base::{AUTRE, Date, Instant};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx, args};
use terminologie::read::{self, Layout, Limits, ReadError, Reading};

use crate::{Liste, LoadReport, locales, release::offer, report::report, terms};

store::statements! {
    LOADED = "select sha256, active from livraison where thesaurus_id = $1 and version = $2";
    IN_USE = "select version from livraison where thesaurus_id = $1 and active";
    KEEP_LIST = "insert into thesaurus (id, titre, nature, gestionnaire, source, licence) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do nothing";
    KEEP_DELIVERY = "insert into livraison
        (thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le, titre, nature,
            gestionnaire, source, licence, url, oid, disposition, publiee_le, termes, manifeste, cle, bordereau)
        values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        on conflict (thesaurus_id, version) do nothing";
}

/// A file as its editor delivers it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The list it belongs to.
    pub liste: Liste,
    /// The name of this version (`2027`, `rev2`…).
    pub version: String,
    /// The name of the file.
    pub fichier: String,
    /// Its bytes.
    pub octets: Vec<u8>,
    /// How it is laid out; recognised from the bytes when nothing is said.
    pub disposition: Option<Layout>,
    /// The canonical address of the list; the one that the file announces when nothing is said.
    pub url: Option<String>,
    /// The object identifier of the list; the one that the file announces when nothing is said.
    pub oid: Option<String>,
    /// The day its editor issued it, where that is known.
    pub publiee_le: Option<Date>,
    /// Whether it is one of the product's own starter lists, which give way to any official version.
    pub depart: bool,
    /// Whether this version is offered at entry at once. Otherwise the one in use stays until [`crate::activate`].
    pub activate: bool,
    /// What came with it, when it is a signed publication; whoever loads it has checked the signature.
    pub seal: Option<Seal>,
    /// How much it may hold.
    pub limits: Limits,
}

/// What comes with a signed publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The signed manifest, as it was received: its signatures are inside.
    pub manifeste: String,
    /// The public key that it was verified with, as [`terminologie::manifest::PublicKey`] writes it.
    pub cle: String,
}

impl Delivery {
    /// A delivery offered at entry at once, of an unknown day, within the usual limits.
    pub fn new(
        liste: Liste,
        version: impl Into<String>,
        fichier: impl Into<String>,
        octets: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            liste,
            version: version.into(),
            fichier: fichier.into(),
            octets: octets.into(),
            disposition: None,
            url: None,
            oid: None,
            publiee_le: None,
            depart: false,
            activate: true,
            seal: None,
            limits: Limits::default(),
        }
    }
}

/// Why a delivery was refused whole. The version in use keeps answering.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The identifier of the list or the name of the version cannot stand in an address.
    #[error(
        "`{0}` is no name for a list or a version, or names a page: use letters, digits, dots and hyphens, 60 at most"
    )]
    BadName(String),
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A term bears a code that records keep for something else.
    #[error("line {row}: the code `{code}` is reserved")]
    Reserved {
        /// Its line.
        row: usize,
        /// Its code.
        code: String,
    },
    /// The version exists with other bytes.
    #[error(
        "version {version} of `{id}` is already loaded with another content; a version never changes: give this one another name"
    )]
    VersionTaken {
        /// The list or matrix.
        id: String,
        /// The version.
        version: String,
    },
    /// A matrix refers to a version that is not loaded.
    #[error("version {version} of `{id}`, which the matrix refers to, is not loaded")]
    ListMissing {
        /// The list.
        id: String,
        /// The version.
        version: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LoadError {
    /// What a person reads: what is wrong and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::BadName(name) => format!(
                "Le nom «\u{a0}{name}\u{a0}» ne convient pas à une liste ou à une version, ou désigne déjà une page. Employez des lettres sans accent, des chiffres, des points et des tirets, 60\u{a0}signes au plus."
            ),
            Self::Read(error) => error.sentence(),
            Self::Reserved { row, code } => format!(
                "Ligne\u{a0}{row}, le code «\u{a0}{code}\u{a0}» est réservé à la saisie «\u{a0}autre\u{a0}» et aux valeurs locales. Signalez-le à l'éditeur de la liste."
            ),
            Self::VersionTaken { id, version } => format!(
                "La version {version} de «\u{a0}{id}\u{a0}» est déjà chargée avec un autre contenu. Une version ne change jamais\u{a0}: donnez un autre nom à celle-ci."
            ),
            Self::ListMissing { id, version } => format!(
                "La matrice renvoie à la version {version} de «\u{a0}{id}\u{a0}», qui n'est pas chargée. Chargez d'abord cette liste."
            ),
            Self::Store(_) => "La base de données a refusé le chargement. Rien n'a été enregistré.".into(),
        }
    }
}

/// A delivery that was read and found good, and that changed nothing yet.
#[derive(Debug)]
pub struct Prepared {
    delivery: Delivery,
    layout: Option<Layout>,
    reading: Reading,
    sha256: String,
}

/// Reads and checks a delivery whole, without the database: seconds for the largest ones, to be spent on a thread of
/// their own and outside any transaction. [`keep`] does the rest.
pub fn prepare(delivery: &Delivery) -> Result<Prepared, LoadError> {
    check_list(&delivery.liste.id)?;
    check_name(&delivery.version)?;
    let layout = delivery.disposition.or_else(|| read::detect(&delivery.octets));
    let reading = read::read(&delivery.octets, layout, delivery.limits)?;
    if let Some(term) = reading.terms.iter().find(|t| t.code == AUTRE || locales::is_code(&t.code)) {
        return Err(LoadError::Reserved { row: term.row, code: term.code.clone() });
    }
    let sha256 = sha256(&delivery.octets);
    Ok(Prepared { delivery: delivery.clone(), layout, reading, sha256 })
}

/// Loads a delivery into the caller's transaction: [`prepare`] and [`keep`] together, for callers that may wait.
pub async fn load(tx: &mut Tx, now: Instant, delivery: &Delivery) -> Result<LoadReport, LoadError> {
    keep(tx, now, prepare(delivery)?).await
}

/// Keeps a delivery that was prepared, in the caller's transaction; after an error there is nothing to commit, and
/// the version in use keeps answering.
///
/// The version becomes the one offered at entry when the delivery asks for it, except a starter list where any version
/// is in use: a newer program changes nothing at entry by itself. A delivery of the same bytes again changes nothing,
/// were it loaded by somebody else at the same moment.
pub async fn keep(tx: &mut Tx, now: Instant, prepared: Prepared) -> Result<LoadReport, LoadError> {
    let Prepared { mut delivery, layout, reading, sha256 } = prepared;
    let report = report(&delivery.liste.id, &delivery.version, &reading);
    if let Some(active) = loaded(tx, &delivery, &sha256).await? {
        return Ok(LoadReport { already_loaded: true, active, ..report });
    }
    let octets = std::mem::take(&mut delivery.octets);
    let (id, version, l) = (&delivery.liste.id, &delivery.version, &delivery.liste);
    tx.execute(KEEP_LIST, args![&l.id, &l.titre, l.nature.as_str(), &l.gestionnaire, &l.source, &l.licence])
        .await?;
    let facts = Facts::of(&delivery, layout, &reading, sha256, now);
    let receipt = facts.receipt();
    let kept = tx
        .execute(
            KEEP_DELIVERY,
            args![
                id,
                version,
                &delivery.fichier,
                &facts.sha256,
                octets,
                facts.lignes,
                facts.integrees,
                delivery.depart,
                now,
                &l.titre,
                l.nature.as_str(),
                &l.gestionnaire,
                &l.source,
                &l.licence,
                facts.url.as_ref(),
                facts.oid.as_ref(),
                facts.disposition.as_ref(),
                facts.publiee_le.as_ref(),
                facts.termes,
                facts.manifeste.as_ref(),
                facts.cle.as_ref(),
                receipt,
            ],
        )
        .await?;
    if kept == 0 {
        // Somebody loaded this version since it was looked for: it is there now.
        let active = loaded(tx, &delivery, &facts.sha256).await?.unwrap_or_default();
        return Ok(LoadReport { already_loaded: true, active, ..report });
    }
    let rows = reading.terms.iter().zip(1i64..).map(|(term, rank)| terms::row(id, version, rank, term));
    tx.insert_many("concept", terms::COLUMNS, rows).await?;
    let active = delivery.activate && (!delivery.depart || tx.one(IN_USE, args![id]).await?.is_none());
    if active {
        offer(tx, id, version).await?;
    }
    Ok(LoadReport { active, ..report })
}

/// Whether this version is in use, when it is loaded with these very bytes; `None` when it is not loaded.
async fn loaded(tx: &mut Tx, delivery: &Delivery, sha256: &str) -> Result<Option<bool>, LoadError> {
    let (id, version) = (&delivery.liste.id, &delivery.version);
    let Some(row) = tx.one(LOADED, args![id, version]).await? else { return Ok(None) };
    if row.get::<String>("sha256")? == sha256 {
        Ok(Some(row.get("active")?))
    } else {
        Err(LoadError::VersionTaken { id: id.clone(), version: version.clone() })
    }
}

/// What a delivery says of itself and what became of it: fixed when it is loaded, compared ever after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) fichier: String,
    pub(crate) sha256: String,
    pub(crate) lignes: i64,
    pub(crate) integrees: i64,
    pub(crate) termes: i64,
    pub(crate) depart: bool,
    pub(crate) chargee_le: String,
    pub(crate) titre: String,
    pub(crate) nature: String,
    pub(crate) gestionnaire: String,
    pub(crate) source: String,
    pub(crate) licence: String,
    pub(crate) url: Option<String>,
    pub(crate) oid: Option<String>,
    pub(crate) disposition: Option<String>,
    pub(crate) publiee_le: Option<String>,
    pub(crate) manifeste: Option<String>,
    pub(crate) cle: Option<String>,
}

impl Facts {
    fn of(
        delivery: &Delivery,
        layout: Option<Layout>,
        reading: &Reading,
        sha256: String,
        now: Instant,
    ) -> Self {
        let l = &delivery.liste;
        Self {
            id: l.id.clone(),
            version: delivery.version.clone(),
            fichier: delivery.fichier.clone(),
            sha256,
            lignes: count(reading.rows),
            integrees: count(reading.integrated),
            termes: count(reading.terms.len()),
            depart: delivery.depart,
            chargee_le: now.to_string(),
            titre: l.titre.clone(),
            nature: l.nature.as_str().to_owned(),
            gestionnaire: l.gestionnaire.clone(),
            source: l.source.clone(),
            licence: l.licence.clone(),
            url: delivery.url.clone().or_else(|| reading.announced.url.clone()),
            oid: delivery.oid.clone().or_else(|| reading.announced.oid.clone()),
            disposition: layout.map(|l| l.as_str().to_owned()),
            publiee_le: delivery.publiee_le.map(|d| d.to_string()),
            manifeste: delivery.seal.as_ref().map(|s| s.manifeste.clone()),
            cle: delivery.seal.as_ref().map(|s| s.cle.clone()),
        }
    }

    /// One text of all of them, kept beside the columns.
    fn receipt(&self) -> String {
        // Texts and numbers only: writing them as JSON cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Words that stand in addresses where the name of a list does.
const RESERVED: [&str; 6] = ["matrices", "charger", "charger-matrice", "controle", "verification", "favoris"];

/// Whether a text can name a list: it stands in addresses, beside those of the pages of this room.
pub(crate) fn is_list_name(name: &str) -> bool {
    terminologie::is_name(name) && !RESERVED.contains(&name)
}

fn check_list(name: &str) -> Result<(), LoadError> {
    if is_list_name(name) { Ok(()) } else { Err(LoadError::BadName(name.to_owned())) }
}

pub(crate) fn check_name(name: &str) -> Result<(), LoadError> {
    if terminologie::is_name(name) { Ok(()) } else { Err(LoadError::BadName(name.to_owned())) }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    base::hex(&Sha256::digest(bytes))
}

pub(crate) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_able_to_stand_in_an_address() {
        for good in ["naf", "pcs-ese-2017", "2023.V0.1", "depart-2026"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "..", "a/b", "é", "a b", "-x", &"x".repeat(61)] {
            assert!(matches!(check_name(bad), Err(LoadError::BadName(_))), "{bad}");
        }
        for page in RESERVED {
            assert!(matches!(check_list(page), Err(LoadError::BadName(_))), "{page} is a page");
            assert!(check_name(page).is_ok(), "a version stands elsewhere in addresses");
        }
    }
}
