//! Loading a matrix from the screen.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, GererService, LireAdministration, Purpose, Upload};
use maud::{Markup, html};
use store::{StoreError, Tx};
use terminologie::{Facts, MatrixKind};
use ui::{
    Choice, Fault, Form, FormState, Frame, Kind, Page, actions, checkbox, error_summary, file_field,
    link_button, see_other, select_field, submit, text_field,
};

use super::{
    HOME, aside,
    chargement::{Refused, field_of, note, received},
    encoded,
};
use crate::{Limits, LoadError, MatrixDelivery, api::Room, keep_matrix, prepare_matrix, read};

/// GET /thesaurus/charger-matrice
pub(crate) async fn form(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    show(&room, &caller, FormState::new(true)).await
}

async fn show(room: &Room, caller: &Caller, state: FormState) -> Result<Markup, Fault> {
    let frame = room.house.frame(caller);
    room.house
        .guard
        .run::<LireAdministration, _, Fault, _>(caller, "thesaurus", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(page(&frame, &state, &versions(&mut work.tx).await?)) })
        })
        .await
}

/// Every version of every list that was received: a matrix names the ones it was made with.
async fn versions(tx: &mut Tx) -> Result<Vec<Choice>, StoreError> {
    let mut choices = Vec::new();
    for list in received(tx).await? {
        for v in read::versions(tx, &list.liste.id).await? {
            choices.push(Choice::new(
                format!("{}@{}", v.liste.id, v.version),
                format!("{} – {}", v.liste.titre, v.version),
            ));
        }
    }
    Ok(choices)
}

fn page(frame: &Frame, state: &FormState, versions: &[Choice]) -> Markup {
    let kinds = [
        Choice::new(MatrixKind::Exposition.as_str(), "Expositions potentielles"),
        Choice::new(MatrixKind::Tache.as_str(), "Tâches potentielles"),
    ];
    Page::new(frame, "Charger une matrice").crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME).narrow().render(html! {
        p { "Le fichier se charge tel que l'éditeur l'a livré et il est gardé à l'octet. Une case dont le métier ou le terme n'est pas trouvé dans les listes est gardée et signalée, elle ne propose rien." }
        (Form::post(format!("{HOME}/charger-matrice"), &frame.csrf).multipart().render(html! {
            (error_summary(state))
            (file_field(state.field("fichier", "Fichier livré").required().help("Classeur à deux feuilles ou CSV, 32\u{a0}Mo au plus."), ".xlsx,.csv"))
            (text_field(state.field("id", "Identifiant").required().help("Court et stable\u{a0}; le même d'une version à l'autre.")))
            (text_field(state.field("version", "Version").required().help("Telle que l'éditeur la nomme, par exemple 2027.")))
            (select_field(state.field("genre", "Propose").required(), &kinds))
            (select_field(state.field("metiers", "Liste des métiers").required().help("Dans la version avec laquelle la matrice a été faite."), versions))
            (select_field(state.field("cibles", "Liste des expositions ou des tâches").required().help("Dans la version avec laquelle la matrice a été faite."), versions))
            (text_field(state.field("titre", "Titre").required().wide()))
            (text_field(state.field("gestionnaire", "Gestionnaire").wide()))
            (text_field(state.field("source", "Source").wide()))
            (text_field(state.field("licence", "Droits d'usage").wide()))
            (checkbox(state.field("activer", "Mettre en service aussitôt").help("Sinon la version attend que vous la mettiez en service depuis sa page.")))
            (actions(html! {
                (submit("Charger la matrice", Kind::Primary))
                (link_button(HOME, "Revenir aux listes", Kind::Secondary))
            }))
        }))
    })
}

/// POST /thesaurus/charger-matrice
pub(crate) async fn send(State(room): State<Room>, caller: Caller, sent: Upload) -> Result<Response, Fault> {
    let mut state = FormState::from_pairs(true, sent.fields.clone());
    let at = |field: &str| {
        sent.text(field).split_once('@').map(|(list, version)| (list.to_owned(), version.to_owned()))
    };
    let (metiers, cibles, genre) = (at("metiers"), at("cibles"), MatrixKind::parse(sent.text("genre")));
    for (field, missing, sentence) in [
        ("fichier", sent.file.is_none(), "Choisissez le fichier que l'éditeur a livré."),
        ("titre", sent.text("titre").is_empty(), "Donnez un titre à cette matrice."),
        ("genre", genre.is_none(), "Indiquez ce que propose la matrice."),
        ("metiers", metiers.is_none(), "Choisissez la liste des métiers, dans sa version."),
        ("cibles", cibles.is_none(), "Choisissez la liste des expositions ou des tâches, dans sa version."),
    ] {
        if missing {
            state.refuse(field, sentence);
        }
    }
    for (field, empty) in [
        ("id", "Donnez un identifiant à cette matrice."),
        ("version", "Indiquez la version, telle que l'éditeur la nomme."),
    ] {
        let name = sent.text(field);
        if name.is_empty() {
            state.refuse(field, empty);
        } else if !terminologie::is_name(name) {
            state.refuse(field, LoadError::BadName(name.to_owned()).sentence());
        }
    }
    let (Some((fichier, octets)), Some(genre), Some(metiers), Some(cibles), true) =
        (sent.file.clone(), genre, metiers, cibles, state.is_valid())
    else {
        return refused(&room, &caller, state).await;
    };
    let delivery = MatrixDelivery {
        facts: Facts {
            id: sent.text("id").to_owned(),
            title: sent.text("titre").to_owned(),
            manager: sent.text("gestionnaire").to_owned(),
            source: sent.text("source").to_owned(),
            licence: sent.text("licence").to_owned(),
            ..Facts::default()
        },
        genre,
        version: sent.text("version").to_owned(),
        metiers,
        cibles,
        fichier,
        octets,
        depart: false,
        activate: !sent.text("activer").is_empty(),
        seal: None,
        limits: Limits::default(),
    };
    let address = delivery.facts.id.clone();
    let prepared = match aside(move || prepare_matrix(&delivery)).await? {
        Ok(prepared) => prepared,
        Err(error) => {
            state.refuse(field_of(&error), error.sentence());
            return refused(&room, &caller, state).await;
        }
    };
    let done = room
        .house
        .guard
        .run::<GererService, _, Refused, _>(&caller, &address, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let now = work.now();
                let report = keep_matrix(&mut work.tx, now, prepared).await?;
                work.journal_change(
                    "chargement d'une matrice",
                    None,
                    Some(format!("{} {}", report.id, report.version)),
                )
                .await?;
                Ok(format!("{HOME}/matrices/{}?version={}", report.id, encoded(&report.version)))
            })
        })
        .await;
    match done {
        Ok(address) => Ok(see_other(&address)),
        Err(Refused::Field(field, sentence)) => {
            state.refuse(field, sentence);
            refused(&room, &caller, state).await
        }
        Err(Refused::Fault(fault)) => Err(fault),
    }
}

async fn refused(room: &Room, caller: &Caller, state: FormState) -> Result<Response, Fault> {
    note(room, caller, &state).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(room, caller, state).await?).into_response())
}
