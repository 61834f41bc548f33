//! The pages of workers, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

#[path = "pages/correction.rs"]
mod correction;

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use axum::http::StatusCode;
use base::Period;
use guard::{Guard, Role};
use identite::{Siren, Siret};
use testkit::{Answer, Person, TODAY, centre, guard, refusal_is_journalled, starter_lists};

const LUTHERIE: &str = "01900000-0000-7000-8000-00000000000a";

/// A company of two establishments, and the lists that forms offer.
async fn company(guard: &Guard) {
    let centre_id = centre(guard).await;
    starter_lists(guard).await;
    let siren = Siren::parse("732829320").unwrap();
    let adherent = Adherent {
        id: AdherentId::new("lutherie"),
        siren: siren.clone(),
        raison_sociale: "Lutherie du Pré".into(),
        adhesion: Period::since(TODAY),
    };
    let place = |id: &str, rank: u16, nom: &str| Etablissement {
        id: EtablissementId::new(id),
        adherent_id: adherent.id.clone(),
        siret: Siret::from_siren_nic(&siren, rank).unwrap(),
        nom: nom.into(),
        adresse: "1 rue du Pré".into(),
        commune: "Lyon".into(),
        activite: None,
        centre_id: centre_id.clone(),
        medecin_id: None,
        suivi: Period::since(TODAY),
    };
    let places = [place(LUTHERIE, 7, "Atelier"), place("01900000-0000-7000-8000-00000000000b", 8, "Magasin")];
    let mut tx = guard.db().begin().await.unwrap();
    adherents::insert_adherents(&mut tx, std::slice::from_ref(&adherent)).await.unwrap();
    adherents::insert_etablissements(&mut tx, &places).await.unwrap();
    tx.commit().await.unwrap();
}

const FIELDS: [(&str, &str); 13] = [
    ("nom_naissance", "Le Goff"),
    ("nom_usage", "Œillet"),
    ("prenoms", "Zoé Marie"),
    ("sexe", "F"),
    ("naissance", "03/10/1995"),
    ("lieu_code", "99126"),
    ("nir", "2 95 10 99 126 111 93"),
    ("provenance", "piece"),
    ("employeur", "732 829 320 00074"),
    ("nature", "CDI"),
    ("debut", "02/11/2026"),
    ("intitule", "Luthière"),
    ("emploi_texte", ""),
];

/// The fields of a good form with its identifier, some of them changed or added.
fn with<'a>(id: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = FIELDS.into_iter().chain([("id", id)]).collect();
    for (name, value) in changes {
        fields.retain(|(n, _)| n != name);
        fields.push((name, value));
    }
    fields
}

async fn send(person: &Person, changes: &[(&str, &str)]) -> Answer {
    let id = person.get("/salaries/nouveau").await.form_id();
    person.post("/salaries/nouveau", &with(&id, changes)).await
}

