//! Careers: contracts and posts of today and before, and what people were exposed to on them.

use base::{Date, Period, age_on};
use droit::FaitDeclencheur;
use identite::Sexe;
use salaries::{Contrat, ContratId, NatureContrat, Poste, PosteId, Salarie, SalarieId};
use suivi::{Exposition, ExpositionId, MatriceOrigine, SourceExposition};
use thesaurus::Proposition;

use super::{
    Ids, Monde,
    catalogue::{Catalogue, Regime, likely},
    entreprises::{Adherents, Lieu},
    hasard::{Hasard, count, whole},
    jours,
    metiers::{self, Taille},
};

/// A post and what goes with it in the generator.
pub(super) struct Etape {
    pub(super) poste: Poste,
    /// The job, as a place in the catalogue.
    pub(super) metier: usize,
    /// The establishment, as a place in the list of establishments.
    pub(super) lieu: usize,
    /// The first post of its contract.
    pub(super) premiere: bool,
    /// Held beside the main one.
    pub(super) seconde: bool,
    pub(super) apprenti: bool,
}

impl Etape {
    pub(super) fn actuelle(&self) -> bool {
        self.poste.duree.to().is_none()
    }

    pub(super) fn fin(&self, today: Date) -> Date {
        self.poste.duree.to().unwrap_or(today)
    }
}

/// The career of one worker at members of the service.
pub(super) struct Parcours {
    pub(super) sexe: Sexe,
    pub(super) naissance: Date,
    pub(super) contrats: Vec<Contrat>,
    /// In the order of time, the main present post last but for the second employer's.
    pub(super) etapes: Vec<Etape>,
}

/// Shares watched while the population grows, so that the whole meets its targets whatever its size.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) salaries: u64,
    pub(super) renforces: u64,
    pub(super) plusieurs: u64,
    pub(super) nuit: u64,
    pub(super) interim: u64,
}

/// Workers under reinforced follow-up, in the national figures.
pub(super) const RENFORCES: f64 = 0.21;
/// Workers with several employers, in the national figures.
pub(super) const PLUSIEURS_EMPLOYEURS: f64 = 0.03;
const MAJORITE: i16 = 18;

/// A probability corrected by what has been drawn so far.
pub(super) fn steered(base: f64, target: f64, drawn: u64, among: u64) -> f64 {
    if among < 50 {
        return base;
    }
    let lack = target - drawn as f64 / among as f64;
    (base * (1.0 + 12.0 * lack / target.max(0.01))).clamp(0.0, 1.0)
}

