//! What the generator draws from: names, places, streets, and the lists of the thesaurus.

use std::collections::BTreeMap;

use base::{Coded, Date};
use droit::{Categorie, Contenu, FaitDeclencheur, Initial, Regles};
use identite::Sexe;
use store::Tx;
use thesaurus::{MatrixKind, Plausibilite, Proposition};

use super::{DemoError, hasard::Hasard, metiers};

/// A commune or a country where people are born and companies stand.
pub(super) struct Lieu {
    pub(super) code: String,
    pub(super) nom: String,
    poids: f64,
}

struct Prenom {
    texte: String,
    sexe: Sexe,
    debut: i16,
    fin: i16,
    poids: f64,
}

/// A job as it can be held.
pub(super) struct Metier {
    pub(super) emploi: Coded,
    pub(super) famille: String,
    /// Women, between 0 and 1.
    pub(super) femmes: f64,
    /// Night workers, between 0 and 1.
    pub(super) nuit: f64,
    pub(super) propositions: Vec<Proposition>,
}

/// A branch, with its jobs as places in [`Catalogue::metiers`].
pub(super) struct Branche {
    pub(super) activite: Coded,
    pub(super) part: f64,
    pub(super) taille: metiers::Taille,
    pub(super) emplois: Vec<(usize, f64)>,
    pub(super) raisons: Vec<String>,
}

/// What a trigger asks for, read from the rules in force on the day of the generation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Regime {
    pub(super) renforce: bool,
    /// Months between two visits.
    pub(super) plafond: i64,
    pub(super) intermediaire: Option<i64>,
    /// The first visit comes before the post.
    pub(super) avant: bool,
    /// An attestation is asked for.
    pub(super) attestation: bool,
    /// Below this age.
    age: Option<i16>,
}

/// Everything the generator draws from.
pub(super) struct Catalogue {
    pub(super) noms: Vec<(String, f64)>,
    prenoms: Vec<Prenom>,
    pub(super) communes: Vec<Lieu>,
    pub(super) pays: Vec<Lieu>,
    pub(super) rues: Vec<String>,
    pub(super) metiers: Vec<Metier>,
    pub(super) branches: Vec<Branche>,
    pub(super) types: BTreeMap<String, Coded>,
    situations: BTreeMap<String, Regime>,
    toujours: Regime,
    personnes: Vec<(FaitDeclencheur, Regime)>,
}

/// The lines of a data file after its header, cut at semicolons.
fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).filter(|l| !l.trim().is_empty()).map(|l| l.split(';').map(str::trim).collect())
}

/// The cell, empty when the line is short.
fn cell<'a>(line: &[&'a str], at: usize) -> &'a str {
    line.get(at).copied().unwrap_or_default()
}

fn weight(text: &str) -> f64 {
    text.parse().unwrap_or(1.0)
}

fn regime(d: &droit::Declencheur) -> Regime {
    Regime {
        renforce: d.categorie == Categorie::Sir,
        plafond: d.plafond_mois.map_or(i64::from(u16::MAX), i64::from),
        intermediaire: d.intermediaire_mois.map(i64::from),
        avant: d.initial == Initial::AvantAffectation,
        attestation: d.attestation.is_some(),
        age: d.age_moins_de,
    }
}

impl Catalogue {
    /// Reads the data files, the lists in use and the rules of the day.
    pub(super) async fn read(tx: &mut Tx, today: Date) -> Result<Self, DemoError> {
        let mut metiers = Vec::new();
        let mut places = BTreeMap::new();
        let families: BTreeMap<String, String> = thesaurus::concepts(tx, "professions")
            .await?
            .into_iter()
            .filter_map(|c| Some((c.code, c.parent?)))
            .collect();
        for (code, femmes, nuit) in metiers::METIERS {
            let emploi = term(tx, "professions", code).await?;
            places.insert(*code, metiers.len());
            metiers.push(Metier {
                propositions: thesaurus::propositions(tx, &emploi)
                    .await?
                    .into_iter()
                    .filter(|p| p.genre == MatrixKind::Exposition)
                    .collect(),
                emploi,
                famille: families.get(*code).cloned().unwrap_or_default(),
                femmes: f64::from(*femmes) / 100.0,
                nuit: f64::from(*nuit) / 100.0,
            });
        }
        let mut branches = Vec::new();
        for s in metiers::SECTEURS {
            branches.push(Branche {
                activite: term(tx, "activites", s.code).await?,
                part: s.part,
                taille: s.taille,
                emplois: s.emplois.iter().filter_map(|(code, w)| Some((*places.get(code)?, *w))).collect(),
                raisons: lines(include_str!("data/raisons.csv"))
                    .filter(|l| cell(l, 0) == s.code)
                    .map(|l| cell(&l, 1).to_owned())
                    .collect(),
            });
        }
        let types = thesaurus::concepts(tx, "types-visite")
            .await?
            .into_iter()
            .filter(|c| c.active)
            .map(|c| (c.code.clone(), c.coded()))
            .collect();
        let mut situations = BTreeMap::new();
        let mut personnes = Vec::new();
        let mut toujours = None;
        for rule in Regles::en_vigueur().at(today) {
            let Contenu::Declencheur(d) = &rule.contenu else { continue };
            match d.fait {
                FaitDeclencheur::Toujours => toujours = Some(regime(d)),
                FaitDeclencheur::Situation => {
                    situations.insert(d.code.clone(), regime(d));
                }
                fact => personnes.push((fact, regime(d))),
            }
        }
        Ok(Self {
            noms: lines(include_str!("data/noms.csv"))
                .map(|l| (cell(&l, 0).to_owned(), weight(cell(&l, 1))))
                .collect(),
            prenoms: lines(include_str!("data/prenoms.csv"))
                .filter_map(|l| {
                    Some(Prenom {
                        texte: cell(&l, 0).to_owned(),
                        sexe: Sexe::parse(cell(&l, 1))?,
                        debut: cell(&l, 2).parse().ok()?,
                        fin: cell(&l, 3).parse().ok()?,
                        poids: weight(cell(&l, 4)),
                    })
                })
                .collect(),
            communes: lines(include_str!("data/communes.csv"))
                .map(|l| Lieu {
                    code: cell(&l, 0).to_owned(),
                    nom: cell(&l, 1).to_owned(),
                    poids: weight(cell(&l, 3)),
                })
                .collect(),
            pays: lines(include_str!("data/pays.csv"))
                .map(|l| Lieu { code: cell(&l, 0).to_owned(), nom: cell(&l, 1).to_owned(), poids: 1.0 })
                .collect(),
            rues: lines(include_str!("data/rues.csv")).map(|l| cell(&l, 0).to_owned()).collect(),
            metiers,
            branches,
            types,
            situations,
            toujours: toujours.ok_or(DemoError::NoRule)?,
            personnes,
        })
    }

