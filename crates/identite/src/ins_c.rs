//! INS-C, the calculated identifier that the INS replaced in 2021: kept to match old files, never issued.

use base::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    CodeError, Nir,
    code::{Modele, canonical_text, compact},
};

const INS_C: Modele = Modele { quoi: "Un INS-C", exemple: "1541187387477485562488" };

/// An INS-C: 20 digits and a key of 2 (`97 - (20 digits mod 97)`).
///
/// Its `Debug` form is masked, because identities are never logged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InsC(String);

canonical_text!(InsC, CodeError);

/// Why an INS-C cannot be calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InsCError {
    /// Only the number of a registered person may be used.
    #[error("L’INS-C ne se calcule pas sur un numéro provisoire\u{a0}: le NIR doit commencer par 1 ou 2.")]
    NumeroProvisoire,
    /// Nothing is left of the first name once accents and signs are gone.
    #[error("L’INS-C ne se calcule pas sans prénom\u{a0}: indiquez le premier prénom de naissance.")]
    PrenomVide,
}

impl InsC {
    /// The object identifier of the old INS-C.
    pub const OID: &'static str = "1.2.250.1.213.1.4.2";

    /// Reads one found in an old file and checks its key.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        INS_C.check(&chars, 22, |_, c| c.is_ascii_digit())?;
        let body: String = chars[..20].iter().collect();
        let key = key_of(&body);
        match chars[20..].iter().copied().zip(key.chars()).find(|(typed, right)| typed != right) {
            Some((_, attendue)) => Err(CodeError::Cle { quoi: INS_C.quoi, attendue }),
            None => Ok(Self(body + &key)),
        }
    }

    /// For the eye: groups of 5, then the key.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[5, 5, 5, 5, 2])
    }
}

impl std::fmt::Debug for InsC {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InsC(…{})", &self.0[20..])
    }
}

/// Calculates the INS-C of the bearer of a NIR (ASIP Santé, « dossier de conception INS-C », v1.0.0).
///
/// The NIR must be the person's own and not that of the insured parent. `naissance` is `None` when unknown;
/// lunar dates of the Vitale card are to be turned into Gregorian ones before. Two published values agree
/// with this reading; the treatment of hyphenated first names (signs dropped, letters joined) follows the
/// public implementations, not the original document.
pub fn ins_c(nir: &Nir, prenom: &str, naissance: Option<Date>) -> Result<InsC, InsCError> {
    if nir.is_provisoire() {
        return Err(InsCError::NumeroProvisoire);
    }
    let name: String = base::fold(prenom).chars().filter(char::is_ascii_lowercase).take(10).collect();
    if name.is_empty() {
        return Err(InsCError::PrenomVide);
    }
    let day = naissance.map_or_else(
        || "000000".to_owned(),
        |d| format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day()),
    );
    let seed = format!("{:<10}{day}{}", name.to_ascii_uppercase(), nir.body());
    let number = Sha256::digest(seed.as_bytes()).iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
    let body = format!("{number:020}");
    let key = key_of(&body);
    Ok(InsC(body + &key))
}

/// The two-digit key of a number written in decimal.
fn key_of(decimal: &str) -> String {
    let rest = decimal.bytes().fold(0u32, |r, b| (r * 10 + u32::from(b - b'0')) % 97);
    format!("{:02}", 97 - rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(prenom: &str, birth: &str, body: &str) -> String {
        ins_c(&Nir::from_body(body).unwrap(), prenom, base::date_from_french(birth)).unwrap().to_string()
    }

    #[test]
    fn les_valeurs_publiees_se_retrouvent() {
        for (prenom, birth, body, expected) in [
            ("JEAN", "01/08/1950", "1500815051040", "1541187387477485562488"),
            ("HERMAS", "09/05/1960", "1600599327100", "1121717802492545833548"),
        ] {
            assert_eq!(of(prenom, birth, body), expected);
            assert_eq!(InsC::parse(expected).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn les_prenoms_composes_et_la_corse_aussi() {
        assert_eq!(of("Marie-Claire", "15/05/1969", "2690549588157"), "0381115448666765309170");
        assert_eq!(of("MARIECLAIR", "15/05/1969", "2690549588157"), "0381115448666765309170");
        assert_eq!(of("Jeanne", "14/07/1953", "253072A073004"), "0009648261331171777581");
    }

    #[test]
    fn ce_qui_ne_se_calcule_pas_est_refuse() {
        let provisional = Nir::from_body("7500815051040").unwrap();
        assert_eq!(ins_c(&provisional, "Jean", None), Err(InsCError::NumeroProvisoire));
        let own = Nir::from_body("1500815051040").unwrap();
        assert_eq!(ins_c(&own, " -' ", None), Err(InsCError::PrenomVide));
        assert_ne!(ins_c(&own, "Jean", None), ins_c(&own, "Jean", base::date_from_french("01/08/1950")));
    }

    #[test]
    fn une_cle_fausse_dans_un_ancien_fichier_est_dite() {
        assert_eq!(
            InsC::parse("1541187387477485562489"),
            Err(CodeError::Cle { quoi: "Un INS-C", attendue: '8' })
        );
        assert!(InsC::parse("154118738747748556248").is_err());
        assert_eq!(
            InsC::parse("1541187387477485562488").unwrap().grouped(),
            "15411\u{a0}87387\u{a0}47748\u{a0}55624\u{a0}88"
        );
    }

    proptest! {
        #[test]
        fn tout_ins_c_calcule_se_relit(prenom in "[A-Za-zéèïç' -]{0,14}[a-z]", body in "[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{8}", days in proptest::option::of(0i64..40_000)) {
            let birth = days.and_then(|d| base::Instant::from_millis(d * 86_400_000).to_string().get(..10).and_then(base::date_from_french));
            let made = ins_c(&Nir::from_body(&body).unwrap(), &prenom, birth).unwrap();
            prop_assert_eq!(InsC::parse(made.as_str()).unwrap(), made);
        }
    }
}
