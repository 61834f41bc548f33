//! The form of a new worker: what it offers, and how it is shown; the fields that a correction shows too.

use adherents::{Employeur, EtablissementId};
use base::{Date, age_words, date_numeric};
use maud::{Markup, html};
use store::{StoreError, Tx};
use thesaurus::Concept;
use ui::{
    Choice, Form, FormState, Frame, Kind, Page, Tone, actions, alert, checkbox, choice, date_field,
    error_summary, field_row, form_part, link_button, select_field, submit, text_field,
};

use super::metier::job_field;
use crate::Trouve;

/// The list of natures of contracts.
const NATURES: &str = "types-contrat";
/// The answer "somebody else" to the question whether the person is known already.
pub(super) const AUTRE_PERSONNE: &str = "autre";

/// Where the traits may come from.
pub(super) const PROVENANCES: [(&str, &str); 3] =
    [("employeur", "L'employeur"), ("salarie", "Le salarié"), ("piece", "Une pièce d'identité")];

/// What the form offers beside what was typed.
#[derive(Debug, Default)]
pub(super) struct Offer {
    pub(super) natures: Vec<Concept>,
    /// Establishments to choose from, when the words typed mean several.
    pub(super) employeurs: Vec<Employeur>,
    /// Professions to choose from, when the words typed mean several.
    pub(super) emplois: Vec<Concept>,
    /// People who may be the same person.
    pub(super) ressemblants: Vec<Trouve>,
}

impl Offer {
    pub(super) async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let natures = thesaurus::concepts(tx, NATURES).await?;
        Ok(Self { natures: natures.into_iter().filter(|c| c.active).collect(), ..Self::default() })
    }

    /// Offers the establishments with these identifiers.
    pub(super) async fn offer_employers(
        &mut self,
        tx: &mut Tx,
        ids: &[EtablissementId],
    ) -> Result<(), StoreError> {
        let mut found: Vec<Employeur> = adherents::employeurs(tx, ids).await?.into_values().collect();
        found.sort_by(|a, b| (&a.raison_sociale, &a.siret).cmp(&(&b.raison_sociale, &b.siret)));
        self.employeurs = found;
        Ok(())
    }
}

pub(super) fn show(frame: &Frame, state: &FormState, offer: &Offer) -> Markup {
    let page =
        Page::new(frame, "Ajouter un salarié").crumb("Salariés", "/salaries").active("/salaries").narrow();
    page.render(html! {
        @if offer.natures.is_empty() {
            (alert(Tone::Attention, "La liste des types de contrat n'est pas chargée", html! {
                "Sans elle, un contrat ne peut pas être enregistré\u{a0}: demandez à l'informatique de charger les listes de départ."
            }))
        }
        (Form::post("/salaries/nouveau", &frame.csrf).render(html! {
            (error_summary(state))
            input type="hidden" name="id" value=(state.value("id"));
            @if !offer.ressemblants.is_empty() { (who(state, &offer.ressemblants, frame.today)) }
            (form_part("La personne", identity(state)))
            (form_part("Son emploi", job(state, offer)))
            (actions(html! {
                (submit("Enregistrer le salarié", Kind::Primary))
                (link_button("/salaries", "Revenir à la recherche", Kind::Secondary))
            }))
        }))
    })
}

