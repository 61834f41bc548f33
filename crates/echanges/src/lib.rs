//! echanges