/// Draws a career that leads to a present post in this establishment.
pub(super) fn parcours(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    parts: &mut Parts,
    salarie: &SalarieId,
    lieu: usize,
) -> Parcours {
    let Monde { catalogue, adherents, today, .. } = *monde;
    let here = &adherents.lieux[lieu];
    let branch = &catalogue.branches[here.branche];
    let metier = job(h, catalogue, here);
    let femmes = catalogue.metiers[metier].femmes;
    let sexe = if h.chance(femmes) { Sexe::Feminin } else { Sexe::Masculin };
    let interim = branch.activite.code == metiers::INTERIM && h.chance(0.94);
    let young_branch = interim || matches!(branch.activite.code.as_str(), "S18" | "S28");
    let mean = if young_branch { 33.0 } else { 42.5 };
    let apprentice = !interim && h.chance(0.035);
    let age = if apprentice { h.between(16, 24) } else { whole(h.bell(mean, 12.0)).clamp(18, 67) };
    let naissance = jours::plus(jours::plus_months(today, -12 * age), -h.between(1, 360));
    let adult = jours::plus_months(naissance, 12 * 17 + 6);
    let nature = nature(h, &branch.activite.code, apprentice, interim);
    let tenure = match nature {
        "CDI" => h.waiting(3400.0) + 20,
        "APPRENTI" | "PROF" => h.between(20, 700),
        "INTERIM" => h.between(5, 420),
        _ => h.between(10, 500),
    };
    let floor = if apprentice { jours::plus_months(naissance, 12 * 15 + 8) } else { adult };
    let start = jours::plus(today, -tenure).max(floor).max(here.depuis).min(jours::plus(today, -1));
    let mut out = Parcours { sexe, naissance, contrats: Vec::new(), etapes: Vec::new() };
    let held = Held { salarie, metier, lieu, nature, duree: Period::since(start), seconde: false };
    out.add(h, ids, catalogue, here, &held);
    // Backwards, other members of the service, as long as the person was of age to work.
    let mut later = start;
    for _ in 0..3 {
        let end = jours::plus(later, -h.waiting(50.0));
        let before = jours::plus(end, -(h.waiting(2000.0) + 120));
        let horizon = jours::plus(today, -365 * 17);
        if before < adult || before < horizon || !h.chance(0.93) {
            break;
        }
        let Some(place) = earlier_employer(h, adherents, metier, catalogue, before) else { break };
        let there = &adherents.lieux[place];
        let same = catalogue.branches[there.branche].emplois.iter().any(|(m, _)| *m == metier);
        let metier = if same && h.chance(0.75) { metier } else { job(h, catalogue, there) };
        let Ok(duree) = Period::new(before, Some(end)) else { break };
        let nature = if h.chance(0.7) { "CDI" } else { "CDD" };
        out.add(
            h,
            ids,
            catalogue,
            there,
            &Held { salarie, metier, lieu: place, nature, duree, seconde: false },
        );
        later = before;
    }
    let several = steered(PLUSIEURS_EMPLOYEURS, PLUSIEURS_EMPLOYEURS, parts.plusieurs, parts.salaries);
    if age >= i64::from(MAJORITE) && !interim && !apprentice && h.chance(several) {
        for _ in 0..8 {
            let place = h.place(adherents.lieux.len());
            let there = &adherents.lieux[place];
            // An establishment of eight or nine would change its class of size.
            let suits = place != lieu && !(8..10).contains(&there.effectif);
            let branch = &catalogue.branches[there.branche];
            if !suits || there.depuis > jours::plus(today, -60) || branch.taille == Taille::Grande {
                continue;
            }
            let since = jours::plus(today, -(h.waiting(700.0) + 20)).max(there.depuis).max(adult);
            let metier = job(h, catalogue, there);
            let nature = if h.chance(0.8) { "CDI" } else { "CDD" };
            let duree = Period::since(since.min(jours::plus(today, -1)));
            out.add(
                h,
                ids,
                catalogue,
                there,
                &Held { salarie, metier, lieu: place, nature, duree, seconde: true },
            );
            parts.plusieurs += 1;
            break;
        }
    }
    out.etapes.sort_by_key(|e| (e.seconde, e.poste.duree.from()));
    parts.salaries += 1;
    parts.interim += u64::from(interim);
    parts.nuit += u64::from(out.etapes.iter().any(|e| e.actuelle() && e.poste.nuit));
    out
}

/// A contract about to be added to a career.
struct Held<'a> {
    salarie: &'a SalarieId,
    metier: usize,
    lieu: usize,
    nature: &'static str,
    duree: Period,
    seconde: bool,
}

impl Parcours {
    fn add(&mut self, h: &mut Hasard, ids: &mut Ids, catalogue: &Catalogue, there: &Lieu, held: &Held<'_>) {
        let contrat = Contrat {
            id: ContratId::new(ids.next()),
            salarie_id: held.salarie.clone(),
            etablissement_id: there.id.clone(),
            nature: NatureContrat(held.nature.to_owned()),
            duree: held.duree,
        };
        let (from, to) = (held.duree.from(), held.duree.to());
        // A long contract is often held on two posts, the other one first.
        let span = to.map_or(2500, |to| jours::days(from, to));
        let split = (to.is_some_and(|_| span > 1100) && h.chance(0.35))
            .then(|| jours::plus(from, h.between(300, span - 200)));
        let mut steps = vec![(held.metier, from, to)];
        if let Some(day) = split {
            steps = vec![(job(h, catalogue, there), from, Some(day)), (held.metier, day, to)];
        }
        for (n, (metier, from, to)) in steps.into_iter().enumerate() {
            let Ok(duree) = Period::new(from, to) else { continue };
            let m = &catalogue.metiers[metier];
            let unite = h.one(metiers::unites(&m.famille)).map(|u| (*u).to_owned());
            let minor = age_on(self.naissance, from) < MAJORITE;
            let nuit = !held.seconde && !minor && h.chance(m.nuit);
            let intitule = match (&unite, h.place(6)) {
                (Some(unite), 0) => format!("{}, {}", m.emploi.label, unite.to_lowercase()),
                _ => m.emploi.label.clone(),
            };
            self.etapes.push(Etape {
                poste: Poste {
                    id: PosteId::new(ids.next()),
                    contrat_id: contrat.id.clone(),
                    salarie_id: held.salarie.clone(),
                    intitule,
                    emploi: Some(m.emploi.clone()),
                    unite,
                    nuit,
                    duree,
                    suite_de: None,
                },
                metier,
                lieu: held.lieu,
                premiere: n == 0,
                seconde: held.seconde,
                apprenti: contrat.nature.apprenti(),
            });
        }
        self.contrats.push(contrat);
    }
}

