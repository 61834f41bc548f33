//! The identifiers of people, companies, professionals and places: how they are written, checked and explained.
//!
//! Pure: no database, no web, no clock. Whatever a person types is read with indulgence (spaces, dots,
//! dashes, lower case) and refused with a French sentence that says what to correct; what is accepted has
//! one canonical form. Each type refuses what its key can refuse, and nothing more.

mod code;
mod coherence;
mod entreprise;
mod ins;
mod ins_c;
mod insee;
mod nir;
mod sante;
mod traits;

pub use code::CodeError;
pub use coherence::{Incoherence, coherence};
pub use entreprise::{Siren, Siret};
pub use ins::{AttributsIns, Ins, InsError, OidIns, StatutIns};
pub use ins_c::{InsC, InsCError, ins_c};
pub use insee::{CodeCommune, CodeNaf, Idcc, PcsEse};
pub use nir::{NatureNir, Nir, NirError};
pub use sante::{Adeli, Finess, IdPs, NatureIdPs, Rpps};
pub use traits::{Sexe, TraitStrict, TraitsStricts, normalise};
