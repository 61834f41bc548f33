//! GET and POST /salaries/nouveau: a new worker with a contract and a post, or a new contract for a known one.

use ::identite::Siret;
use adherents::EtablissementId;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Coded, Date, Period, date_from_french, words};
use guard::{Caller, EcrireIdentite, Fields, Purpose, Work};
use maud::Markup;
use store::{StoreError, Tx};
use ui::{Fault, FormState, House, see_other};

use super::{
    EVENEMENT_MODIFIE,
    formulaire::{AUTRE_PERSONNE, Offer, PROVENANCES, show},
    metier::read_job_term,
    saisie::{read_traits, typed},
};
use crate::{
    Contrat, ContratId, Demande, NatureContrat, NouveauSalarie, Poste, PosteId, Salarie, SalarieId, Trouve,
    contrats, insert_contrats, insert_postes, insert_salaries, metiers::noter_saisie, salarie, same_identity,
    search,
};

/// As many lookalikes and establishments as a person can choose from at a glance.
const MOST: i64 = 10;

/// What became of a form.
enum Outcome {
    Saved { id: SalarieId, warnings: bool },
    ToCorrect(FormState, Offer),
}

/// The contract and the post of a form that may be saved.
struct Emploi {
    etablissement: EtablissementId,
    nature: String,
    duree: Period,
    intitule: String,
    metier: Option<Coded>,
    unite: Option<String>,
    nuit: bool,
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let place = asked.text("etablissement").to_owned();
    let picked = EtablissementId::new(place.as_str());
    let (id, offer) = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, "nouveau", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let mut offer = Offer::read(&mut work.tx).await?;
                if !picked.as_str().is_empty() {
                    offer.offer_employers(&mut work.tx, std::slice::from_ref(&picked)).await?;
                }
                Ok((work.new_id(), offer))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let state =
        FormState::new(true).set("id", id).set("etablissement", place).set("debut", frame.today.to_string());
    Ok(show(&frame, &state, &offer))
}

