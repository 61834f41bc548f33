//! The NIR (numéro d'inscription au répertoire, « numéro de sécurité sociale »): 13 characters and a key of 2.

use serde::{Deserialize, Serialize};

use crate::{
    Sexe,
    code::{canonical_text, compact, digit},
};

/// A NIR with its key, 15 characters, shape and key checked (décret n° 82-103 of 22 January 1982).
///
/// Its `Debug` form is masked, because identities are never logged; `Display` writes it whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nir(String);

canonical_text!(Nir, NirError);

/// What kind of number the first digit announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NatureNir {
    /// 1 or 2: the number of a registered person.
    Definitif,
    /// 3 or 4: a person whose registration is under way.
    EnCours,
    /// 7 or 8: a provisional number.
    Provisoire,
}

/// Why a NIR was refused: French sentences that say what to correct and never repeat the number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NirError {
    /// Nothing was typed.
    #[error("Le NIR est vide\u{a0}: saisissez ses 13 caractères, puis sa clé de 2 chiffres.")]
    Vide,
    /// The 13 characters are right; only the key is missing.
    #[error("Il manque la clé du NIR. La clé devrait être {attendue:02}.")]
    CleAbsente {
        /// The key these 13 characters call for.
        attendue: u8,
    },
    /// Too short or too long.
    #[error("Le NIR compte {attendue} caractères\u{a0}; il y en a {trouvee}.")]
    Longueur {
        /// 15, or 13 where the key is to be computed.
        attendue: usize,
        /// The number of characters typed, separators left out.
        trouvee: usize,
    },
    /// Something else than a digit (or than the A and B of Corsica).
    #[error(
        "Dans le NIR, «\u{a0}{caractere}\u{a0}» ne convient pas en position {position}\u{a0}: {attendu}."
    )]
    Caractere {
        /// What was found.
        caractere: char,
        /// Where, from 1.
        position: usize,
        /// What may stand there, in French.
        attendu: &'static str,
    },
    /// The first digit announces no kind of number.
    #[error(
        "Le NIR ne peut pas commencer par {0}\u{a0}: 1 pour un homme, 2 pour une femme, 3, 4, 7 ou 8 pour un numéro provisoire."
    )]
    Premier(char),
    /// No such month, nor code of an unknown month.
    #[error(
        "Le mois de naissance porté par le NIR (5e et 6e chiffres) est {0:02}\u{a0}: il va de 01 à 12, ou de 20 à 99 quand il est inconnu."
    )]
    Mois(u8),
    /// The key does not fit the 13 characters.
    #[error(
        "La clé devrait être {attendue:02}. Elle est {trouvee:02}\u{a0}: corrigez la clé ou le caractère mal saisi."
    )]
    Cle {
        /// The key these 13 characters call for.
        attendue: u8,
        /// The key typed.
        trouvee: u8,
    },
}

const BODY: usize = 13;
const WHOLE: usize = 15;

impl Nir {
    /// Reads what a person typed, key included; blanks, dots and lower case do not matter.
    pub fn parse(text: &str) -> Result<Self, NirError> {
        let chars = compact(text);
        if chars.is_empty() {
            return Err(NirError::Vide);
        }
        if chars.len() == BODY {
            return Err(NirError::CleAbsente { attendue: key_of(&chars)? });
        }
        if chars.len() != WHOLE {
            return Err(NirError::Longueur { attendue: WHOLE, trouvee: chars.len() });
        }
        let attendue = key_of(&chars[..BODY])?;
        for (i, &c) in chars.iter().enumerate().skip(BODY) {
            expect_digit(i, c)?;
        }
        let trouvee = two(&chars, BODY);
        if trouvee != attendue {
            return Err(NirError::Cle { attendue, trouvee });
        }
        Ok(Self(chars.into_iter().collect()))
    }

    /// The NIR of these 13 characters, its key computed.
    pub fn from_body(body: &str) -> Result<Self, NirError> {
        let chars = compact(body);
        match chars.len() {
            0 => Err(NirError::Vide),
            BODY => {
                let key = key_of(&chars)?;
                Ok(Self(chars.into_iter().chain(format!("{key:02}").chars()).collect()))
            }
            trouvee => Err(NirError::Longueur { attendue: BODY, trouvee }),
        }
    }

