//! What the templates read: every value already written the French way. One shape for all the models.

use base::{Date, date_numeric, grouped};
use serde::Serialize;

use crate::champs::{
    Affectation, Employeur, Heure, IdentiteIns, Mention, Passage, Postes, Salarie, Signature, Spst,
};
use crate::{Destinataire, ins};

/// One form, ready to be set.
#[derive(Debug, Serialize)]
pub(crate) struct Feuille {
    exemplaire: &'static str,
    date: DateDocument,
    etabli_le: String,
    service: Service,
    entreprise: Entreprise,
    medecin_referent: String,
    salarie: Identite,
    poste: Poste,
    passage: Lignes,
    types: Vec<Groupe>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    risques: Vec<&'static str>,
    conclusions: Vec<Case>,
    annexe_4_jointe: bool,
    prochaine_visite: String,
    professionnel: Professionnel,
}

/// A label and its value.
type Ligne = (&'static str, String);
type Lignes = Vec<Ligne>;

/// A day as the template needs it for the metadata of the document.
#[derive(Debug, Serialize)]
struct DateDocument {
    annee: i16,
    mois: i8,
    jour: i8,
}

#[derive(Debug, Serialize)]
struct Service {
    nom: String,
    adresse: Vec<String>,
    telephone: String,
}

#[derive(Debug, Serialize)]
struct Entreprise {
    nom: String,
    siret: String,
}

#[derive(Debug, Serialize)]
struct Identite {
    etat_civil: Lignes,
    naissance: Lignes,
    /// The symbol of a qualified identity, as SVG.
    datamatrix: Option<String>,
    /// Why there is neither matricule nor symbol.
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct Poste {
    intitules: Vec<String>,
    plusieurs: bool,
    mesures: OuiNon,
    suivi_renforce: OuiNon,
}

#[derive(Debug, Serialize)]
struct OuiNon {
    oui: bool,
    depuis: Option<String>,
}

impl From<Mention> for OuiNon {
    fn from(mention: Mention) -> Self {
        match mention {
            Mention::Depuis(jour) => Self { oui: true, depuis: Some(date_numeric(jour)) },
            Mention::Non => Self { oui: false, depuis: None },
        }
    }
}

/// A check box.
#[derive(Debug, Serialize)]
pub(crate) struct Case {
    pub(crate) libelle: &'static str,
    pub(crate) article: &'static str,
    pub(crate) cochee: bool,
}

/// Check boxes that stand together, under one name when they share it.
#[derive(Debug, Serialize)]
pub(crate) struct Groupe {
    pub(crate) nom: Option<&'static str>,
    pub(crate) cases: Vec<Case>,
}

#[derive(Debug, Serialize)]
struct Professionnel {
    nom: String,
    role: &'static str,
    rpps: Option<String>,
    signe_le: String,
}

/// The data of a model that are the same in all of them.
pub(crate) struct Commun<'a, R> {
    pub(crate) spst: &'a Spst,
    pub(crate) employeur: &'a Employeur,
    pub(crate) medecin_referent: &'a str,
    pub(crate) salarie: &'a Salarie,
    pub(crate) affectation: &'a Affectation,
    pub(crate) passage: Passage,
    pub(crate) signature: &'a Signature<R>,
    pub(crate) annexe_4_jointe: bool,
    pub(crate) prochaine_visite: Date,
}

impl<R> Commun<'_, R> {
    /// The form. `role` is the printed name of the signer's role.
    pub(crate) fn feuille(
        self,
        to: Destinataire,
        dated: Date,
        role: &'static str,
        types: Vec<Groupe>,
        risques: Vec<&'static str>,
        conclusions: Vec<Case>,
    ) -> Feuille {
        Feuille {
            exemplaire: to.libelle(),
            date: DateDocument { annee: dated.year(), mois: dated.month(), jour: dated.day() },
            etabli_le: date_numeric(dated),
            service: Service {
                nom: propre(&self.spst.nom),
                adresse: self.spst.adresse.iter().map(|l| propre(l)).collect(),
                telephone: telephone(&self.spst.telephone),
            },
            entreprise: Entreprise {
                nom: propre(&self.employeur.nom),
                siret: grouped(&self.employeur.siret, &[3, 3, 3, 5]),
            },
            medecin_referent: propre(self.medecin_referent),
            salarie: identite(self.salarie),
            poste: poste(self.affectation),
            passage: vec![
                ("Date", date_numeric(self.passage.date)),
                ("Heure d’arrivée", heure(self.passage.arrivee)),
                ("Heure de départ", heure(self.passage.depart)),
            ],
            types,
            risques,
            conclusions,
            annexe_4_jointe: self.annexe_4_jointe,
            prochaine_visite: date_numeric(self.prochaine_visite),
            professionnel: Professionnel {
                nom: propre(&self.signature.nom),
                role,
                rpps: self.signature.rpps.as_ref().map(|n| grouped(n, &[1, 4, 3, 3])),
                signe_le: date_numeric(self.signature.signe_le),
            },
        }
    }
}

