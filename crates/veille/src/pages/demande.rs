//! GET and POST /veille/demandes/{id}: one request, its story, and its next step.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Coded, date_numeric};
use guard::{Caller, Fields, InstruireDemande, LireThesaurus, LireVeille, Purpose, Refusal};
use maud::{Markup, html};
use thesaurus::ListSummary;
use ui::{
    Choice, Column, Empty, Fault, FieldError, Form, FormState, Frame, House, Icon, Kind, Row, TimelineItem,
    Tone, actions, choice, cols_2, definition_list, error_summary, number, section, see_other, select_field,
    submit, table, text_field, textarea, timeline,
};

use super::{HOME, closed, sheet, state};
use crate::{Demande, DemandeId, Etat, Evenement, Geste, Sorte, instruire, tables};

/// What the page shows.
struct Scene {
    demande: Demande,
    histoire: Vec<Evenement>,
    versions: Vec<ListSummary>,
}

impl Scene {
    /// Whether this person asked for it, first or after others.
    fn asked_by(&self, caller: &Caller) -> bool {
        let asks = |e: &&Evenement| matches!(e.geste, Geste::Depot | Geste::Appui);
        self.histoire.iter().filter(asks).any(|e| e.auteur.id == caller.compte_id)
    }

    /// What the list is called.
    fn titre(&self) -> &str {
        self.versions.first().map_or(&self.demande.thesaurus, |v| &v.liste.titre)
    }
}

async fn load(house: &House, caller: &Caller, id: &str) -> Result<Scene, Fault> {
    let wanted = DemandeId::new(id);
    let scene = house
        .guard
        .run::<LireThesaurus, _, Fault, _>(caller, id, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let demande =
                    tables::demande(tx, &wanted).await?.ok_or_else(|| Fault::absent("Cette demande"))?;
                let histoire = tables::evenements(tx, &wanted).await?;
                let versions = thesaurus::versions(tx, &demande.thesaurus).await?;
                Ok(Scene { demande, histoire, versions })
            })
        })
        .await?;
    if scene.asked_by(caller) || house.guard.offers::<LireVeille>(caller) {
        return Ok(scene);
    }
    let sentence = "Cette demande n'est ouverte qu'à ceux qui l'ont déposée et à ceux qui suivent la veille.";
    house.guard.note_refusal::<LireVeille>(caller, id, Purpose::Gestion, sentence).await?;
    Err(Fault::Refused(Refusal { sentence: sentence.to_owned(), article: String::new() }))
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let scene = load(&house, &caller, &id).await?;
    let may = house.guard.offers::<InstruireDemande>(&caller);
    Ok(show(&house.frame(&caller), &scene, &FormState::new(may), may))
}

