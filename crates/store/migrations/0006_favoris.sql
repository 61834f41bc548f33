-- Favourites of a person, and of the whole service where compte_id is empty. They order what is proposed and hide
-- nothing. Kept by code: they outlive the versions of a list, and one whose code is gone shows nothing.

-- owner: thesaurus
create table favori (
  thesaurus_id text not null references thesaurus (id),
  compte_id text not null,
  code text not null,
  ajoute_le text not null,
  primary key (thesaurus_id, compte_id, code)
);
