//! A base whose guards were taken away and whose bytes were changed by hand: each change is found and named.

use store::{Db, Sql, StoreError, Tx, args};
use terminologie::{
    Nature, Release, Term,
    manifest::{self, FileEntry, Manifest, SigningKey},
    write,
};
use thesaurus::{Alteration, Delivery, Layout, Limits, MatrixDelivery, MatrixKind, Seal, load, load_matrix};

use crate::{delivery, liste, loaded, started};
use base::Clock as _;

/// A term that says everything a term can say.
fn whole(code: &str, label: &str, parents: &[&str]) -> Term {
    Term {
        code: code.into(),
        label: label.into(),
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        active: true,
        nature: Some(Nature::LibelleModifie),
        level: Some("Niveau 1".into()),
        synonyms: vec!["poudre".into(), "farine".into()],
        description: Some("Description".into()),
        references: Some("R4412-1".into()),
        special_risk: Some("oui".into()),
        vip_risk: Some("non".into()),
        trigger: Some("cmr".into()),
        remark: Some("Remarque".into()),
        groups: vec!["Groupe".into()],
        attributes: vec![("Colonne".into(), "Valeur".into())],
        row: 0,
    }
}

/// What a federation signs of a file.
fn sealed(name: &str, octets: &[u8]) -> Seal {
    let key = SigningKey::from_seed(&[3; 32]);
    let manifest = Manifest {
        federation: "Fédération d'essai".into(),
        files: vec![FileEntry::of(name, octets)],
        published: testkit::clock().now().to_string(),
    };
    let signed = manifest::sign(&manifest, &key);
    Seal { manifeste: String::from_utf8(signed).unwrap(), cle: key.public().to_string() }
}

pub(crate) async fn base_to_tamper_with(db: &Db) {
    let terms = vec![
        Term { code: "A".into(), label: "Agents".into(), active: true, ..Term::default() },
        Term { code: "B".into(), label: "Bois".into(), active: true, ..Term::default() },
        whole("AB", "Poussières de bois", &["A", "B"]),
    ];
    let release = Release { version: "2027".into(), terms, ..Release::default() };
    let octets = write::release(&release, write::Format::Csv).unwrap();
    let list = Delivery {
        publiee_le: Some(testkit::TODAY),
        seal: Some(sealed("agents.csv", &octets)),
        url: Some("https://exemple.fr/agents".into()),
        oid: Some("1.2.3".into()),
        ..Delivery::new(liste("agents"), "2027", "agents.csv", octets)
    };
    loaded(db, &list).await.unwrap();
    loaded(db, &delivery("metiers", "1", "code;libelle\nM;Maçon\nP;Peintre\n")).await.unwrap();
    let cells = "metier;profession;cible;exposition;plausibilite;nature\nM;Maçon;AB;Poussières de bois;forte;nouvel item\nP;Peintre;A;Agents;faible;\n";
    let matrix = MatrixDelivery {
        facts: liste("meep").facts(),
        genre: MatrixKind::Exposition,
        version: "2027".into(),
        metiers: ("metiers".into(), "1".into()),
        cibles: ("agents".into(), "2027".into()),
        fichier: "meep.csv".into(),
        octets: cells.into(),
        depart: false,
        activate: true,
        seal: Some(sealed("meep.csv", cells.as_bytes())),
        limits: Limits::default(),
    };
    let mut tx = db.begin().await.unwrap();
    load_matrix(&mut tx, testkit::clock().now(), &matrix).await.unwrap();
    tx.commit().await.unwrap();
}

fn sql(text: &'static str) -> Sql {
    Sql { name: "tests::tampering", text }
}

/// Takes the guards away, as whoever holds the file or the server may.
pub(crate) async fn unguarded(db: &Db) -> Tx {
    const SQLITE: &[&str] = &[
        "drop trigger concept_inalterable_ajout",
        "drop trigger concept_inalterable_modification",
        "drop trigger concept_inalterable_suppression",
        "drop trigger livraison_inalterable_modification",
        "drop trigger matrice_inalterable_modification",
        "drop trigger matrice_cellule_inalterable_modification",
        "drop trigger matrice_cellule_inalterable_suppression",
        "drop trigger matrice_cellule_inalterable_ajout",
    ];
    const POSTGRES: &[&str] = &[
        "alter table concept disable trigger user",
        "alter table livraison disable trigger user",
        "alter table matrice disable trigger user",
        "alter table matrice_cellule disable trigger user",
    ];
    let mut tx = db.begin().await.unwrap();
    for text in if db.engine_name() == "sqlite" { SQLITE } else { POSTGRES } {
        tx.execute(sql(text), args![]).await.unwrap();
    }
    tx
}

