//! The golden numbers: real nomenclatures, compared version by version. Without the data at hand, nothing is proved.
use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use terminologie::{
    Term,
    diff::{Differences, Evidence, Kind, diff, reissued},
    read::{Limits, read},
};

/// A file of the real nomenclatures, where they are at hand.
fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("TRONC_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    std::fs::read(root.join(path)).ok()
}

/// The rows of a delimited file, by title of column.
fn rows(path: &str, delimiter: u8) -> Option<Vec<BTreeMap<String, String>>> {
    let bytes = shared(path)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
    Some(reader.deserialize().map(Result::unwrap).collect())
}

fn term(code: &str, label: &str, parent: &str) -> Term {
    Term {
        code: code.into(),
        label: label.into(),
        parents: if parent.is_empty() { vec![] } else { vec![parent.into()] },
        active: true,
        ..Term::default()
    }
}

fn naf(file: &str) -> Option<Vec<Term>> {
    Some(rows(file, b',')?.iter().map(|r| term(&r["Code"], &r["Libellé"], "")).collect())
}

/// Communes bear their type beside their code: a delegated commune may have the code of the commune it is in.
fn communes(file: &str) -> Option<Vec<Term>> {
    Some(
        rows(file, b';')?
            .iter()
            .map(|r| term(&format!("{} {}", r["code_insee"], r["type"]), &r["nom"], ""))
            .collect(),
    )
}

fn pcs(file: &str, level: &str) -> Option<Vec<Term>> {
    Some(
        rows(file, b';')?
            .iter()
            .filter(|r| r["niveau"] == level)
            .map(|r| term(&r["code"], &r["libelle"], &r["code_parent"]))
            .collect(),
    )
}

/// Raw figures: codes that came, codes that left, labels that changed.
fn figures(d: &Differences) -> (usize, usize, usize) {
    (d.counts.only_after, d.counts.only_before, d.count(Kind::Relabelled))
}

#[test]
fn the_naf_of_2003_and_of_2008_differ_by_one_recodification() {
    let (Some(before), Some(after)) = (naf("naf/naf2003.csv"), naf("naf/naf2008.csv")) else { return };
    let d = diff(&before, &after);
    assert_eq!((d.counts.common, d.counts.only_before, d.counts.only_after), (0, 712, 732));
    let whole = d.recodification.as_ref().unwrap();
    assert_eq!((d.count(Kind::New), d.count(Kind::Deleted), d.count(Kind::Recoded)), (0, 0, 0));
    assert_eq!((whole.form_before.as_str(), whole.form_after.as_str()), ("99.9A", "99.99A"));
    let exact = whole.pairs.iter().filter(|p| p.evidence == Evidence::LabelAndPlace).count();
    assert_eq!(exact, 215);
    assert_eq!(whole.pairs.len() + whole.unmatched_before.len(), 712);
    assert_eq!(whole.pairs.len() + whole.unmatched_after.len(), 732);
    assert_eq!(d.changes.len(), whole.pairs.len() - exact, "the only others are changes of typography");
    assert_eq!(d.codes_touched().len(), 712);
}

#[test]
fn communes_of_2024_and_of_2026_differ_by_101_added_149_removed_and_63_renamed() {
    let (Some(mut before), Some(mut after)) =
        (communes("communes_cog/communes_2024.csv"), communes("communes_cog/communes_2026.csv"))
    else {
        return;
    };
    let d = diff(&before, &after);
    assert_eq!((d.counts.before, d.counts.after), (37_638, 37_590));
    assert_eq!(figures(&d), (101, 149, 63));
    assert!(d.recodification.is_none());

    for list in [&mut before, &mut after] {
        list.retain(|t| t.code.ends_with(" commune-actuelle"));
    }
    let d = diff(&before, &after);
    assert_eq!((d.counts.before, d.counts.after), (35_029, 34_969));
    assert_eq!((d.counts.only_before, d.counts.only_after), (68, 8));
    // Four seats of merged communes moved, under the same name: new codes of the same communes.
    assert_eq!((d.count(Kind::Recoded), d.count(Kind::New), d.count(Kind::Deleted)), (4, 4, 64));
}

