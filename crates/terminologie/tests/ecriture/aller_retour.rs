//! Criterion 16.5: written and read again, a list is the same.

use std::fs;

use proptest::prelude::*;
use terminologie::read::{Limits, read, read_matrix};
use terminologie::write::{self, Format, delivery, release};
use terminologie::{Cell, Nature, PossibleProfession, Release, Term};

use super::{exemple, list_of, matrice, read_list, shared, starter_lists};

/// The formats that hold everything.
const FAITHFUL: [Format; 6] =
    [Format::Csv, Format::Tabule, Format::Xlsx, Format::SkosTurtle, Format::SkosRdfXml, Format::Fhir];

/// The terms without the lines of their file.
fn without_rows(terms: &[Term]) -> Vec<Term> {
    terms.iter().map(|t| Term { row: 0, ..t.clone() }).collect()
}

fn terms_of(bytes: &[u8]) -> Vec<Term> {
    without_rows(&read(bytes, None, Limits::default()).unwrap().terms)
}

fn same(list: &Release, format: Format) {
    let again = terms_of(&release(list, format).unwrap());
    let terms = without_rows(&list.terms);
    for (was, is) in terms.iter().zip(&again) {
        assert_eq!(is, was, "{} {}", list.facts.id, format.as_str());
    }
    assert_eq!(again.len(), terms.len(), "{} {}", list.facts.id, format.as_str());
}

#[test]
fn une_liste_qui_dit_tout_revient_identique() {
    for format in FAITHFUL {
        same(&exemple(), format);
    }
}

#[test]
fn les_listes_de_depart_reviennent_identiques() {
    for list in starter_lists() {
        for format in FAITHFUL {
            same(&list, format);
        }
    }
}

#[test]
fn les_nomenclatures_reelles_reviennent_identiques() {
    for path in [
        "naf/naf_rev2_souscl_hierarchie.csv",
        "pcs2003_insee/pcs2003.csv",
        "categories_juridiques/cj_sandre_statuts.csv",
        "ans_nos_svs_xml/TRE_R94-ProfessionSocial.xml",
        "ans_nos_svs_xml/JDV_J107_EnsembleSavoirFaire_RASS.xml",
        "ans_fhir_codesystem_sample/CodeSystem-TRE-R262-CategorieSocioProfessionnelle.json",
    ] {
        let Some(file) = shared(path) else { continue };
        let list = read_list(&file).unwrap();
        for format in FAITHFUL {
            same(&list, format);
        }
    }
}

#[test]
fn la_cim10_revient_identique() {
    let Some(file) = shared("cim10_fr_atih/cim10_fr_2022_sans_ch20.csv") else { return };
    let list = read_list(&file).unwrap();
    assert_eq!(list.terms.len(), 15_789);
    for format in [Format::Csv, Format::SkosTurtle, Format::Fhir] {
        same(&list, format);
    }
}

#[test]
fn svs_garde_codes_libelles_designations_et_statuts_des_listes_de_l_ans() {
    let Some(folder) = shared("ans_nos_svs_xml") else { return };
    let mut concepts = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "xml") {
            continue;
        }
        let list = read_list(&path).unwrap();
        let again = terms_of(&release(&list, Format::Svs).unwrap());
        concepts += again.len();
        let kept = |terms: &[Term]| -> Vec<(String, String, bool)> {
            terms.iter().map(|t| (t.code.clone(), t.label.clone(), t.active)).collect()
        };
        assert_eq!(kept(&again), kept(&list.terms), "{}", path.display());
    }
    assert!(concepts > 2_000, "{concepts}");
}

#[test]
fn le_classeur_annuel_se_recharge() {
    let list = exemple();
    let again = terms_of(&delivery(&list, None).unwrap());
    for (was, is) in list.terms.iter().zip(&again) {
        assert_eq!(
            (&is.code, &is.label, is.active, is.nature, &is.references, &is.special_risk, &is.vip_risk),
            (
                &was.code,
                &was.label,
                was.active,
                was.nature,
                &was.references,
                &was.special_risk,
                &was.vip_risk
            )
        );
    }
    assert_eq!(again.len(), list.terms.len());
}

#[test]
fn une_colonne_sans_titre_garde_ses_textes_dans_un_classeur() {
    let mut list = list_of("liste", exemple().terms);
    list.terms.truncate(1);
    list.terms[0].attributes = vec![(String::new(), "sans titre".into())];
    let again = terms_of(&release(&list, Format::Xlsx).unwrap());
    assert_eq!(again[0].attributes, [("colonne 15".into(), "sans titre".into())]);
    for format in FAITHFUL.into_iter().filter(|f| *f != Format::Xlsx) {
        same(&list, format);
    }
}

