//! Chance that repeats: one stream of the ChaCha generator, and a few ways to draw from it.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The same seed gives the same draws in the same order, on every machine.
pub(super) struct Hasard(ChaCha8Rng);

impl Hasard {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Between 0 (included) and 1 (excluded).
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Both ends included; the first one when the second is smaller.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A place in a list of this length; 0 for an empty one.
    pub(super) fn place(&mut self, length: usize) -> usize {
        self.0.random_range(0..length.max(1))
    }

    /// One of the values.
    pub(super) fn one<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        values.get(self.place(values.len()))
    }

    /// A place in a list of weights, in proportion; 0 when all are nil.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let total: f64 = weights.clone().sum();
        let mut left = self.unit() * total;
        for (place, weight) in weights.enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// A waiting time around a mean, rounded to whole units: short ones are the most common.
    pub(super) fn waiting(&mut self, mean: f64) -> i64 {
        whole(-mean * (1.0 - self.unit()).ln())
    }

    /// Close to a bell of this mean and deviation (sum of twelve draws).
    pub(super) fn bell(&mut self, mean: f64, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.unit()).sum();
        mean + (sum - 6.0) * deviation
    }

    pub(super) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.place(last + 1));
        }
    }
}

/// Rounds to the nearest whole number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a float that does not fit is clamped, which suits a draw"
)]
pub(super) fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// The same, for counts: never below zero.
pub(super) fn count(value: f64) -> usize {
    usize::try_from(whole(value)).unwrap_or(0)
}
