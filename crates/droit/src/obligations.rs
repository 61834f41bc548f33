//! Which triggers hold for a worker, and the visit that each calls for.

use base::{Date, date_numeric};
use jiff::ToSpan;

use crate::faits::DeclencheurActif;
use crate::moteur::{Moteur, plus_mois};
use crate::regle::{Categorie, Declencheur, Evenement, FaitDeclencheur, Famille, Initial, RoleVisite};
use crate::{Affectation, Alerte, Dispense, Motif, Raison, Regle, Sexe, VisitePassee};

/// The switch that says how many months before an assignment a first visit still counts for it.
const ANTICIPATION: &str = "anticipation_visite_initiale";
/// The switch that says whether a new particular risk on the same post calls for a new examination.
const NOUVEAU_RISQUE: &str = "nouveau_risque_sur_le_poste";

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

    fn famille(&self) -> Famille {
        if self.regle_declencheur.categorie == Categorie::Sir { Famille::Examen } else { Famille::Vip }
    }
}

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

/// Whether a visit starts this clock again.
fn counts(m: &Moteur<'_>, v: &VisitePassee, famille: Famille) -> bool {
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

/// The earlier visit that stands for the first one, when the service asked for it and the law allows it.
///
/// The rule is the one of the most demanding trigger of the post: three years replace five for the workers of
/// R4624-17, and two years for those under reinforced follow-up.
fn exempted<'a>(
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
