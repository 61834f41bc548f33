//! The gap between what matrices propose for a job and what was observed on those who hold it (grid, 17.4). Counts
//! only, and only for jobs held by enough workers.

use std::collections::{HashMap, HashSet};

use base::{AUTRE, Coded, Date};
use guard::{LireVeille, Permit};
use salaries::{MetierTenu, PosteId};
use store::{StoreError, Tx};
use suivi::{AgentConstate, AgentEcarte, Porteur};
use thesaurus::{MatrixKind, Plausibilite, Proposition};

/// No job is shown under this number of workers, whatever is asked: nobody must be recognised.
pub(crate) const SEUIL_MINIMAL: usize = 5;

/// A job, and what was found of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ecart {
    /// The job, in the latest version it is held under.
    pub(crate) metier: Coded,
    /// Workers who hold it.
    pub(crate) salaries: usize,
    /// What its matrices propose.
    pub(crate) propositions: Vec<Ligne>,
    /// What was observed and is proposed by none.
    pub(crate) hors: Vec<Hors>,
    /// As many exposures more, each on fewer workers than the threshold: told together.
    pub(crate) hors_rares: usize,
}

/// A proposal of a matrix, and what became of it: the three counts make up the workers of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ligne {
    pub(crate) agent: Coded,
    /// What the matrix is called.
    pub(crate) titre: String,
    pub(crate) matrice: String,
    pub(crate) version: String,
    pub(crate) plausibilite: Option<Plausibilite>,
    pub(crate) constatees: usize,
    pub(crate) ecartees: usize,
    pub(crate) non_examinees: usize,
}

/// An exposure observed on a job that no matrix proposes for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hors {
    pub(crate) thesaurus: String,
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) salaries: usize,
}

impl Ecart {
    /// The sums of a count over all proposals.
    pub(crate) fn total(&self, count: fn(&Ligne) -> usize) -> usize {
        self.propositions.iter().map(count).sum()
    }
}

/// What was read so far: jobs first, then what was observed and put aside. Jobs, workers and agents have their rank.
#[derive(Default)]
struct Releve {
    workers: HashMap<String, u32>,
    /// Post to job and worker.
    posts: HashMap<String, (u32, u32)>,
    /// Jobs of a worker, by rank of the worker.
    jobs_of: Vec<Vec<u32>>,
    jobs: HashMap<(String, String), u32>,
    /// The names a job is held under.
    names: HashMap<u32, Vec<Coded>>,
    agents: HashMap<(String, String), (u32, String)>,
    /// Job, agent, worker, whether put aside.
    facts: Vec<(u32, u32, u32, bool)>,
}

/// The rank of what comes next.
fn rank(known: usize) -> u32 {
    u32::try_from(known).unwrap_or(u32::MAX)
}

impl Releve {
    fn metier(&mut self, m: &MetierTenu) {
        if m.emploi.is_autre() {
            return;
        }
        let next = rank(self.jobs.len());
        let job = *self.jobs.entry((m.emploi.thesaurus.clone(), m.emploi.code.clone())).or_insert(next);
        self.names.entry(job).or_default().push(m.emploi.clone());
        for (poste, salarie) in m.postes() {
            let worker = if let Some(known) = self.workers.get(salarie) {
                *known
            } else {
                let next = rank(self.workers.len());
                self.workers.insert(salarie.to_owned(), next);
                self.jobs_of.push(Vec::new());
                next
            };
            if let Some(jobs) = self.jobs_of.get_mut(worker as usize)
                && !jobs.contains(&job)
            {
                jobs.push(job);
            }
            self.posts.insert(poste.to_owned(), (job, worker));
        }
    }

    /// A post goes on another under a replaced code: what is tied to the second is tied to the first.
    fn suites(&mut self, pairs: &[(PosteId, PosteId)]) {
        let before: HashMap<&str, &str> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        for (next, _) in pairs {
            let Some(held) = self.posts.get(next.as_str()).copied() else { continue };
            let (mut last, mut left) = (next.as_str(), pairs.len());
            while let Some(former) = before.get(last).filter(|_| left > 0) {
                self.posts.entry((*former).to_owned()).or_insert(held);
                (last, left) = (former, left - 1);
            }
        }
    }

    fn agent(&mut self, thesaurus: &str, code: &str, label: &str) -> u32 {
        let next = rank(self.agents.len());
        self.agents.entry((thesaurus.to_owned(), code.to_owned())).or_insert((next, label.to_owned())).0
    }

    fn constat(&mut self, a: &AgentConstate) {
        if a.code == AUTRE {
            return;
        }
        let agent = self.agent(&a.thesaurus, &a.code, &a.label);
        for porteur in a.porteurs() {
            match porteur {
                Porteur::Poste(id) => {
                    if let Some((job, worker)) = self.posts.get(id).copied() {
                        self.facts.push((job, agent, worker, false));
                    }
                }
                Porteur::Salarie(id) => self.on_every_job(id, agent, false),
            }
        }
    }

