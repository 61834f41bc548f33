//! What the rooms below may ask about coded values kept here.

use store::{Select, Sql, args};
use thesaurus::{Usage, among};

fn postes(list: &str, codes: Option<&[&str]>) -> Select {
    let select = Select::new(
        "salaries::usages::POSTES",
        "select emploi_code as code, salarie_id, saisi_par as auteur_id, count(*) as n from poste",
    )
    .filter("emploi_thesaurus = {}", args![list]);
    among(select, "emploi_code", codes).tail("group by emploi_code, salarie_id, saisi_par", args![])
}
const POSTES_COMPTES: Sql = Sql {
    name: "salaries::usages::POSTES_COMPTES",
    text: "select emploi_code as code, count(*) as n from poste where emploi_thesaurus = $1 group by emploi_code",
};

pub(crate) const ALL: &[Sql] = &[POSTES_COMPTES];

/// Where this room keeps coded values: the jobs of posts.
pub const USAGES: &[Usage] = &[Usage { nom: "postes", lignes: postes, comptes: POSTES_COMPTES }];
