//! The pages of the common language. Views in, markup out.

use base::date_numeric;
use maud::{Markup, html};
use ui::{
    Column, Empty, Frame, Page, Pager, Row, Tone, alert, badge, definition_list, flag, nbsp, number, pager,
    search_field, section, table,
};

use crate::{Concept, Found, ListSummary, LoadReport, Nature, tree::Tree, words::trigger_flag};

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

/// Every list.
pub(crate) fn lists(frame: &Frame, lists: &[ListSummary]) -> Markup {
    Page::new(frame, "Thésaurus").crumb("Accueil", "/").active(HOME).render(html! {
        p {
            "Chaque liste a une version active, seule proposée à la saisie. Les versions précédentes restent lisibles, et ce qui a été saisi garde le libellé du jour."
        }
        @if lists.is_empty() { (lists_table(Nature::Principale, lists)) }
        @for nature in [Nature::Principale, Nature::Complementaire, Nature::Externe] {
            @if lists.iter().any(|l| l.liste.nature == nature) { (lists_table(nature, lists)) }
        }
    })
}

fn lists_table(nature: Nature, lists: &[ListSummary]) -> Markup {
    let columns = [
        Column::text("Liste"),
        Column::text("Version"),
        Column::number("Termes"),
        Column::text("Gestionnaire"),
        Column::text("Licence"),
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
        } @else {
            (alert(Tone::Info, "Version ancienne", html! {
                p {
                    "Cette version se consulte mais n'est plus proposée à la saisie. "
                    a href={ (HOME) "/" (liste.id) } { "Voir la version active" } "."
                }
            }))
        }
        div id=(TARGET) {
            @if view.query.is_empty() { (inside(view)) } @else { (answers(view)) }
        }
        @if view.inside.is_none() && view.query.is_empty() { (facts(view)) }
    })
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
        @if let Some(concept) = view.inside { (term(concept)) }
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

fn term(concept: &Concept) -> Markup {
    let mut facts = vec![("Code", html! { (concept.code) })];
    if !concept.active {
        facts.push(("Statut", badge(Tone::Neutre, "inactif")));
    }
    if !concept.synonyms.is_empty() {
        facts.push(("Synonymes", html! { (concept.synonyms.join(" · ")) }));
    }
    if let Some(trigger) = &concept.declencheur {
        facts.push(("Suivi", flag(&trigger_flag(trigger))));
    }
    if let Some(remark) = &concept.remarque {
        facts.push(("Remarque", html! { (remark) }));
    }
    definition_list(facts)
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
            ("Licence", html! { (l.liste.licence) }),
            ("Chargée le", html! { (date_numeric(l.chargee_le.day())) }),
            ("Lignes", html! {
                (number(l.integrees)) " intégrées sur " (number(l.lignes)) " lues · "
                a href=(report) { "Détail de la livraison" }
            }),
        ])))
        @if view.versions.len() > 1 {
            (section("versions", "Toutes les versions", None, html! { ul {
                @for v in view.versions { li {
                    a href={ (HOME) "/" (v.liste.id) "?version=" (encoded(&v.version)) } { (v.version) }
                    " · chargée le " (date_numeric(v.chargee_le.day())) " · " (number(v.termes)) " termes"
                    @if v.active { " " (badge(Tone::Ok, "active")) }
                } }
            } }))
        }
    }
}

/// What became of a delivery.
pub(crate) fn delivery(frame: &Frame, list: &ListSummary, report: &LoadReport) -> Markup {
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
                ("Fichier", html! { (list.fichier) }),
                ("SHA-256", html! { code { (list.sha256) } }),
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
