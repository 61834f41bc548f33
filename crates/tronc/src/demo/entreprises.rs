//! Member companies and their establishments, small ones by far the most numerous.

use std::collections::HashSet;

use adherents::{Adherent, AdherentId, Etablissement, EtablissementId};
use base::{Date, Period};
use identite::{Siren, Siret};

use super::{
    Ids, Kit,
    catalogue::Catalogue,
    equipe::{Equipe, title},
    hasard::{Hasard, count, whole},
    jours,
    metiers::Taille,
};

/// An establishment with what the generator needs to fill it.
pub(super) struct Lieu {
    pub(super) id: EtablissementId,
    /// Workers to make there.
    pub(super) effectif: usize,
    /// Its branch, as a place in the catalogue.
    pub(super) branche: usize,
    /// Its centre and its doctor, as places in the team.
    pub(super) centre: usize,
    pub(super) medecin: usize,
    /// First day of its follow-up.
    pub(super) depuis: Date,
}

/// Everything about the members.
pub(super) struct Adherents {
    pub(super) societes: Vec<Adherent>,
    pub(super) etablissements: Vec<Etablissement>,
    pub(super) lieux: Vec<Lieu>,
}

/// Establishments under ten workers, in the national figures.
const PETITS: f64 = 0.776;
/// Shares of the sizes from one to nine workers.
const TAILLES: [f64; 9] = [27.0, 19.0, 14.0, 11.0, 8.0, 6.5, 5.5, 5.0, 4.0];
/// Companies that have several establishments.
const PLUSIEURS_SITES: f64 = 0.08;

/// The sizes of the establishments: their sum is the number of workers asked for.
fn sizes(h: &mut Hasard, kit: Kit) -> Vec<usize> {
    let total = kit.salaries as usize;
    let number = (kit.etablissements as usize).clamp(1, total.max(1));
    let small = count(number as f64 * PETITS).min(number - 1);
    let mut sizes: Vec<usize> = (0..small).map(|_| 1 + h.weighted(TAILLES.iter().copied())).collect();
    // The others: a heavy tail above ten, brought to the workers that are left.
    let left = total.saturating_sub(sizes.iter().sum());
    let large = number - small;
    let beyond: Vec<f64> = (0..large).map(|_| (1.0 - h.unit()).powf(-0.75) - 0.97).collect();
    let sum: f64 = beyond.iter().sum();
    let spread = left.saturating_sub(10 * large) as f64;
    // No establishment holds more than a twelfth of what is to be spread.
    let cap = (spread / 12.0).max(20.0);
    let mut tail: Vec<usize> = beyond.iter().map(|b| 10 + count((b / sum * spread).min(cap))).collect();
    let mut missing = whole(left as f64) - whole(tail.iter().sum::<usize>() as f64);
    let mut at = 0;
    while missing != 0 && large > 0 {
        let n = &mut tail[at % large];
        if missing > 0 {
            let more = (missing / whole(large as f64)).max(1);
            *n += usize::try_from(more).unwrap_or(1);
            missing -= more;
        } else if *n > 1 {
            *n -= 1;
            missing += 1;
        }
        at += 1;
    }
    sizes.extend(tail);
    h.shuffle(&mut sizes);
    sizes
}

/// A company in the making.
struct Societe {
    adherent: AdherentId,
    siren: Siren,
    nom: String,
    depuis: Date,
    sites: u16,
    sites_max: u16,
    branche: usize,
}

