//! What a line of law looks like once read.

use base::{Date, Period};
use serde::{Deserialize, Serialize};

/// Category of individual follow-up, from the lightest to the most demanding.
///
/// "SIA" is the word of practice for a simple follow-up with an earlier first visit or a shorter period
/// (R4624-17 to R4624-21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Categorie {
    /// Suivi individuel simple (L4624-1).
    Si,
    /// Suivi individuel adapté (R4624-17).
    Sia,
    /// Suivi individuel renforcé (L4624-2).
    Sir,
}

impl Categorie {
    /// The letters used by the profession.
    pub fn sigle(self) -> &'static str {
        match self {
            Self::Si => "SI",
            Self::Sia => "SIA",
            Self::Sir => "SIR",
        }
    }

    /// The name in full, in French.
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Si => "suivi individuel simple",
            Self::Sia => "suivi individuel adapté",
            Self::Sir => "suivi individuel renforcé",
        }
    }
}

/// Who acts, among the people of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metier {
    /// Médecin du travail.
    Medecin,
    /// Collaborateur médecin.
    CollaborateurMedecin,
    /// Interne en médecine du travail.
    Interne,
    /// Infirmier en santé au travail.
    Infirmier,
    /// Infirmier en pratique avancée, santé au travail.
    InfirmierPratiqueAvancee,
    /// Médecin praticien correspondant.
    MedecinPraticienCorrespondant,
    /// Intervenant en prévention des risques professionnels.
    Iprp,
    /// Assistant en santé au travail.
    Asst,
    /// Secrétaire.
    Secretaire,
}

impl Metier {
    /// Every trade, doctors first.
    pub const TOUS: [Self; 9] = [
        Self::Medecin,
        Self::CollaborateurMedecin,
        Self::Interne,
        Self::Infirmier,
        Self::InfirmierPratiqueAvancee,
        Self::MedecinPraticienCorrespondant,
        Self::Iprp,
        Self::Asst,
        Self::Secretaire,
    ];

    /// The name in French, singular, without capital.
    pub fn libelle(self) -> &'static str {
        match self {
            Self::Medecin => "médecin du travail",
            Self::CollaborateurMedecin => "collaborateur médecin",
            Self::Interne => "interne en médecine du travail",
            Self::Infirmier => "infirmier en santé au travail",
            Self::InfirmierPratiqueAvancee => "infirmier en pratique avancée",
            Self::MedecinPraticienCorrespondant => "médecin praticien correspondant",
            Self::Iprp => "intervenant en prévention des risques professionnels",
            Self::Asst => "assistant en santé au travail",
            Self::Secretaire => "secrétaire",
        }
    }
}

/// How far a line can be relied upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confiance {
    /// Read in the consolidated text.
    Sure,
    /// Read in a reliable secondary source.
    Haute,
    /// Known to exist, wording or date not read.
    Moyenne,
    /// A reading of ours, which the text does not say in so many words.
    Lecture,
}

/// The date that selects the version of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evenement {
    /// The day considered, or the first day of an assignment that is still to come.
    Evaluation,
    /// The first day of the assignment.
    Affectation,
    /// The day of hiring.
    Embauche,
    /// The day of the visit.
    Visite,
    /// The first day of the leave.
    DebutArret,
    /// The day on which the leave was prescribed.
    EmissionArret,
    /// The day of return to work.
    Reprise,
    /// The day on which an exposure ends.
    Cessation,
}

/// What every line of law carries, whatever it rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entete {
    /// Stable identifier, shared by all the versions of the rule.
    pub id: String,
    /// Short French name.
    pub libelle: String,
    /// The article or articles it rests upon.
    pub article: String,
    /// One plain French sentence, ours, that a jurist can check against the article.
    pub texte: String,
    /// First day of this version.
    pub valid_from: Date,
    /// First day on which this version holds no longer.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Which date selects the version.
    pub evenement: Evenement,
    /// Where the text was read (keys explained in `droit/README.md`).
    pub source: String,
    /// How far it can be relied upon.
    pub confiance: Confiance,
    /// Whether versions must follow one another without a hole.
    #[serde(default = "oui")]
    pub continu: bool,
    /// A doubt or a remark, in French.
    #[serde(default)]
    pub note: Option<String>,
}

fn oui() -> bool {
    true
}

impl Entete {
    /// The names of its fields in the files.
    pub(crate) const CHAMPS: [&str; 11] = [
        "id",
        "libelle",
        "article",
        "texte",
        "valid_from",
        "valid_to",
        "evenement",
        "source",
        "confiance",
        "continu",
        "note",
    ];

    /// Whether this version holds on that day.
    pub fn vaut_le(&self, jour: Date) -> bool {
        // A version whose end precedes its beginning is refused when rules are loaded.
        Period::new(self.valid_from, self.valid_to).is_ok_and(|p| p.contains(jour))
    }
}

