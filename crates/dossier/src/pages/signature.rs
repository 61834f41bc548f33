//! Signing: the conclusion read in words, then everything in one transaction.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use guard::{Caller, Fields, LireDossier, Purpose, SignerVisite};
use maud::{Markup, html};
use papers::Destinataire;
use suivi::{EtatVisite, SignError, VisiteId};
use ui::{Fault, FormState, Kind, Page, Tone, see_other};

use super::{Dossier, saisie::read_conclusion, visite};
use crate::{
    Document, DocumentId,
    documents::insert_documents,
    papier::{self, PapierError, Source},
};

/// What one transaction of signing may end with besides success.
enum NotSigned {
    Fault(Fault),
    /// The person can mend it: the page is shown again with the sentence beside the field.
    Sentence {
        field: &'static str,
        why: String,
    },
}

impl From<store::StoreError> for NotSigned {
    fn from(e: store::StoreError) -> Self {
        Self::Fault(e.into())
    }
}

impl From<guard::Refusal> for NotSigned {
    fn from(e: guard::Refusal) -> Self {
        Self::Fault(e.into())
    }
}

impl From<SignError> for NotSigned {
    fn from(e: SignError) -> Self {
        match e {
            SignError::Store(e) => Self::Fault(e.into()),
            SignError::Absent => Self::Fault(Fault::absent("Cette visite")),
            SignError::Stale => Self::Fault(Fault::Stale(e.to_string())),
            SignError::DueNow(_) | SignError::NotAllowed(_) => {
                Self::Sentence { field: "type_visite", why: e.to_string() }
            }
            SignError::MeasuresReserved => Self::Sentence { field: "mesures", why: e.to_string() },
            other => Self::Sentence { field: "prochaine_choisie", why: other.to_string() },
        }
    }
}

impl From<PapierError> for NotSigned {
    fn from(e: PapierError) -> Self {
        match e {
            PapierError::Store(e) => Self::Fault(e.into()),
            PapierError::Composition(reason) => Self::Fault(Fault::Unexpected(reason)),
            other => Self::Sentence { field: "type_visite", why: other.to_string() },
        }
    }
}

