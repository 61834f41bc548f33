//! The words of the product's own layout: headings, own properties, and how several texts share one cell.

/// Headings of the product's own table (CSV, workbook, tabulated text), in this order. After them comes one column
/// for each attribute, under its own title: titles may repeat, and may even equal one of these.
pub(crate) const COLUMNS: [&str; 14] = [
    "code",
    "libelle",
    "parent",
    "niveau",
    "nature",
    "statut",
    "synonymes",
    "references",
    "risque_particulier",
    "risque_vip",
    "description",
    "declencheur",
    "remarque",
    "groupes",
];

/// The status of a term that is offered.
pub(crate) const ACTIVE: &str = "actif";
/// The status of a term that is kept and no longer offered.
pub(crate) const INACTIVE: &str = "inactif";

/// Prefix of the product's own properties, in SKOS and FHIR.
pub(crate) const DEF: &str = "urn:tronc-commun:def:";
/// What marks the FHIR properties that carry delivered columns: their description is the column's title.
pub(crate) const ATTRIBUTE: &str = "urn:tronc-commun:def:attribut";
/// Prefix of the addresses of lists that have none of their own.
pub(crate) const THESAURUS: &str = "urn:tronc-commun:thesaurus:";

const SEPARATOR: &str = " | ";

/// Several texts in one: separated by a bar between two blanks, a bar inside a text being doubled. [`split`] gives
/// back the same texts, whatever they hold, save an empty list and a list of one empty text, which look alike.
pub(crate) fn join<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|t| t.as_ref().replace('|', "||")).collect();
    texts.join(SEPARATOR)
}

/// The texts that [`join`] put together. Empty for an empty text. A lone bar without its blanks separates nothing.
pub(crate) fn split(joined: &str) -> Vec<String> {
    if joined.is_empty() {
        return Vec::new();
    }
    let mut texts = Vec::new();
    let mut text = String::new();
    let mut rest = joined;
    while let Some(sign) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(SEPARATOR) {
            texts.push(std::mem::take(&mut text));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("||") {
            text.push('|');
            rest = after;
        } else {
            text.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
    }
    texts.push(text);
    texts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bar_inside_a_synonym_is_doubled() {
        assert_eq!(join(["tour", "fraise | perceuse"]), "tour | fraise || perceuse");
        assert_eq!(split("tour | fraise || perceuse"), ["tour", "fraise | perceuse"]);
    }

    proptest! {
        #[test]
        fn texts_put_together_come_apart(texts in proptest::collection::vec("[a| \\n]{1,6}", 0..5)) {
            prop_assert_eq!(split(&join(&texts)), texts);
        }
    }
}
