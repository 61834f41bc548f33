//! Sample contexts: one of each shape that a document can take.

use base::Date;

use crate::*;

fn heure(text: &str) -> Heure {
    text.parse().unwrap()
}

/// A worker whose identity is qualified (the matricule is the ANS test person's).
pub(crate) fn salarie() -> Salarie {
    Salarie {
        nom_naissance: "D'HERBIGNY".into(),
        nom_utilise: Some("LEFÈVRE".into()),
        prenoms_naissance: vec!["Anne-Lise".into(), "Céline".into(), "Œdipa".into()],
        date_naissance: Date::constant(1979, 3, 21),
        sexe: Sexe::Feminin,
        lieu_naissance: LieuNaissance {
            code_insee: "51215".into(),
            libelle: "Écury-sur-Coole (Marne)".into(),
        },
        ins: IdentiteIns::Qualifiee { matricule: "279035121518989".into(), nature: NatureIns::NirTest },
    }
}

fn spst() -> Spst {
    Spst {
        nom: "Santé au travail du Val d'Œuf".into(),
        adresse: vec!["12, rue de l'Église".into(), "28130 Maintenon".into()],
        telephone: "0237000000".into(),
    }
}

fn employeur() -> Employeur {
    Employeur { nom: "Menuiserie Noël et fils".into(), siret: "73282932000074".into() }
}

fn passage() -> Passage {
    Passage { date: Date::constant(2026, 11, 20), arrivee: heure("09:05"), depart: heure("09:40") }
}

/// The attestation of an ordinary periodic visit signed by a nurse.
pub(crate) fn attestation() -> AttestationSuivi {
    AttestationSuivi {
        spst: spst(),
        employeur: employeur(),
        medecin_referent: "Dr Hélène Aubry".into(),
        salarie: salarie(),
        affectation: Affectation {
            postes: Postes::Poste("Menuisière d'agencement".into()),
            mesures: Mention::Non,
            suivi_renforce: Mention::Non,
        },
        passage: passage(),
        type_visite: TypeVisite::VipPeriodique,
        reorientation_sans_delai: false,
        annexe_4_jointe: false,
        prochaine_visite: Date::constant(2031, 11, 20),
        signature: Signature {
            nom: "Paul Guérin".into(),
            role: Role::InfirmierEnSanteAuTravail,
            rpps: Some("10005173140".into()),
            signe_le: Date::constant(2026, 11, 20),
        },
    }
}

/// The opinion after a periodic examination.
pub(crate) fn avis() -> AvisAptitude {
    let attestation = attestation();
    AvisAptitude {
        spst: attestation.spst,
        employeur: attestation.employeur,
        medecin_referent: attestation.medecin_referent,
        salarie: attestation.salarie,
        affectation: Affectation {
            suivi_renforce: Mention::Depuis(Date::constant(2022, 9, 5)),
            ..attestation.affectation
        },
        risques: vec![RisqueParticulier::Cmr, RisqueParticulier::ChuteDeHauteur],
        passage: attestation.passage,
        type_examen: TypeExamen::Periodique,
        annexe_4_jointe: true,
        prochaine_visite: Date::constant(2028, 11, 20),
        signature: Signature {
            nom: "Dr Hélène Aubry".into(),
            role: RoleMedecin::MedecinDuTravail,
            rpps: None,
            signe_le: Date::constant(2026, 11, 20),
        },
    }
}

