//! The watch on both engines: requests from their first word to the release that delivers them, texts typed for want
//! of a term, the gap between matrices and what was observed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

#[path = "veille/mesure.rs"]
mod mesure;
#[path = "veille/metiers.rs"]
mod metiers;
#[path = "veille/service.rs"]
mod service;

use axum::http::StatusCode;
use guard::{Guard, Role};
use service::{company, everything, exposed, hold, release, request};
use testkit::{Person, guard, refusal_is_journalled, starter_lists};

const MOTIVE: &str = "Le métier existe dans quatre services de la région.";

async fn person(guard: &Guard, role: Role) -> Person {
    Person::signed_in(guard, role, veille::routes).await
}

/// The number of a hidden field of the page.
async fn edition(who: &Person, path: &str) -> String {
    let page = who.get(path).await;
    let at = page.body.find(r#"name="edition" value=""#).unwrap_or_else(|| panic!("no form: {}", page.body));
    page.body[at + 22..].split('"').next().unwrap().to_owned()
}

/// Takes a step as somebody who has just opened the page.
async fn step(who: &Person, path: &str, fields: &[(&str, &str)]) -> testkit::Answer {
    let edition = edition(who, path).await;
    who.post(path, &[fields, &[("edition", edition.as_str())]].concat()).await
}

/// A request for a term that the list of jobs lacks.
const VITRAILLISTE: [(&str, &str); 4] = [
    ("liste", "professions"),
    ("sorte", "nouveau"),
    ("souhait", "Vitrailliste"),
    ("raison", "Trois ateliers d'art de la vallée emploient ce métier."),
];

testkit::on_both_engines! {
    async fn chaque_requete_se_prepare(t) {
        let mut tx = t.db.begin().await.unwrap();
        let rooms = [veille::STATEMENTS, salaries::STATEMENTS, suivi::STATEMENTS];
        for sql in rooms.into_iter().flatten().copied().flatten() {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }

    async fn une_demande_se_suit_du_depot_a_la_version_qui_la_livre(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let secretaire = person(&guard, Role::Secretaire).await;
        let medecin = person(&guard, Role::Medecin).await;
        secretaire.get("/veille").await.says("Vous n'avez rien demandé");

        let path = request(&secretaire, &VITRAILLISTE).await;
        let mine = secretaire.get(&path).await;
        for text in ["Vitrailliste", "Déposée", "Nouveau terme", "Trois ateliers d'art", "réservé aux médecins et à la direction"] {
            mine.says(text);
        }
        secretaire.get("/veille").await.says("Vitrailliste");
        // Nothing is decided before it is examined.
        let early = step(&medecin, &path, &[("geste", "acceptation"), ("motif", MOTIVE)]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(step(&medecin, &path, &[("geste", "instruction")]).await.status, StatusCode::SEE_OTHER);
        secretaire.get(&path).await.says("En instruction");
        // A decision says why.
        for motive in ["", "  ", "ok", "12345678 !"] {
            let bare = step(&medecin, &path, &[("geste", "acceptation"), ("motif", motive)]).await;
            assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{motive}");
            bare.says("Dites pourquoi");
        }
        assert_eq!(step(&medecin, &path, &[("geste", "acceptation"), ("motif", MOTIVE)]).await.status, StatusCode::SEE_OTHER);
        let told = secretaire.get(&path).await;
        for text in ["Acceptée", MOTIVE, "Médecin du travail"] {
            told.says(text);
        }
        // The release must be there, and hold the term.
        let version = [("geste", "livraison"), ("version", "2027")];
        step(&medecin, &path, &version).await.says("elle doit être chargée ici");
        let without = [("geste", "livraison"), ("version", "depart-2026")];
        step(&medecin, &path, &without).await.says("indiquez le code sous lequel elle contient ce terme");
        release(&guard, "professions", "2027", "code;libelle\nP01;Maçon\nV09;Vitrailliste\n").await;
        step(&medecin, &path, &[("geste", "livraison"), ("version", "2027"), ("code", "ZZ")]).await.says("indiquez le code");
        // The active version bears the very words: its code is found.
        assert_eq!(step(&medecin, &path, &version).await.status, StatusCode::SEE_OTHER);
        let delivered = secretaire.get(&path).await;
        for text in ["Livrée dans la version 2027", "V09", "version=2027&amp;parent=V09"] {
            delivered.says(text);
        }
        let id = path.rsplit('/').next().unwrap();
        let mut tx = guard.db().read().await.unwrap();
        let story = veille::evenements(&mut tx, &veille::DemandeId::new(id)).await.unwrap();
        let steps: Vec<_> = story.iter().map(|e| (e.rang, e.geste.code(), e.auteur.role.as_str())).collect();
        assert_eq!(steps, [(1, "depot", "secretaire"), (2, "instruction", "medecin"), (3, "acceptation", "medecin"), (4, "livraison", "medecin")]);
        assert!(story.iter().all(|e| e.le.day() == testkit::TODAY));
        let lines = store::lines_about(&mut tx, "demande", id, 20).await.unwrap();
        assert!(lines.iter().any(|l| l.motif.as_deref() == Some("Acceptation") && l.apres.as_ref().is_some_and(|a| a.contains(MOTIVE))));
    }

    async fn une_decision_reprise_reste_dans_l_histoire(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let direction = person(&guard, Role::Direction).await;
        let path = request(&direction, &VITRAILLISTE).await;
        step(&direction, &path, &[("geste", "instruction")]).await;
        step(&direction, &path, &[("geste", "refus"), ("motif", "Déjà dit par « Maître verrier »")]).await;
        direction.get(&path).await.says("Refusée");
        let undone = step(&direction, &path, &[("geste", "annulation"), ("motif", "Le maître verrier ne pose pas de vitraux")]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER);
        step(&direction, &path, &[("geste", "report"), ("motif", "Avec les autres métiers d'art")]).await;
        let page = direction.get(&path).await;
        for text in ["Reportée", "Refus", "Déjà dit par", "ne pose pas de vitraux", "Retour sur la décision"] {
            page.says(text);
        }
    }

    async fn deux_instructeurs_ne_decident_pas_l_un_sur_l_autre(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let medecin = person(&guard, Role::Medecin).await;
        let direction = person(&guard, Role::Direction).await;
        let path = request(&medecin, &VITRAILLISTE).await;
        step(&medecin, &path, &[("geste", "instruction")]).await;
        let seen = edition(&direction, &path).await;
        step(&medecin, &path, &[("geste", "acceptation"), ("motif", MOTIVE)]).await;
        let late = direction.post(&path, &[("geste", "refus"), ("motif", "Trop rare pour la liste"), ("edition", &seen)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        late.says("Quelqu'un a fait avancer cette demande");
        direction.get(&path).await.says("Acceptée");
    }

    async fn qui_n_instruit_pas_et_qui_n_a_pas_demande_lisent_pourquoi(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let infirmier = person(&guard, Role::Infirmier).await;
        let secretaire = person(&guard, Role::Secretaire).await;
        let path = request(&infirmier, &VITRAILLISTE).await;
        let id = path.rsplit('/').next().unwrap();
        let refused = secretaire.get(&path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("n'est ouverte qu'à ceux qui l'ont déposée");
        assert!(refusal_is_journalled(&guard, "veille", id, "lire_veille").await);
        let refused = infirmier.post(&path, &[("geste", "instruction"), ("edition", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("réservé aux médecins et à la direction");
        assert!(refusal_is_journalled(&guard, "demande", id, "instruire_demande").await);
        secretaire.get("/veille").await.says("La veille du service est ouverte aux médecins");
        for closed in ["/veille/ecarts", "/veille/ecarts.csv", "/veille/demandes.csv", "/veille/demandes.json"] {
            assert_eq!(secretaire.get(closed).await.status, StatusCode::FORBIDDEN, "{closed}");
        }
        assert_eq!(infirmier.get("/veille/demandes/absente").await.status, StatusCode::NOT_FOUND);
    }

    async fn chacun_peut_demander_et_chaque_oubli_se_dit(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        for role in Role::ALL {
            let who = person(&guard, role).await;
            let wish = format!("Métier demandé par {}", role.as_str());
            let mut fields = VITRAILLISTE.to_vec();
            fields[2] = ("souhait", &wish);
            request(&who, &fields).await;
            if role != Role::Iprp { continue; }
            who.get("/veille/nouvelle").await.says("Liste concernée");
            who.get("/veille/nouvelle?liste=expositions&terme=E104&sorte=libelle").await.says("Plomb et composés du plomb");
            for (changes, sentence) in [
                (vec![("liste", "rien")], "Choisissez la liste"),
                (vec![("sorte", "")], "Dites ce que vous demandez"),
                (vec![("raison", " … ")], "Dites pourquoi"),
                (vec![("souhait", "…")], "Écrivez les mots"),
                (vec![("sorte", "libelle")], "Indiquez le terme"),
                (vec![("sorte", "deplacement"), ("terme", "P01")], "Indiquez sous quel terme"),
                (vec![("sorte", "inactivation"), ("terme_texte", "zzzz")], "Aucun terme de la liste ne correspond"),
                (vec![("sorte", "inactivation"), ("terme_texte", "ma")], "Plusieurs termes correspondent"),
            ] {
                let mut fields = VITRAILLISTE.to_vec();
                fields.retain(|(n, _)| changes.iter().all(|(c, _)| c != n));
                fields.extend(changes);
                let id = who.get("/veille/nouvelle?liste=professions").await.form_id();
                fields.push(("id", &id));
                let answer = who.post("/veille/nouvelle", &fields).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
                answer.says(sentence);
            }
        }
    }

    async fn la_meme_demande_s_appuie_au_lieu_de_se_repeter(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let infirmier = person(&guard, Role::Infirmier).await;
        let secretaire = person(&guard, Role::Secretaire).await;
        let first = request(&infirmier, &VITRAILLISTE).await;
        let mut same = VITRAILLISTE.to_vec();
        same[2] = ("souhait", "VITRAILLISTE");
        same[3] = ("raison", "Un salarié de plus à Lunéville.");
        assert_eq!(request(&secretaire, &same).await, first);
        assert_eq!(request(&secretaire, &same).await, first, "once per person");
        let page = secretaire.get(&first).await;
        page.says("Appui");
        page.says("Un salarié de plus");
        // Incidents each have their story.
        let incident = [("liste", "professions"), ("sorte", "incident"), ("raison", "La recherche ne trouve pas ce code.")];
        assert_ne!(request(&infirmier, &incident).await, request(&secretaire, &incident).await);
    }

    async fn l_editeur_recoit_ce_qui_est_accepte_et_les_incidents(t) {
        let guard = guard(t);
        starter_lists(&guard).await;
        let medecin = person(&guard, Role::Medecin).await;
        let accepted = request(&medecin, &VITRAILLISTE).await;
        step(&medecin, &accepted, &[("geste", "instruction")]).await;
        step(&medecin, &accepted, &[("geste", "acceptation"), ("motif", MOTIVE)]).await;
        request(&medecin, &[("liste", "expositions"), ("sorte", "synonyme"), ("terme", "E104"), ("souhait", "litharge"), ("raison", "On le dit ainsi.")]).await;
        request(&medecin, &[("liste", "expositions"), ("sorte", "incident"), ("terme", "E104"), ("raison", "=Libellé coupé à l'impression")]).await;
        let csv = medecin.get("/veille/demandes.csv").await;
        assert_eq!(csv.body.lines().count(), 3, "{}", csv.body);
        for text in ["Vitrailliste", MOTIVE, "'=Libellé coupé", "Plomb et composés du plomb", ";medecin;"] {
            csv.says(text);
        }
        assert!(!csv.body.contains("litharge") && !csv.body.contains("Médecin du travail"), "neither undecided nor named");
        let json: serde_json::Value = serde_json::from_str(&medecin.get("/veille/demandes.json").await.body).unwrap();
        assert_eq!(json["demandes"].as_array().unwrap().len(), 2);
        let incident = json["demandes"].as_array().unwrap().iter().find(|d| d["nature"] == "incident").unwrap();
        assert_eq!((incident["raison"].as_str(), incident["terme"]["code"].as_str()), (Some("=Libellé coupé à l'impression"), Some("E104")));
        let mut tx = guard.db().read().await.unwrap();
        assert!(!store::lines_about(&mut tx, "demande", "export", 9).await.unwrap().is_empty(), "what leaves is journalled");
    }

    async fn les_textes_autre_frequents_se_proposent_en_un_geste(t) {
        let guard = guard(t);
        company(&guard).await;
        let medecin = person(&guard, Role::Medecin).await;
        medecin.get("/veille").await.says("Aucun texte n'atteint ce seuil");
        for (n, words) in ["Poussière de noyer", "poussière de Noyer", "POUSSIERE DE NOYER", "Résine rare"].into_iter().enumerate() {
            let worker = format!("s{n}");
            hold(&guard, &worker, Some("P01")).await;
            exposed(&guard, &worker, "autre", words, "compte-x").await;
        }
        let page = medecin.get("/veille").await;
        page.says("poussière de Noyer");
        assert!(!page.body.contains("Résine rare"), "under the threshold");
        // Nobody lowers the threshold below those offered.
        assert!(!medecin.get("/veille?seuil=1").await.body.contains("Résine rare"));
        let plie = base::fold("Poussière de noyer");
        let fields = [("liste", "expositions"), ("plie", plie.as_str())];
        let made = medecin.post("/veille/autres", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        let shown = medecin.get(&made.location).await;
        for text in ["3 fois, dans les dossiers de 3 salariés, par 1 utilisateur", "POUSSIERE DE NOYER", "Saisies « autre »"] {
            shown.says(text);
        }
        assert_eq!(medecin.post("/veille/autres", &fields).await.location, made.location, "one request for the same words");
        medecin.get("/veille").await.says("Voir la demande");
        for words in ["rien de tel", "resine rare"] {
            let asked = [("liste", "expositions"), ("plie", words)];
            assert_eq!(medecin.post("/veille/autres", &asked).await.status, StatusCode::NOT_FOUND, "{words}");
        }
        // A text is never a term: the gap does not know it.
        assert!(!medecin.get("/veille/ecarts.csv").await.body.to_lowercase().contains("noyer"));
    }

    async fn l_ecart_dit_ce_que_la_matrice_propose_et_ce_qui_est_constate(t) {
        let guard = guard(t);
        company(&guard).await;
        let iprp = person(&guard, Role::Iprp).await;
        iprp.get("/veille/ecarts").await.says("Aucun métier n'atteint ce seuil");
        for n in 1..=6 {
            hold(&guard, &format!("m{n}"), Some("P01")).await;
        }
        hold(&guard, "seul", Some("P04")).await;
        everything(&guard).await;
        let page = iprp.get("/veille/ecarts").await;
        for text in ["Maçon", "Ce qui est compté", "personne ne doit se reconnaître"] {
            page.says(text);
        }
        let csv = iprp.get("/veille/ecarts.csv?seuil=5").await.body;
        let line = |code: &str| csv.lines().find(|l| l.split(';').nth(5) == Some(code)).unwrap_or_else(|| panic!("{code}: {csv}")).to_owned();
        // Two observed, one put aside, three not looked at; the one observed without a post counts as well.
        assert!(line("E117").ends_with(";2;1;3"), "{}", line("E117"));
        assert!(line("E104").contains(";hors matrice;;;5;"), "{}", line("E104"));
        assert!(csv.lines().skip(1).all(|l| l.starts_with("professions;P01;Maçon;6;")), "{csv}");
        let one = iprp.get("/veille/ecarts?seuil=5&liste=professions&metier=P01").await;
        for text in ["6 salariés tiennent ce métier", "Plomb et composés du plomb", "Non examinée"] {
            one.says(text);
        }
        for (path, status) in [("metier=P04&liste=professions", 404), ("seuil=10&metier=P01&liste=professions", 404), ("seuil=1", 200)] {
            assert_eq!(iprp.get(&format!("/veille/ecarts?{path}")).await.status, status, "{path}");
        }
    }
}