/// One version of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regle {
    /// The file it was read in.
    pub fichier: String,
    /// Identifier, article, dates.
    #[serde(flatten)]
    pub entete: Entete,
    /// What it rules.
    pub contenu: Contenu,
}

/// The kinds of rule; the name of the kind is the name of the array in the files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "nature", rename_all = "snake_case")]
pub enum Contenu {
    /// What puts a worker in a category, with timing and period.
    Declencheur(Declencheur),
    /// When a visit made before hiring stands for the first visit.
    DispenseInitiale(DispenseInitiale),
    /// A type of visit.
    Visite(TypeVisite),
    /// From which length a leave calls for a return visit.
    Reprise(RegleReprise),
    /// When a pre-return visit stands for the return visit.
    DispenseReprise(DispenseReprise),
    /// What opens during a leave.
    Absence(Absence),
    /// Who may perform which visit.
    Intervenant(Intervenant),
    /// Which document after which visit.
    Document(Document),
    /// A doubt of the law, as a switch of the service.
    Reglage(Reglage),
}

/// Which fact sets a trigger off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaitDeclencheur {
    /// Every worker.
    Toujours,
    /// A night assignment.
    Nuit,
    /// An apprenticeship.
    Apprenti,
    /// An age below `age_moins_de`.
    Age,
    /// A declared recognition as a disabled worker.
    Rqth,
    /// A declared disability pension.
    Pension,
    /// An exposure or situation recorded on the assignment under the code of the trigger.
    Situation,
}

/// When the first visit must have taken place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initial {
    /// Before the assignment begins.
    AvantAffectation,
    /// Within `initial_mois` months of the effective start of work.
    ApresPriseDePoste,
    /// Within `initial_mois` months of hiring.
    ApresEmbauche,
    /// The trigger says nothing of the first visit.
    SansObjet,
}

/// A trigger of follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declencheur {
    /// The code under which exposures name it.
    pub code: String,
    /// Which fact sets it off.
    pub fait: FaitDeclencheur,
    /// For [`FaitDeclencheur::Age`]: holds below this age, in years.
    #[serde(default)]
    pub age_moins_de: Option<i16>,
    /// The category it gives.
    pub categorie: Categorie,
    /// When the first visit is due.
    pub initial: Initial,
    /// Months of [`Initial::ApresPriseDePoste`] and [`Initial::ApresEmbauche`].
    #[serde(default)]
    pub initial_mois: u16,
    /// Longest time between two visits, in months; absent when the trigger sets none.
    #[serde(default)]
    pub plafond_mois: Option<u16>,
    /// Longest time between the examination and the intermediate visit, in months; absent when there is none.
    #[serde(default)]
    pub intermediaire_mois: Option<u16>,
    /// The rule of exemption from the first visit that applies (identifier of a `dispense_initiale`).
    #[serde(default)]
    pub dispense: Option<String>,
    /// Whether the end of the exposure calls for a post-exposure visit.
    #[serde(default)]
    pub post_exposition: bool,
    /// Whether the worker is directed to the doctor without delay.
    #[serde(default)]
    pub orientation_medecin: bool,
    /// Thresholds: when there are any, one of them at least must be passed.
    #[serde(default)]
    pub seuils: Vec<Seuil>,
    /// An attestation that the worker must hold.
    #[serde(default)]
    pub attestation: Option<Attestation>,
    /// What a switch of the service changes.
    #[serde(default)]
    pub variantes: Vec<Variante>,
}

/// A measured value beyond which a trigger holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seuil {
    /// What is measured, with its unit (`air_mg_m3`, `plombemie_ug_l`).
    pub mesure: String,
    /// The value that must be exceeded.
    pub plus_de: f64,
    /// For whom; everyone when absent.
    #[serde(default)]
    pub sexe: Option<crate::Sexe>,
}

/// An attestation of absence of medical contra-indication (R4323-56, R4544-11-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The type of visit that gives it.
    pub type_visite: String,
    /// How long it is valid, in months.
    pub validite_mois: u16,
    /// Types of visit whose opinion stands for it…
    #[serde(default)]
    pub equivalents: Vec<String>,
    /// … when given before this day.
    #[serde(default)]
    pub equivalents_avant: Option<Date>,
}

/// What a switch of the service changes in a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variante {
    /// The switch.
    pub reglage: String,
    /// The option for which the change applies.
    pub valeur: String,
    /// The trigger does not hold at all.
    #[serde(default)]
    pub ecarte: bool,
    /// Another ceiling, in months.
    #[serde(default)]
    pub plafond_mois: Option<u16>,
}

/// When a visit made before hiring stands for the first visit (R4624-15, R4624-27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispenseInitiale {
    /// How far back the visit may lie, and how long no measure nor unfitness may have been pronounced, in months
    /// before hiring.
    pub recul_mois: u16,
}

