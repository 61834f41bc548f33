//! `CodeSystem/$validate-code` and `ValueSet/$validate-code`: whether a code exists, and whether its label is right.
//!
//! A label is right to the byte: who keeps these lists promised to change neither spelling, case nor punctuation. The
//! parameter `lenient-display-validation` accepts accents, case, punctuation and synonyms.

use base::fold;
use serde_json::Value;

use crate::{
    parameters::{Answer, Coding},
    view::View,
};

/// What was found of one code.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether everything that was given is right.
    pub(crate) result: bool,
    /// What there is to say of it.
    pub(crate) messages: Vec<String>,
    found: Option<Known>,
}

#[derive(Debug, PartialEq, Eq)]
struct Known {
    system: String,
    version: String,
    code: String,
    display: String,
    inactive: bool,
}

impl Verdict {
    /// Wrong, with its reason.
    pub(crate) fn wrong(message: String) -> Self {
        Self { result: false, messages: vec![message], found: None }
    }

    /// Adds a reason that makes it wrong.
    pub(crate) fn refuse(&mut self, message: String) {
        self.result = false;
        self.messages.push(message);
    }

    /// The resource.
    pub(crate) fn json(self) -> Value {
        let mut answer = Answer::default();
        answer.value("result", "valueBoolean", self.result);
        if !self.messages.is_empty() {
            answer.value("message", "valueString", self.messages.join(" "));
        }
        if let Some(found) = self.found {
            answer.value("display", "valueString", found.display);
            answer.value("code", "valueCode", found.code);
            answer.value("system", "valueUri", found.system);
            answer.value("version", "valueString", found.version);
            answer.value("inactive", "valueBoolean", found.inactive);
        }
        answer.json()
    }
}

/// Whether a code of a release is right, with the label that goes with it where one is given.
pub(crate) fn code(view: &View, coding: &Coding, lenient: bool) -> Verdict {
    let Some(term) = view.term(&coding.code) else {
        return Verdict::wrong(format!(
            "Le code «\u{a0}{}\u{a0}» n'existe pas dans «\u{a0}{}\u{a0}», version {}.",
            coding.code,
            view.system(),
            view.version()
        ));
    };
    let mut verdict = Verdict {
        result: true,
        messages: Vec::new(),
        found: Some(Known {
            system: view.system().to_owned(),
            version: view.version().to_owned(),
            code: term.code.clone(),
            display: term.label.clone(),
            inactive: !term.active,
        }),
    };
    if !term.active {
        verdict.messages.push(format!(
            "Le code «\u{a0}{}\u{a0}» est inactif\u{a0}: il se lit dans les anciens enregistrements et n'est plus proposé à la saisie.",
            term.code
        ));
    }
    if let Some(display) = coding.display.as_deref().filter(|d| *d != term.label) {
        let near = |text: &String| fold(text) == fold(display);
        let exact = format!("Le libellé exact est «\u{a0}{}\u{a0}».", term.label);
        let synonym = term.synonyms.iter().any(|s| if lenient { near(s) } else { s == display });
        match (near(&term.label) || synonym, lenient) {
            (true, true) => verdict.messages.push(exact),
            (true, false) if synonym => {
                verdict.refuse(format!("«\u{a0}{display}\u{a0}» est un synonyme. {exact}"));
            }
            (true, false) => verdict.refuse(format!(
                "«\u{a0}{display}\u{a0}» s'écarte du libellé par la casse, les accents, la ponctuation ou les espaces. {exact}"
            )),
            (false, _) => {
                verdict.refuse(format!("«\u{a0}{display}\u{a0}» n'est pas le libellé de ce code. {exact}"));
            }
        }
    }
    verdict
}

/// The first right verdict; without one, the first of all.
pub(crate) fn best(verdicts: Vec<Verdict>) -> Option<Verdict> {
    let at = verdicts.iter().position(|v| v.result).unwrap_or(0);
    verdicts.into_iter().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    fn checked(code_text: &str, display: Option<&str>, lenient: bool) -> Verdict {
        let coding =
            Coding { code: code_text.into(), display: display.map(str::to_owned), ..Coding::default() };
        code(&sample(), &coding, lenient)
    }

    #[test]
    fn a_label_is_right_to_the_byte_unless_one_asks_otherwise() {
        assert!(checked("A11", Some("Plomb et composés"), false).result);
        for near in ["plomb et composes", "Plomb et composés ", "PLOMB ET COMPOSÉS", "Saturnisme"] {
            let strict = checked("A11", Some(near), false);
            assert!(!strict.result, "{near}");
            assert!(strict.messages[0].contains("Plomb et composés"), "{near}");
            assert!(checked("A11", Some(near), true).result, "{near}");
        }
        assert!(checked("A11", Some("saturnisme"), true).result);
        assert!(!checked("A11", Some("Zinc"), true).result);
    }

    #[test]
    fn an_inactive_code_is_right_and_says_so() {
        let verdict = checked("A12", None, false);
        assert!(verdict.result && verdict.messages[0].contains("inactif"));
        let json = verdict.json();
        let names: Vec<_> = json["parameter"].as_array().unwrap().iter().map(|p| p["name"].clone()).collect();
        assert_eq!(names, ["result", "message", "display", "code", "system", "version", "inactive"]);
        assert_eq!(json["parameter"][6]["valueBoolean"], true);
    }

    #[test]
    fn a_code_that_does_not_exist_is_an_answer() {
        let verdict = checked("a11", None, true);
        assert!(!verdict.result, "codes keep their case");
        assert_eq!(verdict.json()["parameter"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn among_several_codes_one_right_is_enough() {
        let verdicts = vec![Verdict::wrong("a".into()), Verdict { result: true, ..Verdict::default() }];
        assert!(best(verdicts).unwrap().result);
        assert_eq!(best(vec![Verdict::wrong("a".into())]).unwrap().messages, ["a"]);
        assert_eq!(best(Vec::new()), None);
    }
}
