//! One draft: what changed, what stands in the way, and its publication.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use base::{date_numeric, fold};
use guard::{Caller, Fields, LirePublication, PreparerPublication, Purpose};
use maud::{Markup, html};
use terminologie::Term;
use ui::{
    Column, Empty, Fault, Form, Frame, Kind, Page, Row, Tone, actions, alert, badge, definition_list,
    link_button, nbsp, number, search_field, section, see_other, submit, table,
};

use super::{HOME, Room, classeur};
use crate::{
    Brouillon, Etat, PublishError, Validation,
    gestes::{Garde, gestes},
    publier,
    validation::{Lecture, off_thread},
};

/// Changes and terms shown on the page; their number is always told.
const SHOWN: usize = 200;

pub(super) fn href(id: &str) -> String {
    format!("{HOME}/brouillons/{id}")
}

pub(super) fn term_href(id: &str, code: &str) -> String {
    let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    format!("{}/terme?code={code}", href(id))
}

pub(super) fn asked(query: Option<String>) -> Fields {
    Fields::parse(query.unwrap_or_default().as_bytes())
}

/// GET /publications/brouillons/{id}
pub(super) async fn page(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let signs = room.signataire.is_some();
    let object = id.clone();
    let (read, history) = room
        .house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let read = Lecture::of(&mut work.tx, &id).await?;
                let history = gestes(&mut work.tx, &id).await?;
                Ok((read, history))
            })
        })
        .await?;
    // Comparing the longest lists takes a moment: no connection and no thread of pages waits for it.
    let (read, validation) = off_thread(move || {
        let validation = read.validation();
        Ok((read, validation))
    })
    .await?;
    let query = asked(query).text("q").to_owned();
    Ok(view(&frame, &read.draft, &validation, &read.release.terms, &history, &query, signs))
}

fn view(
    frame: &Frame,
    draft: &Brouillon,
    validation: &Validation,
    terms: &[Term],
    history: &[Garde],
    query: &str,
    signs: bool,
) -> Markup {
    let here = href(&draft.id);
    let open = draft.etat == Etat::Ouvert;
    let tone = if open { Tone::Info } else { Tone::Neutre };
    let add = open.then(|| link_button(&format!("{here}/ajout"), "Ajouter un terme", Kind::Secondary));
    Page::new(frame, format!("{} {}", draft.facts.title, draft.version))
        .crumb("Accueil", "/")
        .crumb("Thésaurus", "/thesaurus")
        .crumb("Publications", HOME)
        .active("/thesaurus")
        .render(html! {
            (definition_list(vec![
                ("État", badge(tone, draft.etat.label())),
                ("À partir de", html! { (draft.base.as_deref().unwrap_or("liste nouvelle")) }),
                ("Termes", html! { (number(count(terms.len()))) }),
                ("Gestionnaire", html! { (draft.facts.manager) }),
                ("Ouvert", html! { (date_numeric(draft.cree_le.day())) " par " (draft.cree_par) }),
            ]))
            (section("constats", "À corriger ou à regarder", None, findings(draft, validation)))
            (section("changements", "Ce qui change", None, changes(draft, validation)))
            (section("termes", "Termes du brouillon", add, terms_found(draft, terms, query)))
            @if open { (section("fichier", "Travailler dans un tableur", None, classeur::by_file(frame, draft))) }
            (section("histoire", "Gestes", None, gestures(history)))
            @if open { (section("publier", "Publier", None, publication(frame, draft, validation, signs))) }
        })
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn findings(draft: &Brouillon, validation: &Validation) -> Markup {
    let columns = [Column::text("Terme"), Column::text("Constat"), Column::text("Gravité")];
    let rows = validation
        .constats
        .iter()
        .take(SHOWN)
        .map(|c| {
            let (tone, words) =
                if c.is_error() { (Tone::Retard, "à corriger") } else { (Tone::Attention, "à regarder") };
            Row::new(vec![
                html! { @if c.code.is_empty() { "La liste" } @else { a href=(term_href(&draft.id, &c.code)) { (c.code) } } },
                html! { (nbsp(&c.sentence())) },
                badge(tone, words),
            ])
        })
        .collect();
    table(
        "Constats",
        &columns,
        rows,
        Empty::new("Rien à signaler", "Les règles de publication sont respectées."),
    )
}

fn changes(draft: &Brouillon, validation: &Validation) -> Markup {
    let d = &validation.differences;
    let columns = [Column::text("Terme"), Column::text("Changement"), Column::text("Détail")];
    let rows = d
        .changes
        .iter()
        .take(SHOWN)
        .map(|c| {
            Row::new(vec![
                html! { a href=(term_href(&draft.id, &c.code)) { (c.code) } },
                html! { (c.kind().label()) },
                html! { (nbsp(&c.sentence())) },
            ])
        })
        .collect();
    html! {
        (table("Changements depuis la version de départ", &columns, rows,
            Empty::new("Aucun changement", "Le brouillon est identique à la version de départ.")))
        @if d.changes.len() > SHOWN { p { "Les " (SHOWN) " premiers changements sont affichés, sur " (number(count(d.changes.len()))) "." } }
    }
}

fn terms_found(draft: &Brouillon, terms: &[Term], query: &str) -> Markup {
    let wanted = base::words(query);
    let found: Vec<&Term> = terms
        .iter()
        .filter(|t| {
            let text = fold(&format!("{} {}", t.code, t.label));
            wanted.iter().all(|w| text.contains(w.as_str()))
        })
        .collect();
    let columns = [Column::text("Terme"), Column::text("Code"), Column::text("Sous"), Column::text("Statut")];
    let rows = found
        .iter()
        .take(SHOWN)
        .map(|t| {
            Row::new(vec![
                html! { a href=(term_href(&draft.id, &t.code)) { (t.label) } },
                html! { (t.code) },
                html! { (t.parents.join(", ")) },
                html! { @if !t.active { (badge(Tone::Neutre, "inactif")) } },
            ])
        })
        .collect();
    html! {
        (search_field(&href(&draft.id), "q", "Chercher dans le brouillon", query, "termes-trouves"))
        div #termes-trouves {
            (table("Termes", &columns, rows, Empty::new("Aucun terme", "Ajoutez un terme, ou cherchez un autre mot.")))
            @if found.len() > SHOWN { p { "Les " (SHOWN) " premiers sont affichés, sur " (number(count(found.len()))) "." } }
        }
    }
}

