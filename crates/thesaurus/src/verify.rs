//! The whole base against its deliveries: any tampered byte is found and named (grid, 14.3).
//!
//! The bytes kept are read again and every row is compared, column by column. Whoever replaces a file, its SHA-256, its
//! receipt and the rows together still cannot make the signature of the federation that published it, which is verified
//! again with the key that it was taken with; another key in its place is seen by comparing it with the federation's. A
//! delivery that nobody signed has no such proof.

mod checked;
mod kept;
mod versions;

use std::fmt;

use base::Instant;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, args};
use terminologie::check::Spot;

use checked::Checked;
pub use kept::{Objet, Verification, keep_verification, last_verifications};

store::statements! {
    DELIVERIES = "select thesaurus_id, version from livraison order by thesaurus_id, version";
    STRAY = "select distinct c.thesaurus_id, c.version from concept c where not exists
        (select 1 from livraison l where l.thesaurus_id = c.thesaurus_id and l.version = c.version)";
    MATRICES = "select id, version from matrice order by id, version";
    STRAY_CELLS = "select distinct x.matrice_id, x.version from matrice_cellule x where not exists
        (select 1 from matrice m where m.id = x.matrice_id and m.version = x.version)
        union select distinct q.matrice_id, q.version from matrice_metier_possible q where not exists
        (select 1 from matrice m where m.id = q.matrice_id and m.version = q.version)";
    NAMED = "select t.id, l.version, t.titre, t.nature, t.gestionnaire, t.source, t.licence, l.titre as l_titre,
            l.nature as l_nature, l.gestionnaire as l_gestionnaire, l.source as l_source, l.licence as l_licence
        from thesaurus t join livraison l on l.thesaurus_id = t.id and l.active order by t.id";
}

/// The word for what a federation signed.
const SIGNATURE: &str = "signature";

/// Every statement of this module and of those under it.
pub(crate) const STATEMENTS: [&[store::Sql]; 3] = [ALL, kept::ALL, versions::ALL];

/// What a check of the whole base found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Versions of lists that were read again.
    pub lists: usize,
    /// Their terms.
    pub terms: usize,
    /// Versions of matrices that were read again.
    pub matrices: usize,
    /// Their cells.
    pub cells: usize,
    /// Every difference between the base and its deliveries, and every trigger that is gone, switched off or altered:
    /// without them a list could be changed.
    pub faults: Vec<Alteration>,
}

impl VerifyReport {
    /// Whether nothing at all was found.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// What is kept of it: the counts and the first sentences.
    pub fn kept(&self, at: Instant) -> Verification {
        let resume = format!(
            "{} versions de listes et {} matrices, {} termes et {} cases comparés champ par champ à la livraison relue.",
            self.lists, self.matrices, self.terms, self.cells
        );
        let phrases = self.faults.iter().map(Alteration::sentence).collect();
        Verification::new(Objet::Livraisons, at, resume, phrases)
    }
}

/// One difference between the base and a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alteration {
    /// The list or the matrix; the name of a trigger that is not in force.
    pub id: String,
    /// The version; empty for a trigger.
    pub version: String,
    /// The term, by code, or the cell, by rank; `None` when it is the delivery itself.
    pub code: Option<String>,
    /// The column; `terme` or `cellule` when the whole row is missing or too many.
    pub field: String,
    /// What the delivery says; `None` when it has no such thing.
    pub expected: Option<String>,
    /// What the base says; `None` when it has no such thing.
    pub found: Option<String>,
}

impl fmt::Display for Alteration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.version.is_empty() {
            return write!(f, "{} {} is gone or altered: a list could be changed", self.field, self.id);
        }
        if let (SIGNATURE, Some(why)) = (self.field.as_str(), &self.found) {
            return write!(f, "{} {}, signature: {why}", self.id, self.version);
        }
        write!(f, "{} {}", self.id, self.version)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        let said =
            |text: &Option<String>| text.as_ref().map_or_else(|| "nothing".to_owned(), |t| format!("{t:?}"));
        write!(f, ", {}: expected {}, found {}", self.field, said(&self.expected), said(&self.found))
    }
}

impl Alteration {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        let said = |text: &Option<String>| {
            text.as_ref().map_or_else(|| "rien".to_owned(), |t| format!("«\u{a0}{t}\u{a0}»"))
        };
        if self.version.is_empty() {
            return format!(
                "Le déclencheur {} de la base a été retiré ou modifié\u{a0}: une liste pourrait être changée.",
                self.id
            );
        }
        if self.field == SIGNATURE {
            return format!(
                "{} version {}\u{a0}: le fichier gardé n'est pas celui que la fédération a signé, ou sa signature a été modifiée.",
                self.id, self.version
            );
        }
        let place = self.code.as_ref().map_or_else(String::new, |code| format!(", code {code}"));
        // A blank too many is not seen: it is pointed at.
        let spot = match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => Spot::between(expected, found),
            _ => None,
        };
        format!(
            "{} version {}{place}, {}\u{a0}: la livraison dit {}, la base contient {}.{}",
            self.id,
            self.version,
            self.field,
            said(&self.expected),
            said(&self.found),
            spot.map_or_else(String::new, |s| format!(" {}", s.sentence()))
        )
    }
}

/// Checks every version of every list and matrix against the bytes that were delivered, the product's own against the
/// files inside the program, and the triggers that keep them from changing.
pub async fn verify(tx: &mut Tx) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    for name in tx.missing_triggers().await? {
        report.faults.push(Alteration {
            id: name,
            version: String::new(),
            code: None,
            field: "trigger".into(),
            expected: Some("in force".into()),
            found: None,
        });
    }
    for row in tx.all(DELIVERIES, args![]).await? {
        let checked = Checked::new(row.get("thesaurus_id")?, row.get("version")?);
        versions::list(tx, checked, &mut report).await?;
    }
    for row in tx.all(STRAY, args![]).await? {
        let mut stray = Checked::new(row.get("thesaurus_id")?, row.get("version")?);
        stray.say(None, "livraison", None, Some("terms without a delivery".into()));
        report.faults.append(&mut stray.faults);
    }
    for row in tx.all(STRAY_CELLS, args![]).await? {
        let mut stray = Checked::new(row.get("matrice_id")?, row.get("version")?);
        stray.say(None, "matrice", None, Some("cells without a matrix".into()));
        report.faults.append(&mut stray.faults);
    }
    for row in tx.all(NAMED, args![]).await? {
        let mut named = Checked::new(row.get("id")?, row.get("version")?);
        for column in ["titre", "nature", "gestionnaire", "source", "licence"] {
            let (expected, found) = (row.get(&format!("l_{column}"))?, row.get(column)?);
            named.same(None, &format!("thesaurus.{column}"), expected, found);
        }
        report.faults.append(&mut named.faults);
    }
    for row in tx.all(MATRICES, args![]).await? {
        let checked = Checked::new(row.get("id")?, row.get("version")?);
        versions::matrix(tx, checked, &mut report).await?;
    }
    Ok(report)
}
