//! Loading a delivery, whole or not at all.

use std::fmt::Write as _;

use base::Instant;
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx, args};

use crate::{Limits, Liste, LoadReport, layout::read_list, report::report};

store::statements! {
    LOADED = "select sha256, active from livraison where thesaurus_id = $1 and version = $2";
    OFFICIAL = "select version from livraison where thesaurus_id = $1 and active and not depart";
    KEEP_LIST = "insert into thesaurus (id, titre, nature, gestionnaire, source, licence) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do nothing";
    NAME_LIST = "update thesaurus set titre = $2, nature = $3, gestionnaire = $4, source = $5, licence = $6 where id = $1";
    RETIRE = "update livraison set active = false where thesaurus_id = $1 and active";
    KEEP_DELIVERY = "insert into livraison
        (thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}

const COLUMNS: &[&str] = &[
    "thesaurus_id",
    "version",
    "code",
    "label",
    "parent",
    "rang",
    "actif",
    "synonymes",
    "declencheur",
    "remarque",
];

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
    /// Whether it is one of the product's own starter lists, which give way to any official version.
    pub depart: bool,
    /// How much it may hold.
    pub limits: Limits,
}

/// Why a delivery was refused whole. The version in use keeps answering.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The identifier of the list or the name of the version cannot stand in an address.
    #[error("`{0}` is no name for a list or a version: use letters, digits, dots and hyphens, 60 at most")]
    BadName(String),
    /// Neither UTF-8 nor Windows-1252.
    #[error("line {line}: the file is neither UTF-8 nor Windows-1252 text")]
    NotText {
        /// Line of the first such byte.
        line: usize,
    },
    /// The file is too large.
    #[error("the file has {bytes} bytes, {limit} are accepted")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// What is accepted.
        limit: usize,
    },
    /// The file has too many rows.
    #[error("the file has more than {limit} rows")]
    TooManyRows {
        /// What is accepted.
        limit: usize,
    },
    /// A quotation mark is left open.
    #[error("line {line}: a quotation mark is not closed at the end of its field")]
    OpenQuote {
        /// Where it stands.
        line: usize,
    },
    /// The columns fit no known layout.
    #[error("no known layout has these columns: {}", headers.join(", "))]
    UnknownLayout {
        /// The names found.
        headers: Vec<String>,
    },
    /// No row could be integrated.
    #[error("none of the {rows} rows could be integrated")]
    Nothing {
        /// Rows read.
        rows: usize,
    },
    /// Terms stand above each other in a circle.
    #[error("these codes are each other's parents: {}", codes.join(" > "))]
    Cycle {
        /// The circle.
        codes: Vec<String>,
    },
    /// The tree has too many levels.
    #[error("`{code}` stands deeper than {limit} levels")]
    TooDeep {
        /// A term too deep.
        code: String,
        /// What is accepted.
        limit: usize,
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
                "Le nom «\u{a0}{name}\u{a0}» ne convient pas à une liste ou à une version. Employez des lettres sans accent, des chiffres, des points et des tirets, 60\u{a0}signes au plus."
            ),
            Self::NotText { line } => format!(
                "Ligne\u{a0}{line}, le fichier n'est ni en UTF-8 ni en Windows-1252. Enregistrez-le au format CSV UTF-8."
            ),
            Self::TooLarge { bytes, limit } => {
                format!(
                    "Le fichier pèse {bytes}\u{a0}octets, la limite est de {limit}. Vérifiez qu'il s'agit du bon fichier."
                )
            }
            Self::TooManyRows { limit } => {
                format!(
                    "Le fichier compte plus de {limit}\u{a0}lignes. Vérifiez qu'il s'agit du bon fichier."
                )
            }
            Self::OpenQuote { line } => format!(
                "Ligne\u{a0}{line}, un guillemet n'est pas refermé à la fin de son champ. Corrigez le fichier, puis recommencez."
            ),
            Self::UnknownLayout { headers } => format!(
                "Les colonnes du fichier ne correspondent à aucune disposition connue. Il faut au moins «\u{a0}code\u{a0}» et «\u{a0}libelle\u{a0}». Colonnes trouvées\u{a0}: {}.",
                headers.join(", ")
            ),
            Self::Nothing { rows } => format!(
                "Aucune des {rows}\u{a0}lignes lues ne peut être intégrée. Vérifiez le contenu du fichier."
            ),
            Self::Cycle { codes } => format!(
                "Ces codes sont placés les uns sous les autres en boucle\u{a0}: {}. Corrigez la colonne du terme supérieur.",
                codes.join(", ")
            ),
            Self::TooDeep { code, limit } => {
                format!(
                    "Le terme «\u{a0}{code}\u{a0}» dépasse {limit}\u{a0}niveaux. Vérifiez l'arborescence."
                )
            }
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

/// Loads a delivery into the caller's transaction. It is read and checked whole before the first write; after
/// an error there is nothing to commit.
///
/// The version becomes the one offered at entry, except a starter list where an official version is in use.
pub async fn load(tx: &mut Tx, now: Instant, delivery: &Delivery) -> Result<LoadReport, LoadError> {
    let (id, version) = (&delivery.liste.id, &delivery.version);
    check_name(id)?;
    check_name(version)?;
    let sha256 = sha256(&delivery.octets);
    let loaded = tx.one(LOADED, args![id, version]).await?;
    if let Some(row) = &loaded
        && row.get::<String>("sha256")? != sha256
    {
        return Err(LoadError::VersionTaken { id: id.clone(), version: version.clone() });
    }
    let reading = read_list(&delivery.octets, delivery.limits)?;
    if let Some(row) = loaded {
        return Ok(LoadReport {
            already_loaded: true,
            active: row.get("active")?,
            ..report(id, version, &reading)
        });
    }
    let active = !delivery.depart || tx.one(OFFICIAL, args![id]).await?.is_none();
    let l = &delivery.liste;
    let named = || args![&l.id, &l.titre, l.nature.as_str(), &l.gestionnaire, &l.source, &l.licence];
    tx.execute(KEEP_LIST, named()).await?;
    if active {
        tx.execute(NAME_LIST, named()).await?;
        tx.execute(RETIRE, args![id]).await?;
    }
    tx.execute(
        KEEP_DELIVERY,
        args![
            id,
            version,
            &delivery.fichier,
            sha256,
            delivery.octets.clone(),
            count(reading.rows),
            count(reading.integrated),
            delivery.depart,
            active,
            now,
        ],
    )
    .await?;
    let report = LoadReport { active, ..report(id, version, &reading) };
    let rows = reading.terms.into_iter().zip(1i64..).map(|(term, rank)| {
        args![
            id,
            version,
            term.code,
            term.label,
            term.parent,
            rank,
            term.active,
            serde_json::Value::from(term.synonyms).to_string(),
            term.trigger,
            term.remark,
        ]
    });
    tx.insert_many("concept", COLUMNS, rows).await?;
    Ok(report)
}

pub(crate) fn check_name(name: &str) -> Result<(), LoadError> {
    let fits = (1..=60).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err(LoadError::BadName(name.to_owned())) }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
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
    }
}
