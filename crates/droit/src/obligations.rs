//! The visit that each trigger calls for.

use base::{Date, date_numeric};
use jiff::ToSpan;

use crate::declencheurs::Actif;
use crate::dispense::exempted;
use crate::moteur::{Moteur, plus_mois};
use crate::regle::{Famille, Initial, RoleVisite};
use crate::{Alerte, Dispense, Raison, VisitePassee};

/// The switch that says how many months before an assignment a first visit still counts for it.
const ANTICIPATION: &str = "anticipation_visite_initiale";
/// The switch that says whether a new particular risk on the same post calls for a new examination.
const NOUVEAU_RISQUE: &str = "nouveau_risque_sur_le_poste";

/// A visit that one trigger calls for.
pub(crate) struct Obligation {
    /// The type, when it is not one of the three clocks.
    pub(crate) type_visite: Option<String>,
    pub(crate) famille: Famille,
    /// No visit has been counted yet.
    pub(crate) initiale: bool,
    pub(crate) au_plus_tard: Date,
    pub(crate) planifiee: Date,
    pub(crate) raisons: Vec<Raison>,
}

/// Whether a visit starts this clock again.
pub(crate) fn counts(m: &Moteur<'_>, v: &VisitePassee, famille: Famille) -> bool {
    m.regles.type_visite(&v.type_visite, m.le).is_some_and(|t| {
        t.compte_pour.contains(&famille)
            || t.compte_si.as_ref().is_some_and(|c| {
                c.familles.contains(&famille) && m.regles.valeur(m.reglages, &c.reglage) == c.valeur
            })
    })
}

fn is_first(m: &Moteur<'_>, v: &VisitePassee) -> bool {
    m.regles
        .type_visite(&v.type_visite, m.le)
        .is_some_and(|t| matches!(t.role, RoleVisite::VipInitiale | RoleVisite::ExamenEmbauche))
}

