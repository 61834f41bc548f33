//! Signing a visit: who may, what comes next, and everything in one transaction.

use base::{Date, date_numeric};
use droit::{Categorie, Echeance, Reglages, Regles, RoleVisite, Verdict};
use guard::{Permit, SignerVisite, Work};
use salaries::SalarieId;
use store::StoreError;

use crate::{Conclusion, EtatVisite, Visite, VisiteId, assess, facts, tables};

/// The event that says a visit was signed; its charge is the identifier of the visit.
pub const EVENEMENT_SIGNEE: &str = "visite.signee";

/// What the professional says of the next visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prochaine {
    /// The day they choose; `None` keeps the one computed.
    pub choisie: Option<Date>,
    /// Why it is later than the one computed.
    pub motif: Option<String>,
}

/// What is due once a visit is signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suites {
    /// The next visit: the first one due after this day.
    pub prochaine: Option<Echeance>,
    /// What was due before, or is due at once, and this visit does not settle.
    pub sans_attendre: Vec<Echeance>,
}

impl Suites {
    /// The aptitude exam that a plain visit has just shown to be due (R. 4624-21).
    pub fn examen_du(&self, visite: &Visite) -> Option<&Echeance> {
        let exam = |code: &str| {
            Regles::en_vigueur()
                .type_visite(code, visite.jour)
                .is_some_and(|t| matches!(t.role, RoleVisite::ExamenEmbauche | RoleVisite::ExamenPeriodique))
        };
        self.sans_attendre.iter().find(|e| exam(&e.type_visite) && !exam(&visite.type_visite.code))
    }
}

/// Why a visit was not signed. French: a person reads it beside the form.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No such visit.
    #[error("Cette visite n'existe pas ou n'existe plus.")]
    Absent,
    /// Already signed, or never begun.
    #[error("Cette visite est déjà signée ou n'a pas commencé. Rechargez la page pour voir où elle en est.")]
    NotOpen,
    /// Somebody changed it meanwhile.
    #[error(
        "Quelqu'un a modifié cette visite pendant votre saisie. Rechargez la page, relisez, puis signez."
    )]
    Stale,
    /// The law does not let this professional perform it.
    #[error("{0}")]
    NotAllowed(String),
    /// Nurses and corresponding doctors propose no measures.
    #[error(
        "Proposer des mesures individuelles est réservé au médecin du travail (R. 4623-14, L. 4624-3). Cochez la réorientation vers le médecin du travail."
    )]
    MeasuresReserved,
    /// A later day needs its reason.
    #[error(
        "La date choisie ({choisie}) dépasse la date calculée ({calculee}). Choisissez une date plus proche, ou écrivez le motif."
    )]
    LaterWithoutReason {
        /// The day chosen.
        choisie: String,
        /// The day computed.
        calculee: String,
    },
    /// What was found calls for another visit at once.
    #[error(
        "{0} est due sans attendre\u{a0}: changez le type de cette visite, ou choisissez la date de la prochaine."
    )]
    DueNow(String),
    /// A next visit in the past.
    #[error("La prochaine visite ne peut pas être le {0} : choisissez une date à venir.")]
    NextInThePast(String),
    /// The facts contradict each other.
    #[error("Le suivi ne peut pas être calculé : {0}")]
    Facts(String),
    /// The policy or the database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether this person may perform this visit, by the rules in force on its day.
pub fn peut_realiser(
    role: guard::Role,
    type_visite: &str,
    categorie: Option<Categorie>,
    le: Date,
) -> Verdict {
    let regles = Regles::en_vigueur();
    let trade = facts::metier(role).unwrap_or(droit::Metier::Secretaire);
    droit::peut_realiser(
        regles,
        &Reglages::default(),
        trade,
        type_visite,
        categorie.unwrap_or(Categorie::Si),
        le,
    )
}

/// What would be due if this visit were signed now: what the page announces and what the signature will keep.
pub async fn suites(
    work: &mut Work,
    permit: &Permit<guard::LireDossier>,
    visite: &Visite,
) -> Result<Suites, SignError> {
    let salarie = SalarieId::new(permit.object());
    next_after(work, &salarie, visite, Conclusion::default(), None).await
}

