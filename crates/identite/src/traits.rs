//! The strict traits of an identity (référentiel national d'identitovigilance, RNIV).

use base::Date;
use serde::{Deserialize, Serialize};

/// The administrative sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sexe {
    /// Masculine.
    #[serde(rename = "M")]
    Masculin,
    /// Feminine.
    #[serde(rename = "F")]
    Feminin,
    /// Not known yet; never the sex of a qualified identity.
    #[serde(rename = "I")]
    Indetermine,
}

impl Sexe {
    /// `M`, `F` or `I`, the codes of the national identity service.
    pub fn code(self) -> &'static str {
        match self {
            Self::Masculin => "M",
            Self::Feminin => "F",
            Self::Indetermine => "I",
        }
    }

    /// Reads a code, or what French files write instead: 1 and 2, H, homme, femme, masculin, féminin.
    pub fn parse(text: &str) -> Option<Self> {
        match base::fold(text).as_str() {
            "m" | "h" | "1" | "homme" | "masculin" => Some(Self::Masculin),
            "f" | "2" | "femme" | "feminin" => Some(Self::Feminin),
            "i" | "indetermine" => Some(Self::Indetermine),
            _ => None,
        }
    }
}

impl std::fmt::Display for Sexe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Masculin => "masculin",
            Self::Feminin => "féminin",
            Self::Indetermine => "indéterminé",
        })
    }
}

/// What civil status says of a person at birth: the traits that make an identity (RNIV 1).
///
/// Used name and used first name are complementary and stand elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TraitsStricts {
    /// Birth name.
    pub nom_naissance: String,
    /// Birth first names in the order of the register; the first one is the strict trait.
    pub prenoms: Vec<String>,
    /// Day of birth, as the register holds it.
    pub date_naissance: Date,
    /// Administrative sex.
    pub sexe: Sexe,
    /// Insee code of the place of birth: commune of that day, or 99 and the country.
    pub lieu_naissance: String,
}

/// One of the strict traits, to tell which ones differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TraitStrict {
    /// Birth name.
    NomNaissance,
    /// First names.
    Prenoms,
    /// Day of birth.
    DateNaissance,
    /// Sex.
    Sexe,
    /// Place of birth.
    LieuNaissance,
}

impl std::fmt::Display for TraitStrict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NomNaissance => "nom de naissance",
            Self::Prenoms => "prénoms de naissance",
            Self::DateNaissance => "date de naissance",
            Self::Sexe => "sexe",
            Self::LieuNaissance => "lieu de naissance",
        })
    }
}

impl TraitsStricts {
    /// The same traits as the national identity service writes them; see [`normalise`].
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self {
            nom_naissance: normalise(&self.nom_naissance),
            prenoms: self.prenoms.iter().map(|p| normalise(p)).filter(|p| !p.is_empty()).collect(),
            lieu_naissance: self.lieu_naissance.trim().to_ascii_uppercase(),
            ..self.clone()
        }
    }

    /// The first birth first name, empty when there is none.
    pub fn premier_prenom(&self) -> &str {
        self.prenoms.first().map_or("", String::as_str)
    }

    /// The traits that differ once both sides are normalised; accents and case do not count.
    pub fn differences(&self, other: &Self) -> Vec<TraitStrict> {
        let (a, b) = (self.normalised(), other.normalised());
        [
            (TraitStrict::NomNaissance, a.nom_naissance != b.nom_naissance),
            (TraitStrict::Prenoms, a.prenoms != b.prenoms),
            (TraitStrict::DateNaissance, a.date_naissance != b.date_naissance),
            (TraitStrict::Sexe, a.sexe != b.sexe),
            (TraitStrict::LieuNaissance, a.lieu_naissance != b.lieu_naissance),
        ]
        .into_iter()
        .filter_map(|(which, differs)| differs.then_some(which))
        .collect()
    }

    /// What to search before creating anyone: the day of birth, then the first three letters of the birth
    /// name, folded (RNIV 1).
    pub fn search_key(&self) -> (Date, String) {
        let letters = base::fold(&self.nom_naissance).chars().filter(|c| c.is_alphabetic()).take(3).collect();
        (self.date_naissance, letters)
    }
}

