//! A visit from the file to its documents, by HTTP, on both engines.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::Period;
use guard::{Guard, NewAccount, Role};
use identite::{Nir, Sexe, Siren, Siret, StatutIns};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId, Service};
use salaries::{Contrat, ContratId, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId};
use store::{Outcome, Sql, args};
use testkit::TestDb;
use tower::ServiceExt as _;
use ui::House;

const COUNT_DOCUMENTS: Sql =
    Sql { name: "tests::COUNT_DOCUMENTS", text: "select count(*) as n from document" };
const PASSWORD: &str = "brise-vent-orge";
const SALARIE: &str = "salarie-1";

/// A service with one centre, three people and one worker, a welder since 2020.
struct Bench {
    guard: Guard,
    app: Router,
}

struct Answer {
    status: StatusCode,
    location: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn day(text: &str) -> base::Date {
    text.parse().unwrap()
}

async fn bench(t: &TestDb) -> Bench {
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let now = guard.clock().now();
    let mut tx = t.db.begin().await.unwrap();
    thesaurus::load_starter(&mut tx, now).await.unwrap();
    let service = Service {
        nom: "Service d'essai".into(),
        siren: "732829320".into(),
        adresse: "1 rue de l'Essai, 36000 Châteauroux".into(),
        telephone: "02 54 00 00 00".into(),
        courriel: "contact@example.org".into(),
        demonstration: true,
    };
    organisation::insert_service(&mut tx, &service).await.unwrap();
    let centre = CentreId::new("centre-1");
    let c = Centre {
        id: centre.clone(),
        nom: "Châteauroux".into(),
        adresse: "1 rue de l'Essai".into(),
        mobile: false,
    };
    organisation::insert_centre(&mut tx, &c).await.unwrap();
    for (login, nom, metier, rpps) in [
        ("medecin", "Martin", Role::Medecin, Some("10005173140")),
        ("infirmier", "Petit", Role::Infirmier, None),
        ("secretaire", "Robert", Role::Secretaire, None),
    ] {
        let p = Professionnel {
            id: ProfessionnelId::new(login),
            nom: nom.into(),
            prenom: "Camille".into(),
            metier,
            rpps: rpps.map(str::to_owned),
            centre_id: centre.clone(),
            presence: Period::since(day("2019-01-01")),
        };
        organisation::insert_professionnel(&mut tx, &p).await.unwrap();
        let account = NewAccount {
            identifiant: login.into(),
            nom: p.nom_complet(),
            role: metier,
            mot_de_passe: PASSWORD.into(),
            professionnel_id: Some(login.into()),
            centre_id: Some(centre.to_string()),
        };
        guard.add_account(&mut tx, &account).await.unwrap();
    }
    let adherent = Adherent {
        id: AdherentId::new("adherent-1"),
        siren: Siren::parse("732829320").unwrap(),
        raison_sociale: "Chaudronnerie du Val".into(),
        adhesion: Period::since(day("2015-01-01")),
    };
    adherents::insert_adherents(&mut tx, &[adherent]).await.unwrap();
    let etablissement = Etablissement {
        id: EtablissementId::new("etablissement-1"),
        adherent_id: AdherentId::new("adherent-1"),
        siret: Siret::parse("73282932000074").unwrap(),
        nom: "Atelier".into(),
        adresse: "2 rue du Fer".into(),
        commune: "Châteauroux".into(),
        activite: None,
        centre_id: centre,
        medecin_id: Some(ProfessionnelId::new("medecin")),
        suivi: Period::since(day("2015-01-01")),
    };
    adherents::insert_etablissements(&mut tx, &[etablissement]).await.unwrap();
    let salarie = Salarie {
        id: SalarieId::new(SALARIE),
        nom_naissance: "LE GOFF".into(),
        nom_usage: None,
        prenoms: "Éloïse Marie".into(),
        sexe: Sexe::Feminin,
        naissance: day("1984-05-12"),
        lieu_code: "29019".into(),
        lieu_label: "Brest".into(),
        nir: Some(Nir::from_body("2840529019123").unwrap()),
        ins_statut: StatutIns::Qualifiee,
        provenance: "essai".into(),
        telephone: None,
        courriel: None,
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    };
    salaries::insert_salaries(&mut tx, &[NouveauSalarie { salarie, cree_le: now }]).await.unwrap();
    let contrat = Contrat {
        id: ContratId::new("contrat-1"),
        salarie_id: SalarieId::new(SALARIE),
        etablissement_id: EtablissementId::new("etablissement-1"),
        nature: NatureContrat("CDI".into()),
        duree: Period::since(day("2026-10-01")),
    };
    salaries::insert_contrats(&mut tx, &[contrat]).await.unwrap();
    let poste = Poste {
        id: PosteId::new("poste-1"),
        contrat_id: ContratId::new("contrat-1"),
        salarie_id: SalarieId::new(SALARIE),
        intitule: "Assistante administrative".into(),
        emploi: thesaurus::coded(&mut tx, "professions", JOB).await.unwrap(),
        unite: None,
        nuit: false,
        duree: Period::since(day("2026-10-01")),
        suite_de: None,
    };
    assert!(poste.emploi.is_some());
    salaries::insert_postes(&mut tx, &[poste]).await.unwrap();
    tx.commit().await.unwrap();
    let house = House::new(guard.clone(), "Service d'essai");
    Bench { app: dossier::routes(house, thesaurus::Search::new()), guard }
}

/// A job of the starter list.
const JOB: &str = "P01";

impl Bench {
    async fn session(&self, login: &str) -> (String, String) {
        let token = self.guard.sign_in(login, PASSWORD).await.unwrap().token;
        let csrf = self.guard.caller(&token).await.unwrap().unwrap().csrf;
        (token, csrf)
    }

