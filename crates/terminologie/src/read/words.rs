//! Understanding the words of deliveries, which are written freely, and looking at their texts.

use base::fold;

use super::FindingKind;
use crate::Nature;
pub(super) use crate::write::split;

/// What separates several texts in one cell of the product's own files.
pub(super) const SEPARATOR: &str = " | ";

/// Whether a status lets a term be chosen. A frozen code stays readable and is no longer offered.
pub(super) fn status(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "actif" | "active" | "valide" | "en vigueur" | "1" => Some(true),
        "inactif" | "inactive" | "gele" | "obsolete" | "supprime" | "retired" | "deprecated" | "0" => {
            Some(false)
        }
        _ => None,
    }
}

/// The nature of a change, however it is worded (`nouvel item`, `libellé modifié`, `inactivation`, `supprimé`).
pub(super) fn nature(text: &str) -> Option<Nature> {
    let folded = fold(text);
    if let Some(nature) = Nature::parse(&folded.replace(' ', "_")) {
        return Some(nature);
    }
    let mut found = folded.split(' ').filter_map(|word| match word {
        "nouveau" | "nouvel" | "nouvelle" | "ajout" | "ajoute" | "ajoutee" | "creation" | "cree"
        | "creee" | "new" => Some(Nature::Nouveau),
        "modification" | "modifie" | "modifiee" | "renomme" | "renommee" | "changement" | "change"
        | "correction" | "corrige" | "remplacement" => Some(Nature::LibelleModifie),
        "inactivation" | "inactive" | "inactivee" | "inactif" | "desactivation" | "desactive"
        | "desactivee" => Some(Nature::Inactive),
        "suppression" | "supprime" | "supprimee" | "retrait" | "retire" | "retiree" => Some(Nature::Supprime),
        _ => None,
    });
    let first = found.next()?;
    // "Nouveau libellé" replaces a label; two natures in one cell are none.
    match first {
        Nature::Nouveau if folded.contains("libelle") => Some(Nature::LibelleModifie),
        // A synonym or a reference that changes is not the label that does.
        Nature::LibelleModifie if folded.contains(' ') && !folded.contains("libelle") => None,
        _ => found.all(|other| other == first).then_some(first),
    }
}

/// Whether a cell of natures says in so many words that nothing changed.
pub(super) fn says_no_change(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "" | "aucun"
            | "aucune"
            | "neant"
            | "inchange"
            | "identique"
            | "sans changement"
            | "sans modification"
            | "aucun changement"
            | "aucune modification"
    )
}

/// The synonyms of one cell, and whether its separators had to be guessed.
///
/// ` | ` is our own separator. Deliveries also use line breaks, semicolons and ` / `; never a comma, which belongs to
/// many terms. Only the first kind found separates.
pub(super) fn synonyms(cell: &str) -> (Vec<String>, bool) {
    if cell.contains(SEPARATOR) {
        return (split(cell), false);
    }
    let pieces: Vec<&str> = if cell.contains('\n') {
        cell.lines().map(str::trim).collect()
    } else if cell.contains(';') {
        cell.split(';').map(str::trim).collect()
    } else if cell.contains(" / ") {
        cell.split(" / ").map(str::trim).collect()
    } else {
        vec![cell]
    };
    let pieces: Vec<String> =
        pieces.into_iter().filter(|s| !s.trim().is_empty()).map(str::to_owned).collect();
    let guessed = pieces.first().is_some_and(|first| pieces.len() > 1 || first != cell);
    (pieces, guessed)
}

/// Blanks and apostrophes that betray a text retouched on its way. Reported, never mended.
pub(super) fn signs(text: &str) -> impl Iterator<Item = FindingKind> + use<> {
    // One look at the bytes: nearly every text has none of these signs.
    let bytes = text.as_bytes();
    let suspicious = bytes.first().is_some_and(|b| !b.is_ascii_alphanumeric())
        || bytes.last().is_some_and(|b| !b.is_ascii_alphanumeric())
        || bytes.windows(2).any(|two| two == b"  ")
        || bytes.iter().any(|b| matches!(b, b'\n' | b'\r' | 0xC2 | 0xE2));
    let seen = [
        (suspicious && text.trim() != text, FindingKind::OuterBlanks),
        (suspicious && text.contains("  "), FindingKind::DoubleBlank),
        (suspicious && text.contains(['\u{a0}', '\u{202f}']), FindingKind::NoBreakSpace),
        (suspicious && text.contains(['\n', '\r']), FindingKind::LineBreak),
        (suspicious && text.contains('\u{2019}'), FindingKind::CurlyApostrophe),
    ];
    seen.into_iter().filter_map(|(seen, kind)| seen.then_some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_natures_are_understood_however_they_are_written() {
        for (text, expected) in [
            ("Nouvel item", Nature::Nouveau),
            ("nouveau", Nature::Nouveau),
            ("AJOUT", Nature::Nouveau),
            ("Modification du libellé", Nature::LibelleModifie),
            ("libellé modifié", Nature::LibelleModifie),
            ("libelle_modifie", Nature::LibelleModifie),
            ("modification", Nature::LibelleModifie),
            ("Nouveau libellé", Nature::LibelleModifie),
            ("Inactivation", Nature::Inactive),
            ("inactivé", Nature::Inactive),
            ("inactive", Nature::Inactive),
            ("item supprimé", Nature::Supprime),
            ("Suppression", Nature::Supprime),
            ("supprime", Nature::Supprime),
        ] {
            assert_eq!(nature(text), Some(expected), "{text}");
        }
        for text in
            ["", "déplacé", "sans changement d'objet", "modification des synonymes", "ajout ou suppression"]
        {
            assert_eq!(nature(text), None, "{text}");
        }
    }

    #[test]
    fn synonyms_of_one_cell_are_told_apart_without_cutting_at_commas() {
        let read = |cell: &str| {
            let (list, guessed) = synonyms(cell);
            (list.join("¦"), guessed)
        };
        assert_eq!(read("Pb | saturnisme; plomb"), ("Pb¦saturnisme; plomb".into(), false));
        assert_eq!(read("Plomb, oxyde de"), ("Plomb, oxyde de".into(), false));
        assert_eq!(read("Pb; plomb"), ("Pb¦plomb".into(), true));
        assert_eq!(read("Pb\nplomb"), ("Pb¦plomb".into(), true));
        assert_eq!(read("Pb / plomb et/ou minium"), ("Pb¦plomb et/ou minium".into(), true));
        assert_eq!(read(" ; "), (String::new(), false));
    }
}
