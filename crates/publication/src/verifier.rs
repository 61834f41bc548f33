//! What was published here against what was signed: any file altered, gone or added since is named.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use store::{Row, StoreError, Tx, args};
use terminologie::manifest::{self, Manifest, PublicKey};

use crate::notice::{NOTICE, Notice};

store::statements! {
    PUBLISHED = "select id, sorte, liste, version, base_version, manifeste, cle, fichiers from publication
        order by publiee_le, id";
    FILES = "select nom, sha256, taille, octets from publication_fichier where publication_id = $1 order by rang";
    STRAY = "select distinct f.publication_id from publication_fichier f where not exists
        (select 1 from publication p where p.id = f.publication_id)";
}

/// Compares every publication with its signed manifest, and the manifest with the key that signed it. One sentence, for
/// a person, for each difference; none when everything is as it was signed.
///
/// A publication replaced whole and signed with another key is another publication: subscribers, who know the key of
/// the federation, refuse it.
pub async fn verifier(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut said = Vec::new();
    for row in tx.all(PUBLISHED, args![]).await? {
        let files = tx.all(FILES, args![row.get::<String>("id")?]).await?;
        let (list, version): (String, String) = (row.get("liste")?, row.get("version")?);
        let found = match signed(&row)? {
            Ok(manifest) => compared(&row, &manifest, &files)?,
            Err(why) => vec![why],
        };
        said.extend(found.iter().map(|why| format!("Publication de {list} version {version}\u{a0}: {why}")));
    }
    for row in tx.all(STRAY, args![]).await? {
        let id: String = row.get("publication_id")?;
        said.push(format!("La publication {id} a été retirée, ses fichiers restent."));
    }
    Ok(said)
}

/// The manifest, when the key kept beside it signed it.
fn signed(row: &Row) -> Result<Result<Manifest, String>, StoreError> {
    let (bytes, cle): (Vec<u8>, String) = (row.get("manifeste")?, row.get("cle")?);
    Ok(cle
        .parse::<PublicKey>()
        .map_err(|e| e.sentence().to_owned())
        .and_then(|key| manifest::verify(&bytes, &[key]).map_err(|e| e.sentence())))
}

fn compared(row: &Row, manifest: &Manifest, files: &[Row]) -> Result<Vec<String>, StoreError> {
    let mut said = Vec::new();
    let mut seen = HashSet::new();
    for file in files {
        let (name, bytes): (String, Vec<u8>) = (file.get("nom")?, file.get("octets")?);
        if let Err(error) = manifest.check_file(&name, &bytes) {
            said.push(error.sentence());
        } else if file.get::<String>("sha256")? != base::hex(&Sha256::digest(&bytes))
            || usize::try_from(file.get::<i64>("taille")?).ok() != Some(bytes.len())
        {
            said.push(format!(
                "L'empreinte ou la taille notée pour le fichier «\u{a0}{name}\u{a0}» n'est pas la sienne."
            ));
        }
        if name == NOTICE && !told_by(row, &bytes)? {
            said.push("La ligne de la publication ne dit pas ce qui est signé dans sa notice.".into());
        }
        seen.insert(name);
    }
    for missing in manifest.files.iter().filter(|f| !seen.contains(&f.name)) {
        said.push(manifest::ManifestError::MissingFile(missing.name.clone()).sentence());
    }
    if usize::try_from(row.get::<i64>("fichiers")?).ok() != Some(manifest.files.len()) {
        said.push("Le nombre de fichiers noté n'est pas celui du manifeste.".into());
    }
    Ok(said)
}

/// Whether the row says what the signed notice says.
fn told_by(row: &Row, notice: &[u8]) -> Result<bool, StoreError> {
    let Ok(notice) = serde_json::from_slice::<Notice>(notice) else { return Ok(false) };
    Ok(row.get::<String>("sorte")? == notice.sorte.as_str()
        && row.get::<String>("liste")? == notice.facts.id
        && row.get::<String>("version")? == notice.version
        && row.get::<Option<String>>("base_version")? == notice.base)
}
