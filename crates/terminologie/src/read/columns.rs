//! Recognising columns by their titles.

use base::fold;

use crate::write::COLUMNS;

/// What a column says of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Code,
    Label,
    Parent,
    Level,
    Nature,
    Status,
    Synonyms,
    References,
    SpecialRisk,
    VipRisk,
    Description,
    Trigger,
    Remark,
    Groups,
}

/// Titles of each field, folded, the surest first: the delivered columns (thesauri, A3), those of the product's own
/// lists, and those of the public nomenclatures that services load (Insee, ATIH, Etalab, CANJEM).
const TITLES: &[(Field, &[&str])] = &[
    (
        Field::Code,
        &[
            "code",
            "code insee",
            "code tep",
            "code concept",
            "code item",
            "notation",
            "identifiant",
            "id",
            "idchem",
        ],
    ),
    (
        Field::Label,
        &[
            "libelle",
            "libelle long",
            "nom",
            "intitule",
            "label",
            "terme",
            "denomination",
            "lblfr",
            "libelle en",
        ],
    ),
    (
        Field::Parent,
        &["parent", "code parent", "code pere", "code superieur", "code du parent", "terme superieur"],
    ),
    (Field::Level, &["niveau", "nom du niveau"]),
    (
        Field::Nature,
        &[
            "nature de la modification",
            "nature de modification",
            "nature modification",
            "nature",
            "modification",
        ],
    ),
    (Field::Status, &["statut", "etat"]),
    (Field::Synonyms, &["synonymes", "synonyme"]),
    (Field::References, &["references reglementaires", "reference reglementaire"]),
    (Field::SpecialRisk, &["risque particulier", "risques particuliers"]),
    (Field::VipRisk, &["risque generant une vip", "risque generant vip", "risque vip"]),
    (Field::Description, &["description", "definition"]),
    (Field::Trigger, &["declencheur"]),
    (Field::Remark, &["remarque"]),
    (Field::Groups, &["groupes"]),
];

/// What the product's own columns hold, in their order.
const OWN: [Field; COLUMNS.len()] = [
    Field::Code,
    Field::Label,
    Field::Parent,
    Field::Level,
    Field::Nature,
    Field::Status,
    Field::Synonyms,
    Field::References,
    Field::SpecialRisk,
    Field::VipRisk,
    Field::Description,
    Field::Trigger,
    Field::Remark,
    Field::Groups,
];

/// Titles of level columns that hold one cell each: the code or the label of the term at that level.
const LEVELS: &[&str] = &[
    "category",
    "group",
    "family",
    "subfamily",
    "classe",
    "sous classe",
    "niveau 1",
    "niveau 2",
    "niveau 3",
    "niveau 4",
    "niveau 5",
    "niveau 6",
    "niveau 7",
    "niveau 8",
];

/// Where the columns stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    at: Vec<(Field, usize)>,
    /// Levels above, each with its two columns, code and label, the nearest level first (Insee's NAF).
    pub(super) pairs: Vec<(usize, usize)>,
    /// Levels with one column each, the highest first.
    pub(super) levels: Vec<usize>,
    /// Columns of no known field, with their titles.
    pub(super) others: Vec<(usize, String)>,
    /// Whether the codes are mere identifiers, whose beginnings mean nothing.
    pub(super) plain_codes: bool,
    /// Whether the file is in the product's own layout, as it was written here.
    pub(super) own: bool,
}

