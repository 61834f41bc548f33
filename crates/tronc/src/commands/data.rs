//! `tronc migrate`, `copy-database`, `backup`, `restore`.

use std::path::Path;

use base::SystemClock;
use serde_json::json;
use store::{CopyReport, DatabaseUrl, Db};

use super::{Outcome, print_json};
use crate::{cli::Place, settings::Settings};

pub(super) async fn migrate(place: &Place) -> Outcome {
    let settings = Settings::read(place, "tronc")?;
    let db = Db::open(&settings.database).await?;
    let done = db.migrate(&SystemClock).await?;
    db.close().await;
    if place.json {
        print_json(&json!({ "version": done.version, "applied": done.applied }));
    } else if done.applied.is_empty() {
        say!("{} is up to date (version {}).", settings.database, done.version);
    } else {
        say!("{} is now at version {}: {}.", settings.database, done.version, done.applied.join(", "));
    }
    Ok(())
}

pub(super) async fn copy(from: &str, to: &str, as_json: bool) -> Outcome {
    let (from, to) = (DatabaseUrl::parse(from)?, DatabaseUrl::parse(to)?);
    if let DatabaseUrl::Sqlite(path) = &from
        && !path.exists()
    {
        return Err(format!("`{}` does not exist", path.display()).into());
    }
    let (source, target) = (Db::open(&from).await?, Db::open(&to).await?);
    let report = source
        .copy_to(&target, &SystemClock, &mut |table, rows| {
            if !as_json {
                say!("  {table}: {rows} rows, equal");
            }
        })
        .await?;
    source.close().await;
    target.close().await;
    tell(&report, as_json, &format!("{from} and {to} hold the same data."));
    Ok(())
}

pub(super) async fn backup(place: &Place, file: &Path) -> Outcome {
    let settings = Settings::read(place, "tronc")?;
    let db = Db::open(&settings.database).await?;
    db.backup(file, &SystemClock).await?;
    let copy = Db::open(&DatabaseUrl::Sqlite(file.to_owned())).await?;
    let report = copy.digest().await?;
    copy.close().await;
    db.close().await;
    tell(&report, place.json, &format!("{} written.", file.display()));
    Ok(())
}

pub(super) async fn restore(place: &Place, file: &Path) -> Outcome {
    if !file.exists() {
        return Err(format!("`{}` does not exist", file.display()).into());
    }
    let settings = Settings::read(place, "tronc")?;
    let source = Db::open(&DatabaseUrl::Sqlite(file.to_owned())).await?;
    let target = Db::open(&settings.database).await?;
    let report = source.copy_to(&target, &SystemClock, &mut |_, _| {}).await?;
    source.close().await;
    target.close().await;
    tell(&report, place.json, &format!("{} restored into {}.", file.display(), settings.database));
    Ok(())
}

fn tell(report: &CopyReport, as_json: bool, sentence: &str) {
    let rows: u64 = report.tables.iter().map(|t| t.rows).sum();
    if as_json {
        let tables: Vec<_> = report
            .tables
            .iter()
            .map(|t| json!({ "table": t.name, "rows": t.rows, "sha256": t.sha256 }))
            .collect();
        print_json(&json!({ "rows": rows, "tables": tables }));
    } else {
        say!("{sentence} {} tables, {rows} rows.", report.tables.len());
    }
}
