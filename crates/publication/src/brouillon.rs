//! Drafts: where a release is prepared before anybody sees it.

use base::Instant;
use guard::{Permit, PreparerPublication, Work};
use store::{Row, StoreError, Tx, args};
use terminologie::{Facts, Release, Term};
use thesaurus::Nature;

store::statements! {
    OPEN = "insert into brouillon (id, thesaurus_id, titre, nature, gestionnaire, source, licence, url, oid, base_version, version, etat, cree_le, cree_par, edition)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'ouvert', $12, $13, 1)";
    OPENED = "select id from brouillon where thesaurus_id = $1 and etat = 'ouvert'";
    ONE = "select id, thesaurus_id, titre, nature, gestionnaire, source, licence, url, oid, base_version, version, etat, cree_le, cree_par, edition
        from brouillon where id = $1";
    EVERY = "select id, thesaurus_id, titre, nature, gestionnaire, source, licence, url, oid, base_version, version, etat, cree_le, cree_par, edition
        from brouillon order by case etat when 'ouvert' then 0 else 1 end, cree_le desc, id";
    TERMS = "select terme from brouillon_terme where brouillon_id = $1 order by rang, code";
    CLOSE = "update brouillon set etat = $2, ferme_le = $3, edition = edition + 1 where id = $1 and etat = 'ouvert' and edition = $4";
}

pub(crate) const TERM_COLUMNS: &[&str] = &["brouillon_id", "code", "rang", "terme"];

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Etat {
    /// It can be changed.
    Ouvert,
    /// It became a release.
    Publie,
    /// It was set aside.
    Abandonne,
}

impl Etat {
    fn parse(text: &str) -> Self {
        match text {
            "publie" => Self::Publie,
            "abandonne" => Self::Abandonne,
            _ => Self::Ouvert,
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ouvert => "En préparation",
            Self::Publie => "Publié",
            Self::Abandonne => "Abandonné",
        }
    }
}

/// A release in preparation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brouillon {
    /// Its identifier.
    pub id: String,
    /// The list, as it will be named.
    pub facts: Facts,
    /// Where the list stands among the others.
    pub nature: Nature,
    /// The version it starts from; `None` for a new list.
    pub base: Option<String>,
    /// The version it will become.
    pub version: String,
    /// What became of it.
    pub etat: Etat,
    /// When it was opened.
    pub cree_le: Instant,
    /// By whom.
    pub cree_par: String,
    /// Raised by each change: two people who change the same draft at once are told.
    pub edition: i64,
}

impl Brouillon {
    /// The release as it would be published now.
    pub async fn release(&self, tx: &mut Tx) -> Result<Release, StoreError> {
        let terms = termes(tx, &self.id).await?;
        Ok(Release { facts: self.facts.clone(), version: self.version.clone(), issued: None, terms })
    }
}

/// Why a draft was not changed. The sentence is for the person.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// What was asked cannot be.
    #[error("{0}")]
    Invalid(String),
    /// There is no such draft or term.
    #[error("{0} n'existe pas ou n'existe plus.")]
    Absent(&'static str),
    /// Somebody else changed it meanwhile.
    #[error("Ce brouillon a été modifié entre-temps. Relisez-le, puis recommencez.")]
    Stale,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DraftError> for ui::Fault {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Invalid(sentence) => Self::Invalid(sentence),
            DraftError::Absent(what) => Self::absent(what),
            DraftError::Stale => Self::Stale(DraftError::Stale.to_string()),
            DraftError::Store(e) => Self::Store(e),
        }
    }
}

pub(crate) fn invalid<T>(sentence: impl Into<String>) -> Result<T, DraftError> {
    Err(DraftError::Invalid(sentence.into()))
}

