//! The starter lists written for the product, so that a new service can work at once.

use base::Instant;
use rust_embed::RustEmbed;
use serde::Deserialize;
use store::Tx;
use terminologie::{
    Facts, MatrixKind,
    read::{Layout, Limits},
};

use crate::{Delivery, Liste, LoadError, LoadReport, MatrixDelivery, Nature, load, load_matrix};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../nomenclatures"]
struct Files;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    liste: Vec<ListLine>,
    matrice: Vec<MatrixLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListLine {
    id: String,
    titre: String,
    fichier: String,
    version: String,
    nature: Nature,
    gestionnaire: String,
    source: String,
    licence: String,
    #[serde(rename = "description")]
    _description: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatrixLine {
    id: String,
    kind: MatrixKind,
    fichier: String,
    version: String,
    metiers: String,
    cibles: String,
    titre: String,
    gestionnaire: String,
    source: String,
    licence: String,
    #[serde(rename = "description")]
    _description: String,
}

/// Loads the starter lists and matrices. What is loaded already does not change, and the version in use stays in use:
/// a newer starter version waits beside it until somebody activates it.
///
/// # Panics
/// Never in a program that passed its tests: the embedded files are part of it.
pub async fn load_starter(tx: &mut Tx, now: Instant) -> Result<Vec<LoadReport>, LoadError> {
    let manifest = manifest();
    let mut reports = Vec::with_capacity(manifest.liste.len() + manifest.matrice.len());
    for line in &manifest.liste {
        let liste = Liste {
            id: line.id.clone(),
            titre: line.titre.clone(),
            nature: line.nature,
            gestionnaire: line.gestionnaire.clone(),
            source: line.source.clone(),
            licence: line.licence.clone(),
        };
        let delivery = Delivery {
            disposition: Some(Layout::Csv),
            depart: true,
            ..Delivery::new(liste, &line.version, &line.fichier, file(&line.fichier))
        };
        reports.push(load(tx, now, &delivery).await?);
    }
    for line in &manifest.matrice {
        let version_of = |id: &str| {
            let version =
                manifest.liste.iter().find(|l| l.id == id).map_or_else(String::new, |l| l.version.clone());
            (id.to_owned(), version)
        };
        let delivery = MatrixDelivery {
            facts: Facts {
                id: line.id.clone(),
                title: line.titre.clone(),
                manager: line.gestionnaire.clone(),
                source: line.source.clone(),
                licence: line.licence.clone(),
                ..Facts::default()
            },
            genre: line.kind,
            version: line.version.clone(),
            metiers: version_of(&line.metiers),
            cibles: version_of(&line.cibles),
            fichier: line.fichier.clone(),
            octets: file(&line.fichier),
            depart: true,
            activate: true,
            seal: None,
            limits: Limits::default(),
        };
        reports.push(load_matrix(tx, now, &delivery).await?);
    }
    Ok(reports)
}

/// The program's own file of a starter list, if this program has that version of it.
pub(crate) fn list_file(id: &str, version: &str) -> Option<Vec<u8>> {
    let line = manifest().liste.into_iter().find(|l| l.id == id && l.version == version)?;
    Some(file(&line.fichier))
}

/// The program's own file of a starter matrix, if this program has that version of it.
pub(crate) fn matrix_file(id: &str, version: &str) -> Option<Vec<u8>> {
    let line = manifest().matrice.into_iter().find(|l| l.id == id && l.version == version)?;
    Some(file(&line.fichier))
}

fn manifest() -> Manifest {
    // The file is compiled in and a test reads it: it cannot be wrong in a program that was delivered.
    toml::from_str(&String::from_utf8_lossy(&file("manifest.toml")))
        .expect("the manifest of starter lists reads")
}

fn file(name: &str) -> Vec<u8> {
    // The same: a test loads every file that the manifest names.
    Files::get(name).expect("the manifest names embedded files").data.into_owned()
}
