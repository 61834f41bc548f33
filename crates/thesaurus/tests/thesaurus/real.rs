//! The real nomenclatures, where they are at hand: loaded as they are, given back to the byte, checked.

use std::{fs, time::Instant as Stopwatch};

use base::Clock as _;
use thesaurus::{Limits, LoadError, load};

use crate::{delivery, shared_root};

/// Folders of the shared data that hold nomenclatures; the others hold people, trades by agents, accidents.
const FOLDERS: [&str; 10] = [
    "ans_fhir_codesystem_sample",
    "ans_nos_svs_xml",
    "bdpm_medicaments_2019",
    "canjem_jem",
    "categories_juridiques",
    "cim10_fr_atih",
    "communes_cog",
    "naf",
    "pcs2020",
    "pcs_ese_2017",
];
/// Files of these folders that hold no list of terms, a workbook of the former kind, which is refused, and the second of
/// two lists of communes in one layout.
const OTHERS: [&str; 5] =
    ["SOURCE.txt", "jem_citp68_3.csv", "agents_definitions.csv", "cj_juillet_2018.xls", "communes_2026.csv"];

testkit::on_both_engines! {
    async fn every_real_file_loads_as_it_is_and_comes_back_to_the_byte(t) {
        let limits = Limits { rows: 200_000, ..Limits::default() };
        let mut told = Vec::new();
        for folder in FOLDERS {
            let Ok(entries) = fs::read_dir(shared_root().join(folder)) else { return };
            for file in entries.filter_map(|e| Some(e.ok()?.path())) {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                if OTHERS.contains(&name.as_str()) {
                    continue;
                }
                let octets = fs::read(&file).unwrap();
                // The largest lists say nothing more on the second engine, and take half a minute there.
                if t.db.engine_name() != "sqlite" && octets.len() > 1_000_000 {
                    continue;
                }
                let id = format!("l{}", told.len());
                let mut sent = delivery(&id, "1", &octets);
                sent.limits = limits;
                sent.fichier.clone_from(&name);
                let clock = Stopwatch::now();
                let mut tx = t.db.begin().await.unwrap();
                let report = match load(&mut tx, testkit::clock().now(), &sent).await {
                    Ok(report) => report,
                    // Some value sets say only which other one they take.
                    Err(LoadError::Read(error)) if octets.len() < 1_000 => {
                        println!("{name}: {error}");
                        continue;
                    }
                    Err(error) => panic!("{name}: {error}"),
                };
                tx.commit().await.unwrap();
                told.push((clock.elapsed(), name.clone(), report.concepts));
                assert_eq!(report.rows, report.integrated + report.rejected.len(), "{name}");
                let mut tx = t.db.read().await.unwrap();
                let back = thesaurus::delivered(&mut tx, &id, "1").await.unwrap().unwrap();
                assert_eq!(back.octets, octets, "{name}");
                let release = thesaurus::release(&mut tx, &id, "1").await.unwrap().unwrap();
                assert_eq!(release.terms.len(), report.concepts, "{name}");
            }
        }
        let mut tx = t.db.read().await.unwrap();
        let clock = Stopwatch::now();
        let report = thesaurus::verify(&mut tx).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults.first());
        println!(
            "{}: {} lists, {} terms verified in {:?}",
            t.db.engine_name(), report.lists, report.terms, clock.elapsed()
        );
        told.sort();
        for (time, name, terms) in told.iter().rev().take(8) {
            println!("  {name}: {terms} terms loaded in {time:?}");
        }
    }
}
