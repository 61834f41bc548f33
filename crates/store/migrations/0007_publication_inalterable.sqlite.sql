-- What was published stays as it was signed. Publishing inserts a publication with the number of its files, then exactly
-- so many files. The pair of these triggers for PostgreSQL stands beside, under the same names.

-- `insert or replace` deletes without asking the triggers of deletion: what stands may not be inserted again.
create trigger publication_inalterable_ajout before insert on publication
when exists (select 1 from publication p where p.id = new.id)
  or exists (select 1 from publication p where p.sorte = new.sorte and p.liste = new.liste and p.version = new.version)
begin
  select raise(abort, 'a harmonised list never changes: this version is published');
end;
create trigger publication_inalterable_modification before update on publication
begin
  select raise(abort, 'a harmonised list never changes: no publication can be altered');
end;
create trigger publication_inalterable_suppression before delete on publication
begin
  select raise(abort, 'a harmonised list never changes: no publication can be deleted');
end;

create trigger publication_fichier_inalterable_ajout before insert on publication_fichier
when new.rang < 1
  or new.rang > coalesce((select p.fichiers from publication p where p.id = new.publication_id), 0)
  or exists (select 1 from publication_fichier f where f.publication_id = new.publication_id and f.rang = new.rang)
  or exists (select 1 from publication_fichier f where f.publication_id = new.publication_id and f.nom = new.nom)
begin
  select raise(abort, 'a harmonised list never changes: no file can be added to a publication');
end;
create trigger publication_fichier_inalterable_modification before update on publication_fichier
begin
  select raise(abort, 'a harmonised list never changes: no file of a publication can be altered');
end;
create trigger publication_fichier_inalterable_suppression before delete on publication_fichier
begin
  select raise(abort, 'a harmonised list never changes: no file of a publication can be deleted');
end;
