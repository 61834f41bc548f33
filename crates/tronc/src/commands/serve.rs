//! `tronc serve` and `tronc demo`.

use std::{
    io::Write as _,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use guard::{Caller, Guard, Role};
use publication::{Http, Signataire};
use store::StoreError;
use thesaurus::{Frequences, Objet, Search, Verification};
use tracing_subscriber::EnvFilter;
use ui::House;

use super::{Outcome, open};
use crate::{
    cli::{Demo, Place, Serve},
    demo::{self, Kit},
    events, rooms,
    settings::Settings,
    web::{self, Front},
};

/// The name shown while the service has none.
const NO_NAME: &str = "Service à nommer";
/// Releases come once a year, and what is kept does not change: one look a day is plenty.
const EVERY_DAY: Duration = Duration::from_hours(24);

pub(super) async fn serve(place: &Place, options: &Serve) -> Outcome {
    log();
    let guard = open(&Settings::read(place, "tronc")?).await?;
    let mut tx = guard.db().begin().await?;
    thesaurus::load_starter(&mut tx, guard.clock().now()).await?;
    tx.commit().await?;
    listen(guard, options).await
}

pub(super) async fn demo(place: &Place, options: &Demo) -> Outcome {
    log();
    let kit = Kit::parse(&options.kit).ok_or_else(|| format!("unknown kit `{}`: xs, s or m", options.kit))?;
    let settings = Settings::read(place, "tronc-demo")?;
    let guard = open(&settings).await?;
    let mut tx = guard.db().read().await?;
    let service = organisation::service(&mut tx).await?;
    drop(tx);
    match service {
        Some(s) if !s.demonstration => {
            return Err(format!(
                "{} holds a real service: choose another --data-dir for the demonstration",
                settings.database
            )
            .into());
        }
        Some(_) => say!("Demonstration found in {}.", settings.database),
        None => {
            let started = Instant::now();
            say!(
                "Making the demonstration in {} (kit {}, seed {})…",
                settings.database,
                options.kit,
                options.seed
            );
            let report = demo::generate(&guard, kit, options.seed, &mut |step, done, total| {
                print!("\r  {step}: {done}/{total}        ");
                // A progress line that cannot be shown is no reason to stop.
                let _ = std::io::stdout().flush();
            })
            .await?;
            let seconds = started.elapsed().as_secs_f64();
            say!(
                "\r  done in {seconds:.1} s, {:.0} rows/s                    ",
                report.rows as f64 / seconds.max(0.001)
            );
            for line in &report.lines {
                say!("  {}", line.sentence());
            }
            slots(&guard, &report.planned).await?;
            guard.db().analyze().await?;
        }
    }
    for login in demo::logins() {
        say!("  {:<14} {:<22} {} {}", login.identifiant, login.mot_de_passe, login.prenom, login.nom);
    }
    if options.generate_only {
        guard.db().close().await;
        return Ok(());
    }
    listen(guard, &options.serve).await
}

/// The agenda of the demonstration: one slot for each planned visit.
async fn slots(guard: &Guard, planned: &[demo::Planned]) -> Outcome {
    let hour = |text: &str| agenda::Heure::parse(text).ok_or("the demonstration made an impossible hour");
    let mut creneaux = Vec::with_capacity(planned.len());
    for p in planned {
        creneaux.push(agenda::Creneau {
            id: agenda::CreneauId::new(guard.new_id()),
            professionnel_id: p.professionnel_id.clone(),
            centre_id: p.centre_id.clone(),
            jour: p.jour,
            debut: hour(&p.debut)?,
            fin: hour(&p.fin)?,
            visite_id: Some(p.visite_id.clone()),
            honore: false,
        });
    }
    let mut tx = guard.db().begin().await?;
    agenda::insert_creneaux(&mut tx, &creneaux).await?;
    tx.commit().await?;
    Ok(())
}

fn log() {
    let filter = EnvFilter::try_from_env("TRONC_LOG").unwrap_or_else(|_| EnvFilter::new("warn,tronc=info"));
    // A second subscriber, in tests, is no error.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

async fn listen(guard: Guard, options: &Serve) -> Outcome {
    let mut tx = guard.db().read().await?;
    let name = organisation::service(&mut tx).await?.map_or_else(|| NO_NAME.to_owned(), |s| s.nom);
    let search = thesaurus::Search::build(&mut tx).await?;
    drop(tx);
    let house = House::new(guard.clone(), &name);
    let signataire = options
        .federation_key
        .as_ref()
        .map(|file| Signataire::read(file, &options.federation_name))
        .transpose()?;
    let app = web::router(&house, &search, Front { secure_cookies: options.behind_https }, signataire);
    let listener = tokio::net::TcpListener::bind(&options.listen).await.map_err(|e| {
        format!(
            "cannot listen on {}: {e}; another program may use this port, choose one with --listen",
            options.listen
        )
    })?;
    let address: SocketAddr = listener.local_addr()?;
    let reactions = tokio::spawn(events::run(guard.clone()));
    let daily = tokio::spawn(every_day(guard.clone(), search));
    say!("{name}\nReady on http://{address}/");
    axum::serve(listener, app).with_graceful_shutdown(stop_signal()).await?;
    reactions.abort();
    daily.abort();
    // What waits in the outbox is carried out now rather than at the next start.
    let _ = tokio::time::timeout(Duration::from_secs(5), events::round(&guard)).await;
    guard.db().close().await;
    Ok(())
}

/// Once a day, the first time at once: which terms the service uses most, whether what is kept is still what was
/// delivered and signed, and new releases of its federations. A person may look at any moment on the pages of
/// verification and of subscriptions.
async fn every_day(guard: Guard, search: Search) {
    let mut days = tokio::time::interval(EVERY_DAY);
    loop {
        days.tick().await;
        if let Err(error) = count_uses(&guard, &search).await {
            tracing::warn!(%error, "the uses of terms could not be counted");
        }
        if let Err(error) = verify(&guard).await {
            tracing::warn!(%error, "what is kept could not be compared with what was delivered");
        }
        look_at_federations(&guard).await;
    }
}

async fn count_uses(guard: &Guard, search: &Search) -> Result<(), StoreError> {
    let mut tx = guard.db().read().await?;
    let mut frequences = Frequences::new();
    for list in thesaurus::lists(&mut tx).await? {
        let counts = thesaurus::frequencies(&mut tx, &rooms::USAGES, &list.liste.id).await?;
        frequences.set(&list.liste.id, counts);
    }
    search.set_frequences(frequences);
    Ok(())
}

/// Compares what is kept with what was delivered and with what was signed, and keeps the result for the pages.
async fn verify(guard: &Guard) -> Result<(), StoreError> {
    let mut tx = guard.db().read().await?;
    let delivered = thesaurus::verify(&mut tx).await?;
    let published = publication::verifier(&mut tx).await?;
    drop(tx);
    let now = guard.clock().now();
    let results = [
        delivered.kept(now),
        Verification::new(
            Objet::Publications,
            now,
            "Chaque fichier publié ici a été comparé au manifeste signé.",
            published,
        ),
    ];
    let mut tx = guard.db().begin().await?;
    for result in &results {
        if result.ecarts > 0 {
            tracing::error!(faults = result.ecarts, what = ?result.objet, "the base is not what was delivered");
        }
        thesaurus::keep_verification(&mut tx, result).await?;
    }
    tx.commit().await
}

async fn look_at_federations(guard: &Guard) {
    let caller = Caller::command("passage quotidien", Role::Informatique);
    let subscriptions = match guard.db().read().await {
        Ok(mut tx) => publication::abonnements(&mut tx).await,
        Err(error) => Err(error),
    };
    for s in subscriptions.unwrap_or_default() {
        if let Err(error) = publication::passer(guard, &caller, Arc::new(Http::new()), &s.id).await {
            tracing::warn!(%error, "a federation could not be looked at");
        }
    }
}

async fn stop_signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "only Ctrl-C will stop the program");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results that the daily job keeps, once it kept them.
    async fn after_a_day(guard: &Guard) -> Vec<Verification> {
        let job = tokio::spawn(every_day(guard.clone(), Search::new()));
        let mut kept = Vec::new();
        for _ in 0..600 {
            let mut tx = guard.db().read().await.unwrap();
            kept = thesaurus::last_verifications(&mut tx).await.unwrap();
            drop(tx);
            if !kept.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        job.abort();
        kept
    }

    testkit::on_both_engines! {
        async fn the_base_is_compared_with_its_deliveries_and_publications_at_start(t) {
            let guard = testkit::guard(t);
            let mut tx = guard.db().begin().await.unwrap();
            thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
            tx.commit().await.unwrap();
            let kept = after_a_day(&guard).await;
            let told: Vec<_> = kept.iter().map(|v| (v.objet, v.ecarts)).collect();
            assert_eq!(told, [(Objet::Livraisons, 0), (Objet::Publications, 0)]);
        }

        async fn an_altered_base_is_found_at_start(t) {
            let guard = testkit::guard(t);
            let mut tx = guard.db().begin().await.unwrap();
            thesaurus::load_starter(&mut tx, guard.clock().now()).await.unwrap();
            tx.commit().await.unwrap();
            testkit::altered_label(&guard).await;
            let kept = after_a_day(&guard).await;
            assert_eq!((kept[0].objet, kept[0].ecarts), (Objet::Livraisons, 2), "{kept:?}");
            assert!(kept[0].phrases[1].contains("vaccins version"), "{kept:?}");
        }
    }
}
