//! What the engine is told about a worker, and what it refuses to believe.

use base::{Date, date_numeric};
use serde::{Deserialize, Serialize};

use crate::{Metier, Regles};

/// Sex, when a threshold of the law depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sexe {
    /// Homme.
    Homme,
    /// Femme.
    Femme,
}

/// Everything the rules read about one worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faits {
    /// Date of birth.
    pub naissance: Date,
    /// Sex; when it is unknown, the lowest threshold applies.
    #[serde(default)]
    pub sexe: Option<Sexe>,
    /// Present, past and announced assignments.
    #[serde(default)]
    pub affectations: Vec<Affectation>,
    /// Day on which the worker declared a recognition as a disabled worker (RQTH).
    #[serde(default)]
    pub rqth: Option<Date>,
    /// Day on which the worker declared a disability pension.
    #[serde(default)]
    pub pension: Option<Date>,
    /// Visits that took place.
    #[serde(default)]
    pub visites: Vec<VisitePassee>,
    /// Leaves.
    #[serde(default)]
    pub arrets: Vec<Arret>,
    /// The period fixed by the doctor's protocol for this follow-up, in months.
    #[serde(default)]
    pub periode_protocole_mois: Option<u16>,
}

/// One post held under one contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affectation {
    /// Name of the post.
    #[serde(default)]
    pub intitule: String,
    /// What tells one contract from another (any text); posts of one contract share it.
    #[serde(default)]
    pub contrat: String,
    /// Day of hiring.
    pub embauche: Date,
    /// First day on the post.
    pub debut: Date,
    /// First day no longer on the post.
    #[serde(default)]
    pub fin: Option<Date>,
    /// Night worker in the sense of L3122-5.
    #[serde(default)]
    pub nuit: bool,
    /// Apprentice.
    #[serde(default)]
    pub apprenti: bool,
    /// Exposures and situations that are triggers.
    #[serde(default)]
    pub declencheurs: Vec<DeclencheurActif>,
    /// What the service checked in order to go without a new first visit.
    #[serde(default)]
    pub dispense: Option<DispenseDemandee>,
}

/// An exposure or situation under the code of a trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclencheurActif {
    /// The code of the trigger (`amiante`).
    pub code: String,
    /// First day; the first day on the post when absent.
    #[serde(default)]
    pub depuis: Option<Date>,
    /// First day on which it is over.
    #[serde(default)]
    pub jusqua: Option<Date>,
    /// Measured values, when a threshold reads them.
    #[serde(default)]
    pub mesures: Vec<Mesure>,
}

/// One measured value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mesure {
    /// What is measured, with its unit (`air_mg_m3`, `plombemie_ug_l`).
    pub nature: String,
    /// The value.
    pub valeur: f64,
}

/// The conditions that a person has to have checked (R4624-15, R4624-27); the engine checks the dates and measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "four ticks of one form, each with its own question")]
pub struct DispenseDemandee {
    /// The worker will hold an identical job.
    pub emploi_identique: bool,
    /// With equivalent exposures.
    pub exposition_equivalente: bool,
    /// The professional holds the last attestation or opinion.
    pub dernier_document_detenu: bool,
    /// The doctor, the worker or the employer asks for the visit all the same.
    #[serde(default)]
    pub visite_demandee: bool,
}

/// A visit that took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "conclusions that the law reads one by one")]
pub struct VisitePassee {
    /// Its type.
    pub type_visite: String,
    /// Its day.
    pub date: Date,
    /// Who performed it.
    pub par: Metier,
    /// A measure of L4624-3 was proposed.
    #[serde(default)]
    pub mesures_l4624_3: bool,
    /// An unfitness was pronounced.
    #[serde(default)]
    pub inaptitude: bool,
    /// The doctor concluded that no adaptation of the post is needed (pre-return visit).
    #[serde(default)]
    pub sans_mesure_de_poste: bool,
    /// The doctor concluded that no change of working time is needed (pre-return visit).
    #[serde(default)]
    pub sans_mesure_de_temps: bool,
    /// The period fixed by the doctor for this worker, in months.
    #[serde(default)]
    pub periode_fixee_mois: Option<u16>,
    /// The day chosen by the professional for the next visit.
    #[serde(default)]
    pub prochaine_choisie: Option<Date>,
}

/// The cause of a leave, as far as R4624-31 tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseArret {
    /// Sickness or accident that is not occupational.
    Maladie,
    /// Work accident.
    AccidentTravail,
    /// Occupational disease.
    MaladieProfessionnelle,
    /// Maternity leave.
    Maternite,
}

impl CauseArret {
    /// The name in French, with its article.
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Maladie => "la maladie ou l’accident non professionnel",
            Self::AccidentTravail => "l’accident du travail",
            Self::MaladieProfessionnelle => "la maladie professionnelle",
            Self::Maternite => "le congé de maternité",
        }
    }
}

