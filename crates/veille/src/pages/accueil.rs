//! GET /veille: my requests, those of the service, what is typed for want of a term.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{RawQuery, State};
use base::date_numeric;
use guard::{Caller, DeposerDemande, Fields, InstruireDemande, LireThesaurus, LireVeille, Purpose};
use maud::{Markup, html};
use ui::{
    Choice, Column, Empty, Fault, Field, Form, Frame, House, Kind, Pager, Row, actions, link_button, number,
    pager, section, select_field, submit, table,
};

use super::{HOME, RAIL, closed, count, href, state, threshold};
use crate::{Demande, DemandeId, Etat, autres, autres::Groupe, tables};

/// Requests on a page.
const PER_PAGE: i64 = 50;
/// Workers from whose files a text is worth a request, and worth showing.
pub(super) const SEUILS: [usize; 4] = [3, 2, 5, 10];
/// Texts shown at once.
const TEXTS: usize = 100;

/// What those who watch see.
struct Service {
    demandes: Vec<Demande>,
    total: i64,
    groupes: Vec<Groupe>,
    connues: HashMap<(String, String), (DemandeId, Etat)>,
}

/// `?etat=acceptee&page=2&seuil=5`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let me = caller.compte_id.clone();
    let (mine, titles) = house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "veille", Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let mine = tables::miennes(&mut work.tx, permit, &me).await?;
                let lists = thesaurus::lists(&mut work.tx).await?;
                let titles: BTreeMap<String, String> =
                    lists.into_iter().map(|l| (l.liste.id, l.liste.titre)).collect();
                Ok((mine, titles))
            })
        })
        .await?;
    let (etat, page) =
        (Etat::parse(asked.text("etat")), asked.text("page").parse().unwrap_or(1).clamp(1, 1_000_000));
    let service = if house.guard.offers::<LireVeille>(&caller) {
        Some(read_service(&house, &caller, etat, page).await?)
    } else {
        None
    };
    let frame = house.frame(&caller);
    let seuil = threshold(asked.text("seuil"), &SEUILS);
    Ok(sheet_home(&frame).render(html! {
        p {
            "La veille fait évoluer les listes communes\u{a0}: chacun demande, le service instruit et motive sa décision, et une version de la liste livre ce qui est accepté. Rien n'est changé ici dans une liste."
        }
        @if house.guard.offers::<DeposerDemande>(&caller) {
            (actions(html! {
                (link_button("/veille/nouvelle", "Demander une évolution", Kind::Primary))
                @if service.is_some() { (link_button("/veille/ecarts", "Écart entre matrices et constats", Kind::Secondary)) }
            }))
        }
        (section("mes-demandes", "Mes demandes", None, requests("Demandes que j'ai déposées ou appuyées", &mine, &titles, false, Empty::new(
            "Vous n'avez rien demandé", "Un terme manque, un libellé gêne\u{a0}? Demandez une évolution de la liste.",
        ).action("/veille/nouvelle", "Demander une évolution"))))
        @match &service {
            Some(s) => {
                (section("demandes", "Demandes du service", None, html! {
                    (filter(etat))
                    (requests("De la plus ancienne à la plus récente", &s.demandes, &titles, true, Empty::new(
                        "Aucune demande dans cet état", "Choisissez un autre état, ou attendez la prochaine demande.",
                    )))
                    @if s.total > 0 { (pager(
                        Pager { page: page.unsigned_abs(), per_page: PER_PAGE.unsigned_abs(), total: s.total.unsigned_abs(), noun: "demandes" },
                        |n| format!("{HOME}?etat={}&page={n}#demandes", etat.map_or("", Etat::code)),
                    )) }
                    @if house.guard.offers::<InstruireDemande>(&caller) {
                        p {
                            "Pour l'éditeur de la liste, les demandes acceptées et les incidents\u{a0}: "
                            a href="/veille/demandes.csv" { "fichier CSV" } ", " a href="/veille/demandes.json" { "fichier JSON" } "."
                        }
                    }
                }))
                (section("autres", "Saisies «\u{a0}autre\u{a0}» fréquentes", None, texts(&frame, s, &titles, seuil)))
            }
            None => {
                (closed::<LireVeille>("Demandes du service"))
            }
        }
    }))
}

/// The first page of the room is its own last crumb.
fn sheet_home(frame: &Frame) -> ui::Page<'_> {
    ui::Page::new(frame, "Veille").crumb("Accueil", "/").crumb("Thésaurus", RAIL).active(RAIL)
}

