//! Taking a version away as a file.

use std::io::Write as _;

use serde_json::json;
use store::Tx;
use terminologie::write::{self, Format};

use super::{Failure, Outcome, open_place, print_json};
use crate::cli::{Export, Place};

pub(super) async fn export(place: &Place, o: &Export) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let bytes = if thesaurus::versions(&mut tx, &o.list).await?.is_empty() {
        matrix(&mut tx, o).await?
    } else {
        list(&mut tx, o).await?
    };
    drop(tx);
    guard.db().close().await;
    match &o.output {
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

fn unknown(o: &Export, version: Option<&str>) -> Failure {
    let which = version.map_or(String::new(), |v| format!(" in version {v}"));
    format!("`{}` is not loaded{which}", o.list).into()
}

async fn list(tx: &mut Tx, o: &Export) -> Result<Vec<u8>, Failure> {
    if o.since.is_some() && o.format != "livraison" {
        return Err(
            "only the format `livraison` has a change sheet: --since goes with --format livraison".into()
        );
    }
    let missing = |version: &str| unknown(o, Some(version));
    let version = match &o.version {
        Some(version) => version.clone(),
        None => thesaurus::active_version(tx, &o.list)
            .await?
            .ok_or_else(|| format!("`{}` has no version in use: say which one with --version", o.list))?,
    };
    if o.format == "delivered" {
        let kept = thesaurus::delivered(tx, &o.list, &version).await?;
        return Ok(kept.ok_or_else(|| missing(&version))?.octets);
    }
    let release = thesaurus::release(tx, &o.list, &version).await?.ok_or_else(|| missing(&version))?;
    if o.format == "livraison" {
        let before = match &o.since {
            Some(since) => Some(thesaurus::release(tx, &o.list, since).await?.ok_or_else(|| missing(since))?),
            None => None,
        };
        return Ok(write::delivery(&release, before.as_ref())?);
    }
    let format = Format::parse(&o.format).ok_or_else(|| format!("`{}` is no format", o.format))?;
    Ok(write::release(&release, format)?)
}

async fn matrix(tx: &mut Tx, o: &Export) -> Result<Vec<u8>, Failure> {
    let version = o.version.as_deref();
    let missing = || unknown(o, version);
    let all = thesaurus::matrices(tx).await?;
    let found = all
        .into_iter()
        .find(|m| m.facts.id == o.list && version.map_or(m.active, |v| v == m.version))
        .ok_or_else(missing)?;
    if o.since.is_some() {
        return Err("a matrix has no change sheet: --since is for lists".into());
    }
    if o.format == "delivered" {
        return Ok(thesaurus::delivered_matrix(tx, &o.list, &found.version).await?.ok_or_else(missing)?.1);
    }
    let read = thesaurus::matrix(tx, &o.list, &found.version).await?.ok_or_else(missing)?;
    match o.format.as_str() {
        "xlsx" | "livraison" => Ok(write::matrix(&read)?),
        "csv" => Ok(write::matrix_csv(&read)?),
        other => {
            Err(format!("a matrix is exported as xlsx or csv, or as delivered, not as `{other}`").into())
        }
    }
}
