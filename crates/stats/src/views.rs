//! The only place of the program that reads the tables of other contexts. Portable SQL, aggregates first; the
//! rows behind a figure take a permit on identities. No table of the medical record is named here: a test says so.

mod codage;

use std::collections::BTreeMap;

use base::Date;
use guard::{LireChiffres, LireIdentite, Permit};
use jiff::ToSpan as _;
use salaries::SalarieId;
use store::{Select, StoreError, Tx, args};

use crate::catalogue::{Filtre, Periode, Population};

pub(crate) use codage::{ALL as CODAGE, Codage, Dimension, codage};

store::statements! {
    // One centre, or every centre when $1 is empty: the same text, so that both are prepared and tested.
    PAR_CATEGORIE = "select categorie, count(*) as salaries,
            sum(case when prochaine_legale < $2 then 1 else 0 end) as retards
        from suivi_etat
        where centre_id in (select id from centre where $1 = '' or id = $1) and categorie <> '-'
        group by categorie order by categorie";
    // What is aimed at never comes after the last legal day: the first condition lets the index do the work.
    RETARDS = "select coalesce(sum(case when prochaine_legale >= $3 then 1 else 0 end), 0) as recents,
            coalesce(sum(case when prochaine_legale < $3 and prochaine_legale >= $4 then 1 else 0 end), 0) as moyens,
            coalesce(sum(case when prochaine_legale < $4 and prochaine_legale >= $5 then 1 else 0 end), 0) as longs,
            coalesce(sum(case when prochaine_legale < $5 then 1 else 0 end), 0) as anciens,
            min(prochaine_legale) as premier
        from suivi_etat
        where centre_id in (select id from centre where $1 = '' or id = $1)
            and prochaine_planifiee < $2 and prochaine_legale < $2 and categorie <> '-'";
    A_VENIR = "select substr(prochaine_planifiee, 1, 7) as mois, count(*) as salaries
        from suivi_etat
        where centre_id in (select id from centre where $1 = '' or id = $1)
            and prochaine_planifiee >= $2 and prochaine_planifiee < $3 and categorie <> '-'
        group by substr(prochaine_planifiee, 1, 7) order by substr(prochaine_planifiee, 1, 7)";
    VISITES = "select v.type_code as code, max(v.type_label) as label, p.metier as metier, count(*) as visites,
            sum(case when v.mesures then 1 else 0 end) as proposees
        from visite v join professionnel p on p.id = v.professionnel_id
        where v.centre_id in (select id from centre where $1 = '' or id = $1)
            and v.jour >= $2 and v.jour <= $3 and v.etat = 'signee'
        group by v.type_code, p.metier order by v.type_code, p.metier";
}

/// The workers of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParCategorie {
    pub(crate) sigle: String,
    pub(crate) salaries: i64,
    pub(crate) retards: i64,
}

/// Workers whose legal day is past, by how long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Retards {
    /// Less than 3 months, 3 to 6, 6 to 12, over a year.
    pub(crate) tranches: [i64; 4],
    /// The oldest legal day past.
    pub(crate) premier: Option<Date>,
}

/// Signed visits of one type by one trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visites {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) metier: String,
    pub(crate) nombre: i64,
    pub(crate) proposees: i64,
}

/// All that the dashboard shows, on one view of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tableau {
    pub(crate) categories: Vec<ParCategorie>,
    pub(crate) retards: Retards,
    /// The twelve months from the present one on, by their first day.
    pub(crate) a_venir: Vec<(Date, i64)>,
    pub(crate) jour: Vec<Visites>,
    pub(crate) jour_avant: Vec<Visites>,
    pub(crate) mois: Vec<Visites>,
    pub(crate) mois_avant: Vec<Visites>,
}

/// The same day a year before; the 28th for a 29 February.
pub(crate) fn un_an_avant(jour: Date) -> Date {
    jour.saturating_sub(1.year())
}

/// The span of a period that ends today, both ends included.
pub(crate) fn bornes(periode: Periode, today: Date) -> (Date, Date) {
    match periode {
        Periode::Jour => (today, today),
        Periode::Mois => (today.first_of_month(), today),
    }
}

/// The first day after the twelve months that the due dates are shown for.
fn horizon(today: Date) -> Date {
    today.first_of_month().saturating_add(12.months())
}

