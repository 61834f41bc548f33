//! The demonstration: a believable French service, invented from a seed.
//!
//! The same seed on the same day gives the same data, byte for byte, on both engines; only the accounts differ,
//! because passwords are salted. Everything is written in **one transaction**: a generation that is stopped leaves
//! an empty database, and can be started again. Workers are made, assessed and written by blocks, so that memory
//! does not grow with the kit; what is kept for the whole run is the list of establishments and of those whose
//! next visit is near.
//!
//! Nobody in it exists: company numbers are taken beyond those in use, telephone numbers among those kept for
//! fiction, electronic addresses in a domain kept for examples.

mod agenda;
mod bilan;
mod catalogue;
mod entreprises;
mod equipe;
mod hasard;
mod historique;
mod jours;
mod metiers;
mod parcours;
mod personnes;
mod sante;
#[cfg(test)]
mod tests;

use base::{Date, IdSource as _, SeededIds};
use droit::Evaluation;
use guard::{AccountError, Guard, Role};
use organisation::CentreId;
use salaries::{Contrat, NouveauSalarie, Poste, SalarieId};
use store::{StoreError, Tx};
use suivi::{Exposition, Visite};
use thesaurus::LoadError;

pub(crate) use agenda::Planned;
pub(crate) use bilan::Report;

use agenda::Attente;
use catalogue::Catalogue;
use entreprises::Adherents;
use equipe::Equipe;
use hasard::Hasard;
use historique::Comptes;
use parcours::Parts;
use personnes::Registre;

/// The size of a demonstration. One generator makes them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kit {
    /// Establishments of the members.
    pub(crate) etablissements: u32,
    /// Workers followed.
    pub(crate) salaries: u32,
    /// Visits, past and planned.
    pub(crate) visites: u32,
    /// Lines of exposure.
    pub(crate) expositions: u32,
}

impl Kit {
    /// For tests and the demonstration.
    pub(crate) const XS: Self =
        Self { etablissements: 300, salaries: 4_000, visites: 15_000, expositions: 30_000 };
    /// A small service: the size of benchmarks unless they say otherwise.
    pub(crate) const S: Self =
        Self { etablissements: 7_500, salaries: 80_000, visites: 250_000, expositions: 800_000 };
    /// The largest service of the country.
    pub(crate) const M: Self =
        Self { etablissements: 90_000, salaries: 1_000_000, visites: 3_000_000, expositions: 10_000_000 };

    /// Reads `xs`, `s` or `m`, whatever the case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "xs" => Some(Self::XS),
            "s" => Some(Self::S),
            "m" => Some(Self::M),
            _ => None,
        }
    }
}

/// An account of the demonstration, printed as it is: nothing behind it is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Login {
    /// What is typed to sign in.
    pub(crate) identifiant: &'static str,
    /// The password.
    pub(crate) mot_de_passe: &'static str,
    /// First name of the person behind it.
    pub(crate) prenom: &'static str,
    /// Their name.
    pub(crate) nom: &'static str,
    /// What they may do.
    pub(crate) role: Role,
}

const MOT_DE_PASSE: &str = "demonstration-2026";

const fn login(identifiant: &'static str, prenom: &'static str, nom: &'static str, role: Role) -> Login {
    Login { identifiant, mot_de_passe: MOT_DE_PASSE, prenom, nom, role }
}

const LOGINS: &[Login] = &[
    login("medecin", "Claire", "Morvan-Duteil", Role::Medecin),
    login("infirmier", "Julien", "Perrinot", Role::Infirmier),
    login("secretaire", "Nadia", "Benhamou-Lys", Role::Secretaire),
    login("iprp", "Thomas", "Lefaucheur", Role::Iprp),
    login("direction", "Isabelle", "Carpentras", Role::Direction),
    login("informatique", "Marc", "Vidaloup", Role::Informatique),
];

/// The accounts that every demonstration has, the doctor first.
pub(crate) fn logins() -> &'static [Login] {
    LOGINS
}

