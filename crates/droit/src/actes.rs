//! Who may perform a visit, and which document it ends with.

use base::{Date, date_numeric};
use serde::{Deserialize, Serialize};

use crate::regle::{Autorisation, Categorie, Metier};
use crate::{Reglages, Regle, Regles};

/// An answer with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Yes or no.
    pub autorise: bool,
    /// Yes, but only under a written protocol of the doctor.
    pub sous_protocole: bool,
    /// The rule that answers; empty when none does.
    pub regle: String,
    /// Its article.
    pub article: String,
    /// The answer in French, in one sentence.
    pub phrase: String,
}

impl Verdict {
    fn refus(phrase: String) -> Self {
        Self { autorise: false, sous_protocole: false, regle: String::new(), article: String::new(), phrase }
    }
}

/// A professional who may perform a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intervention {
    /// The trade.
    pub metier: Metier,
    /// Under a written protocol only.
    pub sous_protocole: bool,
}

/// Whether a professional may perform this type of visit for a worker of this category on this day.
///
/// The rule that names the type of visit prevails over the one that speaks of every visit. Where no rule speaks, the
/// answer is no: the Code lists who may act.
pub fn peut_realiser(
    regles: &Regles,
    reglages: &Reglages,
    metier: Metier,
    type_visite: &str,
    categorie: Categorie,
    le: Date,
) -> Verdict {
    let Some(visite) = regles.visites().find(|(r, v)| v.code == type_visite && r.entete.vaut_le(le)) else {
        return Verdict::refus(format!(
            "Le type de visite «\u{a0}{type_visite}\u{a0}» n’existe pas le {}.",
            date_numeric(le)
        ));
    };
    let about = |r: &Regle| r.entete.vaut_le(le);
    let named = regles
        .intervenants()
        .find(|(r, i)| about(r) && i.metiers.contains(&metier) && i.visites.iter().any(|v| v == type_visite));
    let rule = named.or_else(|| {
        regles.intervenants().find(|(r, i)| about(r) && i.metiers.contains(&metier) && i.visites.is_empty())
    });
    let Some((regle, i)) = rule else {
        return Verdict::refus(format!(
            "Aucune règle n’ouvre la visite «\u{a0}{}\u{a0}» à cette profession ({}) le {}.",
            visite.0.entete.libelle,
            metier.libelle(),
            date_numeric(le)
        ));
    };
    let chosen = i.reglage.as_deref().map(|id| regles.valeur(reglages, id));
    let autorisation = match chosen {
        _ if i.categories_exclues.contains(&categorie) => Autorisation::Non,
        Some("oui") => Autorisation::Oui,
        Some("protocole") => Autorisation::Protocole,
        Some(_) => Autorisation::Non,
        None => i.autorisation,
    };
    let who = metier.libelle();
    let what = &visite.0.entete.libelle;
    let mut phrase = match autorisation {
        Autorisation::Oui => format!("Peut réaliser la visite «\u{a0}{what}\u{a0}»\u{a0}: {who}."),
        Autorisation::Protocole => {
            format!(
                "Peut réaliser la visite «\u{a0}{what}\u{a0}» sous protocole écrit du médecin du travail\u{a0}: {who}."
            )
        }
        Autorisation::Non if i.categories_exclues.contains(&categorie) => {
            format!(
                "Ne peut pas réaliser la visite «\u{a0}{what}\u{a0}» d’un travailleur en {}\u{a0}: {who}.",
                categorie.libelle()
            )
        }
        Autorisation::Non => format!("Ne peut pas réaliser la visite «\u{a0}{what}\u{a0}»\u{a0}: {who}."),
    };
    phrase.push(' ');
    phrase.push_str(&regle.entete.texte);
    Verdict {
        autorise: autorisation != Autorisation::Non,
        sous_protocole: autorisation == Autorisation::Protocole,
        regle: regle.entete.id.clone(),
        article: regle.entete.article.clone(),
        phrase,
    }
}

/// Everyone who may perform this type of visit, doctors first.
pub fn intervenants(
    regles: &Regles,
    reglages: &Reglages,
    type_visite: &str,
    categorie: Categorie,
    le: Date,
) -> Vec<Intervention> {
    Metier::TOUS
        .into_iter()
        .filter_map(|metier| {
            let v = peut_realiser(regles, reglages, metier, type_visite, categorie, le);
            v.autorise.then_some(Intervention { metier, sous_protocole: v.sous_protocole })
        })
        .collect()
}

/// The model of the document that ends a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeleDocument {
    /// Its code (`attestation_suivi`, `avis_aptitude`, `attestation_conduite`, `attestation_electrique`).
    pub code: String,
    /// Its French name, with the text that sets it.
    pub libelle: String,
    /// The article.
    pub article: String,
    /// The rule.
    pub regle: String,
    /// The first day of the version of the model.
    pub version: Date,
    /// The other models that the doctor may hand out instead or besides (`avis_inaptitude`, `mesures_individuelles`).
    pub aussi: Vec<String>,
}

/// The document after this visit, for a worker of this category; `None` when the law sets no model.
pub fn document_apres(
    regles: &Regles,
    type_visite: &str,
    categorie: Categorie,
    le: Date,
) -> Option<ModeleDocument> {
    let (regle, d) = rule_of_document(regles, type_visite, categorie, le)?;
    Some(ModeleDocument {
        code: d.modele.clone()?,
        libelle: regle.entete.libelle.clone(),
        article: regle.entete.article.clone(),
        regle: regle.entete.id.clone(),
        version: regle.entete.valid_from,
        aussi: d.aussi.clone(),
    })
}

/// Whether this model of document may end this visit.
pub fn document_admis(
    regles: &Regles,
    type_visite: &str,
    categorie: Categorie,
    modele: &str,
    le: Date,
) -> Verdict {
    let Some((regle, d)) = rule_of_document(regles, type_visite, categorie, le) else {
        return Verdict::refus(format!(
            "Aucun modèle de document n’est prévu après cette visite le {}.",
            date_numeric(le)
        ));
    };
    let autorise = d.modele.as_deref() == Some(modele) || d.aussi.iter().any(|m| m == modele);
    Verdict {
        autorise,
        sous_protocole: false,
        regle: regle.entete.id.clone(),
        article: regle.entete.article.clone(),
        phrase: format!(
            "Ce document {} après cette visite le {}. {}",
            if autorise { "peut être remis" } else { "ne peut pas être remis" },
            date_numeric(le),
            regle.entete.texte
        ),
    }
}

fn rule_of_document<'a>(
    regles: &'a Regles,
    type_visite: &str,
    categorie: Categorie,
    le: Date,
) -> Option<(&'a Regle, &'a crate::Document)> {
    regles.documents().find(|(r, d)| {
        r.entete.vaut_le(le)
            && d.visites.iter().any(|v| v == type_visite)
            && (d.categories.is_empty() || d.categories.contains(&categorie))
    })
}
