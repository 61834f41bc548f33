//! One list: its tree, opened somewhere, or the answers to a search.

use base::date_numeric;
use maud::{Markup, html};
use terminologie::write::Format;
use ui::{
    Column, Empty, Frame, Kind, Page, Pager, Row, Tone, actions, alert, badge, definition_list, flag,
    link_button, nbsp, number, pager, search_field, section, table,
};

use super::{
    HOME, Standing, counted, digest, encoded, export_href, format_label, seal, standing, terme,
    versions::compare_href,
};
use crate::{Concept, Found, ListSummary, tree::Tree, words::trigger_flag};

/// Terms on a page of the tree.
const PER_PAGE: usize = 100;
/// What the search field replaces.
const TARGET: &str = "termes";

/// One list: what is asked of it.
pub(crate) struct ListView<'a> {
    /// The version shown.
    pub(crate) list: &'a ListSummary,
    /// All versions.
    pub(crate) versions: &'a [ListSummary],
    /// Its terms.
    pub(crate) tree: &'a Tree,
    /// The term whose inside is shown; the roots otherwise.
    pub(crate) inside: Option<&'a Concept>,
    /// What was typed.
    pub(crate) query: &'a str,
    /// The answers.
    pub(crate) found: &'a [Found],
    /// Page of the tree, from 1.
    pub(crate) page: u64,
    /// What is told of the term whose inside is shown.
    pub(crate) term: Option<&'a terme::TermView>,
    /// How many local values stand beside the list.
    pub(crate) locals: usize,
    /// Whether the person administers the service.
    pub(crate) manages: bool,
}

impl ListView<'_> {
    fn href(&self, code: Option<&str>) -> String {
        let id = &self.list.liste.id;
        let version = if self.list.active { None } else { Some(encoded(&self.list.version)) };
        let code = code.map(encoded);
        match (code, version) {
            (None, None) => format!("{HOME}/{id}"),
            (Some(code), None) => format!("{HOME}/{id}?parent={code}"),
            (None, Some(version)) => format!("{HOME}/{id}?version={version}"),
            (Some(code), Some(version)) => format!("{HOME}/{id}?version={version}&parent={code}"),
        }
    }
}

/// The tree of a list, opened somewhere, or the answers to a search.
pub(crate) fn page(frame: &Frame, view: &ListView<'_>) -> Markup {
    let liste = &view.list.liste;
    let mut page = Page::new(frame, view.inside.map_or(&liste.titre, |c| &c.label))
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .active(HOME);
    if let Some(concept) = view.inside {
        page = page.crumb(&liste.titre, view.href(None));
        for above in view.tree.path(&concept.code) {
            page = page.crumb(&above.label, view.href(Some(&above.code)));
        }
    }
    page.render(html! {
        @if view.list.active {
            (search_field(&format!("{HOME}/{}", liste.id), "q", "Chercher dans la liste", view.query, TARGET))
        } @else { (not_in_use(view)) }
        div id=(TARGET) {
            @if view.query.is_empty() { (inside(view)) } @else { (answers(view)) }
        }
        @if view.inside.is_none() && view.query.is_empty() { (facts(view)) }
    })
}

/// Why the version shown is not offered at entry, and how to go on.
fn not_in_use(view: &ListView<'_>) -> Markup {
    let id = &view.list.liste.id;
    let compare = compare_href(id, active_version(view), &view.list.version);
    let current = active_version(view);
    let (title, sentence) = match standing(view.versions, &view.list.version) {
        _ if current.is_none() => (
            "Aucune version n'est en service",
            "Cette liste se consulte mais n'est pas encore proposée à la saisie.",
        ),
        Standing::Waiting => (
            "Version pas en service",
            "Cette version attend sa mise en service\u{a0}: elle se consulte mais n'est pas proposée à la saisie.",
        ),
        Standing::InUse | Standing::Former => {
            ("Version ancienne", "Cette version se consulte mais n'est plus proposée à la saisie.")
        }
    };
    alert(
        Tone::Info,
        title,
        html! {
            p {
                (sentence) " "
                @if current.is_some() { a href={ (HOME) "/" (id) } { "Voir la version en service" } ". " }
                @if view.manages { a href=(compare) { "Comparer et mettre en service" } "." }
            }
        },
    )
}

fn answers(view: &ListView<'_>) -> Markup {
    let columns = [Column::text("Terme"), Column::text("Code"), Column::text("Place dans la liste")];
    let rows = view
        .found
        .iter()
        .map(|f| {
            let row = Row::new(vec![
                html! {
                    a href=(view.href(Some(&f.code))) { (f.label) }
                    @if let Some(trigger) = &f.declencheur { " " (flag(&trigger_flag(trigger))) }
                    @if let Some(day) = f.inactive_since {
                        " " (badge(Tone::Neutre, &format!("inactif depuis le {}", date_numeric(day))))
                    }
                    @if let Some(synonym) = &f.found_by { br; small { (nbsp("trouvé par :")) " " (synonym) } }
                },
                html! { (f.code) },
                html! { (f.path.as_deref().unwrap_or("Racine")) },
            ]);
            if f.inactive_since.is_some() { row.tone(Tone::Neutre) } else { row }
        })
        .collect();
    let nothing = Empty::new(
        format!("Aucun terme ne correspond à «\u{a0}{}\u{a0}»", view.query),
        "Essayez un autre mot, ou parcourez la liste.",
    )
    .action(view.href(None), "Parcourir la liste");
    table("Termes trouvés", &columns, rows, nothing)
}

