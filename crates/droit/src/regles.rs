//! Reading, checking and finding rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::regle::{
    Absence, Contenu, Declencheur, DispenseInitiale, DispenseReprise, Document, Entete, Intervenant, Reglage,
    Regle, RegleReprise, RoleVisite, TypeVisite,
};

/// The rules published with this version of the product: file name and text.
pub const FICHIERS: &[(&str, &str)] = &[
    ("suivi.toml", include_str!("../../../droit/suivi.toml")),
    ("visites.toml", include_str!("../../../droit/visites.toml")),
    ("intervenants.toml", include_str!("../../../droit/intervenants.toml")),
    ("documents.toml", include_str!("../../../droit/documents.toml")),
    ("reglages.toml", include_str!("../../../droit/reglages.toml")),
];

/// Why a set of rules is refused. Nothing of the set is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{fichier}{}{}: {raison}", ligne.map(|l| format!(":{l}")).unwrap_or_default(),
    if regle.is_empty() { String::new() } else { format!(" [{regle}]") })]
pub struct RegleError {
    /// The file.
    pub fichier: String,
    /// The line, when it is known.
    pub ligne: Option<usize>,
    /// The identifier of the rule; empty when the file itself cannot be read.
    pub regle: String,
    /// What is wrong, in French.
    pub raison: String,
}

/// A set of rules, checked.
#[derive(Debug, Clone)]
pub struct Regles {
    regles: Vec<Regle>,
}

/// What a service has chosen for the doubts of the law: option by switch. A switch left out has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reglages(pub BTreeMap<String, String>);

static EN_VIGUEUR: LazyLock<Regles> = LazyLock::new(|| {
    // Cannot fail: the texts are part of the program, and a test loads them.
    Regles::load(FICHIERS).expect("the embedded rules are valid")
});