/// Why a demonstration was not made; nothing was written. In English: it is asked for on the command line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// Somebody works in this database.
    #[error(
        "the database already holds a service or member companies: a demonstration is only made in an empty one"
    )]
    NotEmpty,
    /// Another list stands in the place of the starter one.
    #[error("the list `{list}` in use has no term `{code}`: the demonstration needs the starter lists")]
    UnknownTerm {
        /// The list.
        list: &'static str,
        /// The code that was looked for.
        code: &'static str,
    },
    /// The rules say nothing on that day.
    #[error("no rule of follow-up is in force today: check the machine's date")]
    NoRule,
    /// The generator made facts that contradict each other: a fault of the program.
    #[error("the generator made impossible facts: {0}")]
    Facts(String),
    /// The starter lists were refused.
    #[error("the starter lists were refused: {0}")]
    Lists(#[from] LoadError),
    /// The accounts were refused.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Identifiers that repeat, each a little later than the one before, so that they sort in the order of making.
struct Ids {
    source: SeededIds,
    first_ms: i64,
    made: i64,
}

impl Ids {
    fn next(&mut self) -> String {
        self.made += 1;
        self.source.next(self.first_ms + self.made / 4)
    }
}

/// What does not change from one worker to the next.
#[derive(Clone, Copy)]
struct Monde<'a> {
    catalogue: &'a Catalogue,
    equipe: &'a Equipe,
    adherents: &'a Adherents,
    today: Date,
}

/// One worker with everything written about them.
struct Dossier {
    mesures: Vec<dossier::Mesure>,
    notes: Vec<dossier::Note>,
    nouveau: NouveauSalarie,
    contrats: Vec<Contrat>,
    postes: Vec<Poste>,
    expositions: Vec<Exposition>,
    visites: Vec<Visite>,
    centre: CentreId,
    evaluation: Evaluation,
}

/// Workers written at once.
const BLOC: usize = 500;
/// Next visits due within that many days are candidates for the agenda.
const PROCHES: i64 = 75;
/// Visits planned for one doctor or nurse over the days of the agenda, on average.
const PREVUES: u64 = 52;

/// Makes the demonstration in an empty, migrated database. `progress` is told what is being made, how much of it is
/// done, and how much there will be.
///
/// The day is that of the guard's clock.
pub(crate) async fn generate(
    guard: &Guard,
    kit: Kit,
    seed: u64,
    progress: &mut (dyn FnMut(&str, u64, u64) + Send),
) -> Result<Report, DemoError> {
    let today = guard.clock().today();
    let now = jours::moment(today, 5, 0);
    let mut tx = guard.db().begin().await?;
    let members = adherents::search(&mut tx, "", 1, 1).await?.1;
    if members > 0 || organisation::service(&mut tx).await?.is_some() {
        return Err(DemoError::NotEmpty);
    }
    progress("nomenclatures", 0, 1);
    thesaurus::load_starter(&mut tx, now).await?;
    let catalogue = Catalogue::read(&mut tx, today).await?;
    let mut h = Hasard::new(seed);
    let first_ms = jours::moment(jours::plus(today, -1), 0, 0).as_millis();
    let mut ids = Ids { source: SeededIds::new(seed), first_ms, made: 0 };

    let equipe = Equipe::new(&mut h, &mut ids, &catalogue, kit, today);
    let mut rows = equipe.write(guard, &mut tx).await?;

    let adherents = Adherents::new(&mut h, &mut ids, &catalogue, &equipe, kit, today);
    progress("adhérents", 0, adherents.societes.len() as u64);
    for block in adherents.societes.chunks(BLOC) {
        adherents::insert_adherents(&mut tx, block).await?;
    }
    for block in adherents.etablissements.chunks(BLOC) {
        adherents::insert_etablissements(&mut tx, block).await?;
    }
    rows += (adherents.societes.len() + adherents.etablissements.len()) as u64;
    progress("adhérents", adherents.societes.len() as u64, adherents.societes.len() as u64);

    let total = u64::from(kit.salaries);
    let people = (equipe.medecins.len() + equipe.infirmiers.len()) as u64;
    // Never more than a tenth of the visits of a small kit are still to come.
    let coming = (people * PREVUES).min(u64::from(kit.visites) / 10);
    let past = u64::from(kit.visites).saturating_sub(coming);
    let monde = Monde { catalogue: &catalogue, equipe: &equipe, adherents: &adherents, today };
    let mut bilan = bilan::Bilan::new(kit, &equipe, &adherents);
    let (mut parts, mut comptes, mut registre) = (Parts::default(), Comptes::default(), Registre::default());
    let mut waiting: Vec<Attente> = Vec::new();
    let mut sante = sante::Sante::new(seed, dossier::quantites(&mut tx).await?, equipe.professionnels());
    let mut block: Vec<Dossier> = Vec::with_capacity(BLOC);
    let mut made = 0u64;
    let mut lines = 0u64;
    for lieu in 0..adherents.lieux.len() {
        for _ in 0..adherents.lieux[lieu].effectif {
            made += 1;
            let id = SalarieId::new(ids.next());
            let career = parcours::parcours(&mut h, &mut ids, &monde, &mut parts, &id, lieu);
            // What this worker should bring, so that the whole follows its targets from the first block on.
            let wanted = |target: u64, so_far: u64| (target * made) as f64 / total as f64 - so_far as f64;
            let wanted_lines = wanted(u64::from(kit.expositions), lines);
            let mut expositions =
                parcours::expositions(&mut h, &mut ids, &monde, &mut parts, &career, &id, wanted_lines);
            let salarie = personnes::salarie(
                &mut h,
                &catalogue,
                &mut registre,
                id,
                career.sexe,
                career.naissance,
                today,
            );
            comptes.attendues = wanted(past, comptes.visites);
            let histoire = historique::histoire(
                &mut h,
                &mut ids,
                &monde,
                &mut comptes,
                &salarie,
                &career,
                &mut expositions,
            )?;
            parcours::authors(&mut expositions, &career, &histoire.visites, &monde);
            lines += expositions.len() as u64;
            bilan.count(&salarie, &career, &expositions, &histoire);
            let present = career.etapes.iter().filter(|e| e.actuelle()).max_by_key(|e| e.poste.duree.from());
            let place = present.map_or(lieu, |e| e.lieu);
            if let Some(due) = histoire.evaluation.echeances.first()
                && due.planifiee <= jours::plus(today, PROCHES)
            {
                waiting.push(Attente {
                    salarie: salarie.id.clone(),
                    lieu,
                    code: due.type_visite.clone(),
                    planifiee: due.planifiee,
                    infirmier: historique::for_nurse(due),
                });
            }
            let (mesures, notes) = sante.of(&mut ids, &salarie, &histoire.visites);
            block.push(Dossier {
                mesures,
                notes,
                nouveau: NouveauSalarie { salarie, cree_le: now },
                contrats: career.contrats,
                postes: career.etapes.into_iter().map(|e| e.poste).collect(),
                expositions,
                visites: histoire.visites,
                centre: equipe.centres[adherents.lieux[place].centre].centre.id.clone(),
                evaluation: histoire.evaluation,
            });
            if block.len() == BLOC {
                rows += write_block(&mut tx, std::mem::take(&mut block), now).await?;
                progress("salariés", made, total);
            }
        }
    }
    rows += write_block(&mut tx, block, now).await?;
    progress("salariés", made, total);

    let left = u64::from(kit.visites).saturating_sub(comptes.visites);
    let (visites, planned) = agenda::plan(&mut h, &mut ids, &monde, waiting, left);
    for block in visites.chunks(BLOC) {
        suivi::insert_visites(&mut tx, block).await?;
    }
    rows += visites.len() as u64;
    progress("agenda", visites.len() as u64, visites.len() as u64);
    tx.commit().await?;
    Ok(bilan.report(&parts, &comptes, planned, rows, today))
}

