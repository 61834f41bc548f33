//! The pages of member companies, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use axum::http::StatusCode;
use guard::Role;
use testkit::{Person, centre, guard, refusal_is_journalled, starter_lists};
use tower::ServiceExt as _;

const FIELDS: [(&str, &str); 8] = [
    ("siren", "732 829 320"),
    ("raison_sociale", "Menuiserie Œillet"),
    ("adhesion", "01/02/2024"),
    ("siret", "732 829 320 00074"),
    ("adresse", "4 rue du Rabot"),
    ("commune", "Lyon"),
    ("centre", "centre-nord"),
    ("activite_texte", "scierie"),
];

/// The fields of a good form, one of them changed.
fn but<'a>(id: &'a str, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let good = FIELDS.into_iter().chain([("id", id)]);
    good.map(|(n, v)| if n == name { (n, value) } else { (n, v) }).collect()
}

testkit::on_both_engines! {
    async fn une_secretaire_ajoute_une_entreprise_et_la_retrouve(t) {
        let guard = guard(t);
        centre(&guard).await;
        starter_lists(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, adherents::routes).await;
        secretaire.get("/adherents").await.says("Aucune entreprise adhérente");

        let id = secretaire.get("/adherents/nouveau").await.form_id();
        let saved = secretaire.post("/adherents/nouveau", &but(&id, "", "")).await;
        assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, format!("/adherents/{id}").as_str()));
        // A form sent twice is saved once.
        let again = secretaire.post("/adherents/nouveau", &but(&id, "", "")).await;
        assert_eq!((again.status, again.location), (StatusCode::SEE_OTHER, saved.location));

        for query in ["menui", "OEILLET", "732829", "732 829 320 00074"] {
            let list = secretaire.get(&format!("/adherents?q={}", query.replace(' ', "+"))).await;
            list.says("Menuiserie Œillet");
            list.says("732 829 320");
            list.says("01/02/2024");
        }
        secretaire.get("/adherents?q=boulangerie").await.says("Aucune entreprise ne correspond");

        let fiche = secretaire.get(&format!("/adherents/{id}")).await;
        for text in ["732 829 320 00074", "Lyon", "Centre Nord", "Industrie du bois", "Adhésion de l'entreprise", "/etablissements/"] {
            fiche.says(text);
        }
        let absent = secretaire.get("/adherents/nulle-part").await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND);
        absent.says("Cette entreprise n'existe pas");
        assert_eq!(secretaire.get("/adherents?page=-3&q=%00%ff").await.status, StatusCode::OK);
        secretaire.get("/adherents?page=99999999999").await.says("Menuiserie Œillet");
    }

    async fn les_activites_des_etablissements_comptent_dans_ce_qu_une_liste_touche(t) {
        let guard = guard(t);
        centre(&guard).await;
        starter_lists(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, adherents::routes).await;
        let id = secretaire.get("/adherents/nouveau").await.form_id();
        secretaire.post("/adherents/nouveau", &but(&id, "", "")).await;
        let mut tx = t.db.read().await.unwrap();
        let counts = thesaurus::frequencies(&mut tx, adherents::USAGES, "activites").await.unwrap();
        assert_eq!(counts.values().copied().collect::<Vec<_>>(), [1], "{counts:?}");
        let codes = counts.keys().cloned().collect();
        let impact = thesaurus::impact(&mut tx, adherents::USAGES, "activites", &codes).await.unwrap();
        assert_eq!((impact.total.records, impact.total.workers, impact.total.users), (1, 0, 0));
    }

    async fn chaque_erreur_dit_quoi_corriger_et_rien_n_est_enregistre(t) {
        let guard = guard(t);
        centre(&guard).await;
        starter_lists(&guard).await;
        let direction = Person::signed_in(&guard, Role::Direction, adherents::routes).await;
        let id = direction.get("/adherents/nouveau").await.form_id();
        for (name, value, sentence) in [
            ("siren", "732829321", "un chiffre de contrôle, qui devrait être 0"),
            ("siren", "", "Un SIREN est attendu"),
            ("siret", "73282932000075", "un chiffre de contrôle, qui devrait être 4"),
            ("siret", "552 081 317 66522", "Les neuf premiers chiffres du SIRET devraient être ceux du SIREN"),
            ("raison_sociale", " ", "Indiquez la raison sociale."),
            ("adhesion", "31/02/2024", "ce jour doit exister"),
            ("adhesion", "01/02/2031", "ne peut pas commencer après aujourd'hui"),
            ("commune", "", "Indiquez la commune"),
            ("centre", "ailleurs", "Choisissez le centre"),
            ("activite_texte", "zzz", "Aucune activité de la liste ne correspond"),
        ] {
            let answer = direction.post("/adherents/nouveau", &but(&id, name, value)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            answer.says(sentence);
            answer.says("4 rue du Rabot");
        }
        direction.get("/adherents").await.says("Aucune entreprise adhérente");
    }

    async fn un_mot_qui_designe_plusieurs_activites_donne_a_choisir(t) {
        let guard = guard(t);
        centre(&guard).await;
        starter_lists(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, adherents::routes).await;
        let id = secretaire.get("/adherents/nouveau").await.form_id();
        let asked = secretaire.post("/adherents/nouveau", &but(&id, "activite_texte", "industrie")).await;
        asked.says("Plusieurs activités correspondent");
        asked.says(r#"type="radio""#);
        let mut fields = but(&id, "activite_texte", "");
        fields.push(("activite", "S03"));
        assert_eq!(secretaire.post("/adherents/nouveau", &fields).await.status, StatusCode::SEE_OTHER);
        secretaire.get(&format!("/adherents/{id}")).await.says("Industrie du bois");
    }

    async fn un_siren_deja_connu_mene_a_sa_fiche(t) {
        let guard = guard(t);
        centre(&guard).await;
        starter_lists(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, adherents::routes).await;
        let first = secretaire.get("/adherents/nouveau").await.form_id();
        secretaire.post("/adherents/nouveau", &but(&first, "", "")).await;
        let second = secretaire.get("/adherents/nouveau").await.form_id();
        let refused = secretaire.post("/adherents/nouveau", &but(&second, "", "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&format!("/adherents/{first}"));
    }

    async fn un_iprp_lit_les_entreprises_mais_n_en_cree_pas(t) {
        let guard = guard(t);
        centre(&guard).await;
        let iprp = Person::signed_in(&guard, Role::Iprp, adherents::routes).await;
        assert_eq!(iprp.get("/adherents").await.status, StatusCode::OK);
        let form = iprp.get("/adherents/nouveau").await;
        assert_eq!(form.status, StatusCode::FORBIDDEN);
        form.says("demande le rôle de secrétaire ou de direction");
        assert!(refusal_is_journalled(&guard, "adherent", "nouveau", "ecrire_adherent").await);
        let id = "01999999-0000-7000-8000-000000000000";
        let posted = iprp.post("/adherents/nouveau", &but(id, "", "")).await;
        assert_eq!(posted.status, StatusCode::FORBIDDEN);
        assert!(refusal_is_journalled(&guard, "adherent", id, "ecrire_adherent").await);
        iprp.get("/adherents").await.says("Aucune entreprise adhérente");
    }

    async fn un_formulaire_venu_d_ailleurs_est_refuse(t) {
        let guard = guard(t);
        let mut secretaire = Person::signed_in(&guard, Role::Secretaire, adherents::routes).await;
        secretaire.csrf = "autre".into();
        let answer = secretaire.post("/adherents/nouveau", &but("x", "", "")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        answer.says("Ce formulaire a expiré");
        let nobody = adherents_without_session(&guard).await;
        assert_eq!(nobody.0, StatusCode::SEE_OTHER);
        assert!(nobody.1.starts_with("/connexion?retour="), "{}", nobody.1);
    }
}

async fn adherents_without_session(guard: &guard::Guard) -> (StatusCode, String) {
    let app = adherents::routes(ui::House::new(guard.clone(), "Service d'essai"));
    let request = axum::http::Request::get("/adherents").body(axum::body::Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    (response.status(), response.headers()["location"].to_str().unwrap().to_owned())
}
