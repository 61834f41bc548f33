//! The jobs held on posts, for whoever watches over the lists: typed for want of a term, replaced, counted.

use base::{AUTRE, Coded, Date};
use guard::{EcrireIdentite, LireVeille, Permit, Work};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, args};

use crate::{EVENEMENT_MODIFIE, Poste, PosteId, SalarieId, insert_postes, postes};

store::statements! {
    AUTRES = "select emploi_thesaurus as thesaurus, emploi_version as version, emploi_label as label, salarie_id, saisi_par,
            count(*) as saisies
        from poste where emploi_code = 'autre'
        group by emploi_thesaurus, emploi_version, emploi_label, salarie_id, saisi_par
        order by emploi_thesaurus, emploi_label, salarie_id, emploi_version, saisi_par";
    // One row per job, whatever the number of posts: the engines gather identifiers much faster than rows travel.
    TENUS = "select emploi_thesaurus, emploi_version, emploi_code, emploi_label,
            string_agg(id || '/' || salarie_id, ',') as postes
        from poste where du <= $1 and (au is null or au > $1) and emploi_code is not null
        group by emploi_thesaurus, emploi_version, emploi_code, emploi_label
        order by emploi_thesaurus, emploi_code, emploi_version, emploi_label";
    SUITES = "select id, suite_de from poste where suite_de is not null order by id";
    SIGNER = "update poste set saisi_par = $2 where id = $1";
    CLORE = "update poste set au = $3
        where id = $1 and salarie_id = $2 and du < $3 and coalesce(au, '') = $4 and (au is null or au > $3)";
}

/// What is announced when a job is typed as "autre" for want of a term: a [`MetierAbsent`]. The watch makes a request
/// of it.
pub const EVENEMENT_METIER_ABSENT: &str = "metier.absent";

/// A job that the list lacks, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetierAbsent {
    /// The value recorded: `autre` and the words typed.
    pub emploi: Coded,
    /// Account of the person who typed it.
    pub auteur_id: String,
    /// Their name on that day.
    pub auteur_nom: String,
    /// Their role on that day.
    pub auteur_role: String,
}

/// A text typed as "autre" in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaisieAutre {
    /// The list that lacked the term, in the version of the day, and the words.
    pub valeur: Coded,
    /// In whose file.
    pub salarie_id: SalarieId,
    /// Account of who typed it, when it is known.
    pub auteur: Option<String>,
    /// In how many records.
    pub saisies: i64,
}

/// A job held on a day, coded or "autre", and the posts held under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetierTenu {
    /// The job, in the version it was recorded in.
    pub emploi: Coded,
    postes: String,
}

impl MetierTenu {
    /// A job held on some posts, each with who holds it: identifiers have neither bars nor commas.
    pub fn new<'a>(emploi: Coded, postes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: Vec<String> = postes.into_iter().map(|(poste, who)| format!("{poste}/{who}")).collect();
        Self { emploi, postes: pairs.join(",") }
    }

    /// Each post held under it, with who holds it.
    pub fn postes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.postes.split(',').filter_map(|pair| pair.split_once('/'))
    }
}

/// Every job typed as "autre", by worker and author.
pub async fn metiers_absents(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
) -> Result<Vec<SaisieAutre>, StoreError> {
    tx.all(AUTRES, args![])
        .await?
        .iter()
        .map(|r| {
            Ok(SaisieAutre {
                valeur: Coded {
                    thesaurus: r.get("thesaurus")?,
                    version: r.get("version")?,
                    code: AUTRE.to_owned(),
                    label: r.get("label")?,
                },
                salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
                auteur: r.get("saisi_par")?,
                saisies: r.get("saisies")?,
            })
        })
        .collect()
}

/// Every job held on a day, with its posts.
pub async fn metiers_tenus(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
    le: Date,
) -> Result<Vec<MetierTenu>, StoreError> {
    let mut held = Vec::new();
    for row in tx.all(TENUS, args![le]).await? {
        if let Some(emploi) = row.coded("emploi_")? {
            held.push(MetierTenu { emploi, postes: row.get("postes")? });
        }
    }
    Ok(held)
}

/// The posts that go on others under a replaced code, as (post, post before it): facts tied to the second are facts of
/// the first.
pub async fn suites_de_postes(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
) -> Result<Vec<(PosteId, PosteId)>, StoreError> {
    let id = |text: String| PosteId::new(text);
    tx.all(SUITES, args![])
        .await?
        .iter()
        .map(|r| Ok((r.get("id").map(id)?, r.get("suite_de").map(id)?)))
        .collect()
}

/// Notes who typed the job of a post and, when the list lacked it, tells the watch.
pub(crate) async fn noter_saisie(work: &mut Work, poste: &Poste) -> Result<(), StoreError> {
    let caller = work.caller().clone();
    work.tx.execute(SIGNER, args![poste.id.as_str(), &caller.compte_id]).await?;
    let Some(emploi) = poste.emploi.clone().filter(Coded::is_autre) else { return Ok(()) };
    let said = MetierAbsent {
        emploi,
        auteur_id: caller.compte_id,
        auteur_nom: caller.nom,
        auteur_role: caller.role.as_str().to_owned(),
    };
    // Plain texts always serialise.
    let charge = serde_json::to_string(&said).unwrap_or_default();
    work.announce(EVENEMENT_METIER_ABSENT, &charge).await
}

/// Ends a post of the permit's worker and lets it go on under another job from `le` on, everything else unchanged; `None`
/// when the post changed since it was seen, or does not hold that day. `seen` is the end that the person saw.
pub(crate) async fn remplacer_metier(
    work: &mut Work,
    permit: &Permit<EcrireIdentite>,
    before: &Poste,
    seen: &str,
    emploi: Coded,
    le: Date,
) -> Result<Option<Poste>, StoreError> {
    let closed = work.tx.execute(CLORE, args![before.id.as_str(), permit.object(), le, seen]).await?;
    // The period of the former post contains that day, or nothing was closed.
    let (1, Ok(duree)) = (closed, base::Period::new(le, before.duree.to())) else { return Ok(None) };
    let next = Poste {
        id: PosteId::new(work.new_id()),
        emploi: Some(emploi),
        duree,
        suite_de: Some(before.id.clone()),
        ..before.clone()
    };
    insert_postes(&mut work.tx, std::slice::from_ref(&next)).await?;
    noter_saisie(work, &next).await?;
    work.announce(EVENEMENT_MODIFIE, permit.object()).await?;
    Ok(Some(next))
}

/// One post of a worker.
pub(crate) async fn poste(tx: &mut Tx, salarie: &SalarieId, id: &str) -> Result<Option<Poste>, StoreError> {
    Ok(postes(tx, salarie).await?.into_iter().find(|p| p.id.as_str() == id))
}
