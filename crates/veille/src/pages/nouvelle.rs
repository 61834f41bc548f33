//! GET and POST /veille/nouvelle: asking for a change. POST /veille/autres: asking for what is typed again and again.

use adherents::{TermeSaisi, champ_terme, terme_saisi};
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Coded, date_numeric};
use guard::{Caller, DeposerDemande, Fields, LireVeille, Purpose, Work};
use maud::{Markup, html};
use store::Tx;
use thesaurus::{Concept, ListSummary};
use ui::{
    Choice, Empty, Fault, Form, FormState, Frame, House, Kind, actions, choice, empty, error_summary,
    link_button, see_other, select_field, submit, text_field, textarea,
};

use super::{HOME, accueil::SEUILS, sheet};
use crate::{
    DemandeId, Origine, Personne, Sorte, autres,
    deposer::{self as depot, Souhait},
    instruire::LONGEST,
};

/// The longest words wanted, in characters.
const LONGEST_WISH: usize = 300;

/// What the form offers beside what was typed.
#[derive(Default)]
struct Offer {
    listes: Vec<ListSummary>,
    termes: Vec<Concept>,
    places: Vec<Concept>,
}

impl Offer {
    async fn read(tx: &mut Tx) -> Result<Self, Fault> {
        Ok(Self { listes: thesaurus::lists(tx).await?, ..Self::default() })
    }

    fn liste(&self, id: &str) -> Option<&ListSummary> {
        self.listes.iter().find(|l| l.liste.id == id)
    }
}

/// `?liste=expositions&terme=E104&sorte=libelle`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let (state, offer) = house
        .guard
        .run::<DeposerDemande, _, Fault, _>(&caller, "nouvelle", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let offer = Offer::read(&mut work.tx).await?;
                let sorte = Sorte::parse(asked.text("sorte")).map_or("", Sorte::code);
                let list = asked.text("liste");
                let mut state = FormState::new(true)
                    .set("id", work.new_id())
                    .set("liste", list)
                    .set("sorte", sorte)
                    .set("souhait", asked.text("souhait"));
                if let Some(term) = thesaurus::coded(&mut work.tx, list, asked.text("terme")).await? {
                    state = state.set("terme", term.code).set("terme_texte", term.label);
                }
                Ok((state, offer))
            })
        })
        .await?;
    Ok(show(&house.frame(&caller), &state, &offer))
}

/// What became of a form.
enum Outcome {
    Saved(DemandeId),
    ToCorrect(Box<(FormState, Offer)>),
}

pub(super) async fn deposer(
    State(house): State<House>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    // The identifier was drawn with the form: the journal names the request.
    let id = fields.text("id").to_owned();
    if id.len() != 36 || !id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Err(Fault::Invalid(
            "Ce formulaire est incomplet. Rechargez la page, puis recommencez.".into(),
        ));
    }
    let outcome = house
        .guard
        .run::<DeposerDemande, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { save(work, DemandeId::new(permit.object()), &fields).await })
        })
        .await?;
    Ok(match outcome {
        Outcome::Saved(id) => see_other(&format!("{HOME}/demandes/{id}")),
        Outcome::ToCorrect(form) => {
            let (state, offer) = *form;
            (StatusCode::UNPROCESSABLE_ENTITY, show(&house.frame(&caller), &state, &offer)).into_response()
        }
    })
}

