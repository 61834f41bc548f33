//! Facts in, follow-up out: category, visits due, and the reason of each.

use base::{Date, date_numeric};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::actes::{Intervention, ModeleDocument, document_apres, intervenants};
use crate::arret::{Ouverture, ouvertures_pendant_arret, reprise};
use crate::declencheurs::{Actif, actifs, anciens};
use crate::obligations::{Obligation, attestation, obligations};
use crate::regle::{Categorie, FaitDeclencheur, Famille, RoleVisite};
use crate::{FaitImpossible, Faits, Reglages, Regle, Regles, VisitePassee};

/// One link of a chain of reasons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Raison {
    /// The rule.
    pub regle: String,
    /// Its article.
    pub article: String,
    /// The version of the rule: its first day.
    pub version: Date,
    /// A full French sentence, with the facts used and the arithmetic.
    pub phrase: String,
}

impl Raison {
    pub(crate) fn new(regle: &Regle, phrase: String) -> Self {
        Self {
            regle: regle.entete.id.clone(),
            article: regle.entete.article.clone(),
            version: regle.entete.valid_from,
            phrase,
        }
    }
}

/// A reason for the category.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Motif {
    /// The category that this trigger gives.
    pub categorie: Categorie,
    /// Since when it holds for this worker.
    pub depuis: Date,
    /// The code of the trigger.
    pub code: String,
    /// The rule.
    pub regle: String,
    /// Its article.
    pub article: String,
    /// Its version.
    pub version: Date,
    /// Its French name.
    pub libelle: String,
    /// The fact that sets it off, in French.
    pub fait: String,
}

/// A visit that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echeance {
    /// The type of visit.
    pub type_visite: String,
    /// Its French name.
    pub libelle: String,
    /// The last legal day.
    pub au_plus_tard: Date,
    /// The day aimed at: the doctor's protocol or the professional's choice when they are earlier.
    pub planifiee: Date,
    /// The last legal day is past.
    pub en_retard: bool,
    /// Who may perform it.
    pub intervenants: Vec<Intervention>,
    /// The document it will end with.
    pub document: Option<ModeleDocument>,
    /// Why, the binding reason first.
    pub raisons: Vec<Raison>,
}

/// Something a person should know or settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerte {
    /// What it is (`protocole_trop_long`, `date_trop_tardive`, `mesure_inconnue`, `arret_a_signaler`).
    pub code: String,
    /// The rule, its article, its version and the sentence.
    pub raison: Raison,
}

/// The answer to a request to go without a new first visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispense {
    /// Granted or not.
    pub accordee: bool,
    /// The day of the visit relied upon, when it is granted.
    pub visite_du: Option<Date>,
    /// The rule, its article, its version and the sentence.
    pub raison: Raison,
}

/// The follow-up of a worker on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The day considered.
    pub le: Date,
    /// The category; the most demanding of all posts. `None` when the worker holds no post, present or announced.
    pub categorie: Option<Categorie>,
    /// The longest time that the law allows between two visits with a professional, in months.
    pub plafond_mois: Option<u16>,
    /// Why this category: the triggers in force, most demanding first.
    pub motifs: Vec<Motif>,
    /// The visits due, earliest first; one that is past is overdue.
    pub echeances: Vec<Echeance>,
    /// The exemptions asked for, granted or refused.
    pub dispenses: Vec<Dispense>,
    /// What the current leaves open.
    pub ouvertures: Vec<Ouverture>,
    /// What a person should know or settle.
    pub alertes: Vec<Alerte>,
}

/// The same day some months later; the last day of the month when it has no such day.
pub(crate) fn plus_mois(jour: Date, mois: u16) -> Date {
    jour.saturating_add(i64::from(mois).months())
}

