//! Reading matrices, and what they propose.

use base::{Coded, Instant};
use store::{Row, StoreError, Tx, args};
use terminologie::{Cell, Facts, Matrix, MatrixKind, Nature, Plausibility, PossibleProfession, Reference};

use crate::{ActivateError, Proposition, Sceau, matrix::offer};

/// The columns of a summary, in one place for the statements below.
macro_rules! summary_columns {
    () => {
        "m.id, m.version, m.genre, m.metiers_thesaurus, m.metiers_version, m.cibles_thesaurus, m.cibles_version, m.sha256,
            m.titre, m.gestionnaire, m.source, m.licence, m.chargee_le, m.fichier, m.depart, m.active, m.cellules,
            m.possibles, m.manifeste, m.cle"
    };
}
/// The columns of a proposal.
macro_rules! proposal_columns {
    () => {
        "select m.id as matrice, m.version as matrice_version, m.titre, m.genre, x.plausibilite, x.ligne, x.rang,
            a.declencheur, a.risque_particulier, a.risque_vip, a.references_reglementaires,
            a.thesaurus_id as agent_thesaurus, a.version as agent_version, a.code as agent_code, a.label as agent_label,
            p.thesaurus_id as metier_thesaurus, p.version as metier_version, p.code as metier_code, p.label as metier_label "
    };
}
/// How a cell finds its terms. It proposes only what stands in the active version under the label that the matrix was
/// made with: a code used again for something else proposes nothing.
macro_rules! proposal_terms {
    () => {
        "join concept p on p.thesaurus_id = m.metiers_thesaurus and p.version = m.metiers_version and p.code = x.metier_resolu
        join concept c on c.thesaurus_id = m.cibles_thesaurus and c.version = m.cibles_version and c.code = x.cible_resolue
        join livraison l on l.thesaurus_id = m.cibles_thesaurus and l.active
        join concept a on a.thesaurus_id = l.thesaurus_id and a.version = l.version and a.code = c.code
            and a.label = c.label and a.actif "
    };
}
/// The most plausible first.
macro_rules! proposal_order {
    () => {
        "order by m.genre, case x.plausibilite when 'forte' then 0 when 'moyenne' then 1 when 'faible' then 2 else 3 end, m.id,
            x.rang"
    };
}

