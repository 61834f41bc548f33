//! Searching while one types.

use std::{fmt::Write as _, time::Instant as Stopwatch};

use thesaurus::{Index, Search};

use crate::{delivery, loaded, reading, shared, started};

testkit::on_both_engines! {
    async fn judged_searches_find_what_a_person_means_first(t) {
        started(&t.db).await;
        let mut tx = reading(&t.db).await;
        let index = Index::build(&mut tx).await.unwrap();
        let first = |list: &str, query: &str| {
            index.search(list, query, 5).unwrap().first().map_or_else(String::new, |f| f.label.clone())
        };
        let wood = first("expositions", "poussieres bois");
        assert!(base::fold(&wood).contains("bois"), "{wood}");
        for query in ["poussiere bois", "POUSSIÈRES DE BOIS", "bois poussières", "poussière  de bois", "pousieres bois"] {
            assert_eq!(first("expositions", query), wood, "{query}");
        }
        for (list, query, expected) in [
            ("expositions", "E104", "Plomb et composés du plomb"),
            ("expositions", "saturnisme", "Plomb et composés du plomb"),
            ("expositions", "saturnysme", "Plomb et composés du plomb"),
            ("expositions", "plomb", "Plomb et composés du plomb"),
            ("professions", "macon", "Maçon"),
            ("professions", "maçonne", "Maçon"),
            ("professions", "couvreur zing", "Couvreur"),
            ("professions", "plombiere chaufagiste", "Plombier-chauffagiste"),
            ("symptomes", "mal de dos", "Lombalgie"),
            ("symptomes", "lonbalgie", "Lombalgie"),
            ("types-visite", "reprise", "Visite de reprise"),
            ("types-visite", "embauche", "Examen médical d'aptitude à l'embauche"),
        ] {
            assert_eq!(first(list, query), expected, "{list}: {query}");
        }
        let lead = index.search("expositions", "saturnisme", 1).unwrap().remove(0);
        assert_eq!(lead.found_by.as_deref(), Some("saturnisme"));
        assert_eq!(lead.declencheur.as_deref(), Some("plomb"));
        assert!(lead.path.unwrap().contains(" › "));
        assert!(index.search("inconnue", "plomb", 5).unwrap().is_empty());
    }

    async fn a_search_follows_a_load_by_itself(t) {
        let search = Search::new();
        let first = async |query: &str| {
            let mut tx = reading(&t.db).await;
            let index = search.current(&mut tx).await.unwrap();
            index.search("a", query, 1).unwrap().pop().map(|f| (f.label, f.inactive_since))
        };
        assert_eq!(first("un").await, None);
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        assert_eq!(first("un").await, Some(("Un".into(), None)));
        loaded(&t.db, &delivery("a", "2", "code;libelle;statut\n1;Unique;inactif\n")).await.unwrap();
        assert_eq!(first("un").await, Some(("Unique".into(), Some(testkit::TODAY))));
    }
}

/// Run by hand: `cargo nextest run -p thesaurus measures --run-ignored only --no-capture`.
#[tokio::test]
#[ignore = "a measure, not a check"]
async fn measures_of_the_search() {
    let t = testkit::sqlite().await;
    started(&t.db).await;
    for (list, file) in [
        ("naf", "naf/naf_rev2_tous_niveaux.csv"),
        ("pcs-ese", "pcs_ese_2017/pcs_ese_2017.csv"),
        ("pcs", "pcs2020/pcs2020.csv"),
    ] {
        if let Some(bytes) = shared(file) {
            loaded(&t.db, &delivery(list, "1", bytes)).await.unwrap();
        }
    }
    let timed = async |what: &str| {
        let mut tx = reading(&t.db).await;
        let before = resident();
        let clock = Stopwatch::now();
        let index = Index::build(&mut tx).await.unwrap();
        println!(
            "index of {what}: {:?}, {} KiB more resident",
            clock.elapsed(),
            resident().saturating_sub(before)
        );
        index
    };
    drop(timed("the starter lists, NAF and PCS").await);
    let mut many = String::from("code;libelle\n");
    for i in 0..20_000 {
        let trade = ["maçon", "soudeur", "peintre"][i % 3];
        writeln!(many, "{i:05};Métier {trade} de l'atelier {} au poste {i}", i / 7).unwrap();
    }
    let clock = Stopwatch::now();
    loaded(&t.db, &delivery("grande", "1", many)).await.unwrap();
    println!("load of 20,000 terms: {:?}", clock.elapsed());
    let index = timed("all these and 20,000 terms more").await;
    for (list, queries) in [
        ("expositions", ["poussiere bois", "saturnisme", "plonb", "p", "bruit"]),
        ("naf", ["culture riz", "comerce detail", "01.1", "a", "fabrication meubl"]),
        ("grande", ["soudeur atelier 12", "soudeur", "soudeurr atelier", "m", "12345"]),
    ] {
        let mut times = Vec::new();
        for _ in 0..40 {
            for query in queries {
                let clock = Stopwatch::now();
                index.search(list, query, 12).unwrap();
                times.push(clock.elapsed());
            }
        }
        times.sort();
        println!("{list}: p50 {:?}, p99 {:?}", times[times.len() / 2], times[times.len() * 99 / 100]);
    }
}

/// Resident memory of this process in KiB; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
