//! The checks of a set of rules that no single line can pass by itself.

use std::collections::BTreeMap;

use base::date_numeric;

use crate::regle::{Categorie, Contenu, Declencheur, FaitDeclencheur, Initial, Regle, RoleVisite};
use crate::regles::line_of;
use crate::{RegleError, Regles};

/// Every fault of a set whose lines are readable.
pub(crate) fn faults(set: &Regles, fichiers: &[(&str, &str)]) -> Vec<RegleError> {
    let mut checks = Checks { set, fichiers, erreurs: Vec::new() };
    checks.run();
    checks.erreurs
}

/// The checks that need the whole set.
struct Checks<'a> {
    set: &'a Regles,
    fichiers: &'a [(&'a str, &'a str)],
    erreurs: Vec<RegleError>,
}

impl Checks<'_> {
    fn fault(&mut self, regle: &Regle, raison: impl Into<String>) {
        let texte = self.fichiers.iter().find(|(f, _)| *f == regle.fichier).map(|(_, t)| *t);
        self.erreurs.push(RegleError {
            fichier: regle.fichier.clone(),
            ligne: texte.and_then(|t| line_of(t, &regle.entete.id)),
            regle: regle.entete.id.clone(),
            raison: raison.into(),
        });
    }

    fn run(&mut self) {
        let set = self.set;
        for regle in set.toutes() {
            self.header(regle);
            self.references(regle);
        }
        let mut by_id: BTreeMap<&str, Vec<&Regle>> = BTreeMap::new();
        for regle in set.toutes() {
            by_id.entry(&regle.entete.id).or_default().push(regle);
        }
        for versions in by_id.values_mut() {
            versions.sort_by_key(|r| r.entete.valid_from);
            self.versions(versions);
        }
        self.one_rule_per_subject();
        self.roles();
    }

    fn header(&mut self, regle: &Regle) {
        let e = &regle.entete;
        for (champ, valeur) in [
            ("id", &e.id),
            ("article", &e.article),
            ("texte", &e.texte),
            ("libelle", &e.libelle),
            ("source", &e.source),
        ] {
            if valeur.trim().is_empty() {
                self.fault(regle, format!("le champ «\u{a0}{champ}\u{a0}» est vide"));
            }
        }
        if let Some(to) = e.valid_to
            && to <= e.valid_from
        {
            let raison = format!(
                "la fin ({}) doit suivre le début ({})",
                date_numeric(to),
                date_numeric(e.valid_from)
            );
            self.fault(regle, raison);
        }
    }

    fn versions(&mut self, versions: &[&Regle]) {
        for pair in versions.windows(2) {
            let [before, after] = pair else { continue };
            if std::mem::discriminant(&before.contenu) != std::mem::discriminant(&after.contenu) {
                self.fault(after, "deux versions d’une même règle sont de natures différentes");
            }
            if before.entete.evenement != after.entete.evenement {
                self.fault(after, "deux versions d’une même règle sont choisies par des dates différentes");
            }
            let start = after.entete.valid_from;
            match before.entete.valid_to {
                Some(end) if end == start => {}
                Some(end) if end < start => {
                    if before.entete.continu && after.entete.continu {
                        let raison = format!(
                            "aucune version entre le {} et le {}",
                            date_numeric(end),
                            date_numeric(start)
                        );
                        self.fault(after, raison);
                    }
                }
                _ => self
                    .fault(after, format!("deux versions valent en même temps le {}", date_numeric(start))),
            }
        }
    }

    fn visite_connue(&mut self, regle: &Regle, code: &str) {
        if !self.set.visites().any(|(_, v)| v.code == code) {
            self.fault(regle, format!("le type de visite «\u{a0}{code}\u{a0}» n’existe pas"));
        }
    }

    fn reglage_connu(&mut self, regle: &Regle, id: &str, valeur: Option<&str>) {
        match self.set.reglages().find(|(r, _)| r.entete.id == id) {
            None => self.fault(regle, format!("le réglage «\u{a0}{id}\u{a0}» n’existe pas")),
            Some((_, def)) => {
                if let Some(v) = valeur
                    && !def.options.iter().any(|o| o == v)
                {
                    self.fault(
                        regle,
                        format!("le réglage «\u{a0}{id}\u{a0}» n’a pas l’option «\u{a0}{v}\u{a0}»"),
                    );
                }
            }
        }
    }

    fn references(&mut self, regle: &Regle) {
        match &regle.contenu {
            Contenu::Declencheur(d) => self.declencheur(regle, d),
            Contenu::Visite(v) => {
                if let Some(c) = &v.compte_si {
                    self.reglage_connu(regle, &c.reglage, Some(&c.valeur));
                }
                if let Some(id) = &v.delai_reglage {
                    self.reglage_connu(regle, id, None);
                }
                if v.role == RoleVisite::MiCarriere && v.mi_carriere.is_none() {
                    self.fault(regle, "la visite de mi-carrière doit dire l’âge");
                }
            }
            Contenu::Absence(a) => {
                self.visite_connue(regle, &a.type_visite);
                let given = [a.plus_de_jours, a.au_moins_jours, a.plus_de_mois].iter().flatten().count();
                if given != 1 {
                    self.fault(regle, "il faut une durée d’absence et une seule");
                }
            }
            Contenu::Intervenant(i) => {
                for code in &i.visites {
                    self.visite_connue(regle, code);
                }
                if let Some(id) = &i.reglage {
                    self.reglage_connu(regle, id, None);
                }
            }
            Contenu::Document(d) => {
                for code in &d.visites {
                    self.visite_connue(regle, code);
                }
            }
            Contenu::Reglage(r) => {
                if !r.options.contains(&r.defaut) {
                    self.fault(regle, "la valeur par défaut n’est pas parmi les options");
                }
            }
            Contenu::DispenseInitiale(_) | Contenu::Reprise(_) | Contenu::DispenseReprise(_) => {}
        }
    }

    fn declencheur(&mut self, regle: &Regle, d: &Declencheur) {
        for variante in &d.variantes {
            self.reglage_connu(regle, &variante.reglage, Some(&variante.valeur));
        }
        if let Some(a) = &d.attestation {
            for code in std::iter::once(&a.type_visite).chain(&a.equivalents) {
                self.visite_connue(regle, code);
            }
        }
        if let Some(id) = &d.dispense
            && self
                .set
                .versions(id)
                .first()
                .is_none_or(|r| !matches!(r.contenu, Contenu::DispenseInitiale(_)))
        {
            self.fault(regle, format!("la règle de dispense «\u{a0}{id}\u{a0}» n’existe pas"));
        }
        if (d.fait == FaitDeclencheur::Age) != d.age_moins_de.is_some() {
            self.fault(regle, "«\u{a0}age_moins_de\u{a0}» va avec le fait «\u{a0}age\u{a0}»");
        }
        if d.categorie == Categorie::Sir
            && (d.plafond_mois.is_none() || d.initial != Initial::AvantAffectation)
        {
            self.fault(regle, "un suivi renforcé a un examen avant l’affectation et une périodicité");
        }
        let delayed = matches!(d.initial, Initial::ApresPriseDePoste | Initial::ApresEmbauche);
        if delayed != (d.initial_mois > 0) {
            self.fault(
                regle,
                "«\u{a0}initial_mois\u{a0}» va avec un délai après la prise de poste ou l’embauche",
            );
        }
        if d.plafond_mois == Some(0) || d.intermediaire_mois == Some(0) {
            self.fault(regle, "une périodicité ne peut pas être nulle");
        }
    }

    /// Two rules that answer the same question on the same day would make the answer depend on their order.
    fn one_rule_per_subject(&mut self) {
        let mut subjects: BTreeMap<String, Vec<&Regle>> = BTreeMap::new();
        for regle in self.set.toutes() {
            for subject in subjects_of(&regle.contenu) {
                subjects.entry(subject).or_default().push(regle);
            }
        }
        for (subject, regles) in subjects {
            for (n, a) in regles.iter().enumerate() {
                for b in &regles[n + 1..] {
                    let both = a.entete.valid_to.is_none_or(|to| b.entete.valid_from < to)
                        && b.entete.valid_to.is_none_or(|to| a.entete.valid_from < to);
                    if both && a.entete.id != b.entete.id {
                        let raison = format!(
                            "répond à la même question que «\u{a0}{}\u{a0}»\u{a0}: {subject}",
                            a.entete.id
                        );
                        self.fault(b, raison);
                    }
                }
            }
        }
    }

    fn roles(&mut self) {
        for role in [
            RoleVisite::VipInitiale,
            RoleVisite::VipPeriodique,
            RoleVisite::ExamenEmbauche,
            RoleVisite::ExamenPeriodique,
            RoleVisite::Intermediaire,
            RoleVisite::Reprise,
            RoleVisite::Prereprise,
            RoleVisite::Orientation,
        ] {
            if !self.set.visites().any(|(_, v)| v.role == role) {
                self.erreurs.push(RegleError {
                    fichier: "visites.toml".to_owned(),
                    ligne: None,
                    regle: String::new(),
                    raison: format!("aucun type de visite ne tient le rôle {role:?}"),
                });
            }
        }
        if !self.set.declencheurs().any(|(_, d)| d.fait == FaitDeclencheur::Toujours) {
            self.erreurs.push(RegleError {
                fichier: "suivi.toml".to_owned(),
                ligne: None,
                regle: String::new(),
                raison: "aucune règle ne vaut pour tous les travailleurs".to_owned(),
            });
        }
    }
}

