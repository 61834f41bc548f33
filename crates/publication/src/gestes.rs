//! What can be done to a draft. Each gesture is kept with its author, its moment and its reason.

use std::collections::HashSet;

use guard::{Permit, PreparerPublication, Work};
use store::{StoreError, Tx, args};
use terminologie::Term;

use crate::{
    brouillon::{Brouillon, DraftError, Etat, brouillon, invalid, keep_all, read_term, termes, written},
    codes::{refuse_content, refuse_used},
};

store::statements! {
    TERM = "select terme from brouillon_terme where brouillon_id = $1 and code = $2";
    PLACE = "select rang from brouillon_terme where brouillon_id = $1 and code = $2";
    LAST = "select max(rang) as rang from brouillon_terme where brouillon_id = $1";
    SHIFT = "update brouillon_terme set rang = rang + 1 where brouillon_id = $1 and rang > $2";
    ADD = "insert into brouillon_terme (brouillon_id, code, rang, terme) values ($1, $2, $3, $4)";
    CHANGE = "update brouillon_terme set terme = $3 where brouillon_id = $1 and code = $2";
    REMOVE = "delete from brouillon_terme where brouillon_id = $1 and code = $2";
    EMPTY = "delete from brouillon_terme where brouillon_id = $1";
    NEXT_EDITION = "update brouillon set edition = edition + 1 where id = $1 and etat = 'ouvert' and edition = $2";
    NUMBER = "select count(*) as n from brouillon_geste where brouillon_id = $1";
    NOTE = "insert into brouillon_geste (brouillon_id, numero, le, auteur_id, auteur_nom, geste, code, avant, apres, motif)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    RECODED = "select code, apres from brouillon_geste where brouillon_id = $1 and geste = 'recoder' order by numero";
    NOTED = "select numero, le, auteur_nom, geste, code, avant, apres, motif from brouillon_geste
        where brouillon_id = $1 order by numero desc limit 200";
}

/// One change to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Geste {
    /// A new term, placed after everything under its parent.
    Ajouter(Box<Term>),
    /// Another label for the same meaning.
    Renommer {
        /// The term.
        code: String,
        /// Its new label.
        label: String,
    },
    /// No longer offered, kept.
    Inactiver {
        /// The term.
        code: String,
    },
    /// Offered again.
    Reactiver {
        /// The term.
        code: String,
    },
    /// Absent from the next version.
    Supprimer {
        /// The term.
        code: String,
    },
    /// Another place in the tree.
    Deplacer {
        /// The term.
        code: String,
        /// Codes of the terms right above; none for the root.
        parents: Vec<String>,
    },
    /// Another code for the same meaning: the old one is kept, no longer offered; the new one takes its label and its
    /// place, and what stood under it. Data are never rewritten: the pair serves queries.
    Recoder {
        /// The code until then.
        code: String,
        /// The code from then on.
        nouveau: String,
    },
    /// Everything beside code, label, place and status.
    Completer(Box<Term>),
    /// The whole content, from a file that people worked on elsewhere.
    Remplacer(Vec<Term>),
}

impl Geste {
    fn word(&self) -> &'static str {
        match self {
            Self::Ajouter(_) => "ajouter",
            Self::Renommer { .. } => "renommer",
            Self::Inactiver { .. } => "inactiver",
            Self::Reactiver { .. } => "reactiver",
            Self::Supprimer { .. } => "supprimer",
            Self::Deplacer { .. } => "deplacer",
            Self::Recoder { .. } => "recoder",
            Self::Completer(_) => "completer",
            Self::Remplacer(_) => "remplacer",
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Ajouter(term) | Self::Completer(term) => &term.code,
            Self::Renommer { code, .. }
            | Self::Inactiver { code }
            | Self::Reactiver { code }
            | Self::Supprimer { code }
            | Self::Deplacer { code, .. }
            | Self::Recoder { code, .. } => code,
            Self::Remplacer(_) => "",
        }
    }
}

/// A gesture as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Garde {
    pub(crate) le: base::Instant,
    pub(crate) auteur: String,
    pub(crate) geste: String,
    pub(crate) code: String,
    pub(crate) avant: Option<String>,
    pub(crate) apres: Option<String>,
    pub(crate) motif: String,
}

/// The last gestures of a draft, latest first.
pub(crate) async fn gestes(tx: &mut Tx, id: &str) -> Result<Vec<Garde>, StoreError> {
    tx.all(NOTED, args![id])
        .await?
        .iter()
        .map(|r| {
            Ok(Garde {
                le: r.get("le")?,
                auteur: r.get("auteur_nom")?,
                geste: r.get("geste")?,
                code: r.get("code")?,
                avant: r.get("avant")?,
                apres: r.get("apres")?,
                motif: r.get("motif")?,
            })
        })
        .collect()
}

