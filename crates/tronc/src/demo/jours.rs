//! Days: how many, how far, on which weekday.

use std::time::Duration;

use base::{Date, Instant};

const DAY: u64 = 86_400;

/// This many days later, or earlier when negative.
pub(super) fn plus(day: Date, days: i64) -> Date {
    let span = Duration::from_secs(days.unsigned_abs() * DAY);
    if days < 0 { day.saturating_sub(span) } else { day.saturating_add(span) }
}

/// The same day some months later, or the last day of a shorter month.
pub(super) fn plus_months(day: Date, months: i64) -> Date {
    let total = i64::from(day.year()) * 12 + i64::from(day.month()) - 1 + months;
    let (Ok(year), Ok(month)) = (i16::try_from(total.div_euclid(12)), i8::try_from(total.rem_euclid(12) + 1))
    else {
        return day;
    };
    Date::new(year, month, 1)
        .map_or(day, |first| Date::new(year, month, day.day().min(first.days_in_month())).unwrap_or(first))
}

/// From one day to another, negative when the second comes first.
pub(super) fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// 1 January of a year.
pub(super) fn new_year(year: i16) -> Date {
    Date::new(year, 1, 1).unwrap_or(Date::MAX)
}

/// The same day, or the Friday before a weekend.
pub(super) fn open_day(day: Date) -> Date {
    plus(day, (4 - i64::from(day.weekday().to_monday_zero_offset())).min(0))
}

/// The next open days, the given one left out.
pub(super) fn open_days_after(day: Date, how_many: usize) -> Vec<Date> {
    (1..).map(|n| plus(day, n)).filter(|d| open_day(*d) == *d).take(how_many).collect()
}

/// A moment of that day, the same whatever the hour at which the generator runs.
pub(super) fn moment(day: Date, hour: i64, minute: i64) -> Instant {
    let seconds = days(Date::constant(1970, 1, 1), day) * 86_400 + hour * 3600 + minute * 60;
    Instant::from_millis(seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_the_day_or_the_last_of_the_month() {
        let day = |y, m, d| Date::constant(y, m, d);
        assert_eq!(plus_months(day(2026, 1, 31), 1), day(2026, 2, 28));
        assert_eq!(plus_months(day(2026, 11, 24), -24), day(2024, 11, 24));
        assert_eq!(plus_months(day(2026, 11, 24), 2), day(2027, 1, 24));
    }

    #[test]
    fn a_weekend_gives_way_to_the_friday_before() {
        assert_eq!(open_day(Date::constant(2026, 11, 22)), Date::constant(2026, 11, 20));
        assert_eq!(open_day(Date::constant(2026, 11, 23)), Date::constant(2026, 11, 23));
        assert_eq!(days(Date::constant(2026, 11, 20), Date::constant(2026, 12, 1)), 11);
        assert_eq!(
            open_days_after(Date::constant(2026, 11, 20), 2),
            [Date::constant(2026, 11, 23), Date::constant(2026, 11, 24)]
        );
    }
}
