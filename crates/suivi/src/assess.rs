//! What is due, computed again at once when a fact changes, and kept for lists.

use std::collections::BTreeMap;

use base::{Date, Instant};
use droit::{Evaluation, FaitImpossible, Metier, Reglages, Regles};
use guard::{LireDossier, Permit};
use organisation::{CentreId, ProfessionnelId};
use salaries::{Contrat, Poste, Salarie, SalarieId};
use store::{StoreError, Tx, args};

use crate::{Exposition, Visite, expositions, facts, tables};

store::statements! {
    ETAT = "select salarie_id, centre_id, categorie, motifs, prochaine_type, prochaine_legale, prochaine_planifiee,
            prochaine_regle, echeances, evalue_le
        from suivi_etat where salarie_id = $1";
    SAVE = "insert into suivi_etat (salarie_id, centre_id, categorie, motifs, prochaine_type, prochaine_legale,
            prochaine_planifiee, prochaine_regle, echeances, evalue_le)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (salarie_id) do update set centre_id = excluded.centre_id, categorie = excluded.categorie,
            motifs = excluded.motifs, prochaine_type = excluded.prochaine_type,
            prochaine_legale = excluded.prochaine_legale, prochaine_planifiee = excluded.prochaine_planifiee,
            prochaine_regle = excluded.prochaine_regle, echeances = excluded.echeances, evalue_le = excluded.evalue_le";
}

/// The follow-up of one worker as lists and figures read it: nothing in it says to what they are exposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etat {
    /// The worker.
    pub salarie_id: SalarieId,
    /// The centre of the establishment of the latest present post.
    pub centre_id: Option<CentreId>,
    /// `SI`, `SIA`, `SIR`, or `-` when no post is held.
    pub categorie: String,
    /// Type of the next visit.
    pub prochaine_type: Option<String>,
    /// Its last legal day.
    pub prochaine_legale: Option<Date>,
    /// The day aimed at.
    pub prochaine_planifiee: Option<Date>,
    /// The binding rule.
    pub prochaine_regle: Option<String>,
    /// The day of the computation.
    pub evalue_le: Instant,
}

/// Computes the follow-up from what is given, without reading anything: for large loads.
pub fn calculer(
    salarie: &Salarie,
    contrats: &[Contrat],
    postes: &[Poste],
    expositions: &[Exposition],
    visites: &[Visite],
    trade_of: impl Fn(&str) -> Metier,
    le: Date,
) -> Result<Evaluation, Vec<FaitImpossible>> {
    let facts = facts::facts(salarie, contrats, postes, expositions, visites, trade_of);
    droit::evaluer(Regles::en_vigueur(), &facts, &Reglages::default(), le)
}

/// The full follow-up of the worker of the permit, with its chains of reasons.
pub async fn evaluation(
    tx: &mut Tx,
    permit: &Permit<LireDossier>,
    le: Date,
) -> Result<Result<Evaluation, Vec<FaitImpossible>>, StoreError> {
    evaluate(tx, &SalarieId::new(permit.object()), le).await.map(|(e, _)| e)
}

pub(crate) async fn evaluate(
    tx: &mut Tx,
    id: &SalarieId,
    le: Date,
) -> Result<(Result<Evaluation, Vec<FaitImpossible>>, Option<CentreId>), StoreError> {
    let Some(salarie) = salaries::salarie(tx, id).await? else {
        let absent = FaitImpossible { champ: "salarie".into(), phrase: "Ce salarié n'existe pas.".into() };
        return Ok((Err(vec![absent]), None));
    };
    let contrats = salaries::contrats(tx, id).await?;
    let postes = salaries::postes(tx, id).await?;
    let expositions = expositions::of_salarie(tx, id.as_str()).await?;
    let visites = tables::of_salarie(tx, id.as_str()).await?;
    let mut trades: BTreeMap<String, Metier> = BTreeMap::new();
    for visite in &visites {
        let key = visite.professionnel_id.as_str();
        if !trades.contains_key(key) {
            let role = organisation::professionnel(tx, &ProfessionnelId::new(key)).await?.map(|p| p.metier);
            trades.insert(key.to_owned(), role.and_then(facts::metier).unwrap_or(Metier::Medecin));
        }
    }
    let trade_of = |id: &str| trades.get(id).copied().unwrap_or(Metier::Medecin);
    let present = postes
        .iter()
        .filter(|p| p.duree.contains(le))
        .max_by_key(|p| p.duree.from())
        .or_else(|| postes.first());
    let etablissement = present
        .and_then(|p| contrats.iter().find(|c| c.id == p.contrat_id))
        .map(|c| c.etablissement_id.clone());
    let centre = match etablissement {
        Some(id) => adherents::etablissement(tx, &id).await?.map(|e| e.centre_id),
        None => None,
    };
    Ok((calculer(&salarie, &contrats, &postes, &expositions, &visites, trade_of, le), centre))
}

