//! What the watch asks of the exposures of everybody, without a name: typed for want of a term, observed, put aside.

use base::{AUTRE, Coded, Date};
use guard::{LireVeille, Permit};
use salaries::{SaisieAutre, SalarieId};
use store::{StoreError, Tx, args};

store::statements! {
    AUTRES = "select agent_thesaurus as thesaurus, agent_version as version, agent_label as label, salarie_id, auteur_id,
            count(*) as saisies
        from exposition where agent_code = 'autre'
        group by agent_thesaurus, agent_version, agent_label, salarie_id, auteur_id
        order by agent_thesaurus, agent_label, salarie_id, agent_version, auteur_id";
    // One row per agent: the engines gather identifiers much faster than rows travel. A bar says a worker, for what
    // goes with no post in particular.
    EN_COURS = "select agent_thesaurus as thesaurus, agent_code as code, max(agent_label) as label,
            string_agg(coalesce(poste_id, '/' || salarie_id), ',') as porteurs
        from exposition where du <= $1 and (au is null or au > $1)
        group by agent_thesaurus, agent_code order by agent_thesaurus, agent_code";
    REFUS = "select thesaurus, code, string_agg(salarie_id, ',') as salaries from proposition_refusee
        group by thesaurus, code order by thesaurus, code";
}

/// An agent that some are exposed to on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentConstate {
    /// Its list.
    pub thesaurus: String,
    /// Its code.
    pub code: String,
    /// A label it was recorded under.
    pub label: String,
    porteurs: String,
}

/// What an exposure goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Porteur<'a> {
    /// A post.
    Poste(&'a str),
    /// A worker, on no post in particular.
    Salarie(&'a str),
}

impl AgentConstate {
    /// An agent and what its exposures go with.
    pub fn new<'a>(
        thesaurus: &str,
        code: &str,
        label: &str,
        porteurs: impl IntoIterator<Item = Porteur<'a>>,
    ) -> Self {
        let tokens: Vec<String> = porteurs
            .into_iter()
            .map(|p| match p {
                Porteur::Poste(id) => id.to_owned(),
                Porteur::Salarie(id) => format!("/{id}"),
            })
            .collect();
        let text = str::to_owned;
        Self { thesaurus: text(thesaurus), code: text(code), label: text(label), porteurs: tokens.join(",") }
    }

    /// What each of its exposures goes with.
    pub fn porteurs(&self) -> impl Iterator<Item = Porteur<'_>> {
        self.porteurs.split(',').filter(|t| !t.is_empty()).map(|token| match token.strip_prefix('/') {
            Some(id) => Porteur::Salarie(id),
            None => Porteur::Poste(token),
        })
    }
}

/// An agent that professionals put aside, proposed by a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEcarte {
    /// Its list.
    pub thesaurus: String,
    /// Its code.
    pub code: String,
    /// The workers for whom it was put aside, in whatever version; one may come twice.
    pub salaries: Vec<SalarieId>,
}

/// Every exposure typed as "autre", by worker and author.
pub async fn expositions_absentes(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
) -> Result<Vec<SaisieAutre>, StoreError> {
    tx.all(AUTRES, args![])
        .await?
        .iter()
        .map(|r| {
            let author: String = r.get("auteur_id")?;
            Ok(SaisieAutre {
                valeur: Coded {
                    thesaurus: r.get("thesaurus")?,
                    version: r.get("version")?,
                    code: AUTRE.to_owned(),
                    label: r.get("label")?,
                },
                salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
                auteur: Some(author).filter(|a| !a.is_empty()),
                saisies: r.get("saisies")?,
            })
        })
        .collect()
}

/// Every agent that somebody is exposed to on a day.
pub async fn agents_constates(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
    le: Date,
) -> Result<Vec<AgentConstate>, StoreError> {
    tx.all(EN_COURS, args![le])
        .await?
        .iter()
        .map(|r| {
            Ok(AgentConstate {
                thesaurus: r.get("thesaurus")?,
                code: r.get("code")?,
                label: r.get("label")?,
                porteurs: r.get("porteurs")?,
            })
        })
        .collect()
}

/// Every agent that was put aside for somebody.
pub async fn agents_ecartes(
    tx: &mut Tx,
    _permit: &Permit<LireVeille>,
) -> Result<Vec<AgentEcarte>, StoreError> {
    tx.all(REFUS, args![])
        .await?
        .iter()
        .map(|r| {
            let workers: String = r.get("salaries")?;
            Ok(AgentEcarte {
                thesaurus: r.get("thesaurus")?,
                code: r.get("code")?,
                salaries: workers.split(',').map(SalarieId::new).collect(),
            })
        })
        .collect()
}