async fn next_after(
    work: &mut Work,
    id: &SalarieId,
    visite: &Visite,
    conclusion: Conclusion,
    choisie: Option<Date>,
) -> Result<Suites, SignError> {
    let salarie = salaries::salarie(&mut work.tx, id).await?.ok_or(SignError::Absent)?;
    let contrats = salaries::contrats(&mut work.tx, id).await?;
    let postes = salaries::postes(&mut work.tx, id).await?;
    let expositions = crate::expositions::of_salarie(&mut work.tx, id.as_str()).await?;
    let mut visites = tables::of_salarie(&mut work.tx, id.as_str()).await?;
    visites.retain(|v| v.id != visite.id);
    visites.push(Visite {
        etat: EtatVisite::Signee,
        conclusion: Some(conclusion),
        prochaine_choisie: choisie,
        ..visite.clone()
    });
    let trade = facts::metier(work.caller().role).unwrap_or(droit::Metier::Medecin);
    let mine = visite.professionnel_id.as_str().to_owned();
    let mut trades = std::collections::BTreeMap::new();
    for v in &visites {
        let key = v.professionnel_id.clone();
        if !trades.contains_key(key.as_str()) {
            let role = organisation::professionnel(&mut work.tx, &key).await?.map(|p| p.metier);
            trades.insert(key.to_string(), role.and_then(facts::metier).unwrap_or(droit::Metier::Medecin));
        }
    }
    trades.insert(mine, trade);
    let trade_of = |id: &str| trades.get(id).copied().unwrap_or(droit::Metier::Medecin);
    let evaluation =
        assess::calculer(&salarie, &contrats, &postes, &expositions, &visites, trade_of, visite.jour)
            .map_err(|faults| {
                SignError::Facts(faults.first().map(|f| f.phrase.clone()).unwrap_or_default())
            })?;
    let (sans_attendre, coming): (Vec<_>, Vec<_>) =
        evaluation.echeances.into_iter().partition(|e| e.au_plus_tard <= visite.jour);
    Ok(Suites { prochaine: coming.into_iter().next(), sans_attendre })
}

/// Signs the visit of the worker of the permit. Everything that follows from it is in the same transaction:
/// the next visit, the follow-up computed again, the journal, the event for other contexts.
pub async fn signer(
    work: &mut Work,
    permit: &Permit<SignerVisite>,
    id: &VisiteId,
    edition: i64,
    conclusion: Conclusion,
    prochaine: &Prochaine,
) -> Result<Visite, SignError> {
    let salarie = SalarieId::new(permit.object());
    let visite = tables::visite(&mut work.tx, id)
        .await?
        .filter(|v| v.salarie_id == salarie)
        .ok_or(SignError::Absent)?;
    if visite.etat != EtatVisite::EnCours {
        return Err(SignError::NotOpen);
    }
    if visite.edition != edition {
        return Err(SignError::Stale);
    }
    let (evaluation, _) = assess::evaluate(&mut work.tx, &salarie, visite.jour).await?;
    let evaluation = evaluation
        .map_err(|faults| SignError::Facts(faults.first().map(|f| f.phrase.clone()).unwrap_or_default()))?;
    let role = work.caller().role;
    let verdict = peut_realiser(role, &visite.type_visite.code, evaluation.categorie, visite.jour);
    if !verdict.autorise {
        return Err(SignError::NotAllowed(format!("{} ({})", verdict.phrase, verdict.article)));
    }
    if conclusion.mesures && role != guard::Role::Medecin {
        return Err(SignError::MeasuresReserved);
    }
    let suites = next_after(work, &salarie, &visite, conclusion, None).await?;
    if let Some(due) = suites.examen_du(&visite).filter(|_| prochaine.choisie.is_none()) {
        return Err(SignError::DueNow(format!("La visite «\u{a0}{}\u{a0}»", due.libelle)));
    }
    let computed = suites.prochaine;
    if let Some(choisie) = prochaine.choisie {
        if choisie <= visite.jour {
            return Err(SignError::NextInThePast(date_numeric(choisie)));
        }
        if let Some(due) = computed.as_ref().filter(|due| choisie > due.planifiee)
            && prochaine.motif.as_deref().is_none_or(|m| m.trim().is_empty())
        {
            return Err(SignError::LaterWithoutReason {
                choisie: date_numeric(choisie),
                calculee: date_numeric(due.planifiee),
            });
        }
    }
    let signature = tables::Signature {
        id,
        conclusion,
        prochaine_type: computed.as_ref().map(|e| e.type_visite.as_str()),
        prochaine_legale: computed.as_ref().map(|e| e.au_plus_tard),
        prochaine_choisie: prochaine.choisie,
        prochaine_motif: prochaine.motif.as_deref(),
        edition,
    };
    if !tables::close(work, &signature).await? {
        return Err(SignError::Stale);
    }
    let now = work.now();
    assess::recalculer(&mut work.tx, &salarie, now).await?;
    let after = serde_json::json!({
        "visite": id.as_str(),
        "type": visite.type_visite.code,
        "mesures": conclusion.mesures,
        "orientation_mt": conclusion.orientation_mt,
        "prochaine": computed.as_ref().map(|e| e.au_plus_tard.to_string()),
        "prochaine_choisie": prochaine.choisie.map(|d| d.to_string()),
    });
    let before = serde_json::json!({ "visite": id.as_str(), "etat": "en_cours" });
    work.journal_change("visite signée", Some(before.to_string()), Some(after.to_string())).await?;
    work.announce(EVENEMENT_SIGNEE, id.as_str()).await?;
    tables::visite(&mut work.tx, id).await?.ok_or(SignError::Absent)
}
