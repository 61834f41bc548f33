//! What the rooms below may ask about coded values kept here.

use store::Sql;
use thesaurus::Usage;

const MESURES: Sql = Sql {
    name: "dossier::usages::MESURES",
    text: "select code, salarie_id, auteur_id, count(*) as n from mesure
        where thesaurus = $1 group by code, salarie_id, auteur_id",
};
const MESURES_COMPTES: Sql = Sql {
    name: "dossier::usages::MESURES_COMPTES",
    text: "select code, count(*) as n from mesure where thesaurus = $1 group by code",
};

pub(crate) const ALL: &[Sql] = &[MESURES, MESURES_COMPTES];

/// Where this room keeps coded values: measured quantities.
pub const USAGES: &[Usage] = &[Usage { nom: "mesures", sql: MESURES, comptes: MESURES_COMPTES }];
