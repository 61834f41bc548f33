//! `measure thesaurus`: every nomenclature of `../shared/data` loaded by the release build, one process each, into one
//! data directory; then the differences of real pairs of versions, the verification of the whole base, and the memory
//! of a server that holds all of them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Outcome;
use crate::workspace::{self, Workspace, capture};

/// File, list, version, layout where it is not recognised.
const DATASETS: &[(&str, &str, &str, Option<&str>)] = &[
    ("pcs2003_insee/pcs2003.csv", "pcs", "2003", None),
    ("pcs_ese_2017/pcs_ese_2017.csv", "pcs-ese", "2017", None),
    ("pcs2020/pcs2020.csv", "pcs-2020", "2020", None),
    ("pcs2020/libelles_profession_2022.csv", "libelles-profession", "2022", None),
    ("naf/naf2003.csv", "naf", "2003", None),
    ("naf/naf2008.csv", "naf", "2008", None),
    ("naf/naf_rev2_tous_niveaux.csv", "naf-niveaux", "rev2", None),
    ("naf/naf_rev2_souscl_hierarchie.csv", "naf-hierarchie", "rev2", None),
    ("communes_cog/communes_2024.csv", "communes", "2024", None),
    ("communes_cog/communes_2026.csv", "communes", "2026", None),
    ("communes_cog/departements_2026.csv", "departements", "2026", None),
    ("communes_cog/regions_2026.csv", "regions", "2026", None),
    ("categories_juridiques/cj_sandre_statuts.csv", "categories-juridiques-insee", "2018", None),
    ("cim10_fr_atih/cim10_fr_2022_sans_ch20.csv", "cim10", "2022", None),
    ("bdpm_medicaments_2019/CIS_bdpm.txt", "medicaments", "2019", Some("bdpm")),
    ("atmp_par_naf/mp_codes.csv", "tableaux-mp", "2019", None),
    ("canjem_jem/agents.csv", "agents", "canjem", None),
    ("canjem_jem/citp68_libelles.csv", "citp", "1968", None),
    (
        "ans_fhir_codesystem_sample/CodeSystem-TRE-R262-CategorieSocioProfessionnelle.json",
        "tre-r262",
        "ans",
        None,
    ),
];
/// A folder of many nomenclatures in XML, loaded each as a list of its own.
const SVS: &str = "ans_nos_svs_xml";
/// Pairs of versions whose differences are timed.
const PAIRS: [(&str, &str, &str); 2] = [("communes", "2024", "2026"), ("naf", "2003", "2008")];
/// Each comparison is timed so many times.
const ROUNDS: usize = 5;
/// The differences of any two versions of a list come in less than this (grid, 15.3).
const BAR_MS: u128 = 2_000;

pub(crate) fn measure(ws: &Workspace, binary: Option<&Path>) -> Outcome {
    let binary = if let Some(path) = binary {
        path.to_owned()
    } else {
        workspace::run(ws.program("cargo").args(["build", "--release", "--quiet", "-p", "tronc"]))?;
        ws.target.join("release/tronc")
    };
    let shared = std::env::var_os("TRONC_SHARED_DATA")
        .map_or_else(|| ws.root.join("../shared/data"), std::path::PathBuf::from);
    if !shared.is_dir() {
        return Err("the real nomenclatures are not here: set TRONC_SHARED_DATA".to_owned());
    }
    let data = ws.target.join("measure/thesaurus");
    if data.exists() {
        fs::remove_dir_all(&data).map_err(|e| format!("cannot empty {}: {e}", data.display()))?;
    }
    let tronc = || {
        let mut command = ws.program(&binary);
        command.arg("--data-dir").arg(&data).arg("--json").arg("thesaurus");
        command
    };
    let started = Instant::now();
    capture(tronc().arg("starter"))?;
    println!("{:<44} {:>9} ms", "starter lists, with the making of the base", started.elapsed().as_millis());
    println!(
        "{:<44} {:>12} {:>8} {:>8} {:>8} {:>8}",
        "dataset", "ms", "rows", "terms", "rejected", "findings"
    );
    for (file, list, version, layout) in DATASETS {
        let path = shared.join(file);
        load(tronc().arg("load").arg(&path), &path, list, version, *layout, true)?;
    }
    let mut files: Vec<_> = workspace::files_under(&shared.join(SVS))
        .into_iter()
        .filter(|f| workspace::has_extension(f, "xml"))
        .collect();
    files.sort();
    let started = Instant::now();
    let mut sum = Report::default();
    for file in &files {
        let stem = file.file_stem().map_or_else(String::new, |s| s.to_string_lossy().to_lowercase());
        let list: String = stem.replace('_', "-").chars().take(60).collect();
        sum.add(&load(tronc().arg("load").arg(file), file, &list, "ans", None, false)?);
    }
    sum.line(&format!("{} ({} files)", SVS, files.len()), started.elapsed().as_millis());
    let missed = differences(&tronc, &shared, &data)?;
    let started = Instant::now();
    capture(tronc().arg("verify"))?;
    println!("verify, every list and version: {} ms", started.elapsed().as_millis());
    memory(ws, &binary, &data)?;
    if missed == 0 { Ok(()) } else { Err(format!("{missed} comparisons took more than {BAR_MS} ms")) }
}

