//! The tables of requests.

use base::{Coded, Instant};
use guard::{InstruireDemande, LireThesaurus, LireVeille, Permit};
use store::{Row, Select, StoreError, Tx, Value, args};

use crate::{Demande, DemandeId, Etat, Evenement, Geste, Origine, Personne, Sorte, Texte};

/// Columns of a request, in one place for every statement below.
macro_rules! columns {
    () => {
        "d.id, d.sorte, d.thesaurus_id, d.version, d.code, d.label, d.souhait, d.parent_code, d.parent_label, d.raison,
            d.textes, d.origine, d.etat, d.auteur_id, d.auteur_nom, d.auteur_role, d.deposee_le, d.edition"
    };
}

store::statements! {
    DEMANDE = concat!("select ", columns!(), " from demande_evolution d where d.id = $1");
    MIENNES = concat!("select ", columns!(), " from demande_evolution d
        where d.id in (select e.demande_id from demande_evenement e
            where e.auteur_id = $1 and (e.sorte = 'depot' or e.sorte = 'appui'))
        order by d.deposee_le desc, d.id desc limit $2");
    MEMES = concat!("select ", columns!(), " from demande_evolution d
        where d.thesaurus_id = $1 and d.plie = $2 and d.sorte = $3 and coalesce(d.code, '') = $4
        order by d.deposee_le, d.id");
    SAISIES = "select id, thesaurus_id, plie, etat from demande_evolution where sorte = 'nouveau'
        order by deposee_le, id";
    DEPOSER = "insert into demande_evolution (id, sorte, thesaurus_id, version, code, label, souhait, plie, parent_code,
            parent_label, raison, textes, origine, etat, auteur_id, auteur_nom, auteur_role, deposee_le, edition)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0)
        on conflict (thesaurus_id, plie) where origine = 'saisie' do nothing";
    AVANCER = "update demande_evolution set etat = $2, edition = edition + 1 where id = $1 and edition = $3";
    COMPTER = "update demande_evolution set edition = edition + 1 where id = $1";
    EDITION = "select edition from demande_evolution where id = $1";
    EVENEMENTS = "select e.rang, e.sorte, e.motif, e.version, e.code, e.label, e.auteur_id, e.auteur_nom, e.auteur_role, e.le,
            d.thesaurus_id
        from demande_evenement e join demande_evolution d on d.id = e.demande_id
        where e.demande_id = $1 order by e.rang";
    A_EXPORTER = concat!("select ", columns!(), " from demande_evolution d
        where d.sorte = 'incident' or d.etat = 'acceptee' or d.etat = 'livree'
        order by d.thesaurus_id, d.deposee_le, d.id");
    ECRIRE = "insert into demande_evenement (demande_id, rang, sorte, motif, version, code, label, auteur_id, auteur_nom,
            auteur_role, le)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
}

/// Most requests of one person shown at once, latest first.
const MINE: i64 = 200;

/// One request.
pub(crate) async fn demande(tx: &mut Tx, id: &DemandeId) -> Result<Option<Demande>, StoreError> {
    tx.one(DEMANDE, args![id.as_str()]).await?.as_ref().map(read).transpose()
}

/// The requests that a person made or supported, latest first.
pub(crate) async fn miennes(
    tx: &mut Tx,
    _permit: &Permit<LireThesaurus>,
    compte_id: &str,
) -> Result<Vec<Demande>, StoreError> {
    tx.all(MIENNES, args![compte_id, MINE]).await?.iter().map(read).collect()
}

/// Everybody's requests in a state, or those that are not closed; the oldest first, with their number.
pub async fn demandes(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
    etat: Option<Etat>,
    (page, per_page): (i64, i64),
) -> Result<(Vec<Demande>, i64), StoreError> {
    let within = |select: Select| match etat {
        Some(etat) => select.filter("d.etat = {}", args![etat.code()]),
        None => select.filter("d.etat in ('deposee', 'en_instruction', 'acceptee', 'reportee')", Vec::new()),
    };
    let count = Select::new("veille::compte", "select count(*) as n from demande_evolution d");
    let total = within(count).one(tx).await?.map_or(Ok(0), |r| r.get("n"))?;
    let list = Select::new("veille::demandes", concat!("select ", columns!(), " from demande_evolution d"));
    let span = args![per_page, (page.max(1) - 1) * per_page];
    let rows = within(list).tail("order by d.deposee_le, d.id limit {} offset {}", span).all(tx).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// Requests of the same kind for the same thing, the oldest first.
pub(crate) async fn memes(
    tx: &mut Tx,
    sorte: Sorte,
    thesaurus: &str,
    plie: &str,
    code: Option<&str>,
) -> Result<Vec<Demande>, StoreError> {
    let args = args![thesaurus, plie, sorte.code(), code.unwrap_or_default()];
    tx.all(MEMES, args).await?.iter().map(read).collect()
}

/// The new terms asked for already: list, folded words, request, state.
pub(crate) async fn nouveaux(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
) -> Result<Vec<((String, String), (DemandeId, Etat))>, StoreError> {
    tx.all(SAISIES, args![])
        .await?
        .iter()
        .map(|r| {
            let key = (r.get("thesaurus_id")?, r.get("plie")?);
            Ok((key, (DemandeId::new(r.get::<String>("id")?), word(r, "etat", Etat::parse)?)))
        })
        .collect()
}

/// What the editor of a list is told: what was accepted, delivered or not, and every incident (publisher rule E7).
pub(crate) async fn a_exporter(
    tx: &mut Tx,
    _permit: &Permit<InstruireDemande>,
) -> Result<Vec<Demande>, StoreError> {
    tx.all(A_EXPORTER, args![]).await?.iter().map(read).collect()
}

/// The story of a request, from the first step.
pub async fn evenements(tx: &mut Tx, id: &DemandeId) -> Result<Vec<Evenement>, StoreError> {
    tx.all(EVENEMENTS, args![id.as_str()]).await?.iter().map(read_event).collect()
}

/// Adds a request; false when the same texts made one already.
pub(crate) async fn inserer(tx: &mut Tx, d: &Demande) -> Result<bool, StoreError> {
    let textes = serde_json::to_string(&d.textes).unwrap_or_else(|_| "[]".to_owned());
    let row: Vec<Value> = args![
        d.id.as_str(),
        d.sorte.code(),
        &d.thesaurus,
        &d.version,
        d.terme.as_ref().map(|t| t.code.as_str()),
        d.terme.as_ref().map(|t| t.label.as_str()),
        &d.souhait,
        base::fold(&d.souhait),
        d.parent.as_ref().map(|t| t.code.as_str()),
        d.parent.as_ref().map(|t| t.label.as_str()),
        &d.raison,
        textes,
        d.origine.code(),
        d.etat.code(),
        &d.auteur.id,
        &d.auteur.nom,
        &d.auteur.role,
        d.deposee_le,
    ];
    Ok(tx.execute(DEPOSER, row).await? == 1)
}

/// A step about to be written.
pub(crate) struct Pas<'a> {
    pub(crate) geste: Geste,
    pub(crate) motif: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) terme: Option<&'a Coded>,
    pub(crate) auteur: &'a Personne,
    pub(crate) le: Instant,
}

