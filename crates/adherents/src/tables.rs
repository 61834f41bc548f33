//! The tables of member companies.

use std::collections::{BTreeMap, BTreeSet};

use base::{Period, fold, words};
use identite::{Siren, Siret};
use organisation::{CentreId, ProfessionnelId};
use store::{Row, Select, StoreError, Tx, Value, args};

use crate::{Adherent, AdherentId, Etablissement, EtablissementId};

store::statements! {
    ADHERENT = "select id, siren, raison_sociale, adhesion_du, adhesion_au from adherent where id = $1";
    BY_SIREN = "select id, siren, raison_sociale, adhesion_du, adhesion_au from adherent where siren = $1";
    ETABLISSEMENT = "select id, adherent_id, siret, nom, adresse, commune, activite_thesaurus, activite_version,
            activite_code, activite_label, centre_id, medecin_id, du, au
        from etablissement where id = $1";
    BY_SIRET = "select id, adherent_id, siret, nom, adresse, commune, activite_thesaurus, activite_version,
            activite_code, activite_label, centre_id, medecin_id, du, au
        from etablissement where siret = $1";
    ETABLISSEMENTS = "select id, adherent_id, siret, nom, adresse, commune, activite_thesaurus, activite_version,
            activite_code, activite_label, centre_id, medecin_id, du, au
        from etablissement where adherent_id = $1 order by siret, id";
}

/// A member company as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouve {
    /// The company.
    pub adherent: Adherent,
    /// How many establishments it has.
    pub etablissements: i64,
}

/// Searches by SIREN (or its beginning) or by the beginnings of words, case and accents ignored; an empty
/// query lists all. Gives one page and the total.
pub async fn search(
    tx: &mut Tx,
    query: &str,
    page: i64,
    per_page: i64,
) -> Result<(Vec<Trouve>, i64), StoreError> {
    let filtered = |mut select: Select| {
        let digits: String = query.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit()) {
            let siren = digits.get(..9).unwrap_or(&digits).to_owned();
            return select
                .filter("a.siren >= {} and a.siren < {}", args![&siren, format!("{siren}\u{10ffff}")]);
        }
        for word in words(query) {
            let end = format!("{word}\u{10ffff}");
            select = select.filter(
                "a.id in (select m.adherent_id from adherent_mot m where m.mot >= {} and m.mot < {})",
                args![word, end],
            );
        }
        select
    };
    let total =
        filtered(Select::new("adherents::count", "select count(*) as n from adherent a")).one(tx).await?;
    let total = total.map_or(Ok(0), |r| r.get("n"))?;
    let rows = filtered(Select::new(
        "adherents::search",
        "select a.id, a.siren, a.raison_sociale, a.adhesion_du, a.adhesion_au,
            (select count(*) from etablissement e where e.adherent_id = a.id) as etablissements from adherent a",
    ))
    .tail("order by a.plie, a.id limit {} offset {}", args![per_page, (page.max(1) - 1) * per_page])
    .all(tx)
    .await?;
    let found = rows
        .iter()
        .map(|r| Ok(Trouve { adherent: read_adherent(r)?, etablissements: r.get("etablissements")? }))
        .collect::<Result<_, StoreError>>()?;
    Ok((found, total))
}

/// One company.
pub async fn adherent(tx: &mut Tx, id: &AdherentId) -> Result<Option<Adherent>, StoreError> {
    tx.one(ADHERENT, args![id.as_str()]).await?.as_ref().map(read_adherent).transpose()
}

/// The company with this SIREN.
pub async fn by_siren(tx: &mut Tx, siren: &Siren) -> Result<Option<Adherent>, StoreError> {
    tx.one(BY_SIREN, args![siren.as_str()]).await?.as_ref().map(read_adherent).transpose()
}

/// One establishment.
pub async fn etablissement(tx: &mut Tx, id: &EtablissementId) -> Result<Option<Etablissement>, StoreError> {
    tx.one(ETABLISSEMENT, args![id.as_str()]).await?.as_ref().map(read_etablissement).transpose()
}

/// The establishment with this SIRET.
pub async fn by_siret(tx: &mut Tx, siret: &Siret) -> Result<Option<Etablissement>, StoreError> {
    tx.one(BY_SIRET, args![siret.as_str()]).await?.as_ref().map(read_etablissement).transpose()
}

/// The establishments of a company, by SIRET.
pub async fn etablissements(tx: &mut Tx, id: &AdherentId) -> Result<Vec<Etablissement>, StoreError> {
    tx.all(ETABLISSEMENTS, args![id.as_str()]).await?.iter().map(read_etablissement).collect()
}

/// An establishment as a worker's file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employeur {
    /// The establishment.
    pub etablissement_id: EtablissementId,
    /// The company.
    pub adherent_id: AdherentId,
    /// Registered name of the company.
    pub raison_sociale: String,
    /// Usual name of the establishment.
    pub nom: String,
    /// Its SIRET.
    pub siret: Siret,
    /// Street and number.
    pub adresse: String,
    /// Its town.
    pub commune: String,
    /// The centre that receives its workers.
    pub centre_id: CentreId,
    /// The doctor who follows it.
    pub medecin_id: Option<ProfessionnelId>,
}