/// Computes the follow-up of a worker again and keeps it, in the transaction of the change that calls for it or
/// of the reaction to it.
pub async fn recalculer(tx: &mut Tx, id: &SalarieId, now: Instant) -> Result<(), StoreError> {
    let (evaluation, centre) = evaluate(tx, id, now.day()).await?;
    insert_one(tx, row(id, centre.as_ref(), evaluation.as_ref().ok(), now)).await
}

/// Keeps the follow-up of many workers, computed with [`calculer`].
pub async fn insert_etats(
    tx: &mut Tx,
    etats: &[(SalarieId, Option<CentreId>, Option<Evaluation>)],
    at: Instant,
) -> Result<(), StoreError> {
    let columns = [
        "salarie_id",
        "centre_id",
        "categorie",
        "motifs",
        "prochaine_type",
        "prochaine_legale",
        "prochaine_planifiee",
        "prochaine_regle",
        "echeances",
        "evalue_le",
    ];
    let rows = etats.iter().map(|(id, centre, evaluation)| row(id, centre.as_ref(), evaluation.as_ref(), at));
    tx.insert_many("suivi_etat", &columns, rows).await?;
    Ok(())
}

async fn insert_one(tx: &mut Tx, row: Vec<store::Value>) -> Result<(), StoreError> {
    tx.execute(SAVE, row).await.map(|_| ())
}

fn row(
    id: &SalarieId,
    centre: Option<&CentreId>,
    evaluation: Option<&Evaluation>,
    at: Instant,
) -> Vec<store::Value> {
    let next = evaluation.and_then(|e| e.echeances.first());
    let json = |value: Option<String>| value.unwrap_or_else(|| "[]".to_owned());
    args![
        id.as_str(),
        centre.map(CentreId::as_str),
        evaluation.and_then(|e| e.categorie).map_or("-", droit::Categorie::sigle),
        json(evaluation.and_then(|e| serde_json::to_string(&e.motifs).ok())),
        next.map(|e| e.type_visite.as_str()),
        next.map(|e| e.au_plus_tard),
        next.map(|e| e.planifiee),
        next.and_then(|e| e.raisons.first()).map(|r| r.regle.as_str()),
        json(evaluation.and_then(|e| serde_json::to_string(&e.echeances).ok())),
        at,
    ]
}

/// The follow-up of a worker as it was last computed.
pub async fn etat(tx: &mut Tx, id: &SalarieId) -> Result<Option<Etat>, StoreError> {
    let Some(r) = tx.one(ETAT, args![id.as_str()]).await? else { return Ok(None) };
    Ok(Some(Etat {
        salarie_id: id.clone(),
        centre_id: r.get::<Option<String>>("centre_id")?.map(CentreId::new),
        categorie: r.get("categorie")?,
        prochaine_type: r.get("prochaine_type")?,
        prochaine_legale: r.get("prochaine_legale")?,
        prochaine_planifiee: r.get("prochaine_planifiee")?,
        prochaine_regle: r.get("prochaine_regle")?,
        evalue_le: r.get("evalue_le")?,
    }))
}
