//! What was typed, as the index understands it.

use base::fold;

/// Words that say nothing alone. They count only when the query has nothing else (thesauri.md, A9).
const STOP_WORDS: [&str; 13] = ["de", "des", "du", "la", "le", "les", "l", "d", "et", "en", "a", "au", "aux"];
/// Longer queries are cut: nobody types them.
const MAX_WORDS: usize = 12;
const MAX_LETTERS: usize = 200;

/// A query, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// The whole text, folded.
    pub(super) text: String,
    /// Its telling words, in the order typed.
    pub(super) words: Vec<String>,
    /// It as a code.
    pub(super) code: String,
}

impl Asked {
    /// `None` when no letter was typed.
    pub(super) fn read(query: &str) -> Option<Self> {
        let text = match query.char_indices().nth(MAX_LETTERS) {
            Some((end, _)) => fold(&query[..end]),
            None => fold(query),
        };
        let mut words = telling_words(&text);
        words.truncate(MAX_WORDS);
        let code = text.replace(' ', "");
        (!words.is_empty()).then_some(Self { text, words, code })
    }
}

/// `01.11Z` and `0111z` are one code to a person who types.
pub(super) fn code_key(code: &str) -> String {
    fold(code).replace(' ', "")
}

/// The words of a folded text that say something; all of them when none does.
pub(super) fn telling_words(folded: &str) -> Vec<String> {
    let all = || folded.split(' ').filter(|w| !w.is_empty());
    let telling: Vec<String> = all().filter(|w| !is_small(w)).map(str::to_owned).collect();
    if telling.is_empty() { all().map(str::to_owned).collect() } else { telling }
}

/// Whether a word says nothing alone.
pub(super) fn is_small(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// The word without the mark of its plural; the word itself when it has none.
pub(super) fn singular(word: &str) -> &str {
    if word.len() > 3 { word.strip_suffix(['s', 'x']).unwrap_or(word) } else { word }
}

/// The same for labels that differ by order, plural or small words only.
pub(super) fn same_words_key(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(|w| singular(w)).collect();
    words.sort_unstable();
    words.join(" ")
}

/// `IDE`, `CDI`, `SS4`: a synonym that people type whole and that begins no word.
pub(super) fn is_acronym(synonym: &str) -> bool {
    let capitals = synonym.chars().filter(|c| c.is_uppercase()).count();
    let length = synonym.chars().count();
    (2..=8).contains(&length)
        && synonym.chars().all(char::is_alphanumeric)
        && (capitals >= 2 || (capitals == 1 && length == 2))
}

/// How many slips a typed word may hold (thesauri.md, A9).
pub(super) fn slips_allowed(word: &str) -> u8 {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// By how many slips a typed word differs from a word, and from the nearest beginning of it: a letter added, left
/// out, changed, or two neighbours exchanged (optimal string alignment).
pub(super) fn slips(typed: &str, word: &str) -> (usize, usize) {
    // Longer words differ in their first letters or not at all.
    const LONGEST: usize = 31;
    let mut letters = ['\0'; LONGEST];
    let mut many = 0;
    for (place, letter) in letters.iter_mut().zip(word.chars()) {
        *place = letter;
        many += 1;
    }
    let word = &letters[..many];
    let (mut before_last, mut last, mut row) = ([0; LONGEST + 1], [0; LONGEST + 1], [0; LONGEST + 1]);
    for (j, cost) in last.iter_mut().enumerate() {
        *cost = j;
    }
    let mut previous = '\0';
    for (i, letter) in typed.chars().take(LONGEST).enumerate() {
        row[0] = i + 1;
        for (j, other) in word.iter().enumerate() {
            let change = usize::from(letter != *other);
            let mut cost = (last[j + 1] + 1).min(row[j] + 1).min(last[j] + change);
            if i > 0 && j > 0 && letter == word[j - 1] && previous == *other {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        before_last = last;
        last = row;
        previous = letter;
    }
    let last = &last[..=many];
    (last[many], last.iter().copied().min().unwrap_or_default())
}

/// How a folded word sounds in French, near enough that most ways of writing one sound meet: `graphite` and
/// `grafite`, `équipage` and `ekipage`. Silent ends are dropped.
pub(super) fn sound(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let (read, heard) = SOUNDS
            .iter()
            .find(|(written, _)| rest.starts_with(written))
            .map_or((first.len_utf8(), &rest[..first.len_utf8()]), |(written, heard)| {
                (written.len(), *heard)
            });
        if !heard.is_empty() && !text.ends_with(heard) {
            text.push_str(heard);
        }
        rest = &rest[read..];
    }
    let heard = text.trim_end_matches(['e', 's', 't', 'd', 'x']);
    if heard.chars().count() < 2 { text } else { heard.to_owned() }
}

/// What is written, then what is heard: the first that fits.
const SOUNDS: [(&str, &str); 33] = [
    ("eau", "o"),
    ("au", "o"),
    ("ain", "in"),
    ("ein", "in"),
    ("aim", "in"),
    ("ym", "in"),
    ("yn", "in"),
    ("ai", "e"),
    ("ei", "e"),
    ("em", "an"),
    ("en", "an"),
    ("am", "an"),
    ("om", "on"),
    ("oe", "e"),
    ("ph", "f"),
    ("th", "t"),
    ("rh", "r"),
    ("sch", "ch"),
    ("ch", "k"),
    ("ck", "k"),
    ("qu", "k"),
    ("q", "k"),
    ("ge", "je"),
    ("gi", "ji"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
    ("c", "k"),
    ("y", "i"),
    ("z", "s"),
    ("x", "ks"),
    ("w", "v"),
    ("h", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_count_only_alone() {
        assert_eq!(telling_words("poussieres de bois"), ["poussieres", "bois"]);
        assert_eq!(telling_words("de la"), ["de", "la"]);
    }

    #[test]
    fn a_slip_is_a_letter_added_left_out_changed_or_exchanged_with_its_neighbour() {
        for (typed, word, expected) in [
            ("plomb", "plomb", (0, 0)),
            ("plob", "plomb", (1, 1)),
            ("plonb", "plomb", (1, 1)),
            ("plommb", "plomb", (1, 1)),
            ("polmb", "plomb", (1, 1)),
            ("plom", "plombier", (4, 0)),
            ("polm", "plombier", (5, 1)),
            ("abc", "", (3, 3)),
        ] {
            assert_eq!(slips(typed, word), expected, "{typed} {word}");
        }
    }

    #[test]
    fn what_sounds_alike_is_alike() {
        for (one, other) in [
            ("graphite", "grafite"),
            ("equipage", "ekipage"),
            ("caissier", "caicier"),
            ("poussiere", "poucieres"),
            ("musique", "musike"),
            ("beau", "bo"),
            ("rythme", "rhytme"),
            ("soudure", "soudur"),
        ] {
            assert_eq!(sound(one), sound(other), "{one} {other}");
        }
        assert_ne!(sound("bois"), sound("bruit"));
        assert_eq!(sound(""), "");
    }

    #[test]
    fn an_acronym_is_short_whole_and_in_capitals() {
        for yes in ["IDE", "CDI", "SS4", "Pb", "dTcaP", "RQTH", "HAV"] {
            assert!(is_acronym(yes), "{yes}");
        }
        for no in ["quartz", "chrome VI", "Lyme", "A", "saturnisme"] {
            assert!(!is_acronym(no), "{no}");
        }
    }
}
