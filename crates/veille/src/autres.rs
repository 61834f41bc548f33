//! The texts typed as "autre", gathered across rooms: what the lists lack. They never count as terms.

use std::collections::{BTreeMap, HashSet};

use base::fold;
use guard::{LireVeille, Permit};
use salaries::SaisieAutre;
use store::{StoreError, Tx};

use crate::Texte;

/// The same words, however they were spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Groupe {
    pub(crate) thesaurus: String,
    /// The latest version they were typed in.
    pub(crate) version: String,
    /// The words folded: what makes the group.
    pub(crate) plie: String,
    /// The spellings, the most frequent first.
    pub(crate) textes: Vec<Texte>,
    pub(crate) saisies: i64,
    pub(crate) salaries: usize,
    /// People who typed them, where the record says who.
    pub(crate) utilisateurs: usize,
}

impl Groupe {
    /// The most frequent spelling.
    pub(crate) fn titre(&self) -> &str {
        self.textes.first().map_or(&self.plie, |t| &t.texte)
    }
}

/// Reads what every room keeps under "autre", gathered.
pub(crate) async fn lire(tx: &mut Tx, permit: &Permit<LireVeille>) -> Result<Vec<Groupe>, StoreError> {
    let mut typed = salaries::metiers_absents(tx, permit).await?;
    typed.extend(suivi::expositions_absentes(tx, permit).await?);
    Ok(grouper(&typed))
}

/// Gathers texts by list and folded words; what is met in most files first.
fn grouper(typed: &[SaisieAutre]) -> Vec<Groupe> {
    #[derive(Default)]
    struct Sums<'a> {
        version: &'a str,
        textes: BTreeMap<&'a str, i64>,
        salaries: HashSet<&'a str>,
        auteurs: HashSet<&'a str>,
    }
    let mut sums: BTreeMap<(&str, String), Sums<'_>> = BTreeMap::new();
    for s in typed {
        let v = &s.valeur;
        let sum = sums.entry((&v.thesaurus, fold(&v.label))).or_default();
        sum.version = sum.version.max(&v.version);
        *sum.textes.entry(v.label.trim()).or_default() += s.saisies;
        sum.salaries.insert(s.salarie_id.as_str());
        sum.auteurs.extend(s.auteur.as_deref());
    }
    let mut groups: Vec<Groupe> = sums
        .into_iter()
        .filter(|((_, plie), _)| !plie.is_empty())
        .map(|((thesaurus, plie), sum)| {
            let mut textes: Vec<Texte> = sum
                .textes
                .into_iter()
                .map(|(texte, saisies)| Texte { texte: texte.to_owned(), saisies })
                .collect();
            textes.sort_by_key(|t| std::cmp::Reverse(t.saisies));
            Groupe {
                thesaurus: thesaurus.to_owned(),
                version: sum.version.to_owned(),
                plie,
                saisies: textes.iter().map(|t| t.saisies).sum(),
                textes,
                salaries: sum.salaries.len(),
                utilisateurs: sum.auteurs.len(),
            }
        })
        .collect();
    groups.sort_by(|a, b| b.salaries.cmp(&a.salaries).then(b.saisies.cmp(&a.saisies)));
    groups
}

#[cfg(test)]
mod tests {
    use base::{AUTRE, Coded};
    use salaries::SalarieId;

    use super::*;

    fn typed(list: &str, words: &str, worker: &str, author: Option<&str>, n: i64) -> SaisieAutre {
        SaisieAutre {
            valeur: Coded {
                thesaurus: list.into(),
                version: "2026".into(),
                code: AUTRE.into(),
                label: words.into(),
            },
            salarie_id: SalarieId::new(worker),
            auteur: author.map(str::to_owned),
            saisies: n,
        }
    }

    #[test]
    fn les_memes_mots_font_un_groupe_quelle_que_soit_leur_graphie() {
        let groups = grouper(&[
            typed("professions", "Vitrailliste", "s1", Some("a"), 2),
            typed("professions", "vitrailliste ", "s1", Some("b"), 1),
            typed("professions", "VITRAILLISTE", "s2", Some("a"), 1),
            typed("expositions", "Vitrailliste", "s3", None, 9),
            typed("professions", "…", "s4", None, 4),
        ]);
        assert_eq!(groups.len(), 2, "one per list, and signs alone say nothing");
        let jobs = &groups[0];
        assert_eq!((jobs.thesaurus.as_str(), jobs.titre()), ("professions", "Vitrailliste"));
        assert_eq!((jobs.saisies, jobs.salaries, jobs.utilisateurs, jobs.textes.len()), (4, 2, 2, 3));
        assert_eq!((groups[1].salaries, groups[1].utilisateurs), (1, 0));
    }
}
