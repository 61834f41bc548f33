//! A draft and its gestures.

use guard::{Guard, Role};
use publication::{Brouillon, DraftError, Geste, PublishError};
use terminologie::{Facts, Term};
use thesaurus::Delivery;

use crate::outils::*;

/// A workbook comes back with these terms.
async fn replaced(guard: &Guard, draft: &Brouillon, terms: Vec<Term>) -> Result<(), String> {
    done(guard, draft, Geste::Remplacer(terms), "relecture").await.map_err(|e| e.to_string())
}

testkit::on_both_engines! {
    async fn a_release_is_prepared_in_a_draft_and_never_in_place(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        assert_eq!(draft.base.as_deref(), Some("depart-2026"));
        let before = terms(&guard, &draft).await;
        let first = before[0].clone();
        let twice = opened(&guard, LIST, "2028").await.unwrap_err().to_string();
        assert!(twice.contains("déjà ouvert"), "{twice}");

        let renamed = Geste::Renommer { code: first.code.clone(), label: "Libellé mieux dit".into() };
        let silent = done(&guard, &draft, renamed.clone(), " ").await.unwrap_err().to_string();
        assert!(silent.contains("raison"), "{silent}");
        done(&guard, &draft, renamed, "demande 12").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        done(&guard, &draft, new_term("ZZ2", "Contrat nouveau à temps partiel", &["ZZ1"]), "").await.unwrap();
        let taken = done(&guard, &draft, new_term("ZZ1", "Autre chose", &[]), "").await.unwrap_err().to_string();
        assert!(taken.contains("déjà pris"), "{taken}");
        let nowhere = done(&guard, &draft, new_term("ZZ3", "Autre chose", &["?"]), "").await.unwrap_err().to_string();
        assert!(nowhere.contains("n'est pas dans le brouillon"), "{nowhere}");
        let circle = Geste::Deplacer { code: "ZZ1".into(), parents: vec!["ZZ2".into()] };
        let circle = done(&guard, &draft, circle, "essai").await.unwrap_err().to_string();
        assert!(circle.contains("sous lui-même"), "{circle}");
        let full = Geste::Supprimer { code: "ZZ1".into() };
        assert!(done(&guard, &draft, full, "essai").await.unwrap_err().to_string().contains("Déplacez-les"));
        let stale = changed(&guard, &draft, 1, Geste::Inactiver { code: first.code.clone() }, "essai").await;
        assert!(matches!(stale, Err(DraftError::Stale)), "{stale:?}");

        let after = terms(&guard, &draft).await;
        assert_eq!(after.len(), before.len() + 2);
        assert_eq!(after[0].label, "Libellé mieux dit");
        assert_eq!(after.last().unwrap().code, "ZZ2", "a child stands after its parent");
        // The version in use has not moved.
        assert_eq!(in_use(&guard, LIST).await, "depart-2026");
        let mut tx = guard.db().read().await.unwrap();
        let kept = thesaurus::concept(&mut tx, LIST, "depart-2026", &first.code).await.unwrap().unwrap();
        assert_eq!(kept.label, first.label);
    }

    async fn what_breaks_the_rules_is_not_published(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let unchanged = published(&guard, &draft).await.unwrap_err();
        assert!(matches!(unchanged, PublishError::NotValid(_)), "{unchanged}");
        let first = terms(&guard, &draft).await.remove(0);
        // Two active terms that say the same.
        done(&guard, &draft, new_term("ZZ1", &first.label.to_uppercase(), &first.parents.iter().map(String::as_str).collect::<Vec<_>>()), "").await.unwrap();
        let validation = publication::valider(&guard, &person(), &draft.id).await.unwrap();
        assert!(!validation.constats.is_empty());
        if !validation.publiable() {
            assert!(matches!(published(&guard, &draft).await, Err(PublishError::NotValid(_))));
        }
        assert_eq!(in_use(&guard, LIST).await, "depart-2026");
    }

    async fn a_draft_is_read_before_publishing_by_those_who_may_publish_alone(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let secretary = guard::Caller::command("Zoé Petit", Role::Secretaire);
        for id in [draft.id.as_str(), "inconnu"] {
            let refused = publication::publier(&guard, &secretary, &signer(), id, 9).await.unwrap_err();
            assert!(matches!(refused, PublishError::Refused(_)), "{refused}");
            let refused = publication::valider(&guard, &secretary, id).await.unwrap_err();
            assert!(matches!(refused, PublishError::Refused(_)), "{refused}");
            let refused = publication::publier_matrice(&guard, &secretary, &signer(), id, "x").await.unwrap_err();
            assert!(matches!(refused, PublishError::Refused(_)), "{refused}");
        }
    }

    async fn a_code_that_changes_leaves_the_old_one_inactive_and_its_place_to_the_new_one(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, "expositions", "2027").await.unwrap();
        let before = terms(&guard, &draft).await;
        let above = before.iter().find_map(|t| t.parents.first()).unwrap().clone();
        let old = before.iter().find(|t| t.code == above).unwrap().clone();
        let recode = |nouveau: &str| Geste::Recoder { code: above.clone(), nouveau: nouveau.into() };
        for (code, why) in [("", "vide"), (before[0].code.as_str(), "déjà pris"), ("autre", "réservé"), ("local:3", "réservé")] {
            let refused = done(&guard, &draft, recode(code), "essai").await.unwrap_err().to_string();
            assert!(refused.contains(why), "{code}: {refused}");
        }
        done(&guard, &draft, recode("NOUVEAU"), "forme des codes").await.unwrap();
        let after = terms(&guard, &draft).await;
        let at = after.iter().position(|t| t.code == above).unwrap();
        assert!(!after[at].active);
        let new = Term { code: "NOUVEAU".into(), row: 0, ..old };
        assert_eq!(after[at + 1], new, "it takes the label and the place");
        assert!(after.iter().all(|t| !t.parents.contains(&above)), "what stood under it follows");
        let twice = done(&guard, &draft, recode("ENCORE"), "essai").await.unwrap_err().to_string();
        assert!(twice.contains("inactif"), "{twice}");
    }

    async fn a_workbook_that_comes_back_follows_the_rules_of_gestures(t) {
        let guard = installation(t).await;
        // A version in which ZZ1 served, then one without it.
        let first = opened(&guard, LIST, "2027").await.unwrap();
        done(&guard, &first, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        published(&guard, &first).await.unwrap();
        let second = opened(&guard, LIST, "2028").await.unwrap();
        done(&guard, &second, Geste::Supprimer { code: "ZZ1".into() }, "erreur").await.unwrap();
        published(&guard, &second).await.unwrap();

        let draft = opened(&guard, LIST, "2029").await.unwrap();
        let kept = terms(&guard, &draft).await;
        let with = |code: &str, parents: &[&str]| {
            let mut all = kept.clone();
            all.push(Term {
                code: code.into(),
                label: "Ajouté dans le tableur".into(),
                parents: parents.iter().map(|p| (*p).to_owned()).collect(),
                active: true,
                row: 77,
                ..Term::default()
            });
            all
        };
        for (terms, why) in [
            (with("ZZ1", &[]), "jamais réattribué"),
            (with("autre", &[]), "réservé"),
            (with("local:1", &[]), "réservé"),
            (with(&kept[0].code, &[]), "figure déjà"),
            (with("ZZ2", &["?"]), "n'est pas dans le fichier"),
            (with(" ", &[]), "manque un code"),
        ] {
            let refused = replaced(&guard, &draft, terms).await.unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        assert_eq!(terms(&guard, &draft).await, kept, "nothing was taken");
        replaced(&guard, &draft, with("ZZ2", &[])).await.unwrap();
        assert_eq!(terms(&guard, &draft).await.len(), kept.len() + 1);
        // By hand, the same codes are refused.
        for code in ["autre", "local:1"] {
            let refused = done(&guard, &draft, new_term(code, "Autre chose", &[]), "").await.unwrap_err().to_string();
            assert!(refused.contains("réservé"), "{refused}");
        }
    }

    async fn a_draft_keeps_the_address_and_the_identifier_of_its_list(t) {
        let guard = installation(t).await;
        let facts = facts_of(&guard, LIST).await;
        let mut tx = guard.db().begin().await.unwrap();
        let liste = thesaurus::lists(&mut tx).await.unwrap().into_iter().find(|l| l.liste.id == LIST).unwrap().liste;
        let delivery = Delivery {
            url: Some("https://listes.example/contrats".into()),
            oid: Some("1.2.250.1.999".into()),
            ..Delivery::new(liste, "2026", "c.csv", "code;libelle\nA;Premier contrat\nB;Second contrat\n")
        };
        thesaurus::load(&mut tx, guard.clock().now(), &delivery).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((facts.url, facts.oid), (None, None), "the form of an existing list does not ask for them");
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        assert_eq!(draft.facts.url.as_deref(), Some("https://listes.example/contrats"));
        assert_eq!(draft.facts.oid.as_deref(), Some("1.2.250.1.999"));
        done(&guard, &draft, new_term("C", "Troisième contrat", &[]), "").await.unwrap();
        published(&guard, &draft).await.unwrap();
        let mut tx = guard.db().read().await.unwrap();
        let release = thesaurus::release(&mut tx, LIST, "2027").await.unwrap().unwrap();
        let Facts { url, oid, .. } = release.facts;
        assert_eq!((url.as_deref(), oid.as_deref()), (Some("https://listes.example/contrats"), Some("1.2.250.1.999")));
    }
}
