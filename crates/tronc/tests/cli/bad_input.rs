//! Files that nobody should be sent, given to the command line: one clear line each, nothing half loaded, and the
//! version in use keeps answering.

use std::fmt::Write as _;

use testkit::TempDir;

use crate::{classeur, done, err, file, json, out, refused, tronc};

const SOUND: &str = "code;libelle;parent\n01;Agents;\n011;Plomb;01\n";

/// A service with one list in use.
fn service() -> TempDir {
    let dir = TempDir::new();
    let sound = file(dir.path(), "sain.csv", SOUND);
    done(dir.path(), &["thesaurus", "load", &sound, "--list", "agents", "--version", "2026"]);
    dir
}

fn laughs(root: &str) -> String {
    let mut text = format!("<?xml version=\"1.0\"?>\n<!DOCTYPE {root} [<!ENTITY l0 \"ha\">");
    for i in 1..10 {
        let _ = write!(text, "<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10));
    }
    text + &format!("]><{root}>&l9;</{root}>")
}

fn deep() -> String {
    (1..40).fold("code;libelle;parent\n0;Racine;\n".to_owned(), |all, n| {
        format!("{all}{n};Niveau {n};{}\n", n - 1)
    })
}

#[test]
fn a_file_that_cannot_be_a_list_is_refused_whole_in_one_line() {
    let dir = service();
    let d = dir.path();
    let copy = d.join("copie.xlsx");
    done(d, &["thesaurus", "export", "agents", "--format", "xlsx", "-o", copy.to_str().unwrap()]);
    let workbook = std::fs::read(&copy).unwrap();
    let o = tronc(d, &["thesaurus", "export", "agents", "--format", "fhir"]);
    let fhir = o.stdout;
    let utf16: Vec<u8> = "\u{feff}code;libelle\nA;b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = |n: usize| {
        (0..n).fold("code;libelle\n".to_owned(), |mut all, i| {
            let _ = writeln!(all, "{i};Terme {i}");
            all
        })
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a cycle", "code;libelle;parent\nA;a;C\nB;b;A\nC;c;B\n".into(), "each other's parents"),
        ("a term above itself", "code;libelle;parent\nA;a;A\n".into(), "each other's parents: A"),
        ("too deep a tree", deep().into(), "deeper than 32 levels"),
        ("200,000 rows", rows(200_000).into(), "more than 100000 rows"),
        (
            "no row that can be kept",
            "code;libelle\n;a\nB;\n".into(),
            "none of the 2 rows could be integrated",
        ),
        ("no row at all", "code;libelle\n".into(), "none of the 0 rows could be integrated"),
        ("nothing at all", Vec::new(), "none of the 0 rows"),
        ("other columns", "nom;prix\nA;1\n".into(), "no known layout has these columns: nom, prix"),
        (
            "a quotation mark left open",
            "code;libelle\nA;\"Plomb\nB;Bruit\n".into(),
            "a quotation mark is not closed",
        ),
        ("UTF-16", utf16, "UTF-16"),
        (
            "bytes that are no text",
            b"code;libelle\nA;\x81\x8d\x90\n".to_vec(),
            "neither UTF-8 nor Windows-1252",
        ),
        ("a bomb that says so", classeur::bomb(258 * 4_000, 1 << 31), "once decompressed"),
        ("a bomb that lies", classeur::bomb(300 << 20, 10_000), "truncated or damaged"),
        ("a truncated workbook", workbook[..workbook.len() / 2].to_vec(), "truncated or damaged"),
        ("a truncated FHIR file", fhir[..fhir.len() / 2].to_vec(), "truncated or damaged"),
        (
            "a workbook of the former kind",
            [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600]].concat(),
            "former kind",
        ),
        ("a billion laughs", laughs("RDF").into(), "declares entities"),
        ("a billion laughs in SVS", laughs("ValueSet").into(), "declares entities"),
        (
            "a truncated SVS file",
            "<RetrieveValueSetResponse><ValueSet id=\"1\"><ConceptList><Concept code=\"A\"".into(),
            "truncated or damaged",
        ),
        ("another XML", "<html><body>non</body></html>".into(), "`html` is no nomenclature"),
        ("another JSON", "{\"resourceType\":\"Patient\"}".into(), "the JSON holds `Patient`"),
        (
            "Turtle cut in the middle",
            "@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n<urn:a> a s:Concept ; s:prefL".into(),
            "truncated or damaged",
        ),
        ("a reserved code", "code;libelle\nautre;Autre\n".into(), "is reserved"),
    ];
    for (what, bytes, said) in cases {
        let bad = file(d, "mauvais", bytes);
        let o = tronc(d, &["thesaurus", "load", &bad, "--list", "agents", "--version", "2027"]);
        assert!(err(&o).contains(said), "{what}: {}{}", out(&o), err(&o));
        refused(&o, said);
        // The same file as somebody's export: no stack trace either.
        let o = tronc(d, &["thesaurus", "check", &bad, "--against", "agents@2026"]);
        assert!(!o.status.success() && !err(&o).contains("panicked"), "{what}: {}", err(&o));
    }
    // Named a layout that it is not.
    let sound = d.join("sain.csv");
    for layout in ["fhir", "skos", "svs", "xlsx", "tep"] {
        let o = tronc(
            d,
            &[
                "thesaurus",
                "load",
                sound.to_str().unwrap(),
                "--list",
                "agents",
                "--version",
                "2027",
                "--layout",
                layout,
            ],
        );
        assert!(!o.status.success() && err(&o).starts_with("error: "), "{layout}: {}", out(&o));
    }
    refused(
        &tronc(
            d,
            &[
                "thesaurus",
                "load",
                sound.to_str().unwrap(),
                "--list",
                "agents",
                "--version",
                "2027",
                "--layout",
                "pdf",
            ],
        ),
        "`pdf` is no layout",
    );
    refused(
        &tronc(d, &["thesaurus", "load", sound.to_str().unwrap(), "--list", "../agents", "--version", "1"]),
        "is no name",
    );
    let all = json(d, &["thesaurus", "list", "--all"]);
    assert_eq!(all["lists"].as_array().unwrap().len(), 1, "nothing half loaded: {all}");
    assert_eq!(json(d, &["thesaurus", "search", "agents", "plomb"])[0]["code"], "011");
    assert!(
        done(d, &["thesaurus", "verify"])
            .contains("1 lists, 0 matrices, 2 terms and 0 cells compared with their deliveries: 0 faults")
    );
}

