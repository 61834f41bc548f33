//! The INS (identité nationale de santé): matricule, issuer and status (CSP L. 1111-8-1; RNIV).

use serde::{Deserialize, Serialize};

use crate::{Nir, TraitsStricts};

/// Who issued a matricule: the object identifiers that the national health agency accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OidIns {
    /// A NIR of a real person.
    #[serde(rename = "1.2.250.1.213.1.4.8")]
    Nir,
    /// A NIA, the number that stands in for a NIR not given yet.
    #[serde(rename = "1.2.250.1.213.1.4.9")]
    Nia,
    /// A NIR of a test platform.
    #[serde(rename = "1.2.250.1.213.1.4.10")]
    NirTest,
    /// A NIR of a demonstration.
    #[serde(rename = "1.2.250.1.213.1.4.11")]
    NirDemo,
}

impl OidIns {
    const ALL: [Self; 4] = [Self::Nir, Self::Nia, Self::NirTest, Self::NirDemo];

    /// The dotted form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nir => "1.2.250.1.213.1.4.8",
            Self::Nia => "1.2.250.1.213.1.4.9",
            Self::NirTest => "1.2.250.1.213.1.4.10",
            Self::NirDemo => "1.2.250.1.213.1.4.11",
        }
    }

    /// Reads the dotted form.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|oid| oid.as_str() == text.trim())
    }
}

/// How far an identity is established (RNIV): two facts, hence four statuses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatutIns {
    /// Neither fact: every identity begins here.
    #[default]
    Provisoire,
    /// The national service (INSi) answered; no identity document was checked.
    Recuperee,
    /// An identity document of high trust was checked; the national service did not answer.
    Validee,
    /// Both: the only status under which the matricule may index and exchange health data.
    Qualifiee,
}

impl StatutIns {
    /// The status that follows from the two facts.
    pub fn from_facts(insi_answered: bool, document_checked: bool) -> Self {
        match (insi_answered, document_checked) {
            (false, false) => Self::Provisoire,
            (true, false) => Self::Recuperee,
            (false, true) => Self::Validee,
            (true, true) => Self::Qualifiee,
        }
    }

    /// The code kept in databases and files: `provisoire`, `recuperee`, `validee`, `qualifiee`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Provisoire => "provisoire",
            Self::Recuperee => "recuperee",
            Self::Validee => "validee",
            Self::Qualifiee => "qualifiee",
        }
    }

    /// Reads a code or a label.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = base::fold(text);
        [Self::Provisoire, Self::Recuperee, Self::Validee, Self::Qualifiee]
            .into_iter()
            .find(|statut| statut.code() == folded)
    }

    fn insi_answered(self) -> bool {
        matches!(self, Self::Recuperee | Self::Qualifiee)
    }

    fn document_checked(self) -> bool {
        matches!(self, Self::Validee | Self::Qualifiee)
    }
}

impl std::fmt::Display for StatutIns {
    /// The French word: « identité récupérée ».
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Provisoire => "provisoire",
            Self::Recuperee => "récupérée",
            Self::Validee => "validée",
            Self::Qualifiee => "qualifiée",
        })
    }
}

/// What makes an identity particular (RNIV).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct AttributsIns {
    /// Someone else bears nearly the same traits.
    pub homonyme: bool,
    /// The person may not be who they say.
    pub douteuse: bool,
    /// Nobody: made for a test or a training.
    pub fictive: bool,
}

impl AttributsIns {
    /// Whether the national service may be called: never for a doubtful or fictive identity.
    pub fn allow_insi(self) -> bool {
        !self.douteuse && !self.fictive
    }
}

/// Why an INS cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InsError {
    /// The matricule begins with 3, 4, 7 or 8.
    #[error("Un numéro provisoire (premier chiffre 3, 4, 7 ou 8) ne peut pas servir d’INS.")]
    NumeroProvisoire,
    /// A doubtful or fictive identity above the first status.
    #[error("Une identité douteuse ou fictive garde le statut provisoire\u{a0}: elle ne peut pas être {0}.")]
    StatutInterdit(StatutIns),
}