    pub(super) fn nom(&self, h: &mut Hasard) -> &str {
        let place = h.weighted(self.noms.iter().map(|n| n.1));
        self.noms.get(place).map_or("MARTIN", |n| n.0.as_str())
    }

    /// First names of civil status: those given in those years, one to three, the first one first.
    pub(super) fn prenoms(&self, h: &mut Hasard, sexe: Sexe, year: i16) -> String {
        let mut given: Vec<&str> = Vec::new();
        for _ in 0..[1, 2, 2, 3][h.place(4)] {
            let weights = self
                .prenoms
                .iter()
                .map(|p| if p.sexe == sexe && (p.debut..=p.fin).contains(&year) { p.poids } else { 0.0 });
            if let Some(p) = self.prenoms.get(h.weighted(weights))
                && p.sexe == sexe
                && !given.contains(&p.texte.as_str())
            {
                given.push(&p.texte);
            }
        }
        if given.is_empty() {
            given.push(if sexe == Sexe::Feminin { "Marie" } else { "Jean" });
        }
        // Blanks part the first names of one person: a compound one takes a hyphen.
        given.iter().map(|p| p.replace(' ', "-")).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn commune(&self, h: &mut Hasard) -> Option<&Lieu> {
        self.communes.get(h.weighted(self.communes.iter().map(|c| c.poids)))
    }

    /// `12 rue de la Gare`
    pub(super) fn adresse(&self, h: &mut Hasard) -> String {
        let number = 1 + h.waiting(18.0).min(180);
        format!("{number} {}", h.one(&self.rues).map_or("rue de la Gare", String::as_str))
    }

    /// What the trigger of an exposure asks for.
    pub(super) fn situation(&self, code: &str) -> Option<&Regime> {
        self.situations.get(code)
    }

    /// Whether a proposal calls for reinforced follow-up.
    pub(super) fn renforce(&self, p: &Proposition) -> bool {
        p.declencheur.as_deref().and_then(|d| self.situation(d)).is_some_and(|r| r.renforce)
    }

    /// What applies to a worker from all triggers together.
    pub(super) fn regime<'a>(
        &self,
        triggers: impl Iterator<Item = &'a str>,
        facts: &[FaitDeclencheur],
        age: i16,
    ) -> Regime {
        let personal = self.personnes.iter().filter(|(fact, regime)| match fact {
            FaitDeclencheur::Age => regime.age.is_some_and(|limit| age < limit),
            fact => facts.contains(fact),
        });
        let situations = triggers.filter_map(|t| self.situation(t));
        let mut whole = self.toujours;
        for r in personal.map(|(_, r)| r).chain(situations) {
            whole.plafond = whole.plafond.min(r.plafond);
            whole.avant |= r.avant;
            if r.renforce && (!whole.renforce || r.intermediaire.is_none()) {
                whole.intermediaire = r.intermediaire;
            }
            whole.renforce |= r.renforce;
        }
        whole
    }
}

/// The usual weight of a proposal among those of a job.
pub(super) fn likely(p: &Proposition) -> f64 {
    match p.plausibilite {
        Some(Plausibilite::Forte) => 0.9,
        Some(Plausibilite::Moyenne) => 0.55,
        Some(Plausibilite::Faible) => 0.2,
        None => 0.4,
    }
}

async fn term(tx: &mut Tx, list: &'static str, code: &'static str) -> Result<Coded, DemoError> {
    thesaurus::coded(tx, list, code).await?.ok_or(DemoError::UnknownTerm { list, code })
}
