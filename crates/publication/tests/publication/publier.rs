//! Publishing: files, signature, natures, and what stops it.

use std::collections::HashMap;

use publication::{Geste, PublishError, Transport as _};
use terminologie::{Nature, Term, manifest, read};

use crate::outils::*;

testkit::on_both_engines! {
    async fn a_publication_is_signed_whole_and_put_in_use_here(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let list = terms(&guard, &draft).await;
        done(&guard, &draft, Geste::Renommer { code: list[0].code.clone(), label: "Libellé mieux dit".into() }, "clarté").await.unwrap();
        done(&guard, &draft, Geste::Inactiver { code: list[1].code.clone() }, "hors d'usage").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "=Contrat nouveau", &[]), "").await.unwrap();
        let p = published(&guard, &draft).await.unwrap();
        assert_eq!((p.version.as_str(), p.base.as_deref()), ("2027", Some("depart-2026")));
        assert_eq!(in_use(&guard, LIST).await, "2027");

        let web = web(&guard);
        let fetched = testkit::tokio::task::spawn_blocking(move || {
            let here = format!("{ADDRESS}/federation/publications/{}", p.id);
            let signed = web.get(&format!("{here}/manifeste"), 1 << 20).unwrap();
            let manifest = manifest::verify(&signed, &[signer().cle_publique().parse().unwrap()]).unwrap();
            let files: HashMap<String, Vec<u8>> = manifest
                .files
                .iter()
                .map(|f| (f.name.clone(), web.get(&format!("{here}/fichiers/{}", f.name), f.bytes).unwrap()))
                .collect();
            let named: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
            manifest.check_files(named).unwrap();
            files
        })
        .await
        .unwrap();
        for ending in [".csv", "-livraison.xlsx", ".ttl", ".rdf", ".xml", ".tsv", "-fhir.json", ".pdf", "publication.json"] {
            assert!(fetched.keys().any(|n| n.ends_with(ending)), "no file ends with {ending}");
        }
        let csv = &fetched[&format!("{LIST}-2027.csv")];
        let reading = read::read(csv, None, read::Limits::default()).unwrap();
        let nature = |code: &str| reading.terms.iter().find(|t| t.code == code).unwrap().nature;
        assert_eq!(nature(&list[0].code), Some(Nature::LibelleModifie));
        assert_eq!(nature(&list[1].code), Some(Nature::Inactive));
        assert_eq!(nature("ZZ1"), Some(Nature::Nouveau));
        assert_eq!(nature(&list[2].code), None);

        // Published once, closed for ever.
        let again = done(&guard, &draft, new_term("ZZ9", "Tard", &[]), "").await.unwrap_err().to_string();
        assert!(again.contains("fermé"), "{again}");
        // A code that served is never given again, even after a deletion.
        let next = opened(&guard, LIST, "2028").await.unwrap();
        done(&guard, &next, Geste::Supprimer { code: "ZZ1".into() }, "erreur").await.unwrap();
        let reused = done(&guard, &next, new_term("ZZ1", "Tout autre chose", &[]), "").await.unwrap_err().to_string();
        assert!(reused.contains("jamais réattribué"), "{reused}");
    }

    async fn what_cannot_be_read_back_is_not_signed(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let first = terms(&guard, &draft).await.remove(0);
        // A blank synonym has no cell of its own: what subscribers would read is not what the draft holds.
        let blank = Term { synonyms: vec![" ".into(), "Contrat bis".into()], ..first.clone() };
        done(&guard, &draft, Geste::Completer(Box::new(blank)), "").await.unwrap();
        let refused = published(&guard, &draft).await.unwrap_err();
        assert!(matches!(refused, PublishError::ReadBack(_)), "{refused}");
        assert!(refused.to_string().contains(&first.code), "{refused}");
        assert_eq!(in_use(&guard, LIST).await, "depart-2026");
    }

    async fn a_draft_of_a_version_that_is_no_longer_in_use_is_not_published(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2028").await.unwrap();
        done(&guard, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        let mut tx = guard.db().begin().await.unwrap();
        let liste = thesaurus::lists(&mut tx).await.unwrap().into_iter().find(|l| l.liste.id == LIST).unwrap().liste;
        let other = thesaurus::Delivery::new(liste, "2027", "c.csv", "code;libelle\nA;Premier contrat\nB;Second contrat\n");
        thesaurus::load(&mut tx, guard.clock().now(), &other).await.unwrap();
        tx.commit().await.unwrap();
        let refused = published(&guard, &draft).await.unwrap_err();
        assert!(matches!(refused, PublishError::Outdated(_)), "{refused}");
        assert!(refused.to_string().contains("2027"), "{refused}");
        assert_eq!(seen(&guard, &draft).await.etat, publication::Etat::Ouvert, "nothing was closed");
        let mut tx = guard.db().begin().await.unwrap();
        thesaurus::activate(&mut tx, LIST, "depart-2026").await.unwrap();
        tx.commit().await.unwrap();
        published(&guard, &draft).await.unwrap();
    }

    async fn a_code_that_changed_is_mapped_for_queries(t) {
        let guard = installation(t).await;
        let draft = opened(&guard, LIST, "2027").await.unwrap();
        let old = terms(&guard, &draft).await.remove(0);
        for (code, nouveau) in [(old.code.as_str(), "ZZ1"), ("ZZ1", "ZZ2")] {
            let recode = Geste::Recoder { code: code.into(), nouveau: nouveau.into() };
            done(&guard, &draft, recode, "forme des codes").await.unwrap();
        }
        let p = published(&guard, &draft).await.unwrap();
        let bundle = got(web(&guard), format!("/federation/publications/{}/fichiers/{LIST}-2027-fhir.json", p.id)).await;
        let bundle: serde_json::Value = serde_json::from_slice(&bundle).unwrap();
        let resources: Vec<&serde_json::Value> = bundle["entry"].as_array().unwrap().iter().map(|e| &e["resource"]).collect();
        let map = resources.iter().find(|r| r["resourceType"] == "ConceptMap").unwrap();
        let element = map["group"][0]["element"].as_array().unwrap().iter().find(|e| e["code"] == old.code.as_str()).unwrap();
        assert_eq!(element["target"][0]["code"], "ZZ2", "{element}");
    }
}
