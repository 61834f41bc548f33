//! The tables of workers.

use std::collections::{BTreeMap, BTreeSet};

use adherents::{Employeur, EtablissementId};
use base::{Date, Instant, Period, fold, words};
use guard::{EcrireIdentite, Permit};
use identite::{Nir, Sexe, StatutIns};
use store::{Row, StoreError, Tx, Value, args};

use crate::{Contrat, NatureContrat, Poste, Salarie, SalarieId};

base::id!(ContratId, "a contract");
base::id!(PosteId, "a post");

store::statements! {
    SALARIE = "select id, nom_naissance, nom_usage, prenoms, sexe, naissance, lieu_code, lieu_label, nir, ins_statut,
            provenance, telephone, courriel, rqth_depuis, pension_depuis, deces
        from salarie where id = $1";
    SAME = "select id, nom_naissance, nom_usage, prenoms, sexe, naissance, lieu_code, lieu_label, nir, ins_statut,
            provenance, telephone, courriel, rqth_depuis, pension_depuis, deces
        from salarie where naissance = $1 order by tri, id";
    BY_NIR = "select id, nom_naissance, nom_usage, prenoms, sexe, naissance, lieu_code, lieu_label, nir, ins_statut,
            provenance, telephone, courriel, rqth_depuis, pension_depuis, deces
        from salarie where nir = $1 order by tri, id";
    CONTRATS = "select id, salarie_id, etablissement_id, nature, du, au from contrat where salarie_id = $1 order by du desc, id";
    POSTES = "select id, contrat_id, salarie_id, intitule, emploi_thesaurus, emploi_version, emploi_code, emploi_label,
            unite, nuit, du, au, suite_de
        from poste where salarie_id = $1 order by du desc, id";
    OF_ETABLISSEMENT = "select s.id, s.nom_naissance, s.nom_usage, s.prenoms, s.sexe, s.naissance, s.lieu_code,
            s.lieu_label, s.nir, s.ins_statut, s.provenance, s.telephone, s.courriel, s.rqth_depuis,
            s.pension_depuis, s.deces
        from salarie s
        where s.id in (select c.salarie_id from contrat c
            where c.etablissement_id = $1 and c.du <= $2 and (c.au is null or c.au > $2))
        order by s.tri, s.id limit $3";
    INTITULES = "select p.salarie_id, p.intitule from poste p join contrat c on c.id = p.contrat_id
        where c.etablissement_id = $1 and p.du <= $2 and (p.au is null or p.au > $2)
        order by p.salarie_id, p.du, p.id";
    VERROUILLER = "update salarie set tri = tri where id = $1";
    CORRIGER = "update salarie set nom_naissance = $2, nom_usage = $3, prenoms = $4, sexe = $5, naissance = $6,
            lieu_code = $7, lieu_label = $8, nir = $9, ins_statut = $10, telephone = $11, courriel = $12,
            rqth_depuis = $13, pension_depuis = $14, tri = $15
        where id = $1";
    OUBLIER_MOTS = "delete from salarie_mot where salarie_id = $1";
    TERMINER_CONTRAT = "update contrat set au = $2 where id = $1 and au is null";
    TERMINER_POSTES = "update poste set au = $2 where contrat_id = $1 and au is null and du < $2";
}

/// A worker about to be added, with the moment.
#[derive(Debug, Clone)]
pub struct NouveauSalarie {
    /// The worker.
    pub salarie: Salarie,
    /// When the file is made.
    pub cree_le: Instant,
}

/// A post with its contract and its employer, as the file shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emploi {
    /// The post.
    pub poste: Poste,
    /// The contract it is held under.
    pub contrat: Contrat,
    /// With whom.
    pub employeur: Employeur,
}

/// One worker.
pub async fn salarie(tx: &mut Tx, id: &SalarieId) -> Result<Option<Salarie>, StoreError> {
    tx.one(SALARIE, args![id.as_str()]).await?.as_ref().map(read_salarie).transpose()
}

