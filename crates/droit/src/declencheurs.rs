//! Which triggers hold for a worker, since when, and which are over.

use base::{Date, date_numeric};
use jiff::ToSpan;

use crate::faits::DeclencheurActif;
use crate::moteur::Moteur;
use crate::regle::{Categorie, Declencheur, Evenement, FaitDeclencheur, Famille};
use crate::{Affectation, Alerte, Motif, Raison, Regle, Sexe};

/// A trigger that holds, on one assignment.
pub(crate) struct Actif<'a> {
    pub(crate) regle: &'a Regle,
    pub(crate) regle_declencheur: &'a Declencheur,
    pub(crate) plafond_mois: Option<u16>,
    pub(crate) affectation: &'a Affectation,
    /// Since when it holds, with the law of each day.
    pub(crate) depuis: Date,
    /// First day on the first post of the contract.
    pub(crate) prise_de_poste: Date,
    pub(crate) fait: String,
}

impl Actif<'_> {
    pub(crate) fn motif(&self) -> Motif {
        Motif {
            categorie: self.regle_declencheur.categorie,
            depuis: self.depuis,
            code: self.regle_declencheur.code.clone(),
            regle: self.regle.entete.id.clone(),
            article: self.regle.entete.article.clone(),
            version: self.regle.entete.valid_from,
            libelle: self.regle.entete.libelle.clone(),
            fait: self.fait.clone(),
        }
    }

    /// The clock that it winds.
    pub(crate) fn famille(&self) -> Famille {
        if self.regle_declencheur.categorie == Categorie::Sir { Famille::Examen } else { Famille::Vip }
    }
}

/// An exposure under reinforced follow-up that is over.
pub(crate) struct Ancien {
    pub(crate) libelle: String,
    pub(crate) fin: Date,
}

/// A fact that may set a trigger off, before the law of the day is asked.
struct Candidat<'a> {
    depuis: Date,
    fait: String,
    situation: Option<&'a DeclencheurActif>,
}

/// The triggers that hold on the posts that are not over, announced posts included.
pub(crate) fn actifs<'a>(m: &Moteur<'a>, alertes: &mut Vec<Alerte>) -> Vec<Actif<'a>> {
    let mut out = Vec::new();
    for affectation in &m.faits.affectations {
        if affectation.fin.is_some_and(|f| f <= m.le) {
            continue;
        }
        for (regle, d) in m.regles.declencheurs() {
            for candidat in candidates(m, affectation, d) {
                if candidat.situation.and_then(|s| s.jusqua).is_some_and(|j| j <= m.le) {
                    continue;
                }
                let jour = event(regle, affectation, m.le.max(candidat.depuis));
                if !regle.entete.vaut_le(jour) {
                    continue;
                }
                let Some(plafond_mois) = variant(m, d) else { continue };
                if !measured(m, d, candidat.situation) {
                    if let Some(s) = candidat.situation.filter(|s| s.mesures.is_empty()) {
                        alertes.push(unknown_measure(regle, affectation, s));
                    }
                    continue;
                }
                let depuis = since(m, regle, d, &candidat);
                out.push(Actif {
                    regle,
                    regle_declencheur: d,
                    plafond_mois,
                    affectation,
                    depuis,
                    prise_de_poste: first_day(m, affectation),
                    fait: candidat.fait,
                });
            }
        }
    }
    out
}

fn first_day(m: &Moteur<'_>, affectation: &Affectation) -> Date {
    m.faits
        .affectations
        .iter()
        .filter(|a| a.embauche == affectation.embauche && a.contrat == affectation.contrat)
        .map(|a| a.debut)
        .min()
        .unwrap_or(affectation.debut)
}

fn event(regle: &Regle, affectation: &Affectation, jour: Date) -> Date {
    match regle.entete.evenement {
        Evenement::Affectation => affectation.debut,
        Evenement::Embauche => affectation.embauche,
        _ => jour,
    }
}

fn candidates<'a>(m: &Moteur<'a>, a: &'a Affectation, d: &Declencheur) -> Vec<Candidat<'a>> {
    let post =
        if a.intitule.is_empty() { String::new() } else { format!(", poste «\u{a0}{}\u{a0}»", a.intitule) };
    let on_post = |fait: String| vec![Candidat { depuis: a.debut, fait: fait + &post, situation: None }];
    let declared = |jour: Option<Date>, what: &str| match jour.filter(|j| *j <= m.le) {
        Some(j) => vec![Candidat {
            depuis: j,
            fait: format!("{what} déclarée le {}", date_numeric(j)),
            situation: None,
        }],
        None => Vec::new(),
    };
    match d.fait {
        FaitDeclencheur::Toujours => vec![Candidat {
            depuis: first_day(m, a),
            fait: format!("en poste depuis le {}{post}", date_numeric(a.debut)),
            situation: None,
        }],
        FaitDeclencheur::Nuit if a.nuit => {
            on_post(format!("travail de nuit depuis le {}", date_numeric(a.debut)))
        }
        FaitDeclencheur::Apprenti if a.apprenti => {
            on_post(format!("apprentissage depuis le {}", date_numeric(a.embauche)))
        }
        FaitDeclencheur::Age => {
            let limit = d.age_moins_de.unwrap_or(0);
            if base::age_on(m.faits.naissance, m.le.max(a.debut)) < limit {
                on_post(format!(
                    "naissance le {}, moins de {limit}\u{a0}ans",
                    date_numeric(m.faits.naissance)
                ))
            } else {
                Vec::new()
            }
        }
        FaitDeclencheur::Rqth => {
            declared(m.faits.rqth, "reconnaissance de la qualité de travailleur handicapé")
        }
        FaitDeclencheur::Pension => declared(m.faits.pension, "pension d’invalidité"),
        FaitDeclencheur::Situation => a
            .declencheurs
            .iter()
            .filter(|s| s.code == d.code)
            .map(|s| {
                // An exposure cannot begin for the worker before the post does.
                let depuis = s.depuis.unwrap_or(a.debut).max(a.debut);
                Candidat {
                    depuis,
                    fait: format!("situation notée depuis le {}{post}", date_numeric(depuis)),
                    situation: Some(s),
                }
            })
            .collect(),
        FaitDeclencheur::Nuit | FaitDeclencheur::Apprenti => Vec::new(),
    }
}

