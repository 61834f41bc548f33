//! The signed manifest of a publication: which files it holds, their digests, who says so.
//!
//! One document of canonical JSON (keys in alphabetical order, files by name, no blank), signed with Ed25519
//! (RFC 8032). A document that is not to the byte what its own content writes is refused, so that nothing in it can
//! change unnoticed.

mod key;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use key::{KeyError, PublicKey, SigningKey};

/// The only format of this version; also keeps these signatures from meaning anything elsewhere.
const FORMAT: &str = "tronc-manifeste-1";

/// What a federation publishes at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    // In alphabetical order, like the fields of each structure below: this is what makes the JSON canonical.
    /// Who publishes.
    pub federation: String,
    /// Its files; written in the order of their names.
    pub files: Vec<FileEntry>,
    /// When, as an instant (`2026-11-22T09:30:00.000Z`).
    pub published: String,
}

/// One file of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its size, in bytes.
    pub bytes: u64,
    /// What it is, in a word (`csv`, `matrice`), where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The list that it holds, if it holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Its name: no folder.
    pub name: String,
    /// Its rows below the header, where that means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// The version of that list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl FileEntry {
    /// The entry of a file: its name, size and digest.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            kind: None,
            list: None,
            name: name.to_owned(),
            rows: None,
            sha256: digest(bytes),
            version: None,
        }
    }
}

/// Why a publication is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not such a document.
    #[error("not a signed manifest: {0}")]
    Unreadable(String),
    /// Another format, most likely a later one.
    #[error("the format `{0}` is not known to this version")]
    UnknownFormat(String),
    /// The content is not written the one way it can be: something was changed.
    #[error("the manifest is not written in its canonical form: it was altered")]
    Altered,
    /// None of its signatures is by a key that is trusted here.
    #[error("signed by {}, which is not trusted here", .0.join(", "))]
    UnknownKey(Vec<String>),
    /// A trusted key did not sign this.
    #[error("the signature of key {0} does not match")]
    BadSignature(String),
    /// A file is there twice.
    #[error("`{0}` is listed twice")]
    RepeatedFile(String),
    /// A name that could lead out of the publication.
    #[error("`{0}` is not a plain file name")]
    BadName(String),
    /// A file is not the one that was published.
    #[error("`{name}` is altered: SHA-256 {found}, published with {expected}")]
    AlteredFile {
        /// The file.
        name: String,
        /// The digest of the manifest.
        expected: String,
        /// The digest of what came.
        found: String,
    },
    /// A file of the manifest is not there.
    #[error("`{0}` is missing")]
    MissingFile(String),
    /// A file that the manifest does not name.
    #[error("`{0}` is not in the manifest")]
    ExtraFile(String),
}

impl ManifestError {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::Unreadable(_) => "Ce document n'est pas un manifeste signé.".into(),
            Self::UnknownFormat(f) => format!(
                "Le format de manifeste «\u{a0}{f}\u{a0}» est inconnu de cette version du logiciel, qui doit être mise à \
                 jour."
            ),
            Self::Altered => "Le manifeste a été altéré, la publication est refusée.".into(),
            Self::UnknownKey(keys) => format!(
                "La publication est signée par la clé {}, qui n'est pas de confiance ici. Vérifiez la clé publique de la \
                 fédération.",
                keys.join(", ")
            ),
            Self::BadSignature(key) => {
                format!("La signature de la clé {key} ne correspond pas, la publication est refusée.")
            }
            Self::RepeatedFile(name) => {
                format!("Le fichier «\u{a0}{name}\u{a0}» figure deux fois dans le manifeste.")
            }
            Self::BadName(name) => {
                format!(
                    "«\u{a0}{name}\u{a0}» n'est pas un simple nom de fichier, la publication est refusée."
                )
            }
            Self::AlteredFile { name, .. } => format!(
                "Le fichier «\u{a0}{name}\u{a0}» n'est pas celui qui a été publié, son empreinte est différente."
            ),
            Self::MissingFile(name) => format!("Le fichier «\u{a0}{name}\u{a0}» manque."),
            Self::ExtraFile(name) => {
                format!("Le fichier «\u{a0}{name}\u{a0}» ne figure pas dans le manifeste.")
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    manifest: Manifest,
    signatures: Vec<Signature>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    key: String,
    signature: String,
}

impl Document {
    fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Announced {
            format: String,
        }
        let unreadable = |e: serde_json::Error| ManifestError::Unreadable(e.to_string());
        let announced: Announced = serde_json::from_slice(bytes).map_err(unreadable)?;
        if announced.format != FORMAT {
            return Err(ManifestError::UnknownFormat(announced.format));
        }
        let document: Self = serde_json::from_slice(bytes).map_err(unreadable)?;
        // Before anything else is believed: blanks, escapes, order, capitals of digits.
        if document.bytes() != bytes {
            return Err(ManifestError::Altered);
        }
        Ok(document)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut signatures = self.signatures.clone();
        signatures.sort();
        written(&Self { format: self.format.clone(), manifest: self.manifest.sorted(), signatures })
    }
}