/// The codes that gestures replaced, in their order: old, new.
pub(crate) async fn recodes(tx: &mut Tx, id: &str) -> Result<Vec<(String, String)>, StoreError> {
    tx.all(RECODED, args![id]).await?.iter().map(|r| Ok((r.get("code")?, r.get("apres")?))).collect()
}

/// Carries out a gesture on an open draft. `edition` is the one that the person was looking at; a reason is
/// asked for whatever touches an existing label.
pub async fn modifier(
    work: &mut Work,
    permit: &Permit<PreparerPublication>,
    edition: i64,
    geste: Geste,
    motif: &str,
) -> Result<(), DraftError> {
    let id = permit.object();
    let draft = brouillon(&mut work.tx, id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
    if draft.etat != Etat::Ouvert {
        return invalid(
            "Ce brouillon est fermé\u{a0}: ouvrez-en un autre pour préparer la version suivante.",
        );
    }
    let motif = motif.trim();
    if motif.is_empty() && !matches!(geste, Geste::Ajouter(_) | Geste::Completer(_)) {
        return invalid("Donnez la raison de ce changement. Elle reste attachée à la version.");
    }
    if work.tx.execute(NEXT_EDITION, args![id, edition]).await? != 1 {
        return Err(DraftError::Stale);
    }
    let (word, code) = (geste.word(), geste.code().to_owned());
    let (avant, apres) = carry_out(&mut work.tx, &draft, geste).await?;
    let number: i64 = match work.tx.one(NUMBER, args![id]).await? {
        Some(row) => row.get("n")?,
        None => 0,
    };
    let (now, who) = (work.now(), (work.caller().compte_id.clone(), work.caller().nom.clone()));
    work.tx.execute(NOTE, args![id, number + 1, now, who.0, who.1, word, code, avant, apres, motif]).await?;
    Ok(())
}

type BeforeAfter = (Option<String>, Option<String>);

async fn carry_out(tx: &mut Tx, draft: &Brouillon, geste: Geste) -> Result<BeforeAfter, DraftError> {
    let id = draft.id.as_str();
    match geste {
        Geste::Ajouter(term) => add(tx, draft, *term).await,
        Geste::Remplacer(terms) => {
            refuse_content(tx, draft, &terms).await?;
            let before = termes(tx, id).await?.len();
            let after = terms.len();
            tx.execute(EMPTY, args![id]).await?;
            keep_all(tx, id, terms).await?;
            let counted = |n: usize| Some(format!("{n} termes"));
            Ok((counted(before), counted(after)))
        }
        Geste::Supprimer { code } => {
            let term = existing(tx, id, &code).await?;
            if termes(tx, id).await?.iter().any(|t| t.parents.contains(&code)) {
                return invalid(
                    "Des termes sont placés sous celui-ci. Déplacez-les ou supprimez-les d'abord.",
                );
            }
            tx.execute(REMOVE, args![id, &code]).await?;
            Ok((Some(term.label), None))
        }
        Geste::Renommer { code, label } => {
            if label.trim().is_empty() {
                return invalid("Le nouveau libellé est vide. Saisissez-le.");
            }
            change(tx, id, &code, |t| std::mem::replace(&mut t.label, label))
                .await
                .map(|(old, t)| (Some(old), Some(t.label)))
        }
        Geste::Inactiver { code } => {
            change(tx, id, &code, |t| t.active = false).await.map(|((), t)| (Some(t.label), None))
        }
        Geste::Reactiver { code } => {
            change(tx, id, &code, |t| t.active = true).await.map(|((), t)| (None, Some(t.label)))
        }
        Geste::Deplacer { code, parents } => {
            refuse_bad_place(tx, id, &code, &parents).await?;
            let (old, term) = change(tx, id, &code, |t| std::mem::replace(&mut t.parents, parents)).await?;
            Ok((Some(old.join(", ")), Some(term.parents.join(", "))))
        }
        Geste::Recoder { code, nouveau } => recode(tx, draft, &code, &nouveau).await,
        Geste::Completer(new) => {
            let code = new.code.clone();
            let (old, term) = change(tx, id, &code, |t| {
                let kept = Term {
                    label: t.label.clone(),
                    parents: t.parents.clone(),
                    active: t.active,
                    attributes: t.attributes.clone(),
                    level: t.level.clone(),
                    nature: None,
                    row: 0,
                    ..*new
                };
                std::mem::replace(t, kept)
            })
            .await?;
            Ok((Some(written(&old)?), Some(written(&term)?)))
        }
    }
}

async fn existing(tx: &mut Tx, id: &str, code: &str) -> Result<Term, DraftError> {
    match tx.one(TERM, args![id, code]).await? {
        Some(row) => Ok(read_term(&row)?),
        None => Err(DraftError::Absent("Ce terme")),
    }
}

/// Changes one term; gives what the change gives, and the term afterwards.
async fn change<T>(
    tx: &mut Tx,
    id: &str,
    code: &str,
    with: impl FnOnce(&mut Term) -> T,
) -> Result<(T, Term), DraftError> {
    let mut term = existing(tx, id, code).await?;
    let given = with(&mut term);
    tx.execute(CHANGE, args![id, code, written(&term)?]).await?;
    Ok((given, term))
}

async fn add(tx: &mut Tx, draft: &Brouillon, term: Term) -> Result<BeforeAfter, DraftError> {
    let id = draft.id.as_str();
    if term.code.trim().is_empty() || term.label.trim().is_empty() {
        return invalid("Un nouveau terme a un code et un libellé. Saisissez les deux.");
    }
    refuse_taken(tx, draft, &term.code).await?;
    let terms = termes(tx, id).await?;
    let known: HashSet<&str> = terms.iter().map(|t| t.code.as_str()).collect();
    if let Some(unknown) = term.parents.iter().find(|p| !known.contains(p.as_str())) {
        return invalid(format!("Le terme supérieur «\u{a0}{unknown}\u{a0}» n'est pas dans le brouillon."));
    }
    let after = match last_under(&terms, &term.parents) {
        Some(code) => tx.one(PLACE, args![id, code]).await?,
        None => tx.one(LAST, args![id]).await?,
    };
    let rank = after.map(|r| r.get::<Option<i64>>("rang")).transpose()?.flatten().unwrap_or(0);
    tx.execute(SHIFT, args![id, rank]).await?;
    let term = Term { active: true, nature: None, row: 0, ..term };
    tx.execute(ADD, args![id, &term.code, rank + 1, written(&term)?]).await?;
    Ok((None, Some(term.label)))
}

/// Refuses a code that the draft has, or that may not name a new term.
async fn refuse_taken(tx: &mut Tx, draft: &Brouillon, code: &str) -> Result<(), DraftError> {
    if tx.one(TERM, args![&draft.id, code]).await?.is_some() {
        return invalid(format!("Le code «\u{a0}{code}\u{a0}» est déjà pris. Choisissez-en un autre."));
    }
    refuse_used(tx, &draft.facts.id, code).await
}

async fn recode(tx: &mut Tx, draft: &Brouillon, old: &str, new: &str) -> Result<BeforeAfter, DraftError> {
    let id = draft.id.as_str();
    if new.trim().is_empty() {
        return invalid("Le nouveau code est vide. Saisissez-le.");
    }
    let (was, _) = change(tx, id, old, |t| {
        let was = t.clone();
        t.active = false;
        was
    })
    .await?;
    if !was.active {
        return invalid("Ce terme est inactif. Réactivez-le avant de changer son code.");
    }
    refuse_taken(tx, draft, new).await?;
    let rank: i64 = match tx.one(PLACE, args![id, old]).await? {
        Some(row) => row.get("rang")?,
        None => return Err(DraftError::Absent("Ce terme")),
    };
    tx.execute(SHIFT, args![id, rank]).await?;
    let term = Term { code: new.to_owned(), ..was };
    tx.execute(ADD, args![id, new, rank + 1, written(&term)?]).await?;
    for below in termes(tx, id).await?.into_iter().filter(|t| t.parents.iter().any(|p| p == old)) {
        let code = below.code.clone();
        change(tx, id, &code, |t| {
            for parent in t.parents.iter_mut().filter(|p| *p == old) {
                new.clone_into(parent);
            }
        })
        .await?;
    }
    Ok((Some(old.to_owned()), Some(new.to_owned())))
}

/// The last term of what stands under a parent, the parent itself when nothing does; `None` for the root.
fn last_under<'a>(terms: &'a [Term], parents: &[String]) -> Option<&'a str> {
    let parent = parents.first()?;
    let mut family: HashSet<&str> = HashSet::from([parent.as_str()]);
    let mut last = None;
    for term in terms {
        let first = term.parents.first().map(String::as_str);
        if first.is_some_and(|p| family.contains(p)) {
            family.insert(&term.code);
        }
        if family.contains(term.code.as_str()) {
            last = Some(term.code.as_str());
        }
    }
    last
}

/// A term is never above itself, and stands under terms of the draft.
async fn refuse_bad_place(tx: &mut Tx, id: &str, code: &str, parents: &[String]) -> Result<(), DraftError> {
    let terms = termes(tx, id).await?;
    for parent in parents {
        let mut seen = HashSet::new();
        let mut above = vec![parent.as_str()];
        while let Some(at) = above.pop() {
            if at == code {
                return invalid(
                    "Un terme ne peut pas être placé sous lui-même. Choisissez un autre terme supérieur.",
                );
            }
            let Some(term) = terms.iter().find(|t| t.code == at) else {
                return invalid(format!(
                    "Le terme supérieur «\u{a0}{at}\u{a0}» n'est pas dans le brouillon."
                ));
            };
            if seen.insert(at) {
                above.extend(term.parents.iter().map(String::as_str));
            }
        }
    }
    Ok(())
}
