//! Why a file was refused whole.

/// Why a file was refused whole. A row that cannot be kept is no such thing: it is rejected alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Neither UTF-8 nor Windows-1252.
    #[error("line {line}: the file is neither UTF-8 nor Windows-1252 text")]
    NotText {
        /// Line of the first such byte.
        line: usize,
    },
    /// Text in UTF-16 ("Unicode text" of old spreadsheets).
    #[error("the file is in UTF-16; UTF-8 and Windows-1252 are read")]
    Utf16,
    /// The file is too large.
    #[error("the file has {bytes} bytes, {limit} are accepted")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// What is accepted.
        limit: usize,
    },
    /// The file has too many rows.
    #[error("the file has more than {limit} rows")]
    TooManyRows {
        /// What is accepted.
        limit: usize,
    },
    /// The file has too many cells, or says too much of its terms.
    #[error("the file has more than {limit} cells")]
    TooManyCells {
        /// What is accepted.
        limit: usize,
    },
    /// The same texts, repeated for many terms, would fill the memory.
    #[error("the file would give more than {limit} bytes of text")]
    TooMuchText {
        /// What is accepted.
        limit: u64,
    },
    /// A workbook that would fill the memory once decompressed.
    #[error("the workbook would take more than {limit} bytes once decompressed")]
    Bomb {
        /// What is accepted.
        limit: u64,
    },
    /// XML that declares entities: a few of them nested are enough to fill the memory, and others fetch files.
    #[error("the XML declares entities, which are never expanded")]
    Entities,
    /// A quotation mark is left open.
    #[error("line {line}: a quotation mark is not closed at the end of its field")]
    OpenQuote {
        /// Where it stands.
        line: usize,
    },
    /// No layout is recognised.
    #[error("no known layout is recognised in the file")]
    Unrecognised,
    /// The columns fit no known layout.
    #[error("no known layout has these columns: {}", headers.join(", "))]
    UnknownLayout {
        /// The names found.
        headers: Vec<String>,
    },
    /// The file ends too early or breaks the rules of its own format.
    #[error("the file is truncated or damaged: {0}")]
    Damaged(String),
    /// A workbook that asks for a password.
    #[error("the workbook is protected by a password")]
    Password,
    /// XML of another kind than the one expected.
    #[error("`{found}` is no nomenclature in SVS XML or RDF/XML")]
    OtherXml {
        /// Its first element.
        found: String,
    },
    /// JSON of another kind than a FHIR CodeSystem.
    #[error("the JSON holds `{found}`, a FHIR CodeSystem is read")]
    OtherJson {
        /// Its `resourceType`, or what it is.
        found: String,
    },
    /// Several lists in one file.
    #[error("the file holds several lists, one is read at a time")]
    SeveralLists,
    /// A workbook of the former kind (`.xls`).
    #[error("a workbook of the former kind (.xls): save it as .xlsx")]
    OldWorkbook,
    /// RDF without any concept.
    #[error("the RDF holds no concept")]
    NoConcept,
    /// No row could be integrated.
    #[error("none of the {rows} rows could be integrated")]
    Nothing {
        /// Rows read.
        rows: usize,
    },
    /// Terms stand above each other in a circle.
    #[error("these codes are each other's parents: {}", codes.join(" > "))]
    Cycle {
        /// The circle.
        codes: Vec<String>,
    },
    /// The tree has too many levels.
    #[error("`{code}` stands deeper than {limit} levels")]
    TooDeep {
        /// A term too deep.
        code: String,
        /// What is accepted.
        limit: usize,
    },
}

impl ReadError {
    /// What a person reads: what is wrong and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotText { line } => format!(
                "Ligne\u{a0}{line}, le fichier n'est ni en UTF-8 ni en Windows-1252. Enregistrez-le au format CSV UTF-8."
            ),
            Self::Utf16 => {
                "Le fichier est en UTF-16. Enregistrez-le au format CSV UTF-8, puis recommencez.".into()
            }
            Self::TooLarge { bytes, limit } => format!(
                "Le fichier pèse {bytes}\u{a0}octets, la limite est de {limit}. Vérifiez qu'il s'agit du bon fichier."
            ),
            Self::TooManyRows { limit } => format!(
                "Le fichier compte plus de {limit}\u{a0}lignes. Vérifiez qu'il s'agit du bon fichier."
            ),
            Self::TooManyCells { limit } => format!(
                "Le fichier compte plus de {limit}\u{a0}cellules. Supprimez les colonnes et les lignes inutiles, puis recommencez."
            ),
            Self::TooMuchText { limit } => format!(
                "Le fichier donnerait plus de {limit}\u{a0}octets de texte. Vérifiez qu'il s'agit du bon fichier."
            ),
            Self::Bomb { limit } => format!(
                "Une fois décompressé, le classeur dépasserait {limit}\u{a0}octets. Vérifiez qu'il s'agit du bon fichier."
            ),
            Self::Entities => {
                "Le fichier XML déclare des entités, qui ne sont jamais développées. Demandez à l'éditeur un fichier sans déclaration DOCTYPE.".into()
            }
            Self::OpenQuote { line } => format!(
                "Ligne\u{a0}{line}, un guillemet n'est pas refermé à la fin de son champ. Corrigez le fichier, puis recommencez."
            ),
            Self::Unrecognised => {
                "La disposition du fichier n'est pas reconnue. Les listes sont lues en CSV, classeur Excel, XML SVS, SKOS ou FHIR CodeSystem.".into()
            }
            Self::UnknownLayout { headers } => format!(
                "Les colonnes du fichier ne correspondent à aucune disposition connue. Il faut au moins «\u{a0}code\u{a0}» et «\u{a0}libelle\u{a0}». Colonnes trouvées\u{a0}: {}.",
                headers.join(", ")
            ),
            Self::Damaged(what) => format!(
                "Le fichier est tronqué ou abîmé ({what}). Téléchargez-le de nouveau, puis recommencez."
            ),
            Self::Password => {
                "Le classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis recommencez.".into()
            }
            Self::OtherXml { found } => format!(
                "Ce fichier XML contient «\u{a0}{found}\u{a0}», qui n'est ni une nomenclature au format SVS ni du SKOS. Vérifiez qu'il s'agit du bon fichier."
            ),
            Self::OtherJson { found } => format!(
                "Ce fichier JSON contient «\u{a0}{found}\u{a0}». Seule une ressource FHIR CodeSystem est lue\u{a0}: vérifiez qu'il s'agit du bon fichier."
            ),
            Self::SeveralLists => {
                "Ce fichier contient plusieurs listes. Chargez-les une par une, chacune dans son fichier.".into()
            }
            Self::OldWorkbook => {
                "Ce classeur est à l'ancien format .xls. Ouvrez-le, enregistrez-le au format .xlsx, puis recommencez.".into()
            }
            Self::NoConcept => {
                "Ce fichier RDF ne contient aucun concept. Vérifiez qu'il s'agit du bon fichier.".into()
            }
            Self::Nothing { rows } => format!(
                "Aucune des {rows}\u{a0}lignes lues ne peut être intégrée. Vérifiez le contenu du fichier."
            ),
            Self::Cycle { codes } => format!(
                "Ces codes sont placés les uns sous les autres en boucle\u{a0}: {}. Corrigez la colonne du terme supérieur.",
                codes.join(", ")
            ),
            Self::TooDeep { code, limit } => format!(
                "Le terme «\u{a0}{code}\u{a0}» dépasse {limit}\u{a0}niveaux. Vérifiez l'arborescence."
            ),
        }
    }
}
