//! Names that FHIR constrains: identifiers of resources, names for programs, unique addresses in a bundle.

use base::hex;
use sha2::{Digest, Sha256};

/// Characters of an identifier.
const ID: usize = 64;
/// Characters of a name for programs.
const NAME: usize = 255;

/// An identifier of a resource (`[A-Za-z0-9\-.]{1,64}`): the parts joined by hyphens. Where a sign had to change or
/// the whole is too long, an imprint of the parts follows, so that two releases never share an identifier.
pub(super) fn resource_id(parts: &[&str]) -> String {
    let whole = parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join("-");
    let id: String = whole
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '-' })
        .collect();
    if id == whole && !id.is_empty() && id.len() <= ID {
        return id;
    }
    // The signs are all of one byte now.
    let kept = &id[..id.len().min(ID - 9)];
    format!("{kept}-{}", &imprint(parts)[..8])
}

/// A name for programs (`[A-Z]([A-Za-z0-9_]){0,254}`): the words of the parts, each with its capital.
pub(super) fn computer_name(parts: &[&str]) -> String {
    let mut name = String::new();
    for word in parts.iter().flat_map(|p| p.split(|c: char| !c.is_ascii_alphanumeric())) {
        let mut signs = word.chars();
        name.extend(signs.next().map(|c| c.to_ascii_uppercase()));
        name.extend(signs);
    }
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        name.insert_str(0, "Liste");
    }
    name.truncate(NAME);
    name
}

/// An address of an entry in a bundle, made of what the entry is: the same for the same release, and no other.
pub(super) fn entry_address(parts: &[&str]) -> String {
    let mut digits = imprint(parts)[..32].to_owned();
    // Version 8, made by its own rule, and the common variant (RFC 9562).
    digits.replace_range(12..13, "8");
    digits.replace_range(16..17, "8");
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}

fn imprint(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        // A zero byte stands in none of the parts: they cannot slide into one another.
        hasher.update([0]);
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_to_their_alphabet_and_stay_distinct() {
        assert_eq!(resource_id(&["expositions", "2027", ""]), "expositions-2027");
        let (a, b) = (resource_id(&["é", "1"]), resource_id(&["è", "1"]));
        assert!(a.starts_with("--1-") && a != b, "{a} {b}");
        assert!(resource_id(&["liste_à", &"9".repeat(80)]).len() <= 64);
    }

    #[test]
    fn names_for_programs_begin_with_a_capital() {
        assert_eq!(computer_name(&["types-visite", ""]), "TypesVisite");
        assert_eq!(computer_name(&["2027", "actifs"]), "Liste2027Actifs");
        assert_eq!(computer_name(&["é"]), "Liste");
    }
}
