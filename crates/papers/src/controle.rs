//! What must be there and well formed before a document is composed.

use base::Date;

use crate::champs::{
    Affectation, Employeur, IdentiteIns, Mention, Passage, Postes, Salarie, Signature, Spst,
};
use crate::{PaperError, ins, moteur};

/// Longest text that one field accepts, in characters. Keeps the document on its page.
const MAX: usize = 120;

/// The first day of the models of the arrete of 3 March 2025.
pub(crate) const EN_VIGUEUR: Date = Date::constant(2025, 7, 1);

/// One reason for refusing to compose a document, as a French sentence for the person who must correct it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defaut {
    /// A mandatory datum is absent or blank.
    #[error("Il manque {champ}.")]
    Manque {
        /// The field, with its article.
        champ: &'static str,
    },
    /// A datum is not written as it should be.
    #[error("Corrigez {champ}\u{a0}: {attendu}.")]
    Forme {
        /// The field, with its article.
        champ: &'static str,
        /// What is expected.
        attendu: &'static str,
    },
    /// A text is longer than its place on the form.
    #[error("Raccourcissez {champ}\u{a0}: {MAX} caractères au plus.")]
    TropLong {
        /// The field, with its article.
        champ: &'static str,
    },
    /// A text holds a character that the document's fonts cannot print.
    #[error(
        "Remplacez le caractère «\u{a0}{caractere}\u{a0}» dans {champ}\u{a0}: il ne peut pas être imprimé."
    )]
    Caractere {
        /// The field, with its article.
        champ: &'static str,
        /// The character.
        caractere: char,
    },
    /// Two data contradict each other, or a rule of law.
    #[error("{phrase}")]
    Incoherence {
        /// The whole sentence.
        phrase: &'static str,
    },
}

/// Gathers every reason, so that a person corrects all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Controle(Vec<Defaut>);

impl Controle {
    pub(crate) fn fin(self) -> Result<(), PaperError> {
        if self.0.is_empty() { Ok(()) } else { Err(PaperError::Refus(self.0)) }
    }

    pub(crate) fn exige(&mut self, vrai: bool, phrase: &'static str) {
        if !vrai {
            self.0.push(Defaut::Incoherence { phrase });
        }
    }

    pub(crate) fn texte(&mut self, champ: &'static str, valeur: &str) {
        if valeur.trim().is_empty() {
            self.0.push(Defaut::Manque { champ });
        } else if valeur.chars().count() > MAX {
            self.0.push(Defaut::TropLong { champ });
        } else if let Some(caractere) = valeur.chars().find(|c| c.is_control() || !moteur::imprimable(*c)) {
            self.0.push(Defaut::Caractere { champ, caractere });
        }
    }

    pub(crate) fn au_moins_un<T>(&mut self, liste: &[T], champ: &'static str) {
        if liste.is_empty() {
            self.0.push(Defaut::Manque { champ });
        }
    }

    fn chiffres(&mut self, champ: &'static str, valeur: &str, combien: usize, attendu: &'static str) {
        if valeur.trim().is_empty() {
            self.0.push(Defaut::Manque { champ });
        } else if valeur.len() != combien || !valeur.bytes().all(|b| b.is_ascii_digit()) {
            self.0.push(Defaut::Forme { champ, attendu });
        }
    }

    pub(crate) fn en_tete(&mut self, spst: &Spst, employeur: &Employeur, medecin_referent: &str) {
        self.texte("le nom du service de prévention et de santé au travail", &spst.nom);
        let adresse = "l’adresse du service de prévention et de santé au travail";
        self.au_moins_un(&spst.adresse, adresse);
        for ligne in &spst.adresse {
            self.texte(adresse, ligne);
        }
        self.exige(spst.adresse.len() <= 4, "L’adresse du service tient en quatre lignes au plus.");
        self.texte("le téléphone du service de prévention et de santé au travail", &spst.telephone);
        self.texte("le nom de l’entreprise", &employeur.nom);
        self.chiffres("le SIRET de l’entreprise", &employeur.siret, 14, "il compte 14 chiffres, sans espace");
        self.texte("le nom du médecin du travail référent", medecin_referent);
    }