/// Opens a draft of the next version of a list: from the version in use, or empty for a new list. One draft at a
/// time is open for a list.
pub async fn ouvrir(
    work: &mut Work,
    _: &Permit<PreparerPublication>,
    facts: &Facts,
    nature: Nature,
    version: &str,
) -> Result<Brouillon, DraftError> {
    for name in [&facts.id, version] {
        if !terminologie::is_name(name) {
            return invalid(format!(
                "Le nom «\u{a0}{name}\u{a0}» ne convient pas à une liste ou à une version. Employez des lettres sans accent, des chiffres, des points et des tirets, 60\u{a0}signes au plus."
            ));
        }
    }
    if facts.title.trim().is_empty() || facts.manager.trim().is_empty() {
        return invalid("Indiquez le titre de la liste et qui la gère.");
    }
    if facts.url.as_deref().is_some_and(|url| !is_address(url)) {
        return invalid("L'adresse de la liste est incomplète. Elle commence par https://, http:// ou urn:.");
    }
    if facts.oid.as_deref().is_some_and(|oid| !is_oid(oid)) {
        return invalid(
            "L'OID de la liste se compose de nombres séparés par des points, par exemple 1.2.250.1.213.",
        );
    }
    if work.tx.one(OPENED, args![&facts.id]).await?.is_some() {
        return invalid(
            "Un brouillon de cette liste est déjà ouvert. Publiez-le ou abandonnez-le avant d'en ouvrir un autre.",
        );
    }
    let versions = thesaurus::versions(&mut work.tx, &facts.id).await?;
    if versions.iter().any(|v| v.version == version) {
        return invalid(format!(
            "La version {version} de cette liste existe déjà. Une version ne change jamais\u{a0}: donnez un autre nom."
        ));
    }
    let base = versions.into_iter().find(|v| v.active).map(|v| v.version);
    let mut facts = facts.clone();
    let terms = match &base {
        Some(base) => match thesaurus::release(&mut work.tx, &facts.id, base).await? {
            Some(release) => {
                // Where a list stands in the world does not change with its version.
                facts.url = release.facts.url.or(facts.url);
                facts.oid = release.facts.oid.or(facts.oid);
                release.terms
            }
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    let id = work.new_id();
    let (now, who) = (work.now(), work.caller().nom.clone());
    work.tx
        .execute(
            OPEN,
            args![
                &id,
                &facts.id,
                &facts.title,
                nature.as_str(),
                &facts.manager,
                &facts.source,
                &facts.licence,
                facts.url.as_ref(),
                facts.oid.as_ref(),
                base.as_ref(),
                version,
                now,
                who
            ],
        )
        .await?;
    keep_all(&mut work.tx, &id, terms).await?;
    work.journal_change("ouverture d'un brouillon", None, Some(format!("{} {version}", facts.id))).await?;
    brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))
}

fn is_address(url: &str) -> bool {
    let whole = |rest: &str| !rest.is_empty() && !rest.contains(char::is_whitespace);
    ["https://", "http://", "urn:"].iter().any(|start| url.strip_prefix(start).is_some_and(whole))
}

fn is_oid(oid: &str) -> bool {
    oid.contains('.') && oid.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Writes whole terms into a draft that has none. The natures that the base declared belong to its own release.
pub(crate) async fn keep_all(tx: &mut Tx, id: &str, terms: Vec<Term>) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(terms.len());
    for (term, rank) in terms.into_iter().zip(1i64..) {
        let term = Term { nature: None, row: 0, ..term };
        rows.push(args![id, &term.code, rank, written(&term)?]);
    }
    tx.insert_many("brouillon_terme", TERM_COLUMNS, rows).await?;
    Ok(())
}

pub(crate) fn written(term: &Term) -> Result<String, StoreError> {
    serde_json::to_string(term)
        .map_err(|e| StoreError::Unexpected { statement: "publication::terme", source: Box::new(e) })
}

pub(crate) fn read_term(row: &Row) -> Result<Term, StoreError> {
    let text: String = row.get("terme")?;
    serde_json::from_str(&text)
        .map_err(|_| StoreError::Column { column: "terme".into(), expected: "a term written as JSON" })
}

/// A draft.
pub async fn brouillon(tx: &mut Tx, id: &str) -> Result<Option<Brouillon>, StoreError> {
    tx.one(ONE, args![id]).await?.as_ref().map(read).transpose()
}

/// Every draft, those in preparation first.
pub async fn brouillons(tx: &mut Tx) -> Result<Vec<Brouillon>, StoreError> {
    tx.all(EVERY, args![]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Brouillon, StoreError> {
    Ok(Brouillon {
        id: row.get("id")?,
        facts: Facts {
            id: row.get("thesaurus_id")?,
            title: row.get("titre")?,
            manager: row.get("gestionnaire")?,
            source: row.get("source")?,
            licence: row.get("licence")?,
            url: row.get("url")?,
            oid: row.get("oid")?,
        },
        nature: Nature::parse(&row.get::<String>("nature")?).unwrap_or(Nature::Externe),
        base: row.get("base_version")?,
        version: row.get("version")?,
        etat: Etat::parse(&row.get::<String>("etat")?),
        cree_le: row.get("cree_le")?,
        cree_par: row.get("cree_par")?,
        edition: row.get("edition")?,
    })
}

/// The terms of a draft, in their order.
pub async fn termes(tx: &mut Tx, id: &str) -> Result<Vec<Term>, StoreError> {
    tx.all(TERMS, args![id]).await?.iter().map(read_term).collect()
}

/// Sets a draft aside. Its gestures stay readable.
pub async fn abandonner(
    work: &mut Work,
    permit: &Permit<PreparerPublication>,
    edition: i64,
) -> Result<(), DraftError> {
    close(work, permit, "abandonne", edition).await?;
    work.journal_change("abandon d'un brouillon", None, None).await?;
    Ok(())
}

pub(crate) async fn close(
    work: &mut Work,
    permit: &Permit<PreparerPublication>,
    etat: &str,
    edition: i64,
) -> Result<(), DraftError> {
    let now = work.now();
    match work.tx.execute(CLOSE, args![permit.object(), etat, now, edition]).await? {
        1 => Ok(()),
        _ => Err(DraftError::Stale),
    }
}
