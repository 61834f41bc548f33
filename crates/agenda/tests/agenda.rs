//! The agenda on both engines: slots, booking, the day as each role reads it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must stop")]

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use agenda::{
    Creneau, CreneauId, Heure, ReserverError, creneaux_du_jour, insert_creneaux, premier_libre, reserver,
    visite_signee,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::{Clock as _, Coded, Date, Period};
use guard::{Caller, Guard, NewAccount, PlanifierVisite, Purpose, Refusal, Role, SESSION_COOKIE};
use identite::{Sexe, Siren, Siret, StatutIns};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId};
use salaries::{Contrat, ContratId, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId};
use store::{StoreError, Tx};
use suivi::{EtatVisite, Visite, VisiteId};
use testkit::{TODAY, TestDb, on_both_engines};
use tower::ServiceExt as _;
use ui::House;

const PASSWORD: &str = "orge-brise-vent-2026";

fn day(d: i8) -> Date {
    Date::new(2026, 11, d).unwrap()
}

fn heure(text: &str) -> Heure {
    Heure::parse(text).unwrap()
}

fn slot(id: &str, jour: Date, debut: &str, fin: &str, visite: Option<&str>) -> Creneau {
    Creneau {
        id: CreneauId::new(id),
        professionnel_id: ProfessionnelId::new("dr"),
        centre_id: CentreId::new("centre"),
        jour,
        debut: heure(debut),
        fin: heure(fin),
        visite_id: visite.map(VisiteId::new),
        honore: false,
    }
}

fn visit(id: &str, jour: Date, etat: EtatVisite) -> Visite {
    Visite {
        id: VisiteId::new(id),
        salarie_id: SalarieId::new("anne"),
        etablissement_id: EtablissementId::new("atelier"),
        centre_id: CentreId::new("centre"),
        professionnel_id: ProfessionnelId::new("dr"),
        type_visite: Coded {
            thesaurus: "types-visite".into(),
            version: "1".into(),
            code: "VIP_PER".into(),
            label: "Visite d'information et de prévention périodique".into(),
        },
        demandeur: "service".into(),
        jour,
        etat,
        arrivee: None,
        depart: None,
        conclusion: None,
        prochaine_type: None,
        prochaine_legale: None,
        prochaine_choisie: None,
        prochaine_motif: None,
        signee_le: None,
        signee_par: None,
        edition: 0,
    }
}

