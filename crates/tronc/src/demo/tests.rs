//! The demonstration is believable: its people, companies and visits pass the checks that real ones pass.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::{Date, FixedClock};
use droit::Categorie;
use identite::{Nir, Sexe, Siret};
use store::{Db, Row, Sql};

use super::*;

/// Large enough for shares to mean something, small enough for every test to make its own.
const MINI: Kit = Kit { etablissements: 60, salaries: 700, visites: 2_600, expositions: 5_200 };

fn guard_on(db: &Db, day: Date) -> Guard {
    Guard::new(db.clone(), Arc::new(FixedClock::at(day)), testkit::ids())
}

async fn made(db: &Db, kit: Kit, seed: u64) -> Report {
    generate(&guard_on(db, testkit::TODAY), kit, seed, &mut |_, _, _| {}).await.unwrap()
}

async fn rows(db: &Db, text: &'static str) -> Vec<Row> {
    db.read().await.unwrap().all(Sql { name: "test", text }, Vec::new()).await.unwrap()
}

/// The proof of each table, those left out where salts and moments of the machine make the difference.
async fn digest(db: &Db) -> BTreeMap<String, String> {
    let report = db.digest().await.unwrap();
    report
        .tables
        .into_iter()
        .filter(|t| !["compte", "session", "journal", "migration"].contains(&t.name.as_str()))
        .map(|t| (t.name, format!("{} {}", t.rows, t.sha256)))
        .collect()
}

fn line(report: &Report, label: &str) -> f64 {
    report.lines.iter().find(|l| l.label == label).unwrap_or_else(|| panic!("no line {label}")).obtained
}

#[tokio::test]
async fn la_meme_graine_le_meme_jour_donne_les_memes_donnees_sur_les_deux_moteurs() {
    let (a, b, c) = (testkit::sqlite().await, testkit::postgres().await, testkit::sqlite().await);
    let (first, second) = (made(&a.db, MINI, 7).await, made(&b.db, MINI, 7).await);
    assert_eq!(first, second);
    let proofs = digest(&a.db).await;
    assert_eq!(proofs, digest(&b.db).await);
    assert!(proofs.contains_key("salarie") && proofs.contains_key("suivi_etat"));
    made(&c.db, MINI, 8).await;
    assert_ne!(proofs["salarie"], digest(&c.db).await["salarie"]);
}

#[tokio::test]
async fn le_kit_xs_atteint_ses_cibles() {
    let t = testkit::sqlite().await;
    let report = made(&t.db, Kit::XS, 2026).await;
    for l in &report.lines {
        println!("{}", l.sentence());
    }
    for (label, target, tolerance) in [
        ("Établissements", 300.0, 0.0),
        ("Salariés", 4_000.0, 0.0),
        ("Visites", 15_000.0, 30.0),
        ("Lignes d'exposition", 30_000.0, 30.0),
        ("Établissements de moins de 10 salariés", 77.6, 1.5),
        ("Suivi individuel renforcé", 21.0, 3.0),
        ("Visites par un infirmier", 40.0, 5.0),
        ("Visites de préreprise", 6.0, 1.0),
        ("Visites avec mesures individuelles", 7.0, 1.0),
        ("Plusieurs employeurs", 3.0, 1.0),
        ("Intérimaires", 2.5, 0.5),
        ("Travail de nuit", 5.5, 1.5),
        ("Identités qualifiées", 70.0, 3.0),
        ("Suivis en retard", 13.5, 1.5),
    ] {
        let obtained = line(&report, label);
        assert!((obtained - target).abs() <= tolerance, "{label}: {obtained}, aimed at {target}");
    }
    // What the report says is what the database holds.
    for (table, label) in [
        ("select count(*) as n from salarie", "Salariés"),
        ("select count(*) as n from visite", "Visites"),
        ("select count(*) as n from exposition", "Lignes d'exposition"),
        ("select count(*) as n from suivi_etat", "Salariés"),
    ] {
        let n: i64 = rows(&t.db, table).await[0].get("n").unwrap();
        assert_eq!(hasard::whole(line(&report, label)), n, "{table}");
    }
    // What lists show is what the report counts.
    let late =
        rows(&t.db, "select count(*) as n from suivi_etat where prochaine_legale < '2026-11-24'").await;
    let late: i64 = late[0].get("n").unwrap();
    assert!((12..=15).contains(&(late * 100 / 4_000)), "{late}");
    // Establishments, counted again from the contracts in force.
    let sizes = rows(
        &t.db,
        "select count(distinct salarie_id) as n from contrat where au is null group by etablissement_id",
    )
    .await;
    let small = sizes.iter().filter(|r| r.get::<i64>("n").unwrap() < 10).count();
    assert_eq!(sizes.len(), 300);
    assert!((228..=238).contains(&small), "{small}");
}

