//! Whole releases: going back and forth, the identical bytes, the life of a term, what a value has become.

use base::{AUTRE, Clock as _, Coded};
use terminologie::{Nature, Release, Term, write};
use thesaurus::{ActivateError, Delivery, Layout, LifeEvent, LoadError, Today};

use crate::{delivery, liste, loaded, reading};

fn life_events(steps: &[thesaurus::LifeStep]) -> Vec<(&str, LifeEvent)> {
    steps.iter().map(|s| (s.version.as_str(), s.event.clone())).collect()
}

fn term(code: &str, label: &str) -> Term {
    Term { code: code.into(), label: label.into(), active: true, ..Term::default() }
}

testkit::on_both_engines! {
    async fn a_release_comes_back_whole_and_its_file_to_the_byte(t) {
        let whole = Term {
            parents: vec!["A".into(), "B".into()],
            active: false,
            nature: Some(Nature::Inactive),
            level: Some("Niveau 1".into()),
            synonyms: vec!["un".into(), "d|eux".into()],
            description: Some("Une\nligne".into()),
            references: Some("R4412-1".into()),
            special_risk: Some("OUI".into()),
            vip_risk: Some("x".into()),
            trigger: Some("cmr".into()),
            remark: Some(" remarque ".into()),
            groups: vec!["G".into()],
            attributes: vec![("Ancien code".into(), "0042".into()), ("Ancien code".into(), String::new())],
            ..term("AB", "  L\u{2019}étain «\u{a0}fin\u{a0}» ")
        };
        let release = Release {
            version: "2027".into(),
            terms: vec![term("A", "Agents"), term("B", "Autres"), whole],
            ..Release::default()
        };
        let octets = write::release(&release, write::Format::Csv).unwrap();
        let sent = Delivery {
            disposition: Some(Layout::Csv),
            publiee_le: Some(testkit::TODAY),
            url: Some("https://exemple.fr/a".into()),
            ..Delivery::new(liste("a"), "2027", "agents 2027.csv", octets.clone())
        };
        loaded(&t.db, &sent).await.unwrap();
        let mut tx = reading(&t.db).await;
        let back = thesaurus::release(&mut tx, "a", "2027").await.unwrap().unwrap();
        let read = terminologie::read::read(&octets, Some(Layout::Csv), thesaurus::Limits::default()).unwrap();
        assert_eq!(back.terms, read.terms, "what the reader gave is what the base gives back");
        assert_eq!(back.terms[2].parents, ["A", "B"]);
        assert_eq!(back.terms[2].label, release.terms[2].label);
        assert_eq!((back.facts.title.as_str(), back.issued), ("Liste a", Some(testkit::TODAY)));
        assert_eq!(back.facts.url.as_deref(), Some("https://exemple.fr/a"));
        let file = thesaurus::delivered(&mut tx, "a", "2027").await.unwrap().unwrap();
        assert_eq!((file.octets, file.fichier.as_str(), file.disposition.as_deref()), (octets, "agents 2027.csv", Some("csv")));
        assert_eq!(file.sha256.len(), 64);
        assert_eq!(thesaurus::release(&mut tx, "a", "9").await.unwrap(), None);
        assert_eq!(thesaurus::delivered(&mut tx, "a", "9").await.unwrap(), None);
        // A term of two parents stands under both; what is flagged is known at entry.
        for parent in ["A", "B"] {
            let under = thesaurus::children(&mut tx, "a", "2027", Some(parent)).await.unwrap();
            assert_eq!(under.len(), 1, "{parent}");
            assert_eq!((under[0].risque_particulier.as_deref(), under[0].risque_vip.as_deref()), (Some("OUI"), Some("x")));
        }
    }

    async fn a_service_switches_when_it_decides_and_can_switch_back(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Ancien\n")).await.unwrap();
        let coming = Delivery { activate: false, ..delivery("a", "2", "code;libelle\n1;Nouveau\n") };
        let report = loaded(&t.db, &coming).await.unwrap();
        assert!(!report.active);
        let label = async || {
            let mut tx = reading(&t.db).await;
            let value = thesaurus::coded(&mut tx, "a", "1").await.unwrap().unwrap();
            let list = thesaurus::lists(&mut tx).await.unwrap().remove(0);
            assert_eq!(list.version, value.version);
            value.label
        };
        assert_eq!(label().await, "Ancien", "the version in use keeps answering");
        for (version, expected) in [("2", "Nouveau"), ("2", "Nouveau"), ("1", "Ancien")] {
            let mut tx = t.db.begin().await.unwrap();
            thesaurus::activate(&mut tx, "a", version).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(label().await, expected);
        }
        let mut tx = t.db.begin().await.unwrap();
        for (list, version) in [("a", "3"), ("z", "1")] {
            let refused = thesaurus::activate(&mut tx, list, version).await.unwrap_err();
            assert!(matches!(refused, ActivateError::Unknown { .. }));
            assert!(refused.sentence().contains("n'est pas chargée"));
        }
    }

    async fn the_facts_of_a_list_follow_the_version_in_use(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        let mut renamed = delivery("a", "2", "code;libelle\n1;Un\n");
        renamed.liste.gestionnaire = "Autre éditeur".into();
        loaded(&t.db, &renamed).await.unwrap();
        let manager = async || {
            let mut tx = reading(&t.db).await;
            thesaurus::lists(&mut tx).await.unwrap().remove(0).liste.gestionnaire
        };
        assert_eq!(manager().await, "Autre éditeur");
        let mut tx = t.db.begin().await.unwrap();
        thesaurus::activate(&mut tx, "a", "1").await.unwrap();
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
        tx.commit().await.unwrap();
        assert_eq!(manager().await, "Éditeur");
    }

    async fn a_year_may_deliver_some_lists_only(t) {
        for list in ["a", "b"] {
            loaded(&t.db, &delivery(list, "2026", format!("code;libelle\n1;Un de {list}\n"))).await.unwrap();
        }
        loaded(&t.db, &delivery("a", "2027", "code;libelle\n1;Un de l'an prochain\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        let versions: Vec<_> = thesaurus::lists(&mut tx).await.unwrap().into_iter().map(|l| (l.liste.id, l.version)).collect();
        assert_eq!(versions, [("a".into(), "2027".into()), ("b".into(), "2026".into())]);
    }

    async fn each_label_tells_when_it_came_what_it_became_and_when_it_left(t) {
        // Loaded out of order: the years in the names tell.
        let three = "code;libelle;parent;statut;nature de la modification\n1;Un;;actif;\n2;Deux bis;1;inactif;inactivation\n";
        loaded(&t.db, &delivery("a", "2027", three)).await.unwrap();
        loaded(&t.db, &delivery("a", "2025", "code;libelle;parent\n1;Un;\n2;Deux;\n")).await.unwrap();
        loaded(&t.db, &delivery("a", "2026", "code;libelle;parent\n1;Un;\n2;Deux bis;1\n3;Trois;\n")).await.unwrap();
        loaded(&t.db, &delivery("a", "2028", "code;libelle;parent\n1;Un;\n3;Trois;\n")).await.unwrap();
        loaded(&t.db, &delivery("a", "2029", "code;libelle;parent\n1;Un;\n2;Deux bis;1\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        let steps = thesaurus::life(&mut tx, "a", "2029", "2").await.unwrap();
        assert_eq!(life_events(&steps), [
            ("2025", LifeEvent::Entered { label: "Deux".into(), active: true }),
            ("2026", LifeEvent::Relabelled { from: "Deux".into(), to: "Deux bis".into() }),
            ("2026", LifeEvent::Moved { from: None, to: Some("1".into()) }),
            ("2027", LifeEvent::Inactivated),
            ("2028", LifeEvent::Left),
            ("2029", LifeEvent::Entered { label: "Deux bis".into(), active: true }),
        ]);
        assert_eq!(steps[3].declared, Some(Nature::Inactive));
        let steps = thesaurus::life(&mut tx, "a", "2029", "3").await.unwrap();
        assert_eq!(life_events(&steps), [
            ("2026", LifeEvent::Entered { label: "Trois".into(), active: true }),
            ("2027", LifeEvent::Left),
            ("2028", LifeEvent::Entered { label: "Trois".into(), active: true }),
            ("2029", LifeEvent::Left),
        ]);
        assert!(thesaurus::life(&mut tx, "a", "2029", "9").await.unwrap().is_empty());
    }

    async fn an_old_value_keeps_its_label_and_knows_the_one_of_today(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n2;Deux\n3;Trois\n4;Quatre\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        let mut kept = Vec::new();
        for code in ["1", "2", "3", "4"] {
            kept.push(thesaurus::coded(&mut tx, "a", code).await.unwrap().unwrap());
        }
        drop(tx);
        loaded(&t.db, &delivery("a", "2", "code;libelle;statut\n1;Un;actif\n2;Deux autrement;actif\n3;Trois;inactif\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        let mut today = Vec::new();
        for value in &kept {
            let old = thesaurus::concept(&mut tx, &value.thesaurus, &value.version, &value.code).await.unwrap().unwrap();
            assert_eq!(old.label, value.label, "the label of the day stays readable");
            today.push(thesaurus::today(&mut tx, value).await.unwrap());
        }
        assert_eq!(today, [Today::Same, Today::Relabelled("Deux autrement".into()), Today::Inactive("Trois".into()), Today::Deleted]);
        assert_eq!(today[1].sentence().unwrap(), "Libellé d'aujourd'hui\u{a0}: Deux autrement");
        let elsewhere = Coded { thesaurus: "z".into(), ..kept[0].clone() };
        assert_eq!(thesaurus::today(&mut tx, &elsewhere).await.unwrap(), Today::Unknown);
        let typed = Coded { code: AUTRE.into(), label: "poussière de fée".into(), ..kept[0].clone() };
        assert_eq!(thesaurus::today(&mut tx, &typed).await.unwrap(), Today::Typed);
    }

    async fn a_value_of_a_starter_list_is_never_compared_with_the_official_one(t) {
        let starter = Delivery { depart: true, ..delivery("a", "depart", "code;libelle\n1;Plomb\n") };
        loaded(&t.db, &starter).await.unwrap();
        let mut tx = reading(&t.db).await;
        let value = thesaurus::coded(&mut tx, "a", "1").await.unwrap().unwrap();
        assert_eq!(thesaurus::today(&mut tx, &value).await.unwrap(), Today::Same);
        drop(tx);
        loaded(&t.db, &delivery("a", "2027", "code;libelle\n1;Bruit\n2;Plomb\n")).await.unwrap();
        let mut tx = reading(&t.db).await;
        let today = thesaurus::today(&mut tx, &value).await.unwrap();
        assert_eq!(today, Today::Replaced);
        assert_eq!(today.sentence().unwrap(), "Liste de départ, remplacée depuis par une liste officielle");
        let steps = thesaurus::life(&mut tx, "a", "2027", "1").await.unwrap();
        assert_eq!(life_events(&steps), [("2027", LifeEvent::Entered { label: "Bruit".into(), active: true })]);
        let steps = thesaurus::life(&mut tx, "a", "depart", "1").await.unwrap();
        assert_eq!(life_events(&steps), [("depart", LifeEvent::Entered { label: "Plomb".into(), active: true })]);
    }

    async fn a_term_is_inactive_since_the_day_that_said_so_last(t) {
        let day = |text: &str| text.parse::<base::Date>().unwrap();
        let issued = |version: &str, on: &str, status: &str| Delivery {
            publiee_le: Some(day(on)),
            ..delivery("a", version, format!("code;libelle;statut\n1;Un;{status}\n2;Deux;actif\n"))
        };
        // Loaded out of order: the days of issue tell.
        for (version, on, status) in [
            ("v4", "2024-01-10", "inactif"), ("v1", "2021-01-10", "inactif"), ("v3", "2023-01-10", "inactif"),
            ("v2", "2022-01-10", "actif"),
        ] {
            loaded(&t.db, &issued(version, on, status)).await.unwrap();
        }
        for (version, since) in [("v4", "2023-01-10"), ("v3", "2023-01-10"), ("v1", "2021-01-10")] {
            let mut tx = t.db.begin().await.unwrap();
            thesaurus::activate(&mut tx, "a", version).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = reading(&t.db).await;
            let index = thesaurus::Index::build(&mut tx).await.unwrap();
            let found = index.search("a", "un", 1).unwrap().pop().unwrap();
            assert_eq!(found.inactive_since, Some(day(since)), "{version}");
        }
    }

    async fn a_load_that_is_not_committed_leaves_nothing(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        let before = t.db.digest().await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        thesaurus::load(&mut tx, testkit::clock().now(), &delivery("a", "2", "code;libelle\n1;Une\n")).await.unwrap();
        drop(tx);
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn a_code_that_records_keep_for_something_else_is_refused(t) {
        for code in [AUTRE, "local:1"] {
            let refused = loaded(&t.db, &delivery("a", "1", format!("code;libelle\n1;Un\n{code};Deux\n"))).await.unwrap_err();
            assert!(matches!(&refused, LoadError::Reserved { row: 3, code: c } if c == code), "{refused}");
            assert!(refused.sentence().contains("Ligne\u{a0}3"));
        }
    }
}
