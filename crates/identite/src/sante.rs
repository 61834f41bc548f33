//! Health professionals and facilities: RPPS, ADELI, the national identifier of a professional, FINESS.

use serde::{Deserialize, Serialize};

use crate::{
    Siren, Siret,
    code::{CodeError, Modele, canonical_text, compact, luhn_digit},
};

const RPPS: Modele = Modele { quoi: "Un numéro RPPS", exemple: "10005173140" };
const ADELI: Modele = Modele { quoi: "Un numéro ADELI", exemple: "699300000" };
const FINESS: Modele = Modele { quoi: "Un numéro FINESS", exemple: "750712184" };
const ID_PS: Modele = Modele { quoi: "Un identifiant national de professionnel", exemple: "810005173140" };

/// A health professional in the shared directory (répertoire partagé): 11 digits, the last one a Luhn digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rpps(String);

canonical_text!(Rpps, CodeError);

impl Rpps {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        RPPS.check_luhn(&chars, 11)?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// Closes 10 digits with their Luhn digit.
    pub fn from_root10(root: &str) -> Result<Self, CodeError> {
        let mut chars = compact(root);
        RPPS.check(&chars, 10, |_, c| c.is_ascii_digit())?;
        chars.push(luhn_digit(&chars));
        RPPS.check_luhn(&chars, 11)?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye: `100 051 731 40`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[3, 3, 3, 2])
    }
}

/// A professional in the directory that the RPPS replaces: 9 digits, no key that could be checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Adeli(String);

canonical_text!(Adeli, CodeError);

impl Adeli {
    /// Reads what a person typed: the form only. The department of Corsica may be written 2A or 2B.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        ADELI.check(&chars, 9, |i, c| c.is_ascii_digit() || corsica(&chars, i, c))?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye: department, profession, rank: `69 9 300000`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[2, 1, 6])
    }
}

/// A health facility: department, 6 digits and a Luhn digit, where Corsica's 2A and 2B count as 21 and 22.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Finess(String);

canonical_text!(Finess, CodeError);

impl Finess {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        FINESS.check(&chars, 9, |i, c| c.is_ascii_digit() || corsica(&chars, i, c))?;
        let number: Vec<char> = chars
            .iter()
            .map(|c| match c {
                'A' => '1',
                'B' => '2',
                other => *other,
            })
            .collect();
        FINESS.check_luhn(&number, 9)?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye: `75 071 218 4`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[2, 3, 3, 1])
    }
}

/// Whether this is the letter of a Corsican department: A or B after a leading 2.
fn corsica(chars: &[char], i: usize, c: char) -> bool {
    i == 1 && chars[0] == '2' && matches!(c, 'A' | 'B')
}

/// What the first digit of the national identifier of a professional announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NatureIdPs {
    /// 0: an ADELI number.
    Adeli,
    /// 1: the ADELI number of a practice, and a number given there.
    CabinetAdeli,
    /// 3: the FINESS number of a facility, and a number given there.
    Finess,
    /// 4: the SIREN of a company, and a number given there.
    Siren,
    /// 5: the SIRET of an establishment, and a number given there.
    Siret,
    /// 6: the RPPS number of a practice, and a number given there.
    CabinetRpps,
    /// 8: an RPPS number.
    Rpps,
}

/// The national identifier of a professional, as cards and the national sign-in carry it: a digit that
/// tells its nature, then the identifier (`8` + RPPS), with a number of the house where needed
/// (`3` + FINESS + `/` + number).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdPs(String);

canonical_text!(IdPs, CodeError);

impl IdPs {
    /// The object identifier of this numbering.
    pub const OID: &'static str = "1.2.250.1.71.4.2.1";

    /// Reads an identifier and checks its part by its own rule.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let Modele { quoi, exemple } = ID_PS;
        let trimmed = text.trim();
        let mut rest = trimmed.chars();
        let first = rest.next().ok_or(CodeError::Vide { quoi })?;
        let nature = nature_of(first).ok_or(CodeError::Debut { quoi, exemple, debut: first.into() })?;
        let (part, house) = match rest.as_str().split_once('/') {
            Some((part, house)) => (part, Some(house)),
            None => (rest.as_str(), None),
        };
        let part = match nature {
            NatureIdPs::Adeli | NatureIdPs::CabinetAdeli => Adeli::parse(part)?.0,
            NatureIdPs::Rpps | NatureIdPs::CabinetRpps => Rpps::parse(part)?.0,
            NatureIdPs::Finess => Finess::parse(part)?.0,
            NatureIdPs::Siren => Siren::parse(part)?.into(),
            NatureIdPs::Siret => Siret::parse(part)?.into(),
        };
        let own = matches!(nature, NatureIdPs::Adeli | NatureIdPs::Rpps);
        match house {
            None if own => Ok(Self(format!("{first}{part}"))),
            Some(number) if !own && !number.is_empty() && number.chars().all(|c| c.is_ascii_graphic()) => {
                Ok(Self(format!("{first}{part}/{number}")))
            }
            _ => Err(CodeError::Caractere {
                quoi,
                exemple: if own { exemple } else { "3750712184/123" },
                caractere: if own { '/' } else { first },
                position: if own { 2 + part.len() } else { 1 },
            }),
        }
    }

    /// What the first digit announces.
    pub fn nature(&self) -> NatureIdPs {
        // `parse` has refused every other first character.
        self.0.chars().next().and_then(nature_of).unwrap_or(NatureIdPs::Rpps)
    }

    /// The RPPS number, when the identifier holds the professional's own.
    pub fn rpps(&self) -> Option<Rpps> {
        (self.nature() == NatureIdPs::Rpps).then(|| Rpps(self.0[1..].to_owned()))
    }

    /// For the eye: the digit of nature apart, `8 100 051 731 40`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[1, 3, 3, 3])
    }
}

