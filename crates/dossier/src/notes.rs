//! The written parts of a visit.

use base::Instant;
use guard::{EcrireDossier, LireDossier, Permit, Work};
use salaries::SalarieId;
use store::{StoreError, Tx, args};
use suivi::VisiteId;

store::statements! {
    SAVE = "insert into note (visite_id, rubrique, salarie_id, texte, auteur_id, auteur_nom, auteur_metier, saisie_le)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (visite_id, rubrique) do update set texte = excluded.texte, auteur_id = excluded.auteur_id,
            auteur_nom = excluded.auteur_nom, auteur_metier = excluded.auteur_metier, saisie_le = excluded.saisie_le";
    ERASE = "delete from note where visite_id = $1 and rubrique = $2 and salarie_id = $3";
    OF_SALARIE = "select visite_id, rubrique, texte, auteur_nom, auteur_metier from note where salarie_id = $1
        order by visite_id, rubrique";
}

/// A part of the talk, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rubrique {
    /// The word kept in the database.
    pub code: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What belongs there.
    pub aide: &'static str,
}

/// The parts of a visit (HAS, Le dossier médical en santé au travail, 2009: health data, advice).
pub const RUBRIQUES: [Rubrique; 5] = [
    Rubrique {
        code: "plaintes",
        label: "Plaintes et symptômes",
        aide: "Ce que le salarié dit de sa santé, en lien ou non avec le travail.",
    },
    Rubrique {
        code: "antecedents",
        label: "Antécédents et traitements",
        aide: "Ce qui compte pour le poste tenu.",
    },
    Rubrique {
        code: "habitudes",
        label: "Habitudes de vie",
        aide: "Sommeil, activité physique, tabac, alcool, alimentation.",
    },
    Rubrique { code: "examen", label: "Examen", aide: "Constatations de l'examen clinique." },
    Rubrique {
        code: "conseils",
        label: "Conseils donnés",
        aide: "Information sur les risques et la prévention (R. 4624-11).",
    },
];

/// The longest note, in characters.
pub(crate) const LONGUEUR_MAX: usize = 20_000;

/// One written part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// During which visit.
    pub visite_id: VisiteId,
    /// Which part.
    pub rubrique: String,
    /// What was written.
    pub texte: String,
    /// By whom.
    pub auteur_nom: String,
    /// Their trade on that day.
    pub auteur_metier: String,
}

/// All notes of the worker of the permit.
pub(crate) async fn notes(tx: &mut Tx, permit: &Permit<LireDossier>) -> Result<Vec<Note>, StoreError> {
    tx.all(OF_SALARIE, args![permit.object()])
        .await?
        .iter()
        .map(|r| {
            Ok(Note {
                visite_id: VisiteId::new(r.get::<String>("visite_id")?),
                rubrique: r.get("rubrique")?,
                texte: r.get("texte")?,
                auteur_nom: r.get("auteur_nom")?,
                auteur_metier: r.get("auteur_metier")?,
            })
        })
        .collect()
}

/// Adds notes of past visits, one or many, with the worker each is about.
pub async fn insert_notes(
    tx: &mut Tx,
    new: &[(SalarieId, Note)],
    recorded: Instant,
) -> Result<(), StoreError> {
    let columns = [
        "visite_id",
        "rubrique",
        "salarie_id",
        "texte",
        "auteur_id",
        "auteur_nom",
        "auteur_metier",
        "saisie_le",
    ];
    let rows = new.iter().map(|(salarie, n)| {
        args![
            n.visite_id.as_str(),
            &n.rubrique,
            salarie.as_str(),
            &n.texte,
            "reprise",
            &n.auteur_nom,
            &n.auteur_metier,
            recorded,
        ]
    });
    tx.insert_many("note", &columns, rows).await.map(|_| ())
}

/// Keeps what was written; until the visit is signed, writing again replaces it.
pub(crate) async fn enregistrer(
    work: &mut Work,
    permit: &Permit<EcrireDossier>,
    visite: &VisiteId,
    rubrique: &Rubrique,
    texte: &str,
) -> Result<(), StoreError> {
    if texte.is_empty() {
        return work
            .tx
            .execute(ERASE, args![visite.as_str(), rubrique.code, permit.object()])
            .await
            .map(|_| ());
    }
    let (now, who) = (work.now(), work.caller().clone());
    work.tx
        .execute(
            SAVE,
            args![
                visite.as_str(),
                rubrique.code,
                permit.object(),
                texte,
                &who.compte_id,
                &who.nom,
                who.role.as_str(),
                now,
            ],
        )
        .await
        .map(|_| ())
}
