//! The visits of the past years: those the follow-up calls for, those that life brings.

use base::{Coded, Date};
use droit::{Categorie, Evaluation, Metier, Regles};
use guard::Role;
use organisation::Professionnel;
use salaries::{Salarie, SalarieId};
use suivi::{Conclusion, EtatVisite, Exposition, Visite, VisiteId};

use super::{
    DemoError, Ids, Monde,
    catalogue::Regime,
    hasard::{Hasard, count, whole},
    jours,
    parcours::{Parcours, regime, steered},
};

/// Visits done by nurses, in the national figures.
pub(super) const INFIRMIERS: f64 = 0.40;
/// Pre-return visits among all, in the national figures.
pub(super) const PREREPRISES: f64 = 0.06;
/// Visits with individual measures, in the national figures.
pub(super) const MESURES: f64 = 0.07;
/// Workers whose follow-up is late: the demonstration's own choice.
pub(super) const RETARDS: f64 = 0.135;
/// Years of visits that the database holds.
const ANNEES: i64 = 10;
/// Rounds of completion by the rules, at most: a history of ten years needs two or three.
const REPRISES: usize = 8;

/// What has been drawn so far.
#[derive(Default)]
pub(super) struct Comptes {
    pub(super) visites: u64,
    pub(super) signees: u64,
    pub(super) infirmiers: u64,
    pub(super) prereprises: u64,
    pub(super) mesures: u64,
    pub(super) retards: u64,
    pub(super) salaries: u64,
    pub(super) derniers_douze_mois: u64,
    /// Visits that the next worker should bring, so that the whole follows its target.
    pub(super) attendues: f64,
}

