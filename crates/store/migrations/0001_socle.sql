-- The first schema. Portable types only: text, bigint, boolean, double precision, bytea.
-- Days and moments are ISO-8601 text. Every text column compares by bytes on both engines
-- (see crates/store/src/migrations.rs). A coded value takes four columns: thesaurus, version, code, label.

-- owner: store
create table journal (
  id text primary key,
  le text not null,
  acteur_id text not null,
  acteur_nom text not null,
  role text not null,
  acte text not null,
  finalite text not null,
  objet text not null,
  objet_id text not null,
  resultat text not null check (resultat in ('permis', 'refuse')),
  motif text,
  avant text,
  apres text
);
create index journal_objet on journal (objet, objet_id, id);
create index journal_acteur on journal (acteur_id, id);

-- owner: store
create table outbox (
  id text primary key,
  le text not null,
  sorte text not null,
  charge text not null,
  fait_le text,
  essais bigint not null,
  erreur text
);
create index outbox_a_faire on outbox (id) where fait_le is null;

-- owner: guard
create table compte (
  id text primary key,
  identifiant text not null unique,
  nom text not null,
  role text not null,
  mot_de_passe text not null,
  professionnel_id text,
  centre_id text,
  actif boolean not null,
  cree_le text not null,
  echecs bigint not null,
  attendre_jusqu text
);

-- owner: guard
create table session (
  jeton text primary key,
  compte_id text not null references compte (id),
  csrf text not null,
  creee_le text not null,
  vue_le text not null,
  expire_le text not null
);
create index session_compte on session (compte_id);

-- owner: organisation
create table service (
  id text primary key,
  nom text not null,
  siren text not null,
  adresse text not null,
  telephone text not null,
  courriel text not null,
  demonstration boolean not null
);

-- owner: organisation
create table centre (
  id text primary key,
  nom text not null,
  adresse text not null,
  mobile boolean not null
);

-- owner: organisation
create table professionnel (
  id text primary key,
  nom text not null,
  prenom text not null,
  metier text not null,
  rpps text,
  centre_id text not null references centre (id),
  du text not null,
  au text
);
create index professionnel_centre on professionnel (centre_id, metier);

-- owner: thesaurus
create table thesaurus (
  id text primary key,
  titre text not null,
  nature text not null,
  gestionnaire text not null,
  source text not null,
  licence text not null
);

-- owner: thesaurus
create table livraison (
  thesaurus_id text not null references thesaurus (id),
  version text not null,
  fichier text not null,
  sha256 text not null,
  octets bytea not null,
  lignes bigint not null,
  integrees bigint not null,
  depart boolean not null,
  active boolean not null,
  chargee_le text not null,
  primary key (thesaurus_id, version)
);
create unique index livraison_active on livraison (thesaurus_id) where active;

-- owner: thesaurus
create table concept (
  thesaurus_id text not null,
  version text not null,
  code text not null,
  label text not null,
  parent text,
  rang bigint not null,
  actif boolean not null,
  synonymes text not null,
  declencheur text,
  remarque text,
  primary key (thesaurus_id, version, code),
  foreign key (thesaurus_id, version) references livraison (thesaurus_id, version)
);
create index concept_rang on concept (thesaurus_id, version, rang);

-- owner: thesaurus
create table matrice (
  id text not null,
  version text not null,
  genre text not null,
  metiers_thesaurus text not null,
  metiers_version text not null,
  cibles_thesaurus text not null,
  cibles_version text not null,
  sha256 text not null,
  octets bytea not null,
  active boolean not null,
  primary key (id, version)
);

-- owner: thesaurus
create table matrice_cellule (
  matrice_id text not null,
  version text not null,
  rang bigint not null,
  metier_code text not null,
  cible_code text not null,
  plausibilite text,
  primary key (matrice_id, version, rang),
  foreign key (matrice_id, version) references matrice (id, version)
);
create index matrice_cellule_metier on matrice_cellule (metier_code);

-- owner: adherents
create table adherent (
  id text primary key,
  siren text not null unique,
  raison_sociale text not null,
  plie text not null,
  adhesion_du text not null,
  adhesion_au text
);
create index adherent_plie on adherent (plie, id);

-- owner: adherents
create table adherent_mot (
  mot text not null,
  adherent_id text not null references adherent (id),
  primary key (mot, adherent_id)
);

-- owner: adherents
create table etablissement (
  id text primary key,
  adherent_id text not null references adherent (id),
  siret text not null unique,
  nom text not null,
  adresse text not null,
  commune text not null,
  activite_thesaurus text,
  activite_version text,
  activite_code text,
  activite_label text,
  centre_id text not null references centre (id),
  medecin_id text references professionnel (id),
  du text not null,
  au text
);
create index etablissement_adherent on etablissement (adherent_id, id);
create index etablissement_centre on etablissement (centre_id, id);

-- owner: salaries
create table salarie (
  id text primary key,
  nom_naissance text not null,
  nom_usage text,
  prenoms text not null,
  sexe text not null check (sexe in ('F', 'M')),
  naissance text not null,
  lieu_code text not null,
  lieu_label text not null,
  nir text,
  ins_statut text not null,
  provenance text not null,
  telephone text,
  courriel text,
  rqth_depuis text,
  pension_depuis text,
  deces text,
  tri text not null,
  cree_le text not null
);
create index salarie_tri on salarie (tri, id);
create index salarie_naissance on salarie (naissance, tri, id);
create index salarie_nir on salarie (nir);

