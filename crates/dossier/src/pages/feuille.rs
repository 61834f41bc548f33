//! The sheet of a visit that is open: one form, in the order of the talk.

use guard::{Caller, Role};
use maud::{Markup, html};
use suivi::{Exposition, Visite};
use thesaurus::{Found, Proposition};
use ui::{Column, Decision, Empty, FormState, Frame, Number, Proposal, Row, Term, Tone};

use super::{
    visite::Scene,
    vue::{self, decimal},
};
use crate::{Mesure, Quantite, RUBRIQUES, papier};

/// Quantities always on the page, in the order in which they are taken; the others come by the thesaurus.
const COURANTES: [&str; 11] =
    ["M101", "M102", "M201", "M202", "M203", "M301", "M302", "M304", "M305", "M401", "M402"];

/// The form.
pub(super) fn sheet(
    scene: &Scene,
    frame: &Frame,
    form: &FormState,
    caller: &Caller,
    found: &[Found],
) -> Markup {
    let v = &scene.visite;
    let body = html! {
        input type="hidden" name="edition" value=(v.edition);
        // Enter in a field presses the first button of its form: it must save and stay.
        button type="submit" name="rester" value="oui" hidden tabindex="-1" { "Enregistrer sans signer" }
        (ui::error_summary(form))
        (ui::section("motif", "Motif et cadre", None, motive(scene, form, caller)))
        (ui::section("poste", "Poste et expositions", None, exposures(scene, form, found)))
        (ui::section("entretien", "Entretien", None, html! {
            @for r in &RUBRIQUES { (ui::textarea(form.field(&format!("note_{}", r.code), r.label).help(r.aide).wide(), 3)) }
        }))
        (ui::section("mesures", "Mesures", None, measures(scene, form)))
        (ui::section("conclusion", "Conclusion", None, conclusion(scene, form, caller)))
        (ui::actions(html! {
            (ui::sign_button_from("Signer et remettre", &format!("/visites/{}/conclusion", v.id)))
            button.btn type="submit" name="rester" value="oui" { "Enregistrer sans signer" }
            span.help { (ui::kbd("Ctrl+Entrée")) " signe après relecture." }
        }))
    };
    ui::Form::post(format!("/visites/{}", v.id), &frame.csrf)
        .autosave(format!("/visites/{}/champ", v.id))
        .id("visite")
        .render(body)
}

fn motive(scene: &Scene, form: &FormState, caller: &Caller) -> Markup {
    let v = &scene.visite;
    let regles = droit::Regles::en_vigueur();
    let rule = regles.types_visite(v.jour).into_iter().find(|(_, t)| t.code == v.type_visite.code);
    let categorie = scene.vue.evaluation.as_ref().ok().and_then(|e| e.categorie);
    let verdict = suivi::peut_realiser(caller.role, &v.type_visite.code, categorie, v.jour);
    let types: Vec<ui::Choice> = regles
        .types_visite(v.jour)
        .iter()
        .map(|(r, t)| ui::Choice::new(&t.code, &r.entete.libelle))
        .collect();
    html! {
        @if let Some((r, _)) = rule {
            p { (r.entete.texte) " " span.help { (r.entete.article) } }
        }
        (ui::select_field(form.field("type_visite", "Type de visite").help("Change tant que la visite n'est pas signée."), &types))
        @if scene.suites.examen_du(v).is_some() {
            (ui::alert(Tone::Attention, "Ce salarié relève d'un suivi renforcé", html! {
                p { "Un examen d'aptitude est dû sans attendre (R. 4624-21). Changez le type de visite, ou choisissez la date de l'examen avant de signer." }
            }))
        }
        @if !verdict.autorise {
            (ui::alert(Tone::Attention, "Vous ne pouvez pas signer cette visite", html! { p { (verdict.phrase) " (" (verdict.article) ")" } }))
        } @else if verdict.sous_protocole {
            p.help { (verdict.phrase) " (" (verdict.article) ")" }
        }
        @if let Some(m) = papier::modele(v, categorie) {
            p { "Document à remettre\u{a0}: " strong { (m.libelle) } " " span.help { (m.article) } }
        } @else {
            p { "La loi ne prévoit pas de document pour cette visite." }
        }
        (ui::field_row(html! {
            (ui::text_field(form.field("arrivee", "Arrivée").help("HH:MM")))
            (ui::text_field(form.field("depart", "Départ").help("HH:MM, l'heure de la signature si elle reste vide")))
        }))
    }
}

