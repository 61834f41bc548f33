//! What was made, beside what was aimed at.

use base::{Date, age_on};
use droit::Categorie;
use identite::StatutIns;
use salaries::Salarie;
use suivi::Exposition;

use super::{
    Kit, Planned,
    entreprises::Adherents,
    equipe::Equipe,
    historique::{self, Comptes, Histoire},
    parcours::{self, Parcours, Parts},
};

/// One figure of the report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReportLine {
    /// What it counts, in French.
    pub(crate) label: &'static str,
    /// What was made.
    pub(crate) obtained: f64,
    /// What was aimed at, when a public figure or the kit says so.
    pub(crate) target: Option<f64>,
    /// Whether both are shares of a hundred rather than counts.
    pub(crate) share: bool,
}

impl ReportLine {
    /// `Salariés : 4 000 (visé 4 000)`, `Suivi renforcé : 20,9 % (visé 21,0 %)`.
    pub(crate) fn sentence(&self) -> String {
        let figure = |value: f64| {
            if self.share { format!("{value:.1}\u{a0}%").replace('.', ",") } else { grouped(value) }
        };
        let target = self.target.map(|t| format!(" (visé {})", figure(t))).unwrap_or_default();
        format!("{}\u{a0}: {}{target}", self.label, figure(self.obtained))
    }
}

/// `4 000`, with narrow no-break spaces.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// What a generation made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    /// The figures, in the order in which they are printed.
    pub(crate) lines: Vec<ReportLine>,
    /// Rows written, words of the search index and lists not counted.
    pub(crate) rows: u64,
    /// The slots of the visits to come, for the agenda.
    pub(crate) planned: Vec<Planned>,
}

/// Counts along the way.
pub(super) struct Bilan {
    kit: Kit,
    adherents: u64,
    equipe: u64,
    centres: u64,
    effectifs: Vec<u32>,
    salaries: u64,
    renforces: u64,
    adaptes: u64,
    qualifiees: u64,
    rqth: u64,
    mineurs: u64,
    contrats: u64,
    postes: u64,
    expositions: u64,
}

impl Bilan {
    pub(super) fn new(kit: Kit, equipe: &Equipe, adherents: &Adherents) -> Self {
        Self {
            kit,
            adherents: adherents.societes.len() as u64,
            equipe: equipe.professionnels().count() as u64,
            centres: equipe.centres.len() as u64,
            effectifs: vec![0; adherents.lieux.len()],
            salaries: 0,
            renforces: 0,
            adaptes: 0,
            qualifiees: 0,
            rqth: 0,
            mineurs: 0,
            contrats: 0,
            postes: 0,
            expositions: 0,
        }
    }

    pub(super) fn count(
        &mut self,
        salarie: &Salarie,
        career: &Parcours,
        expositions: &[Exposition],
        histoire: &Histoire,
    ) {
        self.salaries += 1;
        for step in career.etapes.iter().filter(|e| e.actuelle()) {
            self.effectifs[step.lieu] += 1;
        }
        self.renforces += u64::from(histoire.evaluation.categorie == Some(Categorie::Sir));
        self.adaptes += u64::from(histoire.evaluation.categorie == Some(Categorie::Sia));
        self.qualifiees += u64::from(salarie.ins_statut == StatutIns::Qualifiee);
        self.rqth += u64::from(salarie.rqth_depuis.is_some());
        self.mineurs += u64::from(age_on(salarie.naissance, histoire.evaluation.le) < 18);
        self.contrats += career.contrats.len() as u64;
        self.postes += career.etapes.len() as u64;
        self.expositions += expositions.len() as u64;
    }

    pub(super) fn report(
        self,
        parts: &Parts,
        comptes: &Comptes,
        planned: Vec<Planned>,
        rows: u64,
        today: Date,
    ) -> Report {
        let mut lines = Vec::new();
        let mut number = |label, obtained: u64, target: Option<u32>| {
            lines.push(ReportLine {
                label,
                obtained: obtained as f64,
                target: target.map(f64::from),
                share: false,
            });
        };
        let small = self.effectifs.iter().filter(|n| (1..10).contains(*n)).count() as u64;
        let places = self.effectifs.len() as u64;
        number("Centres", self.centres, None);
        number("Professionnels du service", self.equipe, None);
        number("Entreprises adhérentes", self.adherents, None);
        number("Établissements", places, Some(self.kit.etablissements));
        number("Salariés", self.salaries, Some(self.kit.salaries));
        number("Contrats", self.contrats, None);
        number("Postes", self.postes, None);
        number("Visites", comptes.visites + planned.len() as u64, Some(self.kit.visites));
        number(
            "Visites prévues aujourd'hui",
            planned.iter().filter(|p| p.jour == today).count() as u64,
            None,
        );
        number("Visites prévues ensuite", planned.iter().filter(|p| p.jour > today).count() as u64, None);
        number("Lignes d'exposition", self.expositions, Some(self.kit.expositions));
        number("Salariés de moins de 18 ans", self.mineurs, None);
        let mut share = |label, part: u64, whole: u64, target: Option<f64>| {
            let obtained = 100.0 * part as f64 / whole.max(1) as f64;
            lines.push(ReportLine { label, obtained, target: target.map(|t| 100.0 * t), share: true });
        };
        share("Établissements de moins de 10 salariés", small, places, Some(0.776));
        share("Suivi individuel renforcé", self.renforces, self.salaries, Some(parcours::RENFORCES));
        share("Suivi individuel adapté", self.adaptes, self.salaries, None);
        share("Plusieurs employeurs", parts.plusieurs, self.salaries, Some(parcours::PLUSIEURS_EMPLOYEURS));
        share("Intérimaires", parts.interim, self.salaries, Some(0.025));
        share("Travail de nuit", parts.nuit, self.salaries, None);
        share("Travailleurs handicapés (RQTH)", self.rqth, self.salaries, None);
        share("Identités qualifiées", self.qualifiees, self.salaries, Some(0.70));
        share(
            "Visites des douze derniers mois, pour cent salariés",
            comptes.derniers_douze_mois,
            self.salaries,
            Some(0.47),
        );
        share("Visites par un infirmier", comptes.infirmiers, comptes.signees, Some(historique::INFIRMIERS));
        share("Visites de préreprise", comptes.prereprises, comptes.signees, Some(historique::PREREPRISES));
        share(
            "Visites avec mesures individuelles",
            comptes.mesures,
            comptes.signees,
            Some(historique::MESURES),
        );
        share("Suivis en retard", comptes.retards, self.salaries, Some(historique::RETARDS));
        Report { lines, rows, planned }
    }
}
