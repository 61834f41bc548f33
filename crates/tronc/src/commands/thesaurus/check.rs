//! Comparing: somebody's export with a version, the whole base with its deliveries.

use std::{collections::HashSet, path::Path};

use serde_json::json;
use terminologie::{
    Release,
    check::{self, Breach},
    read::{self, Limits, Reason},
};

use super::{Outcome, file_name, layout_named, list_at_version, open_place, print_json, read_file};
use crate::cli::Place;

pub(super) async fn compare(place: &Place, file: &Path, against: &str, layout: Option<&str>) -> Outcome {
    let (list, version) = list_at_version(against)?;
    let bytes = read_file(file)?;
    let reading = read::read(&bytes, layout_named(layout)?, Limits::default())?;
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let missing = || format!("version {version} of `{list}` is not loaded");
    let release = thesaurus::release(&mut tx, &list, &version).await?.ok_or_else(missing)?;
    let others = thesaurus::other_releases(&mut tx, &list, &version).await?;
    let delivery = thesaurus::delivery_report(&mut tx, &list, &version).await?.ok_or_else(missing)?;
    drop(tx);
    guard.db().close().await;
    let former: Vec<&Release> = others.iter().collect();
    let breaches = check::against_since(&reading.terms, &release, &former);
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

pub(super) async fn verify(place: &Place) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let report = thesaurus::verify(&mut tx).await?;
    let published = publication::verifier(&mut tx).await?;
    drop(tx);
    guard.db().close().await;
    if place.json {
        let mut told = serde_json::to_value(&report)?;
        told["publications"] = serde_json::to_value(&published)?;
        print_json(&told);
    } else {
        for fault in &report.faults {
            say!("  {fault}");
        }
        for fault in &published {
            say!("  {fault}");
        }
        say!(
            "{} lists, {} matrices, {} terms and {} cells compared with their deliveries: {} faults",
            report.lists,
            report.matrices,
            report.terms,
            report.cells,
            report.faults.len() + published.len()
        );
    }
    if report.is_sound() && published.is_empty() {
        Ok(())
    } else {
        Err("the base is not what was delivered".into())
    }
}
