//! One term of a draft, and adding one.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, Fields, LirePublication, PreparerPublication, Purpose};
use maud::{Markup, html};
use terminologie::Term;
use ui::{
    Choice, Fault, Form, FormState, Frame, Kind, Page, Tone, actions, badge, definition_list, error_summary,
    link_button, section, see_other, select_field, submit, text_field, textarea,
};

use super::{
    HOME, Room,
    brouillon::{asked, edition, edition_in, href, term_href},
};
use crate::{Brouillon, DraftError, Etat, Geste, brouillon, modifier, termes};

/// What separates synonyms, groups and codes in one field: one on each line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

/// GET /publications/brouillons/{id}/terme?code=
pub(super) async fn page(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let code = asked(query).text("code").to_owned();
    let object = id.clone();
    room.house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let draft = brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
                let terms = termes(&mut work.tx, &id).await?;
                let term = terms
                    .iter()
                    .find(|t| t.code == code)
                    .ok_or_else(|| Fault::Absent("Ce terme du brouillon, supprimé peut-être,".into()))?;
                Ok(view(&frame, &draft, term, None))
            })
        })
        .await
}

/// A gesture that was refused: what was typed, and why.
struct Tried {
    fields: Fields,
    sentence: String,
}

impl Tried {
    /// What a form of the page shows again, when it is the one that was refused.
    fn of<'a>(tried: Option<&'a Self>, word: &str) -> Option<&'a Self> {
        tried.filter(|t| t.fields.text("geste") == word)
    }

    /// The form as it was sent. The reason is told beside the field that is at fault, as far as that is known.
    fn state(&self, word: &str) -> FormState {
        let pairs = self.fields.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let mut state = FormState::from_pairs(true, pairs);
        let reason = reason_of(word);
        let at = match word {
            _ if self.fields.text(&reason).is_empty() && word != "completer" => reason.as_str(),
            "renommer" => "label",
            "deplacer" => "parents",
            "recoder" => "nouveau",
            "completer" => "synonymes",
            _ => reason.as_str(),
        };
        state.refuse(at, self.sentence.as_str());
        state
    }
}

/// The field of the reason of one gesture: each has its own form on the page.
fn reason_of(word: &str) -> String {
    format!("motif-{word}")
}

