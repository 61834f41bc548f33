//! Ed25519 keys as people exchange them.

use std::{fmt, str::FromStr};

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// A public key: what a subscriber trusts. Its text is 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

/// A key that signs. Never printed.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Why a text is not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a public key is 64 hexadecimal digits")]
pub struct KeyError;

impl KeyError {
    /// What a person reads.
    pub fn sentence(self) -> &'static str {
        "Une clé publique se compose de 64 chiffres hexadécimaux (0 à 9, a à f)."
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// Reads a key as it was copied: capitals, and blanks around it or between its digits, do not matter.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 64 {
            return Err(KeyError);
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
            for digit in pair {
                let value = digit.to_digit(16).and_then(|d| u8::try_from(d).ok()).ok_or(KeyError)?;
                *byte = (*byte << 4) | value;
            }
        }
        Ok(Self(key))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base::hex(&self.0))
    }
}

impl PublicKey {
    /// Its short name: the first 16 hexadecimal digits of its SHA-256.
    pub fn id(&self) -> String {
        base::hex(&Sha256::digest(self.0)[..8])
    }

    /// Whether this key made the signature (hexadecimal) of that message.
    pub(super) fn signed(&self, message: &[u8], signature: &str) -> bool {
        let digits = signature.as_bytes();
        let value = |d: u8| char::from(d).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let bytes: Option<Vec<u8>> =
            digits.chunks(2).map(|p| Some((value(p[0])? << 4) | value(*p.get(1)?)?)).collect();
        // One text for one signature.
        let lower = !digits.iter().any(u8::is_ascii_uppercase);
        lower && bytes.is_some_and(|b| UnparsedPublicKey::new(&ED25519, self.0).verify(message, &b).is_ok())
    }
}

impl SigningKey {
    /// The key that grows from 32 random bytes, which must stay secret.
    #[expect(clippy::missing_panics_doc, reason = "cannot happen, see below")]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        // The only refusal of this function is a seed of another length.
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed of 32 bytes");
        let mut public = [0; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        Self { pair, public: PublicKey(public) }
    }

    /// The key that verifies what this one signs.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    pub(super) fn sign(&self, message: &[u8]) -> String {
        base::hex(self.pair.sign(message).as_ref())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id())
    }
}
