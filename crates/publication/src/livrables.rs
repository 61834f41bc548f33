//! The files of a publication.

use std::collections::HashMap;

use base::Date;
use papers::{LigneListe, ListeImprimable};
use terminologie::{
    Matrix, Release, Term,
    write::{self, Format},
};

use crate::publier::PublishError;

/// A file: its name and its bytes.
pub(crate) type Fichier = (String, Vec<u8>);

/// Every file of a version of a list: the yearly workbook with its sheet of changes, CSV, SKOS, FHIR, SVS, and a list
/// to print. The first one, CSV, is what subscribers load.
pub(crate) fn of_release(
    release: &Release,
    before: Option<&Release>,
    today: Date,
) -> Result<Vec<Fichier>, PublishError> {
    let stem = format!("{}-{}", release.facts.id, release.version);
    let mut files = Vec::new();
    for format in [Format::Csv, Format::SkosTurtle, Format::SkosRdfXml, Format::Svs, Format::Tabule] {
        files.push((format!("{stem}.{}", format.extension()), write::release(release, format)?));
    }
    files.insert(1, (format!("{stem}-livraison.xlsx"), write::delivery(release, before)?));
    let bundle = write::fhir_bundle(std::slice::from_ref(release), &[])?;
    files.push((format!("{stem}-fhir.json"), bundle));
    files.push((format!("{stem}.pdf"), papers::liste(&printed(release), today)?.bytes));
    Ok(files)
}

/// The two-tab workbook of a matrix, which subscribers load.
pub(crate) fn of_matrix(matrix: &Matrix) -> Result<Vec<Fichier>, PublishError> {
    Ok(vec![(format!("{}-{}.xlsx", matrix.facts.id, matrix.version), write::matrix(matrix)?)])
}

fn printed(release: &Release) -> ListeImprimable {
    let facts = &release.facts;
    let parents: HashMap<&str, &str> =
        release.terms.iter().filter_map(|t| Some((t.code.as_str(), t.parents.first()?.as_str()))).collect();
    ListeImprimable {
        titre: facts.title.clone(),
        version: release.version.clone(),
        gestionnaire: facts.manager.clone(),
        licence: facts.licence.clone(),
        lignes: release
            .terms
            .iter()
            .map(|term| LigneListe {
                code: term.code.clone(),
                libelle: term.label.clone(),
                profondeur: depth(&term.code, &parents),
                inactif: !term.active,
                mentions: mentions(term),
            })
            .collect(),
    }
}

fn mentions(term: &Term) -> String {
    let mut words = Vec::new();
    if term.special_risk.is_some() {
        words.push("risque particulier");
    }
    if term.vip_risk.is_some() {
        words.push("risque VIP");
    }
    if let Some(nature) = term.nature {
        words.push(nature.label());
    }
    words.join(" · ")
}

/// How many terms stand above a code, by principal parents; a page has no room for more than twelve.
fn depth(code: &str, parents: &HashMap<&str, &str>) -> u8 {
    let mut depth = 0;
    let mut at = parents.get(code);
    while let Some(parent) = at.filter(|_| depth < 12) {
        depth += 1;
        at = parents.get(parent);
    }
    depth
}