/// Writes a block of workers.
async fn write_block(tx: &mut Tx, block: Vec<Dossier>, now: base::Instant) -> Result<u64, DemoError> {
    let mut workers = Vec::new();
    let (mut contrats, mut postes) = (Vec::new(), Vec::new());
    let (mut expositions, mut visites, mut etats) = (Vec::new(), Vec::new(), Vec::new());
    let (mut mesures, mut notes) = (Vec::new(), Vec::new());
    for d in block {
        notes.extend(d.notes.into_iter().map(|n| (d.nouveau.salarie.id.clone(), n)));
        mesures.extend(d.mesures);
        etats.push((d.nouveau.salarie.id.clone(), Some(d.centre), Some(d.evaluation)));
        workers.push(d.nouveau);
        contrats.extend(d.contrats);
        postes.extend(d.postes);
        expositions.extend(d.expositions);
        visites.extend(d.visites);
    }
    salaries::insert_salaries(tx, &workers).await?;
    salaries::insert_contrats(tx, &contrats).await?;
    salaries::insert_postes(tx, &postes).await?;
    suivi::insert_visites(tx, &visites).await?;
    suivi::insert_expositions(tx, &expositions, now).await?;
    suivi::insert_etats(tx, &etats, now).await?;
    dossier::insert_mesures(tx, &mesures).await?;
    dossier::insert_notes(tx, &notes, now).await?;
    let rows = mesures.len()
        + notes.len()
        + workers.len() * 2
        + contrats.len()
        + postes.len()
        + visites.len()
        + expositions.len();
    Ok(rows as u64)
}
