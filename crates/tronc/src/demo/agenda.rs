//! The days to come: who is expected, by whom, at what time.

use std::collections::{BTreeMap, VecDeque};

use base::Date;
use organisation::{CentreId, ProfessionnelId};
use salaries::SalarieId;
use suivi::{Visite, VisiteId};

use super::{Ids, Monde, equipe::Fonction, hasard::Hasard, historique, jours};

/// A visit to be put on the agenda: the slot that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    /// The visit, in the state "prévue".
    pub(crate) visite_id: VisiteId,
    /// With whom.
    pub(crate) professionnel_id: ProfessionnelId,
    /// Where.
    pub(crate) centre_id: CentreId,
    /// The day.
    pub(crate) jour: Date,
    /// When it begins, `HH:MM`.
    pub(crate) debut: String,
    /// When it ends, `HH:MM`.
    pub(crate) fin: String,
}

/// Someone whose next visit is near or late.
pub(super) struct Attente {
    pub(super) salarie: SalarieId,
    pub(super) lieu: usize,
    pub(super) code: String,
    pub(super) planifiee: Date,
    pub(super) infirmier: bool,
}

/// Open days that are already planned, after today.
pub(super) const JOURS: usize = 10;
/// Visits of today for one professional: between these two.
const AUJOURDHUI: (i64, i64) = (8, 12);
/// At most that many on a later day.
const PAR_JOUR: usize = 9;

/// Length of a slot in minutes, and the beginnings of the half-days.
const MEDECIN: i64 = 30;
const INFIRMIER: i64 = 35;
const MATIN: i64 = 8 * 60 + 30;
const MIDI: i64 = 12 * 60;
const APRES_MIDI: i64 = 13 * 60 + 30;
const SOIR: i64 = 17 * 60 + 15;

fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The beginnings of the slots of a day.
fn slots(length: i64) -> Vec<i64> {
    let half = |from: i64, to: i64| (0..(to - from) / length).map(move |n| from + n * length);
    half(MATIN, MIDI).chain(half(APRES_MIDI, SOIR)).collect()
}

/// Plans today and the next open days, with about `wanted` visits in all.
pub(super) fn plan(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    mut waiting: Vec<Attente>,
    wanted: u64,
) -> (Vec<Visite>, Vec<Planned>) {
    let Monde { equipe, adherents, today, .. } = *monde;
    let (mut visites, mut planned) = (Vec::new(), Vec::new());
    h.shuffle(&mut waiting);
    // The long overdue first, but not all of them: a real agenda mixes the two.
    waiting.sort_by_key(|w| w.planifiee.max(jours::plus(today, -30)));
    let mut doctors: BTreeMap<usize, VecDeque<Attente>> = BTreeMap::new();
    let mut nurses: BTreeMap<usize, VecDeque<Attente>> = BTreeMap::new();
    for w in waiting {
        let lieu = &adherents.lieux[w.lieu];
        let to_nurse = w.infirmier && h.chance(0.62);
        let nurse = h.one(&equipe.centres[lieu.centre].infirmiers).copied().filter(|_| to_nurse);
        match nurse {
            Some(nurse) => nurses.entry(nurse).or_default().push_back(w),
            None => doctors.entry(lieu.medecin).or_default().push_back(w),
        }
    }
    let people = equipe.medecins.len() + equipe.infirmiers.len();
    let days = jours::open_days_after(today, JOURS);
    let mut left = wanted;
    let mut seats = people * (1 + JOURS);
    for (n, day) in std::iter::once(&today).chain(&days).enumerate() {
        let teams = [(&equipe.medecins, &mut doctors, MEDECIN), (&equipe.infirmiers, &mut nurses, INFIRMIER)];
        for (posts, queues, length) in teams {
            for (post, fonction) in posts.iter().enumerate() {
                let queue = queues.entry(post).or_default();
                let mean = left / u64::try_from(seats.max(1)).unwrap_or(1);
                seats = seats.saturating_sub(1);
                let many = if n == 0 {
                    h.between(AUJOURDHUI.0, AUJOURDHUI.1)
                } else {
                    i64::try_from(mean).unwrap_or(0) + h.between(-1, 2)
                };
                let room = usize::try_from(left).unwrap_or(usize::MAX);
                let many = usize::try_from(many).unwrap_or(0).min(if n == 0 {
                    usize::MAX
                } else {
                    PAR_JOUR.min(room)
                });
                let day_of = day_of(h, ids, monde, fonction, queue, Journee { day: *day, length, many });
                left = left.saturating_sub(day_of.len() as u64);
                for (visite, slot) in day_of {
                    visites.push(visite);
                    planned.push(slot);
                }
            }
        }
    }
    (visites, planned)
}

/// A day to fill: the length of its slots in minutes, and how many visits.
#[derive(Clone, Copy)]
struct Journee {
    day: Date,
    length: i64,
    many: usize,
}

/// One day of one professional.
fn day_of(
    h: &mut Hasard,
    ids: &mut Ids,
    monde: &Monde<'_>,
    fonction: &Fonction,
    queue: &mut VecDeque<Attente>,
    Journee { day, length, many }: Journee,
) -> Vec<(Visite, Planned)> {
    let Monde { catalogue, equipe, adherents, today } = *monde;
    let Some(who) = fonction.le(today) else { return Vec::new() };
    let centre = &equipe.centres[fonction.centre].centre.id;
    let mut times = slots(length);
    h.shuffle(&mut times);
    times.truncate(many);
    times.sort_unstable();
    let mut out = Vec::new();
    for begins in times {
        let Some(w) = queue.pop_front() else { break };
        let Some(type_visite) = catalogue.types.get(&w.code) else { continue };
        let lieu = &adherents.lieux[w.lieu];
        let visite = historique::planned(ids, &w.salarie, lieu, centre.clone(), who, type_visite, day);
        let slot = Planned {
            visite_id: visite.id.clone(),
            professionnel_id: who.id.clone(),
            centre_id: centre.clone(),
            jour: day,
            debut: clock(begins),
            fin: clock(begins + length),
        };
        out.push((visite, slot));
    }
    out
}
