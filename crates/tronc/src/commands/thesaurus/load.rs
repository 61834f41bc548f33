//! Bringing in lists and matrices, and putting a version in use. Each act is journalled.

use guard::{Caller, GererService, Purpose, Role};
use serde_json::json;
use terminologie::{Facts, MatrixKind, read::Limits};
use thesaurus::{Delivery, Liste, LoadReport, MatrixDelivery, Nature};

use super::{Failure, Outcome, file_name, layout_named, list_at_version, open_place, print_json, read_file};
use crate::cli::{Load, LoadMatrix, Place};

fn at_the_command_line() -> Caller {
    Caller::command("ligne de commande", Role::Informatique)
}

pub(super) async fn starter(place: &Place) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().begin().await?;
    let reports = thesaurus::load_starter(&mut tx, guard.clock().now()).await?;
    tx.commit().await?;
    guard.db().close().await;
    tell(&reports, place.json);
    Ok(())
}

pub(super) async fn load(place: &Place, o: Load) -> Outcome {
    let nature =
        match &o.kind {
            None => None,
            Some(kind) => Some(Nature::parse(kind).ok_or_else(|| {
                format!("`{kind}` is no kind of list: principale, complementaire or externe")
            })?),
        };
    let disposition = layout_named(o.layout.as_deref())?;
    let octets = read_file(&o.file)?;
    let fichier = file_name(&o.file);
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let known = thesaurus::known_facts(&mut tx, &o.list).await?;
    drop(tx);
    let known = known.unwrap_or_else(|| Liste {
        id: o.list.clone(),
        titre: o.list.clone(),
        nature: Nature::Externe,
        gestionnaire: String::new(),
        source: String::new(),
        licence: String::new(),
    });
    // What is not said stays as it is known; the source of a list that says none is its file.
    let source = Some(known.source).filter(|s| !s.is_empty()).unwrap_or_else(|| fichier.clone());
    let liste = Liste {
        id: o.list,
        titre: o.title.unwrap_or(known.titre),
        nature: nature.unwrap_or(known.nature),
        gestionnaire: o.manager.unwrap_or(known.gestionnaire),
        source: o.source.unwrap_or(source),
        licence: o.licence.unwrap_or(known.licence),
    };
    let delivery = Delivery {
        disposition,
        publiee_le: o.issued,
        activate: !o.not_in_use,
        ..Delivery::new(liste, o.version, fichier, octets)
    };
    let prepared = thesaurus::prepare(&delivery)?;
    let report = guard
        .run::<GererService, _, Failure, _>(
            &at_the_command_line(),
            &delivery.liste.id,
            Purpose::Gestion,
            move |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    let report = thesaurus::keep(&mut work.tx, now, prepared).await?;
                    let what = format!("{} {}", report.id, report.version);
                    work.journal_change("chargement d'une livraison", None, Some(what)).await?;
                    Ok(report)
                })
            },
        )
        .await?;
    guard.db().close().await;
    tell(&[report], place.json);
    Ok(())
}

pub(super) async fn load_matrix(place: &Place, o: LoadMatrix) -> Outcome {
    let genre = MatrixKind::parse(&o.kind)
        .ok_or_else(|| format!("`{}` is no kind of matrix: exposition or tache", o.kind))?;
    let octets = read_file(&o.file)?;
    let (metiers, cibles) = (list_at_version(&o.trades)?, list_at_version(&o.targets)?);
    let guard = open_place(place).await?;
    let fichier = file_name(&o.file);
    let delivery = MatrixDelivery {
        facts: Facts {
            title: o.title.unwrap_or_else(|| o.matrix.clone()),
            id: o.matrix,
            manager: o.manager,
            source: o.source.unwrap_or_else(|| fichier.clone()),
            licence: o.licence,
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
        seal: None,
        limits: Limits::default(),
    };
    let prepared = thesaurus::prepare_matrix(&delivery)?;
    let report = guard
        .run::<GererService, _, Failure, _>(
            &at_the_command_line(),
            &delivery.facts.id,
            Purpose::Gestion,
            move |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    let report = thesaurus::keep_matrix(&mut work.tx, now, prepared).await?;
                    let what = format!("{} {}", report.id, report.version);
                    work.journal_change("chargement d'une matrice", None, Some(what)).await?;
                    Ok(report)
                })
            },
        )
        .await?;
    guard.db().close().await;
    tell(&[report], place.json);
    Ok(())
}

/// Puts a version in use: of a list, or of a matrix where no list has that name.
pub(super) async fn activate(place: &Place, list: String, version: String) -> Outcome {
    let guard = open_place(place).await?;
    let (told, object) = ((list.clone(), version.clone()), list.clone());
    guard
        .run::<GererService, _, Failure, _>(
            &at_the_command_line(),
            &object,
            Purpose::Gestion,
            move |work, _| {
                Box::pin(async move {
                    let tx = &mut work.tx;
                    let matrices = thesaurus::matrices(tx).await?;
                    let matrix = matrices.iter().any(|m| m.facts.id == list)
                        && thesaurus::versions(tx, &list).await?.is_empty();
                    let (before, what) = if matrix {
                        thesaurus::activate_matrix(tx, &list, &version).await?;
                        let before = matrices.into_iter().find(|m| m.facts.id == list && m.active);
                        (before.map(|m| m.version), "mise en service d'une matrice")
                    } else {
                        let before = thesaurus::active_version(tx, &list).await?;
                        thesaurus::activate(tx, &list, &version).await?;
                        (before, "mise en service d'une version")
                    };
                    work.journal_change(what, before, Some(version)).await?;
                    Ok(())
                })
            },
        )
        .await?;
    guard.db().close().await;
    let (list, version) = told;
    if place.json {
        print_json(&json!({ "list": list, "in_use": version }));
    } else {
        say!("{list} {version} is in use.");
    }
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
