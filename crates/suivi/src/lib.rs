//! suivi