/// The follow-up of a worker on a day, with its reasons.
///
/// What happens after `le` is unknown to it, so that any day of the past can be replayed: later visits are left out;
/// announced assignments (beginning after `le`) are planned but do not change the category.
///
/// # Errors
/// Every fact that cannot be, and a day on which no rule is in force.
pub fn evaluer(
    regles: &Regles,
    faits: &Faits,
    reglages: &Reglages,
    le: Date,
) -> Result<Evaluation, Vec<FaitImpossible>> {
    let mut faults = faits.impossibles(regles);
    if faits.naissance > le {
        faults.push(FaitImpossible {
            champ: "naissance".to_owned(),
            phrase: format!("Le travailleur n’est pas né le {}.", date_numeric(le)),
        });
    }
    if !regles.declencheurs().any(|(r, _)| r.entete.vaut_le(le)) {
        faults.push(FaitImpossible {
            champ: "le".to_owned(),
            phrase: format!("Aucune règle de suivi n’est en vigueur le {}.", date_numeric(le)),
        });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let known: Vec<&VisitePassee> = faits.visites.iter().filter(|v| v.date <= le).collect();
    let moteur = Moteur { regles, faits, reglages, le, visites: known };
    Ok(moteur.run())
}

/// One assessment: the facts known on the day, and the rules.
pub(crate) struct Moteur<'a> {
    pub(crate) regles: &'a Regles,
    pub(crate) faits: &'a Faits,
    pub(crate) reglages: &'a Reglages,
    pub(crate) le: Date,
    pub(crate) visites: Vec<&'a VisitePassee>,
}