/// Times the differences of the real pairs, then of each list and the same without one row in fifty; gives how many
/// missed the bar.
fn differences(tronc: &impl Fn() -> Command, shared: &Path, data: &Path) -> Result<usize, String> {
    let mut pairs: Vec<(String, String, String)> =
        PAIRS.iter().map(|(l, a, b)| ((*l).to_owned(), (*a).to_owned(), (*b).to_owned())).collect();
    for (file, list, version, layout) in
        DATASETS.iter().filter(|d| !workspace::has_extension(Path::new(d.0), "json"))
    {
        let bytes = fs::read(shared.join(file)).map_err(|e| format!("cannot read {file}: {e}"))?;
        let kept: Vec<&[u8]> = bytes
            .split_inclusive(|b| *b == b'\n')
            .enumerate()
            .filter(|(i, _)| i % 50 != 49)
            .map(|(_, l)| l)
            .collect();
        let shorter = data.join("plus-court.csv");
        workspace::write(&shorter, kept.concat())?;
        let next = format!("{version}-bis");
        let shortened = load(
            tronc().arg("load").arg(&shorter).arg("--not-in-use"),
            &shorter,
            list,
            &next,
            *layout,
            false,
        );
        if let Err(refusal) = shortened {
            // A tree that lost a branch may be no tree any more.
            println!("{list}: {refusal}");
            continue;
        }
        pairs.push(((*list).to_owned(), (*version).to_owned(), next));
    }
    let (mut total, mut missed) = (0, 0);
    for (list, from, to) in &pairs {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let started = Instant::now();
            capture(tronc().args(["diff", list, from, to]))?;
            times.push(started.elapsed().as_millis());
        }
        times.sort_unstable();
        let median = times[ROUNDS / 2];
        println!(
            "diff {list} {from} {to}, whole process: median {median} ms, {} to {}",
            times[0],
            times[ROUNDS - 1]
        );
        total += median;
        missed += usize::from(median > BAR_MS);
    }
    println!("diff, {} pairs one after the other: {total} ms; bar for one: {BAR_MS} ms", pairs.len());
    Ok(missed)
}

#[derive(Default)]
struct Report {
    rows: u64,
    terms: u64,
    rejected: usize,
    findings: usize,
}

impl Report {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.terms += other.terms;
        self.rejected += other.rejected;
        self.findings += other.findings;
    }

    fn line(&self, name: &str, ms: u128) {
        println!(
            "{name:<44} {ms:>9} ms {:>8} {:>8} {:>8} {:>8}",
            self.rows, self.terms, self.rejected, self.findings
        );
    }
}

fn load(
    tronc: &mut Command,
    file: &Path,
    list: &str,
    version: &str,
    layout: Option<&str>,
    told: bool,
) -> Result<Report, String> {
    tronc.args(["--list", list, "--list-version", version]);
    if let Some(layout) = layout {
        tronc.args(["--layout", layout]);
    }
    let started = Instant::now();
    let said = capture(tronc).map_err(|e| format!("{}: {e}", file.display()))?;
    let ms = started.elapsed().as_millis();
    let json: serde_json::Value =
        serde_json::from_str(&said).map_err(|e| format!("{}: {e}", file.display()))?;
    let one = &json[0];
    let report = Report {
        rows: one["rows"].as_u64().unwrap_or_default(),
        terms: one["terms"].as_u64().unwrap_or_default(),
        rejected: one["rejected"].as_array().map_or(0, Vec::len),
        findings: one["findings"].as_array().map_or(0, Vec::len),
    };
    if told {
        report.line(&format!("{list} {version}"), ms);
    }
    Ok(report)
}

/// Resident memory of a server once every list is indexed.
fn memory(ws: &Workspace, binary: &Path, data: &Path) -> Outcome {
    let started = Instant::now();
    let mut child = ws
        .program(binary)
        .arg("--data-dir")
        .arg(data)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cannot start tronc: {e}"))?;
    let out = child.stdout.take().ok_or("tronc has no output")?;
    let ready = BufReader::new(out).lines().map_while(Result::ok).any(|line| line.starts_with("Ready on"));
    let elapsed = started.elapsed().as_millis();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    // Both may fail when it has stopped already, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
    if !ready {
        return Err("tronc stopped before it was ready".to_owned());
    }
    let resident = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).map_or("?", str::trim);
    println!("a server with every list in its index: ready in {elapsed} ms, {resident} resident");
    Ok(())
}