#[test]
fn les_matrices_se_rechargent() {
    let matrix = matrice();
    let without_rows =
        |cells: &[Cell]| -> Vec<Cell> { cells.iter().map(|c| Cell { row: 0, ..c.clone() }).collect() };
    let workbook = read_matrix(&write::matrix(&matrix).unwrap(), Limits::default()).unwrap();
    assert_eq!(without_rows(&workbook.cells), without_rows(&matrix.cells));
    let possible: Vec<PossibleProfession> =
        workbook.possible.into_iter().map(|p| PossibleProfession { row: 2, ..p }).collect();
    assert_eq!(possible, matrix.possible);
    let table = read_matrix(&write::matrix_csv(&matrix).unwrap(), Limits::default()).unwrap();
    assert_eq!(without_rows(&table.cells), without_rows(&matrix.cells));
}

/// Texts that break readers: separators, quotation marks, line breaks, blanks of every kind, escapes of other formats.
fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a", "É", "plomb", " ", "  ", "|", " | ", "||", ";", ",", " / ", "\"", "'", "’", "\n", "\r\n", "\r",
        "\t", "\u{a0}", "=", "+", "-", "@fr", "<b>", "&amp;", "]]>", "\\", "\\n", "_x000D_", "%20", "0",
        "1.0", "TRUE", "😀", "\u{2028}", "\u{feff}", "\u{7f}", "^^", "{", "#",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 1..5)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("a text says something", |t| !t.trim().is_empty())
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(0.4, text())
}

fn any_term() -> impl Strategy<Value = Term> {
    let texts = (maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), maybe());
    let lists = (
        proptest::collection::vec(text(), 0..4),
        proptest::collection::btree_set(text(), 0..3),
        proptest::collection::vec((prop_oneof![text(), Just("statut".to_owned())], text()), 0..4),
        proptest::collection::btree_set(0_usize..1000, 0..3),
    );
    let nature = proptest::option::weighted(0.5, proptest::sample::select(&Nature::ALL[..]));
    (text(), text(), any::<bool>(), nature, texts, lists).prop_map(
        |(code, label, active, nature, texts, (synonyms, groups, attributes, parents))| Term {
            code,
            label,
            // Kept as places for now: `any_list` makes codes of them.
            parents: parents.iter().map(ToString::to_string).collect(),
            active: active && !matches!(nature, Some(Nature::Inactive | Nature::Supprime)),
            nature,
            level: texts.0,
            synonyms,
            description: texts.1,
            references: texts.2,
            special_risk: texts.3,
            vip_risk: texts.4,
            trigger: texts.5,
            remark: texts.6,
            groups: groups.into_iter().collect(),
            attributes,
            row: 0,
        },
    )
}

/// A whole list: codes once, each term under earlier ones.
fn any_list() -> impl Strategy<Value = Release> {
    proptest::collection::vec(any_term(), 1..6).prop_map(|mut terms| {
        let mut codes: Vec<String> = Vec::new();
        for (i, term) in terms.iter_mut().enumerate() {
            if codes.contains(&term.code) {
                term.code = format!("{}{i}", term.code);
            }
            let places: Vec<usize> = term.parents.iter().filter_map(|p| p.parse().ok()).collect();
            term.parents.clear();
            for place in places.into_iter().filter(|_| i > 0) {
                let parent = codes[place % i].clone();
                if !term.parents.contains(&parent) {
                    term.parents.push(parent);
                }
            }
            codes.push(term.code.clone());
        }
        list_of("liste", terms)
    })
}

/// Codes of the type that FHIR accepts.
fn with_plain_codes(mut list: Release) -> Release {
    let plain = |code: &str| format!("c{}", code.replace(char::is_whitespace, "_"));
    for (i, term) in list.terms.iter_mut().enumerate() {
        term.code = format!("{}.{i}", plain(&term.code));
        term.parents.clear();
    }
    for i in 1..list.terms.len() {
        let parent = list.terms[i / 2].code.clone();
        list.terms[i].parents.push(parent);
    }
    list
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn en_csv_rien_ne_se_perd(list in any_list()) {
        same(&list, Format::Csv);
    }

    #[test]
    fn en_texte_tabule_rien_ne_se_perd(list in any_list()) {
        same(&list, Format::Tabule);
    }

    #[test]
    fn en_classeur_rien_ne_se_perd(list in any_list()) {
        same(&list, Format::Xlsx);
    }

    #[test]
    fn en_skos_turtle_rien_ne_se_perd(list in any_list()) {
        same(&list, Format::SkosTurtle);
    }

    #[test]
    fn en_skos_rdf_xml_rien_ne_se_perd(list in any_list()) {
        same(&list, Format::SkosRdfXml);
    }

    #[test]
    fn en_fhir_rien_ne_se_perd(list in any_list()) {
        same(&with_plain_codes(list), Format::Fhir);
    }

    #[test]
    fn en_svs_codes_libelles_et_statuts_se_gardent(list in any_list()) {
        let again = terms_of(&release(&list, Format::Svs).unwrap());
        for (was, is) in list.terms.iter().zip(&again) {
            prop_assert_eq!((&is.code, &is.label, is.active), (&was.code, &was.label, was.active));
        }
        prop_assert_eq!(again.len(), list.terms.len());
    }
}
