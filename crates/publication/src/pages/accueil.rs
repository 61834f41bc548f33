//! GET /publications: drafts, what was published, what can be.

use axum::extract::State;
use base::date_numeric;
use guard::{Caller, GererService, LirePublication, Purpose};
use maud::{Markup, html};
use thesaurus::MatrixSummary;
use ui::{
    Choice, Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Tone, actions, alert, badge,
    link_button, number, section, select_field, submit, table,
};

use super::{HOME, Room, SUBSCRIPTIONS, digest};
use crate::{Brouillon, Etat, Publication, brouillons, notice::Sorte, publications};

pub(super) async fn page(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let may_subscribe = room.house.guard.offers::<GererService>(&caller);
    let key = room.signataire.as_ref().map(|s| (s.nom().to_owned(), s.cle_publique()));
    room.house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, "publications", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let drafts = brouillons(&mut work.tx).await?;
                let published = publications(&mut work.tx).await?;
                let matrices = thesaurus::matrices(&mut work.tx).await?;
                Ok(view(&frame, key.as_ref(), may_subscribe, &drafts, &published, &matrices))
            })
        })
        .await
}

fn view(
    frame: &Frame,
    key: Option<&(String, String)>,
    may_subscribe: bool,
    drafts: &[Brouillon],
    published: &[Publication],
    matrices: &[MatrixSummary],
) -> Markup {
    Page::new(frame, "Publications").crumb("Accueil", "/").crumb("Thésaurus", "/thesaurus").active("/thesaurus").render(html! {
        p { "Une version se prépare dans un brouillon, se vérifie, puis se publie avec une signature. Une version publiée ne change plus." }
        @match key {
            Some((name, key)) => (alert(Tone::Info, name, html! {
                p { "Clé publique, à remettre aux services par un autre chemin que ce site\u{a0}: " (digest(key)) }
            })),
            None => (alert(Tone::Attention, "Cette installation ne signe pas", html! {
                p { "Un brouillon peut se préparer ici. Publier demande la clé de signature de la fédération, donnée au démarrage du programme." }
            })),
        }
        (section("brouillons", "Brouillons", Some(link_button("/publications/brouillons/nouveau", "Ouvrir un brouillon", Kind::Primary)),
            drafts_table(drafts)))
        (section("publiees", "Versions publiées", None, published_table(published)))
        @if key.is_some() { (section("matrices", "Publier une matrice chargée", None, matrix_form(frame, matrices))) }
        @if may_subscribe {
            p { a href=(SUBSCRIPTIONS) { "Les fédérations auxquelles cette installation est abonnée" } }
        }
    })
}

fn drafts_table(drafts: &[Brouillon]) -> Markup {
    let columns = [
        Column::text("Liste"),
        Column::text("Version"),
        Column::text("À partir de"),
        Column::text("État"),
        Column::text("Ouvert"),
    ];
    let rows = drafts
        .iter()
        .map(|d| {
            let tone = if d.etat == Etat::Ouvert { Tone::Info } else { Tone::Neutre };
            Row::new(vec![
                html! { a href={ (HOME) "/brouillons/" (d.id) } { (d.facts.title) } },
                html! { (d.version) },
                html! { (d.base.as_deref().unwrap_or("liste nouvelle")) },
                badge(tone, d.etat.label()),
                html! { (date_numeric(d.cree_le.day())) " par " (d.cree_par) },
            ])
        })
        .collect();
    let nothing =
        Empty::new("Aucun brouillon", "Ouvrez un brouillon pour préparer la version suivante d'une liste.")
            .action("/publications/brouillons/nouveau", "Ouvrir un brouillon");
    table("En préparation d'abord", &columns, rows, nothing)
}

fn published_table(published: &[Publication]) -> Markup {
    let columns = [
        Column::text("Liste ou matrice"),
        Column::text("Version"),
        Column::text("Précédente"),
        Column::text("Publiée"),
    ];
    let rows = published
        .iter()
        .map(|p| {
            Row::new(vec![
                html! {
                    a href={ (HOME) "/" (p.id) } { (p.liste) }
                    @if p.sorte == Sorte::Matrice { " " (badge(Tone::Neutre, "matrice")) }
                },
                html! { (p.version) },
                html! { (p.base.as_deref().unwrap_or("")) },
                html! { (date_numeric(p.publiee_le.day())) " par " (p.publiee_par) },
            ])
        })
        .collect();
    let nothing =
        Empty::new("Rien n'est publié", "Une version publiée ici est proposée aux services abonnés.");
    table("La plus récente d'abord", &columns, rows, nothing)
}

fn matrix_form(frame: &Frame, matrices: &[MatrixSummary]) -> Markup {
    let choices: Vec<Choice> = matrices
        .iter()
        .map(|m| {
            Choice::new(
                format!("{} {}", m.facts.id, m.version),
                format!("{} – {} ({} cases)", m.facts.title, m.version, number(m.cellules)),
            )
        })
        .collect();
    html! {
        @if choices.is_empty() {
            p { "Aucune matrice n'est chargée sur cette installation." }
        } @else {
            (Form::post("/publications/matrices", &frame.csrf).render(html! {
                (select_field(FormState::new(true).field("matrice", "Matrice").required(), &choices))
                (actions(submit("Signer et publier", Kind::Primary)))
            }))
        }
    }
}
