//! `tronc import …`, `tronc droit …`.

use std::{io::Read as _, path::Path};

use base::Date;
use droit::{Faits, Reglages, Regles};
use echanges::{Fichier, Limites};
use guard::{Caller, Role};
use serde_json::json;

use super::{Outcome, open_place, print_json, setup::centre_named};
use crate::cli::Place;

pub(super) async fn import(place: &Place, file: &Path, centre: Option<&str>, dry_run: bool) -> Outcome {
    let octets = read(file)?;
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let centre = centre_named(&mut tx, centre).await?;
    drop(tx);
    let fichier = Fichier {
        nom: file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        octets,
    };
    let caller = Caller::command("ligne de commande", Role::Informatique);
    let options =
        echanges::Options { centre: centre.id, medecin: None, essai: dry_run, limites: Limites::default() };
    let done = echanges::importer(&guard, &caller, fichier, options).await?;
    guard.db().close().await;
    if place.json {
        let refused: Vec<_> = done
            .refus
            .iter()
            .map(|r| json!({ "row": r.ligne, "column": r.colonne, "value": r.valeur, "reason": r.raison }))
            .collect();
        print_json(&json!({
            "import": done.lot, "already_done": done.deja_le.is_some(), "dry_run": dry_run,
            "rows": done.lignes, "integrated": done.integrees, "unchanged": done.inchangees,
            "rejected": done.refusees, "new_members": done.adherents, "new_establishments": done.etablissements,
            "new_workers": done.salaries, "new_contracts": done.contrats, "leavers": done.departs,
            "unknown_columns": done.colonnes_ignorees, "refusals": refused,
        }));
        return Ok(());
    }
    if done.deja_le.is_some() {
        say!("This file was already imported: nothing changed.");
    }
    say!(
        "{} rows read = {} integrated + {} unchanged + {} rejected{}",
        done.lignes,
        done.integrees,
        done.inchangees,
        done.refusees,
        if dry_run { " (dry run: nothing was written)" } else { "" }
    );
    say!(
        "{} new members, {} new establishments, {} new workers, {} new contracts, {} leavers",
        done.adherents,
        done.etablissements,
        done.salaries,
        done.contrats,
        done.departs
    );
    for column in &done.colonnes_ignorees {
        say!("  column not recognised: {column}");
    }
    for r in &done.refus {
        say!("  row {}, {} `{}`: {}", r.ligne, r.colonne, r.valeur, r.raison);
    }
    Ok(())
}

pub(super) fn explain(facts: &Path, at: Date) -> Outcome {
    let text = if facts == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        String::from_utf8(read(facts)?).map_err(|_| format!("`{}` is not UTF-8 text", facts.display()))?
    };
    let facts: Faits = serde_json::from_str(&text).map_err(|e| format!("the facts cannot be read: {e}"))?;
    let answer =
        droit::evaluer(Regles::en_vigueur(), &facts, &Reglages::default(), at).map_err(|faults| {
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            format!("these facts cannot be: {}", lines.join("; "))
        })?;
    print_json(&serde_json::to_value(&answer)?);
    Ok(())
}

pub(super) fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|e| format!("cannot read `{}`: {e}", file.display()))
}
