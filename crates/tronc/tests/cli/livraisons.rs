//! `tronc thesaurus load`, `load-matrix` and `activate`: what a delivery says of its list, and the trace they leave.

use testkit::TempDir;

use crate::{done, file, json, out, refused, tronc};

const LIST: &str = "code;libelle\nA;Agents\nB;Bruit\n";

fn row<'a>(all: &'a serde_json::Value, list: &str, version: &str) -> &'a serde_json::Value {
    let rows = all["lists"].as_array().unwrap();
    rows.iter().find(|l| l["list"] == list && l["version"] == version).unwrap_or_else(|| panic!("{all}"))
}

#[test]
fn a_delivery_without_a_word_takes_the_facts_of_the_list_in_use_never_those_of_a_starter() {
    let dir = TempDir::new();
    let d = dir.path();
    done(d, &["thesaurus", "starter"]);
    let f = file(d, "expositions.csv", LIST);
    done(
        d,
        &["thesaurus", "load", &f, "--list", "expositions", "--version", "2027", "--issued", "2027-01-31"],
    );
    let all = json(d, &["thesaurus", "list", "--all"]);
    let starter = row(&all, "expositions", "depart-2026")["title"].as_str().unwrap().to_owned();
    let official = row(&all, "expositions", "2027");
    assert_eq!(official["issued"], "2027-01-31");
    assert!(starter.contains("(liste de départ)"), "{starter}");
    assert_eq!(official["title"], starter.replace(" (liste de départ)", ""));
    let fhir = ["thesaurus", "export", "expositions", "--format", "fhir"];
    let written = done(d, &fhir);
    assert!(!written.contains("EUPL") && !written.contains("liste de départ"), "{written}");
    let g = file(d, "2028.csv", "code;libelle\nA;Agents\n");
    let told = ["--title", "Expositions professionnelles", "--manager", "Présanse", "--licence", "Libre"];
    done(
        d,
        &[&["thesaurus", "load", &g, "--list", "expositions", "--version", "2028"], told.as_slice()].concat(),
    );
    let h = file(d, "2029.csv", "code;libelle\nB;Bruit\n");
    done(d, &["thesaurus", "load", &h, "--list", "expositions", "--version", "2029"]);
    assert_eq!(
        row(&json(d, &["thesaurus", "list"]), "expositions", "2029")["title"],
        "Expositions professionnelles"
    );
    assert!(done(d, &fhir).contains("Présanse"), "the manager holds");
    refused(
        &tronc(d, &["thesaurus", "load", &h, "--list", "charger", "--version", "1"]),
        "`charger` is no name",
    );
}

#[test]
fn a_list_that_is_not_in_use_is_listed_on_request() {
    let dir = TempDir::new();
    let d = dir.path();
    let f = file(d, "a.csv", LIST);
    done(d, &["thesaurus", "load", &f, "--list", "a", "--version", "1", "--not-in-use"]);
    let all = done(d, &["thesaurus", "list", "--all"]);
    assert!(all.contains("not in use"), "{all}");
    assert!(!done(d, &["thesaurus", "list"]).contains("Liste a"), "{all}");
    refused(&tronc(d, &["thesaurus", "export", "a"]), "no version in use");
    done(d, &["thesaurus", "activate", "a", "1"]);
    assert_eq!(row(&json(d, &["thesaurus", "list"]), "a", "1")["in_use"], true);
}

