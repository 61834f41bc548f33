//! `tronc federation …`: the signing key, and the subscription of a service.

use std::{path::Path, sync::Arc};

use guard::{Caller, GererService, Purpose, Role};
use publication::{Http, PullError, Signataire};
use serde_json::json;

use super::{Outcome, open_place, print_json};
use crate::cli::{Federation, Place};

pub(super) async fn run(place: &Place, command: Federation) -> Outcome {
    match command {
        Federation::Key { file } => key(place, &file),
        Federation::Subscribe { address, key } => subscribe(place, address, key).await,
        Federation::Pull => pull(place).await,
    }
}

fn key(place: &Place, file: &Path) -> Outcome {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| format!("the system gives no random bytes: {e}"))?;
    let made = Signataire::create(file, "", seed)?;
    if place.json {
        print_json(&json!({ "file": file.display().to_string(), "public_key": made.cle_publique() }));
    } else {
        say!("Signing key kept in {}. Public key, for subscribers:\n{}", file.display(), made.cle_publique());
    }
    Ok(())
}

fn at_the_command_line() -> Caller {
    Caller::command("ligne de commande", Role::Informatique)
}

async fn subscribe(place: &Place, address: String, key: String) -> Outcome {
    let guard = open_place(place).await?;
    let told = address.clone();
    guard
        .run::<GererService, _, PullError, _>(
            &at_the_command_line(),
            "abonnements",
            Purpose::Gestion,
            move |work, permit| {
                Box::pin(async move { publication::souscrire(work, permit, &address, &key).await })
            },
        )
        .await?;
    guard.db().close().await;
    if place.json {
        print_json(&json!({ "subscribed": told }));
    } else {
        say!("Subscribed to {told}. `tronc federation pull` looks for releases.");
    }
    Ok(())
}

async fn pull(place: &Place) -> Outcome {
    let guard = open_place(place).await?;
    let mut tx = guard.db().read().await?;
    let subscriptions = publication::abonnements(&mut tx).await?;
    drop(tx);
    let mut failed = 0;
    let mut told = Vec::new();
    for s in &subscriptions {
        match publication::passer_sur_demande(&guard, &at_the_command_line(), Arc::new(Http::new()), &s.id)
            .await
        {
            Ok(p) => {
                failed += p.refusees.len();
                if !place.json {
                    say!("{}: {} new, {} refused", s.adresse, p.nouvelles.len(), p.refusees.len());
                    for (list, version) in &p.nouvelles {
                        say!("  {list} {version}: loaded, not in use");
                    }
                    for (list, version, why) in &p.refusees {
                        say!("  {list} {version}: {why}");
                    }
                }
                told.push(json!({ "address": s.adresse, "new": p.nouvelles, "refused": p.refusees }));
            }
            Err(e) => {
                failed += 1;
                if !place.json {
                    say!("{}: {e}", s.adresse);
                }
                told.push(json!({ "address": s.adresse, "error": e.to_string() }));
            }
        }
    }
    guard.db().close().await;
    if place.json {
        print_json(&json!(told));
    } else if subscriptions.is_empty() {
        say!("No subscription: `tronc federation subscribe ADDRESS --key KEY` makes one.");
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} publications or federations were refused").into())
    }
}
