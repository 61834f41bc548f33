//! A small service: one company, workers who hold jobs, what they are exposed to.

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use base::{AUTRE, Coded, Date, Period};
use guard::{Caller, EcrireDossier, Guard, Purpose, Role};
use identite::{Sexe, Siren, Siret, StatutIns};
use organisation::{CentreId, Professionnel, ProfessionnelId};
use salaries::{Contrat, ContratId, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId};
use suivi::{Conclusion, EtatVisite, Exposition, ExpositionId, SourceExposition, Visite, VisiteId};
use testkit::{Person, TODAY, centre, starter_lists};
use thesaurus::{Delivery, Limits, Liste, Nature};
use ui::Fault;

pub(crate) const PLACE: &str = "01900000-0000-7000-8000-00000000000a";
/// The day on which everybody was hired.
pub(crate) const HIRED: Date = Date::constant(2024, 3, 4);

/// A company of one establishment, and the starter lists.
pub(crate) async fn company(guard: &Guard) {
    let centre_id = centre(guard).await;
    starter_lists(guard).await;
    let siren = Siren::parse("732829320").unwrap();
    let adherent = Adherent {
        id: AdherentId::new("vitrail"),
        siren: siren.clone(),
        raison_sociale: "Vitraux du Pré".into(),
        adhesion: Period::since(HIRED),
    };
    let place = Etablissement {
        id: EtablissementId::new(PLACE),
        adherent_id: adherent.id.clone(),
        siret: Siret::from_siren_nic(&siren, 7).unwrap(),
        nom: "Atelier".into(),
        adresse: "1 rue du Pré".into(),
        commune: "Lunéville".into(),
        activite: None,
        centre_id,
        medecin_id: None,
        suivi: Period::since(HIRED),
    };
    let mut tx = guard.db().begin().await.unwrap();
    adherents::insert_adherents(&mut tx, &[adherent]).await.unwrap();
    adherents::insert_etablissements(&mut tx, &[place]).await.unwrap();
    tx.commit().await.unwrap();
}