/// The ceiling with the switches of the service; `None` when a switch sets the trigger aside.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether the trigger holds, the inner one is its ceiling"
)]
fn variant(m: &Moteur<'_>, d: &Declencheur) -> Option<Option<u16>> {
    let mut plafond = d.plafond_mois;
    for v in &d.variantes {
        if m.regles.valeur(m.reglages, &v.reglage) == v.valeur {
            if v.ecarte {
                return None;
            }
            plafond = v.plafond_mois.or(plafond);
        }
    }
    Some(plafond)
}

/// Whether a threshold is passed, when the trigger has thresholds.
fn measured(m: &Moteur<'_>, d: &Declencheur, situation: Option<&DeclencheurActif>) -> bool {
    if d.seuils.is_empty() {
        return true;
    }
    let concerns = |s: Option<Sexe>| s.is_none() || m.faits.sexe.is_none() || s == m.faits.sexe;
    situation.is_some_and(|s| {
        s.mesures.iter().any(|mesure| {
            d.seuils.iter().any(|seuil| {
                seuil.mesure == mesure.nature && concerns(seuil.sexe) && mesure.valeur > seuil.plus_de
            })
        })
    })
}

fn unknown_measure(regle: &Regle, a: &Affectation, s: &DeclencheurActif) -> Alerte {
    let phrase = format!(
        "La situation «\u{a0}{}\u{a0}» notée sur le poste «\u{a0}{}\u{a0}» ne porte aucune mesure\u{a0}: sans elle, le seuil de la règle n’est pas tenu pour dépassé. Indiquez la mesure.",
        s.code, a.intitule
    );
    Alerte { code: "mesure_inconnue".to_owned(), raison: Raison::new(regle, phrase) }
}

/// Since when the trigger holds for the worker: the fact, unless the law of that time did not give the same follow-up.
fn since(m: &Moteur<'_>, regle: &Regle, d: &Declencheur, candidat: &Candidat<'_>) -> Date {
    let versions = m.regles.versions(&regle.entete.id);
    let mut start = regle.entete.valid_from;
    let mut oldest = true;
    for older in versions.iter().rev().skip_while(|v| v.entete.valid_from >= regle.entete.valid_from) {
        let crate::Contenu::Declencheur(o) = &older.contenu else { continue };
        let same = older.entete.valid_to == Some(start)
            && o.categorie == d.categorie
            && o.initial == d.initial
            && o.fait == d.fait
            && measured(m, o, candidat.situation);
        if !same {
            oldest = false;
            break;
        }
        start = older.entete.valid_from;
    }
    // Before the oldest version that we publish, other texts applied: the fact itself is kept.
    if oldest { candidat.depuis } else { candidat.depuis.max(start) }
}

/// The exposures under reinforced follow-up that are over and have not begun again elsewhere.
pub(crate) fn anciens(m: &Moteur<'_>) -> Vec<Ancien> {
    let mut out: Vec<Ancien> = Vec::new();
    for affectation in &m.faits.affectations {
        for s in &affectation.declencheurs {
            let end = [s.jusqua, affectation.fin].into_iter().flatten().min();
            let Some(fin) = end.filter(|f| *f <= m.le && *f > affectation.debut) else { continue };
            let eve = fin.saturating_sub(1.day());
            let rule = m.regles.declencheurs().find(|(r, d)| {
                d.code == s.code
                    && d.post_exposition
                    && r.entete.vaut_le(event(r, affectation, eve))
                    && variant(m, d).is_some()
                    && measured(m, d, Some(s))
            });
            let Some((regle, _)) = rule else { continue };
            let goes_on = m.faits.affectations.iter().any(|other| {
                other.declencheurs.iter().any(|o| {
                    let until = [o.jusqua, other.fin].into_iter().flatten().min();
                    o.code == s.code && until.is_none_or(|u| u > fin) && other.debut <= m.le
                })
            });
            if !goes_on {
                out.push(Ancien { libelle: regle.entete.libelle.clone(), fin });
            }
        }
    }
    out
}
