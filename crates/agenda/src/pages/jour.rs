//! The day of a professional: who comes at what time, from where, for what, and what to do next.

use std::collections::BTreeMap;

use adherents::{Employeur, EtablissementId};
use axum::extract::{RawQuery, State};
use base::{Date, age_words, date_long};
use guard::{Caller, EcrireDossier, LireAgenda, PlanifierVisite, Purpose, Work};
use maud::{Markup, html};
use organisation::{Professionnel, ProfessionnelId};
use salaries::{Emploi, Salarie};
use store::Tx;
use suivi::{EtatVisite, Visite, VisiteId};
use ui::{
    Choice, Column, Csrf, Empty, Fault, Field, Form, House, Kind, Page, Row, actions, badge, cols_2,
    field_row, link_button, post_button, progress, section, select_field, submit, table,
};

use super::{
    Demande, adresse,
    types::{categorie, etat, genre},
};
use crate::{Creneau, tables};

/// A visit with what the team must see of its worker.
struct Ligne {
    visite: Visite,
    salarie: Salarie,
    employeur: Option<Employeur>,
    poste: Option<String>,
    /// `None` when the follow-up was never computed.
    categorie: Option<String>,
}

/// A day as the page shows it.
struct Journee {
    creneaux: Vec<(Creneau, Option<Ligne>)>,
    sans_creneau: Vec<Ligne>,
    semaine: Vec<JourDeSemaine>,
}

struct JourDeSemaine {
    jour: Date,
    visites: usize,
    libres: i64,
}

/// What this person may do on the page.
#[derive(Clone, Copy)]
struct Droits {
    commencer: bool,
    placer: bool,
}

