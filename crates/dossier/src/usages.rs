//! What the rooms below may ask about coded values kept here.

use store::{Select, Sql, args};
use thesaurus::{Usage, among};

fn mesures(list: &str, codes: Option<&[&str]>) -> Select {
    let select = Select::new(
        "dossier::usages::MESURES",
        "select code, salarie_id, auteur_id, count(*) as n from mesure",
    )
    .filter("thesaurus = {}", args![list]);
    among(select, "code", codes).tail("group by code, salarie_id, auteur_id", args![])
}
const MESURES_COMPTES: Sql = Sql {
    name: "dossier::usages::MESURES_COMPTES",
    text: "select code, count(*) as n from mesure where thesaurus = $1 group by code",
};

pub(crate) const ALL: &[Sql] = &[MESURES_COMPTES];

/// Where this room keeps coded values: measured quantities.
pub const USAGES: &[Usage] = &[Usage { nom: "mesures", lignes: mesures, comptes: MESURES_COMPTES }];
