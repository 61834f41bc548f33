//! Reading lists and terms.

use base::{Coded, Date, Instant};
use store::{Row, StoreError, Tx, args};
use terminologie::read::{Layout, Limits, ReadError, Reading, read};

pub(crate) use crate::life::inactive_since;
use crate::{
    Concept, Liste, LoadReport, Nature, locales,
    release::{Delivered, delivered},
    report::report,
    terms::texts,
};

/// The columns of a summary, in one place for the statements below.
macro_rules! summary_columns {
    () => {
        "l.thesaurus_id, l.titre, l.nature, l.gestionnaire, l.source, l.licence, l.version, l.fichier, l.sha256, l.lignes,
            l.integrees, l.termes, l.depart, l.active, l.chargee_le, l.publiee_le, l.manifeste, l.cle"
    };
}
/// The same for a term.
macro_rules! concept_columns {
    () => {
        "thesaurus_id, version, code, label, parent, autres_parents, rang, actif, synonymes, declencheur, remarque,
            risque_particulier, risque_vip"
    };
}

store::statements! {
    ACTIVE_VERSION = "select version from livraison where thesaurus_id = $1 and active";
    ACTIVE_VERSIONS = "select thesaurus_id, version from livraison where active order by thesaurus_id";
    LISTS = concat!("select ", summary_columns!(), " from livraison l where l.active
        order by case l.nature when 'principale' then 0 when 'complementaire' then 1 else 2 end, l.titre, l.thesaurus_id");
    // The latest loaded version of a list that has none in use stands for it.
    WAITING = concat!("select ", summary_columns!(), " from livraison l
        where not exists (select 1 from livraison a where a.thesaurus_id = l.thesaurus_id and a.active)
            and not exists (select 1 from livraison b where b.thesaurus_id = l.thesaurus_id
                and (b.chargee_le > l.chargee_le or (b.chargee_le = l.chargee_le and b.version > l.version)))
        order by l.titre, l.thesaurus_id");
    VERSIONS = concat!("select ", summary_columns!(), " from livraison l where l.thesaurus_id = $1
        order by l.chargee_le desc, l.version desc");
    CONCEPT = concat!("select ", concept_columns!(), " from concept where thesaurus_id = $1 and version = $2 and code = $3");
    CONCEPTS = concat!("select ", concept_columns!(), " from concept where thesaurus_id = $1 and version = $2 order by rang");
    ROOTS = concat!("select ", concept_columns!(), " from concept
        where thesaurus_id = $1 and version = $2 and parent is null order by rang");
    CHILDREN = concat!("select ", concept_columns!(), " from concept
        where thesaurus_id = $1 and version = $2 and parent = $3 order by rang");
    OTHER_CHILDREN = concat!("select ", concept_columns!(), " from concept
        where thesaurus_id = $1 and version = $2 and autres_parents <> '[]' order by rang");
    OFFERED = "select c.thesaurus_id as thesaurus, c.version as version, c.code as code, c.label as label
        from concept c join livraison l on l.thesaurus_id = c.thesaurus_id and l.version = c.version
        where l.active and c.actif and c.thesaurus_id = $1 and c.code = $2";
}

/// A list in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSummary {
    /// The list.
    pub liste: Liste,
    /// The version.
    pub version: String,
    /// The file it was read from.
    pub fichier: String,
    /// SHA-256 of that file, in hexadecimal.
    pub sha256: String,
    /// Rows read.
    pub lignes: i64,
    /// Rows integrated.
    pub integrees: i64,
    /// Terms it holds.
    pub termes: i64,
    /// Whether it is one of the product's own starter lists.
    pub depart: bool,
    /// Whether it is the version offered at entry.
    pub active: bool,
    /// When it was loaded.
    pub chargee_le: Instant,
    /// The day its editor issued it, where that is known.
    pub publiee_le: Option<Date>,
    /// Who signed the publication it came with and with which key; `None` for a delivery that nobody signed.
    pub sceau: Option<Sceau>,
}

/// Who answers for a delivery: its signature was checked when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sceau {
    /// The federation that its manifest names.
    pub federation: String,
    /// The key that signed, as it was kept.
    pub cle: String,
}

impl Sceau {
    pub(crate) fn of(manifest: Option<String>, cle: Option<String>) -> Option<Self> {
        let document: serde_json::Value = serde_json::from_str(&manifest?).unwrap_or_default();
        let federation = document["manifest"]["federation"].as_str().unwrap_or("fédération inconnue");
        Some(Self { federation: federation.to_owned(), cle: cle? })
    }
}

/// The version of a list that is offered at entry.
pub async fn active_version(tx: &mut Tx, list: &str) -> Result<Option<String>, StoreError> {
    tx.one(ACTIVE_VERSION, args![list]).await?.map(|r| r.get("version")).transpose()
}

/// The active version of every list, by identifier.
pub(crate) async fn active_versions(tx: &mut Tx) -> Result<Vec<(String, String)>, StoreError> {
    tx.all(ACTIVE_VERSIONS, args![])
        .await?
        .iter()
        .map(|r| Ok((r.get("thesaurus_id")?, r.get("version")?)))
        .collect()
}

/// Every list in its active version: main series first, then by title.
pub async fn lists(tx: &mut Tx) -> Result<Vec<ListSummary>, StoreError> {
    tx.all(LISTS, args![]).await?.iter().map(summary).collect()
}

/// Every list that was received and never put in use, or is in use no more, in its latest loaded version: by title.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<ListSummary>, StoreError> {
    tx.all(WAITING, args![]).await?.iter().map(summary).collect()
}

/// What a starter list adds to its title.
const STARTER: &str = " (liste de départ)";

/// What is known of a list for its next delivery: what the version in use says, or else the latest loaded. Of a starter
/// list only the title, without saying that it is one, and the nature hold for what its editor delivers.
pub async fn known_facts(tx: &mut Tx, list: &str) -> Result<Option<Liste>, StoreError> {
    let versions = versions(tx, list).await?;
    let Some(known) = versions.iter().find(|v| v.active).or(versions.first()) else { return Ok(None) };
    let liste = known.liste.clone();
    Ok(Some(if known.depart {
        Liste {
            titre: liste.titre.replace(STARTER, ""),
            gestionnaire: String::new(),
            source: String::new(),
            licence: String::new(),
            ..liste
        }
    } else {
        liste
    }))
}

/// Every version of a list, the latest loaded first.
pub async fn versions(tx: &mut Tx, list: &str) -> Result<Vec<ListSummary>, StoreError> {
    tx.all(VERSIONS, args![list]).await?.iter().map(summary).collect()
}

fn summary(row: &Row) -> Result<ListSummary, StoreError> {
    Ok(ListSummary {
        liste: Liste {
            id: row.get("thesaurus_id")?,
            titre: row.get("titre")?,
            nature: Nature::parse(&row.get::<String>("nature")?).unwrap_or(Nature::Externe),
            gestionnaire: row.get("gestionnaire")?,
            source: row.get("source")?,
            licence: row.get("licence")?,
        },
        version: row.get("version")?,
        fichier: row.get("fichier")?,
        sha256: row.get("sha256")?,
        lignes: row.get("lignes")?,
        integrees: row.get("integrees")?,
        termes: row.get("termes")?,
        depart: row.get("depart")?,
        active: row.get("active")?,
        chargee_le: row.get("chargee_le")?,
        publiee_le: row.get("publiee_le")?,
        sceau: Sceau::of(row.get("manifeste")?, row.get("cle")?),
    })
}

/// A term of a version, offered or not.
pub async fn concept(
    tx: &mut Tx,
    list: &str,
    version: &str,
    code: &str,
) -> Result<Option<Concept>, StoreError> {
    tx.one(CONCEPT, args![list, version, code]).await?.as_ref().map(read_concept).transpose()
}

/// All terms of the active version, in the delivered order; those that may no longer be chosen too.
pub async fn concepts(tx: &mut Tx, list: &str) -> Result<Vec<Concept>, StoreError> {
    match active_version(tx, list).await? {
        Some(version) => concepts_of(tx, list, &version).await,
        None => Ok(Vec::new()),
    }
}

pub(crate) async fn concepts_of(tx: &mut Tx, list: &str, version: &str) -> Result<Vec<Concept>, StoreError> {
    tx.all(CONCEPTS, args![list, version]).await?.iter().map(read_concept).collect()
}

/// The terms right under another, or the roots. A term of several parents stands under each of them.
pub async fn children(
    tx: &mut Tx,
    list: &str,
    version: &str,
    parent: Option<&str>,
) -> Result<Vec<Concept>, StoreError> {
    let Some(parent) = parent else {
        return tx.all(ROOTS, args![list, version]).await?.iter().map(read_concept).collect();
    };
    let mut under: Vec<Concept> = tx
        .all(CHILDREN, args![list, version, parent])
        .await?
        .iter()
        .map(read_concept)
        .collect::<Result<_, _>>()?;
    for row in tx.all(OTHER_CHILDREN, args![list, version]).await? {
        let concept = read_concept(&row)?;
        if concept.other_parents.iter().any(|p| p == parent) {
            under.push(concept);
        }
    }
    under.sort_by_key(|c| c.rank);
    Ok(under)
}

/// The terms above another, from the root down, without the term itself.
pub async fn path(tx: &mut Tx, list: &str, version: &str, code: &str) -> Result<Vec<Concept>, StoreError> {
    let mut path: Vec<Concept> = Vec::new();
    let mut place = concept(tx, list, version, code).await?;
    while let Some(parent) = place.and_then(|c| c.parent) {
        // A load refuses cycles and deeper trees.
        if path.len() == Limits::default().depth {
            break;
        }
        place = concept(tx, list, version, &parent).await?;
        path.extend(place.clone());
    }
    path.reverse();
    Ok(path)
}

fn read_concept(row: &Row) -> Result<Concept, StoreError> {
    Ok(Concept {
        thesaurus: row.get("thesaurus_id")?,
        version: row.get("version")?,
        code: row.get("code")?,
        label: row.get("label")?,
        parent: row.get("parent")?,
        other_parents: texts(row, "autres_parents")?,
        rank: row.get("rang")?,
        active: row.get("actif")?,
        synonyms: texts(row, "synonymes")?,
        declencheur: row.get("declencheur")?,
        remarque: row.get("remarque")?,
        risque_particulier: row.get("risque_particulier")?,
        risque_vip: row.get("risque_vip")?,
    })
}

/// The value to record for a code chosen today: in the active version, with its label, or a value of the service's
/// own; `None` when the list has no such code or no longer offers it.
pub async fn coded(tx: &mut Tx, list: &str, code: &str) -> Result<Option<Coded>, StoreError> {
    if locales::is_code(code) {
        return locales::offered(tx, list, code).await;
    }
    match tx.one(OFFERED, args![list, code]).await? {
        Some(row) => row.coded(""),
        None => Ok(None),
    }
}

/// The trigger of follow-up that a recorded value carries in the version it was chosen in.
pub async fn declencheur(tx: &mut Tx, value: &Coded) -> Result<Option<String>, StoreError> {
    Ok(concept(tx, &value.thesaurus, &value.version, &value.code).await?.and_then(|c| c.declencheur))
}

/// What became of a delivery, read again from the bytes kept: every refused row with its reason.
pub async fn delivery_report(
    tx: &mut Tx,
    list: &str,
    version: &str,
) -> Result<Option<LoadReport>, StoreError> {
    let Some(kept) = delivered(tx, list, version).await? else { return Ok(None) };
    let active = active_version(tx, list).await?.as_deref() == Some(version);
    report_of(list, version, active, &kept).map(Some)
}

/// The same from the bytes at hand, without the database: seconds for the largest deliveries.
pub(crate) fn report_of(
    list: &str,
    version: &str,
    active: bool,
    kept: &Delivered,
) -> Result<LoadReport, StoreError> {
    let reading = again(&kept.octets, kept.disposition.as_deref()).map_err(|_| StoreError::Column {
        column: "octets".into(),
        expected: "the delivery that was loaded",
    })?;
    Ok(LoadReport { already_loaded: true, active, ..report(list, version, &reading) })
}

/// Reads again the bytes of a delivery that was accepted once, perhaps under other limits. Those loaded before layouts
/// were kept are delimited text.
pub(crate) fn again(bytes: &[u8], disposition: Option<&str>) -> Result<Reading, ReadError> {
    let layout = disposition.map_or(Some(Layout::Csv), Layout::parse);
    read(bytes, layout, NO_LIMITS)
}

/// For bytes that were accepted once. Far from the largest numbers: readers add to what they count.
pub(crate) const NO_LIMITS: Limits = Limits {
    bytes: usize::MAX / 4,
    decompressed: u64::MAX / 4,
    rows: usize::MAX / 4,
    cells: usize::MAX / 4,
    depth: usize::MAX / 4,
};
