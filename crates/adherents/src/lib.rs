//! adherents
