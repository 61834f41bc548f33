//! GET /visites/{id}: the visit, top to bottom in the order of a real talk.

use axum::extract::{Path, Query, State};
use base::{Coded, Date};
use droit::Categorie;
use guard::{Caller, EcrireDossier, Purpose, Work};
use maud::{Markup, html};
use salaries::SalarieId;
use serde::Deserialize;
use suivi::{EtatVisite, Visite, VisiteId};
use thesaurus::{Found, MatrixKind, Proposition};
use ui::{Fault, FieldError, FormState, Frame, Kind, Page, Tone};

use super::{Dossier, feuille, lue, vue, vue::Vue};
use crate::{Quantite, mesures::quantites, papier};

/// Everything the page shows.
pub(super) struct Scene {
    pub(super) vue: Vue,
    pub(super) visite: Visite,
    pub(super) quantites: Vec<Quantite>,
    pub(super) propositions: Vec<Proposition>,
    pub(super) refusees: Vec<(String, String, String)>,
    pub(super) suites: suivi::Suites,
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
    let jobs: Vec<Coded> = vue.presents(visite.jour).filter_map(|e| e.poste.emploi.clone()).collect();
    let propositions = proposees(work, jobs).await?;
    let refusees = suivi::refusees(&mut work.tx, permit).await?;
    let suites = if visite.etat == EtatVisite::Signee {
        suivi::Suites::default()
    } else {
        suivi::suites(work, permit, &visite).await.unwrap_or_default()
    };
    Ok(Scene { quantites: quantites(&mut work.tx).await?, vue, visite, propositions, refusees, suites })
}

/// What the active matrices propose for the jobs held, each exposure once.
pub(super) async fn proposees(work: &mut Work, jobs: Vec<Coded>) -> Result<Vec<Proposition>, Fault> {
    let mut found: Vec<Proposition> = Vec::new();
    for metier in jobs {
        for p in thesaurus::propositions(&mut work.tx, &metier).await? {
            let known = found.iter().any(|k| k.agent.code == p.agent.code);
            if !known && p.genre == MatrixKind::Exposition {
                found.push(p);
            }
        }
    }
    Ok(found)
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
            (ui::cols_2(lue::read_only(scene), feuille::beside(scene)))
        } @else if v.etat == EtatVisite::Prevue {
            (not_begun(v, &frame))
        } @else {
            (ui::cols_2(feuille::sheet(scene, &frame, &form, caller, found), feuille::beside(scene)))
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
    let next = lue::next_words(&scene.visite, &scene.vue);
    ui::alert(
        Tone::Ok,
        "Visite signée",
        html! {
            p { "Les documents sont prêts à remettre, un par destinataire." }
            @if let Some(next) = next { p { (next) } }
        },
    )
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
    put("type_visite", v.type_visite.code.clone());
    put("arrivee", v.arrivee.clone().unwrap_or_default());
    put("depart", v.depart.clone().unwrap_or_default());
    for m in scene.vue.mesures.iter().filter(|m| m.visite_id == v.id) {
        put(&format!("mesure_{}", m.quantite.code), vue::decimal(m.valeur));
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
    match (chosen, &scene.suites.prochaine) {
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
    for due in &scene.suites.sans_attendre {
        text.push_str(&format!(
            "Reste due\u{a0}: {}, depuis le {}. ",
            due.libelle,
            base::date_numeric(due.au_plus_tard)
        ));
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
