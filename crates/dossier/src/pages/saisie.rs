//! Keeping what is typed during a visit: one field at a time, or the whole form at once.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base::{AUTRE, Coded, Period};
use guard::{Caller, EcrireDossier, Fields, Permit, Purpose, Work};
use suivi::{
    Conclusion, EtatVisite, Exposition, ExpositionId, MatriceOrigine, Prochaine, SourceExposition, Visite,
    VisiteId,
};
use thesaurus::Found;
use ui::{Fault, FieldError, FormState, see_other};

use super::{Dossier, visite};
use crate::{RUBRIQUES, mesures, notes, notes::LONGUEUR_MAX};

/// POST /visites/{id}/champ: one field, saved as the person leaves it. 204, or one sentence that says what to
/// correct.
pub(super) async fn champ(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let id = VisiteId::new(id);
    let salarie = visite::owner(&state, &id).await?;
    let name = fields.text("champ").to_owned();
    state
        .house
        .guard
        .run::<EcrireDossier, _, Fault, _>(
            &caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| {
                Box::pin(async move {
                    let v = open_visit(work, permit, &id).await?;
                    save_field(work, permit, &v, &name, &fields)
                        .await?
                        .map_or(Ok(()), |e| Err(Fault::Invalid(e.message)))
                })
            },
        )
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// POST /visites/{id}: the whole form. Goes on to the signature when it was asked for and confirmed, to its
/// confirmation page when it was asked for without JavaScript, and stays otherwise.
pub(super) async fn enregistrer(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let id = VisiteId::new(id);
    let salarie = visite::owner(&state, &id).await?;
    let (wanted, search, sent) = (id.clone(), state.search.clone(), fields.clone());
    let outcome = state
        .house
        .guard
        .run::<EcrireDossier, _, Fault, _>(
            &caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| {
                Box::pin(async move {
                    let v = open_visit(work, permit, &wanted).await?;
                    let mut errors = Vec::new();
                    let names: Vec<String> = sent.iter().map(|(name, _)| name.to_owned()).collect();
                    for name in names
                        .iter()
                        .filter(|n| !matches!(n.as_str(), "mesures" | "orientation_mt" | "prochaine_motif"))
                    {
                        errors.extend(save_field(work, permit, &v, name, &sent).await?);
                    }
                    // An unticked box is not sent at all: the conclusion is always kept as a whole.
                    errors.extend(save_conclusion(work, permit, &v, &sent).await?);
                    let mut found = Vec::new();
                    if sent.holds("ajouter") {
                        let message = match add(work, permit, &v, &search, &sent).await? {
                            Ajout::Fait => None,
                            Ajout::AChoisir(terms) => {
                                found = terms;
                                Some(
                                    "Choisissez le terme parmi ceux qui ont été trouvés, puis ajoutez."
                                        .to_owned(),
                                )
                            }
                            Ajout::Refuse(why) => Some(why),
                        };
                        errors.extend(message.map(|message| FieldError { field: "ajout".into(), message }));
                    }
                    let scene = if errors.is_empty() {
                        None
                    } else {
                        Some(visite::load(work, &permit.reading(), &wanted).await?)
                    };
                    Ok((errors, found, scene))
                })
            },
        )
        .await?;
    if let (errors, found, Some(scene)) = outcome {
        let mut form = typed(&fields);
        visite::refuse_all(&mut form, &errors);
        let page = visite::render(&state, &caller, &scene, form, &found, false);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if fields.holds("ajouter") {
        return Ok(see_other(&format!("/visites/{id}#poste")));
    }
    if fields.holds("rester") {
        return Ok(see_other(&format!("/visites/{id}")));
    }
    if fields.text("confirme") == "oui" {
        return super::signature::sign(&state, &caller, &id, &fields).await;
    }
    Ok(see_other(&format!("/visites/{id}/signature")))
}

/// What the person typed, to show again beside the reasons.
fn typed(fields: &Fields) -> FormState {
    let values =
        fields.iter().filter(|(n, _)| *n != "_csrf").map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    FormState::from_pairs(true, values)
}

async fn open_visit(work: &mut Work, permit: &Permit<EcrireDossier>, id: &VisiteId) -> Result<Visite, Fault> {
    let v = suivi::visite(&mut work.tx, id)
        .await?
        .filter(|v| v.salarie_id.as_str() == permit.object())
        .ok_or_else(|| Fault::absent("Cette visite"))?;
    if v.etat == EtatVisite::EnCours {
        Ok(v)
    } else {
        Err(Fault::Invalid("Cette visite est signée ou n'a pas commencé\u{a0}: rien n'y change plus. Une correction passe par une nouvelle visite.".into()))
    }
}

/// Keeps one field by its name; an unknown name is ignored, a wrong value is returned with its reason.
async fn save_field(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    v: &Visite,
    name: &str,
    fields: &Fields,
) -> Result<Option<FieldError>, Fault> {
    let wrong = |message: String| Ok(Some(FieldError { field: name.to_owned(), message }));
    if let Some(code) = name.strip_prefix("mesure_") {
        let Some(q) = mesures::quantites(&mut work.tx).await?.into_iter().find(|q| q.terme.code == code)
        else {
            return Ok(None);
        };
        let Some(text) = fields.optional(name) else {
            mesures::effacer(work, permit, &v.id, code).await?;
            return Ok(None);
        };
        return match q.parse(text) {
            Ok(value) => {
                mesures::enregistrer(work, permit, &v.id, v.jour, &q, value).await?;
                Ok(None)
            }
            Err(message) => wrong(message),
        };
    }
    if let Some(code) = name.strip_prefix("note_") {
        let Some(r) = RUBRIQUES.iter().find(|r| r.code == code) else { return Ok(None) };
        let text = fields.text(name);
        if text.chars().count() > LONGUEUR_MAX {
            return wrong(format!(
                "{}\u{a0}: le texte dépasse 20\u{202f}000 caractères. Joignez plutôt un document.",
                r.label
            ));
        }
        notes::enregistrer(work, permit, &v.id, r, text).await?;
        return Ok(None);
    }
    if let Some(code) = name.strip_prefix("prop_") {
        return decide(work, permit, v, code, fields.text(name)).await.map(|()| None);
    }
    match name {
        "type_visite" => {
            let code = fields.text(name);
            if code == v.type_visite.code {
                return Ok(None);
            }
            let known = droit::Regles::en_vigueur().type_visite(code, v.jour).is_some();
            let coded =
                if known { thesaurus::coded(&mut work.tx, "types-visite", code).await? } else { None };
            let Some(coded) = coded else {
                return wrong("Choisissez le type de la visite dans la liste.".into());
            };
            suivi::changer_type(work, permit, &v.id, &coded).await?;
            Ok(None)
        }
        "arrivee" | "depart" => {
            let value = fields.optional(name);
            if value.is_some_and(|t| t.parse::<papers::Heure>().is_err()) {
                return wrong("L'heure s'écrit avec deux chiffres pour l'heure et deux pour les minutes, par exemple 09:30.".into());
            }
            let (arrivee, depart) =
                if name == "arrivee" { (value, v.depart.as_deref()) } else { (v.arrivee.as_deref(), value) };
            let (arrivee, depart) = (
                if fields.holds("arrivee") { fields.optional("arrivee") } else { arrivee },
                if fields.holds("depart") { fields.optional("depart") } else { depart },
            );
            suivi::enregistrer_horaires(work, permit, &v.id, arrivee, depart).await?;
            Ok(None)
        }
        "mesures" | "orientation_mt" | "prochaine_choisie" | "prochaine_motif"
            if fields.text("champ") == name =>
        {
            save_conclusion(work, permit, v, &merged(v, name, fields)).await
        }
        _ => Ok(None),
    }
}

/// One field of the conclusion came alone: the others keep what is already written.
fn merged(v: &Visite, name: &str, fields: &Fields) -> Fields {
    let c = v.conclusion.unwrap_or_default();
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if c.mesures {
        pairs.push(("mesures", "oui".into()));
    }
    if c.orientation_mt {
        pairs.push(("orientation_mt", "oui".into()));
    }
    pairs.push(("prochaine_choisie", v.prochaine_choisie.map(|d| d.to_string()).unwrap_or_default()));
    pairs.push(("prochaine_motif", v.prochaine_motif.clone().unwrap_or_default()));
    pairs.retain(|(n, _)| *n != name);
    if !fields.text(name).is_empty() {
        pairs.push((name, fields.text(name).to_owned()));
    }
    Fields::from_pairs(pairs)
}

async fn save_conclusion(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    v: &Visite,
    fields: &Fields,
) -> Result<Option<FieldError>, Fault> {
    let (conclusion, prochaine) = match read_conclusion(fields) {
        Ok(read) => read,
        Err(e) => return Ok(Some(e)),
    };
    suivi::enregistrer_conclusion(work, permit, &v.id, conclusion, &prochaine).await?;
    Ok(None)
}

/// The conclusion as the form gives it.
pub(super) fn read_conclusion(fields: &Fields) -> Result<(Conclusion, Prochaine), FieldError> {
    let choisie = match fields.optional("prochaine_choisie") {
        None => None,
        Some(text) => Some(base::date_from_french(text).ok_or_else(|| FieldError {
            field: "prochaine_choisie".into(),
            message: "La date de la prochaine visite s'écrit jour/mois/année, par exemple 24/11/2028.".into(),
        })?),
    };
    let conclusion = Conclusion {
        orientation_mt: fields.text("orientation_mt") == "oui",
        mesures: fields.text("mesures") == "oui",
    };
    Ok((conclusion, Prochaine { choisie, motif: fields.optional("prochaine_motif").map(str::to_owned) }))
}

/// A proposal of the matrix kept or set aside.
async fn decide(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    v: &Visite,
    code: &str,
    decision: &str,
) -> Result<(), Fault> {
    let Some(agent) = thesaurus::coded(&mut work.tx, "expositions", code).await? else { return Ok(()) };
    match decision {
        "retenue" => {
            let origin = origin(work, v, &agent).await?;
            let exposition = exposure(work, v, agent, SourceExposition::Matrice, origin).await?;
            suivi::accepter(work, permit, &exposition).await?;
        }
        "ecartee" => suivi::refuser(work, permit, &v.id, &agent).await?,
        _ => return Ok(()),
    }
    let now = work.now();
    Ok(suivi::recalculer(&mut work.tx, &v.salarie_id, now).await?)
}

/// What became of an exposure found by typing.
enum Ajout {
    Fait,
    /// The words name several terms: the person chooses.
    AChoisir(Vec<Found>),
    /// Nothing was added; the sentence says what to do.
    Refuse(String),
}

/// An exposure found by typing.
async fn add(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    v: &Visite,
    search: &thesaurus::Search,
    fields: &Fields,
) -> Result<Ajout, Fault> {
    let (code, words) =
        (fields.optional("ajout").or_else(|| fields.optional("ajout_choix")), fields.text("ajout_texte"));
    let agent = match code {
        Some(AUTRE) if !words.is_empty() => {
            let version = thesaurus::active_version(&mut work.tx, "expositions").await?.unwrap_or_default();
            Some(Coded {
                thesaurus: "expositions".into(),
                version,
                code: AUTRE.into(),
                label: words.to_owned(),
            })
        }
        Some(code) => thesaurus::coded(&mut work.tx, "expositions", code).await?,
        None if words.is_empty() => {
            return Ok(Ajout::Refuse(
                "Tapez quelques lettres de l'exposition à ajouter, puis choisissez-la.".into(),
            ));
        }
        None => {
            let index = search.current(&mut work.tx).await?;
            let found = index.search("expositions", words, 12)?;
            match found.iter().find(|f| base::fold(&f.label) == base::fold(words)) {
                Some(exact) => thesaurus::coded(&mut work.tx, "expositions", &exact.code).await?,
                None if found.is_empty() => {
                    return Ok(Ajout::Refuse(format!(
                        "Aucun terme ne correspond à «\u{a0}{words}\u{a0}». Essayez un autre mot, ou prenez «\u{a0}autre\u{a0}»."
                    )));
                }
                None => return Ok(Ajout::AChoisir(found)),
            }
        }
    };
    let Some(agent) = agent else {
        return Ok(Ajout::Refuse(
            "Ce terme n'existe pas dans la version active du thésaurus. Choisissez-le dans la liste.".into(),
        ));
    };
    let exposition = exposure(work, v, agent, SourceExposition::Professionnel, None).await?;
    suivi::accepter(work, permit, &exposition).await?;
    let now = work.now();
    suivi::recalculer(&mut work.tx, &v.salarie_id, now).await?;
    Ok(Ajout::Fait)
}

/// The matrix that proposes an agent for the jobs held on the day of the visit.
async fn origin(work: &mut Work, v: &Visite, agent: &Coded) -> Result<Option<MatriceOrigine>, Fault> {
    let postes = salaries::postes(&mut work.tx, &v.salarie_id).await?;
    let jobs = postes.into_iter().filter(|p| p.duree.contains(v.jour)).filter_map(|p| p.emploi).collect();
    let found = visite::proposees(work, jobs).await?.into_iter().find(|p| p.agent.code == agent.code);
    Ok(found.map(|p| MatriceOrigine { id: p.matrice, version: p.version }))
}

async fn exposure(
    work: &mut Work,
    v: &Visite,
    agent: Coded,
    source: SourceExposition,
    matrice: Option<MatriceOrigine>,
) -> Result<Exposition, Fault> {
    let declencheur = thesaurus::declencheur(&mut work.tx, &agent).await?;
    let postes = salaries::postes(&mut work.tx, &v.salarie_id).await?;
    let poste = postes.iter().find(|p| p.duree.contains(v.jour));
    Ok(Exposition {
        id: ExpositionId::new(work.new_id()),
        salarie_id: v.salarie_id.clone(),
        poste_id: poste.map(|p| p.id.clone()),
        agent,
        declencheur,
        source,
        matrice,
        duree: Period::since(poste.map_or(v.jour, |p| p.duree.from())),
        auteur_id: work.caller().compte_id.clone(),
        visite_id: Some(v.id.clone()),
    })
}
