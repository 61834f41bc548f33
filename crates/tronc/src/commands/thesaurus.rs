//! `tronc thesaurus …`: the common language, for the service's IT and for other vendors. Needs nothing but a data
//! directory.

use std::{collections::HashSet, io::Write as _, path::Path};

use serde_json::json;
use store::Tx;
use terminologie::{
    Facts, MatrixKind,
    check::{self, Breach},
    diff,
    read::{self, Layout, Limits, Reason},
    write::{self, Format},
};
use thesaurus::{Delivery, Liste, LoadReport, MatrixDelivery, Nature};

use super::{Outcome, lists::read as read_file, open_place, print_json};
use crate::{
    cli::{Load, LoadMatrix, Place, Thesaurus},
    rooms,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(super) async fn run(place: &Place, command: Thesaurus) -> Outcome {
    match command {
        Thesaurus::Starter => starter(place).await,
        Thesaurus::Load(options) => load(place, options).await,
        Thesaurus::LoadMatrix(options) => load_matrix(place, options).await,
        Thesaurus::List { all } => list(place, all).await,
        Thesaurus::Activate { list, version } => activate(place, &list, &version).await,
        Thesaurus::Export { list, version, format, output } => {
            export(place, &list, version.as_deref(), &format, output.as_deref()).await
        }
        Thesaurus::Diff { list, from, to } => differences(place, &list, &from, &to).await,
        Thesaurus::Search { list, text } => search(place, &list, &text).await,
        Thesaurus::Check { file, against, layout } => {
            compare(place, &file, &against, layout.as_deref()).await
        }
        Thesaurus::Verify => verify(place).await,
    }
}

async fn starter(place: &Place) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    let reports = thesaurus::load_starter(&mut tx, guard.clock().now()).await?;
    tx.commit().await?;
    guard.db().close().await;
    tell(&reports, place.json);
    Ok(())
}

fn layout_named(name: Option<&str>) -> Result<Option<Layout>, Failure> {
    match name {
        None => Ok(None),
        Some(name) => Layout::parse(name).map(Some).ok_or_else(|| format!("`{name}` is no layout").into()),
    }
}

