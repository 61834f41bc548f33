//! How data are coded, counted by list and inside it by team, job, trade and year (grid, 14.7).

use axum::http::StatusCode;
use base::{AUTRE, Clock as _, Coded, LOCAL, Period};
use guard::{Guard, Role};
use salaries::{PosteId, SalarieId};
use suivi::{Exposition, ExpositionId, SourceExposition};
use testkit::{TestDb, on_both_engines};

use crate::{Browser, date, filled};

fn agent(version: &str, code: &str) -> Coded {
    Coded {
        thesaurus: "expositions".into(),
        version: version.into(),
        code: code.into(),
        label: format!("Libellé secret {code}"),
    }
}

/// The service of the other tests, and seven exposures in the north: four coded, two "autre", one local.
async fn coded(t: &TestDb) -> Guard {
    let guard = filled(t).await;
    let exposure = |n: usize, worker: &str, agent: Coded| Exposition {
        id: ExpositionId::new(format!("x{n}")),
        salarie_id: SalarieId::new(worker),
        poste_id: Some(PosteId::new(format!("p-{worker}"))),
        agent,
        declencheur: None,
        source: SourceExposition::Professionnel,
        matrice: None,
        duree: Period::since(date(2026, 1, 5)),
        auteur_id: String::new(),
        visite_id: None,
    };
    let all: Vec<Exposition> = [
        ("ok", agent("2026", "E1")),
        ("ok", agent("2026", "E2")),
        ("libre", agent("2025", "E1")),
        ("tard", agent("2026", "E3")),
        ("tard", agent("2026", AUTRE)),
        ("vieux", agent("2026", AUTRE)),
        ("vieux", agent(LOCAL, "L1")),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (worker, agent))| exposure(n, worker, agent))
    .collect();
    let mut tx = t.db.begin().await.unwrap();
    suivi::insert_expositions(&mut tx, &all, testkit::clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    guard
}

/// The lines of the file, without its titles.
async fn lines(browser: &Browser, query: &str) -> Vec<String> {
    let answer = browser.get(&format!("/tableau/codage.csv?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    answer.body.lines().skip(1).map(str::to_owned).collect()
}

on_both_engines! {
    async fn la_part_codee_se_compte_par_liste_et_les_valeurs_locales_a_part(t) {
        let guard = coded(t).await;
        let browser = Browser::signed_in(&guard, Role::Direction).await;
        let found = lines(&browser, "par=liste&centre=tous").await;
        // Two establishments without an activity, six posts in words alone, five signed visits and one more.
        for line in [
            "activites;activites;0;0;2;0;2",
            "expositions;expositions;4;2;0;1;7",
            "professions;professions;0;0;6;0;6",
            "types-visite;types-visite;6;0;0;0;6",
        ] {
            assert!(found.contains(&line.to_owned()), "{line} in {found:#?}");
        }
        let page = browser.get("/tableau/codage?centre=tous").await.body;
        for text in ["Part des données codées", "57,1\u{a0}%", "valeur propre au service", "Exporter en CSV"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(!page.contains("secret") && !page.contains("Nom-"), "neither what nor whom");
        assert!(browser.get("/tableau").await.body.contains("/tableau/codage?centre="));
    }

    async fn elle_se_compte_aussi_par_equipe_metier_et_annee(t) {
        let guard = coded(t).await;
        let browser = Browser::signed_in(&guard, Role::Medecin).await;
        let of = async |query: &str| lines(&browser, &format!("{query}&liste=expositions")).await;
        assert_eq!(of("par=centre&centre=tous").await, ["expositions;Centre nord;4;2;0;1;7"]);
        assert_eq!(of("par=annee&centre=tous").await, ["expositions;2026;4;2;0;1;7"]);
        assert_eq!(of("par=metier&centre=tous").await, ["expositions;Non renseigné;4;2;0;1;7"]);
        assert!(of("par=centre&centre=sud").await.is_empty());
        let visits = lines(&browser, "par=auteur&centre=nord&liste=types-visite").await;
        assert_eq!(visits, ["types-visite;Médecin du travail;4;0;0;0;4", "types-visite;Infirmier en santé au travail;2;0;0;0;2"]);
        assert_eq!(browser.get("/tableau/codage?centre=ailleurs").await.status, StatusCode::NOT_FOUND);
        let browser = Browser::signed_in(&guard, Role::Informatique).await;
        for path in ["/tableau/codage", "/tableau/codage.csv"] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN);
        }
    }
}
