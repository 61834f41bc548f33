//! Run by hand: `cargo nextest run -p veille measure --run-ignored only --no-capture`.

use std::time::Instant as Stopwatch;

use base::{Coded, Period};
use guard::{Guard, Role};
use salaries::{NouveauSalarie, PosteId, SalarieId};
use suivi::{Exposition, ExpositionId, SourceExposition};
use testkit::{Person, guard, postgres, sqlite};

use crate::service::{HIRED, company, worker};

const WORKERS: usize = 80_000;

/// Eighty thousand workers of sixty jobs, three exposures each.
async fn fill(guard: &Guard) {
    company(guard).await;
    let mut tx = guard.db().begin().await.unwrap();
    let jobs: Vec<Coded> = (1..=60)
        .map(|n| Coded {
            thesaurus: "professions".into(),
            version: "depart-2026".into(),
            code: format!("P{n:02}"),
            label: format!("Métier {n}"),
        })
        .collect();
    let now = guard.clock().now();
    let (mut people, mut contracts, mut posts, mut exposures) = (vec![], vec![], vec![], vec![]);
    for n in 0..WORKERS {
        let id = guard.new_id();
        let (salarie, contrat, poste) = worker(&id, Some(jobs[n % jobs.len()].clone()));
        for k in 0..3 {
            exposures.push(Exposition {
                id: ExpositionId::new(guard.new_id()),
                salarie_id: SalarieId::new(&id),
                poste_id: Some(PosteId::new(format!("poste-{id}"))),
                agent: Coded {
                    thesaurus: "expositions".into(),
                    version: "depart-2026".into(),
                    code: format!("E{}", 101 + (n * 7 + k * 31) % 120),
                    label: "Agent".into(),
                },
                declencheur: None,
                source: SourceExposition::Matrice,
                matrice: None,
                duree: Period::since(HIRED),
                auteur_id: String::new(),
                visite_id: None,
            });
        }
        people.push(NouveauSalarie { salarie, cree_le: now });
        contracts.push(contrat);
        posts.push(poste);
    }
    salaries::insert_salaries(&mut tx, &people).await.unwrap();
    salaries::insert_contrats(&mut tx, &contracts).await.unwrap();
    salaries::insert_postes(&mut tx, &posts).await.unwrap();
    suivi::insert_expositions(&mut tx, &exposures, now).await.unwrap();
    tx.commit().await.unwrap();
    guard.db().analyze().await.unwrap();
}

#[tokio::test]
#[ignore = "a measure, not a check"]
async fn measures_of_the_gap() {
    for t in [sqlite().await, postgres().await] {
        let guard = guard(&t);
        fill(&guard).await;
        let iprp = Person::signed_in(&guard, Role::Iprp, veille::routes).await;
        for path in ["/veille/ecarts", "/veille/ecarts", "/veille"] {
            let clock = Stopwatch::now();
            let answer = iprp.get(path).await;
            println!("{} {path}: {:?}, status {}", t.db.engine_name(), clock.elapsed(), answer.status);
        }
    }
}
