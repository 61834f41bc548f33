//! GET /veille/ecarts: what matrices propose beside what was observed, by job (grid, 17.4).

use axum::extract::{RawQuery, State};
use base::{Date, date_long};
use guard::{Caller, Fields, LireVeille, Purpose};
use maud::{Markup, html};
use thesaurus::Plausibilite;
use ui::{
    Choice, Column, Empty, Fault, Field, Form, House, Kind, Row, decimal, link_button, number, section,
    select_field, submit, table,
};

use super::{count, sheet, threshold};
use crate::ecart::{self, Ecart, SEUIL_MINIMAL};

/// The thresholds offered: workers who hold a job before it is shown.
pub(super) const SEUILS: [usize; 4] = [SEUIL_MINIMAL, 10, 20, 50];

/// `?seuil=10` or `?seuil=10&liste=professions&metier=P01`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let seuil = threshold(asked.text("seuil"), &SEUILS);
    let (gaps, day) = house
        .guard
        .run::<LireVeille, _, Fault, _>(&caller, "ecarts", Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let today = work.today();
                Ok((ecart::lire(&mut work.tx, permit, today, seuil).await?, today))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    if let Some(code) = asked.optional("metier") {
        let wanted = gaps.iter().find(|g| g.metier.code == code && g.metier.thesaurus == asked.text("liste"));
        let gap = wanted.ok_or_else(|| Fault::absent("Ce métier, au seuil choisi,"))?;
        return Ok(sheet(&frame, &gap.metier.label)
            .crumb("Écart entre matrices et constats", format!("/veille/ecarts?seuil={seuil}"))
            .render(one(gap, seuil, day)));
    }
    Ok(sheet(&frame, "Écart entre matrices et constats").render(all(&gaps, seuil, day)))
}

/// The share of proposals confirmed: a dash when none was made.
fn share(part: usize, total: usize) -> String {
    if total == 0 {
        "–".into()
    } else {
        format!("{}\u{a0}%", decimal(part as f64 * 100.0 / total as f64, 1))
    }
}

fn all(gaps: &[Ecart], seuil: usize, day: Date) -> Markup {
    let choices: Vec<Choice> =
        SEUILS.iter().map(|n| Choice::new(n.to_string(), format!("{n} salariés ou plus"))).collect();
    let columns = [
        Column::text("Métier"),
        Column::number("Salariés"),
        Column::number("Propositions"),
        Column::number("Constatées"),
        Column::number("Écartées"),
        Column::number("Non examinées"),
        Column::number("Part constatée"),
        Column::number("Hors matrice"),
    ];
    let rows = gaps
        .iter()
        .map(|g| {
            let (seen, refused, left) =
                (g.total(|l| l.constatees), g.total(|l| l.ecartees), g.total(|l| l.non_examinees));
            Row::new(vec![
                html! { a href=(href(g, seuil)) { (g.metier.label) } },
                html! { (number(count(g.salaries))) },
                html! { @if g.propositions.is_empty() { "Aucune matrice" } @else { (number(count(g.propositions.len()))) } },
                html! { (number(count(seen))) },
                html! { (number(count(refused))) },
                html! { (number(count(left))) },
                html! { (share(seen, seen + refused + left)) },
                html! { (number(count(g.hors.len() + g.hors_rares))) },
            ])
        })
        .collect();
    html! {
        p.lead { "Au " (date_long(day)) }
        (Form::get("/veille/ecarts").line().render(html! {
            (select_field(Field::new("seuil", "Métiers tenus par", seuil.to_string(), None, true).required(), &choices))
            (submit("Afficher", Kind::Secondary))
            (link_button(&format!("/veille/ecarts.csv?seuil={seuil}"), "Exporter en CSV", Kind::Secondary))
        }))
        (table("Métiers, par libellé", &columns, rows, Empty::new(
            "Aucun métier n'atteint ce seuil",
            "Codez le métier des postes, ou attendez qu'assez de salariés tiennent un même métier.",
        )))
        (definition(seuil))
    }
}

