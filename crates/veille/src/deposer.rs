//! A request arrives: written by a person, or made of what is typed for want of a term.

use adherents::{TermeSaisi, terme_saisi};
use base::{Coded, Instant};
use salaries::MetierAbsent;
use store::{StoreError, Tx};

use crate::{
    Demande, DemandeId, Etat, Geste, Origine, Personne, Sorte, Texte,
    tables::{self, Pas},
};

/// What is asked, before it has an author and a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Souhait {
    pub(crate) sorte: Sorte,
    pub(crate) thesaurus: String,
    pub(crate) version: String,
    pub(crate) terme: Option<Coded>,
    pub(crate) texte: String,
    pub(crate) parent: Option<Coded>,
    pub(crate) raison: String,
    pub(crate) textes: Vec<Texte>,
    pub(crate) origine: Origine,
}

/// Makes a request, or joins the one that asks the same already: its author is then told of each step too. Incidents
/// are never joined, each has its own story. Gives the request that holds what was asked.
pub(crate) async fn deposer(
    tx: &mut Tx,
    id: DemandeId,
    auteur: &Personne,
    le: Instant,
    asked: Souhait,
) -> Result<DemandeId, StoreError> {
    let reason = asked.raison.clone();
    if let Some(same) = meme(tx, &asked).await? {
        if same.etat.ouverte() {
            appuyer(tx, &same.id, auteur, &reason, le).await?;
        }
        return Ok(same.id);
    }
    let (sorte, thesaurus, plie) = (asked.sorte, asked.thesaurus.clone(), base::fold(&asked.texte));
    let demande = Demande {
        id: id.clone(),
        sorte,
        thesaurus: asked.thesaurus,
        version: asked.version,
        terme: asked.terme,
        souhait: asked.texte,
        parent: asked.parent,
        raison: asked.raison,
        textes: asked.textes,
        origine: asked.origine,
        etat: Etat::Deposee,
        auteur: auteur.clone(),
        deposee_le: le,
        edition: 0,
    };
    if tables::inserer(tx, &demande).await? {
        tables::ajouter(tx, &id, &pas(Geste::Depot, None, auteur, le)).await?;
        return Ok(id);
    }
    // Somebody made the same request of the same texts in the meantime.
    let made = tables::memes(tx, sorte, &thesaurus, &plie, None).await?;
    match made.into_iter().find(|d| d.origine == Origine::Saisie) {
        Some(made) => {
            appuyer(tx, &made.id, auteur, &reason, le).await?;
            Ok(made.id)
        }
        None => Err(StoreError::Conflict("demande_evolution".into())),
    }
}

fn pas<'a>(geste: Geste, motif: Option<&'a str>, auteur: &'a Personne, le: Instant) -> Pas<'a> {
    Pas { geste, motif, version: None, terme: None, auteur, le }
}

/// The request that asks the same: one still open, and for what is typed one already closed too, since a refusal is
/// not asked again by itself.
async fn meme(tx: &mut Tx, asked: &Souhait) -> Result<Option<Demande>, StoreError> {
    if asked.sorte == Sorte::Incident {
        return Ok(None);
    }
    let code = asked.terme.as_ref().map(|t| t.code.as_str());
    let found = tables::memes(tx, asked.sorte, &asked.thesaurus, &base::fold(&asked.texte), code).await?;
    let place = |t: &Option<Coded>| t.as_ref().map(|t| t.code.clone());
    let mut same: Vec<Demande> =
        found.into_iter().filter(|d| place(&d.parent) == place(&asked.parent)).collect();
    if let Some(open) = same.iter().position(|d| d.etat.ouverte()) {
        return Ok(Some(same.swap_remove(open)));
    }
    Ok(same.pop().filter(|_| asked.origine == Origine::Saisie))
}

/// Joins a request, once per person.
async fn appuyer(
    tx: &mut Tx,
    id: &DemandeId,
    auteur: &Personne,
    motif: &str,
    le: Instant,
) -> Result<(), StoreError> {
    let known = tables::evenements(tx, id).await?;
    let there =
        known.iter().any(|e| matches!(e.geste, Geste::Depot | Geste::Appui) && e.auteur.id == auteur.id);
    if there { Ok(()) } else { tables::ajouter(tx, id, &pas(Geste::Appui, Some(motif), auteur, le)).await }
}

/// A job was typed as "autre" in a worker's post (`salaries::EVENEMENT_METIER_ABSENT`): asks for the term, in the name
/// of who typed it. The same words make one request; the same event twice changes nothing; a term that the list has
/// by now asks for nothing.
///
/// # Errors
/// When the database refuses.
pub async fn recevoir_metier_absent(
    tx: &mut Tx,
    charge: &str,
    id: DemandeId,
    le: Instant,
) -> Result<(), StoreError> {
    let absent: MetierAbsent = serde_json::from_str(charge)
        .map_err(|_| StoreError::Column { column: "charge".into(), expected: "a job typed as autre" })?;
    let emploi = absent.emploi;
    if let TermeSaisi::Choisi(_) = terme_saisi(tx, &emploi.thesaurus, "", &emploi.label).await? {
        return Ok(());
    }
    let auteur = Personne { id: absent.auteur_id, nom: absent.auteur_nom, role: absent.auteur_role };
    let asked = Souhait {
        sorte: Sorte::Nouveau,
        thesaurus: emploi.thesaurus,
        version: emploi.version,
        terme: None,
        textes: vec![Texte { texte: emploi.label.clone(), saisies: 1 }],
        texte: emploi.label,
        parent: None,
        raison: "Métier absent de la liste, saisi par «\u{a0}autre\u{a0}» dans le poste d'un salarié.".into(),
        origine: Origine::Saisie,
    };
    deposer(tx, id, &auteur, le, asked).await.map(|_| ())
}