fn heure(heure: Heure) -> String {
    heure.en_toutes_lettres()
}

/// Without spaces at the ends, with the typographic apostrophe.
fn propre(text: &str) -> String {
    text.trim().replace('\'', "’")
}

fn telephone(text: &str) -> String {
    let chiffres: String = text.chars().filter(char::is_ascii_digit).collect();
    let seulement = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || c == '.');
    if chiffres.len() == 10 && seulement { grouped(&chiffres, &[2, 2, 2, 2]) } else { propre(text) }
}

fn identite(salarie: &Salarie) -> Identite {
    let prenoms: Vec<String> = salarie.prenoms_naissance.iter().map(|p| propre(p)).collect();
    let mut etat_civil = vec![("Nom de naissance", propre(&salarie.nom_naissance))];
    if let Some(nom) = &salarie.nom_utilise {
        etat_civil.push(("Nom utilisé", propre(nom)));
    }
    etat_civil.push((
        if prenoms.len() > 1 { "Prénoms de naissance" } else { "Prénom de naissance" },
        prenoms.join(", "),
    ));
    let lieu = &salarie.lieu_naissance;
    let naissance = vec![
        ("Date de naissance", date_numeric(salarie.date_naissance)),
        ("Sexe", salarie.sexe.libelle().to_owned()),
        ("Lieu de naissance", propre(&lieu.libelle)),
        ("Code INSEE", lieu.code_insee.clone()),
    ];
    let note = match &salarie.ins {
        IdentiteIns::Qualifiee { matricule, nature } => {
            let groupes = grouped(matricule, &[1, 2, 2, 2, 3, 3, 2]);
            etat_civil.push(("Matricule INS", format!("{groupes} ({})", nature.libelle())));
            None
        }
        IdentiteIns::Provisoire => Some("provisoire"),
        IdentiteIns::Recuperee => Some("récupérée"),
        IdentiteIns::Validee => Some("validée"),
    };
    Identite {
        etat_civil,
        naissance,
        datamatrix: ins::datamatrix_svg(salarie),
        note: note.map(|statut| {
            format!(
                "Identité nationale de santé non qualifiée (statut\u{a0}: {statut})\u{a0}: ni matricule INS ni \
                 datamatrix ne figurent sur ce document."
            )
        }),
    }
}

fn poste(affectation: &Affectation) -> Poste {
    let (intitules, plusieurs) = match &affectation.postes {
        Postes::Poste(intitule) => (vec![propre(intitule)], false),
        Postes::Emplois(emplois) => (emplois.iter().map(propre).collect(), true),
    };
    Poste {
        intitules,
        plusieurs,
        mesures: affectation.mesures.into(),
        suivi_renforce: affectation.suivi_renforce.into(),
    }
}