fn href(g: &Ecart, seuil: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("seuil", &seuil.to_string())
        .append_pair("liste", &g.metier.thesaurus)
        .append_pair("metier", &g.metier.code);
    format!("/veille/ecarts?{}", query.finish())
}

fn one(g: &Ecart, seuil: usize, day: Date) -> Markup {
    let columns = [
        Column::text("Exposition proposée"),
        Column::text("Matrice"),
        Column::text("Plausibilité"),
        Column::number("Constatée"),
        Column::number("Écartée"),
        Column::number("Non examinée"),
        Column::number("Part constatée"),
    ];
    let proposed = g
        .propositions
        .iter()
        .map(|l| {
            Row::new(vec![
                html! { (l.agent.label) " " small { (l.agent.code) } },
                html! { (l.titre) ", version " (l.version) },
                html! { (l.plausibilite.map_or("non précisée", Plausibilite::as_str)) },
                html! { (number(count(l.constatees))) },
                html! { (number(count(l.ecartees))) },
                html! { (number(count(l.non_examinees))) },
                html! { (share(l.constatees, g.salaries)) },
            ])
        })
        .collect();
    let outside = g
        .hors
        .iter()
        .map(|h| {
            Row::new(vec![
                html! { (h.label) " " small { (h.code) } },
                html! { (number(count(h.salaries))) },
                html! { (share(h.salaries, g.salaries)) },
            ])
        })
        .collect();
    let outside_columns =
        [Column::text("Exposition constatée"), Column::number("Salariés"), Column::number("Part")];
    html! {
        p.lead { (number(count(g.salaries))) " salariés tiennent ce métier au " (date_long(day)) }
        (table("Ce que la matrice propose", &columns, proposed, Empty::new(
            "Aucune matrice ne propose d'exposition pour ce métier",
            "La veille peut le signaler à l'éditeur de la matrice.",
        )))
        (table("Ce qui est constaté et qu'aucune matrice ne propose", &outside_columns, outside, Empty::new(
            "Rien de constaté hors de la matrice à ce seuil", "Ce qui est constaté est proposé, ou trop rare pour être montré.",
        )))
        @if g.hors_rares > 0 {
            p {
                @if g.hors_rares == 1 { "Une autre exposition est constatée hors matrice, chez moins de " }
                @else { (number(count(g.hors_rares))) " autres expositions sont constatées hors matrice, chacune chez moins de " }
                (seuil) " salariés\u{a0}: elle" @if g.hors_rares > 1 { "s" } " ne se montre" @if g.hors_rares > 1 { "nt" } " pas en détail."
            }
        }
        (definition(seuil))
    }
}

/// What is counted, to the last condition.
fn definition(seuil: usize) -> Markup {
    section(
        "definition",
        "Ce qui est compté",
        None,
        html! {
            ul {
                li { "Les salariés qui tiennent ce jour un poste dont le métier est codé, chacun une fois par métier. Un métier saisi par «\u{a0}autre\u{a0}» n'est pas un métier de la liste\u{a0}: il n'est pas compté ici." }
                li { "Constatée\u{a0}: l'exposition est relevée et en cours, sur un poste de ce métier ou sans poste précisé, quelle que soit son origine." }
                li { "Écartée\u{a0}: un professionnel a écarté la proposition pour ce salarié, et rien n'est constaté." }
                li { "Non examinée\u{a0}: ni l'un ni l'autre. Les trois nombres font le nombre de salariés du métier." }
                li { "Part constatée\u{a0}: constatées, rapportées à toutes les propositions faites aux salariés du métier." }
                li { "Hors matrice\u{a0}: expositions constatées qu'aucune matrice active ne propose pour ce métier." }
                li { "Un métier tenu par moins de " (seuil) " salariés, ou une exposition hors matrice constatée chez moins de " (seuil) ", n'est pas montré\u{a0}: personne ne doit se reconnaître. Le seuil ne descend pas sous " (SEUIL_MINIMAL) "." }
            }
        },
    )
}
