-- A harmonised list never changes, whoever asks. Loading inserts a delivery with the number of its terms, then exactly
-- so many terms: a complete release is full. Only `active` moves afterwards. The pair of these triggers for SQLite
-- stands beside, under the same names; `thesaurus::verify` says which of them are missing.

create function thesaurus_inalterable() returns trigger language plpgsql as $$
begin
  raise exception 'a harmonised list never changes: % of % is refused', lower(tg_op), tg_table_name;
end
$$;

create function concept_complet() returns trigger language plpgsql as $$
begin
  if new.rang < 1 or new.rang > coalesce((select l.termes from livraison l
      where l.thesaurus_id = new.thesaurus_id and l.version = new.version), 0) then
    raise exception 'a harmonised list never changes: no term can be added to a release';
  end if;
  return new;
end
$$;

create function matrice_cellule_complete() returns trigger language plpgsql as $$
begin
  if new.rang < 1 or new.rang > coalesce((select m.cellules from matrice m
      where m.id = new.matrice_id and m.version = new.version), 0) then
    raise exception 'a harmonised list never changes: no cell can be added to a matrix';
  end if;
  return new;
end
$$;

create function matrice_metier_possible_complet() returns trigger language plpgsql as $$
begin
  if new.rang < 1 or new.rang > coalesce((select m.possibles from matrice m
      where m.id = new.matrice_id and m.version = new.version), 0) then
    raise exception 'a harmonised list never changes: no trade can be added to a matrix';
  end if;
  return new;
end
$$;

create trigger concept_inalterable_ajout before insert on concept
  for each row execute function concept_complet();
create trigger concept_inalterable_modification before update on concept
  for each row execute function thesaurus_inalterable();
create trigger concept_inalterable_suppression before delete on concept
  for each row execute function thesaurus_inalterable();
create trigger concept_inalterable_vidage before truncate on concept
  for each statement execute function thesaurus_inalterable();

create trigger livraison_inalterable_modification
before update of thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, chargee_le, titre, nature,
  gestionnaire, source, licence, url, oid, disposition, publiee_le, termes, manifeste, signature, bordereau on livraison
  for each row execute function thesaurus_inalterable();
create trigger livraison_inalterable_suppression before delete on livraison
  for each row execute function thesaurus_inalterable();
create trigger livraison_inalterable_vidage before truncate on livraison
  for each statement execute function thesaurus_inalterable();

create trigger matrice_inalterable_modification
before update of id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets,
  titre, gestionnaire, source, licence, chargee_le, fichier, depart, cellules, possibles, bordereau on matrice
  for each row execute function thesaurus_inalterable();
create trigger matrice_inalterable_suppression before delete on matrice
  for each row execute function thesaurus_inalterable();
create trigger matrice_inalterable_vidage before truncate on matrice
  for each statement execute function thesaurus_inalterable();

create trigger matrice_cellule_inalterable_ajout before insert on matrice_cellule
  for each row execute function matrice_cellule_complete();
create trigger matrice_cellule_inalterable_modification before update on matrice_cellule
  for each row execute function thesaurus_inalterable();
create trigger matrice_cellule_inalterable_suppression before delete on matrice_cellule
  for each row execute function thesaurus_inalterable();
create trigger matrice_cellule_inalterable_vidage before truncate on matrice_cellule
  for each statement execute function thesaurus_inalterable();

create trigger matrice_metier_possible_inalterable_ajout before insert on matrice_metier_possible
  for each row execute function matrice_metier_possible_complet();
create trigger matrice_metier_possible_inalterable_modification before update on matrice_metier_possible
  for each row execute function thesaurus_inalterable();
create trigger matrice_metier_possible_inalterable_suppression before delete on matrice_metier_possible
  for each row execute function thesaurus_inalterable();
create trigger matrice_metier_possible_inalterable_vidage before truncate on matrice_metier_possible
  for each statement execute function thesaurus_inalterable();
