//! The table of visits.

use adherents::EtablissementId;
use base::{Coded, Date};
use guard::{EcrireDossier, LireDossier, LireIdentite, Permit, PlanifierVisite, Work};
use organisation::{CentreId, ProfessionnelId};
use salaries::SalarieId;
use store::{Row, StoreError, Tx, args};

use crate::{Conclusion, EtatVisite, Prochaine, Visite, VisiteId};

/// Columns of a visit, in one place for every statement below.
macro_rules! columns {
    () => {
        "id, salarie_id, etablissement_id, centre_id, professionnel_id, type_code, type_label, type_version, demandeur,
            jour, etat, arrivee, depart, conclusion, orientation_mt, mesures, prochaine_type, prochaine_legale,
            prochaine_choisie, prochaine_motif, signee_le, signee_par, edition"
    };
}

store::statements! {
    VISITE = concat!("select ", columns!(), " from visite where id = $1");
    VISITES = concat!("select ", columns!(), " from visite where salarie_id = $1 order by jour desc, id desc");
    DU_JOUR = concat!("select ", columns!(), " from visite where professionnel_id = $1 and jour = $2 order by id");
    SALARIE_OF = "select salarie_id from visite where id = $1";
    DEMARRER = "update visite set etat = 'en_cours', arrivee = coalesce(arrivee, $2), edition = edition + 1
        where id = $1 and etat = 'prevue'";
    HORAIRES = "update visite set arrivee = $2, depart = $3 where id = $1 and etat <> 'signee'";
    CHANGER_TYPE = "update visite set type_code = $2, type_label = $3, type_version = $4 where id = $1 and etat = 'en_cours'";
    CONCLURE = "update visite set conclusion = 'brouillon', orientation_mt = $2, mesures = $3, prochaine_choisie = $4,
            prochaine_motif = $5
        where id = $1 and etat = 'en_cours'";
    SIGNER = "update visite set etat = 'signee', depart = coalesce(depart, $2), conclusion = 'structuree', orientation_mt = $3,
            mesures = $4, prochaine_type = $5, prochaine_legale = $6, prochaine_choisie = $7, prochaine_motif = $8,
            signee_le = $9, signee_par = $10, edition = edition + 1
        where id = $1 and etat = 'en_cours' and edition = $11";
}

/// One visit.
pub async fn visite(tx: &mut Tx, id: &VisiteId) -> Result<Option<Visite>, StoreError> {
    tx.one(VISITE, args![id.as_str()]).await?.as_ref().map(read).transpose()
}

/// Whose visit it is: what the guard must be asked about.
pub async fn salarie_of_visite(tx: &mut Tx, id: &VisiteId) -> Result<Option<SalarieId>, StoreError> {
    let row = tx.one(SALARIE_OF, args![id.as_str()]).await?;
    row.map(|r| r.get::<String>("salarie_id").map(SalarieId::new)).transpose()
}

/// The visits of a worker, latest first: dates, types and professionals, nothing medical.
pub async fn visites(tx: &mut Tx, permit: &Permit<LireIdentite>) -> Result<Vec<Visite>, StoreError> {
    of_salarie(tx, permit.object()).await
}

/// The visits of a worker, latest first, for who may read the record.
pub async fn visites_du_dossier(
    tx: &mut Tx,
    permit: &Permit<LireDossier>,
) -> Result<Vec<Visite>, StoreError> {
    of_salarie(tx, permit.object()).await
}

pub(crate) async fn of_salarie(tx: &mut Tx, salarie_id: &str) -> Result<Vec<Visite>, StoreError> {
    tx.all(VISITES, args![salarie_id]).await?.iter().map(read).collect()
}

/// The visits of a professional on a day.
pub async fn visites_du_jour(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    jour: Date,
) -> Result<Vec<Visite>, StoreError> {
    tx.all(DU_JOUR, args![professionnel.as_str(), jour]).await?.iter().map(read).collect()
}

/// Plans a visit for the worker of the permit and gives its identifier.
pub async fn planifier(
    work: &mut Work,
    permit: &Permit<PlanifierVisite>,
    new: &Visite,
) -> Result<(), StoreError> {
    let visite = Visite { salarie_id: SalarieId::new(permit.object()), ..new.clone() };
    insert_visites(&mut work.tx, std::slice::from_ref(&visite)).await
}

/// The worker is there: the visit begins.
pub async fn demarrer(
    work: &mut Work,
    _permit: &Permit<EcrireDossier>,
    id: &VisiteId,
) -> Result<(), StoreError> {
    let now = work.now().time_of_day();
    work.tx.execute(DEMARRER, args![id.as_str(), now]).await.map(|_| ())
}

/// Writes the times of arrival and departure; false when the visit is already signed.
pub async fn enregistrer_horaires(
    work: &mut Work,
    _permit: &Permit<EcrireDossier>,
    id: &VisiteId,
    arrivee: Option<&str>,
    depart: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(work.tx.execute(HORAIRES, args![id.as_str(), arrivee, depart]).await? == 1)
}

