//! The files of a publication.

use std::collections::HashMap;

use base::Date;
use papers::{LigneListe, ListeImprimable};
use terminologie::{
    Matrix, Release, Term,
    read::{self, Limits},
    write::{self, Format},
};

use crate::publier::PublishError;

/// A file: its name and its bytes.
pub(crate) type Fichier = (String, Vec<u8>);

/// Every file of a version of a list: the yearly workbook with its sheet of changes, CSV, SKOS, FHIR (with the map from
/// the version before), SVS, and a list to print. The first one, CSV, is what subscribers load: read again, it gives the
/// same terms.
pub(crate) fn of_release(
    release: &Release,
    before: Option<&Release>,
    recoded: &[(String, String)],
    today: Date,
) -> Result<Vec<Fichier>, PublishError> {
    let stem = format!("{}-{}", release.facts.id, release.version);
    let mut files = Vec::new();
    for format in [Format::Csv, Format::SkosTurtle, Format::SkosRdfXml, Format::Svs, Format::Tabule] {
        files.push((format!("{stem}.{}", format.extension()), write::release(release, format)?));
    }
    read_back(release, &files[0].1)?;
    files.insert(1, (format!("{stem}-livraison.xlsx"), write::delivery(release, before)?));
    let map = before.map(|before| write::concept_map(before, release, recoded)).transpose()?;
    let bundle = write::fhir_bundle(std::slice::from_ref(release), map.as_slice())?;
    files.push((format!("{stem}-fhir.json"), bundle));
    files.push((format!("{stem}.pdf"), papers::liste(&printed(release), today)?.bytes));
    Ok(files)
}

/// What subscribers would read is what was decided, to the byte; natures are written for people, rows are those of the
/// file.
fn read_back(release: &Release, csv: &[u8]) -> Result<(), PublishError> {
    let unlike = |what: String| Err(PublishError::ReadBack(what));
    let reading = match read::read(csv, None, Limits::default()) {
        Ok(reading) => reading,
        Err(error) => return unlike(error.sentence()),
    };
    if let Some(rejected) = reading.rejected.first() {
        return unlike(format!("ligne\u{a0}{}, {}", rejected.row, rejected.reason.sentence()));
    }
    let bare = |t: &Term| Term { nature: None, row: 0, ..t.clone() };
    if let Some((term, _)) =
        release.terms.iter().zip(&reading.terms).find(|(ours, read)| bare(ours) != bare(read))
    {
        return unlike(format!("le terme «\u{a0}{}\u{a0}» change", term.code));
    }
    if reading.terms.len() != release.terms.len() {
        return unlike(format!("{}\u{a0}termes au lieu de {}", reading.terms.len(), release.terms.len()));
    }
    Ok(())
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
