//! Favourites and use: hints of order, never filters.

use std::collections::HashMap;

use axum::{Router, http::StatusCode};
use base::Clock as _;
use guard::Role;
use store::Db;
use testkit::Person;
use thesaurus::{
    Ajout, Delivery, Frequences, Index, Nature, Portee, Search, ajouter_favori, codes_favoris, favoris, load,
    retirer_favori,
};
use ui::House;

const OUTILS: &str = "code;libelle;statut;synonymes\n1;Scie;actif;\n2;Scie sauteuse;actif;\n3;Scie à ruban;actif;\n\
    4;Scie circulaire;actif;\n5;Scie ancienne;inactif;\n6;Tronçonneuse;actif;scie à chaîne\n";

async fn charge(db: &Db, version: &str, texte: &str) {
    let liste = thesaurus::Liste {
        id: "outils".into(),
        titre: "Outils".into(),
        nature: Nature::Externe,
        gestionnaire: "Éditeur".into(),
        source: "Fichier d'essai".into(),
        licence: "Libre".into(),
    };
    let mut tx = db.begin().await.unwrap();
    let delivery = Delivery::new(liste, version, "outils.csv", texte.as_bytes().to_vec());
    load(&mut tx, testkit::clock().now(), &delivery).await.unwrap();
    tx.commit().await.unwrap();
}

fn codes(index: &Index, question: &str, favourites: &[&str]) -> Vec<String> {
    let favourites: Vec<String> = favourites.iter().map(|f| (*f).to_owned()).collect();
    let found = index.search_for("outils", question, 10, &favourites).unwrap();
    found.into_iter().map(|f| f.code).collect()
}

fn routes(house: House) -> Router {
    thesaurus::routes(house, Search::new(), &[])
}