/// The worker who is certainly the same person: same NIR, or same birth date, birth name and first first
/// name (folded) when one of the two has no NIR. Likeness short of this is for a person to judge.
pub async fn same_identity(tx: &mut Tx, s: &Salarie) -> Result<Option<Salarie>, StoreError> {
    if let Some(nir) = &s.nir
        && let Some(row) = tx.one(BY_NIR, args![nir.as_str()]).await?
    {
        return read_salarie(&row).map(Some);
    }
    let first = |names: &str| words(names).into_iter().next();
    for row in tx.all(SAME, args![s.naissance]).await? {
        let other = read_salarie(&row)?;
        let same_names = fold(&other.nom_naissance) == fold(&s.nom_naissance)
            && first(&other.prenoms) == first(&s.prenoms);
        if same_names && (other.nir.is_none() || s.nir.is_none()) {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// The contracts of a worker, latest first.
pub async fn contrats(tx: &mut Tx, id: &SalarieId) -> Result<Vec<Contrat>, StoreError> {
    tx.all(CONTRATS, args![id.as_str()]).await?.iter().map(read_contrat).collect()
}

/// The posts of a worker, latest first.
pub async fn postes(tx: &mut Tx, id: &SalarieId) -> Result<Vec<Poste>, StoreError> {
    tx.all(POSTES, args![id.as_str()]).await?.iter().map(read_poste).collect()
}

/// The posts of a worker with their employers, latest first.
pub async fn emplois(tx: &mut Tx, id: &SalarieId) -> Result<Vec<Emploi>, StoreError> {
    let contrats = contrats(tx, id).await?;
    let etablissements: Vec<EtablissementId> = contrats.iter().map(|c| c.etablissement_id.clone()).collect();
    let employeurs = adherents::employeurs(tx, &etablissements).await?;
    let postes = postes(tx, id).await?;
    Ok(postes
        .into_iter()
        .filter_map(|poste| {
            let contrat = contrats.iter().find(|c| c.id == poste.contrat_id)?.clone();
            let employeur = employeurs.get(&contrat.etablissement_id)?.clone();
            Some(Emploi { poste, contrat, employeur })
        })
        .collect())
}

/// The workers of an establishment on a day, by name.
pub async fn of_etablissement(
    tx: &mut Tx,
    id: &EtablissementId,
    day: Date,
    limit: i64,
) -> Result<Vec<Salarie>, StoreError> {
    tx.all(OF_ETABLISSEMENT, args![id.as_str(), day, limit]).await?.iter().map(read_salarie).collect()
}

/// The names of the posts held at an establishment on a day, by worker; the latest post of each.
pub(crate) async fn intitules(
    tx: &mut Tx,
    id: &EtablissementId,
    day: Date,
) -> Result<BTreeMap<SalarieId, String>, StoreError> {
    let rows = tx.all(INTITULES, args![id.as_str(), day]).await?;
    rows.iter().map(|r| Ok((SalarieId::new(r.get::<String>("salarie_id")?), r.get("intitule")?))).collect()
}

/// Ends a contract that has no end yet, and the posts held under it; false when it has one already. `to` is the
/// first day after it.
pub async fn terminer_contrat(tx: &mut Tx, id: &ContratId, to: Date) -> Result<bool, StoreError> {
    let done = tx.execute(TERMINER_CONTRAT, args![id.as_str(), to]).await? == 1;
    if done {
        tx.execute(TERMINER_POSTES, args![id.as_str(), to]).await?;
    }
    Ok(done)
}

/// The text by which workers are sorted: folded name in use, then first names.
fn sort_key(s: &Salarie) -> String {
    fold(&format!("{} {}", s.nom_usage.as_deref().unwrap_or(&s.nom_naissance), s.prenoms))
}

/// Adds workers, one or many, and the words they are found by.
pub async fn insert_salaries(tx: &mut Tx, new: &[NouveauSalarie]) -> Result<(), StoreError> {
    let columns = [
        "id",
        "nom_naissance",
        "nom_usage",
        "prenoms",
        "sexe",
        "naissance",
        "lieu_code",
        "lieu_label",
        "nir",
        "ins_statut",
        "provenance",
        "telephone",
        "courriel",
        "rqth_depuis",
        "pension_depuis",
        "deces",
        "tri",
        "cree_le",
    ];
    let rows: Vec<_> = new
        .iter()
        .map(|n| {
            let s = &n.salarie;
            args![
                s.id.as_str(),
                &s.nom_naissance,
                s.nom_usage.as_ref(),
                &s.prenoms,
                s.sexe.code(),
                s.naissance,
                &s.lieu_code,
                &s.lieu_label,
                s.nir.as_ref().map(Nir::as_str),
                s.ins_statut.code(),
                &s.provenance,
                s.telephone.as_ref(),
                s.courriel.as_ref(),
                s.rqth_depuis,
                s.pension_depuis,
                s.deces,
                sort_key(s),
                n.cree_le,
            ]
        })
        .collect();
    tx.insert_many("salarie", &columns, rows).await?;
    insert_mots(tx, new.iter().flat_map(|n| mots(&n.salarie, &n.salarie.id)).collect()).await
}

/// One row for each word by which a worker is found: all names, folded.
fn mots(s: &Salarie, id: &SalarieId) -> Vec<Vec<Value>> {
    let all = format!("{} {} {}", s.nom_naissance, s.nom_usage.as_deref().unwrap_or_default(), s.prenoms);
    let mots: BTreeSet<String> = words(&all).into_iter().collect();
    let tri = sort_key(s);
    mots.into_iter().map(|mot| args![mot, tri.as_str(), id.as_str()]).collect()
}

async fn insert_mots(tx: &mut Tx, mots: Vec<Vec<Value>>) -> Result<(), StoreError> {
    tx.insert_many("salarie_mot", &["mot", "tri", "salarie_id"], mots).await?;
    Ok(())
}

/// The worker of the permit, whom nobody else corrects until the end of the transaction: what a person saw is
/// compared with it before it is written over.
pub(crate) async fn verrouiller(
    tx: &mut Tx,
    permit: &Permit<EcrireIdentite>,
) -> Result<Option<Salarie>, StoreError> {
    tx.execute(VERROUILLER, args![permit.object()]).await?;
    salarie(tx, &SalarieId::new(permit.object())).await
}

/// Whether this NIR is in the file of somebody else.
pub(crate) async fn nir_d_un_autre(tx: &mut Tx, nir: &Nir, id: &SalarieId) -> Result<bool, StoreError> {
    for row in tx.all(BY_NIR, args![nir.as_str()]).await? {
        if row.get::<String>("id")? != id.as_str() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes the traits, the NIR, the contacts and the declarations of `corrected` over those of the permit's
/// worker, with the words they are found by; false when there is no such file. Where the traits came from, and
/// a death, are left as they are.
///
/// The status of the identity is worked out here and not read from `corrected`: nobody can change a strict trait
/// and keep the status (RNIV).
pub async fn corriger(
    tx: &mut Tx,
    permit: &Permit<EcrireIdentite>,
    corrected: &Salarie,
) -> Result<bool, StoreError> {
    let Some(before) = verrouiller(tx, permit).await? else { return Ok(false) };
    let s = corrected;
    tx.execute(
        CORRIGER,
        args![
            before.id.as_str(),
            &s.nom_naissance,
            s.nom_usage.as_ref(),
            &s.prenoms,
            s.sexe.code(),
            s.naissance,
            &s.lieu_code,
            &s.lieu_label,
            s.nir.as_ref().map(Nir::as_str),
            before.statut_apres(s).code(),
            s.telephone.as_ref(),
            s.courriel.as_ref(),
            s.rqth_depuis,
            s.pension_depuis,
            sort_key(s),
        ],
    )
    .await?;
    tx.execute(OUBLIER_MOTS, args![before.id.as_str()]).await?;
    insert_mots(tx, mots(s, &before.id)).await?;
    Ok(true)
}

/// Adds contracts, one or many.
pub async fn insert_contrats(tx: &mut Tx, new: &[Contrat]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .map(|c| {
            args![
                c.id.as_str(),
                c.salarie_id.as_str(),
                c.etablissement_id.as_str(),
                &c.nature.0,
                c.duree.from(),
                c.duree.to(),
            ]
        })
        .collect();
    tx.insert_many("contrat", &["id", "salarie_id", "etablissement_id", "nature", "du", "au"], rows).await?;
    Ok(())
}

/// Adds posts, one or many.
pub async fn insert_postes(tx: &mut Tx, new: &[Poste]) -> Result<(), StoreError> {
    let columns = [
        "id",
        "contrat_id",
        "salarie_id",
        "intitule",
        "emploi_thesaurus",
        "emploi_version",
        "emploi_code",
        "emploi_label",
        "unite",
        "nuit",
        "du",
        "au",
        "suite_de",
    ];
    let rows: Vec<_> = new
        .iter()
        .map(|p| {
            let mut row: Vec<Value> =
                args![p.id.as_str(), p.contrat_id.as_str(), p.salarie_id.as_str(), &p.intitule];
            row.extend(Value::coded(p.emploi.as_ref()));
            row.extend(args![
                p.unite.as_ref(),
                p.nuit,
                p.duree.from(),
                p.duree.to(),
                p.suite_de.as_ref().map(PosteId::as_str),
            ]);
            row
        })
        .collect();
    tx.insert_many("poste", &columns, rows).await?;
    Ok(())
}

fn corrupt(column: &str, expected: &'static str) -> StoreError {
    StoreError::Column { column: column.to_owned(), expected }
}

fn period(r: &Row, du: &str, au: &str) -> Result<Period, StoreError> {
    Period::new(r.get(du)?, r.get(au)?).map_err(|_| corrupt(au, "a day after the first"))
}

pub(crate) fn read_salarie(r: &Row) -> Result<Salarie, StoreError> {
    let (sexe, statut): (String, String) = (r.get("sexe")?, r.get("ins_statut")?);
    let nir: Option<String> = r.get("nir")?;
    Ok(Salarie {
        id: SalarieId::new(r.get::<String>("id")?),
        nom_naissance: r.get("nom_naissance")?,
        nom_usage: r.get("nom_usage")?,
        prenoms: r.get("prenoms")?,
        sexe: Sexe::parse(&sexe).ok_or_else(|| corrupt("sexe", "a sex"))?,
        naissance: r.get("naissance")?,
        lieu_code: r.get("lieu_code")?,
        lieu_label: r.get("lieu_label")?,
        nir: nir.map(|n| Nir::parse(&n)).transpose().map_err(|_| corrupt("nir", "a NIR"))?,
        ins_statut: StatutIns::parse(&statut).ok_or_else(|| corrupt("ins_statut", "a status"))?,
        provenance: r.get("provenance")?,
        telephone: r.get("telephone")?,
        courriel: r.get("courriel")?,
        rqth_depuis: r.get("rqth_depuis")?,
        pension_depuis: r.get("pension_depuis")?,
        deces: r.get("deces")?,
    })
}

fn read_contrat(r: &Row) -> Result<Contrat, StoreError> {
    Ok(Contrat {
        id: ContratId::new(r.get::<String>("id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        etablissement_id: EtablissementId::new(r.get::<String>("etablissement_id")?),
        nature: NatureContrat(r.get("nature")?),
        duree: period(r, "du", "au")?,
    })
}

fn read_poste(r: &Row) -> Result<Poste, StoreError> {
    Ok(Poste {
        id: PosteId::new(r.get::<String>("id")?),
        contrat_id: ContratId::new(r.get::<String>("contrat_id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        intitule: r.get("intitule")?,
        emploi: r.coded("emploi_")?,
        unite: r.get("unite")?,
        nuit: r.get("nuit")?,
        duree: period(r, "du", "au")?,
        suite_de: r.get::<Option<String>>("suite_de")?.map(PosteId::new),
    })
}
