//! Favourites of a person and of the service: they order what is proposed and never hide a term
//! (thesauri.md, A9).

use base::Instant;
use store::{StoreError, Tx, args};

mod pages;

pub(crate) use pages::{routes, star, suggested};

store::statements! {
    MARKS = "select code, compte_id, ajoute_le from favori where thesaurus_id = $1 and compte_id in ($2, '')
        order by compte_id desc, ajoute_le, code";
    ADD = "insert into favori (thesaurus_id, compte_id, code, ajoute_le) values ($1, $2, $3, $4)
        on conflict do nothing";
    REMOVE = "delete from favori where thesaurus_id = $1 and compte_id = $2 and code = $3";
    COUNT = "select count(*) as n, count(case when code = $3 then 1 end) as celui_ci from favori
        where thesaurus_id = $1 and compte_id = $2";
}

/// Favourites that one person, or the service, may keep in one list. More would order nothing.
const MOST: i64 = 100;

/// Whose favourite a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portee<'a> {
    /// The person with this account.
    Compte(&'a str),
    /// Everybody in the service.
    Service,
}

impl Portee<'_> {
    /// The word of the database: nobody has an account without a name.
    fn key(self) -> String {
        match self {
            Self::Compte(id) => id.to_owned(),
            Self::Service => String::new(),
        }
    }
}

/// A favourite term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favori {
    /// The code of the term.
    pub code: String,
    /// Whether the whole service has it; the person alone otherwise.
    pub service: bool,
    /// When it was added.
    pub ajoute_le: Instant,
}

/// What became of a favourite to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ajout {
    /// It is one now.
    Fait,
    /// It was one already.
    DejaLa,
    /// There are a hundred in this list: one must go first.
    TropNombreux,
}

/// The favourites of a list for the person with this account: theirs in the order they added them, then the
/// service's.
pub async fn favoris(tx: &mut Tx, list: &str, compte: &str) -> Result<Vec<Favori>, StoreError> {
    let mut favoris = Vec::new();
    for row in tx.all(MARKS, args![list, compte]).await? {
        favoris.push(Favori {
            code: row.get("code")?,
            service: row.get::<String>("compte_id")?.is_empty(),
            ajoute_le: row.get("ajoute_le")?,
        });
    }
    Ok(favoris)
}

/// The same as codes, each once: the hint that [`crate::Index::search_for`] takes.
pub async fn codes_favoris(tx: &mut Tx, list: &str, compte: &str) -> Result<Vec<String>, StoreError> {
    let mut codes: Vec<String> = Vec::new();
    for favori in favoris(tx, list, compte).await? {
        if !codes.contains(&favori.code) {
            codes.push(favori.code);
        }
    }
    Ok(codes)
}

/// Adds a favourite. Whether the term exists is the caller's to know.
pub async fn ajouter_favori(
    tx: &mut Tx,
    now: Instant,
    list: &str,
    code: &str,
    portee: Portee<'_>,
) -> Result<Ajout, StoreError> {
    let whose = portee.key();
    let (known, others): (bool, i64) = match tx.one(COUNT, args![list, &whose, code]).await? {
        Some(row) => (row.get::<i64>("celui_ci")? > 0, row.get("n")?),
        None => (false, 0),
    };
    if !known && others >= MOST {
        return Ok(Ajout::TropNombreux);
    }
    let added = tx.execute(ADD, args![list, &whose, code, now]).await?;
    Ok(if added == 0 { Ajout::DejaLa } else { Ajout::Fait })
}

/// Takes a favourite away; whether it was one.
pub async fn retirer_favori(
    tx: &mut Tx,
    list: &str,
    code: &str,
    portee: Portee<'_>,
) -> Result<bool, StoreError> {
    Ok(tx.execute(REMOVE, args![list, portee.key(), code]).await? > 0)
}
