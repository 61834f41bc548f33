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
    let mut state = FormState::new(true).set("le", &asked.le);
    let day = if asked.le.trim().is_empty() { Some(frame.today) } else { base::date_from_french(&asked.le) };
    if day.is_none() {
        state.refuse("le", "La date s'écrit jour/mois/année, par exemple 10/04/2026.");
    }
    let day = day.unwrap_or(frame.today);
    let rules = Regles::en_vigueur().at(day);
    let mut families: Vec<(&str, Vec<Row>)> = Vec::new();
    for rule in &rules {
        let e = &rule.entete;
        let row = Row::new(vec![
            html! { strong { (e.libelle) } br; span.help { (e.id) } },
            html! { (ui::nbsp(&e.texte)) },
            html! { (e.article) },
            html! {
                "depuis le " (base::date_numeric(e.valid_from))
                @if let Some(to) = e.valid_to { br; "jusqu'au " (base::date_numeric(to)) " exclu" }
            },
        ]);
        let family = e.id.split('.').next().unwrap_or("autre");
        match families.iter_mut().find(|(f, _)| *f == family) {
            Some((_, rows)) => rows.push(row),
            None => families.push((family, vec![row])),
        }
    }
    let columns =
        [Column::text("Règle"), Column::text("Texte"), Column::text("Article"), Column::text("Version")];
    Ok(Page::new(&frame, "Règles de suivi").active("/regles").render(html! {
        p { (rules.len()) " règles en vigueur le " (base::date_long(day)) ". Chaque échéance du logiciel cite l'une d'elles." }
        (ui::Form::get("/regles").render(ui::field_row(html! {
            (ui::date_field(state.field("le", "En vigueur le")))
            (ui::submit("Afficher", Kind::Secondary))
        })))
        @for (family, rows) in families {
            (ui::section(family, title(family), None, ui::table(title(family), &columns, rows, Empty::new("Aucune règle", "Choisissez une autre date."))))
        }
        (ui::section("acces", "Qui peut faire quoi", None, rights()))
    }))
}

fn title(family: &str) -> &'static str {
    match family {
        "suivi" | "declencheur" => "Catégories de suivi et délais",
        "visite" => "Types de visite",
        "intervenant" => "Qui réalise quoi",
        "document" => "Documents remis",
        "reglage" => "Doutes de la loi, réglés par le service",
        "reprise" => "Reprise et préreprise",
        _ => "Autres règles",
    }
}

fn rights() -> Markup {
    let rows = Policy::in_force()
        .rules()
        .iter()
        .map(|r| {
            let who: Vec<&str> = r.roles.iter().map(|role| role.label()).collect();
            Row::new(vec![html! { (r.libelle) }, html! { (who.join(", ")) }, html! { (r.article) }])
        })
        .collect();
    ui::table(
        "Droits par acte et par rôle",
        &[Column::text("Acte"), Column::text("Rôles"), Column::text("Article")],
        rows,
        Empty::new("Aucun droit", "Aucun acte n'est ouvert."),
    )
}
