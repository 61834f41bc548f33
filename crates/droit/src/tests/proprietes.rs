//! What must hold whatever the facts.

use base::Date;
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use crate::{
    Affectation, Arret, CauseArret, DeclencheurActif, Evaluation, FaitDeclencheur, Faits, Mesure, Metier,
    Reglages, Regles, Sexe, VisitePassee, evaluer,
};

fn day() -> impl Strategy<Value = Date> {
    (0i64..4300).prop_map(|n| date(2017, 1, 1) + n.days())
}

fn situation_codes() -> Vec<String> {
    let mut codes: Vec<String> = Regles::en_vigueur()
        .declencheurs()
        .filter(|(_, d)| d.fait == FaitDeclencheur::Situation)
        .map(|(_, d)| d.code.clone())
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

fn situation() -> impl Strategy<Value = DeclencheurActif> {
    (prop::sample::select(situation_codes()), prop::option::of(day()), prop::option::of(0u16..400)).prop_map(
        |(code, depuis, lead)| DeclencheurActif {
            code,
            depuis,
            jusqua: None,
            mesures: lead
                .map(|v| Mesure { nature: "plombemie_ug_l".to_owned(), valeur: f64::from(v) })
                .into_iter()
                .collect(),
        },
    )
}

fn affectation() -> impl Strategy<Value = Affectation> {
    (day(), 0i64..200, any::<bool>(), any::<bool>(), prop::collection::vec(situation(), 0..4)).prop_map(
        |(embauche, wait, nuit, apprenti, declencheurs)| Affectation {
            intitule: "opérateur".to_owned(),
            contrat: String::new(),
            embauche,
            debut: embauche + wait.days(),
            fin: None,
            nuit,
            apprenti,
            declencheurs,
            dispense: None,
        },
    )
}

fn visite() -> impl Strategy<Value = VisitePassee> {
    let codes: Vec<String> = Regles::en_vigueur().visites().map(|(_, v)| v.code.clone()).collect();
    (
        prop::sample::select(codes),
        day(),
        prop::sample::select(Metier::TOUS.to_vec()),
        prop::option::of(6u16..72),
    )
        .prop_map(|(type_visite, date, par, periode_fixee_mois)| VisitePassee {
            type_visite,
            date,
            par,
            mesures_l4624_3: false,
            inaptitude: false,
            sans_mesure_de_poste: false,
            sans_mesure_de_temps: false,
            periode_fixee_mois,
            prochaine_choisie: None,
        })
}

fn arret() -> impl Strategy<Value = Arret> {
    let causes = vec![
        CauseArret::Maladie,
        CauseArret::AccidentTravail,
        CauseArret::MaladieProfessionnelle,
        CauseArret::Maternite,
    ];
    (prop::sample::select(causes), day(), prop::option::of(0i64..150)).prop_map(|(cause, debut, length)| {
        Arret { cause, debut, fin: length.map(|n| debut + n.days()), emis: None, reprise_demandee: false }
    })
}

fn faits() -> impl Strategy<Value = Faits> {
    (
        0i64..20_000,
        prop::option::of(prop::sample::select(vec![Sexe::Homme, Sexe::Femme])),
        prop::collection::vec(affectation(), 1..4),
        prop::option::of(day()),
        prop::collection::vec(visite(), 0..6),
        prop::collection::vec(arret(), 0..3),
        prop::option::of(12u16..72),
    )
        .prop_map(|(age, sexe, affectations, rqth, visites, arrets, periode_protocole_mois)| Faits {
            naissance: date(1950, 1, 1) + age.days(),
            sexe,
            affectations,
            rqth,
            pension: None,
            visites,
            arrets,
            periode_protocole_mois,
        })
}

fn assess(facts: &Faits, le: Date) -> Evaluation {
    evaluer(Regles::en_vigueur(), facts, &Reglages::default(), le).unwrap()
}

fn earliest(e: &Evaluation) -> Option<(Date, Date)> {
    Some((e.echeances.iter().map(|x| x.au_plus_tard).min()?, e.echeances.iter().map(|x| x.planifiee).min()?))
}

/// The follow-up of `heavier` is at least as demanding as that of `lighter`.
fn at_least(heavier: &Evaluation, lighter: &Evaluation) -> Result<(), TestCaseError> {
    prop_assert!(heavier.categorie >= lighter.categorie, "la catégorie a baissé");
    if let Some(before) = lighter.plafond_mois {
        prop_assert!(heavier.plafond_mois.is_some_and(|after| after <= before), "le plafond s’est allongé");
    }
    if let Some((legal, planned)) = earliest(lighter) {
        let after = earliest(heavier);
        prop_assert!(after.is_some_and(|(l, p)| l <= legal && p <= planned), "la première échéance a reculé");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ajouter_un_risque_n_allege_jamais_le_suivi(facts in faits(), risk in situation(), le in day(), at in any::<prop::sample::Index>()) {
        let mut more = facts.clone();
        let n = at.index(more.affectations.len());
        more.affectations[n].declencheurs.push(risk);
        at_least(&assess(&more, le), &assess(&facts, le))?;
    }

    #[test]
    fn le_travail_de_nuit_et_la_rqth_n_allegent_jamais_le_suivi(facts in faits(), le in day(), declared in day()) {
        let mut more = facts.clone();
        more.affectations[0].nuit = true;
        at_least(&assess(&more, le), &assess(&facts, le))?;
        let mut without = facts.clone();
        without.rqth = None;
        let mut more = without.clone();
        more.rqth = Some(declared);
        at_least(&assess(&more, le), &assess(&without, le))?;
    }

    #[test]
    fn l_ordre_des_faits_ne_compte_pas(facts in faits(), le in day()) {
        let mut turned = facts.clone();
        turned.affectations.reverse();
        turned.visites.reverse();
        turned.arrets.reverse();
        for a in &mut turned.affectations {
            a.declencheurs.reverse();
        }
        prop_assert_eq!(assess(&facts, le), assess(&turned, le));
    }

    #[test]
    fn recalculer_ne_change_rien(facts in faits(), le in day()) {
        let json = serde_json::to_string(&facts).unwrap();
        let again: Faits = serde_json::from_str(&json).unwrap();
        let first = assess(&facts, le);
        prop_assert_eq!(&first, &assess(&again, le));
        let text = serde_json::to_string(&first).unwrap();
        prop_assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), first);
    }

    #[test]
    fn le_futur_ne_change_pas_le_passe(facts in faits(), le in day(), later in visite(), wait in 1i64..2000) {
        let later = VisitePassee { date: le + wait.days(), ..later };
        let mut more = facts.clone();
        more.visites.push(later);
        prop_assert_eq!(assess(&facts, le), assess(&more, le));
    }

    #[test]
    fn chaque_echeance_a_une_raison_un_article_et_un_medecin(facts in faits(), le in day()) {
        for e in assess(&facts, le).echeances {
            prop_assert!(!e.raisons.is_empty());
            prop_assert!(e.planifiee <= e.au_plus_tard, "{:?}", e);
            prop_assert!(e.raisons.iter().all(|r| !r.article.is_empty() && r.phrase.ends_with('.')));
            prop_assert!(e.intervenants.iter().any(|i| i.metier == Metier::Medecin));
            prop_assert_eq!(e.en_retard, e.au_plus_tard < le);
        }
    }

    #[test]
    fn une_regle_a_une_version_et_une_seule_par_jour(le in day()) {
        let rules = Regles::en_vigueur();
        for rule in rules.toutes() {
            let versions = rules.versions(&rule.entete.id);
            let first = versions[0].entete.valid_from;
            let last = versions[versions.len() - 1].entete.valid_to;
            let expected = usize::from(le >= first && last.is_none_or(|end| le < end));
            let holding = versions.iter().filter(|v| v.entete.vaut_le(le)).count();
            prop_assert_eq!(holding, expected, "{} le {}", rule.entete.id, le);
        }
    }
}
