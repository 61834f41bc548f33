//! `tronc thesaurus …`: the common language, for the service's IT and for other vendors. Needs nothing but a data
//! directory.

mod check;
mod export;
mod load;

use std::path::Path;

use serde_json::json;
use terminologie::{diff, read::Layout};

use super::{Outcome, lists::read as read_file, open_place, print_json};
use crate::{
    cli::{Place, Thesaurus},
    rooms,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(super) async fn run(place: &Place, command: Thesaurus) -> Outcome {
    match command {
        Thesaurus::Starter => load::starter(place).await,
        Thesaurus::Load(options) => load::load(place, options).await,
        Thesaurus::LoadMatrix(options) => load::load_matrix(place, options).await,
        Thesaurus::List { all } => list(place, all).await,
        Thesaurus::Activate { list, version } => load::activate(place, list, version).await,
        Thesaurus::Export(options) => export::export(place, &options).await,
        Thesaurus::Diff { list, from, to } => differences(place, &list, &from, &to).await,
        Thesaurus::Search { list, text } => search(place, &list, &text).await,
        Thesaurus::Check { file, against, layout } => {
            check::compare(place, &file, &against, layout.as_deref()).await
        }
        Thesaurus::Verify => check::verify(place).await,
    }
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

/// `LIST@VERSION`.
fn list_at_version(text: &str) -> Result<(String, String), Failure> {
    let (list, version) = text
        .split_once('@')
        .filter(|(list, version)| !list.is_empty() && !version.is_empty())
        .ok_or_else(|| format!("`{text}` is not LIST@VERSION"))?;
    Ok((list.to_owned(), version.to_owned()))
}

async fn list(place: &Place, all: bool) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let mut lists = thesaurus::lists(&mut tx).await?;
    if all {
        let waiting = thesaurus::waiting(&mut tx).await?;
        let names: Vec<String> =
            std::mem::take(&mut lists).into_iter().chain(waiting).map(|l| l.liste.id).collect();
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
            .map(|l| json!({ "list": l.liste.id, "title": l.liste.titre, "version": l.version, "terms": l.termes, "in_use": l.active, "starter": l.depart, "issued": l.publiee_le.map(|d| d.to_string()), "signed_by": l.sceau.as_ref().map(|s| &s.federation), "sha256": l.sha256 }))
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
        let in_use = if l.active { "in use" } else { "not in use" };
        say!(
            "{:<26} {:<14} {:>6} terms {in_use:<10}{starter}  {}",
            l.liste.id,
            l.version,
            l.termes,
            l.liste.titre
        );
    }
    for m in matrices {
        let in_use = if m.active { "in use" } else { "not in use" };
        say!("{:<26} {:<14} {:>6} cells {in_use:<10}  {}", m.facts.id, m.version, m.cellules, m.facts.title);
    }
    Ok(())
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
