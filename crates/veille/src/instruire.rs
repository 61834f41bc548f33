//! Examining a request: taken up, decided with a reason, linked to the release that delivers it.

use adherents::{TermeSaisi, terme_saisi};
use base::{Coded, fold};
use guard::{Fields, InstruireDemande, Permit, Work};
use thesaurus::Concept;
use ui::{Fault, FieldError};

use crate::{
    Demande, DemandeId, Geste, Personne, Sorte,
    tables::{self, Pas},
};

/// The shortest reason that says something, in letters.
const SHORTEST: usize = 8;
/// The longest reason, in characters: it is kept for ever.
pub(crate) const LONGEST: usize = 2_000;

/// Takes the step of a form on the request of the permit; what is to be corrected otherwise.
pub(crate) async fn avancer(
    work: &mut Work,
    permit: &Permit<InstruireDemande>,
    fields: &Fields,
) -> Result<Option<FieldError>, Fault> {
    let wrong = |field: &str, message: &str| {
        Ok(Some(FieldError { field: field.to_owned(), message: message.to_owned() }))
    };
    let id = DemandeId::new(permit.object());
    let demande = tables::demande(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Cette demande"))?;
    let stale = || {
        Fault::Stale("Quelqu'un a fait avancer cette demande pendant votre lecture. Rechargez la page, relisez son histoire, puis recommencez.".into())
    };
    if fields.text("edition") != demande.edition.to_string() {
        return Err(stale());
    }
    let Some(geste) =
        Geste::parse(fields.text("geste")).filter(|g| !matches!(g, Geste::Depot | Geste::Appui))
    else {
        return wrong("geste", "Choisissez la décision\u{a0}: accepter, refuser ou reporter.");
    };
    let Some(etat) = demande.etat.apres(geste) else {
        return Err(Fault::Invalid(format!(
            "Cette étape n'est pas possible\u{a0}: la demande est «\u{a0}{}\u{a0}». Rechargez la page.",
            demande.etat.label()
        )));
    };
    let motif = fields.optional("motif");
    if geste.needs_reason()
        && motif.unwrap_or_default().chars().filter(|c| c.is_alphabetic()).count() < SHORTEST
    {
        return wrong("motif", "Dites pourquoi\u{a0}: celui qui a déposé la demande lira ce motif.");
    }
    if motif.is_some_and(|m| m.chars().count() > LONGEST) {
        return wrong("motif", "Abrégez le motif\u{a0}: 2\u{202f}000 caractères au plus.");
    }
    let (version, terme) = if geste == Geste::Livraison {
        match livraison(work, &demande, fields).await? {
            Ok((version, terme)) => (Some(version), terme),
            Err(refused) => return Ok(Some(refused)),
        }
    } else {
        (None, None)
    };
    let auteur = Personne::of(work.caller());
    let pas = Pas {
        geste,
        motif,
        version: version.as_deref(),
        terme: terme.as_ref(),
        auteur: &auteur,
        le: work.now(),
    };
    if !tables::avancer(&mut work.tx, permit, &id, demande.edition, etat, &pas).await? {
        return Err(stale());
    }
    let before = serde_json::json!({ "etat": demande.etat.code() });
    let after = serde_json::json!({ "etat": etat.code(), "motif": motif, "version": version });
    work.journal_change(geste.label(), Some(before.to_string()), Some(after.to_string())).await?;
    Ok(None)
}

/// The release that a form names, and the term as it stands there.
async fn livraison(
    work: &mut Work,
    demande: &Demande,
    fields: &Fields,
) -> Result<Result<(String, Option<Coded>), FieldError>, Fault> {
    let refuse = |field: &str, message: String| Ok(Err(FieldError { field: field.to_owned(), message }));
    let (tx, list, wanted) = (&mut work.tx, &demande.thesaurus, fields.text("version"));
    let versions = thesaurus::versions(tx, list).await?;
    let Some(version) = versions.iter().find(|v| v.version == wanted) else {
        return refuse(
            "version",
            "Choisissez la version qui contient la demande\u{a0}: elle doit être chargée ici.".into(),
        );
    };
    let typed = fields.optional("code").map(str::to_owned);
    let code = match (&demande.terme, typed) {
        (Some(terme), _) => Some(terme.code.clone()),
        (None, Some(code)) => Some(code),
        // A new term often comes under the words that were asked.
        (None, None) if demande.sorte == Sorte::Nouveau && version.active => {
            match terme_saisi(tx, list, "", &demande.souhait).await? {
                TermeSaisi::Choisi(found) => Some(found.code),
                _ => None,
            }
        }
        (None, None) => None,
    };
    let delivered = match &code {
        Some(code) => thesaurus::concept(tx, list, wanted, code).await?,
        None => None,
    };
    let before = match &demande.terme {
        Some(terme) => thesaurus::concept(tx, list, &demande.version, &terme.code).await?,
        None => None,
    };
    match contient(demande, before.as_ref(), delivered.as_ref()) {
        Ok(()) => Ok(Ok((wanted.to_owned(), delivered.as_ref().map(Concept::coded)))),
        Err((field, sentence)) => refuse(field, format!("Version {wanted}\u{a0}: {sentence}")),
    }
}

/// Whether a release holds what was asked, seen from the term before and the term in it; else the field to correct
/// and the reason.
fn contient(
    demande: &Demande,
    before: Option<&Concept>,
    delivered: Option<&Concept>,
) -> Result<(), (&'static str, String)> {
    let wish = fold(&demande.souhait);
    let gone = || ("version", "le terme concerné n'y figure plus.".to_owned());
    match demande.sorte {
        Sorte::Nouveau => match delivered {
            Some(c) if c.active => Ok(()),
            Some(c) => Err(("code", format!("le terme «\u{a0}{}\u{a0}» y est inactif.", c.label))),
            None => Err(("code", "indiquez le code sous lequel elle contient ce terme.".to_owned())),
        },
        Sorte::Libelle => {
            let c = delivered.ok_or_else(gone)?;
            let old = demande.terme.as_ref().map_or("", |t| t.label.as_str());
            if c.label == old {
                Err(("version", format!("le terme y porte encore le libellé «\u{a0}{old}\u{a0}».")))
            } else {
                Ok(())
            }
        }
        Sorte::Inactivation => match delivered {
            Some(c) if c.active => Err(("version", "le terme y est encore actif.".to_owned())),
            _ => Ok(()),
        },
        Sorte::Deplacement => {
            let c = delivered.ok_or_else(gone)?;
            if before.is_some_and(|b| b.parent == c.parent) {
                Err(("version", "le terme y est encore à la même place.".to_owned()))
            } else {
                Ok(())
            }
        }
        Sorte::Synonyme => {
            let c = delivered.ok_or_else(gone)?;
            if c.synonyms.iter().chain([&c.label]).any(|s| fold(s) == wish) {
                Ok(())
            } else {
                Err(("version", format!("le terme n'y a pas le synonyme «\u{a0}{}\u{a0}».", demande.souhait)))
            }
        }
        Sorte::Incident => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use base::Instant;

    use super::*;
    use crate::{Etat, Origine};

    fn coded(label: &str) -> Coded {
        Coded { thesaurus: "a".into(), version: "1".into(), code: "1".into(), label: label.into() }
    }

    fn demande(sorte: Sorte, wish: &str) -> Demande {
        Demande {
            id: DemandeId::new("d"),
            sorte,
            thesaurus: "a".into(),
            version: "1".into(),
            terme: sorte.needs_term().then(|| coded("Ancien")),
            souhait: wish.into(),
            parent: None,
            raison: "Parce que".into(),
            textes: Vec::new(),
            origine: Origine::Personne,
            etat: Etat::Acceptee,
            auteur: Personne { id: "c".into(), nom: "N".into(), role: "medecin".into() },
            deposee_le: Instant::from_millis(0),
            edition: 3,
        }
    }

    fn concept(label: &str, parent: Option<&str>) -> Concept {
        Concept {
            thesaurus: "a".into(),
            version: "2".into(),
            code: "1".into(),
            label: label.into(),
            parent: parent.map(str::to_owned),
            active: true,
            ..Concept::default()
        }
    }

    #[test]
    fn une_version_qui_ne_change_pas_le_libelle_ne_livre_pas_la_demande() {
        let asked = demande(Sorte::Libelle, "Nouveau");
        let told = contient(&asked, None, Some(&concept("Ancien", None))).unwrap_err();
        assert!(told.1.contains("encore le libellé"), "{}", told.1);
        assert_eq!(contient(&asked, None, Some(&concept("Nouveau nom", None))), Ok(()));
    }

    #[test]
    fn un_terme_actif_n_est_pas_inactive() {
        let asked = demande(Sorte::Inactivation, "");
        assert!(contient(&asked, None, Some(&concept("Ancien", None))).is_err());
        let frozen = Concept { active: false, ..concept("Ancien", None) };
        assert_eq!(contient(&asked, None, Some(&frozen)), Ok(()));
        assert_eq!(contient(&asked, None, None), Ok(()), "deleted is no longer offered either");
    }

    #[test]
    fn un_terme_deplace_a_un_autre_parent() {
        let asked = demande(Sorte::Deplacement, "");
        let old = concept("Ancien", Some("F"));
        assert!(contient(&asked, Some(&old), Some(&old)).is_err());
        assert_eq!(contient(&asked, Some(&old), Some(&concept("Ancien", Some("G")))), Ok(()));
    }

    #[test]
    fn un_nouveau_terme_a_un_code_actif_et_un_synonyme_se_retrouve() {
        let asked = demande(Sorte::Nouveau, "Vitrailliste");
        assert_eq!(contient(&asked, None, None).unwrap_err().0, "code");
        assert_eq!(contient(&asked, None, Some(&concept("Maître verrier", None))), Ok(()));
        let asked = demande(Sorte::Synonyme, "Vitrailliste");
        assert!(contient(&asked, None, Some(&concept("Ancien", None))).is_err());
        let with = Concept { synonyms: vec!["VITRAILLISTE".into()], ..concept("Ancien", None) };
        assert_eq!(contient(&asked, None, Some(&with)), Ok(()));
    }
}