impl Regles {
    /// The rules published with this version of the product.
    pub fn en_vigueur() -> &'static Self {
        &EN_VIGUEUR
    }

    /// Reads a whole set of rules from texts (file name, text), for example a reform under study.
    ///
    /// # Errors
    /// Every fault found, each with its file, its rule and its reason: unreadable text, unknown kind or field, empty
    /// article, end before beginning, versions that overlap or leave a hole, reference to something unknown.
    pub fn load(fichiers: &[(&str, &str)]) -> Result<Self, Vec<RegleError>> {
        let mut erreurs = Vec::new();
        let mut regles = Vec::new();
        for (fichier, texte) in fichiers {
            read_file(fichier, texte, &mut regles, &mut erreurs);
        }
        let set = Self { regles };
        if erreurs.is_empty() {
            erreurs = crate::verification::faults(&set, fichiers);
        }
        if erreurs.is_empty() { Ok(set) } else { Err(erreurs) }
    }

    /// The published rules with some files replaced by the texts given.
    ///
    /// # Errors
    /// As [`Regles::load`]; a name that is no file of the published rules adds a file.
    pub fn brouillon(remplacements: &[(&str, &str)]) -> Result<Self, Vec<RegleError>> {
        let kept = FICHIERS.iter().filter(|(name, _)| !remplacements.iter().any(|(r, _)| r == name));
        let all: Vec<(&str, &str)> = kept.chain(remplacements).copied().collect();
        Self::load(&all)
    }

    /// Every version of every rule, in the order of the files.
    pub fn toutes(&self) -> &[Regle] {
        &self.regles
    }

    /// The rules in force on a day.
    pub fn at(&self, jour: Date) -> Vec<&Regle> {
        self.regles.iter().filter(|r| r.entete.vaut_le(jour)).collect()
    }

    /// The versions of one rule, oldest first.
    pub fn versions(&self, id: &str) -> Vec<&Regle> {
        let mut found: Vec<&Regle> = self.regles.iter().filter(|r| r.entete.id == id).collect();
        found.sort_by_key(|r| r.entete.valid_from);
        found
    }

    /// The type of visit of that code, as it is on a day.
    pub fn type_visite(&self, code: &str, le: Date) -> Option<&TypeVisite> {
        self.visites().find(|(r, v)| v.code == code && r.entete.vaut_le(le)).map(|(_, v)| v)
    }

    /// The French name of a type of visit on a day: of its version of that day, else of its latest version, else the
    /// code itself, so that an old record can always be shown.
    pub fn libelle_visite<'a>(&'a self, code: &'a str, le: Date) -> &'a str {
        self.visites()
            .filter(|(_, v)| v.code == code)
            .max_by_key(|(r, _)| (r.entete.vaut_le(le), r.entete.valid_from))
            .map_or(code, |(r, _)| &r.entete.libelle)
    }

    /// The types of visit on a day, in the order of the file, with the rule that describes each.
    pub fn types_visite(&self, le: Date) -> Vec<(&Regle, &TypeVisite)> {
        self.visites().filter(|(r, _)| r.entete.vaut_le(le)).collect()
    }

    /// The switches, with the rule that asks the question.
    pub fn reglages(&self) -> impl Iterator<Item = (&Regle, &Reglage)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Reglage(v) => Some((r, v)),
            _ => None,
        })
    }

    /// The choices that are not possible: switch unknown, or option that is none of its own. One French sentence each.
    pub fn reglages_refuses(&self, choix: &Reglages) -> Vec<String> {
        let mut refus = Vec::new();
        for (id, valeur) in &choix.0 {
            match self.reglages().find(|(r, _)| r.entete.id == *id) {
                None => refus.push(format!("Le réglage « {id} » n’existe pas.")),
                Some((r, def)) if !def.options.contains(valeur) => refus.push(format!(
                    "Le réglage « {} » n’accepte pas « {valeur} ». Valeurs possibles\u{a0}: {}.",
                    r.entete.libelle,
                    def.options.join(", ")
                )),
                Some(_) => {}
            }
        }
        refus
    }

    /// The answer of a service to a switch: its choice, or the default when it made none that is possible.
    pub(crate) fn valeur<'a>(&'a self, choix: &'a Reglages, id: &str) -> &'a str {
        let def = self.reglages().find(|(r, _)| r.entete.id == id).map(|(_, d)| d);
        match (choix.0.get(id), def) {
            (Some(v), Some(d)) if d.options.contains(v) => v,
            (_, Some(d)) => &d.defaut,
            // References to switches are checked when rules are loaded.
            (_, None) => "",
        }
    }

    /// The answer to a switch whose options are numbers.
    pub(crate) fn nombre(&self, choix: &Reglages, id: &str) -> u16 {
        self.valeur(choix, id).parse().unwrap_or(0)
    }

    pub(crate) fn declencheurs(&self) -> impl Iterator<Item = (&Regle, &Declencheur)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Declencheur(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn visites(&self) -> impl Iterator<Item = (&Regle, &TypeVisite)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Visite(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn role(&self, role: RoleVisite, le: Date) -> Option<(&Regle, &TypeVisite)> {
        self.visites().find(|(r, v)| v.role == role && r.entete.vaut_le(le))
    }

    pub(crate) fn dispense_initiale(&self, id: &str, le: Date) -> Option<(&Regle, &DispenseInitiale)> {
        self.regles.iter().find_map(|r| match &r.contenu {
            Contenu::DispenseInitiale(v) if r.entete.id == id && r.entete.vaut_le(le) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn reprises(&self) -> impl Iterator<Item = (&Regle, &RegleReprise)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Reprise(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn dispenses_reprise(&self) -> impl Iterator<Item = (&Regle, &DispenseReprise)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::DispenseReprise(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn absences(&self) -> impl Iterator<Item = (&Regle, &Absence)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Absence(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn intervenants(&self) -> impl Iterator<Item = (&Regle, &Intervenant)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Intervenant(v) => Some((r, v)),
            _ => None,
        })
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = (&Regle, &Document)> {
        self.regles.iter().filter_map(|r| match &r.contenu {
            Contenu::Document(v) => Some((r, v)),
            _ => None,
        })
    }
}

fn read_file(fichier: &str, texte: &str, regles: &mut Vec<Regle>, erreurs: &mut Vec<RegleError>) {
    let table = match toml::from_str::<toml::Table>(texte) {
        Ok(table) => table,
        Err(e) => {
            let ligne = e.span().map(|s| 1 + texte[..s.start.min(texte.len())].matches('\n').count());
            let raison = format!("texte illisible\u{a0}: {}", e.message());
            erreurs.push(RegleError { fichier: fichier.to_owned(), ligne, regle: String::new(), raison });
            return;
        }
    };
    for (nature, lignes) in table {
        let toml::Value::Array(lignes) = lignes else {
            let raison = format!("« {nature} » doit être une suite de tableaux [[{nature}]]");
            erreurs.push(RegleError {
                fichier: fichier.to_owned(),
                ligne: None,
                regle: String::new(),
                raison,
            });
            continue;
        };
        for ligne in lignes {
            let id = ligne.get("id").and_then(toml::Value::as_str).unwrap_or("sans identifiant").to_owned();
            match read_rule(&nature, ligne) {
                Ok((entete, contenu)) => regles.push(Regle { fichier: fichier.to_owned(), entete, contenu }),
                Err(raison) => {
                    let ligne = line_of(texte, &id);
                    erreurs.push(RegleError { fichier: fichier.to_owned(), ligne, regle: id, raison });
                }
            }
        }
    }
}

/// The line on which a rule is named; the first one when several versions share the name.
pub(crate) fn line_of(texte: &str, id: &str) -> Option<usize> {
    let wanted = format!("\"{id}\"");
    texte.lines().position(|l| l.trim_start().starts_with("id") && l.contains(&wanted)).map(|n| n + 1)
}

fn read_rule(nature: &str, ligne: toml::Value) -> Result<(Entete, Contenu), String> {
    let toml::Value::Table(ligne) = ligne else {
        return Err(format!("« {nature} » doit être une suite de tableaux [[{nature}]]"));
    };
    let (head, body): (toml::Table, toml::Table) =
        ligne.into_iter().partition(|(k, _)| Entete::CHAMPS.contains(&k.as_str()));
    let entete: Entete = typed(head)?;
    let contenu = match nature {
        "declencheur" => Contenu::Declencheur(typed(body)?),
        "dispense_initiale" => Contenu::DispenseInitiale(typed(body)?),
        "visite" => Contenu::Visite(typed(body)?),
        "reprise" => Contenu::Reprise(typed(body)?),
        "dispense_reprise" => Contenu::DispenseReprise(typed(body)?),
        "absence" => Contenu::Absence(typed(body)?),
        "intervenant" => Contenu::Intervenant(typed(body)?),
        "document" => Contenu::Document(typed(body)?),
        "reglage" => Contenu::Reglage(typed(body)?),
        _ => return Err(format!("« {nature} » n’est pas une nature de règle")),
    };
    Ok((entete, contenu))
}

fn typed<T: DeserializeOwned>(table: toml::Table) -> Result<T, String> {
    toml::Value::Table(table).try_into().map_err(|e: toml::de::Error| {
        let message = e.message();
        match message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
            Some((field, _)) => format!("champ inconnu «\u{a0}{field}\u{a0}»"),
            None => match message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
                Some((field, _)) => format!("champ manquant «\u{a0}{field}\u{a0}»"),
                None => format!("valeur illisible\u{a0}: {message}"),
            },
        }
    })
}
