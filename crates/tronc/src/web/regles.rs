//! GET /regles: the rules in force on a day, as a lawyer would read them.

use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use droit::Regles;
use guard::{Caller, LireThesaurus, Policy, Purpose};
use maud::{Markup, html};
use serde::Deserialize;
use ui::{Column, Empty, Fault, FormState, House, Kind, Page, Row};

pub(super) fn routes(house: House) -> Router {
    Router::new().route("/regles", get(page)).with_state(house)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    le: String,
}

async fn page(
    State(house): State<House>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Markup, Fault> {
    house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "regles", Purpose::Gestion, |_, _| {
            Box::pin(async { Ok(()) })
        })
        .await?;
    let frame = house.frame(&caller);
    let today = frame.today.to_string();
    let asked = if asked.le.trim().is_empty() { &today } else { &asked.le };
    let mut state = FormState::new(true).set("le", asked);
    let day = base::date_from_french(asked);
    if day.is_none() {
        state.refuse("le", "La date s'écrit jour/mois/année, par exemple 10/04/2026.");
    }
    let day = day.unwrap_or(frame.today);
    let rules = Regles::en_vigueur().at(day);
    let mut families: Vec<(&'static Famille, Vec<Row>)> = Vec::new();
    for rule in &rules {
        let e = &rule.entete;
        let row = Row::new(vec![
            html! { strong { (capital(&e.libelle)) } },
            html! { (ui::nbsp(&e.texte)) },
            articles(&e.article),
            html! {
                "depuis le " span.nowrap { (base::date_numeric(e.valid_from)) }
                @if let Some(to) = e.valid_to { " jusqu’au " span.nowrap { (base::date_numeric(to)) } " exclu" }
            },
        ]);
        let family = family(&e.id);
        match families.iter_mut().find(|(f, _)| f.id == family.id) {
            Some((_, rows)) => rows.push(row),
            None => families.push((family, vec![row])),
        }
    }
    let columns =
        [Column::text("Règle"), Column::text("Texte"), Column::text("Article"), Column::text("Version")];
    Ok(Page::new(&frame, "Règles de suivi").active("/regles").render(html! {
        p { (rules.len()) " règles en vigueur le " (base::date_long(day)) ". Chaque échéance du logiciel cite l'une d'elles." }
        (ui::Form::get("/regles").line().render(html! {
            (ui::date_field(state.field("le", "En vigueur le")))
            (ui::submit("Afficher", Kind::Secondary))
        }))
        @for (family, rows) in families {
            (ui::section(family.id, family.titre, None, ui::table(family.question, &columns, rows, Empty::new("Aucune règle", "Choisissez une autre date."))))
        }
        (ui::section("acces", "Qui peut faire quoi", None, rights()))
    }))
}

/// Rules that answer one question.
struct Famille {
    /// The beginning of the identifiers of its rules.
    id: &'static str,
    titre: &'static str,
    question: &'static str,
}

const FAMILLES: [Famille; 8] = [
    Famille {
        id: "suivi",
        titre: "Catégories de suivi et délais",
        question: "Qui relève de quel suivi, et à quel rythme",
    },
    Famille {
        id: "dispense",
        titre: "Dispenses de première visite",
        question: "Quand une visite antérieure tient lieu de la première",
    },
    Famille {
        id: "visite",
        titre: "Types de visite",
        question: "À quoi sert chaque visite, et quand elle a lieu",
    },
    Famille {
        id: "reprise",
        titre: "Visites de reprise",
        question: "Après quelle absence la reprise demande une visite",
    },
    Famille {
        id: "absence",
        titre: "Pendant un arrêt de travail",
        question: "Ce qui s’ouvre avant la reprise du travail",
    },
    Famille {
        id: "intervenant",
        titre: "Qui réalise quoi",
        question: "Le professionnel de santé de chaque visite",
    },
    Famille { id: "document", titre: "Documents remis", question: "Ce que chaque visite remet, et à qui" },
    REGLAGE,
];

/// Settings have no family in their identifiers.
const REGLAGE: Famille = Famille {
    id: "reglage",
    titre: "Doutes de la loi, réglés par le service",
    question: "Ce que le texte laisse ouvert, et la lecture retenue",
};

fn family(id: &str) -> &'static Famille {
    let prefix = id.split_once('.').map_or(REGLAGE.id, |(prefix, _)| prefix);
    FAMILLES.iter().find(|f| f.id == prefix).unwrap_or(&REGLAGE)
}

/// `L4624-1, R4624-10`, each on one line.
fn articles(list: &str) -> Markup {
    html! {
        @for (i, article) in list.split(", ").enumerate() { @if i > 0 { ", " } span.nowrap { (article) } }
    }
}

/// Some labels are written to stand inside a sentence.
fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn rights() -> Markup {
    let rows = Policy::in_force()
        .rules()
        .iter()
        .map(|r| {
            let who: Vec<&str> = r.roles.iter().map(|role| role.label()).collect();
            Row::new(vec![html! { (r.libelle) }, html! { (who.join(", ")) }, articles(&r.article)])
        })
        .collect();
    ui::table(
        "Droits par acte et par rôle",
        &[Column::text("Acte"), Column::text("Rôles"), Column::text("Article")],
        rows,
        Empty::new("Aucun droit", "Aucun acte n'est ouvert."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_belongs_to_a_family_that_has_a_title() {
        for rule in Regles::en_vigueur().at(base::Date::constant(2026, 6, 1)) {
            let id = rule.entete.id.as_str();
            let prefix = id.split_once('.').map_or(REGLAGE.id, |(prefix, _)| prefix);
            assert_eq!(family(id).id, prefix, "{id}");
        }
    }

    #[test]
    fn a_list_of_articles_never_breaks_inside_one() {
        let shown = articles("L4624-1, R4624-10").into_string();
        assert_eq!(shown.matches("nowrap").count(), 2);
        assert!(shown.contains(">L4624-1</span>, <"));
    }
}
