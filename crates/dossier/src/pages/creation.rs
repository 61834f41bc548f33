//! Beginning a visit: one planned before, or one that the person decides now.

use axum::{
    extract::{Path, State},
    response::Response,
};
use base::Coded;
use guard::{Caller, EcrireDossier, Fields, PlanifierVisite, Purpose};
use organisation::ProfessionnelId;
use salaries::SalarieId;
use suivi::{EtatVisite, Visite, VisiteId};
use ui::{Fault, see_other};

use super::Dossier;

/// POST /salaries/{id}/visites
pub(super) async fn planifier(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let Some(professionnel) = caller.professionnel_id.clone() else {
        return Err(Fault::Invalid("Seul un professionnel de santé du service commence une visite. Prenez rendez-vous dans l'agenda.".into()));
    };
    let code = fields.text("type").to_owned();
    let new = state
        .house
        .guard
        .run::<PlanifierVisite, _, Fault, _>(&caller, &id, Purpose::PriseEnCharge, move |work, permit| {
            Box::pin(async move {
                let salarie = SalarieId::new(permit.object());
                let type_visite = visit_type(work, &code).await?;
                let today = work.today();
                let emplois = salaries::emplois(&mut work.tx, &salarie).await?;
                let emploi = emplois
                    .iter()
                    .find(|e| e.poste.duree.contains(today))
                    .or_else(|| emplois.first())
                    .ok_or_else(|| {
                        Fault::Invalid("Une visite demande un poste. Ajoutez le contrat du salarié.".into())
                    })?;
                let visite = Visite {
                    id: VisiteId::new(work.new_id()),
                    salarie_id: salarie,
                    etablissement_id: emploi.employeur.etablissement_id.clone(),
                    centre_id: emploi.employeur.centre_id.clone(),
                    professionnel_id: ProfessionnelId::new(&professionnel),
                    type_visite,
                    demandeur: "SERV".into(),
                    jour: today,
                    etat: EtatVisite::Prevue,
                    arrivee: None,
                    depart: None,
                    conclusion: None,
                    prochaine_type: None,
                    prochaine_legale: None,
                    prochaine_choisie: None,
                    prochaine_motif: None,
                    signee_le: None,
                    signee_par: None,
                    edition: 0,
                };
                suivi::planifier(work, permit, &visite).await?;
                let after =
                    format!("{{\"visite\":\"{}\",\"type\":\"{}\"}}", visite.id, visite.type_visite.code);
                work.journal_change("visite planifiée", None, Some(after)).await?;
                Ok(visite.id)
            })
        })
        .await?;
    begin(&state, &caller, &new).await?;
    Ok(see_other(&format!("/visites/{new}")))
}

/// POST /visites/{id}/demarrer
pub(super) async fn demarrer(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Fault> {
    begin(&state, &caller, &VisiteId::new(id.clone())).await?;
    Ok(see_other(&format!("/visites/{id}")))
}

async fn begin(state: &Dossier, caller: &Caller, id: &VisiteId) -> Result<(), Fault> {
    let salarie = super::visite::owner(state, id).await?;
    let id = id.clone();
    state
        .house
        .guard
        .run::<EcrireDossier, _, Fault, _>(
            caller,
            salarie.as_str(),
            Purpose::PriseEnCharge,
            move |work, permit| Box::pin(async move { Ok(suivi::demarrer(work, permit, &id).await?) }),
        )
        .await
}

async fn visit_type(work: &mut guard::Work, code: &str) -> Result<Coded, Fault> {
    let known = droit::Regles::en_vigueur().type_visite(code, work.today()).is_some();
    let coded = if known { thesaurus::coded(&mut work.tx, "types-visite", code).await? } else { None };
    coded.ok_or_else(|| Fault::Invalid("Choisissez le type de la visite dans la liste.".into()))
}
