//! Writing a release in the formats that are asked for.
//!
//! Pure and deterministic: the same release gives the same bytes, whenever and wherever it is written. A release
//! written in CSV, workbook, tabulated text, SKOS or FHIR and read again gives the same terms: synonyms in their
//! order, notes, groups, several parents, natures, levels, flags, delivered columns and inactive terms included.
//! Only the line numbers are those of the new file. The SVS form keeps what it can hold ([`Format::Svs`]).

mod delivery;
mod fhir;
mod matrices;
mod skos;
mod svs;
mod table;
mod words;
mod workbook;

use std::collections::HashSet;

pub use delivery::delivery;
pub use fhir::{code_system, concept_map, fhir_bundle, value_set};
pub use matrices::{matrix, matrix_csv};
use words::THESAURUS;
pub(crate) use words::{ATTRIBUTE, COLUMNS, DEF, split};

use crate::Release;

/// A format to write one version of a list in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Table separated by semicolons, in UTF-8. Texts that a spreadsheet could take for formulas (`=`, `+`, `-`, `@`
    /// first) stay as they are: the file is faithful to the byte, and whoever opens it in a spreadsheet imports its
    /// columns as text, or takes the workbook.
    Csv,
    /// Workbook of one sheet, the same columns; every cell is a text, never a formula nor a number. A delivered column
    /// without a title is given one, its place (`colonne 15`): a workbook has no empty titles.
    Xlsx,
    /// SKOS in Turtle.
    SkosTurtle,
    /// SKOS in RDF/XML.
    SkosRdfXml,
    /// FHIR R4 `CodeSystem` in JSON.
    Fhir,
    /// IHE SVS XML as the Agence du numérique en santé shapes it. It is flat and holds codes, labels, two other
    /// designations and dates: lost are the tree, synonyms from the third on, descriptions, references, flags,
    /// natures, levels, remarks, groups, and the delivered columns other than `dateValid`, `dateMaj`, `dateFin` and `codeSystem`.
    Svs,
    /// The columns of the CSV form, separated by tabulations.
    Tabule,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Xlsx, Self::SkosTurtle, Self::SkosRdfXml, Self::Fhir, Self::Svs, Self::Tabule];

    /// The word of the command line and of addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::SkosTurtle => "skos",
            Self::SkosRdfXml => "skos-rdf",
            Self::Fhir => "fhir",
            Self::Svs => "svs",
            Self::Tabule => "tab",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == text)
    }

    /// How the name of a file in this format ends, without its dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::SkosTurtle => "ttl",
            Self::SkosRdfXml => "rdf",
            Self::Fhir => "json",
            Self::Svs => "xml",
            Self::Tabule => "tsv",
        }
    }

    /// What a browser is told that it receives.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::SkosTurtle => "text/turtle; charset=utf-8",
            Self::SkosRdfXml => "application/rdf+xml; charset=utf-8",
            Self::Fhir => "application/fhir+json; charset=utf-8",
            Self::Svs => "application/xml; charset=utf-8",
            Self::Tabule => "text/tab-separated-values; charset=utf-8",
        }
    }
}

/// Why a release could not be written. Nothing was changed to make it fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A term has no code.
    #[error("term {rank} has no code")]
    EmptyCode {
        /// Its place in the release, from 1.
        rank: usize,
    },
    /// A term has no label.
    #[error("`{code}` has no label")]
    EmptyLabel {
        /// The term.
        code: String,
    },
    /// Two terms have the same code.
    #[error("`{code}` is there twice")]
    DuplicateCode {
        /// The code.
        code: String,
    },
    /// A term stands under one that is not in the release.
    #[error("`{code}` stands under `{parent}`, which is not in the release")]
    UnknownParent {
        /// The term.
        code: String,
        /// The code that is missing.
        parent: String,
    },
    /// The code has blanks that FHIR forbids: at an end, two in a row, or other than the plain one.
    #[error("FHIR forbids the blanks of the code `{code}`")]
    CodeBlanks {
        /// The code.
        code: String,
    },
    /// A control character that neither XML nor FHIR can hold.
    #[error("`{code}` holds the control character U+{sign:04X}, which this format cannot hold")]
    Control {
        /// The term.
        code: String,
        /// The character.
        sign: u32,
    },
    /// A text longer than a workbook's cell.
    #[error("a text of {length} characters in sheet `{sheet}`: a cell holds {limit}")]
    TooLong {
        /// The sheet.
        sheet: String,
        /// UTF-16 units of the text.
        length: usize,
        /// UTF-16 units of a cell.
        limit: usize,
    },
    /// More rows or columns than a workbook's sheet.
    #[error("{rows} rows and {columns} columns in sheet `{sheet}`: too many for a workbook")]
    TooMany {
        /// The sheet.
        sheet: String,
        /// Rows, header included.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// The list's own address is no absolute address.
    #[error("`{0}` is not an absolute address")]
    Address(String),
    /// SVS says that a term is inactive by its end date, and the release knows none.
    #[error("`{code}` is inactive and neither it nor the release has a date")]
    Undated {
        /// The term.
        code: String,
    },
    /// A writer refused what it was given.
    #[error("the file could not be written: {0}")]
    Refused(String),
}

