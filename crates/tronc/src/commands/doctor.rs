//! `tronc doctor` and `tronc config check`.

use base::{Clock as _, SystemClock};
use serde_json::json;
use store::{Db, Schema};

use super::{Outcome, print_json};
use crate::{cli::Place, settings::Settings};

struct Check {
    name: &'static str,
    ok: bool,
    said: String,
}

pub(super) fn config(place: &Place) -> Outcome {
    let settings = Settings::read(place, "tronc")?;
    if place.json {
        print_json(&json!({
            "data_dir": { "value": settings.data_dir.display().to_string(), "from": settings.data_dir_from },
            "database_url": { "value": settings.database.to_string(), "from": settings.database_from },
        }));
    } else {
        say!("data directory  {}  ({})", settings.data_dir.display(), settings.data_dir_from);
        say!("database        {}  ({})", settings.database, settings.database_from);
    }
    Ok(())
}

pub(super) async fn run(place: &Place) -> Outcome {
    let settings = Settings::read(place, "tronc")?;
    let mut checks = Vec::new();
    let mut check = |name: &'static str, ok: bool, said: String| checks.push(Check { name, ok, said });
    match Db::open(&settings.database).await {
        Err(error) => check("database", false, error.to_string()),
        Ok(db) => {
            check("database", true, format!("{} opens ({})", settings.database, db.engine_name()));
            match db.migrate(&SystemClock).await {
                Ok(done) => check("schema", true, format!("version {}", done.version)),
                Err(error) => check("schema", false, error.to_string()),
            }
            if let Ok(schema) = Schema::read(&db).await {
                check("tables", !schema.tables.is_empty(), format!("{} tables", schema.tables.len()));
            }
            let mut tx = db.read().await?;
            match organisation::service(&mut tx).await {
                Ok(Some(s)) => check("service", true, s.nom),
                _ => check("service", false, "the service has no name: `tronc service set`".into()),
            }
            let centres = organisation::centres(&mut tx).await.map_or(0, |c| c.len());
            check(
                "centres",
                centres > 0,
                if centres > 0 { format!("{centres}") } else { "none: `tronc service add-centre`".into() },
            );
            let lists = thesaurus::lists(&mut tx).await.map_or(0, |l| l.len());
            check(
                "thesauri",
                lists > 0,
                if lists > 0 { format!("{lists} lists") } else { "none: `tronc thesaurus starter`".into() },
            );
            drop(tx);
            let guard = guard::Guard::new(
                db.clone(),
                std::sync::Arc::new(SystemClock),
                std::sync::Arc::new(base::RandomIds),
            );
            let accounts = guard.accounts().await.map_or(0, |a| a.len());
            check(
                "accounts",
                accounts > 0,
                if accounts > 0 { format!("{accounts}") } else { "none: `tronc user add`".into() },
            );
            db.close().await;
        }
    }
    let year = SystemClock.today().year();
    check("clock", (2025..2100).contains(&year), format!("{}", SystemClock.today()));
    check(
        "policy",
        guard::Policy::in_force().gaps().is_empty(),
        format!("{} acts", guard::Policy::in_force().rules().len()),
    );
    check("rules", true, format!("{} rules of follow-up", droit::Regles::en_vigueur().toutes().len()));
    let wrong = checks.iter().filter(|c| !c.ok).count();
    if place.json {
        let rows: Vec<_> =
            checks.iter().map(|c| json!({ "check": c.name, "ok": c.ok, "said": c.said })).collect();
        print_json(&json!(rows));
    } else {
        for c in &checks {
            say!("{} {:<10} {}", if c.ok { "ok  " } else { "MEND" }, c.name, c.said);
        }
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} things to mend").into()) }
}