/// Adds a step that leaves the request where it stands.
pub(crate) async fn ajouter(tx: &mut Tx, id: &DemandeId, pas: &Pas<'_>) -> Result<(), StoreError> {
    // The row is held until the end of the transaction: two steps never take the same rank.
    tx.execute(COMPTER, args![id.as_str()]).await?;
    ecrire(tx, id, pas).await
}

/// Takes a step that leads to a state; false when the request moved since `edition` was seen.
pub(crate) async fn avancer(
    tx: &mut Tx,
    _permit: &Permit<InstruireDemande>,
    id: &DemandeId,
    edition: i64,
    etat: Etat,
    pas: &Pas<'_>,
) -> Result<bool, StoreError> {
    if tx.execute(AVANCER, args![id.as_str(), etat.code(), edition]).await? != 1 {
        return Ok(false);
    }
    ecrire(tx, id, pas).await?;
    Ok(true)
}

async fn ecrire(tx: &mut Tx, id: &DemandeId, pas: &Pas<'_>) -> Result<(), StoreError> {
    let rank: i64 = tx.one(EDITION, args![id.as_str()]).await?.map_or(Ok(1), |r| r.get("edition"))?;
    let row = args![
        id.as_str(),
        rank,
        pas.geste.code(),
        pas.motif,
        pas.version,
        pas.terme.map(|t| t.code.as_str()),
        pas.terme.map(|t| t.label.as_str()),
        &pas.auteur.id,
        &pas.auteur.nom,
        &pas.auteur.role,
        pas.le,
    ];
    tx.execute(ECRIRE, row).await.map(|_| ())
}

fn word<T>(r: &Row, column: &str, parse: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(&r.get::<String>(column)?)
        .ok_or_else(|| StoreError::Column { column: column.to_owned(), expected: "a word of the watch" })
}

fn person(r: &Row) -> Result<Personne, StoreError> {
    Ok(Personne { id: r.get("auteur_id")?, nom: r.get("auteur_nom")?, role: r.get("auteur_role")? })
}

/// The term in two columns, seen in a version of a list.
fn term(
    r: &Row,
    (code, label): (&str, &str),
    list: &str,
    version: &str,
) -> Result<Option<Coded>, StoreError> {
    let pair = r.get::<Option<String>>(code)?.zip(r.get::<Option<String>>(label)?);
    Ok(pair.map(|(code, label)| Coded {
        thesaurus: list.to_owned(),
        version: version.to_owned(),
        code,
        label,
    }))
}

fn read(r: &Row) -> Result<Demande, StoreError> {
    let (thesaurus, version): (String, String) = (r.get("thesaurus_id")?, r.get("version")?);
    let textes: String = r.get("textes")?;
    Ok(Demande {
        id: DemandeId::new(r.get::<String>("id")?),
        sorte: word(r, "sorte", Sorte::parse)?,
        terme: term(r, ("code", "label"), &thesaurus, &version)?,
        souhait: r.get("souhait")?,
        parent: term(r, ("parent_code", "parent_label"), &thesaurus, &version)?,
        thesaurus,
        version,
        raison: r.get("raison")?,
        textes: serde_json::from_str::<Vec<Texte>>(&textes)
            .map_err(|_| StoreError::Column { column: "textes".into(), expected: "a JSON list of texts" })?,
        origine: word(r, "origine", Origine::parse)?,
        etat: word(r, "etat", Etat::parse)?,
        auteur: person(r)?,
        deposee_le: r.get("deposee_le")?,
        edition: r.get("edition")?,
    })
}

fn read_event(r: &Row) -> Result<Evenement, StoreError> {
    let (list, version): (String, Option<String>) = (r.get("thesaurus_id")?, r.get("version")?);
    Ok(Evenement {
        rang: r.get("rang")?,
        geste: word(r, "sorte", Geste::parse)?,
        motif: r.get("motif")?,
        terme: term(r, ("code", "label"), &list, version.as_deref().unwrap_or_default())?,
        version,
        auteur: person(r)?,
        le: r.get("le")?,
    })
}
