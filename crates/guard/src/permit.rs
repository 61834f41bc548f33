//! Permits and units of work.

use std::{marker::PhantomData, pin::Pin, sync::Arc};

use base::{Clock, Date, IdSource, Instant};
use store::{Db, JournalLine, Outcome, StoreError, Tx};

use crate::{Act, Caller, EcrireDossier, LireDossier, Policy, SignerVisite};

/// The proof that a caller may do an act on a record, and that the journal says so.
///
/// Only this crate makes one, inside [`Guard::run`].
#[derive(Debug)]
pub struct Permit<A: Act> {
    object: String,
    act: PhantomData<A>,
}

impl<A: Act> Permit<A> {
    /// The record it is about. Functions use this identifier, not one they were handed beside it.
    pub fn object(&self) -> &str {
        &self.object
    }
}

impl Permit<EcrireDossier> {
    /// Who may write in a record may read it, on the same journal line.
    pub fn reading(&self) -> Permit<LireDossier> {
        Permit { object: self.object.clone(), act: PhantomData }
    }
}

impl Permit<SignerVisite> {
    /// Who signs a visit may write in the record, on the same journal line.
    pub fn writing(&self) -> Permit<EcrireDossier> {
        Permit { object: self.object.clone(), act: PhantomData }
    }
}

/// Why a person does something to a record (R. 4624-45-5: the trace says who, when and why).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Following the worker's health.
    PriseEnCharge,
    /// Making and moving appointments.
    Planification,
    /// Keeping the register of companies and workers.
    Gestion,
    /// Figures and quality.
    Pilotage,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::PriseEnCharge => "prise_en_charge",
            Self::Planification => "planification",
            Self::Gestion => "gestion",
            Self::Pilotage => "pilotage",
        }
    }
}

/// The answer "no", with its reason in French.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// What the person reads.
    pub sentence: String,
    /// Where the law says so.
    pub article: String,
}

/// A unit of work in progress: one transaction, one actor, one moment.
pub struct Work {
    /// The transaction.
    pub tx: Tx,
    caller: Caller,
    now: Instant,
    ids: Arc<dyn IdSource>,
    act: &'static str,
    objet: &'static str,
    purpose: Purpose,
    object: String,
}

impl Work {
    /// The moment of the whole unit.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The day of the whole unit, in France.
    pub fn today(&self) -> Date {
        self.now.day()
    }

    /// Who acts.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// A new identifier.
    pub fn new_id(&self) -> String {
        self.ids.next(self.now.as_millis())
    }

    /// Adds what changed to the journal: the state before and after, as JSON.
    pub async fn journal_change(
        &mut self,
        motif: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<(), StoreError> {
        let mut line = self.line(Outcome::Permis);
        line.motif = Some(motif.to_owned());
        line.avant = before;
        line.apres = after;
        store::write_journal(&mut self.tx, self.ids.as_ref(), &line).await
    }

    /// Announces something to other contexts, carried out after the commit.
    pub async fn announce(&mut self, sorte: &str, charge: &str) -> Result<(), StoreError> {
        store::enqueue(&mut self.tx, self.ids.as_ref(), self.now, sorte, charge).await
    }

    fn line(&self, resultat: Outcome) -> JournalLine {
        JournalLine {
            le: self.now,
            acteur_id: self.caller.compte_id.clone(),
            acteur_nom: self.caller.nom.clone(),
            role: self.caller.role.as_str().to_owned(),
            acte: self.act.to_owned(),
            finalite: self.purpose.as_str().to_owned(),
            objet: self.objet.to_owned(),
            objet_id: self.object.clone(),
            resultat,
            motif: None,
            avant: None,
            apres: None,
        }
    }
}

/// The body of a use case. Boxed, because the compiler cannot yet show that a borrowing `async` closure may
/// change threads.
pub type Job<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// The room's door: everything that touches a record passes here. Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

impl Guard {
    /// Over a database, a clock and a source of identifiers.
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { db, clock, ids }
    }

    /// The database, for commands and for what concerns nobody's record.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// A new identifier, for commands.
    pub fn new_id(&self) -> String {
        self.ids.next(self.clock.now().as_millis())
    }

    /// Whether the policy lets this caller do this act: what screens offer comes from here, and
    /// [`Guard::run`] decides again with the same table.
    pub fn offers<A: Act>(&self, caller: &Caller) -> bool {
        Policy::in_force().allows(caller.role, A::CODE)
    }

    /// Writes down an act that the policy allows and the law or the state of the record refused: what was
    /// refused can be found again with its reason.
    pub async fn note_refusal<A: Act>(
        &self,
        caller: &Caller,
        object: &str,
        purpose: Purpose,
        why: &str,
    ) -> Result<(), StoreError> {
        let line = JournalLine {
            le: self.clock.now(),
            acteur_id: caller.compte_id.clone(),
            acteur_nom: caller.nom.clone(),
            role: caller.role.as_str().to_owned(),
            acte: A::CODE.to_owned(),
            finalite: purpose.as_str().to_owned(),
            objet: A::OBJET.to_owned(),
            objet_id: object.to_owned(),
            resultat: Outcome::Refuse,
            motif: Some(why.to_owned()),
            avant: None,
            apres: None,
        };
        let mut tx = self.db.begin().await?;
        store::write_journal(&mut tx, self.ids.as_ref(), &line).await?;
        tx.commit().await
    }

    /// Carries out one use case in one transaction: decides, journals, runs `job`, commits.
    ///
    /// A refusal is journalled and returned; an error of `job` leaves nothing behind. The answer is only
    /// given once the journal is durable.
    ///
    /// `job` owns what it needs: `move |work, permit| Box::pin(async move { … })`.
    pub async fn run<A, T, E, F>(
        &self,
        caller: &Caller,
        object: &str,
        purpose: Purpose,
        job: F,
    ) -> Result<T, E>
    where
        A: Act,
        E: From<StoreError> + From<Refusal>,
        F: for<'a> FnOnce(&'a mut Work, &'a Permit<A>) -> Job<'a, T, E> + Send,
    {
        let rule = Policy::in_force().rule(A::CODE);
        let allowed = rule.is_some_and(|r| r.roles.contains(&caller.role));
        let journalled = !allowed || A::PERSONAL;
        let tx = if journalled || A::WRITES { self.db.begin().await? } else { self.db.read().await? };
        let mut work = Work {
            tx,
            caller: caller.clone(),
            now: self.clock.now(),
            ids: Arc::clone(&self.ids),
            act: A::CODE,
            objet: A::OBJET,
            purpose,
            object: object.to_owned(),
        };
        if !allowed {
            let refusal = rule.map_or_else(
                || Refusal { sentence: "Cet acte n'est ouvert à personne.".into(), article: String::new() },
                |r| Refusal { sentence: r.refus.clone(), article: r.article.clone() },
            );
            let mut line = work.line(Outcome::Refuse);
            line.motif = Some(refusal.sentence.clone());
            store::write_journal(&mut work.tx, self.ids.as_ref(), &line).await?;
            work.tx.commit().await?;
            return Err(refusal.into());
        }
        if journalled {
            let line = work.line(Outcome::Permis);
            store::write_journal(&mut work.tx, self.ids.as_ref(), &line).await?;
        }
        let permit = Permit { object: object.to_owned(), act: PhantomData };
        let answer = job(&mut work, &permit).await?;
        work.tx.commit().await?;
        Ok(answer)
    }
}
