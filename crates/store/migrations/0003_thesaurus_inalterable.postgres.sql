-- A harmonised list never changes, whoever asks. Loading inserts a delivery with the number of its terms, then exactly
-- so many terms: a complete release is full. Only `active` moves afterwards. The pair of these triggers for SQLite
-- stands beside, under the same names; `thesaurus::verify` says which of them are missing.

-- What was loaded before receipts were kept gets its own now, in the very form that the loading writes: from here on a
-- delivery without a receipt is one whose receipt was taken away.
update livraison set bordereau =
  '{"id":' || cast(to_json(thesaurus_id) as text)
  || ',"version":' || cast(to_json(version) as text)
  || ',"fichier":' || cast(to_json(fichier) as text)
  || ',"sha256":' || cast(to_json(sha256) as text)
  || ',"lignes":' || cast(lignes as text)
  || ',"integrees":' || cast(integrees as text)
  || ',"termes":' || cast(termes as text)
  || ',"depart":' || case when depart then 'true' else 'false' end
  || ',"chargee_le":' || cast(to_json(chargee_le) as text)
  || ',"titre":' || cast(to_json(titre) as text)
  || ',"nature":' || cast(to_json(nature) as text)
  || ',"gestionnaire":' || cast(to_json(gestionnaire) as text)
  || ',"source":' || cast(to_json(source) as text)
  || ',"licence":' || cast(to_json(licence) as text)
  || ',"url":null,"oid":null,"disposition":null,"publiee_le":null,"manifeste":null,"cle":null}';
update matrice set bordereau =
  '{"id":' || cast(to_json(id) as text)
  || ',"version":' || cast(to_json(version) as text)
  || ',"fichier":' || cast(to_json(fichier) as text)
  || ',"sha256":' || cast(to_json(sha256) as text)
  || ',"genre":' || cast(to_json(genre) as text)
  || ',"metiers_thesaurus":' || cast(to_json(metiers_thesaurus) as text)
  || ',"metiers_version":' || cast(to_json(metiers_version) as text)
  || ',"cibles_thesaurus":' || cast(to_json(cibles_thesaurus) as text)
  || ',"cibles_version":' || cast(to_json(cibles_version) as text)
  || ',"titre":' || cast(to_json(titre) as text)
  || ',"gestionnaire":' || cast(to_json(gestionnaire) as text)
  || ',"source":' || cast(to_json(source) as text)
  || ',"licence":' || cast(to_json(licence) as text)
  || ',"chargee_le":' || cast(to_json(chargee_le) as text)
  || ',"depart":' || case when depart then 'true' else 'false' end
  || ',"cellules":' || cast(cellules as text)
  || ',"possibles":' || cast(possibles as text)
  || ',"manifeste":null,"cle":null}';

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
  gestionnaire, source, licence, url, oid, disposition, publiee_le, termes, manifeste, cle, bordereau on livraison
  for each row execute function thesaurus_inalterable();
create trigger livraison_inalterable_suppression before delete on livraison
  for each row execute function thesaurus_inalterable();
create trigger livraison_inalterable_vidage before truncate on livraison
  for each statement execute function thesaurus_inalterable();

create trigger matrice_inalterable_modification
before update of id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets,
  titre, gestionnaire, source, licence, chargee_le, fichier, depart, cellules, possibles,
  manifeste, cle, bordereau on matrice
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