/// The day from which visits count for this trigger.
fn reference(m: &Moteur<'_>, a: &Actif<'_>, all: &[Actif<'_>]) -> Date {
    if a.regle_declencheur.initial != Initial::AvantAffectation {
        return a.prise_de_poste;
    }
    if a.famille() == Famille::Examen && m.regles.valeur(m.reglages, NOUVEAU_RISQUE) == "echeance_maintenue" {
        let same_post = all
            .iter()
            .filter(|o| std::ptr::eq(o.affectation, a.affectation) && o.famille() == Famille::Examen);
        return same_post.map(|o| o.depuis).min().unwrap_or(a.depuis);
    }
    a.depuis
}

/// What one trigger calls for: its visit, its intermediate visit, an orientation to the doctor.
pub(crate) fn obligations(
    m: &Moteur<'_>,
    a: &Actif<'_>,
    all: &[Actif<'_>],
    dispenses: &mut Vec<Dispense>,
    alertes: &mut Vec<Alerte>,
) -> Vec<Obligation> {
    let mut out = Vec::new();
    let famille = a.famille();
    let from = reference(m, a, all);
    let early = from.saturating_sub(i64::from(m.regles.nombre(m.reglages, ANTICIPATION)).months());
    let counted = m
        .visites
        .iter()
        .copied()
        .filter(|v| counts(m, v, famille))
        .filter(|v| {
            v.date >= from || (v.date >= early && (is_first(m, v) || v.date >= a.affectation.embauche))
        })
        .max_by_key(|v| (v.date, std::cmp::Reverse(v.prochaine_choisie), &v.type_visite));
    let last = counted.or_else(|| exempted(m, a, all, dispenses));
    match last {
        Some(v) => out.extend(periodic(m, a, famille, v, alertes)),
        None => out.extend(first(a, famille)),
    }
    if let (Some(v), Some(months)) = (last, a.regle_declencheur.intermediaire_mois)
        && !m.visites.iter().any(|i| i.date > v.date && counts(m, i, Famille::Intermediaire))
    {
        let due = plus_mois(v.date, months);
        let phrase = format!(
            "{}\u{a0}: une visite intermédiaire suit l’examen du {} de {months}\u{a0}mois au plus, soit le {}.",
            a.regle.entete.libelle,
            date_numeric(v.date),
            date_numeric(due)
        );
        out.push(Obligation {
            type_visite: None,
            famille: Famille::Intermediaire,
            initiale: false,
            au_plus_tard: due,
            planifiee: due,
            raisons: vec![Raison::new(a.regle, phrase)],
        });
    }
    if a.regle_declencheur.orientation_medecin {
        out.extend(orientation(m, a));
    }
    out
}

/// The first visit.
fn first(a: &Actif<'_>, famille: Famille) -> Option<Obligation> {
    let d = a.regle_declencheur;
    let name = &a.regle.entete.libelle;
    let (due, phrase) = match d.initial {
        Initial::AvantAffectation => (
            a.depuis,
            format!(
                "{name} ({})\u{a0}: {} a lieu avant l’affectation, donc au plus tard le {}.",
                a.fait,
                if famille == Famille::Examen {
                    "l’examen médical d’aptitude"
                } else {
                    "la visite d’information et de prévention"
                },
                date_numeric(a.depuis)
            ),
        ),
        Initial::ApresPriseDePoste => {
            let due = plus_mois(a.prise_de_poste, d.initial_mois);
            (
                due,
                format!(
                    "{name}\u{a0}: la première visite a lieu dans les {}\u{a0}mois de la prise de poste du {}, soit au plus tard le {}.",
                    d.initial_mois,
                    date_numeric(a.prise_de_poste),
                    date_numeric(due)
                ),
            )
        }
        Initial::ApresEmbauche => {
            let due = plus_mois(a.affectation.embauche, d.initial_mois);
            (
                due,
                format!(
                    "{name}\u{a0}: la première visite a lieu dans les {}\u{a0}mois de l’embauche du {}, soit au plus tard le {}.",
                    d.initial_mois,
                    date_numeric(a.affectation.embauche),
                    date_numeric(due)
                ),
            )
        }
        Initial::SansObjet => return None,
    };
    Some(Obligation {
        type_visite: None,
        famille,
        initiale: true,
        au_plus_tard: due,
        planifiee: due,
        raisons: vec![Raison::new(a.regle, phrase)],
    })
}

/// The next visit after one that counts.
fn periodic(
    m: &Moteur<'_>,
    a: &Actif<'_>,
    famille: Famille,
    last: &VisitePassee,
    alertes: &mut Vec<Alerte>,
) -> Option<Obligation> {
    let plafond = a.plafond_mois?;
    let due = plus_mois(last.date, plafond);
    let name = &a.regle.entete.libelle;
    let what = if famille == Famille::Examen { "l’examen" } else { "la visite" };
    let mut raisons = vec![Raison::new(
        a.regle,
        format!(
            "{name} ({})\u{a0}: {what} du {} plus {plafond}\u{a0}mois, le plus long délai permis, donne le {}.",
            a.fait,
            date_numeric(last.date),
            date_numeric(due)
        ),
    )];
    let mut planned = due;
    let periods = [
        (m.faits.periode_protocole_mois, "le protocole du service"),
        (last.periode_fixee_mois, "la conclusion de la visite"),
    ];
    for (period, by) in periods {
        let Some(months) = period else { continue };
        let day = plus_mois(last.date, months);
        if day < due {
            raisons.push(Raison::new(
                a.regle,
                format!(
                    "Après la visite du {}, {by} fixe une période de {months}\u{a0}mois, soit le {}.",
                    date_numeric(last.date),
                    date_numeric(day)
                ),
            ));
            planned = planned.min(day);
        } else if months > plafond {
            alertes.push(Alerte {
                code: "protocole_trop_long".to_owned(),
                raison: Raison::new(
                    a.regle,
                    format!("La période de {months}\u{a0}mois dépasse les {plafond}\u{a0}mois permis\u{a0}: le plafond est retenu."),
                ),
            });
        }
    }
    if let Some(chosen) = last.prochaine_choisie {
        if chosen <= due {
            raisons.push(Raison::new(
                a.regle,
                format!(
                    "À la visite du {}, le professionnel a choisi le {} pour la prochaine.",
                    date_numeric(last.date),
                    date_numeric(chosen)
                ),
            ));
            planned = planned.min(chosen);
        } else {
            alertes.push(Alerte {
                code: "date_trop_tardive".to_owned(),
                raison: Raison::new(
                    a.regle,
                    format!(
                        "La date choisie ({}) dépasse le dernier jour permis ({})\u{a0}: ce dernier est retenu.",
                        date_numeric(chosen),
                        date_numeric(due)
                    ),
                ),
            });
        }
    }
    Some(Obligation {
        type_visite: None,
        famille,
        initiale: false,
        au_plus_tard: due,
        planifiee: planned,
        raisons,
    })
}

/// The doctor's visit after a declaration, due without delay until a doctor has seen the worker.
fn orientation(m: &Moteur<'_>, a: &Actif<'_>) -> Option<Obligation> {
    let (_, visite) = m.regles.role(RoleVisite::Orientation, m.le)?;
    if m.visites.iter().any(|v| v.par == crate::Metier::Medecin && v.date >= a.depuis) {
        return None;
    }
    let phrase = format!(
        "{} ({})\u{a0}: le travailleur est orienté sans délai vers le médecin du travail.",
        a.regle.entete.libelle, a.fait
    );
    Some(Obligation {
        type_visite: Some(visite.code.clone()),
        famille: Famille::Vip,
        initiale: false,
        au_plus_tard: a.depuis,
        planifiee: a.depuis,
        raisons: vec![Raison::new(a.regle, phrase)],
    })
}

/// The attestation that a trigger asks for.
pub(crate) fn attestation(m: &Moteur<'_>, a: &Actif<'_>) -> Option<Obligation> {
    let rule = a.regle_declencheur.attestation.as_ref()?;
    let held = m
        .visites
        .iter()
        .filter(|v| {
            !v.inaptitude
                && (v.type_visite == rule.type_visite
                    || (rule.equivalents.contains(&v.type_visite)
                        && rule.equivalents_avant.is_some_and(|before| v.date < before)))
        })
        .map(|v| v.date)
        .max();
    let needed = a.depuis.max(a.regle.entete.valid_from);
    let name = &a.regle.entete.libelle;
    let (due, phrase) = match held.map(|day| (day, plus_mois(day, rule.validite_mois))) {
        Some((day, end)) if end > needed => (
            end,
            format!(
                "{name}\u{a0}: l’attestation ou l’avis du {} vaut {}\u{a0}mois, jusqu’au {}.",
                date_numeric(day),
                rule.validite_mois,
                date_numeric(end)
            ),
        ),
        _ => (
            needed,
            format!(
                "{name} ({})\u{a0}: aucune attestation valable n’est connue\u{a0}; elle est nécessaire depuis le {}.",
                a.fait,
                date_numeric(needed)
            ),
        ),
    };
    Some(Obligation {
        type_visite: Some(rule.type_visite.clone()),
        famille: Famille::Vip,
        initiale: false,
        au_plus_tard: due,
        planifiee: due,
        raisons: vec![Raison::new(a.regle, phrase)],
    })
}
