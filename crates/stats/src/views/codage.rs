//! How data are coded: by a term, by "autre", by a value of the service's own, or in words alone (grid, 14.7). What
//! was coded is never read, only under which list and how: no row of the medical record passes here, only counts.

use std::collections::BTreeMap;

use guard::{LireChiffres, Permit};
use store::{StoreError, Tx, args};

store::statements! {
    // The dimension is $1, one centre or all when empty is $2: one text, so that both are prepared and tested.
    POSTES = "select liste, cle, nature, count(*) as saisies from (
            select coalesce(p.emploi_thesaurus, 'professions') as liste,
                case $1 when 'centre' then c.nom when 'annee' then substr(p.du, 1, 4) when 'auteur' then coalesce(o.role, '')
                    when 'metier' then case when p.emploi_code is null or p.emploi_code = 'autre' then '' else p.emploi_label end
                    else '' end as cle,
                case when p.emploi_code is null then 'libre' when p.emploi_code = 'autre' then 'autre'
                    when p.emploi_version = 'local' then 'locale' else 'codee' end as nature
            from poste p join contrat k on k.id = p.contrat_id join etablissement t on t.id = k.etablissement_id
                join centre c on c.id = t.centre_id left join compte o on o.id = p.saisi_par
            where $2 = '' or c.id = $2) q
        group by liste, cle, nature order by liste, cle, nature";
    EXPOSITIONS = "select liste, cle, nature, count(*) as saisies from (
            select x.agent_thesaurus as liste,
                case $1 when 'centre' then coalesce(c.nom, '') when 'annee' then substr(x.saisie_le, 1, 4)
                    when 'auteur' then coalesce(o.role, '')
                    when 'metier' then case when p.emploi_code is null or p.emploi_code = 'autre' then '' else p.emploi_label end
                    else '' end as cle,
                case when x.agent_code = 'autre' then 'autre' when x.agent_version = 'local' then 'locale'
                    else 'codee' end as nature
            from exposition x left join poste p on p.id = x.poste_id left join suivi_etat e on e.salarie_id = x.salarie_id
                left join centre c on c.id = e.centre_id left join compte o on o.id = x.auteur_id
            where $2 = '' or c.id = $2) q
        group by liste, cle, nature order by liste, cle, nature";
    VISITES = "select liste, cle, nature, count(*) as saisies from (
            select 'types-visite' as liste,
                case $1 when 'centre' then c.nom when 'annee' then substr(v.jour, 1, 4) when 'auteur' then f.metier
                    else '' end as cle,
                case when v.type_code = 'autre' then 'autre' when v.type_version = 'local' then 'locale'
                    else 'codee' end as nature
            from visite v join centre c on c.id = v.centre_id join professionnel f on f.id = v.professionnel_id
            where v.etat = 'signee' and ($2 = '' or c.id = $2)) q
        group by liste, cle, nature order by liste, cle, nature";
    ETABLISSEMENTS = "select liste, cle, nature, count(*) as saisies from (
            select coalesce(t.activite_thesaurus, 'activites') as liste,
                case $1 when 'centre' then c.nom when 'annee' then substr(t.du, 1, 4) else '' end as cle,
                case when t.activite_code is null then 'libre' when t.activite_code = 'autre' then 'autre'
                    when t.activite_version = 'local' then 'locale' else 'codee' end as nature
            from etablissement t join centre c on c.id = t.centre_id
            where $2 = '' or c.id = $2) q
        group by liste, cle, nature order by liste, cle, nature";
}

/// By what the data are counted, inside each list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// The list alone.
    Liste,
    /// The centre: of the establishment, of the worker's follow-up, or where the visit was.
    Centre,
    /// The job of the worker.
    Metier,
    /// The trade of who typed it.
    Auteur,
    /// The year: of the entry, of the first day where the day of entry is not kept.
    Annee,
}

impl Dimension {
    pub(crate) const ALL: [Self; 5] = [Self::Liste, Self::Centre, Self::Metier, Self::Auteur, Self::Annee];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Liste => "liste",
            Self::Centre => "centre",
            Self::Metier => "metier",
            Self::Auteur => "auteur",
            Self::Annee => "annee",
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Liste => "Liste",
            Self::Centre => "Équipe (centre)",
            Self::Metier => "Métier du salarié",
            Self::Auteur => "Métier de qui a saisi",
            Self::Annee => "Année",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == text)
    }
}

/// How the data of a list are coded, for one value of the dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Codage {
    pub(crate) liste: String,
    /// The value of the dimension; empty when it is not known.
    pub(crate) cle: String,
    pub(crate) codees: i64,
    pub(crate) autres: i64,
    pub(crate) libres: i64,
    pub(crate) locales: i64,
}

impl Codage {
    pub(crate) fn total(&self) -> i64 {
        self.codees + self.autres + self.libres + self.locales
    }
}

/// Counts how the data of a centre, or of every centre when it is empty, are coded.
pub(crate) async fn codage(
    tx: &mut Tx,
    _permit: &Permit<LireChiffres>,
    par: Dimension,
    centre: &str,
) -> Result<Vec<Codage>, StoreError> {
    let mut sums: BTreeMap<(String, String), Codage> = BTreeMap::new();
    for source in [POSTES, EXPOSITIONS, VISITES, ETABLISSEMENTS] {
        for r in tx.all(source, args![par.code(), centre]).await? {
            let key: (String, String) = (r.get("liste")?, r.get("cle")?);
            let (nature, n): (String, i64) = (r.get("nature")?, r.get("saisies")?);
            let line = sums.entry(key).or_default();
            match nature.as_str() {
                "codee" => line.codees += n,
                "autre" => line.autres += n,
                "libre" => line.libres += n,
                _ => line.locales += n,
            }
        }
    }
    let mut lines: Vec<Codage> =
        sums.into_iter().map(|((liste, cle), sum)| Codage { liste, cle, ..sum }).collect();
    lines.sort_by(|a, b| a.liste.cmp(&b.liste).then(b.total().cmp(&a.total())));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn how_an_exposure_is_coded_is_counted_never_which_it_is() {
        let program = include_str!("codage.rs").split("#[cfg(test)]").next().unwrap();
        let words: Vec<&str> = program
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
            .filter(|w| !w.is_empty())
            .collect();
        for column in ["agent_label", "declencheur", "source", "conclusion", "salarie_label", "nom_naissance"]
        {
            let read = words.windows(2).any(|pair| matches!(pair[0], "x" | "v" | "p") && pair[1] == column);
            assert!(!read, "codage.rs reads {column}");
        }
        // The code of an agent is only ever asked whether it is "autre".
        let asked = words.windows(2).filter(|pair| pair[0] == "agent_code").map(|pair| pair[1]);
        assert_eq!(asked.collect::<BTreeSet<_>>(), ["autre"].into());
        let read: BTreeSet<&str> =
            words.windows(2).filter(|pair| matches!(pair[0], "from" | "join")).map(|pair| pair[1]).collect();
        let expected = [
            "centre",
            "compte",
            "contrat",
            "etablissement",
            "exposition",
            "poste",
            "professionnel",
            "select",
            "suivi_etat",
            "visite",
        ];
        assert_eq!(read, expected.into());
    }
}
