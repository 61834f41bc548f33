-- Whole terms, as the engine of terminologies knows them; what each delivery said of its list; matrices with their
-- source; values of one's own. Releases loaded before have no layout word: they are checked on what was read then.

-- What a delivery says of its list stays with the delivery: the row of the list only shows the active one.
alter table livraison add column
  titre text not null default '';
alter table livraison add column
  nature text not null default '';
alter table livraison add column
  gestionnaire text not null default '';
alter table livraison add column
  source text not null default '';
alter table livraison add column
  licence text not null default '';
alter table livraison add column
  url text;
alter table livraison add column
  oid text;
alter table livraison add column
  disposition text;
alter table livraison add column
  publiee_le text;
alter table livraison add column
  termes bigint not null default 0;
alter table livraison add column
  manifeste text;
-- The public key that the manifest was verified with.
alter table livraison add column
  cle text;
-- The facts of the load as one text, against which the columns are compared later.
alter table livraison add column
  bordereau text;
update livraison set
  titre = (select t.titre from thesaurus t where t.id = livraison.thesaurus_id),
  nature = (select t.nature from thesaurus t where t.id = livraison.thesaurus_id),
  gestionnaire = (select t.gestionnaire from thesaurus t where t.id = livraison.thesaurus_id),
  source = (select t.source from thesaurus t where t.id = livraison.thesaurus_id),
  licence = (select t.licence from thesaurus t where t.id = livraison.thesaurus_id),
  termes = (select count(*) from concept c
    where c.thesaurus_id = livraison.thesaurus_id and c.version = livraison.version);

alter table concept add column
  autres_parents text not null default '[]';
alter table concept add column
  niveau text;
alter table concept add column
  nature text;
alter table concept add column
  description text;
alter table concept add column
  references_reglementaires text;
alter table concept add column
  risque_particulier text;
alter table concept add column
  risque_vip text;
alter table concept add column
  groupes text not null default '[]';
alter table concept add column
  attributs text not null default '[]';
alter table concept add column
  ligne bigint not null default 0;
drop index concept_rang;
create unique index concept_rang on concept (thesaurus_id, version, rang);
create index concept_parent on concept (thesaurus_id, version, parent);

alter table matrice add column
  titre text not null default '';
alter table matrice add column
  gestionnaire text not null default '';
alter table matrice add column
  source text not null default '';
alter table matrice add column
  licence text not null default '';
alter table matrice add column
  chargee_le text not null default '';
alter table matrice add column
  fichier text not null default '';
alter table matrice add column
  depart boolean not null default false;
alter table matrice add column
  cellules bigint not null default 0;
alter table matrice add column
  possibles bigint not null default 0;
alter table matrice add column
  manifeste text;
alter table matrice add column
  cle text;
alter table matrice add column
  bordereau text;
create unique index matrice_active on matrice (id) where active;

-- The codes found in the lists of the same year, beside what was delivered; null where nothing was found.
alter table matrice_cellule add column
  metier_label text not null default '';
alter table matrice_cellule add column
  cible_label text not null default '';
alter table matrice_cellule add column
  nature text;
alter table matrice_cellule add column
  ligne bigint not null default 0;
alter table matrice_cellule add column
  metier_resolu text;
alter table matrice_cellule add column
  cible_resolue text;
update matrice_cellule set
  metier_resolu = (select c.code from matrice m join concept c on c.thesaurus_id = m.metiers_thesaurus
      and c.version = m.metiers_version and c.code = matrice_cellule.metier_code
    where m.id = matrice_cellule.matrice_id and m.version = matrice_cellule.version),
  cible_resolue = (select c.code from matrice m join concept c on c.thesaurus_id = m.cibles_thesaurus
      and c.version = m.cibles_version and c.code = matrice_cellule.cible_code
    where m.id = matrice_cellule.matrice_id and m.version = matrice_cellule.version);
drop index matrice_cellule_metier;
create index matrice_cellule_metier on matrice_cellule (metier_resolu, matrice_id, version);
update matrice set titre = id, depart = true,
  chargee_le = coalesce((select min(l.chargee_le) from livraison l), ''),
  cellules = (select count(*) from matrice_cellule x where x.matrice_id = matrice.id and x.version = matrice.version);

-- owner: thesaurus
create table matrice_metier_possible (
  matrice_id text not null,
  version text not null,
  rang bigint not null,
  metier_code text not null,
  metier_label text not null,
  metier_resolu text,
  label text not null,
  pcs text,
  comet text,
  possible_resolu text,
  ligne bigint not null,
  primary key (matrice_id, version, rang),
  foreign key (matrice_id, version) references matrice (id, version)
);
create index matrice_metier_possible_resolu on matrice_metier_possible (possible_resolu, matrice_id, version);

-- owner: thesaurus
create table valeur_locale (
  thesaurus_id text not null references thesaurus (id),
  code text not null,
  label text not null,
  plie text not null,
  parent text,
  auteur_id text not null,
  cree_le text not null,
  motif text not null,
  retiree_le text,
  retiree_par text,
  retiree_motif text,
  primary key (thesaurus_id, code)
);
create unique index valeur_locale_plie on valeur_locale (thesaurus_id, plie) where retiree_le is null;

-- Who has used a code: counted for every code of a list before a release takes over.
create index exposition_agent on exposition (agent_thesaurus, agent_code);
create index poste_emploi on poste (emploi_thesaurus, emploi_code);
create index mesure_quantite on mesure (thesaurus, code);
create index visite_type on visite (type_code);
