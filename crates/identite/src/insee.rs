//! Codes of Insee's nomenclatures, by their form: whether a code exists is the nomenclature's to say.

use serde::{Deserialize, Serialize};

use crate::code::{CodeError, Modele, canonical_text, compact};

const NAF: Modele = Modele { quoi: "Un code NAF", exemple: "62.01Z" };
const COMMUNE: Modele = Modele { quoi: "Un code commune", exemple: "69123" };
const PCS: Modele = Modele { quoi: "Un code PCS-ESE", exemple: "641a" };
const IDCC: Modele = Modele { quoi: "Un code IDCC", exemple: "1486" };

/// An activity (APE) of the Nomenclature d'activités française: 4 digits and a letter, `6201Z`.
///
/// The form is the same in NAF rév. 2 and in those before and after it: keep the version beside the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeNaf(String);

canonical_text!(CodeNaf, CodeError);

impl CodeNaf {
    /// Reads `62.01Z`, `6201Z` or `6201z`.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        NAF.check(&chars, 5, |i, c| if i < 4 { c.is_ascii_digit() } else { c.is_ascii_uppercase() })?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye, as Insee prints it: `62.01Z`.
    pub fn grouped(&self) -> String {
        format!("{}.{}", &self.0[..2], &self.0[2..])
    }
}

/// A commune of the Code officiel géographique: 5 characters, `69123`, `2A004`, `97411`.
///
/// Keep the year of the code beside it: a merged commune stays a valid place of birth. Department 20
/// (Corsica before 1976) is admitted for that reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeCommune(String);

canonical_text!(CodeCommune, CodeError);

impl CodeCommune {
    /// Reads a code; one that begins with no department or territory is refused.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        let corsica = |i, c| i == 1 && chars.first() == Some(&'2') && matches!(c, 'A' | 'B');
        COMMUNE.check(&chars, 5, |i, c| c.is_ascii_digit() || corsica(i, c))?;
        let code: String = chars.iter().collect();
        let exists = match &code[..2] {
            "00" | "96" | "99" => false,
            "97" => matches!(chars[2], '1'..='8'),
            // 984 to 988, and 989 for Clipperton, which the official list holds too.
            "98" => matches!(chars[2], '4'..='9'),
            _ => true,
        };
        if exists {
            Ok(Self(code))
        } else {
            let debut = code[..if matches!(&code[..2], "97" | "98") { 3 } else { 2 }].to_owned();
            Err(CodeError::Debut { quoi: COMMUNE.quoi, exemple: COMMUNE.exemple, debut })
        }
    }

    /// The department or territory: 2 characters, 3 overseas.
    pub fn departement(&self) -> &str {
        match &self.0[..2] {
            "97" | "98" => &self.0[..3],
            two => two,
        }
    }

    /// For the eye: department, then commune: `69 123`, `974 11`.
    pub fn grouped(&self) -> String {
        base::grouped(&self.0, &[self.departement().len()])
    }
}

/// A profession of an employee (PCS-ESE): 3 digits and a lower-case letter, `641a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PcsEse(String);

canonical_text!(PcsEse, CodeError);

impl PcsEse {
    /// Reads `641a` or `641A`.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let chars = compact(text);
        PCS.check(&chars, 4, |i, c| if i < 3 { c.is_ascii_digit() } else { c.is_ascii_uppercase() })?;
        Ok(Self(chars.into_iter().map(|c| c.to_ascii_lowercase()).collect()))
    }

    /// For the eye: as it is written, `641a`.
    pub fn grouped(&self) -> String {
        self.0.clone()
    }
}

/// A collective agreement (identifiant de la convention collective): 4 digits, `0016`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Idcc(String);

canonical_text!(Idcc, CodeError);

