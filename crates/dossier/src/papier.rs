//! From a signed visit to the legal documents of the day: one source, three recipients.

use base::Date;
use droit::{Categorie, ModeleDocument, Regles};
use guard::{Caller, Role, Work};
use identite::StatutIns;
use papers::{
    Affectation, AttestationSuivi, AvisAptitude, Destinataire, Emplois, Employeur, IdentiteIns,
    LieuNaissance, Mention, NatureIns, Paper, PaperError, Passage, Pdf, Postes, RisqueParticulier,
    RoleMedecin, Signature, Spst, TypeExamen, TypeVisite,
};
use salaries::{Emploi, Salarie};
use store::StoreError;
use suivi::Visite;

/// Why no document came out. French: a person reads it beside the form.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PapierError {
    /// The law sets a model that this version of the product does not print yet, or none.
    #[error("{0}")]
    Modele(String),
    /// Something mandatory lacks.
    #[error("{0}")]
    Incomplet(String),
    /// The typesetting failed: for the log.
    #[error("{0}")]
    Composition(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the documents of a visit say, gathered once.
pub(crate) struct Source<'a> {
    pub(crate) visite: &'a Visite,
    pub(crate) salarie: &'a Salarie,
    pub(crate) emplois: &'a [Emploi],
    pub(crate) categorie: Option<Categorie>,
    /// Triggers in force with the day they began, for the opinion and the mention of reinforced follow-up.
    pub(crate) declencheurs: Vec<(String, Date)>,
    pub(crate) prochaine: Option<Date>,
}

/// The model that the law sets for this visit; `None` when it sets none (pre-return visit…).
pub(crate) fn modele(visite: &Visite, categorie: Option<Categorie>) -> Option<ModeleDocument> {
    droit::document_apres(
        Regles::en_vigueur(),
        &visite.type_visite.code,
        categorie.unwrap_or(Categorie::Si),
        visite.jour,
    )
}

