//! A base of the first program, brought to this one: what it holds is verified as the rest is, and nothing later passes
//! for as old.

use sha2::{Digest as _, Sha256};
use store::{DatabaseUrl, Db, Sql, args};

use crate::{delivery, loaded};

const FIRST: &str = include_str!("../../../store/migrations/0001_socle.sql");
const LIST: &str = "code;libelle;parent;synonymes;declencheur;remarque;niveau\n1;Un \"cité\" \\ été;;;;;Niveau 1\n2;Deux;1;Two;cmr;Note;Niveau 2\n";
const MATRIX: &str = "metier;profession;cible;exposition;plausibilite;nature\n1;Un;2;Deux;forte;nouvel item\n1;Un;9;Neuf;faible;\n";

fn sql(text: &str) -> Sql {
    Sql { name: "tests::earlier", text: Box::leak(text.to_owned().into_boxed_str()) }
}

/// The schema of the first program with a list and a matrix, as it kept them; then this program's migrations.
async fn first_program(url: &DatabaseUrl) -> Db {
    let db = Db::open(url).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let lines: Vec<String> = FIRST
        .lines()
        .filter(|line| !line.starts_with("--"))
        .map(|line| match line.trim_start().split_once(" text") {
            Some((name, rest)) if db.engine_name() != "sqlite" && !name.contains(' ') => {
                format!("{name} text collate \"C\"{rest}")
            }
            _ => line.to_owned(),
        })
        .collect();
    for statement in lines.join("\n").split(";\n").filter(|s| !s.trim().is_empty()) {
        tx.execute(sql(statement.trim_end().trim_end_matches(';')), args![]).await.unwrap();
    }
    tx.execute(sql("create table migration (version bigint primary key, name text not null, sha256 text not null, applied_at text not null)"), args![]).await.unwrap();
    let then = "2026-06-01T08:00:00.000Z";
    let digest = |text: &str| base::hex(&Sha256::digest(text.as_bytes()));
    tx.execute(sql("insert into migration values (1, '0001_socle', $1, $2)"), args![digest(FIRST), then])
        .await
        .unwrap();
    tx.execute(sql("insert into thesaurus values ('ancienne', 'Liste \"ancienne\"', 'externe', 'É\\diteur', 'Source', 'Libre')"), args![]).await.unwrap();
    tx.execute(
        sql("insert into livraison values ('ancienne', '1', 'a.csv', $1, $2, 2, 2, false, true, $3)"),
        args![digest(LIST), LIST.as_bytes().to_vec(), then],
    )
    .await
    .unwrap();
    tx.execute(
        sql("insert into concept values ('ancienne', '1', '1', $1, null, 1, true, '[]', null, null)"),
        args!["Un \"cité\" \\ été"],
    )
    .await
    .unwrap();
    tx.execute(sql("insert into concept values ('ancienne', '1', '2', 'Deux', '1', 2, true, '[\"Two\"]', 'cmr', 'Note')"), args![]).await.unwrap();
    tx.execute(sql("insert into matrice values ('m', '1', 'exposition', 'ancienne', '1', 'ancienne', '1', $1, $2, true)"), args![digest(MATRIX), MATRIX.as_bytes().to_vec()]).await.unwrap();
    tx.execute(sql("insert into matrice_cellule values ('m', '1', 1, '1', '2', 'forte'), ('m', '1', 2, '1', '9', 'faible')"), args![]).await.unwrap();
    tx.commit().await.unwrap();
    db.migrate(testkit::clock().as_ref()).await.unwrap();
    db
}

const UNGUARD: [&[&str]; 2] = [
    &[
        "drop trigger concept_inalterable_modification",
        "drop trigger livraison_inalterable_modification",
        "drop trigger matrice_inalterable_modification",
        "drop trigger matrice_cellule_inalterable_modification",
    ],
    &[
        "alter table concept disable trigger user",
        "alter table livraison disable trigger user",
        "alter table matrice disable trigger user",
        "alter table matrice_cellule disable trigger user",
    ],
];

