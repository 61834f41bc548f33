//! Measured quantities: what may be measured, within which bounds, and what was measured.

use base::{Coded, Date};
use guard::{EcrireDossier, LireDossier, Permit, Work};
use salaries::SalarieId;
use store::{Row, StoreError, Tx, args};
use suivi::VisiteId;

base::id!(MesureId, "a measure");

store::statements! {
    OF_SALARIE = "select id, visite_id, salarie_id, thesaurus, version, code, label, valeur, unite, jour, auteur_id,
            auteur_nom, auteur_metier
        from mesure where salarie_id = $1 order by code, jour, id";
    SAVE = "insert into mesure (id, visite_id, salarie_id, thesaurus, version, code, label, valeur, unite, jour,
            auteur_id, auteur_nom, auteur_metier, saisie_le)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict (visite_id, code) do update set valeur = excluded.valeur, unite = excluded.unite,
            version = excluded.version, label = excluded.label, auteur_id = excluded.auteur_id,
            auteur_nom = excluded.auteur_nom, auteur_metier = excluded.auteur_metier, saisie_le = excluded.saisie_le";
    ERASE = "delete from mesure where visite_id = $1 and salarie_id = $2 and code = $3";
}

/// The list of quantities in the thesaurus.
const LISTE: &str = "mesures";

/// A quantity that may be measured, as the list `mesures` describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantite {
    /// Its term.
    pub terme: Coded,
    /// The family it stands in ("Audition"…).
    pub famille: String,
    /// Its unit.
    pub unite: String,
    /// Values outside are typing mistakes, and refused.
    pub possible: (f64, f64),
    /// Values outside are unusual, and said at once; either end may be open.
    pub usuel: (Option<f64>, Option<f64>),
}

impl Quantite {
    /// Reads what a person typed: a comma or a point, within the possible bounds.
    pub fn parse(&self, typed: &str) -> Result<f64, String> {
        let (min, max) = self.possible;
        let value: f64 = typed.trim().replace(',', ".").parse().map_err(|_| {
            format!(
                "{}\u{a0}: écrivez un nombre, par exemple {}.",
                self.terme.label,
                ui::decimal(f64::midpoint(min, max), 0)
            )
        })?;
        if (min..=max).contains(&value) {
            Ok(value)
        } else {
            Err(format!(
                "{}\u{a0}: {} {} n'est pas possible, la valeur doit être entre {} et {}.",
                self.terme.label,
                ui::decimal(value, 1),
                self.unite,
                ui::decimal(min, 0),
                ui::decimal(max, 0)
            ))
        }
    }

    /// Whether a value is outside the usual bounds.
    pub fn inhabituelle(&self, value: f64) -> bool {
        self.usuel.0.is_some_and(|min| value < min) || self.usuel.1.is_some_and(|max| value > max)
    }
}

/// One measured value.
#[derive(Debug, Clone, PartialEq)]
pub struct Mesure {
    /// Its identifier.
    pub id: MesureId,
    /// During which visit.
    pub visite_id: VisiteId,
    /// Whose it is.
    pub salarie_id: SalarieId,
    /// What was measured, with the label of the day.
    pub quantite: Coded,
    /// The value.
    pub valeur: f64,
    /// Its unit.
    pub unite: String,
    /// The day it was measured.
    pub jour: Date,
    /// Who entered it: account, name and trade.
    pub auteur_id: String,
    /// Their name on that day.
    pub auteur_nom: String,
    /// Their trade on that day.
    pub auteur_metier: String,
}

/// The quantities of the active list, in its order; those without unit are families.
pub async fn quantites(tx: &mut Tx) -> Result<Vec<Quantite>, StoreError> {
    let concepts = thesaurus::concepts(tx, LISTE).await?;
    Ok(concepts
        .iter()
        .filter(|c| c.active)
        .filter_map(|c| {
            let remarque = c.remarque.as_deref()?;
            let part = |name: &str| remarque.split(' ').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
            let number = |name: &str| part(name).and_then(|v| v.parse::<f64>().ok());
            Some(Quantite {
                terme: c.coded(),
                famille: c
                    .parent
                    .as_ref()
                    .and_then(|p| concepts.iter().find(|o| o.code == *p))
                    .map(|o| o.label.clone())
                    .unwrap_or_default(),
                unite: part("unite")?.to_owned(),
                possible: (number("min")?, number("max")?),
                usuel: (number("alerte_min"), number("alerte_max")),
            })
        })
        .collect())
}