fn file_name(file: &Path) -> String {
    file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn load(place: &Place, o: Load) -> Outcome {
    let nature = Nature::parse(&o.kind)
        .ok_or_else(|| format!("`{}` is no kind of list: principale, complementaire or externe", o.kind))?;
    let disposition = layout_named(o.layout.as_deref())?;
    let octets = read_file(&o.file)?;
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    let fichier = file_name(&o.file);
    let liste = Liste {
        id: o.list.clone(),
        titre: o.title.unwrap_or_else(|| o.list.clone()),
        nature,
        gestionnaire: o.manager,
        source: o.source.unwrap_or_else(|| fichier.clone()),
        licence: o.licence,
    };
    let delivery =
        Delivery { disposition, activate: !o.not_in_use, ..Delivery::new(liste, o.version, fichier, octets) };
    let report = thesaurus::load(&mut tx, guard.clock().now(), &delivery).await?;
    tx.commit().await?;
    guard.db().close().await;
    tell(&[report], place.json);
    Ok(())
}

/// `LIST@VERSION`.
fn list_at_version(text: &str) -> Result<(String, String), Failure> {
    let (list, version) = text
        .split_once('@')
        .filter(|(list, version)| !list.is_empty() && !version.is_empty())
        .ok_or_else(|| format!("`{text}` is not LIST@VERSION"))?;
    Ok((list.to_owned(), version.to_owned()))
}

async fn load_matrix(place: &Place, o: LoadMatrix) -> Outcome {
    let genre = MatrixKind::parse(&o.kind)
        .ok_or_else(|| format!("`{}` is no kind of matrix: exposition or tache", o.kind))?;
    let octets = read_file(&o.file)?;
    let (metiers, cibles) = (list_at_version(&o.trades)?, list_at_version(&o.targets)?);
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    let fichier = file_name(&o.file);
    let delivery = MatrixDelivery {
        facts: Facts {
            title: o.title.unwrap_or_else(|| o.matrix.clone()),
            id: o.matrix,
            manager: o.manager,
            source: fichier.clone(),
            ..Facts::default()
        },
        genre,
        version: o.version,
        fichier,
        metiers,
        cibles,
        octets,
        depart: false,
        activate: !o.not_in_use,
        limits: Limits::default(),
    };
    let report = thesaurus::load_matrix(&mut tx, guard.clock().now(), &delivery).await?;
    tx.commit().await?;
    guard.db().close().await;
    tell(&[report], place.json);
    Ok(())
}

fn tell(reports: &[LoadReport], as_json: bool) {
    if as_json {
        let rows: Vec<_> = reports
            .iter()
            .map(|r| {
                let rejected = r
                    .rejected
                    .iter()
                    .map(|x| json!({ "row": x.row, "code": x.code, "reason": x.reason.to_string() }));
                let findings = r
                    .findings
                    .iter()
                    .map(|x| json!({ "row": x.row, "code": x.code, "finding": x.kind.to_string() }));
                json!({
                    "list": r.id, "version": r.version, "rows": r.rows, "integrated": r.integrated,
                    "terms": r.concepts, "in_use": r.active, "already_loaded": r.already_loaded,
                    "rejected": rejected.collect::<Vec<_>>(), "findings": findings.collect::<Vec<_>>(),
                })
            })
            .collect();
        print_json(&json!(rows));
        return;
    }
    for r in reports {
        let again = if r.already_loaded { ", already loaded: nothing changed" } else { "" };
        let in_use = if r.active { "" } else { ", not in use" };
        say!(
            "{} {}: {} rows read = {} integrated + {} rejected{again}{in_use}",
            r.id,
            r.version,
            r.rows,
            r.integrated,
            r.rejected.len()
        );
        for x in &r.rejected {
            say!("  row {}: {}", x.row, x.reason);
        }
        for x in r.findings.iter().take(FINDINGS_TOLD) {
            say!("  row {}, `{}`: {}", x.row, x.code, x.kind);
        }
        if r.findings.len() > FINDINGS_TOLD {
            say!("  … {} more findings, see --json", r.findings.len() - FINDINGS_TOLD);
        }
    }
}

/// A long list of blanks and apostrophes hides the rest.
const FINDINGS_TOLD: usize = 20;

async fn list(place: &Place, all: bool) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let mut lists = thesaurus::lists(&mut tx).await?;
    if all {
        let names: Vec<String> = lists.iter().map(|l| l.liste.id.clone()).collect();
        lists.clear();
        for name in names {
            lists.extend(thesaurus::versions(&mut tx, &name).await?);
        }
    }
    let matrices = thesaurus::matrices(&mut tx).await?;
    drop(tx);
    guard.db().close().await;
    if place.json {
        let rows: Vec<_> = lists
            .iter()
            .map(|l| json!({ "list": l.liste.id, "title": l.liste.titre, "version": l.version, "terms": l.termes, "in_use": l.active, "starter": l.depart, "sha256": l.sha256 }))
            .collect();
        let cells: Vec<_> = matrices
            .iter()
            .map(|m| json!({ "matrix": m.facts.id, "title": m.facts.title, "version": m.version, "cells": m.cellules, "in_use": m.active, "sha256": m.sha256 }))
            .collect();
        print_json(&json!({ "lists": rows, "matrices": cells }));
        return Ok(());
    }
    if lists.is_empty() {
        say!("Nothing is loaded yet: `tronc thesaurus starter` loads the lists that come with the program.");
    }
    for l in lists {
        let starter = if l.depart { " (starter)" } else { "" };
        let in_use = if l.active { "in use" } else { "" };
        say!(
            "{:<26} {:<14} {:>6} terms {in_use:<6}{starter}  {}",
            l.liste.id,
            l.version,
            l.termes,
            l.liste.titre
        );
    }
    for m in matrices {
        let in_use = if m.active { "in use" } else { "" };
        say!("{:<26} {:<14} {:>6} cells {in_use:<6}  {}", m.facts.id, m.version, m.cellules, m.facts.title);
    }
    Ok(())
}

