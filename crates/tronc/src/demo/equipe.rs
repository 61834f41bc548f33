//! The service: its centres, its teams, the six accounts of the demonstration.

use std::collections::HashMap;

use base::{Date, Period};
use droit::Metier;
use guard::{Guard, NewAccount, Role};
use identite::{Rpps, Sexe, Siren};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId, Service};
use store::Tx;

use super::{
    DemoError, Ids, Kit, LOGINS, MOT_DE_PASSE,
    catalogue::Catalogue,
    hasard::{Hasard, count},
    jours,
};

/// A post of doctor or nurse, and those who held it one after the other.
pub(super) struct Fonction {
    pub(super) titulaires: Vec<Professionnel>,
    /// The centre of the post, as a place in [`Equipe::centres`].
    pub(super) centre: usize,
}

impl Fonction {
    /// Who held it on that day.
    pub(super) fn le(&self, day: Date) -> Option<&Professionnel> {
        self.titulaires.iter().find(|p| p.present(day))
    }
}

/// A centre and those who receive there, as places in [`Equipe::medecins`] and [`Equipe::infirmiers`].
pub(super) struct Lieu {
    pub(super) centre: Centre,
    pub(super) medecins: Vec<usize>,
    pub(super) infirmiers: Vec<usize>,
}

/// The service.
pub(super) struct Equipe {
    pub(super) centres: Vec<Lieu>,
    pub(super) medecins: Vec<Fonction>,
    pub(super) infirmiers: Vec<Fonction>,
    autres: Vec<Professionnel>,
    trades: HashMap<String, Metier>,
}

/// The towns of an invented country: the service receives in the first ones.
const VILLES: &[&str] = &[
    "Brenne-sur-Anglin",
    "Saint-Aubin-le-Val",
    "Montfleury",
    "Les Trois-Ponts",
    "Villeneuve-la-Brenne",
    "Beaulieu-le-Vieux",
    "Rochemaure-le-Bas",
    "Valserine",
    "Pont-Rouge",
    "La Chesnaye",
    "Fontclaire",
    "Saint-Lazare-des-Bois",
    "Hautefeuille",
    "Brévilliers-le-Sec",
    "Orvanne",
    "La Ferté-Brenne",
    "Saint-Genou-du-Lac",
    "Malvaux",
    "Grandlieu-sur-Anglin",
    "Les Essarts-Blancs",
    "Coulandre",
    "Le Breuil-Neuf",
    "Sainte-Aurore",
    "Montagny-le-Haut",
    "Périgneux-la-Forêt",
    "Champvert-le-Grand",
    "Étangville",
    "Vieux-Moulin-sur-Brenne",
];

/// Workers followed by one full-time doctor.
const SALARIES_PAR_MEDECIN: f64 = 4500.0;
/// Centres grow more slowly than teams: 3 for 3 doctors, 7 for 18, 40 for 220.
const CENTRES_PAR_MEDECIN: f64 = 0.68;

impl Equipe {
    pub(super) fn new(h: &mut Hasard, ids: &mut Ids, catalogue: &Catalogue, kit: Kit, today: Date) -> Self {
        let doctors = count((f64::from(kit.salaries) / SALARIES_PAR_MEDECIN).ceil()).max(3);
        let fixed = count((doctors as f64).powf(CENTRES_PAR_MEDECIN)).max(3);
        let mobile = 1 + doctors / 30;
        let mut centres: Vec<Lieu> = (0..fixed + mobile)
            .map(|n| {
                let ville = VILLES[n % VILLES.len()];
                let (nom, adresse) = if n < fixed {
                    let rank =
                        if n < VILLES.len() { String::new() } else { format!(" {}", 1 + n / VILLES.len()) };
                    (format!("Centre de {ville}{rank}"), format!("{}, {ville}", catalogue.adresse(h)))
                } else {
                    let rank = if mobile == 1 { String::new() } else { format!(" n° {}", n - fixed + 1) };
                    (format!("Centre mobile{rank}"), "Camion médical, chez les adhérents".to_owned())
                };
                let centre = Centre { id: CentreId::new(ids.next()), nom, adresse, mobile: n >= fixed };
                Lieu { centre, medecins: Vec::new(), infirmiers: Vec::new() }
            })
            .collect();
        let mut person =
            |h: &mut Hasard, login: Option<usize>, metier: Role, centre: usize, presence: Period| {
                let (prenom, nom) = login.and_then(|n| LOGINS.get(n)).map_or_else(
                    || {
                        let sexe = if h.chance(0.62) { Sexe::Feminin } else { Sexe::Masculin };
                        let year = i16::try_from(h.between(1962, 1994)).unwrap_or(1980);
                        let prenoms = catalogue.prenoms(h, sexe, year);
                        (prenoms.split(' ').next().unwrap_or_default().to_owned(), title(catalogue.nom(h)))
                    },
                    |l| (l.prenom.to_owned(), l.nom.to_owned()),
                );
                // The numbers of doctors and nurses begin with 1 in the national directory.
                let rpps = matches!(metier, Role::Medecin | Role::Infirmier)
                    .then(|| Rpps::from_root10(&format!("1009{:06}", h.place(1_000_000))).ok())
                    .flatten()
                    .map(|r| r.as_str().to_owned());
                Professionnel {
                    id: ProfessionnelId::new(ids.next()),
                    nom,
                    prenom,
                    metier,
                    rpps,
                    centre_id: centres[centre].centre.id.clone(),
                    presence,
                }
            };
        let opening = jours::new_year(today.year() - 14);
        let mut posts = |h: &mut Hasard, login: usize, metier: Role| -> Vec<Fonction> {
            (0..doctors)
                .map(|n| {
                    let centre = n % fixed;
                    let change = h.chance(0.3).then(|| jours::plus(today, -h.between(400, 2600)));
                    let login = (n == 0).then_some(login);
                    let titulaires =
                        match change.and_then(|c| Period::new(opening, Some(c)).ok().zip(Some(c))) {
                            Some((before, day)) => vec![
                                person(h, None, metier, centre, before),
                                person(h, login, metier, centre, Period::since(day)),
                            ],
                            None => vec![person(h, login, metier, centre, Period::since(opening))],
                        };
                    Fonction { titulaires, centre }
                })
                .collect()
        };
        let medecins = posts(h, 0, Role::Medecin);
        let infirmiers = posts(h, 1, Role::Infirmier);
        let mut autres = Vec::new();
        let ratios = [
            (Role::Secretaire, 1.0, Some(2)),
            (Role::Iprp, 0.6, Some(3)),
            (Role::Asst, 0.4, None),
            (Role::Direction, 0.1, Some(4)),
            (Role::Informatique, 0.06, Some(5)),
        ];
        for (metier, ratio, login) in ratios {
            let people = count((doctors as f64 * ratio).ceil()).max(1);
            for n in 0..people {
                let since = jours::plus(today, -h.between(200, 5000));
                autres.push(person(h, login.filter(|_| n == 0), metier, n % fixed, Period::since(since)));
            }
        }
        for n in 0..doctors {
            centres[n % fixed].medecins.push(n);
            centres[n % fixed].infirmiers.push(n);
        }
        for n in 0..mobile {
            centres[fixed + n].medecins.push(n % doctors);
            centres[fixed + n].infirmiers.push(n % doctors);
        }
        let mut equipe = Self { centres, medecins, infirmiers, autres, trades: HashMap::new() };
        equipe.trades = equipe
            .professionnels()
            .filter_map(|p| Some((p.id.as_str().to_owned(), suivi::metier(p.metier)?)))
            .collect();
        equipe
    }

