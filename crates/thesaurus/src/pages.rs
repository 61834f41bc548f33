//! The pages of the common language.

pub(crate) mod chargement;
pub(crate) mod comparaison;
pub(crate) mod controle;
pub(crate) mod liste;
pub(crate) mod listes;
pub(crate) mod livraison;
pub(crate) mod locales;
pub(crate) mod matrices;
pub(crate) mod matrices_chargement;
pub(crate) mod terme;
pub(crate) mod verification;
pub(crate) mod versions;

use maud::{Markup, html};
use terminologie::write::Format;
use ui::{Fault, Tone, badge, number};

use crate::{ListSummary, Sceau};

/// Where the lists stand.
pub(crate) const HOME: &str = "/thesaurus";

/// The page of a term, with what stands under it.
pub(crate) fn term_href(list: &str, code: &str) -> String {
    format!("{HOME}/{list}?parent={}", encoded(code))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A digest in hexadecimal, which a narrow screen may break.
fn digest(text: &str) -> Markup {
    html! { code { @for part in text.as_bytes().chunks(8) { (String::from_utf8_lossy(part)) wbr; } } }
}

/// A number with its noun, singular up to one as French has it.
fn counted(n: usize, one: &str, many: &str) -> String {
    let words = if n < 2 { one } else { many };
    format!("{}\u{a0}{words}", number(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// Who answers for a version.
fn seal(sceau: Option<&Sceau>) -> Markup {
    match sceau {
        Some(s) => badge(Tone::Ok, &format!("signée par {}", s.federation)),
        None => badge(Tone::Neutre, "non signée"),
    }
}

/// Where a version stands: in use, loaded after the one in use (the latest loaded comes first), or before it.
fn standing(versions: &[ListSummary], version: &str) -> Standing {
    let current = versions.iter().position(|v| v.active);
    let shown = versions.iter().position(|v| v.version == version);
    match current {
        Some(_) if shown == current => Standing::InUse,
        Some(_) if shown > current => Standing::Former,
        _ => Standing::Waiting,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    InUse,
    Waiting,
    Former,
}

impl Standing {
    /// In a word or two, beside the name of the version.
    fn badge(self) -> Markup {
        match self {
            Self::InUse => badge(Tone::Ok, "en service"),
            Self::Waiting => badge(Tone::Attention, "attend sa mise en service"),
            Self::Former => badge(Tone::Neutre, "version ancienne"),
        }
    }
}

/// Long work, away from the threads that serve pages.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Fault::Unexpected(e.to_string()))
}

fn export_href(list: &ListSummary, format: &str) -> String {
    format!("{HOME}/{}/export?version={}&format={format}", list.liste.id, encoded(&list.version))
}

fn format_label(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Xlsx => "Classeur (.xlsx)",
        Format::SkosTurtle => "SKOS (Turtle)",
        Format::SkosRdfXml => "SKOS (RDF/XML)",
        Format::Fhir => "FHIR CodeSystem (JSON)",
        Format::Svs => "SVS (XML)",
        Format::Tabule => "Texte tabulé",
    }
}
