//! What the rooms below may ask about coded values kept here.

use store::Sql;
use thesaurus::Usage;

const POSTES: Sql = Sql {
    name: "salaries::usages::POSTES",
    text: "select emploi_code as code, salarie_id, saisi_par as auteur_id, count(*) as n from poste
        where emploi_thesaurus = $1 group by emploi_code, salarie_id, saisi_par",
};
const POSTES_COMPTES: Sql = Sql {
    name: "salaries::usages::POSTES_COMPTES",
    text: "select emploi_code as code, count(*) as n from poste where emploi_thesaurus = $1 group by emploi_code",
};

pub(crate) const ALL: &[Sql] = &[POSTES, POSTES_COMPTES];

/// Where this room keeps coded values: the jobs of posts.
pub const USAGES: &[Usage] = &[Usage { nom: "postes", sql: POSTES, comptes: POSTES_COMPTES }];
