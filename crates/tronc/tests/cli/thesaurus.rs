//! `tronc thesaurus …` on a data directory that holds nothing else.

use std::path::Path;

use testkit::TempDir;

use crate::{done, err, file, json, out, refused, tronc};

const Y2026: &str = "\
code;libelle;code parent;statut;synonymes
A;Agents;;actif;
A1;Plomb;A;actif;saturnisme
A2;Bruit;A;actif;
A3;Amiante;A;inactif;
B;Gestes;;actif;
";
const Y2027: &str = "\
code;libelle;code parent;statut;synonymes
A;Agents;;actif;
A1;Plomb et composés;A;actif;saturnisme
A2;Bruit;B;actif;
B;Gestes;;inactif;
C;Vibrations;;actif;
";
/// Every format that keeps a whole list.
const WHOLE: [&str; 7] = ["csv", "xlsx", "livraison", "skos", "skos-rdf", "fhir", "tab"];

/// Two years of a list, the first in use.
fn two_years() -> TempDir {
    let dir = TempDir::new();
    let d = dir.path();
    let (a, b) = (file(d, "2026.csv", Y2026), file(d, "2027.csv", Y2027));
    done(d, &["thesaurus", "load", &a, "--list", "agents", "--version", "2026"]);
    let beside = done(d, &["thesaurus", "load", &b, "--list", "agents", "--version", "2027", "--not-in-use"]);
    assert!(beside.contains("5 rows read = 5 integrated + 0 rejected, not in use"), "{beside}");
    dir
}

fn exported(dir: &Path, list: &str, version: &str, format: &str) -> Vec<u8> {
    let o = tronc(dir, &["thesaurus", "export", list, "--version", version, "--format", format]);
    assert!(o.status.success(), "{format}: {}", err(&o));
    o.stdout
}

/// The label that is offered today.
fn offered(dir: &Path, text: &str) -> String {
    let found = json(dir, &["thesaurus", "search", "agents", text]);
    found[0]["label"].as_str().unwrap_or("nothing").to_owned()
}

#[test]
fn a_year_is_loaded_beside_the_one_in_use_put_in_use_and_taken_back() {
    let dir = two_years();
    let d = dir.path();
    let in_use = done(d, &["thesaurus", "list"]);
    assert!(in_use.contains("2026") && !in_use.contains("2027"), "{in_use}");
    let all = json(d, &["thesaurus", "list", "--all"]);
    let rows = all["lists"].as_array().unwrap();
    let held: Vec<_> =
        rows.iter().map(|l| (l["version"].as_str().unwrap(), l["in_use"].as_bool().unwrap())).collect();
    assert_eq!(held, [("2027", false), ("2026", true)]);
    assert!(rows.iter().all(|l| l["terms"] == 5 && l["sha256"].as_str().unwrap().len() == 64));
    for (version, label) in [("2027", "Plomb et composés"), ("2026", "Plomb"), ("2026", "Plomb")] {
        assert!(
            done(d, &["thesaurus", "activate", "agents", version])
                .contains(&format!("agents {version} is in use"))
        );
        assert_eq!(offered(d, "plomb"), label);
    }
    refused(
        &tronc(d, &["thesaurus", "activate", "agents", "2030"]),
        "version 2030 of `agents` is not loaded",
    );
    refused(&tronc(d, &["thesaurus", "activate", "metiers", "2026"]), "`metiers`");
    assert_eq!(offered(d, "plomb"), "Plomb");
    // The same file again changes nothing; another one under the same name is refused.
    let again = d.join("2026.csv");
    let again =
        done(d, &["thesaurus", "load", again.to_str().unwrap(), "--list", "agents", "--version", "2026"]);
    assert!(again.contains("already loaded: nothing changed"), "{again}");
    let other = d.join("2027.csv");
    refused(
        &tronc(d, &["thesaurus", "load", other.to_str().unwrap(), "--list", "agents", "--version", "2026"]),
        "a version never changes",
    );
    let verified = done(d, &["thesaurus", "verify"]);
    assert!(
        verified.contains("2 lists") && verified.contains("10 terms") && verified.contains(": 0 faults"),
        "{verified}"
    );
}

