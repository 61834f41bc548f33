//! Reading a delivery: whatever its layout, every row becomes a term or is rejected with its reason.

mod archive;
mod bdpm;
mod columns;
mod error;
mod fhir;
mod liste;
mod matrix;
mod report;
mod skos;
mod svs;
mod table;
mod tep;
mod tree;
mod words;
mod workbook;
mod xml;

pub use archive::measure_workbook;
pub use error::ReadError;
pub use matrix::{MatrixReading, read_matrix};
pub use report::{Announced, Finding, FindingKind, Reading, Reason, Rejected};

/// How much a delivery may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of a workbook once decompressed, and of the texts that any file gives.
    pub decompressed: u64,
    /// Rows below the header.
    pub rows: usize,
    /// Cells, or whatever a layout says of its terms.
    pub cells: usize,
    /// Levels of the tree.
    pub depth: usize,
}

impl Default for Limits {
    /// Well above the largest list in use (38,000 communes, 16,000 diseases).
    fn default() -> Self {
        Self {
            bytes: 32 * 1024 * 1024,
            decompressed: 256 * 1024 * 1024,
            rows: 100_000,
            cells: 3_000_000,
            depth: 32,
        }
    }
}

/// The layouts that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layout {
    /// Text between semicolons, commas or tabs, under a header.
    Csv,
    /// A workbook whose first recognised sheet holds the delivered columns.
    Classeur,
    /// The workbook of the TEP: levels by segments on its second sheet.
    Tep,
    /// The public base of medicines: twelve fields between tabs, no header.
    Bdpm,
    /// A nomenclature of the *Agence du numérique en santé* in IHE SVS XML.
    Svs,
    /// SKOS, or the OWL publication of the TEP, in Turtle or RDF/XML.
    Skos,
    /// A FHIR CodeSystem in JSON.
    Fhir,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Classeur, Self::Tep, Self::Bdpm, Self::Svs, Self::Skos, Self::Fhir];

    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Classeur => "xlsx",
            Self::Tep => "tep",
            Self::Bdpm => "bdpm",
            Self::Svs => "svs",
            Self::Skos => "skos",
            Self::Fhir => "fhir",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == text)
    }
}

/// Reads a list. Without a layout, it is recognised from the bytes.
///
/// # Errors
/// When the file cannot be read at all, exceeds a limit, has no row that can be kept, or no tree that holds.
pub fn read(bytes: &[u8], layout: Option<Layout>, limits: Limits) -> Result<Reading, ReadError> {
    check_size(bytes, limits)?;
    let workbook = is_workbook(bytes);
    if workbook && matches!(layout, None | Some(Layout::Classeur | Layout::Tep)) {
        return workbook::read(bytes, layout, limits);
    }
    let (text, windows_1252) = table::decode(bytes)?;
    match layout.or_else(|| detect_text(&text)).ok_or_else(|| unrecognised(&text))? {
        Layout::Csv => liste::read_text(&text, windows_1252, limits),
        Layout::Bdpm => bdpm::read(&text, windows_1252, limits),
        Layout::Svs => svs::read(&text, windows_1252, limits),
        Layout::Skos => skos::read(&text, windows_1252, limits),
        Layout::Fhir => fhir::read(&text, windows_1252, limits),
        // A workbook was asked for, and the file is none.
        Layout::Classeur | Layout::Tep => Err(ReadError::Damaged("ce n'est pas un classeur .xlsx".into())),
    }
}

/// The layout of a file, as far as its bytes tell.
pub fn detect(bytes: &[u8]) -> Option<Layout> {
    if is_workbook(bytes) {
        return workbook::detect(bytes);
    }
    detect_text(&table::decode(bytes).ok()?.0)
}

/// An archive, or a workbook of the former kind.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0")
}

fn detect_text(text: &str) -> Option<Layout> {
    let start = text.trim_start();
    if start.starts_with('{') || start.starts_with("[{") {
        return Some(Layout::Fhir);
    }
    if skos::is_xml(start) {
        // Entities are refused by the reader, which says so.
        return match xml::root(start)? {
            root if svs::is_svs(root) => Some(Layout::Svs),
            "RDF" => Some(Layout::Skos),
            _ => None,
        };
    }
    // The first line of Turtle that is no comment declares a prefix or a base, or names a subject.
    let turtle = start.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
    let declares = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        line.contains('<')
            && ["@prefix", "@base", "prefix", "base"].iter().any(|w| word.eq_ignore_ascii_case(w))
    };
    if turtle.is_some_and(|line| declares(line) || line.starts_with('<')) {
        return Some(Layout::Skos);
    }
    if bdpm::is_bdpm(start.lines().next().unwrap_or_default()) {
        return Some(Layout::Bdpm);
    }
    (!start.is_empty()).then_some(Layout::Csv)
}

/// Why no layout was recognised: XML of another kind, or nothing at all.
fn unrecognised(text: &str) -> ReadError {
    match xml::look(text) {
        Ok(found) => ReadError::OtherXml { found },
        Err(error) if skos::is_xml(text) => error,
        Err(_) => ReadError::Unrecognised,
    }
}

fn check_size(bytes: &[u8], limits: Limits) -> Result<(), ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    if bytes.is_empty() {
        return Err(ReadError::Nothing { rows: 0 });
    }
    Ok(())
}
