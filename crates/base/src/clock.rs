//! Time as an argument.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A moment in universal time, to the millisecond, written as ISO-8601 text (`2026-11-22T09:30:00.000Z`).
///
/// The text sorts in time order, which is how both databases keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(Timestamp);

impl Instant {
    /// From milliseconds since 1970-01-01T00:00:00Z; values outside the calendar are clamped to its ends.
    pub fn from_millis(ms: i64) -> Self {
        Self(Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX }))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Reads the text form; `None` when it is not an instant.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|t| Self::from_millis(t.as_millisecond()))
    }

    /// The calendar day in France at this moment.
    pub fn day(self) -> Date {
        self.0.to_zoned(paris()).date()
    }

    /// The wall-clock time in France, `HH:MM`.
    pub fn time_of_day(self) -> String {
        self.0.to_zoned(paris()).strftime("%H:%M").to_string()
    }

    /// This moment plus some seconds (negative to go back).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(seconds.saturating_mul(1000)))
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

/// The time zone of metropolitan France; UTC+1 when the machine has no zone data.
fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(1)))
}

/// Where the time comes from. Every function that needs "now" takes one.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;

    /// The present day in France.
    fn today(&self) -> Date {
        self.now().day()
    }
}

/// The machine's clock. Made once, by the binary.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
    fn now(&self) -> Instant {
        Instant::from_millis(Timestamp::now().as_millisecond())
    }
}

/// A clock that stands still until it is moved: for tests, the demonstration and replays.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Stands at nine o'clock (French winter time) on the given day.
    pub fn at(day: Date) -> Self {
        let noon = day.at(8, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(0, |z| z.timestamp().as_millisecond());
        Self(AtomicI64::new(noon))
    }

    /// Moves the clock on by some seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_text_of_an_instant_reads_back_and_sorts() {
        let a = Instant::from_millis(1_790_000_000_123);
        let b = a.plus_seconds(1);
        assert_eq!(Instant::parse(&a.to_string()), Some(a));
        assert!(a.to_string() < b.to_string());
        assert_eq!(a.to_string().len(), "2026-09-21T13:33:20.123Z".len());
    }

    #[test]
    fn a_day_in_france_begins_at_french_midnight() {
        // 23:30 UTC on 21 November is already the 22nd in Paris.
        let evening = Instant::parse("2026-11-21T23:30:00Z").unwrap();
        assert_eq!(evening.day(), date(2026, 11, 22));
        assert_eq!(evening.time_of_day(), "00:30");
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = FixedClock::at(date(2026, 11, 22));
        assert_eq!(clock.now().time_of_day(), "09:00");
        clock.advance(60);
        assert_eq!(clock.now().time_of_day(), "09:01");
        assert_eq!(clock.today(), date(2026, 11, 22));
    }
}
