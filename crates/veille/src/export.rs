//! What leaves the watch: the requests for the editor of a list (publisher rule E7), the gap with matrices.

use base::Date;
use serde_json::{Value, json};

use crate::{Demande, Evenement, Geste, ecart::Ecart};

/// A request with its story.
pub(crate) type Dite = (Demande, Vec<Evenement>);

/// The decision in force of a story: the last that was not taken back.
fn decision(story: &[Evenement]) -> Option<&Evenement> {
    in_force(story, |g| matches!(g, Geste::Acceptation | Geste::Refus | Geste::Report))
}

/// The delivery in force.
fn delivery(story: &[Evenement]) -> Option<&Evenement> {
    in_force(story, |g| g == Geste::Livraison)
}

/// The last step of a kind that no contrary step undid.
fn in_force(story: &[Evenement], wanted: fn(Geste) -> bool) -> Option<&Evenement> {
    let mut standing: Vec<&Evenement> = Vec::new();
    for e in story {
        match e.geste {
            Geste::Annulation => drop(standing.pop()),
            // What was put off is examined anew.
            Geste::Instruction => standing.clear(),
            Geste::Acceptation | Geste::Refus | Geste::Report | Geste::Livraison => standing.push(e),
            Geste::Depot | Geste::Appui => {}
        }
    }
    standing.into_iter().rev().find(|e| wanted(e.geste))
}

const COLUMNS: [&str; 18] = [
    "demande",
    "liste",
    "version",
    "nature",
    "code",
    "libelle",
    "libelle_souhaite",
    "place_souhaitee_code",
    "place_souhaitee_libelle",
    "raison",
    "textes_saisis",
    "etat",
    "deposee_le",
    "deposant",
    "decidee_le",
    "motif",
    "livree_dans",
    "code_livre",
];

/// The requests as CSV, one row each, for Excel: semicolons, UTF-8 with its mark.
pub(crate) fn demandes_csv(requests: &[Dite]) -> String {
    let rows = requests.iter().map(|(d, story)| {
        let (decided, delivered) = (decision(story), delivery(story));
        let texts: Vec<String> = d.textes.iter().map(|t| format!("{} ({})", t.texte, t.saisies)).collect();
        [
            d.id.to_string(),
            d.thesaurus.clone(),
            d.version.clone(),
            d.sorte.code().to_owned(),
            d.terme.as_ref().map(|t| t.code.clone()).unwrap_or_default(),
            d.terme.as_ref().map(|t| t.label.clone()).unwrap_or_default(),
            d.souhait.clone(),
            d.parent.as_ref().map(|t| t.code.clone()).unwrap_or_default(),
            d.parent.as_ref().map(|t| t.label.clone()).unwrap_or_default(),
            d.raison.clone(),
            texts.join(" | "),
            d.etat.code().to_owned(),
            d.deposee_le.day().to_string(),
            d.auteur.role.clone(),
            decided.map(|e| e.le.day().to_string()).unwrap_or_default(),
            decided.and_then(|e| e.motif.clone()).unwrap_or_default(),
            delivered.and_then(|e| e.version.clone()).unwrap_or_default(),
            delivered.and_then(|e| e.terme.as_ref()).map(|t| t.code.clone()).unwrap_or_default(),
        ]
        .to_vec()
    });
    csv(&COLUMNS, rows)
}

/// The same as JSON, texts to the byte. The trade of who asked is told, never their name.
pub(crate) fn demandes_json(service: &str, le: Date, requests: &[Dite]) -> Value {
    let term = |t: Option<&base::Coded>| t.map(|t| json!({ "code": t.code, "libelle": t.label }));
    let list: Vec<Value> = requests
        .iter()
        .map(|(d, story)| {
            let (decided, delivered) = (decision(story), delivery(story));
            json!({
                "demande": d.id,
                "liste": d.thesaurus,
                "version": d.version,
                "nature": d.sorte.code(),
                "terme": term(d.terme.as_ref()),
                "libelle_souhaite": d.souhait,
                "place_souhaitee": term(d.parent.as_ref()),
                "raison": d.raison,
                "textes_saisis": d.textes,
                "etat": d.etat.code(),
                "deposee_le": d.deposee_le.day().to_string(),
                "deposant": d.auteur.role,
                "decision": decided.map(|e| json!({
                    "le": e.le.day().to_string(), "sorte": e.geste.code(), "motif": e.motif,
                })),
                "livraison": delivered.map(|e| json!({
                    "version": e.version, "terme": term(e.terme.as_ref()),
                })),
            })
        })
        .collect();
    json!({ "service": service, "exporte_le": le.to_string(), "demandes": list })
}