async fn save(work: &mut Work, id: DemandeId, fields: &Fields) -> Result<Outcome, Fault> {
    // A form sent twice is saved once.
    if crate::tables::demande(&mut work.tx, &id).await?.is_some() {
        return Ok(Outcome::Saved(id));
    }
    let mut offer = Offer::read(&mut work.tx).await?;
    let mut state =
        FormState::from_pairs(true, fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
    let Some(asked) = read(&mut work.tx, &mut state, &mut offer, fields).await? else {
        return Ok(Outcome::ToCorrect(Box::new((state, offer))));
    };
    let after = serde_json::json!({
        "sorte": asked.sorte.code(), "liste": asked.thesaurus, "terme": asked.terme, "souhait": asked.texte,
    });
    let (auteur, now) = (Personne::of(work.caller()), work.now());
    let made = depot::deposer(&mut work.tx, id, &auteur, now, asked).await?;
    work.journal_change("demande d'évolution", None, Some(after.to_string())).await?;
    Ok(Outcome::Saved(made))
}

/// Reads the whole form; every mistake is told at once.
async fn read(
    tx: &mut Tx,
    state: &mut FormState,
    offer: &mut Offer,
    fields: &Fields,
) -> Result<Option<Souhait>, Fault> {
    let Some(version) = offer.liste(fields.text("liste")).map(|l| l.version.clone()) else {
        state.refuse("liste", "Choisissez la liste que la demande concerne.");
        return Ok(None);
    };
    let list = fields.text("liste");
    let sorte = Sorte::parse(fields.text("sorte"));
    if sorte.is_none() {
        state.refuse("sorte", "Dites ce que vous demandez.");
    }
    let terme = read_term(tx, state, (list, "terme"), &mut offer.termes, fields).await?;
    let parent = read_term(tx, state, (list, "place"), &mut offer.places, fields).await?;
    let texte = fields.text("souhait");
    if let Some(sorte) = sorte {
        if sorte.needs_term() && terme.is_none() && state.errors().iter().all(|e| e.field != "terme") {
            state.refuse("terme", "Indiquez le terme que la demande concerne.");
        }
        if sorte.needs_wish() && base::fold(texte).is_empty() {
            state.refuse("souhait", "Écrivez les mots que la liste devrait porter.");
        }
        if sorte == Sorte::Deplacement
            && parent.is_none()
            && state.errors().iter().all(|e| e.field != "place")
        {
            state.refuse("place", "Indiquez sous quel terme celui-ci devrait se trouver.");
        }
    }
    if texte.chars().count() > LONGEST_WISH {
        state.refuse("souhait", format!("Abrégez\u{a0}: {LONGEST_WISH} caractères au plus."));
    }
    let raison = fields.text("raison");
    if !raison.chars().any(char::is_alphabetic) {
        state.refuse("raison", "Dites pourquoi\u{a0}: ceux qui instruisent décident sur cette raison.");
    } else if raison.chars().count() > LONGEST {
        state.refuse("raison", "Abrégez la raison\u{a0}: 2\u{202f}000 caractères au plus.");
    }
    let Some(sorte) = sorte.filter(|_| state.is_valid()) else { return Ok(None) };
    Ok(Some(Souhait {
        sorte,
        thesaurus: list.to_owned(),
        version,
        // What the kind does not ask for is not kept, whatever stayed in the form.
        terme: terme.filter(|_| sorte != Sorte::Nouveau),
        texte: if sorte.needs_wish() { texte.to_owned() } else { String::new() },
        parent: parent.filter(|_| matches!(sorte, Sorte::Nouveau | Sorte::Deplacement)),
        raison: raison.to_owned(),
        textes: Vec::new(),
        origine: Origine::Personne,
    }))
}

/// A term of the list, if one was typed.
async fn read_term(
    tx: &mut Tx,
    state: &mut FormState,
    (list, name): (&str, &str),
    near: &mut Vec<Concept>,
    fields: &Fields,
) -> Result<Option<Coded>, Fault> {
    match terme_saisi(tx, list, fields.text(name), fields.text(&format!("{name}_texte"))).await? {
        TermeSaisi::Vide => {}
        TermeSaisi::Choisi(coded) => return Ok(Some(coded)),
        TermeSaisi::Proches(found) => {
            state.refuse(name, "Plusieurs termes correspondent\u{a0}: choisissez celui qui convient.");
            *near = found;
        }
        TermeSaisi::Inconnu => {
            state.refuse(name, "Aucun terme de la liste ne correspond\u{a0}: essayez un autre mot.");
        }
    }
    Ok(None)
}

fn show(frame: &Frame, state: &FormState, offer: &Offer) -> Markup {
    let page = sheet(frame, "Demander une évolution").narrow();
    if offer.listes.is_empty() {
        return page.render(empty(&Empty::new(
            "Aucune liste n'est chargée",
            "L'informatique du service peut charger les listes de départ ou une livraison officielle.",
        )));
    }
    let Some(list) = offer.liste(state.value("liste")) else {
        return page.render(choose_list(state, offer));
    };
    let kinds: Vec<Choice> =
        Sorte::ALL.iter().map(|s| Choice::new(s.code(), s.label()).help(help(*s))).collect();
    page.render(html! {
        p {
            "Liste\u{a0}: " strong { (list.liste.titre) } ", version " (list.version) ". "
            a href="/veille/nouvelle" { "Choisir une autre liste" }
        }
        (Form::post("/veille/nouvelle", &frame.csrf).render(html! {
            (error_summary(state))
            input type="hidden" name="id" value=(state.value("id"));
            input type="hidden" name="liste" value=(list.liste.id);
            (choice(state.field("sorte", "Que demandez-vous\u{a0}?").required(), &kinds))
            (champ_terme(state, "terme", "Terme concerné", &list.liste.id, &offer.termes))
            (text_field(state.field("souhait", "Mots souhaités").wide()
                .help("Le nouveau terme, le libellé corrigé ou le synonyme, tels que la liste devrait les porter.")))
            (champ_terme(state, "place", "Place souhaitée, sous le terme", &list.liste.id, &offer.places))
            (textarea(state.field("raison", "Pourquoi").required()
                .help("Ce qui manque ou gêne, avec un exemple. N'écrivez rien qui désigne une personne."), 5))
            (actions(html! {
                (submit("Déposer la demande", Kind::Primary))
                (link_button(HOME, "Revenir à la veille", Kind::Secondary))
            }))
        }))
    })
}

/// Without a list, the fields of terms would search nowhere.
fn choose_list(state: &FormState, offer: &Offer) -> Markup {
    let lists: Vec<Choice> = offer.listes.iter().map(|l| Choice::new(&l.liste.id, &l.liste.titre)).collect();
    Form::get("/veille/nouvelle").render(html! {
        (error_summary(state))
        (select_field(state.field("liste", "Liste concernée").required(), &lists))
        @for name in ["sorte", "souhait"] {
            @if !state.value(name).is_empty() { input type="hidden" name=(name) value=(state.value(name)); }
        }
        (actions(html! {
            (submit("Continuer", Kind::Primary))
            (link_button(HOME, "Revenir à la veille", Kind::Secondary))
        }))
    })
}

fn help(sorte: Sorte) -> &'static str {
    match sorte {
        Sorte::Nouveau => {
            "La liste n'a pas de terme pour ce que vous voulez dire. Écrivez les mots souhaités."
        }
        Sorte::Libelle => "Le terme existe, son libellé est faux ou n'est plus celui de la profession.",
        Sorte::Inactivation => {
            "Le terme ne devrait plus être proposé à la saisie. Ce qui a été saisi le garde."
        }
        Sorte::Deplacement => "Le terme n'est pas à sa place. Indiquez sous quel terme il devrait être.",
        Sorte::Synonyme => "On ne trouve pas le terme par les mots qu'on emploie. Écrivez-les.",
        Sorte::Incident => {
            "Un affichage, une recherche ou un code faux\u{a0}: l'éditeur de la liste doit le savoir."
        }
    }
}