/// The three clocks of follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Famille {
    /// Visites d'information et de prévention.
    Vip,
    /// Examens médicaux d'aptitude.
    Examen,
    /// Visites intermédiaires.
    Intermediaire,
}

/// The part that a type of visit plays for the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleVisite {
    /// First VIP.
    VipInitiale,
    /// Periodic VIP.
    VipPeriodique,
    /// Examination of aptitude before assignment.
    ExamenEmbauche,
    /// Periodic examination of aptitude.
    ExamenPeriodique,
    /// Visit between two examinations.
    Intermediaire,
    /// Return to work.
    Reprise,
    /// Before the return to work.
    Prereprise,
    /// Mid-career.
    MiCarriere,
    /// End of exposure.
    PostExposition,
    /// Doctor's visit after an orientation.
    Orientation,
    /// None that the engine calls by itself.
    Autre,
}

/// A type of visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeVisite {
    /// Its code, kept in records (`VIP_INIT`).
    pub code: String,
    /// The part it plays.
    pub role: RoleVisite,
    /// Whether it is a medical visit (a rendez-vous de liaison is not).
    #[serde(default = "oui")]
    pub medicale: bool,
    /// Who asks for it, in French.
    pub demandeur: String,
    /// When it takes place, in French.
    pub moment: String,
    /// The clocks that it starts again.
    #[serde(default)]
    pub compte_pour: Vec<Famille>,
    /// The clocks that it starts again when a switch of the service has a given option.
    #[serde(default)]
    pub compte_si: Option<CompteSi>,
    /// For the mid-career visit: age and joining.
    #[serde(default)]
    pub mi_carriere: Option<MiCarriere>,
    /// The switch that gives the number of months in which it should take place, when the law gives none.
    #[serde(default)]
    pub delai_reglage: Option<String>,
}

/// Clocks started again under a switch of the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompteSi {
    /// The switch.
    pub reglage: String,
    /// The option.
    pub valeur: String,
    /// The clocks.
    pub familles: Vec<Famille>,
}

/// When the mid-career visit is due (L4624-2-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MiCarriere {
    /// The age whose calendar year is the term.
    pub age: i16,
    /// How many calendar years before that year a joint visit counts.
    pub fusion_ans: i16,
}

/// From which length a leave calls for a return visit (R4624-31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegleReprise {
    /// The cause of leave.
    pub cause: crate::CauseArret,
    /// Shortest leave that calls for it, in days; 1 for any length.
    pub duree_min_jours: u16,
    /// Latest day, counted from the day of return.
    pub delai_jours: u16,
    /// The article by which a shorter leave is reported to the doctor, if it is.
    #[serde(default)]
    pub signaler_si_plus_court: Option<String>,
}

/// When a pre-return visit stands for the return visit (R4624-31 since 2026-06-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispenseReprise {
    /// Longest time between the pre-return visit and the effective return, in days.
    pub ecart_max_jours: u16,
}

/// What opens during a leave of some length: exactly one of the lengths is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The type of visit or meeting.
    pub type_visite: String,
    /// Opens when the leave lasts more than this number of days.
    #[serde(default)]
    pub plus_de_jours: Option<u16>,
    /// Opens when the leave lasts at least this number of days.
    #[serde(default)]
    pub au_moins_jours: Option<u16>,
    /// Opens when the leave lasts more than this number of months.
    #[serde(default)]
    pub plus_de_mois: Option<u16>,
}

/// Whether a trade may perform a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autorisation {
    /// Yes, by itself.
    Oui,
    /// Yes, by written protocol under the doctor's authority.
    Protocole,
    /// No.
    Non,
}

/// Who may perform which visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervenant {
    /// The trades concerned.
    pub metiers: Vec<Metier>,
    /// The types of visit; all of them when the list is empty.
    #[serde(default)]
    pub visites: Vec<String>,
    /// What the text says.
    pub autorisation: Autorisation,
    /// Categories of follow-up for which it is "no" whatever is said above.
    #[serde(default)]
    pub categories_exclues: Vec<Categorie>,
    /// A switch of the service that decides instead; its options are `oui`, `protocole`, `non`.
    #[serde(default)]
    pub reglage: Option<String>,
}

/// Which document after which visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The types of visit.
    pub visites: Vec<String>,
    /// The categories of follow-up; all of them when the list is empty.
    #[serde(default)]
    pub categories: Vec<Categorie>,
    /// The code of the model (`attestation_suivi`, `avis_aptitude`…); absent when no model is handed out.
    #[serde(default)]
    pub modele: Option<String>,
    /// The other models that the doctor may hand out instead or besides.
    #[serde(default)]
    pub aussi: Vec<String>,
}

/// A doubt of the law, as a switch of the service. The question is the `libelle` of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reglage {
    /// The possible answers.
    pub options: Vec<String>,
    /// The answer of a service that has not chosen.
    pub defaut: String,
}
