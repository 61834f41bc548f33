//! Values of the service's own, in a space apart (grid, 16.4): marked wherever they are shown, never counted as
//! harmonised, never in a release. Withdrawn, they stay readable.

use std::collections::HashMap;

use base::{Coded, Instant, LOCAL, fold};
use store::{Row, StoreError, Tx, args};

use crate::concepts;

store::statements! {
    KNOWN = "select id from thesaurus where id = $1";
    HOW_MANY = "select count(*) as n from valeur_locale where thesaurus_id = $1";
    ADD = "insert into valeur_locale (thesaurus_id, code, label, plie, parent, auteur_id, cree_le, motif)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    SAME = "select code from valeur_locale where thesaurus_id = $1 and plie = $2 and retiree_le is null";
    WITHDRAW = "update valeur_locale set retiree_le = $3, retiree_par = $4, retiree_motif = $5
        where thesaurus_id = $1 and code = $2 and retiree_le is null";
    OFFERED = "select thesaurus_id as thesaurus, 'local' as version, code, label from valeur_locale
        where thesaurus_id = $1 and code = $2 and retiree_le is null";
    ALL_OF = "select thesaurus_id, code, label, parent, auteur_id, cree_le, motif, retiree_le, retiree_par, retiree_motif
        from valeur_locale where thesaurus_id = $1 order by label, code";
}

/// How the codes of such values begin: no delivery holds one, a colon stands in no code of the profession.
const PREFIX: &str = "local:";
/// Letters of a label at most.
const LONGEST: usize = 200;

/// A value of the service's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalValue {
    /// The list it completes.
    pub thesaurus: String,
    /// Its code, `local:1`.
    pub code: String,
    /// What a person reads.
    pub label: String,
    /// The harmonised term it is offered under, by code; `None` at the root.
    pub parent: Option<String>,
    /// Who added it.
    pub auteur_id: String,
    /// When.
    pub cree_le: Instant,
    /// Why.
    pub motif: String,
    /// When, by whom and why it was withdrawn.
    pub retiree: Option<(Instant, String, String)>,
}

