//! Real nomenclatures, read as they are delivered, with the totals that their editors give.
//!
//! They are no part of the repository: each test is silent where they are absent.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use rust_xlsxwriter::Workbook;
use terminologie::read::{
    FindingKind, Layout, Limits, ReadError, Reading, Reason, detect, read, read_matrix,
};
use terminologie::{Plausibility, Term};

#[path = "lecture/abimes.rs"]
mod abimes;

fn shared() -> Option<PathBuf> {
    let at = std::env::var_os("TRONC_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    at.is_dir().then_some(at)
}

fn bytes(path: &str) -> Option<Vec<u8>> {
    std::fs::read(shared()?.join(path)).ok()
}

/// Reads a file whose layout must be recognised by itself, and whose rows must all be kept.
fn load(path: &str, layout: Layout) -> Option<Reading> {
    let reading = load_part(path, layout)?;
    let first = reading.rejected.first();
    assert!(first.is_none(), "{path}: {first:?} and {} others", reading.rejected.len() - 1);
    Some(reading)
}

/// Reads a file whose layout must be recognised by itself.
fn load_part(path: &str, layout: Layout) -> Option<Reading> {
    let bytes = bytes(path)?;
    assert_eq!(detect(&bytes), Some(layout), "{path}");
    let reading = read(&bytes, None, Limits::default()).unwrap_or_else(|e| panic!("{path}: {e}"));
    assert_eq!(reading.rows, reading.integrated + reading.rejected.len(), "{path}");
    Some(reading)
}

/// The rows left out, each because its code came before.
fn only_duplicates(reading: &Reading) -> usize {
    let all =
        reading.rejected.iter().all(|r| matches!(r.reason, Reason::DuplicateCode { first } if first < r.row));
    if all { reading.rejected.len() } else { usize::MAX }
}

fn by_length(reading: &Reading) -> Vec<(usize, usize)> {
    let mut counts = HashMap::new();
    for term in &reading.terms {
        *counts.entry(term.code.chars().count()).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable();
    counts
}

fn roots(reading: &Reading) -> usize {
    reading.terms.iter().filter(|t| t.parents.is_empty()).count()
}

fn inactive(reading: &Reading) -> usize {
    reading.terms.iter().filter(|t| !t.active).count()
}

fn term<'r>(reading: &'r Reading, code: &str) -> &'r Term {
    reading.terms.iter().find(|t| t.code == code).unwrap_or_else(|| panic!("{code}"))
}

#[test]
fn la_naf_se_lit_dans_ses_quatre_formes() {
    let Some(all) = load("naf/naf_rev2_tous_niveaux.csv", Layout::Csv) else { return };
    assert_eq!(all.terms.len(), 1_707);
    assert_eq!(roots(&all), 88);
    let nested = load("naf/naf_rev2_souscl_hierarchie.csv", Layout::Csv).unwrap();
    assert_eq!((nested.rows, nested.integrated, nested.terms.len()), (732, 732, 21 + 1_707));
    assert_eq!(roots(&nested), 21);
    assert_eq!(term(&nested, "01.11Z").parents, ["01.11"]);
    let old = load("naf/naf2003.csv", Layout::Csv).unwrap();
    let new = load("naf/naf2008.csv", Layout::Csv).unwrap();
    assert_eq!((old.terms.len(), new.terms.len()), (712, 732));
    let codes: HashSet<&str> = old.terms.iter().map(|t| t.code.as_str()).collect();
    assert_eq!(new.terms.iter().filter(|t| codes.contains(t.code.as_str())).count(), 0);
    assert_eq!(new.terms[0].attributes, [("NAFRTev2".into(), "NAFRTev2".into())]);
}