async fn activate(place: &Place, list: &str, version: &str) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    thesaurus::activate(&mut tx, list, version).await?;
    tx.commit().await?;
    guard.db().close().await;
    if place.json {
        print_json(&json!({ "list": list, "in_use": version }));
    } else {
        say!("{list} {version} is in use.");
    }
    Ok(())
}

async fn export(
    place: &Place,
    list: &str,
    version: Option<&str>,
    format: &str,
    output: Option<&Path>,
) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let bytes = exported(&mut tx, list, version, format).await?;
    drop(tx);
    guard.db().close().await;
    match output {
        None => std::io::stdout().write_all(&bytes)?,
        Some(file) => {
            std::fs::write(file, &bytes).map_err(|e| format!("cannot write `{}`: {e}", file.display()))?;
            if place.json {
                print_json(&json!({ "file": file.display().to_string(), "bytes": bytes.len() }));
            } else {
                say!("{} bytes written to {}", bytes.len(), file.display());
            }
        }
    }
    Ok(())
}

async fn exported(tx: &mut Tx, list: &str, version: Option<&str>, format: &str) -> Result<Vec<u8>, Failure> {
    let unknown =
        || format!("`{list}` is not loaded{}", version.map_or(String::new(), |v| format!(" in version {v}")));
    let in_use = thesaurus::active_version(tx, list).await?;
    let matrices = thesaurus::matrices(tx).await?;
    let matrix = matrices.iter().find(|m| m.facts.id == list && version.map_or(m.active, |v| v == m.version));
    if let Some(matrix) = matrix.filter(|_| in_use.is_none()) {
        let read = thesaurus::matrix(tx, list, &matrix.version).await?.ok_or_else(unknown)?;
        return match format {
            "xlsx" | "livraison" => Ok(write::matrix(&read)?),
            "csv" => Ok(write::matrix_csv(&read)?),
            other => Err(format!("a matrix is exported as xlsx or csv, not as `{other}`").into()),
        };
    }
    let version = match (version, in_use) {
        (Some(version), _) => version.to_owned(),
        (None, Some(version)) => version,
        (None, None) => return Err(unknown().into()),
    };
    if format == "delivered" {
        return Ok(thesaurus::delivered(tx, list, &version).await?.ok_or_else(unknown)?.octets);
    }
    let release = thesaurus::release(tx, list, &version).await?.ok_or_else(unknown)?;
    if format == "livraison" {
        return Ok(write::delivery(&release, None)?);
    }
    let format = Format::parse(format).ok_or_else(|| format!("`{format}` is no format"))?;
    Ok(write::release(&release, format)?)
}

async fn differences(place: &Place, list: &str, from: &str, to: &str) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let missing = |version: &str| format!("version {version} of `{list}` is not loaded");
    let before = thesaurus::release(&mut tx, list, from).await?.ok_or_else(|| missing(from))?;
    let after = thesaurus::release(&mut tx, list, to).await?.ok_or_else(|| missing(to))?;
    let d = diff::diff(&before.terms, &after.terms);
    let codes = d.codes_touched().into_iter().map(str::to_owned).collect();
    let impact = thesaurus::impact(&mut tx, &rooms::USAGES, list, &codes).await?;
    drop(tx);
    guard.db().close().await;
    if place.json {
        print_json(&json!({ "list": list, "from": from, "to": to, "differences": d, "impact": impact }));
        return Ok(());
    }
    say!(
        "{list}: {} terms in {from}, {} in {to}, {} codes in both",
        d.counts.before,
        d.counts.after,
        d.counts.common
    );
    if let Some(whole) = &d.recodification {
        say!(
            "The whole list was recoded: {} codes have a new code, {} have none, {} are new.",
            whole.pairs.len(),
            whole.unmatched_before.len(),
            whole.unmatched_after.len()
        );
    }
    for (kind, count) in &d.counts.kinds {
        say!("  {:<12} {count}", kind.as_str());
    }
    say!(
        "Touched: {} records, {} workers, {} users",
        impact.total.records,
        impact.total.workers,
        impact.total.users
    );
    for change in &d.changes {
        let touched = change.was.as_ref().and_then(|code| impact.codes.get(code)).map_or(0, |i| i.records);
        say!(
            "  {:<12} {:<12} {}{}",
            change.kind().as_str(),
            change.code,
            change.label,
            if touched > 0 { format!("  ({touched} records)") } else { String::new() }
        );
    }
    for finding in &d.findings {
        say!("  {}: {} {}", finding.severity.as_str(), finding.code, finding.kind);
    }
    Ok(())
}