    async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(header::COOKIE, format!("tronc_session={token}"))
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    async fn post(&self, (token, csrf): &(String, String), path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, format!("tronc_session={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("_csrf={csrf}&{form}")))
            .unwrap();
        self.send(request).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let location = response
            .headers()
            .get(header::LOCATION)
            .map(|v| v.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let status = response.status();
        Answer { status, location, body: to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec() }
    }

    /// Begins a visit of a type as somebody, and gives its path.
    async fn begin(&self, who: &(String, String), kind: &str) -> String {
        let answer = self.post(who, &format!("/salaries/{SALARIE}/visites"), &format!("type={kind}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.location
    }

    async fn journal(&self) -> Vec<(String, String, Outcome)> {
        let mut tx = self.guard.db().read().await.unwrap();
        let lines = store::lines_about(&mut tx, "salarie", SALARIE, 100).await.unwrap();
        lines.into_iter().map(|l| (l.acte, l.role, l.resultat)).collect()
    }
}

fn edition(page: &str) -> String {
    let at = page.find("name=\"edition\" value=\"").expect("the page carries its edition")
        + "name=\"edition\" value=\"".len();
    page[at..].chars().take_while(char::is_ascii_digit).collect()
}

testkit::on_both_engines! {
    async fn a_doctor_sees_the_file_signs_the_visit_and_three_copies_come_out(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let file = b.get(&doctor.0, &format!("/salaries/{SALARIE}")).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text().contains("Éloïse LE GOFF") && file.text().contains("Chaudronnerie du Val"));

        let path = b.begin(&doctor, "VIP_INIT").await;
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("Attestation de suivi"), "the document to come out is announced");
        // One field at a time, as the page does.
        assert_eq!(b.post(&doctor, &format!("{path}/champ"), "champ=mesure_M101&mesure_M101=72%2C5").await.status, StatusCode::NO_CONTENT);
        assert_eq!(b.post(&doctor, &format!("{path}/champ"), "champ=note_plaintes&note_plaintes=Lombalgies+le+soir").await.status, StatusCode::NO_CONTENT);
        let absurd = b.post(&doctor, &format!("{path}/champ"), "champ=mesure_M101&mesure_M101=725").await;
        assert_eq!(absurd.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(absurd.text().contains("entre 25 et 300"), "{}", absurd.text());
        // Left and come back: nothing is lost, and the absurd value was not kept.
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("72,5") && page.contains("Lombalgies le soir"));

        let spoken = b.get(&doctor.0, &format!("{path}/conclusion")).await.text();
        assert!(spoken.contains("Aucune mesure individuelle") && spoken.contains("Attestation de suivi"), "{spoken}");
        let form = format!("edition={}&arrivee=09%3A00&depart=09%3A25&confirme=oui&mesure_M101=72%2C5&note_plaintes=Lombalgies+le+soir", edition(&page));
        let signed = b.post(&doctor, &path, &form).await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
        let page = b.get(&doctor.0, &signed.location).await.text();
        for words in ["Visite signée", "Exemplaire du salarié", "Exemplaire de l'employeur", "Exemplaire du dossier"] {
            assert!(page.contains(words), "{words} is not in {page}");
        }
        assert!(page.contains("24/11/2031"), "five years after a first visit in plain follow-up: {page}");
        let links: Vec<&str> = page.match_indices("/documents/").map(|(i, _)| page[i..].split('"').next().unwrap()).collect();
        assert_eq!(links.len(), 3);
        let pdf = b.get(&doctor.0, links[0]).await;
        assert!(pdf.body.starts_with(b"%PDF-"));

        let again = b.post(&doctor, &path, &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a signed visit changes no more");
        let lines = b.journal().await;
        for act in ["lire_identite", "lire_dossier", "ecrire_dossier", "planifier_visite", "signer_visite"] {
            assert!(lines.iter().any(|(a, role, o)| a == act && role == "medecin" && *o == Outcome::Permis), "{act} is journalled");
        }
        let mut tx = b.guard.db().read().await.unwrap();
        let events = store::claim_events(&mut tx, 10).await.unwrap();
        assert_eq!(events.iter().filter(|e| e.sorte == suivi::EVENEMENT_SIGNEE).count(), 1);
        let etat = suivi::etat(&mut tx, &SalarieId::new(SALARIE)).await.unwrap().unwrap();
        assert_eq!((etat.categorie.as_str(), etat.prochaine_legale), ("SI", Some(day("2031-11-24"))));
    }

    async fn a_particular_risk_taken_from_the_thesaurus_changes_the_category_at_once(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let code = code_of("plomb").await;
        let added = b.post(&doctor, &path, &format!("ajouter=oui&ajout={code}&ajout_texte=plomb")).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("SIR") && page.contains("risque particulier"), "{page}");
        let mut tx = b.guard.db().read().await.unwrap();
        assert_eq!(suivi::etat(&mut tx, &SalarieId::new(SALARIE)).await.unwrap().unwrap().categorie, "SIR");
    }

    async fn l_origine_d_une_exposition_proposee_reste_lisible_et_dit_ce_qui_la_motive(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let page = b.get(&doctor.0, &path).await.text().replace('\u{a0}', " ");
        for words in [
            "lie le métier « Maçon » à l'exposition « Silice cristalline en poussières alvéolaires »",
            "version depart-2026",
            "plausibilité forte",
            "Suivi particulier : Agents cancérogènes, mutagènes ou toxiques pour la reproduction (R4624-23, I, 3°",
        ] {
            assert!(page.contains(words) || page.contains(&words.replace('\'', "&#39;")), "{words} is not in {page}");
        }
        let kept = b.post(&doctor, &format!("{path}/champ"), "champ=prop_E112&prop_E112=retenue").await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT);
        let file = b.get(&doctor.0, &format!("/salaries/{SALARIE}")).await.text();
        assert!(file.contains("proposée par la matrice, constatée (matrice meep-depart, version depart-2026)"), "{file}");
        // What a professional records without a matrix says so, and names none.
        b.post(&doctor, &path, "ajouter=oui&ajout=E104&ajout_texte=").await;
        let file = b.get(&doctor.0, &format!("/salaries/{SALARIE}")).await.text();
        assert!(file.contains("constatée par un professionnel<"), "{file}");
    }

    async fn une_exposition_ancienne_garde_son_libelle_et_montre_celui_d_aujourd_hui_a_la_demande(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        b.post(&doctor, &path, "ajouter=oui&ajout=E104&ajout_texte=").await;
        let file = || async { b.get(&doctor.0, &format!("/salaries/{SALARIE}")).await.text().replace('\u{a0}', " ") };
        assert!(!file().await.contains("aujourd'hui :"), "nothing has changed yet");
        let mut tx = b.guard.db().begin().await.unwrap();
        let list = thesaurus::lists(&mut tx).await.unwrap().into_iter().find(|l| l.liste.id == "expositions").unwrap();
        let old = thesaurus::concept(&mut tx, "expositions", &list.version, "E104").await.unwrap().unwrap().label;
        let next = thesaurus::Delivery::new(list.liste, "2027", "e.csv", "code;libelle\nE104;Tout nouveau libellé\n");
        // A later starter list: an official one would use the same codes for something else.
        let next = thesaurus::Delivery { depart: true, ..next };
        thesaurus::load(&mut tx, b.guard.clock().now(), &next).await.unwrap();
        thesaurus::activate(&mut tx, "expositions", "2027").await.unwrap();
        tx.commit().await.unwrap();
        let shown = file().await;
        assert!(shown.contains(&old.replace('\'', "&#39;")) || shown.contains(&old), "{old} is not in {shown}");
        assert!(shown.contains("<summary>Libellé de la version depart-2026</summary>"), "{shown}");
        assert!(shown.contains("Libellé d'aujourd'hui : Tout nouveau libellé"), "{shown}");
    }

    async fn a_visit_that_finds_a_particular_risk_becomes_an_aptitude_exam(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let code = code_of("plomb").await;
        b.post(&doctor, &path, &format!("ajouter=oui&ajout={code}&ajout_texte=plomb")).await;
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("relève d'un suivi renforcé") || page.contains("relève d’un suivi renforcé"), "{page}");
        let form = format!("edition={}&confirme=oui&arrivee=09%3A00&depart=09%3A20", edition(&page));
        let refused = b.post(&doctor, &path, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("changez le type de cette visite"), "{}", refused.text());
        let signed = b.post(&doctor, &path, &format!("{form}&type_visite=SIR_EMB")).await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("aptitude") && page.contains("24/11/2028"), "the intermediate visit comes within two years: {page}");
    }

