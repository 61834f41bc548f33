//! What people would type for a term.

use std::collections::{BTreeSet, HashMap};

use base::fold;

use super::{
    hasard::Hasard,
    listes::{Liste, Terme},
};

/// Words that say nothing alone (thesauri.md, A9).
const PETITS_MOTS: [&str; 11] = ["de", "des", "du", "la", "le", "les", "l", "d", "et", "en", "a"];
/// Neighbours on a French keyboard.
const CLAVIER: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];
/// A word is told apart when so few labels hold all that was typed.
const PEU: usize = 3;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// The list that is asked.
    pub(crate) liste: String,
    /// What kind of question it is.
    pub(crate) sorte: String,
    /// What is typed.
    pub(crate) texte: String,
    /// The codes of the right term: several where labels are the same words.
    pub(crate) attendus: Vec<String>,
}

/// Criterion 13.2: by synonym, acronym, typing error or lost accents.
pub(crate) const SORTES_13_2: [&str; 10] = [
    "synonyme",
    "sigle",
    "sans-accent",
    "faute-remplacee",
    "faute-oubliee",
    "faute-ajoutee",
    "faute-inversee",
    "faute-doublee",
    "faute-phonetique",
    "faute-espace",
];

/// The questions of one list.
pub(crate) fn de(liste: &Liste, hasard: &mut Hasard) -> Vec<Question> {
    let atelier = Atelier::new(liste);
    let large = liste.termes.len() > 1_000;
    let mut questions: Vec<Question> = Vec::new();
    for sorte in SORTES {
        // First letters are drawn with repetition, as many terms share them, and oftener: they are a bar alone.
        let letters = sorte.starts_with(['3', '4']);
        let many = match (letters, large) {
            (true, true) => 60,
            (false, true) => 24,
            (true, false) => 20,
            (false, false) => 10,
        };
        let mut kept: Vec<Question> = Vec::with_capacity(many);
        // Not every term can be asked in every way: so many trials, then what was found.
        for _ in 0..many * 20 {
            if kept.len() == many {
                break;
            }
            let Some(terme) = atelier.draw(sorte, hasard) else { break };
            let Some(texte) = atelier.ask(sorte, terme, hasard) else { continue };
            if letters || kept.iter().all(|q| q.texte != texte) {
                let attendus = atelier.expected(sorte, terme);
                kept.push(Question { liste: liste.id.clone(), sorte: sorte.to_owned(), texte, attendus });
            }
        }
        questions.append(&mut kept);
    }
    questions
}

/// Every term of a list by the first letters of its label, and by those of each of its telling words.
pub(crate) fn lettres(liste: &Liste) -> Vec<Question> {
    let atelier = Atelier::new(liste);
    let mut hasard = Hasard::new(0);
    let mut questions = Vec::new();
    for sorte in ["3-tete", "3-mots", "4-tete", "4-mots"] {
        for terme in &liste.termes {
            if let Some(texte) = atelier.ask(sorte, terme, &mut hasard) {
                let attendus = atelier.expected(sorte, terme);
                questions.push(Question {
                    liste: liste.id.clone(),
                    sorte: sorte.to_owned(),
                    texte,
                    attendus,
                });
            }
        }
    }
    questions
}

/// Every kind of question, in the order of drawing.
const SORTES: [&str; 24] = [
    "code",
    "libelle",
    "synonyme",
    "sigle",
    "sans-accent",
    "ordre",
    "debuts",
    "debut-faute",
    "faute-remplacee",
    "faute-oubliee",
    "faute-ajoutee",
    "faute-inversee",
    "faute-doublee",
    "faute-phonetique",
    "faute-espace",
    "3-tete",
    "3-mots",
    "3-usage",
    "4-tete",
    "4-mots",
    "4-usage",
    "4-tete-faute",
    "4-mots-faute",
    "4-usage-faute",
];