/// Every shape: each visit type, each status of the identity, one post or three jobs, each box, long names.
pub(crate) fn samples() -> Vec<(&'static str, Paper)> {
    let types = [
        ("vip_initiale", TypeVisite::VipInitiale),
        ("vip_periodique", TypeVisite::VipPeriodique),
        ("reprise", TypeVisite::Reprise),
        ("a_la_demande", TypeVisite::ALaDemande),
        ("post_exposition", TypeVisite::PostExposition),
        ("mi_carriere", TypeVisite::MiCarriere),
        ("intermediaire", TypeVisite::Intermediaire),
    ];
    let mut all: Vec<(&'static str, Paper)> = types
        .into_iter()
        .map(|(nom, type_visite)| {
            (nom, Paper::AttestationSuivi(AttestationSuivi { type_visite, ..attestation() }))
        })
        .collect();
    for (nom, ins) in [
        ("ins_provisoire", IdentiteIns::Provisoire),
        ("ins_recuperee", IdentiteIns::Recuperee),
        ("ins_validee", IdentiteIns::Validee),
    ] {
        let salarie = Salarie { ins, nom_utilise: None, ..salarie() };
        all.push((nom, Paper::AttestationSuivi(AttestationSuivi { salarie, ..attestation() })));
    }
    all.push((
        "trois_emplois_reorientation",
        Paper::AttestationSuivi(AttestationSuivi {
            affectation: Affectation {
                postes: Postes::Emplois(Emplois {
                    premier: "Préparateur de commandes en entrepôt frigorifique".into(),
                    deuxieme: Some("Cariste".into()),
                    troisieme: Some("Agent d'entretien des espaces verts et des infrastructures".into()),
                }),
                mesures: Mention::Depuis(Date::constant(2025, 2, 3)),
                suivi_renforce: Mention::Depuis(Date::constant(2024, 6, 17)),
            },
            reorientation_sans_delai: true,
            ..attestation()
        }),
    ));
    all.push((
        "noms_longs",
        Paper::AttestationSuivi(AttestationSuivi {
            spst: Spst {
                nom: "Association interprofessionnelle de prévention et de santé au travail des vallées du Loir, de \
                      l'Huisne et de la Sarthe"
                    .into(),
                adresse: vec![
                    "Pôle d'activités des Terres noires".into(),
                    "Bâtiment C, deuxième étage".into(),
                    "148, avenue du Général-de-Gaulle prolongée".into(),
                    "72650 La Chapelle-Saint-Aubin Cedex 09".into(),
                ],
                telephone: "+33 2 43 00 00 00".into(),
            },
            employeur: Employeur {
                nom: "Société coopérative agricole et de transformation des producteurs de légumes du bassin de la \
                      Moyenne-Sarthe"
                    .into(),
                siret: "73282932000074".into(),
            },
            salarie: Salarie {
                nom_naissance: "DE LA ROCHEFOUCAULD-MONTBEL D'ANGLURE".into(),
                nom_utilise: Some("NGUYỄN VAN DER STRAETEN-PONTHOZ".into()),
                prenoms_naissance: ["Marie-Antoinette", "Maximilienne", "Jeanne-Charlotte", "Éléonore"]
                    .map(String::from)
                    .into(),
                lieu_naissance: LieuNaissance {
                    code_insee: "51513".into(),
                    libelle: "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson".into(),
                },
                ..salarie()
            },
            affectation: Affectation {
                postes: Postes::Emplois(Emplois {
                    premier: "Conductrice de ligne de conditionnement en atmosphère contrôlée, équipe de nuit".into(),
                    deuxieme: Some("Responsable du nettoyage et de la désinfection des ateliers de découpe".into()),
                    troisieme: Some("Technicienne de maintenance des installations frigorifiques à l'ammoniac".into()),
                }),
                mesures: Mention::Depuis(Date::constant(2025, 2, 3)),
                suivi_renforce: Mention::Depuis(Date::constant(2024, 6, 17)),
            },
            reorientation_sans_delai: true,
            ..attestation()
        }),
    ));
    all.push(("avis", Paper::AvisAptitude(avis())));
    all.push((
        "avis_initial",
        Paper::AvisAptitude(AvisAptitude {
            type_examen: TypeExamen::Initial,
            risques: vec![
                RisqueParticulier::Amiante,
                RisqueParticulier::Plomb,
                RisqueParticulier::Cmr,
                RisqueParticulier::AgentsBiologiques,
                RisqueParticulier::RayonnementsIonisants,
                RisqueParticulier::Hyperbare,
                RisqueParticulier::ChuteDeHauteur,
                RisqueParticulier::ExamenSpecifique,
                RisqueParticulier::AjouteParLEmployeur,
            ],
            ..avis()
        }),
    ));
    all
}
