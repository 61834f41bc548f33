//! What the rooms below may ask about coded values kept here.

use store::{Select, Sql, args};
use thesaurus::{Usage, among};

// An establishment keeps no account of who entered it, and its activity is not a worker's: records only.
fn activites(list: &str, codes: Option<&[&str]>) -> Select {
    let select = Select::new("adherents::usages::ACTIVITES", "select activite_code as code, null as salarie_id, null as auteur_id, count(*) as n from etablissement")
        .filter("activite_thesaurus = {}", args![list]).filter("activite_code is not null", args![]);
    among(select, "activite_code", codes).tail("group by activite_code", args![])
}
const ACTIVITES_COMPTES: Sql = Sql {
    name: "adherents::usages::ACTIVITES_COMPTES",
    text: "select activite_code as code, count(*) as n from etablissement
        where activite_thesaurus = $1 and activite_code is not null group by activite_code",
};

pub(crate) const ALL: &[Sql] = &[ACTIVITES_COMPTES];

/// Where this room keeps coded values: the activities of establishments.
pub const USAGES: &[Usage] =
    &[Usage { nom: "établissements", lignes: activites, comptes: ACTIVITES_COMPTES }];