impl Moteur<'_> {
    fn run(&self) -> Evaluation {
        let mut alertes = Vec::new();
        let actifs = actifs(self, &mut alertes);
        let begun: Vec<&Actif<'_>> = {
            let now: Vec<&Actif<'_>> =
                actifs.iter().filter(|a| a.depuis.max(a.affectation.debut) <= self.le).collect();
            // A worker who is only announced already has the category of the post that awaits.
            if now.is_empty() { actifs.iter().collect() } else { now }
        };
        let categorie = begun.iter().map(|a| a.regle_declencheur.categorie).max();
        let plafond_mois = begun.iter().filter_map(|a| a.plafond_mois).min();
        // The rule of every worker is no reason when a more demanding one holds.
        let everyone = |a: &Actif<'_>| a.regle_declencheur.fait == FaitDeclencheur::Toujours;
        let mut motifs: Vec<Motif> = begun
            .iter()
            .filter(|a| !everyone(a) || begun.iter().all(|b| everyone(b)))
            .map(|a| a.motif())
            .collect();
        motifs.sort_by(|a, b| b.categorie.cmp(&a.categorie).then_with(|| a.cmp(b)));
        motifs.dedup();

        let mut dispenses = Vec::new();
        let mut dues: Vec<Obligation> = Vec::new();
        for actif in &actifs {
            dues.extend(obligations(self, actif, &actifs, &mut dispenses, &mut alertes));
            dues.extend(attestation(self, actif));
        }
        let mut echeances = self.merge(dues, categorie.unwrap_or(Categorie::Si));
        let category = categorie.unwrap_or(Categorie::Si);
        if categorie.is_some() {
            echeances.extend(self.mi_carriere(category));
            echeances.extend(self.reprises(category, &mut alertes));
        }
        echeances.extend(self.post_exposition());
        echeances.sort_by(|a, b| (a.au_plus_tard, &a.type_visite).cmp(&(b.au_plus_tard, &b.type_visite)));

        dispenses.sort_by(|a, b| (&a.raison, a.visite_du).cmp(&(&b.raison, b.visite_du)));
        dispenses.dedup();
        alertes.sort_by(|a, b| (&a.code, &a.raison).cmp(&(&b.code, &b.raison)));
        alertes.dedup();
        Evaluation {
            le: self.le,
            categorie,
            plafond_mois,
            motifs,
            echeances,
            dispenses,
            ouvertures: self.ouvertures(),
            alertes,
        }
    }

    /// One line per type of visit: the earliest day prevails, and every reason is kept.
    fn merge(&self, dues: Vec<Obligation>, categorie: Categorie) -> Vec<Echeance> {
        let mut examens = Vec::new();
        let mut vip = Vec::new();
        let mut intermediaires = Vec::new();
        let mut others: Vec<(String, Vec<Obligation>)> = Vec::new();
        for due in dues {
            match &due.type_visite {
                Some(code) => match others.iter_mut().find(|(c, _)| c == code) {
                    Some((_, list)) => list.push(due),
                    None => others.push((code.clone(), vec![due])),
                },
                None => match due.famille {
                    Famille::Examen => examens.push(due),
                    // The examination stands in place of the VIP (R4624-24): its day is kept.
                    Famille::Vip if categorie == Categorie::Sir => examens.push(due),
                    Famille::Vip => vip.push(due),
                    Famille::Intermediaire => intermediaires.push(due),
                },
            }
        }
        let mut out = Vec::new();
        let first_exam = examens.iter().any(|o| o.initiale && o.famille == Famille::Examen);
        let role = if first_exam { RoleVisite::ExamenEmbauche } else { RoleVisite::ExamenPeriodique };
        let exam_due = examens.iter().map(|o| o.au_plus_tard).min();
        out.extend(self.role(role).and_then(|code| self.echeance(&code, examens, categorie)));
        vip.sort_by_key(|o| o.au_plus_tard);
        let first_vip = vip.first().is_some_and(|o| o.initiale);
        let role = if first_vip { RoleVisite::VipInitiale } else { RoleVisite::VipPeriodique };
        out.extend(self.role(role).and_then(|code| self.echeance(&code, vip, categorie)));
        // An intermediate visit that would fall on the day of the examination or later has no object.
        intermediaires.retain(|o| exam_due.is_none_or(|e| o.au_plus_tard < e));
        out.extend(
            self.role(RoleVisite::Intermediaire)
                .and_then(|code| self.echeance(&code, intermediaires, categorie)),
        );
        for (code, list) in others {
            out.extend(self.echeance(&code, list, categorie));
        }
        out
    }

    fn role(&self, role: RoleVisite) -> Option<String> {
        self.regles.role(role, self.le).map(|(_, v)| v.code.clone())
    }

    pub(crate) fn echeance(
        &self,
        code: &str,
        mut dues: Vec<Obligation>,
        categorie: Categorie,
    ) -> Option<Echeance> {
        dues.sort_by(|a, b| {
            (a.au_plus_tard, a.planifiee, &a.raisons).cmp(&(b.au_plus_tard, b.planifiee, &b.raisons))
        });
        let au_plus_tard = dues.first()?.au_plus_tard;
        let planifiee = dues.iter().map(|o| o.planifiee).min()?;
        let mut raisons: Vec<Raison> = Vec::new();
        for raison in dues.into_iter().flat_map(|o| o.raisons) {
            // The same sentence under several triggers is said once, under the binding one.
            if !raisons.iter().any(|r| r.phrase == raison.phrase) {
                raisons.push(raison);
            }
        }
        // The visit will be held under the rules of its day; one that is overdue, under those of today.
        let held = planifiee.max(self.le);
        let libelle = self.regles.libelle_visite(code, held).to_owned();
        Some(Echeance {
            type_visite: code.to_owned(),
            libelle,
            au_plus_tard,
            planifiee,
            en_retard: au_plus_tard < self.le,
            intervenants: intervenants(self.regles, self.reglages, code, categorie, held),
            document: document_apres(self.regles, code, categorie, held),
            raisons,
        })
    }

    /// The mid-career visit, from the moment when a joint visit may count (L4624-2-2).
    fn mi_carriere(&self, categorie: Categorie) -> Option<Echeance> {
        let birth_year = self.faits.naissance.year();
        let (regle, visite, m) = self.regles.visites().find_map(|(r, v)| {
            let m = v.mi_carriere?;
            r.entete.vaut_le(Date::new(birth_year.checked_add(m.age)?, 12, 31).ok()?).then_some((r, v, m))
        })?;
        let year = birth_year.checked_add(m.age)?;
        let term = Date::new(year, 12, 31).ok()?;
        let opens = Date::new(year - m.fusion_ans, 1, 1).ok()?;
        let employed =
            self.faits.affectations.iter().any(|a| a.embauche <= term && a.fin.is_none_or(|f| f > self.le));
        let done = self.visites.iter().any(|v| v.type_visite == visite.code && v.date >= opens);
        if self.le < opens || !employed || done {
            return None;
        }
        let phrase = format!(
            "Avec une naissance le {}, le travailleur a {}\u{a0}ans dans l’année {year}\u{a0}: la visite de mi-carrière est due au plus tard le {}, et peut être jointe à une autre visite du médecin depuis le {}.",
            date_numeric(self.faits.naissance),
            m.age,
            date_numeric(term),
            date_numeric(opens)
        );
        let due = Obligation {
            type_visite: Some(visite.code.clone()),
            famille: Famille::Vip,
            initiale: false,
            au_plus_tard: term,
            planifiee: term,
            raisons: vec![Raison::new(regle, phrase)],
        };
        self.echeance(&visite.code, vec![due], categorie)
    }

    /// Return visits that are due and have not taken place.
    fn reprises(&self, categorie: Categorie, alertes: &mut Vec<Alerte>) -> Option<Echeance> {
        let code = self.role(RoleVisite::Reprise)?;
        let mut dues = Vec::new();
        for arret in &self.faits.arrets {
            let Some(fin) = arret.fin.filter(|_| arret.debut <= self.le) else { continue };
            let back = fin.saturating_add(1.day());
            // A leave of a contract that is over calls for nothing.
            let employed = self
                .faits
                .affectations
                .iter()
                .any(|a| a.embauche <= arret.debut && a.fin.is_none_or(|f| f > back && f > self.le));
            if !employed {
                continue;
            }
            let Some(r) = reprise(self.regles, arret, self.visites.iter().copied(), back) else { continue };
            if r.signaler_au_medecin
                && let Some(raison) = r.raisons.last()
            {
                alertes.push(Alerte { code: "arret_a_signaler".to_owned(), raison: raison.clone() });
            }
            let done = self.visites.iter().any(|v| v.type_visite == code && v.date >= back);
            if let Some(last) = r.au_plus_tard.filter(|_| r.due && !done) {
                dues.push(Obligation {
                    type_visite: Some(code.clone()),
                    famille: Famille::Vip,
                    initiale: false,
                    au_plus_tard: last,
                    planifiee: back,
                    raisons: r.raisons,
                });
            }
        }
        self.echeance(&code, dues, categorie)
    }

    /// Visits at the end of an exposure to particular risks (L4624-2-1).
    fn post_exposition(&self) -> Option<Echeance> {
        let mut dues = Vec::new();
        let mut code = None;
        for ended in anciens(self) {
            let Some((regle, visite)) = self.regles.role(RoleVisite::PostExposition, ended.fin) else {
                continue;
            };
            if self.visites.iter().any(|v| v.type_visite == visite.code && v.date >= ended.fin) {
                continue;
            }
            let months =
                visite.delai_reglage.as_deref().map_or(0, |id| self.regles.nombre(self.reglages, id));
            let last = plus_mois(ended.fin, months);
            let phrase = format!(
                "La situation «\u{a0}{}\u{a0}» a pris fin le {}\u{a0}: la visite a lieu dans les meilleurs délais. La loi ne fixe pas de jour\u{a0}; le service retient {months}\u{a0}mois, soit le {}.",
                ended.libelle,
                date_numeric(ended.fin),
                date_numeric(last)
            );
            code = Some(visite.code.clone());
            dues.push(Obligation {
                type_visite: Some(visite.code.clone()),
                famille: Famille::Examen,
                initiale: false,
                au_plus_tard: last,
                planifiee: ended.fin,
                raisons: vec![Raison::new(regle, phrase)],
            });
        }
        self.echeance(&code?, dues, Categorie::Sir)
    }

    fn ouvertures(&self) -> Vec<Ouverture> {
        let mut out: Vec<Ouverture> = Vec::new();
        let mut leaves: Vec<_> = self.faits.arrets.iter().collect();
        leaves.sort_by_key(|a| (a.debut, a.fin, a.cause));
        for arret in leaves {
            if arret.debut <= self.le && arret.fin.is_none_or(|f| f >= self.le) {
                for ouverture in ouvertures_pendant_arret(self.regles, arret, self.le) {
                    if ouverture.ouverte && !out.contains(&ouverture) {
                        out.push(ouverture);
                    }
                }
            }
        }
        out
    }
}