/// Reads everything for a centre, or for the whole service when `centre` is empty.
pub(crate) async fn tableau(
    tx: &mut Tx,
    _permit: &Permit<LireChiffres>,
    centre: &str,
    today: Date,
) -> Result<Tableau, StoreError> {
    let rows = tx.all(PAR_CATEGORIE, args![centre, today]).await?;
    let categories = rows
        .iter()
        .map(|r| {
            Ok(ParCategorie {
                sigle: r.get("categorie")?,
                salaries: r.get("salaries")?,
                retards: r.get("retards")?,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let ago = |months: i64| today.saturating_sub(months.months());
    let retards = match tx.one(RETARDS, args![centre, today, ago(3), ago(6), ago(12)]).await? {
        Some(r) => Retards {
            tranches: [r.get("recents")?, r.get("moyens")?, r.get("longs")?, r.get("anciens")?],
            premier: r.get("premier")?,
        },
        None => Retards::default(),
    };
    let (month, month_before) = (bornes(Periode::Mois, today), bornes(Periode::Mois, un_an_avant(today)));
    let (day, day_before) = (bornes(Periode::Jour, today), bornes(Periode::Jour, un_an_avant(today)));
    Ok(Tableau {
        categories,
        retards,
        a_venir: a_venir(tx, centre, today).await?,
        jour: visites(tx, centre, day).await?,
        jour_avant: visites(tx, centre, day_before).await?,
        mois: visites(tx, centre, month).await?,
        mois_avant: visites(tx, centre, month_before).await?,
    })
}

async fn a_venir(tx: &mut Tx, centre: &str, today: Date) -> Result<Vec<(Date, i64)>, StoreError> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for r in tx.all(A_VENIR, args![centre, today, horizon(today)]).await? {
        counts.insert(r.get("mois")?, r.get("salaries")?);
    }
    let month = |rank: i64| {
        let first = today.first_of_month().saturating_add(rank.months());
        let key = format!("{:04}-{:02}", first.year(), first.month());
        (first, counts.get(&key).copied().unwrap_or(0))
    };
    Ok((0..12).map(month).collect())
}

async fn visites(tx: &mut Tx, centre: &str, (du, au): (Date, Date)) -> Result<Vec<Visites>, StoreError> {
    let rows = tx.all(VISITES, args![centre, du, au]).await?;
    rows.iter()
        .map(|r| {
            Ok(Visites {
                code: r.get("code")?,
                label: r.get("label")?,
                metier: r.get("metier")?,
                nombre: r.get("visites")?,
                proposees: r.get("proposees")?,
            })
        })
        .collect()
}

/// A row behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ligne {
    pub(crate) salarie_id: SalarieId,
    pub(crate) nom: String,
    pub(crate) entreprises: Vec<String>,
    pub(crate) categorie: String,
    /// The last legal day of the next visit.
    pub(crate) echeance: Option<Date>,
    /// The day of the visit, when visits are counted.
    pub(crate) visite: Option<Date>,
}

/// Adds what makes a row belong to a population.
fn within(select: Select, population: Population, centre: &str, today: Date) -> Select {
    match population {
        Population::Suivis(filtre) => {
            let select = select.filter(
                "e.centre_id in (select c.id from centre c where {} = '' or c.id = {}) and e.categorie <> '-'",
                args![centre, centre],
            );
            match filtre {
                Filtre::Tous => select,
                Filtre::AJour => {
                    select.filter("(e.prochaine_legale is null or e.prochaine_legale >= {})", args![today])
                }
                Filtre::EnRetard => select
                    .filter("e.prochaine_planifiee < {} and e.prochaine_legale < {}", args![today, today]),
                Filtre::Categorie(sigle) => select.filter("e.categorie = {}", args![sigle]),
                Filtre::AVenir => select.filter(
                    "e.prochaine_planifiee >= {} and e.prochaine_planifiee < {}",
                    args![today, horizon(today)],
                ),
            }
        }
        Population::Visites(periode) => {
            let (du, au) = bornes(periode, today);
            select.filter(
                "v.centre_id in (select c.id from centre c where {} = '' or c.id = {}) and v.etat = 'signee'
                    and v.jour >= {} and v.jour <= {}",
                args![centre, centre, du, au],
            )
        }
        Population::Fermee(_) => select.filter("1 = 0", Vec::new()),
    }
}

/// How many rows a population has: a figure, without any name.
pub(crate) async fn compte(
    tx: &mut Tx,
    _permit: &Permit<LireChiffres>,
    population: Population,
    centre: &str,
    today: Date,
) -> Result<i64, StoreError> {
    let select = match population {
        Population::Visites(_) => Select::new("stats::compte", "select count(*) as n from visite v"),
        _ => Select::new("stats::compte", "select count(*) as n from suivi_etat e"),
    };
    within(select, population, centre, today).one(tx).await?.map_or(Ok(0), |r| r.get("n"))
}

/// One page of the rows of a population: the most urgent first where there is urgency, else by name.
pub(crate) async fn lignes(
    tx: &mut Tx,
    _permit: &Permit<LireIdentite>,
    population: Population,
    centre: &str,
    today: Date,
    (page, per_page): (i64, i64),
) -> Result<Vec<Ligne>, StoreError> {
    let select = match population {
        Population::Visites(_) => Select::new(
            "stats::lignes",
            "select s.id, s.nom_naissance, s.nom_usage, s.prenoms, coalesce(e.categorie, '-') as categorie,
                e.prochaine_legale, v.jour as visite
                from visite v join salarie s on s.id = v.salarie_id left join suivi_etat e on e.salarie_id = v.salarie_id",
        ),
        _ => Select::new(
            "stats::lignes",
            "select s.id, s.nom_naissance, s.nom_usage, s.prenoms, e.categorie, e.prochaine_legale,
                cast(null as text) as visite
                from suivi_etat e join salarie s on s.id = e.salarie_id",
        ),
    };
    let span = args![per_page, (page.max(1) - 1) * per_page];
    let select = within(select, population, centre, today);
    let select = match population {
        Population::Visites(_) => select.tail("order by v.jour desc, v.id limit {} offset {}", span),
        Population::Suivis(Filtre::EnRetard) => {
            select.tail("order by e.prochaine_legale, e.salarie_id limit {} offset {}", span)
        }
        Population::Suivis(Filtre::AVenir) => {
            select.tail("order by e.prochaine_planifiee, e.salarie_id limit {} offset {}", span)
        }
        _ => select.tail("order by s.tri, s.id limit {} offset {}", span),
    };
    let rows = select.all(tx).await?;
    let mut lignes = Vec::with_capacity(rows.len());
    for r in &rows {
        let (usage, naissance): (Option<String>, String) = (r.get("nom_usage")?, r.get("nom_naissance")?);
        let prenoms: String = r.get("prenoms")?;
        let prenom = prenoms.split(' ').next().unwrap_or_default();
        lignes.push(Ligne {
            salarie_id: SalarieId::new(r.get::<String>("id")?),
            nom: format!("{prenom} {}", usage.unwrap_or(naissance)),
            entreprises: Vec::new(),
            categorie: r.get("categorie")?,
            echeance: r.get("prochaine_legale")?,
            visite: r.get("visite")?,
        });
    }
    let mut employers = employeurs(tx, &lignes, today).await?;
    for ligne in &mut lignes {
        ligne.entreprises = employers.get_mut(&ligne.salarie_id).cloned().unwrap_or_default();
    }
    Ok(lignes)
}

/// The present employers of some workers, latest contract first.
async fn employeurs(
    tx: &mut Tx,
    lignes: &[Ligne],
    today: Date,
) -> Result<BTreeMap<SalarieId, Vec<String>>, StoreError> {
    let rows = Select::new(
        "stats::employeurs",
        "select k.salarie_id, a.raison_sociale from contrat k
            join etablissement t on t.id = k.etablissement_id join adherent a on a.id = t.adherent_id",
    )
    .filter_in("k.salarie_id", lignes.iter().map(|l| l.salarie_id.as_str().into()).collect())
    .filter("k.du <= {} and (k.au is null or k.au > {})", args![today, today])
    .tail("order by k.du desc, k.id", Vec::new())
    .all(tx)
    .await?;
    let mut found: BTreeMap<SalarieId, Vec<String>> = BTreeMap::new();
    for r in &rows {
        let names = found.entry(SalarieId::new(r.get::<String>("salarie_id")?)).or_default();
        let name: String = r.get("raison_sociale")?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lower-case words of this file's program text, tests left out.
    fn source_words() -> Vec<&'static str> {
        let program = include_str!("views.rs").split("#[cfg(test)]").next().unwrap();
        let code = program.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
            .filter(|w| !w.is_empty())
            .collect()
    }

    #[test]
    fn figures_never_touch_the_medical_record() {
        let words = source_words();
        for table in ["mesure", "note", "document", "exposition", "proposition_refusee"] {
            assert!(!words.contains(&table), "views.rs names the table {table}");
        }
        let read: std::collections::BTreeSet<&str> =
            words.windows(2).filter(|pair| matches!(pair[0], "from" | "join")).map(|pair| pair[1]).collect();
        let expected = [
            "adherent",
            "centre",
            "contrat",
            "etablissement",
            "professionnel",
            "salarie",
            "suivi_etat",
            "visite",
        ];
        assert_eq!(read, expected.into());
    }

    #[test]
    fn a_leap_day_compares_with_the_28th() {
        let leap = Date::new(2028, 2, 29).unwrap();
        assert_eq!(un_an_avant(leap), Date::new(2027, 2, 28).unwrap());
    }

    #[test]
    fn twelve_months_run_to_the_end_of_the_eleventh_after_this_one() {
        assert_eq!(horizon(Date::new(2026, 11, 24).unwrap()), Date::new(2027, 11, 1).unwrap());
    }
}