    /// The 13 characters before the key.
    pub fn body(&self) -> &str {
        &self.0[..BODY]
    }

    /// The key: `97 - (body mod 97)`, from 01 to 97, always two digits.
    pub fn key(&self) -> &str {
        &self.0[BODY..]
    }

    /// The kind of number.
    pub fn nature(&self) -> NatureNir {
        match self.0.as_bytes()[0] {
            b'1' | b'2' => NatureNir::Definitif,
            b'3' | b'4' => NatureNir::EnCours,
            _ => NatureNir::Provisoire,
        }
    }

    /// Whether the number is not the person's own for ever: it must then never serve as an INS.
    pub fn is_provisoire(&self) -> bool {
        self.nature() != NatureNir::Definitif
    }

    /// The sex the number tells. The strict traits decide, not the NIR.
    pub fn sexe(&self) -> Sexe {
        match self.0.as_bytes()[0] {
            b'1' | b'3' | b'7' => Sexe::Masculin,
            _ => Sexe::Feminin,
        }
    }

    /// The last two figures of the year of birth. The century is not in the number.
    pub fn annee2(&self) -> u8 {
        self.two(1)
    }

    /// The month of birth, from 1 to 12; `None` when the number holds a code of unknown month (20 to 99).
    pub fn mois(&self) -> Option<u8> {
        Some(self.two(3)).filter(|m| *m <= 12)
    }

    /// The place of birth as the number holds it, 5 characters: department and commune as they were when
    /// the number was given (`2A073`, `20073` in Corsica before 1976, `97105`), or 99 and the country.
    pub fn lieu(&self) -> &str {
        &self.0[5..10]
    }

    /// The rank in the register of births of that place and month: 3 digits.
    pub fn ordre(&self) -> &str {
        &self.0[10..BODY]
    }

    /// For the eye: `2 95 10 99 126 111 93`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[1, 2, 2, 2, 3, 3, 2])
    }

    fn two(&self, at: usize) -> u8 {
        let bytes = self.0.as_bytes();
        (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0')
    }
}

impl std::fmt::Debug for Nir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Nir({}…{})", &self.0[..1], self.key())
    }
}

/// Checks the shape of a body and computes its key.
fn key_of(body: &[char]) -> Result<u8, NirError> {
    if !matches!(body[0], '1'..='4' | '7' | '8') {
        expect_digit(0, body[0])?;
        return Err(NirError::Premier(body[0]));
    }
    let mut number = 0u64;
    for (i, &c) in body.iter().enumerate() {
        let corsica = i == 6 && body[5] == '2';
        number = match c {
            // Corsica: the two characters 2A count as 19, 2B as 18. The 2 is already in: 2 * 10 - 1 and - 2.
            'A' if corsica => number * 10 - 1,
            'B' if corsica => number * 10 - 2,
            _ if corsica && !c.is_ascii_digit() => {
                let attendu = "un chiffre est attendu, ou A ou B pour la Corse";
                return Err(NirError::Caractere { caractere: c, position: i + 1, attendu });
            }
            _ => {
                expect_digit(i, c)?;
                number * 10 + u64::from(digit(c))
            }
        };
    }
    let month = two(body, 3);
    if !matches!(month, 1..=12 | 20..=99) {
        return Err(NirError::Mois(month));
    }
    Ok(u8::try_from(97 - number % 97).unwrap_or(97))
}

fn expect_digit(index: usize, c: char) -> Result<(), NirError> {
    let attendu = "un chiffre est attendu";
    if c.is_ascii_digit() {
        Ok(())
    } else {
        Err(NirError::Caractere { caractere: c, position: index + 1, attendu })
    }
}

/// Two checked digits as a number.
fn two(chars: &[char], at: usize) -> u8 {
    u8::try_from(digit(chars[at]) * 10 + digit(chars[at + 1])).unwrap_or(0)
}

#[cfg(test)]
mod tests;
