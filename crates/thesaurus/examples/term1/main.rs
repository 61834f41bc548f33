//! TERM-1: the search of the common language over HTTP, beside the same HTTP stack answering a constant, the bare
//! library in the same process, and PostgreSQL's trigrams. Run by `cargo xtask bench term-1`; docs/recherche.md says
//! what is measured and why. Differences of releases and loads are measured by `cargo xtask measure thesaurus`.
#![expect(clippy::unwrap_used, reason = "a measure stops where something unexpected comes back")]

mod client;
mod donnees;
#[path = "../../tests/recherche/jeu/hasard.rs"]
mod hasard;
#[path = "../../tests/recherche/jeu/listes.rs"]
mod listes;
mod pairs;
mod serveur;

use std::time::{Duration, Instant as Stopwatch};

use client::{debit, latence};
use thesaurus::Index;

/// Rounds of each measure, interleaved, and requests in each; other numbers may be given for a trial.
const TOURS: usize = 7;
const DEMANDES: usize = 6_000;
/// Connections that ask at once.
const CONNEXIONS: usize = 8;
/// The bars of TERM-1.
const PART_DE_LA_SONDE: f64 = 0.7;
const P99: Duration = Duration::from_millis(2);

fn main() {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse().unwrap());
    let (tours_demandes, demandes) = (numbers.next().unwrap_or(TOURS), numbers.next().unwrap_or(DEMANDES));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let base = runtime.block_on(donnees::prepare());
    let adresse = runtime.block_on(serveur::ouvre(&base));
    let questions = donnees::questions(&base.termes, demandes);
    println!(
        "{} questions of 1 to 6 letters without accents, one in ten with a typing error; {CONNEXIONS} connections; {tours_demandes} interleaved rounds",
        questions.len()
    );

    let travaux = serveur::travaux(&base, &questions);
    let mut debits: Vec<Vec<f64>> = vec![Vec::new(); travaux.len()];
    let (mut nous, mut nus, mut trigrammes) = (Vec::new(), Vec::new(), Vec::new());
    let nu = pairs::Nu::new(&base.termes);
    let postgres = runtime.block_on(pairs::Trigrammes::new(&base.termes));
    for _ in 0..tours_demandes {
        for (travail, tours) in travaux.iter().zip(&mut debits) {
            tours.push(debit(&adresse, travail, CONNEXIONS));
        }
        nous.push(en_memoire(&base.index, &questions));
        nus.push(nu.debit(&questions));
        if let Ok(postgres) = &postgres {
            trigrammes.push(runtime.block_on(postgres.debit(&questions, CONNEXIONS)));
        }
    }

    println!(
        "over HTTP, answers a second: median [minimum, maximum], and the part of the probe in the same round"
    );
    let mut atteint = true;
    for (travail, tours) in travaux.iter().zip(&debits) {
        let parts: Vec<f64> = tours.iter().zip(&debits[0]).map(|(t, p)| t / p).collect();
        let part = mediane(&parts);
        println!("  {:<52} {}   {part:.2} {}", travail.nom, ligne(tours), etendue(&parts));
        if travail.barre {
            atteint &= barre(
                &format!("{}: {part:.2} of the probe, the bar is {PART_DE_LA_SONDE}", travail.nom),
                part >= PART_DE_LA_SONDE,
            );
        }
    }
    println!("autocomplete without HTTP, answers a second");
    println!("  {:<52} {}", "ours, one thread", ligne(&nous));
    println!(
        "  {:<52} {}   ours is {:.1} times it",
        "bare tantivy, one thread",
        ligne(&nus),
        mediane(&nous) / mediane(&nus)
    );
    match postgres {
        Ok(_) => println!(
            "  {:<52} {}   ours over HTTP is {:.1} times it",
            format!("pg_trgm, {CONNEXIONS} connections"),
            ligne(&trigrammes),
            mediane(&debits[1]) / mediane(&trigrammes)
        ),
        Err(why) => println!("  pg_trgm was not measured: {why}"),
    }

    println!(
        "latency at half of that load, at a fixed rate, counted from the moment intended: p50, p99, maximum"
    );
    for (travail, tours) in travaux.iter().zip(&debits) {
        let rate = mediane(tours) / 2.0;
        let mut p99: Vec<Duration> = Vec::new();
        for _ in 0..tours_demandes {
            let times = latence(&adresse, travail, 16, rate);
            p99.push(times[times.len() * 99 / 100]);
        }
        p99.sort_unstable();
        println!(
            "  {:<52} p99 {:?} [{:?}, {:?}] at {rate:.0} a second",
            travail.nom,
            p99[tours_demandes / 2],
            p99[0],
            p99[tours_demandes - 1]
        );
        if travail.barre {
            atteint &= barre(
                &format!("{}: p99 {:?}, the bar is {P99:?}", travail.nom, p99[tours_demandes / 2]),
                p99[tours_demandes / 2] <= P99,
            );
        }
    }
    println!("differences of two releases and loads: cargo xtask measure thesaurus");
    println!("{}", if atteint { "every bar held here is reached" } else { "A BAR IS MISSED" });
}

fn en_memoire(index: &Index, questions: &[String]) -> f64 {
    let clock = Stopwatch::now();
    for question in questions {
        index.search(donnees::LISTE, question, 12).unwrap();
    }
    questions.len() as f64 / clock.elapsed().as_secs_f64()
}

fn barre(words: &str, reached: bool) -> bool {
    println!("    {} {words}", if reached { "reached" } else { "MISSED " });
    reached
}

fn mediane(rounds: &[f64]) -> f64 {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn etendue(rounds: &[f64]) -> String {
    let min = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let max = rounds.iter().copied().fold(0.0, f64::max);
    format!("[{min:.2}, {max:.2}]")
}

fn ligne(rounds: &[f64]) -> String {
    let min = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let max = rounds.iter().copied().fold(0.0, f64::max);
    format!("{:>9.0} [{min:.0}, {max:.0}]", mediane(rounds))
}
