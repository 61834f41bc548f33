-- The watch: requests for change of the common lists, each with its dated story; who typed the job of a post, and which
-- post it goes on; the matrix that an exposure was proposed by. A column stands on its own line, so that its text compares by bytes.

-- owner: veille
create table demande_evolution (
  id text primary key,
  sorte text not null check (sorte in ('nouveau', 'libelle', 'inactivation', 'deplacement', 'synonyme', 'incident')),
  thesaurus_id text not null,
  version text not null,
  code text,
  label text,
  souhait text not null,
  plie text not null,
  parent_code text,
  parent_label text,
  raison text not null,
  textes text not null,
  origine text not null check (origine in ('personne', 'saisie')),
  etat text not null check (etat in ('deposee', 'en_instruction', 'acceptee', 'refusee', 'reportee', 'livree')),
  auteur_id text not null,
  auteur_nom text not null,
  auteur_role text not null,
  deposee_le text not null,
  edition bigint not null
);
create index demande_evolution_etat on demande_evolution (etat, deposee_le, id);
-- What is typed again and again makes one request, however often it is announced.
create unique index demande_evolution_saisie on demande_evolution (thesaurus_id, plie) where origine = 'saisie';

-- owner: veille
create table demande_evenement (
  demande_id text not null references demande_evolution (id),
  rang bigint not null,
  sorte text not null check (sorte in
    ('depot', 'appui', 'instruction', 'acceptation', 'refus', 'report', 'livraison', 'annulation')),
  motif text,
  version text,
  code text,
  label text,
  auteur_id text not null,
  auteur_nom text not null,
  auteur_role text not null,
  le text not null,
  primary key (demande_id, rang)
);
create index demande_evenement_auteur on demande_evenement (auteur_id, demande_id);

-- Columns of salaries: who typed the job, and the post that this one goes on under another code.
alter table poste add column
  saisi_par text;
alter table poste add column
  suite_de text;
-- Columns of suivi.
alter table exposition add column
  matrice_id text;
alter table exposition add column
  matrice_version text;
create index poste_suite on poste (suite_de) where suite_de is not null;
create index poste_autre on poste (emploi_thesaurus) where emploi_code = 'autre';
create index exposition_autre on exposition (agent_thesaurus) where agent_code = 'autre';
