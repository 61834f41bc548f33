//! Leaves: what opens during one, and whether the return calls for a visit.

use base::{Date, date_numeric};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::moteur::{Raison, plus_mois};
use crate::regle::{Evenement, RoleVisite};
use crate::{Arret, CauseArret, Regle, Regles, VisitePassee};

/// The return after a leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprise {
    /// A return visit is due.
    pub due: bool,
    /// The length would have called for it, and a pre-return visit stands for it.
    pub dispensee: bool,
    /// The leave is reported to the doctor although no visit is due.
    pub signaler_au_medecin: bool,
    /// Length of the leave in days.
    pub duree_jours: i32,
    /// The day of return.
    pub reprise_le: Date,
    /// Last legal day of the visit, when it is due.
    pub au_plus_tard: Option<Date>,
    /// Why, in French.
    pub raisons: Vec<Raison>,
}

/// Something that a leave opens to the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ouverture {
    /// The type of visit or meeting (`PREREP`, `LIAISON`).
    pub type_visite: String,
    /// Whether it is open.
    pub ouverte: bool,
    /// The rule, its article, its version and the sentence.
    pub raison: Raison,
}

fn event(arret: &Arret, reprise_le: Date, evenement: Evenement) -> Date {
    match evenement {
        Evenement::EmissionArret => arret.emis.unwrap_or(arret.debut),
        Evenement::Reprise | Evenement::Visite | Evenement::Evaluation | Evenement::Cessation => reprise_le,
        Evenement::DebutArret | Evenement::Affectation | Evenement::Embauche => arret.debut,
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// Whether a return visit is due when the worker comes back on `reprise_le`.
///
/// The length of the leave runs from its first day to the eve of the return, both included. `None` when no rule was in
/// force for such a leave.
pub fn reprise_due(
    regles: &Regles,
    arret: &Arret,
    visites: &[VisitePassee],
    reprise_le: Date,
) -> Option<Reprise> {
    reprise(regles, arret, visites.iter(), reprise_le)
}

/// [`reprise_due`] over visits wherever they are kept.
pub(crate) fn reprise<'v>(
    regles: &Regles,
    arret: &Arret,
    visites: impl Iterator<Item = &'v VisitePassee>,
    reprise_le: Date,
) -> Option<Reprise> {
    let (regle, r) = regles.reprises().find(|(regle, r)| {
        r.cause == arret.cause && regle.entete.vaut_le(event(arret, reprise_le, regle.entete.evenement))
    })?;
    let duree_jours = days_between(arret.debut, reprise_le).max(0);
    let after = arret.cause.libelle();
    let length = format!(
        "L’arrêt commencé le {} dure {duree_jours}\u{a0}jour{} jusqu’à la reprise du {}",
        date_numeric(arret.debut),
        if duree_jours > 1 { "s" } else { "" },
        date_numeric(reprise_le)
    );
    let long_enough = duree_jours >= i32::from(r.duree_min_jours);
    let mut raisons = Vec::new();
    let mut dispensee = false;
    let mut au_plus_tard = None;
    if long_enough {
        let last = reprise_le.saturating_add(i64::from(r.delai_jours).days());
        let threshold = if r.duree_min_jours <= 1 {
            "la visite de reprise est due quelle que soit sa durée".to_owned()
        } else {
            format!("la visite de reprise est due à partir de {}\u{a0}jours", r.duree_min_jours)
        };
        raisons.push(Raison::new(
            regle,
            format!(
                "{length}. Après {after}, {threshold}, le jour de la reprise et au plus tard {}\u{a0}jours après, soit le {}.",
                r.delai_jours,
                date_numeric(last)
            ),
        ));
        if let Some(raison) = dispensed(regles, arret, visites, reprise_le) {
            dispensee = raison.0;
            raisons.push(raison.1);
        }
        if !dispensee {
            au_plus_tard = Some(last);
        }
    } else {
        raisons.push(Raison::new(
            regle,
            format!(
                "{length}. Après {after}, la visite de reprise n’est due qu’à partir de {}\u{a0}jours.",
                r.duree_min_jours
            ),
        ));
    }
    let signaler_au_medecin = !long_enough && r.signaler_si_plus_court.is_some();
    if let Some(article) = r.signaler_si_plus_court.as_ref().filter(|_| signaler_au_medecin) {
        let mut raison =
            Raison::new(regle, "L’employeur signale cet arrêt au médecin du travail.".to_owned());
        raison.article.clone_from(article);
        raisons.push(raison);
    }
    Some(Reprise {
        due: long_enough && !dispensee,
        dispensee,
        signaler_au_medecin,
        duree_jours,
        reprise_le,
        au_plus_tard,
        raisons,
    })
}

/// Whether the last pre-return visit of the leave stands for the return visit, with the reason; `None` when there was
/// no such visit or no such rule.
fn dispensed<'v>(
    regles: &Regles,
    arret: &Arret,
    visites: impl Iterator<Item = &'v VisitePassee>,
    reprise_le: Date,
) -> Option<(bool, Raison)> {
    let (regle, rule) = regles
        .dispenses_reprise()
        .find(|(regle, _)| regle.entete.vaut_le(event(arret, reprise_le, regle.entete.evenement)))?;
    let prerep = visites
        .filter(|v| {
            regles.visites().any(|(_, t)| t.role == RoleVisite::Prereprise && t.code == v.type_visite)
                && v.date >= arret.debut
                && v.date <= reprise_le
        })
        // Of two visits on one day, the one with a measure decides.
        .max_by_key(|v| (v.date, !(v.sans_mesure_de_poste && v.sans_mesure_de_temps)))?;
    let gap = days_between(prerep.date, reprise_le);
    let seen = format!(
        "La visite de préreprise a eu lieu le {}, {gap}\u{a0}jour{} avant la reprise",
        date_numeric(prerep.date),
        if gap > 1 { "s" } else { "" }
    );
    let no = |why: &str| (false, Raison::new(regle, format!("{seen}. {why}")));
    Some(if gap > i32::from(rule.ecart_max_jours) {
        no(&format!(
            "La dispense de visite de reprise suppose {}\u{a0}jours au plus\u{a0}: la visite reste due.",
            rule.ecart_max_jours
        ))
    } else if !(prerep.sans_mesure_de_poste && prerep.sans_mesure_de_temps) {
        no(
            "Le médecin n’a pas conclu à la fois à l’absence de mesure sur le poste et sur le temps de travail\u{a0}: la visite de reprise reste due.",
        )
    } else if arret.reprise_demandee {
        no(
            "Le médecin du travail, l’employeur ou le travailleur demande la visite de reprise\u{a0}: elle reste due.",
        )
    } else {
        (
            true,
            Raison::new(
                regle,
                format!(
                    "{seen}, et le médecin a conclu qu’aucune mesure n’était nécessaire\u{a0}: la visite de reprise n’est pas requise."
                ),
            ),
        )
    })
}