/// What is known of a list while questions are made.
struct Atelier<'a> {
    liste: &'a Liste,
    /// In how many labels each word stands, and which.
    holders: HashMap<String, Vec<usize>>,
    same: HashMap<String, Vec<String>>,
    /// Terms by use, with the total up to each.
    used: Vec<(usize, &'a Terme)>,
    acronyms: HashMap<String, Vec<&'a Terme>>,
}

impl<'a> Atelier<'a> {
    fn new(liste: &'a Liste) -> Self {
        let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
        let mut same: HashMap<String, Vec<String>> = HashMap::new();
        let mut acronyms: HashMap<String, Vec<&Terme>> = HashMap::new();
        for (i, terme) in liste.termes.iter().enumerate() {
            let words: BTreeSet<String> = mots(&terme.label).into_iter().collect();
            for word in words {
                holders.entry(word).or_default().push(i);
            }
            same.entry(same_words(&terme.label)).or_default().push(terme.code.clone());
            for acronym in sigles(terme) {
                acronyms.entry(acronym).or_default().push(terme);
            }
        }
        let mut total = 0;
        let mut used = Vec::new();
        for terme in &liste.termes {
            let times = liste.usage.get(&terme.code).map_or(0, |n| usize::try_from(*n).unwrap());
            if times > 0 {
                total += times;
                used.push((total, terme));
            }
        }
        Self { liste, holders, same, used, acronyms }
    }

    /// A term, each as likely as another, or as likely as it is used.
    fn draw(&self, sorte: &str, hasard: &mut Hasard) -> Option<&'a Terme> {
        if !sorte.contains("usage") {
            return Some(hasard.parmi(&self.liste.termes));
        }
        let at = hasard.sous(self.used.last()?.0);
        Some(self.used[self.used.partition_point(|(total, _)| *total <= at)].1)
    }

    /// Terms whose labels are the same words are one to a person who types them.
    fn expected(&self, sorte: &str, terme: &Terme) -> Vec<String> {
        if matches!(sorte, "code") {
            vec![terme.code.clone()]
        } else {
            self.same[&same_words(&terme.label)].clone()
        }
    }

    /// What is typed for this term; `None` where it cannot be asked so.
    fn ask(&self, sorte: &str, terme: &Terme, hasard: &mut Hasard) -> Option<String> {
        match sorte {
            "code" => Some(match hasard.sous(3) {
                0 => terme.code.clone(),
                1 => terme.code.to_lowercase(),
                _ => terme.code.replace('.', ""),
            }),
            "libelle" => Some(terme.label.clone()),
            "synonyme" => terme.synonymes.first().map(|_| hasard.parmi(&terme.synonymes).clone()),
            "sigle" => {
                // One that means one term.
                let mut own = sigles(terme);
                own.retain(|s| self.acronyms[s].len() == 1);
                (!own.is_empty()).then(|| hasard.parmi(&own).clone())
            }
            "sans-accent" => {
                let typed = self.typed(terme).join(" ");
                let accents = terme.label.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
                accents.then(|| if hasard.sous(2) == 0 { typed } else { typed.to_uppercase() })
            }
            "ordre" => {
                let mut words = self.typed(terme);
                let turn = 1 + hasard.sous(words.len().max(2) - 1);
                (words.len() > 1).then(|| {
                    words.rotate_left(turn);
                    words.join(" ")
                })
            }
            "debuts" => {
                let words = self.typed(terme);
                Some(words.iter().map(|w| cut(w, 3 + hasard.sous(4))).collect::<Vec<_>>().join(" "))
            }
            "debut-faute" => {
                // The last word is not finished, and a slip stands in what was typed of it.
                let mut words = self.typed(terme);
                let last = words.pop().filter(|w| w.chars().count() > 6)?;
                let begun = cut(&last, 5 + hasard.sous(last.chars().count() - 6));
                words.push(slip(&begun, one_of(hasard), usize::MAX, hasard)?);
                Some(words.join(" "))
            }
            "faute-espace" => joined(&self.typed(terme), &terme.label, hasard),
            "3-tete" | "3-usage" => head(&terme.label, 3),
            "4-tete" | "4-usage" => head(&terme.label, 4),
            "3-mots" => each(&terme.label, 3),
            "4-mots" => each(&terme.label, 4),
            "4-tete-faute" | "4-usage-faute" => {
                let text = fold(&terme.label);
                let wrong = slip(&text, one_of(hasard), 4, hasard)?;
                let typed = cut(&wrong, 4);
                (typed != cut(&text, 4) && !typed.contains(' ')).then_some(typed)
            }
            "4-mots-faute" => {
                let words = mots(&terme.label);
                let long: Vec<usize> = (0..words.len()).filter(|i| words[*i].chars().count() >= 4).collect();
                let chosen = *long.get(hasard.sous(long.len().max(1)))?;
                let wrong = cut(&slip(&words[chosen], one_of(hasard), 4, hasard)?, 4);
                let mut typed: Vec<String> = words.iter().map(|w| cut(w, 4)).collect();
                let changed = typed[chosen] != wrong;
                typed[chosen] = wrong;
                changed.then(|| typed.join(" "))
            }
            faute => {
                let mut words = self.typed(terme);
                let long: Vec<usize> = (0..words.len()).filter(|i| words[*i].chars().count() >= 4).collect();
                let chosen = *long.get(hasard.sous(long.len().max(1)))?;
                words[chosen] = slip(&words[chosen], faute, usize::MAX, hasard)?;
                Some(words.join(" "))
            }
        }
    }

    /// The words by which a person tells a term apart: the rarest of its label, until few labels hold them all, in
    /// the order of the label.
    fn typed(&self, terme: &Terme) -> Vec<String> {
        let words = mots(&terme.label);
        let mut by_rarity: Vec<usize> = (0..words.len()).collect();
        by_rarity.sort_by_key(|i| (self.holders[&words[*i]].len(), *i));
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        let mut left: Option<Vec<usize>> = None;
        for i in by_rarity {
            kept.insert(i);
            let holders = &self.holders[&words[i]];
            let both = match left {
                None => holders.clone(),
                Some(before) => before.into_iter().filter(|h| holders.binary_search(h).is_ok()).collect(),
            };
            if both.len() <= PEU || kept.len() == 5 {
                break;
            }
            left = Some(both);
        }
        kept.into_iter().map(|i| words[i].clone()).collect()
    }
}

