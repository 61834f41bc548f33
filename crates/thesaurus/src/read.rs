//! Reading lists, terms and propositions.

use base::{Coded, Date, Instant};
use store::{Row, StoreError, Tx, args};

use crate::{
    Concept, Limits, Liste, LoadReport, Nature, Plausibilite, Proposition, layout::read_list, report::report,
};

store::statements! {
    ACTIVE_VERSION = "select version from livraison where thesaurus_id = $1 and active";
    ACTIVE_VERSIONS = "select thesaurus_id, version from livraison where active order by thesaurus_id";
    LISTS = "select t.id, t.titre, t.nature, t.gestionnaire, t.source, t.licence, l.version, l.fichier, l.sha256,
            l.lignes, l.integrees, l.depart, l.active, l.chargee_le,
            (select count(*) from concept c where c.thesaurus_id = l.thesaurus_id and c.version = l.version) as termes
        from thesaurus t join livraison l on l.thesaurus_id = t.id
        where l.active
        order by case t.nature when 'principale' then 0 when 'complementaire' then 1 else 2 end, t.titre, t.id";
    VERSIONS = "select t.id, t.titre, t.nature, t.gestionnaire, t.source, t.licence, l.version, l.fichier, l.sha256,
            l.lignes, l.integrees, l.depart, l.active, l.chargee_le,
            (select count(*) from concept c where c.thesaurus_id = l.thesaurus_id and c.version = l.version) as termes
        from thesaurus t join livraison l on l.thesaurus_id = t.id
        where t.id = $1
        order by l.chargee_le desc, l.version desc";
    BYTES = "select octets, active from livraison where thesaurus_id = $1 and version = $2";
    CONCEPT = "select thesaurus_id, version, code, label, parent, rang, actif, synonymes, declencheur, remarque
        from concept where thesaurus_id = $1 and version = $2 and code = $3";
    CONCEPTS = "select thesaurus_id, version, code, label, parent, rang, actif, synonymes, declencheur, remarque
        from concept where thesaurus_id = $1 and version = $2 order by rang";
    ROOTS = "select thesaurus_id, version, code, label, parent, rang, actif, synonymes, declencheur, remarque
        from concept where thesaurus_id = $1 and version = $2 and parent is null order by rang";
    CHILDREN = "select thesaurus_id, version, code, label, parent, rang, actif, synonymes, declencheur, remarque
        from concept where thesaurus_id = $1 and version = $2 and parent = $3 order by rang";
    OFFERED = "select c.thesaurus_id as thesaurus, c.version as version, c.code as code, c.label as label
        from concept c join livraison l on l.thesaurus_id = c.thesaurus_id and l.version = c.version
        where l.active and c.actif and c.thesaurus_id = $1 and c.code = $2";
    INACTIVE_SINCE = "select c.code, min(l.chargee_le) as depuis
        from concept c join livraison l on l.thesaurus_id = c.thesaurus_id and l.version = c.version
        where c.thesaurus_id = $1 and not c.actif group by c.code";
    // A cell proposes only what stands in the active version under the label that the matrix was made with: a
    // code used again for something else proposes nothing.
    PROPOSITIONS = "select m.id as matrice, m.version as matrice_version, x.plausibilite, a.declencheur,
            a.thesaurus_id as agent_thesaurus, a.version as agent_version, a.code as agent_code, a.label as agent_label
        from matrice m
        join matrice_cellule x on x.matrice_id = m.id and x.version = m.version
        join concept p on p.thesaurus_id = m.metiers_thesaurus and p.version = m.metiers_version and p.code = x.metier_code
        join concept c on c.thesaurus_id = m.cibles_thesaurus and c.version = m.cibles_version and c.code = x.cible_code
        join livraison l on l.thesaurus_id = m.cibles_thesaurus and l.active
        join concept a on a.thesaurus_id = l.thesaurus_id and a.version = l.version and a.code = c.code
            and a.label = c.label and a.actif
        where m.active and m.genre = 'exposition' and m.metiers_thesaurus = $1 and x.metier_code = $2
            and (m.metiers_version = $3 or p.label = $4)
        order by case x.plausibilite when 'forte' then 0 when 'moyenne' then 1 when 'faible' then 2 else 3 end,
            m.id, x.rang";
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

/// Every version of a list, the latest loaded first.
pub async fn versions(tx: &mut Tx, list: &str) -> Result<Vec<ListSummary>, StoreError> {
    tx.all(VERSIONS, args![list]).await?.iter().map(summary).collect()
}

fn summary(row: &Row) -> Result<ListSummary, StoreError> {
    Ok(ListSummary {
        liste: Liste {
            id: row.get("id")?,
            titre: row.get("titre")?,
            nature: Nature::parse(&row.get::<String>("nature")?),
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

/// The terms right under another, or the roots.
pub async fn children(
    tx: &mut Tx,
    list: &str,
    version: &str,
    parent: Option<&str>,
) -> Result<Vec<Concept>, StoreError> {
    let rows = match parent {
        Some(parent) => tx.all(CHILDREN, args![list, version, parent]).await?,
        None => tx.all(ROOTS, args![list, version]).await?,
    };
    rows.iter().map(read_concept).collect()
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
    let synonyms: String = row.get("synonymes")?;
    Ok(Concept {
        thesaurus: row.get("thesaurus_id")?,
        version: row.get("version")?,
        code: row.get("code")?,
        label: row.get("label")?,
        parent: row.get("parent")?,
        rank: row.get("rang")?,
        active: row.get("actif")?,
        synonyms: serde_json::from_str(&synonyms).map_err(|_| StoreError::Column {
            column: "synonymes".into(),
            expected: "a JSON list of texts",
        })?,
        declencheur: row.get("declencheur")?,
        remarque: row.get("remarque")?,
    })
}

/// The value to record for a code chosen today: in the active version, with its label; `None` when the list has
/// no such code or no longer offers it.
pub async fn coded(tx: &mut Tx, list: &str, code: &str) -> Result<Option<Coded>, StoreError> {
    match tx.one(OFFERED, args![list, code]).await? {
        Some(row) => row.coded(""),
        None => Ok(None),
    }
}

/// The trigger of follow-up that a recorded value carries in the version it was chosen in.
pub async fn declencheur(tx: &mut Tx, value: &Coded) -> Result<Option<String>, StoreError> {
    Ok(concept(tx, &value.thesaurus, &value.version, &value.code).await?.and_then(|c| c.declencheur))
}

/// What the active matrices propose for a trade, the most plausible first. Empty for a trade that no matrix
/// knows.
pub async fn propositions(tx: &mut Tx, metier: &Coded) -> Result<Vec<Proposition>, StoreError> {
    let rows =
        tx.all(PROPOSITIONS, args![&metier.thesaurus, &metier.code, &metier.version, &metier.label]).await?;
    let mut propositions = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(agent) = row.coded("agent_")? else { continue };
        propositions.push(Proposition {
            agent,
            declencheur: row.get("declencheur")?,
            plausibilite: row.get::<Option<String>>("plausibilite")?.as_deref().and_then(Plausibilite::parse),
            matrice: row.get("matrice")?,
            version: row.get("matrice_version")?,
        });
    }
    Ok(propositions)
}

/// Since when each inactive code of a list has been so: the loading of the first version that says it.
pub(crate) async fn inactive_since(tx: &mut Tx, list: &str) -> Result<Vec<(String, Date)>, StoreError> {
    let rows = tx.all(INACTIVE_SINCE, args![list]).await?;
    rows.iter().map(|r| Ok((r.get("code")?, r.get::<Instant>("depuis")?.day()))).collect()
}

/// What became of a delivery, read again from the bytes kept: every refused row with its reason.
pub async fn delivery_report(
    tx: &mut Tx,
    list: &str,
    version: &str,
) -> Result<Option<LoadReport>, StoreError> {
    let Some(row) = tx.one(BYTES, args![list, version]).await? else { return Ok(None) };
    let bytes: Vec<u8> = row.get("octets")?;
    // It was accepted once, perhaps under other limits.
    let limits = Limits { bytes: usize::MAX, rows: usize::MAX, depth: usize::MAX };
    let reading = read_list(&bytes, limits).map_err(|_| StoreError::Column {
        column: "octets".into(),
        expected: "the delivery that was loaded",
    })?;
    Ok(Some(LoadReport {
        already_loaded: true,
        active: row.get("active")?,
        ..report(list, version, &reading)
    }))
}
