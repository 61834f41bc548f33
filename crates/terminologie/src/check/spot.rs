//! Where two texts begin to differ.

use serde::{Serialize, Serializer};

/// The first byte where two texts differ, and the characters that stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// Offset of the first differing byte, from 0. It may lie inside a character: `é` and `è` share their first byte.
    pub byte: usize,
    /// The character expected there; `None` where the text should end.
    #[serde(serialize_with = "code_point")]
    pub expected: Option<char>,
    /// The character found there; `None` where the text ends.
    #[serde(serialize_with = "code_point")]
    pub found: Option<char>,
}

impl Spot {
    /// Compares two texts; `None` when they are the same to the byte.
    pub fn between(expected: &str, found: &str) -> Option<Self> {
        if expected == found {
            return None;
        }
        let shared = expected.bytes().zip(found.bytes()).take_while(|(a, b)| a == b).count();
        let there = |text: &str| text[text.floor_char_boundary(shared)..].chars().next();
        Some(Self { byte: shared, expected: there(expected), found: there(found) })
    }

    /// What a person reads: offset and both characters by name.
    pub fn sentence(&self) -> String {
        format!("À l'octet\u{a0}{}, {} au lieu de {}.", self.byte, french(self.found), french(self.expected))
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at byte {}, {} instead of {}", self.byte, english(self.found), english(self.expected))
    }
}

/// `U+00A0`: what no eye can tell apart stays legible.
#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn code_point<S: Serializer>(c: &Option<char>, to: S) -> Result<S::Ok, S::Error> {
    match c {
        Some(c) => to.serialize_some(&format!("U+{:04X}", u32::from(*c))),
        None => to.serialize_none(),
    }
}

/// The characters that are mistaken for another, in French and in English.
const NAMES: [(char, &str, &str); 15] = [
    (' ', "espace", "space"),
    ('\u{a0}', "espace insécable", "no-break space"),
    ('\u{202f}', "espace fine insécable", "narrow no-break space"),
    ('\u{2009}', "espace fine", "thin space"),
    ('\u{200b}', "espace sans chasse", "zero width space"),
    ('\u{feff}', "marque d'ordre des octets", "byte order mark"),
    ('\t', "tabulation", "tab"),
    ('\n', "saut de ligne", "line feed"),
    ('\r', "retour chariot", "carriage return"),
    ('\'', "apostrophe droite", "straight apostrophe"),
    ('\u{2019}', "apostrophe courbe", "curly apostrophe"),
    ('-', "trait d'union", "hyphen"),
    ('\u{2010}', "trait d'union typographique", "typographic hyphen"),
    ('\u{2011}', "trait d'union insécable", "no-break hyphen"),
    ('\u{2013}', "tiret demi-cadratin", "en dash"),
];

fn french(c: Option<char>) -> String {
    let Some(c) = c else { return "la fin du texte".into() };
    match NAMES.iter().find(|(known, ..)| *known == c) {
        Some((_, name, _)) => format!("U+{:04X} ({name})", u32::from(c)),
        None if c.is_control() => format!("U+{:04X}", u32::from(c)),
        None => format!("«\u{a0}{c}\u{a0}» (U+{:04X})", u32::from(c)),
    }
}

fn english(c: Option<char>) -> String {
    let Some(c) = c else { return "the end of the text".into() };
    match NAMES.iter().find(|(known, ..)| *known == c) {
        Some((.., name)) => format!("U+{:04X} ({name})", u32::from(c)),
        None if c.is_control() => format!("U+{:04X}", u32::from(c)),
        None => format!("`{c}` (U+{:04X})", u32::from(c)),
    }
}