/// The page.
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = super::demande(&house, &caller, query.as_deref()).await?;
    let (qui, jour) = (asked.professionnel.as_ref().map(|p| p.id.clone()), asked.jour);
    let day = house
        .guard
        .run::<LireAgenda, _, Fault, _>(&caller, &asked.objet(), Purpose::Planification, move |work, _| {
            Box::pin(async move {
                match qui {
                    Some(qui) => read(work, &qui, jour).await.map(Some),
                    None => Ok(None),
                }
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let today = frame.today;
    let droits = Droits {
        commencer: house.guard.offers::<EcrireDossier>(&caller),
        placer: house.guard.offers::<PlanifierVisite>(&caller),
    };
    let body = match (&asked.professionnel, &day) {
        (Some(qui), Some(day)) => show(&asked, qui, day, droits, today, &frame.csrf),
        _ => ui::empty(
            &Empty::new(
                "Aucun médecin ni infirmier n'est enregistré dans ce service.",
                "L'agenda s'ouvrira dès qu'un professionnel de santé aura été ajouté au service.",
            )
            .action("/", "Revenir à l'accueil"),
        ),
    };
    Ok(Page::new(&frame, "Ma journée").active("/agenda").render(body))
}

async fn read(work: &mut Work, qui: &ProfessionnelId, jour: Date) -> Result<Journee, Fault> {
    let slots = tables::creneaux_du_jour(&mut work.tx, qui, jour).await?;
    let mut visites: BTreeMap<VisiteId, Visite> = BTreeMap::new();
    for visite in suivi::visites_du_jour(&mut work.tx, qui, jour).await? {
        visites.insert(visite.id.clone(), visite);
    }
    // A slot may hold a visit that was moved to another day or professional: it is shown as it stands.
    for id in slots.iter().filter_map(|s| s.visite_id.as_ref()) {
        if !visites.contains_key(id)
            && let Some(visite) = suivi::visite(&mut work.tx, id).await?
        {
            visites.insert(id.clone(), visite);
        }
    }
    let ids: Vec<EtablissementId> = visites.values().map(|v| v.etablissement_id.clone()).collect();
    let employeurs = adherents::employeurs(&mut work.tx, &ids).await?;
    let mut creneaux = Vec::new();
    for slot in slots {
        let held = slot.visite_id.as_ref().and_then(|id| visites.remove(id));
        let ligne = match held {
            Some(visite) => ligne(&mut work.tx, visite, &employeurs).await?,
            None => None,
        };
        creneaux.push((slot, ligne));
    }
    let mut sans_creneau = Vec::new();
    for visite in visites.into_values().filter(|v| v.etat != EtatVisite::Annulee) {
        sans_creneau.extend(ligne(&mut work.tx, visite, &employeurs).await?);
    }
    let semaine = semaine(&mut work.tx, qui, jour).await?;
    Ok(Journee { creneaux, sans_creneau, semaine })
}

async fn ligne(
    tx: &mut Tx,
    visite: Visite,
    employeurs: &BTreeMap<EtablissementId, Employeur>,
) -> Result<Option<Ligne>, Fault> {
    let Some(salarie) = salaries::salarie(tx, &visite.salarie_id).await? else { return Ok(None) };
    let emplois = salaries::emplois(tx, &visite.salarie_id).await?;
    let held = |e: &&Emploi| {
        e.contrat.etablissement_id == visite.etablissement_id && e.poste.duree.contains(visite.jour)
    };
    let poste = emplois.iter().find(held).map(|e| e.poste.intitule.clone());
    let categorie = suivi::etat(tx, &visite.salarie_id).await?.map(|e| e.categorie);
    let employeur = employeurs.get(&visite.etablissement_id).cloned();
    Ok(Some(Ligne { visite, salarie, employeur, poste, categorie }))
}

/// The seven days from the Monday on, as far as the calendar goes.
fn jours_de_semaine(jour: Date) -> Vec<Date> {
    let back = jour.weekday().to_monday_zero_offset();
    let monday = (0..back).try_fold(jour, |day, _| day.yesterday()).unwrap_or(jour);
    std::iter::successors(Some(monday), |day| day.tomorrow().ok()).take(7).collect()
}

async fn semaine(tx: &mut Tx, qui: &ProfessionnelId, jour: Date) -> Result<Vec<JourDeSemaine>, Fault> {
    let jours = jours_de_semaine(jour);
    let (du, au) = (jours.first().copied().unwrap_or(jour), jours.last().copied().unwrap_or(jour));
    let libres: BTreeMap<Date, i64> = tables::libres(tx, qui, du, au).await?.into_iter().collect();
    let mut semaine = Vec::new();
    for (rank, day) in jours.into_iter().enumerate() {
        let visites = suivi::visites_du_jour(tx, qui, day).await?;
        let visites = visites.iter().filter(|v| v.etat != EtatVisite::Annulee).count();
        let libres = libres.get(&day).copied().unwrap_or(0);
        // A Saturday or a Sunday is shown when something takes place or when one looks at it.
        if rank < 5 || visites > 0 || libres > 0 || day == jour {
            semaine.push(JourDeSemaine { jour: day, visites, libres });
        }
    }
    Ok(semaine)
}

fn show(
    asked: &Demande,
    qui: &Professionnel,
    day: &Journee,
    droits: Droits,
    today: Date,
    csrf: &Csrf,
) -> Markup {
    let jour = asked.jour;
    let link = |to: Date, words: &str, rel: Option<&str>| {
        html! { a href=(adresse(to, &qui.id)) rel=[rel] { (words) } }
    };
    html! {
        p.lead { (qui.nom_complet()) ", " time datetime=(jour) { (date_long(jour)) } @if jour == today { " (aujourd’hui)" } }
        nav.pager aria-label="Jours" {
            @if let Ok(before) = jour.yesterday() { (link(before, "Jour précédent", Some("prev"))) }
            @if jour != today { (link(today, "Aujourd’hui", None)) }
            @if let Ok(after) = jour.tomorrow() { (link(after, "Jour suivant", Some("next"))) }
        }
        (section("journee", "Visites du jour", None, journee(qui, day, droits, jour, today, csrf)))
        (cols_2(
            html! {
                @if !day.sans_creneau.is_empty() {
                    (section("sans-creneau", "Sans créneau", None, sans_creneau(day, droits, jour, today, csrf)))
                }
                (section("semaine", "La semaine", None, bande(qui, day, jour)))
            },
            section("choix", "Un autre jour, une autre personne", None, choix(asked, qui)),
        ))
    }
}

fn journee(
    qui: &Professionnel,
    day: &Journee,
    droits: Droits,
    jour: Date,
    today: Date,
    csrf: &Csrf,
) -> Markup {
    let visites = || day.creneaux.iter().filter_map(|(_, l)| l.as_ref()).chain(&day.sans_creneau);
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let held = visites().filter(|l| l.visite.etat != EtatVisite::Annulee).count();
    let done = visites().filter(|l| l.visite.etat == EtatVisite::Signee).count();
    let first = visites().find(|l| l.visite.etat == EtatVisite::Prevue).map(|l| &l.visite.id);
    let rows = day
        .creneaux
        .iter()
        .map(|(slot, line)| {
            let hours = html! { span.nowrap { (slot.debut) "\u{2060}–\u{2060}" (slot.fin) } };
            if let Some(line) = line {
                let next = first == Some(&line.visite.id);
                let cells = cells(line, droits, jour, today, next, csrf);
                Row::new(std::iter::once(hours).chain(cells).collect())
            } else {
                let mut cells = vec![hours, html! { (badge(ui::Tone::Neutre, "Libre")) }];
                cells.resize(COLUMNS.len(), html! {});
                Row::new(cells)
            }
        })
        .collect();
    html! {
        @if held > 0 { (progress("Visites signées\u{a0}:", count(done), count(held))) }
        (table("Visites et créneaux, dans l’ordre des heures", &columns(), rows, Empty::new(
            "Aucun créneau ce jour.",
            "Passez à un autre jour, ou cherchez un salarié pour planifier sa visite.",
        ).action("/salaries", "Chercher un salarié")))
        (actions(link_button(
            &format!("/agenda/porte?jour={jour}&professionnel={}", qui.id), "Préparer la feuille de porte", Kind::Secondary,
        )))
    }
}

const COLUMNS: [&str; 7] = ["Heure", "Salarié", "Entreprise et poste", "Visite", "Suivi", "État", "Actions"];

fn columns() -> Vec<Column> {
    let last = COLUMNS.len() - 1;
    let column = |(i, name): (usize, &&str)| {
        if i == last { Column::hidden_label(*name) } else { Column::text(*name) }
    };
    COLUMNS.iter().enumerate().map(column).collect()
}

/// The cells of a visit after its time.
fn cells(line: &Ligne, droits: Droits, jour: Date, today: Date, next: bool, csrf: &Csrf) -> [Markup; 6] {
    let Ligne { visite, salarie, employeur, poste, categorie: sigle } = line;
    let start = droits.commencer && visite.etat == EtatVisite::Prevue && jour <= today;
    let kind = if next { Kind::Primary } else { Kind::Secondary };
    [
        html! {
            a href={ "/salaries/" (salarie.id) } { (salarie.nom_affiche()) } " " span.help { (age_words(salarie.naissance, jour)) }
        },
        html! {
            @if let Some(e) = employeur { (e.raison_sociale) }
            @if let Some(poste) = poste { small.path { (poste) } }
        },
        genre(&visite.type_visite),
        categorie(sigle.as_deref()),
        etat(visite.etat),
        actions(html! {
            @if start { (post_button(&format!("/visites/{}/demarrer", visite.id), csrf, "Commencer la visite", kind)) }
            @if droits.commencer && visite.etat == EtatVisite::EnCours {
                (link_button(&format!("/visites/{}", visite.id), "Reprendre la visite", Kind::Primary))
            }
        }),
    ]
}

fn sans_creneau(day: &Journee, droits: Droits, jour: Date, today: Date, csrf: &Csrf) -> Markup {
    let free: Vec<Choice> = day
        .creneaux
        .iter()
        .filter(|(slot, _)| slot.visite_id.is_none())
        .map(|(slot, _)| Choice::new(slot.debut.as_str(), format!("{}–{}", slot.debut, slot.fin)))
        .collect();
    let waiting: Vec<Choice> = day
        .sans_creneau
        .iter()
        .filter(|l| l.visite.etat == EtatVisite::Prevue)
        .map(|l| {
            let words = format!("{}, {}", l.salarie.nom_affiche(), l.visite.type_visite.label);
            Choice::new(l.visite.id.as_str(), words)
        })
        .collect();
    let rows = day
        .sans_creneau
        .iter()
        .map(|line| Row::new(cells(line, droits, jour, today, false, csrf).into()))
        .collect();
    html! {
        (table("Visites prévues ce jour sans heure", &columns()[1..], rows, Empty::new("Aucune visite à placer", "")))
        @if droits.placer && jour >= today && !waiting.is_empty() {
            @if free.is_empty() {
                p.help { "Aucun créneau n’est libre ce jour pour placer ces visites." }
            } @else {
                (Form::post("/agenda/placer", csrf).render(html! {
                    (field_row(html! {
                        (select_field(Field::new("visite", "Visite à placer", "", None, true).required(), &waiting))
                        (select_field(Field::new("debut", "Créneau libre", "", None, true).required(), &free))
                    }))
                    (actions(submit("Placer la visite", Kind::Secondary)))
                }))
            }
        }
    }
}

fn bande(qui: &Professionnel, day: &Journee, jour: Date) -> Markup {
    // "mar. 24" out of "mar. 24 nov. 2026".
    let short = |d: Date| date_long(d).split('\u{a0}').take(2).collect::<Vec<_>>().join("\u{a0}");
    html! {
        div.table-box role="group" aria-label="Visites et créneaux libres de la semaine" tabindex="0" {
            table {
                caption.vh { "Visites et créneaux libres de la semaine" }
                thead { tr {
                    th scope="col" { "Jour" }
                    @for d in &day.semaine {
                        th.num scope="col" {
                            a href=(adresse(d.jour, &qui.id)) aria-current=[(d.jour == jour).then_some("date")] { (short(d.jour)) }
                        }
                    }
                } }
                tbody {
                    tr { th scope="row" { "Visites" } @for d in &day.semaine { td.num { @if d.jour == jour { b { (d.visites) } } @else { (d.visites) } } } }
                    tr { th scope="row" { "Libres" } @for d in &day.semaine { td.num { (d.libres) } } }
                }
            }
        }
    }
}

fn choix(asked: &Demande, qui: &Professionnel) -> Markup {
    let people: Vec<Choice> = asked
        .choix
        .iter()
        .map(|p| Choice::new(p.id.as_str(), format!("{} ({})", p.nom_complet(), p.metier.label())))
        .collect();
    let who = Field::new("professionnel", "Professionnel", qui.id.as_str(), None, true).required();
    let when = Field::new("jour", "Jour", asked.jour.to_string(), None, true);
    Form::get("/agenda").line().render(html! {
        (select_field(who, &people))
        (ui::date_field(when))
        (submit("Afficher ce jour", Kind::Secondary))
    })
}
