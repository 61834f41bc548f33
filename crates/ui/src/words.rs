//! How figures and sentences are written in French.

/// No-break space.
const NBSP: char = '\u{a0}';
/// Narrow no-break space, between thousands.
const THIN: char = '\u{202f}';

/// A whole number with narrow no-break spaces between thousands: `12 345`.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(c);
    }
    out
}

/// A decimal number with a comma, rounded to some digits, without trailing zeros: `72,5`, `1 200`.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut out = number(whole.parse().unwrap_or(0));
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    if value < 0.0 && out.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.insert(0, '−');
    }
    out
}

/// Puts a no-break space before `: ; ! ?` and inside « » where an ordinary space stands.
pub fn nbsp(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before_sign =
            c == ' ' && chars.peek().is_some_and(|next| matches!(next, ':' | ';' | '!' | '?' | '»'));
        let after_opening = c == ' ' && out.ends_with('«');
        out.push(if before_sign || after_opening { NBSP } else { c });
    }
    out
}

/// Reads a number typed by a French person: comma or point, spaces between thousands.
pub(crate) fn read_number(text: &str) -> Option<f64> {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
    plain.parse::<f64>().ok().filter(|v| v.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_the_french_way() {
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(-1000), "−1\u{202f}000");
        assert_eq!(decimal(72.5, 2), "72,5");
        assert_eq!(decimal(1200.0, 1), "1\u{202f}200");
        assert_eq!(decimal(-0.26, 1), "−0,3");
        assert_eq!(decimal(-0.001, 1), "0");
    }

    #[test]
    fn figures_typed_with_a_comma_are_read() {
        assert_eq!(read_number(" 1 200,5 "), Some(1200.5));
        assert_eq!(read_number("douze"), None);
        assert_eq!(read_number("inf"), None);
    }

    #[test]
    fn signs_never_begin_a_line() {
        assert_eq!(nbsp("trouvé par : « saturnisme »"), "trouvé par\u{a0}: «\u{a0}saturnisme\u{a0}»");
        assert_eq!(nbsp("10:30"), "10:30");
    }
}
