-- A harmonised list never changes, whoever asks. Loading inserts a delivery with the number of its terms, then exactly
-- so many terms: a complete release is full. Only `active` moves afterwards. The pair of these triggers for PostgreSQL
-- stands beside, under the same names; `thesaurus::verify` says which of them are missing.

-- What was loaded before receipts were kept gets its own now, in the very form that the loading writes: from here on a
-- delivery without a receipt is one whose receipt was taken away.
update livraison set bordereau =
  '{"id":' || json_quote(thesaurus_id)
  || ',"version":' || json_quote(version)
  || ',"fichier":' || json_quote(fichier)
  || ',"sha256":' || json_quote(sha256)
  || ',"lignes":' || cast(lignes as text)
  || ',"integrees":' || cast(integrees as text)
  || ',"termes":' || cast(termes as text)
  || ',"depart":' || case when depart then 'true' else 'false' end
  || ',"chargee_le":' || json_quote(chargee_le)
  || ',"titre":' || json_quote(titre)
  || ',"nature":' || json_quote(nature)
  || ',"gestionnaire":' || json_quote(gestionnaire)
  || ',"source":' || json_quote(source)
  || ',"licence":' || json_quote(licence)
  || ',"url":null,"oid":null,"disposition":null,"publiee_le":null,"manifeste":null,"cle":null}';
update matrice set bordereau =
  '{"id":' || json_quote(id)
  || ',"version":' || json_quote(version)
  || ',"fichier":' || json_quote(fichier)
  || ',"sha256":' || json_quote(sha256)
  || ',"genre":' || json_quote(genre)
  || ',"metiers_thesaurus":' || json_quote(metiers_thesaurus)
  || ',"metiers_version":' || json_quote(metiers_version)
  || ',"cibles_thesaurus":' || json_quote(cibles_thesaurus)
  || ',"cibles_version":' || json_quote(cibles_version)
  || ',"titre":' || json_quote(titre)
  || ',"gestionnaire":' || json_quote(gestionnaire)
  || ',"source":' || json_quote(source)
  || ',"licence":' || json_quote(licence)
  || ',"chargee_le":' || json_quote(chargee_le)
  || ',"depart":' || case when depart then 'true' else 'false' end
  || ',"cellules":' || cast(cellules as text)
  || ',"possibles":' || cast(possibles as text)
  || ',"manifeste":null,"cle":null}';

-- `insert or replace` deletes without asking the triggers of deletion: what stands may not be inserted again.
create trigger concept_inalterable_ajout before insert on concept
when new.rang < 1
  or new.rang > coalesce((select l.termes from livraison l where l.thesaurus_id = new.thesaurus_id and l.version = new.version), 0)
  or exists (select 1 from concept c where c.thesaurus_id = new.thesaurus_id and c.version = new.version and c.code = new.code)
  or exists (select 1 from concept c where c.thesaurus_id = new.thesaurus_id and c.version = new.version and c.rang = new.rang)
begin
  select raise(abort, 'a harmonised list never changes: no term can be added to a release');
end;
create trigger concept_inalterable_modification before update on concept
begin
  select raise(abort, 'a harmonised list never changes: no term of a release can be altered');
end;
create trigger concept_inalterable_suppression before delete on concept
begin
  select raise(abort, 'a harmonised list never changes: no term of a release can be deleted');
end;

create trigger livraison_inalterable_ajout before insert on livraison
when exists (select 1 from livraison l where l.thesaurus_id = new.thesaurus_id and l.version = new.version)
  or new.active and exists (select 1 from livraison l where l.thesaurus_id = new.thesaurus_id and l.active)
begin
  select raise(abort, 'a harmonised list never changes: this version exists, or another one is active');
end;
create trigger livraison_inalterable_modification
before update of thesaurus_id, version, fichier, sha256, octets, lignes, integrees, depart, chargee_le, titre, nature,
  gestionnaire, source, licence, url, oid, disposition, publiee_le, termes, manifeste, cle, bordereau on livraison
begin
  select raise(abort, 'a harmonised list never changes: of a delivery, only which version is active does');
end;
-- `update or replace` too deletes what stands in its way: the version in use is retired first.
create trigger livraison_inalterable_activation before update of active on livraison
when new.active
  and exists (select 1 from livraison l where l.thesaurus_id = new.thesaurus_id and l.version <> new.version and l.active)
begin
  select raise(abort, 'a harmonised list never changes: another version is active, which must be retired first');
end;
create trigger livraison_inalterable_suppression before delete on livraison
begin
  select raise(abort, 'a harmonised list never changes: no delivery can be deleted');
end;

create trigger matrice_inalterable_ajout before insert on matrice
when exists (select 1 from matrice m where m.id = new.id and m.version = new.version)
  or new.active and exists (select 1 from matrice m where m.id = new.id and m.active)
begin
  select raise(abort, 'a harmonised list never changes: this version of the matrix exists, or another one is active');
end;
create trigger matrice_inalterable_modification
before update of id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets,
  titre, gestionnaire, source, licence, chargee_le, fichier, depart, cellules, possibles,
  manifeste, cle, bordereau on matrice
begin
  select raise(abort, 'a harmonised list never changes: of a matrix, only which version is active does');
end;
create trigger matrice_inalterable_activation before update of active on matrice
when new.active and exists (select 1 from matrice m where m.id = new.id and m.version <> new.version and m.active)
begin
  select raise(abort, 'a harmonised list never changes: another version of the matrix is active, which must be retired first');
end;
create trigger matrice_inalterable_suppression before delete on matrice
begin
  select raise(abort, 'a harmonised list never changes: no matrix can be deleted');
end;

create trigger matrice_cellule_inalterable_ajout before insert on matrice_cellule
when new.rang < 1
  or new.rang > coalesce((select m.cellules from matrice m where m.id = new.matrice_id and m.version = new.version), 0)
  or exists (select 1 from matrice_cellule x where x.matrice_id = new.matrice_id and x.version = new.version and x.rang = new.rang)
begin
  select raise(abort, 'a harmonised list never changes: no cell can be added to a matrix');
end;
create trigger matrice_cellule_inalterable_modification before update on matrice_cellule
begin
  select raise(abort, 'a harmonised list never changes: no cell of a matrix can be altered');
end;
create trigger matrice_cellule_inalterable_suppression before delete on matrice_cellule
begin
  select raise(abort, 'a harmonised list never changes: no cell of a matrix can be deleted');
end;

create trigger matrice_metier_possible_inalterable_ajout before insert on matrice_metier_possible
when new.rang < 1
  or new.rang > coalesce((select m.possibles from matrice m where m.id = new.matrice_id and m.version = new.version), 0)
  or exists (select 1 from matrice_metier_possible x
    where x.matrice_id = new.matrice_id and x.version = new.version and x.rang = new.rang)
begin
  select raise(abort, 'a harmonised list never changes: no trade can be added to a matrix');
end;
create trigger matrice_metier_possible_inalterable_modification before update on matrice_metier_possible
begin
  select raise(abort, 'a harmonised list never changes: no trade of a matrix can be altered');
end;
create trigger matrice_metier_possible_inalterable_suppression before delete on matrice_metier_possible
begin
  select raise(abort, 'a harmonised list never changes: no trade of a matrix can be deleted');
end;