/// What a change made without guards is found to be. Nothing of it stays.
pub(crate) async fn found(db: &Db, text: &'static str) -> Vec<Alteration> {
    let mut tx = unguarded(db).await;
    assert_eq!(tx.execute(sql(text), args![]).await.unwrap(), 1, "{text}");
    let mut faults = thesaurus::verify(&mut tx).await.unwrap().faults;
    faults.retain(|f| f.field != "trigger");
    faults
}

/// A change of one column, the column named, what was delivered and what is found.
const TERMS: &[(&str, &str, Option<&str>, Option<&str>)] = &[
    (
        "update concept set label = 'Poussières de bois ' where code = 'AB'",
        "label",
        Some("Poussières de bois"),
        Some("Poussières de bois "),
    ),
    (
        "update concept set label = 'Poussières de\u{a0}bois' where code = 'AB'",
        "label",
        Some("Poussières de bois"),
        Some("Poussières de\u{a0}bois"),
    ),
    (
        "update concept set label = 'poussières de bois' where code = 'AB'",
        "label",
        Some("Poussières de bois"),
        Some("poussières de bois"),
    ),
    ("update concept set rang = 4 where code = 'AB'", "rang", Some("3"), Some("4")),
    ("update concept set parent = 'B' where code = 'AB'", "parent", Some("A"), Some("B")),
    (
        "update concept set autres_parents = '[]' where code = 'AB'",
        "autres_parents",
        Some("[\"B\"]"),
        Some("[]"),
    ),
    ("update concept set actif = false where code = 'AB'", "actif", Some("true"), Some("false")),
    (
        "update concept set synonymes = '[\"poudre\",\"farines\"]' where code = 'AB'",
        "synonymes",
        Some("[\"poudre\",\"farine\"]"),
        Some("[\"poudre\",\"farines\"]"),
    ),
    (
        "update concept set synonymes = 'abîmé' where code = 'AB'",
        "synonymes",
        Some("[\"poudre\",\"farine\"]"),
        Some("abîmé"),
    ),
    ("update concept set declencheur = 'plomb' where code = 'AB'", "declencheur", Some("cmr"), Some("plomb")),
    ("update concept set remarque = null where code = 'AB'", "remarque", Some("Remarque"), None),
    (
        "update concept set niveau = 'Niveau 2' where code = 'AB'",
        "niveau",
        Some("Niveau 1"),
        Some("Niveau 2"),
    ),
    (
        "update concept set nature = 'nouveau' where code = 'AB'",
        "nature",
        Some("libelle_modifie"),
        Some("nouveau"),
    ),
    (
        "update concept set description = 'description' where code = 'AB'",
        "description",
        Some("Description"),
        Some("description"),
    ),
    (
        "update concept set references_reglementaires = 'R4412-2' where code = 'AB'",
        "references_reglementaires",
        Some("R4412-1"),
        Some("R4412-2"),
    ),
    (
        "update concept set risque_particulier = '' where code = 'AB'",
        "risque_particulier",
        Some("oui"),
        Some(""),
    ),
    ("update concept set risque_vip = 'oui' where code = 'AB'", "risque_vip", Some("non"), Some("oui")),
    ("update concept set groupes = '[]' where code = 'AB'", "groupes", Some("[\"Groupe\"]"), Some("[]")),
    (
        "update concept set attributs = '[]' where code = 'AB'",
        "attributs",
        Some("[[\"Colonne\",\"Valeur\"]]"),
        Some("[]"),
    ),
    ("update concept set ligne = 5 where code = 'AB'", "ligne", Some("4"), Some("5")),
    ("delete from concept where code = 'AB'", "terme", Some("AB"), None),
];

