//! What the rooms below may ask about coded values kept here.

use store::Sql;
use thesaurus::Usage;

const EXPOSITIONS: Sql = Sql {
    name: "suivi::usages::EXPOSITIONS",
    text: "select agent_code as code, salarie_id, auteur_id, count(*) as n from exposition
        where agent_thesaurus = $1 group by agent_code, salarie_id, auteur_id",
};
const EXPOSITIONS_COMPTES: Sql = Sql {
    name: "suivi::usages::EXPOSITIONS_COMPTES",
    text: "select agent_code as code, count(*) as n from exposition where agent_thesaurus = $1 group by agent_code",
};
// A visit keeps no account of who planned it: its users are not counted.
const VISITES: Sql = Sql {
    name: "suivi::usages::VISITES",
    text: "select type_code as code, salarie_id, null as auteur_id, count(*) as n from visite
        where $1 = 'types-visite' group by type_code, salarie_id",
};
const VISITES_COMPTES: Sql = Sql {
    name: "suivi::usages::VISITES_COMPTES",
    text: "select type_code as code, count(*) as n from visite where $1 = 'types-visite' group by type_code",
};

pub(crate) const ALL: &[Sql] = &[EXPOSITIONS, EXPOSITIONS_COMPTES, VISITES, VISITES_COMPTES];

/// Where this room keeps coded values: exposures and types of visits.
pub const USAGES: &[Usage] = &[
    Usage { nom: "expositions", sql: EXPOSITIONS, comptes: EXPOSITIONS_COMPTES },
    Usage { nom: "visites", sql: VISITES, comptes: VISITES_COMPTES },
];