impl Idcc {
    /// Reads `0016`, or `16` as it is often written.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut chars = compact(text);
        if (1..4).contains(&chars.len()) {
            chars.splice(..0, std::iter::repeat_n('0', 4 - chars.len()));
        }
        IDCC.check(&chars, 4, |_, c| c.is_ascii_digit())?;
        Ok(Self(chars.into_iter().collect()))
    }

    /// For the eye: as it is written, `0016`.
    pub fn grouped(&self) -> String {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn un_code_naf_s_ecrit_avec_ou_sans_point() {
        for text in ["62.01Z", "6201Z", "62.01z", " 62 01 Z "] {
            assert_eq!(CodeNaf::parse(text).unwrap().as_str(), "6201Z");
        }
        assert_eq!(CodeNaf::parse("6201Z").unwrap().grouped(), "62.01Z");
        for wrong in ["62.01", "62.0Z", "A2.01Z", "62.011", ""] {
            assert!(CodeNaf::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn un_code_commune_commence_par_un_departement() {
        for (ok, departement) in [
            ("01001", "01"),
            ("69123", "69"),
            ("2a004", "2A"),
            ("2B033", "2B"),
            ("20004", "20"),
            ("95127", "95"),
            ("97105", "971"),
            ("97411", "974"),
            ("97801", "978"),
            ("98818", "988"),
        ] {
            assert_eq!(CodeCommune::parse(ok).unwrap().departement(), departement);
        }
        for wrong in ["00001", "96001", "99352", "97001", "97901", "98301", "3A004", "6912", "691234"] {
            assert!(CodeCommune::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            CodeCommune::parse("98301").unwrap_err().to_string(),
            "Un code commune s’écrit comme 69123\u{a0}: le début «\u{a0}983\u{a0}» n’existe pas."
        );
        assert_eq!(CodeCommune::parse("97411").unwrap().grouped(), "974\u{a0}11");
        assert_eq!(CodeCommune::parse("69123").unwrap().grouped(), "69\u{a0}123");
    }

    #[test]
    fn les_codes_de_profession_et_de_convention_se_normalisent() {
        assert_eq!(PcsEse::parse("641A").unwrap().grouped(), "641a");
        assert!(PcsEse::parse("6411").is_err());
        assert_eq!(Idcc::parse("16").unwrap().grouped(), "0016");
        assert_eq!(Idcc::parse("1486").unwrap().as_str(), "1486");
        assert!(Idcc::parse("").is_err() && Idcc::parse("14861").is_err() && Idcc::parse("1A").is_err());
    }

    /// Insee's own lists, where they stand beside the repository: every official code has the right form.
    #[test]
    fn tous_les_codes_officiels_sont_admis() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let column = |file: &str, separator: char, at: usize| -> Vec<String> {
            let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
            text.lines().skip(1).filter_map(|l| l.split(separator).nth(at)).map(str::to_owned).collect()
        };
        for code in column("communes_cog/communes_2026.csv", ';', 0) {
            assert!(CodeCommune::parse(&code).is_ok(), "{code}");
        }
        for code in column("naf/naf2008.csv", ',', 1) {
            assert_eq!(CodeNaf::parse(&code).unwrap().grouped(), code);
        }
        for code in column("pcs_ese_2017/pcs_ese_2017.csv", ';', 0).iter().filter(|c| c.len() == 4) {
            assert_eq!(PcsEse::parse(code).unwrap().as_str(), code);
        }
    }

    proptest! {
        #[test]
        fn ce_qui_est_admis_se_relit(naf in "[0-9]{2}\\.?[0-9]{2}[A-Za-z]", commune in "(0[1-9]|[1-8][0-9]|9[0-5])[0-9]{3}|2[AB][0-9]{3}|97[1-8][0-9]{2}|98[4-8][0-9]{2}") {
            let naf = CodeNaf::parse(&naf).unwrap();
            prop_assert_eq!(CodeNaf::parse(&naf.grouped()).unwrap(), naf);
            let code = CodeCommune::parse(&commune).unwrap();
            prop_assert_eq!(CodeCommune::parse(&code.grouped()).unwrap(), code);
        }

        #[test]
        fn aucune_saisie_ne_fait_tomber_la_lecture(text in "\\PC{0,8}") {
            let _ = (CodeNaf::parse(&text), CodeCommune::parse(&text), PcsEse::parse(&text), Idcc::parse(&text));
        }
    }
}
