//! The dashboard of a centre, or of the whole service.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use base::{Date, Instant, date_long, date_numeric};
use guard::{Caller, Fields, LireChiffres, Purpose, Role};
use maud::{Markup, html};
use ui::{
    Chart, Choice, Empty, Fault, Field, Form, House, Kind, Page, Stat, Tone, bar_chart, decimal, grid,
    number, section, select_field, stat, submit,
};

use super::{Perimetre, TOUS, compte, definition};
use crate::{
    Mesure,
    catalogue::{
        A_JOUR, ANCIENNETE, CODAGE, ECHEANCES, EFFECTIF, EN_RETARD, PROPOSEES, SUIVI_SI, SUIVI_SIA,
        SUIVI_SIR, VISITES_JOUR, VISITES_METIER, VISITES_MOIS, VISITES_TYPE,
    },
    views::{self, Tableau, Visites},
};

/// `?centre=ID` or `?centre=tous`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let who = caller.clone();
    let objet = fields.optional("centre").unwrap_or(TOUS).to_owned();
    let (perimetre, figures, read_at) = house
        .guard
        .run::<LireChiffres, _, Fault, _>(&caller, &objet, Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let perimetre = Perimetre::read(&mut work.tx, &who, &fields).await?;
                let today = work.today();
                let figures = views::tableau(&mut work.tx, permit, perimetre.id(), today).await?;
                Ok((perimetre, figures, work.now()))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let body = show(&perimetre, &figures, read_at);
    Ok(Page::new(&frame, "Tableau de bord").active("/tableau").render(body))
}

fn show(perimetre: &Perimetre, figures: &Tableau, read_at: Instant) -> Markup {
    let today = read_at.day();
    let effectif: i64 = figures.categories.iter().map(|c| c.salaries).sum();
    html! {
        p.lead { (perimetre.nom()) }
        (centre(perimetre))
        p.help {
            "Chiffres lus dans la base le " time datetime=(today) { (date_long(today)) } " à " (read_at.time_of_day())
                    "\u{a0}: une visite signée les change aussitôt. Les visites se comparent aux mêmes jours de l’an passé. "
            "Les effectifs, les catégories et les retards disent l’état d’aujourd’hui\u{a0}; le service n’en garde pas de relevé daté."
        }
        @if effectif == 0 {
            (ui::empty(&Empty::new(
                "Aucun salarié n’est suivi ici.",
                "Choisissez un autre centre, ou ajoutez des entreprises adhérentes et leurs salariés.",
            ).action("/adherents", "Voir les adhérents")))
        }
        (grid(vec![
            effectifs(perimetre, effectif),
            a_jour(perimetre, figures, effectif),
            en_retard(perimetre, figures),
            visites(perimetre, &VISITES_JOUR, &figures.jour, &figures.jour_avant, today),
            visites(perimetre, &VISITES_MOIS, &figures.mois, &figures.mois_avant, today),
            proposees(perimetre, figures),
        ]))
        (section("categories", "Catégories de suivi", None, grid(vec![
            categorie(perimetre, figures, &SUIVI_SI, "SI", effectif),
            categorie(perimetre, figures, &SUIVI_SIA, "SIA", effectif),
            categorie(perimetre, figures, &SUIVI_SIR, "SIR", effectif),
        ])))
        (section("a-venir", "Ce qui vient et ce qui tarde", None, html! {
            (picture(perimetre, &ECHEANCES, echeances(figures)))
            (picture(perimetre, &ANCIENNETE, anciennete(figures)))
        }))
        (section("visites", "Visites du mois", None, html! {
            (picture(perimetre, &VISITES_TYPE, par_type(figures, today)))
            (picture(perimetre, &VISITES_METIER, par_metier(figures, today)))
        }))
        (section("qualite", "Qualité des données", None, html! {
            p {
                a href={ "/tableau/codage?centre=" (perimetre.param()) } { (CODAGE.titre) }
                ", par liste, équipe, métier et année."
            }
        }))
    }
}

fn centre(perimetre: &Perimetre) -> Markup {
    let choices: Vec<Choice> = std::iter::once(Choice::new(TOUS, "Tout le service"))
        .chain(perimetre.centres.iter().map(|c| Choice::new(c.id.as_str(), &*c.nom)))
        .collect();
    let field = Field::new("centre", "Centre", perimetre.param(), None, true).required();
    Form::get("/tableau").line().render(html! {
        (select_field(field, &choices))
        (submit("Afficher ce centre", Kind::Secondary))
    })
}

/// A figure, with its definition.
fn figure(
    perimetre: &Perimetre,
    mesure: &Mesure,
    value: impl Into<String>,
    dress: impl FnOnce(Stat) -> Stat,
) -> Markup {
    html! {
        (stat(dress(Stat::new(mesure.titre, value).href(perimetre.lignes(mesure)).definition(definition(mesure)))))
    }
}

/// A picture, and the way to its rows.
fn picture(perimetre: &Perimetre, mesure: &Mesure, draw: impl FnOnce(Chart) -> Chart) -> Markup {
    let chart = Chart::new(mesure.id.replace('_', "-"), mesure.titre, definition(mesure));
    html! {
        (bar_chart(draw(chart)))
        p { a href=(perimetre.lignes(mesure)) { "Voir les lignes\u{a0}: " (mesure.titre) } }
    }
}

/// `12,3 %`, or a dash when there is nothing to divide by.
fn part(part: i64, total: i64) -> String {
    if total == 0 {
        "–".into()
    } else {
        format!("{}\u{a0}%", decimal(part as f64 * 100.0 / total as f64, 1))
    }
}

