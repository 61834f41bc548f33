-- What was published stays as it was signed. Publishing inserts a publication with the number of its files, then exactly
-- so many files. The pair of these triggers for SQLite stands beside, under the same names.

create function publication_fichier_complete() returns trigger language plpgsql as $$
begin
  if new.rang < 1 or new.rang > coalesce((select p.fichiers from publication p where p.id = new.publication_id), 0) then
    raise exception 'a harmonised list never changes: no file can be added to a publication';
  end if;
  return new;
end
$$;

create trigger publication_fichier_inalterable_ajout before insert on publication_fichier
  for each row execute function publication_fichier_complete();
create trigger publication_inalterable_modification before update on publication
  for each row execute function thesaurus_inalterable();
create trigger publication_inalterable_suppression before delete on publication
  for each row execute function thesaurus_inalterable();
create trigger publication_inalterable_vidage before truncate on publication
  for each statement execute function thesaurus_inalterable();
create trigger publication_fichier_inalterable_modification before update on publication_fichier
  for each row execute function thesaurus_inalterable();
create trigger publication_fichier_inalterable_suppression before delete on publication_fichier
  for each row execute function thesaurus_inalterable();
create trigger publication_fichier_inalterable_vidage before truncate on publication_fichier
  for each statement execute function thesaurus_inalterable();