/// The questions that a rule answers, each of which may have one answer on a day.
fn subjects_of(contenu: &Contenu) -> Vec<String> {
    match contenu {
        Contenu::Declencheur(d) => vec![format!("déclencheur {}", d.code)],
        Contenu::Visite(v) => {
            let mut subjects = vec![format!("type de visite {}", v.code)];
            if v.role != RoleVisite::Autre {
                subjects.push(format!("rôle {:?}", v.role));
            }
            subjects
        }
        Contenu::Reprise(r) => vec![format!("reprise après {:?}", r.cause)],
        Contenu::DispenseReprise(_) => vec!["dispense de visite de reprise".to_owned()],
        Contenu::Absence(a) => vec![format!("absence {}", a.type_visite)],
        Contenu::Intervenant(i) => i
            .metiers
            .iter()
            .flat_map(|m| {
                let all = if i.visites.is_empty() { vec!["*".to_owned()] } else { i.visites.clone() };
                all.into_iter().map(move |v| format!("{} et {v}", m.libelle()))
            })
            .collect(),
        Contenu::Document(d) => {
            let all = [Categorie::Si, Categorie::Sia, Categorie::Sir];
            let categories = if d.categories.is_empty() { &all[..] } else { &d.categories[..] };
            d.visites
                .iter()
                .flat_map(|v| categories.iter().map(move |c| format!("{v} en {}", c.sigle())))
                .collect()
        }
        Contenu::DispenseInitiale(_) | Contenu::Reglage(_) => Vec::new(),
    }
}