fn effectifs(perimetre: &Perimetre, effectif: i64) -> Markup {
    figure(perimetre, &EFFECTIF, number(effectif), |s| s)
}

fn a_jour(perimetre: &Perimetre, figures: &Tableau, effectif: i64) -> Markup {
    let late: i64 = figures.categories.iter().map(|c| c.retards).sum();
    let words = format!("{} sur {}", number(effectif - late), compte(effectif, "salarié"));
    figure(perimetre, &A_JOUR, part(effectif - late, effectif), |s| s.compare(words))
}

fn en_retard(perimetre: &Perimetre, figures: &Tableau) -> Markup {
    let late: i64 = figures.retards.tranches.iter().sum();
    figure(perimetre, &EN_RETARD, number(late), |s| match figures.retards.premier {
        Some(first) => {
            s.tone(Tone::Retard).compare(format!("la plus ancienne était due le {}", date_numeric(first)))
        }
        None => s.tone(Tone::Ok),
    })
}

fn total(visites: &[Visites]) -> i64 {
    visites.iter().map(|v| v.nombre).sum()
}

fn visites(
    perimetre: &Perimetre,
    mesure: &Mesure,
    now: &[Visites],
    before: &[Visites],
    today: Date,
) -> Markup {
    let then = views::un_an_avant(today);
    let words = if mesure.id == VISITES_JOUR.id {
        format!("{} le {}", number(total(before)), date_numeric(then))
    } else {
        let first = date_numeric(then.first_of_month());
        format!("{} du {first} au {}", number(total(before)), date_numeric(then))
    };
    figure(perimetre, mesure, number(total(now)), |s| s.compare(words))
}

fn proposees(perimetre: &Perimetre, figures: &Tableau) -> Markup {
    let share = |visites: &[Visites]| part(visites.iter().map(|v| v.proposees).sum(), total(visites));
    let words = format!("{} les mêmes jours de l’an passé", share(&figures.mois_avant));
    figure(perimetre, &PROPOSEES, share(&figures.mois), |s| s.compare(words))
}

fn categorie(
    perimetre: &Perimetre,
    figures: &Tableau,
    mesure: &Mesure,
    sigle: &str,
    effectif: i64,
) -> Markup {
    let found = figures.categories.iter().find(|c| c.sigle == sigle);
    let (n, late) = found.map_or((0, 0), |c| (c.salaries, c.retards));
    let words = format!("{}, dont {} en retard", compte(n, "salarié"), number(late));
    figure(perimetre, mesure, part(n, effectif), |s| s.compare(words))
}

fn echeances(figures: &Tableau) -> impl FnOnce(Chart) -> Chart {
    let months = figures.a_venir.clone();
    move |chart| {
        months.iter().fold(chart.unit("salariés"), |chart, (first, n)| {
            // "nov. 2026" out of "dim. 1er nov. 2026".
            let words: Vec<String> = date_long(*first).split('\u{a0}').skip(2).map(str::to_owned).collect();
            chart.bar(words.join("\u{a0}"), *n as f64)
        })
    }
}

fn anciennete(figures: &Tableau) -> impl FnOnce(Chart) -> Chart {
    let tranches = figures.retards.tranches;
    let words = ["Trois mois ou moins", "De trois à six mois", "De six mois à un an", "Plus d’un an"];
    move |chart| {
        words
            .iter()
            .zip(tranches)
            .fold(chart.unit("salariés"), |chart, (words, n)| chart.bar(*words, n as f64))
    }
}

/// This month and the same days of last year, by some key, the most frequent first.
fn compared<'a>(figures: &'a Tableau, key: impl Fn(&'a Visites) -> &'a str) -> Vec<(&'a str, i64, i64)> {
    let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for v in &figures.mois {
        sums.entry(key(v)).or_default().0 += v.nombre;
    }
    for v in &figures.mois_avant {
        sums.entry(key(v)).or_default().1 += v.nombre;
    }
    let mut lines: Vec<_> = sums.into_iter().map(|(k, (now, before))| (k, now, before)).collect();
    lines.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(b.0)));
    lines
}

fn bars(lines: Vec<(String, i64, i64)>, today: Date) -> impl FnOnce(Chart) -> Chart {
    move |chart| {
        let chart = chart.unit("visites").compared(today.year().to_string(), (today.year() - 1).to_string());
        lines
            .into_iter()
            .fold(chart, |chart, (label, now, before)| chart.bar_compared(label, now as f64, before as f64))
    }
}

fn par_type(figures: &Tableau, today: Date) -> impl FnOnce(Chart) -> Chart {
    let all = || figures.mois.iter().chain(&figures.mois_avant);
    let label = |code: &str| short(all().find(|v| v.code == code).map_or(code, |v| &v.label));
    let lines = compared(figures, |v| &v.code);
    bars(lines.into_iter().map(|(code, now, before)| (label(code), now, before)).collect(), today)
}

/// Types of one family begin with the same long words, which the picture has no room for.
fn short(label: &str) -> String {
    label
        .replace("Visite d'information et de prévention", "VIP")
        .replace("Examen médical d'aptitude", "Examen d'aptitude")
}

fn par_metier(figures: &Tableau, today: Date) -> impl FnOnce(Chart) -> Chart {
    let label =
        |metier: &str| Role::parse(metier).map_or_else(|| metier.to_owned(), |r| r.label().to_owned());
    let lines = compared(figures, |v| &v.metier);
    bars(lines.into_iter().map(|(metier, now, before)| (label(metier), now, before)).collect(), today)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn a_share_of_nobody_is_a_dash() {
        assert_eq!(part(0, 0), "–");
        assert_eq!(part(1, 3), "33,3\u{a0}%");
        assert_eq!(part(7, 7), "100\u{a0}%");
    }
}