fn view(frame: &Frame, draft: &Brouillon, term: &Term, tried: Option<&Tried>) -> Markup {
    let facts = definition_list(vec![
        ("Code", html! { (term.code) }),
        (
            "Statut",
            badge(
                if term.active { Tone::Ok } else { Tone::Neutre },
                if term.active { "actif" } else { "inactif" },
            ),
        ),
        (
            "Sous",
            html! { (if term.parents.is_empty() { "Racine".to_owned() } else { term.parents.join(", ") }) },
        ),
    ]);
    let here = href(&draft.id);
    let page = Page::new(frame, &term.label)
        .crumb("Accueil", "/")
        .crumb("Thésaurus", "/thesaurus")
        .crumb("Publications", HOME)
        .crumb(format!("{} {}", draft.facts.title, draft.version), here.clone())
        .active("/thesaurus")
        .narrow();
    if draft.etat != Etat::Ouvert {
        return page.render(facts);
    }
    let state = |word: &str| Tried::of(tried, word).map_or_else(|| FormState::new(true), |t| t.state(word));
    let label = match Tried::of(tried, "renommer") {
        Some(tried) => tried.state("renommer"),
        None => FormState::new(true).set("label", &term.label),
    };
    let place = match Tried::of(tried, "deplacer") {
        Some(tried) => tried.state("deplacer"),
        None => FormState::new(true).set("parents", term.parents.join("\n")),
    };
    let gesture = |word: &str, button: &str, state: &FormState, body: Markup| {
        gesture(frame, draft, term, word, button, state, &body)
    };
    page.render(html! {
        (facts)
        (section("libelle", "Libellé", None, gesture("renommer", "Changer le libellé", &label, html! {
            (text_field(label.field("label", "Nouveau libellé").required().wide().help("Le même sens, mieux dit. Un autre sens demande un autre terme.")))
        })))
        (section("statut", "Statut", None, html! {
            @if term.active {
                (gesture("inactiver", "Inactiver", &state("inactiver"), html! {
                    p { "Le terme ne se choisira plus. Il reste lisible et compté dans les données passées." }
                }))
            } @else {
                (gesture("reactiver", "Réactiver", &state("reactiver"), html! { p { "Le terme se choisira de nouveau." } }))
            }
            (gesture("supprimer", "Supprimer de la version", &state("supprimer"), html! {
                p { "Le terme sera absent de la version. Il reste lisible dans les versions précédentes." }
            }))
        }))
        (section("place", "Place", None, gesture("deplacer", "Déplacer", &place, html! {
            (textarea(place.field("parents", "Codes des termes supérieurs").help("Un par ligne, le principal d'abord. Vide pour la racine."), 2))
        })))
        @if term.active {
            (section("code", "Code", None, gesture("recoder", "Changer de code", &state("recoder"), html! {
                (text_field(state("recoder").field("nouveau", "Nouveau code").required().help("Le terme actuel devient inactif. Le nouveau prend son libellé, sa place et les termes placés dessous. Les données saisies gardent l'ancien code.")))
            })))
        }
        (section("complements", "Compléments", None, complements(frame, draft, term, tried)))
        p { (link_button(&format!("{here}/ajout?parent={}", encoded(&term.code)), "Ajouter un terme dessous", Kind::Secondary)) }
    })
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A form that carries out one gesture, with its reason.
fn gesture(
    frame: &Frame,
    draft: &Brouillon,
    term: &Term,
    word: &str,
    button: &str,
    state: &FormState,
    body: &Markup,
) -> Markup {
    let kind = if word == "supprimer" { Kind::Danger } else { Kind::Secondary };
    Form::post(term_href(&draft.id, &term.code), &frame.csrf).render(html! {
        (error_summary(state))
        (edition(draft))
        input type="hidden" name="geste" value=(word);
        (body)
        (text_field(state.field(&reason_of(word), "Raison").required().wide()))
        (actions(submit(button, kind)))
    })
}

fn complements(frame: &Frame, draft: &Brouillon, term: &Term, tried: Option<&Tried>) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let now = FormState::new(true)
        .set("synonymes", term.synonyms.join("\n"))
        .set("description", text(&term.description))
        .set("references", text(&term.references))
        .set("risque_particulier", text(&term.special_risk))
        .set("risque_vip", text(&term.vip_risk))
        .set("groupes", term.groups.join("\n"))
        .set("declencheur", text(&term.trigger))
        .set("remarque", text(&term.remark));
    let state = Tried::of(tried, "completer").map_or(now, |t| t.state("completer"));
    Form::post(term_href(&draft.id, &term.code), &frame.csrf).render(html! {
        (error_summary(&state))
        (edition(draft))
        input type="hidden" name="geste" value="completer";
        (textarea(state.field("synonymes", "Synonymes").help("Un par ligne."), 4))
        (textarea(state.field("description", "Description"), 3))
        (textarea(state.field("references", "Références réglementaires"), 2))
        (select_field(state.field("risque_particulier", "Risque particulier (R4624-23)"), &yes(&text(&term.special_risk))))
        (select_field(state.field("risque_vip", "Risque modifiant la VIP"), &yes(&text(&term.vip_risk))))
        (text_field(state.field("declencheur", "Déclencheur de suivi").help("Code de la règle de suivi que le terme entraîne, par exemple cmr. Vide si aucune.")))
        (textarea(state.field("groupes", "Groupes").help("Un par ligne."), 2))
        (textarea(state.field("remarque", "Remarque"), 2))
        (actions(submit("Enregistrer les compléments", Kind::Secondary)))
    })
}

