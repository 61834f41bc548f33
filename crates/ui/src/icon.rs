//! Small line drawings beside words. They never stand alone: a word says the same thing.

use maud::{Markup, html};

/// A line drawing of 20 by 20, drawn in the colour of the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Icon {
    /// The first page.
    Accueil,
    /// The day's list.
    Jour,
    /// A worker.
    Salarie,
    /// A member company.
    Adherent,
    /// The agenda.
    Agenda,
    /// Figures.
    Chiffres,
    /// The thesauri.
    Thesaurus,
    /// A document.
    Document,
    /// Settings.
    Reglages,
    /// The journal.
    Journal,
    /// The grid of criteria.
    Grille,
    /// A visit.
    Visite,
    /// An examination or a measure.
    Examen,
    /// A job or contract.
    Emploi,
    /// An exposure.
    Exposition,
    /// An opinion or attestation.
    Avis,
    /// Something that needs attention.
    Attention,
    /// A search.
    Recherche,
    /// The way out.
    Sortie,
    /// Something done.
    Fait,
}

impl Icon {
    /// The strokes, as SVG path data.
    const fn path(self) -> &'static str {
        match self {
            Self::Accueil => "M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5M8.5 16v-4h3v4",
            Self::Jour => "M4 5h12v11H4zM4 8.5h12M7 3v3M13 3v3M7 12h3",
            Self::Salarie => "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5",
            Self::Adherent => "M4 17V4h7v13M11 8h5v9M3 17h14M6.5 7h2M6.5 10h2M6.5 13h2M13 11h1M13 14h1",
            Self::Agenda => "M4 5h12v11H4zM4 8.5h12M7 3v3M13 3v3M8 8.5V16M12 8.5V16",
            Self::Chiffres => "M3 17h14M5 17v-5h2.5v5M9 17V6h2.5v11M13 17V9h2.5v8",
            Self::Thesaurus => {
                "M10 5.5C8 4 5.5 4 3 4.5V15c2.5-.5 5-.5 7 1 2-1.5 4.5-1.5 7-1V4.5c-2.5-.5-5-.5-7 1zM10 5.5V16"
            }
            Self::Document => "M5 3h7l3 3v11H5zM12 3v3h3M7.5 9.5h5M7.5 12.5h5",
            Self::Reglages => "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
            Self::Journal => "M5 3h10v14H5zM8 7h4M8 10h4M3 6h3M3 10h3M3 14h3",
            Self::Grille => "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
            Self::Visite => {
                "M6 3v4a3 3 0 0 0 6 0V3M9 10v2.5a3.5 3.5 0 0 0 7 0V11M16 11a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3"
            }
            Self::Examen => "M2.5 11H6l2-6 3.5 10 2-6 1 2h3",
            Self::Emploi => "M3 7h14v9H3zM7.5 7V4.5h5V7M3 11h14",
            Self::Exposition => {
                "M8 3h4M8.5 3v5L4 15.5c-.4.8 0 1.5 1 1.5h10c1 0 1.4-.7 1-1.5L11.5 8V3M6.5 12.5h7"
            }
            Self::Avis => "M5 3h10v10l-5 4-5-4zM7.5 8.5l2 2 3.5-3.5",
            Self::Attention => "M10 3.5 17.5 16h-15zM10 8v4M10 13.800v.4",
            Self::Recherche => "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5 17 17",
            Self::Sortie => "M8 4H4v12h4M8 10h9M13.5 6.5 17 10l-3.5 3.5",
            Self::Fait => "M4 10.5 8 14.5 16 5.5",
        }
    }

    /// The drawing, hidden from readers of the screen: the word beside it is what they hear.
    pub fn draw(self) -> Markup {
        html! {
            svg.icon viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" {
                path d=(self.path()) fill="none" stroke="currentColor" stroke-width="1.5"
                    stroke-linecap="round" stroke-linejoin="round" {}
            }
        }
    }
}