fn exposures(scene: &Scene, form: &FormState, found: &[Found]) -> Markup {
    let v = &scene.visite;
    let presents: Vec<_> = scene.vue.presents(v.jour).collect();
    let open: Vec<&Exposition> = scene.vue.expositions.iter().filter(|e| e.duree.contains(v.jour)).collect();
    let lines: Vec<Proposal> = scene
        .propositions
        .iter()
        .map(|p| {
            let mut line = Proposal::new(&p.agent.code, &p.agent.label).origin(motive_of(p, v.jour));
            if p.declencheur.is_some() || p.risque_particulier.is_some() {
                line = line.flag("risque particulier");
            }
            let taken = open.iter().any(|e| e.agent.code == p.agent.code);
            let refused = scene
                .refusees
                .iter()
                .any(|(t, ver, c)| *t == p.agent.thesaurus && *ver == p.agent.version && *c == p.agent.code);
            line.decided(if taken {
                Decision::Accepted
            } else if refused {
                Decision::Refused
            } else {
                Decision::Pending
            })
        })
        .collect();
    let others: Vec<&&Exposition> =
        open.iter().filter(|e| scene.propositions.iter().all(|p| p.agent.code != e.agent.code)).collect();
    html! {
        p { (vue::posts(&presents)) }
        @if lines.is_empty() {
            (ui::empty(&Empty::new(
                "Aucune proposition de matrice",
                "Le métier de ce poste n'est pas codé, ou sa matrice n'est pas chargée. Ajoutez les expositions par le thésaurus.",
            )))
        } @else {
            (ui::proposals("Expositions possibles pour ce métier", "prop_", &lines, true))
        }
        @if !others.is_empty() {
            (ui::subsection("Autres expositions en cours", html! {
                ul { @for e in others {
                    li { (e.agent.label) @if e.declencheur.is_some() { " " (ui::flag("risque particulier")) }
                        " " span.help { (vue::origin(e)) ", depuis le " (base::date_numeric(e.duree.from())) } }
                } }
            }))
        }
        (ui::term_field(form.field("ajout", "Ajouter une exposition"), Term::new("expositions").autre()))
        @if !found.is_empty() {
            fieldset {
                legend { "Termes trouvés" }
                @for o in found { label.pick { input type="radio" name="ajout_choix" value=(o.code); span { (o.label) } } br; }
            }
        }
        (ui::actions(html! { button.btn type="submit" name="ajouter" value="oui" { "Ajouter l'exposition" } }))
    }
}

/// Why an exposure is proposed: the link between job and exposure, who says so, and what it sets off (grid, 17.5).
fn motive_of(p: &Proposition, jour: base::Date) -> String {
    let mut words = p.motif();
    if let Some(code) = &p.declencheur {
        words.push_str(&format!(" Suivi particulier\u{a0}: {}.", rule_of(code, jour)));
    }
    if let Some(references) = &p.references {
        words.push_str(&format!(" Références livrées\u{a0}: {references}."));
    }
    words
}

/// The trigger of follow-up in words, with its article; its code when no rule of the day knows it.
fn rule_of(code: &str, jour: base::Date) -> String {
    let rules = droit::Regles::en_vigueur().at(jour);
    let found = rules.iter().find(|r| matches!(&r.contenu, droit::Contenu::Declencheur(d) if d.code == code));
    found.map_or_else(|| code.to_owned(), |r| format!("{} ({})", r.entete.libelle, r.entete.article))
}

