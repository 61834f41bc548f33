//! Finding a worker by a few letters of the name, a birth date or a NIR, case and accents ignored.

use std::collections::BTreeMap;

use adherents::EtablissementId;
use base::{Date, date_from_french, words};
use store::{Select, StoreError, Tx, args};

use crate::{Salarie, tables::read_salarie};

/// What a person typed, taken apart: words, a birth date, digits of a NIR, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demande {
    /// Beginnings of names, folded.
    pub mots: Vec<String>,
    /// Birth date.
    pub naissance: Option<Date>,
    /// The beginning of a NIR, without spaces.
    pub nir: Option<String>,
}

/// A worker as result lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouve {
    /// The worker.
    pub salarie: Salarie,
    /// Their present employers.
    pub employeurs: Vec<String>,
}

impl Demande {
    /// Takes a query apart. `dupont 12/03/1980`, `2 84 05`, `le goff an` are all understood.
    pub fn parse(query: &str) -> Self {
        let mut demande = Self::default();
        let compact: String = query.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        let digits_first = compact.chars().next().is_some_and(|c| ('1'..='8').contains(&c));
        let nir_like = digits_first
            && compact.len() >= 5
            && compact.len() <= 15
            && compact
                .char_indices()
                .all(|(i, c)| c.is_ascii_digit() || (i == 6 && matches!(c.to_ascii_uppercase(), 'A' | 'B')));
        // Eight digits that make a day are a birth date; anything longer is a NIR.
        if let Some(day) = date_from_french(query) {
            demande.naissance = Some(day);
        } else if nir_like {
            demande.nir = Some(compact.to_uppercase());
        } else {
            for part in query.split_whitespace() {
                match date_from_french(part) {
                    Some(day) => demande.naissance = Some(day),
                    None => demande.mots.extend(words(part)),
                }
            }
        }
        demande
    }

    /// Whether nothing usable was typed.
    pub fn is_empty(&self) -> bool {
        self.mots.iter().all(|m| m.len() < 2) && self.naissance.is_none() && self.nir.is_none()
    }

    fn filter(&self, mut select: Select) -> Select {
        for mot in &self.mots {
            let end = format!("{mot}\u{10ffff}");
            select = select.filter(
                "s.id in (select m.salarie_id from salarie_mot m where m.mot >= {} and m.mot < {})",
                args![mot, end],
            );
        }
        if let Some(day) = self.naissance {
            select = select.filter("s.naissance = {}", args![day]);
        }
        if let Some(nir) = &self.nir {
            select = select.filter("s.nir >= {} and s.nir < {}", args![nir, format!("{nir}\u{10ffff}")]);
        }
        select
    }
}

/// One page of workers and the total; nothing when the query is empty.
pub async fn search(
    tx: &mut Tx,
    demande: &Demande,
    today: Date,
    page: i64,
    per_page: i64,
) -> Result<(Vec<Trouve>, i64), StoreError> {
    if demande.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let total =
        demande.filter(Select::new("salaries::count", "select count(*) as n from salarie s")).one(tx).await?;
    let total = total.map_or(Ok(0), |r| r.get("n"))?;
    let found = page_of(tx, demande, today, (page.max(1) - 1) * per_page, per_page).await?;
    Ok((found, total))
}

/// The first workers while a person types; without the total, which costs more than the rows.
pub async fn suggestions(
    tx: &mut Tx,
    demande: &Demande,
    today: Date,
    limit: i64,
) -> Result<Vec<Trouve>, StoreError> {
    if demande.is_empty() { Ok(Vec::new()) } else { page_of(tx, demande, today, 0, limit).await }
}

async fn page_of(
    tx: &mut Tx,
    demande: &Demande,
    today: Date,
    offset: i64,
    limit: i64,
) -> Result<Vec<Trouve>, StoreError> {
    let head = "select s.id, s.nom_naissance, s.nom_usage, s.prenoms, s.sexe, s.naissance, s.lieu_code, s.lieu_label,
        s.nir, s.ins_statut, s.provenance, s.telephone, s.courriel, s.rqth_depuis, s.pension_depuis, s.deces from salarie s";
    let select = demande.filter(Select::new("salaries::search", head));
    // Those whose name in use begins with what was typed come first.
    let select = match demande.mots.first() {
        Some(mot) => select.tail(
            "order by case when s.tri >= {} and s.tri < {} then 0 else 1 end, s.tri, s.id limit {} offset {}",
            args![mot, format!("{mot}\u{10ffff}"), limit, offset],
        ),
        None => select.tail("order by s.tri, s.id limit {} offset {}", args![limit, offset]),
    };
    let rows = select.all(tx).await?;
    let salaries = rows.iter().map(read_salarie).collect::<Result<Vec<_>, _>>()?;
    let mut presents: BTreeMap<String, Vec<EtablissementId>> = BTreeMap::new();
    let contrats = Select::new("salaries::employers", "select salarie_id, etablissement_id from contrat")
        .filter_in("salarie_id", salaries.iter().map(|s| s.id.as_str().into()).collect())
        .filter("du <= {} and (au is null or au > {})", args![today, today])
        .tail("order by du desc, id", Vec::new())
        .all(tx)
        .await?;
    for r in &contrats {
        let of = presents.entry(r.get("salarie_id")?).or_default();
        of.push(EtablissementId::new(r.get::<String>("etablissement_id")?));
    }
    let all: Vec<EtablissementId> = presents.values().flatten().cloned().collect();
    let employeurs = adherents::employeurs(tx, &all).await?;
    Ok(salaries
        .into_iter()
        .map(|salarie| {
            let ids = presents.get(salarie.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let employeurs =
                ids.iter().filter_map(|id| employeurs.get(id)).map(|e| e.raison_sociale.clone()).collect();
            Trouve { salarie, employeurs }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Date;

    fn day(y: i16, m: i8, d: i8) -> Date {
        Date::new(y, m, d).unwrap()
    }

    #[test]
    fn a_query_is_taken_apart_in_any_order() {
        let d = Demande::parse("Le Goff 12/03/1980");
        assert_eq!(
            (d.mots.as_slice(), d.naissance),
            (["le".to_owned(), "goff".to_owned()].as_slice(), Some(day(1980, 3, 12)))
        );
        assert_eq!(Demande::parse("12031980").naissance, Some(day(1980, 3, 12)));
        assert_eq!(Demande::parse("2 84 05 78").nir.as_deref(), Some("2840578"));
        assert_eq!(Demande::parse("2 53 07 2a 073 004").nir.as_deref(), Some("253072A073004"));
        assert_eq!(Demande::parse("Éléonore").mots, ["eleonore"]);
    }

    #[test]
    fn nothing_usable_finds_nobody_rather_than_everybody() {
        for query in ["", "  ", "d", "-", "…"] {
            assert!(Demande::parse(query).is_empty(), "{query:?}");
        }
    }
}