/// A visit in the making.
struct Acte {
    jour: Date,
    code: String,
    /// It winds the clock of the follow-up again; life's other visits do not.
    compte: bool,
    /// Only a doctor will do.
    medecin: bool,
    suivante: Option<(&'static str, Date)>,
    absent: bool,
}

fn acte(jour: Date, code: &str, compte: bool) -> Acte {
    Acte { jour, code: code.to_owned(), compte, medecin: false, suivante: None, absent: false }
}

/// The history of one worker, and the follow-up that results.
pub(super) struct Histoire {
    pub(super) visites: Vec<Visite>,
    pub(super) evaluation: Evaluation,
}

/// A share of a number of months, in days.
fn part(months: i64, share: f64) -> i64 {
    whole(months as f64 * 30.4 * share)
}

/// Draws the visits of a worker, about [`Comptes::attendues`] of them. Exposures that call for an attestation which the list
/// of visit types does not know yet are taken back.
pub(super) fn histoire(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    comptes: &mut Comptes,
    salarie: &Salarie,
    parcours: &Parcours,
    expositions: &mut Vec<Exposition>,
) -> Result<Histoire, DemoError> {
    let wanted = comptes.attendues;
    let today = monde.today;
    let known = Regles::en_vigueur().types_visite(today).iter().map(|(r, _)| r.entete.valid_from).min();
    let first = jours::plus_months(today, -12 * ANNEES).max(known.unwrap_or(today));
    let share = (0.97 - 0.15 * (wanted - 3.0) + h.bell(0.0, 0.03)).clamp(0.5, 0.985);
    let regimes: Vec<Regime> =
        parcours.etapes.iter().map(|e| regime(monde.catalogue, salarie, e, expositions)).collect();
    let mut actes = due(h, parcours, &regimes, first, today, share);
    let late = h.chance(steered(RETARDS, RETARDS, comptes.retards, comptes.salaries))
        && forget(h, &mut actes, parcours, &regimes, today);
    personal(h, &mut actes, salarie, parcours, first, today);
    let start = parcours.etapes.iter().map(|e| e.poste.duree.from()).min().unwrap_or(today).max(first);
    let years = jours::days(start, today) as f64 / 365.0;
    let extra = (wanted - actes.len() as f64 + h.bell(0.0, 0.5)).min(0.1 + 0.3 * years);
    occasional(h, &mut actes, comptes, parcours, first, today, count(extra));
    actes.retain(|a| a.jour >= first && a.jour < today);
    actes.sort_by(|a, b| a.jour.cmp(&b.jour).then_with(|| a.code.cmp(&b.code)));
    actes.dedup_by_key(|a| a.jour);
    let mut visites: Vec<Visite> = Vec::new();
    let mut coming = None;
    for mut a in actes {
        a.suivante = a.suivante.or(coming).filter(|s| s.1 > a.jour);
        if !a.absent {
            coming = a.suivante;
        }
        visites.extend(hold(h, ids, monde, comptes, salarie, parcours, &a));
    }
    let mut rounds = 0;
    let mut evaluation = loop {
        let evaluation = evaluate(monde, salarie, parcours, expositions, &visites)?;
        let Some(due) = evaluation.echeances.first().filter(|e| e.en_retard) else { break evaluation };
        let listed = monde.catalogue.types.contains_key(&due.type_visite);
        rounds += 1;
        if rounds > REPRISES || (listed && late) {
            break evaluation;
        }
        if listed {
            // What the law wants before or at once is done soon after; what it wants by a day, shortly before.
            let after = matches!(due.type_visite.as_str(), "POST_EXPO" | "DEM_MED" | "SIR_EMB");
            let shift = if after { h.between(2, 25) } else { -h.between(3, 40) };
            let day = jours::open_day(jours::plus(due.planifiee, shift).min(jours::plus(today, -1)));
            let mut a = acte(day, &due.type_visite, false);
            a.medecin = true;
            let Some(visite) = hold(h, ids, monde, comptes, salarie, parcours, &a) else { break evaluation };
            visites.push(visite);
        } else {
            let attested = |e: &Exposition| {
                e.declencheur
                    .as_deref()
                    .and_then(|d| monde.catalogue.situation(d))
                    .is_some_and(|r| r.attestation)
            };
            let before = expositions.len();
            expositions.retain(|e| !attested(e));
            if expositions.len() == before {
                break evaluation;
            }
        }
    };
    visites.sort_by(|a, b| a.jour.cmp(&b.jour).then_with(|| a.id.cmp(&b.id)));
    // What the last visit announced is what is due today, as long as it announced anything to come.
    if let Some(v) = visites.iter_mut().rfind(|v| v.etat == EtatVisite::Signee)
        && let Some(e) = evaluation.echeances.first().filter(|e| e.au_plus_tard > v.jour)
    {
        v.prochaine_type = Some(e.type_visite.clone());
        v.prochaine_legale = Some(e.au_plus_tard);
        if v.prochaine_choisie.is_some_and(|c| c > e.au_plus_tard) {
            v.prochaine_choisie = None;
            evaluation = evaluate(monde, salarie, parcours, expositions, &visites)?;
        }
    }
    comptes.salaries += 1;
    comptes.retards += u64::from(evaluation.echeances.first().is_some_and(|e| e.en_retard));
    Ok(Histoire { visites, evaluation })
}

fn evaluate(
    monde: &Monde<'_>,
    salarie: &Salarie,
    parcours: &Parcours,
    expositions: &[Exposition],
    visites: &[Visite],
) -> Result<Evaluation, DemoError> {
    let postes: Vec<_> = parcours.etapes.iter().map(|e| e.poste.clone()).collect();
    let trade = |id: &str| monde.equipe.metier(id);
    suivi::calculer(salarie, &parcours.contrats, &postes, expositions, visites, trade, monde.today).map_err(
        |faults| DemoError::Facts(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    )
}

/// The visits of the follow-up itself: a first one at each hiring or more demanding post, then at intervals.
fn due(
    h: &mut Hasard,
    parcours: &Parcours,
    regimes: &[Regime],
    first: Date,
    today: Date,
    share: f64,
) -> Vec<Acte> {
    let mut out: Vec<Acte> = Vec::new();
    let mut last: Option<Date> = None;
    let mut exam: Option<Date> = None;
    let mut halfway = false;
    for (step, r) in parcours.etapes.iter().zip(regimes).filter(|(s, _)| !s.seconde) {
        let (from, end) = (step.poste.duree.from(), step.fin(today).min(today));
        if end <= first {
            continue;
        }
        let opening = if from < first {
            // Followed before the database begins: somewhere between two visits on that day.
            if last.is_some() {
                None
            } else {
                let code = if r.renforce { "SIR_PER" } else { "VIP_PER" };
                Some((jours::plus(first, h.between(5, part(r.plafond, share))), code))
            }
        } else if r.avant {
            let code = if r.renforce { "SIR_EMB" } else { "VIP_INIT" };
            Some((jours::plus(from, -h.between(0, 10)), code))
        } else if step.premiere {
            Some((jours::plus(from, h.between(8, 84)), "VIP_INIT"))
        } else {
            None
        };
        let mut next = opening;
        loop {
            let (day, code) = match (next.take(), r.renforce, exam, last) {
                (Some(n), ..) => n,
                (None, true, Some(e), _) => match r.intermediaire.filter(|_| !halfway) {
                    Some(months) => (jours::plus(e, part(months, share)), "SIR_INT"),
                    None => (jours::plus(e, part(r.plafond, share)), "SIR_PER"),
                },
                (None, true, None, Some(l)) => (jours::plus(l, part(r.plafond, share)), "SIR_PER"),
                (None, false, _, Some(l)) => (jours::plus(l, part(r.plafond, share)), "VIP_PER"),
                (None, _, _, None) => break,
            };
            if day >= end {
                break;
            }
            let day = jours::open_day(day);
            let mut a = acte(day, code, true);
            halfway = code == "SIR_INT";
            if matches!(code, "SIR_EMB" | "SIR_PER") {
                exam = Some(day);
            }
            last = Some(day);
            a.suivante = Some(match (r.renforce, halfway, r.intermediaire) {
                (true, false, Some(months)) => ("SIR_INT", jours::plus_months(day, months)),
                (true, ..) => ("SIR_PER", jours::plus_months(exam.unwrap_or(day), r.plafond)),
                (false, ..) => ("VIP_PER", jours::plus_months(day, r.plafond)),
            });
            if h.chance(0.03) {
                let mut missed = acte(jours::open_day(jours::plus(day, -h.between(12, 45))), code, false);
                missed.absent = true;
                out.push(missed);
            }
            out.push(a);
        }
    }
    out
}

/// Leaves out the latest visits, so that the follow-up is late by some weeks or months; false when the career
/// does not lend itself to it.
fn forget(
    h: &mut Hasard,
    actes: &mut Vec<Acte>,
    parcours: &Parcours,
    regimes: &[Regime],
    today: Date,
) -> bool {
    let Some((step, r)) = parcours.etapes.iter().zip(regimes).find(|(s, _)| s.actuelle() && !s.seconde)
    else {
        return false;
    };
    let from = step.poste.duree.from();
    let months = r.intermediaire.filter(|_| r.renforce).unwrap_or(r.plafond);
    let limit = jours::plus(jours::plus_months(today, -months), -(15 + h.waiting(110.0).min(500)));
    let since = jours::days(from, today);
    if from < limit && actes.iter().any(|a| a.compte && a.jour <= limit) {
        actes.retain(|a| a.jour <= limit);
        true
    } else if (130..420).contains(&since) && step.premiere {
        actes.retain(|a| a.jour < jours::plus(from, -15));
        true
    } else {
        false
    }
}

/// The visits that the person's age or situation calls for.
fn personal(
    h: &mut Hasard,
    actes: &mut Vec<Acte>,
    salarie: &Salarie,
    parcours: &Parcours,
    first: Date,
    today: Date,
) {
    let employed = |day: Date| parcours.etapes.iter().any(|e| e.poste.duree.contains(day));
    let mid =
        Regles::en_vigueur().types_visite(today).into_iter().find_map(|(r, v)| Some((r, v, v.mi_carriere?)));
    if let Some((rule, visite, m)) = mid {
        let term = jours::new_year(salarie.naissance.year() + m.age + 1);
        let opens =
            jours::new_year(salarie.naissance.year() + m.age - m.fusion_ans).max(rule.entete.valid_from);
        let latest = jours::days(opens, term.min(today)) - 5;
        if latest > 10 {
            let day = jours::open_day(jours::plus(opens, h.between(8, latest)));
            let soon = term > today;
            if day > first && employed(day) && (!soon || h.chance(0.6)) {
                let mut a = acte(day, &visite.code, false);
                a.medecin = true;
                actes.push(a);
            }
        }
    }
    for declared in [salarie.rqth_depuis, salarie.pension_depuis].into_iter().flatten() {
        let mut a = acte(jours::open_day(jours::plus(declared, h.between(5, 28))), "DEM_MED", false);
        a.medecin = true;
        actes.push(a);
    }
}

/// What life brings: leaves and returns, requests.
fn occasional(
    h: &mut Hasard,
    actes: &mut Vec<Acte>,
    comptes: &Comptes,
    parcours: &Parcours,
    first: Date,
    today: Date,
    how_many: usize,
) {
    let start = parcours.etapes.iter().map(|e| e.poste.duree.from()).min().unwrap_or(today).max(first);
    let span = jours::days(start, today);
    let mut left = how_many;
    for _ in 0..how_many * 4 {
        if left == 0 || span < 120 {
            return;
        }
        let day = jours::open_day(jours::plus(start, h.between(60, span - 8)));
        let held = parcours.etapes.iter().find(|e| e.poste.duree.contains(day));
        let Some(step) = held else { continue };
        if actes.iter().any(|a| jours::days(a.jour, day).abs() < 12) {
            continue;
        }
        left -= 1;
        if h.chance(steered(0.28, PREREPRISES, comptes.prereprises, comptes.signees)) {
            actes.push(acte(day, "PREREP", false));
            let back = jours::open_day(jours::plus(day, h.between(15, 75)));
            if left > 0 && h.chance(0.85) && step.poste.duree.contains(back) && back < today {
                actes.push(acte(back, "REPRISE", false));
                left -= 1;
            }
        } else {
            let code = match h.place(100) {
                0..40 => "REPRISE",
                40..66 => "DEM_SAL",
                66..78 => "DEM_EMP",
                78..90 => "DEM_MED",
                _ => "EI",
            };
            actes.push(acte(day, code, false));
        }
    }
}

/// Gives the visit to a professional who may perform it; `None` when nobody may on that day.
fn hold(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    comptes: &mut Comptes,
    salarie: &Salarie,
    parcours: &Parcours,
    a: &Acte,
) -> Option<Visite> {
    let type_visite = monde.catalogue.types.get(&a.code)?;
    let step = parcours.etapes.iter().find(|e| e.poste.duree.contains(a.jour)).or_else(|| {
        parcours
            .etapes
            .iter()
            .filter(|e| !e.seconde)
            .min_by_key(|e| jours::days(e.poste.duree.from(), a.jour).abs())
    })?;
    let lieu = &monde.adherents.lieux[step.lieu];
    let centre = &monde.equipe.centres[lieu.centre];
    let may = |role| suivi::peut_realiser(role, &a.code, Some(Categorie::Si), a.jour).autorise;
    let nurses = a.code == "EI" || h.chance(steered(0.62, INFIRMIERS, comptes.infirmiers, comptes.signees));
    let nurse = (nurses && !a.medecin && may(Role::Infirmier))
        .then(|| h.one(&centre.infirmiers))
        .flatten()
        .and_then(|n| monde.equipe.infirmiers[*n].le(a.jour));
    let who = match nurse {
        Some(nurse) => nurse,
        None if may(Role::Medecin) => monde.equipe.medecins[lieu.medecin].le(a.jour)?,
        None => return None,
    };
    let by_nurse = nurse.is_some();
    comptes.visites += 1;
    let mut visite = planned(ids, &salarie.id, lieu, centre.centre.id.clone(), who, type_visite, a.jour);
    if a.absent {
        visite.etat = EtatVisite::Absente;
        return Some(visite);
    }
    let odds = match a.code.as_str() {
        "REPRISE" | "PREREP" | "DEM_SAL" | "DEM_EMP" | "DEM_MED" => 0.2,
        _ => 0.08,
    };
    let mesures = !by_nurse && h.chance(steered(0.8 * odds, MESURES, comptes.mesures, comptes.signees));
    comptes.signees += 1;
    comptes.infirmiers += u64::from(by_nurse);
    comptes.prereprises += u64::from(a.code == "PREREP");
    comptes.mesures += u64::from(mesures);
    comptes.derniers_douze_mois += u64::from(a.jour > jours::plus_months(monde.today, -12));
    let orientation_mt = by_nurse && h.chance(0.06);
    sign(h, &mut visite, who, Conclusion { orientation_mt, mesures });
    if let Some((code, day)) = a.suivante {
        visite.prochaine_type = Some(code.to_owned());
        visite.prochaine_legale = Some(day);
        let chosen = jours::open_day(jours::plus(day, -h.between(10, 120)));
        if a.compte && h.chance(0.12) && jours::days(a.jour, chosen) > 120 {
            visite.prochaine_choisie = Some(chosen);
        }
    }
    Some(visite)
}

/// A visit on the agenda.
pub(super) fn planned(
    ids: &mut Ids,
    salarie: &SalarieId,
    lieu: &super::entreprises::Lieu,
    centre: organisation::CentreId,
    who: &Professionnel,
    type_visite: &Coded,
    jour: Date,
) -> Visite {
    Visite {
        id: VisiteId::new(ids.next()),
        salarie_id: salarie.clone(),
        etablissement_id: lieu.id.clone(),
        centre_id: centre,
        professionnel_id: who.id.clone(),
        type_visite: type_visite.clone(),
        demandeur: demandeur(&type_visite.code).to_owned(),
        jour,
        etat: EtatVisite::Prevue,
        arrivee: None,
        depart: None,
        conclusion: None,
        prochaine_type: None,
        prochaine_legale: None,
        prochaine_choisie: None,
        prochaine_motif: None,
        signee_le: None,
        signee_par: None,
        edition: 0,
    }
}

/// Who usually asks for a visit of this type (list `demandeurs-visite`).
pub(super) fn demandeur(code: &str) -> &'static str {
    match code {
        "VIP_INIT" | "SIR_EMB" => "DPAE",
        "REPRISE" | "DEM_EMP" | "POST_EXPO" => "EMP",
        "DEM_SAL" => "SAL",
        "PREREP" => "MTRAIT",
        "DEM_MED" => "MT",
        "EI" => "EQUIPE",
        _ => "SERV",
    }
}

fn sign(h: &mut Hasard, visite: &mut Visite, who: &Professionnel, conclusion: Conclusion) {
    let morning = h.chance(0.5);
    let begins =
        if morning { h.between(8 * 60 + 30, 11 * 60 + 30) } else { h.between(13 * 60 + 30, 16 * 60 + 40) };
    let ends = begins + h.between(15, 45);
    let clock = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    visite.etat = EtatVisite::Signee;
    visite.arrivee = Some(clock(begins));
    visite.depart = Some(clock(ends));
    visite.conclusion = Some(conclusion);
    // Universal time: an hour before the winter clock of France.
    visite.signee_le = Some(jours::moment(visite.jour, 0, ends - 60));
    visite.signee_par = Some(who.nom_complet());
    visite.edition = 2;
}

/// Whether a nurse may hold what is due.
pub(super) fn for_nurse(due: &droit::Echeance) -> bool {
    due.intervenants.iter().any(|i| i.metier == Metier::Infirmier)
}