fn job(h: &mut Hasard, catalogue: &Catalogue, there: &Lieu) -> usize {
    let jobs = &catalogue.branches[there.branche].emplois;
    jobs.get(h.weighted(jobs.iter().map(|j| j.1))).map_or(0, |j| j.0)
}

fn nature(h: &mut Hasard, activite: &str, apprentice: bool, interim: bool) -> &'static str {
    if apprentice {
        return "APPRENTI";
    }
    if interim {
        return "INTERIM";
    }
    match (activite, h.place(100)) {
        ("S01" | "S18", 0..8) => "SAISONNIER",
        ("S18" | "S27", 8..13) => "USAGE",
        ("S10" | "S11", 0..3) => "CHANTIER",
        ("S22" | "S25", 0..2) => "INSERTION",
        (_, 13..15) => "PROF",
        (_, 15..25) => "CDD",
        _ => "CDI",
    }
}

/// A member that was followed on that day, rather one where the same job is held.
fn earlier_employer(
    h: &mut Hasard,
    adherents: &Adherents,
    metier: usize,
    catalogue: &Catalogue,
    day: Date,
) -> Option<usize> {
    let mut found = None;
    for _ in 0..24 {
        let place = h.place(adherents.lieux.len());
        let there = &adherents.lieux[place];
        if there.depuis > day {
            continue;
        }
        found = Some(place);
        if catalogue.branches[there.branche].emplois.iter().any(|(m, _)| *m == metier) {
            break;
        }
    }
    found
}