async fn search(place: &Place, list: &str, text: &str) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let index = thesaurus::Search::new().current(&mut tx).await?;
    let found = index.search(list, text, 20)?;
    drop(tx);
    guard.db().close().await;
    if place.json {
        let rows: Vec<_> = found
            .iter()
            .map(|f| json!({ "code": f.code, "label": f.label, "path": f.path, "found_by": f.found_by }))
            .collect();
        print_json(&json!(rows));
    } else if found.is_empty() {
        say!("Nothing in `{list}` matches `{text}`.");
    } else {
        for f in found {
            say!("{:<8} {}", f.code, f.label);
        }
    }
    Ok(())
}

async fn compare(place: &Place, file: &Path, against: &str, layout: Option<&str>) -> Outcome {
    let (list, version) = list_at_version(against)?;
    let bytes = read_file(file)?;
    let reading = read::read(&bytes, layout_named(layout)?, Limits::default())?;
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let missing = || format!("version {version} of `{list}` is not loaded");
    let release = thesaurus::release(&mut tx, &list, &version).await?.ok_or_else(missing)?;
    let delivery = thesaurus::delivery_report(&mut tx, &list, &version).await?.ok_or_else(missing)?;
    drop(tx);
    guard.db().close().await;
    let breaches = check::against(&reading.terms, &release);
    // What the delivery itself holds in vain is no fault of whoever copied it.
    let delivered: HashSet<(&str, &Reason)> =
        delivery.rejected.iter().map(|x| (x.code.as_str(), &x.reason)).collect();
    let unreadable: Vec<_> =
        reading.rejected.iter().filter(|x| !delivered.contains(&(x.code.as_str(), &x.reason))).collect();
    if place.json {
        print_json(&json!({
            "file": file_name(file), "against": against, "rows": reading.rows, "terms": reading.terms.len(),
            "rejected": unreadable.iter().map(|x| json!({ "row": x.row, "reason": x.reason.to_string() })).collect::<Vec<_>>(),
            "breaches": breaches,
        }));
    } else {
        for x in &unreadable {
            say!("  row {}: {}", x.row, x.reason);
        }
        told(&breaches);
        say!(
            "{} rows, {} terms compared with {against}: {} breaches, {} unreadable rows",
            reading.rows,
            reading.terms.len(),
            breaches.len(),
            unreadable.len()
        );
    }
    if breaches.is_empty() && unreadable.is_empty() {
        Ok(())
    } else {
        Err(format!("{} is not a faithful copy of {against}", file.display()).into())
    }
}

fn told(breaches: &[Breach]) {
    for breach in breaches {
        say!("  {breach}");
    }
}

async fn verify(place: &Place) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let report = thesaurus::verify(&mut tx).await?;
    drop(tx);
    guard.db().close().await;
    if place.json {
        print_json(&serde_json::to_value(&report)?);
    } else {
        for fault in &report.faults {
            say!("  {fault}");
        }
        say!(
            "{} lists, {} matrices, {} terms and {} cells compared with their deliveries: {} faults",
            report.lists,
            report.matrices,
            report.terms,
            report.cells,
            report.faults.len()
        );
    }
    if report.faults.is_empty() { Ok(()) } else { Err("the base is not what was delivered".into()) }
}