/// The same for a delivery: what was written when it was loaded answers.
const DELIVERIES: &[(&str, &str)] = &[
    ("update livraison set fichier = 'agent.csv' where thesaurus_id = 'agents'", "fichier"),
    ("update livraison set sha256 = '0' where thesaurus_id = 'agents'", "sha256"),
    ("update livraison set lignes = 4 where thesaurus_id = 'agents'", "lignes"),
    ("update livraison set integrees = 4 where thesaurus_id = 'agents'", "integrees"),
    ("update livraison set termes = 4 where thesaurus_id = 'agents'", "termes"),
    ("update livraison set depart = true where thesaurus_id = 'agents'", "depart"),
    (
        "update livraison set chargee_le = '2026-11-25T09:00:00.000Z' where thesaurus_id = 'agents'",
        "chargee_le",
    ),
    ("update livraison set titre = 'Liste Agents' where thesaurus_id = 'agents'", "titre"),
    ("update livraison set nature = 'principale' where thesaurus_id = 'agents'", "nature"),
    ("update livraison set gestionnaire = 'Editeur' where thesaurus_id = 'agents'", "gestionnaire"),
    ("update livraison set source = 'fichier d''essai' where thesaurus_id = 'agents'", "source"),
    ("update livraison set licence = 'libre' where thesaurus_id = 'agents'", "licence"),
    ("update livraison set url = null where thesaurus_id = 'agents'", "url"),
    ("update livraison set oid = '1.2.4' where thesaurus_id = 'agents'", "oid"),
    ("update livraison set disposition = null where thesaurus_id = 'agents'", "disposition"),
    ("update livraison set publiee_le = '2026-11-25' where thesaurus_id = 'agents'", "publiee_le"),
    ("update livraison set manifeste = 'Manifeste' where thesaurus_id = 'agents'", "manifeste"),
    ("update livraison set cle = 'Clé' where thesaurus_id = 'agents'", "cle"),
    ("update livraison set bordereau = '{}' where thesaurus_id = 'agents'", "bordereau"),
    ("update thesaurus set titre = 'Liste Agents' where id = 'agents'", "thesaurus.titre"),
    ("update thesaurus set nature = 'principale' where id = 'agents'", "thesaurus.nature"),
    ("update thesaurus set gestionnaire = '' where id = 'agents'", "thesaurus.gestionnaire"),
    ("update thesaurus set source = '' where id = 'agents'", "thesaurus.source"),
    ("update thesaurus set licence = '' where id = 'agents'", "thesaurus.licence"),
];

/// The same for a matrix.
const MATRICES: &[(&str, &str)] = &[
    ("update matrice set genre = 'tache' where id = 'meep'", "genre"),
    ("update matrice set metiers_thesaurus = 'professions' where id = 'meep'", "metiers_thesaurus"),
    ("update matrice set metiers_version = '2' where id = 'meep'", "metiers_version"),
    ("update matrice set cibles_thesaurus = 'expositions' where id = 'meep'", "cibles_thesaurus"),
    ("update matrice set cibles_version = '2028' where id = 'meep'", "cibles_version"),
    ("update matrice set sha256 = '0' where id = 'meep'", "sha256"),
    ("update matrice set titre = '' where id = 'meep'", "titre"),
    ("update matrice set gestionnaire = '' where id = 'meep'", "gestionnaire"),
    ("update matrice set source = '' where id = 'meep'", "source"),
    ("update matrice set licence = '' where id = 'meep'", "licence"),
    ("update matrice set chargee_le = '' where id = 'meep'", "chargee_le"),
    ("update matrice set fichier = '' where id = 'meep'", "fichier"),
    ("update matrice set depart = true where id = 'meep'", "depart"),
    ("update matrice set cellules = 3 where id = 'meep'", "cellules"),
    ("update matrice set possibles = 1 where id = 'meep'", "possibles"),
    ("update matrice set manifeste = 'Manifeste' where id = 'meep'", "manifeste"),
    ("update matrice set cle = 'Clé' where id = 'meep'", "cle"),
    ("update matrice set bordereau = '' where id = 'meep'", "bordereau"),
    ("update matrice_cellule set metier_code = 'P' where matrice_id = 'meep' and rang = 1", "metier_code"),
    (
        "update matrice_cellule set metier_label = 'Macon' where matrice_id = 'meep' and rang = 1",
        "metier_label",
    ),
    (
        "update matrice_cellule set metier_resolu = 'P' where matrice_id = 'meep' and rang = 1",
        "metier_resolu",
    ),
    ("update matrice_cellule set cible_code = 'B' where matrice_id = 'meep' and rang = 1", "cible_code"),
    ("update matrice_cellule set cible_label = '' where matrice_id = 'meep' and rang = 1", "cible_label"),
    (
        "update matrice_cellule set cible_resolue = null where matrice_id = 'meep' and rang = 1",
        "cible_resolue",
    ),
    (
        "update matrice_cellule set plausibilite = 'faible' where matrice_id = 'meep' and rang = 1",
        "plausibilite",
    ),
    ("update matrice_cellule set nature = null where matrice_id = 'meep' and rang = 1", "nature"),
    ("update matrice_cellule set ligne = 9 where matrice_id = 'meep' and rang = 1", "ligne"),
    ("delete from matrice_cellule where matrice_id = 'meep' and rang = 2", "cellule"),
];