/// The employers behind some establishments, by establishment.
pub async fn employeurs(
    tx: &mut Tx,
    ids: &[EtablissementId],
) -> Result<BTreeMap<EtablissementId, Employeur>, StoreError> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(500) {
        let rows = Select::new(
            "adherents::employeurs",
            "select e.id, e.adherent_id, e.nom, e.siret, e.adresse, e.commune, e.centre_id, e.medecin_id, a.raison_sociale
                from etablissement e join adherent a on a.id = e.adherent_id",
        )
        .filter_in("e.id", some.iter().map(|id| id.as_str().into()).collect())
        .all(tx)
        .await?;
        for r in &rows {
            let siret: String = r.get("siret")?;
            let employeur = Employeur {
                etablissement_id: EtablissementId::new(r.get::<String>("id")?),
                adherent_id: AdherentId::new(r.get::<String>("adherent_id")?),
                raison_sociale: r.get("raison_sociale")?,
                nom: r.get("nom")?,
                siret: Siret::parse(&siret).map_err(|_| corrupt("siret", "a SIRET"))?,
                adresse: r.get("adresse")?,
                commune: r.get("commune")?,
                centre_id: CentreId::new(r.get::<String>("centre_id")?),
                medecin_id: r.get::<Option<String>>("medecin_id")?.map(ProfessionnelId::new),
            };
            found.insert(employeur.etablissement_id.clone(), employeur);
        }
    }
    Ok(found)
}

/// Adds companies, one or many. A SIREN already there is a conflict.
pub async fn insert_adherents(tx: &mut Tx, new: &[Adherent]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .map(|a| {
            args![
                a.id.as_str(),
                a.siren.as_str(),
                &a.raison_sociale,
                fold(&a.raison_sociale),
                a.adhesion.from(),
                a.adhesion.to(),
            ]
        })
        .collect();
    let columns = ["id", "siren", "raison_sociale", "plie", "adhesion_du", "adhesion_au"];
    tx.insert_many("adherent", &columns, rows).await?;
    let mots: Vec<_> = new
        .iter()
        .flat_map(|a| {
            let mots: BTreeSet<String> = words(&a.raison_sociale).into_iter().collect();
            mots.into_iter().map(|mot| args![mot, a.id.as_str()])
        })
        .collect();
    tx.insert_many("adherent_mot", &["mot", "adherent_id"], mots).await?;
    Ok(())
}

/// Adds establishments, one or many. A SIRET already there is a conflict.
pub async fn insert_etablissements(tx: &mut Tx, new: &[Etablissement]) -> Result<(), StoreError> {
    let columns = [
        "id",
        "adherent_id",
        "siret",
        "nom",
        "adresse",
        "commune",
        "activite_thesaurus",
        "activite_version",
        "activite_code",
        "activite_label",
        "centre_id",
        "medecin_id",
        "du",
        "au",
    ];
    let rows: Vec<_> = new
        .iter()
        .map(|e| {
            let mut row: Vec<Value> = args![
                e.id.as_str(),
                e.adherent_id.as_str(),
                e.siret.as_str(),
                &e.nom,
                &e.adresse,
                &e.commune
            ];
            row.extend(Value::coded(e.activite.as_ref()));
            row.extend(args![
                e.centre_id.as_str(),
                e.medecin_id.as_ref().map(ProfessionnelId::as_str),
                e.suivi.from(),
                e.suivi.to(),
            ]);
            row
        })
        .collect();
    tx.insert_many("etablissement", &columns, rows).await?;
    Ok(())
}

fn corrupt(column: &str, expected: &'static str) -> StoreError {
    StoreError::Column { column: column.to_owned(), expected }
}

fn read_adherent(r: &Row) -> Result<Adherent, StoreError> {
    let siren: String = r.get("siren")?;
    Ok(Adherent {
        id: AdherentId::new(r.get::<String>("id")?),
        siren: Siren::parse(&siren).map_err(|_| corrupt("siren", "a SIREN"))?,
        raison_sociale: r.get("raison_sociale")?,
        adhesion: Period::new(r.get("adhesion_du")?, r.get("adhesion_au")?)
            .map_err(|_| corrupt("adhesion_au", "a day after `adhesion_du`"))?,
    })
}

fn read_etablissement(r: &Row) -> Result<Etablissement, StoreError> {
    let siret: String = r.get("siret")?;
    Ok(Etablissement {
        id: EtablissementId::new(r.get::<String>("id")?),
        adherent_id: AdherentId::new(r.get::<String>("adherent_id")?),
        siret: Siret::parse(&siret).map_err(|_| corrupt("siret", "a SIRET"))?,
        nom: r.get("nom")?,
        adresse: r.get("adresse")?,
        commune: r.get("commune")?,
        activite: r.coded("activite_")?,
        centre_id: CentreId::new(r.get::<String>("centre_id")?),
        medecin_id: r.get::<Option<String>>("medecin_id")?.map(ProfessionnelId::new),
        suivi: Period::new(r.get("du")?, r.get("au")?).map_err(|_| corrupt("au", "a day after `du`"))?,
    })
}