/// Builds the paper of a visit, signed by the caller.
pub(crate) async fn build(
    work: &mut Work,
    source: &Source<'_>,
    modele: &ModeleDocument,
) -> Result<Paper, PapierError> {
    let lacks = |what: &str| PapierError::Incomplet(what.to_owned());
    let service = organisation::service(&mut work.tx).await?.ok_or_else(|| {
        lacks("Le service n'a pas encore de nom ni d'adresse. Demandez à l'informatique de les saisir.")
    })?;
    let employeur = source
        .emplois
        .iter()
        .find(|e| e.contrat.etablissement_id == source.visite.etablissement_id)
        .or_else(|| source.emplois.first())
        .ok_or_else(|| lacks("Ce salarié n'a pas d'employeur connu. Ajoutez son contrat, puis signez."))?;
    let referent = match &employeur.employeur.medecin_id {
        Some(id) => organisation::professionnel(&mut work.tx, id).await?.map(|p| p.nom_complet()),
        None => None,
    };
    let caller = work.caller().clone();
    let signataire = match &caller.professionnel_id {
        Some(id) => {
            organisation::professionnel(&mut work.tx, &organisation::ProfessionnelId::new(id)).await?
        }
        None => None,
    };
    let spst = Spst {
        nom: service.nom.clone(),
        adresse: vec![service.adresse.clone()],
        telephone: service.telephone.clone(),
    };
    let employeur_papier = Employeur {
        nom: employeur.employeur.raison_sociale.clone(),
        siret: employeur.employeur.siret.as_str().to_owned(),
    };
    let medecin_referent =
        referent.or_else(|| doctor_name(&caller)).unwrap_or_else(|| "Médecin du travail du service".into());
    let heure = |value: Option<&String>, label: &str| {
        value.and_then(|v| v.parse().ok()).ok_or_else(|| {
            PapierError::Incomplet(format!("L'heure {label} manque. Écrivez-la sous la forme 09:30."))
        })
    };
    let passage = Passage {
        date: source.visite.jour,
        arrivee: heure(source.visite.arrivee.as_ref(), "d'arrivée")?,
        depart: heure(source.visite.depart.as_ref(), "de départ")?,
    };
    let prochaine_visite = source.visite.prochaine_choisie.or(source.prochaine).ok_or_else(|| {
        lacks("Aucune prochaine visite n'a pu être calculée. Choisissez une date pour la prochaine visite, puis signez.")
    })?;
    let conclusion = source.visite.conclusion.unwrap_or_default();
    let renforce = source.categorie == Some(Categorie::Sir);
    let affectation = Affectation {
        postes: postes(source),
        mesures: if conclusion.mesures { Mention::Depuis(source.visite.jour) } else { Mention::Non },
        suivi_renforce: if renforce {
            Mention::Depuis(source.declencheurs.iter().map(|(_, d)| *d).min().unwrap_or(source.visite.jour))
        } else {
            Mention::Non
        },
    };
    let salarie = worker(source.salarie, service.demonstration);
    let (nom, rpps) = signataire.map_or_else(|| (caller.nom.clone(), None), |p| (p.nom_complet(), p.rpps));
    match modele.code.as_str() {
        "attestation_suivi" => Ok(Paper::AttestationSuivi(AttestationSuivi {
            spst,
            employeur: employeur_papier,
            medecin_referent,
            salarie,
            affectation,
            passage,
            type_visite: kind(&source.visite.type_visite.code).ok_or_else(|| no_model(source.visite))?,
            reorientation_sans_delai: conclusion.orientation_mt,
            annexe_4_jointe: conclusion.mesures,
            prochaine_visite,
            signature: Signature { nom, role: role(caller.role), rpps, signe_le: work.today() },
        })),
        "avis_aptitude" => Ok(Paper::AvisAptitude(AvisAptitude {
            spst,
            employeur: employeur_papier,
            medecin_referent,
            salarie,
            affectation,
            risques: risks(&source.declencheurs),
            passage,
            type_examen: if source.visite.type_visite.code == "SIR_EMB" {
                TypeExamen::Initial
            } else {
                TypeExamen::Periodique
            },
            annexe_4_jointe: conclusion.mesures,
            prochaine_visite,
            signature: Signature { nom, role: RoleMedecin::MedecinDuTravail, rpps, signe_le: work.today() },
        })),
        _ => Err(no_model(source.visite)),
    }
}