/// GET /visites/{id}/conclusion: the sentence that the dialog reads, as plain text.
pub(super) async fn spoken(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<String, Fault> {
    Ok(sentence(&state, &caller, &VisiteId::new(id)).await?.0)
}

async fn sentence(state: &Dossier, caller: &Caller, id: &VisiteId) -> Result<(String, visite::Scene), Fault> {
    let salarie = visite::owner(state, id).await?;
    let wanted = id.clone();
    let scene = state
        .house
        .guard
        .run::<LireDossier, _, Fault, _>(
            caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| Box::pin(async move { visite::load(work, permit, &wanted).await }),
        )
        .await?;
    let categorie = scene.vue.evaluation.as_ref().ok().and_then(|e| e.categorie);
    let v = &scene.visite;
    let text = visite::spoken(&scene, v.conclusion.unwrap_or_default(), v.prochaine_choisie, categorie);
    Ok((text, scene))
}

/// GET /visites/{id}/signature: the same sentence as a page, for who has no JavaScript.
pub(super) async fn page(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = VisiteId::new(id);
    let (text, scene) = sentence(&state, &caller, &id).await?;
    if scene.visite.etat != EtatVisite::EnCours {
        return Ok(see_other(&format!("/visites/{id}")));
    }
    Ok(confirm(&state, &caller, &scene, &text, None).into_response())
}

fn confirm(
    state: &Dossier,
    caller: &Caller,
    scene: &visite::Scene,
    text: &str,
    refused: Option<&str>,
) -> Markup {
    let frame = state.house.frame(caller);
    let v = &scene.visite;
    Page::new(&frame, "Relire avant de signer")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", format!("/salaries/{}", v.salarie_id))
        .crumb("Visite", format!("/visites/{}", v.id))
        .active("/salaries")
        .narrow()
        .render(html! {
            @if let Some(why) = refused { (ui::alert(Tone::Retard, "La visite n'est pas signée", html! { p { (why) } })) }
            p.lecture { (text) }
            (ui::Form::post(format!("/visites/{}/signature", v.id), &frame.csrf).render(html! {
                input type="hidden" name="edition" value=(v.edition);
                (ui::actions(html! {
                    (ui::submit("Signer et remettre", Kind::Primary))
                    (ui::link_button(&format!("/visites/{}", v.id), "Revenir à la visite", Kind::Secondary))
                }))
            }))
        })
}

/// POST /visites/{id}/signature
pub(super) async fn signer(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let id = VisiteId::new(id);
    sign(&state, &caller, &id, &fields).await
}

/// Signs what is kept of the visit (the form has been saved before), issues its documents, and leads to them.
pub(super) async fn sign(
    state: &Dossier,
    caller: &Caller,
    id: &VisiteId,
    fields: &Fields,
) -> Result<Response, Fault> {
    let salarie = visite::owner(state, id).await?;
    let edition: i64 = fields.text("edition").parse().unwrap_or(-1);
    let typed = if fields.holds("prochaine_choisie") { read_conclusion(fields).ok() } else { None };
    let wanted = id.clone();
    let signed = state
        .house
        .guard
        .run::<SignerVisite, _, NotSigned, _>(
            caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| {
                Box::pin(async move {
                    let reading = permit.writing().reading();
                    let kept = suivi::visite(&mut work.tx, &wanted).await?.ok_or(SignError::Absent)?;
                    let (conclusion, prochaine) = typed.unwrap_or_else(|| {
                        (
                            kept.conclusion.unwrap_or_default(),
                            suivi::Prochaine {
                                choisie: kept.prochaine_choisie,
                                motif: kept.prochaine_motif.clone(),
                            },
                        )
                    });
                    let v = suivi::signer(work, permit, &wanted, edition, conclusion, &prochaine).await?;
                    let evaluation = suivi::evaluation(&mut work.tx, &reading, v.jour).await?.ok();
                    let categorie = evaluation.as_ref().and_then(|e| e.categorie);
                    let Some(modele) = papier::modele(&v, categorie) else { return Ok(()) };
                    let worker =
                        salaries::salarie(&mut work.tx, &v.salarie_id).await?.ok_or(SignError::Absent)?;
                    let emplois = salaries::emplois(&mut work.tx, &v.salarie_id).await?;
                    let source = Source {
                        visite: &v,
                        salarie: &worker,
                        emplois: &emplois,
                        categorie,
                        declencheurs: evaluation
                            .map(|e| {
                                e.motifs
                                    .into_iter()
                                    .filter(|m| Some(m.categorie) == categorie)
                                    .map(|m| (m.code, m.depuis))
                                    .collect()
                            })
                            .unwrap_or_default(),
                        prochaine: v.prochaine_legale,
                    };
                    let paper = papier::build(work, &source, &modele).await?;
                    let printed = papier::print(paper, v.jour).await?;
                    let (now, who) = (work.now(), work.caller().nom.clone());
                    let documents = printed
                        .into_iter()
                        .map(|(to, pdf)| {
                            let document = Document {
                                id: DocumentId::new(work.new_id()),
                                visite_id: v.id.clone(),
                                salarie_id: v.salarie_id.clone(),
                                modele: modele.code.clone(),
                                destinataire: match to {
                                    Destinataire::Salarie => "salarie",
                                    Destinataire::Employeur => "employeur",
                                    Destinataire::Dossier => "dossier",
                                }
                                .to_owned(),
                                titre: modele.libelle.clone(),
                                jour: v.jour,
                                sha256: pdf.sha256,
                                signe_le: now,
                                signe_par: who.clone(),
                            };
                            (document, pdf.bytes)
                        })
                        .collect();
                    insert_documents(&mut work.tx, documents).await?;
                    Ok(())
                })
            },
        )
        .await;
    match signed {
        Ok(()) => Ok(see_other(&format!("/visites/{id}?signee=oui"))),
        Err(NotSigned::Fault(fault)) => Err(fault),
        Err(NotSigned::Sentence { field, why }) => {
            let guard = &state.house.guard;
            guard
                .note_refusal::<SignerVisite>(caller, salarie.as_str(), Purpose::PriseEnCharge, &why)
                .await?;
            let (_, scene) = sentence(state, caller, id).await?;
            let mut form = FormState::new(visite::editable(state, caller, &scene));
            form.refuse(field, why);
            let page = visite::render(state, caller, &scene, form, &[], false);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