#[test]
fn a_row_that_cannot_be_kept_is_told_and_the_others_are_kept() {
    let dir = service();
    let d = dir.path();
    let rows = "code;libelle;parent\nA;Agents;\nA1;Plomb;A\nA1;Plomb encore;A\n;Sans code;A\nA2;;A\nA3;Bruit;Z\nA4;Un;A;trop\n";
    let bad = file(d, "lignes.csv", rows);
    let told = done(d, &["thesaurus", "load", &bad, "--list", "agents", "--version", "2027"]);
    for line in [
        "agents 2027: 7 rows read = 3 integrated + 4 rejected",
        "row 4: the code is already on line 3",
        "row 5: the code is empty",
        "row 6: the label is empty",
        "row 8: 4 columns where the header has 3",
        "row 7, `A3`: its parent `Z` is not in the file",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let report = json(d, &["thesaurus", "load", &bad, "--list", "agents", "--version", "2027"]);
    assert_eq!((&report[0]["already_loaded"], &report[0]["rows"]), (&true.into(), &7.into()));
    assert_eq!(
        report[0]["rejected"][0],
        serde_json::json!({ "row": 4, "code": "A1", "reason": "the code is already on line 3" })
    );
}

#[test]
fn suspicious_texts_are_reported_and_never_mended() {
    let dir = service();
    let d = dir.path();
    let cases: [(&str, &[u8], &str, &str); 6] = [
        ("Windows-1252", b"code;libelle\nA;\xc9t\xe9\n", "the file is in Windows-1252", "Été"),
        (
            "a byte order mark",
            b"\xef\xbb\xbfcode;libelle\nA;\xc3\x89t\xc3\xa9\n",
            "1 integrated + 0 rejected",
            "Été",
        ),
        ("blanks at an end", b"code;libelle\nA; Plomb \n", "blanks at an end", " Plomb "),
        ("two blanks", b"code;libelle\nA;Plomb  gris\n", "two blanks in a row", "Plomb  gris"),
        (
            "a no-break space",
            "code;libelle\nA;Plomb\u{a0}gris\n".as_bytes(),
            "a no-break space",
            "Plomb\u{a0}gris",
        ),
        (
            "a curly apostrophe",
            "code;libelle\nA;L\u{2019}huile\n".as_bytes(),
            "a curly apostrophe",
            "L\u{2019}huile",
        ),
    ];
    for (i, (what, bytes, said, label)) in cases.into_iter().enumerate() {
        let list = format!("liste{i}");
        let f = file(d, "texte.csv", bytes);
        let told = done(d, &["thesaurus", "load", &f, "--list", &list, "--version", "1"]);
        assert!(told.contains(said), "{what}: {told}");
        let back = tronc(d, &["thesaurus", "export", &list]);
        assert_eq!(back.stdout, bytes, "{what}: to the byte");
        let fhir = tronc(d, &["thesaurus", "export", &list, "--format", "fhir"]);
        let fhir: serde_json::Value = serde_json::from_slice(&fhir.stdout).unwrap();
        assert_eq!(fhir["concept"][0]["display"], label, "{what}");
    }
    assert!(done(d, &["thesaurus", "verify"]).contains(": 0 faults"));
}

#[test]
fn numbers_formulas_and_merged_cells_of_a_workbook_are_told() {
    let dir = service();
    let d = dir.path();
    let text = |at: &str, t: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{t}</t></is></c>"#);
    let rows = format!(
        r#"<row r="1">{}{}</row><row r="2"><c r="A2"><v>7</v></c>{}</row><row r="3">{}<c r="B3" t="str"><f>A2</f><v>Calculé</v></c></row><row r="4"><c r="A4" t="e"><v>#REF!</v></c>{}</row>"#,
        text("A1", "code"),
        text("B1", "libelle"),
        text("B2", "Plomb"),
        text("A3", "08"),
        text("B4", "Perdu"),
    );
    let book = classeur::of_rows(&rows, r#"<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>"#);
    let f = file(d, "nombres.xlsx", book);
    let told = done(d, &["thesaurus", "load", &f, "--list", "nombres", "--version", "1"]);
    for line in [
        "3 rows read = 2 integrated + 1 rejected",
        "row 2, `7`: the code is a number in the workbook: leading zeros may be lost",
        "row 3, `08`: a formula: its last value is taken",
        "cells B2:B3 are merged",
        "row 4: the cell holds the error `#REF!`",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
}
