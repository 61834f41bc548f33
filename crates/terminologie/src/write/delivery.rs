//! The yearly workbook of the profession.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::table::{attribute_cells, status, titles};
use super::words::join;
use super::workbook::{Sheet, book};
use super::{WriteError, said, whole};
use crate::diff::{Change, Differences, Field, MetadataChange, What, diff};
use crate::{Nature, Release, Term};

/// The metadata whose changes have a column of their own in the profession's workbooks since 2018.
const FOLLOWED: [Field; 4] = [Field::Synonyms, Field::References, Field::SpecialRisk, Field::VipRisk];

/// Writes the workbook that the profession delivers every year. Its sheets:
///
/// 1. `Thésaurus`: one row a term in the order of the release, with its line number, code, label, code above, name
///    of its level, one column a level of the tree, nature of the change and status, synonyms, references, flags,
///    then what became of each of these four since `before`, description, remark, trigger, groups, and the other
///    delivered columns. The nature is the declared one; where none is, the one computed against `before`.
/// 2. `Changements`: one row for each term that differs from `before`, deleted ones included; empty without it.
/// 3. `Version`: what is known of the list.
///
/// Several texts in one cell (synonyms, groups) are separated by ` | `, a bar inside a text being doubled. Every
/// cell is a text, whatever its first sign, save the line numbers.
///
/// # Errors
/// When the release is not whole, or exceeds what a workbook holds.
pub fn delivery(release: &Release, before: Option<&Release>) -> Result<Vec<u8>, WriteError> {
    whole(release)?;
    let differences = before.map(|b| diff(&b.terms, &release.terms));
    let (header, rows) = terms(release, differences.as_ref());
    let change_header = CHANGES.map(str::to_owned);
    let changes = match (before, &differences) {
        (Some(before), Some(differences)) => changes(before, release, differences),
        _ => Vec::new(),
    };
    let fact_header = ["Donnée", "Valeur"].map(str::to_owned);
    let facts = facts(release, before);
    book(
        &release.facts.title,
        release.issued,
        &[
            Sheet {
                name: "Thésaurus",
                header: &header,
                widths: &[8, 14, 60, 14, 16, 30],
                rows: &rows,
                numbers: &[0],
            },
            Sheet {
                name: "Changements",
                header: &change_header,
                widths: &[14, 14, 50, 50, 24, 24, 40, 60],
                rows: &changes,
                numbers: &[],
            },
            Sheet { name: "Version", header: &fact_header, widths: &[24, 80], rows: &facts, numbers: &[] },
        ],
    )
}

const CHANGES: [&str; 8] = [
    "Code",
    "Ancien code",
    "Ancien libellé",
    "Nouveau libellé",
    "Nature déclarée",
    "Nature calculée",
    "Déplacement",
    "Métadonnées",
];

fn terms(release: &Release, differences: Option<&Differences>) -> (Vec<String>, Vec<Vec<String>>) {
    let paths = paths(&release.terms);
    let levels = paths.iter().map(Vec::len).max().unwrap_or_default();
    let titles = titles(&release.terms);
    let mut header: Vec<String> =
        ["Numéro de ligne", "Code", "Libellé", "Code parent", "Niveau"].map(str::to_owned).to_vec();
    header.extend((1..=levels).map(|n| format!("Niveau {n}")));
    header.extend(
        [
            "Nature de la modification",
            "Statut",
            "Synonymes",
            "Références réglementaires",
            "Risque particulier",
            "Risque générant une VIP",
            "Modification des synonymes",
            "Modification des références",
            "Modification du risque particulier",
            "Modification du risque générant une VIP",
            "Description",
            "Remarque",
            "Déclencheur",
            "Groupes",
        ]
        .map(str::to_owned),
    );
    header.extend(titles.iter().map(|t| (*t).to_owned()));

    let computed = differences.map(Differences::natures).unwrap_or_default();
    let metadata = differences.map(metadata_by_code).unwrap_or_default();
    let text = |text: &Option<String>| said(text.as_ref()).unwrap_or_default().to_owned();
    let rows = release
        .terms
        .iter()
        .zip(&paths)
        .enumerate()
        .map(|(i, (term, path))| {
            let nature = term.nature.or_else(|| computed.get(term.code.as_str()).copied());
            let mut row = vec![
                (i + 1).to_string(),
                term.code.clone(),
                term.label.clone(),
                join(&term.parents),
                text(&term.level),
            ];
            row.extend((0..levels).map(|n| path.get(n).map_or_else(String::new, |l| (*l).to_owned())));
            row.extend([
                nature.map_or_else(String::new, |n| n.label().to_owned()),
                status(term).to_owned(),
                join(&term.synonyms),
                text(&term.references),
                text(&term.special_risk),
                text(&term.vip_risk),
            ]);
            row.extend(FOLLOWED.map(|field| {
                let change = metadata.get(&(term.code.as_str(), field));
                change.map_or_else(String::new, |c| metadata_nature(c).label().to_owned())
            }));
            row.extend([
                text(&term.description),
                text(&term.remark),
                text(&term.trigger),
                join(&term.groups),
            ]);
            row.extend(attribute_cells(term, &titles));
            row
        })
        .collect();
    (header, rows)
}

