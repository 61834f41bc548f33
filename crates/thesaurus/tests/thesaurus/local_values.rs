//! Values of the service's own, in a space apart.

use base::Clock as _;
use store::Tx;
use thesaurus::{LocalError, LocalValue, NewLocalValue, Today, add_local, locals, withdraw_local};

use crate::{delivery, loaded, started};

fn asked<'a>(label: &'a str, parent: Option<&'a str>) -> NewLocalValue<'a> {
    NewLocalValue { thesaurus: "a", label, parent, motif: "Employé dans notre bassin" }
}

async fn add(tx: &mut Tx, new: &NewLocalValue<'_>) -> Result<LocalValue, LocalError> {
    add_local(tx, testkit::clock().now(), "compte-1", new).await
}

testkit::on_both_engines! {
    async fn a_local_value_is_marked_offered_and_never_harmonised(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle;parent\n1;Poussières;\n2;Poussières de bois;1\n")).await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        let value = add(&mut tx, &asked("  Poussières de lin ", Some("1"))).await.unwrap();
        assert_eq!((value.code.as_str(), value.label.as_str()), ("local:1", "Poussières de lin"));
        let coded = thesaurus::coded(&mut tx, "a", "local:1").await.unwrap().unwrap();
        assert!(coded.is_local() && coded == value.coded());
        assert_eq!(coded.version, base::LOCAL);
        assert_eq!(thesaurus::today(&mut tx, &coded).await.unwrap(), Today::Local);
        // Neither in the terms, nor in what is exported, nor in the counts, nor against the deliveries.
        assert!(thesaurus::concepts(&mut tx, "a").await.unwrap().iter().all(|c| c.label != "Poussières de lin"));
        assert_eq!(thesaurus::release(&mut tx, "a", "1").await.unwrap().unwrap().terms.len(), 2);
        assert_eq!(thesaurus::lists(&mut tx).await.unwrap()[0].termes, 2);
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
        let harmonised = thesaurus::coded(&mut tx, "a", "2").await.unwrap().unwrap();
        assert!(!harmonised.is_local());
    }

    async fn what_the_list_has_is_chosen_there(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle;statut\n1;Poussières de bois;actif\n2;Talc;inactif\n")).await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        for same in ["Poussières de bois", "POUSSIERES  DE BOIS", "poussières-de-bois"] {
            let refused = add(&mut tx, &asked(same, None)).await.unwrap_err();
            assert!(matches!(&refused, LocalError::Harmonised { code, .. } if code == "1"), "{same}: {refused}");
            assert!(refused.sentence().contains("choisissez ce terme"));
        }
        assert!(add(&mut tx, &asked("Talc", None)).await.is_ok(), "no longer offered: the service may need it");
        let again = add(&mut tx, &asked("talc", None)).await.unwrap_err();
        assert!(matches!(&again, LocalError::Known(code) if code == "local:1"));
        let long = "x".repeat(201);
        for (new, sentence) in [
            (asked(" ; ", None), "Écrivez un libellé"),
            (asked(&long, None), "Écrivez un libellé"),
            (asked("Lin", Some("zz")), "n'est pas dans la version en service"),
            (NewLocalValue { thesaurus: "z", ..asked("Lin", None) }, "n'est pas chargée"),
            (NewLocalValue { motif: " ", ..asked("Lin", None) }, "Indiquez pourquoi"),
        ] {
            let refused = add(&mut tx, &new).await.unwrap_err();
            assert!(refused.sentence().contains(sentence), "{}", refused.sentence());
        }
    }

    async fn a_local_value_withdrawn_stays_readable(t) {
        loaded(&t.db, &delivery("a", "1", "code;libelle\n1;Un\n")).await.unwrap();
        let mut tx = t.db.begin().await.unwrap();
        let value = add(&mut tx, &asked("Lin", None)).await.unwrap();
        let now = testkit::clock().now();
        assert!(matches!(withdraw_local(&mut tx, now, "compte-2", "a", "local:1", " ").await, Err(LocalError::Reason)));
        withdraw_local(&mut tx, now, "compte-2", "a", "local:1", "Repris par la liste").await.unwrap();
        let again = withdraw_local(&mut tx, now, "compte-2", "a", "local:1", "Encore").await;
        assert!(matches!(again, Err(LocalError::Unknown(_))));
        assert_eq!(thesaurus::coded(&mut tx, "a", "local:1").await.unwrap(), None);
        assert_eq!(thesaurus::today(&mut tx, &value.coded()).await.unwrap(), Today::LocalWithdrawn);
        let known = locals(&mut tx, "a").await.unwrap();
        assert_eq!(known[0].retiree, Some((now, "compte-2".into(), "Repris par la liste".into())));
        // Its code is never used again; its label may be.
        assert_eq!(add(&mut tx, &asked("Lin", None)).await.unwrap().code, "local:2");
    }

    async fn local_values_travel_with_the_base(t) {
        started(&t.db).await;
        let mut tx = t.db.begin().await.unwrap();
        let new = NewLocalValue { thesaurus: "expositions", ..asked("Poussières de lin", None) };
        add(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        let copy = testkit::sqlite().await;
        t.db.copy_to(&copy.db, testkit::clock().as_ref(), &mut |_, _| {}).await.unwrap();
        let mut tx = copy.db.read().await.unwrap();
        assert_eq!(locals(&mut tx, "expositions").await.unwrap().len(), 1);
    }
}