const FAUTES: [&str; 4] = ["faute-remplacee", "faute-oubliee", "faute-ajoutee", "faute-inversee"];

/// One kind of slip of the fingers.
fn one_of(hasard: &mut Hasard) -> &'static str {
    FAUTES[hasard.sous(FAUTES.len())]
}

/// The telling words of a label, folded; all of them when none tells.
pub(crate) fn mots(label: &str) -> Vec<String> {
    let words = base::words(label);
    let telling: Vec<String> = words.iter().filter(|w| !PETITS_MOTS.contains(&w.as_str())).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

fn same_words(label: &str) -> String {
    let mut words = mots(label);
    words.sort_unstable();
    words.join(" ")
}

/// The acronyms of a term: those of its synonyms, and those that stand in a label that is not all capitals.
fn sigles(terme: &Terme) -> Vec<String> {
    let is = |s: &str| (2..=8).contains(&s.len()) && s.chars().all(|c| c.is_ascii_uppercase());
    let mut found: Vec<String> = terme.synonymes.iter().filter(|s| is(s)).cloned().collect();
    if terme.label.chars().any(char::is_lowercase) {
        found.extend(terme.label.split(|c: char| !c.is_alphanumeric()).filter(|w| is(w)).map(str::to_owned));
    }
    found.retain(|s| !s.chars().all(|c| "IVX".contains(c)));
    found.sort_unstable();
    found.dedup();
    found
}

fn cut(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

/// The first letters of a label, small words taken with the rest.
pub(crate) fn head(label: &str, letters: usize) -> Option<String> {
    let text = fold(label);
    (text.chars().count() >= letters).then(|| cut(&text, letters).trim_end().to_owned())
}

fn each(label: &str, letters: usize) -> Option<String> {
    let typed: Vec<String> = mots(label).iter().take(6).map(|w| cut(w, letters)).collect();
    (!typed.is_empty()).then(|| typed.join(" "))
}

/// One slip in a word, within its first `before` letters; `None` where this slip cannot be made.
fn slip(word: &str, sorte: &str, before: usize, hasard: &mut Hasard) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let end = letters.len().min(before);
    if end < 3 {
        return None;
    }
    let at = hasard.sous(end);
    match sorte {
        "faute-remplacee" => letters[at] = neighbour(letters[at], hasard)?,
        "faute-oubliee" => drop(letters.remove(at)),
        "faute-ajoutee" => letters.insert(at + 1, neighbour(letters[at], hasard)?),
        "faute-inversee" => {
            let at = at.min(end - 2);
            (letters[at] != letters[at + 1]).then(|| letters.swap(at, at + 1))?;
        }
        "faute-doublee" => {
            // A double letter written single, or a consonant written double.
            let doubles: Vec<usize> = (1..end).filter(|i| letters[*i] == letters[i - 1]).collect();
            if doubles.is_empty() {
                let consonants: Vec<usize> = (1..end).filter(|i| "lmnprstcf".contains(letters[*i])).collect();
                let at = *consonants.get(hasard.sous(consonants.len().max(1)))?;
                letters.insert(at, letters[at]);
            } else {
                letters.remove(*hasard.parmi(&doubles));
            }
        }
        "faute-phonetique" => return phonetic(word, hasard),
        other => unreachable!("no slip is called {other}"),
    }
    let wrong: String = letters.into_iter().collect();
    (wrong != word).then_some(wrong)
}

/// One sound written another way.
fn phonetic(word: &str, hasard: &mut Hasard) -> Option<String> {
    const SONS: [(&str, &str); 14] = [
        ("ph", "f"),
        ("y", "i"),
        ("th", "t"),
        ("qu", "k"),
        ("ch", "k"),
        ("eau", "o"),
        ("au", "o"),
        ("ai", "e"),
        ("an", "en"),
        ("en", "an"),
        ("ss", "c"),
        ("c", "s"),
        ("z", "s"),
        ("h", ""),
    ];
    let possible: Vec<&(&str, &str)> = SONS.iter().filter(|(from, _)| word.contains(from)).collect();
    if possible.is_empty() {
        return None;
    }
    let (from, to) = hasard.parmi(&possible);
    Some(word.replacen(from, to, 1))
}

fn neighbour(letter: char, hasard: &mut Hasard) -> Option<char> {
    let row: Vec<char> = CLAVIER.iter().find(|r| r.contains(letter))?.chars().collect();
    let at = row.iter().position(|c| *c == letter)?;
    let beside: Vec<char> =
        [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|i| row.get(i).copied()).collect();
    Some(*hasard.parmi(&beside))
}

/// The blank between two neighbours of the label left out, or one put into a word.
fn joined(words: &[String], label: &str, hasard: &mut Hasard) -> Option<String> {
    let text = format!(" {} ", fold(label));
    let pairs: Vec<usize> =
        (1..words.len()).filter(|i| text.contains(&format!(" {} {} ", words[i - 1], words[*i]))).collect();
    let mut words = words.to_vec();
    if !pairs.is_empty() && hasard.sous(2) == 0 {
        let at = *hasard.parmi(&pairs);
        let second = words.remove(at);
        words[at - 1].push_str(&second);
    } else {
        let long: Vec<usize> = (0..words.len()).filter(|i| words[*i].chars().count() >= 8).collect();
        let at = *long.get(hasard.sous(long.len().max(1)))?;
        let letters: Vec<char> = words[at].chars().collect();
        let cut = 3 + hasard.sous(letters.len() - 6);
        words[at] = letters[..cut].iter().chain(&[' ']).chain(&letters[cut..]).collect();
    }
    Some(words.join(" "))
}
