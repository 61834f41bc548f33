//! A coded value as a record keeps it for ever.

use serde::{Deserialize, Serialize};

/// The code under which a thesaurus accepts "autre": a free text is then mandatory.
pub const AUTRE: &str = "autre";

/// The version under which a record keeps a value of the service's own, outside every harmonised release.
pub const LOCAL: &str = "local";

/// One term of one release of a thesaurus, with the label of the day it was chosen.
///
/// Records keep it whole and nothing ever recodes it: an old record shows what its author read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coded {
    /// The thesaurus (`expositions`, `professions`…).
    pub thesaurus: String,
    /// The release it was chosen in.
    pub version: String,
    /// The code, or [`AUTRE`].
    pub code: String,
    /// The label of that day, byte for byte; for "autre", the text that was typed.
    pub label: String,
}

impl Coded {
    /// Whether the person found no term and typed their own words.
    pub fn is_autre(&self) -> bool {
        self.code == AUTRE
    }

    /// Whether it is a value of the service's own: marked where it is shown, never counted as harmonised.
    pub fn is_local(&self) -> bool {
        self.version == LOCAL
    }
}
