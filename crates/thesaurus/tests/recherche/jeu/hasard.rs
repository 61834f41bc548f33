//! Numbers drawn at random, the same for ever.

/// SplitMix64: the same numbers on every machine and in every version of every library.
#[derive(Debug, Clone)]
pub(crate) struct Hasard(u64);

impl Hasard {
    /// From a seed.
    pub(crate) fn new(graine: u64) -> Self {
        Self(graine)
    }

    fn suivant(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn sous(&mut self, n: usize) -> usize {
        // The bias is below one in a thousand million for lists of this size.
        usize::try_from(self.suivant() % u64::try_from(n).unwrap_or(u64::MAX)).unwrap_or(0)
    }

    /// One of these.
    pub(crate) fn parmi<'a, T>(&mut self, choix: &'a [T]) -> &'a T {
        &choix[self.sous(choix.len())]
    }
}
