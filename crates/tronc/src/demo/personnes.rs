//! Identities: names of their time, births of a known place, a NIR that agrees with both.

use std::collections::HashMap;

use base::{Date, fold};
use identite::{Nir, Sexe, StatutIns};
use salaries::{Salarie, SalarieId};

use super::{catalogue::Catalogue, hasard::Hasard, jours};

/// Births of one sex, month and place, so that no two people share a NIR.
#[derive(Default)]
pub(super) struct Registre(HashMap<String, u32>);

impl Registre {
    /// The next free NIR of that birth, without its rank and key; `None` when the register is full.
    fn next(&mut self, root: &str) -> Option<Nir> {
        // Registers do not begin at 001 on the month of one's birth: spread the ranks by the root itself.
        let start = root.bytes().fold(7u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 400;
        let taken = self.0.entry(root.to_owned()).or_insert(0);
        *taken += 1;
        let rank = start + *taken;
        if rank > 999 {
            return None;
        }
        Nir::from_body(&format!("{root}{rank:03}")).ok()
    }
}

/// Before that year Corsica was one department, number 20.
const CORSE_DIVISEE: i16 = 1976;

/// A worker of this sex and birth date.
pub(super) fn salarie(
    h: &mut Hasard,
    catalogue: &Catalogue,
    registre: &mut Registre,
    id: SalarieId,
    sexe: Sexe,
    naissance: Date,
    today: Date,
) -> Salarie {
    let abroad = h.chance(0.13);
    let lieu = if abroad { h.one(&catalogue.pays) } else { catalogue.commune(h) };
    let (lieu_code, lieu_label) =
        lieu.map_or_else(|| ("75112".to_owned(), String::new()), |l| (l.code.clone(), l.nom.clone()));
    let nom_naissance = catalogue.nom(h).to_owned();
    let prenoms = catalogue.prenoms(h, sexe, naissance.year());
    let ins_statut = match h.place(100) {
        0..70 => StatutIns::Qualifiee,
        70..78 => StatutIns::Validee,
        78..90 => StatutIns::Recuperee,
        _ => StatutIns::Provisoire,
    };
    let provisional = ins_statut == StatutIns::Provisoire;
    let nir = if provisional && h.chance(0.2) {
        None
    } else {
        let waiting = provisional && abroad && h.chance(0.3);
        let first = match (sexe, waiting) {
            (Sexe::Feminin, false) => 2,
            (Sexe::Feminin, true) => 8,
            (_, false) => 1,
            (_, true) => 7,
        };
        let place = match lieu_code.get(..2) {
            Some("2A" | "2B") if naissance.year() < CORSE_DIVISEE => format!("20{}", &lieu_code[2..]),
            _ => lieu_code.clone(),
        };
        registre.next(&format!(
            "{first}{:02}{:02}{place}",
            naissance.year().rem_euclid(100),
            naissance.month()
        ))
    };
    let age = base::age_on(naissance, today);
    let other_name = match sexe {
        Sexe::Feminin if age >= 26 => 0.38,
        Sexe::Masculin if age >= 26 => 0.02,
        _ => 0.0,
    };
    let nom_usage = h
        .chance(other_name)
        .then(|| {
            let other = catalogue.nom(h).to_owned();
            if h.chance(0.2) { format!("{nom_naissance}-{other}") } else { other }
        })
        .filter(|n| *n != nom_naissance);
    // Mobile numbers kept for fiction by the French numbering plan.
    let telephone = h.chance(0.9).then(|| format!("06 39 98 {:02} {:02}", h.place(100), h.place(100)));
    let courriel = h.chance(0.75).then(|| {
        let word = |text: &str| fold(text).replace(' ', "");
        let first = prenoms.split(' ').next().unwrap_or_default();
        format!("{}.{}@courriel.example", word(first), word(nom_usage.as_ref().unwrap_or(&nom_naissance)))
    });
    let recent = |h: &mut Hasard| jours::plus(today, -h.between(60, 2400));
    let rqth_depuis = (age >= 22 && h.chance(if age >= 45 { 0.045 } else { 0.02 })).then(|| recent(h));
    let pension_depuis = (age >= 30 && h.chance(0.006)).then(|| recent(h));
    Salarie {
        id,
        nom_naissance,
        nom_usage,
        prenoms,
        sexe,
        naissance,
        lieu_code,
        lieu_label,
        nir,
        ins_statut,
        provenance: "demonstration".to_owned(),
        telephone,
        courriel,
        rqth_depuis,
        pension_depuis,
        deces: None,
    }
}
