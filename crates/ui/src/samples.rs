//! Every component in every state, on one page: looked at by people, browsers' checks and snapshots.
//! The persons and companies here do not exist.

use base::Date;
use maud::{Markup, html};

use crate::{
    Chart, Choice, Column, Csrf, Decision, Empty, Field, FileHead, Flash, Form, FormState, Frame, Group, Hit,
    Icon, Kind, Line, Number, Page, Pager, Proposal, RailEntry, Reason, Row, Stat, Term, TermOption,
    TimelineItem, Tone, Viewer, actions, alert, badge, bar_chart, checkbox, checkboxes, choice, cols_2,
    cols_3, date_field, definition_list, due, empty, error_summary, field_row, file_head, flag, grid, kbd,
    line_chart, link_button, loading, number_field, pager, password_field, post_button, progress, proposals,
    reasons, refused, search_field, search_results, search_suggestions, section, select_field, sign_button,
    stat, submit, subsection, table, term_field, term_options, text_field, textarea, timeline,
};

/// A day for the samples.
const TODAY: Date = Date::constant(2026, 11, 24);

/// A frame as the composition makes it.
pub fn frame() -> Frame {
    Frame {
        service: "Santé au travail Val de Vire".to_owned(),
        today: TODAY,
        viewer: Some(Viewer {
            name: "Dr Hélène Marchetti".to_owned(),
            role_label: "Médecin du travail".to_owned(),
            centre: "Centre de Vire".to_owned(),
        }),
        rail: vec![
            RailEntry::new("/", "Accueil", Icon::Accueil),
            RailEntry::new("/jour", "Ma journée", Icon::Jour),
            RailEntry::new("/salaries", "Salariés", Icon::Salarie),
            RailEntry::new("/adherents", "Adhérents", Icon::Adherent),
            RailEntry::new("/agenda", "Agenda", Icon::Agenda),
            RailEntry::new("/thesaurus", "Thésaurus", Icon::Thesaurus),
            RailEntry::new("/chiffres", "Chiffres", Icon::Chiffres),
        ],
        csrf: Csrf::new("jeton-d-exemple"),
        flash: Some(Flash::new(Tone::Ok, "La visite est signée ; l’attestation est remise.")),
    }
}

/// The page with everything on it.
pub fn gallery() -> Markup {
    let frame = frame();
    Page::new(&frame, "Composants")
        .crumb("Accueil", "/")
        .crumb("Salariés", "/salaries")
        .active("/salaries")
        .without_heading()
        .render(html! {
            (file())
            (cols_2(
                html! { (signals()) (forms(&frame.csrf)) (lists()) },
                html! { (read_only()) (closed()) (suggestions()) (search_results(&groups())) },
            ))
            (figures())
        })
}

/// The page where one signs in.
pub fn sign_in() -> Markup {
    let frame = Frame { viewer: None, flash: None, ..frame() };
    let state = FormState::new(true).set("identifiant", "h.marchetti");
    Page::new(&frame, "Connexion").bare().narrow().render(Form::post("/connexion", &frame.csrf).render(html! {
        (text_field(state.field("identifiant", "Identifiant").required().autocomplete("username").autofocus()))
        (password_field(state.field("secret", "Mot de passe").required().autocomplete("current-password")))
        (actions(submit("Se connecter", Kind::Primary)))
    }))
}