    fn refus(&mut self, a: &AgentEcarte) {
        let agent = self.agent(&a.thesaurus, &a.code, "");
        for salarie in &a.salaries {
            self.on_every_job(salarie.as_str(), agent, true);
        }
    }

    fn on_every_job(&mut self, salarie: &str, agent: u32, refused: bool) {
        let Some(worker) = self.workers.get(salarie).copied() else { return };
        for job in self.jobs_of.get(worker as usize).into_iter().flatten() {
            self.facts.push((*job, agent, worker, refused));
        }
    }

    /// Counts, and keeps the jobs held by enough workers.
    fn compter(mut self, seuil: usize) -> Comptes {
        // What was observed comes before what was refused: a proposal first put aside, then met, is observed.
        self.facts.sort_unstable();
        self.facts.dedup_by_key(|(job, agent, worker, _)| (*job, *agent, *worker));
        let mut counts: HashMap<u32, HashMap<u32, (usize, usize)>> = HashMap::new();
        for (job, agent, _, refused) in self.facts {
            let count = counts.entry(job).or_default().entry(agent).or_default();
            if refused { count.1 += 1 } else { count.0 += 1 }
        }
        let mut workers: HashMap<u32, usize> = HashMap::new();
        for job in self.jobs_of.into_iter().flatten() {
            *workers.entry(job).or_default() += 1;
        }
        let mut jobs: Vec<Metier> = self
            .names
            .into_iter()
            .filter_map(|(job, mut names)| {
                let salaries = workers.get(&job).copied().filter(|n| *n >= seuil)?;
                names.sort_by(|a, b| b.version.cmp(&a.version).then(a.label.cmp(&b.label)));
                Some(Metier { names, salaries, counts: counts.remove(&job).unwrap_or_default() })
            })
            .collect();
        jobs.sort_by(|a, b| names_of(a).cmp(&names_of(b)));
        Comptes { jobs, agents: self.agents, seuil }
    }
}

/// A job held by enough workers, with the two counts of each agent: observed, put aside.
struct Metier {
    /// Never empty: a job comes with the name it is held under; the latest version first.
    names: Vec<Coded>,
    salaries: usize,
    counts: HashMap<u32, (usize, usize)>,
}

fn names_of(job: &Metier) -> Option<(&str, &str)> {
    job.names.first().map(|n| (n.label.as_str(), n.code.as_str()))
}

struct Comptes {
    jobs: Vec<Metier>,
    agents: HashMap<(String, String), (u32, String)>,
    seuil: usize,
}

impl Comptes {
    /// Sets the counts of a job beside what its matrices propose.
    fn comparer(&self, job: &Metier, proposed: Vec<Proposition>) -> Option<Ecart> {
        let mut known: HashSet<u32> = HashSet::new();
        let mut lines: Vec<Ligne> = Vec::new();
        let mut said: HashSet<(String, String)> = HashSet::new();
        for p in proposed.into_iter().filter(|p| p.genre == MatrixKind::Exposition) {
            let key = (p.agent.thesaurus.clone(), p.agent.code.clone());
            let rank = self.agents.get(&key).map(|(rank, _)| *rank);
            if !said.insert(key) {
                continue;
            }
            known.extend(rank);
            let (seen, refused) = rank.and_then(|r| job.counts.get(&r)).copied().unwrap_or_default();
            lines.push(Ligne {
                agent: p.agent,
                titre: p.titre,
                matrice: p.matrice,
                version: p.version,
                plausibilite: p.plausibilite,
                constatees: seen,
                ecartees: refused,
                non_examinees: job.salaries.saturating_sub(seen + refused),
            });
        }
        let (mut outside, mut rare) = (Vec::new(), 0);
        for ((thesaurus, code), (rank, label)) in &self.agents {
            let seen = job.counts.get(rank).map_or(0, |c| c.0);
            match seen {
                0 => {}
                _ if known.contains(rank) => {}
                n if n < self.seuil => rare += 1,
                salaries => outside.push(Hors {
                    thesaurus: thesaurus.clone(),
                    code: code.clone(),
                    label: label.clone(),
                    salaries,
                }),
            }
        }
        outside.sort_by(|a, b| {
            b.salaries.cmp(&a.salaries).then(a.label.cmp(&b.label)).then(a.code.cmp(&b.code))
        });
        Some(Ecart {
            metier: job.names.first()?.clone(),
            salaries: job.salaries,
            propositions: lines,
            hors: outside,
            hors_rares: rare,
        })
    }
}