/// All measures of the worker of the permit, by quantity then day.
pub async fn mesures(tx: &mut Tx, permit: &Permit<LireDossier>) -> Result<Vec<Mesure>, StoreError> {
    tx.all(OF_SALARIE, args![permit.object()]).await?.iter().map(read).collect()
}

/// Keeps a value typed during a visit; typing again replaces it until the visit is signed.
pub(crate) async fn enregistrer(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    visite: &VisiteId,
    jour: Date,
    quantite: &Quantite,
    valeur: f64,
) -> Result<(), StoreError> {
    let (id, now, who) = (work.new_id(), work.now(), work.caller().clone());
    let t = &quantite.terme;
    work.tx
        .execute(
            SAVE,
            args![
                id,
                visite.as_str(),
                permit.object(),
                &t.thesaurus,
                &t.version,
                &t.code,
                &t.label,
                valeur,
                &quantite.unite,
                jour,
                &who.compte_id,
                &who.nom,
                who.role.as_str(),
                now,
            ],
        )
        .await
        .map(|_| ())
}

/// Takes back a value typed during a visit that is not signed.
pub(crate) async fn effacer(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    visite: &VisiteId,
    code: &str,
) -> Result<(), StoreError> {
    work.tx.execute(ERASE, args![visite.as_str(), permit.object(), code]).await.map(|_| ())
}

/// Adds measures, one or many, entered on the day they were made.
pub async fn insert_mesures(tx: &mut Tx, new: &[Mesure]) -> Result<(), StoreError> {
    let columns = [
        "id",
        "visite_id",
        "salarie_id",
        "thesaurus",
        "version",
        "code",
        "label",
        "valeur",
        "unite",
        "jour",
        "auteur_id",
        "auteur_nom",
        "auteur_metier",
        "saisie_le",
    ];
    let rows = new.iter().map(|m| {
        args![
            m.id.as_str(),
            m.visite_id.as_str(),
            m.salarie_id.as_str(),
            &m.quantite.thesaurus,
            &m.quantite.version,
            &m.quantite.code,
            &m.quantite.label,
            m.valeur,
            &m.unite,
            m.jour,
            &m.auteur_id,
            &m.auteur_nom,
            &m.auteur_metier,
            format!("{}T12:00:00.000Z", m.jour),
        ]
    });
    tx.insert_many("mesure", &columns, rows).await.map(|_| ())
}

fn read(r: &Row) -> Result<Mesure, StoreError> {
    Ok(Mesure {
        id: MesureId::new(r.get::<String>("id")?),
        visite_id: VisiteId::new(r.get::<String>("visite_id")?),
        salarie_id: SalarieId::new(r.get::<String>("salarie_id")?),
        quantite: r.coded("")?.ok_or(StoreError::Column { column: "code".into(), expected: "a code" })?,
        valeur: r.get("valeur")?,
        unite: r.get("unite")?,
        jour: r.get("jour")?,
        auteur_id: r.get("auteur_id")?,
        auteur_nom: r.get("auteur_nom")?,
        auteur_metier: r.get("auteur_metier")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poids() -> Quantite {
        Quantite {
            terme: Coded {
                thesaurus: LISTE.into(),
                version: "1".into(),
                code: "M101".into(),
                label: "Poids".into(),
            },
            famille: "Morphologie".into(),
            unite: "kg".into(),
            possible: (25.0, 300.0),
            usuel: (None, Some(150.0)),
        }
    }

    #[test]
    fn a_value_is_read_the_french_way_and_kept_within_what_is_possible() {
        assert_eq!(poids().parse(" 72,5 "), Ok(72.5));
        assert!(poids().parse("soixante").unwrap_err().contains("écrivez un nombre"));
        assert!(poids().parse("725").unwrap_err().contains("entre 25 et 300"));
        assert!(poids().inhabituelle(160.0) && !poids().inhabituelle(70.0));
    }
}
