//! Sessions: a random token in a cookie, its SHA-256 in the database.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts, OriginalUri},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use sha2::{Digest as _, Sha256};
use store::{JournalLine, Outcome, StoreError, args};

use crate::{Guard, Role, accounts, password};

store::statements! {
    OPEN = "insert into session (jeton, compte_id, csrf, creee_le, vue_le, expire_le) values ($1, $2, $3, $4, $4, $5)";
    FIND = "select s.compte_id, s.csrf, s.vue_le, s.expire_le, c.nom, c.role, c.professionnel_id, c.centre_id, c.actif
        from session s join compte c on c.id = s.compte_id where s.jeton = $1";
    SEEN = "update session set vue_le = $2 where jeton = $1";
    CLOSE = "delete from session where jeton = $1";
    PURGE = "delete from session where expire_le < $1";
}

/// Name of the cookie.
pub const SESSION_COOKIE: &str = "tronc_session";

/// A session closes after this long without a request (30 minutes at most: grid, 31.3).
const IDLE_SECONDS: i64 = 30 * 60;
/// And after this long in any case (4 hours at most: grid, 31.3).
const ABSOLUTE_SECONDS: i64 = 4 * 3600;
/// The last request is written down at most this often, so that reading pages costs no write.
const SEEN_EVERY_SECONDS: i64 = 60;
/// From this many wrong passwords on, each new try waits.
const FREE_TRIES: i64 = 5;

/// The person who acts, from their session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Their account.
    pub compte_id: String,
    /// Their name.
    pub nom: String,
    /// Their role.
    pub role: Role,
    /// The professional they are.
    pub professionnel_id: Option<String>,
    /// Their usual centre.
    pub centre_id: Option<String>,
    /// The token that their forms carry.
    pub csrf: String,
}

impl Caller {
    /// The person at the command line or a job of the program: no session, the same journal.
    pub fn command(name: &str, role: Role) -> Self {
        Self {
            compte_id: "commande".into(),
            nom: name.to_owned(),
            role,
            professionnel_id: None,
            centre_id: None,
            csrf: String::new(),
        }
    }
}

/// A session just opened.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The value of the cookie; it is not kept anywhere else.
    pub token: String,
    /// Who signed in.
    pub nom: String,
}

/// Why nobody was signed in. The sentence is the same whether the login exists or not.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Wrong login or password.
    #[error("L'identifiant ou le mot de passe ne correspond pas. Vérifiez la saisie, puis recommencez.")]
    Wrong,
    /// Too many tries.
    #[error("Trop d'essais ont échoué. Attendez {0}\u{a0}secondes avant de recommencer.")]
    Wait(i64),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn digest(token: &str) -> String {
    base::hex(&Sha256::digest(token.as_bytes()))
}

