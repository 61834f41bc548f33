//! The catalogue: everything that the dashboard counts, with its definition, its source and what it opens onto.

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mesure {
    /// Its name in addresses.
    pub id: &'static str,
    /// What a person reads.
    pub titre: &'static str,
    /// What is counted, in French, to the last condition.
    pub definition: &'static str,
    /// Where the notion comes from.
    pub source: &'static str,
    /// Who is counted.
    pub population: Population,
}

/// Who is counted, and so what the figure opens onto.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// Workers, by the state of their follow-up.
    Suivis(Filtre),
    /// Signed visits.
    Visites(Periode),
    /// A figure that never opens, with the reason.
    Fermee(&'static str),
}

/// Which workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filtre {
    /// All those followed.
    Tous,
    /// Those whose legal due date is not past.
    AJour,
    /// Those whose legal due date is past.
    EnRetard,
    /// Those of a category: `SI`, `SIA`, `SIR`.
    Categorie(&'static str),
    /// Those whose next visit is aimed at within twelve months.
    AVenir,
}

/// Which visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Periode {
    /// Those of the day.
    Jour,
    /// Those from the first of the month to the day.
    Mois,
}

pub(crate) const EFFECTIF: Mesure = Mesure {
    id: "effectif",
    titre: "Salariés suivis",
    definition: "Salariés qui tiennent un poste au jour de la dernière évaluation de leur suivi, comptés une fois, au centre de l’établissement de leur poste le plus récent.",
    source: "L. 4624-1 du code du travail",
    population: Population::Suivis(Filtre::Tous),
};
pub(crate) const A_JOUR: Mesure = Mesure {
    id: "a_jour",
    titre: "Suivi à jour",
    definition: "Part des salariés suivis dont la prochaine visite n’a pas dépassé son dernier jour légal. Un salarié sans visite due est à jour.",
    source: "R. 4624-10, R. 4624-16 et R. 4624-28 du code du travail",
    population: Population::Suivis(Filtre::AJour),
};
pub(crate) const EN_RETARD: Mesure = Mesure {
    id: "en_retard",
    titre: "Salariés en retard de visite",
    definition: "Salariés suivis dont la prochaine visite a dépassé son dernier jour légal, la veille ou avant.",
    source: "R. 4624-10, R. 4624-16 et R. 4624-28 du code du travail",
    population: Population::Suivis(Filtre::EnRetard),
};
pub(crate) const ANCIENNETE: Mesure = Mesure {
    id: "anciennete_retard",
    titre: "Retards par ancienneté",
    definition: "Salariés en retard, selon le temps écoulé depuis le dernier jour légal de leur visite.",
    source: "R. 4624-10, R. 4624-16 et R. 4624-28 du code du travail",
    population: Population::Suivis(Filtre::EnRetard),
};
pub(crate) const VISITES_JOUR: Mesure = Mesure {
    id: "visites_jour",
    titre: "Visites signées aujourd’hui",
    definition: "Visites du jour déjà signées, de tout type et de tout professionnel, comptées au centre où elles ont lieu.",
    source: "D. 4622-54 du code du travail (rapport annuel d’activité)",
    population: Population::Visites(Periode::Jour),
};
pub(crate) const VISITES_MOIS: Mesure = Mesure {
    id: "visites_mois",
    titre: "Visites signées ce mois",
    definition: "Visites signées du premier du mois à aujourd’hui. La comparaison porte sur les mêmes jours de l’an passé.",
    source: "D. 4622-54 du code du travail (rapport annuel d’activité)",
    population: Population::Visites(Periode::Mois),
};
pub(crate) const VISITES_TYPE: Mesure = Mesure {
    id: "visites_type",
    titre: "Visites du mois par type",
    definition: "Visites signées du premier du mois à aujourd’hui, selon leur type, et les mêmes jours de l’an passé.",
    source: "D. 4622-54 du code du travail (rapport annuel d’activité)",
    population: Population::Visites(Periode::Mois),
};
pub(crate) const VISITES_METIER: Mesure = Mesure {
    id: "visites_metier",
    titre: "Visites du mois par métier",
    definition: "Visites signées du premier du mois à aujourd’hui, selon le métier du professionnel qui les tient, et les mêmes jours de l’an passé.",
    source: "R. 4623-14 du code du travail (délégation aux infirmiers)",
    population: Population::Visites(Periode::Mois),
};
pub(crate) const SUIVI_SI: Mesure = Mesure {
    id: "suivi_si",
    titre: "Suivi individuel simple",
    definition: "Part des salariés suivis en suivi individuel simple (SI).",
    source: "R. 4624-10 et R. 4624-16 du code du travail",
    population: Population::Suivis(Filtre::Categorie("SI")),
};
pub(crate) const SUIVI_SIA: Mesure = Mesure {
    id: "suivi_sia",
    titre: "Suivi individuel adapté",
    definition: "Part des salariés suivis en suivi individuel adapté (SIA).",
    source: "R. 4624-17 à R. 4624-21 du code du travail",
    population: Population::Suivis(Filtre::Categorie("SIA")),
};
pub(crate) const SUIVI_SIR: Mesure = Mesure {
    id: "suivi_sir",
    titre: "Suivi individuel renforcé",
    definition: "Part des salariés suivis en suivi individuel renforcé (SIR).",
    source: "R. 4624-22 et R. 4624-23 du code du travail",
    population: Population::Suivis(Filtre::Categorie("SIR")),
};
pub(crate) const ECHEANCES: Mesure = Mesure {
    id: "echeances",
    titre: "Visites à faire dans les douze mois",
    definition: "Salariés suivis dont la prochaine visite est visée d’aujourd’hui à la fin du onzième mois qui suit, selon le mois visé. Une date déjà passée n’y figure pas.",
    source: "R. 4624-10, R. 4624-16 et R. 4624-28 du code du travail",
    population: Population::Suivis(Filtre::AVenir),
};
pub(crate) const PROPOSEES: Mesure = Mesure {
    id: "mesures_individuelles",
    titre: "Mesures individuelles proposées",
    definition: "Part des visites signées du premier du mois à aujourd’hui qui se concluent par des mesures individuelles d’aménagement, et la part des mêmes jours de l’an passé.",
    source: "L. 4624-3 du code du travail",
    population: Population::Fermee(
        "Cette liste dirait de qui le poste est aménagé : elle ne s’ouvre que dans chaque dossier.",
    ),
};

