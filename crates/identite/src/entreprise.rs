//! Companies and establishments: SIREN and SIRET (Insee, répertoire Sirene).

use serde::{Deserialize, Serialize};

use crate::code::{CodeError, Modele, canonical_text, compact, digit, figure, luhn_digit};

const SIREN: Modele = Modele { quoi: "Un SIREN", exemple: "732829320" };
const SIREN_OF_SIRET: Modele =
    Modele { quoi: "Le SIREN de ce SIRET (ses 9 premiers chiffres)", exemple: "732829320" };
const SIRET: Modele = Modele { quoi: "Un SIRET", exemple: "73282932000074" };

/// La Poste has more establishments than its Luhn digits allow: their SIRET obey another rule.
const LA_POSTE: &str = "356000000";
/// The head office of La Poste, the one SIRET of the company that keeps the common rule.
const LA_POSTE_HEAD: &str = "35600000000048";

/// A legal entity: 9 digits, the last one a Luhn digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siren(String);

canonical_text!(Siren, CodeError);

impl Siren {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        SIREN.check_luhn(&chars, 9)?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// Closes 8 digits with their Luhn digit.
    pub fn from_root8(root: &str) -> Result<Self, CodeError> {
        let mut chars = compact(root);
        SIREN.check(&chars, 8, |_, c| c.is_ascii_digit())?;
        chars.push(luhn_digit(&chars));
        SIREN.check_luhn(&chars, 9)?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye: `732 829 320`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[3, 3, 3])
    }
}

/// An establishment: the SIREN of its company, a rank of 4 digits and a control digit.
///
/// The control is Luhn over the 14 digits, except at La Poste (SIREN 356 000 000), where, the head
/// office apart, the sum of the digits is a multiple of 5.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

canonical_text!(Siret, CodeError);

impl Siret {
    /// Reads what a person typed. A wrong SIREN inside is told as such.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        SIRET.check(&chars, 14, |_, c| c.is_ascii_digit())?;
        SIREN_OF_SIRET.check_luhn(&chars[..9], 9)?;
        let attendue = control(&chars[..13], chars[13]);
        if chars[13] != attendue {
            return Err(CodeError::Cle { quoi: SIRET.quoi, attendue });
        }
        Ok(Self(chars.into_iter().collect()))
    }

    /// The establishment of this rank (1 to 9999, in the order of creation) of a company, its control
    /// digit computed. Rank 0 exists for no establishment and is refused, as is anything over 9999.
    pub fn from_siren_nic(siren: &Siren, rank: u16) -> Result<Self, CodeError> {
        let nic = format!("{rank:04}");
        if nic.len() != 4 || rank == 0 {
            return Err(CodeError::Debut { quoi: "Un NIC", exemple: SIRET.exemple, debut: nic });
        }
        let mut chars: Vec<char> = siren.0.chars().chain(nic.chars()).collect();
        let luhn = luhn_digit(&chars);
        chars.push(control(&chars, luhn));
        Ok(Self(chars.into_iter().collect()))
    }

    /// The company.
    pub fn siren(&self) -> Siren {
        Siren(self.0[..9].to_owned())
    }

    /// The establishment within its company: 5 digits, the control digit included.
    pub fn nic(&self) -> &str {
        &self.0[9..]
    }

    /// For the eye: `732 829 320 00074`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[3, 3, 3, 5])
    }
}

