//! What a document must be, whoever gets it.

use std::time::Instant as Chrono;

use base::Date;

use crate::samples::{attestation, avis, samples};
use crate::*;

const CE_JOUR: Date = Date::constant(2026, 11, 22);

fn rendu(paper: &Paper, to: Destinataire) -> Pdf {
    render(paper, to, CE_JOUR).unwrap()
}

fn donnees(paper: &Paper, to: Destinataire) -> serde_json::Value {
    serde_json::to_value(paper.feuille(to, CE_JOUR).unwrap()).unwrap()
}

fn refus(paper: AttestationSuivi) -> String {
    render(&Paper::AttestationSuivi(paper), Destinataire::Salarie, CE_JOUR).unwrap_err().to_string()
}

/// How often a text stands in the file. What is searched for must not be in a compressed stream.
fn occurrences(pdf: &Pdf, text: &str) -> usize {
    pdf.bytes.windows(text.len()).filter(|w| *w == text.as_bytes()).count()
}

#[test]
fn chaque_document_se_compose_pour_chaque_destinataire_et_reste_leger() {
    for (nom, paper) in samples() {
        for to in [Destinataire::Salarie, Destinataire::Employeur, Destinataire::Dossier] {
            let pdf = rendu(&paper, to);
            assert!(pdf.bytes.starts_with(b"%PDF-1.7"), "{nom}");
            let pages = occurrences(&pdf, "/Type/Page") - occurrences(&pdf, "/Type/Pages");
            assert_eq!(pages, 1, "{nom}");
            assert!(pdf.bytes.len() <= 60_000, "{nom}: {} bytes", pdf.bytes.len());
        }
    }
}

#[test]
fn la_meme_saisie_donne_les_memes_octets() {
    for (nom, paper) in samples() {
        let (un, deux) = (rendu(&paper, Destinataire::Salarie), rendu(&paper, Destinataire::Salarie));
        assert_eq!(un, deux, "{nom}");
        assert_eq!(un.sha256.len(), 64);
    }
    let paper = Paper::AttestationSuivi(attestation());
    let lendemain = render(&paper, Destinataire::Salarie, Date::constant(2026, 11, 23)).unwrap();
    assert_ne!(lendemain.sha256, rendu(&paper, Destinataire::Salarie).sha256);
}

#[test]
fn les_trois_exemplaires_ne_different_que_par_leur_nom() {
    for (nom, paper) in samples() {
        let mut copies = [Destinataire::Salarie, Destinataire::Employeur, Destinataire::Dossier]
            .map(|to| donnees(&paper, to).as_object().unwrap().clone());
        let noms = copies.each_mut().map(|copie| copie.remove("exemplaire").unwrap());
        assert_eq!(noms, ["Exemplaire du salarié", "Exemplaire de l’employeur", "Exemplaire du dossier"]);
        assert!(copies[0] == copies[1] && copies[1] == copies[2], "{nom}");
    }
}

#[test]
fn les_donnees_de_l_attestation() {
    let donnees = donnees(&Paper::AttestationSuivi(attestation()), Destinataire::Salarie);
    insta::assert_snapshot!(serde_json::to_string_pretty(&donnees).unwrap());
}

#[test]
fn les_donnees_de_l_avis() {
    let donnees = donnees(&Paper::AvisAptitude(avis()), Destinataire::Employeur);
    insta::assert_snapshot!(serde_json::to_string_pretty(&donnees).unwrap());
}

#[test]
fn une_seule_case_est_cochee_par_type_de_visite() {
    let mut vues = Vec::new();
    for (nom, paper) in samples().into_iter().take(7) {
        let feuille = donnees(&paper, Destinataire::Salarie);
        let cases = feuille["types"].as_array().unwrap().iter().flat_map(|g| g["cases"].as_array().unwrap());
        let cochees: Vec<_> = cases.filter(|c| c["cochee"] == true).map(|c| c["article"].clone()).collect();
        assert_eq!(cochees.len(), 1, "{nom}");
        assert!(!vues.contains(&cochees[0]), "{nom}");
        vues.extend(cochees);
    }
}