    async fn words_that_name_several_terms_are_shown_as_a_choice(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let asked = b.post(&doctor, &path, "ajouter=oui&ajout=&ajout_texte=poussieres&note_plaintes=Toux").await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let offered = asked.text().matches("name=\"ajout_choix\"").count();
        assert!(offered > 1 && asked.text().contains("Termes trouvés"), "{}", asked.text());
        // What was typed elsewhere is kept, and nothing was added by itself.
        let page = b.get(&doctor.0, &path).await.text();
        assert!(page.contains("Toux") && !page.contains("Autres expositions en cours"), "{page}");
        let chosen = code_of("amiante").await;
        let added = b.post(&doctor, &path, &format!("ajouter=oui&ajout=&ajout_texte=x&ajout_choix={chosen}")).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
        assert!(b.get(&doctor.0, &path).await.text().contains("Autres expositions en cours"));
        let none = b.post(&doctor, &path, "ajouter=oui&ajout=&ajout_texte=zzzzqqqq").await;
        assert!(none.text().contains("Aucun terme ne correspond"), "{}", none.text());
    }

    async fn un_infirmier_ne_signe_pas_un_examen_d_aptitude(t) {
        let b = bench(t).await;
        let nurse = b.session("infirmier").await;
        let path = b.begin(&nurse, "SIR_PER").await;
        let page = b.get(&nurse.0, &path).await.text();
        assert!(page.contains("Vous ne pouvez pas signer cette visite"));
        let answer = b.post(&nurse, &path, &format!("edition={}&confirme=oui&arrivee=09%3A00&depart=09%3A20", edition(&page))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("R4623-14"), "{}", answer.text());
        let traced = b.journal().await.iter().any(|(a, role, o)| a == "signer_visite" && role == "infirmier" && *o == Outcome::Refuse);
        assert!(traced, "the attempt is in the journal");
        let mut tx = b.guard.db().read().await.unwrap();
        assert_eq!(tx.one(COUNT_DOCUMENTS, args![]).await.unwrap().unwrap().get::<i64>("n").unwrap(), 0);
    }