async fn read_service(
    house: &House,
    caller: &Caller,
    etat: Option<Etat>,
    page: i64,
) -> Result<Service, Fault> {
    house
        .guard
        .run::<LireVeille, _, Fault, _>(caller, "demandes", Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let (demandes, total) = tables::demandes(tx, permit, etat, (page, PER_PAGE)).await?;
                let groupes = autres::lire(tx, permit).await?;
                let connues = tables::nouveaux(tx, permit).await?.into_iter().collect();
                Ok(Service { demandes, total, groupes, connues })
            })
        })
        .await
}

/// What a list is called.
fn title<'a>(titles: &'a BTreeMap<String, String>, id: &'a str) -> &'a str {
    titles.get(id).map_or(id, String::as_str)
}

fn requests(
    caption: &str,
    demandes: &[Demande],
    titles: &BTreeMap<String, String>,
    with_author: bool,
    nothing: Empty,
) -> Markup {
    let mut columns = vec![
        Column::text("Demande"),
        Column::text("Nature"),
        Column::text("Liste"),
        Column::text("Déposée le"),
        Column::text("État"),
    ];
    if with_author {
        columns.push(Column::text("Par"));
    }
    let rows = demandes
        .iter()
        .map(|d| {
            let mut cells = vec![
                html! { a href=(href(d)) { (d.titre()) } },
                html! { (d.sorte.label()) },
                html! { (title(titles, &d.thesaurus)) },
                html! { (date_numeric(d.deposee_le.day())) },
                state(d.etat),
            ];
            if with_author {
                cells.push(html! { (d.auteur.words()) });
            }
            Row::new(cells)
        })
        .collect();
    table(caption, &columns, rows, nothing)
}

fn filter(etat: Option<Etat>) -> Markup {
    let choices: Vec<Choice> = std::iter::once(Choice::new("ouvertes", "Non closes"))
        .chain(Etat::ALL.iter().map(|e| Choice::new(e.code(), e.label())))
        .collect();
    let field = Field::new("etat", "État", etat.map_or("ouvertes", Etat::code), None, true).required();
    Form::get(format!("{HOME}#demandes")).line().render(html! {
        (select_field(field, &choices))
        (submit("Afficher", Kind::Secondary))
    })
}

fn texts(frame: &Frame, s: &Service, titles: &BTreeMap<String, String>, seuil: usize) -> Markup {
    let shown: Vec<&Groupe> = s.groupes.iter().filter(|g| g.salaries >= seuil).collect();
    let mut offered = SEUILS.to_vec();
    offered.sort_unstable();
    let choices: Vec<Choice> =
        offered.iter().map(|n| Choice::new(n.to_string(), format!("{n} salariés ou plus"))).collect();
    let columns = [
        Column::text("Texte"),
        Column::text("Liste"),
        Column::number("Saisies"),
        Column::number("Salariés"),
        Column::number("Utilisateurs"),
        Column::hidden_label("Actions"),
    ];
    let rows = shown
        .iter()
        .take(TEXTS)
        .map(|g| {
            let others: Vec<&str> = g.textes.iter().skip(1).take(4).map(|t| t.texte.as_str()).collect();
            Row::new(vec![
                html! { (g.titre()) @if !others.is_empty() { br; small { (others.join(" · ")) } } },
                html! { (title(titles, &g.thesaurus)) },
                html! { (number(g.saisies)) },
                html! { (number(count(g.salaries))) },
                html! { @if g.utilisateurs == 0 { span.absent { "Non relevé" } } @else { (number(count(g.utilisateurs))) } },
                match s.connues.get(&(g.thesaurus.clone(), g.plie.clone())) {
                    Some((id, etat)) => html! { a href={ (HOME) "/demandes/" (id) } { "Voir la demande" } " " (state(*etat)) },
                    None => Form::post("/veille/autres", &frame.csrf).render(html! {
                        input type="hidden" name="liste" value=(g.thesaurus);
                        input type="hidden" name="plie" value=(g.plie);
                        (submit("Proposer à la veille", Kind::Secondary))
                    }),
                },
            ])
        })
        .collect();
    html! {
        p.help {
            "Textes saisis par «\u{a0}autre\u{a0}» dans les postes et les expositions, rapprochés sans tenir compte des accents ni des majuscules. Ils ne sont jamais comptés comme des termes. Sous le seuil choisi, un texte n'est pas montré."
        }
        (Form::get(format!("{HOME}#autres")).line().render(html! {
            (select_field(Field::new("seuil", "Dans les dossiers d'au moins", seuil.to_string(), None, true).required(), &choices))
            (submit("Afficher", Kind::Secondary))
        }))
        (table("Du plus répandu au moins répandu", &columns, rows, Empty::new(
            "Aucun texte n'atteint ce seuil", "Les listes répondent à ce qui est saisi, ou le seuil est trop haut.",
        )))
        @if shown.len() > TEXTS { p { "Les " (TEXTS) " premiers textes sont affichés, sur " (number(count(shown.len()))) "." } }
    }
}