#[test]
fn une_donnee_obligatoire_absente_est_refusee_et_nommee() {
    type Efface = fn(&mut AttestationSuivi);
    let cas: [(&str, Efface); 13] = [
        ("Il manque le nom du service de prévention et de santé au travail.", |a| a.spst.nom.clear()),
        ("Il manque l’adresse du service de prévention et de santé au travail.", |a| {
            a.spst.adresse.clear();
        }),
        ("Il manque le téléphone du service de prévention et de santé au travail.", |a| {
            a.spst.telephone.clear();
        }),
        ("Il manque le nom de l’entreprise.", |a| a.employeur.nom = " \u{a0}".into()),
        ("Il manque le SIRET de l’entreprise.", |a| a.employeur.siret.clear()),
        ("Il manque le nom du médecin du travail référent.", |a| a.medecin_referent.clear()),
        ("Il manque le nom de naissance du salarié.", |a| a.salarie.nom_naissance.clear()),
        ("Il manque le prénom de naissance du salarié.", |a| a.salarie.prenoms_naissance.clear()),
        ("Il manque le code INSEE du lieu de naissance.", |a| a.salarie.lieu_naissance.code_insee.clear()),
        ("Il manque le libellé du lieu de naissance.", |a| a.salarie.lieu_naissance.libelle.clear()),
        ("Il manque le matricule INS.", |a| {
            a.salarie.ins = IdentiteIns::Qualifiee { matricule: String::new(), nature: NatureIns::Nir };
        }),
        ("Il manque l’intitulé du poste de travail.", |a| {
            a.affectation.postes = Postes::Poste(String::new());
        }),
        ("Il manque le nom du professionnel de santé.", |a| a.signature.nom.clear()),
    ];
    for (phrase, efface) in cas {
        let mut sans = attestation();
        efface(&mut sans);
        assert_eq!(refus(sans), format!("Le document ne peut pas être établi. {phrase}"));
    }
}

#[test]
fn toutes_les_corrections_sont_demandees_en_une_fois() {
    let mut fautive = attestation();
    fautive.spst.telephone.clear();
    fautive.employeur.siret = "123".into();
    fautive.signature.rpps = Some("1000517314A".into());
    fautive.salarie.nom_utilise = Some("L\u{7}".into());
    let Err(PaperError::Refus(defauts)) =
        render(&Paper::AttestationSuivi(fautive), Destinataire::Dossier, CE_JOUR)
    else {
        panic!("le document fautif a été rendu");
    };
    assert_eq!(defauts.len(), 4, "{defauts:?}");
}

#[test]
fn ce_qui_ne_peut_pas_s_imprimer_est_refuse_avant_la_composition() {
    let nom = |nom: &str| AttestationSuivi {
        employeur: Employeur { nom: nom.into(), ..attestation().employeur },
        ..attestation()
    };
    assert!(
        refus(nom("Menuiserie 漢"))
            .contains("Remplacez le caractère «\u{a0}漢\u{a0}» dans le nom de l’entreprise")
    );
    // Private characters print differently on every machine: the archival standard refuses them.
    assert!(refus(nom("Menuiserie \u{e000}")).contains("Remplacez le caractère"));
    assert!(refus(nom(&"a".repeat(121))).contains("Raccourcissez le nom de l’entreprise"));
    // What looks like markup of the typesetter is printed as it stands.
    rendu(&Paper::AttestationSuivi(nom("#panic() *A* $x$ <b> \\ \"«»\" @y // z")), Destinataire::Employeur);
}

#[test]
fn les_dates_et_les_heures_se_suivent() {
    type Derange = fn(&mut AttestationSuivi);
    let cas: [(&str, Derange); 7] = [
        ("L’heure de départ", |a| a.passage.depart = "08:00".parse().unwrap()),
        ("La date de naissance", |a| a.salarie.date_naissance = a.passage.date),
        ("La signature", |a| a.signature.signe_le = Date::constant(2026, 11, 19)),
        ("plus ancienne que sa signature", |a| a.signature.signe_le = Date::constant(2026, 11, 23)),
        ("La prochaine visite", |a| a.prochaine_visite = a.passage.date),
        ("Les mesures individuelles", |a| a.affectation.mesures = Mention::Depuis(CE_JOUR)),
        ("Le suivi individuel renforcé", |a| a.affectation.suivi_renforce = Mention::Depuis(CE_JOUR)),
    ];
    for (debut, derange) in cas {
        let mut a = attestation();
        derange(&mut a);
        assert!(refus(a).contains(debut), "{debut}");
    }
}

#[test]
fn le_modele_ne_sert_pas_avant_le_1er_juillet_2025() {
    let mut ancienne = attestation();
    ancienne.passage.date = Date::constant(2025, 6, 30);
    ancienne.signature.signe_le = ancienne.passage.date;
    let paper = Paper::AttestationSuivi(ancienne);
    let le = |jour| render(&paper, Destinataire::Salarie, jour);
    assert!(le(Date::constant(2025, 6, 30)).unwrap_err().to_string().contains("en vigueur depuis"));
    assert!(le(Date::constant(2025, 7, 1)).is_ok());
}

#[test]
fn quatre_emplois_ne_s_expriment_pas() {
    let trois = r#"{"premier":"a","deuxieme":"b","troisieme":"c"}"#;
    assert_eq!(serde_json::from_str::<Emplois>(trois).unwrap().iter().count(), 3);
    let quatre = r#"{"premier":"a","deuxieme":"b","troisieme":"c","quatrieme":"d"}"#;
    assert!(serde_json::from_str::<Emplois>(quatre).is_err());
}

