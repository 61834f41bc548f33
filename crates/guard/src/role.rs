//! The roles of the people of a service.

use serde::{Deserialize, Serialize};

/// What an account may be in the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Médecin du travail (L. 4623-1).
    Medecin,
    /// Infirmier en santé au travail (L. 4623-9).
    Infirmier,
    /// Secrétaire médicale ou assistante de l'équipe.
    Secretaire,
    /// Intervenant en prévention des risques professionnels (L. 4644-1).
    Iprp,
    /// Assistant de service de santé au travail (R. 4623-40).
    Asst,
    /// Direction du service.
    Direction,
    /// Informatique du service.
    Informatique,
}

impl Role {
    /// All roles, in the order of screens.
    pub const ALL: [Self; 7] = [
        Self::Medecin,
        Self::Infirmier,
        Self::Secretaire,
        Self::Iprp,
        Self::Asst,
        Self::Direction,
        Self::Informatique,
    ];

    /// The word kept in databases and policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Medecin => "medecin",
            Self::Infirmier => "infirmier",
            Self::Secretaire => "secretaire",
            Self::Iprp => "iprp",
            Self::Asst => "asst",
            Self::Direction => "direction",
            Self::Informatique => "informatique",
        }
    }

    /// Reads the word; `None` when it is no role.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Medecin => "Médecin du travail",
            Self::Infirmier => "Infirmier en santé au travail",
            Self::Secretaire => "Secrétaire médicale",
            Self::Iprp => "Intervenant en prévention (IPRP)",
            Self::Asst => "Assistant en santé au travail",
            Self::Direction => "Direction",
            Self::Informatique => "Informatique",
        }
    }
}
