//! The command line, as a person at a terminal meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod bad_input;
mod classeur;
mod federation;
mod livraisons;
mod thesaurus;

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use testkit::TempDir;

fn tronc(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().unwrap()
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_tronc"));
    c.arg("--data-dir").arg(dir).args(args).env_remove("TRONC_DATABASE_URL").env_remove("TRONC_DATA_DIR");
    c
}

fn out(o: &Output) -> String {
    String::from_utf8_lossy(&o.stdout).into_owned()
}

fn err(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}

/// A refusal is one English line and a status; never a stack trace.
fn refused(o: &Output, words: &str) {
    assert!(!o.status.success(), "{}", out(o));
    let said = err(o);
    assert!(said.starts_with("error: ") && said.trim_end().lines().count() == 1, "{said}");
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
}

/// What a command that succeeds says.
#[track_caller]
fn done(dir: &Path, args: &[&str]) -> String {
    let o = tronc(dir, args);
    assert!(o.status.success(), "{args:?}: {}{}", out(&o), err(&o));
    out(&o)
}

/// The same, for programs.
#[track_caller]
fn json(dir: &Path, args: &[&str]) -> serde_json::Value {
    let said = done(dir, &[args, &["--json"]].concat());
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{args:?}: {e} in {said}"))
}

/// A file to give to a command: its path.
fn file(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn add_user(dir: &Path, login: &str, password: &str) -> Output {
    let mut child = command(
        dir,
        &[
            "user",
            "add",
            "--login",
            login,
            "--first-name",
            "Anne",
            "--name",
            "Martin",
            "--role",
            "medecin",
            "--rpps",
            "10005173140",
        ],
    )
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn an_empty_service_is_set_up_step_by_step_and_the_doctor_says_what_is_left() {
    let dir = TempDir::new();
    let d = dir.path();
    let first = tronc(d, &["doctor"]);
    assert!(!first.status.success() && out(&first).contains("MEND service"), "{}", out(&first));
    refused(&add_user(d, "amartin", "brise-vent-orge"), "there is no centre yet");
    refused(
        &tronc(
            d,
            &[
                "service",
                "set",
                "--name",
                "S",
                "--siren",
                "732829321",
                "--address",
                "a",
                "--phone",
                "0",
                "--email",
                "e",
            ],
        ),
        "SIREN",
    );
    assert!(
        tronc(
            d,
            &[
                "service",
                "set",
                "--name",
                "SPST d'essai",
                "--siren",
                "732829320",
                "--address",
                "1 rue X",
                "--phone",
                "0254",
                "--email",
                "a@b.fr"
            ]
        )
        .status
        .success()
    );
    assert!(
        tronc(d, &["service", "add-centre", "--name", "Châteauroux", "--address", "1 rue X"])
            .status
            .success()
    );
    refused(
        &tronc(d, &["service", "add-centre", "--name", "Châteauroux", "--address", "1 rue X"]),
        "already",
    );
    refused(&add_user(d, "amartin", "court"), "at least 12 characters");
    let added = add_user(d, "amartin", "brise-vent-orge");
    assert!(added.status.success(), "{}", err(&added));
    refused(&add_user(d, "amartin", "brise-vent-orge"), "already in use");
    assert!(tronc(d, &["thesaurus", "starter"]).status.success());
    let last = tronc(d, &["doctor", "--json"]);
    assert!(last.status.success(), "{}", out(&last));
    let checks: serde_json::Value = serde_json::from_str(&out(&last)).unwrap();
    assert!(checks.as_array().unwrap().iter().all(|c| c["ok"] == true), "{checks}");
    let users = tronc(d, &["user", "list", "--json"]);
    assert!(out(&users).contains("\"amartin\"") && !out(&users).contains("argon2"));
}

#[test]
fn a_database_that_is_broken_newer_or_out_of_reach_is_named_and_left_alone() {
    let dir = TempDir::new();
    let broken = dir.path().join("broken");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("tronc.sqlite"), vec![b'x'; 9000]).unwrap();
    refused(&tronc(&broken, &["migrate"]), "restore a backup");
    assert_eq!(std::fs::read(broken.join("tronc.sqlite")).unwrap(), vec![b'x'; 9000]);
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&tronc(&file.join("sub"), &["migrate"]), "--data-dir");
    refused(&tronc(dir.path(), &["--database-url", "mysql://a/b", "migrate"]), "not a database address");
    refused(
        &tronc(dir.path(), &["--database-url", "postgres://a:secret@127.0.0.1:1/x", "migrate"]),
        "127.0.0.1:1",
    );
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_refused_and_left_as_it_was() {
    let dir = TempDir::new();
    assert!(tronc(dir.path(), &["migrate"]).status.success());
    let db = store::Db::open(&store::DatabaseUrl::in_dir(dir.path())).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let tomorrow =
        vec![vec![9999i64.into(), "9999_demain".into(), "x".into(), "2027-01-01T00:00:00.000Z".into()]];
    tx.insert_many("migration", &["version", "name", "sha256", "applied_at"], tomorrow).await.unwrap();
    tx.commit().await.unwrap();
    let before = db.digest().await.unwrap();
    for command in [["migrate"].as_slice(), &["serve", "--listen", "127.0.0.1:0"], &["thesaurus", "starter"]]
    {
        refused(&tronc(dir.path(), command), "install the newer program");
    }
    assert_eq!(db.digest().await.unwrap(), before);
}

#[test]
fn a_backup_is_restored_elsewhere_and_never_overwrites() {
    let dir = TempDir::new();
    let (a, b, file) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("copie.sqlite"));
    assert!(tronc(&a, &["thesaurus", "starter"]).status.success());
    let file = file.to_str().unwrap();
    let made = tronc(&a, &["backup", file, "--json"]);
    assert!(made.status.success(), "{}", err(&made));
    refused(&tronc(&a, &["backup", file]), "never overwrites");
    let back = tronc(&b, &["restore", file, "--json"]);
    assert!(back.status.success(), "{}", err(&back));
    assert_eq!(out(&made), out(&back), "the same rows and the same digests");
    refused(&tronc(&b, &["restore", file]), "empty database");
    refused(&tronc(&b, &["restore", "/nowhere/at/all.sqlite"]), "does not exist");
}