#[test]
fn a_matrix_is_given_back_as_delivered_and_put_in_use() {
    let dir = TempDir::new();
    let d = dir.path();
    let list = file(d, "a.csv", LIST);
    for name in ["a", "m"] {
        done(d, &["thesaurus", "load", &list, "--list", name, "--version", "1"]);
    }
    let content = ["metier;cible;plausibilite\nA;B;forte\n", "metier;cible;plausibilite\nA;B;faible\n"];
    for (version, content) in ["1", "2"].into_iter().zip(content) {
        let f = file(d, &format!("mee{version}.csv"), content);
        let load = ["thesaurus", "load-matrix", &f, "--matrix", "mee", "--version", version];
        let beside = ["--trades", "m@1", "--targets", "a@1", "--not-in-use"];
        let all = [load.as_slice(), if version == "1" { &beside[..4] } else { &beside[..] }].concat();
        done(d, &all);
    }
    assert_eq!(done(d, &["thesaurus", "export", "mee"]), content[0]);
    done(d, &["thesaurus", "activate", "mee", "2"]);
    assert_eq!(done(d, &["thesaurus", "export", "mee"]), content[1]);
    refused(&tronc(d, &["thesaurus", "activate", "mee", "9"]), "9");
}

#[test]
fn the_delivery_workbook_has_its_change_sheet_since_a_version() {
    let dir = TempDir::new();
    let d = dir.path();
    for (version, text) in [("1", LIST), ("2", "code;libelle\nA;Agents\nB;Bruit et vibrations\n")] {
        let f = file(d, &format!("{version}.csv"), text);
        done(d, &["thesaurus", "load", &f, "--list", "a", "--version", version]);
    }
    let book = |extra: &[&str]| {
        let o = tronc(d, &[&["thesaurus", "export", "a", "--format", "livraison"], extra].concat());
        assert!(o.status.success(), "{}", out(&o));
        o.stdout
    };
    let (alone, since) = (book(&[]), book(&["--since", "1"]));
    assert!(alone.starts_with(b"PK") && since.len() > alone.len(), "{} {}", alone.len(), since.len());
    refused(&tronc(d, &["thesaurus", "export", "a", "--format", "livraison", "--since", "9"]), "version 9");
    refused(&tronc(d, &["thesaurus", "export", "a", "--format", "csv", "--since", "1"]), "change sheet");
}

#[test]
fn a_term_that_the_list_once_had_is_told_from_a_foreign_one() {
    let dir = TempDir::new();
    let d = dir.path();
    for (version, text) in [("1", LIST), ("2", "code;libelle\nA;Agents\n")] {
        let f = file(d, &format!("{version}.csv"), text);
        done(d, &["thesaurus", "load", &f, "--list", "a", "--version", version]);
    }
    let export = file(d, "export.csv", "code;libelle\nA;Agents\nB;Bruit\nZ;Étranger\n");
    let o = tronc(d, &["thesaurus", "check", &export, "--against", "a@2", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&out(&o)).unwrap();
    let kinds: Vec<_> =
        said["breaches"].as_array().unwrap().iter().map(|b| b.to_string().contains("\"1\"")).collect();
    assert_eq!(kinds, [true, false], "the former one names its version: {said}");
}

#[tokio::test]
async fn each_load_and_each_switch_leaves_a_line_in_the_journal() {
    let dir = TempDir::new();
    let d = dir.path();
    let f = file(d, "a.csv", LIST);
    done(d, &["thesaurus", "load", &f, "--list", "a", "--version", "1"]);
    let g = file(d, "b.csv", "code;libelle\nA;Autres\n");
    done(d, &["thesaurus", "load", &g, "--list", "a", "--version", "2", "--not-in-use"]);
    done(d, &["thesaurus", "activate", "a", "2"]);
    let db = store::Db::open(&store::DatabaseUrl::in_dir(d)).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let lines = store::lines_about(&mut tx, "service", "a", 50).await.unwrap();
    for (why, before, after) in [
        ("chargement d'une livraison", None, Some("a 1")),
        ("chargement d'une livraison", None, Some("a 2")),
        ("mise en service d'une version", Some("1"), Some("2")),
    ] {
        let found = lines.iter().any(|l| {
            l.motif.as_deref() == Some(why) && l.avant.as_deref() == before && l.apres.as_deref() == after
        });
        assert!(found, "{why}: {lines:?}");
    }
}
