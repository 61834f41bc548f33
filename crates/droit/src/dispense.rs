//! When a visit made before hiring stands for the first visit (R4624-15, R4624-27).

use base::date_numeric;
use jiff::ToSpan;

use crate::declencheurs::Actif;
use crate::moteur::Moteur;
use crate::obligations::counts;
use crate::{Dispense, Raison, VisitePassee};

/// The earlier visit that stands for the first one, when the service asked for it and the law allows it.
///
/// The rule is the one of the most demanding trigger of the post: three years replace five for the workers of
/// R4624-17, and two years for those under reinforced follow-up.
pub(crate) fn exempted<'a>(
    m: &Moteur<'a>,
    a: &Actif<'_>,
    all: &[Actif<'_>],
    dispenses: &mut Vec<Dispense>,
) -> Option<&'a VisitePassee> {
    let asked = a.affectation.dispense?;
    let hired = a.affectation.embauche;
    let (head, regle, rule) = all
        .iter()
        .filter(|o| std::ptr::eq(o.affectation, a.affectation))
        .filter_map(|o| {
            let id = o.regle_declencheur.dispense.as_deref()?;
            m.regles.dispense_initiale(id, hired).map(|(regle, rule)| (o, regle, rule))
        })
        .max_by_key(|(o, _, rule)| (o.regle_declencheur.categorie, std::cmp::Reverse(rule.recul_mois)))?;
    let famille = head.famille();
    let oldest = hired.saturating_sub(i64::from(rule.recul_mois).months());
    let within = |v: &&&VisitePassee| v.date >= oldest && v.date <= hired;
    let relied =
        m.visites.iter().filter(within).filter(|v| counts(m, v, famille)).max_by_key(|v| v.date).copied();
    let span =
        format!("dans les {}\u{a0}mois qui précèdent l’embauche du {}", rule.recul_mois, date_numeric(hired));
    let measure = m.visites.iter().filter(within).find(|v| v.mesures_l4624_3 || v.inaptitude);
    let refusal = if !asked.emploi_identique {
        Some("l’emploi n’est pas identique".to_owned())
    } else if !asked.exposition_equivalente {
        Some("les expositions ne sont pas équivalentes".to_owned())
    } else if !asked.dernier_document_detenu {
        Some("le dernier document n’est pas en possession du professionnel".to_owned())
    } else if asked.visite_demandee {
        Some("la visite est demandée".to_owned())
    } else if let Some(v) = measure {
        Some(format!("une mesure ou une inaptitude a été prononcée le {}, {span}", date_numeric(v.date)))
    } else if relied.is_none() {
        Some(format!("aucune visite de même nature n’a eu lieu {span}"))
    } else {
        None
    };
    let raison = match (&refusal, relied) {
        (None, Some(v)) => format!(
            "La visite du {} tient lieu de première visite\u{a0}: elle a eu lieu {span}, pour un emploi identique, et aucune mesure ni inaptitude n’a été prononcée depuis.",
            date_numeric(v.date)
        ),
        (why, _) => format!(
            "La dispense de première visite est refusée\u{a0}: {}.",
            why.as_deref().unwrap_or("les conditions ne sont pas réunies")
        ),
    };
    let granted = if refusal.is_none() { relied } else { None };
    dispenses.push(Dispense {
        accordee: granted.is_some(),
        visite_du: granted.map(|v| v.date),
        raison: Raison::new(regle, raison),
    });
    granted
}