/// The flag as it was delivered stays among the choices.
fn yes(now: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "Non"), Choice::new("oui", "Oui")];
    if !now.is_empty() && now != "oui" {
        choices.push(Choice::new(now, now));
    }
    choices
}

fn text(fields: &Fields, name: &str) -> Option<String> {
    fields.optional(name).map(str::to_owned)
}

pub(super) fn typed(fields: &Fields, code: &str) -> Term {
    Term {
        code: code.to_owned(),
        label: fields.text("label").to_owned(),
        parents: lines(fields.text("parents")),
        active: true,
        synonyms: lines(fields.text("synonymes")),
        description: text(fields, "description"),
        references: text(fields, "references"),
        special_risk: text(fields, "risque_particulier"),
        vip_risk: text(fields, "risque_vip"),
        trigger: text(fields, "declencheur"),
        groups: lines(fields.text("groupes")),
        remark: text(fields, "remarque"),
        ..Term::default()
    }
}

/// POST /publications/brouillons/{id}/terme?code=
pub(super) async fn change(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    fields: Fields,
) -> Result<Response, Fault> {
    let code = asked(query).text("code").to_owned();
    let edition = edition_in(&fields)?;
    let geste = match fields.text("geste") {
        "renommer" => Geste::Renommer { code: code.clone(), label: fields.text("label").to_owned() },
        "inactiver" => Geste::Inactiver { code: code.clone() },
        "reactiver" => Geste::Reactiver { code: code.clone() },
        "supprimer" => Geste::Supprimer { code: code.clone() },
        "deplacer" => Geste::Deplacer { code: code.clone(), parents: lines(fields.text("parents")) },
        "recoder" => Geste::Recoder { code: code.clone(), nouveau: fields.text("nouveau").to_owned() },
        "completer" => Geste::Completer(Box::new(typed(&fields, &code))),
        _ => {
            return Err(Fault::Invalid(
                "Ce geste est inconnu. Revenez au brouillon, puis recommencez.".into(),
            ));
        }
    };
    let back = match &geste {
        Geste::Supprimer { .. } => href(&id),
        Geste::Recoder { nouveau, .. } => term_href(&id, nouveau),
        _ => term_href(&id, &code),
    };
    let why = fields.text(&reason_of(fields.text("geste"))).to_owned();
    let done = room
        .house
        .guard
        .run::<PreparerPublication, _, Outcome, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { Ok(modifier(work, permit, edition, geste, &why).await?) })
        })
        .await;
    match done {
        Ok(()) => Ok(see_other(&back)),
        Err(Outcome::Fault(fault)) => Err(fault),
        Err(Outcome::Invalid(sentence)) => again(&room, &caller, id, code, Tried { fields, sentence }).await,
    }
}

/// The page of the term with what was refused, as it was typed.
async fn again(
    room: &Room,
    caller: &Caller,
    id: String,
    code: String,
    tried: Tried,
) -> Result<Response, Fault> {
    let frame = room.house.frame(caller);
    let object = id.clone();
    let page = room
        .house
        .guard
        .run::<LirePublication, _, Fault, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let draft = brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
                let terms = termes(&mut work.tx, &id).await?;
                match terms.iter().find(|t| t.code == code) {
                    Some(term) if draft.etat == Etat::Ouvert => Ok(view(&frame, &draft, term, Some(&tried))),
                    // Nothing is left to correct: the reason alone is told.
                    _ => Err(Fault::Invalid(tried.sentence)),
                }
            })
        })
        .await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What stopped a gesture: something to correct in the form, or anything else.
pub(super) enum Outcome {
    Invalid(String),
    Fault(Fault),
}

impl From<DraftError> for Outcome {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Invalid(sentence) => Self::Invalid(sentence),
            other => Self::Fault(other.into()),
        }
    }
}

impl From<store::StoreError> for Outcome {
    fn from(error: store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<guard::Refusal> for Outcome {
    fn from(refusal: guard::Refusal) -> Self {
        Self::Fault(refusal.into())
    }
}
