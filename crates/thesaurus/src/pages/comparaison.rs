//! The page that compares two versions of a list, before one is put in use.

use maud::{Markup, html};
use terminologie::{
    Release,
    diff::{Change, Differences, What},
};
use ui::{
    Choice, Column, Empty, Form, FormState, Frame, Kind, Page, Row, Stat, Tone, actions, alert, badge, grid,
    nbsp, number, section, select_field, stat, submit, table,
};

use super::{HOME, counted, encoded, seal};
use crate::{Impact, ListSummary};

/// Changes on one page; their number is always told, and the file holds them all.
const SHOWN: usize = 300;

pub(super) fn alone(frame: &Frame, list: &ListSummary, may_switch: bool) -> Markup {
    page_of(frame, list).render(html! {
        (alert(Tone::Info, "Une seule version est chargée", html! { p { "Il faut deux versions d'une liste pour les comparer." } }))
        p { "Version " (list.version) " " (seal(list.sceau.as_ref())) }
        @if !list.active {
            (switching(frame, list, &list.version, may_switch, &html! {
                p { "Elle sera proposée à la saisie. Aucune version de cette liste ne l'est encore." }
            }))
        }
    })
}

/// The section that puts a version in use.
fn switching(frame: &Frame, list: &ListSummary, version: &str, may_switch: bool, what: &Markup) -> Markup {
    section(
        "bascule",
        &format!("Mettre en service la version {version}"),
        None,
        html! {
            (what)
            @if may_switch {
                (Form::post(format!("{HOME}/{}/activer", list.liste.id), &frame.csrf).render(html! {
                    input type="hidden" name="version" value=(version);
                    (actions(submit("Mettre en service", Kind::Primary)))
                }))
            } @else {
                p { "La mise en service est faite par l'informatique du service." }
            }
        },
    )
}

fn page_of<'a>(frame: &'a Frame, list: &ListSummary) -> Page<'a> {
    Page::new(frame, "Comparer deux versions")
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .crumb(&list.liste.titre, format!("{HOME}/{}", list.liste.id))
        .active(HOME)
}

/// Two versions side by side.
pub(super) struct View {
    pub(super) versions: Vec<ListSummary>,
    pub(super) active: ListSummary,
    pub(super) old: Release,
    pub(super) new: Release,
    pub(super) differences: Differences,
    pub(super) impact: Impact,
    /// Proposals of the matrices in use that would fall silent.
    pub(super) lost: i64,
    /// Local values whose label the newer version offers: their label, and the code and label of its term.
    pub(super) taken_up: Vec<(String, (String, String))>,
    pub(super) may_switch: bool,
}

impl View {
    pub(super) fn page(&self, frame: &Frame) -> Markup {
        page_of(frame, &self.active).render(html! {
            (self.choose())
            (self.seals())
            (self.figures())
            @if let Some(whole) = &self.differences.recodification {
                (alert(Tone::Attention, "Toute la liste change de codes", html! { p { (nbsp(&whole.sentence())) } }))
            }
            @if self.new.version != self.active.version || !self.active.active { (self.switch(frame)) }
            (self.findings())
            (self.changes())
        })
    }

    fn of(&self, version: &str) -> Option<&ListSummary> {
        self.versions.iter().find(|v| v.version == version)
    }

    /// Who answers for each version, and whether the two may be compared at all.
    fn seals(&self) -> Markup {
        let sceau = |version: &str| self.of(version).and_then(|v| v.sceau.as_ref());
        let starter = |version: &str| self.of(version).is_some_and(|v| v.depart);
        html! {
            p {
                "Version " (self.old.version) " " (seal(sceau(&self.old.version))) ", version "
                (self.new.version) " " (seal(sceau(&self.new.version)))
            }
            @if starter(&self.old.version) != starter(&self.new.version) {
                (alert(Tone::Attention, "L'une des deux est une liste de départ", html! {
                    p { "Ses codes n'ont pas le sens de ceux de la liste officielle. Les changements ci-dessous rapprochent les codes, ils ne disent pas ce que les termes deviennent." }
                }))
            }
        }
    }

    /// What to know before the switch.
    fn warnings(&self) -> Markup {
        let new = self.of(&self.new.version);
        let unsigned =
            self.active.active && self.active.sceau.is_some() && new.is_some_and(|v| v.sceau.is_none());
        html! {
            @if unsigned {
                (alert(Tone::Attention, "Cette version n'est pas signée", html! {
                    p {
                        "La version en service est signée, celle-ci a été chargée à la main\u{a0}: rien ne prouve d'où elle vient. Vérifiez son origine auprès de l'éditeur avant de la mettre en service."
                    }
                }))
            }
            @if self.lost > 0 {
                (alert(Tone::Attention, &counted(usize::try_from(self.lost).unwrap_or(usize::MAX), "proposition des matrices se taira", "propositions des matrices se tairont"), html! {
                    p { "Une matrice ne propose que des termes du même code et du même libellé. Demandez à son éditeur la matrice faite avec cette version." }
                }))
            }
            @if !self.taken_up.is_empty() {
                (alert(Tone::Info, &counted(self.taken_up.len(), "valeur locale est reprise par cette version", "valeurs locales sont reprises par cette version"), html! {
                    p { "Après la mise en service, le terme de la liste sera proposé à leur place." }
                    ul { @for (local, (code, label)) in &self.taken_up {
                        li { "«\u{a0}" (local) "\u{a0}»\u{a0}: terme «\u{a0}" (label) "\u{a0}» (" (code) ")" }
                    } }
                }))
            }
        }
    }

