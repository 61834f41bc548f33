//! GET /salaries/{id}: the worker's file.

use axum::extract::{Path, State};
use base::Date;
use guard::{Caller, LireDossier, LireIdentite, PlanifierVisite, Purpose, Refusal};
use maud::{Markup, html};
use salaries::{Emploi, Salarie, SalarieId};
use suivi::{EtatVisite, Visite};
use ui::{Column, Empty, Fault, FileHead, FormState, Frame, Icon, Kind, Line, Page, Row, TimelineItem, Tone};

use super::{Dossier, vue};
use crate::{Mesure, Quantite, mesures::quantites};

/// What anybody of the team may see: identity, posts, appointments.
struct Identite {
    salarie: Salarie,
    emplois: Vec<Emploi>,
    visites: Vec<Visite>,
}

pub(super) async fn page(
    State(state): State<Dossier>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let guard = &state.house.guard;
    let identite = guard
        .run::<LireIdentite, _, Fault, _>(&caller, &id, Purpose::PriseEnCharge, move |work, permit| {
            Box::pin(async move {
                let id = SalarieId::new(permit.object());
                let salarie =
                    salaries::salarie(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Ce salarié"))?;
                Ok(Identite {
                    salarie,
                    emplois: salaries::emplois(&mut work.tx, &id).await?,
                    visites: suivi::visites(&mut work.tx, permit).await?,
                })
            })
        })
        .await?;
    let today = guard.clock().today();
    let frame = state.house.frame(&caller);
    let record = guard
        .run::<LireDossier, _, Fault, _>(&caller, &id, Purpose::PriseEnCharge, move |work, permit| {
            Box::pin(async move {
                let vue = vue::Vue::load(work, permit, today).await?;
                Ok((vue, quantites(&mut work.tx).await?))
            })
        })
        .await;
    let offers_visit = guard.offers::<PlanifierVisite>(&caller);
    let page =
        Page::new(&frame, "Dossier").crumb("Salariés", "/salaries").active("/salaries").without_heading();
    match record {
        Ok((vue, quantites)) => Ok(page.render(open(&frame, &vue, &quantites, offers_visit, today))),
        Err(Fault::Refused(refusal)) => Ok(page.render(closed(&identite, &refusal, offers_visit, today))),
        Err(other) => Err(other),
    }
}

fn open(frame: &Frame, vue: &vue::Vue, quantites: &[Quantite], offers_visit: bool, today: Date) -> Markup {
    html! {
        (vue::head(vue, today, current_visit(frame, &vue.visites)))
        (ui::cols_3(
            html! {
                (ui::section("parcours", "Vie de travail et visites", None, line(&vue.emplois, &vue.visites, true)))
            },
            html! {
                (ui::section("derniere-visite", "Dernière visite", None, last_visit(vue)))
                (ui::section("expositions", "Expositions relevées", None, exposures(vue)))
                (ui::section("courbes", "Mesures", None, curves(&vue.mesures, quantites)))
                (ui::section("documents", "Documents remis", None, papers(vue)))
            },
            html! {
                (ui::section("attention", "À regarder", None, attention(vue, quantites, today)))
                @if offers_visit { (ui::section("nouvelle-visite", "Nouvelle visite", None, new_visit(frame, vue, today))) }
            },
        ))
    }
}

fn closed(i: &Identite, refusal: &Refusal, offers_visit: bool, today: Date) -> Markup {
    let presents: Vec<&Emploi> = i.emplois.iter().filter(|e| e.poste.duree.contains(today)).collect();
    html! {
        (ui::file_head(
            FileHead::new(i.salarie.nom_affiche())
                .identity(vue::identity_line(&i.salarie, today))
                .fact("Poste", vue::posts(&presents)),
        ))
        (ui::cols_3(
            ui::section("parcours", "Vie de travail et visites", None, line(&i.emplois, &i.visites, false)),
            html! {
                @for title in ["Dernière visite", "Expositions relevées", "Mesures", "Documents remis"] {
                    (ui::refused(title, &refusal.sentence))
                }
            },
            html! {
                @if offers_visit {
                    (ui::section("nouvelle-visite", "Nouvelle visite", None, html! {
                        p { "Le rendez-vous se prend dans l'agenda du médecin ou de l'infirmier." }
                        (ui::link_button("/agenda", "Ouvrir l'agenda", Kind::Secondary))
                    }))
                }
            },
        ))
    }
}

fn current_visit(frame: &Frame, visites: &[Visite]) -> Markup {
    let open = visites.iter().find(|v| v.etat == EtatVisite::EnCours);
    let planned = visites.iter().find(|v| v.etat == EtatVisite::Prevue && v.jour == frame.today);
    html! {
        @if let Some(v) = open {
            (ui::link_button(&format!("/visites/{}", v.id), "Reprendre la visite en cours", Kind::Primary))
        } @else if let Some(v) = planned {
            (ui::post_button(&format!("/visites/{}/demarrer", v.id), &frame.csrf, "Commencer la visite", Kind::Primary))
        }
    }
}

/// The working life and the visits on one line, latest first.
fn line(emplois: &[Emploi], visites: &[Visite], links: bool) -> Markup {
    let mut items: Vec<(Date, TimelineItem)> = Vec::new();
    for e in emplois {
        let title = html! { strong { (e.poste.intitule) } ", " (e.employeur.raison_sociale) };
        let day = e.poste.duree.from();
        items.push((
            day,
            TimelineItem::new(day, Icon::Emploi, title).until(e.poste.duree.to()).detail(html! {
                (e.employeur.commune)
                @if let Some(unite) = &e.poste.unite { ", " (unite) }
                @if let Some(emploi) = &e.poste.emploi {
                    " · " (emploi.label) @if emploi.is_autre() { " (autre)" }
                }
                " · " a href={ "/salaries/" (e.poste.salarie_id) "/postes" } { "Postes et métiers" }
            }),
        ));
    }
    for v in visites {
        let label = &v.type_visite.label;
        let title = if links {
            html! { a href={ "/visites/" (v.id) } { (label) } }
        } else {
            html! { (label) }
        };
        let item = TimelineItem::new(v.jour, Icon::Visite, title);
        let item = match v.etat {
            EtatVisite::Signee => item.detail(html! {
                @if let Some(who) = &v.signee_par { (who) }
                @if links { " · " (vue::conclusion_words(v)) }
            }),
            EtatVisite::EnCours => item.tone(Tone::Info, "En cours"),
            EtatVisite::Prevue => item.tone(Tone::Neutre, "Prévue"),
            EtatVisite::Absente => item.tone(Tone::Attention, "Absence"),
            EtatVisite::Annulee => item.tone(Tone::Neutre, "Annulée"),
        };
        items.push((v.jour, item));
    }
    items.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    if items.is_empty() {
        return ui::empty(&Empty::new(
            "Aucun emploi ni visite",
            "Ajoutez le contrat du salarié depuis la fiche de son employeur.",
        ));
    }
    ui::timeline(items.into_iter().map(|(_, item)| item).collect())
}

fn last_visit(vue: &vue::Vue) -> Markup {
    let Some(v) = vue.derniere(None) else {
        return ui::empty(&Empty::new(
            "Aucune visite signée",
            "La première visite apparaîtra ici une fois signée.",
        ));
    };
    html! {
        p {
            a href={ "/visites/" (v.id) } { (v.type_visite.label) } ", " (base::date_long(v.jour))
            @if let Some(who) = &v.signee_par { ", " (who) }
            "\u{a0}: " (vue::conclusion_words(v)) "."
        }
        @for r in &crate::RUBRIQUES {
            @if let Some(note) = vue.notes.iter().find(|n| n.visite_id == v.id && n.rubrique == r.code) {
                (ui::subsection(r.label, html! { p { (note.texte) } p.help { (note.auteur_nom) ", " (vue::trade(&note.auteur_metier)) } }))
            }
        }
    }
}

fn exposures(vue: &vue::Vue) -> Markup {
    let rows = vue
        .expositions
        .iter()
        .zip(&vue.depuis)
        .map(|(e, since)| {
            Row::new(vec![
                html! {
                    (e.agent.label) @if e.declencheur.is_some() { " " (ui::flag("risque particulier")) }
                    // The label of the day stands; what it has become opens on demand.
                    @if let Some(since) = since {
                        details {
                            summary { "Libellé de la version " (e.agent.version) }
                            p { (ui::nbsp(since)) }
                        }
                    }
                },
                html! { (base::date_numeric(e.duree.from())) @if let Some(to) = e.duree.to() { " – " (base::date_numeric(to)) } @else { " – en cours" } },
                html! { (vue::origin(e)) },
            ])
        })
        .collect();
    ui::table(
        "Expositions relevées au fil de la vie de travail",
        &[Column::text("Agent ou situation"), Column::text("Période"), Column::text("Origine")],
        rows,
        Empty::new(
            "Aucune exposition relevée",
            "Les propositions de la matrice se cochent pendant la visite.",
        ),
    )
}

fn curves(mesures: &[Mesure], quantites: &[Quantite]) -> Markup {
    let mut drawn: Vec<Markup> = Vec::new();
    let mut codes: Vec<&str> = mesures.iter().map(|m| m.quantite.code.as_str()).collect();
    codes.dedup();
    for code in codes {
        let of: Vec<&Mesure> = mesures.iter().filter(|m| m.quantite.code == code).collect();
        let (Some(last), true) = (of.last(), of.len() > 1) else { continue };
        let mut chart = Line::new(
            format!("courbe-{code}"),
            &last.quantite.label,
            format!("{} relevés lors des visites du service.", of.len()),
        )
        .unit(&last.unite)
        .compact();
        if let Some(q) = quantites.iter().find(|q| q.terme.code == code)
            && let (Some(min), Some(max)) = q.usuel
        {
            chart = chart.usual(min, max);
        }
        for m in &of {
            chart = chart.point(m.jour, m.valeur);
        }
        drawn.push(ui::line_chart(chart));
    }
    if drawn.is_empty() {
        return ui::empty(&Empty::new(
            "Pas encore de courbe",
            "Une courbe se dessine dès la deuxième mesure d'une même grandeur.",
        ));
    }
    ui::grid(drawn)
}

fn papers(vue: &vue::Vue) -> Markup {
    let rows = vue
        .documents
        .iter()
        .map(|d| {
            Row::new(vec![
                html! { a href={ "/documents/" (d.id) } { (d.titre) } },
                html! { (d.exemplaire()) },
                html! { (base::date_numeric(d.jour)) },
                html! { (d.signe_par) },
            ])
        })
        .collect();
    ui::table(
        "Documents remis, tels qu'ils ont été signés",
        &[
            Column::text("Document"),
            Column::text("Exemplaire"),
            Column::text("Date"),
            Column::text("Signé par"),
        ],
        rows,
        Empty::new("Aucun document", "Signer une visite édite ses documents."),
    )
}

fn attention(vue: &vue::Vue, quantites: &[Quantite], today: Date) -> Markup {
    let mut lines: Vec<Markup> = Vec::new();
    if let Ok(evaluation) = &vue.evaluation {
        for e in evaluation.echeances.iter().filter(|e| e.au_plus_tard < today) {
            lines.push(html! { (ui::badge(Tone::Retard, "En retard")) " " (e.libelle) ", due le " (base::date_numeric(e.au_plus_tard)) });
        }
        for a in &evaluation.alertes {
            lines.push(html! { (ui::badge(Tone::Attention, "À vérifier")) " " (a.raison.phrase) });
        }
    }
    for q in quantites {
        let last = vue.mesures.iter().filter(|m| m.quantite.code == q.terme.code).max_by_key(|m| m.jour);
        if let Some(m) = last.filter(|m| q.inhabituelle(m.valeur)) {
            lines.push(html! {
                (ui::badge(Tone::Attention, "Valeur inhabituelle")) " " (m.quantite.label) "\u{a0}: "
                (ui::decimal(m.valeur, 1)) "\u{a0}" (m.unite) " le " (base::date_numeric(m.jour))
            });
        }
    }
    let identity = match vue.salarie.ins_statut {
        identite::StatutIns::Qualifiee => None,
        identite::StatutIns::Validee => Some("l'INS reste à récupérer par le téléservice INSi."),
        identite::StatutIns::Recuperee => Some("une pièce d'identité reste à contrôler."),
        identite::StatutIns::Provisoire => {
            Some("une pièce d'identité reste à contrôler et l'INS à récupérer.")
        }
    };
    if let Some(what) = identity {
        lines.push(html! { (vue::ins_badge(vue.salarie.ins_statut)) "\u{a0}: " (what) });
    }
    if lines.is_empty() {
        return html! { p { "Rien à signaler." } };
    }
    html! { ul.plain { @for line in lines { li { (line) } } } }
}

fn new_visit(frame: &Frame, vue: &vue::Vue, today: Date) -> Markup {
    if vue.presents(today).next().is_none() {
        return html! { p { "Une visite demande un poste en cours." } };
    }
    let due = vue
        .evaluation
        .as_ref()
        .ok()
        .and_then(|e| e.echeances.first())
        .map_or("DEM_SAL", |e| e.type_visite.as_str());
    let regles = droit::Regles::en_vigueur();
    let choices: Vec<ui::Choice> = regles
        .types_visite(today)
        .into_iter()
        .map(|(r, v)| ui::Choice::new(&v.code, &r.entete.libelle))
        .collect();
    let state = FormState::new(true).set("type", due);
    ui::Form::post(format!("/salaries/{}/visites", vue.salarie.id), &frame.csrf).render(html! {
        (ui::select_field(state.field("type", "Type de visite"), &choices))
        (ui::actions(ui::submit("Commencer la visite", Kind::Secondary)))
    })
}