    async fn a_secretary_sees_who_and_when_and_no_health_datum(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        b.post(&doctor, &format!("{path}/champ"), "champ=note_plaintes&note_plaintes=Canari-de-sante").await;
        let secretary = b.session("secretaire").await;
        let file = b.get(&secretary.0, &format!("/salaries/{SALARIE}")).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.text().contains("Éloïse LE GOFF") && file.text().contains("professionnels de santé"), "{}", file.text());
        assert!(!file.text().contains("Canari"));
        for refused in [b.get(&secretary.0, &path).await, b.post(&secretary, &path, "confirme=oui").await] {
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
            assert!(!refused.text().contains("Canari"));
        }
        assert!(b.journal().await.iter().any(|(a, role, o)| a == "lire_dossier" && role == "secretaire" && *o == Outcome::Refuse));
    }

    async fn a_later_date_needs_its_reason_and_an_earlier_one_prevails(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let edition = edition(&b.get(&doctor.0, &path).await.text());
        let base = format!("edition={edition}&confirme=oui&arrivee=09%3A00&depart=09%3A20");
        let later = b.post(&doctor, &path, &format!("{base}&prochaine_choisie=24%2F11%2F2033")).await;
        assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(later.text().contains("écrivez le motif"), "{}", later.text());
        let past = b.post(&doctor, &path, &format!("{base}&prochaine_choisie=24%2F11%2F2020")).await;
        assert!(past.text().contains("choisissez une date à venir"), "{}", past.text());
        let nonsense = b.post(&doctor, &path, &format!("{base}&prochaine_choisie=un+jour")).await;
        assert!(nonsense.text().contains("jour/mois/année"), "{}", nonsense.text());
        let earlier = b.post(&doctor, &path, &format!("{base}&prochaine_choisie=24%2F11%2F2028")).await;
        assert_eq!(earlier.status, StatusCode::SEE_OTHER, "{}", earlier.text());
        let mut tx = b.guard.db().read().await.unwrap();
        let etat = suivi::etat(&mut tx, &SalarieId::new(SALARIE)).await.unwrap().unwrap();
        assert_eq!(etat.prochaine_planifiee, Some(day("2028-11-24")));
    }

    async fn two_people_cannot_sign_the_same_visit(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let stale = b.post(&doctor, &path, "edition=77&confirme=oui&arrivee=09%3A00&depart=09%3A20").await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("Rechargez la page"));
    }

    async fn without_javascript_the_signature_has_a_page_of_its_own(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        let path = b.begin(&doctor, "VIP_INIT").await;
        let sent = b.post(&doctor, &path, "edition=1&arrivee=09%3A00&depart=09%3A20&mesures=oui").await;
        assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, format!("{path}/signature").as_str()));
        let page = b.get(&doctor.0, &sent.location).await.text();
        assert!(page.contains("Des mesures individuelles sont proposées"), "{page}");
        let signed = b.post(&doctor, &sent.location, &format!("edition={}", edition(&page))).await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
    }

    async fn unknown_things_and_foreign_forms_are_refused(t) {
        let b = bench(t).await;
        let doctor = b.session("medecin").await;
        for path in ["/salaries/inconnu", "/visites/inconnue", "/documents/inconnu"] {
            assert_eq!(b.get(&doctor.0, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let foreign = b.post(&(doctor.0.clone(), "faux".into()), &format!("/salaries/{SALARIE}/visites"), "type=VIP_INIT").await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        let unknown = b.post(&doctor, &format!("/salaries/{SALARIE}/visites"), "type=RIEN").await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let nobody = b.get("rien", &format!("/salaries/{SALARIE}")).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER);
        assert!(nobody.location.starts_with("/connexion?retour="));
    }
}

/// The code of a starter exposure by its trigger.
async fn code_of(declencheur: &str) -> String {
    let t = testkit::sqlite().await;
    let mut tx = t.db.begin().await.unwrap();
    thesaurus::load_starter(
        &mut tx,
        Guard::new(t.db.clone(), testkit::clock(), testkit::ids()).clock().now(),
    )
    .await
    .unwrap();
    let all = thesaurus::concepts(&mut tx, "expositions").await.unwrap();
    all.into_iter().find(|c| c.declencheur.as_deref() == Some(declencheur)).unwrap().code
}
