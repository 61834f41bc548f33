//! A term and its row: the one place that knows both.

use store::{Row, StoreError, Value, args};
use terminologie::{Nature, Term};

/// The columns of a term, in the order of [`row`].
pub(crate) const COLUMNS: &[&str] = &[
    "thesaurus_id",
    "version",
    "code",
    "rang",
    "label",
    "parent",
    "actif",
    "synonymes",
    "declencheur",
    "remarque",
    "autres_parents",
    "niveau",
    "nature",
    "description",
    "references_reglementaires",
    "risque_particulier",
    "risque_vip",
    "groupes",
    "attributs",
    "ligne",
];

/// The same for a `select`.
macro_rules! term_columns {
    () => {
        "code, rang, label, parent, actif, synonymes, declencheur, remarque, autres_parents, niveau, nature, description,
            references_reglementaires, risque_particulier, risque_vip, groupes, attributs, ligne"
    };
}
pub(crate) use term_columns;

/// How many of [`COLUMNS`] name the release; the term follows.
pub(crate) const OWN: usize = 2;

/// A term as its row, in the order of [`COLUMNS`].
pub(crate) fn row(list: &str, version: &str, rank: i64, term: &Term) -> Vec<Value> {
    let parents = term.parents.get(1..).unwrap_or_default();
    args![
        list,
        version,
        &term.code,
        rank,
        &term.label,
        term.parents.first(),
        term.active,
        json(&term.synonyms),
        term.trigger.as_ref(),
        term.remark.as_ref(),
        json(parents),
        term.level.as_ref(),
        term.nature.map(Nature::as_str),
        term.description.as_ref(),
        term.references.as_ref(),
        term.special_risk.as_ref(),
        term.vip_risk.as_ref(),
        json(&term.groups),
        term.attributes
            .iter()
            .map(|(name, text)| vec![name.clone(), text.clone()])
            .collect::<serde_json::Value>()
            .to_string(),
        crate::load::count(term.row),
    ]
}

/// What is kept of a term in a release loaded before whole terms were: the first columns; the others are empty.
pub(crate) fn as_before(term: &Term) -> Term {
    Term {
        code: term.code.clone(),
        label: term.label.clone(),
        parents: term.parents.iter().take(1).cloned().collect(),
        active: term.active,
        synonyms: term.synonyms.clone(),
        trigger: term.trigger.clone(),
        remark: term.remark.clone(),
        ..Term::default()
    }
}

/// The term of a row of `term_columns!`.
pub(crate) fn read(row: &Row) -> Result<Term, StoreError> {
    let mut parents: Vec<String> = row.get::<Option<String>>("parent")?.into_iter().collect();
    parents.extend(texts(row, "autres_parents")?);
    let nature: Option<String> = row.get("nature")?;
    let attributes: String = row.get("attributs")?;
    let corrupt = |column: &str, expected| StoreError::Column { column: column.to_owned(), expected };
    Ok(Term {
        code: row.get("code")?,
        label: row.get("label")?,
        parents,
        active: row.get("actif")?,
        nature: nature
            .map(|n| Nature::parse(&n).ok_or_else(|| corrupt("nature", "a nature of modification")))
            .transpose()?,
        level: row.get("niveau")?,
        synonyms: texts(row, "synonymes")?,
        description: row.get("description")?,
        references: row.get("references_reglementaires")?,
        special_risk: row.get("risque_particulier")?,
        vip_risk: row.get("risque_vip")?,
        trigger: row.get("declencheur")?,
        remark: row.get("remarque")?,
        groups: texts(row, "groupes")?,
        attributes: serde_json::from_str(&attributes)
            .map_err(|_| corrupt("attributs", "a JSON list of titles and texts"))?,
        row: usize::try_from(row.get::<i64>("ligne")?).unwrap_or(0),
    })
}

/// A column that holds a JSON list of texts.
pub(crate) fn texts(row: &Row, column: &str) -> Result<Vec<String>, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|_| StoreError::Column { column: column.to_owned(), expected: "a JSON list of texts" })
}

fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts.to_vec()).to_string()
}
