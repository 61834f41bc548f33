//! Who used a term: counted over every room, each person once.

use std::collections::{HashMap, HashSet};

use store::{Select, Sql, args};
use thesaurus::{Impact, Touched, Usage, among};

const MAKE: Sql = Sql {
    name: "tests::MAKE",
    text: "create table essai (liste text, code text, salarie_id text, auteur_id text, n bigint, salle text)",
};
const USAGES: &[Usage] = &[
    Usage {
        nom: "expositions",
        lignes: |list, codes| {
            let select = Select::new(
                "tests::EXPOSITIONS",
                "select code, salarie_id, auteur_id, count(*) as n from essai",
            )
            .filter("liste = {} and salle = 'e'", args![list]);
            among(select, "code", codes).tail("group by code, salarie_id, auteur_id", args![])
        },
        comptes: Sql {
            name: "tests::EXPOSITIONS_COMPTES",
            text: "select code, count(*) as n from essai where liste = $1 and salle = 'e' group by code",
        },
    },
    Usage {
        nom: "visites",
        lignes: |list, codes| {
            let select = Select::new(
                "tests::VISITES",
                "select code, salarie_id, null as auteur_id, count(*) as n from essai",
            )
            .filter("liste = {} and salle = 'v'", args![list]);
            among(select, "code", codes).tail("group by code, salarie_id", args![])
        },
        comptes: Sql {
            name: "tests::VISITES_COMPTES",
            text: "select code, count(*) as n from essai where liste = $1 and salle = 'v' group by code",
        },
    },
];

testkit::on_both_engines! {
    async fn records_workers_and_users_are_counted_once_over_every_room(t) {
        let mut tx = t.db.begin().await.unwrap();
        tx.execute(MAKE, args![]).await.unwrap();
        let rows = [
            ("a", "1", "s1", "u1", "e"), ("a", "1", "s1", "u1", "e"), ("a", "1", "s2", "u2", "e"),
            ("a", "2", "s1", "u1", "e"), ("a", "2", "s3", "u1", "v"), ("a", "1", "s1", "u3", "v"),
            ("a", "3", "s9", "u9", "e"), ("b", "1", "s8", "u8", "e"),
        ];
        let rows = rows.map(|(l, c, s, u, r)| args![l, c, s, u, 1i64, r]);
        tx.insert_many("essai", &["liste", "code", "salarie_id", "auteur_id", "n", "salle"], rows).await.unwrap();
        let codes: HashSet<String> = ["1", "2", "inconnu"].map(str::to_owned).into();
        let impact = thesaurus::impact(&mut tx, USAGES, "a", &codes).await.unwrap();
        assert_eq!(impact.codes["1"], Touched { records: 4, workers: 2, users: 2 });
        assert_eq!(impact.codes["2"], Touched { records: 2, workers: 2, users: 1 });
        assert_eq!(impact.codes.len(), 2, "what nobody used touches nothing");
        assert_eq!(impact.total, Touched { records: 6, workers: 3, users: 2 }, "nobody counts twice");
        assert_eq!(thesaurus::impact(&mut tx, USAGES, "a", &HashSet::new()).await.unwrap(), Impact::default());
        assert_eq!(thesaurus::impact(&mut tx, &[], "a", &codes).await.unwrap(), Impact::default());
        let counts = thesaurus::frequencies(&mut tx, USAGES, "a").await.unwrap();
        assert_eq!(counts, HashMap::from([("1".into(), 4), ("2".into(), 2), ("3".into(), 1)]));
    }
}
