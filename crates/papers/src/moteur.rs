//! The typesetter: embedded fonts and templates, one data file, no network, no disk, no clock.

use std::sync::OnceLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::PaperError;

/// One template per model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modele {
    AttestationSuivi,
    AvisAptitude,
    Liste,
}

/// How many renderings an unused intermediate result survives: enough for the three copies of one document,
/// short enough for a server that runs for months.
const AGE_DU_CACHE: usize = 6;

/// What never changes between two documents.
struct Fonds {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    formulaire: Source,
    attestation: Source,
    avis: Source,
    liste: Source,
    donnees: FileId,
}

fn chemin(nom: &str) -> FileId {
    // The names are the constants below, none of which leaves the root.
    let chemin = VirtualPath::new(nom).expect("an embedded path stays in its root");
    RootedPath::new(VirtualRoot::Project, chemin).intern()
}

fn fonds() -> &'static Fonds {
    static FONDS: OnceLock<Fonds> = OnceLock::new();
    FONDS.get_or_init(|| {
        let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        let source = |nom: &str, texte: &str| Source::new(chemin(nom), texte.to_owned());
        Fonds {
            // Row headers of tables are still behind this feature in typst 0.15.
            library: LazyHash::new(
                Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build(),
            ),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            formulaire: source("formulaire.typ", include_str!("../templates/formulaire.typ")),
            attestation: source(
                "attestation_de_suivi.typ",
                include_str!("../templates/attestation_de_suivi.typ"),
            ),
            avis: source("avis_d_aptitude.typ", include_str!("../templates/avis_d_aptitude.typ")),
            liste: source("liste.typ", include_str!("../templates/liste.typ")),
            donnees: chemin("donnees.json"),
        }
    })
}

/// Whether one of the embedded fonts can print the character and PDF/A allows it.
pub(crate) fn imprimable(c: char) -> bool {
    let prive = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..) || c == '\u{feff}';
    !prive && fonds().fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)))
}

struct Atelier {
    fonds: &'static Fonds,
    modele: Modele,
    donnees: Bytes,
}

impl World for Atelier {
    fn library(&self) -> &LazyHash<Library> {
        &self.fonds.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonds.book
    }

    fn main(&self) -> FileId {
        match self.modele {
            Modele::AttestationSuivi => self.fonds.attestation.id(),
            Modele::AvisAptitude => self.fonds.avis.id(),
            Modele::Liste => self.fonds.liste.id(),
        }
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.fonds.formulaire, &self.fonds.attestation, &self.fonds.avis, &self.fonds.liste]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.fonds.donnees {
            return Ok(self.donnees.clone());
        }
        self.source(id).map(|source| Bytes::from_string(source.text().to_owned()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonds.fonts.get(index).cloned()
    }

    /// None: the only date of a document is the one it is given.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

/// Sets the document and writes it as PDF/A-2a and PDF/UA-1.
pub(crate) fn composer(modele: Modele, donnees: Vec<u8>) -> Result<Vec<u8>, PaperError> {
    let atelier = Atelier { fonds: fonds(), modele, donnees: Bytes::new(donnees) };
    let Warned { output, warnings } = typst::compile::<PagedDocument>(&atelier);
    // The templates are ours: a warning is a fault in them, which the tests must see.
    debug_assert!(warnings.is_empty(), "{:?}", messages(&warnings));
    let bytes = output.and_then(|document| typst_pdf::pdf(&document, &options()));
    typst::comemo::evict(AGE_DU_CACHE);
    bytes.map_err(|erreurs| PaperError::Composition(messages(&erreurs)))
}

fn options() -> PdfOptions {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
    PdfOptions {
        creator: Smart::Custom(Some("Tronc commun".to_owned())),
        // Both standards fix PDF 1.7 and one is an archival, the other an accessibility standard: they agree.
        standards: standards.expect("PDF/A-2a and PDF/UA-1 go together"),
        ..PdfOptions::default()
    }
}

/// The messages without what they quote between backticks, which may be a word of the document.
fn messages(diagnostics: &[SourceDiagnostic]) -> String {
    let sans_citation = |d: &SourceDiagnostic| d.message.split('`').step_by(2).collect::<Vec<_>>().join("…");
    diagnostics.iter().map(sans_citation).collect::<Vec<_>>().join("; ")
}
