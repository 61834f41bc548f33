//! What leaves the watch as files.

use axum::{
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use base::Date;
use guard::{Caller, Fields, InstruireDemande, LireVeille, Purpose};
use ui::{Fault, House};

use super::{ecarts::SEUILS, threshold};
use crate::{ecart, export, export::Dite, tables};

fn file(name: &str, kind: &'static str, body: String) -> Response {
    let named = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)], body).into_response()
}

/// The requests for the editor, with their stories: the journal says who took them out.
async fn read(house: &House, caller: &Caller) -> Result<(Vec<Dite>, Date), Fault> {
    house
        .guard
        .run::<InstruireDemande, _, Fault, _>(caller, "export", Purpose::Pilotage, |work, permit| {
            Box::pin(async move {
                let mut told = Vec::new();
                for demande in tables::a_exporter(&mut work.tx, permit).await? {
                    let story = tables::evenements(&mut work.tx, &demande.id).await?;
                    told.push((demande, story));
                }
                Ok((told, work.today()))
            })
        })
        .await
}

pub(super) async fn demandes_csv(State(house): State<House>, caller: Caller) -> Result<Response, Fault> {
    let (told, day) = read(&house, &caller).await?;
    Ok(file(&format!("veille-demandes-{day}.csv"), "text/csv; charset=utf-8", export::demandes_csv(&told)))
}

pub(super) async fn demandes_json(State(house): State<House>, caller: Caller) -> Result<Response, Fault> {
    let (told, day) = read(&house, &caller).await?;
    let body = export::demandes_json(house.service(), day, &told).to_string();
    Ok(file(&format!("veille-demandes-{day}.json"), "application/json", body))
}

/// `?seuil=10`
pub(super) async fn ecarts_csv(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
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
    Ok(file(&format!("ecarts-{day}.csv"), "text/csv; charset=utf-8", export::ecarts_csv(&gaps)))
}
