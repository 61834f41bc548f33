//! Money, in whole cents.

use serde::{Deserialize, Serialize};

/// An amount in euro cents; negative amounts are credits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl std::fmt::Display for Cents {
    /// French writing: `1 234,56 €` with narrow no-break spaces.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, n) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0.unsigned_abs()) };
        write!(f, "{sign}{},{:02}\u{a0}€", crate::text::thousands(n / 100), n % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::Cents;

    #[test]
    fn amounts_are_written_the_french_way() {
        assert_eq!(Cents(123_456_789).to_string(), "1\u{202f}234\u{202f}567,89\u{a0}€");
        assert_eq!(Cents(-5).to_string(), "-0,05\u{a0}€");
    }
}
