//! The table of slots.

use base::Date;
use organisation::{CentreId, ProfessionnelId};
use store::{Row, StoreError, Tx, args};
use suivi::VisiteId;

use crate::{Creneau, CreneauId, Heure};

store::statements! {
    DU_JOUR = "select id, professionnel_id, centre_id, jour, debut, fin, visite_id, honore
        from creneau where professionnel_id = $1 and jour = $2 order by debut, id";
    A_L_HEURE = "select id, professionnel_id, centre_id, jour, debut, fin, visite_id, honore
        from creneau where professionnel_id = $1 and jour = $2 and debut = $3";
    DE_LA_VISITE = "select id, professionnel_id, centre_id, jour, debut, fin, visite_id, honore
        from creneau where visite_id = $1 order by jour, debut, id";
    PREMIER_LIBRE = "select id, professionnel_id, centre_id, jour, debut, fin, visite_id, honore
        from creneau
        where professionnel_id = $1 and visite_id is null and (jour > $2 or (jour = $2 and debut > $3))
        order by jour, debut, id limit 1";
    LIBRES = "select jour, count(*) as libres from creneau
        where professionnel_id = $1 and jour >= $2 and jour <= $3 and visite_id is null
        group by jour order by jour";
    PRENDRE = "update creneau set visite_id = $4
        where professionnel_id = $1 and jour = $2 and debut = $3 and visite_id is null";
    QUITTER = "update creneau set visite_id = null where visite_id = $1 and honore = false";
    HONORER = "update creneau set honore = true where visite_id = $1 and jour <= $2";
    LIBERER = "update creneau set visite_id = null where visite_id = $1 and jour > $2 and honore = false";
}

/// Opens slots, one or many, free or already taken. A second slot of a professional at the same time is a
/// conflict.
pub async fn insert_creneaux(tx: &mut Tx, new: &[Creneau]) -> Result<(), StoreError> {
    let columns = ["id", "professionnel_id", "centre_id", "jour", "debut", "fin", "visite_id", "honore"];
    let rows = new.iter().map(|c| {
        args![
            c.id.as_str(),
            c.professionnel_id.as_str(),
            c.centre_id.as_str(),
            c.jour,
            c.debut.as_str(),
            c.fin.as_str(),
            c.visite_id.as_ref().map(VisiteId::as_str),
            c.honore,
        ]
    });
    tx.insert_many("creneau", &columns, rows).await?;
    Ok(())
}

/// The slots of a professional on a day, in time order.
pub async fn creneaux_du_jour(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    jour: Date,
) -> Result<Vec<Creneau>, StoreError> {
    tx.all(DU_JOUR, args![professionnel.as_str(), jour]).await?.iter().map(read).collect()
}

/// The first free slot of a professional that begins after a moment.
pub async fn premier_libre(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    jour: Date,
    apres: &Heure,
) -> Result<Option<Creneau>, StoreError> {
    tx.one(PREMIER_LIBRE, args![professionnel.as_str(), jour, apres.as_str()])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// How many slots are free on each day of a span, both ends included; days without any are left out.
pub(crate) async fn libres(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    du: Date,
    au: Date,
) -> Result<Vec<(Date, i64)>, StoreError> {
    let rows = tx.all(LIBRES, args![professionnel.as_str(), du, au]).await?;
    rows.iter().map(|r| Ok((r.get("jour")?, r.get("libres")?))).collect()
}

pub(crate) async fn a_l_heure(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    jour: Date,
    debut: &Heure,
) -> Result<Option<Creneau>, StoreError> {
    tx.one(A_L_HEURE, args![professionnel.as_str(), jour, debut.as_str()])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

pub(crate) async fn de_la_visite(tx: &mut Tx, visite: &VisiteId) -> Result<Option<Creneau>, StoreError> {
    tx.one(DE_LA_VISITE, args![visite.as_str()]).await?.as_ref().map(read).transpose()
}

/// Puts a visit in a slot if it is still free; false when it is not, or when no slot begins then.
pub(crate) async fn prendre(
    tx: &mut Tx,
    professionnel: &ProfessionnelId,
    jour: Date,
    debut: &Heure,
    visite: &VisiteId,
) -> Result<bool, StoreError> {
    let args = args![professionnel.as_str(), jour, debut.as_str(), visite.as_str()];
    Ok(tx.execute(PRENDRE, args).await? == 1)
}

/// Frees the slots that a visit holds, unless it took place in one.
pub(crate) async fn quitter(tx: &mut Tx, visite: &VisiteId) -> Result<(), StoreError> {
    tx.execute(QUITTER, args![visite.as_str()]).await.map(|_| ())
}

/// Marks the slot of a visit that took place by the given day, and frees a slot that was still to come.
pub(crate) async fn honorer(tx: &mut Tx, visite: &VisiteId, jour: Date) -> Result<(), StoreError> {
    tx.execute(HONORER, args![visite.as_str(), jour]).await?;
    tx.execute(LIBERER, args![visite.as_str(), jour]).await?;
    Ok(())
}

fn read(r: &Row) -> Result<Creneau, StoreError> {
    let heure = |column: &str| {
        let text: String = r.get(column)?;
        Heure::parse(&text)
            .ok_or_else(|| StoreError::Column { column: column.to_owned(), expected: "a time (HH:MM)" })
    };
    Ok(Creneau {
        id: CreneauId::new(r.get::<String>("id")?),
        professionnel_id: ProfessionnelId::new(r.get::<String>("professionnel_id")?),
        centre_id: CentreId::new(r.get::<String>("centre_id")?),
        jour: r.get("jour")?,
        debut: heure("debut")?,
        fin: heure("fin")?,
        visite_id: r.get::<Option<String>>("visite_id")?.map(VisiteId::new),
        honore: r.get("honore")?,
    })
}
