//! The screens of the common language, as people of the service meet them, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use guard::{Guard, Role};
use store::{Outcome, Select, Sql, args};
use testkit::{Answer, Person, TestDb};
use thesaurus::{Objet, Search, Usage, Verification};

const MAKE: Sql = Sql {
    name: "tests::MAKE",
    text: "create table essai (liste text, code text, salarie_id text, auteur_id text, n bigint)",
};
/// Where the records of these tests are kept.
const USAGES: &[Usage] = &[Usage {
    nom: "essais",
    lignes: |list, codes| {
        let select =
            Select::new("tests::USED", "select code, salarie_id, auteur_id, count(*) as n from essai")
                .filter("liste = {}", args![list]);
        thesaurus::among(select, "code", codes).tail("group by code, salarie_id, auteur_id", args![])
    },
    comptes: Sql {
        name: "tests::COUNTED",
        text: "select code, count(*) as n from essai where liste = $1 group by code",
    },
}];
const EDGE: &str = "limite-des-essais";

const Y2026: &str = "code;libelle;code parent;statut;synonymes\nA;Agents;;actif;\nA1;Plomb;A;actif;saturnisme\nA2;Bruit;A;actif;\nA3;Amiante;A;inactif;\n";
const Y2027: &str = "code;libelle;code parent;statut;synonymes\nA;Agents;;actif;\nA1;Plomb et composés;A;actif;saturnisme\nA2;Bruit;A;inactif;\nA4;Silice;A;actif;\n";

async fn somebody(guard: &Guard, role: Role) -> Person {
    Person::signed_in(guard, role, |house| thesaurus::routes(house, Search::new(), USAGES)).await
}

/// The person who administers the lists.
async fn administrator(t: &TestDb) -> (Guard, Person) {
    let guard = testkit::guard(t);
    let mut tx = guard.db().begin().await.unwrap();
    tx.execute(MAKE, args![]).await.unwrap();
    tx.commit().await.unwrap();
    let person = somebody(&guard, Role::Informatique).await;
    (guard, person)
}