/// What the leave opens on a day, given its length: known when its end is known, otherwise the days run so far.
pub fn ouvertures_pendant_arret(regles: &Regles, arret: &Arret, le: Date) -> Vec<Ouverture> {
    // A maternity leave is no sick leave, but the meeting and the visit are open to any health absence; the text of
    // D1226-8-1 and R4624-29 speaks of an interruption of work justified by incapacity.
    if arret.cause == CauseArret::Maternite {
        return Vec::new();
    }
    let after = arret.fin.unwrap_or(le).saturating_add(1.day());
    let days = days_between(arret.debut, after).max(0);
    let of = |regle: &Regle, a: &crate::Absence| {
        let (ouverte, seuil) = match (a.plus_de_jours, a.au_moins_jours, a.plus_de_mois) {
            (Some(n), _, _) => (days > i32::from(n), format!("plus de {n}\u{a0}jours")),
            (_, Some(n), _) => (days >= i32::from(n), format!("au moins {n}\u{a0}jours")),
            (_, _, Some(n)) => (after > plus_mois(arret.debut, n), format!("plus de {n}\u{a0}mois")),
            // Refused when rules are loaded.
            (None, None, None) => (false, String::new()),
        };
        Ouverture {
            type_visite: a.type_visite.clone(),
            ouverte,
            raison: Raison::new(
                regle,
                format!(
                    "L’arrêt commencé le {} compte {days}\u{a0}jour{}\u{a0}: {} {} (il faut {seuil}).",
                    date_numeric(arret.debut),
                    if days > 1 { "s" } else { "" },
                    regle.entete.libelle,
                    if ouverte { "est possible" } else { "n’est pas ouvert à ce titre" },
                ),
            ),
        }
    };
    regles
        .absences()
        .filter(|(r, _)| r.entete.vaut_le(event(arret, le, r.entete.evenement)))
        .map(|(r, a)| of(r, a))
        .collect()
}
