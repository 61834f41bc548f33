//! How close two labels are.

use std::collections::HashMap;

/// Below it, two labels have little in common.
pub(crate) const ALIKE_FROM: u8 = 40;

/// A label without its typography: lower case, words of letters and digits with one space between. Accents and
/// ligatures stay: `tâche` and `tache` are two words.
pub(crate) fn typographic(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut gap = false;
    for c in label.chars() {
        // A combining mark belongs to the letter before it.
        if c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// How alike two labels are, from 0 (no two letters in common) to 100: Dice's coefficient on pairs of letters, case,
/// accents and punctuation aside.
pub(crate) fn likeness(a: &str, b: &str) -> u8 {
    let (a, b) = (base::fold(a), base::fold(b));
    if a == b {
        return 100;
    }
    let mut pairs: HashMap<(char, char), usize> = HashMap::new();
    let (mut of_a, mut of_b, mut shared) = (0usize, 0usize, 0usize);
    for pair in a.chars().zip(a.chars().skip(1)) {
        *pairs.entry(pair).or_default() += 1;
        of_a += 1;
    }
    for pair in b.chars().zip(b.chars().skip(1)) {
        of_b += 1;
        if let Some(left) = pairs.get_mut(&pair)
            && *left > 0
        {
            *left -= 1;
            shared += 1;
        }
    }
    if of_a + of_b == 0 {
        return 0;
    }
    u8::try_from(200 * shared / (of_a + of_b)).unwrap_or(100)
}
