//! A harmonised list never changes: the database itself refuses, whoever asks.

use base::Clock as _;
use store::{Db, Sql, StoreError, args};
use thesaurus::{Delivery, Limits, MatrixDelivery};

use crate::{delivery, loaded, reading, started};

/// What somebody with the password of the database may try, on a release of two terms and on the starter matrix.
const TRIES: &[&str] = &[
    "update concept set label = 'Autre nom' where code = '1'",
    "update concept set label = label",
    "update concept set actif = false",
    "update concept set rang = 9 where code = '1'",
    "update concept set version = '2'",
    "delete from concept where code = '2'",
    "delete from concept",
    "insert into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('a', '1', '3', 'Ajouté', 3, true, '[]')",
    "insert into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('a', '1', '3', 'Ajouté', 0, true, '[]')",
    "insert into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('a', '9', '3', 'Ajouté', 1, true, '[]')",
    "update livraison set octets = octets",
    "update livraison set sha256 = 'x'",
    "update livraison set termes = 3",
    "update livraison set active = true, titre = 'Autre' where thesaurus_id = 'a'",
    "update livraison set publiee_le = '2026-01-01', manifeste = '', cle = '', bordereau = ''",
    "update livraison set cle = 'x'",
    "update matrice set manifeste = 'x', cle = 'x'",
    "delete from livraison",
    "update matrice set metiers_version = '2'",
    "update matrice set cellules = 9999",
    "delete from matrice",
    "update matrice_cellule set plausibilite = 'forte'",
    "delete from matrice_cellule where rang = 1",
    "insert into matrice_cellule (matrice_id, version, rang, metier_code, cible_code) values ('meep-depart', 'depart-2026', 9999, 'P01', 'E117')",
    "insert into matrice_metier_possible (matrice_id, version, rang, metier_code, metier_label, label, ligne)
        values ('meep-depart', 'depart-2026', 1, 'P01', 'Maçon', 'Peintre', 1)",
];

/// Another version of the starter matrix, which waits.
async fn second_matrix(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let (summary, octets) =
        thesaurus::delivered_matrix(&mut tx, "meep-depart", "depart-2026").await.unwrap().unwrap();
    let matrix = MatrixDelivery {
        facts: summary.facts,
        genre: summary.kind,
        version: "2".into(),
        metiers: summary.metiers,
        cibles: summary.cibles,
        fichier: summary.fichier,
        octets,
        depart: false,
        activate: false,
        seal: None,
        limits: Limits::default(),
    };
    thesaurus::load_matrix(&mut tx, testkit::clock().now(), &matrix).await.unwrap();
    tx.commit().await.unwrap();
}

fn sql(text: &'static str) -> Sql {
    Sql { name: "tests::integrity", text }
}

testkit::on_both_engines! {
    async fn nobody_changes_adds_or_deletes_a_harmonised_label(t) {
        started(&t.db).await;
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n2;Deux\n")).await.unwrap();
        let later = Delivery { activate: false, ..delivery("a", "2", "code;libelle\n3;Trois\n") };
        loaded(&t.db, &later).await.unwrap();
        second_matrix(&t.db).await;
        let before = t.db.digest().await.unwrap();
        for text in TRIES {
            let mut tx = t.db.begin().await.unwrap();
            let refused = tx.execute(sql(text), args![]).await;
            let Err(StoreError::Unalterable(why)) = refused else { panic!("{text}: {refused:?}") };
            assert!(why.starts_with("a harmonised list never changes"), "{why}");
        }
        // A place that is taken: the unique index answers on one engine, the trigger on the other.
        for text in [
            "insert into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('a', '1', '3', 'Ajouté', 2, true, '[]')",
            "insert into livraison (thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le)
                select thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le from livraison",
        ] {
            let mut tx = t.db.begin().await.unwrap();
            let refused = tx.execute(sql(text), args![]).await;
            assert!(matches!(refused, Err(StoreError::Unalterable(_) | StoreError::Conflict(_))), "{text}: {refused:?}");
        }
        // The ways that only one engine has.
        let own: &[&str] = match t.db.engine_name() {
            "sqlite" => &[
                "insert or replace into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('a', '1', '2', 'Remplacé', 2, true, '[]')",
                "insert or replace into livraison (thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le, termes)
                    values ('a', '1', 'f', 's', 'o', 1, 1, false, true, 'l', 99)",
                "update or replace concept set code = '1' where code = '2'",
                "update or replace livraison set active = true where thesaurus_id = 'a' and version = '2'",
                "update or replace livraison set active = true where thesaurus_id = 'a'",
                "update or replace livraison set version = '1' where thesaurus_id = 'a' and version = '2'",
                "update or replace matrice set active = true where version = '2'",
                "insert or replace into livraison (thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, active, chargee_le)
                    select thesaurus_id, '3', fichier, sha256, octets, lignes, integrees, depart, true, chargee_le from livraison where thesaurus_id = 'a' and version = '1'",
                "insert or replace into matrice (id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets, active)
                    select id, '3', genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets, true from matrice where active and id = 'meep-depart'",
            ],
            _ => &["truncate concept", "truncate livraison cascade", "truncate matrice_cellule"],
        };
        for text in own {
            let mut tx = t.db.begin().await.unwrap();
            let refused = tx.execute(sql(text), args![]).await;
            assert!(matches!(refused, Err(StoreError::Unalterable(_))), "{text}: {refused:?}");
        }
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn which_version_is_offered_is_all_that_moves(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        loaded(&t.db, &delivery("a", "2", "code;libelle\n1;Une\n")).await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        thesaurus::activate(&mut tx, "a", "1").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::coded(&mut tx, "a", "1").await.unwrap().unwrap().label, "Un");
        drop(tx);
        // The same for matrices, there and back.
        started(&t.db).await;
        second_matrix(&t.db).await;
        for version in ["2", "depart-2026"] {
            let mut tx = t.db.begin().await.unwrap();
            thesaurus::activate_matrix(&mut tx, "meep-depart", version).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = reading(&t.db).await;
            let all = thesaurus::matrices(&mut tx).await.unwrap();
            let active: Vec<_> = all.iter().filter(|m| m.active && m.facts.id == "meep-depart").map(|m| m.version.as_str()).collect();
            assert_eq!(active, [version]);
        }
    }

    async fn a_copy_to_the_other_engine_and_a_backup_are_sound_and_as_closed(t) {
        started(&t.db).await;
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n2;Deux\n")).await.unwrap();
        let other = if t.db.engine_name() == "sqlite" { testkit::postgres().await } else { testkit::sqlite().await };
        t.db.copy_to(&other.db, testkit::clock().as_ref(), &mut |_, _| {}).await.unwrap();
        let file = t.dir().join("copie.sqlite");
        t.db.backup(&file, testkit::clock().as_ref()).await.unwrap();
        let backup = store::Db::open(&store::DatabaseUrl::Sqlite(file)).await.unwrap();
        for db in [&other.db, &backup] {
            let mut tx = reading(db).await;
            let report = thesaurus::verify(&mut tx).await.unwrap();
            assert!(report.is_sound() && report.terms > 100, "{report:?}");
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            let refused = tx.execute(sql(TRIES[0]), args![]).await;
            assert!(matches!(refused, Err(StoreError::Unalterable(_))), "{refused:?}");
        }
    }
}
