//! The product's own lists: frozen under their version names, and never put in use over another version.

use std::collections::BTreeMap;

use base::Clock as _;
use thesaurus::{Delivery, MatrixDelivery, MatrixKind};

use crate::{delivery, liste, loaded, reading, started};

/// `list version sha256`, one a line. A line never changes: a file that is edited takes a new version name in
/// `nomenclatures/manifest.toml`, and a new line here.
const FROZEN: &str = include_str!("empreintes.txt");

testkit::on_both_engines! {
    async fn a_starter_file_never_changes_under_the_same_version_name(t) {
        let frozen: BTreeMap<(&str, &str), &str> = FROZEN
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some(((words.next()?, words.next()?), words.next()?))
            })
            .collect();
        let reports = started(&t.db).await;
        assert!(reports.len() > 40);
        let mut tx = reading(&t.db).await;
        for r in &reports {
            let found = match thesaurus::delivered(&mut tx, &r.id, &r.version).await.unwrap() {
                Some(list) => list.sha256,
                None => thesaurus::delivered_matrix(&mut tx, &r.id, &r.version).await.unwrap().unwrap().0.sha256,
            };
            let kept = frozen.get(&(r.id.as_str(), r.version.as_str()));
            assert_eq!(kept, Some(&found.as_str()), "{} {}: an installation that has this version would refuse to \
                start; give the file a new version name, and add `{} VERSION {found}` to empreintes.txt", r.id, r.version, r.id);
        }
    }

    async fn a_newer_program_does_not_switch_a_starter_list_by_itself(t) {
        let starter = |version: &str, label: &str| Delivery {
            depart: true,
            ..delivery("essai", version, format!("code;libelle\n1;{label}\n"))
        };
        assert!(loaded(&t.db, &starter("depart-2026", "Un")).await.unwrap().active);
        assert!(!loaded(&t.db, &starter("depart-2027", "Une")).await.unwrap().active);
        let matrix = |version: &str| MatrixDelivery {
            facts: liste("essai-meep").facts(),
            genre: MatrixKind::Exposition,
            version: version.into(),
            metiers: ("essai".into(), "depart-2026".into()),
            cibles: ("essai".into(), "depart-2026".into()),
            fichier: "essai.csv".into(),
            octets: "metier;cible;plausibilite\n1;1;forte\n".into(),
            depart: true,
            activate: true,
            seal: None,
            limits: thesaurus::Limits::default(),
        };
        for (version, active) in [("depart-2026", true), ("depart-2027", false)] {
            let mut tx = t.db.begin().await.unwrap();
            let report = thesaurus::load_matrix(&mut tx, testkit::clock().now(), &matrix(version)).await.unwrap();
            assert_eq!(report.active, active, "{version}");
            tx.commit().await.unwrap();
        }
        let mut tx = reading(&t.db).await;
        assert_eq!(thesaurus::active_version(&mut tx, "essai").await.unwrap().as_deref(), Some("depart-2026"));
    }
}
