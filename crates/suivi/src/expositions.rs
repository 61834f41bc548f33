//! Exposures: what a professional has recorded, kept apart from what a matrix proposes.

use base::{Coded, Instant, Period};
use guard::{EcrireDossier, LireDossier, Permit, Work};
use salaries::{PosteId, SalarieId};
use store::{Row, StoreError, Tx, Value, args};

use crate::VisiteId;

base::id!(ExpositionId, "an exposure");

store::statements! {
    OF_SALARIE = "select id, salarie_id, poste_id, agent_thesaurus, agent_version, agent_code, agent_label, declencheur,
            source, matrice_id, matrice_version, du, au, auteur_id, visite_id
        from exposition where salarie_id = $1 order by du desc, agent_label, id";
    REFUSER = "insert into proposition_refusee (salarie_id, thesaurus, version, code, auteur_id, le)
        values ($1, $2, $3, $4, $5, $6) on conflict (salarie_id, thesaurus, version, code) do nothing";
    REFUSEES = "select thesaurus, version, code from proposition_refusee where salarie_id = $1 order by thesaurus, version, code";
    OUBLIER_REFUS = "delete from proposition_refusee where salarie_id = $1 and thesaurus = $2 and version = $3 and code = $4";
    CLORE = "update exposition set au = $4 where salarie_id = $1 and agent_thesaurus = $2 and agent_code = $3
        and au is null and du < $4";
    RETIRER = "delete from exposition where salarie_id = $1 and visite_id = $2 and agent_thesaurus = $3 and agent_code = $4";
}

/// Where an exposure comes from; it stays readable for ever (grid, 17.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceExposition {
    /// Declared by the employer.
    Employeur,
    /// Said by the worker.
    Salarie,
    /// Proposed by a job-exposure matrix and recorded by a professional.
    Matrice,
    /// Recorded by a health professional on their own finding.
    Professionnel,
    /// Measured.
    Mesure,
}

impl SourceExposition {
    /// The word kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Employeur => "employeur",
            Self::Salarie => "salarie",
            Self::Matrice => "matrice",
            Self::Professionnel => "professionnel",
            Self::Mesure => "mesure",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Employeur => "déclarée par l'employeur",
            Self::Salarie => "dite par le salarié",
            Self::Matrice => "proposée par la matrice, constatée",
            Self::Professionnel => "constatée par un professionnel",
            Self::Mesure => "mesurée",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Employeur, Self::Salarie, Self::Matrice, Self::Professionnel, Self::Mesure]
            .into_iter()
            .find(|s| s.code() == text)
    }
}

/// The matrix whose proposal became a recorded exposure; kept for ever (grid, 17.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MatriceOrigine {
    /// The matrix.
    pub id: String,
    /// Its version on that day.
    pub version: String,
}

/// One recorded exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposition {
    /// Its identifier.
    pub id: ExpositionId,
    /// Whose it is.
    pub salarie_id: SalarieId,
    /// On which post; `None` when it goes with no post in particular.
    pub poste_id: Option<PosteId>,
    /// What to, with the label of the day.
    pub agent: Coded,
    /// The trigger of follow-up that it is, if it is one (`amiante`…).
    pub declencheur: Option<String>,
    /// Where it comes from.
    pub source: SourceExposition,
    /// The matrix that proposed it, when one did and it is known.
    pub matrice: Option<MatriceOrigine>,
    /// When it holds.
    pub duree: Period,
    /// Who recorded it.
    pub auteur_id: String,
    /// During which visit.
    pub visite_id: Option<VisiteId>,
}

/// The exposures of the worker of the permit, latest first.
pub async fn expositions(tx: &mut Tx, permit: &Permit<LireDossier>) -> Result<Vec<Exposition>, StoreError> {
    of_salarie(tx, permit.object()).await
}

pub(crate) async fn of_salarie(tx: &mut Tx, salarie_id: &str) -> Result<Vec<Exposition>, StoreError> {
    tx.all(OF_SALARIE, args![salarie_id]).await?.iter().map(read).collect()
}

/// Records an exposure for the worker of the permit. The due dates are computed again by the caller's use case.
pub async fn ajouter(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    new: &Exposition,
) -> Result<(), StoreError> {
    let exposition = Exposition { salarie_id: SalarieId::new(permit.object()), ..new.clone() };
    let now = work.now();
    insert_expositions(&mut work.tx, std::slice::from_ref(&exposition), now).await
}

