//! What the visit page and the file page show, gathered in one reading.

use base::Date;
use droit::Evaluation;
use guard::{LireDossier, Permit, Work};
use identite::StatutIns;
use maud::{Markup, html};
use salaries::{Emploi, Salarie, SalarieId};
use suivi::{Exposition, Visite};
use ui::{Fault, FileHead, Reason, Tone};

use crate::{Document, Mesure, Note, documents, mesures, notes};

/// The record of one worker.
pub(crate) struct Vue {
    pub(crate) salarie: Salarie,
    pub(crate) emplois: Vec<Emploi>,
    pub(crate) visites: Vec<Visite>,
    pub(crate) expositions: Vec<Exposition>,
    /// What the label of an exposure has become since it was recorded, beside each; `None` when it is the same.
    pub(crate) depuis: Vec<Option<String>>,
    pub(crate) mesures: Vec<Mesure>,
    pub(crate) notes: Vec<Note>,
    pub(crate) documents: Vec<Document>,
    pub(crate) evaluation: Result<Evaluation, String>,
}

impl Vue {
    pub(crate) async fn load(work: &mut Work, permit: &Permit<LireDossier>, le: Date) -> Result<Self, Fault> {
        let id = SalarieId::new(permit.object());
        let tx = &mut work.tx;
        let salarie = salaries::salarie(tx, &id).await?.ok_or_else(|| Fault::absent("Ce salarié"))?;
        let expositions = suivi::expositions(tx, permit).await?;
        let mut depuis = Vec::with_capacity(expositions.len());
        for e in &expositions {
            depuis.push(thesaurus::today(tx, &e.agent).await?.sentence());
        }
        Ok(Self {
            salarie,
            depuis,
            emplois: salaries::emplois(tx, &id).await?,
            visites: suivi::visites_du_dossier(tx, permit).await?,
            expositions,
            mesures: mesures::mesures(tx, permit).await?,
            notes: notes::notes(tx, permit).await?,
            documents: documents::documents(tx, permit).await?,
            evaluation: suivi::evaluation(tx, permit, le)
                .await?
                .map_err(|faults| faults.first().map(|f| f.phrase.clone()).unwrap_or_default()),
        })
    }

    /// The last signed visit before this one.
    pub(crate) fn derniere(&self, avant: Option<&Visite>) -> Option<&Visite> {
        self.visites
            .iter()
            .filter(|v| {
                v.etat == suivi::EtatVisite::Signee && avant.is_none_or(|a| v.id != a.id && v.jour <= a.jour)
            })
            .max_by_key(|v| v.jour)
    }

    /// The posts held on a day, latest first.
    pub(crate) fn presents(&self, le: Date) -> impl Iterator<Item = &Emploi> {
        self.emplois.iter().filter(move |e| e.poste.duree.contains(le))
    }
}

/// A badge that says in words how sure the identity is.
pub(crate) fn ins_badge(statut: StatutIns) -> Markup {
    match statut {
        StatutIns::Qualifiee => ui::badge(Tone::Ok, "Identité qualifiée"),
        StatutIns::Validee => ui::badge(Tone::Info, "Identité validée"),
        StatutIns::Recuperee => ui::badge(Tone::Attention, "Identité récupérée"),
        StatutIns::Provisoire => ui::badge(Tone::Attention, "Identité provisoire"),
    }
}

/// Who it is, in one line.
pub(crate) fn identity_line(s: &Salarie, today: Date) -> Markup {
    let (sexe, ne) = match s.sexe {
        identite::Sexe::Feminin => ("Femme", "née"),
        identite::Sexe::Masculin => ("Homme", "né"),
        identite::Sexe::Indetermine => ("Sexe non renseigné", "né(e)"),
    };
    html! {
        (sexe) ", " (base::age_words(s.naissance, today)) ", " (ne)
        @if let Some(nom) = s.nom_de_naissance_si_autre() { " " (nom) }
        " le " (base::date_numeric(s.naissance))
        @if !s.lieu_label.is_empty() { " à " (s.lieu_label) }
        " " (ins_badge(s.ins_statut))
    }
}

