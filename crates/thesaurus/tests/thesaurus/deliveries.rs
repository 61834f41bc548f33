//! Loading what editors deliver.

use base::Clock as _;
use store::StoreError;
use thesaurus::{Delivery, FindingKind, Index, Limits, LoadError, Reason};

use crate::{delivery, loaded, reading, shared, started};

testkit::on_both_engines! {
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

    async fn the_same_version_loaded_twice_at_once_is_loaded_once(t) {
        let same = delivery("a", "1", "code;libelle\n1;Un\n");
        let mut first = t.db.begin().await.unwrap();
        let report = thesaurus::load(&mut first, testkit::clock().now(), &same).await.unwrap();
        assert!(!report.already_loaded);
        let second = async {
            let other = delivery("a", "1", "code;libelle\n1;Un\n");
            loaded(&t.db, &other).await
        };
        let commit = async {
            // The second one has looked by then, where the engine lets it begin.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            first.commit().await.unwrap();
        };
        let (second, ()) = tokio::join!(second, commit);
        let second = second.unwrap();
        assert!(second.already_loaded && second.active, "{second:?}");
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::concepts(&mut tx, "a").await.unwrap().len(), 1);
    }

    async fn a_delivery_is_read_before_any_transaction(t) {
        let prepared = thesaurus::prepare(&delivery("a", "1", "code;libelle\n1;Un\n")).unwrap();
        let refused = thesaurus::prepare(&delivery("matrices", "1", "code;libelle\n1;Un\n"));
        assert!(matches!(refused, Err(LoadError::BadName(name)) if name == "matrices"), "a page has that address");
        let mut tx = t.db.begin().await.unwrap();
        let report = thesaurus::keep(&mut tx, testkit::clock().now(), prepared).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((report.rows, report.active), (1, true));
    }

    async fn a_list_that_was_never_in_use_is_found(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        for version in ["1", "2"] {
            let beside = Delivery { activate: false, ..delivery("b", version, "code;libelle\n1;Un\n") };
            loaded(&t.db, &beside).await.unwrap();
        }
        let mut tx = reading(&t.db).await;
        let waiting = thesaurus::waiting(&mut tx).await.unwrap();
        let names: Vec<_> = waiting.iter().map(|l| (l.liste.id.as_str(), l.version.as_str(), l.active)).collect();
        assert_eq!(names, [("b", "2", false)]);
        assert_eq!(thesaurus::lists(&mut tx).await.unwrap().len(), 1);
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
        let laughs = br#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><RetrieveValueSetResponse>&lol2;</RetrieveValueSetResponse>"#;
        for (version, content) in [
            ("cycle", "code;libelle;parent\n1;Un;2\n2;Deux;1\n".as_bytes()),
            ("columns", b"couleur;valeur\nx;y\n"),
            ("not-text", b"code;libelle\n1;\x81\xE9\n"),
            ("no-row", b"code;libelle\n"),
            ("empty", b""),
            ("open-quote", b"code;libelle\n1;\"Un\n2;Deux\n"),
            ("utf-16", b"\xFF\xFEc\x00o\x00d\x00e\x00"),
            ("laughs", laughs),
            ("truncated-json", b"{\"resourceType\":\"CodeSystem\",\"concept\":[{\"code\":"),
            ("truncated-xml", b"<?xml version=\"1.0\"?><RetrieveValueSetResponse><ValueSet>"),
            ("truncated-workbook", b"PK\x03\x04\x14\x00\x06\x00"),
            ("mauvais nom", b"code;libelle\n1;Un\n"),
        ] {
            let refused = loaded(&t.db, &delivery("a", version, content)).await.unwrap_err();
            assert!(!matches!(refused, LoadError::Store(_)), "{refused}");
            assert!(refused.sentence().ends_with('.'), "{}", refused.sentence());
        }
        let small = |limits| Delivery { limits, ..delivery("a", "limits", "code;libelle;parent\n1;Un;\n2;Deux;1\n3;Trois;2\n") };
        for limits in [
            Limits { bytes: 10, ..Limits::default() },
            Limits { rows: 2, ..Limits::default() },
            Limits { depth: 2, ..Limits::default() },
        ] {
            let refused = loaded(&t.db, &small(limits)).await.unwrap_err();
            assert!(matches!(refused, LoadError::Read(_)), "{refused}");
        }
        assert_eq!(t.db.digest().await.unwrap(), before);
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::coded(&mut tx, "a", "1").await.unwrap().unwrap().label, "Un", "the old release keeps answering");
    }

    async fn what_a_delivery_did_not_fill_is_refused_row_by_row_and_the_rest_is_kept(t) {
        let text = b"\xEF\xBB\xBFcode;libelle;parent\n1;Un;\n;Sans code;1\n1;En double;\n2;;1\n3;Orphelin;9\n4;Quatre\n";
        let report = loaded(&t.db, &delivery("a", "1", text)).await.unwrap();
        assert_eq!((report.rows, report.integrated), (6, 2));
        let reasons: Vec<_> = report.rejected.iter().map(|r| (r.row, r.reason.clone())).collect();
        assert_eq!(reasons, [
            (3, Reason::EmptyCode),
            (4, Reason::DuplicateCode { first: 2 }),
            (5, Reason::EmptyLabel),
            (7, Reason::Columns { found: 2, expected: 3 }),
        ]);
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::release(&mut tx, "a", "1").await.unwrap().unwrap().terms.len(), 2);
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
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

#[test]
fn an_error_of_the_database_is_told_without_its_details() {
    let error = LoadError::from(StoreError::Conflict("livraison: insert".into()));
    assert!(!error.sentence().contains("insert"));
}