fn file() -> Markup {
    let why = [
        Reason::new(
            "R. 4624-23 I 2°",
            "Le poste expose au plomb : le suivi est renforcé, depuis le 12/03/2024.",
        ),
        Reason::new(
            "R. 4624-28",
            "L’examen d’aptitude est renouvelé au plus tard quatre ans après le précédent.",
        ),
        Reason::new("Protocole du service", "Le médecin a ramené ce délai à trois ans."),
    ];
    html! {
        (file_head(
            FileHead::new("Zoé ŒILLET")
                .identity(html! { "Femme, 43\u{a0}ans (24/05/1983) " (badge(Tone::Ok, "Identité qualifiée")) })
                .fact("Poste", html! { "Soudeuse · Ateliers du Bocage, depuis le 12/03/2024" })
                .fact("Suivi", html! { (badge(Tone::Attention, "Renforcé")) " plomb, R.\u{a0}4624-23 I 2°, depuis le 12/03/2024" })
                .fact("Prochaine échéance", reasons(html! { "Examen d’aptitude " (due("avant le 11/03/2028", Tone::Ok)) }, &why))
                .actions(link_button("#formulaires", "Ouvrir la visite", Kind::Primary)),
        ))
        (cols_3(
            section("parcours", "Vie professionnelle et visites", None, timeline(vec![
                TimelineItem::new(Date::constant(2026, 11, 24), Icon::Visite, html! { a href="#v1" { "Examen périodique" } }).tone(Tone::Info, "Ce jour"),
                TimelineItem::new(Date::constant(2025, 3, 11), Icon::Examen, html! { "Plombémie" }).detail(html! { "182\u{a0}µg/L" }).tone(Tone::Attention, "À surveiller"),
                TimelineItem::new(Date::constant(2024, 3, 12), Icon::Emploi, html! { "Soudeuse, Ateliers du Bocage" }).until(None),
                TimelineItem::new(Date::constant(2019, 9, 2), Icon::Emploi, html! { "Agente d’entretien, Propreté Normande" }).until(Some(Date::constant(2024, 3, 1))),
            ])),
            section("dossier", "Ce qui a été dit la dernière fois", Some(link_button("#", "Imprimer", Kind::Secondary)), html! {
                p { "Port du masque difficile en été. Aspiration à la source en panne deux mois. Revoir la plombémie à six mois." }
                (subsection("Identité", definition_list(vec![
                    ("NIR", html! { span.id { "2\u{a0}83\u{a0}05\u{a0}14\u{a0}762\u{a0}001\u{a0}23" } }),
                    ("Employeur", html! { a href="#" { "Ateliers du Bocage" } }),
                    ("Expositions", html! { "Plomb " (flag("risque particulier")) ", bruit, fumées de soudage" }),
                ])))
            }),
            section("attention", "À regarder", None, html! {
                (alert(Tone::Attention, "Plombémie à refaire", html! { p { "Le dernier résultat a plus de six mois." } }))
                (alert(Tone::Info, "Opposition", html! { p { "Refus du partage avec le médecin traitant." } }))
                (alert(Tone::Retard, "Étude de poste en retard", html! { p { "Demandée le 03/06/2026\u{a0}: relancer l’IPRP." } }))
            }),
        ))
    }
}

fn signals() -> Markup {
    section(
        "signaux",
        "États",
        None,
        html! {
            p {
                (badge(Tone::Ok, "À jour")) " " (badge(Tone::Attention, "À prévoir")) " " (badge(Tone::Retard, "En retard")) " "
                (badge(Tone::Neutre, "Sans objet")) " " (badge(Tone::Info, "Ce jour")) " " (flag("risque particulier"))
            }
            p { (due("avant le 11/03/2028", Tone::Ok)) " " (due("dans 12 jours", Tone::Attention)) " " (due("dépassé de 40 jours", Tone::Retard)) }
            p { "Signer\u{a0}: " (kbd("Ctrl+Entrée")) " " (loading("attente", "Recherche…")) }
            (progress("Visites à jour", 412, 530))
            (alert(Tone::Ok, "Le brouillon est enregistré.", html! {}))
            (alert(Tone::Neutre, "Rien à signaler", html! { p { "Aucune note depuis la dernière visite." } }))
        },
    )
}

fn forms(csrf: &Csrf) -> Markup {
    let mut state = FormState::new(true)
        .set("nom", "Œillet")
        .set("naissance", "1983-05-24")
        .set("siret", "7328293200007")
        .set("tas", "172")
        .set("conclusion", "suivi")
        .set("exposition_texte", "Plomb et ses composés");
    state.refuse("siret", "Le SIRET compte 14 chiffres : il en manque un.");
    state.refuse("motif", "Choisissez le motif de la visite.");
    let jobs = [Choice::new("soudeur", "Soudeur"), Choice::new("entretien", "Agent d’entretien")];
    let motives = [
        Choice::new("periodique", "Examen périodique").help("Demandé par l’échéance du 11/03/2027."),
        Choice::new("reprise", "Reprise"),
        Choice::new("apte", "Avis d’aptitude")
            .disabled("Un infirmier ne délivre pas d’avis d’aptitude : R. 4624-25."),
    ];
    let lines = [
        Proposal::new("plomb", "Plomb et ses composés")
            .origin("matrice métier : soudeur")
            .flag("risque particulier")
            .decided(Decision::Accepted),
        Proposal::new("bruit", "Bruit supérieur à 80 dB(A)").origin("matrice métier : soudeur"),
        Proposal::new("froid", "Travail au froid")
            .origin("fiche d’entreprise du 03/02/2025")
            .decided(Decision::Refused),
    ];
    section(
        "formulaires",
        "Visite",
        Some(post_button("/brouillon", csrf, "Abandonner", Kind::Danger)),
        html! {
            (Form::post("/visites/1/signer", csrf).autosave("/visites/1/brouillon").render(html! {
                (error_summary(&state))
                (choice(state.field("motif", "Motif").required(), &motives))
                (field_row(html! {
                    (text_field(state.field("nom", "Nom de naissance").required()))
                    (date_field(state.field("naissance", "Date de naissance")))
                    (text_field(state.field("siret", "SIRET").help("14 chiffres")))
                    (select_field(state.field("metier", "Métier"), &jobs))
                }))
                (proposals("Expositions proposées", "p_", &lines, true))
                (term_field(
                    Field::new("exposition", "Autre exposition", "Plomb et ses composés", None, true),
                    Term::new("expositions").chosen("EXP-0112").autre(),
                ))
                (field_row(html! {
                    (number_field(state.field("tas", "Tension systolique"), Number::new("mmHg").usual(90.0, 140.0)))
                    (number_field(state.field("tad", "Tension diastolique"), Number::new("mmHg").usual(50.0, 90.0)))
                    (number_field(state.field("poids", "Poids"), Number::new("kg")))
                }))
                (checkboxes(
                    state.field("conseils", "Conseils donnés"),
                    &[Choice::new("epi", "Port des protections"), Choice::new("tabac", "Arrêt du tabac")],
                    &["epi"],
                ))
                (textarea(state.field("note", "Conseils en clair"), 3))
                (checkbox(state.field("remis", "Le document est remis en main propre")))
                (actions(html! {
                    (sign_button("Signer et remettre", "Vous concluez : suivi individuel renforcé, prochain examen avant le 11/03/2028."))
                    (submit("Garder le brouillon", Kind::Secondary))
                    " " (kbd("Ctrl+Entrée"))
                }))
            }))
        },
    )
}

