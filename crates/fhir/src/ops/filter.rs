//! `ValueSet.compose.include.filter`: conditions on the codes of one system.

use serde_json::Value;

use super::compose::text;
use crate::{outcome::Outcome, view::View};

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    /// The property: `concept` (or `code`), `display`, `parent`, `child`, `inactive` or `level`.
    pub(crate) property: String,
    /// How it is compared.
    pub(crate) op: Op,
    /// With what.
    pub(crate) value: String,
}

/// How a property is compared (value set `filter-operator`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    /// `=`
    Equals,
    /// The code or one under it.
    IsA,
    /// A code under it.
    DescendentOf,
    /// Neither the code nor one under it.
    IsNotA,
    /// The code or one above it.
    Generalizes,
    /// One of the values, separated by commas.
    In,
    /// None of them.
    NotIn,
    /// Whether there is a value at all.
    Exists,
}

impl Op {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "=" => Self::Equals,
            "is-a" => Self::IsA,
            "descendent-of" => Self::DescendentOf,
            "is-not-a" => Self::IsNotA,
            "generalizes" => Self::Generalizes,
            "in" => Self::In,
            "not-in" => Self::NotIn,
            "exists" => Self::Exists,
            _ => return None,
        })
    }
}

impl Filter {
    /// Reads a filter; one that this server cannot follow is refused.
    pub(crate) fn read(filter: &Value) -> Result<Filter, Outcome> {
        let (property, op) = (text(filter, "property")?, text(filter, "op")?);
        let unsupported = || {
            Outcome::not_supported(format!(
                "Le filtre «\u{a0}{property} {op}\u{a0}» n'est pas pris en charge."
            ))
        };
        let op = Op::parse(op).ok_or_else(unsupported)?;
        let tree = matches!(op, Op::IsA | Op::DescendentOf | Op::IsNotA | Op::Generalizes);
        let known = match property {
            "concept" | "code" => op != Op::Exists,
            "display" | "parent" | "child" | "inactive" | "level" => !tree,
            _ => false,
        };
        if !known {
            return Err(unsupported());
        }
        Ok(Filter { property: property.to_owned(), op, value: text(filter, "value")?.to_owned() })
    }
}

/// Where a code stands that a definition names.
pub(super) fn place(view: &View, code: &str) -> Result<usize, Outcome> {
    view.place(code).ok_or_else(|| Outcome::code_invalid(view.system(), view.version(), code))
}

/// For each place, whether it passes a filter.
pub(super) fn passing(view: &View, filter: &Filter) -> Result<Vec<bool>, Outcome> {
    let named = |with_itself: bool, found: fn(&View, usize) -> Vec<bool>| {
        let place = place(view, &filter.value)?;
        let mut passes = found(view, place);
        passes[place] = with_itself;
        Ok(passes)
    };
    let under = |view: &View, place: usize| view.under(place);
    let above = |view: &View, place: usize| {
        (0..view.terms().len()).map(|other| view.is_above(other, place)).collect()
    };
    match filter.op {
        Op::IsA => named(true, under),
        Op::DescendentOf => named(false, under),
        Op::IsNotA => Ok(named(true, under)?.into_iter().map(|p: bool| !p).collect()),
        Op::Generalizes => named(true, above),
        Op::Equals | Op::In | Op::NotIn | Op::Exists => {
            // A label may hold a comma: it is compared whole.
            let wanted: Vec<&str> = match filter.op {
                Op::In | Op::NotIn if filter.property != "display" => {
                    filter.value.split(',').map(str::trim).collect()
                }
                _ => vec![&filter.value],
            };
            let passes = |i: usize| {
                let values = values(view, i, &filter.property);
                let one = values.iter().any(|v| wanted.contains(v));
                match filter.op {
                    Op::NotIn => !one,
                    Op::Exists => values.is_empty() == (filter.value == "false"),
                    _ => one,
                }
            };
            Ok((0..view.terms().len()).map(passes).collect())
        }
    }
}

/// What a term has for a property of a filter.
fn values<'a>(view: &'a View, place: usize, property: &str) -> Vec<&'a str> {
    let term = &view.terms()[place];
    let codes = |places: &[usize]| places.iter().map(|p| view.terms()[*p].code.as_str()).collect();
    match property {
        "concept" | "code" => vec![&term.code],
        "display" => vec![&term.label],
        "parent" => codes(view.parents(place)),
        "child" => codes(view.children(place)),
        "inactive" => vec![if term.active { "false" } else { "true" }],
        // Reading refuses any other property.
        _ => term.level.as_deref().into_iter().collect(),
    }
}
