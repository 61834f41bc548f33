use super::*;
#[tokio::test]
async fn xs() {
    let t = testkit::sqlite().await;
    let guard = Guard::new(t.db.clone(), testkit::clock(), testkit::ids());
    let started = std::time::Instant::now();
    let r = generate(&guard, Kit::XS, 1, &mut |_, _, _| {}).await.unwrap();
    let s = started.elapsed().as_secs_f64();
    for l in &r.lines { println!("{}", l.sentence()); }
    println!("{} rows {:.1} s {:.0} rows/s", r.rows, s, r.rows as f64 / s);
}
