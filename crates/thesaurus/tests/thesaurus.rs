//! The common language on both engines: deliveries, terms, propositions, search, pages.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

use std::{fmt::Write as _, path::PathBuf, time::Instant as Stopwatch};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::{Clock as _, Coded};
use guard::{Guard, NewAccount, Role, SESSION_COOKIE};
use store::{Db, StoreError, Tx};
use testkit::TestDb;
use thesaurus::{
    Delivery, FindingKind, Index, Limits, Liste, LoadError, LoadReport, MatrixDelivery, Nature, Plausibilite,
    Reason, Search, load, load_matrix, load_starter,
};
use tower::ServiceExt as _;

fn delivery(list: &str, version: &str, content: impl AsRef<[u8]>) -> Delivery {
    Delivery {
        liste: Liste {
            id: list.into(),
            titre: format!("Liste {list}"),
            nature: Nature::Externe,
            gestionnaire: "Éditeur".into(),
            source: "Fichier d'essai".into(),
            licence: "Libre".into(),
        },
        version: version.into(),
        fichier: format!("{list}.csv"),
        octets: content.as_ref().to_vec(),
        depart: false,
        limits: Limits::default(),
    }
}

async fn loaded(db: &Db, delivery: &Delivery) -> Result<LoadReport, LoadError> {
    let mut tx = db.begin().await?;
    let report = load(&mut tx, testkit::clock().now(), delivery).await?;
    tx.commit().await?;
    Ok(report)
}

