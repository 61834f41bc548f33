//! Correcting an identity, on both engines.

use axum::http::StatusCode;
use guard::{Guard, Role};
use identite::{Nir, Sexe, StatutIns};
use salaries::{NouveauSalarie, Salarie, SalarieId};
use testkit::{Answer, Person, guard, refusal_is_journalled};

const ZOE: &str = "01900000-0000-7000-8000-0000000000aa";
const CORRIGER: &str = "/salaries/01900000-0000-7000-8000-0000000000aa/identite/corriger";

/// Somebody who came with a file, without birth place and with a wrong name, since qualified.
async fn imported(guard: &Guard) -> Salarie {
    let zoe = Salarie {
        id: SalarieId::new(ZOE),
        nom_naissance: "Legof".into(),
        nom_usage: None,
        prenoms: "Zoé".into(),
        sexe: Sexe::Feminin,
        naissance: base::date_from_french("03/10/1995").unwrap(),
        lieu_code: String::new(),
        lieu_label: String::new(),
        nir: Some(Nir::parse("295109912611193").unwrap()),
        ins_statut: StatutIns::Qualifiee,
        provenance: "employeur".into(),
        telephone: Some("04 78 00 00 00".into()),
        courriel: None,
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    };
    let mut tx = guard.db().begin().await.unwrap();
    let new = NouveauSalarie { salarie: zoe.clone(), cree_le: guard.clock().now() };
    salaries::insert_salaries(&mut tx, &[new]).await.unwrap();
    tx.commit().await.unwrap();
    zoe
}

async fn zoe(guard: &Guard) -> Salarie {
    let mut tx = guard.db().read().await.unwrap();
    salaries::salarie(&mut tx, &SalarieId::new(ZOE)).await.unwrap().unwrap()
}

