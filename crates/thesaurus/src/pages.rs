//! The pages of the common language.

pub(crate) mod chargement;
pub(crate) mod livraison;
pub(crate) mod locales;
pub(crate) mod matrices;
pub(crate) mod terme;
pub(crate) mod verification;
pub(crate) mod versions;

use base::date_numeric;
use maud::{Markup, html};
use ui::{
    Column, Empty, Frame, Kind, Page, Pager, Row, Tone, actions, alert, badge, definition_list, flag,
    link_button, nbsp, number, pager, search_field, section, table,
};

use terminologie::write::Format;

use crate::{Concept, Found, ListSummary, MatrixSummary, Nature, tree::Tree, words::trigger_flag};

/// Where the lists stand.
pub(crate) const HOME: &str = "/thesaurus";
/// Terms on a page of the tree.
const PER_PAGE: usize = 100;
/// What the search field replaces.
const TARGET: &str = "termes";

/// The page of a term, with what stands under it.
pub(crate) fn term_href(list: &str, code: &str) -> String {
    format!("{HOME}/{list}?parent={}", encoded(code))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A digest in hexadecimal, which a narrow screen may break.
fn digest(text: &str) -> Markup {
    html! { code { @for part in text.as_bytes().chunks(8) { (String::from_utf8_lossy(part)) wbr; } } }
}

/// A number with its noun, singular up to one as French has it.
fn counted(n: usize, one: &str, many: &str) -> String {
    let words = if n < 2 { one } else { many };
    format!("{}\u{a0}{words}", number(i64::try_from(n).unwrap_or(i64::MAX)))
}

/// Every list and matrix.
pub(crate) fn lists(
    frame: &Frame,
    lists: &[ListSummary],
    matrices: &[MatrixSummary],
    manages: bool,
    publishes: bool,
) -> Markup {
    Page::new(frame, "Thésaurus").crumb("Accueil", "/").active(HOME).render(html! {
        p {
            "Chaque liste a une version active, seule proposée à la saisie. Les versions précédentes restent lisibles, et ce qui a été saisi garde le libellé du jour."
        }
        (actions(html! {
            (link_button("/veille", "Veille\u{a0}: demander une évolution", Kind::Secondary))
            (link_button(&format!("{HOME}/verification"), "Vérifier la base", Kind::Secondary))
            (link_button(&format!("{HOME}/controle"), "Contrôler un export", Kind::Secondary))
            @if manages {
                (link_button(&format!("{HOME}/charger"), "Charger une livraison", Kind::Secondary))
                (link_button("/abonnements", "Abonnements", Kind::Secondary))
            }
            @if publishes { (link_button("/publications", "Publications", Kind::Secondary)) }
        }))
        @if lists.is_empty() { (lists_table(Nature::Principale, lists)) }
        @for nature in [Nature::Principale, Nature::Complementaire, Nature::Externe] {
            @if lists.iter().any(|l| l.liste.nature == nature) { (lists_table(nature, lists)) }
        }
        (matrices::matrices_table(matrices))
    })
}

fn lists_table(nature: Nature, lists: &[ListSummary]) -> Markup {
    let columns = [
        Column::text("Liste"),
        Column::text("Version"),
        Column::number("Termes"),
        Column::text("Gestionnaire"),
        Column::text("Droits d'usage"),
        Column::text("Révisée le"),
    ];
    let rows = lists
        .iter()
        .filter(|l| l.liste.nature == nature)
        .map(|l| {
            Row::new(vec![
                html! { a href={ (HOME) "/" (l.liste.id) } { (l.liste.titre) } },
                version(l),
                html! { (number(l.termes)) },
                html! { (l.liste.gestionnaire) },
                html! { (l.liste.licence) },
                html! { (date_numeric(l.publiee_le.unwrap_or_else(|| l.chargee_le.day()))) },
            ])
        })
        .collect();
    let nothing = Empty::new(
        "Aucune liste n'est chargée",
        "L'informatique du service peut charger les listes de départ ou une livraison officielle.",
    );
    table(nature.label(), &columns, rows, nothing)
}

fn version(list: &ListSummary) -> Markup {
    html! {
        (list.version)
        @if list.depart { " " (badge(Tone::Info, "liste de départ")) }
        @if !list.active { " " (badge(Tone::Neutre, "version ancienne")) }
    }
}

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
pub(crate) fn list(frame: &Frame, view: &ListView<'_>) -> Markup {
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
    let compare = versions::compare_href(id, active_version(view), &view.list.version);
    // The latest loaded comes first.
    let current = view.versions.iter().position(|v| v.active);
    let shown = view.versions.iter().position(|v| v.version == view.list.version);
    let (title, sentence) = match current {
        None => (
            "Aucune version n'est en service",
            "Cette liste se consulte mais n'est pas encore proposée à la saisie.",
        ),
        Some(_) if shown < current => (
            "Version pas en service",
            "Cette version, chargée après celle en service, se consulte mais n'est pas proposée à la saisie.",
        ),
        Some(_) => ("Version ancienne", "Cette version se consulte mais n'est plus proposée à la saisie."),
    };
    alert(
        Tone::Info,
        title,
        html! {
            p {
                (sentence) " "
                @if current.is_some() { a href={ (HOME) "/" (id) } { "Voir la version active" } ". " }
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
            ("Version", version(l)),
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
                    @if v.active { (badge(Tone::Ok, "active")) } @else {
                        a href=(versions::compare_href(&v.liste.id, active_version(view), &v.version)) {
                            (if view.manages { "Comparer et mettre en service" } else { "Comparer" })
                            span.vh { " la version " (v.version) }
                        }
                    }
                } }
            } }))
        }
    }
}

fn export_href(list: &ListSummary, format: &str) -> String {
    format!("{HOME}/{}/export?version={}&format={format}", list.liste.id, encoded(&list.version))
}

fn format_label(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Xlsx => "Classeur (.xlsx)",
        Format::SkosTurtle => "SKOS (Turtle)",
        Format::SkosRdfXml => "SKOS (RDF/XML)",
        Format::Fhir => "FHIR CodeSystem (JSON)",
        Format::Svs => "SVS (XML)",
        Format::Tabule => "Texte tabulé",
    }
}

/// The version in use.
fn active_version<'a>(view: &'a ListView<'_>) -> Option<&'a str> {
    view.versions.iter().find(|v| v.active).map(|v| v.version.as_str())
}
