//! The documents issued: kept exactly as they were handed out.

use base::{Date, Instant};
use guard::{LireDossier, Permit};
use salaries::SalarieId;
use store::{Row, StoreError, Tx, args};
use suivi::VisiteId;

base::id!(DocumentId, "a document issued");

store::statements! {
    OF_SALARIE = "select id, visite_id, salarie_id, modele, destinataire, titre, jour, sha256, signe_le, signe_par
        from document where salarie_id = $1 order by jour desc, visite_id, case destinataire when 'salarie' then 0 when 'employeur' then 1 else 2 end, id";
    ONE = "select id, visite_id, salarie_id, modele, destinataire, titre, jour, sha256, octets, signe_le, signe_par
        from document where id = $1";
    SALARIE_OF = "select salarie_id from document where id = $1";
    INSERT = "insert into document (id, visite_id, salarie_id, modele, destinataire, titre, jour, sha256, octets, signe_le, signe_par)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
}

/// A document issued, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its identifier.
    pub id: DocumentId,
    /// The visit that it concludes.
    pub visite_id: VisiteId,
    /// Whose visit.
    pub salarie_id: SalarieId,
    /// The model (`attestation_suivi`…).
    pub modele: String,
    /// `salarie`, `employeur` or `dossier`.
    pub destinataire: String,
    /// What a person reads.
    pub titre: String,
    /// The day it bears.
    pub jour: Date,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was signed.
    pub signe_le: Instant,
    /// By whom.
    pub signe_par: String,
}

impl Document {
    /// The recipient, as a person reads it.
    pub fn exemplaire(&self) -> &'static str {
        match self.destinataire.as_str() {
            "salarie" => "Exemplaire du salarié",
            "employeur" => "Exemplaire de l'employeur",
            _ => "Exemplaire du dossier",
        }
    }
}

/// The documents of the worker of the permit, latest first.
pub async fn documents(tx: &mut Tx, permit: &Permit<LireDossier>) -> Result<Vec<Document>, StoreError> {
    tx.all(OF_SALARIE, args![permit.object()]).await?.iter().map(read).collect()
}

/// Whose document it is: what the guard must be asked about.
pub async fn salarie_of_document(tx: &mut Tx, id: &DocumentId) -> Result<Option<SalarieId>, StoreError> {
    let row = tx.one(SALARIE_OF, args![id.as_str()]).await?;
    row.map(|r| r.get::<String>("salarie_id").map(SalarieId::new)).transpose()
}

/// One document of the worker of the permit, with its bytes.
pub async fn document(
    tx: &mut Tx,
    permit: &Permit<LireDossier>,
    id: &DocumentId,
) -> Result<Option<(Document, Vec<u8>)>, StoreError> {
    let Some(row) = tx.one(ONE, args![id.as_str()]).await? else { return Ok(None) };
    let document = read(&row)?;
    if document.salarie_id.as_str() != permit.object() {
        return Ok(None);
    }
    Ok(Some((document, row.get("octets")?)))
}

/// Keeps documents with their bytes. One per visit, model and recipient.
pub async fn insert_documents(tx: &mut Tx, new: Vec<(Document, Vec<u8>)>) -> Result<(), StoreError> {
    for (d, bytes) in new {
        tx.execute(
            INSERT,
            args![
                d.id.as_str(),
                d.visite_id.as_str(),
                d.salarie_id.as_str(),
                d.modele,
                d.destinataire,
                d.titre,
                d.jour,
                d.sha256,
                bytes,
                d.signe_le,
                d.signe_par,
            ],
        )
        .await?;
    }
    Ok(())
}

fn read(r: &Row) -> Result<Document, StoreError> {
    Ok(Document {
        id: DocumentId::new(r.get::<String>("id")?),
        visite_id: VisiteId::new(r.get::<String>("visite_id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        modele: r.get("modele")?,
        destinataire: r.get("destinataire")?,
        titre: r.get("titre")?,
        jour: r.get("jour")?,
        sha256: r.get("sha256")?,
        signe_le: r.get("signe_le")?,
        signe_par: r.get("signe_par")?,
    })
}