impl WriteError {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::EmptyCode { rank } => format!("Le terme numéro\u{a0}{rank} n'a pas de code."),
            Self::EmptyLabel { code } => format!("Le terme «\u{a0}{code}\u{a0}» n'a pas de libellé."),
            Self::DuplicateCode { code } => format!("Le code «\u{a0}{code}\u{a0}» figure deux fois."),
            Self::UnknownParent { code, parent } => format!(
                "Le terme «\u{a0}{code}\u{a0}» est placé sous «\u{a0}{parent}\u{a0}», qui n'est pas dans la liste."
            ),
            Self::CodeBlanks { code } => format!(
                "Le code «\u{a0}{code}\u{a0}» contient des espaces que FHIR refuse\u{a0}: choisissez un autre format."
            ),
            Self::Control { code, sign } => format!(
                "Le terme «\u{a0}{code}\u{a0}» contient le caractère de contrôle U+{sign:04X}, que ce format refuse\u{a0}: choisissez le format CSV."
            ),
            Self::TooLong { length, limit, .. } => format!(
                "Un texte compte {length}\u{a0}caractères, une cellule de classeur en contient {limit} au plus\u{a0}: choisissez le format CSV."
            ),
            Self::TooMany { rows, columns, .. } => format!(
                "La liste demande {rows}\u{a0}lignes et {columns}\u{a0}colonnes, trop pour un classeur\u{a0}: choisissez le format CSV."
            ),
            Self::Address(url) => {
                format!("L'adresse de la liste, «\u{a0}{url}\u{a0}», n'est pas une adresse complète.")
            }
            Self::Undated { code } => format!(
                "Le terme «\u{a0}{code}\u{a0}» est inactif\u{a0}: indiquez la date de la version, dont ce format a besoin."
            ),
            Self::Refused(_) => "Le fichier n'a pas pu être écrit.".into(),
        }
    }
}

/// Writes one version of a list.
///
/// # Errors
/// When the release is not whole (a code missing or there twice, no label, a parent unknown), or when the format
/// cannot hold one of its texts; the error names the term.
pub fn release(release: &Release, format: Format) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Csv => table::delimited(release, b';'),
        Format::Tabule => table::delimited(release, b'\t'),
        Format::Xlsx => workbook::release(release),
        Format::SkosTurtle => skos::turtle(release),
        Format::SkosRdfXml => skos::rdf_xml(release),
        Format::Fhir => fhir::code_system_file(release),
        Format::Svs => svs::write(release),
    }
}

/// A release that is not whole would be read back as another one.
fn whole(release: &Release) -> Result<(), WriteError> {
    let mut codes = HashSet::with_capacity(release.terms.len());
    for (i, term) in release.terms.iter().enumerate() {
        if term.code.trim().is_empty() {
            return Err(WriteError::EmptyCode { rank: i + 1 });
        }
        if term.label.trim().is_empty() {
            return Err(WriteError::EmptyLabel { code: term.code.clone() });
        }
        if !codes.insert(term.code.as_str()) {
            return Err(WriteError::DuplicateCode { code: term.code.clone() });
        }
    }
    for term in &release.terms {
        if let Some(parent) = term.parents.iter().find(|p| !codes.contains(p.as_str())) {
            return Err(WriteError::UnknownParent { code: term.code.clone(), parent: parent.clone() });
        }
    }
    Ok(())
}

/// XML 1.0 and FHIR hold no control character but the tabulation and the line breaks.
fn no_control(release: &Release) -> Result<(), WriteError> {
    let control = |text: &str| {
        text.chars().find(|c| {
            matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
        })
    };
    for term in &release.terms {
        let texts = [&term.code, &term.label]
            .into_iter()
            .chain(&term.parents)
            .chain(&term.level)
            .chain(&term.synonyms)
            .chain(&term.description)
            .chain(&term.references)
            .chain(&term.special_risk)
            .chain(&term.vip_risk)
            .chain(&term.trigger)
            .chain(&term.remark)
            .chain(&term.groups)
            .chain(term.attributes.iter().flat_map(|(title, text)| [title, text]));
        if let Some(sign) = texts.map(String::as_str).find_map(control) {
            return Err(WriteError::Control { code: term.code.clone(), sign: sign.into() });
        }
    }
    let facts = &release.facts;
    let texts = [&facts.id, &facts.title, &facts.manager, &facts.source, &facts.licence, &release.version];
    match texts.into_iter().chain(&facts.url).chain(&facts.oid).map(String::as_str).find_map(control) {
        Some(sign) => Err(WriteError::Control { code: facts.id.clone(), sign: sign.into() }),
        None => Ok(()),
    }
}

/// A text that says something.
fn said(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|t| !t.trim().is_empty())
}

/// The address of a list: its own, or one made of its identifier.
fn address(release: &Release) -> String {
    said(release.facts.url.as_ref())
        .map_or_else(|| format!("{THESAURUS}{}", percent(&release.facts.id)), str::to_owned)
}

/// The address of something inside a list.
fn below(address: &str, name: &str) -> String {
    let sign = if address.ends_with(['/', '#', ':', '=']) {
        ""
    } else if address.starts_with("urn:") {
        ":"
    } else {
        "/"
    };
    format!("{address}{sign}{name}")
}

/// Percent encoding of all but the unreserved characters (RFC 3986, 2.3): two names never meet in one address.
fn percent(name: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