#[test]
fn a_list_comes_back_to_the_byte_and_in_every_format_that_can_be_loaded_again() {
    let dir = two_years();
    let d = dir.path();
    assert_eq!(exported(d, "agents", "2026", "delivered"), Y2026.as_bytes());
    assert_eq!(exported(d, "agents", "2027", "delivered"), Y2027.as_bytes());
    let to = d.join("copie.csv");
    let said = json(d, &["thesaurus", "export", "agents", "-o", to.to_str().unwrap()]);
    assert_eq!(said["bytes"], Y2026.len(), "the version in use, when none is named");
    assert_eq!(std::fs::read(&to).unwrap(), Y2026.as_bytes());
    for format in WHOLE {
        let copy = file(d, &format!("copie.{format}"), exported(d, "agents", "2026", format));
        let list = format!("copie-{format}");
        let report = json(d, &["thesaurus", "load", &copy, "--list", &list, "--version", "2026"]);
        assert_eq!((&report[0]["rows"], &report[0]["terms"]), (&5.into(), &5.into()), "{format}: {report}");
        assert_eq!(report[0]["rejected"].as_array().unwrap().len(), 0, "{format}: {report}");
        let same = done(d, &["thesaurus", "check", &copy, "--against", "agents@2026"]);
        assert!(
            same.contains("5 terms compared with agents@2026: 0 breaches, 0 unreadable rows"),
            "{format}: {same}"
        );
        let none = json(d, &["thesaurus", "diff", &list, "2026", "2026"]);
        assert_eq!(none["differences"]["changes"].as_array().unwrap().len(), 0);
    }
    // SVS is flat, and says that a term is inactive by a date: what it cannot hold is said.
    refused(&tronc(d, &["thesaurus", "export", "agents", "--format", "svs"]), "`A3` is inactive");
    let flat = file(d, "plat.csv", "code;libelle\n01;Un\n02;Deux\n");
    done(d, &["thesaurus", "load", &flat, "--list", "plat", "--version", "1"]);
    let svs = file(d, "plat.xml", exported(d, "plat", "1", "svs"));
    assert!(
        done(d, &["thesaurus", "load", &svs, "--list", "svs", "--version", "1"]).contains("2 integrated")
    );
    done(d, &["thesaurus", "check", &svs, "--against", "plat@1"]);
    refused(&tronc(d, &["thesaurus", "export", "agents", "--format", "pdf"]), "`pdf` is no format");
    refused(&tronc(d, &["thesaurus", "export", "metiers"]), "`metiers` is not loaded");
    refused(&tronc(d, &["thesaurus", "export", "agents", "--version", "1999"]), "1999");
}