/// A matricule with its issuer, and how far the identity that bears it is established.
///
/// Under another status than `qualifiée` the matricule is a key to search by, and nothing else:
/// see [`Ins::may_index`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Ins(Parts);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Parts {
    matricule: Nir,
    oid: OidIns,
    statut: StatutIns,
    #[serde(default)]
    attributs: AttributsIns,
}

impl Ins {
    /// An INS whose parts agree.
    pub fn new(
        matricule: Nir,
        oid: OidIns,
        statut: StatutIns,
        attributs: AttributsIns,
    ) -> Result<Self, InsError> {
        if matricule.is_provisoire() {
            return Err(InsError::NumeroProvisoire);
        }
        if statut != StatutIns::Provisoire && !attributs.allow_insi() {
            return Err(InsError::StatutInterdit(statut));
        }
        Ok(Self(Parts { matricule, oid, statut, attributs }))
    }

    /// The number.
    pub fn matricule(&self) -> &Nir {
        &self.0.matricule
    }

    /// Its issuer.
    pub fn oid(&self) -> OidIns {
        self.0.oid
    }

    /// How far the identity is established.
    pub fn statut(&self) -> StatutIns {
        self.0.statut
    }

    /// What makes the identity particular.
    pub fn attributs(&self) -> AttributsIns {
        self.0.attributs
    }

    /// Whether the matricule may index health data, be printed on a document and be exchanged.
    pub fn may_index(&self) -> bool {
        self.0.statut == StatutIns::Qualifiee
    }

    /// After the national service answered for these traits.
    pub fn insi_answered(self) -> Result<Self, InsError> {
        let statut = StatutIns::from_facts(true, self.0.statut.document_checked());
        Self::new(self.0.matricule, self.0.oid, statut, self.0.attributs)
    }

    /// After an identity document of high trust was checked.
    pub fn document_checked(self) -> Result<Self, InsError> {
        let statut = StatutIns::from_facts(self.0.statut.insi_answered(), true);
        Self::new(self.0.matricule, self.0.oid, statut, self.0.attributs)
    }

    /// With other attributes; a doubt or a fiction brings the status back to `provisoire`.
    #[must_use]
    pub fn with_attributs(self, attributs: AttributsIns) -> Self {
        let statut = if attributs.allow_insi() { self.0.statut } else { StatutIns::Provisoire };
        Self(Parts { statut, attributs, ..self.0 })
    }

    /// After the traits were corrected: back to `provisoire` if one strict trait changed otherwise than by
    /// accents or case.
    #[must_use]
    pub fn after_correction(self, before: &TraitsStricts, after: &TraitsStricts) -> Self {
        if before.differences(after).is_empty() {
            self
        } else {
            Self(Parts { statut: StatutIns::Provisoire, ..self.0 })
        }
    }
}

impl TryFrom<Parts> for Ins {
    type Error = InsError;
    fn try_from(p: Parts) -> Result<Self, InsError> {
        Self::new(p.matricule, p.oid, p.statut, p.attributs)
    }
}

