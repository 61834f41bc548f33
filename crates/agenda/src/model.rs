//! What a slot is.

use base::Date;
use organisation::{CentreId, ProfessionnelId};
use suivi::VisiteId;

base::id!(CreneauId, "a slot of the agenda");

/// A time of day, to the minute, written `HH:MM`: the text sorts in time order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Heure(String);

impl Heure {
    /// Reads `HH:MM`; `None` when the clock never shows it.
    pub fn parse(text: &str) -> Option<Self> {
        let (h, m) = text.split_once(':')?;
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        (digits(h) && digits(m) && h < "24" && m < "60").then(|| Self(text.to_owned()))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Heure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A slot: a professional receives in a centre, from one time to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creneau {
    /// Its identifier.
    pub id: CreneauId,
    /// Who receives. One slot begins at a given time of their day.
    pub professionnel_id: ProfessionnelId,
    /// Where.
    pub centre_id: CentreId,
    /// On which day.
    pub jour: Date,
    /// From.
    pub debut: Heure,
    /// To.
    pub fin: Heure,
    /// The visit placed in it; `None` while it is free.
    pub visite_id: Option<VisiteId>,
    /// Whether the visit took place and was signed.
    pub honore: bool,
}

#[cfg(test)]
mod tests {
    use super::Heure;

    #[test]
    fn an_hour_is_one_that_a_clock_shows() {
        for good in ["00:00", "08:30", "23:59"] {
            assert_eq!(Heure::parse(good).unwrap().as_str(), good);
        }
        for bad in ["24:00", "8:30", "08:60", "08h30", "0830", "", "08:3x", "-1:30"] {
            assert_eq!(Heure::parse(bad), None, "{bad}");
        }
        assert!(Heure::parse("08:30") < Heure::parse("14:00"));
    }
}