#[test]
fn les_trois_pcs_ont_les_totaux_de_l_insee() {
    // Where a category has one sub-category, both bear one code: the second row is left out with its reason.
    let Some(pcs) = load_part("pcs2003_insee/pcs2003.csv", Layout::Csv) else { return };
    assert_eq!((pcs.rows, only_duplicates(&pcs)), (8 + 24 + 42 + 497, 14));
    let levels = |reading: &Reading| {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for term in &reading.terms {
            let level = term.level.clone().unwrap();
            match counts.iter_mut().find(|(l, _)| *l == level) {
                Some((_, n)) => *n += 1,
                None => counts.push((level, 1)),
            }
        }
        counts.sort();
        counts.into_iter().map(|(_, n)| n).collect::<Vec<_>>()
    };
    assert_eq!(levels(&pcs), [8, 24, 42 - 14, 497]);
    assert_eq!(term(&pcs, "111a").parents, ["11"]);
    let ese = load("pcs_ese_2017/pcs_ese_2017.csv", Layout::Csv).unwrap();
    assert_eq!(levels(&ese), [6, 29, 429]);
    assert_eq!(roots(&ese), 6);
    let pcs2020 = load("pcs2020/pcs2020.csv", Layout::Csv).unwrap();
    assert_eq!(levels(&pcs2020), [6, 29, 121, 311]);
    assert_eq!(term(&pcs2020, "10A1").parents, ["10A"]);
    assert_eq!(roots(&pcs2020), 6);
    let jobs = load("pcs2020/libelles_profession_2022.csv", Layout::Csv).unwrap();
    assert_eq!((jobs.terms.len(), roots(&jobs)), (5_404, 5_404));
}

#[test]
fn la_cim10_se_range_sous_le_plus_long_debut_connu() {
    let Some(cim) = load("cim10_fr_atih/cim10_fr_2022_sans_ch20.csv", Layout::Csv) else { return };
    assert_eq!(cim.terms.len(), 15_789);
    assert_eq!(by_length(&cim), [(3, 1_690), (4, 9_070), (5, 4_580), (6, 449)]);
    let further = |t: &&Term| t.parents.first().is_some_and(|p| p.len() + 1 < t.code.len());
    assert_eq!(cim.terms.iter().filter(further).count(), 129);
    assert_eq!(roots(&cim), 1_690);
    assert_eq!(cim.terms[0].label, "Choléra");
    assert_eq!(cim.terms.iter().map(|t| t.label.chars().count()).max(), Some(218));
    let short = cim.terms[0].attributes.iter().find(|(title, _)| title == "libelle_court");
    assert_eq!(short, Some(&("libelle_court".into(), "CHOLERA".into())));
}

#[test]
fn les_communes_se_lisent_avec_leurs_colonnes() {
    let Some(c2024) = load_part("communes_cog/communes_2024.csv", Layout::Csv) else { return };
    let c2026 = load_part("communes_cog/communes_2026.csv", Layout::Csv).unwrap();
    // A delegated commune may bear the code of the present one, which comes first and is kept.
    assert_eq!((c2024.rows, only_duplicates(&c2024)), (37_638, 573));
    assert_eq!((c2026.rows, only_duplicates(&c2026)), (37_590, 584));
    assert_eq!(roots(&c2024), c2024.terms.len());
    assert_eq!(c2024.terms[0].label, "L'Abergement-Clémenciat");
    let present = |t: &&Term| t.attributes.contains(&("type".into(), "commune-actuelle".into()));
    assert_eq!(c2024.terms.iter().filter(present).count(), 35_029);
    assert_eq!(c2026.terms.iter().filter(present).count(), 34_969);
    assert_eq!(load("communes_cog/departements_2026.csv", Layout::Csv).unwrap().terms.len(), 109);
    assert_eq!(load("communes_cog/regions_2026.csv", Layout::Csv).unwrap().terms.len(), 26);
}

#[test]
fn une_categorie_juridique_gelee_reste_lisible() {
    let Some(cj) = load("categories_juridiques/cj_sandre_statuts.csv", Layout::Csv) else { return };
    assert_eq!((cj.terms.len(), inactive(&cj)), (269, 9));
    assert!(cj.terms.iter().all(|t| t.nature.is_none()));
    let old = bytes("categories_juridiques/cj_juillet_2018.xls").unwrap();
    assert_eq!(read(&old, None, Limits::default()), Err(ReadError::OldWorkbook));
}

#[test]
fn les_medicaments_se_lisent_sans_en_tete() {
    let Some(bdpm) = load("bdpm_medicaments_2019/CIS_bdpm.txt", Layout::Bdpm) else { return };
    assert_eq!((bdpm.rows, bdpm.terms.len()), (14_442, 14_442));
    assert_eq!(inactive(&bdpm), 885 + 309 + 40 + 23);
    assert_eq!(bdpm.findings[0].kind, FindingKind::Windows1252);
    assert_eq!(bdpm.terms[0].code, "61266250");
    assert!(bdpm.terms.iter().any(|t| t.label.contains('é')));
}

