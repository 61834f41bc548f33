//! From what the service knows to what the rules read.

use base::Date;
use droit::{Affectation, DeclencheurActif, Faits, Metier, VisitePassee};
use guard::Role;
use identite::Sexe;
use salaries::{Contrat, Poste, Salarie};

use crate::{EtatVisite, Exposition, Visite};

/// The trade that the rules know for a role of the service; `None` for those who never see workers.
pub fn metier(role: Role) -> Option<Metier> {
    match role {
        Role::Medecin => Some(Metier::Medecin),
        Role::Infirmier => Some(Metier::Infirmier),
        Role::Secretaire => Some(Metier::Secretaire),
        Role::Iprp => Some(Metier::Iprp),
        Role::Asst => Some(Metier::Asst),
        Role::Direction | Role::Informatique => None,
    }
}

/// Gathers the facts of one worker. `trade_of` tells the trade of a professional by identifier.
pub(crate) fn facts(
    salarie: &Salarie,
    contrats: &[Contrat],
    postes: &[Poste],
    expositions: &[Exposition],
    visites: &[Visite],
    trade_of: impl Fn(&str) -> Metier,
) -> Faits {
    let affectations = postes
        .iter()
        .filter(|p| postes.iter().all(|next| next.suite_de.as_ref() != Some(&p.id)))
        .filter_map(|p| {
            let contrat = contrats.iter().find(|c| c.id == p.contrat_id)?;
            let periods = periods(p, postes);
            Some(Affectation {
                intitule: p.intitule.clone(),
                contrat: contrat.id.to_string(),
                embauche: contrat.duree.from(),
                debut: start(&periods),
                fin: earliest(p.duree.to(), contrat.duree.to()),
                nuit: p.nuit,
                apprenti: contrat.nature.apprenti(),
                declencheurs: triggers(&periods, expositions),
                dispense: None,
            })
        })
        .collect();
    let visites = visites
        .iter()
        .filter(|v| v.etat == EtatVisite::Signee)
        .map(|v| {
            let conclusion = v.conclusion.unwrap_or_default();
            VisitePassee {
                type_visite: v.type_visite.code.clone(),
                date: v.jour,
                par: trade_of(v.professionnel_id.as_str()),
                mesures_l4624_3: conclusion.mesures,
                inaptitude: false,
                sans_mesure_de_poste: false,
                sans_mesure_de_temps: false,
                periode_fixee_mois: None,
                prochaine_choisie: v.prochaine_choisie,
            }
        })
        .collect();
    Faits {
        naissance: salarie.naissance,
        sexe: match salarie.sexe {
            Sexe::Masculin => Some(droit::Sexe::Homme),
            Sexe::Feminin => Some(droit::Sexe::Femme),
            Sexe::Indetermine => None,
        },
        affectations,
        rqth: salarie.rqth_depuis,
        pension: salarie.pension_depuis,
        visites,
        arrets: Vec::new(),
        periode_protocole_mois: None,
    }
}

/// A post and those that it goes on under another code, latest first: one assignment, which a replaced code neither
/// ends nor begins.
fn periods<'a>(last: &'a Poste, postes: &'a [Poste]) -> Vec<&'a Poste> {
    let mut found = vec![last];
    while let Some(before) = found.last().and_then(|p| p.suite_de.as_ref())
        && found.len() < postes.len()
        && let Some(poste) = postes.iter().find(|p| p.id == *before)
    {
        found.push(poste);
    }
    found
}

/// The first day of an assignment.
fn start(periods: &[&Poste]) -> Date {
    periods.iter().map(|p| p.duree.from()).min().unwrap_or(Date::MIN)
}

fn triggers(periods: &[&Poste], expositions: &[Exposition]) -> Vec<DeclencheurActif> {
    let begins = start(periods);
    expositions
        .iter()
        .filter(|e| e.poste_id.as_ref().is_none_or(|id| periods.iter().any(|p| p.id == *id)))
        .filter_map(|e| {
            Some(DeclencheurActif {
                code: e.declencheur.clone()?,
                depuis: Some(e.duree.from().max(begins)),
                jusqua: e.duree.to(),
                mesures: Vec::new(),
            })
        })
        .collect()
}

fn earliest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
