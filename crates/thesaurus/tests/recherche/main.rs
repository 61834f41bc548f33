//! The search measured on the judged set (docs/recherche.md), and the favourites.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

mod favoris;
mod jeu;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use base::Clock as _;
use jeu::{
    DEV, TEST, Tirage, empreinte, humaines,
    listes::{Liste, Terme, dossier, toutes},
    questions::{Question, SORTES_13_2, head, lettres},
    tire,
};
use store::Db;
use thesaurus::{Delivery, Frequences, Index, Nature, Search, load, load_starter};

/// Answers that a person reads without moving.
const PREMIERS: usize = 5;

async fn charge(db: &Db, listes: &[Liste]) {
    let mut tx = db.begin().await.unwrap();
    for liste in listes {
        let head = thesaurus::Liste {
            id: liste.id.clone(),
            titre: liste.id.clone(),
            nature: Nature::Externe,
            gestionnaire: "Éditeur".into(),
            source: "Données réelles".into(),
            licence: "Libre".into(),
        };
        let delivery = Delivery::new(head, "1", format!("{}.csv", liste.id), liste.csv());
        let report = load(&mut tx, testkit::clock().now(), &delivery).await.unwrap();
        assert_eq!(report.concepts, liste.termes.len(), "{}", liste.id);
    }
    tx.commit().await.unwrap();
}

/// An index that knows no use, and one that knows it.
async fn index(db: &Db, listes: &[Liste]) -> (Arc<Index>, Arc<Index>) {
    let mut tx = db.read().await.unwrap();
    let search = Search::new();
    let plain = search.current(&mut tx).await.unwrap();
    let mut frequences = Frequences::new();
    for liste in listes {
        let counts = liste.usage.iter().map(|(code, n)| (code.clone(), i64::try_from(*n).unwrap()));
        frequences.set(&liste.id, counts.collect());
    }
    search.set_frequences(frequences);
    (plain, search.current(&mut tx).await.unwrap())
}

/// Questions answered among the first five, by list and kind.
struct Bilan {
    comptes: BTreeMap<(String, String), (usize, usize)>,
    manques: Vec<Question>,
    /// Processor time of each search: the neighbours of the machine do not count.
    temps: Vec<(Duration, String)>,
}

impl Bilan {
    fn mesure(questions: &[Question], plain: &Index, used: &Index) -> Self {
        let mut bilan = Self { comptes: BTreeMap::new(), manques: Vec::new(), temps: Vec::new() };
        for q in questions {
            let index = if q.sorte.contains("usage") { used } else { plain };
            let before = processeur();
            let found = index.search(&q.liste, &q.texte, 12).unwrap();
            bilan.temps.push((processeur().saturating_sub(before), format!("{} «{}»", q.liste, q.texte)));
            let right = found.iter().take(PREMIERS).any(|f| q.attendus.contains(&f.code));
            let count = bilan.comptes.entry((q.sorte.clone(), q.liste.clone())).or_default();
            count.0 += usize::from(right);
            count.1 += 1;
            if !right {
                bilan.manques.push(q.clone());
            }
        }
        bilan.temps.sort();
        bilan
    }

    fn part(&self, sortes: &[&str]) -> (usize, usize) {
        self.comptes
            .iter()
            .filter(|((sorte, _), _)| sortes.contains(&sorte.as_str()))
            .fold((0, 0), |(a, b), (_, (c, d))| (a + c, b + d))
    }

    fn affiche(&self) {
        let sortes: BTreeSet<&str> = self.comptes.keys().map(|(sorte, _)| sorte.as_str()).collect();
        for sorte in sortes {
            let (right, asked) = self.part(&[sorte]);
            let detail: Vec<String> = self
                .comptes
                .iter()
                .filter(|((s, _), _)| s == sorte)
                .map(|((_, liste), (r, n))| format!("{liste} {r}/{n}"))
                .collect();
            println!("{sorte:<18} {} {right:>5}/{asked:<5} {}", pour_cent(right, asked), detail.join(", "));
        }
        if let Some(last) = self.temps.len().checked_sub(1) {
            let at = |p: usize| self.temps[last * p / 100].0;
            println!(
                "processor time of a search in this build: p50 {:?}, p99 {:?}, max {:?}",
                at(50),
                at(99),
                at(100)
            );
        }
    }