/// Takes a proposal of a matrix as a fact, unless it is already one.
pub async fn accepter(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    new: &Exposition,
) -> Result<(), StoreError> {
    let agent = &new.agent;
    work.tx
        .execute(OUBLIER_REFUS, args![permit.object(), &agent.thesaurus, &agent.version, &agent.code])
        .await?;
    let known = of_salarie(&mut work.tx, permit.object()).await?;
    let there = known.iter().any(|e| {
        e.agent.thesaurus == agent.thesaurus
            && e.agent.code == agent.code
            && e.poste_id == new.poste_id
            && e.duree.to().is_none()
    });
    if there { Ok(()) } else { ajouter(work, permit, new).await }
}

/// Puts a proposal aside: it is not asked again for this worker in this version of the thesaurus. What was
/// taken during the same visit, still a draft, is taken back; what earlier visits recorded ends on the day of
/// this one and stays in the history.
pub async fn refuser(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    visite: &VisiteId,
    agent: &Coded,
) -> Result<(), StoreError> {
    let (who, now, today) = (work.caller().compte_id.clone(), work.now(), work.today());
    work.tx.execute(RETIRER, args![permit.object(), visite.as_str(), &agent.thesaurus, &agent.code]).await?;
    work.tx.execute(CLORE, args![permit.object(), &agent.thesaurus, &agent.code, today]).await?;
    work.tx
        .execute(REFUSER, args![permit.object(), &agent.thesaurus, &agent.version, &agent.code, who, now])
        .await?;
    Ok(())
}

/// The proposals put aside for the worker of the permit, as (thesaurus, version, code).
pub async fn refusees(
    tx: &mut Tx,
    permit: &Permit<LireDossier>,
) -> Result<Vec<(String, String, String)>, StoreError> {
    tx.all(REFUSEES, args![permit.object()])
        .await?
        .iter()
        .map(|r| Ok((r.get("thesaurus")?, r.get("version")?, r.get("code")?)))
        .collect()
}

/// Adds exposures, one or many, recorded at the given moment.
pub async fn insert_expositions(
    tx: &mut Tx,
    new: &[Exposition],
    recorded: Instant,
) -> Result<(), StoreError> {
    let columns = [
        "id",
        "salarie_id",
        "poste_id",
        "agent_thesaurus",
        "agent_version",
        "agent_code",
        "agent_label",
        "declencheur",
        "source",
        "matrice_id",
        "matrice_version",
        "du",
        "au",
        "auteur_id",
        "visite_id",
        "saisie_le",
    ];
    let rows = new.iter().map(|e| {
        let mut row: Vec<Value> =
            args![e.id.as_str(), e.salarie_id.as_str(), e.poste_id.as_ref().map(PosteId::as_str)];
        row.extend(Value::coded(Some(&e.agent)));
        row.extend(args![
            e.declencheur.as_ref(),
            e.source.code(),
            e.matrice.as_ref().map(|m| m.id.as_str()),
            e.matrice.as_ref().map(|m| m.version.as_str()),
            e.duree.from(),
            e.duree.to(),
            &e.auteur_id,
            e.visite_id.as_ref().map(VisiteId::as_str),
            recorded,
        ]);
        row
    });
    tx.insert_many("exposition", &columns, rows).await?;
    Ok(())
}

fn read(r: &Row) -> Result<Exposition, StoreError> {
    let corrupt =
        |column: &str, expected: &'static str| StoreError::Column { column: column.to_owned(), expected };
    let source: String = r.get("source")?;
    Ok(Exposition {
        id: ExpositionId::new(r.get::<String>("id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        poste_id: r.get::<Option<String>>("poste_id")?.map(PosteId::new),
        agent: r.coded("agent_")?.ok_or_else(|| corrupt("agent_code", "a code"))?,
        declencheur: r.get("declencheur")?,
        source: SourceExposition::parse(&source).ok_or_else(|| corrupt("source", "a source of exposure"))?,
        matrice: r
            .get::<Option<String>>("matrice_id")?
            .zip(r.get::<Option<String>>("matrice_version")?)
            .map(|(id, version)| MatriceOrigine { id, version }),
        duree: Period::new(r.get("du")?, r.get("au")?).map_err(|_| corrupt("au", "a day after `du`"))?,
        auteur_id: r.get("auteur_id")?,
        visite_id: r.get::<Option<String>>("visite_id")?.map(VisiteId::new),
    })
}
