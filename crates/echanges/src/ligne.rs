//! Understanding one row: a person, an employer, a contract and a post, or every reason why not.

use base::{Coded, Date, Period, age_on, date_numeric, fold, words};
use identite::{Nir, Sexe, Siret, coherence};

use crate::{
    Refus, Remarque,
    colonnes::{Colonne, Tableau},
    feuille::{Cellule, Ligne},
    references::References,
    valeurs::{self, NirRead},
};

/// Nobody is older: an age above this is a slip.
const OLDEST: i16 = 120;
/// Below this age at hiring, two dates were swapped or a year is wrong (L. 4153-1); the exceptions of the law are
/// entered by hand.
const YOUNGEST: i16 = 14;
/// Hirings are announced at most this many years before.
const AHEAD: i16 = 2;
/// Longer texts are not names or titles; they are cut nowhere, but refused.
const LONGEST: usize = 200;

/// An exposure declared by the employer, with the trigger that it carries.
pub(crate) type Declaree = (Coded, Option<String>);

/// A row that was understood.
#[derive(Debug, Clone)]
pub(crate) struct Lue {
    pub(crate) numero: i64,
    pub(crate) nom_naissance: String,
    pub(crate) nom_usage: Option<String>,
    pub(crate) prenoms: String,
    pub(crate) sexe: Sexe,
    pub(crate) naissance: Date,
    pub(crate) lieu_code: String,
    pub(crate) lieu_label: String,
    pub(crate) nir: Option<Nir>,
    pub(crate) telephone: Option<String>,
    pub(crate) courriel: Option<String>,
    pub(crate) siret: Siret,
    pub(crate) raison_sociale: String,
    pub(crate) etablissement: String,
    pub(crate) adresse: String,
    pub(crate) commune: String,
    pub(crate) activite: Option<Coded>,
    pub(crate) nature: String,
    pub(crate) duree: Period,
    pub(crate) intitule: String,
    pub(crate) emploi: Option<Coded>,
    pub(crate) unite: Option<String>,
    pub(crate) nuit: bool,
    pub(crate) expositions: Vec<Declaree>,
}

/// Reads the rows of one list.
pub(crate) struct Lecteur<'a> {
    pub(crate) tableau: &'a Tableau,
    pub(crate) references: &'a References,
    pub(crate) today: Date,
}

/// One row being read: what is wrong and what should be said.
struct Row<'a> {
    of: &'a Lecteur<'a>,
    ligne: &'a Ligne,
    refus: Vec<Refus>,
    remarques: Vec<Remarque>,
}

impl Lecteur<'_> {
    /// The row and its remarks, or every reason to refuse it.
    pub(crate) fn read(&self, ligne: &Ligne) -> Result<(Lue, Vec<Remarque>), Vec<Refus>> {
        let mut row = Row { of: self, ligne, refus: Vec::new(), remarques: Vec::new() };
        let read = row.read();
        match read {
            Some(read) if row.refus.is_empty() => Ok((read, row.remarques)),
            _ => Err(row.refus),
        }
    }

    /// A refusal that was found while integrating.
    pub(crate) fn refuse(&self, ligne: &Ligne, column: Colonne, raison: impl Into<String>) -> Refus {
        Refus {
            ligne: ligne.numero,
            colonne: self.tableau.titre(column),
            valeur: self.tableau.cellule(ligne, column).text(),
            raison: raison.into(),
        }
    }
}

