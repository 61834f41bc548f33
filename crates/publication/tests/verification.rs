//! What was published stays as it was signed: the database refuses to change it, and whoever goes around is named.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

use guard::{Caller, Role};
use publication::Signataire;
use store::{Sql, StoreError, Tx, args};
use testkit::TestDb;

/// The matrix of the start, published: a notice and a workbook.
async fn published(t: &TestDb) {
    let guard = testkit::guard(t);
    let mut tx = guard.db().begin().await.unwrap();
    thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    let caller = Caller::command("Aline Roux", Role::Informatique);
    let signataire = Signataire::of_seed("Fédération d'essai", [7; 32]);
    publication::publier_matrice(&guard, &caller, &signataire, "meep-depart", "depart-2026").await.unwrap();
}

fn sql(text: &'static str) -> Sql {
    Sql { name: "tests::verification", text }
}

/// Takes the guards away, as whoever holds the file or the server may. Nothing of it stays.
async fn unguarded(t: &TestDb) -> Tx {
    let texts: &[&str] = if t.db.engine_name() == "sqlite" {
        &[
            "drop trigger publication_inalterable_modification",
            "drop trigger publication_fichier_inalterable_ajout",
            "drop trigger publication_fichier_inalterable_modification",
            "drop trigger publication_fichier_inalterable_suppression",
        ]
    } else {
        &[
            "alter table publication disable trigger user",
            "alter table publication_fichier disable trigger user",
        ]
    };
    let mut tx = t.db.begin().await.unwrap();
    for text in texts {
        tx.execute(sql(text), args![]).await.unwrap();
    }
    tx
}

const ADDED: &str = "insert into publication_fichier (publication_id, rang, nom, sha256, taille, octets)
    select publication_id, 3, 'ajout.txt', sha256, taille, octets from publication_fichier where rang = 1";

testkit::on_both_engines! {
    async fn nobody_changes_adds_or_deletes_what_was_published(t) {
        published(t).await;
        let mut tries = vec![
            "update publication set version = '2'",
            "update publication set fichiers = 9",
            "update publication set manifeste = manifeste",
            "delete from publication",
            "update publication_fichier set octets = octets",
            "update publication_fichier set nom = 'autre.xlsx' where rang = 2",
            "delete from publication_fichier where rang = 2",
            ADDED,
        ];
        if t.db.engine_name() == "sqlite" {
            tries.push("insert or replace into publication_fichier (publication_id, rang, nom, sha256, taille, octets)
                select publication_id, rang, nom, sha256, taille, octets from publication_fichier");
            tries.push("insert or replace into publication
                (id, sorte, liste, version, publiee_le, publiee_par, manifeste, cle, fichiers)
                select 'autre', sorte, liste, version, publiee_le, publiee_par, manifeste, cle, fichiers from publication");
        } else {
            tries.push("truncate publication cascade");
            tries.push("truncate publication_fichier");
        }
        let before = t.db.digest().await.unwrap();
        for text in tries {
            let mut tx = t.db.begin().await.unwrap();
            let refused = tx.execute(sql(text), args![]).await;
            assert!(matches!(refused, Err(StoreError::Unalterable(_))), "{text}: {refused:?}");
        }
        assert_eq!(t.db.digest().await.unwrap(), before);
    }

    async fn what_is_as_it_was_signed_is_said_to_be_sound_and_each_change_is_named(t) {
        published(t).await;
        let mut tx = t.db.read().await.unwrap();
        assert_eq!(publication::verifier(&mut tx).await.unwrap(), Vec::<String>::new());
        drop(tx);
        for (text, told) in [
            ("update publication_fichier set octets = (select f.octets from publication_fichier f where f.rang = 1) where rang = 2",
                "n'est pas celui qui a été publié"),
            ("update publication_fichier set sha256 = '0' where rang = 2", "L'empreinte ou la taille notée"),
            ("update publication_fichier set taille = 0 where rang = 2", "L'empreinte ou la taille notée"),
            ("update publication_fichier set nom = 'autre.xlsx' where rang = 2", "ne figure pas dans le manifeste"),
            ("delete from publication_fichier where rang = 2", "manque."),
            (ADDED, "«\u{a0}ajout.txt\u{a0}» ne figure pas dans le manifeste"),
            ("update publication set fichiers = 3", "Le nombre de fichiers"),
            ("update publication set version = 'depart-2027'", "ne dit pas ce qui est signé"),
            ("update publication set cle = '00'", "64 chiffres hexadécimaux"),
            ("update publication set cle = '1398f62c6d1a457c51ba6a4b5f3dbd2f69fca93216218dc8997e416bd17d93ca'", "n'est pas de confiance ici"),
            ("update publication set manifeste = (select f.octets from publication_fichier f where f.rang = 1)", "n'est pas un manifeste signé"),
        ] {
            let mut tx = unguarded(t).await;
            assert_eq!(tx.execute(sql(text), args![]).await.unwrap(), 1, "{text}");
            let said = publication::verifier(&mut tx).await.unwrap();
            assert!(said.iter().any(|s| s.contains(told)), "{text}: {said:?}");
            assert!(said.iter().all(|s| s.starts_with("Publication de meep-depart version depart-202")), "{said:?}");
        }
    }
}