#[test]
fn les_nomenclatures_de_l_ans_se_lisent_toutes() {
    let Some(folder) = shared().map(|s| s.join("ans_nos_svs_xml")) else { return };
    let (mut files, mut terms, mut ended) = (0, 0, 0);
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "xml") {
            continue;
        }
        let reading = read(&std::fs::read(&path).unwrap(), None, Limits::default());
        let reading = reading.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        files += 1;
        terms += reading.rows;
        ended += inactive(&reading);
        assert!(reading.announced.oid.is_some(), "{}", path.display());
    }
    assert_eq!((files, terms, ended), (123, 2_586, 52));
}

#[test]
fn une_profession_close_par_l_ans_n_est_plus_proposee() {
    let Some(r94) = load("ans_nos_svs_xml/TRE_R94-ProfessionSocial.xml", Layout::Svs) else { return };
    assert_eq!((r94.terms.len(), inactive(&r94)), (26, 14));
    assert_eq!(r94.announced.oid.as_deref(), Some("1.2.250.1.213.1.6.1.4"));
    assert_eq!(r94.announced.version.as_deref(), Some("20200529120000"));
    assert_eq!(r94.announced.title.as_deref(), Some("Profession du social"));
    assert_eq!(term(&r94, "206").synonyms, ["Aide médico-psychologique", "AMP"]);
    let r81 = load("ans_nos_svs_xml/TRE_R81-Civilite.xml", Layout::Svs).unwrap();
    assert_eq!(
        r81.terms.iter().map(|t| (t.code.as_str(), t.active)).collect::<Vec<_>>(),
        [("M", true), ("MLLE", false), ("MME", true)]
    );
    let j245 = load("ans_nos_svs_xml/JDV_J245_Civilite_CISIS.xml", Layout::Svs).unwrap();
    assert_eq!(j245.terms.iter().map(|t| t.code.as_str()).collect::<Vec<_>>(), ["M", "MME"]);
}

#[test]
fn un_code_system_de_l_ans_se_lit_avec_ses_designations() {
    let path = "ans_fhir_codesystem_sample/CodeSystem-TRE-R262-CategorieSocioProfessionnelle.json";
    let Some(system) = load(path, Layout::Fhir) else { return };
    assert_eq!(system.terms.len(), 8);
    assert_eq!(system.announced.oid.as_deref(), Some("1.2.250.1.213.1.6.1.123"));
    assert_eq!(term(&system, "ARTISAN").synonyms, ["Artisans, chefs d'entreprises"]);
    assert_eq!(inactive(&system), 0);
}

#[test]
fn les_agents_de_canjem_se_rangent_par_leurs_colonnes_de_niveaux() {
    let Some(agents) = load("canjem_jem/agents.csv", Layout::Csv) else { return };
    assert_eq!(agents.terms.len(), 258);
    assert_eq!(term(&agents, "110009").label, "Silice cristalline");
    assert_eq!(term(&agents, "110009").parents, ["110001"]);
    let tables = load("atmp_par_naf/mp_codes.csv", Layout::Csv).unwrap();
    assert_eq!(tables.terms.len(), 48);
}