/// The form as the page fills it in, with a reason, some of its fields changed; `lieu_code` as it should be.
fn filled<'a>(form: &'a Answer, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let value = |name: &str| {
        let at = form.body.find(&format!(r#"name="{name}" value=""#)).unwrap_or_else(|| panic!("no {name}"));
        form.body[at..].split('"').nth(3).unwrap()
    };
    let names = [
        "version",
        "nom_naissance",
        "nom_usage",
        "prenoms",
        "naissance",
        "lieu_label",
        "nir",
        "telephone",
        "courriel",
        "rqth_depuis",
        "pension_depuis",
    ];
    let mut fields: Vec<_> = names.into_iter().map(|name| (name, value(name))).collect();
    fields.extend([("sexe", "F"), ("lieu_code", "99126"), ("motif", "Acte de naissance")]);
    for (name, value) in changes {
        fields.retain(|(n, _)| n != name);
        fields.push((name, value));
    }
    fields
}

/// Corrects from the form as it stands now.
async fn mend(person: &Person, changes: &[(&str, &str)]) -> Answer {
    let form = person.get(CORRIGER).await;
    person.post(CORRIGER, &filled(&form, changes)).await
}

testkit::on_both_engines! {
    async fn une_identite_se_corrige_avec_son_motif_et_perd_son_statut(t) {
        let guard = guard(t);
        imported(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let identity = format!("/salaries/{ZOE}/identite");
        secretaire.get(&identity).await.says("Corriger l'identité");
        let form = secretaire.get(CORRIGER).await;
        for text in ["Legof", "03/10/1995", "2 95 10 99 126 111 93", "04 78 00 00 00", "Cette identité est qualifiée"] {
            form.says(text);
        }

        let changes = [
            ("nom_naissance", "Le Goff"), ("nom_usage", "Œillet"), ("prenoms", "Zoé, Marie"), ("lieu_label", "Italie"),
            ("courriel", "zoe@example.org"), ("rqth_depuis", "01/09/2026"), ("motif", "Erreur de la liste de l'employeur"),
        ];
        let fields = filled(&form, &changes);
        for _ in 0..2 {
            let saved = secretaire.post(CORRIGER, &fields).await;
            assert_eq!((saved.status, &saved.location), (StatusCode::SEE_OTHER, &identity), "sent twice, saved once");
        }
        secretaire.get("/salaries?q=oeil+marie").await.says("Identité provisoire");
        secretaire.get("/salaries?q=goff").await.says("Zoé Œillet");
        secretaire.get("/salaries?q=legof").await.says("Personne ne correspond");
        let page = secretaire.get(&identity).await;
        for text in ["Italie (99126)", "Zoé Marie", "Le NIR et les traits d'identité s'accordent"] {
            page.says(text);
        }
        let kept = zoe(&guard).await;
        assert_eq!(kept.ins_statut, StatutIns::Provisoire);
        assert_eq!(kept.rqth_depuis.map(base::date_numeric).as_deref(), Some("01/09/2026"));
        assert_eq!((kept.provenance.as_str(), kept.telephone.as_deref()), ("employeur", Some("04 78 00 00 00")));

        let mut tx = guard.db().read().await.unwrap();
        let lines = store::lines_about(&mut tx, "salarie", ZOE, 20).await.unwrap();
        let lines: Vec<_> = lines.iter().filter(|l| l.apres.is_some()).collect();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].motif.as_deref(), Some("identité corrigée\u{a0}: Erreur de la liste de l'employeur"));
        let (before, after) = (lines[0].avant.as_deref().unwrap(), lines[0].apres.as_deref().unwrap());
        for (json, texts) in [
            (before, [r#""nom_naissance":"Legof""#, r#""lieu_code":"""#, r#""ins_statut":"qualifiee""#, r#""nom_usage":null"#]),
            (after, [r#""nom_naissance":"Le Goff""#, r#""lieu_code":"99126""#, r#""ins_statut":"provisoire""#, r#""nom_usage":"Œillet""#]),
        ] {
            for text in texts {
                assert!(json.contains(text), "{text} is not in {json}");
            }
            assert!(!json.contains("telephone") && !json.contains("\"nir\""), "what did not change is not there: {json}");
        }
        let events = store::claim_events(&mut guard.db().begin().await.unwrap(), 10).await.unwrap();
        assert_eq!(events.iter().map(|e| (e.sorte.as_str(), e.charge.as_str())).collect::<Vec<_>>(), [(salaries::EVENEMENT_MODIFIE, ZOE)]);
    }

    async fn les_accents_et_les_contacts_gardent_le_statut_un_autre_nir_garde_la_piece(t) {
        let guard = guard(t);
        let before = imported(&guard).await;
        let infirmier = Person::signed_in(&guard, Role::Infirmier, salaries::routes).await;
        // The empty birth place is a strict trait too: what follows starts from a file that has one.
        let mut tx = guard.db().begin().await.unwrap();
        let whole = Salarie { id: SalarieId::new("entier"), lieu_code: "99126".into(), nir: None, ..before };
        salaries::insert_salaries(&mut tx, &[NouveauSalarie { salarie: whole, cree_le: guard.clock().now() }]).await.unwrap();
        tx.commit().await.unwrap();
        let path = "/salaries/entier/identite/corriger";
        for (changes, statut) in [
            ([("nom_naissance", "LÉGOF"), ("telephone", "")], StatutIns::Qualifiee),
            ([("nir", "295109912611292"), ("telephone", "")], StatutIns::Validee),
            ([("naissance", "04/10/1995"), ("telephone", "")], StatutIns::Provisoire),
        ] {
            let form = infirmier.get(path).await;
            let saved = infirmier.post(path, &filled(&form, &changes)).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{changes:?} {}", saved.body);
            let mut tx = guard.db().read().await.unwrap();
            let kept = salaries::salarie(&mut tx, &SalarieId::new("entier")).await.unwrap().unwrap();
            assert_eq!(kept.ins_statut, statut, "{changes:?}");
            assert_eq!(kept.telephone, None);
        }
    }

    async fn chaque_erreur_d_une_correction_dit_quoi_corriger_et_rien_ne_change(t) {
        let guard = guard(t);
        let before = imported(&guard).await;
        let other = Salarie {
            id: SalarieId::new("autre"),
            nom_naissance: "Martin".into(),
            nir: Some(Nir::parse("279035121518989").unwrap()),
            ..before.clone()
        };
        let mut tx = guard.db().begin().await.unwrap();
        salaries::insert_salaries(&mut tx, &[NouveauSalarie { salarie: other, cree_le: guard.clock().now() }]).await.unwrap();
        tx.commit().await.unwrap();
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let long = "motif ".repeat(100);
        for (name, value, sentence) in [
            ("nom_naissance", "", "Indiquez le nom de naissance."),
            ("sexe", "I", "Choisissez le sexe"),
            ("naissance", "31/02/1995", "ce jour doit exister"),
            ("lieu_code", "", "code commune"),
            ("nir", "295109912611192", "La clé devrait être 93"),
            ("nir", "279035121518989", "Ce NIR est déjà au dossier d'une autre personne"),
            ("rqth_depuis", "32/01/2026", "Ce jour n'existe pas"),
            ("rqth_depuis", "25/11/2026", "ne peut pas venir après aujourd'hui"),
            ("pension_depuis", "03/10/1995", "devrait venir après la naissance"),
            ("motif", " ", "Dites pourquoi cette correction est faite"),
            ("motif", &long, "500 caractères au plus"),
        ] {
            let answer = mend(&secretaire, &[(name, value)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            answer.says(sentence);
        }
        assert_eq!(zoe(&guard).await, before);
        // A disagreement of the NIR and the traits does not stop, and is said.
        let saved = mend(&secretaire, &[("naissance", "03/09/1995")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        secretaire.get(&saved.location).await.says("le mois de naissance 10");
        assert_eq!(secretaire.get("/salaries/personne/identite/corriger").await.status, StatusCode::NOT_FOUND);
    }

    async fn un_formulaire_perime_n_ecrase_pas_la_correction_d_un_autre(t) {
        let guard = guard(t);
        imported(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let medecin = Person::signed_in(&guard, Role::Medecin, salaries::routes).await;
        let shown = secretaire.get(CORRIGER).await;
        assert_eq!(mend(&medecin, &[("nom_naissance", "Le Goff")]).await.status, StatusCode::SEE_OTHER);
        let kept = zoe(&guard).await;
        for changes in [&[("telephone", "06 00 00 00 00")][..], &[("version", ""), ("prenoms", "Zélie")][..]] {
            let refused = secretaire.post(CORRIGER, &filled(&shown, changes)).await;
            assert_eq!(refused.status, StatusCode::CONFLICT);
            refused.says("Ce dossier a été corrigé depuis l'ouverture de ce formulaire");
        }
        assert_eq!(zoe(&guard).await, kept);

        // Two people send at the same moment what they read at the same moment: one of them is told.
        let shown = secretaire.get(CORRIGER).await;
        let (lea, zelie) = (filled(&shown, &[("prenoms", "Léa")]), filled(&shown, &[("prenoms", "Zélie")]));
        let (one, two) = testkit::tokio::join!(secretaire.post(CORRIGER, &lea), medecin.post(CORRIGER, &zelie));
        let mut answers = [one.status, two.status];
        answers.sort();
        assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    }

    async fn un_iprp_lit_l_identite_mais_ne_la_corrige_pas(t) {
        let guard = guard(t);
        let before = imported(&guard).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, salaries::routes).await;
        let form = secretaire.get(CORRIGER).await;
        let iprp = Person::signed_in(&guard, Role::Iprp, salaries::routes).await;
        let page = iprp.get(&format!("/salaries/{ZOE}/identite")).await;
        page.says("Legof");
        assert!(!page.body.contains("identite/corriger"), "nothing is offered that would be refused");
        assert_eq!(iprp.get(CORRIGER).await.status, StatusCode::FORBIDDEN);
        assert!(refusal_is_journalled(&guard, "salarie", ZOE, "ecrire_identite").await);
        let refused = iprp.post(CORRIGER, &filled(&form, &[("nom_naissance", "Le Goff")])).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(zoe(&guard).await, before);
    }
}
