//! What past visits left in the record: a few measures that follow a person over the years, and short notes.

use std::collections::BTreeMap;

use base::age_on;
use dossier::{Mesure, MesureId, Note, Quantite};
use guard::Role;
use identite::Sexe;
use organisation::Professionnel;
use salaries::Salarie;
use suivi::{EtatVisite, Visite};

use super::{Ids, hasard::Hasard};

/// Share of visits with measures, and with a note.
const MESUREES: f64 = 0.6;
const NOTEES: f64 = 0.45;

const PLAINTES: [&str; 8] = [
    "Lombalgies en fin de journée, sans irradiation.",
    "Fatigue visuelle sur écran l'après-midi.",
    "Aucune plainte spontanée.",
    "Gêne de l'épaule droite aux gestes au-dessus de la tête.",
    "Sommeil irrégulier, endormissement tardif.",
    "Toux sèche dans l'atelier, cède le week-end.",
    "Cervicalgies, poste de travail à revoir.",
    "Stress ressenti lors des pics d'activité, se dit soutenu par l'équipe.",
];
const CONSEILS: [&str; 6] = [
    "Port des protections auditives rappelé, mode d'emploi remis.",
    "Pauses visuelles et réglage de l'écran expliqués.",
    "Gestes et postures, aides à la manutention à utiliser.",
    "Information sur l'aide à l'arrêt du tabac.",
    "Hydratation et pauses par forte chaleur.",
    "Rappel du droit de demander une visite à tout moment.",
];

/// Makes the health part of past visits, from a stream of chance of its own: the rest of the service does not
/// depend on it.
pub(super) struct Sante {
    h: Hasard,
    quantites: Vec<Quantite>,
    trades: BTreeMap<String, Role>,
}

impl Sante {
    pub(super) fn new<'a>(
        seed: u64,
        quantites: Vec<Quantite>,
        people: impl Iterator<Item = &'a Professionnel>,
    ) -> Self {
        let trades = people.map(|p| (p.id.to_string(), p.metier)).collect();
        Self { h: Hasard::new(seed ^ 0x5A17E), quantites, trades }
    }

    /// The measures and notes of one worker's signed visits.
    pub(super) fn of(
        &mut self,
        ids: &mut Ids,
        salarie: &Salarie,
        visites: &[Visite],
    ) -> (Vec<Mesure>, Vec<Note>) {
        let (mut mesures, mut notes) = (Vec::new(), Vec::new());
        let man = salarie.sexe == Sexe::Masculin;
        let taille = self.h.bell(if man { 176.0 } else { 163.0 }, 6.5).clamp(145.0, 205.0).round();
        let poids = self.h.bell(if man { 79.0 } else { 66.0 }, 12.0).clamp(42.0, 150.0);
        let pression = self.h.bell(124.0, 10.0);
        let audition = self.h.bell(8.0, 6.0).max(0.0);
        for v in visites.iter().filter(|v| v.etat == EtatVisite::Signee) {
            let years = f64::from(age_on(salarie.naissance, v.jour));
            if self.h.chance(MESUREES) {
                let systolique = (pression + years * 0.25 + self.h.bell(0.0, 6.0)).clamp(85.0, 195.0);
                let values = [
                    ("M101", (poids + years * 0.12 + self.h.bell(0.0, 1.5)).clamp(40.0, 180.0), 1),
                    ("M102", taille, 0),
                    ("M201", systolique, 0),
                    ("M202", (systolique * 0.6 + self.h.bell(4.0, 4.0)).clamp(50.0, 115.0), 0),
                    (
                        "M401",
                        (audition + (years - 25.0).max(0.0) * 0.45 + self.h.bell(0.0, 2.0)).clamp(-5.0, 80.0),
                        0,
                    ),
                ];
                for (code, value, digits) in values {
                    if let Some(m) = self.mesure(ids, salarie, v, code, value, digits) {
                        mesures.push(m);
                    }
                }
            }
            if self.h.chance(NOTEES) {
                for (rubrique, phrases) in
                    [("plaintes", PLAINTES.as_slice()), ("conseils", CONSEILS.as_slice())]
                {
                    let texte = self.h.one(phrases).copied().unwrap_or_default().to_owned();
                    notes.push(Note {
                        visite_id: v.id.clone(),
                        rubrique: rubrique.to_owned(),
                        texte,
                        auteur_nom: v.signee_par.clone().unwrap_or_default(),
                        auteur_metier: self.trade(v),
                    });
                }
            }
        }
        (mesures, notes)
    }

    fn trade(&self, v: &Visite) -> String {
        self.trades.get(v.professionnel_id.as_str()).copied().unwrap_or(Role::Medecin).as_str().to_owned()
    }

    fn mesure(
        &self,
        ids: &mut Ids,
        salarie: &Salarie,
        v: &Visite,
        code: &str,
        value: f64,
        digits: u8,
    ) -> Option<Mesure> {
        let q = self.quantites.iter().find(|q| q.terme.code == code)?;
        let valeur = if digits == 0 { value.round() } else { (value * 10.0).round() / 10.0 };
        Some(Mesure {
            id: MesureId::new(ids.next()),
            visite_id: v.id.clone(),
            salarie_id: salarie.id.clone(),
            quantite: q.terme.clone(),
            valeur: valeur.clamp(q.possible.0, q.possible.1),
            unite: q.unite.clone(),
            jour: v.jour,
            auteur_id: v.professionnel_id.to_string(),
            auteur_nom: v.signee_par.clone().unwrap_or_default(),
            auteur_metier: self.trade(v),
        })
    }
}
