//! The fields that the statutory models have in common. None of them can hold health data.

use base::Date;
use serde::{Deserialize, Serialize};

/// The prevention and occupational health service that delivers the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spst {
    /// Name.
    pub nom: String,
    /// Postal address, one line each, at least one.
    pub adresse: Vec<String>,
    /// Telephone; ten digits are printed in pairs.
    pub telephone: String,
}

/// The employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employeur {
    /// Name or trade name.
    pub nom: String,
    /// SIRET of the establishment, 14 digits without spaces.
    pub siret: String,
}

/// Sex, as the INS carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sexe {
    /// Female.
    Feminin,
    /// Male.
    Masculin,
    /// Not determined.
    Indetermine,
}

impl Sexe {
    pub(crate) fn libelle(self) -> &'static str {
        match self {
            Self::Feminin => "Féminin",
            Self::Masculin => "Masculin",
            Self::Indetermine => "Indéterminé",
        }
    }
}

/// Place of birth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LieuNaissance {
    /// INSEE code of the commune, or 99 and the country's three digits; 5 characters.
    pub code_insee: String,
    /// Name of the commune or country.
    pub libelle: String,
}

/// Which register the matricule of the INS comes from; it decides the OID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NatureIns {
    /// NIR.
    Nir,
    /// NIA, while the NIR is awaited.
    Nia,
    /// NIR of a test person.
    NirTest,
    /// NIR of a demonstration person.
    NirDemonstration,
}

impl NatureIns {
    /// OID of the assigning authority (value set of the ANS health document frame).
    pub(crate) fn oid(self) -> &'static str {
        match self {
            Self::Nir => "1.2.250.1.213.1.4.8",
            Self::Nia => "1.2.250.1.213.1.4.9",
            Self::NirTest => "1.2.250.1.213.1.4.10",
            Self::NirDemonstration => "1.2.250.1.213.1.4.11",
        }
    }

    pub(crate) fn libelle(self) -> &'static str {
        match self {
            Self::Nir => "NIR",
            Self::Nia => "NIA",
            Self::NirTest => "NIR de test",
            Self::NirDemonstration => "NIR fictif",
        }
    }
}

/// The national health identity and its status (RNIV). Only a qualified identity has a matricule that may be
/// printed, so only that status carries one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "statut", rename_all = "snake_case", deny_unknown_fields)]
pub enum IdentiteIns {
    /// Neither fetched from the teleservice nor checked.
    Provisoire,
    /// Fetched from the teleservice, identity not checked.
    Recuperee,
    /// Identity document checked, not fetched from the teleservice.
    Validee,
    /// Fetched and checked.
    Qualifiee {
        /// 15 characters, key included, without spaces.
        matricule: String,
        /// Register of the matricule.
        nature: NatureIns,
    },
}

/// The worker's traits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Salarie {
    /// Birth name.
    pub nom_naissance: String,
    /// Name used in daily life, when it differs.
    pub nom_utilise: Option<String>,
    /// Birth first names, in the order of the civil register, at least one.
    pub prenoms_naissance: Vec<String>,
    /// Date of birth.
    pub date_naissance: Date,
    /// Sex.
    pub sexe: Sexe,
    /// Place of birth.
    pub lieu_naissance: LieuNaissance,
    /// National health identity.
    pub ins: IdentiteIns,
}

/// One to three jobs: temporary, seasonal, intermediary-association workers and models. A fourth has no place
/// (R4625-10, R4625-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emplois {
    /// First job.
    pub premier: String,
    /// Second job.
    pub deuxieme: Option<String>,
    /// Third job.
    pub troisieme: Option<String>,
}

impl Emplois {
    /// The jobs in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        [Some(&self.premier), self.deuxieme.as_ref(), self.troisieme.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }
}

/// What the worker does: one post, or up to three jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Postes {
    /// The title of the post.
    Poste(String),
    /// Up to three jobs.
    Emplois(Emplois),
}

/// Yes since a day, or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mention {
    /// Yes, since that day.
    Depuis(Date),
    /// No.
    Non,
}

/// What the model says of the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affectation {
    /// Post or jobs.
    pub postes: Postes,
    /// Individual measures on the post (L4624-3). Whether they exist; never what they are.
    pub mesures: Mention,
    /// Reinforced follow-up of the post (L4624-2).
    pub suivi_renforce: Mention,
}

/// A time of day, to the minute. Its text form is `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Heure {
    heures: u8,
    minutes: u8,
}

/// A text that is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("l’heure s’écrit avec deux chiffres pour l’heure et deux pour les minutes, par exemple 09:30")]
pub struct HeureError;

impl Heure {
    /// `14 h 05`, with no-break spaces.
    pub(crate) fn en_toutes_lettres(self) -> String {
        format!("{}\u{a0}h\u{a0}{:02}", self.heures, self.minutes)
    }
}

impl std::fmt::Display for Heure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.heures, self.minutes)
    }
}

impl std::str::FromStr for Heure {
    type Err = HeureError;

    /// Reads `HH:MM` and nothing else.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (h, m) = text.split_once(':').ok_or(HeureError)?;
        let two = |part: &str| {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u8>().ok())
                .flatten()
        };
        match (two(h), two(m)) {
            (Some(heures @ 0..=23), Some(minutes @ 0..=59)) => Ok(Self { heures, minutes }),
            _ => Err(HeureError),
        }
    }
}

impl TryFrom<String> for Heure {
    type Error = HeureError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Heure> for String {
    fn from(heure: Heure) -> Self {
        heure.to_string()
    }
}

/// When the worker was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Day.
    pub date: Date,
    /// Time of arrival.
    pub arrivee: Heure,
    /// Time of departure.
    pub depart: Heure,
}

/// The doctors who may sign an opinion (R4623-14: the last two within a protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleMedecin {
    /// Occupational physician.
    MedecinDuTravail,
    /// Collaborating doctor.
    CollaborateurMedecin,
    /// Resident in occupational medicine.
    InterneEnMedecineDuTravail,
}

impl RoleMedecin {
    pub(crate) fn libelle(self) -> &'static str {
        match self {
            Self::MedecinDuTravail => "Médecin du travail",
            Self::CollaborateurMedecin => "Collaborateur médecin",
            Self::InterneEnMedecineDuTravail => "Interne en médecine du travail",
        }
    }
}

/// Everyone who may sign an attestation (L4624-1 I).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One of the service's doctors.
    Medecin(RoleMedecin),
    /// Occupational health nurse.
    InfirmierEnSanteAuTravail,
    /// Advanced practice nurse.
    InfirmierEnPratiqueAvancee,
    /// Corresponding general practitioner (L4623-1 IV).
    MedecinPraticienCorrespondant,
}

impl Role {
    pub(crate) fn libelle(self) -> &'static str {
        match self {
            Self::Medecin(role) => role.libelle(),
            Self::InfirmierEnSanteAuTravail => "Infirmier en santé au travail",
            Self::InfirmierEnPratiqueAvancee => "Infirmier en pratique avancée en santé au travail",
            Self::MedecinPraticienCorrespondant => "Médecin praticien correspondant",
        }
    }
}

/// Who signed, in which role `R`, on which day. The seal of the signature itself is kept with the document,
/// not printed on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature<R> {
    /// First name and name.
    pub nom: String,
    /// Role.
    pub role: R,
    /// RPPS number, 11 digits, when the person has one.
    pub rpps: Option<String>,
    /// Day of the signature.
    pub signe_le: Date,
}