/// Before making a file, the people who may be the same person are shown (RNIV 1).
fn who(state: &FormState, found: &[Trouve], today: Date) -> Markup {
    let mut choices: Vec<Choice> = found
        .iter()
        .map(|t| {
            let s = &t.salarie;
            let employers = if t.employeurs.is_empty() {
                "aucun employeur à ce jour".to_owned()
            } else {
                t.employeurs.join(", ")
            };
            let nir = if s.nir.is_some() { "NIR connu" } else { "NIR inconnu" };
            let label = format!("{} {}, né(e) le {}", s.nom_naissance, s.prenoms, date_numeric(s.naissance));
            let help = format!(
                "{}, {employers}, {nir}. Le contrat est ajouté à son dossier.",
                age_words(s.naissance, today)
            );
            Choice::new(s.id.as_str(), label).help(help)
        })
        .collect();
    choices
        .push(Choice::new(AUTRE_PERSONNE, "C'est une autre personne").help("Un nouveau dossier est créé."));
    form_part(
        "Cette personne est peut-être déjà connue",
        html! {
            (choice(state.field("personne", "De qui s'agit-il\u{a0}?").required(), &choices))
            ul { @for t in found { li { a href={ "/salaries/" (t.salarie.id) } { "Ouvrir le dossier de " (t.salarie.nom_affiche()) } } } }
        },
    )
}

fn identity(state: &FormState) -> Markup {
    let provenances: Vec<Choice> =
        PROVENANCES.iter().map(|(code, label)| Choice::new(*code, *label)).collect();
    html! {
        (traits(state))
        (select_field(state.field("provenance", "Ces traits viennent de").required(), &provenances))
        (contact(state))
    }
}

/// The strict traits, the name in use and the NIR.
pub(super) fn traits(state: &FormState) -> Markup {
    let sexes = [Choice::new("F", "Féminin"), Choice::new("M", "Masculin")];
    html! {
        (field_row(html! {
            (text_field(state.field("nom_naissance", "Nom de naissance").required()))
            (text_field(state.field("prenoms", "Prénoms de naissance").required().help("Tous, dans l'ordre de l'état civil.")))
        }))
        (text_field(state.field("nom_usage", "Nom utilisé").help("S'il est autre que le nom de naissance.")))
        (choice(state.field("sexe", "Sexe").required(), &sexes))
        (field_row(html! {
            (date_field(state.field("naissance", "Date de naissance").required()))
            (text_field(state.field("lieu_code", "Code Insee du lieu de naissance").required()
                .help("La commune (69123), ou 99 et le pays (99352)\u{a0}; 99999 s'il est inconnu.")))
            (text_field(state.field("lieu_label", "Lieu de naissance")))
        }))
        (text_field(state.field("nir", "NIR").help("Treize caractères et une clé de deux chiffres. Vide s'il n'est pas connu.")))
    }
}

/// How to reach the person.
pub(super) fn contact(state: &FormState) -> Markup {
    field_row(html! {
        (text_field(state.field("telephone", "Téléphone")))
        (text_field(state.field("courriel", "Courriel")))
    })
}

fn job(state: &FormState, offer: &Offer) -> Markup {
    let natures: Vec<Choice> = offer.natures.iter().map(|c| Choice::new(&c.code, &c.label)).collect();
    let places: Vec<Choice> = offer
        .employeurs
        .iter()
        .map(|e| {
            let help = format!("{}, {}, SIRET {}", e.nom, e.commune, e.siret.grouped());
            Choice::new(e.etablissement_id.as_str(), &e.raison_sociale).help(help)
        })
        .collect();
    html! {
        @if !places.is_empty() { (choice(state.field("etablissement", "Établissement").required(), &places)) }
        (text_field(state.field("employeur", if places.is_empty() { "Employeur" } else { "Autre employeur" }).wide()
            .help("Le SIRET de l'établissement, ou le début de la raison sociale.")))
        (select_field(state.field("nature", "Type de contrat").required(), &natures))
        (field_row(html! {
            (date_field(state.field("debut", "Premier jour").required()))
            (date_field(state.field("fin", "Dernier jour").help("Vide tant que le contrat n'a pas de fin.")))
        }))
        (text_field(state.field("intitule", "Intitulé du poste").required().wide().help("Tel qu'il est dit dans l'entreprise.")))
        (job_field(state, &offer.emplois))
        (text_field(state.field("unite", "Unité de travail")))
        (checkbox(state.field("nuit", "Travail de nuit").help("Au sens de l'article L. 3122-5 du code du travail.")))
    }
}