impl Manifest {
    fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        sorted.files.sort_by(|a, b| a.name.cmp(&b.name));
        sorted
    }

    /// What is signed: the format, a line break, the manifest.
    fn message(&self) -> Vec<u8> {
        let mut message = format!("{FORMAT}\n").into_bytes();
        message.extend(written(&self.sorted()));
        message
    }

    fn well_named(&self) -> Result<(), ManifestError> {
        let mut seen = BTreeSet::new();
        for FileEntry { name, .. } in &self.files {
            let plain = !name.is_empty()
                && !name.starts_with('.')
                && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':'));
            if !plain {
                return Err(ManifestError::BadName(name.clone()));
            }
            if !seen.insert(name) {
                return Err(ManifestError::RepeatedFile(name.clone()));
            }
        }
        Ok(())
    }

    /// Compares one file with its entry.
    pub fn check_file(&self, name: &str, bytes: &[u8]) -> Result<(), ManifestError> {
        let Some(entry) = self.files.iter().find(|f| f.name == name) else {
            return Err(ManifestError::ExtraFile(name.to_owned()));
        };
        let found = digest(bytes);
        if found != entry.sha256 || bytes.len() as u64 != entry.bytes {
            return Err(ManifestError::AlteredFile {
                name: name.to_owned(),
                expected: entry.sha256.clone(),
                found,
            });
        }
        Ok(())
    }

    /// Compares all the files of a publication with the manifest: none altered, none missing, none more.
    pub fn check_files<'f>(
        &self,
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    ) -> Result<(), ManifestError> {
        let mut seen = BTreeSet::new();
        for (name, bytes) in files {
            self.check_file(name, bytes)?;
            seen.insert(name);
        }
        match self.files.iter().find(|f| !seen.contains(f.name.as_str())) {
            Some(missing) => Err(ManifestError::MissingFile(missing.name.clone())),
            None => Ok(()),
        }
    }
}

/// Signs a manifest: the document to publish. The same manifest and key give the same bytes.
pub fn sign(manifest: &Manifest, key: &SigningKey) -> Vec<u8> {
    Document {
        format: FORMAT.into(),
        manifest: manifest.sorted(),
        signatures: vec![signature(manifest, key)],
    }
    .bytes()
}

/// Adds the signature of one more key to a signed manifest: when a federation changes keys, it signs with the old and
/// the new one until every subscriber trusts the new one. Signing again with the same key changes nothing.
///
/// # Errors
///
/// When `signed` is not such a document. Its signatures are not verified.
pub fn countersign(signed: &[u8], key: &SigningKey) -> Result<Vec<u8>, ManifestError> {
    let mut document = Document::read(signed)?;
    let added = signature(&document.manifest, key);
    document.signatures.retain(|s| s.key != added.key);
    document.signatures.push(added);
    Ok(document.bytes())
}

/// Verifies a signed manifest against the keys that are trusted: one of them must have signed, and none of those that
/// did may have signed something else. The bytes of a signature by a key that is not known here cannot be judged.
pub fn verify(signed: &[u8], trusted: &[PublicKey]) -> Result<Manifest, ManifestError> {
    let Document { manifest, signatures, .. } = Document::read(signed)?;
    let message = manifest.message();
    let mut known = false;
    for signature in &signatures {
        if let Some(key) = trusted.iter().find(|k| k.id() == signature.key) {
            known = true;
            if !key.signed(&message, &signature.signature) {
                return Err(ManifestError::BadSignature(signature.key.clone()));
            }
        }
    }
    if !known {
        return Err(ManifestError::UnknownKey(signatures.into_iter().map(|s| s.key).collect()));
    }
    manifest.well_named()?;
    Ok(manifest)
}

fn signature(manifest: &Manifest, key: &SigningKey) -> Signature {
    Signature { key: key.public().id(), signature: key.sign(&manifest.message()) }
}

fn digest(bytes: &[u8]) -> String {
    base::hex(&Sha256::digest(bytes))
}

fn written(value: &impl Serialize) -> Vec<u8> {
    // Structures of strings, numbers and lists: no map with a key that is not a string, nothing that fails.
    serde_json::to_vec(value).expect("plain structures always serialise")
}
