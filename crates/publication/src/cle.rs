//! The federation's signing key, in a file that only its owner reads.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use terminologie::manifest::SigningKey;

/// Who signs publications: the name of the federation and its key. Cheap to clone.
#[derive(Clone)]
pub struct Signataire {
    nom: Arc<str>,
    key: Arc<SigningKey>,
}

impl std::fmt::Debug for Signataire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signataire({})", self.nom)
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file exists: a key is never overwritten.
    #[error("`{0}` exists already: a signing key is never overwritten")]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("`{0}`: {1}")]
    File(PathBuf, std::io::Error),
    /// Others may read it.
    #[error("`{0}` can be read by others: run `chmod 600` on it")]
    Open(PathBuf),
    /// It holds no key.
    #[error("`{0}` does not hold a signing key (64 hexadecimal digits on one line)")]
    NoKey(PathBuf),
}

impl Signataire {
    /// Makes a key from 32 random bytes and keeps it in a new file, for its owner alone.
    pub fn create(file: &Path, nom: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        let mut made =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|e| {
                if e.kind() == std::io::ErrorKind::AlreadyExists {
                    KeyError::Exists(file.to_owned())
                } else {
                    KeyError::File(file.to_owned(), e)
                }
            })?;
        writeln!(made, "{}", base::hex(&seed))
            .and_then(|()| made.sync_all())
            .map_err(|e| KeyError::File(file.to_owned(), e))?;
        Ok(Self::of_seed(nom, seed))
    }

    /// Reads the key that [`Signataire::create`] kept.
    pub fn read(file: &Path, nom: &str) -> Result<Self, KeyError> {
        let mode =
            std::fs::metadata(file).map_err(|e| KeyError::File(file.to_owned(), e))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Open(file.to_owned()));
        }
        let text = std::fs::read_to_string(file).map_err(|e| KeyError::File(file.to_owned(), e))?;
        let seed = seed(text.trim()).ok_or_else(|| KeyError::NoKey(file.to_owned()))?;
        Ok(Self::of_seed(nom, seed))
    }

    /// From the 32 bytes themselves.
    pub fn of_seed(nom: &str, seed: [u8; 32]) -> Self {
        Self { nom: Arc::from(nom), key: Arc::new(SigningKey::from_seed(&seed)) }
    }

    /// The name of the federation, written in its manifests.
    pub fn nom(&self) -> &str {
        &self.nom
    }

    /// The public key, as subscribers type it.
    pub fn cle_publique(&self) -> String {
        self.key.public().to_string()
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }
}

fn seed(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut seed = [0; 32];
    for (byte, pair) in seed.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signing_key_is_kept_for_its_owner_alone_and_never_overwritten() {
        let dir = testkit::TempDir::new();
        let file = dir.path().join("cle");
        let made = Signataire::create(&file, "Fédération", [7; 32]).unwrap();
        assert_eq!(Signataire::read(&file, "Fédération").unwrap().cle_publique(), made.cle_publique());
        assert!(matches!(Signataire::create(&file, "Fédération", [8; 32]), Err(KeyError::Exists(_))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Signataire::read(&file, "Fédération"), Err(KeyError::Open(_))));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "zz").unwrap();
        assert!(matches!(Signataire::read(&file, "Fédération"), Err(KeyError::NoKey(_))));
        assert!(!format!("{made:?}").contains("0707"), "the key is never printed");
    }
}