    /// Says whether a bar is reached, in so many words, and whether it is.
    fn barre(&self, nom: &str, sortes: &[&str], bar: f64) -> bool {
        let (right, asked) = self.part(sortes);
        let reached = asked > 0 && right as f64 >= bar * asked as f64;
        let word = if reached { "reached" } else { "MISSED" };
        println!(
            "{word:<8} {nom}: {} of {asked} in the first five, the bar is {:.0} %",
            pour_cent(right, asked),
            bar * 100.0
        );
        reached
    }
}

/// Time that this thread spent on a processor; nought where the system does not say.
fn processeur() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

fn pour_cent(right: usize, asked: usize) -> String {
    if asked == 0 { "    -".into() } else { format!("{:5.1} %", 100.0 * right as f64 / asked as f64) }
}

/// The best that anything could do that knows only these first letters: of the labels that begin so, five are in
/// the first five.
fn plafond(liste: &Liste, letters: usize, by_use: bool) -> Option<f64> {
    let mut groups: HashMap<String, Vec<u64>> = HashMap::new();
    for terme in &liste.termes {
        let weight = if by_use { liste.usage.get(&terme.code).copied().unwrap_or(0) } else { 1 };
        if let Some(typed) = head(&terme.label, letters).filter(|_| weight > 0) {
            groups.entry(typed).or_default().push(weight);
        }
    }
    let total: u64 = groups.values().flatten().sum();
    let best: u64 = groups
        .values_mut()
        .map(|weights| {
            weights.sort_unstable_by(|a, b| b.cmp(a));
            weights.iter().take(PREMIERS).sum::<u64>()
        })
        .sum();
    (total > 0).then(|| best as f64 / total as f64)
}

async fn bilan(tirage: Tirage) -> Option<(Vec<Liste>, Bilan)> {
    let listes = toutes(&dossier())?;
    let questions = tire(tirage, &listes);
    println!("{}: {} questions, sha256 {}", tirage.nom, questions.len(), empreinte(&questions));
    let t = testkit::sqlite().await;
    charge(&t.db, &listes).await;
    let clock = Stopwatch::now();
    let (plain, used) = index(&t.db, &listes).await;
    println!(
        "two indexes of {} terms: {:?}",
        listes.iter().map(|l| l.termes.len()).sum::<usize>(),
        clock.elapsed()
    );
    Some((listes, Bilan::mesure(&questions, &plain, &used)))
}

/// Run by hand while working on the search: `cargo nextest run -p thesaurus development_set --run-ignored only
/// --no-capture`. Shows what is missed, which the reported set never does.
#[tokio::test]
#[ignore = "for working on the search"]
async fn development_set() {
    let Some((listes, bilan)) = bilan(DEV).await else { return };
    for (time, question) in bilan.temps.iter().rev().take(25) {
        println!("slow {time:?} {question}");
    }
    for q in &bilan.manques {
        println!("missed\t{}\t{}\t{}\t{}", q.liste, q.sorte, q.texte, q.attendus.join(","));
    }
    bilan.affiche();
    for liste in &listes {
        for letters in [3, 4] {
            println!(
                "ceiling {} {letters}: {:?} {:?}",
                liste.id,
                plafond(liste, letters, false),
                plafond(liste, letters, true)
            );
        }
    }
    println!("13.2: {:?}", bilan.part(&SORTES_13_2));
}

#[test]
fn both_sets_are_the_frozen_ones() {
    let Some(listes) = toutes(&dossier()) else { return };
    for tirage in [DEV, TEST] {
        let questions = tire(tirage, &listes);
        assert!(questions.len() >= 1_000, "{}: {} questions", tirage.nom, questions.len());
        assert_eq!(
            empreinte(&questions),
            tirage.sha256,
            "the questions of {} are not the frozen ones",
            tirage.nom
        );
    }
}

/// Criterion 13.3: `cargo nextest run -p thesaurus suggestions_take --run-ignored only`. Processor time, in whatever
/// build: a debug build is the slowest that anybody meets.
#[tokio::test]
#[ignore = "a measure, not a test of behaviour"]
async fn suggestions_take_less_than_50_ms_of_processor_time_at_the_99th_percentile() {
    let (_, bilan) = bilan(TEST).await.expect("the real nomenclatures are needed for this measure");
    bilan.affiche();
    let last = bilan.temps.len() - 1;
    let p99 = bilan.temps[last * 99 / 100].0;
    assert!(p99 > Duration::ZERO && p99 < Duration::from_millis(50), "{p99:?}");
}

