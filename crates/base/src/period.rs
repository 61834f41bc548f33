//! Periods `[from, to)`: the first day is in, the last is out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A span of days, half open: holds from `from` (included) to `to` (excluded), or without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    from: Date,
    to: Option<Date>,
}

/// The end does not come after the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the period ends on {to}, which is not after its beginning on {from}")]
pub struct PeriodError {
    from: Date,
    to: Date,
}

impl Period {
    /// A period of at least one day.
    pub fn new(from: Date, to: Option<Date>) -> Result<Self, PeriodError> {
        match to {
            Some(to) if to <= from => Err(PeriodError { from, to }),
            _ => Ok(Self { from, to }),
        }
    }

    /// From a day on, without end.
    pub fn since(from: Date) -> Self {
        Self { from, to: None }
    }

    /// First day inside.
    pub fn from(&self) -> Date {
        self.from
    }

    /// First day outside, if there is one.
    pub fn to(&self) -> Option<Date> {
        self.to
    }

    /// Whether the day lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether the two share at least one day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    #[test]
    fn a_period_that_ends_before_it_begins_cannot_be_made() {
        assert!(Period::new(date(2026, 1, 2), Some(date(2026, 1, 2))).is_err());
        assert!(Period::new(date(2026, 1, 2), Some(date(2026, 1, 1))).is_err());
    }

    #[test]
    fn the_last_day_is_outside() {
        let p = Period::new(date(2026, 1, 1), Some(date(2026, 2, 1))).unwrap();
        assert!(p.contains(date(2026, 1, 1)) && p.contains(date(2026, 1, 31)));
        assert!(!p.contains(date(2026, 2, 1)) && !p.contains(date(2025, 12, 31)));
    }

    fn any_period() -> impl Strategy<Value = Period> {
        (0i64..2000, proptest::option::of(1i64..2000)).prop_map(|(from, len)| {
            let from = date(2020, 1, 1) + from.days();
            Period::new(from, len.map(|l| from + l.days())).unwrap()
        })
    }

    proptest! {
        #[test]
        fn overlap_is_the_existence_of_a_common_day(a in any_period(), b in any_period()) {
            // If there is a common day at all, the later of the two beginnings is one.
            let candidate = a.from().max(b.from());
            prop_assert_eq!(a.overlaps(&b), a.contains(candidate) && b.contains(candidate));
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        }
    }
}
