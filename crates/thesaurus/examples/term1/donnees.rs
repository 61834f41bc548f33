//! What is searched: twenty thousand labels and more in twelve yearly versions, matrices of 1,400 trades.

use std::{sync::Arc, time::Instant as Stopwatch};

use base::{Clock as _, Coded};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use store::{Db, Tx};
use terminologie::{Facts, MatrixKind};
use testkit::TestDb;
use thesaurus::{Delivery, Index, Limits, Liste as Tete, MatrixDelivery, Nature, Search, load, load_matrix};

use crate::{
    hasard::Hasard,
    listes::{Liste, Terme, dossier, toutes},
};

/// The list that is searched.
pub(crate) const LISTE: &str = "termes";
/// Its versions, the last one active.
pub(crate) const VERSIONS: std::ops::RangeInclusive<u16> = 2015..=2026;
const METIERS: usize = 1_400;
const CELLULES: usize = 15;

/// A base that is ready to answer.
pub(crate) struct Base {
    /// Its database goes away with it.
    pub(crate) t: TestDb,
    pub(crate) guard: Guard,
    /// The cookie of somebody signed in.
    pub(crate) cookie: String,
    pub(crate) termes: Vec<Terme>,
    pub(crate) index: Arc<Index>,
    pub(crate) search: Search,
    /// The trades that the matrix knows.
    pub(crate) metiers: Vec<Coded>,
}

/// Loads everything.
pub(crate) async fn prepare() -> Base {
    let (termes, what) = match toutes(&dossier()) {
        Some(listes) => (reels(&listes), "real nomenclatures"),
        None => (inventes(), "labels made up: the real nomenclatures are not at hand"),
    };
    println!("{} labels ({what}), {} versions", termes.len(), VERSIONS.count());
    let t = testkit::sqlite().await;
    for version in VERSIONS {
        let clock = Stopwatch::now();
        let liste = Liste::new(LISTE, de_l_annee(&termes, version));
        let delivery = Delivery::new(tete(LISTE), version.to_string(), "termes.csv", liste.csv());
        let mut tx = t.db.begin().await.unwrap();
        let report = load(&mut tx, testkit::clock().now(), &delivery).await.unwrap();
        tx.commit().await.unwrap();
        println!("  {version}: {} terms loaded in {:?}", report.concepts, clock.elapsed());
    }
    matrice(&t.db, &termes).await;
    let before = resident();
    let clock = Stopwatch::now();
    let mut tx = t.db.read().await.unwrap();
    let search = Search::new();
    let index = search.current(&mut tx).await.unwrap();
    println!("index: {:?}, {} KiB more resident", clock.elapsed(), resident().saturating_sub(before));
    let metiers = metiers(&mut tx, &termes).await;
    drop(tx);
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let cookie = session(&t.db, &guard).await;
    let last = *VERSIONS.end();
    Base { t, guard, cookie, termes: de_l_annee(&termes, last), index, search, metiers }
}

fn tete(id: &str) -> Tete {
    Tete {
        id: id.into(),
        titre: id.into(),
        nature: Nature::Externe,
        gestionnaire: "Éditeur".into(),
        source: "Mesure".into(),
        licence: "Libre".into(),
    }
}

pub(crate) fn reels(listes: &[Liste]) -> Vec<Terme> {
    let kept = ["metiers", "cim10", "naf", "pcs-ese", "agents"];
    let mut termes = Vec::new();
    for liste in listes.iter().filter(|l| kept.contains(&l.id.as_str())) {
        let code = |code: &str| format!("{}-{}", liste.id, code.replace('+', "_"));
        termes.extend(liste.termes.iter().map(|t| Terme {
            code: code(&t.code),
            parent: t.parent.as_deref().map(code),
            ..t.clone()
        }));
    }
    termes
}

/// Labels of words made of syllables, as many as the profession's largest lists together.
fn inventes() -> Vec<Terme> {
    const SYLLABES: [&str; 24] = [
        "bo", "ra", "ti", "pou", "sé", "man", "cri", "ver", "lo", "né", "dou", "fa", "gri", "chau", "plé",
        "mi", "sou", "tan", "bri", "co", "lé", "ju", "pro", "xa",
    ];
    let mut hasard = Hasard::new(1);
    let mut mot = || (0..2 + hasard.sous(3)).map(|_| *hasard.parmi(&SYLLABES)).collect::<String>();
    (0..22_000)
        .map(|i| Terme {
            code: format!("T{i:05}"),
            label: format!("{} de {} {}", mot(), mot(), mot()),
            parent: (i >= 200).then(|| format!("T{:05}", i % 200)),
            synonymes: if i % 4 == 0 { vec![mot()] } else { Vec::new() },
        })
        .collect()
}

