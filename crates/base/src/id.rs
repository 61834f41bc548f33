//! Identifiers: UUID version 7 as text, one type per kind of thing.

use std::sync::Mutex;

/// Where new identifiers come from. Two sites never make the same one, so that files can be merged.
pub trait IdSource: Send + Sync {
    /// A new identifier made at the given moment (milliseconds since 1970); later ones sort later.
    fn next(&self, at_ms: i64) -> String;

    /// 32 unpredictable bytes, for session and form tokens.
    fn secret(&self) -> [u8; 32];
}

/// Identifiers and secrets from the operating system's source of randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn next(&self, at_ms: i64) -> String {
        let mut bytes = [0; 10];
        fill(&mut bytes);
        uuid_text(at_ms, &bytes)
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        fill(&mut bytes);
        bytes
    }
}

fn fill(bytes: &mut [u8]) {
    // Without randomness there are neither sessions nor identifiers: stopping is the only safe answer.
    getrandom::fill(bytes).expect("the operating system gives no random bytes");
}

/// Reproducible identifiers, for the demonstration and tests. Never for a service with real people.
#[derive(Debug)]
pub struct SeededIds(Mutex<u64>);

impl SeededIds {
    /// The same seed gives the same identifiers in the same order.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    fn word(&self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014): one addition, then mixing.
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl IdSource for SeededIds {
    fn next(&self, at_ms: i64) -> String {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.word().to_le_bytes());
        bytes[8..].copy_from_slice(&self.word().to_le_bytes()[..2]);
        uuid_text(at_ms, &bytes)
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.word().to_le_bytes());
        }
        bytes
    }
}

fn uuid_text(at_ms: i64, random: &[u8; 10]) -> String {
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at_ms).unwrap_or(0), random)
        .into_uuid()
        .hyphenated()
        .to_string()
}

/// Declares one identifier type over text: `id!(SalarieId, "a worker's file");`
#[macro_export]
macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = concat!("Identifies ", $doc, ".")]
        #[derive(
            Debug,
            Clone,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            $crate::serde::Serialize,
            $crate::serde::Deserialize,
        )]
        #[serde(transparent, crate = "base::serde")]
        pub struct $name(String);

        impl $name {
            /// From the text kept in a database or found in a path. Any text is accepted: an unknown
            /// identifier finds nothing.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_identifiers_repeat_and_random_ones_do_not() {
        let (a, b) = (SeededIds::new(7), SeededIds::new(7));
        assert_eq!(a.next(1000), b.next(1000));
        assert_ne!(a.next(1000), a.next(1000));
        assert_ne!(RandomIds.next(1000), RandomIds.next(1000));
    }

    #[test]
    fn identifiers_sort_by_the_moment_they_were_made() {
        let ids = SeededIds::new(1);
        assert!(ids.next(1_700_000_000_000) < ids.next(1_700_000_000_001));
        assert_eq!(ids.next(1).len(), 36);
    }
}