/// The measure that is reported (criterion 13.2, TERM-1). What is missed is counted, never shown.
#[tokio::test]
async fn the_right_term_of_the_real_lists_is_among_the_first_five() {
    let Some((listes, bilan)) = bilan(TEST).await else { return };
    bilan.affiche();
    for (letters, sorte) in [(3, "3-tete"), (4, "4-tete")] {
        let [plain, used] = [false, true].map(|by_use| moyenne(&listes, sorte, letters, by_use, &bilan));
        println!("ceiling of {letters} letters alone, whatever the engine: {plain}; drawn by use: {used}");
    }
    let reached = [
        bilan.barre("13.2, by synonym, acronym, typing error or lost accents", &SORTES_13_2, 0.95),
        bilan.barre("TERM-1, four letters of each telling word", &["4-mots"], 0.95),
        bilan.barre("TERM-1, the same with one typing error", &["4-mots-faute"], 0.90),
    ];
    // Other readings of TERM-1, told and not held: see docs/recherche.md.
    bilan.barre("the first four letters of the label alone", &["4-tete"], 0.95);
    bilan.barre("the same with one typing error", &["4-tete-faute"], 0.90);
    bilan.barre("the first four letters alone, terms drawn by use", &["4-usage"], 0.95);
    bilan.barre("the same with one typing error", &["4-usage-faute"], 0.90);
    bilan.barre("three letters of each telling word (moonshot)", &["3-mots"], 0.97);
    assert!(reached.iter().all(|r| *r), "a bar is missed");
}

/// The ceiling over the lists, each weighing as many questions as were asked of it.
fn moyenne(listes: &[Liste], sorte: &str, letters: usize, by_use: bool, bilan: &Bilan) -> String {
    let sorte = if by_use { sorte.replace("tete", "usage") } else { sorte.to_owned() };
    let (mut sum, mut asked) = (0.0, 0);
    for liste in listes {
        let key = (sorte.clone(), liste.id.clone());
        if let (Some((_, n)), Some(best)) = (bilan.comptes.get(&key), plafond(liste, letters, by_use)) {
            sum += best * *n as f64;
            asked += n;
        }
    }
    if asked == 0 { "-".into() } else { format!("{:.1} %", 100.0 * sum / asked as f64) }
}

/// The starter lists and what people would type for them, written by hand; and every term of theirs by its first
/// letters.
#[tokio::test]
async fn the_right_term_of_the_starter_lists_is_among_the_first_five() {
    let t = testkit::sqlite().await;
    let mut tx = t.db.begin().await.unwrap();
    load_starter(&mut tx, testkit::clock().now()).await.unwrap();
    let index = Index::build(&mut tx).await.unwrap();
    let questions = humaines();
    assert!(questions.len() >= 150, "{} questions", questions.len());
    for q in &questions {
        for code in &q.attendus {
            let offered = thesaurus::coded(&mut tx, &q.liste, code).await.unwrap();
            assert!(offered.is_some(), "{} has no term {code}", q.liste);
        }
    }
    let bilan = Bilan::mesure(&questions, &index, &index);
    for q in &bilan.manques {
        println!("missed: {} «{}» is not {}", q.liste, q.texte, q.attendus.join(" or "));
    }
    bilan.affiche();
    let mut letters = Vec::new();
    for list in thesaurus::lists(&mut tx).await.unwrap() {
        let termes = thesaurus::concepts(&mut tx, &list.liste.id).await.unwrap();
        let terme = |c: thesaurus::Concept| Terme { code: c.code, label: c.label, ..Terme::default() };
        letters.extend(lettres(&Liste::new(&list.liste.id, termes.into_iter().map(terme).collect())));
    }
    let letters = Bilan::mesure(&letters, &index, &index);
    letters.affiche();
    let (sorted, all): (Vec<&str>, Vec<&str>) = (
        vec!["synonyme", "sigle", "faute", "accents"],
        vec!["synonyme", "sigle", "faute", "accents", "mot", "ordre", "debut"],
    );
    let reached = [
        bilan.barre("13.2 on the starter lists, questions written by hand", &sorted, 0.95),
        bilan.barre("the same, all kinds", &all, 0.95),
        letters.barre("four letters of each telling word, every term", &["4-mots"], 0.95),
    ];
    letters.barre("the first four letters alone, every term", &["4-tete"], 0.95);
    letters.barre("three letters of each telling word, every term (moonshot)", &["3-mots"], 0.97);
    assert!(reached.iter().all(|r| *r), "a bar is missed");
}