/// A form with a file. Without a name, none was chosen.
async fn sent(person: &Person, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (field, value) in [("_csrf", person.csrf.as_str())].iter().chain(fields) {
        body.extend(
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(
        format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
            .bytes(),
    );
    body.extend(bytes);
    body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
    let request =
        Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
    person.send(request, Body::from(body)).await
}

/// Loads a year of the list of these tests by the screen.
async fn delivered(person: &Person, version: &str, text: &str, put_in_use: bool) -> Answer {
    let mut fields = vec![("version", version)];
    if put_in_use {
        fields.push(("activer", "oui"));
    }
    let known = person.get("/thesaurus/agents").await.status == StatusCode::OK;
    if known {
        fields.push(("liste", "agents"));
    } else {
        fields.extend([
            ("liste", ""),
            ("id", "agents"),
            ("titre", "Agents d'essai"),
            ("nature", "complementaire"),
            ("gestionnaire", "Éditeur d'essai"),
            ("licence", "Libre"),
        ]);
    }
    sent(person, "/thesaurus/charger", &fields, &format!("agents-{version}.csv"), text.as_bytes()).await
}

/// Two years, the first in use, loaded by the screen.
async fn two_years(t: &TestDb) -> (Guard, Person) {
    let (guard, person) = administrator(t).await;
    for (version, text, in_use) in [("2026", Y2026, true), ("2027", Y2027, false)] {
        let done = delivered(&person, version, text, in_use).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    (guard, person)
}

/// Why this act was refused, as the journal keeps it.
async fn refusals(guard: &Guard, objet: &str, id: &str) -> Vec<String> {
    let mut tx = guard.db().read().await.unwrap();
    let lines = store::lines_about(&mut tx, objet, id, 50).await.unwrap();
    lines.into_iter().filter(|l| l.resultat == Outcome::Refuse).filter_map(|l| l.motif).collect()
}

async fn in_use(guard: &Guard) -> Option<String> {
    let mut tx = guard.db().read().await.unwrap();
    thesaurus::active_version(&mut tx, "agents").await.unwrap()
}

#[track_caller]
fn lacks(answer: &Answer, text: &str) {
    assert!(!answer.body.contains(text), "« {text} » is in:\n{}", answer.body);
}

testkit::on_both_engines! {
    async fn a_delivery_is_loaded_by_the_form_and_its_report_is_shown(t) {
        let (guard, person) = administrator(t).await;
        person.get("/thesaurus").await.says("Aucune liste n'est chargée");
        person.get("/thesaurus/charger").await.says("Pour une liste nouvelle");
        let text = format!("{Y2026};Sans code;A;actif;\nA5; Cobalt;A;actif;\n");
        let done = delivered(&person, "2026", &text, true).await;
        assert_eq!(done.location, "/thesaurus/agents/livraison?version=2026", "{}", done.body);
        let report = person.get(&done.location).await;
        for words in ["en service", "agents-2026.csv", "Le code est vide.", "commence ou finit par une espace"] {
            report.says(words);
        }
        assert_eq!(in_use(&guard).await.as_deref(), Some("2026"));
        let lists = person.get("/thesaurus").await;
        for words in ["Agents d'essai", "Éditeur d'essai", "Libre", "Nomenclatures complémentaires"] {
            lists.says(words);
        }
        // The same file once more changes nothing; another content under the same name is refused at its field.
        assert_eq!(delivered(&person, "2026", &text, true).await.status, StatusCode::SEE_OTHER);
        let other = delivered(&person, "2026", Y2027, true).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        other.says("Une version ne change jamais");
        assert!(other.body.contains(r#"id="c-version-erreur""#), "{}", other.body);
    }

    async fn a_delivery_that_cannot_be_kept_is_refused_and_the_reason_is_kept_in_the_journal(t) {
        let (guard, person) = two_years(t).await;
        let cycle = delivered(&person, "2028", "code;libelle;parent\nA;a;B\nB;b;A\n", true).await;
        assert_eq!(cycle.status, StatusCode::UNPROCESSABLE_ENTITY);
        cycle.says("placés les uns sous les autres en boucle : A, B");
        // What was typed is still there.
        assert!(cycle.body.contains(r#"value="2028""#), "{}", cycle.body);
        let why = refusals(&guard, "service", "thesaurus").await;
        assert!(why.iter().any(|m| m.contains("boucle")), "{why:?}");
        assert_eq!(in_use(&guard).await.as_deref(), Some("2026"), "the version in use keeps answering");
        assert_eq!(person.get("/thesaurus/agents?version=2028").await.status, StatusCode::NOT_FOUND);

        let nothing = sent(&person, "/thesaurus/charger", &[("liste", "agents"), ("version", "2028")], "", b"").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        nothing.says("Choisissez le fichier que l'éditeur a livré.");
        for (fields, field, sentence) in [
            (vec![("version", "1")], "id", "Donnez un identifiant à cette liste nouvelle"),
            (vec![("id", "liste neuve"), ("titre", "T"), ("version", "1")], "id", "ne convient pas à une liste"),
            (vec![("id", "neuve"), ("version", "1")], "titre", "Donnez un titre"),
            (vec![("liste", "agents")], "version", "Indiquez la version"),
            (vec![("liste", "agents"), ("version", "20 28")], "version", "ne convient pas"),
            (vec![("liste", "agents"), ("version", "2028"), ("publiee_le", "hier")], "publiee_le", "Écrivez une date"),
        ] {
            let refused = sent(&person, "/thesaurus/charger", &fields, "a.csv", Y2026.as_bytes()).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            refused.says(sentence);
            assert!(refused.body.contains(&format!(r#"id="c-{field}-erreur""#)), "{fields:?}: {}", refused.body);
        }
        assert_eq!(person.get("/thesaurus/neuve").await.status, StatusCode::NOT_FOUND);
    }

    async fn who_does_not_administer_reads_everything_and_changes_nothing(t) {
        let (guard, _) = two_years(t).await;
        let doctor = somebody(&guard, Role::Medecin).await;
        let lists = doctor.get("/thesaurus").await;
        lists.says("Agents d'essai");
        lacks(&lists, "/thesaurus/charger");
        for page in ["/thesaurus/agents", "/thesaurus/agents?parent=A1", "/thesaurus/agents/livraison", "/thesaurus/verification", "/thesaurus/controle"] {
            assert_eq!(doctor.get(page).await.status, StatusCode::OK, "{page}");
        }
        let compared = doctor.get("/thesaurus/agents/comparer?a=2027").await;
        compared.says("La mise en service est faite par l'informatique du service.");
        lacks(&compared, "/thesaurus/agents/activer");
        assert_eq!(doctor.get("/thesaurus/charger").await.status, StatusCode::FORBIDDEN);
        assert_eq!(doctor.get("/thesaurus/agents/locales").await.status, StatusCode::FORBIDDEN);
        let sent_all_the_same = [
            doctor.post("/thesaurus/agents/activer", &[("version", "2027")]).await,
            doctor.post("/thesaurus/agents/locales", &[("label", "Zinc"), ("motif", "essai")]).await,
            delivered(&doctor, "2028", Y2027, true).await,
        ];
        for answer in sent_all_the_same {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        }
        assert_eq!(in_use(&guard).await.as_deref(), Some("2026"));
        assert!(testkit::refusal_is_journalled(&guard, "service", "agents", "gerer_service").await);
    }

    async fn a_term_is_shown_whole_with_its_life(t) {
        let (_, person) = two_years(t).await;
        let term = person.get("/thesaurus/agents?parent=A1").await;
        for words in ["Plomb", "saturnisme", "Vie du terme", "Version 2026 : entre sous le libellé « Plomb »", "Version 2027 : « Plomb » devient « Plomb et composés »", "Ajouter à mes favoris"] {
            term.says(words);
        }
        let inactive = person.get("/thesaurus/agents?version=2027&parent=A2").await;
        inactive.says("inactivé, ne se choisit plus");
        inactive.says("Version pas en service");
        lacks(&inactive, "Ajouter à mes favoris");
        let old = person.get("/thesaurus/agents?parent=A3").await;
        old.says("inactif");
        let found = person.get("/thesaurus/agents?q=saturnism").await;
        found.says("Plomb");
        found.says("trouvé par : saturnisme");
        assert_eq!(person.get("/thesaurus/agents?parent=Z").await.status, StatusCode::NOT_FOUND);
    }

    async fn two_versions_are_compared_with_what_they_touch_then_switched_there_and_back(t) {
        let (guard, person) = two_years(t).await;
        let mut tx = guard.db().begin().await.unwrap();
        let rows = [("A1", "s1", "u1"), ("A1", "s2", "u1"), ("A2", "s2", "u2"), ("A", "s9", "u9")];
        let rows = rows.map(|(c, s, u)| args!["agents", c, s, u, 1i64]);
        tx.insert_many("essai", &["liste", "code", "salarie_id", "auteur_id", "n"], rows).await.unwrap();
        tx.commit().await.unwrap();

        let page = person.get("/thesaurus/agents").await;
        page.says("Comparer et mettre en service");
        // Without a word, the version is compared with the one in use.
        let compared = person.get("/thesaurus/agents/comparer?a=2027").await;
        for words in ["Plomb et composés", "Silice", "Mettre en service la version 2027", "Elle remplacera 2026 à la saisie"] {
            compared.says(words);
        }
        let figure = |label: &str| {
            let (_, after) = compared.body.split_once(&format!("{label} touchés")).unwrap_or_else(|| panic!("{label}: {}", compared.body));
            let digits = after.split("stat-value").nth(1).unwrap();
            digits.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect::<String>()
        };
        // The relabelled and the inactivated terms; nobody counts twice, and what did not change counts for nothing.
        assert_eq!((figure("Enregistrements"), figure("Salariés"), figure("Utilisateurs")), ("3".into(), "2".into(), "2".into()));

        for (version, label) in [("2027", "Plomb et composés"), ("2026", "Plomb")] {
            let done = person.post("/thesaurus/agents/activer", &[("version", version)]).await;
            assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/thesaurus/agents"), "{}", done.body);
            assert_eq!(in_use(&guard).await.as_deref(), Some(version));
            assert!(person.get("/thesaurus/agents/suggestions?q=plomb").await.body.contains(&format!("data-label=\"{label}\"")));
        }
        let unknown = person.post("/thesaurus/agents/activer", &[("version", "2040")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        unknown.says("n'est pas chargée");
        assert_eq!(in_use(&guard).await.as_deref(), Some("2026"));
        assert_eq!(person.get("/thesaurus/agents/comparer?de=2026&a=2040").await.status, StatusCode::NOT_FOUND);
        person.get("/thesaurus/agents/comparer?de=2026&a=2026").await.says("Les deux versions disent la même chose.");
        let mut tx = guard.db().read().await.unwrap();
        let journal = store::lines_about(&mut tx, "service", "agents", 50).await.unwrap();
        assert!(journal.iter().any(|l| l.apres.as_deref() == Some("2027")), "the switch is journalled: {journal:?}");
    }

    async fn a_list_that_was_never_in_use_is_shown_and_put_in_use(t) {
        let (guard, person) = administrator(t).await;
        let done = delivered(&person, "2026", Y2026, false).await;
        let report = person.get(&done.location).await;
        report.says("pas en service");
        report.says("Comparer et mettre en service");
        assert_eq!(in_use(&guard).await, None);
        person.get("/thesaurus/agents").await.says("Aucune version n'est en service");
        let alone = person.get("/thesaurus/agents/comparer?a=2026").await;
        alone.says("Une seule version est chargée");
        alone.says("Mettre en service la version 2026");
        person.post("/thesaurus/agents/activer", &[("version", "2026")]).await;
        assert_eq!(in_use(&guard).await.as_deref(), Some("2026"));
        lacks(&person.get("/thesaurus/agents/comparer").await, "Mettre en service la version");
    }

    async fn every_version_is_taken_away_as_delivered_and_in_every_format(t) {
        let (_, person) = two_years(t).await;
        assert_eq!(person.get("/thesaurus/agents/export?version=2027&format=livre").await.body, Y2027);
        assert_eq!(person.get("/thesaurus/agents/export").await.body, Y2026, "the version in use");
        for (format, words) in [
            ("csv", "code;libelle;parent"), ("tab", "code\tlibelle"), ("skos", "skos:prefLabel"), ("skos-rdf", "rdf:RDF"), ("fhir", "\"CodeSystem\""),
        ] {
            let answer = person.get(&format!("/thesaurus/agents/export?version=2026&format={format}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{format}: {}", answer.body);
            assert!(answer.body.contains(words) && answer.body.contains("Plomb"), "{format}: {}", answer.body);
        }
        // What a format cannot hold, what is no format, what is no version.
        let svs = person.get("/thesaurus/agents/export?format=svs").await;
        assert_eq!(svs.status, StatusCode::UNPROCESSABLE_ENTITY);
        svs.says("est inactif : indiquez la date de la version");
        let none = person.get("/thesaurus/agents/export?format=pdf").await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        none.says("Ce format n'existe pas");
        assert_eq!(person.get("/thesaurus/agents/export?version=1999").await.status, StatusCode::NOT_FOUND);
        assert_eq!(person.get("/thesaurus/rien/export").await.status, StatusCode::NOT_FOUND);
    }

    async fn the_day_of_issue_is_kept_and_svs_writes_it(t) {
        let (_, person) = administrator(t).await;
        let fields = [("id", "agents"), ("titre", "Agents"), ("nature", "externe"), ("version", "2026"), ("publiee_le", "31/01/2026"), ("activer", "oui")];
        let done = sent(&person, "/thesaurus/charger", &fields, "a.csv", Y2026.as_bytes()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        person.get("/thesaurus").await.says("31/01/2026");
        let svs = person.get("/thesaurus/agents/export?format=svs").await;
        assert_eq!(svs.status, StatusCode::OK, "{}", svs.body);
        assert!(svs.body.contains("Amiante"), "{}", svs.body);
    }

    async fn somebody_s_export_is_checked_and_each_breach_named(t) {
        let (guard, _) = two_years(t).await;
        let doctor = somebody(&guard, Role::Medecin).await;
        let check = async |text: &str, fields: &[(&str, &str)]| sent(&doctor, "/thesaurus/controle", fields, "export.csv", text.as_bytes()).await;
        let same = check(Y2026, &[("liste", "agents")]).await;
        assert_eq!(same.status, StatusCode::OK);
        same.says("Aucun écart");
        same.says("4 termes comparés, 0 ligne illisible.");
        let altered = check(&format!("{};Perdu;A;actif;\n", Y2026.replace("Plomb", "plomb").replace("A2;Bruit;A;actif;\n", "")), &[("liste", "agents"), ("version", "2026")]).await;
        for words in ["2 écarts", "E1", "E2", "Lignes illisibles", "Le code est vide.", "1 ligne illisible"] {
            altered.says(words);
        }
        // The same export against the year after is another matter.
        lacks(&check(Y2027, &[("liste", "agents"), ("version", "2027")]).await, ">E2<");
        let unknown = check(Y2026, &[("liste", "agents"), ("version", "1999")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        unknown.says("Cette version n'est pas chargée.");
        let damaged = check("code;libelle\nA;\"b\n", &[("liste", "agents")]).await;
        assert_eq!(damaged.status, StatusCode::UNPROCESSABLE_ENTITY);
        damaged.says("un guillemet n'est pas refermé");
        let none = sent(&doctor, "/thesaurus/controle", &[("liste", "agents")], "", b"").await;
        none.says("Choisissez l'export à contrôler.");
        // Nothing of what was checked is kept.
        let mut tx = guard.db().read().await.unwrap();
        assert_eq!(thesaurus::versions(&mut tx, "agents").await.unwrap().len(), 2);
    }

    async fn the_base_is_verified_on_request_and_the_last_result_stays_on_the_screen(t) {
        let (guard, person) = two_years(t).await;
        person.get("/thesaurus").await.says("La base n'a pas encore été comparée à ses livraisons.");
        person.get("/thesaurus/verification").await.says("Aucune vérification n'a encore été faite");
        // Somebody who does not administer the service reads the result and asks for none.
        let doctor = somebody(&guard, Role::Medecin).await;
        let reads = doctor.get("/thesaurus/verification").await;
        assert_eq!(reads.status, StatusCode::OK);
        lacks(&reads, "Vérifier maintenant");
        assert_eq!(doctor.post("/thesaurus/verification", &[]).await.status, StatusCode::FORBIDDEN);
        doctor.get("/thesaurus/verification").await.says("Aucune vérification n'a encore été faite");

        let done = person.post("/thesaurus/verification", &[]).await;
        assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, "/thesaurus/verification"), "{}", done.body);
        let sound = person.get("/thesaurus/verification").await;
        for words in ["La base est conforme à ses livraisons", "2 versions de listes", "8 termes", "Comparaison faite le 24/11/2026", "Vérifier maintenant"] {
            sound.says(words);
        }
        person.get("/thesaurus").await.says("Dernière vérification de la base : le 24/11/2026");

        // Altered by somebody who holds the base: said on the next verification, and on the page of lists.
        let mut tx = guard.db().begin().await.unwrap();
        let guards: &[&str] = match guard.db().engine_name() {
            "sqlite" => &["drop trigger concept_inalterable_modification"],
            _ => &["drop trigger concept_inalterable_modification on concept"],
        };
        for text in guards.iter().chain(&["update concept set label = 'Autre' where version = '2026' and code = 'A1'"]) {
            tx.execute(Sql { name: "tests::pages", text }, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        person.get("/thesaurus/verification").await.says("La base est conforme à ses livraisons");
        person.post("/thesaurus/verification", &[]).await;
        let altered = person.get("/thesaurus/verification").await;
        for words in ["La base n'est plus ce qui a été livré", "Le déclencheur concept_inalterable_modification", "agents version 2026, code A1, label"] {
            altered.says(words);
        }
        let home = person.get("/thesaurus").await;
        home.says("La base n'est plus ce qui a été livré");
        home.says("2 écarts trouvés");
        let mut tx = guard.db().read().await.unwrap();
        let journal = store::lines_about(&mut tx, "service", "verification", 50).await.unwrap();
        assert!(journal.iter().any(|l| l.apres.as_deref().is_some_and(|a| a.contains("2 versions de listes"))), "{journal:?}");
    }

    async fn a_result_keeps_its_number_and_its_first_sentences(t) {
        let (guard, person) = two_years(t).await;
        let phrases = (1..=51).map(|n| format!("Le fichier {n} est altéré.")).collect();
        let result = Verification::new(Objet::Publications, guard.clock().now(), "Compté.", phrases);
        for _ in 0..2 {
            let mut tx = guard.db().begin().await.unwrap();
            thesaurus::keep_verification(&mut tx, &result).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = guard.db().read().await.unwrap();
        let last = thesaurus::last_verifications(&mut tx).await.unwrap();
        assert_eq!((last.len(), last[0].ecarts, last[0].phrases.len()), (1, 51, 50));
        drop(tx);
        let page = person.get("/thesaurus/verification").await;
        page.says("Ce qui a été publié n'est plus ce qui a été signé");
        page.says("Le fichier 50 est altéré.");
        page.says("Les 50 premiers sont affichés, sur 51.");
        lacks(&page, "Le fichier 51 est altéré.");
        person.get("/thesaurus").await.says("51 écarts trouvés");
    }

    async fn a_local_value_stands_apart_is_refused_where_the_list_has_it_and_is_withdrawn(t) {
        let (guard, person) = two_years(t).await;
        let here = "/thesaurus/agents/locales";
        person.get(here).await.says("Le service n'emploie que la liste commune.");
        let made = person.post(here, &[("label", "Zinc fondu"), ("parent", "A"), ("motif", "Atelier de la zone nord")]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let listed = person.get(here).await;
        for words in ["Zinc fondu", "valeur locale", "local:1", "Atelier de la zone nord", "proposée"] {
            listed.says(words);
        }
        person.get("/thesaurus/agents").await.says("1 valeur locale du service");
        lacks(&person.get("/thesaurus/agents/export?format=csv").await, "Zinc fondu");
        for (fields, field, sentence) in [
            ([("label", "PLOMB"), ("parent", ""), ("motif", "essai")], "label", "La liste harmonisée contient déjà « Plomb » (A1)"),
            ([("label", "zinc FONDU"), ("parent", ""), ("motif", "essai")], "label", "Le service a déjà cette valeur"),
            ([("label", "Cuivre"), ("parent", ""), ("motif", "")], "motif", "Indiquez pourquoi."),
            ([("label", "Cuivre"), ("parent", "Z9"), ("motif", "essai")], "parent", "n'est pas dans la version en service"),
            ([("label", ""), ("parent", ""), ("motif", "essai")], "label", "Écrivez un libellé"),
        ] {
            let refused = person.post(here, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            refused.says(sentence);
            assert!(refused.body.contains(&format!(r#"id="c-{field}-erreur""#)), "{fields:?}: {}", refused.body);
        }
        let withdraw = format!("{here}/retirer");
        let silent = person.post(&withdraw, &[("code", "local:1"), ("motif-local:1", "")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let gone = person.post(&withdraw, &[("code", "local:1"), ("motif-local:1", "Doublon")]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
        let listed = person.get(here).await;
        listed.says("retirée le 24/11/2026");
        listed.says("Doublon");
        lacks(&listed, "motif-local:1");
        let again = person.post(&withdraw, &[("code", "local:1"), ("motif-local:1", "Encore")]).await;
        again.says("n'est pas une valeur locale en usage");
        let mut tx = guard.db().read().await.unwrap();
        assert_eq!(thesaurus::locals(&mut tx, "agents").await.unwrap().len(), 1, "withdrawn, never erased");
    }

    async fn a_matrix_shows_its_trades_and_what_it_proposes(t) {
        let (guard, person) = administrator(t).await;
        person.get("/thesaurus").await.says("Aucune matrice n'est chargée");
        testkit::starter_lists(&guard).await;
        person.get("/thesaurus").await.says("expositions potentielles");
        let page = person.get("/thesaurus/matrices/meep-depart").await;
        page.says("Elle ne devient une donnée du dossier que lorsqu'un professionnel la retient.");
        page.says("Cases");
        let mason = person.get("/thesaurus/matrices/meep-depart?q=macon").await;
        mason.says("metier=P01");
        let proposed = person.get("/thesaurus/matrices/meep-depart?metier=P01").await;
        proposed.says("forte");
        proposed.says("Propositions");
        person.get("/thesaurus/matrices/meep-depart?metier=Z").await.says("La matrice ne dit rien de ce métier.");
        person.get("/thesaurus/matrices/meep-depart?q=zzzz").await.says("Aucun métier ne correspond");
        assert_eq!(person.get("/thesaurus/matrices/rien").await.status, StatusCode::NOT_FOUND);
        assert_eq!(person.get("/thesaurus/matrices/meep-depart?version=9").await.status, StatusCode::NOT_FOUND);
        let unknown = person.post("/thesaurus/matrices/meep-depart/activer", &[("version", "9")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.body);
        let same = person.post("/thesaurus/matrices/meep-depart/activer", &[("version", "depart-2026")]).await;
        assert_eq!(same.status, StatusCode::SEE_OTHER, "{}", same.body);
        let doctor = somebody(&guard, Role::Medecin).await;
        let refused = doctor.post("/thesaurus/matrices/meep-depart/activer", &[("version", "depart-2026")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}
