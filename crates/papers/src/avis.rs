//! Annex 2: avis d'aptitude.

use base::Date;
use serde::{Deserialize, Serialize};

use crate::champs::{Affectation, Employeur, Mention, Passage, RoleMedecin, Salarie, Signature, Spst};
use crate::controle::Controle;
use crate::feuille::{Case, Commun, Feuille, Groupe};
use crate::{Destinataire, PaperError};

/// The examinations that end with an opinion since 1 July 2025. Neither the return to work nor a visit asked
/// for does: they end with an [`crate::AttestationSuivi`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeExamen {
    /// Before the assignment (R4624-24).
    Initial,
    /// Renewal (R4624-28).
    Periodique,
}

/// The particular risks that call for reinforced follow-up (R4624-23, in force since 10 April 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RisqueParticulier {
    /// I 1°.
    Amiante,
    /// I 2°.
    Plomb,
    /// I 3°.
    Cmr,
    /// I 4°.
    AgentsBiologiques,
    /// I 5°.
    RayonnementsIonisants,
    /// I 6°.
    Hyperbare,
    /// I 7°.
    ChuteDeHauteur,
    /// II: a post for which the code asks for a specific examination.
    ExamenSpecifique,
    /// III: added by the employer, with a written reason.
    AjouteParLEmployeur,
}

impl RisqueParticulier {
    fn libelle(self) -> &'static str {
        match self {
            Self::Amiante => "Amiante (I, 1°)",
            Self::Plomb => "Plomb (I, 2°)",
            Self::Cmr => "Agents cancérogènes, mutagènes ou toxiques pour la reproduction (I, 3°)",
            Self::AgentsBiologiques => "Agents biologiques des groupes 3 et 4 (I, 4°)",
            Self::RayonnementsIonisants => "Rayonnements ionisants (I, 5°)",
            Self::Hyperbare => "Risque hyperbare (I, 6°)",
            Self::ChuteDeHauteur => "Chute de hauteur, montage et démontage d’échafaudages (I, 7°)",
            Self::ExamenSpecifique => "Poste soumis à un examen d’aptitude spécifique (II)",
            Self::AjouteParLEmployeur => "Poste ajouté par l’employeur (III)",
        }
    }
}

/// Annex 2 of the arrete of 16 October 2017 as amended by the arrete of 3 March 2025, in force since
/// 1 July 2025: the worker under reinforced follow-up is fit. Only a doctor can sign one, by its type.
///
/// The annex itself was not read. Sure from commentaries: the identity block of annex 1, the two examinations
/// left, the attached measures, the appeal within 15 days (L4624-7, R4624-45). Doubtful, kept because the
/// service needs them: the list of particular risks and the place of the next examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvisAptitude {
    /// Service that delivers the document.
    pub spst: Spst,
    /// Employer.
    pub employeur: Employeur,
    /// First name and name of the company's doctor.
    pub medecin_referent: String,
    /// Worker.
    pub salarie: Salarie,
    /// Post or jobs; the reinforced follow-up is always "since" some day.
    pub affectation: Affectation,
    /// Particular risks of the post, at least one.
    pub risques: Vec<RisqueParticulier>,
    /// Day and times of the examination.
    pub passage: Passage,
    /// Type of the examination.
    pub type_examen: TypeExamen,
    /// A proposal of individual measures (annex 4) goes with the document.
    pub annexe_4_jointe: bool,
    /// The next examination or intermediate visit takes place at the latest on that day.
    pub prochaine_visite: Date,
    /// The doctor who signed.
    pub signature: Signature<RoleMedecin>,
}

impl AvisAptitude {
    pub(crate) fn feuille(&self, to: Destinataire, dated: Date) -> Result<Feuille, PaperError> {
        self.controler(dated)?;
        let commun = Commun {
            spst: &self.spst,
            employeur: &self.employeur,
            medecin_referent: &self.medecin_referent,
            salarie: &self.salarie,
            affectation: &self.affectation,
            passage: self.passage,
            signature: &self.signature,
            annexe_4_jointe: self.annexe_4_jointe,
            prochaine_visite: self.prochaine_visite,
        };
        let case =
            |ici: TypeExamen, libelle, article| Case { libelle, article, cochee: self.type_examen == ici };
        let types = vec![Groupe {
            nom: Some("Examen médical d’aptitude"),
            cases: vec![
                case(TypeExamen::Initial, "à l’embauche", "R.\u{a0}4624-24"),
                case(TypeExamen::Periodique, "périodique", "R.\u{a0}4624-28"),
            ],
        }];
        let risques = self.risques.iter().map(|r| r.libelle()).collect();
        let conclusions =
            vec![Case { libelle: "Apte au poste de travail", article: "L.\u{a0}4624-2", cochee: true }];
        Ok(commun.feuille(to, dated, self.signature.role.libelle(), types, risques, conclusions))
    }

    fn controler(&self, dated: Date) -> Result<(), PaperError> {
        let mut controle = Controle::default();
        controle.en_tete(&self.spst, &self.employeur, &self.medecin_referent);
        controle.salarie(&self.salarie);
        controle.affectation(&self.affectation, self.passage);
        controle.deroulement(&self.salarie, self.passage, &self.signature, self.prochaine_visite, dated);
        controle.au_moins_un(&self.risques, "le risque particulier du poste (article R.\u{a0}4624-23)");
        controle.exige(
            self.affectation.suivi_renforce != Mention::Non,
            "Un avis d’aptitude suppose un suivi individuel renforcé\u{a0}: indiquez depuis quand, ou établissez une \
             attestation de suivi.",
        );
        controle.fin()
    }
}