impl From<Ins> for Parts {
    fn from(ins: Ins) -> Self {
        ins.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sexe;

    fn nir() -> Nir {
        Nir::parse("279035121518989").unwrap()
    }

    fn ins(statut: StatutIns) -> Ins {
        Ins::new(nir(), OidIns::NirTest, statut, AttributsIns::default()).unwrap()
    }

    #[test]
    fn seule_une_identite_qualifiee_indexe_des_donnees_de_sante() {
        for (statut, may) in [
            (StatutIns::Provisoire, false),
            (StatutIns::Recuperee, false),
            (StatutIns::Validee, false),
            (StatutIns::Qualifiee, true),
        ] {
            assert_eq!(ins(statut).may_index(), may, "{statut}");
        }
    }

    #[test]
    fn un_numero_provisoire_n_est_jamais_un_ins() {
        for first in ['3', '4', '7', '8'] {
            let provisional = Nir::from_body(&format!("{first}790351215189")).unwrap();
            for oid in OidIns::ALL {
                assert_eq!(
                    Ins::new(provisional.clone(), oid, StatutIns::Provisoire, AttributsIns::default()),
                    Err(InsError::NumeroProvisoire)
                );
            }
        }
    }

    #[test]
    fn le_statut_monte_par_insi_et_par_la_piece_d_identite_dans_les_deux_ordres() {
        let start = ins(StatutIns::Provisoire);
        let a = start.clone().insi_answered().unwrap();
        let b = start.document_checked().unwrap();
        assert_eq!((a.statut(), b.statut()), (StatutIns::Recuperee, StatutIns::Validee));
        assert_eq!(a.document_checked().unwrap().statut(), StatutIns::Qualifiee);
        assert_eq!(b.insi_answered().unwrap().statut(), StatutIns::Qualifiee);
    }

    #[test]
    fn une_identite_douteuse_ou_fictive_reste_provisoire() {
        for attributs in [
            AttributsIns { douteuse: true, ..AttributsIns::default() },
            AttributsIns { fictive: true, ..AttributsIns::default() },
        ] {
            assert!(!attributs.allow_insi());
            let fallen = ins(StatutIns::Qualifiee).with_attributs(attributs);
            assert_eq!(fallen.statut(), StatutIns::Provisoire);
            assert_eq!(fallen.attributs(), attributs);
            let refused = fallen.clone().insi_answered().unwrap_err();
            assert_eq!(refused, InsError::StatutInterdit(StatutIns::Recuperee));
            assert!(refused.to_string().ends_with("elle ne peut pas être récupérée."));
            assert!(fallen.document_checked().is_err());
        }
        let homonyme = AttributsIns { homonyme: true, ..AttributsIns::default() };
        assert_eq!(ins(StatutIns::Qualifiee).with_attributs(homonyme).statut(), StatutIns::Qualifiee);
    }

    #[test]
    fn corriger_un_trait_strict_fait_perdre_le_statut() {
        let before = TraitsStricts {
            nom_naissance: "Ménard".into(),
            prenoms: vec!["Zoé".into()],
            date_naissance: base::date_from_french("15/03/1979").unwrap(),
            sexe: Sexe::Feminin,
            lieu_naissance: "51215".into(),
        };
        let accents = TraitsStricts { nom_naissance: "MENARD".into(), ..before.clone() };
        let other = TraitsStricts { nom_naissance: "Mesnard".into(), ..before.clone() };
        let qualified = ins(StatutIns::Qualifiee);
        assert_eq!(qualified.clone().after_correction(&before, &accents), qualified);
        assert_eq!(qualified.after_correction(&before, &other).statut(), StatutIns::Provisoire);
    }

    #[test]
    fn les_codes_se_relisent() {
        for oid in OidIns::ALL {
            assert_eq!(OidIns::parse(oid.as_str()), Some(oid));
        }
        assert_eq!(OidIns::parse("1.2.250.1.213.1.4.2"), None);
        for statut in [StatutIns::Provisoire, StatutIns::Recuperee, StatutIns::Validee, StatutIns::Qualifiee]
        {
            assert_eq!(StatutIns::parse(statut.code()), Some(statut));
            assert_eq!(StatutIns::parse(&statut.to_string()), Some(statut));
        }
        let fullest = ins(StatutIns::Qualifiee);
        assert_eq!((fullest.matricule(), fullest.oid()), (&nir(), OidIns::NirTest));
    }

    #[test]
    fn un_fichier_ne_fait_pas_entrer_un_ins_impossible() {
        let written = serde_json::to_string(&ins(StatutIns::Qualifiee)).unwrap();
        assert_eq!(
            written,
            r#"{"matricule":"279035121518989","oid":"1.2.250.1.213.1.4.10","statut":"qualifiee","attributs":{"homonyme":false,"douteuse":false,"fictive":false}}"#
        );
        assert_eq!(serde_json::from_str::<Ins>(&written).unwrap(), ins(StatutIns::Qualifiee));
        let refused = |from: &str, to: &str| {
            serde_json::from_str::<Ins>(&written.replace(from, to)).unwrap_err().to_string()
        };
        assert!(
            refused(r#""fictive":false"#, r#""fictive":true"#).contains("elle ne peut pas être qualifiée")
        );
        assert!(refused("279035121518989", "279035121518988").contains("La clé devrait être 89"));
        assert!(refused("qualifiee", "excellente").contains("excellente"));
    }
}