store::statements! {
    SUMMARIES = concat!("select ", summary_columns!(), " from matrice m order by m.titre, m.id, m.chargee_le desc, m.version desc");
    SUMMARY = concat!("select ", summary_columns!(), " from matrice m where m.id = $1 and m.version = $2");
    UNRESOLVED = "select matrice_id, version, count(*) as n from matrice_cellule
        where metier_resolu is null or cible_resolue is null group by matrice_id, version";
    // Cells that find their terms and propose nothing: the trade or the target has another label in the version in use.
    SILENT = "select count(*) as n from matrice_cellule x
        join matrice m on m.id = x.matrice_id and m.version = x.version
        join concept p on p.thesaurus_id = m.metiers_thesaurus and p.version = m.metiers_version and p.code = x.metier_resolu
        join concept c on c.thesaurus_id = m.cibles_thesaurus and c.version = m.cibles_version and c.code = x.cible_resolue
        left join livraison lp on lp.thesaurus_id = m.metiers_thesaurus and lp.active
        left join concept t on t.thesaurus_id = lp.thesaurus_id and t.version = lp.version and t.code = p.code
            and t.label = p.label
        left join livraison lc on lc.thesaurus_id = m.cibles_thesaurus and lc.active
        left join concept a on a.thesaurus_id = lc.thesaurus_id and a.version = lc.version and a.code = c.code
            and a.label = c.label and a.actif
        where x.matrice_id = $1 and x.version = $2 and (t.code is null or a.code is null)";
    // What the matrices in use propose of a list in its version $2 and would not in its version $3.
    LOST_TARGETS = "select count(*) as n from matrice m
        join matrice_cellule x on x.matrice_id = m.id and x.version = m.version and x.metier_resolu is not null
        join concept c on c.thesaurus_id = m.cibles_thesaurus and c.version = m.cibles_version and c.code = x.cible_resolue
        join concept a on a.thesaurus_id = c.thesaurus_id and a.version = $2 and a.code = c.code and a.label = c.label
            and a.actif
        left join concept b on b.thesaurus_id = c.thesaurus_id and b.version = $3 and b.code = c.code and b.label = c.label
            and b.actif
        where m.active and m.cibles_thesaurus = $1 and b.code is null";
    // The same for a list of trades.
    LOST_TRADES = "select count(*) as n from matrice m
        join matrice_cellule x on x.matrice_id = m.id and x.version = m.version and x.cible_resolue is not null
        join concept p on p.thesaurus_id = m.metiers_thesaurus and p.version = m.metiers_version and p.code = x.metier_resolu
        join concept t on t.thesaurus_id = p.thesaurus_id and t.version = $2 and t.code = p.code and t.label = p.label
        left join concept u on u.thesaurus_id = p.thesaurus_id and u.version = $3 and u.code = p.code and u.label = p.label
        where m.active and m.metiers_thesaurus = $1 and u.code is null";
    BYTES = "select octets from matrice where id = $1 and version = $2";
    CELLS = "select metier_code, metier_label, cible_code, cible_label, plausibilite, nature, ligne
        from matrice_cellule where matrice_id = $1 and version = $2 order by rang";
    POSSIBLE = "select metier_code, metier_label, label, pcs, comet, ligne
        from matrice_metier_possible where matrice_id = $1 and version = $2 order by rang";
    // The worker's own trade.
    PROPOSITIONS = concat!(proposal_columns!(), "from matrice_cellule x
        join matrice m on m.id = x.matrice_id and m.version = x.version ", proposal_terms!(), "
        where x.metier_resolu = $2 and m.active and m.metiers_thesaurus = $1
            and (m.metiers_version = $3 or p.label = $4) ", proposal_order!());
    // The trades whose second tab names the worker's.
    PROCHES = concat!(proposal_columns!(), "from matrice_metier_possible q
        join matrice m on m.id = q.matrice_id and m.version = q.version
        join concept t on t.thesaurus_id = m.metiers_thesaurus and t.version = m.metiers_version and t.code = q.possible_resolu
        join matrice_cellule x on x.matrice_id = q.matrice_id and x.version = q.version and x.metier_resolu = q.metier_resolu ",
        proposal_terms!(), "
        where q.possible_resolu = $2 and m.active and m.metiers_thesaurus = $1
            and (m.metiers_version = $3 or t.label = $4) ", proposal_order!());
}

/// A matrix in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixSummary {
    /// Its identifier, title, manager, source, licence.
    pub facts: Facts,
    /// What it proposes.
    pub kind: MatrixKind,
    /// Its version.
    pub version: String,
    /// The list of trades and the version that it refers to.
    pub metiers: (String, String),
    /// The list of targets and the version that it refers to.
    pub cibles: (String, String),
    /// The file it was read from.
    pub fichier: String,
    /// SHA-256 of that file, in hexadecimal.
    pub sha256: String,
    /// Its cells.
    pub cellules: i64,
    /// Its trades possibly concerned.
    pub possibles: i64,
    /// Cells whose trade or target was not found in its lists: kept, without effect.
    pub non_resolues: i64,
    /// Whether it is one of the product's own.
    pub depart: bool,
    /// Whether it proposes at entry.
    pub active: bool,
    /// When it was loaded; `None` for those loaded before moments were kept.
    pub chargee_le: Option<Instant>,
    /// Who signed the publication it came with; `None` for one that nobody signed.
    pub sceau: Option<Sceau>,
}

/// Every matrix in every version, by title, the latest loaded first.
pub async fn matrices(tx: &mut Tx) -> Result<Vec<MatrixSummary>, StoreError> {
    let mut found = tx.all(SUMMARIES, args![]).await?.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
    for row in tx.all(UNRESOLVED, args![]).await? {
        let (id, version): (String, String) = (row.get("matrice_id")?, row.get("version")?);
        if let Some(m) = found.iter_mut().find(|m| m.facts.id == id && m.version == version) {
            m.non_resolues = row.get("n")?;
        }
    }
    Ok(found)
}

fn summary(row: &Row) -> Result<MatrixSummary, StoreError> {
    Ok(MatrixSummary {
        facts: Facts {
            id: row.get("id")?,
            title: row.get("titre")?,
            manager: row.get("gestionnaire")?,
            source: row.get("source")?,
            licence: row.get("licence")?,
            url: None,
            oid: None,
        },
        kind: kind(row)?,
        version: row.get("version")?,
        metiers: (row.get("metiers_thesaurus")?, row.get("metiers_version")?),
        cibles: (row.get("cibles_thesaurus")?, row.get("cibles_version")?),
        fichier: row.get("fichier")?,
        sha256: row.get("sha256")?,
        cellules: row.get("cellules")?,
        possibles: row.get("possibles")?,
        non_resolues: 0,
        depart: row.get("depart")?,
        active: row.get("active")?,
        chargee_le: Instant::parse(&row.get::<String>("chargee_le")?),
        sceau: Sceau::of(row.get("manifeste")?, row.get("cle")?),
    })
}

/// A whole version of a matrix, as the engine of terminologies knows it; `None` when it was never loaded.
pub async fn matrix(tx: &mut Tx, id: &str, version: &str) -> Result<Option<Matrix>, StoreError> {
    let Some(row) = tx.one(SUMMARY, args![id, version]).await? else { return Ok(None) };
    let summary = summary(&row)?;
    let cells = tx.all(CELLS, args![id, version]).await?;
    let possible = tx.all(POSSIBLE, args![id, version]).await?;
    Ok(Some(Matrix {
        facts: summary.facts,
        kind: summary.kind,
        version: summary.version,
        cells: cells.iter().map(cell).collect::<Result<_, _>>()?,
        possible: possible.iter().map(possible_profession).collect::<Result<_, _>>()?,
    }))
}

/// The identical file of a matrix, as it was delivered, with its name.
pub async fn delivered_matrix(
    tx: &mut Tx,
    id: &str,
    version: &str,
) -> Result<Option<(MatrixSummary, Vec<u8>)>, StoreError> {
    let Some(row) = tx.one(SUMMARY, args![id, version]).await? else { return Ok(None) };
    let octets =
        tx.one(BYTES, args![id, version]).await?.map_or_else(|| Ok(Vec::new()), |r| r.get("octets"))?;
    Ok(Some((summary(&row)?, octets)))
}

/// Lets a version of a matrix propose instead of the one in use, forward as well as back.
pub async fn activate_matrix(tx: &mut Tx, id: &str, version: &str) -> Result<(), ActivateError> {
    if tx.one(SUMMARY, args![id, version]).await?.is_none() {
        return Err(ActivateError::Unknown { id: id.to_owned(), version: version.to_owned() });
    }
    Ok(offer(tx, id, version).await?)
}

/// How many cells of a matrix find their terms and propose nothing today, since a trade or a target has another label,
/// or is no longer offered, in the version in use.
pub(crate) async fn silent(tx: &mut Tx, id: &str, version: &str) -> Result<i64, StoreError> {
    number(tx.one(SILENT, args![id, version]).await?)
}

/// How many proposals of the matrices in use a list would silence, going from one of its versions to another.
pub(crate) async fn lost(tx: &mut Tx, list: &str, from: &str, to: &str) -> Result<i64, StoreError> {
    let targets = number(tx.one(LOST_TARGETS, args![list, from, to]).await?)?;
    Ok(targets + number(tx.one(LOST_TRADES, args![list, from, to]).await?)?)
}

fn number(row: Option<Row>) -> Result<i64, StoreError> {
    row.map_or(Ok(0), |r| r.get("n"))
}

fn kind(row: &Row) -> Result<MatrixKind, StoreError> {
    MatrixKind::parse(&row.get::<String>("genre")?)
        .ok_or(StoreError::Column { column: "genre".into(), expected: "a kind of matrix" })
}

fn reference(row: &Row, code: &str, label: &str) -> Result<Reference, StoreError> {
    Ok(Reference { code: row.get(code)?, label: row.get(label)? })
}

fn line(row: &Row) -> Result<usize, StoreError> {
    Ok(usize::try_from(row.get::<i64>("ligne")?).unwrap_or(0))
}

fn cell(row: &Row) -> Result<Cell, StoreError> {
    Ok(Cell {
        profession: reference(row, "metier_code", "metier_label")?,
        target: reference(row, "cible_code", "cible_label")?,
        plausibility: plausibility(row)?,
        nature: row.get::<Option<String>>("nature")?.as_deref().and_then(Nature::parse),
        row: line(row)?,
    })
}

fn possible_profession(row: &Row) -> Result<PossibleProfession, StoreError> {
    Ok(PossibleProfession {
        profession: reference(row, "metier_code", "metier_label")?,
        label: row.get("label")?,
        pcs: row.get("pcs")?,
        comet: row.get("comet")?,
        row: line(row)?,
    })
}

fn plausibility(row: &Row) -> Result<Option<Plausibility>, StoreError> {
    Ok(row.get::<Option<String>>("plausibilite")?.as_deref().and_then(Plausibility::parse))
}

/// What the active matrices propose for a trade: exposures then tasks, the most plausible first; then, once each, what
/// they propose for the trades that they declare close to it. Empty for a trade that no matrix knows.
pub async fn propositions(tx: &mut Tx, metier: &Coded) -> Result<Vec<Proposition>, StoreError> {
    let asked = || args![&metier.thesaurus, &metier.code, &metier.version, &metier.label];
    let mut propositions: Vec<Proposition> = Vec::new();
    for row in &tx.all(PROPOSITIONS, asked()).await? {
        propositions.extend(proposition(row)?);
    }
    for row in &tx.all(PROCHES, asked()).await? {
        let Some(close) = proposition(row)? else { continue };
        if !propositions.iter().any(|p| p.agent == close.agent) {
            propositions.push(close);
        }
    }
    Ok(propositions)
}

fn proposition(row: &Row) -> Result<Option<Proposition>, StoreError> {
    let (Some(agent), Some(metier)) = (row.coded("agent_")?, row.coded("metier_")?) else { return Ok(None) };
    Ok(Some(Proposition {
        agent,
        genre: kind(row)?,
        declencheur: row.get("declencheur")?,
        risque_particulier: row.get("risque_particulier")?,
        risque_vip: row.get("risque_vip")?,
        references: row.get("references_reglementaires")?,
        plausibilite: plausibility(row)?,
        matrice: row.get("matrice")?,
        titre: row.get("titre")?,
        version: row.get("matrice_version")?,
        metier,
        ligne: row.get("ligne")?,
    }))
}
