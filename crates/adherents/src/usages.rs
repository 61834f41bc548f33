//! What the rooms below may ask about coded values kept here.

use store::Sql;
use thesaurus::Usage;

// An establishment keeps no account of who entered it, and its activity is not a worker's: records only.
const ACTIVITES: Sql = Sql {
    name: "adherents::usages::ACTIVITES",
    text:
        "select activite_code as code, null as salarie_id, null as auteur_id, count(*) as n from etablissement
        where activite_thesaurus = $1 and activite_code is not null group by activite_code",
};
const ACTIVITES_COMPTES: Sql = Sql {
    name: "adherents::usages::ACTIVITES_COMPTES",
    text: "select activite_code as code, count(*) as n from etablissement
        where activite_thesaurus = $1 and activite_code is not null group by activite_code",
};

pub(crate) const ALL: &[Sql] = &[ACTIVITES, ACTIVITES_COMPTES];

/// Where this room keeps coded values: the activities of establishments.
pub const USAGES: &[Usage] = &[Usage { nom: "établissements", sql: ACTIVITES, comptes: ACTIVITES_COMPTES }];
