//! What a file would change: prepared row by row against what is known, then written in one go.

use std::collections::{BTreeMap, BTreeSet};

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use base::{Date, Period, fold};
use guard::Work;
use identite::{Nir, Siren, Siret, StatutIns};
use salaries::{Contrat, ContratId, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId};
use store::StoreError;
use suivi::{Exposition, ExpositionId, SourceExposition};

use crate::{
    Options, Refus, Remarque,
    colonnes::Colonne,
    ligne::{Declaree, Lue, identity_key},
};

type IdentityKey = (Date, String, Option<String>);

/// A person already met, in the database or higher in the file.
#[derive(Debug, Clone)]
struct Connu {
    id: SalarieId,
    nom_naissance: String,
    naissance: Date,
    nir: Option<Nir>,
}

/// Why a row that reads well cannot be integrated.
pub(crate) type Obstacle = (Colonne, &'static str);

/// What became of a row.
pub(crate) enum Effet {
    /// It adds or changes something.
    Integree,
    /// Everything it says is known.
    Inchangee,
    /// It contradicts what is known.
    Refusee(Obstacle),
}

/// Everything that one file adds.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) adherents: Vec<Adherent>,
    pub(crate) etablissements: Vec<Etablissement>,
    pub(crate) salaries: Vec<NouveauSalarie>,
    pub(crate) contrats: Vec<Contrat>,
    pub(crate) departs: Vec<(ContratId, Date)>,
    pub(crate) expositions: Vec<Exposition>,
    pub(crate) emplois_reconnus: usize,
    pub(crate) refus: Vec<Refus>,
    pub(crate) remarques: Vec<Remarque>,
    postes: Vec<Poste>,
    touches: BTreeSet<SalarieId>,
    companies: BTreeMap<Siren, AdherentId>,
    places: BTreeMap<Siret, EtablissementId>,
    by_nir: BTreeMap<Nir, Connu>,
    by_key: BTreeMap<IdentityKey, Vec<Connu>>,
    contracts: BTreeMap<SalarieId, Vec<Contrat>>,
}

impl Plan {
    /// Adds what a row says and is not known yet.
    pub(crate) async fn add(
        &mut self,
        work: &mut Work,
        options: &Options,
        lue: Lue,
    ) -> Result<Effet, StoreError> {
        let known = match self.person(work, &lue).await? {
            Ok(known) => known,
            Err(obstacle) => return Ok(Effet::Refusee(obstacle)),
        };
        let place = self.place(work, &lue.siret).await?;
        if place.is_none() && lue.raison_sociale.is_empty() {
            let sentence = "Aucun établissement suivi ne porte ce SIRET, et la ligne ne dit pas la raison sociale qui permettrait de l'ajouter.";
            return Ok(Effet::Refusee((Colonne::Siret, sentence)));
        }
        if let (Some(person), Some(place)) = (&known, &place)
            && let Some(same) = self.contract(work, &person.id, place, lue.duree.from()).await?
        {
            return Ok(self.end_if_said(&person.id.clone(), &same, &lue));
        }
        let place = match place {
            Some(place) => place,
            None => self.new_place(work, options, &lue).await?,
        };
        let id = match known {
            Some(person) => person.id,
            None => self.new_person(work, &lue),
        };
        self.new_contract(work, id, place, lue);
        Ok(Effet::Integree)
    }

    /// The person of a row, in the file or in the database; or why the row contradicts what is known.
    async fn person(
        &mut self,
        work: &mut Work,
        lue: &Lue,
    ) -> Result<Result<Option<Connu>, Obstacle>, StoreError> {
        let key = identity_key(lue.naissance, &lue.nom_naissance, &lue.prenoms);
        let in_file = lue.nir.as_ref().and_then(|nir| self.by_nir.get(nir)).or_else(|| {
            let same_names = self.by_key.get(&key)?;
            same_names.iter().find(|c| c.nir.is_none() || lue.nir.is_none())
        });
        let found = if let Some(known) = in_file {
            Some(known.clone())
        } else {
            let same = salaries::same_identity(&mut work.tx, &salarie(SalarieId::new(""), lue)).await?;
            same.map(|s| self.remember(&s))
        };
        let Some(known) = found else { return Ok(Ok(None)) };
        if known.naissance != lue.naissance && fold(&known.nom_naissance) != fold(&lue.nom_naissance) {
            let sentence = "Ce NIR est celui d'une autre personne connue du service, dont le nom et la date de naissance diffèrent\u{a0}: vérifiez le NIR de cette ligne.";
            return Ok(Err((Colonne::Nir, sentence)));
        }
        if known.naissance != lue.naissance || fold(&known.nom_naissance) != fold(&lue.nom_naissance) {
            let phrase = "Le NIR est celui d'une personne connue dont le nom ou la date de naissance diffère\u{a0}: le dossier n'a pas été corrigé.";
            self.remarques.push(Remarque { ligne: lue.numero, phrase: phrase.to_owned() });
        }
        Ok(Ok(Some(known)))
    }

