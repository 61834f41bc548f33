//! The starter lists written for the product, so that a new service can work at once.

use base::Instant;
use rust_embed::RustEmbed;
use serde::Deserialize;
use store::Tx;

use crate::{Delivery, Limits, Liste, LoadError, LoadReport, MatrixDelivery, Nature, load, load_matrix};

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
    kind: String,
    fichier: String,
    version: String,
    metiers: String,
    cibles: String,
    #[serde(rename = "titre")]
    _titre: String,
    #[serde(rename = "gestionnaire")]
    _gestionnaire: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "licence")]
    _licence: String,
    #[serde(rename = "description")]
    _description: String,
}

/// Loads the starter lists and matrices. What is loaded already does not change, and an official version in
/// use stays in use.
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
            liste,
            version: line.version.clone(),
            fichier: line.fichier.clone(),
            octets: file(&line.fichier),
            depart: true,
            limits: Limits::default(),
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
            id: line.id.clone(),
            genre: line.kind.clone(),
            version: line.version.clone(),
            metiers: version_of(&line.metiers),
            cibles: version_of(&line.cibles),
            octets: file(&line.fichier),
            limits: Limits::default(),
        };
        reports.push(load_matrix(tx, &delivery).await?);
    }
    Ok(reports)
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