/// A worker hired on [`HIRED`], on a post `poste-{id}` under a job of the starter list.
pub(crate) async fn hold(guard: &Guard, id: &str, job: Option<&str>) {
    let mut tx = guard.db().begin().await.unwrap();
    let emploi = match job {
        Some(job) => Some(thesaurus::coded(&mut tx, "professions", job).await.unwrap().unwrap()),
        None => None,
    };
    let (salarie, contrat, poste) = worker(id, emploi);
    let new = NouveauSalarie { salarie, cree_le: guard.clock().now() };
    salaries::insert_salaries(&mut tx, &[new]).await.unwrap();
    salaries::insert_contrats(&mut tx, &[contrat]).await.unwrap();
    salaries::insert_postes(&mut tx, &[poste]).await.unwrap();
    suivi::recalculer(&mut tx, &SalarieId::new(id), guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The rows of a worker, their contract and their post.
pub(crate) fn worker(id: &str, emploi: Option<Coded>) -> (Salarie, Contrat, Poste) {
    let salarie = Salarie {
        id: SalarieId::new(id),
        nom_naissance: format!("Nom-{id}"),
        nom_usage: None,
        prenoms: "Anne Lise".into(),
        sexe: Sexe::Feminin,
        naissance: Date::constant(1983, 5, 3),
        lieu_code: "29019".into(),
        lieu_label: "Brest".into(),
        nir: None,
        ins_statut: StatutIns::Provisoire,
        provenance: "essai".into(),
        telephone: None,
        courriel: None,
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    };
    let contrat = Contrat {
        id: ContratId::new(format!("contrat-{id}")),
        salarie_id: SalarieId::new(id),
        etablissement_id: EtablissementId::new(PLACE),
        nature: NatureContrat("CDI".into()),
        duree: Period::since(HIRED),
    };
    let poste = Poste {
        id: PosteId::new(format!("poste-{id}")),
        contrat_id: contrat.id.clone(),
        salarie_id: SalarieId::new(id),
        intitule: "Ouvrière".into(),
        emploi,
        unite: None,
        nuit: false,
        duree: Period::since(HIRED),
        suite_de: None,
    };
    (salarie, contrat, poste)
}

/// An exposure of a worker on their post since [`HIRED`]; `code` may be "autre", with its words.
pub(crate) async fn exposed(guard: &Guard, worker: &str, code: &str, words: &str, author: &str) {
    let mut tx = guard.db().begin().await.unwrap();
    let agent = if code == AUTRE {
        let version = "depart-2026".into();
        Coded { thesaurus: "expositions".into(), version, code: AUTRE.into(), label: words.into() }
    } else {
        thesaurus::coded(&mut tx, "expositions", code).await.unwrap().unwrap()
    };
    let new = Exposition {
        id: ExpositionId::new(guard.new_id()),
        salarie_id: SalarieId::new(worker),
        poste_id: Some(PosteId::new(format!("poste-{worker}"))),
        declencheur: thesaurus::declencheur(&mut tx, &agent).await.unwrap(),
        agent,
        source: SourceExposition::Professionnel,
        matrice: None,
        duree: Period::since(HIRED),
        auteur_id: author.into(),
        visite_id: None,
    };
    suivi::insert_expositions(&mut tx, &[new], guard.clock().now()).await.unwrap();
    suivi::recalculer(&mut tx, &SalarieId::new(worker), guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// An aptitude exam signed on a day, by the doctor of the company.
pub(crate) async fn seen_on(guard: &Guard, worker: &str, jour: Date) {
    let doctor = Professionnel {
        id: ProfessionnelId::new("docteur"),
        nom: "Le Goff".into(),
        prenom: "Camille".into(),
        metier: Role::Medecin,
        rpps: None,
        centre_id: CentreId::new("centre-nord"),
        presence: Period::since(HIRED),
    };
    let mut tx = guard.db().begin().await.unwrap();
    organisation::insert_professionnel(&mut tx, &doctor).await.unwrap();
    let visite = Visite {
        id: VisiteId::new(format!("visite-{worker}")),
        salarie_id: SalarieId::new(worker),
        etablissement_id: EtablissementId::new(PLACE),
        centre_id: CentreId::new("centre-nord"),
        professionnel_id: doctor.id,
        type_visite: thesaurus::coded(&mut tx, "types-visite", "SIR_EMB").await.unwrap().unwrap(),
        demandeur: "SERV".into(),
        jour,
        etat: EtatVisite::Signee,
        arrivee: None,
        depart: None,
        conclusion: Some(Conclusion::default()),
        prochaine_type: None,
        prochaine_legale: None,
        prochaine_choisie: None,
        prochaine_motif: None,
        signee_le: Some(guard.clock().now()),
        signee_par: Some("Camille Le Goff".into()),
        edition: 2,
    };
    suivi::insert_visites(&mut tx, &[visite]).await.unwrap();
    suivi::recalculer(&mut tx, &SalarieId::new(worker), guard.clock().now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Six masons `m1` to `m6`: cement dust observed on two and put aside for one, lead observed on five.
pub(crate) async fn everything(guard: &Guard) {
    exposed(guard, "m1", "E117", "", "c").await;
    exposed(guard, "m2", "E117", "", "c").await;
    for n in 1..=5 {
        exposed(guard, &format!("m{n}"), "E104", "", "c").await;
    }
    exposed(guard, "seul", "E104", "", "c").await;
    let doctor = Caller::command("docteur", Role::Medecin);
    guard
        .run::<EcrireDossier, _, Fault, _>(&doctor, "m3", Purpose::PriseEnCharge, |work, permit| {
            Box::pin(async move {
                let agent = thesaurus::coded(&mut work.tx, "expositions", "E117").await?.unwrap();
                suivi::refuser(work, permit, &VisiteId::new("visite"), &agent).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

/// Loads a version of a list and makes it the one in use.
pub(crate) async fn release(guard: &Guard, list: &str, version: &str, content: &str) {
    let delivery = Delivery {
        liste: Liste {
            id: list.into(),
            titre: format!("Liste {list}"),
            nature: Nature::Externe,
            gestionnaire: "Éditeur".into(),
            source: "Fichier d'essai".into(),
            licence: "Libre".into(),
        },
        version: version.into(),
        fichier: format!("{list}.csv"),
        octets: content.as_bytes().to_vec(),
        disposition: None,
        url: None,
        oid: None,
        publiee_le: Some(TODAY),
        depart: false,
        activate: true,
        seal: None,
        limits: Limits::default(),
    };
    let mut tx = guard.db().begin().await.unwrap();
    thesaurus::load(&mut tx, guard.clock().now(), &delivery).await.unwrap();
    tx.commit().await.unwrap();
}

/// Sends the form of a request and gives the path of its page.
pub(crate) async fn request(who: &Person, fields: &[(&str, &str)]) -> String {
    let id = who.get("/veille/nouvelle?liste=professions").await.form_id();
    let answer = who.post("/veille/nouvelle", &[fields, &[("id", id.as_str())]].concat()).await;
    assert!(answer.location.starts_with("/veille/demandes/"), "{}", answer.body);
    answer.location
}