/// The posts held, in one short line each.
pub(crate) fn posts(emplois: &[&Emploi]) -> Markup {
    html! {
        @if emplois.is_empty() { "Aucun poste en cours" }
        @for (i, e) in emplois.iter().enumerate() {
            @if i > 0 { br; }
            (e.poste.intitule) ", "
            a href={ "/etablissements/" (e.employeur.etablissement_id) } { (e.employeur.raison_sociale) }
            ", depuis le " (base::date_numeric(e.poste.duree.from()))
            @if e.poste.nuit { " " (ui::flag("travail de nuit")) }
        }
    }
}

/// The category and the next visit, each opening onto its chain of reasons.
pub(crate) fn follow_up(vue: &Result<Evaluation, String>, today: Date) -> (Markup, Markup) {
    let evaluation = match vue {
        Ok(e) => e,
        Err(reason) => {
            let told = ui::badge(Tone::Attention, "À vérifier");
            return (html! { (told) " " (reason) }, html! { "Non calculée" });
        }
    };
    let Some(categorie) = evaluation.categorie else {
        return (html! { "Aucun poste en cours" }, html! { "Aucune" });
    };
    let motifs: Vec<Reason> = evaluation
        .motifs
        .iter()
        .map(|m| {
            Reason::new(
                &m.article,
                format!("{} ({}), depuis le {}.", m.libelle, m.fait, base::date_numeric(m.depuis)),
            )
        })
        .collect();
    let why = evaluation.motifs.first().map(|m| {
        html! { strong { (categorie.sigle()) } "\u{a0}: " (m.libelle) ", " (m.article) ", depuis le " (base::date_numeric(m.depuis)) }
    });
    let summary =
        why.unwrap_or_else(|| html! { strong { (categorie.sigle()) } "\u{a0}: " (categorie.libelle()) });
    let category = if motifs.is_empty() { summary } else { ui::reasons(summary, &motifs) };
    let next = evaluation.echeances.first().map_or_else(
        || html! { "Aucune visite due" },
        |e| {
            let chain: Vec<Reason> = e
                .raisons
                .iter()
                .map(|r| Reason::new(format!("{}, version du {}", r.article, base::date_numeric(r.version)), &r.phrase))
                .collect();
            let words = if e.au_plus_tard < today {
                html! { (e.libelle) " " (ui::due(&format!("en retard depuis le {}", base::date_numeric(e.au_plus_tard)), Tone::Retard)) }
            } else {
                html! { (e.libelle) " avant le " strong { (base::date_numeric(e.au_plus_tard)) } }
            };
            ui::reasons(words, &chain)
        },
    );
    (category, next)
}

/// The head that never scrolls away.
pub(crate) fn head(vue: &Vue, today: Date, actions: Markup) -> Markup {
    let presents: Vec<&Emploi> = vue.presents(today).collect();
    let (category, next) = follow_up(&vue.evaluation, today);
    ui::file_head(
        FileHead::new(vue.salarie.nom_affiche())
            .identity(identity_line(&vue.salarie, today))
            .fact("Poste", posts(&presents))
            .fact("Suivi", category)
            .fact("Prochaine visite", next)
            .actions(actions),
    )
}

/// Where an exposure comes from, with the matrix that proposed it: it stays readable for ever (grid, 17.3).
pub(crate) fn origin(e: &Exposition) -> String {
    let words = e.source.label();
    match &e.matrice {
        Some(m) => format!("{words} (matrice {}, version {})", m.id, m.version),
        None => words.to_owned(),
    }
}

/// How a visit ended, in words.
pub(crate) fn conclusion_words(v: &Visite) -> String {
    let c = v.conclusion.unwrap_or_default();
    let mut words = Vec::new();
    if c.orientation_mt {
        words.push("réorientation vers le médecin du travail");
    }
    if c.mesures {
        words.push("mesures individuelles proposées");
    }
    if words.is_empty() { "sans mesure ni réorientation".to_owned() } else { words.join(", ") }
}

/// The words of a trade kept with a datum.
pub(crate) fn trade(metier: &str) -> &'static str {
    guard::Role::parse(metier).map_or("Professionnel", guard::Role::label)
}

/// A measured value as a person writes it: a comma, no needless zero.
pub(crate) fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', ",")
}
