//! The dashboard on both engines: what is counted, for whom, and the rows behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must stop")]

#[path = "stats/codage.rs"]
mod codage;

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::{Clock as _, Coded, Date, Period};
use guard::{Caller, Guard, LireIdentite, NewAccount, Purpose, Refusal, Role, SESSION_COOKIE, SignerVisite};
use identite::{Sexe, Siren, Siret, StatutIns};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId};
use salaries::{Contrat, ContratId, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId};
use stats::{MESURES, Population};
use store::{Outcome, StoreError, Tx, Value, args};
use suivi::{Conclusion, EtatVisite, Prochaine, SignError, Visite, VisiteId};
use testkit::{TODAY, TestDb, on_both_engines};
use tower::ServiceExt as _;
use ui::House;

const PASSWORD: &str = "orge-brise-vent-2026";

fn date(y: i16, m: i8, d: i8) -> Date {
    Date::new(y, m, d).unwrap()
}

/// Two centres, a doctor and a nurse, one company with an establishment in each centre, one account per role.
async fn house(t: &TestDb) -> Guard {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let mut tx = t.db.begin().await.unwrap();
    for id in ["nord", "sud"] {
        let new = Centre {
            id: CentreId::new(id),
            nom: format!("Centre {id}"),
            adresse: "1 rue Haute".into(),
            mobile: false,
        };
        organisation::insert_centre(&mut tx, &new).await.unwrap();
    }
    for (id, metier) in [("dr", Role::Medecin), ("ide", Role::Infirmier)] {
        let new = Professionnel {
            id: ProfessionnelId::new(id),
            nom: "Le Goff".into(),
            prenom: "Camille".into(),
            metier,
            rpps: None,
            centre_id: CentreId::new("nord"),
            presence: Period::since(date(2020, 1, 1)),
        };
        organisation::insert_professionnel(&mut tx, &new).await.unwrap();
    }
    let siren = Siren::from_root8("12345678").unwrap();
    let adherent = Adherent {
        id: AdherentId::new("soudure"),
        siren: siren.clone(),
        raison_sociale: "Soudure du Val".into(),
        adhesion: Period::since(date(2015, 1, 1)),
    };
    adherents::insert_adherents(&mut tx, &[adherent]).await.unwrap();
    for (rank, centre) in [(1, "nord"), (2, "sud")] {
        let new = Etablissement {
            id: EtablissementId::new(centre),
            adherent_id: AdherentId::new("soudure"),
            siret: Siret::from_siren_nic(&siren, rank).unwrap(),
            nom: "Atelier".into(),
            adresse: "2 rue Basse".into(),
            commune: "Montval".into(),
            activite: None,
            centre_id: CentreId::new(centre),
            medecin_id: None,
            suivi: Period::since(date(2015, 1, 1)),
        };
        adherents::insert_etablissements(&mut tx, &[new]).await.unwrap();
    }
    for role in [Role::Medecin, Role::Secretaire, Role::Direction, Role::Informatique] {
        let new = NewAccount {
            identifiant: role.as_str().into(),
            nom: role.as_str().into(),
            role,
            mot_de_passe: PASSWORD.into(),
            professionnel_id: None,
            centre_id: Some("nord".into()),
        };
        guard.add_account(&mut tx, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    guard
}

async fn worker(tx: &mut Tx, id: &str, centre: &str) {
    let salarie = Salarie {
        id: SalarieId::new(id),
        nom_naissance: format!("Nom-{id}"),
        nom_usage: None,
        prenoms: "Anne Lise".into(),
        sexe: Sexe::Feminin,
        naissance: date(1983, 5, 3),
        lieu_code: "29019".into(),
        lieu_label: "Brest".into(),
        nir: None,
        ins_statut: StatutIns::Provisoire,
        provenance: "essai".into(),
        telephone: None,
        courriel: None,
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    };
    let cree_le = testkit::clock().now();
    salaries::insert_salaries(tx, &[NouveauSalarie { salarie, cree_le }]).await.unwrap();
    let contrat = Contrat {
        id: ContratId::new(format!("c-{id}")),
        salarie_id: SalarieId::new(id),
        etablissement_id: EtablissementId::new(centre),
        nature: NatureContrat("CDI".into()),
        duree: Period::since(date(2019, 1, 7)),
    };
    salaries::insert_contrats(tx, &[contrat]).await.unwrap();
    let poste = Poste {
        id: PosteId::new(format!("p-{id}")),
        contrat_id: ContratId::new(format!("c-{id}")),
        salarie_id: SalarieId::new(id),
        intitule: "Soudeuse".into(),
        emploi: None,
        unite: None,
        nuit: false,
        duree: Period::since(date(2019, 1, 7)),
        suite_de: None,
    };
    salaries::insert_postes(tx, &[poste]).await.unwrap();
}

/// A worker whose follow-up was computed: category, and the last legal day of the next visit.
async fn followed(tx: &mut Tx, id: &str, centre: &str, categorie: &str, legale: Option<Date>) {
    worker(tx, id, centre).await;
    let columns = [
        "salarie_id",
        "centre_id",
        "categorie",
        "motifs",
        "prochaine_type",
        "prochaine_legale",
        "prochaine_planifiee",
        "prochaine_regle",
        "echeances",
        "evalue_le",
    ];
    let kind: Option<&str> = legale.map(|_| "VIP_PER");
    let row: Vec<Value> =
        args![id, centre, categorie, "[]", kind, legale, legale, kind, "[]", testkit::clock().now()];
    tx.insert_many("suivi_etat", &columns, [row]).await.unwrap();
}

fn visit(id: &str, salarie: &str, jour: Date, etat: EtatVisite, by: &str, code: &str) -> Visite {
    Visite {
        id: VisiteId::new(id),
        salarie_id: SalarieId::new(salarie),
        etablissement_id: EtablissementId::new("nord"),
        centre_id: CentreId::new("nord"),
        professionnel_id: ProfessionnelId::new(by),
        type_visite: Coded {
            thesaurus: "types-visite".into(),
            version: "1".into(),
            code: code.into(),
            label: format!("Libellé de {code}"),
        },
        demandeur: "service".into(),
        jour,
        etat,
        arrivee: None,
        depart: None,
        conclusion: (etat == EtatVisite::Signee)
            .then(|| Conclusion { orientation_mt: false, mesures: id.ends_with('m') }),
        prochaine_type: None,
        prochaine_legale: None,
        prochaine_choisie: None,
        prochaine_motif: None,
        signee_le: None,
        signee_par: None,
        edition: 0,
    }
}

/// North: four workers followed, one late for a month, one for two years; one who left. South: one in order.
/// Visits, all in the north: two signed today, one earlier this month, one planned; last year one on the same
/// day, one later in the month.
async fn filled(t: &TestDb) -> Guard {
    let guard = house(t).await;
    let mut tx = t.db.begin().await.unwrap();
    followed(&mut tx, "ok", "nord", "SI", Some(date(2027, 2, 15))).await;
    followed(&mut tx, "libre", "nord", "SIA", None).await;
    followed(&mut tx, "tard", "nord", "SIR", Some(date(2026, 10, 20))).await;
    followed(&mut tx, "vieux", "nord", "SI", Some(date(2024, 10, 1))).await;
    followed(&mut tx, "parti", "nord", "-", Some(date(2020, 1, 1))).await;
    followed(&mut tx, "sudiste", "sud", "SI", Some(TODAY)).await;
    let signed = |id, jour, by, code| visit(id, "ok", jour, EtatVisite::Signee, by, code);
    let visits = [
        signed("v1", TODAY, "dr", "SIR_PER"),
        signed("v2m", TODAY, "ide", "VIP_PER"),
        signed("v3", date(2026, 11, 2), "ide", "VIP_PER"),
        visit("v4", "tard", TODAY, EtatVisite::Prevue, "dr", "VIP_PER"),
        signed("v5", date(2025, 11, 24), "dr", "VIP_PER"),
        signed("v6", date(2025, 11, 28), "dr", "VIP_PER"),
        signed("v7", date(2026, 10, 31), "dr", "VIP_PER"),
    ];
    suivi::insert_visites(&mut tx, &visits).await.unwrap();
    tx.commit().await.unwrap();
    guard
}

struct Answer {
    status: StatusCode,
    body: String,
}

struct Browser {
    app: Router,
    cookie: String,
}

impl Browser {
    async fn signed_in(guard: &Guard, role: Role) -> Self {
        let token = guard.sign_in(role.as_str(), PASSWORD).await.unwrap().token;
        let app = stats::routes(House::new(guard.clone(), "Service du Val"));
        Self { app, cookie: format!("{SESSION_COOKIE}={token}") }
    }

    async fn get(&self, uri: &str) -> Answer {
        let request = Request::get(uri).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        Answer { status, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

/// The value and the remark of a figure on the page.
fn figure(page: &str, titre: &str) -> (String, String) {
    let at = page.find(&format!(">{titre}</a>")).unwrap_or_else(|| panic!("{titre} is missing"));
    let between = |from: usize, open: &str| {
        let start = page[from..].find(open)? + from + open.len();
        Some(page[start..start + page[start..].find("</p>")?].to_owned())
    };
    let end = page[at..].find("<details>").map_or(page.len(), |n| at + n);
    let note = page[..end].get(at..).filter(|s| s.contains("stat-note\">"));
    (
        between(at, "stat-value\">").unwrap(),
        note.and_then(|_| between(at, "stat-note\">")).unwrap_or_default(),
    )
}

async fn journal(t: &TestDb, objet: &str, id: &str) -> Vec<(String, Outcome)> {
    let mut tx = t.db.read().await.unwrap();
    let lines = store::lines_about(&mut tx, objet, id, 10).await.unwrap();
    lines.into_iter().map(|l| (l.acteur_nom, l.resultat)).collect()
}

/// How many rows the page shows.
fn rows_in(page: &str) -> usize {
    page.split("<tbody>").nth(1).map_or(0, |body| body.matches("<tr").count())
}

on_both_engines! {
    async fn every_statement_is_understood(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in stats::STATEMENTS.iter().copied().flatten() {
            tx.prepare(*sql).await.unwrap();
        }
    }

    async fn the_dashboard_of_a_centre_counts_its_workers_and_visits(t) {
        let guard = filled(t).await;
        let page = Browser::signed_in(&guard, Role::Direction).await.get("/tableau").await;
        assert_eq!(page.status, StatusCode::OK);
        let page = page.body;
        assert!(page.contains("Centre nord") && page.contains("mar.\u{a0}24\u{a0}nov.\u{a0}2026") && page.contains("à 09:00"));
        assert_eq!(figure(&page, "Salariés suivis").0, "4");
        assert_eq!(figure(&page, "Suivi à jour"), ("50\u{a0}%".into(), "2 sur 4\u{a0}salariés".into()));
        assert_eq!(
            figure(&page, "Salariés en retard de visite"),
            ("2".into(), "la plus ancienne était due le 01/10/2024".into())
        );
        assert_eq!(figure(&page, "Visites signées aujourd’hui"), ("2".into(), "1 le 24/11/2025".into()));
        assert_eq!(figure(&page, "Visites signées ce mois"), ("3".into(), "1 du 01/11/2025 au 24/11/2025".into()));
        assert_eq!(figure(&page, "Mesures individuelles proposées").0, "33,3\u{a0}%");
        assert_eq!(figure(&page, "Suivi individuel simple").0, "50\u{a0}%");
        assert_eq!(figure(&page, "Suivi individuel renforcé"), ("25\u{a0}%".into(), "1\u{a0}salarié, dont 1 en retard".into()));
        assert!(page.contains("févr.\u{a0}2027") && page.contains("Plus d’un an") && page.contains("Infirmier en santé au travail"));
        for m in MESURES {
            assert!(page.contains(m.titre) && page.contains(m.definition) && page.contains(m.source), "{}", m.id);
        }
        assert!(!page.contains("Nom-"), "a dashboard names nobody");
    }

    async fn the_whole_service_is_the_sum_of_its_centres(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, Role::Direction).await;
        let count = async |centre: &str| {
            let page = browser.get(&format!("/tableau?centre={centre}")).await.body;
            ["Salariés suivis", "Salariés en retard de visite", "Visites signées ce mois"]
                .map(|titre| figure(&page, titre).0.parse::<i64>().unwrap())
        };
        let (nord, sud, tous) = (count("nord").await, count("sud").await, count("tous").await);
        assert_eq!(sud, [1, 0, 0]);
        for i in 0..3 {
            assert_eq!(nord[i] + sud[i], tous[i]);
        }
        assert_eq!(browser.get("/tableau?centre=ailleurs").await.status, StatusCode::NOT_FOUND);
    }

    async fn every_figure_that_opens_opens_onto_as_many_rows(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, Role::Secretaire).await;
        for (id, expected) in [
            ("effectif", 4),
            ("a_jour", 2),
            ("en_retard", 2),
            ("anciennete_retard", 2),
            ("visites_jour", 2),
            ("visites_mois", 3),
            ("visites_type", 3),
            ("visites_metier", 3),
            ("suivi_si", 2),
            ("suivi_sia", 1),
            ("suivi_sir", 1),
            ("echeances", 1),
        ] {
            let page = browser.get(&format!("/tableau/lignes?mesure={id}&centre=nord")).await;
            assert_eq!(page.status, StatusCode::OK, "{id}");
            assert_eq!(rows_in(&page.body), expected, "{id}");
            assert!(page.body.contains(&format!("<b>{expected}</b>")), "{id}");
        }
        let opening = MESURES.iter().filter(|m| !matches!(m.population, Population::Fermee(_))).count();
        assert_eq!(opening, 12, "a new figure needs its line above");
    }

    async fn the_rows_name_the_late_ones_the_latest_first_and_the_journal_says_so(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, Role::Secretaire).await;
        let page = browser.get("/tableau/lignes?mesure=en_retard&centre=nord").await.body;
        let (old, late) = (page.find("Nom-vieux").unwrap(), page.find("Nom-tard").unwrap());
        assert!(old < late && page.contains("Soudure du Val") && page.contains("/salaries/tard"));
        assert!(page.contains(">35<") && page.contains("20/10/2026"), "35 days late on 24 November");
        let object = "tableau/en_retard/nord/page 1";
        assert_eq!(journal(t, "salarie", object).await, [("secretaire".into(), Outcome::Permis)]);
    }

    async fn management_sees_the_count_and_why_the_rows_stay_closed(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, Role::Direction).await;
        let page = browser.get("/tableau/lignes?mesure=en_retard&centre=nord").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("Les lignes ne sont pas ouvertes à votre rôle"));
        assert!(page.body.contains("L&#39;identité") || page.body.contains("L'identité"), "the reason of the policy");
        assert!(page.body.contains("<b>2\u{a0}salariés</b>") && !page.body.contains("Nom-"));
        let object = "tableau/en_retard/nord/page 1";
        assert_eq!(journal(t, "salarie", object).await, [("direction".into(), Outcome::Refuse)]);
    }

    async fn proposed_arrangements_never_open_onto_names(t) {
        let guard = filled(t).await;
        let page = Browser::signed_in(&guard, Role::Medecin).await.get("/tableau/lignes?mesure=mesures_individuelles").await;
        assert!(page.body.contains("ne s’ouvrent pas") && !page.body.contains("Nom-"));
    }

    async fn an_unknown_figure_or_page_and_a_role_without_figures(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, Role::Secretaire).await;
        assert_eq!(browser.get("/tableau/lignes?mesure=rien").await.status, StatusCode::NOT_FOUND);
        for page in ["0", "-3", "99999999999999999999", "abc", "7"] {
            let answer = browser.get(&format!("/tableau/lignes?mesure=effectif&centre=nord&page={page}")).await;
            assert_eq!((answer.status, rows_in(&answer.body)), (StatusCode::OK, 4), "{page}");
        }
        let browser = Browser::signed_in(&guard, Role::Informatique).await;
        assert_eq!(browser.get("/tableau").await.status, StatusCode::FORBIDDEN);
    }

    async fn an_empty_service_says_what_to_do(t) {
        let guard = house(t).await;
        let page = Browser::signed_in(&guard, Role::Direction).await.get("/tableau?centre=tous").await.body;
        assert!(page.contains("Aucun salarié n’est suivi ici.") && figure(&page, "Suivi à jour").0 == "–");
    }

    async fn signing_a_visit_changes_the_dashboard_at_once(t) {
        let guard = house(t).await;
        let mut tx = t.db.begin().await.unwrap();
        worker(&mut tx, "anne", "nord").await;
        let open = visit("v", "anne", TODAY, EtatVisite::EnCours, "dr", "VIP_INIT");
        suivi::insert_visites(&mut tx, &[open]).await.unwrap();
        tx.commit().await.unwrap();
        let doctor = Caller::command("docteur", Role::Medecin);
        guard
            .run::<LireIdentite, _, Failure, _>(&doctor, "anne", Purpose::Gestion, |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    Ok(suivi::recalculer(&mut work.tx, &SalarieId::new("anne"), now).await?)
                })
            })
            .await
            .unwrap();
        let browser = Browser::signed_in(&guard, Role::Medecin).await;
        let before = browser.get("/tableau").await.body;
        assert_eq!(figure(&before, "Visites signées aujourd’hui").0, "0");
        assert_eq!(figure(&before, "Salariés en retard de visite").0, "1");
        guard
            .run::<SignerVisite, _, Failure, _>(&doctor, "anne", Purpose::PriseEnCharge, |work, permit| {
                Box::pin(async move {
                    let (id, next) = (VisiteId::new("v"), Prochaine::default());
                    suivi::signer(work, permit, &id, 0, Conclusion::default(), &next).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let after = browser.get("/tableau").await.body;
        assert_eq!(figure(&after, "Visites signées aujourd’hui").0, "1");
        assert_eq!(figure(&after, "Salariés en retard de visite").0, "0");
        assert_eq!(figure(&after, "Suivi à jour").0, "100\u{a0}%");
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Failure(String);

impl From<Refusal> for Failure {
    fn from(e: Refusal) -> Self {
        Self(e.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self(e.to_string())
    }
}

impl From<SignError> for Failure {
    fn from(e: SignError) -> Self {
        Self(e.to_string())
    }
}