/// The places found after these changes, made without guards. Nothing of them stays.
async fn found(db: &Db, texts: &[&str]) -> Vec<(String, String)> {
    let mut tx = db.begin().await.unwrap();
    for text in UNGUARD[usize::from(db.engine_name() != "sqlite")].iter().chain(texts) {
        tx.execute(sql(text), args![]).await.unwrap();
    }
    let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
    faults.into_iter().filter(|f| f.field != "trigger").map(|f| (f.id, f.field)).collect()
}

async fn verified_whole(db: &Db) {
    let mut tx = db.read().await.unwrap();
    let report = thesaurus::verify(&mut tx).await.unwrap();
    assert!(report.is_sound() && report.cells == 2, "{report:?}");
    assert_eq!(thesaurus::delivery_report(&mut tx, "ancienne", "1").await.unwrap().unwrap().integrated, 2);
    let term = &thesaurus::release(&mut tx, "ancienne", "1").await.unwrap().unwrap().terms[1];
    assert_eq!((term.synonyms.as_slice(), term.level.as_deref()), (&["Two".to_owned()][..], None));
    drop(tx);
    for (text, id, field) in [
        (
            "update concept set label = 'deux' where thesaurus_id = 'ancienne' and code = '2'",
            "ancienne",
            "label",
        ),
        // Not even what was not kept then may be filled in.
        (
            "update concept set niveau = 'Niveau 9' where thesaurus_id = 'ancienne' and code = '2'",
            "ancienne",
            "niveau",
        ),
        (
            "update concept set risque_particulier = 'oui' where thesaurus_id = 'ancienne' and code = '2'",
            "ancienne",
            "risque_particulier",
        ),
        (
            "update livraison set gestionnaire = 'Autre' where thesaurus_id = 'ancienne'",
            "ancienne",
            "gestionnaire",
        ),
        ("update livraison set bordereau = null where thesaurus_id = 'ancienne'", "ancienne", "bordereau"),
        ("update matrice set titre = 'Autre' where id = 'm'", "m", "titre"),
        ("update matrice set bordereau = null where id = 'm'", "m", "bordereau"),
        (
            "update matrice_cellule set plausibilite = 'forte' where matrice_id = 'm' and rang = 2",
            "m",
            "plausibilite",
        ),
        (
            "update matrice_cellule set cible_label = 'Trois' where matrice_id = 'm' and rang = 1",
            "m",
            "cible_label",
        ),
    ] {
        let faults = found(db, &[text]).await;
        assert!(faults.contains(&(id.to_owned(), field.to_owned())), "{text}: {faults:?}");
    }
}

#[tokio::test]
async fn what_the_first_program_kept_is_verified_whole_on_sqlite() {
    let dir = testkit::TempDir::new();
    let db = first_program(&DatabaseUrl::in_dir(dir.path())).await;
    verified_whole(&db).await;
    // Moved to the other engine, it is still what it was.
    let other = testkit::postgres().await;
    db.copy_to(&other.db, testkit::clock().as_ref(), &mut |_, _| {}).await.unwrap();
    verified_whole(&other.db).await;
}

#[tokio::test]
async fn what_the_first_program_kept_is_verified_whole_on_postgres() {
    verified_whole(&first_program(&testkit::empty_postgres().await).await).await;
}

testkit::on_both_engines! {
    async fn a_delivery_of_today_does_not_pass_for_one_of_the_first_program(t) {
        loaded(&t.db, &delivery("neuve", "1", "code;libelle\n1;Un\n")).await.unwrap();
        // Without receipt or layout, fewer columns would be compared: their absence is named.
        let receipt = "update livraison set bordereau = null";
        assert_eq!(found(&t.db, &[receipt]).await, [("neuve".to_owned(), "bordereau".to_owned())]);
        let forged = {
            let mut tx = t.db.read().await.unwrap();
            let row = tx.one(sql("select bordereau from livraison"), args![]).await.unwrap().unwrap();
            row.get::<String>("bordereau").unwrap().replace("\"disposition\":\"csv\"", "\"disposition\":null")
        };
        assert!(forged.contains("\"disposition\":null"), "{forged}");
        let both = format!("update livraison set disposition = null, bordereau = '{}'", forged.replace('\'', "''"));
        assert!(found(&t.db, &[&both]).await.contains(&("neuve".to_owned(), "disposition".to_owned())));
    }
}
