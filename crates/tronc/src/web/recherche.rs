//! One search field for everything: workers, companies, thesaurus terms.

use axum::{
    Router,
    extract::{FromRef, Query, State},
    routing::get,
};
use guard::{Caller, ChercherSalarie, Guard, LireAdherent, LireThesaurus, Purpose};
use maud::Markup;
use salaries::Demande;
use serde::Deserialize;
use ui::{Fault, Group, Hit, House, Page, Tone};

#[derive(Clone)]
struct Desk {
    house: House,
    search: thesaurus::Search,
}

impl FromRef<Desk> for Guard {
    fn from_ref(desk: &Desk) -> Self {
        desk.house.guard.clone()
    }
}

pub(super) fn routes(house: House, search: thesaurus::Search) -> Router {
    Router::new()
        .route("/recherche", get(page))
        .route("/recherche/suggestions", get(suggestions))
        .with_state(Desk { house, search })
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

/// Whether the workers found are counted: it costs more than showing the first ones, and nobody reads it while
/// typing.
#[derive(Clone, Copy)]
enum Total {
    Compte,
    Omis,
}

/// Lists in which one looks for a term from anywhere.
const LISTS: [(&str, &str); 3] =
    [("expositions", "Expositions"), ("professions", "Professions"), ("amt", "Actions en milieu de travail")];

async fn page(State(desk): State<Desk>, caller: Caller, Query(asked): Query<Asked>) -> Result<Markup, Fault> {
    let groups = look(&desk, &caller, &asked.q, 20, Total::Compte).await?;
    let frame = desk.house.frame(&caller);
    Ok(Page::new(&frame, "Recherche").render(ui::search_results(&groups)))
}

async fn suggestions(
    State(desk): State<Desk>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Markup, Fault> {
    Ok(ui::search_suggestions(&look(&desk, &caller, &asked.q, 6, Total::Omis).await?))
}

async fn look(
    desk: &Desk,
    caller: &Caller,
    query: &str,
    limit: i64,
    total: Total,
) -> Result<Vec<Group>, Fault> {
    let guard = &desk.house.guard;
    let mut groups = Vec::new();
    let demande = Demande::parse(query);
    if !demande.is_empty() && guard.offers::<ChercherSalarie>(caller) {
        let wanted = demande.clone();
        let (found, total) = guard
            .run::<ChercherSalarie, _, Fault, _>(caller, query, Purpose::PriseEnCharge, move |work, _| {
                Box::pin(async move {
                    let today = work.today();
                    match total {
                        Total::Compte => Ok(salaries::search(&mut work.tx, &wanted, today, 1, limit).await?),
                        Total::Omis => {
                            Ok((salaries::suggestions(&mut work.tx, &wanted, today, limit).await?, 0))
                        }
                    }
                })
            })
            .await?;
        let mut group = Group::new("Salariés");
        for t in found {
            let s = &t.salarie;
            let detail = format!(
                "{} {}{}",
                if s.sexe == identite::Sexe::Feminin { "née le" } else { "né le" },
                base::date_numeric(s.naissance),
                t.employeurs.first().map(|e| format!(" · {e}")).unwrap_or_default()
            );
            let mut hit = Hit::new(format!("/salaries/{}", s.id), s.nom_affiche()).detail(detail);
            if let Some(name) = s.nom_de_naissance_si_autre() {
                hit = hit.badge(Tone::Neutre, format!("nom de naissance {name}"));
            }
            group = group.hit(hit);
        }
        if total > limit {
            group = group
                .more(format!("/salaries?q={}", encoded(query)), u64::try_from(total).unwrap_or_default());
        }
        groups.push(group);
    }
    if query.trim().chars().count() >= 2 && guard.offers::<LireAdherent>(caller) {
        let text = query.to_owned();
        let (found, total) = guard
            .run::<LireAdherent, _, Fault, _>(caller, "", Purpose::Gestion, move |work, _| {
                Box::pin(async move { Ok(adherents::search(&mut work.tx, &text, 1, limit).await?) })
            })
            .await?;
        let mut group = Group::new("Adhérents");
        for t in found {
            let a = &t.adherent;
            group = group.hit(
                Hit::new(format!("/adherents/{}", a.id), &a.raison_sociale)
                    .detail(format!("SIREN {}", a.siren.grouped())),
            );
        }
        if total > limit {
            group = group
                .more(format!("/adherents?q={}", encoded(query)), u64::try_from(total).unwrap_or_default());
        }
        groups.push(group);
    }
    if query.trim().chars().count() >= 2 && guard.offers::<LireThesaurus>(caller) {
        let (text, search) = (query.to_owned(), desk.search.clone());
        let limit = usize::try_from(limit / 2).unwrap_or(3);
        let found = guard
            .run::<LireThesaurus, _, Fault, _>(caller, "", Purpose::Gestion, move |work, _| {
                Box::pin(async move {
                    let index = search.current(&mut work.tx).await?;
                    let mut all = Vec::new();
                    for (list, title) in LISTS {
                        all.push((list, title, index.search(list, &text, limit)?));
                    }
                    Ok(all)
                })
            })
            .await?;
        for (list, title, terms) in found {
            let mut group = Group::new(title);
            for t in terms {
                let mut hit = Hit::new(format!("/thesaurus/{list}?parent={}", t.code), &t.label);
                if let Some(path) = &t.path {
                    hit = hit.detail(path);
                }
                if t.declencheur.is_some() {
                    hit = hit.badge(Tone::Attention, "risque particulier");
                }
                group = group.hit(hit);
            }
            groups.push(group);
        }
    }
    Ok(groups)
}

/// A query as it stands in an address.
fn encoded(query: &str) -> String {
    form_urlencoded::byte_serialize(query.as_bytes()).collect()
}