/// The agents written out in the layout of the TEP: a segment is the rank of the level among its siblings; the numbers
/// are stored now as texts, now as numbers.
#[test]
fn un_classeur_au_format_du_tep_rend_l_arbre_qui_l_a_fait() {
    let Some(text) = bytes("canjem_jem/agents.csv") else { return };
    let text = String::from_utf8(text).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(';').collect()).collect();
    let mut ranks: HashMap<Vec<String>, HashMap<String, usize>> = HashMap::new();
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Présentation").unwrap();
    let sheet = book.add_worksheet().set_name("TEP").unwrap();
    sheet.write_string(0, 9, "Code").unwrap();
    let (mut line, mut expected) = (0u32, Vec::new());
    let mut written: HashMap<Vec<String>, String> = HashMap::new();
    for cells in &rows {
        // Category, group, family, sub-family, agent; a level that is the agent itself is its own.
        let mut path: Vec<String> =
            cells[..4].iter().filter(|c| !c.is_empty() && **c != cells[4]).map(|c| (*c).to_owned()).collect();
        path.push(cells[4].to_owned());
        for depth in 1..=path.len() {
            if written.contains_key(&path[..depth]) {
                continue;
            }
            let siblings = ranks.entry(path[..depth - 1].to_vec()).or_default();
            let next = siblings.len() + 1;
            let rank = *siblings.entry(path[depth - 1].clone()).or_insert(next);
            let above = written.get(&path[..depth - 1]).cloned().unwrap_or_default();
            // Classes and sub-classes are letters, then come numbers; the second level is a text, the fourth a number.
            let segment = match depth {
                1 | 2 => char::from(b'A' + u8::try_from(rank - 1).unwrap()).to_string(),
                _ => format!("{rank:02}"),
            };
            let code = format!("{above}{segment}");
            line += 1;
            let mut place = vec![];
            for d in 1..=depth {
                place.push(written.get(&path[..d]).unwrap_or(&code).clone());
            }
            for (d, whole) in place.iter().enumerate() {
                let before = if d == 0 { 0 } else { place[d - 1].len() };
                let column = u16::try_from(d + 1).unwrap();
                let own = &whole[before..];
                // Columns 3, 6 and 7 hold numbers; every other row as a true number.
                if column == 3 && line.is_multiple_of(2) {
                    sheet.write_number(line, column, own.parse::<f64>().unwrap()).unwrap();
                } else {
                    sheet.write_string(line, column, own).unwrap();
                }
            }
            sheet.write_string(line, 9, &code).unwrap();
            sheet.write_string(line, 21, if depth == path.len() { cells[7] } else { "Niveau" }).unwrap();
            sheet.write_number(line, 25, 1).unwrap();
            expected.push((code.clone(), above));
            written.insert(path[..depth].to_vec(), code);
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(detect(&bytes), Some(Layout::Tep));
    let reading = read(&bytes, None, Limits::default()).unwrap();
    let found: Vec<(String, String)> = reading
        .terms
        .iter()
        .map(|t| (t.code.clone(), t.parents.first().cloned().unwrap_or_default()))
        .collect();
    assert!(found.len() > 258 && found == expected);
    assert_eq!(reading.findings, []);
    assert!(reading.terms.iter().any(|t| t.level.as_deref() == Some("Niveau 3")));
}

/// The cells of CANJEM from one job in ten, written out in the two tabs of a MEEP.
#[test]
fn un_classeur_a_deux_onglets_rend_les_cases_de_la_matrice() {
    let Some(text) = bytes("canjem_jem/jem_citp68_3.csv") else { return };
    let text = String::from_utf8(text).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Expositions").unwrap();
    for (c, title) in
        (0u16..).zip(["Code profession", "Profession", "Code TEP", "Libellé TEP", "Plausibilité"])
    {
        sheet.write_string(0, c, title).unwrap();
    }
    let mut expected: Vec<(String, String, Plausibility)> = Vec::new();
    for cells in text.lines().skip(1).map(|l| l.split(';').collect::<Vec<_>>()) {
        let share: f64 = cells[6].parse().unwrap();
        if cells[5] != "1930-2005" || share < 10.0 {
            continue;
        }
        let plausibility = match share {
            s if s < 25.0 => Plausibility::Faible,
            s if s <= 50.0 => Plausibility::Moyenne,
            _ => Plausibility::Forte,
        };
        expected.push((cells[0].into(), cells[2].into(), plausibility));
        let line = u32::try_from(expected.len()).unwrap();
        for (c, text) in (0u16..).zip([cells[0], cells[1], cells[2], cells[3], plausibility.as_str()]) {
            sheet.write_string(line, c, text).unwrap();
        }
    }
    let second = book.add_worksheet().set_name("Professions concernées").unwrap();
    for (c, title) in (0u16..).zip(["Code profession", "Profession possiblement concernée", "Code COMET"]) {
        second.write_string(0, c, title).unwrap();
    }
    for (c, text) in (0u16..).zip(["8-32", "Ajusteur", "C1"]) {
        second.write_string(1, c, text).unwrap();
    }
    let reading = read_matrix(&book.save_to_buffer().unwrap(), Limits::default()).unwrap();
    assert!(expected.len() > 1_000);
    assert_eq!((reading.rows, reading.cells.len()), (expected.len() + 1, expected.len()));
    let found: Vec<(String, String, Plausibility)> = reading
        .cells
        .into_iter()
        .map(|c| (c.profession.code, c.target.code, c.plausibility.unwrap()))
        .collect();
    assert!(found == expected);
    assert_eq!(reading.possible[0].comet.as_deref(), Some("C1"));
}
