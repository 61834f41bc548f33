//! What a request is, and the steps it goes through.

use base::{Coded, Instant};
use guard::{Caller, Role};
use serde::{Deserialize, Serialize};

base::id!(DemandeId, "a request for change");

/// Writes an enum of words: the code kept in the database, what a person reads, both ways.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in the order of screens.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word kept in the database and in exports.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What a person reads.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Reads the word; `None` when it is none of them.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == text)
            }
        }
    };
}

words! {
    /// What is asked of a list.
    Sorte {
        /// A term that the list lacks.
        Nouveau = "nouveau", "Nouveau terme";
        /// Another label for a term.
        Libelle = "libelle", "Modification d'un libellé";
        /// A term that should no longer be chosen.
        Inactivation = "inactivation", "Inactivation d'un terme";
        /// A term that belongs elsewhere in the tree.
        Deplacement = "deplacement", "Déplacement dans l'arbre";
        /// Another way to say a term.
        Synonyme = "synonyme", "Ajout d'un synonyme";
        /// Something that went wrong in use (publisher rule E7).
        Incident = "incident", "Incident d'emploi";
    }
}

impl Sorte {
    /// Whether it is about a term of the list.
    pub(crate) fn needs_term(self) -> bool {
        !matches!(self, Self::Nouveau | Self::Incident)
    }

    /// Whether it says the words wanted.
    pub(crate) fn needs_wish(self) -> bool {
        matches!(self, Self::Nouveau | Self::Libelle | Self::Synonyme)
    }
}

words! {
    /// Where a request stands.
    Etat {
        /// Asked, not yet looked at.
        Deposee = "deposee", "Déposée";
        /// Being examined.
        EnInstruction = "en_instruction", "En instruction";
        /// Accepted: it waits for the release that delivers it.
        Acceptee = "acceptee", "Acceptée";
        /// Put off: it is examined again later.
        Reportee = "reportee", "Reportée";
        /// Refused.
        Refusee = "refusee", "Refusée";
        /// A release contains it.
        Livree = "livree", "Livrée";
    }
}

words! {
    /// A step of the story of a request.
    Geste {
        /// Somebody asked.
        Depot = "depot", "Dépôt";
        /// Somebody else asked the same.
        Appui = "appui", "Appui";
        /// Somebody began to examine.
        Instruction = "instruction", "Mise en instruction";
        /// Accepted, with a reason.
        Acceptation = "acceptation", "Acceptation";
        /// Put off, with a reason.
        Report = "report", "Report";
        /// Refused, with a reason.
        Refus = "refus", "Refus";
        /// Found in a release.
        Livraison = "livraison", "Livraison";
        /// The step before is taken back, with a reason; it stays in the story.
        Annulation = "annulation", "Retour sur la décision";
    }
}

impl Geste {
    /// Whether it says why.
    pub(crate) fn needs_reason(self) -> bool {
        matches!(self, Self::Acceptation | Self::Report | Self::Refus | Self::Annulation)
    }
}

impl Etat {
    /// Where the request stands after a step; `None` when the step cannot be taken from here.
    pub(crate) fn apres(self, geste: Geste) -> Option<Self> {
        match (self, geste) {
            (etat, Geste::Appui) => Some(etat),
            (Self::Deposee | Self::Reportee, Geste::Instruction)
            | (Self::Acceptee | Self::Refusee, Geste::Annulation) => Some(Self::EnInstruction),
            (Self::EnInstruction, Geste::Acceptation) | (Self::Livree, Geste::Annulation) => {
                Some(Self::Acceptee)
            }
            (Self::EnInstruction, Geste::Refus) => Some(Self::Refusee),
            (Self::EnInstruction, Geste::Report) => Some(Self::Reportee),
            (Self::Acceptee, Geste::Livraison) => Some(Self::Livree),
            _ => None,
        }
    }

    /// Whether something remains to be done.
    pub(crate) fn ouverte(self) -> bool {
        !matches!(self, Self::Refusee | Self::Livree)
    }
}

words! {
    /// Where a request comes from.
    Origine {
        /// A person wrote it.
        Personne = "personne", "Demande écrite";
        /// It was made of texts typed as "autre".
        Saisie = "saisie", "Saisies «\u{a0}autre\u{a0}»";
    }
}