/// A name as the national identity service writes it: upper case, no accents, ligatures opened, hyphens
/// and apostrophes kept, any other sign a single blank.
pub fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    loop {
        let sign = rest.find(['-', '\u{2010}', '\u{2011}', '\'', '\u{2019}']);
        let (part, after) = rest.split_at(sign.unwrap_or(rest.len()));
        out.push_str(&base::fold(part).to_uppercase());
        let mut chars = after.chars();
        match chars.next() {
            Some('\'' | '\u{2019}') => out.push('\''),
            Some(_) => out.push('-'),
            None => return out,
        }
        rest = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn traits(nom: &str, prenoms: &[&str]) -> TraitsStricts {
        TraitsStricts {
            nom_naissance: nom.into(),
            prenoms: prenoms.iter().map(|&p| p.into()).collect(),
            date_naissance: base::date_from_french("15/05/1969").unwrap(),
            sexe: Sexe::Feminin,
            lieu_naissance: "2b096".into(),
        }
    }

    #[test]
    fn un_nom_s_ecrit_en_capitales_sans_accent_avec_traits_d_union_et_apostrophes() {
        assert_eq!(normalise("Le Gœff-Ménard"), "LE GOEFF-MENARD");
        assert_eq!(normalise(" d’Aubigné  de  la Cour "), "D'AUBIGNE DE LA COUR");
        assert_eq!(normalise("N'DIAYE"), "N'DIAYE");
        assert_eq!(normalise("Jean - Noe\u{308}l"), "JEAN-NOEL");
        assert_eq!(normalise("Anne, Marie"), "ANNE MARIE");
        assert_eq!(normalise(""), "");
    }

    #[test]
    fn les_accents_et_la_casse_ne_font_pas_deux_personnes() {
        let a = traits("Ménard", &["Zoé", "Marie-Claire"]);
        let b =
            TraitsStricts { lieu_naissance: " 2B096 ".into(), ..traits("MENARD", &["ZOE", "MARIE-CLAIRE"]) };
        assert_eq!(a.differences(&b), []);
        let c = TraitsStricts { sexe: Sexe::Masculin, ..traits("Menars", &["Zoé"]) };
        assert_eq!(a.differences(&c), [TraitStrict::NomNaissance, TraitStrict::Prenoms, TraitStrict::Sexe]);
        assert_eq!(a.premier_prenom(), "Zoé");
        assert_eq!(traits("A", &[]).premier_prenom(), "");
    }

    #[test]
    fn on_cherche_par_la_date_puis_par_trois_lettres_du_nom() {
        let (day, letters) = traits("L’Évêque", &["Zoé"]).search_key();
        assert_eq!((base::date_numeric(day).as_str(), letters.as_str()), ("15/05/1969", "lev"));
    }

    #[test]
    fn le_sexe_se_lit_dans_les_fichiers_des_employeurs() {
        for (text, sexe) in
            [("M", Sexe::Masculin), ("h", Sexe::Masculin), ("2", Sexe::Feminin), ("Féminin", Sexe::Feminin)]
        {
            assert_eq!(Sexe::parse(text), Some(sexe), "{text}");
        }
        assert_eq!(Sexe::parse("?"), None);
        for sexe in [Sexe::Masculin, Sexe::Feminin, Sexe::Indetermine] {
            assert_eq!(Sexe::parse(sexe.code()), Some(sexe));
            assert_eq!(Sexe::parse(&sexe.to_string()), Some(sexe));
        }
    }

    proptest! {
        #[test]
        fn normaliser_deux_fois_ne_change_rien(name in "[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽž0-9 .,'’-]{0,30}") {
            let once = normalise(&name);
            prop_assert!(once.chars().all(|c| !c.is_lowercase()), "{}", once);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
