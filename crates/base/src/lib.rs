//! The words every room shares: dates, instants, periods, identifiers, money, folded text, coded values.
//!
//! Nothing here knows the profession, a database or the web. Time and randomness come in as arguments.

mod archive;
mod clock;
mod coded;
mod id;
mod money;
mod period;
mod text;

pub use archive::{ArchiveError, announced as archive_announced};
pub use clock::{Clock, FixedClock, Instant, SystemClock};
pub use coded::{AUTRE, Coded, LOCAL};
pub use id::{IdSource, RandomIds, SeededIds};
pub use jiff::civil::Date;
pub use money::Cents;
pub use period::{Period, PeriodError};
pub use text::{age_on, age_words, date_from_french, date_long, date_numeric, fold, grouped, hex, words};

/// Re-export used by [`id!`].
#[doc(hidden)]
pub use serde;
