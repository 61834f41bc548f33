//! Working on a draft in a spreadsheet: its workbook, and what comes back.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, LirePublication, PreparerPublication, Purpose, Upload};
use maud::{Markup, html};
use terminologie::{
    read::{self, Limits},
    write,
};
use ui::{Fault, Form, FormState, Frame, Kind, actions, file_field, see_other, submit, text_field};

use super::{
    Room,
    brouillon::{edition, edition_of, href},
};
use crate::{Brouillon, DraftError, Geste, brouillon, modifier};

/// The section of the draft that sends and takes back a file.
pub(super) fn by_file(frame: &Frame, draft: &Brouillon) -> Markup {
    let here = href(&draft.id);
    let state = FormState::new(true);
    html! {
        p { "Le classeur porte les colonnes de la livraison. Modifié puis renvoyé, il remplace tout le contenu du brouillon." }
        p { a href={ (here) "/classeur" } { "Télécharger le classeur du brouillon" } }
        (Form::post(format!("{here}/remplacer"), &frame.csrf).multipart().render(html! {
            (edition(draft))
            (file_field(state.field("fichier", "Classeur modifié").required().help("Classeur .xlsx ou fichier .csv, 32\u{a0}Mo au plus."), ".xlsx,.csv"))
            (text_field(state.field("motif", "Raison").required().wide()))
            (actions(submit("Remplacer le contenu", Kind::Secondary)))
        }))
    }
}

/// GET /publications/brouillons/{id}/classeur
pub(super) async fn workbook(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let object = id.clone();
    let release = room
        .house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let draft = brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
                Ok(draft.release(&mut work.tx).await?)
            })
        })
        .await?;
    let name = format!("{}-{}-brouillon.xlsx", release.facts.id, release.version);
    let bytes = write::release(&release, write::Format::Xlsx).map_err(|e| Fault::Invalid(e.sentence()))?;
    Ok((
        [
            (header::CONTENT_TYPE, write::Format::Xlsx.media_type().to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ],
        bytes,
    )
        .into_response())
}

/// POST /publications/brouillons/{id}/remplacer
pub(super) async fn replace(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Upload,
) -> Result<Response, Fault> {
    let edition = edition_of(sent.text("edition"))?;
    let motif = sent.text("motif").to_owned();
    let Some((_, bytes)) = sent.file else {
        return Err(Fault::Invalid("Choisissez le classeur à reprendre.".into()));
    };
    let reading = tokio::task::spawn_blocking(move || read::read(&bytes, None, Limits::default()))
        .await
        .map_err(|e| Fault::Unexpected(e.to_string()))?
        .map_err(|e| Fault::Invalid(e.sentence()))?;
    if let Some(rejected) = reading.rejected.first() {
        let which = match reading.rejected.len() {
            1 => format!("la ligne\u{a0}{} ne se lit pas", rejected.row),
            n => format!("{n}\u{a0}lignes ne se lisent pas, dont la ligne\u{a0}{}", rejected.row),
        };
        return Err(Fault::Invalid(format!(
            "Le classeur n'a pas été repris\u{a0}: {which}. {}",
            rejected.reason.sentence()
        )));
    }
    let object = id.clone();
    room.house
        .guard
        .run::<PreparerPublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                modifier(work, permit, edition, Geste::Remplacer(reading.terms), &motif).await?;
                Ok(see_other(&href(&id)))
            })
        })
        .await
}