impl Guard {
    /// Checks a login and a password and opens a session. Both outcomes are journalled.
    pub async fn sign_in(&self, identifiant: &str, mot_de_passe: &str) -> Result<SignedIn, SignInError> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let account = accounts::load(&mut tx, identifiant.trim()).await?;
        drop(tx);
        if let Some(wait) = account.as_ref().and_then(|a| a.attendre_jusqu).filter(|w| *w > now) {
            return Err(SignInError::Wait((wait.as_millis() - now.as_millis()) / 1000 + 1));
        }
        // The same work whether the account exists or not: time must not tell.
        let kept = account.as_ref().map_or_else(absent_account, |a| a.mot_de_passe.clone());
        let typed = mot_de_passe.to_owned();
        let right = verify_off_thread(typed, kept).await;
        let mut tx = self.db.begin().await?;
        let mut line = JournalLine {
            le: now,
            acteur_id: account.as_ref().map_or_else(|| "inconnu".to_owned(), |a| a.id.clone()),
            acteur_nom: account.as_ref().map_or_else(|| "inconnu".to_owned(), |a| a.nom.clone()),
            role: account.as_ref().map_or("", |a| a.role.as_str()).to_owned(),
            acte: "se_connecter".into(),
            finalite: "gestion".into(),
            objet: "compte".into(),
            objet_id: account.as_ref().map_or_else(String::new, |a| a.id.clone()),
            resultat: Outcome::Refuse,
            motif: None,
            avant: None,
            apres: None,
        };
        let Some(account) = account.filter(|a| right && a.actif) else {
            line.motif = Some("identifiant ou mot de passe refusé".into());
            store::write_journal(&mut tx, self.ids.as_ref(), &line).await?;
            if !line.objet_id.is_empty() {
                let failures = accounts::load(&mut tx, identifiant.trim()).await?.map_or(0, |a| a.echecs) + 1;
                let wait = (failures >= FREE_TRIES).then(|| {
                    // Doubles from 2 s to about a minute: slow for a machine, short for a person.
                    now.plus_seconds(2i64 << (failures - FREE_TRIES).min(5))
                });
                accounts::note_failure(&mut tx, &line.objet_id, wait).await?;
            }
            tx.commit().await?;
            return Err(SignInError::Wrong);
        };
        let token = base::hex(&self.ids.secret());
        let csrf = base::hex(&self.ids.secret());
        tx.execute(PURGE, args![now]).await?;
        tx.execute(OPEN, args![digest(&token), &account.id, csrf, now, now.plus_seconds(ABSOLUTE_SECONDS)])
            .await?;
        accounts::note_success(&mut tx, &account.id).await?;
        line.resultat = Outcome::Permis;
        store::write_journal(&mut tx, self.ids.as_ref(), &line).await?;
        tx.commit().await?;
        Ok(SignedIn { token, nom: account.nom })
    }

    /// The person behind a token, if the session is still open.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, StoreError> {
        let now = self.clock.now();
        let digest = digest(token);
        let mut tx = self.db.read().await?;
        let Some(row) = tx.one(FIND, args![&digest]).await? else { return Ok(None) };
        drop(tx);
        let seen: base::Instant = row.get("vue_le")?;
        let expires: base::Instant = row.get("expire_le")?;
        let open = row.get::<bool>("actif")? && now < expires && now < seen.plus_seconds(IDLE_SECONDS);
        let role: String = row.get("role")?;
        let Some(role) = Role::parse(&role).filter(|_| open) else { return Ok(None) };
        if now > seen.plus_seconds(SEEN_EVERY_SECONDS) {
            let mut tx = self.db.begin().await?;
            tx.execute(SEEN, args![&digest, now]).await?;
            tx.commit().await?;
        }
        Ok(Some(Caller {
            compte_id: row.get("compte_id")?,
            nom: row.get("nom")?,
            role,
            professionnel_id: row.get("professionnel_id")?,
            centre_id: row.get("centre_id")?,
            csrf: row.get("csrf")?,
        }))
    }

    /// Closes a session; an unknown token is no error.
    pub async fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.execute(CLOSE, args![digest(token)]).await?;
        tx.commit().await
    }
}

/// A hash that no password opens, with the cost of a real one.
fn absent_account() -> String {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    HASH.get_or_init(|| password::hash("personne ne se connecte ainsi").unwrap_or_default()).clone()
}

/// Verifies on a blocking thread: a password costs tens of milliseconds of computation on purpose.
async fn verify_off_thread(typed: String, kept: String) -> bool {
    tokio::task::spawn_blocking(move || password::verify(&typed, &kept)).await.unwrap_or(false)
}

/// The session token that a request carries.
pub fn session_token(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// What to tell a person, carried by an answer until it is dressed as a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// A few words.
    pub title: String,
    /// One or two sentences that say what to do.
    pub sentence: String,
}

impl Said {
    /// An answer with this status, in plain text, that carries the words for the page.
    pub(crate) fn answer(status: StatusCode, title: &str, sentence: &str) -> Response {
        let mut response = (status, sentence.to_owned()).into_response();
        response.extensions_mut().insert(Self { title: title.to_owned(), sentence: sentence.to_owned() });
        response
    }
}

/// Why a request has no caller: sent to the sign-in page, which leads back.
#[derive(Debug)]
pub enum NoCaller {
    /// Nobody is signed in.
    SignIn(String),
    /// The database does not answer.
    Unavailable,
}

impl IntoResponse for NoCaller {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(back) => Redirect::to(&format!("/connexion?retour={back}")).into_response(),
            Self::Unavailable => Said::answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service momentanément indisponible",
                "La base de données ne répond pas. Recommencez dans un instant.",
            ),
        }
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Guard: FromRef<S>,
{
    type Rejection = NoCaller;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        if let Some(known) = parts.extensions.get::<Arc<Self>>() {
            return Ok(known.as_ref().clone());
        }
        let guard = Guard::from_ref(state);
        let found = match session_token(&parts.headers) {
            Some(token) => guard.caller(&token).await.map_err(|e| {
                tracing::error!(error = %e, "the session could not be read");
                NoCaller::Unavailable
            })?,
            None => None,
        };
        let Some(caller) = found else {
            let path = parts
                .extensions
                .get::<OriginalUri>()
                .map_or_else(|| parts.uri.path().to_owned(), |u| u.path().to_owned());
            let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
            return Err(NoCaller::SignIn(back));
        };
        parts.extensions.insert(Arc::new(caller.clone()));
        Ok(caller)
    }
}