testkit::on_both_engines! {
    async fn a_favourite_comes_first_in_its_rank_and_hides_nothing(t) {
        charge(&t.db, "1", OUTILS).await;
        let mut tx = t.db.read().await.unwrap();
        let index = Index::build(&mut tx).await.unwrap();
        assert_eq!(codes(&index, "scie", &[]), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!(codes(&index, "scie", &["4"]), ["1", "4", "2", "3", "5", "6"], "the exact label stays first");
        assert_eq!(codes(&index, "scie", &["6", "4", "3"]), ["1", "3", "4", "2", "5", "6"], "a synonym stays behind");
        assert_eq!(codes(&index, "scie", &["5", "inconnu"]), ["1", "2", "3", "4", "5", "6"], "what is inactive stays last");
        assert_eq!(codes(&index, "scei", &["4"])[0], "4", "among misspelt words too");
    }

    async fn the_most_used_come_first_in_their_rank_after_the_favourites(t) {
        charge(&t.db, "1", OUTILS).await;
        let search = Search::new();
        let mut tx = t.db.read().await.unwrap();
        let before = search.current(&mut tx).await.unwrap();
        let mut frequences = Frequences::new();
        frequences.set("outils", HashMap::from([("3".into(), 2), ("4".into(), 9), ("5".into(), 50), ("x".into(), 1)]));
        search.set_frequences(frequences);
        let index = search.current(&mut tx).await.unwrap();
        assert_eq!(codes(&index, "scie", &[]), ["1", "4", "3", "2", "5", "6"]);
        assert_eq!(codes(&index, "scie", &["2"]), ["1", "2", "4", "3", "5", "6"]);
        assert_eq!(codes(&before, "scie", &[]), ["1", "2", "3", "4", "5", "6"]);
        let usual = |favourites: &[String]| {
            index.usual("outils", 3, favourites).into_iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert_eq!(usual(&[]), ["4", "3"], "nothing typed: the most used, and only what may be chosen");
        assert_eq!(usual(&["2".into(), "5".into(), "4".into()]), ["2", "4", "3"]);
        assert!(index.usual("inconnue", 3, &[]).is_empty());
    }

    async fn favourites_belong_to_a_person_or_to_the_service(t) {
        charge(&t.db, "1", OUTILS).await;
        let now = testkit::clock().now();
        let mut tx = t.db.begin().await.unwrap();
        let mine = Portee::Compte("c1");
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "3", mine).await.unwrap(), Ajout::Fait);
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "3", mine).await.unwrap(), Ajout::DejaLa);
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "2", Portee::Service).await.unwrap(), Ajout::Fait);
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "3", Portee::Service).await.unwrap(), Ajout::Fait);
        assert_eq!(codes_favoris(&mut tx, "outils", "c1").await.unwrap(), ["3", "2"]);
        assert_eq!(codes_favoris(&mut tx, "outils", "c2").await.unwrap(), ["2", "3"]);
        assert_eq!(favoris(&mut tx, "outils", "c1").await.unwrap().iter().filter(|f| f.service).count(), 2);
        assert!(retirer_favori(&mut tx, "outils", "3", mine).await.unwrap());
        assert!(!retirer_favori(&mut tx, "outils", "3", mine).await.unwrap());
        assert_eq!(codes_favoris(&mut tx, "outils", "c1").await.unwrap(), ["2", "3"]);
        for i in 0..100 {
            ajouter_favori(&mut tx, now, "outils", &format!("n{i}"), mine).await.unwrap();
        }
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "4", mine).await.unwrap(), Ajout::TropNombreux);
        assert_eq!(ajouter_favori(&mut tx, now, "outils", "n7", mine).await.unwrap(), Ajout::DejaLa);
    }

    async fn a_person_marks_a_term_and_finds_it_first(t) {
        charge(&t.db, "1", OUTILS).await;
        let guard = testkit::guard(t);
        let nurse = Person::signed_in(&guard, Role::Infirmier, routes).await;
        let page = nurse.get("/thesaurus/outils?parent=4").await;
        assert!(page.body.contains("Ajouter à mes favoris"), "{}", page.body);
        assert!(!page.body.contains("Proposer à tout le service"), "a nurse does not decide for the service");
        let empty = nurse.get("/thesaurus/outils/suggestions?q=").await;
        assert!(empty.body.contains("Aucun favori"), "{}", empty.body);
        let add = [("code", "4"), ("pour", "moi"), ("geste", "ajouter")];
        let done = nurse.post("/thesaurus/outils/favoris", &add).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/thesaurus/outils?parent=4"));
        for (path, words) in [
            ("/thesaurus/outils?parent=4", "Retirer de mes favoris"),
            ("/thesaurus/outils/favoris", "Scie circulaire"),
            ("/thesaurus/outils/suggestions?q=", "★ favori"),
            ("/thesaurus/outils/suggestions?q=sci", "★ favori"),
        ] {
            let body = nurse.get(path).await.body;
            assert!(body.contains(words), "{path} lacks {words}: {body}");
        }
        let remove = [("code", "4"), ("pour", "moi"), ("geste", "retirer")];
        assert_eq!(nurse.post("/thesaurus/outils/favoris", &remove).await.status, StatusCode::SEE_OTHER);
        assert!(nurse.get("/thesaurus/outils/favoris").await.body.contains("Aucun favori dans cette liste"));
        for fields in [
            [("code", "inconnu"), ("pour", "moi"), ("geste", "ajouter")],
            [("code", "5"), ("pour", "moi"), ("geste", "ajouter")],
        ] {
            assert_eq!(nurse.post("/thesaurus/outils/favoris", &fields).await.status, StatusCode::NOT_FOUND);
        }
        let odd = [("code", "4"), ("pour", "moi"), ("geste", "danser")];
        assert!(nurse.post("/thesaurus/outils/favoris", &odd).await.status.is_client_error());
        assert_eq!(nurse.get("/thesaurus/inconnue/favoris").await.status, StatusCode::NOT_FOUND);
        let whole = [("code", "4"), ("pour", "service"), ("geste", "ajouter")];
        assert_eq!(nurse.post("/thesaurus/outils/favoris", &whole).await.status, StatusCode::FORBIDDEN);
        assert!(testkit::refusal_is_journalled(&guard, "service", "outils", "gerer_service").await);
    }

    async fn the_service_has_favourites_too_and_they_outlive_a_version(t) {
        charge(&t.db, "1", OUTILS).await;
        let guard = testkit::guard(t);
        let it = Person::signed_in(&guard, Role::Informatique, routes).await;
        for code in ["2", "4"] {
            let add = [("code", code), ("pour", "service"), ("geste", "ajouter")];
            assert_eq!(it.post("/thesaurus/outils/favoris", &add).await.status, StatusCode::SEE_OTHER);
        }
        let nurse = Person::signed_in(&guard, Role::Infirmier, routes).await;
        assert!(nurse.get("/thesaurus/outils/suggestions?q=").await.body.contains("Scie circulaire"));
        assert!(nurse.get("/thesaurus/outils?parent=4").await.body.contains("favori de tout le service"));
        charge(&t.db, "2", "code;libelle\n1;Scie\n4;Scie circulaire de table\n").await;
        let body = nurse.get("/thesaurus/outils/favoris").await.body;
        assert!(body.contains("Scie circulaire de table") && body.contains("Absent de la version active"), "{body}");
        assert!(nurse.get("/thesaurus/outils/suggestions?q=").await.body.contains("Scie circulaire de table"));
    }
}
