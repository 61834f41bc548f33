//! GET /recette: the living acceptance grid.

use axum::{Router, extract::State, routing::get};
use guard::{Caller, LireThesaurus, Purpose};
use maud::{Markup, html};
use serde::Deserialize;
use ui::{Column, Empty, Fault, House, Page, Row, Tone};

const GRILLE: &str = include_str!("../../../../recette/grille.toml");

pub(super) fn routes(house: House) -> Router {
    Router::new().route("/recette", get(page)).with_state(house)
}

#[derive(Debug, Deserialize)]
struct Grille {
    version: String,
    chapitre: Vec<Chapitre>,
    critere: Vec<Critere>,
}

#[derive(Debug, Deserialize)]
struct Chapitre {
    numero: u8,
    titre: String,
    theme: String,
}

#[derive(Debug, Deserialize)]
struct Critere {
    id: String,
    chapitre: u8,
    texte: String,
    niveau: String,
    #[serde(default)]
    commande: String,
    resultat: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    note: String,
}

/// Points obtained and points possible (2 per criterion that applies).
fn rate<'a>(criteria: impl Iterator<Item = &'a Critere>) -> (u32, u32) {
    criteria.filter(|c| c.resultat != "sans objet").fold((0, 0), |(got, max), c| {
        let points = match c.resultat.as_str() {
            "conforme" => 2,
            "partiel" => 1,
            _ => 0,
        };
        (got + points, max + 2)
    })
}

fn percent((got, max): (u32, u32)) -> String {
    (got * 100).checked_div(max).map_or_else(|| "sans objet".to_owned(), |rate| format!("{rate}\u{a0}%"))
}

async fn page(State(house): State<House>, caller: Caller) -> Result<Markup, Fault> {
    house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "recette", Purpose::Gestion, |_, _| {
            Box::pin(async { Ok(()) })
        })
        .await?;
    let grille: Grille = toml::from_str(GRILLE).map_err(|e| Fault::Unexpected(e.to_string()))?;
    let frame = house.frame(&caller);
    let columns = [
        Column::text("N°"),
        Column::text("Critère"),
        Column::text("Niveau"),
        Column::text("Résultat"),
        Column::text("Preuve"),
    ];
    Ok(Page::new(&frame, "Grille de recette").active("/recette").render(html! {
        p {
            "Version " (grille.version) ", " (grille.chapitre.len()) " chapitres, " (grille.critere.len()) " critères. Taux général\u{a0}: "
            strong { (percent(rate(grille.critere.iter()))) }
            ". Un critère sans preuve exécutée compte zéro."
        }
        @for ch in &grille.chapitre {
            @let of: Vec<&Critere> = grille.critere.iter().filter(|c| c.chapitre == ch.numero).collect();
            details.chapitre {
                summary { strong { (ch.numero) ". " (ch.titre) } " – " (percent(rate(of.iter().copied()))) " " span.help { (ch.theme) } }
                (ui::table(&ch.titre, &columns, of.iter().map(|c| row(c)).collect(), Empty::new("Aucun critère", "Ce chapitre est vide.")))
            }
        }
    }))
}

fn row(c: &Critere) -> Row {
    let tone = match c.resultat.as_str() {
        "conforme" => Tone::Ok,
        "partiel" => Tone::Attention,
        _ => Tone::Neutre,
    };
    Row::new(vec![
        html! { (c.id) },
        html! { (ui::nbsp(&c.texte)) @if !c.note.is_empty() { br; span.help { (c.note) } } },
        html! { @if c.niveau == "O" { "Obligatoire" } @else { "Souhaitable" } },
        html! { (ui::badge(tone, &c.resultat)) },
        html! { @if c.commande.is_empty() { "aucune" } @else { code { (c.commande) } @if !c.date.is_empty() { br; (c.date) } } },
    ])
}
