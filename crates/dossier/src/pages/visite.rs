//! GET /visites/{id}: the visit, top to bottom in the order of a real talk.

use axum::extract::{Path, Query, State};
use base::Date;
use droit::Categorie;
use guard::{Caller, EcrireDossier, Purpose, Role, Work};
use maud::{Markup, html};
use salaries::SalarieId;
use serde::Deserialize;
use suivi::{EtatVisite, Exposition, Visite, VisiteId};
use thesaurus::{Found, Proposition};
use ui::{
    Column, Decision, Empty, Fault, FieldError, FormState, Frame, Kind, Number, Page, Proposal, Row, Term,
    Tone,
};

use super::{Dossier, vue, vue::Vue};
use crate::{Mesure, Quantite, RUBRIQUES, mesures::quantites, papier};

/// Quantities always on the page, in the order in which they are taken; the others come by the thesaurus.
const COURANTES: [&str; 11] =
    ["M101", "M102", "M201", "M202", "M203", "M301", "M302", "M304", "M305", "M401", "M402"];

/// Everything the page shows.
pub(super) struct Scene {
    pub(super) vue: Vue,
    pub(super) visite: Visite,
    pub(super) quantites: Vec<Quantite>,
    pub(super) propositions: Vec<Proposition>,
    pub(super) refusees: Vec<(String, String, String)>,
    pub(super) prochaine: Option<droit::Echeance>,
}

/// What the address may carry besides the visit.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Suite {
    /// The visit has just been signed.
    #[serde(default)]
    signee: Option<String>,
}

/// Whose visit it is.
pub(super) async fn owner(state: &Dossier, id: &VisiteId) -> Result<SalarieId, Fault> {
    let mut tx = state.house.guard.db().read().await?;
    suivi::salarie_of_visite(&mut tx, id).await?.ok_or_else(|| Fault::absent("Cette visite"))
}

pub(super) async fn load(
    work: &mut Work,
    permit: &guard::Permit<guard::LireDossier>,
    id: &VisiteId,
) -> Result<Scene, Fault> {
    let visite = suivi::visite(&mut work.tx, id)
        .await?
        .filter(|v| v.salarie_id.as_str() == permit.object())
        .ok_or_else(|| Fault::absent("Cette visite"))?;
    let vue = Vue::load(work, permit, visite.jour).await?;
    let mut propositions: Vec<Proposition> = Vec::new();
    let jobs: Vec<base::Coded> = vue.presents(visite.jour).filter_map(|e| e.poste.emploi.clone()).collect();
    for job in jobs {
        for p in thesaurus::propositions(&mut work.tx, &job).await? {
            if propositions.iter().all(|known| known.agent.code != p.agent.code) {
                propositions.push(p);
            }
        }
    }
    let refusees = suivi::refusees(&mut work.tx, permit).await?;
    let prochaine = if visite.etat == EtatVisite::Signee {
        None
    } else {
        suivi::prochaine(work, permit, &visite).await.ok().flatten()
    };
    Ok(Scene { quantites: quantites(&mut work.tx).await?, vue, visite, propositions, refusees, prochaine })
}

pub(super) async fn page(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    Query(suite): Query<Suite>,
) -> Result<Markup, Fault> {
    let id = VisiteId::new(id);
    let salarie = owner(&state, &id).await?;
    let wanted = id.clone();
    let scene = state
        .house
        .guard
        .run::<guard::LireDossier, _, Fault, _>(
            &caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| Box::pin(async move { load(work, permit, &wanted).await }),
        )
        .await?;
    Ok(render(
        &state,
        &caller,
        &scene,
        FormState::new(editable(&state, &caller, &scene)),
        &[],
        suite.signee.is_some(),
    ))
}

/// Whether this person may still write in this visit: the same decision as the write itself.
pub(super) fn editable(state: &Dossier, caller: &Caller, scene: &Scene) -> bool {
    scene.visite.etat == EtatVisite::EnCours && state.house.guard.offers::<EcrireDossier>(caller)
}

/// Draws the visit. `form` carries refused values and their reasons; `found` the terms for words typed without
/// JavaScript.
pub(super) fn render(
    state: &Dossier,
    caller: &Caller,
    scene: &Scene,
    mut form: FormState,
    found: &[Found],
    just_signed: bool,
) -> Markup {
    let frame = state.house.frame(caller);
    form = fill(form, scene);
    let v = &scene.visite;
    let title = format!("Visite du {}", base::date_numeric(v.jour));
    let page = Page::new(&frame, "Visite")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", format!("/salaries/{}", v.salarie_id))
        .active("/salaries")
        .without_heading();
    let head = vue::head(&scene.vue, v.jour, html! {});
    page.render(html! {
        (head)
        h2.visite-titre { (title) " · " (v.type_visite.label) " " (state_badge(v)) }
        @if just_signed { (signed_notice(scene)) }
        @if v.etat == EtatVisite::Signee {
            (ui::cols_2(read_only(scene), beside(scene)))
        } @else if v.etat == EtatVisite::Prevue {
            (not_begun(v, &frame))
        } @else {
            (ui::cols_2(sheet(scene, &frame, &form, caller, found), beside(scene)))
        }
    })
}

