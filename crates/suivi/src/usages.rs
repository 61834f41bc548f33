//! What the rooms below may ask about coded values kept here.

use store::{Select, Sql, args};
use thesaurus::{Usage, among};

fn expositions(list: &str, codes: Option<&[&str]>) -> Select {
    let select = Select::new(
        "suivi::usages::EXPOSITIONS",
        "select agent_code as code, salarie_id, auteur_id, count(*) as n from exposition",
    )
    .filter("agent_thesaurus = {}", args![list]);
    among(select, "agent_code", codes).tail("group by agent_code, salarie_id, auteur_id", args![])
}
const EXPOSITIONS_COMPTES: Sql = Sql {
    name: "suivi::usages::EXPOSITIONS_COMPTES",
    text: "select agent_code as code, count(*) as n from exposition where agent_thesaurus = $1 group by agent_code",
};
// A visit keeps no account of who planned it: its users are not counted.
fn visites(list: &str, codes: Option<&[&str]>) -> Select {
    let select = Select::new(
        "suivi::usages::VISITES",
        "select type_code as code, salarie_id, null as auteur_id, count(*) as n from visite",
    )
    .filter("{} = 'types-visite'", args![list]);
    among(select, "type_code", codes).tail("group by type_code, salarie_id", args![])
}
const VISITES_COMPTES: Sql = Sql {
    name: "suivi::usages::VISITES_COMPTES",
    text: "select type_code as code, count(*) as n from visite where $1 = 'types-visite' group by type_code",
};

pub(crate) const ALL: &[Sql] = &[EXPOSITIONS_COMPTES, VISITES_COMPTES];

/// Where this room keeps coded values: exposures and types of visits.
pub const USAGES: &[Usage] = &[
    Usage { nom: "expositions", lignes: expositions, comptes: EXPOSITIONS_COMPTES },
    Usage { nom: "visites", lignes: visites, comptes: VISITES_COMPTES },
];
