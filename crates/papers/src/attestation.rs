//! Annex 1: attestation de suivi individuel de l'etat de sante.

use base::Date;
use serde::{Deserialize, Serialize};

use crate::champs::{Affectation, Employeur, Passage, Role, RoleMedecin, Salarie, Signature, Spst};
use crate::controle::Controle;
use crate::feuille::{Case, Commun, Feuille, Groupe};
use crate::{Destinataire, PaperError};

/// The visits that end with an attestation since 1 July 2025 (arrete of 3 March 2025). A preparatory visit
/// before the return to work ends with no document, an aptitude examination with an [`crate::AvisAptitude`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeVisite {
    /// First information and prevention visit (R4624-10).
    VipInitiale,
    /// Periodic information and prevention visit (R4624-16).
    VipPeriodique,
    /// Return to work (R4624-31).
    Reprise,
    /// Asked for by the worker, the employer or the doctor (R4624-34).
    ALaDemande,
    /// After the end of exposures, or at the end of working life (R4624-28-1).
    PostExposition,
    /// Mid-career (L4624-2-2).
    MiCarriere,
    /// Between two aptitude examinations (R4624-28).
    Intermediaire,
}

/// Annex 1 of the arrete of 16 October 2017 as amended by the arrete of 3 March 2025, in force since
/// 1 July 2025. No free text may be added to the model, so there is no field for one.
///
/// Read in the Journal officiel: header, worker, post or jobs, dates and times, first boxes of the visit types.
/// Taken from summaries, to be compared with the annex before a service relies on them: the wording of the last
/// visit types and their articles, and the places of the next visit, of the annex 4 box and of the appeal routes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationSuivi {
    /// Service that delivers the document.
    pub spst: Spst,
    /// Employer.
    pub employeur: Employeur,
    /// First name and name of the company's doctor.
    pub medecin_referent: String,
    /// Worker.
    pub salarie: Salarie,
    /// Post or jobs.
    pub affectation: Affectation,
    /// Day and times of the visit.
    pub passage: Passage,
    /// Type of the visit.
    pub type_visite: TypeVisite,
    /// The professional sends the worker to the doctor without delay (L4624-1). Nothing says why.
    pub reorientation_sans_delai: bool,
    /// A proposal of individual measures (annex 4) goes with the document. Only a doctor can make one.
    pub annexe_4_jointe: bool,
    /// The next visit takes place at the latest on that day.
    pub prochaine_visite: Date,
    /// Who signed.
    pub signature: Signature<Role>,
}

impl AttestationSuivi {
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
        let conclusions = vec![Case {
            libelle: "Réorientation vers le médecin du travail sans délai",
            article: "",
            cochee: self.reorientation_sans_delai,
        }];
        Ok(commun.feuille(to, dated, self.signature.role.libelle(), self.types(), Vec::new(), conclusions))
    }

    fn controler(&self, dated: Date) -> Result<(), PaperError> {
        let mut controle = Controle::default();
        controle.en_tete(&self.spst, &self.employeur, &self.medecin_referent);
        controle.salarie(&self.salarie);
        controle.affectation(&self.affectation, self.passage);
        controle.deroulement(&self.salarie, self.passage, &self.signature, self.prochaine_visite, dated);
        let role = self.signature.role;
        controle.exige(
            !self.annexe_4_jointe || matches!(role, Role::Medecin(_)),
            "Seul un médecin du service peut joindre une proposition de mesures individuelles\u{a0}: décochez \
             l’annexe 4 ou faites signer le médecin.",
        );
        controle.exige(
            !(self.reorientation_sans_delai && role == Role::Medecin(RoleMedecin::MedecinDuTravail)),
            "Le médecin du travail ne réoriente pas le salarié vers lui-même\u{a0}: décochez la réorientation.",
        );
        controle.fin()
    }

    fn types(&self) -> Vec<Groupe> {
        let case =
            |ici: TypeVisite, libelle, article| Case { libelle, article, cochee: self.type_visite == ici };
        vec![
            Groupe {
                nom: Some("Visite d’information et de prévention"),
                cases: vec![
                    case(TypeVisite::VipInitiale, "initiale", "R.\u{a0}4624-10"),
                    case(TypeVisite::VipPeriodique, "périodique", "R.\u{a0}4624-16"),
                ],
            },
            Groupe {
                nom: None,
                cases: vec![
                    case(TypeVisite::Reprise, "Visite de reprise", "R.\u{a0}4624-31"),
                    case(TypeVisite::ALaDemande, "Visite à la demande", "R.\u{a0}4624-34"),
                ],
            },
            Groupe {
                nom: None,
                cases: vec![
                    case(
                        TypeVisite::PostExposition,
                        "Visite post-exposition ou post-professionnelle",
                        "R.\u{a0}4624-28-1",
                    ),
                    case(TypeVisite::MiCarriere, "Visite de mi-carrière", "L.\u{a0}4624-2-2"),
                    case(TypeVisite::Intermediaire, "Visite intermédiaire", "R.\u{a0}4624-28"),
                ],
            },
        ]
    }
}
