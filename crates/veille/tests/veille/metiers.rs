//! A job that the list lacks, from the post where it is typed to the post that follows it under its code (grid, 4.6).

use axum::{Router, http::StatusCode};
use base::{Date, date_numeric};
use guard::{Guard, Role};
use salaries::{EVENEMENT_METIER_ABSENT, EVENEMENT_MODIFIE, SalarieId};
use store::args;
use testkit::{Answer, Person, TODAY, guard, refusal_is_journalled};
use ui::House;
use veille::{DemandeId, Geste};

use crate::service::{HIRED, PLACE, company, exposed, hold, release, seen_on};

fn both(house: House) -> Router {
    salaries::routes(house.clone()).merge(veille::routes(house))
}

/// Carries out what was announced, as the program does; twice, since an event may come again.
async fn react(guard: &Guard) -> Vec<String> {
    let mut tx = guard.db().read().await.unwrap();
    let events = store::claim_events(&mut tx, 50).await.unwrap();
    drop(tx);
    for event in events.iter().chain(&events) {
        let now = guard.clock().now();
        let mut tx = guard.db().begin().await.unwrap();
        match event.sorte.as_str() {
            EVENEMENT_METIER_ABSENT => {
                let id = DemandeId::new(guard.new_id());
                veille::recevoir_metier_absent(&mut tx, &event.charge, id, now).await.unwrap();
            }
            EVENEMENT_MODIFIE => {
                suivi::recalculer(&mut tx, &SalarieId::new(&event.charge), now).await.unwrap();
            }
            other => panic!("{other}"),
        }
        store::event_done(&mut tx, &event.id, now).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut sorts: Vec<String> = events.into_iter().map(|e| e.sorte).collect();
    sorts.sort();
    sorts
}

async fn hire(who: &Person, name: &str, job: &[(&str, &str)]) -> Answer {
    let id = who.get("/salaries/nouveau").await.form_id();
    let mut fields = vec![
        ("id", id.as_str()),
        ("nom_naissance", name),
        ("prenoms", "Zoé"),
        ("sexe", "F"),
        ("naissance", "03/10/1995"),
        ("lieu_code", "99126"),
        ("provenance", "piece"),
        ("etablissement", PLACE),
        ("nature", "CDI"),
        ("debut", "02/11/2026"),
        ("intitule", "Vitrailliste"),
    ];
    fields.extend_from_slice(job);
    who.post("/salaries/nouveau", &fields).await
}

testkit::on_both_engines! {
    async fn un_metier_absent_se_saisit_par_autre_et_la_demande_part_en_veille(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, both).await;
        let infirmier = Person::signed_in(&guard, Role::Infirmier, both).await;
        // Without a text, "autre" says nothing; the words of no term are offered as "autre".
        hire(&secretaire, "Martin", &[("emploi", "autre"), ("emploi_texte", " ")]).await.says("demande un texte");
        let asked = hire(&secretaire, "Martin", &[("emploi", ""), ("emploi_texte", "Vitrailliste d'art")]).await;
        asked.says("Aucun métier de la liste ne correspond");
        asked.says("Écrire « Vitrailliste d'art » comme « autre »");
        let saved = hire(&secretaire, "Martin", &[("emploi", ""), ("emploi_texte", "Vitrailliste d'art"), ("emploi_autre", "oui")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert_eq!(react(&guard).await, [EVENEMENT_METIER_ABSENT, EVENEMENT_MODIFIE]);
        let mine = secretaire.get("/veille").await;
        mine.says("Vitrailliste d'art");
        mine.says("Déposée");
        // A second person, the same words: one request, visible to both.
        hire(&infirmier, "Durand", &[("emploi", "autre"), ("emploi_texte", "VITRAILLISTE D’ART")]).await;
        react(&guard).await;
        infirmier.get("/veille").await.says("Vitrailliste d'art");
        let worker = saved.location.trim_start_matches("/salaries/").to_owned();
        let posts = secretaire.get(&format!("/salaries/{worker}/postes")).await;
        posts.says("Vitrailliste d'art");
        posts.says("autre");
        // A term of the list typed in full under "autre" is that term.
        hire(&secretaire, "Petit", &[("emploi", "autre"), ("emploi_texte", "maçonne")]).await;
        assert_eq!(react(&guard).await, [EVENEMENT_MODIFIE]);
        let mut tx = guard.db().read().await.unwrap();
        let count = store::Select::new("essai", "select count(*) as n from demande_evolution").one(&mut tx).await.unwrap();
        assert_eq!(count.unwrap().get::<i64>("n").unwrap(), 1);
        let row = store::Select::new("essai", "select id from demande_evolution").one(&mut tx).await.unwrap().unwrap();
        let story = veille::evenements(&mut tx, &DemandeId::new(row.get::<String>("id").unwrap())).await.unwrap();
        let steps: Vec<_> = story.iter().map(|e| (e.geste, e.auteur.role.as_str())).collect();
        assert_eq!(steps, [(Geste::Depot, "secretaire"), (Geste::Appui, "infirmier")]);
    }

    async fn le_code_se_remplace_plus_tard_et_la_periode_d_avant_garde_ce_qui_etait_ecrit(t) {
        let guard = guard(t);
        company(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, both).await;
        hold(&guard, "anne", Some("P01")).await;
        // Silica winds a reinforced follow-up: it must not stop because the job changes its name.
        exposed(&guard, "anne", "E112", "", "c").await;
        seen_on(&guard, "anne", Date::constant(2024, 3, 1)).await;
        let before = state(&guard).await;
        assert_eq!(before, ("SIR".into(), Some("SIR_INT".into()), Some(Date::constant(2026, 3, 1))));
        release(&guard, "professions", "2027", "code;libelle\nP01;Maçon\nV09;Vitrailliste\n").await;
        let form = "/salaries/anne/postes/poste-anne/metier";
        secretaire.get(form).await.says("Maçon");
        for (fields, sentence) in [
            (vec![("emploi", "V09"), ("le", "04/03/2024")], "le nouveau métier vient après ce jour"),
            (vec![("emploi", "V09"), ("le", "31/02/2026")], "ce jour doit exister"),
            (vec![("emploi", ""), ("emploi_texte", ""), ("le", "24/11/2026")], "Choisissez le métier"),
        ] {
            let answer = secretaire.post(form, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            answer.says(sentence);
        }
        let changes = [("emploi", "V09"), ("le", "24/11/2026"), ("jusqu", "")];
        let saved = secretaire.post(form, &changes).await;
        assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, "/salaries/anne/postes"));
        assert_eq!(secretaire.post(form, &changes).await.status, StatusCode::UNPROCESSABLE_ENTITY, "over that day already");
        assert_eq!(react(&guard).await, [EVENEMENT_MODIFIE]);

        let mut tx = guard.db().read().await.unwrap();
        let posts = salaries::postes(&mut tx, &SalarieId::new("anne")).await.unwrap();
        let told: Vec<_> = posts.iter().map(|p| (p.emploi.as_ref().unwrap().label.as_str(), p.emploi.as_ref().unwrap().version.as_str(), p.duree.from(), p.duree.to())).collect();
        assert_eq!(told, [("Vitrailliste", "2027", TODAY, None), ("Maçon", "depart-2026", HIRED, Some(TODAY))]);
        assert_eq!(posts[0].suite_de.as_ref(), Some(&posts[1].id));
        let typed = store::Select::new("essai", "select saisi_par from poste").filter("id = {}", args![posts[0].id.as_str()]).one(&mut tx).await.unwrap();
        assert!(typed.unwrap().get::<Option<String>>("saisi_par").unwrap().is_some());
        let lines = store::lines_about(&mut tx, "salarie", "anne", 20).await.unwrap();
        assert!(lines.iter().any(|l| l.motif.as_deref() == Some("métier remplacé") && l.avant.as_ref().is_some_and(|a| a.contains("Maçon"))));
        drop(tx);
        assert_eq!(state(&guard).await, before, "the follow-up goes on as it was");
        let page = secretaire.get("/salaries/anne/postes").await;
        page.says("Vitrailliste");
        page.says("Maçon");
        page.says(&date_numeric(TODAY.yesterday().unwrap()));
    }

    async fn qui_n_ecrit_pas_les_postes_ne_change_pas_un_metier(t) {
        let guard = guard(t);
        company(&guard).await;
        hold(&guard, "anne", Some("P01")).await;
        let iprp = Person::signed_in(&guard, Role::Iprp, both).await;
        let page = iprp.get("/salaries/anne/postes").await;
        assert!(page.status == StatusCode::OK && !page.body.contains("Remplacer le métier"));
        let answer = iprp.post("/salaries/anne/postes/poste-anne/metier", &[("emploi", "P02"), ("le", "24/11/2026")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(refusal_is_journalled(&guard, "salarie", "anne", "ecrire_identite").await);
    }

    async fn deux_personnes_ne_changent_pas_le_meme_poste_l_une_sur_l_autre(t) {
        let guard = guard(t);
        company(&guard).await;
        hold(&guard, "anne", Some("P01")).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, both).await;
        let form = "/salaries/anne/postes/poste-anne/metier";
        let first = [("emploi", "P02"), ("le", "24/11/2026"), ("jusqu", "")];
        assert_eq!(secretaire.post(form, &first).await.status, StatusCode::SEE_OTHER);
        let late = [("emploi", "P03"), ("le", "02/11/2026"), ("jusqu", "")];
        assert_eq!(secretaire.post(form, &late).await.status, StatusCode::CONFLICT);
    }
}

/// Category, next visit and its last legal day, as last computed.
async fn state(guard: &Guard) -> (String, Option<String>, Option<Date>) {
    let mut tx = guard.db().read().await.unwrap();
    let row =
        store::Select::new("essai", "select categorie, prochaine_type, prochaine_legale from suivi_etat")
            .filter("salarie_id = {}", args!["anne"])
            .one(&mut tx)
            .await
            .unwrap()
            .unwrap();
    (row.get("categorie").unwrap(), row.get("prochaine_type").unwrap(), row.get("prochaine_legale").unwrap())
}