impl Adherents {
    pub(super) fn new(
        h: &mut Hasard,
        ids: &mut Ids,
        catalogue: &Catalogue,
        equipe: &Equipe,
        kit: Kit,
        today: Date,
    ) -> Self {
        let sizes = sizes(h, kit);
        let total: f64 = f64::from(kit.salaries);
        let parts: f64 = catalogue.branches.iter().map(|b| b.part).sum();
        // What each branch still has to receive, in workers, and what it keeps for small establishments.
        let mut owed: Vec<f64> = catalogue.branches.iter().map(|b| b.part / parts * total).collect();
        let kept: Vec<f64> = catalogue
            .branches
            .iter()
            .zip(&owed)
            .map(|(b, owed)| match b.taille {
                Taille::Petite => 0.45 * owed,
                Taille::Toute => 0.15 * owed,
                Taille::Grande => 0.06 * owed,
            })
            .collect();
        let mut all = Self { societes: Vec::new(), etablissements: Vec::new(), lieux: Vec::new() };
        let mut societes: Vec<Societe> = Vec::new();
        let mut names = HashSet::new();
        // Roots that follow one another by a step that meets every root once: none comes twice.
        let first_root = h.between(0, 2_999_999);
        // The largest are placed first, while every branch has room for them.
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|n| std::cmp::Reverse(sizes[*n]));
        let mut branches = vec![0; sizes.len()];
        for n in order {
            let size = sizes[n] as f64;
            let room = owed.iter().zip(&kept).zip(&catalogue.branches).map(|((owed, kept), b)| {
                let likes = match (b.taille, sizes[n]) {
                    (Taille::Petite, 50..) => 0.15,
                    (Taille::Petite, 20..) => 0.5,
                    (Taille::Grande, 0..5) => 0.4,
                    (Taille::Grande, 50..) => 2.0,
                    _ => 1.0,
                };
                let needed = if sizes[n] < 10 { size * 0.6 } else { size + kept };
                if *owed >= needed { owed * likes } else { 0.0 }
            });
            let any = room.clone().any(|r| r > 0.0);
            let branch = if any {
                h.weighted(room)
            } else {
                let most = owed.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
                most.map_or(0, |(place, _)| place)
            };
            owed[branch] -= size;
            branches[n] = branch;
        }
        let centres = equipe.centres.len();
        for (n, (&effectif, &branche)) in sizes.iter().zip(&branches).enumerate() {
            let branch = &catalogue.branches[branche];
            let more = societes
                .last()
                .is_some_and(|s| s.sites < s.sites_max && s.branche == branche)
                .then(|| societes.len() - 1)
                .or_else(|| {
                    h.chance(PLUSIEURS_SITES)
                        .then(|| societes.iter().rposition(|s| s.branche == branche && s.sites < 12))
                        .flatten()
                });
            let place = more.unwrap_or_else(|| {
                let depuis = jours::plus(today, -(h.waiting(6200.0) + 500).min(16_000));
                let root = 96_000_000 + (first_root + whole(n as f64) * 719_317) % 3_000_000;
                let nom = name(h, catalogue, equipe, &branch.raisons, &mut names);
                societes.push(Societe {
                    adherent: AdherentId::new(ids.next()),
                    siren: siren(root),
                    nom: nom.clone(),
                    depuis,
                    sites: 0,
                    sites_max: 1,
                    branche,
                });
                let made = &societes[societes.len() - 1];
                all.societes.push(Adherent {
                    id: made.adherent.clone(),
                    siren: made.siren.clone(),
                    raison_sociale: nom,
                    adhesion: Period::since(depuis),
                });
                societes.len() - 1
            });
            let societe = &mut societes[place];
            societe.sites += 1;
            let depuis = if societe.sites == 1 {
                societe.depuis
            } else {
                jours::plus(societe.depuis, h.between(0, jours::days(societe.depuis, today) * 2 / 3))
            };
            // The mobile centres receive one establishment in twelve.
            let mobile = h.chance(1.0 / 12.0);
            let of_kind: Vec<usize> =
                (0..centres).filter(|c| equipe.centres[*c].centre.mobile == mobile).collect();
            let centre = h.one(&of_kind).copied().unwrap_or(0);
            let medecin = h.one(&equipe.centres[centre].medecins).copied().unwrap_or(0);
            let ville = equipe.ville(h, centre).to_owned();
            // A free NIC: 1 for the first establishment, then onwards.
            let Ok(siret) = Siret::from_siren_nic(&societe.siren, societe.sites) else { continue };
            let nom =
                if societe.sites == 1 { societe.nom.clone() } else { format!("{} – {ville}", societe.nom) };
            let id = EtablissementId::new(ids.next());
            all.lieux.push(Lieu { id: id.clone(), effectif, branche, centre, medecin, depuis });
            all.etablissements.push(Etablissement {
                id,
                adherent_id: societe.adherent.clone(),
                siret,
                nom,
                adresse: catalogue.adresse(h),
                commune: ville,
                activite: Some(branch.activite.clone()),
                centre_id: equipe.centres[centre].centre.id.clone(),
                medecin_id: equipe.medecins[medecin].le(today).map(|p| p.id.clone()),
                suivi: Period::since(depuis),
            });
        }
        all
    }
}

/// A registered name that no other member has, as long as one can be found.
fn name(
    h: &mut Hasard,
    catalogue: &Catalogue,
    equipe: &Equipe,
    models: &[String],
    taken: &mut HashSet<String>,
) -> String {
    let mut name = String::new();
    for attempt in 0..6 {
        let model = h.one(models).map_or("Société {nom}", String::as_str);
        let family = title(catalogue.nom(h));
        let centre = h.place(equipe.centres.len());
        name = model.replace("{nom}", &family).replace("{lieu}", equipe.ville(h, centre));
        if attempt > 2 {
            name = format!("{name} {}", title(catalogue.nom(h)));
        }
        if taken.insert(name.clone()) {
            break;
        }
    }
    name
}

fn siren(root: i64) -> Siren {
    let root = format!("{root:08}");
    // Eight digits and not all nil: the Luhn digit always exists.
    Siren::from_root8(&root).unwrap_or_else(|e| unreachable!("{e}"))
}
