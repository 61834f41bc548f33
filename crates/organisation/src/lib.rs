//! The service itself: its name, its centres, its professionals.
//!
//! Small on purpose, and below every other context: a visit, an establishment and an agenda all name a
//! centre and a professional.

mod tables;

pub use tables::{
    STATEMENTS, centre, centres, insert_centre, insert_professionnel, insert_service, professionnel,
    professionnels, service,
};

base::id!(CentreId, "a centre");
base::id!(ProfessionnelId, "a professional of the service");

use base::{Date, Period};
use guard::Role;

/// The service (SPSTI).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub nom: String,
    /// Its SIREN, nine digits.
    pub siren: String,
    /// Its postal address, one line.
    pub adresse: String,
    /// Its telephone number.
    pub telephone: String,
    /// Its e-mail address.
    pub courriel: String,
    /// Whether everything in it is invented.
    pub demonstration: bool,
}

/// A centre where workers are received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    /// Its identifier.
    pub id: CentreId,
    /// Its name.
    pub nom: String,
    /// Its postal address, one line.
    pub adresse: String,
    /// Whether it moves (a lorry, a room at a company's).
    pub mobile: bool,
}

/// A professional of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Professionnel {
    /// Their identifier.
    pub id: ProfessionnelId,
    /// Family name.
    pub nom: String,
    /// First name.
    pub prenom: String,
    /// Their trade.
    pub metier: Role,
    /// National number of health professionals, eleven digits.
    pub rpps: Option<String>,
    /// Their usual centre.
    pub centre_id: CentreId,
    /// When they belong to the service.
    pub presence: Period,
}

impl Professionnel {
    /// `Dr Anne Le Goff`, `Paul Martin`.
    pub fn nom_complet(&self) -> String {
        let titre = if self.metier == Role::Medecin { "Dr " } else { "" };
        format!("{titre}{} {}", self.prenom, self.nom)
    }

    /// Whether they are at the service on a day.
    pub fn present(&self, day: Date) -> bool {
        self.presence.contains(day)
    }
}