/// Each year some labels change and some terms come: one in a hundred, one in two hundred.
fn de_l_annee(termes: &[Terme], version: u16) -> Vec<Terme> {
    let last = *VERSIONS.end();
    let mut kept = Vec::with_capacity(termes.len());
    for (i, terme) in termes.iter().enumerate() {
        let years_left = usize::from(last - version);
        if terme.parent.is_some()
            && i % 200 < years_left
            && termes.iter().skip(i + 1).take(1).all(|n| n.parent.as_ref() != Some(&terme.code))
        {
            continue;
        }
        let mut terme = terme.clone();
        if i % 100 < years_left {
            terme.label.push_str(" (ancien libellé)");
        }
        kept.push(terme);
    }
    kept
}

async fn matrice(db: &Db, termes: &[Terme]) {
    let version = VERSIONS.end().to_string();
    let mut hasard = Hasard::new(2);
    let mut csv = String::from("metier;cible;plausibilite\n");
    for metier in termes.iter().take(METIERS) {
        let mut targets = std::collections::BTreeSet::new();
        while targets.len() < CELLULES {
            targets.insert(hasard.parmi(termes).code.clone());
        }
        for target in targets {
            csv.push_str(&format!(
                "{};{target};{}\n",
                metier.code,
                hasard.parmi(&["forte", "moyenne", "faible"])
            ));
        }
    }
    let delivery = MatrixDelivery {
        facts: Facts { id: "matrice".into(), title: "Mesure".into(), ..Facts::default() },
        genre: MatrixKind::Exposition,
        version: version.clone(),
        metiers: (LISTE.into(), version.clone()),
        cibles: (LISTE.into(), version),
        fichier: "matrice.csv".into(),
        octets: csv.into_bytes(),
        depart: false,
        activate: true,
        seal: None,
        limits: Limits::default(),
    };
    let clock = Stopwatch::now();
    let mut tx = db.begin().await.unwrap();
    let report = load_matrix(&mut tx, testkit::clock().now(), &delivery).await.unwrap();
    tx.commit().await.unwrap();
    println!("matrix of {METIERS} trades: {} cells loaded in {:?}", report.integrated, clock.elapsed());
}

async fn metiers(tx: &mut Tx, termes: &[Terme]) -> Vec<Coded> {
    let mut metiers = Vec::with_capacity(METIERS);
    for terme in termes.iter().take(METIERS) {
        metiers.extend(thesaurus::coded(tx, LISTE, &terme.code).await.unwrap());
    }
    metiers
}

async fn session(db: &Db, guard: &Guard) -> String {
    let mut tx = db.begin().await.unwrap();
    let account = NewAccount {
        identifiant: "marchetti".into(),
        nom: "Hélène Marchetti".into(),
        role: Role::Medecin,
        mot_de_passe: "une longue phrase de passe".into(),
        professionnel_id: None,
        centre_id: None,
    };
    guard.add_account(&mut tx, &account).await.unwrap();
    tx.commit().await.unwrap();
    let session = guard.sign_in("marchetti", "une longue phrase de passe").await.unwrap();
    format!("{SESSION_COOKIE}={}", session.token)
}

/// What is typed: one to six letters of a word of a label, without accents, one in ten with one wrong letter.
pub(crate) fn questions(termes: &[Terme], many: usize) -> Vec<String> {
    let mut hasard = Hasard::new(3);
    let mut questions = Vec::with_capacity(many);
    while questions.len() < many {
        let words = base::words(&hasard.parmi(termes).label);
        let words: Vec<&String> = words.iter().filter(|w| w.chars().count() >= 3).collect();
        if words.is_empty() {
            continue;
        }
        let letters = 1 + hasard.sous(6);
        let mut typed: Vec<char> = hasard.parmi(&words).chars().take(letters).collect();
        if questions.len() % 10 == 9 {
            let at = hasard.sous(typed.len());
            typed[at] = *hasard.parmi(&['a', 'e', 'i', 'n', 'r', 's', 't', 'u']);
        }
        questions.push(typed.into_iter().collect());
    }
    questions
}

/// Resident memory of this process in KiB; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