/// The gap with matrices as CSV, one row per job and exposure.
pub(crate) fn ecarts_csv(gaps: &[Ecart]) -> String {
    const COLUMNS: [&str; 13] = [
        "metier_liste",
        "metier_code",
        "metier",
        "salaries",
        "exposition_liste",
        "exposition_code",
        "exposition",
        "origine",
        "matrice",
        "plausibilite",
        "constatees",
        "ecartees",
        "non_examinees",
    ];
    let rows = gaps.iter().flat_map(|g| {
        let job = [
            g.metier.thesaurus.clone(),
            g.metier.code.clone(),
            g.metier.label.clone(),
            g.salaries.to_string(),
        ];
        let proposed = g.propositions.iter().map(|l| {
            let end = [
                l.agent.thesaurus.clone(),
                l.agent.code.clone(),
                l.agent.label.clone(),
                "matrice".to_owned(),
                format!("{} {}", l.matrice, l.version),
                l.plausibilite.map_or_else(String::new, |p| p.as_str().to_owned()),
                l.constatees.to_string(),
                l.ecartees.to_string(),
                l.non_examinees.to_string(),
            ];
            [job.as_slice(), &end].concat()
        });
        let outside = g.hors.iter().map(|h| {
            let end = [
                h.thesaurus.clone(),
                h.code.clone(),
                h.label.clone(),
                "hors matrice".to_owned(),
                String::new(),
                String::new(),
                h.salaries.to_string(),
                String::new(),
                String::new(),
            ];
            [job.as_slice(), &end].concat()
        });
        proposed.chain(outside).collect::<Vec<_>>()
    });
    csv(&COLUMNS, rows)
}

fn csv(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    // Writing to memory does not fail, and every row has the columns of the first.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| harmless(cell)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A cell that a spreadsheet would compute is kept as a text: what people typed must not run at the editor's.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use base::Instant;

    use super::*;
    use crate::Personne;

    fn step(geste: Geste) -> Evenement {
        Evenement {
            rang: 1,
            geste,
            motif: Some(geste.code().into()),
            version: None,
            terme: None,
            auteur: Personne { id: "a".into(), nom: "A".into(), role: "medecin".into() },
            le: Instant::from_millis(0),
        }
    }

    #[test]
    fn la_decision_en_vigueur_est_la_derniere_qui_n_a_pas_ete_reprise() {
        use Geste::{Acceptation, Annulation, Depot, Instruction, Livraison, Refus, Report};
        let story = |steps: &[Geste]| steps.iter().map(|g| step(*g)).collect::<Vec<_>>();
        let found = |steps: &[Geste]| decision(&story(steps)).map(|e| e.geste);
        assert_eq!(found(&[Depot, Instruction]), None);
        assert_eq!(found(&[Depot, Instruction, Refus]), Some(Refus));
        assert_eq!(found(&[Depot, Instruction, Refus, Annulation]), None);
        assert_eq!(found(&[Depot, Instruction, Refus, Annulation, Acceptation]), Some(Acceptation));
        assert_eq!(found(&[Depot, Instruction, Report, Instruction]), None);
        let delivered = [Depot, Instruction, Acceptation, Livraison];
        assert_eq!(found(&delivered), Some(Acceptation));
        assert!(delivery(&story(&delivered)).is_some());
        let undone = [Depot, Instruction, Acceptation, Livraison, Annulation];
        assert_eq!(found(&undone), Some(Acceptation));
        assert!(delivery(&story(&undone)).is_none());
    }

    #[test]
    fn une_formule_tapee_comme_texte_reste_un_texte() {
        let text = csv(&["a", "b"], [vec!["=1+1".to_owned(), "tôle; \"acier\"".to_owned()]].into_iter());
        assert_eq!(text, "\u{feff}a;b\n'=1+1;\"tôle; \"\"acier\"\"\"\n");
    }
}
