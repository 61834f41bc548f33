//! Accounts of the people of the service.

use base::Instant;
use store::{Row, StoreError, Tx, args};

use crate::{Guard, Role, password};

store::statements! {
    INSERT = "insert into compte (id, identifiant, nom, role, mot_de_passe, professionnel_id, centre_id, actif, cree_le, echecs)
        values ($1, $2, $3, $4, $5, $6, $7, true, $8, 0)";
    BY_LOGIN = "select id, identifiant, nom, role, mot_de_passe, professionnel_id, centre_id, actif, echecs, attendre_jusqu
        from compte where identifiant = $1";
    LIST = "select id, identifiant, nom, role, mot_de_passe, professionnel_id, centre_id, actif, echecs, attendre_jusqu
        from compte order by identifiant";
    FAILURE = "update compte set echecs = echecs + 1, attendre_jusqu = $2 where id = $1";
    SUCCESS = "update compte set echecs = 0, attendre_jusqu = null where id = $1";
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identifier.
    pub id: String,
    /// What the person types to sign in.
    pub identifiant: String,
    /// The person's name.
    pub nom: String,
    /// What they may do.
    pub role: Role,
    /// The professional they are, when they hold visits or actions.
    pub professionnel_id: Option<String>,
    /// Their usual centre.
    pub centre_id: Option<String>,
    /// Whether the account still opens.
    pub actif: bool,
    pub(crate) mot_de_passe: String,
    pub(crate) echecs: i64,
    pub(crate) attendre_jusqu: Option<Instant>,
}

/// What is needed to make an account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What the person will type to sign in.
    pub identifiant: String,
    /// The person's name.
    pub nom: String,
    /// What they may do.
    pub role: Role,
    /// Their password, at least twelve characters.
    pub mot_de_passe: String,
    /// The professional they are.
    pub professionnel_id: Option<String>,
    /// Their usual centre.
    pub centre_id: Option<String>,
}

/// Why an account was not made. In English: accounts are made on the command line.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Too short.
    #[error("the password must have at least 12 characters")]
    WeakPassword,
    /// Not a login.
    #[error("the login `{0}` must have 2 to 64 letters, digits, dots or hyphens")]
    BadLogin(String),
    /// Taken.
    #[error("the login `{0}` is already in use")]
    Taken(String),
    /// The system gave no randomness.
    #[error("the password could not be protected: the system gives no random bytes")]
    NoRandomness,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Guard {
    /// Makes an account. Called from the command line and the demonstration, inside their transaction.
    pub async fn add_account(&self, tx: &mut Tx, new: &NewAccount) -> Result<String, AccountError> {
        if new.mot_de_passe.chars().count() < 12 {
            return Err(AccountError::WeakPassword);
        }
        let login_ok = (2..=64).contains(&new.identifiant.len())
            && new.identifiant.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        if !login_ok {
            return Err(AccountError::BadLogin(new.identifiant.clone()));
        }
        if load(tx, &new.identifiant).await?.is_some() {
            return Err(AccountError::Taken(new.identifiant.clone()));
        }
        let hashed = password::hash(&new.mot_de_passe).ok_or(AccountError::NoRandomness)?;
        let now = self.clock.now();
        let id = self.ids.next(now.as_millis());
        tx.execute(
            INSERT,
            args![
                &id,
                new.identifiant.to_lowercase(),
                &new.nom,
                new.role.as_str(),
                hashed,
                new.professionnel_id.as_ref(),
                new.centre_id.as_ref(),
                now,
            ],
        )
        .await?;
        Ok(id)
    }

    /// All accounts, by login.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let mut tx = self.db.read().await?;
        tx.all(LIST, Vec::new()).await?.iter().map(account).collect()
    }
}

pub(crate) async fn load(tx: &mut Tx, identifiant: &str) -> Result<Option<Account>, StoreError> {
    tx.one(BY_LOGIN, args![identifiant.to_lowercase()]).await?.as_ref().map(account).transpose()
}

pub(crate) async fn note_failure(
    tx: &mut Tx,
    id: &str,
    wait_until: Option<Instant>,
) -> Result<(), StoreError> {
    tx.execute(FAILURE, args![id, wait_until]).await.map(|_| ())
}

pub(crate) async fn note_success(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(SUCCESS, args![id]).await.map(|_| ())
}

fn account(row: &Row) -> Result<Account, StoreError> {
    let role: String = row.get("role")?;
    Ok(Account {
        id: row.get("id")?,
        identifiant: row.get("identifiant")?,
        nom: row.get("nom")?,
        role: Role::parse(&role).ok_or(StoreError::Column { column: "role".into(), expected: "a role" })?,
        professionnel_id: row.get("professionnel_id")?,
        centre_id: row.get("centre_id")?,
        actif: row.get("actif")?,
        mot_de_passe: row.get("mot_de_passe")?,
        echecs: row.get("echecs")?,
        attendre_jusqu: row.get("attendre_jusqu")?,
    })
}