pub(super) async fn avancer(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let sent = fields.clone();
    let refused: Option<FieldError> = house
        .guard
        .run::<InstruireDemande, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { instruire::avancer(work, permit, &sent).await })
        })
        .await?;
    let Some(error) = refused else { return Ok(see_other(&format!("{HOME}/demandes/{id}"))) };
    let scene = load(&house, &caller, &id).await?;
    let mut typed =
        FormState::from_pairs(true, fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
    typed.refuse(&error.field, error.message);
    let page = show(&house.frame(&caller), &scene, &typed, true);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn show(frame: &Frame, scene: &Scene, typed: &FormState, may: bool) -> Markup {
    let d = &scene.demande;
    sheet(frame, "Demande d'évolution").render(html! {
        p.lead { (d.titre()) " " (state(d.etat)) }
        (error_summary(typed))
        (cols_2(
            html! {
                (section("demande", "Ce qui est demandé", None, html! {
                    (definition_list(facts(scene)))
                    @if !d.textes.is_empty() { (texts(d)) }
                }))
                @if may {
                    (section("instruction", "Instruction", None, next_step(frame, scene, typed)))
                } @else {
                    (closed::<InstruireDemande>("Instruction"))
                }
            },
            section("histoire", "Histoire", None, story(&scene.histoire)),
        ))
    })
}

/// The page of a term in the version where it was seen.
fn term(list: &str, version: &str, t: &Coded) -> Markup {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("version", version).append_pair("parent", &t.code);
    html! { a href={ "/thesaurus/" (list) "?" (query.finish()) } { (t.label) } " (" (t.code) ")" }
}

fn facts(scene: &Scene) -> Vec<(&'static str, Markup)> {
    let d = &scene.demande;
    let mut facts = vec![
        ("Nature", html! { (d.sorte.label()) }),
        (
            "Liste",
            html! { a href={ "/thesaurus/" (d.thesaurus) } { (scene.titre()) } ", version " (d.version) },
        ),
    ];
    if let Some(t) = &d.terme {
        facts.push(("Terme concerné", term(&d.thesaurus, &d.version, t)));
    }
    if !d.souhait.is_empty() {
        facts.push(("Mots souhaités", html! { strong { (d.souhait) } }));
    }
    if let Some(t) = &d.parent {
        facts.push(("Place souhaitée", html! { "sous " (term(&d.thesaurus, &d.version, t)) }));
    }
    facts.push(("Raison", html! { (d.raison) }));
    facts.push(("Origine", html! { (d.origine.label()) }));
    facts.push(("Déposée", html! { "le " (date_numeric(d.deposee_le.day())) " par " (d.auteur.words()) }));
    facts
}

fn texts(d: &Demande) -> Markup {
    let rows =
        d.textes.iter().map(|t| Row::new(vec![html! { (t.texte) }, html! { (number(t.saisies)) }])).collect();
    let columns = [Column::text("Texte saisi"), Column::number("Saisies")];
    table(
        "Textes saisis par «\u{a0}autre\u{a0}», au jour de la demande",
        &columns,
        rows,
        Empty::new("Aucun texte", ""),
    )
}

/// The steps, latest first, with who and why.
fn story(steps: &[Evenement]) -> Markup {
    let items = steps
        .iter()
        .rev()
        .map(|e| {
            let (icon, tone) = match e.geste {
                Geste::Acceptation | Geste::Livraison => (Icon::Fait, Tone::Ok),
                Geste::Refus => (Icon::Avis, Tone::Neutre),
                Geste::Report | Geste::Annulation => (Icon::Attention, Tone::Attention),
                Geste::Depot | Geste::Appui | Geste::Instruction => (Icon::Document, Tone::Info),
            };
            let title = html! {
                @if let Some(version) = &e.version { "Livrée dans la version " (version) } @else { (e.geste.label()) }
            };
            TimelineItem::new(e.le.day(), icon, title).tone(tone, e.geste.label()).detail(html! {
                (e.auteur.words()) ", à " (e.le.time_of_day())
                @if let (Some(version), Some(t)) = (&e.version, &e.terme) { br; (term(&t.thesaurus, version, t)) }
                @if let Some(motif) = &e.motif { br; "«\u{a0}" (motif) "\u{a0}»" }
            })
        })
        .collect();
    timeline(items)
}

/// The forms that the state allows.
fn next_step(frame: &Frame, scene: &Scene, typed: &FormState) -> Markup {
    let d = &scene.demande;
    let form = |body: Markup| {
        Form::post(format!("{HOME}/demandes/{}", d.id), &frame.csrf).render(html! {
            input type="hidden" name="edition" value=(d.edition);
            (body)
        })
    };
    let geste = |g: Geste| html! { input type="hidden" name="geste" value=(g.code()); };
    let motif = |label: &str, help: &str| textarea(typed.field("motif", label).required().help(help), 4);
    let take_back = form(html! {
        (geste(Geste::Annulation))
        (motif("Pourquoi revenir sur la décision", "La décision reste dans l'histoire, et celui-ci avec elle."))
        (actions(submit("Revenir sur la décision", Kind::Secondary)))
    });
    match d.etat {
        Etat::Deposee | Etat::Reportee => form(html! {
            (geste(Geste::Instruction))
            p { "Prendre la demande en instruction le dit à ceux qui l'ont déposée." }
            (actions(submit("Prendre en instruction", Kind::Primary)))
        }),
        Etat::EnInstruction => {
            let choices = [
                Choice::new(Geste::Acceptation.code(), "Accepter")
                    .help("La demande part à l'éditeur de la liste, qui la livre dans une version."),
                Choice::new(Geste::Refus.code(), "Refuser"),
                Choice::new(Geste::Report.code(), "Reporter").help("Elle sera reprise plus tard."),
            ];
            form(html! {
                (choice(typed.field("geste", "Décision").required(), &choices))
                (motif("Motif de la décision", "Lu par ceux qui ont déposé la demande, et transmis à l'éditeur."))
                (actions(submit("Rendre la décision", Kind::Primary)))
            })
        }
        Etat::Acceptee => html! {
            (form(deliver(scene, typed, &geste)))
            (ui::subsection("Revenir sur la décision", take_back))
        },
        Etat::Refusee | Etat::Livree => take_back,
    }
}

fn deliver(scene: &Scene, typed: &FormState, geste: &impl Fn(Geste) -> Markup) -> Markup {
    let versions: Vec<Choice> = scene
        .versions
        .iter()
        .map(|v| {
            let words = if v.active { " (active)" } else { "" };
            Choice::new(
                &v.version,
                format!("{}, chargée le {}{words}", v.version, date_numeric(v.chargee_le.day())),
            )
        })
        .collect();
    html! {
        (geste(Geste::Livraison))
        p { "Quand une version de la liste contient ce qui est demandé, rattachez-la\u{a0}: la version est vérifiée." }
        (select_field(typed.field("version", "Version qui la livre").required(), &versions))
        @if scene.demande.sorte == Sorte::Nouveau {
            (text_field(typed.field("code", "Code du terme dans cette version")
                .help("Vide si la version active porte exactement les mots souhaités.")))
        }
        (actions(submit("Rattacher à cette version", Kind::Primary)))
    }
}