    fn remember(&mut self, s: &Salarie) -> Connu {
        let known = Connu {
            id: s.id.clone(),
            nom_naissance: s.nom_naissance.clone(),
            naissance: s.naissance,
            nir: s.nir.clone(),
        };
        if let Some(nir) = &known.nir {
            self.by_nir.insert(nir.clone(), known.clone());
        }
        self.by_key
            .entry(identity_key(s.naissance, &s.nom_naissance, &s.prenoms))
            .or_default()
            .push(known.clone());
        known
    }

    async fn place(&mut self, work: &mut Work, siret: &Siret) -> Result<Option<EtablissementId>, StoreError> {
        if let Some(id) = self.places.get(siret) {
            return Ok(Some(id.clone()));
        }
        let found = adherents::by_siret(&mut work.tx, siret).await?.map(|e| e.id);
        if let Some(id) = &found {
            self.places.insert(siret.clone(), id.clone());
        }
        Ok(found)
    }

    /// The contract of a person with an establishment from a day on.
    async fn contract(
        &mut self,
        work: &mut Work,
        person: &SalarieId,
        place: &EtablissementId,
        from: Date,
    ) -> Result<Option<Contrat>, StoreError> {
        if !self.contracts.contains_key(person) {
            let known = salaries::contrats(&mut work.tx, person).await?;
            self.contracts.insert(person.clone(), known);
        }
        let of_person = self.contracts.get(person).map(Vec::as_slice).unwrap_or_default();
        Ok(of_person.iter().find(|c| c.etablissement_id == *place && c.duree.from() == from).cloned())
    }

    /// A known contract gets its end when it has none and the row says one.
    fn end_if_said(&mut self, person: &SalarieId, known: &Contrat, lue: &Lue) -> Effet {
        let (Some(end), None) = (lue.duree.to(), known.duree.to()) else {
            if lue.duree.to().is_some() && lue.duree.to() != known.duree.to() {
                let phrase = "La date de sortie diffère de celle du dossier, qui n'a pas été corrigée.";
                self.remarques.push(Remarque { ligne: lue.numero, phrase: phrase.to_owned() });
            }
            return Effet::Inchangee;
        };
        for contract in
            self.contracts.entry(person.clone()).or_default().iter_mut().filter(|c| c.id == known.id)
        {
            contract.duree = lue.duree;
        }
        // A contract that this very file brought is still in the plan: it is ended there.
        if let Some(planned) = self.contrats.iter_mut().find(|c| c.id == known.id) {
            planned.duree = lue.duree;
            for post in self.postes.iter_mut().filter(|p| p.contrat_id == known.id) {
                post.duree = lue.duree;
            }
        } else {
            self.departs.push((known.id.clone(), end));
        }
        self.touches.insert(person.clone());
        Effet::Integree
    }

    async fn new_place(
        &mut self,
        work: &mut Work,
        options: &Options,
        lue: &Lue,
    ) -> Result<EtablissementId, StoreError> {
        let siren = lue.siret.siren();
        let since = Period::since(work.today());
        let company = match self.companies.get(&siren) {
            Some(id) => Some(id.clone()),
            None => adherents::by_siren(&mut work.tx, &siren).await?.map(|a| a.id),
        };
        let company = company.unwrap_or_else(|| {
            let id = AdherentId::new(work.new_id());
            let raison_sociale = lue.raison_sociale.clone();
            self.adherents.push(Adherent {
                id: id.clone(),
                siren: siren.clone(),
                raison_sociale,
                adhesion: since,
            });
            id
        });
        self.companies.insert(siren, company.clone());
        let id = EtablissementId::new(work.new_id());
        let nom = if lue.etablissement.is_empty() { &lue.raison_sociale } else { &lue.etablissement };
        self.etablissements.push(Etablissement {
            id: id.clone(),
            adherent_id: company,
            siret: lue.siret.clone(),
            nom: nom.clone(),
            adresse: lue.adresse.clone(),
            commune: lue.commune.clone(),
            activite: lue.activite.clone(),
            centre_id: options.centre.clone(),
            medecin_id: options.medecin.clone(),
            suivi: since,
        });
        self.places.insert(lue.siret.clone(), id.clone());
        Ok(id)
    }

