//! What all identifiers share: indulgent reading, the Luhn key, one error in French, one set of conversions.

/// Why a code was refused, in a French sentence that says what to correct.
///
/// `quoi` names the identifier with its article (« Un SIRET »); positions count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing was typed.
    #[error("{quoi} est attendu\u{a0}: rien n’a été saisi.")]
    Vide {
        /// The identifier.
        quoi: &'static str,
    },
    /// Too short or too long.
    #[error("{quoi} compte {attendue} caractères\u{a0}; il y en a {trouvee}.")]
    Longueur {
        /// The identifier.
        quoi: &'static str,
        /// The right number of characters.
        attendue: usize,
        /// The number of characters typed, separators left out.
        trouvee: usize,
    },
    /// A character that has no place there.
    #[error(
        "{quoi} s’écrit comme {exemple}\u{a0}: «\u{a0}{caractere}\u{a0}» ne convient pas en position {position}."
    )]
    Caractere {
        /// The identifier.
        quoi: &'static str,
        /// A right one.
        exemple: &'static str,
        /// What was found.
        caractere: char,
        /// Where, from 1.
        position: usize,
    },
    /// All characters have their form but no such code exists.
    #[error("{quoi} s’écrit comme {exemple}\u{a0}: le début «\u{a0}{debut}\u{a0}» n’existe pas.")]
    Debut {
        /// The identifier.
        quoi: &'static str,
        /// A right one.
        exemple: &'static str,
        /// The part that names nothing.
        debut: String,
    },
    /// The control digit does not fit.
    #[error(
        "{quoi} se termine par un chiffre de contrôle, qui devrait être {attendue}\u{a0}: vérifiez la saisie."
    )]
    Cle {
        /// The identifier.
        quoi: &'static str,
        /// The digit that would fit what comes before it.
        attendue: char,
    },
    /// Only zeros: they satisfy every key and identify nobody.
    #[error("{quoi} ne peut pas être fait que de zéros.")]
    Nul {
        /// The identifier.
        quoi: &'static str,
    },
}

/// What was typed, without separators (blanks of any width, dots, dashes) and in upper case.
pub(crate) fn compact(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '\u{2011}' | '\u{200b}'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The name of an identifier and a right one, for its errors.
#[derive(Clone, Copy)]
pub(crate) struct Modele {
    pub(crate) quoi: &'static str,
    pub(crate) exemple: &'static str,
}

impl Modele {
    /// Checks the number of characters, then each of them with `fits(index, character)`.
    pub(crate) fn check(
        self,
        chars: &[char],
        len: usize,
        fits: impl Fn(usize, char) -> bool,
    ) -> Result<(), CodeError> {
        let Self { quoi, exemple } = self;
        if chars.is_empty() {
            return Err(CodeError::Vide { quoi });
        }
        if chars.len() != len {
            return Err(CodeError::Longueur { quoi, attendue: len, trouvee: chars.len() });
        }
        match chars.iter().enumerate().find(|(i, c)| !fits(*i, **c)) {
            Some((i, &caractere)) => Err(CodeError::Caractere { quoi, exemple, caractere, position: i + 1 }),
            None => Ok(()),
        }
    }

    /// Checks a number of `len` digits closed by a Luhn digit.
    pub(crate) fn check_luhn(self, chars: &[char], len: usize) -> Result<(), CodeError> {
        self.check(chars, len, |_, c| c.is_ascii_digit())?;
        if chars.iter().all(|&c| c == '0') {
            return Err(CodeError::Nul { quoi: self.quoi });
        }
        let attendue = luhn_digit(&chars[..len - 1]);
        if chars[len - 1] == attendue { Ok(()) } else { Err(CodeError::Cle { quoi: self.quoi, attendue }) }
    }
}

/// The value of a digit; 0 for anything else, which callers have refused before.
pub(crate) fn digit(c: char) -> u32 {
    c.to_digit(10).unwrap_or(0)
}

/// The character of a digit below 10.
pub(crate) fn figure(n: u32) -> char {
    char::from_digit(n % 10, 10).unwrap_or('0')
}

/// The digit that closes these ones under Luhn's formula (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn_digit(body: &[char]) -> char {
    let sum: u32 = body
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &c)| {
            let d = if i.is_multiple_of(2) { digit(c) * 2 } else { digit(c) };
            d / 10 + d % 10
        })
        .sum();
    figure((10 - sum % 10) % 10)
}

/// The conversions every identifier has, from its `parse` and its canonical text.
macro_rules! canonical_text {
    ($name:ident, $error:ty) => {
        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
pub(crate) use canonical_text;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn separators_and_case_do_not_count() {
        let typed: String = compact("\u{202f}2a 07.30-04\u{a0}").into_iter().collect();
        assert_eq!(typed, "2A073004");
    }

    #[test]
    fn refusals_say_what_to_correct() {
        let m = Modele { quoi: "Un SIREN", exemple: "732829320" };
        let check = |t: &str| m.check_luhn(&compact(t), 9).map_err(|e| e.to_string());
        assert_eq!(check(""), Err("Un SIREN est attendu\u{a0}: rien n’a été saisi.".into()));
        assert_eq!(check("12"), Err("Un SIREN compte 9 caractères\u{a0}; il y en a 2.".into()));
        assert_eq!(
            check("73282932O"),
            Err("Un SIREN s’écrit comme 732829320\u{a0}: «\u{a0}O\u{a0}» ne convient pas en position 9."
                .into())
        );
        assert_eq!(
            check("404833047"),
            Err("Un SIREN se termine par un chiffre de contrôle, qui devrait être 8\u{a0}: vérifiez la saisie.".into())
        );
        assert_eq!(check("000000000"), Err("Un SIREN ne peut pas être fait que de zéros.".into()));
    }

    proptest! {
        #[test]
        fn luhn_sees_every_single_wrong_digit(body in "[0-9]{8,13}", at in 0usize..8, by in 1u32..10) {
            let mut chars: Vec<char> = body.chars().collect();
            let key = luhn_digit(&chars);
            chars[at] = figure(digit(chars[at]) + by);
            prop_assert_ne!(luhn_digit(&chars), key);
        }
    }
}