impl Columns {
    /// Recognises a header; it needs a code, and a label or levels that hold labels.
    pub(super) fn detect(header: &[String]) -> Option<Self> {
        if let Some(others) = header.strip_prefix(COLUMNS.map(str::to_owned).as_slice()) {
            // After its own columns come delivered ones, whatever their titles are.
            let others = others.iter().enumerate().map(|(i, t)| (i + COLUMNS.len(), t.clone())).collect();
            let at = OWN.into_iter().enumerate().map(|(i, field)| (field, i)).collect();
            return Some(Self {
                at,
                others,
                pairs: Vec::new(),
                levels: Vec::new(),
                plain_codes: true,
                own: true,
            });
        }
        let names: Vec<String> = header.iter().map(|h| fold(h)).collect();
        let mut at: Vec<(Field, usize)> = Vec::new();
        for (field, titles) in TITLES {
            let found = titles.iter().find_map(|title| names.iter().position(|name| name == title));
            at.extend(found.map(|place| (*field, place)));
        }
        let is = |at: &[(Field, usize)], field| at.iter().any(|(f, _)| *f == field);
        if !is(&at, Field::Code) {
            // "Code du tableau", "code du terme": any first column of codes that is no other known one.
            let place = names.iter().position(|n| {
                n.strip_prefix("code ").is_some_and(|of| !matches!(of, "comet" | "pcs" | "rome" | "postal"))
                    && !TITLES.iter().any(|(_, titles)| titles.contains(&n.as_str()))
            });
            at.push((Field::Code, place?));
        }
        let taken: Vec<usize> = at.iter().map(|(_, place)| *place).collect();
        let pairs: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .filter(|(i, name)| !taken.contains(i) && !name.is_empty())
            .filter_map(|(i, name)| Some((i, names.iter().position(|n| *n == format!("{name} libelle"))?)))
            .collect();
        let in_pairs = |i: usize| pairs.iter().any(|(code, label)| *code == i || *label == i);
        let levels: Vec<usize> = (0..names.len())
            .filter(|i| LEVELS.contains(&names[*i].as_str()) && !taken.contains(i) && !in_pairs(*i))
            .collect();
        if !is(&at, Field::Label) && levels.is_empty() {
            return None;
        }
        let others = (0..names.len())
            .filter(|i| !taken.contains(i) && !in_pairs(*i) && !levels.contains(i))
            .map(|i| (i, if names[i].is_empty() { format!("colonne {}", i + 1) } else { header[i].clone() }))
            .collect();
        let plain_codes = at
            .iter()
            .find(|(f, _)| *f == Field::Code)
            .is_some_and(|(_, i)| names[*i] == "identifiant" || names[*i].starts_with("id"));
        Some(Self { at, pairs, levels, others, plain_codes, own: false })
    }

    /// Where a field stands.
    pub(super) fn at(&self, field: Field) -> Option<usize> {
        self.at.iter().find(|(f, _)| *f == field).map(|(_, place)| *place)
    }

    /// Where the codes stand.
    pub(super) fn code(&self) -> usize {
        // `detect` found one, or gave no columns.
        self.at(Field::Code).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(header: &str) -> Option<Columns> {
        Columns::detect(&header.split(';').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn delivered_titles_are_recognised_whatever_their_case_and_accents() {
        let columns = detect(
            "N° de ligne;CODE;Libellé;Code parent;Nature de la modification;Statut;Synonymes;Références réglementaires;Risque particulier;Risque générant une VIP;Code COMET",
        )
        .unwrap();
        assert_eq!(columns.code(), 1);
        assert_eq!(columns.at(Field::Nature), Some(4));
        assert_eq!(columns.at(Field::VipRisk), Some(9));
        assert_eq!(columns.others, [(0, "N° de ligne".into()), (10, "Code COMET".into())]);
    }

    #[test]
    fn a_header_needs_a_code_and_a_label() {
        assert!(detect("nom;pourcent").is_none());
        assert!(detect("code;valeur").is_none());
        assert!(detect("Niveau 1;Niveau 2;Code").is_some_and(|c| c.levels == [0, 1]));
        assert!(detect("code_tableau_mp;libelle").is_some_and(|c| c.code() == 0));
        assert!(detect("code_postal;nom").is_none());
        assert!(detect("id;libelle").is_some_and(|c| c.plain_codes));
    }
}
