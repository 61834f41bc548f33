-- The last time that what is kept was compared with what was delivered, one row for each thing compared.

-- owner: thesaurus
create table verification (
  objet text primary key check (objet in ('livraisons', 'publications')),
  le text not null,
  resume text not null,
  ecarts bigint not null,
  phrases text not null
);
