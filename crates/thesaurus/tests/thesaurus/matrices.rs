//! Matrices: what is plausible in a trade.

use std::{fmt::Write as _, time::Instant as Stopwatch};

use base::{Clock as _, Coded};
use store::Db;
use terminologie::{Facts, Matrix, Nature, PossibleProfession, write};
use thesaurus::{
    FindingKind, Limits, LoadError, LoadReport, MatrixDelivery, MatrixKind, Plausibilite, load_matrix,
};

use crate::{delivery, liste, loaded, metier, reading, started};

fn matrix(id: &str, version: &str, content: impl Into<Vec<u8>>) -> MatrixDelivery {
    MatrixDelivery {
        facts: Facts { title: format!("Matrice {id}"), ..liste(id).facts() },
        genre: MatrixKind::Exposition,
        version: version.into(),
        metiers: ("metiers".into(), "1".into()),
        cibles: ("agents".into(), "1".into()),
        fichier: format!("{id}.csv"),
        octets: content.into(),
        depart: false,
        activate: true,
        seal: None,
        limits: Limits::default(),
    }
}

async fn kept(db: &Db, matrix: &MatrixDelivery) -> Result<LoadReport, LoadError> {
    let mut tx = db.begin().await?;
    let report = load_matrix(&mut tx, testkit::clock().now(), matrix).await?;
    tx.commit().await?;
    Ok(report)
}

fn trade(version: &str, code: &str, label: &str) -> Coded {
    Coded { thesaurus: "metiers".into(), version: version.into(), code: code.into(), label: label.into() }
}