pub(super) fn edition(draft: &Brouillon) -> Markup {
    html! { input type="hidden" name="edition" value=(draft.edition); }
}

fn gestures(history: &[Garde]) -> Markup {
    let columns = [
        Column::text("Quand"),
        Column::text("Qui"),
        Column::text("Geste"),
        Column::text("Terme"),
        Column::text("Avant"),
        Column::text("Après"),
        Column::text("Raison"),
    ];
    let rows = history
        .iter()
        .map(|g| {
            Row::new(vec![
                html! { (date_numeric(g.le.day())) " " (g.le.time_of_day()) },
                html! { (g.auteur) },
                html! { (gesture_label(&g.geste)) },
                html! { (g.code) },
                html! { @if let Some(text) = &g.avant { (shortened(text)) } },
                html! { @if let Some(text) = &g.apres { (shortened(text)) } },
                html! { (g.motif) },
            ])
        })
        .collect();
    table(
        "Gestes, le dernier d'abord",
        &columns,
        rows,
        Empty::new("Aucun geste", "Rien n'a encore été modifié."),
    )
}

fn gesture_label(word: &str) -> &str {
    match word {
        "ajouter" => "Ajout",
        "renommer" => "Changement de libellé",
        "inactiver" => "Inactivation",
        "reactiver" => "Réactivation",
        "supprimer" => "Suppression",
        "deplacer" => "Déplacement",
        "recoder" => "Changement de code",
        "completer" => "Compléments",
        "remplacer" => "Remplacement par un fichier",
        other => other,
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).collect::<String>() + "…"
    }
}

fn publication(frame: &Frame, draft: &Brouillon, validation: &Validation, signs: bool) -> Markup {
    let here = href(&draft.id);
    html! {
        @if !signs {
            (alert(Tone::Attention, "Cette installation ne signe pas", html! {
                p { "Publier demande la clé de signature de la fédération." }
            }))
        } @else if validation.publiable() {
            p { "La version sera signée, proposée aux services abonnés et mise en service ici. Elle ne changera plus." }
            (Form::post(format!("{here}/publier"), &frame.csrf).render(html! {
                (edition(draft))
                (actions(submit("Signer et publier", Kind::Primary)))
            }))
        } @else {
            p { "Corrigez d'abord les points signalés plus haut." }
        }
        (Form::post(format!("{here}/abandonner"), &frame.csrf).render(html! {
            (edition(draft))
            (actions(submit("Abandonner ce brouillon", Kind::Danger)))
        }))
    }
}

pub(super) fn edition_of(text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| {
        Fault::Invalid("Le formulaire est incomplet. Revenez au brouillon, puis recommencez.".into())
    })
}

pub(super) fn edition_in(fields: &Fields) -> Result<i64, Fault> {
    edition_of(fields.text("edition"))
}

/// POST /publications/brouillons/{id}/publier
pub(super) async fn publish(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let edition = edition_in(&fields)?;
    let signataire = room.signataire.as_ref().ok_or(PublishError::NoKey)?;
    let done = publier::publier(&room.house.guard, &caller, signataire, &id, edition).await?;
    Ok(see_other(&format!("{HOME}/{}", done.id)))
}

/// POST /publications/brouillons/{id}/abandonner
pub(super) async fn abandon(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let edition = edition_in(&fields)?;
    room.house
        .guard
        .run::<PreparerPublication, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                crate::abandonner(work, permit, edition).await?;
                Ok(see_other(HOME))
            })
        })
        .await
}