impl Row<'_> {
    fn cell(&self, column: Colonne) -> Cellule {
        self.of.tableau.cellule(self.ligne, column)
    }

    fn text(&self, column: Colonne) -> String {
        // One blank between words, whatever the vendor puts there.
        self.cell(column).text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn option(&self, column: Colonne) -> Option<String> {
        Some(self.text(column)).filter(|t| !t.is_empty())
    }

    fn refuse(&mut self, column: Colonne, raison: impl Into<String>) {
        self.refus.push(self.of.refuse(self.ligne, column, raison));
    }

    fn remark(&mut self, phrase: String) {
        self.remarques.push(Remarque { ligne: self.ligne.numero, phrase });
    }

    fn read(&mut self) -> Option<Lue> {
        let nom_naissance =
            self.name(Colonne::NomNaissance, "Le nom de naissance manque\u{a0}: indiquez-le.");
        let prenoms = self.name(Colonne::Prenoms, "Le prénom manque\u{a0}: indiquez-le.");
        let nom_usage = self.option(Colonne::NomUsage).filter(|u| fold(u) != fold(&nom_naissance));
        let naissance = self.birth();
        let nir = self.nir();
        let sexe = self.sex(nir.as_ref().map(|(nir, _)| nir));
        let (lieu_code, lieu_label) = self.place(nir.as_ref().map(|(nir, _)| nir));
        self.check_nir(nir.as_ref(), sexe, naissance, &lieu_code);
        let siret = match valeurs::siret(&self.cell(Colonne::Siret)) {
            Ok(siret) => Some(siret),
            Err(e) => {
                self.refuse(Colonne::Siret, e.to_string());
                None
            }
        };
        let duree = self.contract(naissance);
        let nature = self.nature(duree);
        let (intitule, emploi) = self.job();
        let nuit = valeurs::yes(&self.cell(Colonne::Nuit));
        if nuit.is_none() {
            self.refuse(Colonne::Nuit, "Écrivez oui ou non.");
        }
        let activite =
            self.option(Colonne::Activite).and_then(|code| self.of.references.activite(&code).cloned());
        let expositions = self.exposures();
        for column in [
            Colonne::NomUsage,
            Colonne::RaisonSociale,
            Colonne::Emploi,
            Colonne::Unite,
            Colonne::Adresse,
            Colonne::Commune,
            Colonne::LieuLabel,
        ] {
            if self.cell(column).text().chars().count() > LONGEST {
                self.refuse(column, format!("Ce texte dépasse {LONGEST} caractères\u{a0}: abrégez-le."));
            }
        }
        Some(Lue {
            numero: self.ligne.numero,
            nom_naissance,
            nom_usage,
            prenoms,
            sexe: sexe?,
            naissance: naissance?,
            lieu_code,
            lieu_label,
            nir: nir.map(|(nir, _)| nir),
            telephone: self.option(Colonne::Telephone),
            courriel: self.option(Colonne::Courriel),
            siret: siret?,
            raison_sociale: self.text(Colonne::RaisonSociale),
            etablissement: self.text(Colonne::Etablissement),
            adresse: self.text(Colonne::Adresse),
            commune: self.text(Colonne::Commune),
            activite,
            nature: nature?,
            duree: duree?,
            intitule,
            emploi,
            unite: self.option(Colonne::Unite),
            nuit: nuit?,
            expositions,
        })
    }

    fn name(&mut self, column: Colonne, missing: &str) -> String {
        let text = self.text(column);
        if text.is_empty() {
            self.refuse(column, missing);
        } else if !text.chars().any(char::is_alphabetic) || text.chars().any(|c| c.is_ascii_digit()) {
            self.refuse(column, "Ce n'est pas un nom\u{a0}: des lettres sont attendues, sans chiffre.");
        } else if text.chars().count() > LONGEST {
            self.refuse(column, format!("Ce nom dépasse {LONGEST} caractères\u{a0}: vérifiez la colonne."));
        }
        text
    }

    fn birth(&mut self) -> Option<Date> {
        let cell = self.cell(Colonne::Naissance);
        if cell.is_empty() {
            self.refuse(Colonne::Naissance, "La date de naissance manque\u{a0}: indiquez-la.");
            return None;
        }
        let day = valeurs::day(&cell);
        match day {
            None => self.refuse(Colonne::Naissance, valeurs::PAS_UN_JOUR),
            Some(day) if day > self.of.today => {
                self.refuse(Colonne::Naissance, "La date de naissance ne peut pas venir après aujourd'hui.");
            }
            Some(day) if age_on(day, self.of.today) > OLDEST => {
                self.refuse(
                    Colonne::Naissance,
                    format!("Cette personne aurait plus de {OLDEST} ans\u{a0}: vérifiez l'année."),
                );
            }
            Some(_) => return day,
        }
        None
    }

    /// The NIR and whether its key was missing.
    fn nir(&mut self) -> Option<(Nir, bool)> {
        match valeurs::nir(&self.cell(Colonne::Nir), &self.cell(Colonne::CleNir))? {
            NirRead::Read { nir, without_key } => Some((nir, without_key)),
            NirRead::Wrong(error) => {
                self.refuse(Colonne::Nir, error.to_string());
                None
            }
        }
    }

    fn sex(&mut self, nir: Option<&Nir>) -> Option<Sexe> {
        let written = self.text(Colonne::Sexe);
        if !written.is_empty() {
            let sexe = Sexe::parse(&written).filter(|s| *s != Sexe::Indetermine);
            if sexe.is_none() {
                self.refuse(Colonne::Sexe, "Écrivez F ou M.");
            }
            return sexe;
        }
        let sexe = match fold(&self.text(Colonne::Civilite)).as_str() {
            "m" | "mr" | "monsieur" => Some(Sexe::Masculin),
            "mme" | "madame" | "mlle" | "mademoiselle" => Some(Sexe::Feminin),
            _ => nir.map(Nir::sexe),
        };
        // A wrong NIR is told already; what it would have said is not missing.
        if sexe.is_none() && self.cell(Colonne::Nir).is_empty() {
            self.refuse(Colonne::Sexe, "Le sexe manque\u{a0}: écrivez F ou M.");
        }
        sexe
    }

    fn place(&mut self, nir: Option<&Nir>) -> (String, String) {
        let label = self.text(Colonne::LieuLabel);
        let cell = self.cell(Colonne::LieuCode);
        if cell.is_empty() {
            // The NIR holds the code of the place as it was on that day (décret n° 82-103, article 4).
            let code = nir.filter(|n| !n.is_provisoire()).map_or_else(String::new, |n| n.lieu().to_owned());
            return (code, label);
        }
        match valeurs::birth_place(&cell) {
            Ok(code) => (code, label),
            Err(e) => {
                self.refuse(Colonne::LieuCode, e.to_string());
                (String::new(), label)
            }
        }
    }

    /// A number with its key that disagrees with the traits is told; without a key, nothing proves it and it is
    /// refused.
    fn check_nir(
        &mut self,
        nir: Option<&(Nir, bool)>,
        sexe: Option<Sexe>,
        naissance: Option<Date>,
        lieu: &str,
    ) {
        let (Some((nir, without_key)), Some(sexe), Some(naissance)) = (nir, sexe, naissance) else { return };
        for found in coherence(nir, sexe, naissance, lieu) {
            if *without_key {
                self.refuse(
                    Colonne::Nir,
                    format!("Ce NIR n'a pas de clé et ne s'accorde pas avec la ligne. {found}"),
                );
                return;
            }
            self.remark(found.to_string());
        }
    }

    fn contract(&mut self, naissance: Option<Date>) -> Option<Period> {
        let entree = self.cell(Colonne::Entree);
        let from = valeurs::day(&entree);
        match from {
            None if entree.is_empty() => {
                self.refuse(Colonne::Entree, "La date d'entrée manque\u{a0}: indiquez-la.");
            }
            None => self.refuse(Colonne::Entree, valeurs::PAS_UN_JOUR),
            Some(day) if day.year() > self.of.today.year() + AHEAD => {
                self.refuse(
                    Colonne::Entree,
                    "Cette date d'entrée est trop loin dans l'avenir\u{a0}: vérifiez l'année.",
                );
            }
            Some(day) => {
                if let Some(birth) = naissance.filter(|birth| *birth >= day || age_on(*birth, day) < YOUNGEST)
                {
                    let sentence = format!(
                        "À cette date d'entrée, une personne née le {} a moins de {YOUNGEST} ans\u{a0}: vérifiez les deux dates.",
                        date_numeric(birth)
                    );
                    self.refuse(Colonne::Entree, sentence);
                }
            }
        }
        let sortie = self.cell(Colonne::Sortie);
        if sortie.is_empty() {
            return from.map(Period::since);
        }
        let Some(last) = valeurs::day(&sortie) else {
            self.refuse(Colonne::Sortie, valeurs::PAS_UN_JOUR);
            return None;
        };
        // The last day is worked: the period ends on the next one.
        let period = Period::new(from?, last.tomorrow().ok());
        if period.is_err() {
            self.refuse(Colonne::Sortie, "La date de sortie ne peut pas venir avant la date d'entrée.");
        }
        period.ok()
    }

    fn nature(&mut self, duree: Option<Period>) -> Option<String> {
        let written = self.text(Colonne::Nature);
        if written.is_empty() {
            let supposed = if duree?.to().is_some() { "CDD" } else { "CDI" };
            // A list without the column is told once, for the whole file.
            if self.of.tableau.has(Colonne::Nature) {
                self.remark(format!("Le type de contrat n'est pas indiqué\u{a0}: {supposed} a été supposé."));
            }
            return Some(supposed.to_owned());
        }
        let found = self.of.references.nature(&written).map(str::to_owned);
        if found.is_none() {
            let known = self.of.references.natures();
            self.refuse(
                Colonne::Nature,
                format!("Ce type de contrat n'est pas connu\u{a0}: écrivez l'un de ceux-ci, {known}."),
            );
        }
        found
    }

    /// The title of the post and its job: by name in the list of jobs, whose matrix then proposes exposures, by
    /// PCS-ESE code otherwise.
    fn job(&mut self) -> (String, Option<Coded>) {
        let (title, code) = (self.text(Colonne::Emploi), self.text(Colonne::Pcs));
        let by_code = self.of.references.pcs(&code).cloned();
        if by_code.is_none() && !code.is_empty() && self.of.references.has_pcs() {
            self.remark(format!(
                "Le code PCS-ESE «\u{a0}{code}\u{a0}» n'est pas dans la liste chargée\u{a0}: l'emploi reste à coder."
            ));
        }
        let emploi = self.of.references.profession(&title).cloned().or(by_code);
        let title = if title.is_empty() {
            emploi.as_ref().map_or_else(String::new, |e| e.label.clone())
        } else {
            title
        };
        if title.is_empty() {
            self.refuse(Colonne::Emploi, "L'intitulé du poste manque\u{a0}: indiquez-le.");
        }
        (title, emploi)
    }

    fn exposures(&mut self) -> Vec<Declaree> {
        let written = self.cell(Colonne::Risques).text();
        // "Non" and "néant" declare nothing.
        let nothing = |t: &str| matches!(fold(t).as_str(), "non" | "neant" | "aucun" | "sans" | "0" | "ras");
        let mut found: Vec<Declaree> = Vec::new();
        for text in valeurs::several(&written).filter(|t| !nothing(t)) {
            match self.of.references.exposition(text) {
                Some(known) => {
                    if fold(&known.0.label) != fold(text) {
                        self.remark(format!("Le risque «\u{a0}{text}\u{a0}» a été lu comme «\u{a0}{}\u{a0}».", known.0.label));
                    }
                    if found.iter().all(|(c, _)| c.code != known.0.code) {
                        found.push(known.clone());
                    }
                }
                None => self.remark(format!(
                    "Le risque «\u{a0}{text}\u{a0}» n'est pas dans la liste des expositions\u{a0}: il reste à coder."
                )),
            }
        }
        found
    }
}

/// What identifies a person without a NIR: day of birth, folded birth name, folded first first name, as
/// [`salaries::same_identity`] compares them.
pub(crate) fn identity_key(naissance: Date, nom: &str, prenoms: &str) -> (Date, String, Option<String>) {
    (naissance, fold(nom), words(prenoms).into_iter().next())
}