impl From<&Rpps> for IdPs {
    fn from(rpps: &Rpps) -> Self {
        Self(format!("8{rpps}"))
    }
}

fn nature_of(first: char) -> Option<NatureIdPs> {
    Some(match first {
        '0' => NatureIdPs::Adeli,
        '1' => NatureIdPs::CabinetAdeli,
        '3' => NatureIdPs::Finess,
        '4' => NatureIdPs::Siren,
        '5' => NatureIdPs::Siret,
        '6' => NatureIdPs::CabinetRpps,
        '8' => NatureIdPs::Rpps,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn les_numeros_rpps_justes_sont_admis() {
        for ok in ["99700218896", "10005173140", "100 051 731 40"] {
            assert!(Rpps::parse(ok).is_ok(), "{ok}");
        }
        assert!(matches!(Rpps::parse("10003456789"), Err(CodeError::Cle { .. })));
        assert_eq!(Rpps::parse("10005173140").unwrap().grouped(), "100\u{a0}051\u{a0}731\u{a0}40");
    }

    #[test]
    fn les_numeros_finess_justes_sont_admis_en_corse_aussi() {
        for ok in [
            "750712184",
            "690781810",
            "330781196",
            "670780055",
            "590780193",
            "2A0000014",
            "2B0000020",
            "2b 000 002 0",
        ] {
            assert!(Finess::parse(ok).is_ok(), "{ok}");
        }
        assert!(matches!(Finess::parse("751234567"), Err(CodeError::Cle { .. })));
        assert!(matches!(Finess::parse("3A0000014"), Err(CodeError::Caractere { position: 2, .. })));
        assert_eq!(Finess::parse("2A0000014").unwrap().grouped(), "2A\u{a0}000\u{a0}001\u{a0}4");
    }

    #[test]
    fn un_numero_adeli_n_est_controle_que_par_sa_forme() {
        assert_eq!(Adeli::parse("69 9 300000").unwrap().grouped(), "69\u{a0}9\u{a0}300000");
        assert!(Adeli::parse("2A9300000").is_ok());
        assert!(Adeli::parse("69930000").is_err());
        assert!(Adeli::parse("6993000O0").is_err());
    }

    #[test]
    fn l_identifiant_national_se_controle_par_sa_nature() {
        for (text, nature) in [
            ("0699300000", NatureIdPs::Adeli),
            ("1699300000/12", NatureIdPs::CabinetAdeli),
            ("3750712184/AB-12", NatureIdPs::Finess),
            ("4732829320/7", NatureIdPs::Siren),
            ("573282932000074/7", NatureIdPs::Siret),
            ("610005173140/7", NatureIdPs::CabinetRpps),
            ("899700218896", NatureIdPs::Rpps),
        ] {
            let id = IdPs::parse(text).unwrap();
            assert_eq!((id.as_str(), id.nature()), (text, nature));
        }
        for wrong in [
            "",
            "2750712184",
            "899700218897",
            "3750712184",
            "3750712184/",
            "899700218896/1",
            "3750712184/a b",
        ] {
            assert!(IdPs::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn l_identifiant_national_d_un_medecin_porte_son_rpps() {
        let rpps = Rpps::parse("99700218896").unwrap();
        let id = IdPs::from(&rpps);
        assert_eq!(id.as_str(), "899700218896");
        assert_eq!(id.rpps(), Some(rpps));
        assert_eq!(id.grouped(), "8\u{a0}997\u{a0}002\u{a0}188\u{a0}96");
        assert_eq!(IdPs::parse("4732829320/7").unwrap().rpps(), None);
    }

    proptest! {
        #[test]
        fn un_rpps_fabrique_est_juste_et_un_chiffre_faux_refuse(root in "1[0-9]{9}", at in 0usize..11, to in "[0-9]") {
            let rpps = Rpps::from_root10(&root).unwrap();
            prop_assert_eq!(Rpps::parse(&rpps.grouped()).unwrap(), rpps.clone());
            let mut text = rpps.to_string();
            text.replace_range(at..=at, &to);
            prop_assert_eq!(Rpps::parse(&text).is_ok(), text == rpps.as_str());
        }

        #[test]
        fn aucune_saisie_ne_fait_tomber_la_lecture(text in "\\PC{0,16}") {
            let _ = (Rpps::parse(&text), Finess::parse(&text), Adeli::parse(&text), IdPs::parse(&text));
        }
    }
}