#[test]
fn a_port_in_use_is_said_with_what_to_do() {
    let dir = TempDir::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&tronc(dir.path(), &["serve", "--listen", &address]), "choose one with --listen");
}

#[test]
fn the_law_is_explained_without_a_database() {
    let dir = TempDir::new();
    let facts = dir.path().join("faits.json");
    std::fs::write(
        &facts,
        r#"{"naissance":"1984-05-12","affectations":[{"embauche":"2026-10-01","debut":"2026-10-01"}]}"#,
    )
    .unwrap();
    let answer = tronc(dir.path(), &["droit", "explain", facts.to_str().unwrap(), "--at", "2026-11-24"]);
    assert!(answer.status.success(), "{}", err(&answer));
    let answer: serde_json::Value = serde_json::from_str(&out(&answer)).unwrap();
    assert_eq!(answer["echeances"][0]["au_plus_tard"], "2027-01-01");
    assert!(!dir.path().join("tronc.sqlite").exists());
    std::fs::write(&facts, r#"{"naissance":"1984-05-12","inconnu":1}"#).unwrap();
    refused(
        &tronc(dir.path(), &["droit", "explain", facts.to_str().unwrap(), "--at", "2026-11-24"]),
        "inconnu",
    );
}

#[test]
fn settings_say_where_they_come_from_and_completions_print() {
    let dir = TempDir::new();
    let check = tronc(dir.path(), &["config", "check", "--json"]);
    assert!(out(&check).contains("--data-dir"), "{}", out(&check));
    let script = tronc(dir.path(), &["completions", "bash"]);
    assert!(out(&script).contains("copy-database"));
}

/// Moving a site to PostgreSQL and back.
mod copy {
    use super::*;

    #[tokio::test]
    async fn postgres_and_back_by_the_command_line() {
        let dir = TempDir::new();
        let a = dir.path().join("a");
        assert!(tronc(&a, &["thesaurus", "starter"]).status.success());
        let server = testkit::empty_postgres().await;
        let store::DatabaseUrl::Postgres(server) = server else { panic!("a PostgreSQL address") };
        let from = format!("sqlite:{}", a.join("tronc.sqlite").display());
        let to = tronc(&a, &["copy-database", &from, &server, "--json"]);
        assert!(to.status.success(), "{}", err(&to));
        let back = format!("sqlite:{}", dir.path().join("b.sqlite").display());
        let home = tronc(&a, &["copy-database", &server, &back, "--json"]);
        assert_eq!(out(&to), out(&home));
        refused(&tronc(&a, &["copy-database", &from, &server]), "empty database");
        refused(&tronc(&a, &["copy-database", "sqlite:/nowhere.sqlite", &server]), "does not exist");
    }
}