/// Draws the exposures of a career: about `lines` of them, among what the matrix proposes for its jobs.
pub(super) fn expositions(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    parts: &mut Parts,
    parcours: &Parcours,
    salarie: &SalarieId,
    lines: f64,
) -> Vec<Exposition> {
    let Monde { catalogue, today, .. } = *monde;
    let minor = age_on(parcours.naissance, today) < MAJORITE;
    let main = parcours.etapes.iter().position(|e| e.actuelle() && !e.seconde);
    let offers = |e: &Etape| catalogue.metiers[e.metier].propositions.as_slice();
    // Reinforced or not: decided once, by the strongest proposal of the present post.
    let strongest = main
        .map(|m| offers(&parcours.etapes[m]).iter().filter(|p| catalogue.renforce(p)))
        .and_then(|ps| ps.map(likely).max_by(f64::total_cmp));
    let base = strongest.map_or(0.0, |s| (s + 0.25).min(0.95));
    let reinforced = !minor && h.chance(steered(base, RENFORCES, parts.renforces, parts.salaries));
    parts.renforces += u64::from(reinforced);
    let mut drawn: Vec<(f64, usize, &Proposition)> = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    for (n, step) in parcours.etapes.iter().enumerate().rev() {
        let mut surest: Option<(f64, &Proposition)> = None;
        for p in offers(step) {
            // Weighted draw without replacement (Efraimidis and Spirakis): the smallest keys are taken.
            let key = -(1.0 - h.unit()).ln() / likely(p);
            let reinforces = catalogue.renforce(p);
            let allowed = match p.declencheur.as_deref() {
                _ if !reinforces => true,
                Some(_) if main == Some(n) => reinforced,
                Some(_) if step.actuelle() => false,
                // What goes on today may have begun on an earlier post; the rest is uncommon.
                Some(code) => kept.contains(&code) || h.chance(0.06),
                None => true,
            };
            if !allowed {
                continue;
            }
            if reinforces && main == Some(n) && surest.is_none_or(|(best, _)| key < best) {
                surest = Some((key, p));
            }
            drawn.push((key, n, p));
        }
        if let Some((key, p)) = surest {
            for d in &mut drawn {
                if std::ptr::eq(d.2, p) && d.1 == n && d.0.total_cmp(&key).is_eq() {
                    d.0 = -1.0;
                }
            }
            kept.extend(p.declencheur.as_deref());
        }
    }
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = count(lines + h.bell(0.0, 1.2)).max(usize::from(reinforced));
    drawn
        .into_iter()
        .take(wanted)
        .filter_map(|(_, n, p)| {
            let step = &parcours.etapes[n];
            let duree = step.poste.duree;
            // Some exposures end before the post does; those that wind a clock follow the post.
            let ends =
                p.declencheur.is_none() && h.chance(0.06) && jours::days(duree.from(), step.fin(today)) > 400;
            let to = if ends { Some(jours::plus(duree.from(), h.between(200, 390))) } else { duree.to() };
            let source = source(h);
            let matrice = (source == SourceExposition::Matrice)
                .then(|| MatriceOrigine { id: p.matrice.clone(), version: p.version.clone() });
            Some(Exposition {
                id: ExpositionId::new(ids.next()),
                salarie_id: salarie.clone(),
                poste_id: Some(step.poste.id.clone()),
                agent: p.agent.clone(),
                declencheur: p.declencheur.clone(),
                source,
                matrice,
                duree: Period::new(duree.from(), to).ok()?,
                auteur_id: String::new(),
                visite_id: None,
            })
        })
        .collect()
}

fn source(h: &mut Hasard) -> SourceExposition {
    match h.place(100) {
        0..52 => SourceExposition::Matrice,
        52..74 => SourceExposition::Professionnel,
        74..90 => SourceExposition::Employeur,
        90..98 => SourceExposition::Salarie,
        _ => SourceExposition::Mesure,
    }
}

/// What a post asks for, by its exposures and by the person's situation on its first day.
pub(super) fn regime(
    catalogue: &Catalogue,
    salarie: &Salarie,
    step: &Etape,
    expositions: &[Exposition],
) -> Regime {
    let from = step.poste.duree.from();
    let mut facts = Vec::new();
    let mut fact = |holds: bool, fact| {
        if holds {
            facts.push(fact);
        }
    };
    fact(step.poste.nuit, FaitDeclencheur::Nuit);
    fact(step.apprenti, FaitDeclencheur::Apprenti);
    fact(salarie.rqth_depuis.is_some(), FaitDeclencheur::Rqth);
    fact(salarie.pension_depuis.is_some(), FaitDeclencheur::Pension);
    let triggers = expositions
        .iter()
        .filter(|e| e.poste_id.as_ref() == Some(&step.poste.id))
        .filter_map(|e| e.declencheur.as_deref());
    catalogue.regime(triggers, &facts, age_on(salarie.naissance, from))
}

/// Names who recorded each exposure, and the visit during which they did when there is one.
pub(super) fn authors(
    expositions: &mut [Exposition],
    parcours: &Parcours,
    visites: &[suivi::Visite],
    monde: &Monde<'_>,
) {
    for e in expositions {
        let first = visites.iter().find(|v| v.etat == suivi::EtatVisite::Signee && v.jour >= e.duree.from());
        e.visite_id = first.map(|v| v.id.clone());
        e.auteur_id = first.map_or_else(
            || {
                let step = parcours.etapes.iter().find(|s| Some(&s.poste.id) == e.poste_id.as_ref());
                let medecin = step.map_or(0, |s| monde.adherents.lieux[s.lieu].medecin);
                monde
                    .equipe
                    .medecins
                    .get(medecin)
                    .and_then(|f| f.le(monde.today))
                    .map(|p| p.id.to_string())
                    .unwrap_or_default()
            },
            |v| v.professionnel_id.to_string(),
        );
    }
}
