//! French text: folding for search, dates in words, figures in groups.

use jiff::civil::Date;

/// Folds text for search: lower case, no accents, ligatures opened, anything else than letters and
/// digits turned into single spaces. `"Œuvre d'Art – ÉLÉMENT"` gives `"oeuvre d art element"`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut push = |s: &str| out.push_str(s);
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'ā' | 'Ā' | 'ă' | 'Ă'
            | 'ą' | 'Ą' => push("a"),
            'æ' | 'Æ' => push("ae"),
            'ç' | 'Ç' | 'ć' | 'Ć' | 'č' | 'Č' => push("c"),
            'ď' | 'Ď' | 'đ' | 'Đ' => push("d"),
            'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' | 'ē' | 'Ē' | 'ę' | 'Ę' | 'ě' | 'Ě' =>
            {
                push("e");
            }
            'ğ' | 'Ğ' => push("g"),
            'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'ı' | 'İ' => push("i"),
            'ł' | 'Ł' => push("l"),
            'ñ' | 'Ñ' | 'ń' | 'Ń' | 'ň' | 'Ň' => push("n"),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'ő' | 'Ő' =>
            {
                push("o");
            }
            'œ' | 'Œ' => push("oe"),
            'ř' | 'Ř' => push("r"),
            'ś' | 'Ś' | 'š' | 'Š' | 'ş' | 'Ş' | 'ș' | 'Ș' => push("s"),
            'ß' => push("ss"),
            'ţ' | 'Ţ' | 'ț' | 'Ț' | 'ť' | 'Ť' => push("t"),
            'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' | 'ů' | 'Ů' | 'ű' | 'Ű' => push("u"),
            'ý' | 'ÿ' | 'Ý' | 'Ÿ' => push("y"),
            'ź' | 'Ź' | 'ż' | 'Ż' | 'ž' | 'Ž' => push("z"),
            // Combining marks: the letter before them has been written already.
            '\u{300}'..='\u{36f}' => {}
            other if other.is_alphanumeric() => out.extend(other.to_lowercase()),
            _ => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// The folded words of a text, in order.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Splits an identifier into groups for the eye, with no-break spaces: `grouped("73282932000074", &[3, 3, 3, 5])`.
/// What the sizes do not cover follows as a last group.
pub fn grouped(text: &str, sizes: &[usize]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + sizes.len() * 2);
    let mut at = 0usize;
    for size in sizes.iter().copied().chain(std::iter::once(usize::MAX)) {
        let end = at.saturating_add(size).min(chars.len());
        if at < end {
            if at > 0 {
                out.push('\u{a0}');
            }
            out.extend(&chars[at..end]);
            at = end;
        }
    }
    out
}

/// Bytes as lower-case hexadecimal digits, two each.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| char::from(DIGITS[usize::from(d)])).collect()
}

/// A whole number with narrow no-break spaces between thousands.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

const DAYS: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];
const MONTHS: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// `mar. 24 nov. 2026`
pub fn date_long(day: Date) -> String {
    let weekday = DAYS[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    let number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
    format!("{weekday}\u{a0}{number}\u{a0}{month}\u{a0}{}", day.year())
}

/// `24/11/2026`
pub fn date_numeric(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// Reads a date typed by a person or sent by a form: `24/11/2026`, `24-11-2026`, `24.11.2026`, `24112026`
/// or `2026-11-24`. `None` when it is none of these or no such day exists.
pub fn date_from_french(text: &str) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).collect();
    let (d, m, y) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (*d, *m, *y),
        [d, m, y] if y.len() == 4 => (*d, *m, *y),
        [all] if all.len() == 8 && all.is_ascii() => (&all[..2], &all[2..4], &all[4..]),
        _ => return None,
    };
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}

/// Age in completed years on a day; 0 when the day comes before the birth.
pub fn age_on(birth: Date, day: Date) -> i16 {
    let not_yet = (day.month(), day.day()) < (birth.month(), birth.day());
    (day.year() - birth.year() - i16::from(not_yet)).max(0)
}

/// `43 ans`
pub fn age_words(birth: Date, day: Date) -> String {
    let years = age_on(birth, day);
    format!("{years}\u{a0}an{}", if years > 1 { "s" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn folding_opens_ligatures_and_drops_accents_and_signs() {
        assert_eq!(fold("Œuvre d’Art – ÉLÉMENT"), "oeuvre d art element");
        assert_eq!(fold("  D'AMÉLIE-Zoë  "), "d amelie zoe");
        assert_eq!(fold("e\u{301}tain"), "etain");
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn dates_are_written_and_read_the_french_way() {
        assert_eq!(date_long(date(2026, 11, 24)), "mar.\u{a0}24\u{a0}nov.\u{a0}2026");
        assert_eq!(date_long(date(2026, 8, 1)), "sam.\u{a0}1er\u{a0}août\u{a0}2026");
        for text in ["24/11/2026", "24-11-2026", "2026-11-24", "24.11.2026", "24112026", " 24/11/2026 "] {
            assert_eq!(date_from_french(text), Some(date(2026, 11, 24)), "{text}");
        }
        for text in ["31/02/2026", "2026", "24/11/26", "", "aa/bb/cccc", "2éé2026"] {
            assert_eq!(date_from_french(text), None, "{text}");
        }
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        let birth = date(1980, 5, 20);
        assert_eq!(age_on(birth, date(2026, 5, 19)), 45);
        assert_eq!(age_on(birth, date(2026, 5, 20)), 46);
        assert_eq!(age_words(date(2026, 1, 1), date(2027, 3, 1)), "1\u{a0}an");
    }

    #[test]
    fn bytes_are_written_in_hexadecimal() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }

    #[test]
    fn identifiers_are_grouped_for_the_eye() {
        assert_eq!(grouped("73282932000074", &[3, 3, 3]), "732\u{a0}829\u{a0}320\u{a0}00074");
        assert_eq!(grouped("12", &[3, 3]), "12");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.contains("  ") && !once.starts_with(' ') && !once.ends_with(' '));
        }

        #[test]
        fn case_does_not_matter(text in "[a-zà-öù-ÿœæ' -]{0,30}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
        }

        #[test]
        fn a_written_date_reads_back(days in 0i32..60_000) {
            let day = date(1900, 1, 1) + jiff::Span::new().days(days);
            prop_assert_eq!(date_from_french(&date_numeric(day)), Some(day));
            prop_assert_eq!(date_from_french(&day.to_string()), Some(day));
        }
    }
}