/// A leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arret {
    /// Its cause.
    pub cause: CauseArret,
    /// First day of leave.
    pub debut: Date,
    /// Last day of leave, included; absent while it is not known.
    #[serde(default)]
    pub fin: Option<Date>,
    /// Day of prescription; the first day when absent.
    #[serde(default)]
    pub emis: Option<Date>,
    /// The doctor, the employer or the worker asks for the return visit.
    #[serde(default)]
    pub reprise_demandee: bool,
}

/// A fact that cannot be: nothing is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{champ}: {phrase}")]
pub struct FaitImpossible {
    /// The field, as a path (`visites[2].date`).
    pub champ: String,
    /// What is wrong and what to correct, in French.
    pub phrase: String,
}

impl Faits {
    /// Every contradiction found.
    pub(crate) fn impossibles(&self, regles: &Regles) -> Vec<FaitImpossible> {
        let mut faults = Vec::new();
        let mut fault = |champ: String, phrase: String| faults.push(FaitImpossible { champ, phrase });
        let birth = self.naissance;
        let born = date_numeric(birth);
        for (champ, jour) in [("rqth", self.rqth), ("pension", self.pension)] {
            if let Some(j) = jour.filter(|j| *j < birth) {
                fault(
                    champ.to_owned(),
                    format!("La déclaration du {} précède la naissance ({born}).", date_numeric(j)),
                );
            }
        }
        for (n, a) in self.affectations.iter().enumerate() {
            let at = format!("affectations[{n}]");
            if a.embauche < birth {
                fault(
                    format!("{at}.embauche"),
                    format!("L’embauche du {} précède la naissance ({born}).", date_numeric(a.embauche)),
                );
            }
            if a.debut < a.embauche {
                fault(
                    format!("{at}.debut"),
                    format!(
                        "L’affectation du {} précède l’embauche du {}.",
                        date_numeric(a.debut),
                        date_numeric(a.embauche)
                    ),
                );
            }
            if let Some(fin) = a.fin.filter(|f| *f <= a.debut) {
                fault(
                    format!("{at}.fin"),
                    format!(
                        "L’affectation finit le {}, avant son premier jour ({}) ou ce jour même.",
                        date_numeric(fin),
                        date_numeric(a.debut)
                    ),
                );
            }
            for (m, d) in a.declencheurs.iter().enumerate() {
                if !regles.declencheurs().any(|(_, r)| r.code == d.code) {
                    fault(
                        format!("{at}.declencheurs[{m}].code"),
                        format!("Aucune règle ne connaît le déclencheur «\u{a0}{}\u{a0}».", d.code),
                    );
                }
                let depuis = d.depuis.unwrap_or(a.debut);
                if let Some(j) = d.jusqua.filter(|j| *j <= depuis) {
                    fault(
                        format!("{at}.declencheurs[{m}].jusqua"),
                        format!("L’exposition finit le {}, sans avoir duré un jour.", date_numeric(j)),
                    );
                }
                if d.mesures.iter().any(|m| !m.valeur.is_finite() || m.valeur < 0.0) {
                    fault(
                        format!("{at}.declencheurs[{m}].mesures"),
                        "Une mesure doit être un nombre positif ou nul.".to_owned(),
                    );
                }
            }
        }
        for (n, v) in self.visites.iter().enumerate() {
            if v.date < birth {
                fault(
                    format!("visites[{n}].date"),
                    format!("La visite du {} précède la naissance ({born}).", date_numeric(v.date)),
                );
            }
            if !regles.visites().any(|(_, t)| t.code == v.type_visite) {
                fault(
                    format!("visites[{n}].type_visite"),
                    format!("Le type de visite «\u{a0}{}\u{a0}» n’existe pas.", v.type_visite),
                );
            }
            if v.periode_fixee_mois == Some(0) {
                fault(
                    format!("visites[{n}].periode_fixee_mois"),
                    "La période ne peut pas être nulle.".to_owned(),
                );
            }
            if let Some(p) = v.prochaine_choisie.filter(|p| *p <= v.date) {
                fault(
                    format!("visites[{n}].prochaine_choisie"),
                    format!(
                        "La prochaine visite ({}) doit suivre la visite du {}.",
                        date_numeric(p),
                        date_numeric(v.date)
                    ),
                );
            }
        }
        for (n, a) in self.arrets.iter().enumerate() {
            if a.debut < birth {
                fault(
                    format!("arrets[{n}].debut"),
                    format!("L’arrêt du {} précède la naissance ({born}).", date_numeric(a.debut)),
                );
            }
            if let Some(fin) = a.fin.filter(|f| *f < a.debut) {
                fault(
                    format!("arrets[{n}].fin"),
                    format!(
                        "L’arrêt finit le {} avant d’avoir commencé ({}).",
                        date_numeric(fin),
                        date_numeric(a.debut)
                    ),
                );
            }
        }
        if self.periode_protocole_mois == Some(0) {
            fault(
                "periode_protocole_mois".to_owned(),
                "La période du protocole ne peut pas être nulle.".to_owned(),
            );
        }
        faults
    }
}