#[tokio::test]
async fn chaque_nir_est_valide_unique_et_dit_la_meme_chose_que_la_fiche() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 3).await;
    let mut seen = BTreeSet::new();
    let mut without = 0;
    for r in rows(&t.db, "select nir, sexe, naissance, lieu_code, prenoms, ins_statut from salarie").await {
        let sexe = Sexe::parse(&r.get::<String>("sexe").unwrap()).unwrap();
        let naissance: Date = r.get("naissance").unwrap();
        let lieu: String = r.get("lieu_code").unwrap();
        let age = base::age_on(naissance, testkit::TODAY);
        assert!((15..=68).contains(&age), "{age}");
        let Some(nir) = r.get::<Option<String>>("nir").unwrap() else {
            assert_eq!(r.get::<String>("ins_statut").unwrap(), "provisoire");
            without += 1;
            continue;
        };
        let nir = Nir::parse(&nir).unwrap();
        assert_eq!(identite::coherence(&nir, sexe, naissance, &lieu), []);
        assert!(seen.insert(nir), "the same number twice");
    }
    assert!(without < 40, "{without} workers without a number");
}

#[tokio::test]
async fn chaque_entreprise_a_un_siren_et_un_siret_valides_et_une_activite() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 4).await;
    let found = rows(
        &t.db,
        "select e.siret, a.siren, e.activite_code, e.centre_id, e.medecin_id, e.du, a.adhesion_du
         from etablissement e join adherent a on a.id = e.adherent_id",
    )
    .await;
    assert_eq!(found.len(), 60);
    for r in found {
        let siret = Siret::parse(&r.get::<String>("siret").unwrap()).unwrap();
        assert_eq!(siret.siren().as_str(), r.get::<String>("siren").unwrap());
        assert!(r.get::<Option<String>>("activite_code").unwrap().is_some());
        assert!(r.get::<Option<String>>("medecin_id").unwrap().is_some());
        assert!(r.get::<Date>("du").unwrap() >= r.get::<Date>("adhesion_du").unwrap());
    }
}

#[tokio::test]
async fn personne_ne_travaille_avant_quinze_ans_ni_avant_l_ouverture_de_l_etablissement() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 5).await;
    for r in rows(
        &t.db,
        "select c.du, s.naissance, e.du as ouverture, c.nature
         from contrat c join salarie s on s.id = c.salarie_id join etablissement e on e.id = c.etablissement_id",
    )
    .await
    {
        let (du, naissance): (Date, Date) = (r.get("du").unwrap(), r.get("naissance").unwrap());
        assert!(base::age_on(naissance, du) >= 15, "{naissance} hired on {du}");
        assert!(du >= r.get::<Date>("ouverture").unwrap());
        if base::age_on(naissance, testkit::TODAY) < 18 {
            assert_eq!(r.get::<String>("nature").unwrap(), "APPRENTI");
        }
    }
}

#[tokio::test]
async fn aucune_visite_n_est_faite_par_qui_n_en_a_pas_le_droit() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 6).await;
    let (mut signed, mut nurses) = (0, 0);
    for r in rows(
        &t.db,
        "select v.type_code, v.jour, v.mesures, v.etat, v.signee_le, v.depart, v.prochaine_legale, p.metier, p.du, p.au
         from visite v join professionnel p on p.id = v.professionnel_id",
    )
    .await
    {
        let (code, jour): (String, Date) = (r.get("type_code").unwrap(), r.get("jour").unwrap());
        let role = Role::parse(&r.get::<String>("metier").unwrap()).unwrap();
        let verdict = suivi::peut_realiser(role, &code, Some(Categorie::Sir), jour);
        assert!(verdict.autorise, "{role:?} {code} {jour}: {}", verdict.phrase);
        let presence = base::Period::new(r.get("du").unwrap(), r.get("au").unwrap()).unwrap();
        assert!(presence.contains(jour), "{role:?} left before {jour}");
        if r.get::<String>("etat").unwrap() == "signee" {
            signed += 1;
            nurses += usize::from(role == Role::Infirmier);
            assert!(jour < testkit::TODAY);
            assert!(role == Role::Medecin || !r.get::<bool>("mesures").unwrap(), "measures by a nurse");
            assert_eq!(r.get::<base::Instant>("signee_le").unwrap().day(), jour);
            assert!(r.get::<Option<String>>("depart").unwrap().is_some());
            assert!(r.get::<Option<Date>>("prochaine_legale").unwrap().is_none_or(|d| d > jour));
        }
    }
    assert!(signed > 2_000 && nurses > 700, "{signed} {nurses}");
}