    pub(super) fn professionnels(&self) -> impl Iterator<Item = &Professionnel> {
        self.medecins.iter().chain(&self.infirmiers).flat_map(|f| &f.titulaires).chain(&self.autres)
    }

    /// A town near a centre: its own most often.
    pub(super) fn ville(&self, h: &mut Hasard, centre: usize) -> &'static str {
        let own = !self.centres[centre].centre.mobile && h.chance(0.55);
        let place = if own { centre } else { h.place(VILLES.len()) };
        VILLES[place % VILLES.len()]
    }

    /// The trade behind an identifier, for the rules.
    pub(super) fn metier(&self, id: &str) -> Metier {
        self.trades.get(id).copied().unwrap_or(Metier::Secretaire)
    }

    /// Writes the service, its centres, its people, and the accounts of [`super::logins`].
    pub(super) async fn write(&self, guard: &Guard, tx: &mut Tx) -> Result<u64, DemoError> {
        // Made from a root beyond those in use, so that it names nobody.
        let siren = Siren::from_root8("98765432").map(|s| s.as_str().to_owned()).unwrap_or_default();
        organisation::insert_service(
            tx,
            &Service {
                nom: "Service de prévention et de santé au travail du Val de Brenne (démonstration)"
                    .to_owned(),
                siren,
                adresse: "4 place de la Mairie, Brenne-sur-Anglin".to_owned(),
                telephone: "02 61 91 00 00".to_owned(),
                courriel: "accueil@val-de-brenne.example".to_owned(),
                demonstration: true,
            },
        )
        .await?;
        for lieu in &self.centres {
            organisation::insert_centre(tx, &lieu.centre).await?;
        }
        let mut rows = self.centres.len() + 1;
        for p in self.professionnels() {
            organisation::insert_professionnel(tx, p).await?;
            rows += 1;
        }
        for login in LOGINS {
            let mine = self.professionnels().find(|p| p.nom == login.nom && p.prenom == login.prenom);
            guard
                .add_account(
                    tx,
                    &NewAccount {
                        identifiant: login.identifiant.to_owned(),
                        nom: mine.map_or_else(
                            || format!("{} {}", login.prenom, login.nom),
                            Professionnel::nom_complet,
                        ),
                        role: login.role,
                        mot_de_passe: MOT_DE_PASSE.to_owned(),
                        professionnel_id: mine.map(|p| p.id.as_str().to_owned()),
                        centre_id: mine.map(|p| p.centre_id.as_str().to_owned()),
                    },
                )
                .await?;
            rows += 1;
        }
        Ok(rows as u64)
    }
}

/// `LE GOFF` gives `Le Goff`.
pub(super) fn title(name: &str) -> String {
    let mut start = true;
    name.chars()
        .flat_map(|c| {
            let first = std::mem::replace(&mut start, !c.is_alphabetic());
            if first { c.to_uppercase().collect::<Vec<_>>() } else { c.to_lowercase().collect() }
        })
        .collect()
}
