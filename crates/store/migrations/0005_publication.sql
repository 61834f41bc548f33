-- The federation's side: drafts of releases, what was published, and where this installation takes releases from.

-- owner: publication
create table brouillon (
  id text primary key,
  thesaurus_id text not null,
  titre text not null,
  nature text not null,
  gestionnaire text not null,
  source text not null,
  licence text not null,
  url text,
  oid text,
  base_version text,
  version text not null,
  etat text not null check (etat in ('ouvert', 'publie', 'abandonne')),
  cree_le text not null,
  cree_par text not null,
  ferme_le text,
  edition bigint not null
);
create unique index brouillon_ouvert on brouillon (thesaurus_id) where etat = 'ouvert';

-- owner: publication
create table brouillon_terme (
  brouillon_id text not null references brouillon (id),
  code text not null,
  rang bigint not null,
  terme text not null,
  primary key (brouillon_id, code)
);
create index brouillon_terme_rang on brouillon_terme (brouillon_id, rang);

-- owner: publication
create table brouillon_geste (
  brouillon_id text not null references brouillon (id),
  numero bigint not null,
  le text not null,
  auteur_id text not null,
  auteur_nom text not null,
  geste text not null,
  code text not null,
  avant text,
  apres text,
  motif text not null,
  primary key (brouillon_id, numero)
);

-- owner: publication
create table publication (
  id text primary key,
  sorte text not null,
  liste text not null,
  version text not null,
  base_version text,
  publiee_le text not null,
  publiee_par text not null,
  manifeste bytea not null,
  cle text not null,
  fichiers bigint not null,
  unique (sorte, liste, version)
);

-- owner: publication
create table publication_fichier (
  publication_id text not null references publication (id),
  rang bigint not null,
  nom text not null,
  sha256 text not null,
  taille bigint not null,
  octets bytea not null,
  primary key (publication_id, rang),
  unique (publication_id, nom)
);

-- owner: publication
create table abonnement (
  id text primary key,
  adresse text not null unique,
  cle text not null,
  cree_le text not null,
  auteur_id text not null,
  vu_le text,
  erreur text,
  bilan text,
  en_cours text,
  arrete_le text
);

-- owner: publication
create table publication_recue (
  abonnement_id text not null references abonnement (id),
  publication_id text not null,
  sorte text not null,
  liste text not null,
  version text not null,
  recue_le text not null,
  manifeste bytea not null,
  empreinte text not null,
  refus text,
  primary key (abonnement_id, publication_id)
);