fn read_only() -> Markup {
    let state = FormState::new(false).set("nom", "Œillet").set("motif", "reprise").set("remis", "oui");
    let motives = [Choice::new("reprise", "Reprise")];
    let lines =
        [Proposal::new("bruit", "Bruit").decided(Decision::Accepted), Proposal::new("froid", "Froid")];
    section(
        "lecture",
        "Visite signée",
        None,
        html! {
            (text_field(state.field("nom", "Nom de naissance")))
            (choice(state.field("motif", "Motif"), &motives))
            (checkbox(state.field("remis", "Document remis")))
            (date_field(state.field("fin", "Fin de l’arrêt")))
            (proposals("Expositions", "l_", &lines, false))
        },
    )
}

fn closed() -> Markup {
    refused(
        "Dossier médical",
        "Ce dossier est ouvert aux seuls médecins et infirmiers : adressez-vous au Dr Marchetti.",
    )
}

fn suggestions() -> Markup {
    let found = [
        TermOption::new("EXP-0112", "Plomb et ses composés")
            .path("Agents chimiques › Métaux")
            .flag("risque particulier")
            .found_by("saturnisme")
            .tree("/thesaurus/expositions/EXP-0112"),
        TermOption::new("EXP-0113", "Plomb tétraéthyle")
            .path("Agents chimiques › Organométalliques")
            .inactive_since(Date::constant(2024, 1, 1)),
    ];
    section(
        "suggestions",
        "Suggestions",
        None,
        html! {
            div.pop-sample { (term_options("plo", &found, true)) }
            div.pop-sample { (search_suggestions(&groups())) }
            div.pop-sample { (search_suggestions(&[])) }
        },
    )
}

fn groups() -> [Group; 2] {
    [
        Group::new("Salariés")
            .hit(
                Hit::new("/salaries/1", "Zoé Œillet")
                    .detail("24/05/1983, 43\u{a0}ans · Ateliers du Bocage")
                    .badge(Tone::Attention, "À prévoir"),
            )
            .hit(
                Hit::new("/salaries/2", "Zacharie Oeillet")
                    .detail("02/01/1971, 55\u{a0}ans · Propreté Normande"),
            )
            .more("/salaries?q=oeillet", 12),
        Group::new("Adhérents")
            .hit(Hit::new("/adherents/1", "Ateliers du Bocage").detail("732\u{a0}829\u{a0}320 · Vire")),
    ]
}

