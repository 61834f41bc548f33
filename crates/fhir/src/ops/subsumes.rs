//! `CodeSystem/$subsumes`: which of two codes stands above the other in the delivered tree.

use serde_json::Value;

use crate::{outcome::Outcome, parameters::Answer, view::View};

/// The answer for two codes of one release.
pub(crate) fn answer(view: &View, a: &str, b: &str) -> Result<Value, Outcome> {
    let place = |code: &str| {
        view.place(code).ok_or_else(|| Outcome::unknown_code(view.system(), view.version(), code))
    };
    let (a, b) = (place(a)?, place(b)?);
    let outcome = if a == b {
        "equivalent"
    } else if view.is_above(a, b) {
        "subsumes"
    } else if view.is_above(b, a) {
        "subsumed-by"
    } else {
        "not-subsumed"
    };
    let mut answer = Answer::default();
    answer.value("outcome", "valueCode", outcome);
    Ok(answer.json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn the_tree_says_which_code_holds_the_other() {
        let view = sample();
        let outcome = |a: &str, b: &str| answer(&view, a, b).unwrap()["parameter"][0]["valueCode"].clone();
        assert_eq!(outcome("A", "A"), "equivalent");
        assert_eq!(outcome("A", "A11"), "subsumes");
        assert_eq!(outcome("A11", "A"), "subsumed-by");
        assert_eq!(outcome("A", "C"), "not-subsumed");
        // By its second parent too.
        assert_eq!(outcome("A", "B1"), "subsumes");
        assert_eq!(answer(&view, "A", "Z").unwrap_err().status, 404);
    }
}