    fn choose(&self) -> Markup {
        let choices: Vec<Choice> = self
            .versions
            .iter()
            .map(|v| {
                Choice::new(
                    &v.version,
                    if v.active { format!("{} (en service)", v.version) } else { v.version.clone() },
                )
            })
            .collect();
        let state = FormState::new(true).set("de", &self.old.version).set("a", &self.new.version);
        Form::get(format!("{HOME}/{}/comparer", self.active.liste.id)).line().render(html! {
            (select_field(state.field("de", "De la version"), &choices))
            (select_field(state.field("a", "à la version"), &choices))
            (submit("Comparer", Kind::Secondary))
        })
    }

    fn figures(&self) -> Markup {
        let d = &self.differences;
        let count = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
        let touched = |n: u64| number(i64::try_from(n).unwrap_or(i64::MAX));
        let mut stats = vec![
            Stat::new("Termes avant", count(d.counts.before)),
            Stat::new("Termes après", count(d.counts.after)),
        ];
        for (kind, n) in &d.counts.kinds {
            stats.push(Stat::new(kind.label(), count(*n)));
        }
        let total = self.impact.total;
        stats.push(
            Stat::new("Enregistrements touchés", touched(total.records))
                .definition("Enregistrements du service saisis avec un terme que cette comparaison touche, toutes versions confondues. Aucun n'est modifié."),
        );
        stats.push(
            Stat::new("Salariés touchés", touched(total.workers))
                .definition("Salariés distincts de ces enregistrements."),
        );
        stats.push(
            Stat::new("Utilisateurs touchés", touched(total.users))
                .definition("Comptes distincts qui ont saisi ces enregistrements."),
        );
        grid(stats.into_iter().map(stat).collect())
    }

    fn switch(&self, frame: &Frame) -> Markup {
        let what = html! {
            (self.warnings())
            p {
                @if self.active.active {
                    "Elle remplacera " (self.active.version) " à la saisie. Ce qui est déjà saisi garde sa version et son libellé, et l'on peut revenir à "
                    (self.active.version) " de la même façon."
                } @else {
                    "Elle sera proposée à la saisie. Aucune version de cette liste ne l'est encore."
                }
            }
        };
        switching(frame, &self.active, &self.new.version, self.may_switch, &what)
    }

    fn findings(&self) -> Markup {
        let columns = [Column::text("Terme"), Column::text("Constat"), Column::text("Gravité")];
        let rows = self
            .differences
            .findings
            .iter()
            .take(SHOWN)
            .map(|f| {
                Row::new(vec![
                    html! { @if f.code.is_empty() { "la liste" } @else { (f.code) } },
                    html! { (nbsp(&f.kind.sentence())) },
                    badge(Tone::Attention, f.severity.label()),
                ])
            })
            .collect();
        section(
            "constats",
            "Nature déclarée et nature constatée",
            None,
            table(
                "Ce que la livraison déclare et que la comparaison ne retrouve pas",
                &columns,
                rows,
                Empty::new(
                    "Rien à signaler",
                    "La livraison dit ce que la comparaison constate, ou ne déclare aucune nature.",
                ),
            ),
        )
    }

    fn changes(&self) -> Markup {
        let columns = [
            Column::text("Terme"),
            Column::text("Code"),
            Column::text("Changement"),
            Column::text("Détail"),
            Column::number("Enregistrements"),
            Column::number("Salariés"),
            Column::number("Utilisateurs"),
        ];
        let changes = &self.differences.changes;
        let rows = changes.iter().take(SHOWN).map(|c| self.change(c)).collect();
        let list = &self.active.liste.id;
        let file = format!(
            "{HOME}/{list}/export?version={}&avant={}&format=livraison",
            encoded(&self.new.version),
            encoded(&self.old.version)
        );
        section(
            "changements",
            "Changements",
            None,
            html! {
                p { a href=(file) { "Télécharger le classeur de livraison, avec sa feuille des modifications" } }
                (table("Un changement par ligne", &columns, rows, Empty::new("Aucun changement", "Les deux versions disent la même chose.")))
                @if changes.len() > SHOWN {
                    p { "Les " (SHOWN) " premiers changements sont affichés, sur " (number(i64::try_from(changes.len()).unwrap_or(i64::MAX))) ". Le classeur les contient tous." }
                }
            },
        )
    }

    /// What a change is, with the labels of the places that a term moves between.
    fn sentence(&self, change: &Change) -> String {
        let What::Moved { old, new } = &change.what else { return change.sentence() };
        let place = |release: &Release, codes: &[String], root: &str, at: &str| {
            let named: Vec<String> = codes
                .iter()
                .map(|code| match release.terms.iter().find(|t| t.code == *code) {
                    Some(t) => format!("«\u{a0}{}\u{a0}» ({code})", t.label),
                    None => format!("«\u{a0}{code}\u{a0}»"),
                })
                .collect();
            if named.is_empty() { root.to_owned() } else { format!("{at} {}", named.join(", ")) }
        };
        format!(
            "Le terme passe {} {}.",
            place(&self.old, old, "de la racine", "de"),
            place(&self.new, new, "à la racine", "à")
        )
    }

    fn change(&self, change: &Change) -> Row {
        let touched =
            change.was.as_ref().and_then(|code| self.impact.codes.get(code)).copied().unwrap_or_default();
        let cell = |n: u64| html! { (number(i64::try_from(n).unwrap_or(i64::MAX))) };
        Row::new(vec![
            html! { (change.label) },
            html! { (change.code) },
            html! { (change.kind().label()) },
            html! { (nbsp(&self.sentence(change))) },
            cell(touched.records),
            cell(touched.workers),
            cell(touched.users),
        ])
    }
}