#[tokio::test]
async fn l_agenda_du_jour_est_plein_meme_un_dimanche() {
    for day in [testkit::TODAY, Date::constant(2026, 11, 22)] {
        let t = testkit::sqlite().await;
        let report = generate(&guard_on(&t.db, day), MINI, 9, &mut |_, _, _| {}).await.unwrap();
        let account = rows(&t.db, "select professionnel_id from compte where identifiant = 'medecin'").await;
        let doctor: String = account[0].get("professionnel_id").unwrap();
        let mine =
            report.planned.iter().filter(|p| p.professionnel_id.as_str() == doctor && p.jour == day).count();
        assert!((8..=12).contains(&mine), "{mine} visits on {day}");
        let mut ends: BTreeMap<(String, Date), String> = BTreeMap::new();
        let mut slots = report.planned.clone();
        slots.sort_by(|a, b| a.debut.cmp(&b.debut));
        for s in &slots {
            assert!(s.debut < s.fin && s.jour >= day);
            assert!(s.jour == day || jours::open_day(s.jour) == s.jour, "{} is no open day", s.jour);
            let key = (s.professionnel_id.to_string(), s.jour);
            if let Some(before) = ends.insert(key, s.fin.clone()) {
                assert!(before <= s.debut, "two visits at once");
            }
        }
        let planned = rows(&t.db, "select count(*) as n from visite where etat = 'prevue'").await;
        assert_eq!(planned[0].get::<i64>("n").unwrap(), i64::try_from(slots.len()).unwrap());
        // Each is what the worker is due.
        let other = rows(
            &t.db,
            "select count(*) as n from visite v join suivi_etat e on e.salarie_id = v.salarie_id
             where v.etat = 'prevue' and e.prochaine_type <> v.type_code",
        )
        .await;
        assert_eq!(other[0].get::<i64>("n").unwrap(), 0);
    }
}

#[tokio::test]
async fn les_comptes_ouvrent_et_sont_de_vrais_professionnels_de_la_demonstration() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 10).await;
    let accounts = guard_on(&t.db, testkit::TODAY).accounts().await.unwrap();
    assert_eq!(accounts.len(), logins().len());
    for login in logins() {
        assert!(login.mot_de_passe.chars().count() >= 12);
        let account = accounts.iter().find(|a| a.identifiant == login.identifiant).unwrap();
        assert_eq!(account.role, login.role);
        assert!(account.professionnel_id.is_some() && account.centre_id.is_some() && account.actif);
    }
}

#[tokio::test]
async fn les_expositions_tiennent_dans_leur_poste_et_ont_un_auteur() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 11).await;
    let wrong = rows(
        &t.db,
        "select count(*) as n from exposition x join poste p on p.id = x.poste_id
         where x.du < p.du or (p.au is not null and (x.au is null or x.au > p.au))
            or x.salarie_id <> p.salarie_id or x.auteur_id = ''",
    )
    .await;
    assert_eq!(wrong[0].get::<i64>("n").unwrap(), 0);
    let sources = rows(&t.db, "select source, count(*) as n from exposition group by source").await;
    assert_eq!(sources.len(), 5);
}

#[tokio::test]
async fn une_base_deja_garnie_est_refusee() {
    let t = testkit::sqlite().await;
    made(&t.db, MINI, 1).await;
    let before = digest(&t.db).await;
    let again = generate(&guard_on(&t.db, testkit::TODAY), MINI, 2, &mut |_, _, _| {}).await;
    assert!(matches!(again, Err(DemoError::NotEmpty)), "{again:?}");
    assert_eq!(before, digest(&t.db).await);
}

#[tokio::test]
async fn une_generation_arretee_ne_laisse_rien_et_peut_recommencer() {
    let t = testkit::sqlite().await;
    let guard = guard_on(&t.db, testkit::TODAY);
    let (stop, mut stopped) = tokio::sync::mpsc::unbounded_channel();
    let mut progress = move |what: &str, done: u64, _: u64| {
        if what == "salariés" && done > 0 {
            stop.send(()).unwrap();
        }
    };
    tokio::select! {
        biased;
        _ = stopped.recv() => {}
        made = generate(&guard, MINI, 1, &mut progress) => panic!("it went to its end: {made:?}"),
    }
    let left = rows(&t.db, "select count(*) as n from etablissement").await;
    assert_eq!(left[0].get::<i64>("n").unwrap(), 0);
    made(&t.db, MINI, 1).await;
}

#[test]
fn les_figures_se_lisent_a_la_francaise() {
    let line =
        bilan::ReportLine { label: "Salariés", obtained: 4_000.0, target: Some(4_000.0), share: false };
    assert_eq!(line.sentence(), "Salariés\u{a0}: 4\u{202f}000 (visé 4\u{202f}000)");
    let line = bilan::ReportLine { label: "Suivi renforcé", obtained: 20.94, target: None, share: true };
    assert_eq!(line.sentence(), "Suivi renforcé\u{a0}: 20,9\u{a0}%");
    assert_eq!(Kit::parse("XS"), Some(Kit::XS));
    assert_eq!(Kit::parse("xl"), None);
}
