//! How the data of the service are coded: by list, and inside it by team, job, trade or year (grid, 14.7).

use std::collections::BTreeMap;

use axum::{
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_long};
use guard::{Caller, Fields, LireChiffres, Purpose, Role};
use maud::{Markup, html};
use ui::{
    Choice, Column, Empty, Fault, Field, Form, House, Kind, Page, Row, decimal, link_button, number,
    select_field, submit, table,
};

use super::{Perimetre, TOUS};
use crate::{
    catalogue::CODAGE,
    views::{self, Codage, Dimension},
};

/// What was asked and what was found.
struct Vue {
    perimetre: Perimetre,
    par: Dimension,
    /// One list, or all when it is empty.
    liste: String,
    lignes: Vec<Codage>,
    titres: BTreeMap<String, String>,
    le: Date,
}

impl Vue {
    async fn read(house: &House, caller: &Caller, query: Option<String>) -> Result<Self, Fault> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes());
        let par = Dimension::parse(fields.text("par")).unwrap_or(Dimension::Liste);
        let who = caller.clone();
        house
            .guard
            .run::<LireChiffres, _, Fault, _>(caller, "codage", Purpose::Pilotage, move |work, permit| {
                Box::pin(async move {
                    let perimetre = Perimetre::read(&mut work.tx, &who, &fields).await?;
                    let liste = fields.text("liste").to_owned();
                    let mut lignes = views::codage(&mut work.tx, permit, par, perimetre.id()).await?;
                    lignes.retain(|l| liste.is_empty() || l.liste == liste);
                    let lists = thesaurus::lists(&mut work.tx).await?;
                    let titres = lists.into_iter().map(|l| (l.liste.id, l.liste.titre)).collect();
                    Ok(Self { perimetre, par, liste, lignes, titres, le: work.today() })
                })
            })
            .await
    }

    fn titre<'a>(&'a self, liste: &'a str) -> &'a str {
        self.titres.get(liste).map_or(liste, String::as_str)
    }

    fn href(&self, path: &str, par: Dimension, liste: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("par", par.code()).append_pair("centre", self.perimetre.param());
        if !liste.is_empty() {
            query.append_pair("liste", liste);
        }
        format!("{path}?{}", query.finish())
    }

    /// A value of the dimension, as a person reads it.
    fn words<'a>(&self, cle: &'a str) -> &'a str {
        match self.par {
            _ if cle.is_empty() => "Non renseigné",
            Dimension::Auteur => Role::parse(cle).map_or(cle, |role| role.label()),
            _ => cle,
        }
    }
}

/// `?par=annee&centre=tous&liste=expositions`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let vue = Vue::read(&house, &caller, query).await?;
    let frame = house.frame(&caller);
    Ok(Page::new(&frame, CODAGE.titre)
        .crumb("Tableau de bord", format!("/tableau?centre={}", vue.perimetre.param()))
        .active("/tableau")
        .render(show(&vue)))
}

/// The same lines as CSV.
pub(super) async fn csv(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let vue = Vue::read(&house, &caller, query).await?;
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    let unwritten = |e: csv::Error| Fault::Unexpected(e.to_string());
    writer
        .write_record(["liste", vue.par.code(), "codees", "autre", "texte_libre", "locales", "total"])
        .map_err(unwritten)?;
    for l in &vue.lignes {
        let counts = [l.codees, l.autres, l.libres, l.locales, l.total()].map(|n| n.to_string());
        let key = if vue.par == Dimension::Liste { vue.titre(&l.liste) } else { vue.words(&l.cle) };
        let row = [l.liste.as_str(), key].into_iter().chain(counts.iter().map(String::as_str));
        writer.write_record(row).map_err(unwritten)?;
    }
    let bytes = writer.into_inner().map_err(|e| Fault::Unexpected(e.to_string()))?;
    let name = format!("attachment; filename=\"codage-{}-{}.csv\"", vue.par.code(), vue.le);
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn show(vue: &Vue) -> Markup {
    let mut columns = vec![Column::text("Liste")];
    if vue.par != Dimension::Liste {
        columns.push(Column::text(vue.par.label()));
    }
    columns.extend(["Codées", "Autre", "Texte libre", "Locales", "Total", "Part codée"].map(Column::number));
    let rows = vue
        .lignes
        .iter()
        .map(|l| {
            let mut cells = vec![html! {
                @if vue.par == Dimension::Liste {
                    a href=(vue.href("/tableau/codage", Dimension::Annee, &l.liste)) { (vue.titre(&l.liste)) }
                } @else { (vue.titre(&l.liste)) }
            }];
            if vue.par != Dimension::Liste {
                cells.push(html! { (vue.words(&l.cle)) });
            }
            cells.extend([l.codees, l.autres, l.libres, l.locales, l.total()].map(|n| html! { (number(n)) }));
            cells.push(html! { (decimal(l.codees as f64 * 100.0 / l.total().max(1) as f64, 1)) "\u{a0}%" });
            Row::new(cells)
        })
        .collect();
    html! {
        p.lead { (vue.perimetre.nom()) ", " (date_long(vue.le)) }
        (filters(vue))
        (table(CODAGE.titre, &columns, rows, Empty::new(
            "Rien n’est encore saisi ici.",
            "Choisissez un autre centre ou une autre liste.",
        ).action("/tableau/codage?centre=tous", "Voir tout le service")))
        p.definition { (super::definition(&CODAGE)) }
    }
}

fn filters(vue: &Vue) -> Markup {
    let dimensions: Vec<Choice> = Dimension::ALL.iter().map(|d| Choice::new(d.code(), d.label())).collect();
    let centres: Vec<Choice> = std::iter::once(Choice::new(TOUS, "Tout le service"))
        .chain(vue.perimetre.centres.iter().map(|c| Choice::new(c.id.as_str(), &*c.nom)))
        .collect();
    html! {
        (Form::get("/tableau/codage").line().render(html! {
            (select_field(Field::new("par", "Compter par", vue.par.code(), None, true).required(), &dimensions))
            (select_field(Field::new("centre", "Centre", vue.perimetre.param(), None, true).required(), &centres))
            @if !vue.liste.is_empty() { input type="hidden" name="liste" value=(vue.liste); }
            (submit("Compter", Kind::Secondary))
            (link_button(&vue.href("/tableau/codage.csv", vue.par, &vue.liste), "Exporter en CSV", Kind::Secondary))
        }))
        @if !vue.liste.is_empty() {
            p { a href=(vue.href("/tableau/codage", vue.par, "")) { "Voir toutes les listes" } }
        }
    }
}