#[test]
fn un_champ_de_sante_n_a_pas_de_place() {
    for (nom, paper) in samples() {
        let mut json = serde_json::to_value(&paper).unwrap();
        assert_eq!(serde_json::from_value::<Paper>(json.clone()).unwrap(), paper, "{nom}");
        json["diagnostic"] = "…".into();
        assert!(serde_json::from_value::<Paper>(json).is_err(), "{nom}");
    }
}

#[test]
fn un_infirmier_ne_joint_pas_de_mesures_individuelles() {
    let avec = |role| AttestationSuivi {
        annexe_4_jointe: true,
        signature: Signature { role, ..attestation().signature },
        ..attestation()
    };
    for role in [
        Role::InfirmierEnSanteAuTravail,
        Role::InfirmierEnPratiqueAvancee,
        Role::MedecinPraticienCorrespondant,
    ] {
        assert!(refus(avec(role)).contains("Seul un médecin du service"));
    }
    let medecin = avec(Role::Medecin(RoleMedecin::CollaborateurMedecin));
    rendu(&Paper::AttestationSuivi(medecin), Destinataire::Salarie);
}

#[test]
fn un_infirmier_ne_delivre_jamais_un_avis_d_aptitude() {
    let mut json = serde_json::to_value(Paper::AvisAptitude(avis())).unwrap();
    json["signature"]["role"] = "infirmier_en_sante_au_travail".into();
    assert!(serde_json::from_value::<Paper>(json).is_err());
}

#[test]
fn le_medecin_du_travail_ne_reoriente_pas_vers_lui_meme() {
    let a = AttestationSuivi {
        reorientation_sans_delai: true,
        signature: Signature {
            role: Role::Medecin(RoleMedecin::MedecinDuTravail),
            ..attestation().signature
        },
        ..attestation()
    };
    assert!(refus(a).contains("vers lui-même"));
}

#[test]
fn un_avis_d_aptitude_suppose_un_suivi_renforce_et_un_risque() {
    let mut sans = avis();
    sans.affectation.suivi_renforce = Mention::Non;
    sans.risques.clear();
    let erreur = render(&Paper::AvisAptitude(sans), Destinataire::Salarie, CE_JOUR).unwrap_err().to_string();
    assert!(
        erreur.contains("le risque particulier du poste") && erreur.contains("suppose un suivi"),
        "{erreur}"
    );
}

#[test]
fn une_identite_non_qualifiee_n_imprime_ni_matricule_ni_datamatrix() {
    for (nom, paper) in samples().iter().filter(|(nom, _)| nom.starts_with("ins_")) {
        let feuille = donnees(paper, Destinataire::Employeur);
        assert!(feuille["salarie"]["datamatrix"].is_null(), "{nom}");
        assert!(feuille["salarie"]["note"].as_str().unwrap().contains("non qualifiée"), "{nom}");
        assert!(!feuille.to_string().contains("518"), "{nom}");
    }
}

#[test]
fn le_fichier_annonce_ses_normes_sa_langue_et_sa_structure() {
    let pdf = rendu(&Paper::AttestationSuivi(attestation()), Destinataire::Salarie);
    for marque in
        ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "Attestation de suivi individuel"]
    {
        assert!(occurrences(&pdf, marque) > 0, "{marque}");
    }
}

#[test]
fn une_heure_s_ecrit_heures_deux_points_minutes() {
    for bonne in ["00:00", "09:05", "23:59"] {
        assert_eq!(bonne.parse::<Heure>().unwrap().to_string(), bonne);
    }
    for mauvaise in ["24:00", "9:05", "09h05", "09:60", "", ":", "+9:05", "09:05:00"] {
        assert_eq!(mauvaise.parse::<Heure>(), Err(HeureError), "{mauvaise}");
    }
    assert!(serde_json::from_str::<Heure>("\"25:00\"").is_err());
}

/// Writes every sample into the folder named by `PAPERS_OUT`, to be looked at, and prints the times.
/// `PAPERS_OUT=/some/folder cargo test -p papers -- --ignored --nocapture`
#[test]
#[ignore = "writes files for the eye"]
fn ecrire_les_exemples() {
    let Some(dossier) = std::env::var_os("PAPERS_OUT").map(std::path::PathBuf::from) else { return };
    for (nom, paper) in samples() {
        let debut = Chrono::now();
        let pdf = rendu(&paper, Destinataire::Salarie);
        println!("{nom}: {} ms, {} bytes", debut.elapsed().as_millis(), pdf.bytes.len());
        std::fs::write(dossier.join(format!("{nom}.pdf")), &pdf.bytes).unwrap();
    }
}