pub(super) async fn save(
    State(house): State<House>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    // The identifier was drawn with the form: the journal names the file, and a form sent twice is saved once.
    if !super::is_id(fields.text("id")) {
        return Err(Fault::Invalid(
            "Ce formulaire est incomplet. Rechargez la page, puis recommencez.".into(),
        ));
    }
    let known = fields.optional("personne").filter(|p| super::is_id(p)).map(str::to_owned);
    let object = known.clone().unwrap_or_else(|| fields.text("id").to_owned());
    let outcome = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let id = SalarieId::new(permit.object());
                match known {
                    Some(_) => add_contract(work, id, &fields).await,
                    None => create(work, id, &fields).await,
                }
            })
        })
        .await?;
    Ok(match outcome {
        Outcome::Saved { id, warnings: true } => see_other(&format!("/salaries/{id}/identite")),
        Outcome::Saved { id, warnings: false } => see_other(&format!("/salaries/{id}")),
        Outcome::ToCorrect(state, offer) => {
            let page = show(&house.frame(&caller), &state, &offer);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

async fn create(work: &mut Work, id: SalarieId, fields: &Fields) -> Result<Outcome, Fault> {
    if salarie(&mut work.tx, &id).await?.is_some() {
        return Ok(Outcome::Saved { id, warnings: false });
    }
    let today = work.today();
    let mut offer = Offer::read(&mut work.tx).await?;
    let mut state = typed(fields);
    let person = read_person(&mut state, fields, id.clone(), today);
    let emploi = read_job(&mut work.tx, &mut state, &mut offer, fields).await?;
    if let (Some(person), Some(emploi)) = (&person, &emploi)
        && emploi.duree.from() <= person.naissance
    {
        state.refuse(
            "debut",
            "Le premier jour du contrat devrait venir après la naissance\u{a0}: corrigez l'une des deux dates.",
        );
    }
    if let Some(person) = &person {
        look_for_same(&mut work.tx, &mut state, &mut offer, person, fields.text("personne"), today).await?;
    }
    let (Some(person), Some(emploi), true) = (person, emploi, state.is_valid()) else {
        return Ok(Outcome::ToCorrect(state, offer));
    };
    let after = serde_json::json!({
        "nom_naissance": person.nom_naissance,
        "nom_usage": person.nom_usage,
        "prenoms": person.prenoms,
        "sexe": person.sexe,
        "naissance": person.naissance,
        "lieu": person.lieu_code,
        "nir": person.nir,
        "provenance": person.provenance,
    });
    let warnings = !super::identite::warnings(&person).is_empty();
    let new = NouveauSalarie { salarie: person, cree_le: work.now() };
    insert_salaries(&mut work.tx, std::slice::from_ref(&new)).await?;
    work.journal_change("salarié créé", None, Some(after.to_string())).await?;
    insert_job(work, &id, emploi).await?;
    Ok(Outcome::Saved { id, warnings })
}

async fn add_contract(work: &mut Work, id: SalarieId, fields: &Fields) -> Result<Outcome, Fault> {
    let person = salarie(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Ce salarié"))?;
    let mut offer = Offer::read(&mut work.tx).await?;
    let mut state = typed(fields);
    let Some(emploi) =
        read_job(&mut work.tx, &mut state, &mut offer, fields).await?.filter(|_| state.is_valid())
    else {
        offer.ressemblants = vec![Trouve { salarie: person, employeurs: Vec::new() }];
        return Ok(Outcome::ToCorrect(state, offer));
    };
    let same =
        |c: &Contrat| c.etablissement_id == emploi.etablissement && c.duree.from() == emploi.duree.from();
    if !contrats(&mut work.tx, &id).await?.iter().any(same) {
        insert_job(work, &id, emploi).await?;
    }
    Ok(Outcome::Saved { id, warnings: false })
}

async fn insert_job(work: &mut Work, id: &SalarieId, emploi: Emploi) -> Result<(), StoreError> {
    let after = serde_json::json!({
        "etablissement": emploi.etablissement,
        "nature": emploi.nature,
        "duree": emploi.duree,
        "intitule": emploi.intitule,
        "emploi": emploi.metier,
        "nuit": emploi.nuit,
    });
    let contrat = Contrat {
        id: ContratId::new(work.new_id()),
        salarie_id: id.clone(),
        etablissement_id: emploi.etablissement,
        nature: NatureContrat(emploi.nature),
        duree: emploi.duree,
    };
    let poste = Poste {
        id: PosteId::new(work.new_id()),
        contrat_id: contrat.id.clone(),
        salarie_id: id.clone(),
        intitule: emploi.intitule,
        emploi: emploi.metier,
        unite: emploi.unite,
        nuit: emploi.nuit,
        duree: emploi.duree,
        suite_de: None,
    };
    insert_contrats(&mut work.tx, &[contrat]).await?;
    insert_postes(&mut work.tx, std::slice::from_ref(&poste)).await?;
    noter_saisie(work, &poste).await?;
    work.journal_change("contrat et poste ajoutés", None, Some(after.to_string())).await?;
    work.announce(EVENEMENT_MODIFIE, id.as_str()).await
}

/// Reads the person and where the traits come from.
fn read_person(state: &mut FormState, fields: &Fields, id: SalarieId, today: Date) -> Option<Salarie> {
    let provenance = fields.text("provenance");
    let known = PROVENANCES.iter().any(|(code, _)| *code == provenance);
    let person = read_traits(state, fields, id, provenance, today);
    if !known {
        state.refuse("provenance", "Dites d'où viennent ces traits d'identité.");
    }
    person.filter(|_| known)
}

/// Reads the contract and the post.
async fn read_job(
    tx: &mut Tx,
    state: &mut FormState,
    offer: &mut Offer,
    fields: &Fields,
) -> Result<Option<Emploi>, StoreError> {
    let etablissement = read_employer(tx, state, offer, fields).await?;
    let nature = fields.text("nature");
    if offer.natures.iter().all(|c| c.code != nature) {
        state.refuse("nature", "Choisissez le type de contrat.");
    }
    let (debut, fin) = (date_from_french(fields.text("debut")), date_from_french(fields.text("fin")));
    if debut.is_none() {
        state.refuse(
            "debut",
            "Indiquez le premier jour sous la forme jj/mm/aaaa\u{a0}; ce jour doit exister.",
        );
    }
    if fin.is_none() && fields.optional("fin").is_some() {
        state.refuse("fin", "Ce jour n'existe pas\u{a0}: écrivez le dernier jour sous la forme jj/mm/aaaa, ou laissez le champ vide.");
    }
    // The last day is worked: the period ends on the next one.
    let to = fin.and_then(|f| f.tomorrow().ok());
    let duree = debut.and_then(|from| Period::new(from, to).map_err(|_| ()).ok());
    if debut.is_some() && duree.is_none() {
        state.refuse("fin", "Le dernier jour ne peut pas venir avant le premier.");
    }
    if fields.optional("intitule").is_none() {
        state.refuse("intitule", "Indiquez l'intitulé du poste.");
    }
    let metier = read_job_term(tx, state, &mut offer.emplois, fields).await?;
    Ok(etablissement.zip(duree).map(|(etablissement, duree)| Emploi {
        etablissement,
        nature: nature.to_owned(),
        duree,
        intitule: fields.text("intitule").to_owned(),
        metier,
        unite: fields.optional("unite").map(str::to_owned),
        nuit: fields.ticked("nuit"),
    }))
}

/// The establishment picked, or the one that the words typed mean.
async fn read_employer(
    tx: &mut Tx,
    state: &mut FormState,
    offer: &mut Offer,
    fields: &Fields,
) -> Result<Option<EtablissementId>, StoreError> {
    let typed = fields.text("employeur");
    if typed.is_empty() {
        let picked = EtablissementId::new(fields.text("etablissement"));
        let found = adherents::etablissement(tx, &picked).await?.map(|e| e.id);
        match &found {
            Some(id) => offer.offer_employers(tx, std::slice::from_ref(id)).await?,
            None => state.refuse(
                "employeur",
                "Indiquez l'employeur\u{a0}: le SIRET de l'établissement, ou le début de la raison sociale.",
            ),
        }
        return Ok(found);
    }
    if typed.chars().filter(char::is_ascii_digit).count() >= 10 {
        let siret = match Siret::parse(typed) {
            Ok(siret) => siret,
            Err(e) => {
                state.refuse("employeur", e.to_string());
                return Ok(None);
            }
        };
        let found = adherents::by_siret(tx, &siret).await?.map(|e| e.id);
        if found.is_none() {
            state.refuse("employeur", "Aucun établissement suivi ne porte ce SIRET\u{a0}: ajoutez d'abord l'entreprise à la liste des adhérents.");
        }
        return Ok(found);
    }
    let mut ids = Vec::new();
    for company in adherents::search(tx, typed, 1, MOST).await?.0 {
        ids.extend(adherents::etablissements(tx, &company.adherent.id).await?.into_iter().map(|e| e.id));
    }
    let picked = ids.iter().find(|id| id.as_str() == fields.text("etablissement")).cloned();
    offer.offer_employers(tx, &ids).await?;
    match (picked, ids.len()) {
        (Some(id), _) => Ok(Some(id)),
        (None, 1) => Ok(ids.pop()),
        (None, 0) => {
            state.refuse(
                "employeur",
                "Aucune entreprise adhérente ne correspond\u{a0}: essayez d'autres lettres, ou le SIRET.",
            );
            Ok(None)
        }
        (None, _) => {
            state.refuse(
                "etablissement",
                "Plusieurs établissements correspondent\u{a0}: choisissez celui qui emploie cette personne.",
            );
            Ok(None)
        }
    }
}

/// Looks for people who may be the same person (RNIV 1: birth date and first letters of the birth name; NIR),
/// and asks, unless the person at the screen has answered.
async fn look_for_same(
    tx: &mut Tx,
    state: &mut FormState,
    offer: &mut Offer,
    person: &Salarie,
    answer: &str,
    today: Date,
) -> Result<(), StoreError> {
    let same = same_identity(tx, person).await?;
    let same_nir = same.as_ref().is_some_and(|s| s.nir.is_some() && s.nir == person.nir);
    let near =
        Demande { mots: first_letters(&person.nom_naissance), naissance: Some(person.naissance), nir: None };
    let mut found = search(tx, &near, today, 1, MOST).await?.0;
    if let Some(same) = same.filter(|s| found.iter().all(|t| t.salarie.id != s.id)) {
        found.insert(0, Trouve { salarie: same, employeurs: Vec::new() });
    }
    if same_nir && answer == AUTRE_PERSONNE {
        state.refuse("personne", "Le même NIR est déjà au dossier d'une personne connue\u{a0}: corrigez le NIR, ou choisissez cette personne.");
    } else if !found.is_empty() && answer != AUTRE_PERSONNE {
        state
            .refuse("personne", "Une personne qui lui ressemble est déjà connue\u{a0}: dites si c'est elle.");
    }
    offer.ressemblants = found;
    Ok(())
}

/// The first three letters of a name, word by word as names are sought: `le`, `g` for Le Goff.
fn first_letters(name: &str) -> Vec<String> {
    let mut left = 3;
    let mut beginnings: Vec<String> = Vec::new();
    for word in words(name) {
        let beginning: String = word.chars().take(left).collect();
        left -= beginning.chars().count();
        beginnings.push(beginning);
        if left == 0 {
            break;
        }
    }
    beginnings
}

#[cfg(test)]
mod tests {
    use super::first_letters;

    #[test]
    fn on_cherche_par_les_trois_premieres_lettres_du_nom() {
        assert_eq!(first_letters("Le Goff"), ["le", "g"]);
        assert_eq!(first_letters("D’Aubigné"), ["d", "au"]);
        assert_eq!(first_letters("Martin"), ["mar"]);
        assert_eq!(first_letters("Ba"), ["ba"]);
    }
}