#[test]
fn what_changed_between_two_years_is_counted_and_named() {
    let dir = two_years();
    let d = dir.path();
    let told = done(d, &["thesaurus", "diff", "agents", "2026", "2027"]);
    assert!(told.contains("agents: 5 terms in 2026, 5 in 2027, 4 codes in both"), "{told}");
    for line in [
        "new          C            Vibrations",
        "relabelled   A1",
        "inactivated  B",
        "deleted      A3",
        "moved        A2",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    assert!(told.contains("Touched: 0 records, 0 workers, 0 users"), "{told}");
    let diff = json(d, &["thesaurus", "diff", "agents", "2026", "2027"]);
    assert_eq!(
        (&diff["list"], &diff["from"], &diff["to"]),
        (&"agents".into(), &"2026".into(), &"2027".into())
    );
    let kinds = serde_json::json!({ "new": 1, "relabelled": 1, "inactivated": 1, "deleted": 1, "moved": 1 });
    assert_eq!(diff["differences"]["counts"]["kinds"], kinds);
    assert_eq!(diff["impact"]["total"], serde_json::json!({ "records": 0, "workers": 0, "users": 0 }));
    let relabelled = &diff["differences"]["changes"][0];
    assert_eq!((&relabelled["old"], &relabelled["new"]), (&"Plomb".into(), &"Plomb et composés".into()));
    let back = json(d, &["thesaurus", "diff", "agents", "2027", "2026"]);
    assert_eq!(back["differences"]["counts"]["kinds"]["reactivated"], 1, "{back}");
    refused(
        &tronc(d, &["thesaurus", "diff", "agents", "2026", "2030"]),
        "version 2030 of `agents` is not loaded",
    );
}

#[test]
fn a_list_whose_codes_all_changed_is_told_as_one_recoding() {
    let dir = TempDir::new();
    let d = dir.path();
    let labels = ["Plomb", "Bruit", "Amiante", "Vibrations", "Benzène", "Silice", "Froid", "Chaleur"];
    let list = |prefix: &str| {
        labels
            .iter()
            .enumerate()
            .fold("code;libelle\n".to_owned(), |all, (i, l)| format!("{all}{prefix}{i};{l}\n"))
    };
    for (version, prefix) in [("2026", "A"), ("2027", "Z")] {
        let f = file(d, version, list(prefix));
        done(d, &["thesaurus", "load", &f, "--list", "agents", "--version", version]);
    }
    let told = done(d, &["thesaurus", "diff", "agents", "2026", "2027"]);
    assert!(
        told.contains("The whole list was recoded: 8 codes have a new code, 0 have none, 0 are new."),
        "{told}"
    );
    assert!(!told.contains("deleted"), "{told}");
}

#[test]
fn a_search_forgives_faults_and_finds_synonyms() {
    let dir = two_years();
    let d = dir.path();
    let found = json(d, &["thesaurus", "search", "agents", "saturnism"]);
    assert_eq!((&found[0]["code"], &found[0]["found_by"]), (&"A1".into(), &"saturnisme".into()));
    assert_eq!(found[0]["path"], "Agents");
    assert_eq!(offered(d, "BRIUT"), "Bruit");
    assert!(
        done(d, &["thesaurus", "search", "agents", "zzzz"]).contains("Nothing in `agents` matches `zzzz`")
    );
}

/// One altered copy, the rule it breaks, and what is said of it.
const TAMPERED: &[(&str, &str, &str, &str, &str)] = &[
    ("a blank", "A1;Plomb;", "A1;Plomb ;", "E2", "U+0020"),
    ("a case", "A2;Bruit;", "A2;bruit;", "E2", "expected `Bruit`, found `bruit`"),
    ("an accent", "A2;Bruit;", "A2;Brûit;", "E2", "expected `Bruit`, found `Brûit`"),
    ("a code", "A1;Plomb;", "A1b;Plomb;", "E2", "`A1`"),
    ("the tree", "A2;Bruit;A;", "A2;Bruit;B;", "E2", "parent altered: expected `A`, found `B`"),
    ("a term missing", "A2;Bruit;A;actif;\n", "", "E1", "`A2`"),
    ("an inactive term offered", "A3;Amiante;A;inactif", "A3;Amiante;A;actif", "E3", "`A3`"),
    ("a term not offered", "B;Gestes;;actif", "B;Gestes;;inactif", "E1", "not offered"),
    ("a term added", "B;Gestes", "X;Maison;;actif;\nB;Gestes", "E3", "`X`"),
    ("autre made a term", "B;Gestes", "X;Autre;;actif;\nB;Gestes", "E8", "autre"),
    ("a synonym altered", "saturnisme", "Saturnisme", "E2", "found `Saturnisme`"),
    (
        "two terms that changed places",
        "A1;Plomb;A;actif;saturnisme\nA2;Bruit;A;actif;\n",
        "A2;Bruit;A;actif;\nA1;Plomb;A;actif;saturnisme\n",
        "E2",
        "out of order",
    ),
];

#[test]
fn each_breach_of_somebody_s_export_is_named_with_its_rule() {
    let dir = two_years();
    let d = dir.path();
    for (what, from, to, rule, said) in TAMPERED {
        assert!(Y2026.contains(from), "{what}");
        let copy = file(d, "export.csv", Y2026.replace(from, to));
        let o = tronc(d, &["thesaurus", "check", &copy, "--against", "agents@2026"]);
        assert!(!o.status.success(), "{what}: {}", out(&o));
        assert!(err(&o).contains("is not a faithful copy of agents@2026"), "{what}: {}", err(&o));
        let line = out(&o).lines().find(|l| l.contains(said)).unwrap_or_default().to_owned();
        assert!(line.trim_start().starts_with(rule), "{what}: no line of {rule} says {said} in {}", out(&o));
        let o = tronc(d, &["thesaurus", "check", &copy, "--against", "agents@2026", "--json"]);
        let report: serde_json::Value = serde_json::from_str(&out(&o)).unwrap();
        let breaches = report["breaches"].as_array().unwrap();
        assert!(!o.status.success() && breaches.iter().any(|b| b["rule"] == *rule), "{what}: {report}");
    }
    // A copy that is older, another vendor's row that cannot be read, a code given twice.
    let copy = file(d, "export.csv", format!("{Y2026};Sans code;;actif;\n"));
    let o = tronc(d, &["thesaurus", "check", &copy, "--against", "agents@2026"]);
    assert!(!o.status.success() && out(&o).contains("0 breaches, 1 unreadable rows"), "{}", out(&o));
    refused(&tronc(d, &["thesaurus", "check", &copy, "--against", "agents"]), "is not LIST@VERSION");
    refused(&tronc(d, &["thesaurus", "check", &copy, "--against", "agents@1999"]), "is not loaded");
    refused(&tronc(d, &["thesaurus", "check", "/nowhere.csv", "--against", "agents@2026"]), "cannot read");
}

#[test]
fn a_byte_changed_behind_the_program_is_found_and_named() {
    let dir = two_years();
    let d = dir.path();
    let base = d.join("tronc.sqlite");
    let mut bytes = std::fs::read(&base).unwrap();
    // The label stands in the rows and, as UTF-8 too, in the file that was kept: the last place is one of them.
    let at = bytes.windows(7).rposition(|w| w == b"Amiante").expect("the base holds the label");
    bytes[at..at + 7].copy_from_slice(b"Amiente");
    std::fs::write(&base, bytes).unwrap();
    let o = tronc(d, &["thesaurus", "verify"]);
    assert!(!o.status.success(), "{}", out(&o));
    assert!(err(&o).contains("the base is not what was delivered"), "{}", err(&o));
    assert!(out(&o).contains("agents 2026"), "{}", out(&o));
    let o = tronc(d, &["thesaurus", "verify", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out(&o)).unwrap();
    assert!(!o.status.success() && !report["faults"].as_array().unwrap().is_empty(), "{report}");
}

#[test]
fn a_matrix_is_loaded_against_the_lists_of_its_year_and_exported() {
    let dir = two_years();
    let d = dir.path();
    let jobs = file(d, "metiers.csv", "code;libelle\nM1;Maçon\nM2;Peintre\n");
    done(d, &["thesaurus", "load", &jobs, "--list", "metiers", "--version", "2026"]);
    let cells = file(d, "mee.csv", "metier;cible;plausibilite\nM1;A2;forte\nM2;A1;moyenne\nM2;Z9;faible\n");
    let load = |version: &str, file: &str, trades: &str| {
        tronc(
            d,
            &[
                "thesaurus",
                "load-matrix",
                file,
                "--matrix",
                "mee",
                "--version",
                version,
                "--trades",
                trades,
                "--targets",
                "agents@2026",
            ],
        )
    };
    refused(&load("2026", &cells, "metiers@2025"), "which the matrix refers to, is not loaded");
    refused(&load("2026", &cells, "metiers"), "is not LIST@VERSION");
    let said = load("2026", &cells, "metiers@2026");
    assert!(said.status.success(), "{}", err(&said));
    // What its year does not have is kept and reported.
    assert!(
        out(&said).contains("mee 2026: 3 rows read = 3 integrated + 0 rejected")
            && out(&said).contains("`Z9` is not in its list"),
        "{}",
        out(&said)
    );
    let all = json(d, &["thesaurus", "list"]);
    assert_eq!((&all["matrices"][0]["matrix"], &all["matrices"][0]["cells"]), (&"mee".into(), &3.into()));
    for format in ["csv", "xlsx"] {
        let copy = file(d, &format!("mee.{format}"), exported(d, "mee", "2026", format));
        let again = load(&format!("2026-{format}"), &copy, "metiers@2026");
        assert!(out(&again).contains("3 integrated"), "{format}: {}{}", out(&again), err(&again));
    }
    refused(
        &tronc(d, &["thesaurus", "export", "mee", "--format", "skos"]),
        "a matrix is exported as xlsx or csv",
    );
    assert!(done(d, &["thesaurus", "verify"]).contains("3 matrices"));
}
