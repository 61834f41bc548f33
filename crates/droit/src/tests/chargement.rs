//! Loading refuses what a jurist could have mistyped, and says where.

use jiff::civil::date;

use crate::{Contenu, FICHIERS, Faits, Metier, Reglages, Regles, document_admis, evaluer, peut_realiser};

/// The published texts with one passage of one file replaced.
fn with(file: &str, from: &str, to: &str) -> Result<Regles, Vec<crate::RegleError>> {
    let text = FICHIERS.iter().find(|(f, _)| *f == file).map(|(_, t)| *t).unwrap();
    assert!(text.contains(from), "{file} ne contient pas {from}");
    Regles::brouillon(&[(file, &text.replacen(from, to, 1))])
}

fn refused(file: &str, from: &str, to: &str) -> String {
    let errors = with(file, from, to).unwrap_err();
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn les_regles_publiees_se_chargent() {
    if let Err(errors) = Regles::load(FICHIERS) {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let rules = Regles::en_vigueur();
    assert!(rules.toutes().len() > 100);
    assert!(rules.at(date(2026, 11, 22)).len() < rules.toutes().len(), "des versions sont closes");
    assert!(rules.toutes().iter().all(|r| r.entete.texte.ends_with('.')), "chaque texte est une phrase");
}

#[test]
fn un_champ_inconnu_est_nomme_avec_sa_regle_et_son_fichier() {
    let message = refused("suivi.toml", "plafond_mois = 36", "plafond_moi = 36");
    assert!(message.contains("suivi.toml:") && message.contains("[suivi.nuit]"), "{message}");
    assert!(message.contains("champ inconnu «\u{a0}plafond_moi\u{a0}»"), "{message}");
}

#[test]
fn deux_versions_qui_se_chevauchent_sont_refusees() {
    let message = refused("suivi.toml", "valid_to = \"2026-04-10\"", "valid_to = \"2026-05-01\"");
    assert!(
        message.contains("[suivi.plomb]") && message.contains("en même temps le 10/04/2026"),
        "{message}"
    );
}

#[test]
fn un_trou_entre_deux_versions_est_refuse_sauf_s_il_est_voulu() {
    let hole = "valid_to = \"2026-04-01\"";
    let message = refused("suivi.toml", "valid_to = \"2026-04-10\"", hole);
    assert!(message.contains("aucune version entre le 01/04/2026 et le 10/04/2026"), "{message}");
    assert!(with("suivi.toml", "valid_to = \"2026-04-10\"", &format!("{hole}\ncontinu = false")).is_ok());
}

#[test]
fn une_fin_qui_precede_le_debut_est_refusee() {
    let message = refused("documents.toml", "valid_to = \"2025-07-01\"", "valid_to = \"2017-11-01\"");
    assert!(message.contains("la fin (01/11/2017) doit suivre le début (01/11/2017)"), "{message}");
}

#[test]
fn une_regle_sans_article_est_refusee() {
    let message = refused("visites.toml", "article = \"R4624-16\"", "article = \" \"");
    assert!(
        message.contains("[visite.VIP_PER]") && message.contains("«\u{a0}article\u{a0}» est vide"),
        "{message}"
    );
    let message = refused("visites.toml", "article = \"R4624-16\"\n", "");
    assert!(message.contains("champ manquant «\u{a0}article\u{a0}»"), "{message}");
}

#[test]
fn un_texte_illisible_est_nomme_avec_sa_ligne() {
    let message = refused("reglages.toml", "[[reglage]]", "\n[[reglage]\n[[reglage]]");
    assert!(message.starts_with("reglages.toml:4"), "{message}");
}

#[test]
fn une_reference_inconnue_est_refusee() {
    for (file, from, to, expected) in [
        ("suivi.toml", "dispense = \"dispense.sir\"", "dispense = \"dispense.rien\"", "dispense.rien"),
        (
            "suivi.toml",
            "reglage = \"periodicite_mineur\"",
            "reglage = \"periode\"",
            "le réglage «\u{a0}periode\u{a0}»",
        ),
        ("suivi.toml", "valeur = \"36\"", "valeur = \"37\"", "n’a pas l’option «\u{a0}37\u{a0}»"),
        ("documents.toml", "\"SIR_INT\"", "\"SIR_INTER\"", "SIR_INTER"),
        ("intervenants.toml", "\"SIR_INT\"", "\"SIR_INTER\"", "SIR_INTER"),
        ("visites.toml", "type_visite = \"LIAISON\"", "type_visite = \"LIEN\"", "LIEN"),
        ("reglages.toml", "defaut = \"oui\"", "defaut = \"peut-être\"", "n’est pas parmi les options"),
        (
            "visites.toml",
            "role = \"reprise\"",
            "role = \"autre\"",
            "aucun type de visite ne tient le rôle Reprise",
        ),
        ("suivi.toml", "fait = \"toujours\"", "fait = \"nuit\"", "aucune règle ne vaut pour tous"),
        ("suivi.toml", "age_moins_de = 18\n", "", "va avec le fait «\u{a0}age\u{a0}»"),
        ("suivi.toml", "initial_mois = 3\n", "", "va avec un délai"),
        ("visites.toml", "[[absence]]", "[[absense]]", "« absense »"),
        ("visites.toml", "plus_de_mois = 3", "", "une durée d’absence et une seule"),
    ] {
        let message = refused(file, from, to);
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    }
}

#[test]
fn deux_regles_qui_repondent_a_la_meme_question_sont_refusees() {
    let message = refused("suivi.toml", "code = \"amiante\"", "code = \"cmr\"");
    assert!(
        message.contains("répond à la même question") && message.contains("déclencheur cmr"),
        "{message}"
    );
}

#[test]
fn un_brouillon_change_la_reponse_sans_toucher_aux_regles_publiees() {
    let draft = with("suivi.toml", "plafond_mois = 60", "plafond_mois = 24").unwrap();
    let facts: Faits = serde_json::from_str(
        r#"{"naissance":"1990-01-01",
            "affectations":[{"embauche":"2024-01-08","debut":"2024-01-08"}],
            "visites":[{"type_visite":"VIP_INIT","date":"2024-02-01","par":"infirmier"}]}"#,
    )
    .unwrap();
    let day = date(2026, 1, 15);
    let due =
        |rules: &Regles| evaluer(rules, &facts, &Reglages::default(), day).unwrap().echeances[0].au_plus_tard;
    assert_eq!(due(&draft), date(2026, 2, 1));
    assert_eq!(due(Regles::en_vigueur()), date(2029, 2, 1));
}

#[test]
fn un_choix_de_service_impossible_est_nomme_et_n_a_pas_d_effet() {
    let rules = Regles::en_vigueur();
    let choices: Reglages = serde_json::from_str(r#"{"delegation_reprise":"oui","rien":"oui"}"#).unwrap();
    assert_eq!(rules.reglages_refuses(&choices).len(), 2);
    let verdict =
        peut_realiser(rules, &choices, Metier::Infirmier, "REPRISE", crate::Categorie::Si, date(2026, 1, 1));
    assert!(!verdict.autorise, "{}", verdict.phrase);
}

#[test]
fn chaque_visite_medicale_a_un_medecin_et_chaque_document_nomme_sa_regle() {
    let rules = Regles::en_vigueur();
    let day = date(2026, 11, 22);
    for (rule, visit) in rules.types_visite(day) {
        let doctor = peut_realiser(
            rules,
            &Reglages::default(),
            Metier::Medecin,
            &visit.code,
            crate::Categorie::Sir,
            day,
        );
        assert!(doctor.autorise && !doctor.sous_protocole, "{}", rule.entete.id);
        let secretary = peut_realiser(
            rules,
            &Reglages::default(),
            Metier::Secretaire,
            &visit.code,
            crate::Categorie::Si,
            day,
        );
        assert!(!secretary.autorise, "{}", rule.entete.id);
    }
    let verdict = document_admis(rules, "VIP_PER", crate::Categorie::Si, "avis_aptitude", day);
    assert!(!verdict.autorise && !verdict.article.is_empty());
}

#[test]
fn les_nouveaux_types_se_relisent_en_json() {
    let rules = Regles::en_vigueur();
    for rule in rules.toutes() {
        let json = serde_json::to_value(rule).unwrap();
        assert!(json["contenu"]["nature"].is_string(), "{}", rule.entete.id);
        assert_eq!(json["article"], rule.entete.article.as_str());
    }
    assert!(rules.toutes().iter().any(|r| matches!(r.contenu, Contenu::Reprise(_))));
}