testkit::on_both_engines! {
    async fn a_trade_proposes_the_exposures_of_its_matrix(t) {
        started(&t.db).await;
        let mut tx = reading(&t.db).await;
        let mason = metier(&mut tx, "P01").await;
        let mut propositions = thesaurus::propositions(&mut tx, &mason).await.unwrap();
        assert!(propositions.is_sorted_by_key(|p| p.genre), "exposures, then tasks");
        propositions.retain(|p| p.genre == MatrixKind::Exposition);
        assert!(propositions.len() >= 4);
        assert_eq!(propositions[0].plausibilite, Some(Plausibilite::Forte));
        assert!(propositions.is_sorted_by_key(|p| p.plausibilite));
        assert!(propositions.iter().all(|p| p.agent.thesaurus == "expositions" && p.matrice == "meep-depart"));
        let silica = propositions.iter().find(|p| p.agent.label.contains("ilice")).expect("masons meet silica");
        assert_eq!(silica.declencheur.as_deref(), Some("cmr"));
        let unknown = Coded { code: "P999".into(), ..mason };
        assert!(thesaurus::propositions(&mut tx, &unknown).await.unwrap().is_empty());
    }

    async fn a_code_used_again_for_something_else_proposes_nothing(t) {
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", "code;libelle\nA;Ciment\nB;Plâtre\n")).await.unwrap();
        let matrix = matrix("m", "1", "metier;cible;plausibilite\nM;A;forte\nM;B;\nM;Z;faible\n");
        let now = testkit::clock().now();
        let mut tx = t.db.begin().await.unwrap();
        let report = load_matrix(&mut tx, now, &matrix).await.unwrap();
        assert_eq!((report.integrated, report.findings.len()), (3, 1));
        assert_eq!(report.findings[0].kind, FindingKind::Unresolved("Z".into()));
        assert!(load_matrix(&mut tx, now, &matrix).await.unwrap().already_loaded);
        let missing = MatrixDelivery { version: "2".into(), cibles: ("agents".into(), "9".into()), ..matrix };
        assert!(matches!(load_matrix(&mut tx, now, &missing).await, Err(LoadError::ListMissing { .. })));
        tx.commit().await.unwrap();
        let labels = async |version: &str, label: &str| {
            let metier = Coded { thesaurus: "metiers".into(), version: version.into(), code: "M".into(), label: label.into() };
            let mut tx = reading(&t.db).await;
            let found = thesaurus::propositions(&mut tx, &metier).await.unwrap();
            found.into_iter().map(|p| (p.agent.label, p.plausibilite)).collect::<Vec<_>>()
        };
        assert_eq!(labels("1", "Maçon").await, [("Ciment".into(), Some(Plausibilite::Forte)), ("Plâtre".into(), None)]);
        loaded(&t.db, &delivery("agents", "2", "code;libelle\nA;Ciment\nB;Tout autre chose\n")).await.unwrap();
        assert_eq!(labels("1", "Maçon").await, [("Ciment".into(), Some(Plausibilite::Forte))]);
        assert_eq!(labels("2", "Maçon").await.len(), 1, "the same trade under the same name in a later version");
        assert!(labels("2", "Musicien").await.is_empty());
    }

    async fn a_matrix_is_resolved_by_code_then_by_exact_label_and_keeps_what_it_cannot_resolve(t) {
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\nP;Peintre\nD;Double\nE;Double\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", "code;libelle\nA;Ciment\nB;Plâtre\n")).await.unwrap();
        let text = "metier;profession;cible;exposition;plausibilite;nature de la modification\n\
            M;Maçon;A;Ciment;forte;nouvel item\n\
            ;Peintre;;Plâtre;;\n\
            X;Peintre;B;;faible;modification du libellé\n\
            ;peintre;A;;;\n\
            ;Double;A;;;\n\
            M;;Z;Inconnu;;\n";
        let report = kept(&t.db, &matrix("m", "2019", text)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.concepts), (6, 6, 6));
        let unresolved: Vec<_> = report.findings.iter().filter_map(|f| match &f.kind {
            FindingKind::Unresolved(what) => Some((f.row, what.as_str())),
            _ => None,
        }).collect();
        assert_eq!(unresolved, [(5, "peintre"), (6, "Double"), (7, "Z")], "case counts, and a label of two terms names neither");
        let mut tx = reading(&t.db).await;
        let summary = thesaurus::matrices(&mut tx).await.unwrap().remove(0);
        assert_eq!((summary.cellules, summary.non_resolues, summary.active), (6, 3, true));
        assert_eq!((summary.facts.title.as_str(), summary.fichier.as_str()), ("Matrice m", "m.csv"));
        let whole = thesaurus::matrix(&mut tx, "m", "2019").await.unwrap().unwrap();
        assert_eq!(whole.cells.len(), 6, "unresolved cells are kept with their text");
        assert_eq!(whole.cells[5].target.label, "Inconnu");
        assert_eq!((whole.cells[0].nature, whole.cells[2].nature), (Some(Nature::Nouveau), Some(Nature::LibelleModifie)));
        assert_eq!(thesaurus::matrix(&mut tx, "m", "2020").await.unwrap(), None);
        let (_, octets) = thesaurus::delivered_matrix(&mut tx, "m", "2019").await.unwrap().unwrap();
        assert_eq!(octets, text.as_bytes(), "the identical file");
        let proposed = thesaurus::propositions(&mut tx, &trade("1", "P", "Peintre")).await.unwrap();
        let labels: Vec<_> = proposed.iter().map(|p| (p.agent.label.as_str(), p.plausibilite)).collect();
        assert_eq!(labels, [("Plâtre", Some(Plausibilite::Faible)), ("Plâtre", None)]);
        let mason = thesaurus::propositions(&mut tx, &trade("1", "M", "Maçon")).await.unwrap().remove(0);
        assert_eq!((mason.matrice.as_str(), mason.version.as_str(), mason.ligne), ("m", "2019", 2));
        assert_eq!(
            mason.motif(),
            "La matrice «\u{a0}Matrice m\u{a0}», version 2019, lie le métier «\u{a0}Maçon\u{a0}» à l'exposition «\u{a0}Ciment\u{a0}» (ligne\u{a0}2, plausibilité forte)."
        );
    }

    async fn a_new_version_of_a_matrix_proposes_and_the_service_can_go_back(t) {
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", "code;libelle\nA;Ciment\nB;Plâtre\n")).await.unwrap();
        kept(&t.db, &matrix("m", "2018", "metier;cible\nM;A\n")).await.unwrap();
        let later = MatrixDelivery { activate: false, ..matrix("m", "2019", "metier;cible\nM;B\n") };
        assert!(!kept(&t.db, &later).await.unwrap().active);
        let proposed = async || {
            let mut tx = reading(&t.db).await;
            thesaurus::propositions(&mut tx, &trade("1", "M", "Maçon")).await.unwrap().remove(0).agent.label
        };
        assert_eq!(proposed().await, "Ciment");
        for (version, expected) in [("2019", "Plâtre"), ("2018", "Ciment")] {
            let mut tx = t.db.begin().await.unwrap();
            thesaurus::activate_matrix(&mut tx, "m", version).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(proposed().await, expected);
        }
        let mut tx = t.db.begin().await.unwrap();
        assert!(thesaurus::activate_matrix(&mut tx, "m", "2020").await.is_err());
        let other = matrix("m", "2019", "metier;cible\nM;A\n");
        assert!(matches!(load_matrix(&mut tx, testkit::clock().now(), &other).await, Err(LoadError::VersionTaken { .. })));
    }

    async fn a_file_that_is_no_matrix_is_refused_and_the_one_in_use_keeps_proposing(t) {
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", "code;libelle\nA;Ciment\n")).await.unwrap();
        kept(&t.db, &matrix("m", "1", "metier;cible\nM;A\n")).await.unwrap();
        let before = t.db.digest().await.unwrap();
        for (version, content) in [("2", "code;libelle\na;A\n"), ("3", "metier;cible\n;\n"), ("4", ""), ("mauvais nom", "metier;cible\nM;A\n")] {
            let refused = kept(&t.db, &matrix("m", version, content)).await.unwrap_err();
            assert!(!matches!(refused, LoadError::Store(_)), "{refused}");
            assert!(refused.sentence().ends_with('.'), "{}", refused.sentence());
        }
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn tasks_are_proposed_as_exposures_are_and_close_trades_are_said_to_be_close(t) {
        loaded(&t.db, &delivery("metiers", "1", "code;libelle\nM;Maçon\nC;Carreleur\n")).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", "code;libelle\nA;Ciment\n")).await.unwrap();
        loaded(&t.db, &delivery("taches", "1", "code;libelle\nT;Gâcher le ciment\n")).await.unwrap();
        kept(&t.db, &matrix("meep", "1", "metier;cible\nM;A\n")).await.unwrap();
        let tasks = Matrix {
            facts: Facts::default(),
            kind: MatrixKind::Tache,
            version: "1".into(),
            cells: vec![terminologie::Cell {
                profession: terminologie::Reference { code: "M".into(), label: "Maçon".into() },
                target: terminologie::Reference { code: "T".into(), label: "Gâcher le ciment".into() },
                ..terminologie::Cell::default()
            }],
            possible: vec![PossibleProfession {
                profession: terminologie::Reference { code: "M".into(), label: "Maçon".into() },
                label: "Carreleur".into(),
                ..PossibleProfession::default()
            }],
        };
        let metap = MatrixDelivery {
            genre: MatrixKind::Tache,
            cibles: ("taches".into(), "1".into()),
            fichier: "metap.xlsx".into(),
            ..matrix("metap", "1", write::matrix(&tasks).unwrap())
        };
        let report = kept(&t.db, &metap).await.unwrap();
        assert_eq!(report.concepts, 2, "a cell and a trade possibly concerned");
        let mut tx = reading(&t.db).await;
        let mason = thesaurus::propositions(&mut tx, &trade("1", "M", "Maçon")).await.unwrap();
        let kinds: Vec<_> = mason.iter().map(|p| (p.genre, p.agent.label.as_str())).collect();
        assert_eq!(kinds, [(MatrixKind::Exposition, "Ciment"), (MatrixKind::Tache, "Gâcher le ciment")]);
        let tiler = thesaurus::propositions(&mut tx, &trade("1", "C", "Carreleur")).await.unwrap();
        assert_eq!(tiler.len(), 1);
        assert!(tiler[0].motif().contains("lie le métier «\u{a0}Maçon\u{a0}» à la tâche"), "{}", tiler[0].motif());
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
        let back = thesaurus::matrix(&mut tx, "metap", "1").await.unwrap().unwrap();
        assert_eq!((back.possible[0].label.as_str(), back.kind), ("Carreleur", MatrixKind::Tache));
    }

    async fn a_trade_among_1_400_proposes_its_40_cells_in_less_than_100_ms(t) {
        let (mut trades, mut agents, mut cells) = (String::from("code;libelle\n"), String::from("code;libelle\n"), String::from("metier;cible;plausibilite\n"));
        for a in 0..2_000 {
            writeln!(agents, "A{a};Agent {a}").unwrap();
        }
        for m in 0..1_400 {
            writeln!(trades, "M{m};Métier {m}").unwrap();
            for c in 0..40 {
                writeln!(cells, "M{m};A{};{}", (m * 7 + c * 13) % 2_000, ["forte", "moyenne", ""][c % 3]).unwrap();
            }
        }
        loaded(&t.db, &delivery("metiers", "1", trades)).await.unwrap();
        loaded(&t.db, &delivery("agents", "1", agents)).await.unwrap();
        let report = kept(&t.db, &matrix("meep", "1", cells)).await.unwrap();
        assert_eq!(report.integrated, 56_000);
        t.db.analyze().await.unwrap();
        let mut tx = reading(&t.db).await;
        let mut times = Vec::new();
        for m in (0..1_400).step_by(100) {
            let clock = Stopwatch::now();
            let found = thesaurus::propositions(&mut tx, &trade("1", &format!("M{m}"), &format!("Métier {m}"))).await.unwrap();
            times.push(clock.elapsed());
            assert_eq!(found.len(), 40);
        }
        times.sort();
        println!("40 cells among 56,000 on {}: p50 {:?}, max {:?}", t.db.engine_name(), times[times.len() / 2], times[times.len() - 1]);
        assert!(times[times.len() / 2].as_millis() < 100, "{times:?}");
    }
}
