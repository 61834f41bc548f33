//! The operations, on releases in memory: no database, no web.

pub(crate) mod compose;
pub(crate) mod expand;
pub(crate) mod filter;
pub(crate) mod lookup;
pub(crate) mod subsumes;
pub(crate) mod translate;
pub(crate) mod validate;