async fn started(db: &Db) -> Vec<LoadReport> {
    let mut tx = db.begin().await.unwrap();
    let reports = load_starter(&mut tx, testkit::clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    reports
}

async fn reading(db: &Db) -> Tx {
    db.read().await.unwrap()
}

/// A file of the real nomenclatures, where they are at hand.
fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("TRONC_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    std::fs::read(root.join(path)).ok()
}

async fn metier(tx: &mut Tx, code: &str) -> Coded {
    thesaurus::coded(tx, "professions", code).await.unwrap().unwrap()
}

testkit::on_both_engines! {
    async fn every_statement_prepares(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in thesaurus::STATEMENTS.iter().flat_map(|s| s.iter()) {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }

    async fn a_delivery_is_kept_to_the_byte(t) {
        let text = "code;libelle;parent;synonymes;declencheur;remarque\n\
            1;  Agents «\u{a0}chimiques\u{a0}» ;;;;\n1a;L\u{2019}ÉTAIN, l'étain;1;Sn | étamage;cmr;Note\n";
        let report = loaded(&t.db, &delivery("agents", "2027", text)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.concepts), (2, 2, 2));
        assert!(report.active && !report.already_loaded);
        let mut tx = reading(&t.db).await;
        let terms = thesaurus::concepts(&mut tx, "agents").await.unwrap();
        assert_eq!(terms[0].label, "  Agents «\u{a0}chimiques\u{a0}» ");
        assert_eq!(terms[1].label, "L\u{2019}ÉTAIN, l'étain");
        assert_eq!(terms[1].parent.as_deref(), Some("1"));
        assert_eq!(terms[1].synonyms, ["Sn", "étamage"]);
        assert_eq!((terms[0].rank, terms[1].rank), (1, 2));
        assert_eq!(terms[1].remarque.as_deref(), Some("Note"));
        let value = thesaurus::coded(&mut tx, "agents", "1a").await.unwrap().unwrap();
        assert_eq!(value, terms[1].coded());
        assert_eq!(thesaurus::declencheur(&mut tx, &value).await.unwrap().as_deref(), Some("cmr"));
        assert_eq!(thesaurus::path(&mut tx, "agents", "2027", "1a").await.unwrap(), [terms[0].clone()]);
        assert_eq!(thesaurus::children(&mut tx, "agents", "2027", None).await.unwrap(), [terms[0].clone()]);
        assert_eq!(thesaurus::children(&mut tx, "agents", "2027", Some("1")).await.unwrap(), [terms[1].clone()]);
        let list = thesaurus::lists(&mut tx).await.unwrap().remove(0);
        assert_eq!((list.lignes, list.integrees, list.termes), (2, 2, 2));
        assert_eq!(list.sha256.len(), 64);
    }

    async fn the_same_bytes_again_change_nothing_and_other_bytes_are_refused(t) {
        let first = delivery("a", "1", "code;libelle\n1;Un\n");
        loaded(&t.db, &first).await.unwrap();
        let before = t.db.digest().await.unwrap();
        let again = loaded(&t.db, &first).await.unwrap();
        assert!(again.already_loaded && again.active);
        let other = loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Une\n")).await;
        assert!(matches!(other, Err(LoadError::VersionTaken { .. })), "{other:?}");
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn a_new_version_takes_over_and_the_old_one_stays_readable(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Ancien nom\n2;Retiré ensuite\n")).await.unwrap();
        loaded(&t.db, &delivery("a", "2", "code;libelle;statut\n1;Nouveau nom;actif\n3;Gelé;inactif\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::active_version(&mut tx, "a").await.unwrap().as_deref(), Some("2"));
        assert_eq!(thesaurus::coded(&mut tx, "a", "1").await.unwrap().unwrap().label, "Nouveau nom");
        assert_eq!(thesaurus::concept(&mut tx, "a", "1", "1").await.unwrap().unwrap().label, "Ancien nom");
        assert_eq!(thesaurus::concept(&mut tx, "a", "1", "2").await.unwrap().unwrap().label, "Retiré ensuite");
        assert_eq!(thesaurus::coded(&mut tx, "a", "2").await.unwrap(), None, "no longer in the list");
        assert_eq!(thesaurus::coded(&mut tx, "a", "3").await.unwrap(), None, "inactive: readable, not offered");
        assert!(!thesaurus::concept(&mut tx, "a", "2", "3").await.unwrap().unwrap().active);
        let versions = thesaurus::versions(&mut tx, "a").await.unwrap();
        assert_eq!(versions.iter().map(|v| (v.version.as_str(), v.active)).collect::<Vec<_>>(), [("2", true), ("1", false)]);
    }

    async fn a_refused_delivery_leaves_the_version_in_use(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle;parent\n1;Un;\n")).await.unwrap();
        let before = t.db.digest().await.unwrap();
        for (version, content) in [
            ("2", "code;libelle;parent\n1;Un;2\n2;Deux;1\n".as_bytes()),
            ("3", b"nom;valeur\nx;y\n"),
            ("4", b"code;libelle\n1;\x81\xE9\n"),
            ("5", b"code;libelle\n"),
            ("mauvais nom", b"code;libelle\n1;Un\n"),
        ] {
            let refused = loaded(&t.db, &delivery("a", version, content)).await.unwrap_err();
            assert!(!matches!(refused, LoadError::Store(_)), "{refused}");
            assert!(refused.sentence().ends_with('.'), "{}", refused.sentence());
        }
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn rejected_rows_can_be_read_again_later(t) {
        let text = "code;libelle;parent\n1;Un;\n;Sans code;\n1;Encore;\n2;Deux;absent\n";
        let report = loaded(&t.db, &delivery("a", "1", text)).await.unwrap();
        assert_eq!(report.rows, report.integrated + report.rejected.len());
        let mut tx = reading(&t.db).await;
        let later = thesaurus::delivery_report(&mut tx, "a", "1").await.unwrap().unwrap();
        assert_eq!(later.rejected, report.rejected);
        assert_eq!(later.rejected[1].reason, Reason::DuplicateCode { first: 2 });
        assert_eq!(later.findings[0].kind, FindingKind::OrphanParent("absent".into()));
        assert_eq!(thesaurus::children(&mut tx, "a", "1", None).await.unwrap().len(), 2);
        assert_eq!(thesaurus::delivery_report(&mut tx, "a", "9").await.unwrap(), None);
    }

    async fn the_starter_lists_load_whole_twice_without_a_change(t) {
        let reports = started(&t.db).await;
        assert!(reports.len() >= 17);
        for report in &reports {
            assert_eq!((report.rows, report.findings.len(), report.rejected.len()), (report.integrated, 0, 0), "{report:?}");
            assert!(report.active && !report.already_loaded, "{}", report.id);
        }
        let before = t.db.digest().await.unwrap();
        assert!(started(&t.db).await.iter().all(|r| r.already_loaded));
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn a_starter_list_never_takes_the_place_of_an_official_one(t) {
        loaded(&t.db, &delivery("professions", "2027", "code;libelle\nX;Officiel\n")).await.unwrap();
        let reports = started(&t.db).await;
        assert!(!reports.iter().find(|r| r.id == "professions").unwrap().active);
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::active_version(&mut tx, "professions").await.unwrap().as_deref(), Some("2027"));
        let list = thesaurus::lists(&mut tx).await.unwrap().into_iter().find(|l| l.liste.id == "professions").unwrap();
        assert_eq!(list.liste.titre, "Liste professions");
        assert!(thesaurus::concept(&mut tx, "professions", "depart-2026", "P01").await.unwrap().is_some());
    }

    async fn a_trade_proposes_the_exposures_of_its_matrix(t) {
        started(&t.db).await;
        let mut tx = reading(&t.db).await;
        let mason = metier(&mut tx, "P01").await;
        let propositions = thesaurus::propositions(&mut tx, &mason).await.unwrap();
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
        let matrix = MatrixDelivery {
            id: "m".into(),
            genre: "exposition".into(),
            version: "1".into(),
            metiers: ("metiers".into(), "1".into()),
            cibles: ("agents".into(), "1".into()),
            octets: b"metier;cible;plausibilite\nM;A;forte\nM;B;\nM;Z;faible\n".to_vec(),
            limits: Limits::default(),
        };
        let mut tx = t.db.begin().await.unwrap();
        let report = load_matrix(&mut tx, &matrix).await.unwrap();
        assert_eq!((report.integrated, report.findings.len()), (3, 1));
        assert_eq!(report.findings[0].kind, FindingKind::Unresolved("Z".into()));
        assert!(load_matrix(&mut tx, &matrix).await.unwrap().already_loaded);
        let missing = MatrixDelivery { version: "2".into(), cibles: ("agents".into(), "9".into()), ..matrix };
        assert!(matches!(load_matrix(&mut tx, &missing).await, Err(LoadError::ListMissing { .. })));
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

    async fn the_pages_show_lists_trees_answers_and_deliveries(t) {
        let (app, cookie) = signed_in(t).await;
        let (status, empty) = get(&app, &cookie, "/thesaurus").await;
        assert_eq!(status, StatusCode::OK);
        assert!(empty.contains("Aucune liste"), "{empty}");
        started(&t.db).await;
        let text = "code;libelle;statut\nA+1;Un & deux;actif\n2;Gelé;gelé\n;Sans code;actif\n";
        loaded(&t.db, &delivery("essai", "1", "code;libelle\nA+1;Ancien\n")).await.unwrap();
        loaded(&t.db, &delivery("essai", "2", text)).await.unwrap();
        for (path, expected) in [
            ("/thesaurus", vec!["liste de départ", "/thesaurus/expositions", "Nomenclatures externes", "EUPL-1.2"]),
            ("/thesaurus/expositions", vec!["Substances et agents", "Chercher dans la liste", "Détail de la livraison"]),
            ("/thesaurus/expositions?q=saturnisme", vec!["Plomb et composés du plomb", "trouvé par", "suivi particulier"]),
            ("/thesaurus/expositions?q=zzzz", vec!["Aucun terme ne correspond"]),
            ("/thesaurus/expositions?parent=E104", vec!["Agents chimiques", "Métaux et composés", "saturnisme", "R4624-23"]),
            ("/thesaurus/expositions/suggestions?q=saturn", vec!["data-code=\"E104\"", "role=\"listbox\""]),
            ("/thesaurus/essai", vec!["Un &amp; deux", "parent=A%2B1", "inactif", "Toutes les versions", "2 intégrées sur 3"]),
            ("/thesaurus/essai?parent=A%2B1", vec!["Un &amp; deux"]),
            ("/thesaurus/essai?version=1", vec!["Version ancienne", "Ancien", "version=1&amp;parent=A%2B1"]),
            ("/thesaurus/essai/livraison", vec!["Lignes écartées", "Le code est vide.", "Rien à signaler"]),
        ] {
            let (status, body) = get(&app, &cookie, path).await;
            assert_eq!(status, StatusCode::OK, "{path}: {body}");
            for words in expected {
                assert!(body.contains(words), "{path} lacks {words}: {body}");
            }
        }
        for path in [
            "/thesaurus/inconnue", "/thesaurus/expositions?parent=zz", "/thesaurus/essai?version=9",
            "/thesaurus/inconnue/suggestions?q=a", "/thesaurus/inconnue/livraison",
        ] {
            assert_eq!(get(&app, &cookie, path).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        let (status, _) = get(&app, "", "/thesaurus").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "nobody reads without an account");
    }

    async fn the_real_nomenclatures_load_with_their_known_totals(t) {
        let (Some(naf), Some(levels), Some(ese), Some(pcs)) = (
            shared("naf/naf_rev2_tous_niveaux.csv"),
            shared("naf/naf_rev2_souscl_hierarchie.csv"),
            shared("pcs_ese_2017/pcs_ese_2017.csv"),
            shared("pcs2003_insee/pcs2003.csv"),
        ) else { return };
        let report = loaded(&t.db, &delivery("naf", "rev2", &naf)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.concepts), (1707, 1707, 1707));
        let report = loaded(&t.db, &delivery("naf-niveaux", "rev2", &levels)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.concepts), (732, 732, 21 + 88 + 272 + 615 + 732));
        let report = loaded(&t.db, &delivery("pcs-ese", "2017", &ese)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.concepts), (464, 464, 464));
        // Fourteen codes of the second level come back at the third in the file of 2003.
        let report = loaded(&t.db, &delivery("pcs", "2003", &pcs)).await.unwrap();
        assert_eq!((report.rows, report.integrated, report.rejected.len()), (571, 557, 14));
        let mut tx = reading(&t.db).await;
        let by_depth = |terms: Vec<thesaurus::Concept>| {
            let mut counts = std::collections::BTreeMap::new();
            for t in terms { *counts.entry(t.code.len()).or_insert(0) += 1; }
            counts.into_values().collect::<Vec<_>>()
        };
        assert_eq!(by_depth(thesaurus::concepts(&mut tx, "naf").await.unwrap()), [88, 272, 615, 732]);
        assert_eq!(by_depth(thesaurus::concepts(&mut tx, "naf-niveaux").await.unwrap()), [21, 88, 272, 615, 732]);
        assert_eq!(by_depth(thesaurus::concepts(&mut tx, "pcs-ese").await.unwrap()), [6, 29, 429]);
        let above = thesaurus::path(&mut tx, "naf", "rev2", "01.11Z").await.unwrap();
        assert_eq!(above.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["01", "01.1", "01.11"]);
        let above = thesaurus::path(&mut tx, "naf-niveaux", "rev2", "01.11Z").await.unwrap();
        assert_eq!(above.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["A", "01", "01.1", "01.11"]);
        let above = thesaurus::path(&mut tx, "pcs-ese", "2017", "100x").await.unwrap();
        assert_eq!(above.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["1", "10"]);
        // Byte for byte: each line of the file is found again from code and label.
        for line in String::from_utf8(naf).unwrap().lines().skip(1) {
            let (code, label) = line.split_once(';').unwrap();
            let term = thesaurus::concept(&mut tx, "naf", "rev2", code).await.unwrap().unwrap();
            assert_eq!(term.label, label.trim_matches('"').replace("\"\"", "\""), "{code}");
        }
        let index = Index::build(&mut tx).await.unwrap();
        assert_eq!(index.search("naf", "0111z", 1).unwrap()[0].code, "01.11Z");
        assert_eq!(index.search("naf", "cultur riz", 1).unwrap()[0].label, "Culture du riz");
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

async fn signed_in(t: &TestDb) -> (Router, String) {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let mut tx = t.db.begin().await.unwrap();
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
    let house = ui::House::new(guard, "Service d'essai");
    (thesaurus::routes(house, Search::new()), format!("{SESSION_COOKIE}={}", session.token))
}

async fn get(app: &Router, cookie: &str, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn an_error_of_the_database_is_told_without_its_details() {
    let error = LoadError::from(StoreError::Conflict("livraison: insert".into()));
    assert!(!error.sentence().contains("insert"));
}
