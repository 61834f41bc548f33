//! The guards of the base themselves, and what stands without them: triggers, signatures, rows left alone.

use sha2::{Digest as _, Sha256};
use store::{Sql, args};

use crate::tampering::{base_to_tamper_with, found, unguarded};

fn sql(text: &'static str) -> Sql {
    Sql { name: "tests::guards", text }
}

testkit::on_both_engines! {
    async fn a_guard_that_was_taken_away_is_named(t) {
        let mut tx = t.db.begin().await.unwrap();
        assert!(thesaurus::verify(&mut tx).await.unwrap().is_sound());
        let taken: &[&str] = match t.db.engine_name() {
            "sqlite" => &["drop trigger concept_inalterable_modification"],
            _ => &["drop trigger concept_inalterable_modification on concept"],
        };
        for text in taken {
            tx.execute(sql(text), args![]).await.unwrap();
        }
        let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        assert_eq!(faults.len(), 1);
        assert!(faults[0].to_string().contains("concept_inalterable_modification"), "{}", faults[0]);
        assert!(faults[0].sentence().contains("concept_inalterable_modification"));
        drop(tx);
        // One of the same name that lets everything through, guards another table, or calls another function, is no guard.
        let hollow: &[&[&str]] = match t.db.engine_name() {
            "sqlite" => &[
                &["create trigger concept_inalterable_modification before update on concept when false begin select 1; end"],
                &["create trigger concept_inalterable_modification before update on concept when false
begin
  select raise(abort, 'a harmonised list never changes: no term of a release can be altered');
end"],
                &["create trigger concept_inalterable_modification before update on brouillon_terme
begin
  select raise(abort, 'a harmonised list never changes: no term of a release can be altered');
end"],
            ],
            _ => &[
                &["create trigger concept_inalterable_modification before update on concept
                    for each row when (false) execute function thesaurus_inalterable()"],
                &["create trigger concept_inalterable_modification before update on brouillon_terme
                    for each row execute function thesaurus_inalterable()"],
                &["create trigger concept_inalterable_modification before update of ligne on concept
                    for each row execute function thesaurus_inalterable()"],
                &["create trigger concept_inalterable_modification before update on concept
                    for each row execute function suppress_redundant_updates_trigger()"],
                // The body of another guard, which stands in the same migration and lets updates through.
                &["create function passe() returns trigger language plpgsql as $$
begin
  if new.rang < 1 or new.rang > coalesce((select l.termes from livraison l
      where l.thesaurus_id = new.thesaurus_id and l.version = new.version), 0) then
    raise exception 'a harmonised list never changes: no term can be added to a release';
  end if;
  return new;
end
$$",
                "create trigger concept_inalterable_modification before update on concept for each row execute function passe()"],
                &["create trigger concept_inalterable_modification before update on concept
                    for each row execute function concept_complet()"],
                &["create trigger concept_inalterable_modification before update on concept
                    for each row execute function thesaurus_inalterable()",
                "alter table concept disable trigger concept_inalterable_modification"],
            ],
        };
        let drop = if t.db.engine_name() == "sqlite" {
            "drop trigger concept_inalterable_modification"
        } else {
            "drop trigger concept_inalterable_modification on concept"
        };
        for texts in hollow {
            let mut tx = t.db.begin().await.unwrap();
            for text in [drop].iter().chain(*texts) {
                tx.execute(sql(text), args![]).await.unwrap();
            }
            let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
            assert!(faults.len() == 1 && faults[0].id == "concept_inalterable_modification", "{texts:?}: {faults:?}");
        }
        if t.db.engine_name() == "postgresql" {
            let mut tx = t.db.begin().await.unwrap();
            tx.execute(sql("create or replace function thesaurus_inalterable() returns trigger language plpgsql as $$ begin return new; end $$"), args![]).await.unwrap();
            let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
            assert!(faults.iter().any(|f| f.id == "livraison_inalterable_suppression"), "{faults:?}");
        }
    }

    async fn the_kept_file_is_compared_again_with_what_the_federation_signed(t) {
        base_to_tamper_with(&t.db).await;
        // The file, its digests, its receipt and its rows together: everything agrees but the signature.
        let mut tx = unguarded(&t.db).await;
        let kept = thesaurus::delivered(&mut tx, "agents", "2027").await.unwrap().unwrap();
        let other = String::from_utf8(kept.octets).unwrap().replace("Poussières de bois", "Poussières de blé");
        let digest = base::hex(&Sha256::digest(other.as_bytes()));
        let receipt = tx.one(sql("select bordereau from livraison where thesaurus_id = 'agents'"), args![]).await.unwrap().unwrap();
        let receipt = receipt.get::<String>("bordereau").unwrap().replacen(&kept.sha256, &digest, 1);
        tx.execute(sql("update livraison set octets = $1, sha256 = $2, bordereau = $3 where thesaurus_id = 'agents'"),
            args![other.into_bytes(), digest, receipt]).await.unwrap();
        tx.execute(sql("update concept set label = 'Poussières de blé' where code = 'AB'"), args![]).await.unwrap();
        let mut faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        faults.retain(|f| f.field != "trigger" && f.id == "agents");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].field, "signature");
        assert!(faults[0].to_string().contains("agents.csv"), "{}", faults[0]);
        assert!(faults[0].sentence().contains("n'est pas celui que la fédération a signé"), "{}", faults[0].sentence());
        drop(tx);
        for text in [
            "update livraison set cle = 'abc' where thesaurus_id = 'agents'",
            "update livraison set cle = null where thesaurus_id = 'agents'",
            "update livraison set manifeste = null where thesaurus_id = 'agents'",
            "update livraison set manifeste = replace(manifeste, 'Fédération', 'Federation') where thesaurus_id = 'agents'",
            "update livraison set cle = '1398f62c6d1a457c51ba6a4b5f3dbd2f69fca93216218dc8997e416bd17d93ca' where thesaurus_id = 'agents'",
            "update matrice set manifeste = replace(manifeste, 'Fédération', 'Federation') where id = 'meep'",
            "update matrice set cle = null where id = 'meep'",
        ] {
            let faults = found(&t.db, text).await;
            assert!(faults.iter().any(|f| f.field == "signature"), "{text}: {faults:?}");
        }
    }

    async fn cells_left_without_their_matrix_are_found(t) {
        base_to_tamper_with(&t.db).await;
        let mut tx = unguarded(&t.db).await;
        let texts: &[&str] = match t.db.engine_name() {
            "sqlite" => &["pragma defer_foreign_keys = on", "drop trigger matrice_inalterable_suppression"],
            _ => &["alter table matrice_cellule drop constraint matrice_cellule_matrice_id_version_fkey",
                "alter table matrice_metier_possible drop constraint matrice_metier_possible_matrice_id_version_fkey"],
        };
        for text in texts.iter().chain(&["delete from matrice where id = 'meep'"]) {
            tx.execute(sql(text), args![]).await.unwrap();
        }
        let faults = thesaurus::verify(&mut tx).await.unwrap().faults;
        assert!(faults.iter().any(|f| f.id == "meep" && f.field == "matrice"), "{faults:?}");
    }
}
