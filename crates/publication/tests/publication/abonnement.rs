//! What a service takes from its federation, and when.

use std::sync::{Arc, Mutex, mpsc};

use guard::{Caller, Role};
use publication::{PullError, Transport, TransportError};
use terminologie::manifest;

use crate::outils::*;

/// A federation that answers when the test lets it.
struct Waiting {
    web: Web,
    gate: Mutex<mpsc::Receiver<()>>,
}

impl Transport for Waiting {
    fn get(&self, address: &str, longest: u64) -> Result<Vec<u8>, TransportError> {
        // An end of the test that is gone lets everything through.
        let _ = self.gate.lock().unwrap().recv();
        self.web.get(address, longest)
    }
}

testkit::on_both_engines! {
    async fn a_service_is_offered_what_its_federation_publishes_and_switches_when_it_decides(t) {
        let elsewhere = testkit::sqlite().await;
        let federation = installation(&elsewhere).await;
        let draft = opened(&federation, LIST, "2027").await.unwrap();
        done(&federation, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        published(&federation, &draft).await.unwrap();
        publication::publier_matrice(&federation, &person(), &signer(), "meep-depart", "depart-2026").await.unwrap();

        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let passage = looked(&service, web(&federation)).await.unwrap();
        assert!(passage.nouvelles.contains(&(LIST.to_owned(), "2027".to_owned())), "{passage:?}");
        // The matrix of the federation is the service's own starter matrix in another form: refused, with its reason.
        assert_eq!(passage.refusees.len(), 1, "{passage:?}");
        assert_eq!(in_use(&service, LIST).await, "depart-2026", "nobody switched yet");
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles, [], "seen once");

        let mut tx = service.db().read().await.unwrap();
        let issued = thesaurus::release(&mut tx, LIST, "2027").await.unwrap().unwrap().issued;
        assert_eq!(issued, Some(federation.clock().today()), "the day that the federation issued it");
        drop(tx);
        let mut tx = service.db().begin().await.unwrap();
        thesaurus::activate(&mut tx, LIST, "2027").await.unwrap();
        assert!(thesaurus::coded(&mut tx, LIST, "ZZ1").await.unwrap().is_some());
        thesaurus::activate(&mut tx, LIST, "depart-2026").await.unwrap();
        assert!(thesaurus::coded(&mut tx, LIST, "ZZ1").await.unwrap().is_none());
        tx.commit().await.unwrap();
        let mut tx = service.db().read().await.unwrap();
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
    }

    async fn what_is_not_authentic_is_refused_and_the_version_in_use_keeps_answering(t) {
        let elsewhere = testkit::sqlite().await;
        let federation = installation(&elsewhere).await;
        let draft = opened(&federation, LIST, "2027").await.unwrap();
        done(&federation, &draft, new_term("ZZ1", "Contrat nouveau", &[]), "").await.unwrap();
        let p = published(&federation, &draft).await.unwrap();
        let whole = web(&federation);
        let id = p.id.clone();
        let (manifest, csv) = testkit::tokio::task::spawn_blocking(move || {
            let here = format!("{ADDRESS}/federation/publications/{id}");
            let get = |path: &str| whole.get(&format!("{here}/{path}"), 64 << 20).unwrap();
            (get("manifeste"), get(&format!("fichiers/{LIST}-2027.csv")))
        })
        .await
        .unwrap();
        let one_byte = |mut bytes: Vec<u8>| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        };
        let service = installation(t).await;
        let before = in_use(&service, LIST).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let signed_by_another =
            manifest::sign(&manifest::verify(&manifest, &[signer().cle_publique().parse().unwrap()]).unwrap(),
                &manifest::SigningKey::from_seed(&[8; 32]));
        for (ending, bytes) in [
            ("/manifeste".to_owned(), one_byte(manifest.clone())),
            ("/manifeste".to_owned(), signed_by_another),
            (format!("{LIST}-2027.csv"), one_byte(csv.clone())),
            (format!("{LIST}-2027.csv"), csv[..csv.len() / 2].to_vec()),
            ("publication.json".to_owned(), b"{}".to_vec()),
        ] {
            let mut web = web(&federation);
            web.altered.insert(ending.clone(), bytes);
            let passage = looked(&service, web).await.unwrap();
            assert_eq!(passage.nouvelles, [], "{ending}");
            assert_eq!(passage.refusees.len(), 1, "{ending}: {passage:?}");
            assert_eq!(in_use(&service, LIST).await, before);
            let mut tx = service.db().read().await.unwrap();
            assert_eq!(thesaurus::versions(&mut tx, LIST).await.unwrap().len(), 1, "nothing was loaded");
        }
        // The federation mends its site: the same publication is taken.
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles.len(), 1);
        // An answer that is no feed, and nobody at all.
        let mut other = web(&federation);
        other.altered.insert("/federation/flux".into(), b"<html>".to_vec());
        assert!(matches!(looked(&service, other).await, Err(PullError::NoFeed(_))));
        let bad = subscribed(&service, "pas une clé".into()).await;
        assert!(matches!(bad, Err(PullError::Key)), "{bad:?}");
    }

    async fn one_bad_publication_does_not_keep_the_others_away(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, first) = federation_with(&elsewhere, "ZZ1").await;
        let draft = opened(&federation, "expositions", "2027").await.unwrap();
        done(&federation, &draft, new_term("ZZ2", "Exposition nouvelle", &[]), "").await.unwrap();
        published(&federation, &draft).await.unwrap();
        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let mut web_without = web(&federation);
        web_without.silent.push(format!("{}/manifeste", first.id));
        let passage = passed(&service, web_without).await.unwrap();
        assert_eq!(passage.nouvelles, [("expositions".to_owned(), "2027".to_owned())]);
        let [(list, _, why)] = passage.refusees.as_slice() else { panic!("{passage:?}") };
        assert_eq!(list, LIST);
        assert!(why.contains("404"), "{why}");
        // The page is found again: nobody has to ask.
        assert_eq!(passed(&service, web(&federation)).await.unwrap().nouvelles.len(), 1);
    }

    async fn two_looks_at_one_federation_never_go_on_together(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, _) = federation_with(&elsewhere, "ZZ1").await;
        let service = installation(t).await;
        let id = subscribed(&service, signer().cle_publique()).await.unwrap().id;
        let (go, gate) = mpsc::channel();
        let slow = Waiting { web: web(&federation), gate: Mutex::new(gate) };
        let first = {
            let (service, id) = (service.clone(), id.clone());
            testkit::tokio::spawn(async move { publication::passer(&service, &person(), Arc::new(slow), &id).await })
        };
        while subscription(&service).await.en_cours.is_none() {
            testkit::tokio::task::yield_now().await;
        }
        let second = looked(&service, web(&federation)).await;
        assert!(matches!(second, Err(PullError::Busy)), "{second:?}");
        drop(go);
        assert_eq!(first.await.unwrap().unwrap().nouvelles.len(), 1);
        let after = subscription(&service).await;
        assert_eq!((after.en_cours, after.erreur), (None, None));
        assert_eq!(after.bilan.as_deref(), Some("1\u{a0}version reçue."));
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles, [], "the next one looks");
    }

    async fn nobody_is_asked_before_the_right_to_ask_is_checked(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, _) = federation_with(&elsewhere, "ZZ1").await;
        let service = installation(t).await;
        let known = subscribed(&service, signer().cle_publique()).await.unwrap().id;
        let physician = Caller::command("Aline Roux", Role::Medecin);
        for id in [known.as_str(), "inconnu"] {
            let web = web(&federation);
            let asked = Arc::clone(&web.asked);
            let refused = publication::passer_sur_demande(&service, &physician, Arc::new(web), id).await;
            assert!(matches!(refused, Err(PullError::Refused(_))), "{refused:?}");
            assert!(asked.lock().unwrap().is_empty());
        }
        assert!(testkit::refusal_is_journalled(&service, "service", &known, "gerer_service").await);
    }
}
