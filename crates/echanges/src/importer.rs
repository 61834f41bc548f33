//! The import of an employer's list, from its bytes to its report.

use axum::body::Bytes;
use guard::{Caller, GererService, Guard, Purpose, Role, Work};
use sha2::{Digest as _, Sha256};
use store::StoreError;

use crate::{
    Compte, Fichier, ImportError, Options, Refus, Remarque,
    colonnes::{Colonne, Tableau},
    feuille,
    ligne::Lecteur,
    plan::{Effet, Plan},
    references::References,
    tables,
};

/// Two lists that bring the same person must not be read against the same state: one import at a time.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Imports a list of workers: member companies and establishments that are absent, workers, contracts, posts.
///
/// Each row is integrated or refused with its reasons; all the good ones in one transaction. The same file again
/// changes nothing: a worker is known by [`salaries::same_identity`], a contract by its establishment and first
/// day. A trial writes nothing but the line of the journal.
pub async fn importer(
    guard: &Guard,
    caller: &Caller,
    fichier: Fichier,
    options: Options,
) -> Result<Compte, ImportError> {
    let Fichier { nom, octets } = fichier;
    let sha256 = format!("{:x}", Bytes::copy_from_slice(&Sha256::digest(&octets)));
    // Reading costs seconds of computation: it is done only for who may import, and away from the other requests.
    let tableau = if guard.offers::<GererService>(caller) {
        let limits = options.limites;
        let read = move || Tableau::of(feuille::read(&octets, &limits)?);
        tokio::task::spawn_blocking(read).await.map_err(|e| ImportError::Unreadable(e.to_string()))??
    } else {
        Tableau::default()
    };
    if tableau.lignes.len() > options.limites.lignes {
        return Err(ImportError::TooManyRows(options.limites.lignes));
    }
    let object = sha256.clone();
    let _alone = ONE_AT_A_TIME.lock().await;
    guard
        .run::<GererService, _, ImportError, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move { integrate(work, &nom, &sha256, &tableau, &options).await })
        })
        .await
}

async fn integrate(
    work: &mut Work,
    nom: &str,
    sha256: &str,
    tableau: &Tableau,
    options: &Options,
) -> Result<Compte, ImportError> {
    check(work, options).await?;
    let references = References::read(&mut work.tx).await?;
    let before = tables::first_of(&mut work.tx, sha256).await?;
    let lecteur = Lecteur { tableau, references: &references, today: work.today() };
    let mut compte = Compte {
        lignes: tableau.lignes.len(),
        deja_le: before.as_ref().map(|lot| lot.le),
        colonnes_ignorees: tableau.ignorees.clone(),
        remarques: of_whole_file(tableau),
        ..Compte::default()
    };
    let mut plan = Plan::default();
    for ligne in &tableau.lignes {
        let refused: Vec<Refus> = match lecteur.read(ligne) {
            Err(refused) => refused,
            Ok((lue, remarques)) => {
                plan.remarques.extend(remarques);
                match plan.add(work, options, lue).await? {
                    Effet::Integree => {
                        compte.integrees += 1;
                        continue;
                    }
                    Effet::Inchangee => {
                        compte.inchangees += 1;
                        continue;
                    }
                    Effet::Refusee((column, raison)) => vec![lecteur.refuse(ligne, column, raison)],
                }
            }
        };
        compte.refusees += 1;
        plan.refus.extend(refused);
    }
    compte.adherents = plan.adherents.len();
    compte.etablissements = plan.etablissements.len();
    compte.salaries = plan.salaries.len();
    compte.contrats = plan.contrats.len();
    compte.departs = plan.departs.len();
    compte.expositions = plan.expositions.len();
    compte.emplois_reconnus = plan.emplois_reconnus;
    compte.refus = std::mem::take(&mut plan.refus);
    compte.remarques.append(&mut plan.remarques);
    if options.essai {
        return Ok(compte);
    }
    // The very same file with nothing new in it: the report of the first time stands.
    if let Some(before) = before.filter(|_| compte.integrees == 0) {
        compte.lot = Some(before.id);
        return Ok(compte);
    }
    plan.write(work).await?;
    compte.lot = Some(keep(work, nom, sha256, &compte).await?);
    Ok(compte)
}

async fn check(work: &mut Work, options: &Options) -> Result<(), ImportError> {
    if organisation::centre(&mut work.tx, &options.centre).await?.is_none() {
        return Err(ImportError::UnknownCentre(options.centre.to_string()));
    }
    if let Some(id) = &options.medecin {
        let found = organisation::professionnel(&mut work.tx, id).await?;
        if found.is_none_or(|p| p.metier != Role::Medecin) {
            return Err(ImportError::UnknownDoctor(id.to_string()));
        }
    }
    Ok(())
}

/// What is said once for the whole file, on row 0.
fn of_whole_file(tableau: &Tableau) -> Vec<Remarque> {
    let mut said = Vec::new();
    if !tableau.has(Colonne::Nature) {
        said.push("La liste n'a pas de colonne du type de contrat\u{a0}: CDI a été supposé, CDD quand une date de sortie est indiquée.");
    }
    if !tableau.has(Colonne::Nir) {
        said.push("La liste n'a pas de colonne du NIR\u{a0}: les personnes sont reconnues par leur nom, leur prénom et leur date de naissance.");
    }
    said.into_iter().map(|phrase| Remarque { ligne: 0, phrase: phrase.to_owned() }).collect()
}

/// Keeps the import with its refusals, and says in the journal what it changed.
async fn keep(work: &mut Work, nom: &str, sha256: &str, compte: &Compte) -> Result<String, StoreError> {
    let id = work.new_id();
    let now = work.now();
    let author = work.caller().compte_id.clone();
    tables::insert(&mut work.tx, &id, nom, sha256, now, &author, compte).await?;
    let after = serde_json::json!({
        "import": id,
        "fichier": nom,
        "lignes": compte.lignes,
        "integrees": compte.integrees,
        "inchangees": compte.inchangees,
        "refusees": compte.refusees,
        "adherents": compte.adherents,
        "etablissements": compte.etablissements,
        "salaries": compte.salaries,
        "contrats": compte.contrats,
        "departs": compte.departs,
    });
    work.journal_change("liste d'employeur importée", None, Some(after.to_string())).await?;
    Ok(id)
}