fn measures(scene: &Scene, form: &FormState) -> Markup {
    let v = &scene.visite;
    html! {
        (ui::field_row(html! {
            @for q in scene.quantites.iter().filter(|q| COURANTES.contains(&q.terme.code.as_str())) {
                @let name = format!("mesure_{}", q.terme.code);
                @let before = last_before(&scene.vue.mesures, &q.terme.code, v);
                @let field = form.field(&name, &q.terme.label);
                @let field = match before { Some(m) => field.help(format!("{} le {}", decimal(m.valeur), base::date_numeric(m.jour))), None => field };
                (ui::number_field(field, number(q)))
            }
        }))
    }
}

fn number(q: &Quantite) -> Number {
    let n = Number::new(&q.unite);
    match q.usuel {
        (None, None) => n,
        (min, max) => n.usual(min.unwrap_or(q.possible.0), max.unwrap_or(q.possible.1)),
    }
}

fn last_before<'a>(mesures: &'a [Mesure], code: &str, v: &Visite) -> Option<&'a Mesure> {
    mesures
        .iter()
        .filter(|m| m.quantite.code == code && m.visite_id != v.id && m.jour <= v.jour)
        .max_by_key(|m| m.jour)
}

fn conclusion(scene: &Scene, form: &FormState, caller: &Caller) -> Markup {
    let doctor = caller.role == Role::Medecin;
    html! {
        p.help { "Les documents remis ne portent aucune donnée de santé. Seuls les choix que votre fonction permet pour cette visite sont proposés." }
        @if doctor {
            (ui::checkbox(form.field("mesures", "Proposer des mesures individuelles (annexe 4, L. 4624-3)")))
        } @else {
            (ui::checkbox(form.field("orientation_mt", "Réorienter vers le médecin du travail sans délai (R. 4624-13)")))
        }
        @if let Some(e) = &scene.suites.prochaine {
            @let chain: Vec<ui::Reason> = e.raisons.iter().map(|r| ui::Reason::new(&r.article, &r.phrase)).collect();
            (ui::reasons(html! { "Prochaine visite calculée\u{a0}: " (e.libelle) ", au plus tard le " strong { (base::date_numeric(e.au_plus_tard)) } }, &chain))
        } @else {
            p { "Aucune prochaine visite n'est calculée." }
        }
        @for due in &scene.suites.sans_attendre {
            p { (ui::badge(Tone::Attention, "Reste due")) " " (due.libelle) ", depuis le " (base::date_numeric(due.au_plus_tard)) "." }
        }
        (ui::field_row(html! {
            (ui::date_field(form.field("prochaine_choisie", "Date choisie pour la prochaine visite").help("Laissez vide pour garder la date calculée. Une date plus proche prévaut.")))
            (ui::text_field(form.field("prochaine_motif", "Motif d'une date plus lointaine")))
        }))
    }
}

/// Beside the page: what was said last time, and the previous values.
pub(super) fn beside(scene: &Scene) -> Markup {
    let Some(last) = scene.vue.derniere(Some(&scene.visite)) else {
        return ui::section(
            "avant",
            "La dernière fois",
            None,
            ui::empty(&Empty::new("Première visite", "Aucune visite signée avant celle-ci.")),
        );
    };
    let notes: Vec<_> = scene.vue.notes.iter().filter(|n| n.visite_id == last.id).collect();
    let rows: Vec<Row> = scene
        .vue
        .mesures
        .iter()
        .filter(|m| m.visite_id == last.id)
        .map(|m| Row::new(vec![html! { (m.quantite.label) }, html! { (decimal(m.valeur)) " " (m.unite) }]))
        .collect();
    ui::section(
        "avant",
        "La dernière fois",
        None,
        html! {
            p {
                a href={ "/visites/" (last.id) } { (last.type_visite.label) } br;
                (base::date_long(last.jour)) @if let Some(who) = &last.signee_par { ", " (who) }
            }
            p { "Conclusion\u{a0}: " (vue::conclusion_words(last)) "." }
            @for r in &RUBRIQUES {
                @if let Some(n) = notes.iter().find(|n| n.rubrique == r.code) { (ui::subsection(r.label, html! { p { (n.texte) } })) }
            }
            (ui::table("Mesures de cette visite", &[Column::text("Mesure"), Column::number("Valeur")], rows,
                Empty::new("Aucune mesure", "Aucune mesure relevée à cette visite.")))
        },
    )
}