    fn new_person(&mut self, work: &Work, lue: &Lue) -> SalarieId {
        let new = salarie(SalarieId::new(work.new_id()), lue);
        let known = self.remember(&new);
        self.contracts.insert(known.id.clone(), Vec::new());
        self.salaries.push(NouveauSalarie { salarie: new, cree_le: work.now() });
        known.id
    }

    fn new_contract(&mut self, work: &Work, person: SalarieId, place: EtablissementId, lue: Lue) {
        let contract = Contrat {
            id: ContratId::new(work.new_id()),
            salarie_id: person.clone(),
            etablissement_id: place,
            nature: NatureContrat(lue.nature),
            duree: lue.duree,
        };
        let post = Poste {
            id: PosteId::new(work.new_id()),
            contrat_id: contract.id.clone(),
            salarie_id: person.clone(),
            intitule: lue.intitule,
            emploi: lue.emploi,
            unite: lue.unite,
            nuit: lue.nuit,
            duree: lue.duree,
            suite_de: None,
        };
        self.emplois_reconnus += usize::from(post.emploi.is_some());
        for declared in lue.expositions {
            self.expositions.push(exposition(work, &post, declared));
        }
        self.contracts.entry(person.clone()).or_default().push(contract.clone());
        self.contrats.push(contract);
        self.postes.push(post);
        self.touches.insert(person);
    }

    /// Writes everything and computes the follow-up of each worker touched.
    pub(crate) async fn write(&self, work: &mut Work) -> Result<(), StoreError> {
        let now = work.now();
        adherents::insert_adherents(&mut work.tx, &self.adherents).await?;
        adherents::insert_etablissements(&mut work.tx, &self.etablissements).await?;
        salaries::insert_salaries(&mut work.tx, &self.salaries).await?;
        salaries::insert_contrats(&mut work.tx, &self.contrats).await?;
        salaries::insert_postes(&mut work.tx, &self.postes).await?;
        suivi::insert_expositions(&mut work.tx, &self.expositions, now).await?;
        for (contract, end) in &self.departs {
            salaries::terminer_contrat(&mut work.tx, contract, *end).await?;
        }
        for person in &self.touches {
            let now = work.now();
            suivi::recalculer(&mut work.tx, person, now).await?;
        }
        Ok(())
    }
}

/// The worker of a row, as the employer declares them.
fn salarie(id: SalarieId, lue: &Lue) -> Salarie {
    Salarie {
        id,
        nom_naissance: lue.nom_naissance.clone(),
        nom_usage: lue.nom_usage.clone(),
        prenoms: lue.prenoms.split([' ', ',']).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" "),
        sexe: lue.sexe,
        naissance: lue.naissance,
        lieu_code: lue.lieu_code.clone(),
        lieu_label: lue.lieu_label.clone(),
        nir: lue.nir.clone(),
        ins_statut: StatutIns::Provisoire,
        provenance: "employeur".to_owned(),
        telephone: lue.telephone.clone(),
        courriel: lue.courriel.clone(),
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    }
}

/// What the employer declares for a post (R. 4624-23, III), to be confirmed by a professional.
fn exposition(work: &Work, post: &Poste, (agent, declencheur): Declaree) -> Exposition {
    Exposition {
        id: ExpositionId::new(work.new_id()),
        salarie_id: post.salarie_id.clone(),
        poste_id: Some(post.id.clone()),
        agent,
        declencheur,
        source: SourceExposition::Employeur,
        matrice: None,
        duree: post.duree,
        auteur_id: work.caller().compte_id.clone(),
        visite_id: None,
    }
}