fn inside(view: &ListView<'_>) -> Markup {
    let under = view.tree.under(view.inside.map(|c| c.code.as_str()));
    let total = u64::try_from(under.len()).unwrap_or(u64::MAX);
    let per_page = u64::try_from(PER_PAGE).unwrap_or(u64::MAX);
    let page = view.page.clamp(1, total.div_ceil(per_page).max(1));
    let skipped = usize::try_from((page - 1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    html! {
        @if let Some(shown) = view.term { (terme::term(&view.list.liste.id, shown)) }
        @if view.inside.is_none() || !under.is_empty() {
            (terms_table(view, under.iter().skip(skipped).take(PER_PAGE).copied()))
            @if under.len() > PER_PAGE {
                (pager(Pager { page, per_page, total, noun: "termes" }, |n| {
                    let href = view.href(view.inside.map(|c| c.code.as_str()));
                    let sign = if href.contains('?') { '&' } else { '?' };
                    format!("{href}{sign}page={n}")
                }))
            }
        }
    }
}

fn terms_table<'a>(view: &ListView<'_>, concepts: impl Iterator<Item = &'a Concept>) -> Markup {
    let columns = [
        Column::text("Terme"),
        Column::text("Code"),
        Column::text("Synonymes"),
        Column::number("Termes en dessous"),
    ];
    let rows = concepts
        .map(|c| {
            let below = view.tree.leaves(&c.code);
            let row = Row::new(vec![
                html! {
                    a href=(view.href(Some(&c.code))) { (c.label) }
                    @if let Some(trigger) = &c.declencheur { " " (flag(&trigger_flag(trigger))) }
                    @if !c.active { " " (badge(Tone::Neutre, "inactif")) }
                },
                html! { (c.code) },
                html! { (c.synonyms.join(" · ")) },
                html! { @if below > 0 { (number(i64::try_from(below).unwrap_or(i64::MAX))) } },
            ]);
            if c.active { row } else { row.tone(Tone::Neutre) }
        })
        .collect();
    let caption = view
        .inside
        .map_or_else(|| "Premier niveau".to_owned(), |c| format!("Sous «\u{a0}{}\u{a0}»", c.label));
    table(&caption, &columns, rows, Empty::new("Aucun terme", "Cette version ne contient aucun terme."))
}

fn facts(view: &ListView<'_>) -> Markup {
    let l = view.list;
    let report = format!("{HOME}/{}/livraison?version={}", l.liste.id, encoded(&l.version));
    html! {
        (section("liste", "Cette liste", None, definition_list(vec![
            ("Version", html! {
                (l.version) " " (standing(view.versions, &l.version).badge())
                @if l.depart { " " (badge(Tone::Info, "liste de départ")) }
            }),
            ("Signature", seal(l.sceau.as_ref())),
            ("Révisée le", html! { (date_numeric(l.publiee_le.unwrap_or_else(|| l.chargee_le.day()))) }),
            ("Gestionnaire", html! { (l.liste.gestionnaire) }),
            ("Source", html! { (l.liste.source) }),
            ("Droits d'usage", html! { (l.liste.licence) }),
            ("Chargée le", html! { (date_numeric(l.chargee_le.day())) }),
            ("Lignes", html! {
                (number(l.integrees)) " intégrées sur " (number(l.lignes)) " lues · "
                a href=(report) { "Détail de la livraison" }
            }),
        ])))
        (section("fichiers", "Emporter cette version", None, html! {
            p { a href=(export_href(l, "livre")) { "Le fichier livré, à l'identique" } " (SHA-256\u{a0}: " (digest(&l.sha256)) ")" }
            (actions(html! {
                @for format in Format::ALL {
                    (link_button(&export_href(l, format.as_str()), format_label(format), Kind::Secondary))
                }
            }))
        }))
        @if view.manages {
            (actions(link_button(&format!("{HOME}/charger?liste={}", l.liste.id), "Charger une autre version", Kind::Secondary)))
        }
        (section("locales", "Valeurs locales", None, html! {
            p {
                @if view.locals == 0 {
                    "Le service n'a ajouté aucune valeur à cette liste."
                } @else {
                    (counted(view.locals, "valeur locale du service", "valeurs locales du service")) ", à côté de la liste commune."
                }
                @if view.manages { " " a href={ (HOME) "/" (l.liste.id) "/locales" } { "Gérer les valeurs locales" } }
            }
        }))
        @if view.versions.len() > 1 {
            (section("versions", "Toutes les versions", None, html! { ul {
                @for v in view.versions { li {
                    a href={ (HOME) "/" (v.liste.id) "?version=" (encoded(&v.version)) } { (v.version) }
                    " · chargée le " (date_numeric(v.chargee_le.day())) " · " (number(v.termes)) " termes "
                    (seal(v.sceau.as_ref())) " " (standing(view.versions, &v.version).badge()) " "
                    @if !v.active {
                        a href=(compare_href(&v.liste.id, active_version(view), &v.version)) {
                            (if view.manages { "Comparer et mettre en service" } else { "Comparer" })
                            span.vh { " la version " (v.version) }
                        }
                    }
                } }
            } }))
        }
    }
}

/// The version in use.
fn active_version<'a>(view: &'a ListView<'_>) -> Option<&'a str> {
    view.versions.iter().find(|v| v.active).map(|v| v.version.as_str())
}