#[test]
fn the_pcs_of_2003_and_of_2017_differ_by_165_labels_of_which_43_beyond_typography() {
    let (Some(before), Some(after)) =
        (pcs("pcs2003_insee/pcs2003.csv", "4"), pcs("pcs_ese_2017/pcs_ese_2017.csv", "3"))
    else {
        return;
    };
    let d = diff(&before, &after);
    assert_eq!((d.counts.common, d.counts.only_before, d.counts.only_after), (374, 123, 55));
    assert_eq!(d.count(Kind::Relabelled), 165);
    assert_eq!(d.count(Kind::Relabelled) - d.counts.only_typographic, 43);
    assert!(d.recodification.is_none());
}

#[test]
fn the_social_professions_remember_that_their_codes_were_issued_again() {
    let Some(bytes) = shared("ans_nos_svs_xml/TRE_R94-ProfessionSocial.xml") else { return };
    let after = read(&bytes, None, Limits::default()).unwrap().terms;
    assert_eq!((after.len(), after.iter().filter(|t| !t.active).count()), (26, 14));
    let pairs = reissued(&after);
    assert_eq!(pairs.len(), 12, "two professions ended without another code");
    assert_eq!((pairs[0].old.as_str(), pairs[0].new.as_str()), ("200", "41"));

    // The list as it was the day before: the same terms, twelve of them still offered, the new codes not there yet.
    let before: Vec<Term> = after
        .iter()
        .filter(|t| !t.active)
        .map(|t| Term { active: pairs.iter().any(|p| p.old == t.code), ..t.clone() })
        .collect();
    let d = diff(&before, &after);
    let whole = d.recodification.as_ref().unwrap();
    assert_eq!((whole.pairs.len(), whole.unmatched_before.len(), whole.unmatched_after.len()), (12, 0, 0));
    assert!(whole.pairs.iter().all(|p| p.kept));
    assert_eq!((d.count(Kind::New), d.count(Kind::Inactivated)), (0, 0));
}

/// Forty thousand terms in a tree of five levels.
fn forest() -> Vec<Term> {
    (0..40_000usize)
        .map(|n| {
            let parent = if n < 10 { String::new() } else { format!("K{:05}", n / 10) };
            let mut t =
                term(&format!("K{n:05}"), &format!("Libellé numéro {n} d'une longueur courante"), &parent);
            t.synonyms = vec![format!("autre nom {n}"), format!("sigle {n}")];
            t
        })
        .collect()
}

#[test]
fn forty_thousand_terms_are_compared_part_by_part() {
    let before = forest();
    let mut after = before.clone();
    for (n, t) in after.iter_mut().enumerate() {
        match n % 10 {
            1 => t.label.push_str(" modifié"),
            2 => t.active = false,
            3 => t.synonyms[0].push('x'),
            _ => {}
        }
    }
    let d = diff(&before, &after);
    assert_eq!(
        (d.count(Kind::Relabelled), d.count(Kind::Inactivated), d.count(Kind::Metadata)),
        (4_000, 4_000, 4_000)
    );
}

#[test]
#[ignore = "prints times: run it alone"]
fn speed() {
    let before = forest();
    let mut changed = before.clone();
    changed.iter_mut().step_by(10).for_each(|t| t.label.push_str(" modifié"));
    let recode = |code: &str| format!("TEP{}", code.trim_start_matches('K'));
    let recoded: Vec<Term> = before
        .iter()
        .map(|t| Term {
            code: recode(&t.code),
            parents: t.parents.iter().map(|p| recode(p)).collect(),
            ..t.clone()
        })
        .collect();
    for (what, after) in
        [("identical", &before), ("one label in ten", &changed), ("recoded as a whole", &recoded)]
    {
        let start = Instant::now();
        let d = diff(&before, after);
        eprintln!("40,000 terms, {what}: {:?}, {} changes", start.elapsed(), d.changes.len());
    }
}