/// Changes the type of a visit that is open, when what the worker says calls for another; false otherwise.
pub async fn changer_type(
    work: &mut Work,
    _permit: &Permit<EcrireDossier>,
    id: &VisiteId,
    type_visite: &Coded,
) -> Result<bool, StoreError> {
    let args = args![id.as_str(), &type_visite.code, &type_visite.label, &type_visite.version];
    Ok(work.tx.execute(CHANGER_TYPE, args).await? == 1)
}

/// Keeps the conclusion being written; false when the visit is not open.
pub async fn enregistrer_conclusion(
    work: &mut Work,
    _permit: &Permit<EcrireDossier>,
    id: &VisiteId,
    conclusion: Conclusion,
    prochaine: &Prochaine,
) -> Result<bool, StoreError> {
    let args = args![
        id.as_str(),
        conclusion.orientation_mt,
        conclusion.mesures,
        prochaine.choisie,
        prochaine.motif.as_ref(),
    ];
    Ok(work.tx.execute(CONCLURE, args).await? == 1)
}

pub(crate) struct Signature<'a> {
    pub(crate) id: &'a VisiteId,
    pub(crate) conclusion: Conclusion,
    pub(crate) prochaine_type: Option<&'a str>,
    pub(crate) prochaine_legale: Option<Date>,
    pub(crate) prochaine_choisie: Option<Date>,
    pub(crate) prochaine_motif: Option<&'a str>,
    pub(crate) edition: i64,
}

/// Closes the visit, if nobody changed it meanwhile.
pub(crate) async fn close(work: &mut Work, s: &Signature<'_>) -> Result<bool, StoreError> {
    let (now, who) = (work.now(), work.caller().nom.clone());
    let done = work
        .tx
        .execute(
            SIGNER,
            args![
                s.id.as_str(),
                now.time_of_day(),
                s.conclusion.orientation_mt,
                s.conclusion.mesures,
                s.prochaine_type,
                s.prochaine_legale,
                s.prochaine_choisie,
                s.prochaine_motif,
                now,
                who,
                s.edition,
            ],
        )
        .await?;
    Ok(done == 1)
}

/// Adds visits, one or many; those signed come with their conclusion.
pub async fn insert_visites(tx: &mut Tx, new: &[Visite]) -> Result<(), StoreError> {
    let columns = [
        "id",
        "salarie_id",
        "etablissement_id",
        "centre_id",
        "professionnel_id",
        "type_code",
        "type_label",
        "type_version",
        "demandeur",
        "jour",
        "etat",
        "arrivee",
        "depart",
        "conclusion",
        "orientation_mt",
        "mesures",
        "prochaine_type",
        "prochaine_legale",
        "prochaine_choisie",
        "prochaine_motif",
        "signee_le",
        "signee_par",
        "edition",
    ];
    let rows = new.iter().map(|v| {
        let conclusion = v.conclusion.unwrap_or_default();
        args![
            v.id.as_str(),
            v.salarie_id.as_str(),
            v.etablissement_id.as_str(),
            v.centre_id.as_str(),
            v.professionnel_id.as_str(),
            &v.type_visite.code,
            &v.type_visite.label,
            &v.type_visite.version,
            &v.demandeur,
            v.jour,
            v.etat.code(),
            v.arrivee.as_ref(),
            v.depart.as_ref(),
            v.conclusion.map(|_| "structuree"),
            conclusion.orientation_mt,
            conclusion.mesures,
            v.prochaine_type.as_ref(),
            v.prochaine_legale,
            v.prochaine_choisie,
            v.prochaine_motif.as_ref(),
            v.signee_le,
            v.signee_par.as_ref(),
            v.edition,
        ]
    });
    tx.insert_many("visite", &columns, rows).await?;
    Ok(())
}

fn read(r: &Row) -> Result<Visite, StoreError> {
    let etat: String = r.get("etat")?;
    let concluded: Option<String> = r.get("conclusion")?;
    let conclusion = Conclusion { orientation_mt: r.get("orientation_mt")?, mesures: r.get("mesures")? };
    Ok(Visite {
        id: VisiteId::new(r.get::<String>("id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        etablissement_id: EtablissementId::new(r.get::<String>("etablissement_id")?),
        centre_id: CentreId::new(r.get::<String>("centre_id")?),
        professionnel_id: ProfessionnelId::new(r.get::<String>("professionnel_id")?),
        type_visite: Coded {
            thesaurus: "types-visite".into(),
            version: r.get("type_version")?,
            code: r.get("type_code")?,
            label: r.get("type_label")?,
        },
        demandeur: r.get("demandeur")?,
        jour: r.get("jour")?,
        etat: EtatVisite::parse(&etat)
            .ok_or(StoreError::Column { column: "etat".into(), expected: "the state of a visit" })?,
        arrivee: r.get("arrivee")?,
        depart: r.get("depart")?,
        conclusion: concluded.map(|_| conclusion),
        prochaine_type: r.get("prochaine_type")?,
        prochaine_legale: r.get("prochaine_legale")?,
        prochaine_choisie: r.get("prochaine_choisie")?,
        prochaine_motif: r.get("prochaine_motif")?,
        signee_le: r.get("signee_le")?,
        signee_par: r.get("signee_par")?,
        edition: r.get("edition")?,
    })
}