fn state_badge(v: &Visite) -> Markup {
    match v.etat {
        EtatVisite::Signee => ui::badge(Tone::Ok, "Signée"),
        EtatVisite::EnCours => ui::badge(Tone::Info, "En cours"),
        other => ui::badge(Tone::Neutre, other.label()),
    }
}

fn not_begun(v: &Visite, frame: &Frame) -> Markup {
    html! {
        p { "Cette visite n'a pas commencé. La commencer note l'heure d'arrivée." }
        (ui::post_button(&format!("/visites/{}/demarrer", v.id), &frame.csrf, "Commencer la visite", Kind::Primary))
    }
}

fn signed_notice(scene: &Scene) -> Markup {
    let next = next_words(&scene.visite, &scene.vue);
    ui::alert(
        Tone::Ok,
        "Visite signée",
        html! {
            p { "Les documents sont prêts à remettre, un par destinataire." }
            @if let Some(next) = next { p { (next) } }
        },
    )
}

fn next_words(v: &Visite, vue: &Vue) -> Option<String> {
    let legal = v.prochaine_legale?;
    let label = v
        .prochaine_type
        .as_deref()
        .map(|code| droit::Regles::en_vigueur().libelle_visite(code, v.jour).to_owned())
        .unwrap_or_default();
    let article = vue
        .evaluation
        .as_ref()
        .ok()
        .and_then(|e| e.echeances.iter().find(|e| Some(&e.type_visite) == v.prochaine_type.as_ref()))
        .and_then(|e| e.raisons.first())
        .map(|r| format!(" ({})", r.article))
        .unwrap_or_default();
    let chosen = v
        .prochaine_choisie
        .map(|d| format!(" Date choisie par le professionnel\u{a0}: {}.", base::date_numeric(d)))
        .unwrap_or_default();
    Some(format!(
        "Prochaine visite\u{a0}: {label}, au plus tard le {}{article}.{chosen}",
        base::date_numeric(legal)
    ))
}

/// Puts what is kept into the form, without touching what was just typed and refused.
fn fill(mut form: FormState, scene: &Scene) -> FormState {
    let v = &scene.visite;
    let c = v.conclusion.unwrap_or_default();
    let mut put = |name: &str, value: String| {
        if form.values(name).next().is_none() && !value.is_empty() {
            form = std::mem::replace(&mut form, FormState::new(false)).set(name, value);
        }
    };
    put("arrivee", v.arrivee.clone().unwrap_or_default());
    put("depart", v.depart.clone().unwrap_or_default());
    for m in scene.vue.mesures.iter().filter(|m| m.visite_id == v.id) {
        put(&format!("mesure_{}", m.quantite.code), decimal(m.valeur));
    }
    for n in scene.vue.notes.iter().filter(|n| n.visite_id == v.id) {
        put(&format!("note_{}", n.rubrique), n.texte.clone());
    }
    put("orientation_mt", if c.orientation_mt { "oui".into() } else { String::new() });
    put("mesures", if c.mesures { "oui".into() } else { String::new() });
    put("prochaine_choisie", v.prochaine_choisie.map(|d| d.to_string()).unwrap_or_default());
    put("prochaine_motif", v.prochaine_motif.clone().unwrap_or_default());
    form
}

fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}

fn sheet(scene: &Scene, frame: &Frame, form: &FormState, caller: &Caller, found: &[Found]) -> Markup {
    let v = &scene.visite;
    let body = html! {
        input type="hidden" name="edition" value=(v.edition);
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
    html! {
        @if let Some((r, _)) = rule {
            p { (r.entete.texte) " " span.help { (r.entete.article) } }
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
            let mut line = Proposal::new(&p.agent.code, &p.agent.label).origin(format!(
                "matrice {} ({})",
                p.matrice,
                p.plausibilite.map_or("plausibilité non précisée".to_owned(), |x| format!(
                    "plausibilité {}",
                    x.as_str()
                ))
            ));
            if p.declencheur.is_some() {
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
                        " " span.help { (e.source.label()) ", depuis le " (base::date_numeric(e.duree.from())) } }
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
        @if let Some(e) = &scene.prochaine {
            @let chain: Vec<ui::Reason> = e.raisons.iter().map(|r| ui::Reason::new(&r.article, &r.phrase)).collect();
            (ui::reasons(html! { "Prochaine visite calculée\u{a0}: " (e.libelle) ", au plus tard le " strong { (base::date_numeric(e.au_plus_tard)) } }, &chain))
        } @else {
            p { "Aucune prochaine visite n'est calculée." }
        }
        (ui::field_row(html! {
            (ui::date_field(form.field("prochaine_choisie", "Date choisie pour la prochaine visite").help("Laissez vide pour garder la date calculée. Une date plus proche prévaut.")))
            (ui::text_field(form.field("prochaine_motif", "Motif d'une date plus lointaine")))
        }))
    }
}

/// Beside the page: what was said last time, and the previous values.
fn beside(scene: &Scene) -> Markup {
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
            p { (vue::conclusion_words(last)) "." }
            @for n in notes {
                @if let Some(r) = RUBRIQUES.iter().find(|r| r.code == n.rubrique) {
                    (ui::subsection(r.label, html! { p { (n.texte) } }))
                }
            }
            (ui::table("Mesures de cette visite", &[Column::text("Mesure"), Column::number("Valeur")], rows,
                Empty::new("Aucune mesure", "Aucune mesure relevée à cette visite.")))
        },
    )
}