    pub(crate) fn salarie(&mut self, salarie: &Salarie) {
        self.texte("le nom de naissance du salarié", &salarie.nom_naissance);
        if let Some(nom) = &salarie.nom_utilise {
            self.texte("le nom utilisé du salarié", nom);
        }
        let prenoms = "le prénom de naissance du salarié";
        self.au_moins_un(&salarie.prenoms_naissance, prenoms);
        for prenom in &salarie.prenoms_naissance {
            self.texte(prenoms, prenom);
        }
        let lieu = &salarie.lieu_naissance;
        let code = "le code INSEE du lieu de naissance";
        if lieu.code_insee.trim().is_empty() {
            self.0.push(Defaut::Manque { champ: code });
        } else if lieu.code_insee.len() != 5 || !lieu.code_insee.bytes().all(|b| b.is_ascii_alphanumeric()) {
            self.0.push(Defaut::Forme { champ: code, attendu: "il compte 5 caractères" });
        }
        self.texte("le libellé du lieu de naissance", &lieu.libelle);
        if let IdentiteIns::Qualifiee { matricule, .. } = &salarie.ins {
            let champ = "le matricule INS";
            if matricule.trim().is_empty() {
                self.0.push(Defaut::Manque { champ });
            } else if matricule.len() != 15 || !matricule.bytes().all(|b| b.is_ascii_alphanumeric()) {
                self.0.push(Defaut::Forme {
                    champ,
                    attendu: "il compte 15 caractères, clé comprise, sans espace",
                });
            }
            self.exige(
                ins::ecrivable(salarie),
                "Les traits d’une identité qualifiée s’écrivent en lettres latines et les prénoms tiennent en \
                 100 caractères\u{a0}: corrigez le nom de naissance ou les prénoms.",
            );
        }
    }

    pub(crate) fn affectation(&mut self, affectation: &Affectation, passage: Passage) {
        match &affectation.postes {
            Postes::Poste(intitule) => self.texte("l’intitulé du poste de travail", intitule),
            Postes::Emplois(emplois) => emplois.iter().for_each(|e| self.texte("l’intitulé de l’emploi", e)),
        }
        let pas_apres = |mention: Mention| match mention {
            Mention::Depuis(jour) => jour <= passage.date,
            Mention::Non => true,
        };
        self.exige(
            pas_apres(affectation.mesures),
            "Les mesures individuelles ne peuvent pas commencer après le jour de la visite.",
        );
        self.exige(
            pas_apres(affectation.suivi_renforce),
            "Le suivi individuel renforcé ne peut pas commencer après le jour de la visite.",
        );
    }

    /// The visit, its signature and the day of the document follow each other.
    pub(crate) fn deroulement<R>(
        &mut self,
        salarie: &Salarie,
        passage: Passage,
        signature: &Signature<R>,
        prochaine: Date,
        dated: Date,
    ) {
        self.exige(
            dated >= EN_VIGUEUR,
            "Ce modèle est en vigueur depuis le 1er juillet 2025\u{a0}: il ne peut pas porter une date plus ancienne.",
        );
        self.exige(
            salarie.date_naissance < passage.date,
            "La date de naissance doit précéder la visite\u{a0}: corrigez l’une ou l’autre.",
        );
        self.exige(
            passage.arrivee <= passage.depart,
            "L’heure de départ doit suivre l’heure d’arrivée\u{a0}: corrigez l’une ou l’autre.",
        );
        self.texte("le nom du professionnel de santé", &signature.nom);
        if let Some(rpps) = &signature.rpps {
            self.chiffres("le numéro RPPS", rpps, 11, "il compte 11 chiffres, sans espace");
        }
        self.exige(
            passage.date <= signature.signe_le,
            "La signature ne peut pas précéder la visite\u{a0}: corrigez la date de la signature.",
        );
        self.exige(
            signature.signe_le <= dated,
            "Le document ne peut pas porter une date plus ancienne que sa signature.",
        );
        self.exige(
            passage.date < prochaine,
            "La prochaine visite doit suivre celle-ci\u{a0}: corrigez sa date.",
        );
    }
}