/// The labels from the root down to each term, through the principal terms above.
fn paths(terms: &[Term]) -> Vec<Vec<&str>> {
    let by_code: HashMap<&str, &Term> = terms.iter().map(|t| (t.code.as_str(), t)).collect();
    terms
        .iter()
        .map(|term| {
            let mut path = vec![term.label.as_str()];
            let mut seen = HashSet::from([term.code.as_str()]);
            let mut place = term;
            // A draft may still hold a circle: it is walked once.
            while let Some(above) = place.parents.first().and_then(|p| by_code.get(p.as_str()).copied()) {
                if !seen.insert(&above.code) {
                    break;
                }
                path.push(&above.label);
                place = above;
            }
            path.reverse();
            path
        })
        .collect()
}

fn metadata_by_code(differences: &Differences) -> HashMap<(&str, Field), &MetadataChange> {
    differences
        .changes
        .iter()
        .filter_map(|c| match &c.what {
            What::Metadata(m) => Some(((c.code.as_str(), m.field), m)),
            _ => None,
        })
        .collect()
}

/// The four natures serve metadata too: added, replaced or put in another order, withdrawn.
fn metadata_nature(change: &MetadataChange) -> Nature {
    match (change.removed.is_empty(), change.added.is_empty()) {
        (true, false) => Nature::Nouveau,
        (false, true) => Nature::Supprime,
        _ => Nature::LibelleModifie,
    }
}

/// What one term of the change sheet says.
#[derive(Default)]
struct Line {
    old_code: Option<String>,
    moved: Vec<String>,
    metadata: Vec<String>,
}

/// One row for each term that changed: the codes of the newer list in its order, then the deleted ones.
fn changes(before: &Release, after: &Release, differences: &Differences) -> Vec<Vec<String>> {
    let natures = differences.natures();
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    for change in &differences.changes {
        let line = lines.entry(&change.code).or_default();
        line.old_code = line.old_code.take().or_else(|| change.was.clone());
        tell(change, line);
    }
    for pair in differences.recodification.iter().flat_map(|r| &r.pairs) {
        let line = lines.entry(&pair.new).or_default();
        line.old_code = Some(pair.old.clone());
    }
    let old: HashMap<&str, &Term> = before.terms.iter().map(|t| (t.code.as_str(), t)).collect();
    let new: HashMap<&str, &Term> = after.terms.iter().map(|t| (t.code.as_str(), t)).collect();
    let changed = |code: &str| lines.contains_key(code) || natures.contains_key(code);
    let later = after.terms.iter().map(|t| t.code.as_str());
    let gone = before.terms.iter().map(|t| t.code.as_str()).filter(|c| !new.contains_key(c));
    later
        .chain(gone)
        .filter(|code| changed(code))
        .map(|code| {
            let line = lines.get(code);
            let old_code = line.and_then(|l| l.old_code.as_deref()).unwrap_or(code);
            let label = |term: Option<&&Term>| term.map_or_else(String::new, |t| t.label.clone());
            let name = |nature: Option<Nature>| nature.map_or_else(String::new, |n| n.label().to_owned());
            vec![
                code.to_owned(),
                if old_code == code { String::new() } else { old_code.to_owned() },
                label(old.get(old_code)),
                label(new.get(code)),
                name(new.get(code).and_then(|t| t.nature)),
                name(natures.get(code).copied()),
                line.map_or_else(String::new, |l| l.moved.join("\n")),
                line.map_or_else(String::new, |l| l.metadata.join("\n")),
            ]
        })
        .collect()
}

fn tell(change: &Change, line: &mut Line) {
    match &change.what {
        What::Moved { .. } => line.moved.push(change.sentence()),
        What::Metadata(_) | What::Reactivated => line.metadata.push(change.sentence()),
        // The labels, the codes and the nature have their own columns.
        What::New | What::Relabelled(_) | What::Inactivated | What::Deleted { .. } | What::Recoded(_) => {}
    }
}

fn facts(release: &Release, before: Option<&Release>) -> Vec<Vec<String>> {
    let facts = &release.facts;
    let day = |release: &Release| release.issued.map(|d| d.to_string()).unwrap_or_default();
    let rows = [
        ("Liste", facts.title.clone()),
        ("Identifiant", facts.id.clone()),
        ("Version", release.version.clone()),
        ("Date de la version", day(release)),
        ("Version précédente", before.map(|b| b.version.clone()).unwrap_or_default()),
        ("Gestionnaire", facts.manager.clone()),
        ("Source", facts.source.clone()),
        ("Licence", facts.licence.clone()),
        ("Adresse", facts.url.clone().unwrap_or_default()),
        ("OID", facts.oid.clone().unwrap_or_default()),
        ("Termes", release.terms.len().to_string()),
        ("Termes actifs", release.terms.iter().filter(|t| t.active).count().to_string()),
    ];
    rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
}
