//! The published edge cases (`droit/cas/*.toml`), each answered by the engine.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use base::Date;
use serde::Deserialize;

use crate::{
    Arret, Categorie, Faits, Metier, Reglages, Regles, VisitePassee, document_admis, document_apres, evaluer,
    ouvertures_pendant_arret, peut_realiser, reprise_due,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fichier {
    cas: Vec<Cas>,
}

/// One case: exactly one question among `faits`, `acte`, `document`, `retour`, `absence`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cas {
    id: String,
    titre: String,
    article: String,
    le: Date,
    #[serde(default)]
    reglages: Reglages,
    faits: Option<Faits>,
    acte: Option<Acte>,
    document: Option<Document>,
    retour: Option<Retour>,
    absence: Option<Arret>,
    attendu: Attendu,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acte {
    metier: Metier,
    type_visite: String,
    categorie: Categorie,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    type_visite: String,
    categorie: Categorie,
    modele: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retour {
    arret: Arret,
    reprise_le: Date,
    #[serde(default)]
    visites: Vec<VisitePassee>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attendu {
    categorie: Option<Categorie>,
    motifs: Option<BTreeSet<String>>,
    plafond_mois: Option<u16>,
    #[serde(default)]
    echeances: Vec<EcheanceAttendue>,
    #[serde(default)]
    aucune: Vec<String>,
    dispense: Option<bool>,
    alerte: Option<String>,
    ouvertures: Option<BTreeSet<String>>,
    impossible: Option<String>,
    autorise: Option<bool>,
    sous_protocole: Option<bool>,
    modele: Option<String>,
    sans_modele: Option<bool>,
    version: Option<Date>,
    article: Option<String>,
    due: Option<bool>,
    dispensee: Option<bool>,
    au_plus_tard: Option<Date>,
    signaler: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EcheanceAttendue {
    type_visite: String,
    au_plus_tard: Date,
    planifiee: Option<Date>,
    en_retard: Option<bool>,
    document: Option<String>,
    #[serde(default)]
    par: Vec<Metier>,
    #[serde(default)]
    pas_par: Vec<Metier>,
    article: Option<String>,
}

fn same<T: PartialEq + std::fmt::Debug>(out: &mut String, what: &str, expected: Option<&T>, found: &T) {
    if let Some(e) = expected
        && e != found
    {
        let _ = writeln!(out, "    {what}: attendu {e:?}, obtenu {found:?}");
    }
}

fn check(rules: &Regles, cas: &Cas) -> String {
    let a = &cas.attendu;
    let mut out = String::new();
    let refused = rules.reglages_refuses(&cas.reglages);
    if !refused.is_empty() {
        let _ = writeln!(out, "    {}", refused.join(" "));
    }
    if let Some(facts) = &cas.faits {
        suivi(rules, cas, facts, &mut out);
    }
    if let Some(q) = &cas.acte {
        let v = peut_realiser(rules, &cas.reglages, q.metier, &q.type_visite, q.categorie, cas.le);
        same(&mut out, "autorisé", a.autorise.as_ref(), &v.autorise);
        same(&mut out, "sous protocole", a.sous_protocole.as_ref(), &v.sous_protocole);
        if let Some(article) = a.article.as_ref().filter(|x| !v.article.contains(x.as_str())) {
            let _ = writeln!(out, "    article: attendu {article}, obtenu {:?}", v.article);
        }
        if a.autorise.is_none() {
            out.push_str("    le cas n’attend rien\n");
        }
    }
    if let Some(q) = &cas.document {
        let model = document_apres(rules, &q.type_visite, q.categorie, cas.le);
        if a.version.is_some() {
            same(&mut out, "version", Some(&a.version), &model.as_ref().map(|m| m.version));
        }
        let found = model.map(|m| m.code);
        if a.modele.is_some() || a.sans_modele == Some(true) {
            same(&mut out, "modèle", Some(&a.modele), &found);
        }
        match &q.modele {
            Some(model) => {
                let v = document_admis(rules, &q.type_visite, q.categorie, model, cas.le);
                same(&mut out, "admis", a.autorise.as_ref(), &v.autorise);
            }
            None if a.modele.is_none() && a.sans_modele.is_none() => {
                out.push_str("    le cas n’attend rien\n");
            }
            None => {}
        }
    }
    if let Some(q) = &cas.retour {
        match reprise_due(rules, &q.arret, &q.visites, q.reprise_le) {
            Some(r) => {
                same(&mut out, "due", a.due.as_ref(), &r.due);
                same(&mut out, "dispensée", a.dispensee.as_ref(), &r.dispensee);
                same(&mut out, "à signaler", a.signaler.as_ref(), &r.signaler_au_medecin);
                if a.au_plus_tard.is_some() {
                    same(&mut out, "au plus tard", Some(&a.au_plus_tard), &r.au_plus_tard);
                }
            }
            None => out.push_str("    aucune règle de reprise\n"),
        }
        if a.due.is_none() {
            out.push_str("    le cas n’attend rien\n");
        }
    }
    if let Some(arret) = &cas.absence {
        let found: BTreeSet<String> = ouvertures_pendant_arret(rules, arret, cas.le)
            .into_iter()
            .filter(|o| o.ouverte)
            .map(|o| o.type_visite)
            .collect();
        same(&mut out, "ouvertures", a.ouvertures.as_ref(), &found);
    }
    let questions = [
        cas.faits.is_some(),
        cas.acte.is_some(),
        cas.document.is_some(),
        cas.retour.is_some(),
        cas.absence.is_some(),
    ];
    if questions.iter().filter(|q| **q).count() != 1 {
        out.push_str("    un cas pose une question et une seule\n");
    }
    out
}

fn suivi(rules: &Regles, cas: &Cas, facts: &Faits, out: &mut String) {
    let a = &cas.attendu;
    let e = match (evaluer(rules, facts, &cas.reglages, cas.le), &a.impossible) {
        (Ok(e), None) => e,
        (Ok(_), Some(field)) => {
            let _ = writeln!(out, "    {field} devait être refusé");
            return;
        }
        (Err(faults), Some(field)) => {
            if !faults.iter().any(|f| f.champ == *field) {
                let _ = writeln!(out, "    {field} devait être refusé, obtenu {faults:?}");
            }
            return;
        }
        (Err(faults), None) => {
            let _ = writeln!(out, "    faits refusés: {faults:?}");
            return;
        }
    };
    if a.categorie.is_some() {
        same(out, "catégorie", Some(&a.categorie), &e.categorie);
    }
    if a.plafond_mois.is_some() {
        same(out, "plafond", Some(&a.plafond_mois), &e.plafond_mois);
    }
    let motifs: BTreeSet<String> = e.motifs.iter().map(|m| m.code.clone()).collect();
    same(out, "motifs", a.motifs.as_ref(), &motifs);
    for expected in &a.echeances {
        let Some(found) = e.echeances.iter().find(|x| x.type_visite == expected.type_visite) else {
            let all: Vec<_> = e.echeances.iter().map(|x| (&x.type_visite, x.au_plus_tard)).collect();
            let _ = writeln!(out, "    {} manque parmi {all:?}", expected.type_visite);
            continue;
        };
        let what = &expected.type_visite;
        same(out, &format!("{what} au plus tard"), Some(&expected.au_plus_tard), &found.au_plus_tard);
        same(out, &format!("{what} planifiée"), expected.planifiee.as_ref(), &found.planifiee);
        same(out, &format!("{what} en retard"), expected.en_retard.as_ref(), &found.en_retard);
        if expected.document.is_some() {
            let document = found.document.as_ref().map(|d| d.code.clone());
            same(out, &format!("{what} document"), Some(&expected.document), &document);
        }
        for (metier, wanted) in
            expected.par.iter().map(|m| (m, true)).chain(expected.pas_par.iter().map(|m| (m, false)))
        {
            let may = found.intervenants.iter().any(|i| i.metier == *metier);
            same(out, &format!("{what} par {metier:?}"), Some(&wanted), &may);
        }
        if let Some(article) = &expected.article
            && !found.raisons.first().is_some_and(|r| r.article.contains(article.as_str()))
        {
            let _ = writeln!(
                out,
                "    {what}: l’article {article} n’est pas la raison, mais {:?}",
                found.raisons
            );
        }
    }
    for code in &a.aucune {
        if let Some(found) = e.echeances.iter().find(|x| x.type_visite == *code) {
            let _ = writeln!(out, "    {code} ne devait pas être due, obtenu le {}", found.au_plus_tard);
        }
    }
    if let Some(expected) = a.dispense {
        let granted: Vec<bool> = e.dispenses.iter().map(|d| d.accordee).collect();
        if granted.is_empty() || granted.iter().any(|g| *g != expected) {
            let _ = writeln!(out, "    dispense: attendu {expected}, obtenu {:?}", e.dispenses);
        }
    }
    if let Some(code) = &a.alerte
        && !e.alertes.iter().any(|x| x.code == *code)
    {
        let _ = writeln!(out, "    alerte {code} attendue, obtenu {:?}", e.alertes);
    }
    let opened: BTreeSet<String> = e.ouvertures.iter().map(|o| o.type_visite.clone()).collect();
    same(out, "ouvertures", a.ouvertures.as_ref(), &opened);
}

fn published() -> Vec<Cas> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../droit/cas");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let file: Fichier = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        all.extend(file.cas);
    }
    all
}

#[test]
fn les_cas_publies_ont_tous_la_reponse_attendue() {
    let mut ids = BTreeSet::new();
    let mut failures = String::new();
    for cas in published() {
        assert!(!cas.article.is_empty() && !cas.titre.is_empty(), "{} sans article ni titre", cas.id);
        assert!(ids.insert(cas.id.clone()), "deux cas portent le nom {}", cas.id);
        let fault = check(Regles::en_vigueur(), &cas);
        if !fault.is_empty() {
            let _ = writeln!(failures, "{} ({}, le {})\n{fault}", cas.id, cas.titre, cas.le);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(ids.len() >= 200, "{} cas seulement", ids.len());
}

/// The texts of the rules with one number changed by one, or one date of change moved by a day; and its name.
fn disturbed() -> Vec<(String, Vec<(&'static str, String)>)> {
    let mut out = Vec::new();
    for (file, text) in crate::FICHIERS {
        let mut id = "";
        for (n, line) in text.lines().enumerate() {
            let Some((key, value)) = line.split_once(" = ") else { continue };
            if key == "id" {
                id = value.trim_matches('"');
            }
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if let Ok(number) = value.parse::<u16>() {
                // Five years beside the five years of everyone are only seen when they shrink, and zero is no length.
                let shrinks = key == "plafond_mois" || key == "initial_mois";
                lines[n] = format!("{key} = {}", if shrinks { number - 1 } else { number + 1 });
            } else if key == "valid_to" || (key == "valid_from" && value != "\"2017-01-01\"") {
                let day: Date = value.trim_matches('"').parse().unwrap();
                let later = format!("\"{}\"", day.tomorrow().unwrap());
                let mut here = "";
                for (m, l) in text.lines().enumerate() {
                    if let Some(name) = l.strip_prefix("id = ") {
                        here = name.trim_matches('"');
                    }
                    if here == id && l.starts_with("valid_") {
                        lines[m] = l.replace(value, &later);
                    }
                }
            } else {
                continue;
            }
            let all = crate::FICHIERS
                .iter()
                .map(|(f, t)| (*f, if f == file { lines.join("\n") } else { (*t).to_owned() }))
                .collect();
            out.push((format!("{id}, {line}"), all));
        }
    }
    out
}

#[test]
fn chaque_duree_et_chaque_date_de_changement_est_tenue_par_un_cas() {
    let cases = published();
    let mut held_by_none = Vec::new();
    for (name, texts) in disturbed() {
        let texts: Vec<(&str, &str)> = texts.iter().map(|(f, t)| (*f, t.as_str())).collect();
        let Ok(rules) = Regles::load(&texts) else { continue };
        if cases.iter().all(|cas| check(&rules, cas).is_empty()) {
            held_by_none.push(name);
        }
    }
    assert!(held_by_none.is_empty(), "aucun cas ne tient\n{}", held_by_none.join("\n"));
}
