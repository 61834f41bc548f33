//! The pages of the common language.

pub(crate) mod chargement;
pub(crate) mod locales;
pub(crate) mod matrices;
pub(crate) mod verification;
pub(crate) mod versions;

use base::date_numeric;
use maud::{Markup, html};
use ui::{
    Column, Empty, Frame, Kind, Page, Pager, Row, Tone, actions, alert, badge, definition_list, flag,
    link_button, nbsp, number, pager, search_field, section, table,
};

use terminologie::{Term, write::Format};

use crate::{
    Concept, Found, LifeEvent, LifeStep, ListSummary, LoadReport, MatrixSummary, Nature, tree::Tree,
    words::trigger_flag,
};

/// Where the lists stand.
pub(crate) const HOME: &str = "/thesaurus";
/// Terms on a page of the tree.
const PER_PAGE: usize = 100;
/// Findings shown for a delivery; their number is always told.
const FINDINGS_SHOWN: usize = 200;
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
    pub(crate) term: Option<&'a TermView>,
    /// How many local values stand beside the list.
    pub(crate) locals: usize,
    /// Whether the person administers the service.
    pub(crate) manages: bool,
}

/// One term, whole.
pub(crate) struct TermView {
    /// As it was delivered.
    pub(crate) term: Term,
    /// What happened to it, version after version.
    pub(crate) life: Vec<LifeStep>,
    /// The star of favourites, in the version in use.
    pub(crate) star: Option<Markup>,
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
        @if let Some(shown) = view.term { (term(shown)) }
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

fn term(view: &TermView) -> Markup {
    let t = &view.term;
    let mut facts = vec![("Code", html! { (t.code) })];
    if !t.active {
        facts.push(("Statut", badge(Tone::Neutre, "inactif")));
    }
    if !t.synonyms.is_empty() {
        facts.push(("Synonymes", html! { (t.synonyms.join(" · ")) }));
    }
    if let Some(trigger) = &t.trigger {
        facts.push(("Suivi", flag(&trigger_flag(trigger))));
    }
    let texts = [
        ("Risque particulier", &t.special_risk),
        ("Risque modifiant la VIP", &t.vip_risk),
        ("Description", &t.description),
        ("Références réglementaires", &t.references),
        ("Niveau", &t.level),
        ("Remarque", &t.remark),
    ];
    for (title, text) in texts {
        if let Some(text) = text {
            facts.push((title, html! { (text) }));
        }
    }
    if t.parents.len() > 1 {
        facts.push(("Aussi sous", html! { (t.parents[1..].join(", ")) }));
    }
    if !t.groups.is_empty() {
        facts.push(("Groupes", html! { (t.groups.join(" · ")) }));
    }
    for (title, text) in &t.attributes {
        facts.push((title.as_str(), html! { (text) }));
    }
    html! {
        @if let Some(star) = &view.star { (star) }
        (definition_list(facts))
        (section("vie", "Vie du terme", None, html! { ol {
            @for step in &view.life { li { (nbsp(&life_words(step))) } }
        } }))
    }
}

/// What happened in one version, as a sentence.
fn life_words(step: &LifeStep) -> String {
    let place = |code: &Option<String>| code.clone().unwrap_or_else(|| "la racine".to_owned());
    let what = match &step.event {
        LifeEvent::Entered { label, active: true } => format!("entre sous le libellé «\u{a0}{label}\u{a0}»"),
        LifeEvent::Entered { label, active: false } => {
            format!("entre inactif sous le libellé «\u{a0}{label}\u{a0}»")
        }
        LifeEvent::Relabelled { from, to } => format!("«\u{a0}{from}\u{a0}» devient «\u{a0}{to}\u{a0}»"),
        LifeEvent::Inactivated => "inactivé, ne se choisit plus".to_owned(),
        LifeEvent::Reactivated => "se choisit de nouveau".to_owned(),
        LifeEvent::Moved { from, to } => format!("déplacé de {} à {}", place(from), place(to)),
        LifeEvent::Left => "absent de la version, reste lisible dans les précédentes".to_owned(),
    };
    match step.declared {
        Some(nature) => format!(
            "Version {}\u{a0}: {what} (nature livrée\u{a0}: {})",
            step.version,
            nature.label().to_lowercase()
        ),
        None => format!("Version {}\u{a0}: {what}", step.version),
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

/// What became of a delivery.
pub(crate) fn delivery(
    frame: &Frame,
    list: &ListSummary,
    current: Option<&ListSummary>,
    report: &LoadReport,
) -> Markup {
    let rejected = report
        .rejected
        .iter()
        .map(|r| Row::new(vec![html! { (r.row) }, html! { (r.code) }, html! { (r.reason.sentence()) }]));
    let findings = report
        .findings
        .iter()
        .take(FINDINGS_SHOWN)
        .map(|f| Row::new(vec![html! { (f.row) }, html! { (f.code) }, html! { (f.kind.sentence()) }]));
    let columns = [Column::text("Ligne"), Column::text("Code"), Column::text("Constat")];
    let count = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
    Page::new(frame, format!("Livraison {}", list.version))
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .crumb(&list.liste.titre, format!("{HOME}/{}", list.liste.id))
        .active(HOME)
        .render(html! {
            (definition_list(vec![
                ("État", html! {
                    @if list.active { (badge(Tone::Ok, "en service")) } @else {
                        (badge(Tone::Neutre, "pas en service")) " "
                        a href=(versions::compare_href(&list.liste.id, current.map(|v| v.version.as_str()), &list.version)) {
                            "Comparer et mettre en service"
                        }
                    }
                }),
                ("Fichier", html! { a href=(export_href(list, "livre")) { (list.fichier) } }),
                ("SHA-256", digest(&list.sha256)),
                ("Lignes lues", html! { (count(report.rows)) }),
                ("Lignes intégrées", html! { (count(report.integrated)) }),
                ("Lignes écartées", html! { (count(report.rejected.len())) }),
                ("Termes", html! { (count(report.concepts)) }),
            ]))
            (table("Lignes écartées", &columns, rejected.collect(),
                Empty::new("Aucune ligne écartée", "Toutes les lignes lues ont été intégrées.")))
            (table("À vérifier auprès de l'éditeur, rien n'a été corrigé", &columns, findings.collect(),
                Empty::new("Rien à signaler", "Les textes livrés ne montrent ni espace ni apostrophe suspecte.")))
            @if report.findings.len() > FINDINGS_SHOWN {
                p { "Les " (FINDINGS_SHOWN) " premiers constats sont affichés, sur " (count(report.findings.len())) "." }
            }
        })
}