impl LocalValue {
    /// The value that a record keeps.
    pub fn coded(&self) -> Coded {
        Coded {
            thesaurus: self.thesaurus.clone(),
            version: LOCAL.to_owned(),
            code: self.code.clone(),
            label: self.label.clone(),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewLocalValue<'a> {
    /// The list it completes.
    pub thesaurus: &'a str,
    /// What a person will read.
    pub label: &'a str,
    /// The harmonised term it is offered under.
    pub parent: Option<&'a str>,
    /// Why the list does not do.
    pub motif: &'a str,
}

/// Why a local value was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// No such list.
    #[error("the list `{0}` is not loaded")]
    UnknownList(String),
    /// No label, or one too long.
    #[error("a label has 1 to 200 letters")]
    Label,
    /// No reason given.
    #[error("a reason is needed")]
    Reason,
    /// The list has this term.
    #[error("`{label}` ({code}) is in the list: choose it")]
    Harmonised {
        /// Its code.
        code: String,
        /// Its label.
        label: String,
    },
    /// The service has this value already.
    #[error("the service has this value already, as `{0}`")]
    Known(String),
    /// The term above is not in the active version.
    #[error("`{0}` is not in the active version")]
    UnknownParent(String),
    /// No such value, or withdrawn already.
    #[error("`{0}` is no local value in use")]
    Unknown(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LocalError {
    /// What a person reads: what is wrong and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::UnknownList(list) => format!("La liste «\u{a0}{list}\u{a0}» n'est pas chargée."),
            Self::Label => format!("Écrivez un libellé de {LONGEST}\u{a0}signes au plus."),
            Self::Reason => "Indiquez pourquoi.".into(),
            Self::Harmonised { code, label } => format!(
                "La liste harmonisée contient déjà «\u{a0}{label}\u{a0}» ({code})\u{a0}: choisissez ce terme."
            ),
            Self::Known(code) => {
                format!("Le service a déjà cette valeur, sous le code {code}. Choisissez-la.")
            }
            Self::UnknownParent(code) => format!(
                "Le terme supérieur «\u{a0}{code}\u{a0}» n'est pas dans la version en service. Choisissez-en un autre."
            ),
            Self::Unknown(code) => {
                format!("«\u{a0}{code}\u{a0}» n'est pas une valeur locale en usage.")
            }
            Self::Store(_) => "La base de données a refusé. Rien n'a été enregistré.".into(),
        }
    }
}

/// Adds a value of the service's own. Refused when the active version offers a term of that label, whatever its case
/// and accents: E3 and E6 of the publishers' agreement want the thesaurus first.
pub async fn add_local(
    tx: &mut Tx,
    now: Instant,
    auteur_id: &str,
    new: &NewLocalValue<'_>,
) -> Result<LocalValue, LocalError> {
    let (list, label, motif) = (new.thesaurus, new.label.trim(), new.motif.trim());
    if tx.one(KNOWN, args![list]).await?.is_none() {
        return Err(LocalError::UnknownList(list.to_owned()));
    }
    let plie = fold(label);
    if plie.is_empty() || label.chars().count() > LONGEST {
        return Err(LocalError::Label);
    }
    if motif.is_empty() {
        return Err(LocalError::Reason);
    }
    let harmonised = concepts(tx, list).await?;
    if let Some(term) = harmonised.iter().find(|c| c.active && fold(&c.label) == plie) {
        return Err(LocalError::Harmonised { code: term.code.clone(), label: term.label.clone() });
    }
    if let Some(parent) = new.parent.filter(|p| !harmonised.iter().any(|c| c.code == *p)) {
        return Err(LocalError::UnknownParent(parent.to_owned()));
    }
    if let Some(row) = tx.one(SAME, args![list, &plie]).await? {
        return Err(LocalError::Known(row.get("code")?));
    }
    // Values are withdrawn, never erased: their number only grows.
    let known = tx.one(HOW_MANY, args![list]).await?.map_or(Ok(0), |r| r.get::<i64>("n"))?;
    let value = LocalValue {
        thesaurus: list.to_owned(),
        code: format!("{PREFIX}{}", known + 1),
        label: label.to_owned(),
        parent: new.parent.map(str::to_owned),
        auteur_id: auteur_id.to_owned(),
        cree_le: now,
        motif: motif.to_owned(),
        retiree: None,
    };
    tx.execute(
        ADD,
        args![list, &value.code, &value.label, plie, value.parent.as_ref(), auteur_id, now, motif],
    )
    .await?;
    Ok(value)
}

/// Withdraws a local value: no longer offered, readable for ever.
pub async fn withdraw_local(
    tx: &mut Tx,
    now: Instant,
    auteur_id: &str,
    list: &str,
    code: &str,
    motif: &str,
) -> Result<(), LocalError> {
    if motif.trim().is_empty() {
        return Err(LocalError::Reason);
    }
    match tx.execute(WITHDRAW, args![list, code, now, auteur_id, motif.trim()]).await? {
        0 => Err(LocalError::Unknown(code.to_owned())),
        _ => Ok(()),
    }
}

/// The local values of a list, those withdrawn too, by label.
pub async fn locals(tx: &mut Tx, list: &str) -> Result<Vec<LocalValue>, StoreError> {
    tx.all(ALL_OF, args![list]).await?.iter().map(read).collect()
}

/// Whether a code is one of a local value.
pub(crate) fn is_code(code: &str) -> bool {
    code.starts_with(PREFIX)
}

/// The value to record for a local code, if it may be chosen: neither withdrawn, nor in the version in use by now.
pub(crate) async fn offered(tx: &mut Tx, list: &str, code: &str) -> Result<Option<Coded>, StoreError> {
    let Some(value) = kept(tx, list, code).await? else { return Ok(None) };
    let harmonised =
        Harmonised::of(concepts(tx, list).await?.iter().filter(|c| c.active).map(|c| (&c.code, &c.label)));
    Ok(Some(value).filter(|v| harmonised.of_label(&v.label).is_none()))
}

/// What a version offers, by folded label: a local value of the same label is no longer needed.
pub(crate) struct Harmonised(HashMap<String, (String, String)>);

impl Harmonised {
    /// From the codes and labels that may be chosen.
    pub(crate) fn of<'a>(terms: impl Iterator<Item = (&'a String, &'a String)>) -> Self {
        Self(terms.map(|(code, label)| (fold(label), (code.clone(), label.clone()))).collect())
    }

    /// The code and label of the term that says the same.
    pub(crate) fn of_label(&self, label: &str) -> Option<&(String, String)> {
        self.0.get(&fold(label))
    }
}

/// The value of a local code that was not withdrawn.
pub(crate) async fn kept(tx: &mut Tx, list: &str, code: &str) -> Result<Option<Coded>, StoreError> {
    match tx.one(OFFERED, args![list, code]).await? {
        Some(row) => row.coded(""),
        None => Ok(None),
    }
}

fn read(row: &Row) -> Result<LocalValue, StoreError> {
    let withdrawn: Option<Instant> = row.get("retiree_le")?;
    Ok(LocalValue {
        thesaurus: row.get("thesaurus_id")?,
        code: row.get("code")?,
        label: row.get("label")?,
        parent: row.get("parent")?,
        auteur_id: row.get("auteur_id")?,
        cree_le: row.get("cree_le")?,
        motif: row.get("motif")?,
        retiree: match withdrawn {
            Some(when) => Some((when, row.get("retiree_par")?, row.get("retiree_motif")?)),
            None => None,
        },
    })
}