fn lists() -> Markup {
    let columns = [
        Column::text("Salarié"),
        Column::text("Motif"),
        Column::number("Âge"),
        Column::hidden_label("Action"),
    ];
    let line = |id: u8, name: &str, motive: &str, age: &str, tone: Tone, state: &str| {
        Row::new(vec![
            html! { a href={ "/salaries/" (id) } { (name) } },
            html! { (motive) " " (badge(tone, state)) },
            html! { (age) },
            link_button("#formulaires", "Ouvrir", Kind::Secondary),
        ])
        .tone(tone)
    };
    let rows = vec![
        line(1, "Zoé Œillet", "Périodique", "43", Tone::Attention, "À prévoir"),
        line(2, "Zacharie Oeillet", "Reprise", "55", Tone::Retard, "En retard"),
        line(3, "Noël Lefèvre", "Embauche", "19", Tone::Ok, "À jour"),
    ];
    let nothing = || {
        Empty::new("Aucune visite ce jour", "Placez des personnes depuis la file d’attente.")
            .action("/agenda", "Ouvrir l’agenda")
    };
    section(
        "listes",
        "Ma journée",
        None,
        html! {
            (search_field("/salaries", "filtre", "Filtrer la liste", "", "liste-jour"))
            div id="liste-jour" {
                (table("Visites du 24/11/2026", &columns, rows, nothing()))
                (pager(Pager { page: 2, per_page: 3, total: 1234, noun: "visites" }, |p| format!("?page={p}")))
            }
            (table("Visites du 25/11/2026", &columns, vec![], nothing()))
            (empty(&Empty::new("Aucun résultat à lire", "Les résultats du laboratoire arrivent chaque soir.")))
        },
    )
}

fn figures() -> Markup {
    let day = |y: i16, m: i8| Date::constant(y, m, 11);
    section(
        "chiffres",
        "Chiffres du centre",
        Some(link_button("#", "Exporter", Kind::Secondary)),
        html! {
            (Form::get("/chiffres").line().render(html! {
                (date_field(Field::new("le", "Au", "2026-11-24", None, true).required()))
                (submit("Afficher", Kind::Secondary))
            }))
            (grid(vec![
                stat(Stat::new("Visites du mois", "412").href("/visites").compare("398 en novembre 2025").as_of("au 22/11/2026")),
                stat(Stat::new("En retard", "37").href("/retards").compare("52 l’an passé").tone(Tone::Retard).definition("Salariés dont l’échéance est passée.")),
                stat(Stat::new("À prévoir", "118").tone(Tone::Attention)),
                stat(Stat::new("À jour", "93\u{a0}%").tone(Tone::Ok)),
            ]))
            (cols_2(
                bar_chart(Chart::new("par-suivi", "Visites par catégorie de suivi", "Visites closes depuis le 1er janvier, au 22/11/2026.").unit("visites")
                    .bar_compared("Suivi individuel", 1824.0, 1650.0).bar_compared("Suivi adapté", 402.0, 431.0).bar_compared("Suivi renforcé", 655.0, 610.0)),
                html! {
                    (line_chart(Line::new("plombemie", "Plombémie", "Dosages du laboratoire.").unit("µg/L").usual(0.0, 200.0).compact()
                        .point(day(2024, 3), 240.0).point(day(2024, 9), 212.0).point(day(2025, 3), 182.0).point(day(2026, 2), 165.0)))
                    (bar_chart(Chart::new("vide", "Visites à distance", "Aucune à ce jour.").compact().bar("Télésanté", 0.0)))
                    (line_chart(Line::new("aucune", "Audiogramme", "")))
                },
            ))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash in the addresses of our files changes with each edit of the style: it is no part of the page.
    fn settled() -> insta::Settings {
        let mut settings = insta::Settings::clone_current();
        settings.add_filter("/_/[0-9a-f]{12}/", "/_/(empreinte)/");
        settings
    }

    /// One tag a line, so that a difference can be read.
    fn lines(page: Markup) -> String {
        page.into_string().replace("><", ">\n<")
    }

    /// The pages as files, for eyes and browsers: set `TRONC_UI_SAMPLES` to a folder.
    fn written(name: &str, page: &Markup) {
        if let Ok(folder) = std::env::var("TRONC_UI_SAMPLES") {
            std::fs::write(std::path::Path::new(&folder).join(name), &page.0).unwrap();
        }
    }

    #[test]
    fn every_component_in_every_state() {
        written("composants.html", &gallery());
        written("connexion.html", &sign_in());
        settled().bind(|| insta::assert_snapshot!("composants", lines(gallery())));
    }

    #[test]
    fn the_page_where_one_signs_in() {
        settled().bind(|| insta::assert_snapshot!("connexion", lines(sign_in())));
    }

    #[test]
    fn no_two_parts_of_a_page_share_an_id() {
        let page = gallery().into_string();
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn every_label_and_description_leads_to_something() {
        let page = gallery().into_string();
        for attribute in [" for=\"", " aria-describedby=\"", " aria-labelledby=\""] {
            for ids in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                for id in ids.split(' ') {
                    assert!(page.contains(&format!(" id=\"{id}\"")), "{attribute}{id}");
                }
            }
        }
    }
}