testkit::on_both_engines! {
    async fn a_sound_base_is_said_to_be_sound(t) {
        started(&t.db).await;
        base_to_tamper_with(&t.db).await;
        let mut tx = t.db.read().await.unwrap();
        let report = thesaurus::verify(&mut tx).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert!(report.lists > 17 && report.matrices >= 2 && report.cells > 2, "{report:?}");
    }

    async fn each_byte_changed_in_a_term_is_found_and_named(t) {
        base_to_tamper_with(&t.db).await;
        for (text, field, expected, there) in TERMS {
            let mut faults = found(&t.db, text).await;
            // A matrix that refers to the term may say so too.
            faults.retain(|f| f.id == "agents");
            let fault = match faults.as_slice() {
                [one] => one.clone(),
                other => panic!("{text}: {other:?}"),
            };
            let named = (fault.id.as_str(), fault.version.as_str(), fault.code.as_deref(), fault.field.as_str());
            assert_eq!(named, ("agents", "2027", Some("AB"), *field), "{text}");
            assert_eq!((fault.expected.as_deref(), fault.found.as_deref()), (*expected, *there), "{text}");
            assert!(fault.sentence().contains("agents version 2027, code AB"), "{}", fault.sentence());
            assert!(fault.to_string().starts_with("agents 2027, AB"), "{fault}");
        }
        let faults = found(&t.db, "update concept set code = 'AC' where code = 'AB'").await;
        let told: Vec<_> = faults.iter().filter(|f| f.id == "agents").map(|f| (f.code.as_deref(), f.expected.as_deref(), f.found.as_deref())).collect();
        assert_eq!(told, [(Some("AC"), None, Some("AC")), (Some("AB"), Some("AB"), None)]);
        let added = "insert into concept (thesaurus_id, version, code, label, rang, actif, synonymes) values ('agents', '2027', 'Z', 'Ajouté', 4, true, '[]')";
        let faults = found(&t.db, added).await;
        assert_eq!((faults.len(), faults[0].code.as_deref(), faults[0].field.as_str()), (1, Some("Z"), "terme"));
    }

    async fn each_byte_changed_in_a_delivery_or_a_matrix_is_found_and_named(t) {
        base_to_tamper_with(&t.db).await;
        for (list, tries) in [("agents", DELIVERIES), ("meep", MATRICES)] {
            for (text, field) in tries {
                let faults = found(&t.db, text).await;
                assert!(faults.iter().any(|f| f.id == list && f.field == *field), "{text}: {faults:?}");
                assert!(faults.iter().all(|f| f.id == list), "{text}: {faults:?}");
            }
        }
    }

    async fn changed_bytes_are_found_even_with_their_fingerprint(t) {
        base_to_tamper_with(&t.db).await;
        let mut tx = unguarded(&t.db).await;
        let octets = thesaurus::delivered(&mut tx, "agents", "2027").await.unwrap().unwrap().octets;
        let other = String::from_utf8(octets).unwrap().replace("bois", "Bois").into_bytes();
        let rewrite = sql("update livraison set octets = $1 where thesaurus_id = 'agents'");
        tx.execute(rewrite, args![other]).await.unwrap();
        let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        assert!(faults.iter().any(|f| f.id == "agents" && f.field == "octets (SHA-256)"), "{faults:?}");
        assert!(faults.iter().any(|f| f.code.as_deref() == Some("AB") && f.field == "label"), "{faults:?}");
        // A truncated file is no longer the delivery.
        tx.execute(rewrite, args![b"x".to_vec()]).await.unwrap();
        let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        assert!(faults.iter().any(|f| f.id == "agents" && f.field == "octets"), "{faults:?}");
    }

    async fn a_starter_list_is_compared_with_the_file_inside_the_program(t) {
        // The whole delivery replaced, fingerprint and terms included: only the program's own file tells.
        let list = Delivery {
            depart: true,
            disposition: Some(Layout::Csv),
            ..Delivery::new(liste("civilites-essai"), "depart-2026", "x.csv", "code;libelle\n1;Un\n")
        };
        loaded(&t.db, &list).await.unwrap();
        let forged = Delivery {
            depart: true,
            ..Delivery::new(liste("vaccins"), "depart-2026", "vaccins.csv", "code;libelle\n1;Faux vaccin\n")
        };
        let mut tx = t.db.begin().await.unwrap();
        load(&mut tx, testkit::clock().now(), &forged).await.unwrap();
        let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!((faults[0].id.as_str(), faults[0].field.as_str()), ("vaccins", "octets (SHA-256)"));
    }
}

#[test]
fn a_blank_too_many_is_pointed_at() {
    let fault = Alteration {
        id: "agents".into(),
        version: "2027".into(),
        code: Some("AB".into()),
        field: "label".into(),
        expected: Some("Bois".into()),
        found: Some("Bois\u{a0}".into()),
    };
    assert!(fault.to_string().contains("\\u{a0}"), "{fault}");
    assert!(fault.sentence().len() > "agents version 2027, code AB, label".len());
}

#[test]
fn an_error_of_the_database_names_the_rule() {
    let error = StoreError::Unalterable("a harmonised list never changes: concept".into());
    assert!(error.to_string().contains("never changes"));
}
