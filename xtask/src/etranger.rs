//! `etranger`: what the product writes, read by programs that others wrote (Python packages, in an environment of
//! their own under the target folder).

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::workspace::{Workspace, capture, files_under, find, run};

/// Formats that are written for every list, with the ends of their files.
const FORMATS: [(&str, &str); 7] = [
    ("csv", "csv"),
    ("xlsx", "xlsx"),
    ("livraison", "livraison.xlsx"),
    ("skos", "ttl"),
    ("skos-rdf", "rdf"),
    ("fhir", "json"),
    ("svs", "xml"),
];

pub(crate) fn run_all(ws: &Workspace, args: &[String]) -> Outcome {
    if !args.is_empty() {
        return Err("etranger takes nothing".to_owned());
    }
    ws.build_tronc()?;
    let python = environment(ws)?;
    let folder = ws.target.join("etranger/fichiers");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| format!("cannot empty {}: {e}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let mut written = write_all(ws, &folder)?;
    written.extend(write_by_engine(ws, &folder)?);
    let ending = |end: &str| -> Vec<PathBuf> {
        written.iter().filter(|f| f.to_string_lossy().ends_with(end)).cloned().collect()
    };
    let skos = [ending(".ttl"), ending(".rdf")].concat();
    check(ws, &python, "skos.py", &skos)?;
    check(ws, &python, "fhir_ressources.py", &ending(".json"))?;
    check(ws, &python, "classeur.py", &ending(".xlsx"))?;
    println!("{} files read by others without a breach", written.len());
    Ok(())
}

/// The Python of an environment that holds what `recette/etranger/requirements.txt` names.
fn environment(ws: &Workspace) -> Result<PathBuf, String> {
    let system =
        find("python3").ok_or("missing: Python 3 with venv; to get it: apt-get install python3-venv")?;
    let folder = ws.target.join("etranger/python");
    let python = folder.join("bin/python");
    if !python.exists() {
        run(ws.program(system).args(["-m", "venv"]).arg(&folder))?;
    }
    let wanted = ws.root.join("recette/etranger/requirements.txt");
    run(ws
        .program(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(wanted))?;
    Ok(python)
}

/// Every starter list in every format; gives the files.
fn write_all(ws: &Workspace, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let data = folder.join("donnees");
    let tronc = || {
        let mut command = ws.program(ws.tronc());
        command.arg("--data-dir").arg(&data).arg("--json").arg("thesaurus");
        command
    };
    capture(tronc().arg("starter"))?;
    let listed: serde_json::Value = serde_json::from_str(&capture(tronc().arg("list"))?)
        .map_err(|e| format!("the list of lists: {e}"))?;
    let lists: Vec<&str> =
        listed["lists"].as_array().into_iter().flatten().filter_map(|l| l["list"].as_str()).collect();
    if lists.is_empty() {
        return Err("no list is loaded".to_owned());
    }
    let mut files = Vec::new();
    for list in lists {
        for (format, ending) in FORMATS {
            let file = folder.join(format!("{list}.{ending}"));
            capture(tronc().args(["export", list, "--format", format, "--output"]).arg(&file))?;
            files.push(file);
        }
    }
    Ok(files)
}

/// What the engine writes beside lists of the product: bundles, deliveries with their changes, matrices, and the real
/// nomenclatures where they are at hand.
fn write_by_engine(ws: &Workspace, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = folder.join("moteur");
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    run(ws
        .cargo()
        .args([
            "nextest",
            "run",
            "-p",
            "terminologie",
            "--test",
            "ecriture",
            "-E",
            "test(programmes_etrangers)",
        ])
        .env("TRONC_ETRANGER", &folder))?;
    Ok(files_under(&folder))
}

fn check(ws: &Workspace, python: &Path, script: &str, files: &[PathBuf]) -> Outcome {
    println!("{script}: {} files", files.len());
    run(ws
        .program(python)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(ws.root.join("recette/etranger").join(script))
        .args(files))
}
