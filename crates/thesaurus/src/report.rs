//! What became of a delivery, row by row.

use terminologie::read::{Finding, Reading, Rejected};

/// What became of a delivery. Rows read are rows integrated and rows rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// The list or the matrix.
    pub id: String,
    /// The version.
    pub version: String,
    /// Rows read below the header.
    pub rows: usize,
    /// Rows integrated.
    pub integrated: usize,
    /// Terms or cells made: more than rows where a file holds its levels in columns or has a second tab.
    pub concepts: usize,
    /// Rows left out, each with its reason.
    pub rejected: Vec<Rejected>,
    /// What deserves a look, without having been changed.
    pub findings: Vec<Finding>,
    /// These very bytes were loaded before: nothing changed.
    pub already_loaded: bool,
    /// Whether this version is the one offered at entry.
    pub active: bool,
}

/// The report of a reading that has changed nothing yet.
pub(crate) fn report(id: &str, version: &str, reading: &Reading) -> LoadReport {
    LoadReport {
        id: id.to_owned(),
        version: version.to_owned(),
        rows: reading.rows,
        integrated: reading.integrated,
        concepts: reading.terms.len(),
        rejected: reading.rejected.clone(),
        findings: reading.findings.clone(),
        already_loaded: false,
        active: false,
    }
}
