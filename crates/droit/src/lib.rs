//! The law of individual follow-up: dated rules as data, facts in, obligations with their reasons out.
//!
//! The rules stand in the folder `droit/` at the root of the repository, one article beside each line. This crate
//! holds no legal period, threshold or list of triggers: it reads them ([`Regles`]), checks them when they are
//! loaded, and applies them to [`Faits`]. It has no database, no clock and no web; the day considered is always an
//! argument, so that any date of the past or of the future can be replayed.
//!
//! Conventions kept everywhere:
//! - versions of a rule hold on `[valid_from, valid_to)`; the field `evenement` says which date selects the version;
//! - assignments and exposures hold on `[debut, fin)` as every period of the product, while a sick leave ends on its
//!   last day (`fin` included), as the prescription is written;
//! - months are calendar months: the same day of the later month, or the last day of that month when it is shorter
//!   (31 January plus one month is 28 or 29 February). The Code counts in months and years without saying how, and
//!   this is the reading of article 641 of the code de procédure civile.

mod actes;
mod arret;
mod declencheurs;
mod dispense;
mod faits;
mod moteur;
mod obligations;
mod regle;
mod regles;
mod verification;

#[cfg(test)]
mod tests;

pub use actes::{
    Intervention, ModeleDocument, Verdict, document_admis, document_apres, intervenants, peut_realiser,
};
pub use arret::{Ouverture, Reprise, ouvertures_pendant_arret, reprise_due};
pub use faits::{
    Affectation, Arret, CauseArret, DeclencheurActif, DispenseDemandee, FaitImpossible, Faits, Mesure, Sexe,
    VisitePassee,
};
pub use moteur::{Alerte, Dispense, Echeance, Evaluation, Motif, Raison, evaluer};
pub use regle::{
    Absence, Attestation, Autorisation, Categorie, Confiance, Contenu, Declencheur, DispenseInitiale,
    DispenseReprise, Document, Entete, Evenement, FaitDeclencheur, Famille, Initial, Intervenant, Metier,
    MiCarriere, Reglage, Regle, RegleReprise, RoleVisite, Seuil, TypeVisite, Variante,
};
pub use regles::{FICHIERS, Reglages, RegleError, Regles};
