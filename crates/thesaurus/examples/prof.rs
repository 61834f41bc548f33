#![allow(warnings)]
#[path = "term1/donnees.rs"]
mod donnees;
#[path = "../tests/recherche/jeu/hasard.rs"]
mod hasard;
#[path = "../tests/recherche/jeu/listes.rs"]
mod listes;
use base::Clock as _;
use thesaurus::{Delivery, Index, Nature, load};
#[inline(never)]
fn boucle(index: &Index, q: &[String], limit: usize) -> usize { q.iter().map(|q| index.search("termes", q, limit).unwrap().len()).sum() }
fn main() {
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    rt.block_on(async {
        let dir = std::path::Path::new("/tmp/h3/profdb");
        let fresh = !dir.exists();
        std::fs::create_dir_all(dir).unwrap();
        let db = store::Db::open(&store::DatabaseUrl::in_dir(dir)).await.unwrap();
        let listes = listes::toutes(&listes::dossier()).unwrap();
        let termes = donnees::reels(&listes);
        if fresh {
            db.migrate(testkit::clock().as_ref()).await.unwrap();
            let liste = listes::Liste::new("termes", termes.clone());
            let mut tx = db.begin().await.unwrap();
            let tete = thesaurus::Liste { id: "termes".into(), titre: "t".into(), nature: Nature::Externe, gestionnaire: "t".into(), source: "t".into(), licence: "t".into() };
            load(&mut tx, testkit::clock().now(), &Delivery::new(tete, "1", "t.csv", liste.csv())).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = db.read().await.unwrap();
        let t = std::time::Instant::now();
        let index = Index::build(&mut tx).await.unwrap();
        println!("index {:?}", t.elapsed());
        let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
        let q = donnees::questions(&termes, n);
        for limit in [0, 1, 12] {
            let t = std::time::Instant::now();
            let r = boucle(&index, &q, limit);
            println!("limit {limit}: {:?} each, {r}", t.elapsed() / n as u32);
        }
        for len in 1..=6 {
            let q: Vec<String> = q.iter().filter(|q| q.len() == len).cloned().collect();
            let t = std::time::Instant::now();
            let r = boucle(&index, &q, 12);
            println!("letters {len}: {:?} each, {} queries {r}", t.elapsed() / q.len() as u32, q.len());
        }
        let mut slow: Vec<_> = q.iter().map(|q| { let t = std::time::Instant::now(); boucle(&index, std::slice::from_ref(q), 12); (t.elapsed(), q.clone()) }).collect();
        slow.sort();
        println!("{:?} {:?}", slow[slow.len()/2], slow[slow.len()*99/100]);
        for s in slow.iter().rev().take(12) { println!("{s:?}"); }
    });
}
