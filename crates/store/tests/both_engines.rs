//! The store on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use base::Clock as _;
use store::{DatabaseUrl, Db, MigrateError, OpenError, Schema, Select, Sql, StoreError, Value, args};

const MAKE: Sql = Sql {
    name: "tests::MAKE",
    text: "create table essai (cle text primary key, n bigint, vrai boolean, mesure double precision, octets bytea)",
};
const PUT: Sql = Sql {
    name: "tests::PUT",
    text: "insert into essai (cle, n, vrai, mesure, octets) values ($1, $2, $3, $4, $5)",
};
const GET: Sql =
    Sql { name: "tests::GET", text: "select cle, n, vrai, mesure, octets from essai where cle = $1" };
const COUNT: Sql = Sql { name: "tests::COUNT", text: "select count(*) as n from essai" };

testkit::on_both_engines! {
    async fn every_kind_of_value_comes_back_as_it_went(t) {
        let mut tx = t.db.begin().await.unwrap();
        tx.execute(MAKE, vec![]).await.unwrap();
        tx.execute(PUT, args!["é", 7i64, true, 70.0f64, vec![0u8, 255]]).await.unwrap();
        tx.execute(PUT, args!["zero", 0i64, false, -0.0f64, vec![0u8]]).await.unwrap();
        tx.execute(PUT, vec!["vide".into(), Value::Int(None), Value::Bool(None), Value::Real(None), Value::Bytes(None)]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.db.read().await.unwrap();
        let row = tx.one(GET, args!["é"]).await.unwrap().unwrap();
        assert_eq!(row.get::<String>("cle").unwrap(), "é");
        assert_eq!(row.get::<i64>("n").unwrap(), 7);
        assert!(row.get::<bool>("vrai").unwrap());
        assert!((row.get::<f64>("mesure").unwrap() - 70.0).abs() < 1e-9);
        assert_eq!(row.get::<Vec<u8>>("octets").unwrap(), [0, 255]);
        let nought: f64 = tx.one(GET, args!["zero"]).await.unwrap().unwrap().get("mesure").unwrap();
        assert!(nought.is_sign_positive(), "the engines disagree on the sign of nought");
        let empty = tx.one(GET, args!["vide"]).await.unwrap().unwrap();
        assert_eq!(empty.get::<Option<i64>>("n").unwrap(), None);
        assert_eq!(empty.get::<Option<Vec<u8>>>("octets").unwrap(), None);
        assert!(matches!(empty.get::<i64>("n"), Err(StoreError::Column { .. })));
    }

    async fn a_transaction_dropped_before_its_end_leaves_nothing(t) {
        let mut tx = t.db.begin().await.unwrap();
        tx.execute(MAKE, vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        tx.execute(PUT, args!["a", 1i64, true, 1.0f64, vec![1u8]]).await.unwrap();
        drop(tx);
        let mut tx = t.db.read().await.unwrap();
        assert_eq!(tx.one(COUNT, vec![]).await.unwrap().unwrap().get::<i64>("n").unwrap(), 0);
    }

    async fn a_second_row_with_the_same_key_is_a_conflict(t) {
        let mut tx = t.db.begin().await.unwrap();
        tx.execute(MAKE, vec![]).await.unwrap();
        tx.execute(PUT, args!["a", 1i64, true, 1.0f64, vec![1u8]]).await.unwrap();
        let again = tx.execute(PUT, args!["a", 1i64, true, 1.0f64, vec![1u8]]).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    }

    async fn many_rows_go_in_and_text_sorts_by_bytes(t) {
        let mut tx = t.db.begin().await.unwrap();
        let rows = (0..1000).map(|i| vec![Value::from(format!("{i:04}")), "2026-11-24T00:00:00.000Z".into(), "x".into(), "{}".into(), 0i64.into()]);
        assert_eq!(tx.insert_many("outbox", &["id", "le", "sorte", "charge", "essais"], rows).await.unwrap(), 1000);
        for id in ["é", "Z", "a", "b-c", "B"] {
            let row = vec![vec![id.into(), "2026".into(), "tri".into(), "{}".into(), 0i64.into()]];
            tx.insert_many("outbox", &["id", "le", "sorte", "charge", "essais"], row).await.unwrap();
        }
        let rows = Select::new("tests::SORT", "select id from outbox")
            .filter("sorte = {}", args!["tri"])
            .tail("order by id", vec![])
            .all(&mut tx)
            .await
            .unwrap();
        let ids: Vec<String> = rows.iter().map(|r| r.get("id").unwrap()).collect();
        assert_eq!(ids, ["B", "Z", "a", "b-c", "é"]);
    }

    async fn migrating_twice_changes_nothing_and_a_newer_base_is_refused(t) {
        let again = t.db.migrate(testkit::clock().as_ref()).await.unwrap();
        assert!(again.applied.is_empty());
        assert_eq!(t.db.schema_version().await.unwrap(), again.version);
        let mut tx = t.db.begin().await.unwrap();
        tx.insert_many("migration", &["version", "name", "sha256", "applied_at"],
            vec![vec![9999i64.into(), "9999_demain".into(), "x".into(), testkit::clock().now().into()]]).await.unwrap();
        tx.commit().await.unwrap();
        let refused = t.db.migrate(testkit::clock().as_ref()).await;
        assert!(matches!(refused, Err(MigrateError::Newer { found: 9999, .. })), "{refused:?}");
    }

    async fn every_statement_of_the_store_prepares(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in store::STATEMENTS.iter().flat_map(|s| s.iter()) {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }
}

/// Both engines hold the same tables, columns, keys and indexes.
mod parity {
    use super::*;

    #[tokio::test]
    async fn postgres_and_sqlite_have_one_schema() {
        let (a, b) = (testkit::sqlite().await, testkit::postgres().await);
        let (a, b) = (Schema::read(&a.db).await.unwrap(), Schema::read(&b.db).await.unwrap());
        assert!(a.tables.len() > 20);
        for (left, right) in a.tables.iter().zip(&b.tables) {
            assert_eq!(left, right);
        }
        assert_eq!(a.tables.len(), b.tables.len());
    }

    #[tokio::test]
    async fn postgres_site_moves_to_sqlite_and_back_without_a_change() {
        let from = testkit::postgres().await;
        let mut tx = from.db.begin().await.unwrap();
        let rows = (0..1234).map(|i| {
            vec![
                Value::from(format!("{i:05}")),
                "2026-11-24T00:00:00.000Z".into(),
                "x".into(),
                "{\"é\":1}".into(),
                i64::from(i).into(),
            ]
        });
        tx.insert_many("outbox", &["id", "le", "sorte", "charge", "essais"], rows).await.unwrap();
        tx.commit().await.unwrap();
        let clock = testkit::clock();
        let (middle, back) = (testkit::sqlite().await, testkit::postgres().await);
        let mut told = Vec::new();
        let report = from
            .db
            .copy_to(&middle.db, clock.as_ref(), &mut |t, n| told.push((t.to_owned(), n)))
            .await
            .unwrap();
        assert_eq!(report.tables.iter().find(|t| t.name == "outbox").unwrap().rows, 1234);
        assert!(told.contains(&("outbox".to_owned(), 1234)));
        middle.db.copy_to(&back.db, clock.as_ref(), &mut |_, _| {}).await.unwrap();
        assert_eq!(from.db.digest().await.unwrap(), back.db.digest().await.unwrap());
        let refused = from.db.copy_to(&back.db, clock.as_ref(), &mut |_, _| {}).await;
        assert!(refused.unwrap_err().to_string().contains("copy into an empty database"));
        let file = from.dir().join("copie.sqlite");
        from.db.backup(&file, clock.as_ref()).await.unwrap();
        let copy = Db::open(&DatabaseUrl::Sqlite(file.clone())).await.unwrap();
        assert_eq!(copy.digest().await.unwrap(), from.db.digest().await.unwrap());
        assert!(
            from.db.backup(&file, clock.as_ref()).await.unwrap_err().to_string().contains("never overwrites")
        );
    }
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_alone() {
    let dir = testkit::TempDir::new();
    let file = dir.path().join("tronc.sqlite");
    std::fs::write(&file, vec![b'x'; 8192]).unwrap();
    let opened = Db::open(&DatabaseUrl::Sqlite(file.clone())).await;
    assert!(matches!(opened, Err(OpenError::Broken { .. })), "{opened:?}");
    assert_eq!(std::fs::read(&file).unwrap(), vec![b'x'; 8192]);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let dir = testkit::TempDir::new();
    let file = dir.path().join("fichier");
    std::fs::write(&file, "").unwrap();
    let opened = Db::open(&DatabaseUrl::Sqlite(file.join("tronc.sqlite"))).await;
    assert!(matches!(opened, Err(OpenError::NotWritable { .. })), "{opened:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    let url = DatabaseUrl::parse("postgres://moi:secret@127.0.0.1:1/x").unwrap();
    let error = Db::open(&url).await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1:1") && !error.contains("secret"), "{error}");
}
