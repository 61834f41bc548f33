//! Who is acting, what they may do, and the line that proves it.
//!
//! A function that touches a person's record takes a [`Permit`]. Only [`Guard::run`] makes one: it asks the
//! policy (`droit/acces.toml`), writes the journal line in the transaction of the act, and commits before the
//! answer leaves. Code that forgets to ask does not compile.

mod accounts;
mod acts;
mod fields;
mod password;
mod permit;
mod policy;
mod role;
mod session;
mod upload;

pub use accounts::{Account, AccountError, NewAccount};
pub use acts::{
    Act, ChercherSalarie, DeposerDemande, EcrireAdherent, EcrireDossier, EcrireIdentite, GererService,
    InstruireDemande, LireAdherent, LireAdministration, LireAgenda, LireChiffres, LireDossier, LireIdentite,
    LirePublication, LireThesaurus, LireVeille, PlanifierVisite, PreparerPublication, SignerVisite,
};
pub use fields::{Fields, FieldsRejection};
pub use permit::{Guard, Job, Permit, Purpose, Refusal, Work};
pub use policy::{ActRule, Policy};
pub use role::Role;
pub use session::{Caller, NoCaller, SESSION_COOKIE, Said, SignInError, SignedIn, session_token};
pub use upload::{Upload, UploadRejection};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[accounts::ALL, session::ALL];