/// Who did something, as they were that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personne {
    /// Their account.
    pub id: String,
    /// Their name.
    pub nom: String,
    /// Their role.
    pub role: String,
}

impl Personne {
    /// The person who acts.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self { id: caller.compte_id.clone(), nom: caller.nom.clone(), role: caller.role.as_str().to_owned() }
    }

    /// `Hélène Marchetti, Médecin du travail`
    pub(crate) fn words(&self) -> String {
        match Role::parse(&self.role) {
            Some(role) => format!("{}, {}", self.nom, role.label()),
            None => self.nom.clone(),
        }
    }
}

/// A text typed as "autre", counted on the day of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texte {
    /// The words, as they were typed.
    pub texte: String,
    /// In how many records.
    pub saisies: i64,
}

/// A request for change of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demande {
    /// Its identifier.
    pub id: DemandeId,
    /// What is asked.
    pub sorte: Sorte,
    /// Of which list.
    pub thesaurus: String,
    /// Seen in which version.
    pub version: String,
    /// The term concerned, with its label of the day.
    pub terme: Option<Coded>,
    /// The words wanted; empty where the kind asks for none.
    pub souhait: String,
    /// The place wanted in the tree.
    pub parent: Option<Coded>,
    /// Why.
    pub raison: String,
    /// The texts typed as "autre" that it gathers.
    pub textes: Vec<Texte>,
    /// Where it comes from.
    pub origine: Origine,
    /// Where it stands.
    pub etat: Etat,
    /// Who asked first.
    pub auteur: Personne,
    /// When.
    pub deposee_le: Instant,
    /// Counts the steps, so that two people cannot decide over each other.
    pub edition: i64,
}

impl Demande {
    /// What it is called in lists: the words wanted, else the term concerned, else its kind.
    pub(crate) fn titre(&self) -> &str {
        match (&self.terme, self.souhait.as_str()) {
            (Some(terme), "") => &terme.label,
            (None, "") => self.sorte.label(),
            (_, wish) => wish,
        }
    }
}

/// One step of its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evenement {
    /// Its rank, from 1.
    pub rang: i64,
    /// What was done.
    pub geste: Geste,
    /// Why.
    pub motif: Option<String>,
    /// The release that delivers it, for a delivery.
    pub version: Option<String>,
    /// The term as that release has it.
    pub terme: Option<Coded>,
    /// Who.
    pub auteur: Personne,
    /// When.
    pub le: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn une_demande_va_du_depot_a_la_livraison() {
        let steps = [Geste::Instruction, Geste::Acceptation, Geste::Livraison];
        let end = steps.into_iter().try_fold(Etat::Deposee, Etat::apres);
        assert_eq!(end, Some(Etat::Livree));
    }

    #[test]
    fn rien_ne_se_decide_sans_instruction_et_une_decision_ne_se_remplace_pas() {
        for decision in [Geste::Acceptation, Geste::Refus, Geste::Report] {
            assert!(decision.needs_reason());
            assert_eq!(Etat::Deposee.apres(decision), None);
            for decided in [Etat::Acceptee, Etat::Refusee, Etat::Reportee, Etat::Livree] {
                assert_eq!(decided.apres(decision), None, "{decided:?} {decision:?}");
            }
        }
        assert_eq!(Etat::EnInstruction.apres(Geste::Livraison), None);
    }

    #[test]
    fn une_decision_se_reprend_par_une_ecriture_contraire() {
        assert_eq!(Etat::Refusee.apres(Geste::Annulation), Some(Etat::EnInstruction));
        assert_eq!(Etat::Livree.apres(Geste::Annulation), Some(Etat::Acceptee));
        assert_eq!(Etat::Deposee.apres(Geste::Annulation), None);
        assert!(Geste::Annulation.needs_reason());
    }

    #[test]
    fn un_appui_ne_change_pas_l_etat() {
        for etat in Etat::ALL {
            assert_eq!(etat.apres(Geste::Appui), Some(*etat));
        }
    }

    #[test]
    fn les_mots_gardes_se_relisent() {
        for sorte in Sorte::ALL {
            assert_eq!(Sorte::parse(sorte.code()), Some(*sorte));
        }
        assert_eq!(Etat::parse("inconnu"), None);
    }
}
