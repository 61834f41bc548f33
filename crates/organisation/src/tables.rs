//! The tables of the organisation.

use base::Period;
use guard::Role;
use store::{Row, Sql, StoreError, Tx, args};

use crate::{Centre, CentreId, Professionnel, ProfessionnelId, Service};

store::statements! {
    SERVICE = "select nom, siren, adresse, telephone, courriel, demonstration from service order by id limit 1";
    INSERT_SERVICE = "insert into service (id, nom, siren, adresse, telephone, courriel, demonstration)
        values ('service', $1, $2, $3, $4, $5, $6)
        on conflict (id) do update set nom = excluded.nom, siren = excluded.siren, adresse = excluded.adresse,
            telephone = excluded.telephone, courriel = excluded.courriel, demonstration = excluded.demonstration";
    CENTRES = "select id, nom, adresse, mobile from centre order by nom, id";
    CENTRE = "select id, nom, adresse, mobile from centre where id = $1";
    INSERT_CENTRE = "insert into centre (id, nom, adresse, mobile) values ($1, $2, $3, $4)";
    PROFESSIONNELS = "select id, nom, prenom, metier, rpps, centre_id, du, au from professionnel order by nom, prenom, id";
    PROFESSIONNEL = "select id, nom, prenom, metier, rpps, centre_id, du, au from professionnel where id = $1";
    INSERT_PROFESSIONNEL = "insert into professionnel (id, nom, prenom, metier, rpps, centre_id, du, au)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// Every statement of this crate.
pub const STATEMENTS: &[&[Sql]] = &[ALL];

/// The service, once it has been named.
pub async fn service(tx: &mut Tx) -> Result<Option<Service>, StoreError> {
    let Some(r) = tx.one(SERVICE, Vec::new()).await? else { return Ok(None) };
    Ok(Some(Service {
        nom: r.get("nom")?,
        siren: r.get("siren")?,
        adresse: r.get("adresse")?,
        telephone: r.get("telephone")?,
        courriel: r.get("courriel")?,
        demonstration: r.get("demonstration")?,
    }))
}

/// Names the service, or renames it.
pub async fn insert_service(tx: &mut Tx, s: &Service) -> Result<(), StoreError> {
    tx.execute(
        INSERT_SERVICE,
        args![&s.nom, &s.siren, &s.adresse, &s.telephone, &s.courriel, s.demonstration],
    )
    .await?;
    Ok(())
}

/// All centres, by name.
pub async fn centres(tx: &mut Tx) -> Result<Vec<Centre>, StoreError> {
    tx.all(CENTRES, Vec::new()).await?.iter().map(read_centre).collect()
}

/// One centre.
pub async fn centre(tx: &mut Tx, id: &CentreId) -> Result<Option<Centre>, StoreError> {
    tx.one(CENTRE, args![id.as_str()]).await?.as_ref().map(read_centre).transpose()
}

/// Adds a centre.
pub async fn insert_centre(tx: &mut Tx, c: &Centre) -> Result<(), StoreError> {
    tx.execute(INSERT_CENTRE, args![c.id.as_str(), &c.nom, &c.adresse, c.mobile]).await?;
    Ok(())
}

/// All professionals, present and past, by name.
pub async fn professionnels(tx: &mut Tx) -> Result<Vec<Professionnel>, StoreError> {
    tx.all(PROFESSIONNELS, Vec::new()).await?.iter().map(read_professionnel).collect()
}

/// One professional.
pub async fn professionnel(tx: &mut Tx, id: &ProfessionnelId) -> Result<Option<Professionnel>, StoreError> {
    tx.one(PROFESSIONNEL, args![id.as_str()]).await?.as_ref().map(read_professionnel).transpose()
}

/// Adds a professional.
pub async fn insert_professionnel(tx: &mut Tx, p: &Professionnel) -> Result<(), StoreError> {
    tx.execute(
        INSERT_PROFESSIONNEL,
        args![
            p.id.as_str(),
            &p.nom,
            &p.prenom,
            p.metier.as_str(),
            p.rpps.as_ref(),
            p.centre_id.as_str(),
            p.presence.from(),
            p.presence.to(),
        ],
    )
    .await?;
    Ok(())
}

fn read_centre(r: &Row) -> Result<Centre, StoreError> {
    Ok(Centre {
        id: CentreId::new(r.get::<String>("id")?),
        nom: r.get("nom")?,
        adresse: r.get("adresse")?,
        mobile: r.get("mobile")?,
    })
}

fn read_professionnel(r: &Row) -> Result<Professionnel, StoreError> {
    let metier: String = r.get("metier")?;
    Ok(Professionnel {
        id: ProfessionnelId::new(r.get::<String>("id")?),
        nom: r.get("nom")?,
        prenom: r.get("prenom")?,
        metier: Role::parse(&metier)
            .ok_or(StoreError::Column { column: "metier".into(), expected: "a trade" })?,
        rpps: r.get("rpps")?,
        centre_id: CentreId::new(r.get::<String>("centre_id")?),
        presence: Period::new(r.get("du")?, r.get("au")?)
            .map_err(|_| StoreError::Column { column: "au".into(), expected: "a day after `du`" })?,
    })
}