/// How data are coded has its own page: it opens onto its dimensions, never onto names.
pub(crate) const CODAGE: Mesure = Mesure {
    id: "codage",
    titre: "Part des données codées",
    definition: "Métiers des postes, expositions relevées, types des visites signées et activités des établissements, selon qu’ils portent un terme d’une version de la liste, «\u{a0}autre\u{a0}» avec un texte, aucun code, ou une valeur propre au service, jamais comptée comme codée. L’année est celle de la saisie pour les expositions, de la visite, et du premier jour pour les postes et les établissements\u{a0}; l’équipe est le centre de l’établissement, de la visite ou du suivi du salarié\u{a0}; qui a saisi un poste est connu depuis que le service le relève.",
    source: "L. 4624-8-2 du code du travail (interopérabilité et référentiels)",
    population: Population::Fermee(
        "Cette liste dirait qui est exposé\u{a0}: elle ne s’ouvre que dans chaque dossier.",
    ),
};

/// Everything that is counted on the dashboard, in the order of the page.
pub const MESURES: &[Mesure] = &[
    EFFECTIF,
    A_JOUR,
    EN_RETARD,
    VISITES_JOUR,
    VISITES_MOIS,
    SUIVI_SI,
    SUIVI_SIA,
    SUIVI_SIR,
    ECHEANCES,
    ANCIENNETE,
    PROPOSEES,
    VISITES_TYPE,
    VISITES_METIER,
];

/// The one of that name.
pub fn mesure(id: &str) -> Option<&'static Mesure> {
    MESURES.iter().chain([&CODAGE]).find(|m| m.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_counted_has_its_own_name_its_definition_and_its_source() {
        let ids: BTreeSet<&str> = MESURES.iter().map(|m| m.id).collect();
        assert_eq!(ids.len(), MESURES.len());
        for m in MESURES {
            assert!(m.definition.ends_with('.') && m.definition.len() > 40, "{}", m.id);
            assert!(m.source.contains("code du travail"), "{}", m.id);
            assert_eq!(mesure(m.id), Some(m));
        }
    }
}