/// The digit that closes 13 checked digits: the typed one when it fits, otherwise the one to propose.
/// At La Poste two digits fit the sum; the smaller is proposed, and the head office keeps its Luhn digit.
fn control(body: &[char], typed: char) -> char {
    let luhn = luhn_digit(body);
    if !body.iter().take(9).copied().eq(LA_POSTE.chars()) {
        return luhn;
    }
    let missing = (5 - body.iter().map(|&c| digit(c)).sum::<u32>() % 5) % 5;
    let head = body.iter().copied().eq(LA_POSTE_HEAD.chars().take(13));
    if digit(typed) % 5 == missing {
        typed
    } else if head {
        luhn
    } else {
        figure(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn le_siren_juste_est_admis_et_le_faux_refuse() {
        for ok in ["732829320", "356000000", "552081317", "404833048", "732 829 320", "732.829.320"] {
            assert!(Siren::parse(ok).is_ok(), "{ok}");
        }
        assert_eq!(Siren::parse("404833047"), Err(CodeError::Cle { quoi: "Un SIREN", attendue: '8' }));
        assert_eq!(Siren::parse("000000000"), Err(CodeError::Nul { quoi: "Un SIREN" }));
        assert_eq!(Siren::parse("732829320").unwrap().grouped(), "732\u{a0}829\u{a0}320");
    }

    #[test]
    fn le_siret_porte_son_siren_et_son_nic() {
        let siret = Siret::parse("732 829 320 00074").unwrap();
        assert_eq!(siret.as_str(), "73282932000074");
        assert_eq!(siret.siren().as_str(), "732829320");
        assert_eq!(siret.nic(), "00074");
        assert_eq!(siret.grouped(), "732\u{a0}829\u{a0}320\u{a0}00074");
        assert_eq!(Siret::from_siren_nic(&siret.siren(), 7).unwrap(), siret);
    }

    #[test]
    fn la_poste_suit_sa_propre_regle() {
        for ok in ["35600000000048", "35600000049837"] {
            assert_eq!(Siret::parse(ok).unwrap().as_str(), ok);
        }
        for (wrong, key) in [("35600000000049", '8'), ("35600000047765", '2')] {
            assert_eq!(Siret::parse(wrong), Err(CodeError::Cle { quoi: "Un SIRET", attendue: key }));
        }
    }

    #[test]
    fn le_siren_faux_dans_un_siret_est_nomme() {
        let said = Siret::parse("40483304700012").unwrap_err().to_string();
        assert!(said.starts_with("Le SIREN de ce SIRET (ses 9 premiers chiffres)"), "{said}");
        assert!(said.contains("devrait être 8"), "{said}");
    }

    #[test]
    fn un_rang_d_etablissement_va_de_1_a_9999() {
        let siren = Siren::parse("732829320").unwrap();
        assert!(Siret::from_siren_nic(&siren, 0).is_err());
        assert!(Siret::from_siren_nic(&siren, 10_000).is_err());
        assert!(Siret::from_siren_nic(&siren, 9_999).is_ok());
    }

    #[test]
    fn les_formes_passent_par_le_texte() {
        let siret: Siret = "73282932000074".parse().unwrap();
        assert_eq!(String::from(siret.clone()), siret.to_string());
        assert_eq!(Siret::try_from("732 829 320 00074".to_owned()).unwrap(), siret);
    }

    proptest! {
        #[test]
        fn les_numeros_fabriques_sont_justes(root in "[1-9][0-9]{7}", rank in 1u16..10_000) {
            let siren = Siren::from_root8(&root).unwrap();
            prop_assert_eq!(Siren::parse(&siren.grouped()).unwrap(), siren.clone());
            let siret = Siret::from_siren_nic(&siren, rank).unwrap();
            prop_assert_eq!(Siret::parse(&siret.grouped()).unwrap(), siret.clone());
            prop_assert_eq!(siret.siren(), siren);
        }

        #[test]
        fn les_numeros_de_la_poste_aussi(rank in 1u16..10_000) {
            let poste = Siren::parse(LA_POSTE).unwrap();
            let siret = Siret::from_siren_nic(&poste, rank).unwrap();
            prop_assert_eq!(Siret::parse(siret.as_str()).unwrap(), siret);
        }

        #[test]
        fn un_seul_chiffre_faux_est_refuse(root in "[1-9][0-9]{7}", rank in 1u16..10_000, at in 0usize..14, by in 1u32..10) {
            let siren = Siren::from_root8(&root).unwrap();
            prop_assume!(siren.as_str() != LA_POSTE);
            let mut chars: Vec<char> = Siret::from_siren_nic(&siren, rank).unwrap().as_str().chars().collect();
            chars[at] = figure(digit(chars[at]) + by);
            prop_assert!(Siret::parse(&chars.iter().collect::<String>()).is_err());
        }

        #[test]
        fn aucune_saisie_ne_fait_tomber_la_lecture(text in "\\PC{0,20}") {
            let _ = (Siren::parse(&text), Siret::parse(&text), Siren::from_root8(&text));
        }
    }
}