testkit::on_both_engines! {
    async fn une_secretaire_ajoute_un_salarie_et_le_retrouve(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        secretaire.get("/salaries").await.says("Cherchez une personne");

        let id = secretaire.get("/salaries/nouveau").await.form_id();
        let saved = secretaire.post("/salaries/nouveau", &with(&id, &[("nuit", "oui")])).await;
        assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, format!("/salaries/{id}").as_str()));
        let twice = secretaire.post("/salaries/nouveau", &with(&id, &[])).await;
        assert_eq!(twice.location, saved.location, "a form sent twice is saved once");

        for query in ["le+goff", "oeil+zo", "03/10/1995", "2951099126", "GOFF+03101995"] {
            let found = secretaire.get(&format!("/salaries?q={query}")).await;
            for text in ["Zoé Œillet", "Le Goff", "03/10/1995", "31 ans", "féminin", "Lutherie du Pré", "Identité provisoire"] {
                found.says(text);
            }
        }
        secretaire.get("/salaries?q=martin").await.says("Personne ne correspond");

        let place = secretaire.get(&format!("/etablissements/{LUTHERIE}")).await;
        for text in ["Atelier", "732 829 320 00074", "Centre Nord", "Zoé Œillet", "Luthière"] {
            place.says(text);
        }
        let mut tx = guard.db().read().await.unwrap();
        let jobs = salaries::emplois(&mut tx, &salaries::SalarieId::new(id.as_str())).await.unwrap();
        assert_eq!(jobs.len(), 1);
        assert!(jobs[0].poste.nuit && jobs[0].contrat.nature.0 == "CDI");
        let lines = store::lines_about(&mut tx, "salarie", &id, 20).await.unwrap();
        assert!(lines.iter().any(|l| l.motif.as_deref() == Some("salarié créé") && l.apres.as_ref().is_some_and(|a| a.contains("Le Goff"))));
        let events = store::claim_events(&mut tx, 10).await.unwrap();
        assert_eq!(events.iter().map(|e| (e.sorte.as_str(), e.charge.as_str())).collect::<Vec<_>>(), [(salaries::EVENEMENT_MODIFIE, id.as_str())]);
        let searches = store::lines_about(&mut tx, "recherche", "le goff", 5).await.unwrap();
        assert_eq!(searches.len(), 1, "a search is journalled with what was sought");
    }

    async fn chaque_erreur_dit_quoi_corriger(t) {
        let guard = guard(t);
        company(&guard).await;
        let infirmier = Person::signed_in(&guard, Role::Infirmier, salaries::routes).await;
        for (name, value, sentence) in [
            ("nom_naissance", "", "Indiquez le nom de naissance."),
            ("prenoms", "12", "Indiquez les prénoms de naissance."),
            ("sexe", "I", "Choisissez le sexe"),
            ("naissance", "31/02/1995", "ce jour doit exister"),
            ("naissance", "03/10/2095", "ne peut pas venir après aujourd'hui"),
            ("naissance", "03/10/1895", "plus de 120 ans"),
            ("lieu_code", "Lyon", "Un code commune compte 5 caractères"),
            ("nir", "295109912611192", "La clé devrait être 93"),
            ("nir", "2951099126111", "Il manque la clé du NIR. La clé devrait être 93."),
            ("provenance", "", "Dites d'où viennent"),
            ("employeur", "", "Indiquez l'employeur"),
            ("employeur", "73282932000075", "devrait être 4"),
            ("employeur", "55208131766522", "Aucun établissement suivi ne porte ce SIRET"),
            ("employeur", "zzz", "Aucune entreprise adhérente ne correspond"),
            ("employeur", "luth", "Plusieurs établissements correspondent"),
            ("nature", "CDX", "Choisissez le type de contrat."),
            ("debut", "", "Indiquez le premier jour"),
            ("debut", "02/11/1990", "devrait venir après la naissance"),
            ("fin", "32/11/2026", "Ce jour n'existe pas"),
            ("fin", "01/11/2026", "ne peut pas venir avant le premier"),
            ("intitule", "", "Indiquez l'intitulé du poste."),
            ("emploi_texte", "zzz", "Aucun métier de la liste ne correspond"),
        ] {
            let answer = send(&infirmier, &[(name, value)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            answer.says(sentence);
        }
        infirmier.get("/salaries?q=goff").await.says("Personne ne correspond");
    }

    async fn un_desaccord_du_nir_et_des_traits_n_arrete_pas_mais_se_dit(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let saved = send(&secretaire, &[("sexe", "M"), ("naissance", "03/09/1995")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert!(saved.location.ends_with("/identite"), "{}", saved.location);
        let page = secretaire.get(&saved.location).await;
        page.says("l'identité est à vérifier");
        page.says("sexe féminin, la fiche dit masculin");
        page.says("le mois de naissance 10");
    }

    async fn une_personne_deja_connue_est_montree_avant_de_creer(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let first = send(&secretaire, &[]).await.location;
        let first = first.trim_start_matches("/salaries/");

        // The same NIR can never make a second file.
        let again = [("debut", "01/12/2026"), ("nature", "CDD"), ("fin", "31/12/2026")];
        let asked = send(&secretaire, &again).await;
        asked.says("Une personne qui lui ressemble est déjà connue");
        asked.says("Lutherie du Pré, NIR connu");
        let forced = send(&secretaire, &[again.as_slice(), &[("personne", "autre")]].concat()).await;
        forced.says("Le même NIR est déjà au dossier d'une personne connue");
        // The person is recognised: the contract goes to the known file, once.
        for _ in 0..2 {
            let joined = send(&secretaire, &[again.as_slice(), &[("personne", first)]].concat()).await;
            assert_eq!(joined.location, format!("/salaries/{first}"));
        }
        let mut tx = guard.db().read().await.unwrap();
        let contracts = salaries::contrats(&mut tx, &salaries::SalarieId::new(first)).await.unwrap();
        assert_eq!(contracts.len(), 2);
        assert_eq!(contracts[0].duree.to().map(base::date_numeric).as_deref(), Some("01/01/2027"), "the last day is worked");
        drop(tx);

        // A namesake born the same day, without NIR: a person decides.
        let namesake = [("nir", ""), ("prenoms", "Zélie")];
        send(&secretaire, &namesake).await.says("Une personne qui lui ressemble est déjà connue");
        let made = send(&secretaire, &[namesake.as_slice(), &[("personne", "autre")]].concat()).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        secretaire.get("/salaries?q=goff+03/10/1995").await.says("1 à 2 sur <b>2</b> salariés");
    }

    async fn on_choisit_parmi_plusieurs_etablissements_et_plusieurs_metiers(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let asked = send(&secretaire, &[("employeur", "luth"), ("emploi_texte", "ma")]).await;
        asked.says("Magasin, Lyon, SIRET 732 829 320 0008");
        asked.says("Plusieurs métiers correspondent");
        let saved = send(&secretaire, &[("employeur", "luth"), ("etablissement", LUTHERIE), ("emploi_texte", "maçonne")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let id = salaries::SalarieId::new(saved.location.trim_start_matches("/salaries/"));
        let mut tx = guard.db().read().await.unwrap();
        let jobs = salaries::emplois(&mut tx, &id).await.unwrap();
        assert_eq!(jobs[0].poste.emploi.as_ref().unwrap().label, "Maçon");
        // From the page of an establishment, the employer is there already.
        secretaire.get(&format!("/salaries/nouveau?etablissement={LUTHERIE}")).await.says("Lutherie du Pré");
    }

    async fn un_iprp_cherche_mais_ne_cree_pas_et_la_direction_ne_cherche_pas(t) {
        let guard = guard(t);
        company(&guard).await;
        let iprp = Person::signed_in(&guard, Role::Iprp, salaries::routes).await;
        assert_eq!(iprp.get("/salaries?q=goff").await.status, StatusCode::OK);
        let id = "01999999-0000-7000-8000-000000000000";
        let refused = iprp.post("/salaries/nouveau", &with(id, &[])).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("demande le rôle de médecin, d'infirmier ou de secrétaire");
        assert!(refusal_is_journalled(&guard, "salarie", id, "ecrire_identite").await);

        let direction = Person::signed_in(&guard, Role::Direction, salaries::routes).await;
        assert_eq!(direction.get("/salaries").await.status, StatusCode::FORBIDDEN);
        assert!(refusal_is_journalled(&guard, "recherche", "", "chercher_salarie").await);
        // The establishment is open to them, its workers are not, and the page says why.
        let place = direction.get(&format!("/etablissements/{LUTHERIE}")).await;
        assert_eq!(place.status, StatusCode::OK);
        place.says("La recherche de salariés est réservée à l'équipe qui les suit.");
        assert_eq!(direction.get("/etablissements/nulle-part").await.status, StatusCode::NOT_FOUND);
    }
}