/// A signed visit: the same sections, nothing to change.
fn read_only(scene: &Scene) -> Markup {
    let v = &scene.visite;
    let documents: Vec<Row> = scene
        .vue
        .documents
        .iter()
        .filter(|d| d.visite_id == v.id)
        .map(|d| {
            Row::new(vec![
                html! { a href={ "/documents/" (d.id) } { (d.titre) } },
                html! { (d.exemplaire()) },
                html! { span.help title=(d.sha256) { (d.sha256.get(..12).unwrap_or_default()) "…" } },
            ])
        })
        .collect();
    let measures: Vec<Row> = scene
        .vue
        .mesures
        .iter()
        .filter(|m| m.visite_id == v.id)
        .map(|m| {
            Row::new(vec![
                html! { (m.quantite.label) },
                html! { (decimal(m.valeur)) " " (m.unite) },
                html! { (m.auteur_nom) ", " (vue::trade(&m.auteur_metier)) },
            ])
        })
        .collect();
    html! {
        (ui::section("documents", "Documents à remettre", None, ui::table(
            "Documents de cette visite",
            &[Column::text("Document"), Column::text("Exemplaire"), Column::text("Empreinte")],
            documents,
            Empty::new("Aucun document", "La loi ne prévoit pas de document pour cette visite."),
        )))
        (ui::section("conclusion", "Conclusion", None, html! {
            p { (vue::conclusion_words(v)) "." }
            @if let Some(next) = next_words(v, &scene.vue) { p { (next) } }
            @if let Some(motif) = &v.prochaine_motif { p { "Motif\u{a0}: " (motif) } }
            p.help {
                @if let (Some(a), Some(d)) = (&v.arrivee, &v.depart) { "De " (a) " à " (d) ". " }
                @if let (Some(le), Some(who)) = (v.signee_le, &v.signee_par) {
                    "Signée par " (who) " le " (base::date_numeric(le.day())) " à " (le.time_of_day()) "."
                }
            }
        }))
        (ui::section("entretien", "Entretien", None, html! {
            @let notes: Vec<_> = scene.vue.notes.iter().filter(|n| n.visite_id == v.id).collect();
            @if notes.is_empty() { p { "Rien n'a été noté." } }
            @for n in notes {
                @if let Some(r) = RUBRIQUES.iter().find(|r| r.code == n.rubrique) {
                    (ui::subsection(r.label, html! { p { (n.texte) } p.help { (n.auteur_nom) ", " (vue::trade(&n.auteur_metier)) } }))
                }
            }
        }))
        (ui::section("mesures", "Mesures", None, ui::table(
            "Mesures de cette visite",
            &[Column::text("Mesure"), Column::number("Valeur"), Column::text("Auteur")],
            measures,
            Empty::new("Aucune mesure", "Aucune mesure relevée à cette visite."),
        )))
    }
}

/// The conclusion as a sentence to read aloud before signing.
pub(super) fn spoken(
    scene: &Scene,
    conclusion: suivi::Conclusion,
    chosen: Option<Date>,
    categorie: Option<Categorie>,
) -> String {
    let v = &scene.visite;
    let mut text = format!(
        "{} de {}, le {}. ",
        v.type_visite.label,
        scene.vue.salarie.nom_affiche(),
        base::date_numeric(v.jour)
    );
    text.push_str(match (conclusion.mesures, conclusion.orientation_mt) {
        (true, _) => "Des mesures individuelles sont proposées. ",
        (false, true) => "Le salarié est réorienté sans délai vers le médecin du travail. ",
        (false, false) => "Aucune mesure individuelle n'est proposée. ",
    });
    match (chosen, &scene.prochaine) {
        (Some(day), _) => text.push_str(&format!(
            "Prochaine visite le {} au plus tard, date que vous avez choisie. ",
            base::date_numeric(day)
        )),
        (None, Some(e)) => text.push_str(&format!(
            "Prochaine visite\u{a0}: {}, au plus tard le {}. ",
            e.libelle,
            base::date_numeric(e.au_plus_tard)
        )),
        (None, None) => text.push_str("Aucune prochaine visite n'est calculée. "),
    }
    match papier::modele(v, categorie) {
        Some(m) => text.push_str(&format!(
            "Document remis\u{a0}: {}. Après la signature, plus rien ne change dans cette visite.",
            m.libelle
        )),
        None => text.push_str(
            "Aucun document n'est remis. Après la signature, plus rien ne change dans cette visite.",
        ),
    }
    text
}

/// An error beside a field, as the kit wants it.
pub(super) fn refuse_all(form: &mut FormState, errors: &[FieldError]) {
    for e in errors {
        form.refuse(&e.field, e.message.clone());
    }
}