-- owner: salaries
create table salarie_mot (
  mot text not null,
  tri text not null,
  salarie_id text not null references salarie (id),
  primary key (mot, tri, salarie_id)
);
create index salarie_mot_salarie on salarie_mot (salarie_id);

-- owner: salaries
create table contrat (
  id text primary key,
  salarie_id text not null references salarie (id),
  etablissement_id text not null references etablissement (id),
  nature text not null,
  du text not null,
  au text
);
create index contrat_salarie on contrat (salarie_id, du);
create index contrat_etablissement on contrat (etablissement_id, salarie_id);

-- owner: salaries
create table poste (
  id text primary key,
  contrat_id text not null references contrat (id),
  salarie_id text not null references salarie (id),
  intitule text not null,
  emploi_thesaurus text,
  emploi_version text,
  emploi_code text,
  emploi_label text,
  unite text,
  nuit boolean not null,
  du text not null,
  au text
);
create index poste_contrat on poste (contrat_id, du);
create index poste_salarie on poste (salarie_id, du);

-- owner: suivi
create table exposition (
  id text primary key,
  salarie_id text not null references salarie (id),
  poste_id text references poste (id),
  agent_thesaurus text not null,
  agent_version text not null,
  agent_code text not null,
  agent_label text not null,
  declencheur text,
  source text not null,
  du text not null,
  au text,
  auteur_id text not null,
  visite_id text,
  saisie_le text not null
);
create index exposition_salarie on exposition (salarie_id, du);

-- owner: suivi
create table proposition_refusee (
  salarie_id text not null references salarie (id),
  thesaurus text not null,
  version text not null,
  code text not null,
  auteur_id text not null,
  le text not null,
  primary key (salarie_id, thesaurus, version, code)
);

-- owner: suivi
create table visite (
  id text primary key,
  salarie_id text not null references salarie (id),
  etablissement_id text not null references etablissement (id),
  centre_id text not null references centre (id),
  professionnel_id text not null references professionnel (id),
  type_code text not null,
  type_label text not null,
  type_version text not null,
  demandeur text not null,
  jour text not null,
  etat text not null check (etat in ('prevue', 'en_cours', 'signee', 'absente', 'annulee')),
  arrivee text,
  depart text,
  conclusion text,
  orientation_mt boolean not null,
  mesures boolean not null,
  prochaine_type text,
  prochaine_legale text,
  prochaine_choisie text,
  prochaine_motif text,
  signee_le text,
  signee_par text,
  edition bigint not null
);
create index visite_salarie on visite (salarie_id, jour);
create index visite_jour on visite (professionnel_id, jour);
create index visite_centre on visite (centre_id, jour, etat);

-- owner: suivi
create table suivi_etat (
  salarie_id text primary key references salarie (id),
  centre_id text,
  categorie text not null,
  motifs text not null,
  prochaine_type text,
  prochaine_legale text,
  prochaine_planifiee text,
  prochaine_regle text,
  echeances text not null,
  evalue_le text not null
);
create index suivi_etat_prochaine on suivi_etat (centre_id, prochaine_planifiee);

-- owner: dossier
create table mesure (
  id text primary key,
  visite_id text not null references visite (id),
  salarie_id text not null references salarie (id),
  thesaurus text not null,
  version text not null,
  code text not null,
  label text not null,
  valeur double precision not null,
  unite text not null,
  jour text not null,
  auteur_id text not null,
  auteur_nom text not null,
  auteur_metier text not null,
  saisie_le text not null,
  unique (visite_id, code)
);
create index mesure_salarie on mesure (salarie_id, code, jour);

-- owner: dossier
create table note (
  visite_id text not null references visite (id),
  rubrique text not null,
  salarie_id text not null references salarie (id),
  texte text not null,
  auteur_id text not null,
  auteur_nom text not null,
  auteur_metier text not null,
  saisie_le text not null,
  primary key (visite_id, rubrique)
);
create index note_salarie on note (salarie_id);

-- owner: dossier
create table document (
  id text primary key,
  visite_id text not null references visite (id),
  salarie_id text not null references salarie (id),
  modele text not null,
  destinataire text not null,
  titre text not null,
  jour text not null,
  sha256 text not null,
  octets bytea not null,
  signe_le text not null,
  signe_par text not null,
  unique (visite_id, modele, destinataire)
);
create index document_salarie on document (salarie_id, jour);

-- owner: agenda
create table creneau (
  id text primary key,
  professionnel_id text not null references professionnel (id),
  centre_id text not null references centre (id),
  jour text not null,
  debut text not null,
  fin text not null,
  visite_id text references visite (id),
  honore boolean not null,
  unique (professionnel_id, jour, debut)
);
create unique index creneau_visite on creneau (visite_id);

-- owner: echanges
create table import_lot (
  id text primary key,
  sorte text not null,
  fichier text not null,
  sha256 text not null,
  le text not null,
  auteur_id text not null,
  lignes bigint not null,
  integrees bigint not null,
  inchangees bigint not null,
  refusees bigint not null
);

-- owner: echanges
create table import_refus (
  lot_id text not null references import_lot (id),
  ligne bigint not null,
  rang bigint not null,
  colonne text not null,
  valeur text not null,
  raison text not null,
  primary key (lot_id, ligne, rang)
);
