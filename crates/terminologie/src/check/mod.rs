//! Checks: another vendor's export against a release ([`against`]), a release before it is published ([`integrity`]),
//! what is kept against what was delivered ([`same`]). Nothing is mended; each breach names its rule, its term, and the
//! byte where two texts part.

mod against;
mod breach;
mod integrity;
mod order;
mod parts;
mod same;
mod spot;
mod words;

#[cfg(test)]
mod tests;

pub use against::{against, against_since};
pub use breach::{Breach, BreachKind, By, Part, Rule};
pub use integrity::integrity;
pub use same::same;
pub use spot::Spot;