/// The paper for each of its recipients.
pub(crate) async fn print(paper: Paper, dated: Date) -> Result<Vec<(Destinataire, Pdf)>, PapierError> {
    let printed = tokio::task::spawn_blocking(move || {
        [Destinataire::Salarie, Destinataire::Employeur, Destinataire::Dossier]
            .into_iter()
            .map(|to| papers::render(&paper, to, dated).map(|pdf| (to, pdf)))
            .collect::<Result<Vec<_>, PaperError>>()
    })
    .await
    .map_err(|e| PapierError::Composition(e.to_string()))?;
    printed.map_err(|e| match e {
        PaperError::Refus(faults) => {
            PapierError::Incomplet(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        }
        PaperError::Composition(reason) => PapierError::Composition(reason),
    })
}

fn no_model(visite: &Visite) -> PapierError {
    PapierError::Modele(format!(
        "Le document de la visite «\u{a0}{}\u{a0}» n'est pas encore édité par ce logiciel.",
        visite.type_visite.label
    ))
}

fn doctor_name(caller: &Caller) -> Option<String> {
    (caller.role == Role::Medecin).then(|| caller.nom.clone())
}

fn role(role: Role) -> papers::Role {
    if role == Role::Medecin {
        papers::Role::Medecin(RoleMedecin::MedecinDuTravail)
    } else {
        papers::Role::InfirmierEnSanteAuTravail
    }
}

fn kind(code: &str) -> Option<TypeVisite> {
    Some(match code {
        "VIP_INIT" => TypeVisite::VipInitiale,
        "VIP_PER" => TypeVisite::VipPeriodique,
        "REPRISE" => TypeVisite::Reprise,
        "DEM_SAL" | "DEM_EMP" | "DEM_MED" => TypeVisite::ALaDemande,
        "POST_EXPO" | "POST_PRO" => TypeVisite::PostExposition,
        "MI_CARR" => TypeVisite::MiCarriere,
        "SIR_INT" => TypeVisite::Intermediaire,
        _ => return None,
    })
}

fn risks(declencheurs: &[(String, Date)]) -> Vec<RisqueParticulier> {
    let mut risks: Vec<RisqueParticulier> = Vec::new();
    for (code, _) in declencheurs {
        let risk = match code.as_str() {
            "amiante" => RisqueParticulier::Amiante,
            "plomb" => RisqueParticulier::Plomb,
            "cmr" => RisqueParticulier::Cmr,
            "bio_g34" => RisqueParticulier::AgentsBiologiques,
            "rayonnements_a" | "rayonnements_b" => RisqueParticulier::RayonnementsIonisants,
            "hyperbare" => RisqueParticulier::Hyperbare,
            "echafaudage" => RisqueParticulier::ChuteDeHauteur,
            "poste_employeur" => RisqueParticulier::AjouteParLEmployeur,
            "jeune_reglemente" | "manutention_55" | "conduite" | "electrique" => {
                RisqueParticulier::ExamenSpecifique
            }
            _ => continue,
        };
        if !risks.contains(&risk) {
            risks.push(risk);
        }
    }
    risks
}

/// The posts on the paper: the one of the employer seen, or up to three jobs for a temporary worker.
fn postes(source: &Source<'_>) -> Postes {
    let title = |e: &Emploi| e.poste.intitule.clone();
    let present: Vec<&Emploi> =
        source.emplois.iter().filter(|e| e.poste.duree.contains(source.visite.jour)).collect();
    let temp: Vec<&&Emploi> = present.iter().filter(|e| e.contrat.nature.0 == "INTERIM").collect();
    if let [first, others @ ..] = temp.as_slice() {
        return Postes::Emplois(Emplois {
            premier: title(first),
            deuxieme: others.first().map(|e| title(e)),
            troisieme: others.get(1).map(|e| title(e)),
        });
    }
    let here = present.iter().find(|e| e.contrat.etablissement_id == source.visite.etablissement_id);
    let shown = here.copied().or_else(|| present.first().copied()).or_else(|| source.emplois.first());
    Postes::Poste(shown.map_or_else(|| "Poste à venir".to_owned(), title))
}

fn worker(s: &Salarie, demonstration: bool) -> papers::Salarie {
    let ins = match (s.ins_statut, &s.nir) {
        (StatutIns::Qualifiee, Some(nir)) => IdentiteIns::Qualifiee {
            matricule: nir.as_str().to_owned(),
            nature: if demonstration { NatureIns::NirDemonstration } else { NatureIns::Nir },
        },
        (StatutIns::Validee | StatutIns::Qualifiee, _) => IdentiteIns::Validee,
        (StatutIns::Recuperee, _) => IdentiteIns::Recuperee,
        (StatutIns::Provisoire, _) => IdentiteIns::Provisoire,
    };
    papers::Salarie {
        nom_naissance: s.nom_naissance.clone(),
        nom_utilise: s.nom_usage.clone(),
        prenoms_naissance: s.prenoms.split(' ').map(str::to_owned).collect(),
        date_naissance: s.naissance,
        sexe: match s.sexe {
            identite::Sexe::Feminin => papers::Sexe::Feminin,
            identite::Sexe::Masculin => papers::Sexe::Masculin,
            identite::Sexe::Indetermine => papers::Sexe::Indetermine,
        },
        lieu_naissance: birth_place(s),
        ins,
    }
}

/// The birth place as the model wants it: its Insee code. A list from an employer often lacks it, and the NIR
/// then says it; without a name for the code, the code stands for the name.
fn birth_place(s: &Salarie) -> LieuNaissance {
    let from_nir = || s.nir.as_ref().map(|n| n.lieu().to_owned()).unwrap_or_default();
    let code_insee = if s.lieu_code.is_empty() { from_nir() } else { s.lieu_code.clone() };
    let libelle =
        if s.lieu_label.is_empty() { format!("code Insee {code_insee}") } else { s.lieu_label.clone() };
    LieuNaissance { code_insee, libelle }
}