/// One button makes a request of the texts typed under "autre" that mean the same.
pub(super) async fn proposer(
    State(house): State<House>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    let (list, plie) = (fields.text("liste").to_owned(), fields.text("plie").to_owned());
    let groupe = house
        .guard
        .run::<LireVeille, _, Fault, _>(&caller, "autres", Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let groups = autres::lire(&mut work.tx, permit).await?;
                // What is too rare to be shown is too rare to be asked for.
                let frequent = |g: &autres::Groupe| SEUILS.iter().any(|n| g.salaries >= *n);
                let found = groups.into_iter().find(|g| g.thesaurus == list && g.plie == plie && frequent(g));
                found.ok_or_else(|| Fault::absent("Cette saisie"))
            })
        })
        .await?;
    let id = house.guard.new_id();
    let made = house
        .guard
        .run::<DeposerDemande, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let words = groupe.titre().to_owned();
                let asked = Souhait {
                    sorte: Sorte::Nouveau,
                    version: groupe.version.clone(),
                    terme: None,
                    texte: words,
                    parent: None,
                    raison: counted(&groupe, work.today()),
                    textes: groupe.textes,
                    origine: Origine::Saisie,
                    thesaurus: groupe.thesaurus,
                };
                let (auteur, now) = (Personne::of(work.caller()), work.now());
                let after = serde_json::json!({ "liste": asked.thesaurus, "souhait": asked.texte });
                let id = DemandeId::new(permit.object());
                let made = depot::deposer(&mut work.tx, id, &auteur, now, asked).await?;
                work.journal_change("saisies proposées à la veille", None, Some(after.to_string())).await?;
                Ok(made)
            })
        })
        .await?;
    Ok(see_other(&format!("{HOME}/demandes/{made}")))
}

/// How often the words were typed, on the day of the request.
fn counted(groupe: &autres::Groupe, today: base::Date) -> String {
    let s = |n: usize| if n > 1 { "s" } else { "" };
    let saisies = usize::try_from(groupe.saisies).unwrap_or(0);
    let users = match groupe.utilisateurs {
        0 => String::new(),
        n => format!(", par {n} utilisateur{}", s(n)),
    };
    format!(
        "Saisi par «\u{a0}autre\u{a0}» {saisies} fois, dans les dossiers de {} salarié{}{users}, au {}.",
        groupe.salaries,
        s(groupe.salaries),
        date_numeric(today)
    )
}