/// Reads everything on one view of the data, job by job in the order of their names.
pub(crate) async fn lire(
    tx: &mut Tx,
    permit: &Permit<LireVeille>,
    le: Date,
    seuil: usize,
) -> Result<Vec<Ecart>, StoreError> {
    let mut releve = Releve::default();
    for m in salaries::metiers_tenus(tx, permit, le).await? {
        releve.metier(&m);
    }
    releve.suites(&salaries::suites_de_postes(tx, permit).await?);
    for a in suivi::agents_constates(tx, permit, le).await? {
        releve.constat(&a);
    }
    for a in suivi::agents_ecartes(tx, permit).await? {
        releve.refus(&a);
    }
    let counts = releve.compter(seuil.max(SEUIL_MINIMAL));
    let mut gaps = Vec::with_capacity(counts.jobs.len());
    for job in &counts.jobs {
        let mut proposed = Vec::new();
        for name in &job.names {
            proposed.extend(thesaurus::propositions(tx, name).await?);
        }
        gaps.extend(counts.comparer(job, proposed));
    }
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use salaries::SalarieId;

    use super::*;

    const EXPOSITIONS: &str = "expositions";

    fn job(code: &str, posts: &[(&str, &str)]) -> MetierTenu {
        let emploi = Coded {
            thesaurus: "professions".into(),
            version: "2026".into(),
            code: code.into(),
            label: format!("Métier {code}"),
        };
        MetierTenu::new(emploi, posts.iter().copied())
    }

    fn seen(agent: &str, on: &[Porteur<'_>]) -> AgentConstate {
        AgentConstate::new(EXPOSITIONS, agent, &format!("Agent {agent}"), on.iter().copied())
    }

    fn refused(agent: &str, workers: &[&str]) -> AgentEcarte {
        AgentEcarte {
            thesaurus: EXPOSITIONS.into(),
            code: agent.into(),
            salaries: workers.iter().map(|w| SalarieId::new(*w)).collect(),
        }
    }

    const MASONS: [(&str, &str); 6] =
        [("p1", "s1"), ("p2", "s2"), ("p3", "s3"), ("p4", "s4"), ("p5", "s5"), ("p6", "s6")];

    /// Six masons, the first also a driver.
    fn releve() -> Releve {
        let mut r = Releve::default();
        r.metier(&job("M", &MASONS));
        r.metier(&job("C", &[("p7", "s1")]));
        r.metier(&job(AUTRE, &[("p8", "s2"), ("p9", "s9")]));
        r
    }

    fn counts_of(r: Releve, agent: &str) -> (usize, usize) {
        let counts = r.compter(5);
        let rank = counts.agents.get(&(EXPOSITIONS.to_owned(), agent.to_owned())).map(|a| a.0);
        rank.and_then(|r| counts.jobs[0].counts.get(&r)).copied().unwrap_or_default()
    }

    #[test]
    fn chaque_salarie_compte_une_fois_et_le_constat_l_emporte_sur_le_refus() {
        let mut r = releve();
        r.constat(&seen("E1", &[Porteur::Poste("p1"), Porteur::Poste("p1"), Porteur::Salarie("s2")]));
        r.refus(&refused("E1", &["s2", "s3", "s3"]));
        assert_eq!(counts_of(r, "E1"), (2, 1));
    }

    #[test]
    fn l_exposition_d_un_poste_ne_compte_que_pour_son_metier() {
        let mut r = releve();
        r.constat(&seen("E2", &[Porteur::Poste("p7"), Porteur::Poste("p99"), Porteur::Salarie("s9")]));
        assert_eq!(counts_of(r, "E2"), (0, 0));
    }

    #[test]
    fn ce_qui_a_ete_releve_avant_un_changement_de_code_suit_le_poste() {
        let mut r = releve();
        let pair = |a: &str, b: &str| (PosteId::new(a), PosteId::new(b));
        r.suites(&[pair("p1", "p0"), pair("p0", "p00"), pair("p77", "p78")]);
        r.constat(&seen("E1", &[Porteur::Poste("p00"), Porteur::Poste("p0"), Porteur::Poste("p78")]));
        assert_eq!(counts_of(r, "E1"), (1, 0));
    }

    #[test]
    fn un_metier_tenu_par_trop_peu_de_salaries_ne_se_montre_pas() {
        let counts = releve().compter(5);
        assert_eq!(counts.jobs.iter().map(|j| j.salaries).collect::<Vec<_>>(), [6], "the driver is alone");
        assert!(releve().compter(7).jobs.is_empty());
    }

    #[test]
    fn hors_matrice_les_expositions_rares_sont_dites_ensemble() {
        let mut r = releve();
        let five: Vec<Porteur<'_>> = MASONS[..5].iter().map(|(p, _)| Porteur::Poste(p)).collect();
        r.constat(&seen("E3", &five));
        r.constat(&seen("E4", &[Porteur::Poste("p6")]));
        r.constat(&seen(AUTRE, &[Porteur::Poste("p6")]));
        let counts = r.compter(5);
        let gap = counts.comparer(&counts.jobs[0], Vec::new()).expect("the job has a name");
        assert_eq!(gap.hors.iter().map(|h| (h.code.as_str(), h.salaries)).collect::<Vec<_>>(), [("E3", 5)]);
        assert_eq!((gap.hors_rares, gap.propositions.len()), (1, 0));
    }
}