async fn people(tx: &mut Tx) -> Result<(), StoreError> {
    let centre = CentreId::new("centre");
    organisation::insert_centre(
        tx,
        &Centre {
            id: centre.clone(),
            nom: "Centre du Val".into(),
            adresse: "1 rue Haute".into(),
            mobile: false,
        },
    )
    .await?;
    for (id, nom, metier) in [("dr", "Le Goff", Role::Medecin), ("ide", "Martin", Role::Infirmier)] {
        let new = Professionnel {
            id: ProfessionnelId::new(id),
            nom: nom.into(),
            prenom: "Camille".into(),
            metier,
            rpps: None,
            centre_id: centre.clone(),
            presence: Period::since(day(1)),
        };
        organisation::insert_professionnel(tx, &new).await?;
    }
    let siren = Siren::from_root8("12345678").unwrap();
    let adherent = Adherent {
        id: AdherentId::new("soudure"),
        siren: siren.clone(),
        raison_sociale: "Soudure du Val".into(),
        adhesion: Period::since(day(1)),
    };
    adherents::insert_adherents(tx, &[adherent]).await?;
    let atelier = Etablissement {
        id: EtablissementId::new("atelier"),
        adherent_id: AdherentId::new("soudure"),
        siret: Siret::from_siren_nic(&siren, 1).unwrap(),
        nom: "Atelier".into(),
        adresse: "2 rue Basse".into(),
        commune: "Montval".into(),
        activite: None,
        centre_id: centre,
        medecin_id: None,
        suivi: Period::since(day(1)),
    };
    adherents::insert_etablissements(tx, &[atelier]).await?;
    let anne = Salarie {
        id: SalarieId::new("anne"),
        nom_naissance: "Kerbrat".into(),
        nom_usage: None,
        prenoms: "Anne Lise".into(),
        sexe: Sexe::Feminin,
        naissance: Date::new(1983, 5, 3).unwrap(),
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
    salaries::insert_salaries(tx, &[NouveauSalarie { salarie: anne, cree_le }]).await?;
    let contrat = Contrat {
        id: ContratId::new("c"),
        salarie_id: SalarieId::new("anne"),
        etablissement_id: EtablissementId::new("atelier"),
        nature: NatureContrat("CDI".into()),
        duree: Period::since(day(1)),
    };
    salaries::insert_contrats(tx, &[contrat]).await?;
    let poste = Poste {
        id: PosteId::new("p"),
        contrat_id: ContratId::new("c"),
        salarie_id: SalarieId::new("anne"),
        intitule: "Soudeuse".into(),
        emploi: None,
        unite: None,
        nuit: false,
        duree: Period::since(day(1)),
        suite_de: None,
    };
    salaries::insert_postes(tx, &[poste]).await
}

/// The worker Anne has three visits today: one at 09:00, two without a time; slots at 09:30 and 10:00 are free.
async fn filled(t: &TestDb) -> Guard {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let mut tx = t.db.begin().await.unwrap();
    people(&mut tx).await.unwrap();
    let visits = [
        visit("v1", TODAY, EtatVisite::Prevue),
        visit("v2", TODAY, EtatVisite::Prevue),
        visit("v3", TODAY, EtatVisite::Prevue),
    ];
    suivi::insert_visites(&mut tx, &visits).await.unwrap();
    let slots = [
        slot("s1", TODAY, "09:00", "09:30", Some("v1")),
        slot("s2", TODAY, "09:30", "10:00", None),
        slot("s3", TODAY, "10:00", "10:30", None),
    ];
    insert_creneaux(&mut tx, &slots).await.unwrap();
    for (login, role, who) in [
        ("docteur", Role::Medecin, Some("dr")),
        ("secretaire", Role::Secretaire, None),
        ("direction", Role::Direction, None),
    ] {
        let new = NewAccount {
            identifiant: login.into(),
            nom: login.into(),
            role,
            mot_de_passe: PASSWORD.into(),
            professionnel_id: who.map(str::to_owned),
            centre_id: Some("centre".into()),
        };
        guard.add_account(&mut tx, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    guard
}

#[derive(Debug)]
enum Failure {
    Refused,
    Reserver(ReserverError),
}

impl From<Refusal> for Failure {
    fn from(_: Refusal) -> Self {
        Self::Refused
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Reserver(e.into())
    }
}

async fn book(guard: &Guard, visite: &str, debut: &str) -> Result<Creneau, Failure> {
    let caller = Caller::command("essai", Role::Secretaire);
    let (visite, debut) = (VisiteId::new(visite), heure(debut));
    guard
        .run::<PlanifierVisite, _, _, _>(&caller, "anne", Purpose::Planification, move |work, permit| {
            Box::pin(async move { reserver(work, permit, &visite, &debut).await.map_err(Failure::Reserver) })
        })
        .await
}

async fn slots(t: &TestDb) -> Vec<(String, Option<String>, bool)> {
    let mut tx = t.db.read().await.unwrap();
    let slots = creneaux_du_jour(&mut tx, &ProfessionnelId::new("dr"), TODAY).await.unwrap();
    slots.into_iter().map(|s| (s.debut.to_string(), s.visite_id.map(String::from), s.honore)).collect()
}

struct Answer {
    status: StatusCode,
    body: String,
    location: String,
}

/// A browser with an open session.
struct Browser {
    app: Router,
    cookie: String,
    csrf: String,
}

impl Browser {
    async fn signed_in(guard: &Guard, login: &str) -> Self {
        let token = guard.sign_in(login, PASSWORD).await.unwrap().token;
        let csrf = guard.caller(&token).await.unwrap().unwrap().csrf;
        let app = agenda::routes(House::new(guard.clone(), "Service du Val"));
        Self { app, cookie: format!("{SESSION_COOKIE}={token}"), csrf }
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Answer {
        let request = request
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let location = response.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer {
            status,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
            location: location.unwrap_or_default(),
        }
    }

    async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri), String::new()).await
    }

    async fn post(&self, uri: &str, body: &str) -> Answer {
        self.send(Request::post(uri), format!("_csrf={}&{body}", self.csrf)).await
    }
}

async fn journal(t: &TestDb, objet: &str, id: &str) -> Vec<(String, store::Outcome)> {
    let mut tx = t.db.read().await.unwrap();
    let lines = store::lines_about(&mut tx, objet, id, 10).await.unwrap();
    lines.into_iter().map(|l| (l.acteur_nom, l.resultat)).collect()
}

on_both_engines! {
    async fn every_statement_is_understood(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in agenda::STATEMENTS.iter().copied().flatten() {
            tx.prepare(*sql).await.unwrap();
        }
    }

    async fn a_visit_takes_a_free_slot_and_leaves_the_one_it_held(t) {
        let guard = filled(t).await;
        assert_eq!(book(&guard, "v1", "10:00").await.unwrap().debut, heure("10:00"));
        let kept = slots(t).await;
        assert_eq!(kept[0].1, None);
        assert_eq!(kept[2].1.as_deref(), Some("v1"));
        // The change is in the journal, with the time before and after.
        let mut tx = t.db.read().await.unwrap();
        let lines = store::lines_about(&mut tx, "salarie", "anne", 5).await.unwrap();
        let change = lines.iter().find(|l| l.motif.as_deref() == Some("visite placée")).unwrap();
        assert!(change.avant.as_ref().unwrap().contains("09:00"));
        assert!(change.apres.as_ref().unwrap().contains("10:00"));
    }

    async fn a_slot_already_taken_is_refused_with_the_next_free_one(t) {
        let guard = filled(t).await;
        let Err(Failure::Reserver(error)) = book(&guard, "v2", "09:00").await else { panic!("booked twice") };
        let said = error.to_string();
        assert!(said.contains("déjà pris") && said.contains("prochain créneau libre est le mar.") && said.contains("09:30"), "{said}");
        assert_eq!(slots(t).await[0].1.as_deref(), Some("v1"));
    }

    async fn a_time_at_which_nobody_receives_is_refused(t) {
        let guard = filled(t).await;
        let Err(Failure::Reserver(error)) = book(&guard, "v2", "18:00").await else { panic!("booked at night") };
        let said = error.to_string();
        assert!(said.contains("Aucun créneau n'est ouvert") && said.contains("plus de créneau libre"), "{said}");
        // A failed move leaves the visit where it was.
        assert!(book(&guard, "v1", "18:00").await.is_err());
        assert_eq!(slots(t).await[0].1.as_deref(), Some("v1"));
    }

    async fn two_people_who_ask_for_one_slot_at_once_give_one_success(t) {
        let guard = filled(t).await;
        let (a, b) = tokio::join!(book(&guard, "v2", "09:30"), book(&guard, "v3", "09:30"));
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
        let said = [a, b].into_iter().find_map(Result::err).unwrap();
        assert!(matches!(said, Failure::Reserver(ReserverError::Pris { .. })), "{said:?}");
    }

    async fn a_visit_of_another_worker_a_past_day_or_a_closed_visit_are_not_placed(t) {
        let guard = filled(t).await;
        let mut tx = t.db.begin().await.unwrap();
        let yesterday = TODAY.yesterday().unwrap();
        let new = [visit("passee", yesterday, EtatVisite::Prevue), visit("close", TODAY, EtatVisite::Signee)];
        suivi::insert_visites(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(book(&guard, "inconnue", "09:30").await, Err(Failure::Reserver(ReserverError::Absente))));
        assert!(matches!(book(&guard, "passee", "09:30").await, Err(Failure::Reserver(ReserverError::Passe(_)))));
        assert!(matches!(book(&guard, "close", "09:30").await, Err(Failure::Reserver(ReserverError::PasPrevue))));
        let caller = Caller::command("essai", Role::Iprp);
        let refused = guard
            .run::<PlanifierVisite, _, Failure, _>(&caller, "anne", Purpose::Planification, |_, _| Box::pin(async { Ok(()) }))
            .await;
        assert!(matches!(refused, Err(Failure::Refused)));
    }

    async fn a_signed_visit_honours_its_slot_and_frees_one_still_to_come(t) {
        filled(t).await;
        let mut tx = t.db.begin().await.unwrap();
        let tomorrow = TODAY.tomorrow().unwrap();
        insert_creneaux(&mut tx, &[slot("s9", tomorrow, "09:00", "09:30", Some("v2"))]).await.unwrap();
        let now = testkit::clock().now();
        for _ in 0..2 {
            visite_signee(&mut tx, &VisiteId::new("v1"), now).await.unwrap();
            visite_signee(&mut tx, &VisiteId::new("v2"), now).await.unwrap();
        }
        let later = creneaux_du_jour(&mut tx, &ProfessionnelId::new("dr"), tomorrow).await.unwrap();
        assert_eq!((later[0].visite_id.clone(), later[0].honore), (None, false));
        tx.commit().await.unwrap();
        assert_eq!(slots(t).await[0], ("09:00".into(), Some("v1".into()), true));
        let mut tx = t.db.read().await.unwrap();
        let free = premier_libre(&mut tx, &ProfessionnelId::new("dr"), TODAY, &heure("10:00")).await.unwrap();
        assert_eq!(free.unwrap().jour, tomorrow);
    }

    async fn a_professional_has_one_slot_at_a_time(t) {
        filled(t).await;
        let mut tx = t.db.begin().await.unwrap();
        assert!(insert_creneaux(&mut tx, &[slot("double", TODAY, "09:00", "09:20", None)]).await.is_err());
    }

    async fn the_doctor_reads_their_own_day_and_the_journal_says_so(t) {
        let guard = filled(t).await;
        let page = Browser::signed_in(&guard, "docteur").await.get("/agenda").await;
        assert_eq!(page.status, StatusCode::OK);
        for said in [
            "Dr Camille Le Goff",
            "mar.\u{a0}24\u{a0}nov.\u{a0}2026",
            "Anne Kerbrat",
            "43\u{a0}ans",
            "Soudure du Val",
            "Soudeuse",
            "09:00\u{2060}–\u{2060}09:30",
            "Non évalué",
            "Libre",
            "Prévue",
            "Sans créneau",
            "Placer la visite",
            "/visites/v1/demarrer",
            "/salaries/anne",
            "jour=2026-11-23",
            "jour=2026-11-25",
        ] {
            assert!(page.body.contains(said), "{said} is missing");
        }
        // Free, and the start of the visit at 09:00 is the page's one primary action.
        assert_eq!(page.body.matches("Libre</span>").count(), 2);
        assert_eq!(page.body.matches("btn primary").count(), 1);
        let lines = journal(t, "agenda", "dr/2026-11-24").await;
        assert_eq!(lines, [("docteur".into(), store::Outcome::Permis)]);
    }

    async fn a_secretary_reads_the_first_doctor_of_their_centre_and_starts_no_visit(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, "secretaire").await;
        let page = browser.get("/agenda").await;
        assert!(page.body.contains("Dr Camille Le Goff") && page.body.contains("Anne Kerbrat"));
        assert!(!page.body.contains("/demarrer"));
        let page = browser.get("/agenda?professionnel=ide&jour=25%2F11%2F2026").await;
        assert!(page.body.contains("Camille Martin") && page.body.contains("Aucun créneau ce jour."));
    }

    async fn management_is_refused_and_the_refusal_is_journalled(t) {
        let guard = filled(t).await;
        let page = Browser::signed_in(&guard, "direction").await.get("/agenda?professionnel=dr").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(!page.body.contains("Kerbrat"));
        assert_eq!(journal(t, "agenda", "dr/2026-11-24").await, [("direction".into(), store::Outcome::Refuse)]);
    }

    async fn a_day_that_is_none_and_a_person_unknown_are_said(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, "docteur").await;
        let answer = browser.get("/agenda?jour=2026-02-30").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("2026-02-30"));
        assert_eq!(browser.get("/agenda?professionnel=personne").await.status, StatusCode::NOT_FOUND);
        // The ends of the calendar have a day before or after, not both.
        assert_eq!(browser.get("/agenda?jour=9999-12-31").await.status, StatusCode::OK);
    }

    async fn the_secretary_places_a_visit_from_the_page(t) {
        let guard = filled(t).await;
        let browser = Browser::signed_in(&guard, "secretaire").await;
        let done = browser.post("/agenda/placer", "visite=v2&debut=09:30").await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/agenda?jour=2026-11-24&professionnel=dr"));
        let again = browser.post("/agenda/placer", "visite=v3&debut=09:30").await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.body.contains("10:00"), "{}", again.body);
        let foreign = Browser { csrf: "ailleurs".into(), ..browser };
        assert_eq!(foreign.post("/agenda/placer", "visite=v3&debut=10:00").await.status, StatusCode::FORBIDDEN);
        assert_eq!(slots(t).await[2].1, None);
    }

    async fn the_sheet_for_the_door_holds_times_and_initials_only(t) {
        let guard = filled(t).await;
        let page = Browser::signed_in(&guard, "docteur").await.get("/agenda/porte").await;
        assert!(page.body.contains("A.\u{a0}K.") && page.body.contains("09:00"));
        for secret in ["Kerbrat", "Soudure", "Visite d'information", "Soudeuse"] {
            assert!(!page.body.contains(secret), "{secret}");
        }
    }

    async fn a_service_without_professionals_says_what_to_do(t) {
        let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
        let mut tx = t.db.begin().await.unwrap();
        let new = NewAccount {
            identifiant: "secretaire".into(),
            nom: "secretaire".into(),
            role: Role::Secretaire,
            mot_de_passe: PASSWORD.into(),
            professionnel_id: None,
            centre_id: None,
        };
        guard.add_account(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let page = Browser::signed_in(&guard, "secretaire").await.get("/agenda").await;
        assert!(page.status == StatusCode::OK && page.body.contains("Aucun médecin ni infirmier"));
    }
}
