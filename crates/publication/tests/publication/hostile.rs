//! A federation, or whoever answers at its address, that means harm.

use std::sync::Arc;

use publication::{PullError, TransportError};
use serde_json::{Value, json};

use crate::outils::*;

const KEPT: store::Sql = store::Sql {
    name: "kept",
    text: "select manifeste, refus from publication_recue order by publication_id",
};

/// What is kept of each publication: the bytes of its manifest, and why it was refused.
async fn kept(service: &guard::Guard) -> Vec<(usize, Option<String>)> {
    let mut tx = service.db().read().await.unwrap();
    let rows = tx.all(KEPT, store::args![]).await.unwrap();
    rows.iter().map(|r| (r.get::<Vec<u8>>("manifeste").unwrap().len(), r.get("refus").unwrap())).collect()
}

fn announced(id: &str, liste: &str, version: &str) -> Value {
    json!({ "id": id, "sorte": "liste", "liste": liste, "version": version })
}

fn feed(publications: &[Value]) -> Vec<u8> {
    json!({ "federation": "F", "cle": "", "publications": publications }).to_string().into_bytes()
}

testkit::on_both_engines! {
    async fn a_feed_cannot_fill_the_disk_with_names(t) {
        let elsewhere = testkit::sqlite().await;
        let federation = installation(&elsewhere).await;
        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let long = "x".repeat(61);
        for (id, liste, version) in [
            ("../x", "naf", "1"), ("a", "a/b", "1"), ("a", "naf", ""), (&long, "naf", "1"), ("a", &long, "1"), ("a", "naf", &long),
        ] {
            let mut web = web(&federation);
            web.altered.insert("/federation/flux".into(), feed(&[announced(id, liste, version)]));
            let asked = Arc::clone(&web.asked);
            let passage = looked(&service, web).await.unwrap();
            assert_eq!(passage.refusees.len(), 1, "{id} {liste} {version}");
            assert!(passage.refusees[0].1.len() <= 60);
            assert_eq!(asked.lock().unwrap().len(), 1, "only the feed was read");
        }
        assert_eq!(kept(&service).await, []);
        let mut many = web(&federation);
        let thousand: Vec<Value> = (0..1001).map(|n| announced(&format!("p{n}"), "naf", "1")).collect();
        many.altered.insert("/federation/flux".into(), feed(&thousand));
        assert!(matches!(looked(&service, many).await, Err(PullError::TooMany(..))));
        let mut heavy = web(&federation);
        heavy.altered.insert("/federation/flux".into(), vec![b' '; (1 << 20) + 1]);
        let refused = looked(&service, heavy).await;
        assert!(matches!(refused, Err(PullError::Transport(TransportError::TooLong(..)))), "{refused:?}");
        assert_eq!(kept(&service).await, []);
    }

    async fn of_a_manifest_that_is_not_authentic_nothing_is_kept_but_the_refusal(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, _) = federation_with(&elsewhere, "ZZ1").await;
        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let with = |bytes: Vec<u8>| {
            let mut web = web(&federation);
            web.altered.insert("/manifeste".into(), bytes);
            web
        };
        assert_eq!(passed(&service, with(b"faux".to_vec())).await.unwrap().refusees.len(), 1);
        let first = kept(&service).await;
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].0, 0, "no byte of it");
        assert!(first[0].1.is_some());
        let heavy = looked(&service, with(vec![b'x'; (1 << 20) + 1])).await.unwrap();
        assert!(heavy.refusees[0].2.contains("octets"), "{heavy:?}");
        assert_eq!(kept(&service).await[0].0, 0);
        // The site is mended: the manifest is another, and nobody has to ask.
        assert_eq!(passed(&service, web(&federation)).await.unwrap().nouvelles.len(), 1);
        assert!(kept(&service).await[0].0 > 0, "the authentic one is kept");
    }

    async fn a_refusal_is_looked_at_again_when_its_manifest_changes_or_a_person_asks(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, _) = federation_with(&elsewhere, "ZZ1").await;
        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let mut altered = web(&federation);
        altered.altered.insert(format!("{LIST}-2027.csv"), b"code;libelle\n".to_vec());
        assert_eq!(passed(&service, altered).await.unwrap().refusees.len(), 1);
        let again = web(&federation);
        let asked = Arc::clone(&again.asked);
        let passage = passed(&service, again).await.unwrap();
        assert_eq!((passage.nouvelles.len(), passage.refusees.len()), (0, 0), "the same manifest");
        assert_eq!(asked.lock().unwrap().len(), 2, "the feed and the manifest, no file");
        assert_eq!(looked(&service, web(&federation)).await.unwrap().nouvelles.len(), 1, "a person asks");
    }

    async fn a_refused_publication_that_is_announced_no_more_is_forgotten(t) {
        let elsewhere = testkit::sqlite().await;
        let (federation, _) = federation_with(&elsewhere, "ZZ1").await;
        let service = installation(t).await;
        subscribed(&service, signer().cle_publique()).await.unwrap();
        let invented = |id: &str| {
            let mut web = web(&federation);
            web.altered.insert("/federation/flux".into(), feed(&[announced(id, "naf", "9")]));
            web
        };
        passed(&service, invented("a")).await.unwrap();
        assert_eq!(kept(&service).await.len(), 1);
        passed(&service, invented("b")).await.unwrap();
        assert_eq!(kept(&service).await.len(), 1, "the invented names do not pile up");
        passed(&service, web(&federation)).await.unwrap();
        passed(&service, invented("c")).await.unwrap();
        assert_eq!(kept(&service).await.iter().filter(|(_, why)| why.is_none()).count(), 1, "what was taken stays");
    }
}
