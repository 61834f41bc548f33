//! Recognising the columns of a list by their titles, whatever the vendor's wording.

use std::collections::BTreeMap;

use base::{fold, words};

use crate::{
    ImportError,
    feuille::{Cellule, Feuille, Ligne},
};

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Colonne {
    /// "Nom" alone: the birth name, or the name in use when the birth name has its own column.
    Nom,
    NomNaissance,
    NomUsage,
    Prenoms,
    Sexe,
    Civilite,
    Naissance,
    LieuCode,
    LieuLabel,
    Nir,
    CleNir,
    Siret,
    RaisonSociale,
    Etablissement,
    Adresse,
    Commune,
    Activite,
    Emploi,
    Pcs,
    Nature,
    Entree,
    Sortie,
    Nuit,
    Risques,
    Unite,
    Telephone,
    Courriel,
}

/// The wordings of each column, folded, without the small words that [`key`] leaves out.
const WORDINGS: &[(Colonne, &[&str])] = &[
    (Colonne::Nom, &["nom"]),
    (
        Colonne::NomNaissance,
        &[
            "nom naissance",
            "nom famille",
            "nom jeune fille",
            "nom patronymique",
            "nom fille",
            "patronyme",
            "nom ne",
            "nom nee",
        ],
    ),
    (
        Colonne::NomUsage,
        &[
            "nom usage",
            "nom usuel",
            "nom marital",
            "nom epouse",
            "nom utilise",
            "nom epoux",
            "nom mariage",
            "nom affiche",
        ],
    ),
    (
        Colonne::Prenoms,
        &["prenom", "prenoms", "prenom naissance", "prenoms naissance", "premier prenom", "prenom usuel"],
    ),
    (Colonne::Sexe, &["sexe", "genre", "code sexe", "sexe f m", "sexe f h", "f m", "f h"]),
    (Colonne::Civilite, &["civilite", "civ", "titre", "code civilite"]),
    (
        Colonne::Naissance,
        &[
            "date naissance",
            "naissance",
            "date naiss",
            "dt naissance",
            "ddn",
            "ne",
            "nee",
            "ne nee",
            "date nais",
            "naiss",
        ],
    ),
    (
        Colonne::LieuCode,
        &[
            "code commune naissance",
            "code insee naissance",
            "code insee commune naissance",
            "code insee lieu naissance",
            "code lieu naissance",
            "code insee ville naissance",
            "insee naissance",
            "cog naissance",
        ],
    ),
    (
        Colonne::LieuLabel,
        &["lieu naissance", "commune naissance", "ville naissance", "libelle commune naissance"],
    ),
    (
        Colonne::Nir,
        &[
            "nir",
            "securite sociale",
            "ss",
            "nss",
            "secu",
            "insee",
            "immatriculation securite sociale",
            "matricule securite sociale",
            "securite sociale nir",
            "nir avec cle",
            "securite sociale avec cle",
            "insee nir",
            "assure social",
        ],
    ),
    (Colonne::CleNir, &["cle", "cle nir", "cle ss", "cle securite sociale", "cle insee"]),
    (
        Colonne::Siret,
        &[
            "siret",
            "siret etablissement",
            "siret employeur",
            "siret entreprise",
            "siret site",
            "code siret",
            "siret societe",
        ],
    ),
    (
        Colonne::RaisonSociale,
        &[
            "raison sociale",
            "entreprise",
            "societe",
            "employeur",
            "nom entreprise",
            "nom societe",
            "nom employeur",
            "denomination",
            "denomination sociale",
            "raison sociale entreprise",
            "raison sociale employeur",
            "adherent",
        ],
    ),
    (
        Colonne::Etablissement,
        &[
            "etablissement",
            "nom etablissement",
            "libelle etablissement",
            "site",
            "nom site",
            "agence",
            "lieu travail",
            "enseigne",
        ],
    ),
    (
        Colonne::Adresse,
        &[
            "adresse etablissement",
            "adresse site",
            "adresse entreprise",
            "adresse employeur",
            "adresse societe",
            "adresse lieu travail",
        ],
    ),
    (
        Colonne::Commune,
        &[
            "commune etablissement",
            "ville etablissement",
            "ville site",
            "ville entreprise",
            "commune entreprise",
            "ville employeur",
            "commune lieu travail",
        ],
    ),
    (
        Colonne::Activite,
        &[
            "naf",
            "ape",
            "code naf",
            "code ape",
            "naf etablissement",
            "ape etablissement",
            "code naf etablissement",
            "code naf ape",
            "naf ape",
        ],
    ),
    (
        Colonne::Emploi,
        &[
            "emploi",
            "poste",
            "fonction",
            "metier",
            "profession",
            "intitule poste",
            "intitule emploi",
            "libelle emploi",
            "libelle poste",
            "emploi occupe",
            "poste occupe",
            "poste travail",
            "intitule poste travail",
            "fonction occupee",
            "emploi poste",
            "poste emploi",
            "emploi intitule poste",
            "nature emploi",
        ],
    ),
    (
        Colonne::Pcs,
        &[
            "pcs",
            "pcs ese",
            "code pcs",
            "code pcs ese",
            "pcs ese 2017",
            "code emploi pcs",
            "code emploi pcs ese",
        ],
    ),
    (
        Colonne::Nature,
        &[
            "type contrat",
            "contrat",
            "nature contrat",
            "type contrat travail",
            "nature contrat travail",
            "contrat travail",
        ],
    ),
    (
        Colonne::Entree,
        &[
            "date entree",
            "entree",
            "date embauche",
            "embauche",
            "date debut contrat",
            "debut contrat",
            "date arrivee",
            "arrivee",
            "date debut",
            "date entree entreprise",
            "date entree societe",
            "date entree etablissement",
            "date embauche entreprise",
            "date recrutement",
            "date entree embauche",
        ],
    ),
    (
        Colonne::Sortie,
        &[
            "date sortie",
            "sortie",
            "date fin contrat",
            "fin contrat",
            "date depart",
            "depart",
            "date fin",
            "date sortie entreprise",
            "date sortie etablissement",
        ],
    ),
    (
        Colonne::Nuit,
        &["nuit", "travail nuit", "travailleur nuit", "poste nuit", "horaires nuit", "horaire nuit"],
    ),
    (
        Colonne::Risques,
        &[
            "risques",
            "risque",
            "risques particuliers",
            "risque particulier",
            "exposition",
            "expositions",
            "risques professionnels",
            "postes risques",
            "poste risque",
            "poste risques particuliers",
            "risques poste",
            "exposition risques particuliers",
        ],
    ),
    (Colonne::Unite, &["service", "atelier", "unite travail", "unite", "equipe"]),
    (
        Colonne::Telephone,
        &["telephone", "tel", "portable", "mobile", "telephone portable", "tel portable", "telephone mobile"],
    ),
    (
        Colonne::Courriel,
        &[
            "courriel",
            "email",
            "mail",
            "e mail",
            "adresse mail",
            "adresse email",
            "adresse e mail",
            "adresse electronique",
        ],
    ),
];

/// Words that change nothing to what a title says.
const SMALL: &[&str] = &[
    "n",
    "no",
    "num",
    "numero",
    "de",
    "du",
    "d",
    "des",
    "la",
    "le",
    "les",
    "l",
    "en",
    "au",
    "a",
    "et",
    "ou",
    "si",
    "sur",
    "dans",
    "salarie",
    "salaries",
    "salariee",
    "employe",
    "employes",
    "personne",
    "agent",
    "jj",
    "mm",
    "aaaa",
    "jjmmaaaa",
    "format",
    "obligatoire",
    "facultatif",
    "different",
    "existe",
    "s",
    "e",
    "15",
    "13",
    "14",
    "chiffres",
    "caracteres",
    "oui",
    "non",
    "complet",
];

/// What identifies a title: its words in order of alphabet, without the small ones.
fn key(title: &str) -> String {
    let mut kept: Vec<String> = words(title).into_iter().filter(|w| !SMALL.contains(&w.as_str())).collect();
    kept.sort_unstable();
    kept.join(" ")
}

fn recognise(title: &str) -> Option<Colonne> {
    static KEYS: std::sync::OnceLock<BTreeMap<String, Colonne>> = std::sync::OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        WORDINGS.iter().flat_map(|(column, titles)| titles.iter().map(|t| (key(t), *column))).collect()
    });
    keys.get(&key(title)).copied()
}

/// Titles are sought in the first rows only.
pub(crate) const HEADER_WITHIN: usize = 30;
/// With fewer columns than this, a row is not a row of titles.
const LEAST_SCORE: usize = 3;

/// The place of the row of titles in a sheet and how many columns it names; none when no row names three.
pub(crate) fn find_header(sheet: &Feuille) -> Option<(usize, usize)> {
    let score = |line: &Ligne| {
        let mut found: Vec<Colonne> = line.cellules.iter().filter_map(|c| recognise(&c.text())).collect();
        found.sort_unstable();
        found.dedup();
        found.len()
    };
    let scored = sheet.iter().take(HEADER_WITHIN).enumerate().map(|(at, line)| (at, score(line)));
    // The first of the best: a line that repeats the titles further down is a mistake of its own.
    scored.rev().max_by_key(|(_, score)| *score).filter(|(_, score)| *score >= LEAST_SCORE)
}

/// A list whose columns are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tableau {
    /// Where each column stands, and its title.
    places: BTreeMap<Colonne, (usize, String)>,
    /// Titles that were not read.
    pub(crate) ignorees: Vec<String>,
    /// The rows under the titles.
    pub(crate) lignes: Vec<Ligne>,
    /// A SIRET written above the list, for lists of one establishment.
    siret: Option<String>,
    /// A company name written above the list.
    raison_sociale: Option<String>,
}

impl Tableau {
    /// The list of a file: the sheet whose titles are best recognised.
    pub(crate) fn of(sheets: Vec<Feuille>) -> Result<Self, ImportError> {
        let best = sheets
            .into_iter()
            .filter_map(|sheet| find_header(&sheet).map(|(at, score)| (score, at, sheet)))
            .rev()
            .max_by_key(|(score, _, _)| *score);
        let Some((_, at, mut sheet)) = best else {
            return Err(ImportError::Columns { missing: missing(&BTreeMap::new()), seen: Vec::new() });
        };
        let lignes = sheet.split_off(at + 1);
        let titles = sheet.pop();
        let mut tableau = Self { lignes, ..Self::default() };
        for (column, cell) in
            titles.iter().flat_map(|l| l.cellules.iter().enumerate()).filter(|(_, c)| !c.is_empty())
        {
            let title = cell.text();
            match recognise(&title) {
                Some(found) if !tableau.places.contains_key(&found) => {
                    tableau.places.insert(found, (column, title));
                }
                _ => tableau.ignorees.push(title),
            }
        }
        // "Nom" beside "Nom de naissance" is the name in use; alone, it is the name of civil status.
        if let Some(nom) = tableau.places.remove(&Colonne::Nom) {
            let other = if tableau.places.contains_key(&Colonne::NomNaissance) {
                Colonne::NomUsage
            } else {
                Colonne::NomNaissance
            };
            if let Some((_, title)) = tableau.places.get(&other) {
                tableau.ignorees.push(title.clone());
            }
            tableau.places.insert(other, nom);
        }
        tableau.siret = above(&sheet, Colonne::Siret);
        tableau.raison_sociale = above(&sheet, Colonne::RaisonSociale);
        let missing = missing(&tableau.places);
        if missing.is_empty() {
            return Ok(tableau);
        }
        let seen = tableau.places.into_values().map(|(_, title)| title).chain(tableau.ignorees).collect();
        Err(ImportError::Columns { missing, seen })
    }

    /// The cell of a column in a row, empty when the list has no such column; what stands above the list counts
    /// for each row.
    pub(crate) fn cellule(&self, line: &Ligne, column: Colonne) -> Cellule {
        let own = self.places.get(&column).map_or(&Cellule::Vide, |(at, _)| line.cellule(*at));
        let above = match column {
            Colonne::Siret => self.siret.as_deref(),
            Colonne::RaisonSociale => self.raison_sociale.as_deref(),
            _ => None,
        };
        if own.is_empty() { above.map_or(Cellule::Vide, Cellule::of_text) } else { own.clone() }
    }

    /// The title of a column, or what it should be.
    pub(crate) fn titre(&self, column: Colonne) -> String {
        self.places.get(&column).map_or_else(|| column.label().to_owned(), |(_, title)| title.clone())
    }

    /// Whether the list has the column.
    pub(crate) fn has(&self, column: Colonne) -> bool {
        self.places.contains_key(&column)
    }
}

/// The columns without which no row can be read, as one may call them.
fn missing(places: &BTreeMap<Colonne, (usize, String)>) -> Vec<String> {
    let named = places.contains_key(&Colonne::Nom) || places.contains_key(&Colonne::NomNaissance);
    let mut missing = Vec::new();
    if !named {
        missing.push(Colonne::NomNaissance.label().to_owned());
    }
    let needed = [Colonne::Prenoms, Colonne::Naissance, Colonne::Entree];
    missing.extend(needed.iter().filter(|c| !places.contains_key(c)).map(|c| c.label().to_owned()));
    missing
}

/// What a line above the titles says: `SIRET : 732 829 320 00074`, in one cell or in two.
fn above(sheet: &[Ligne], wanted: Colonne) -> Option<String> {
    sheet.iter().find_map(|line| {
        let mut cells = line.cellules.iter().filter(|c| !c.is_empty());
        let first = cells.next()?.text();
        if let Some((title, said)) = first.split_once(':')
            && recognise(title) == Some(wanted)
            && !fold(said).is_empty()
        {
            return Some(said.trim().to_owned());
        }
        (recognise(first.trim_end_matches([':', ' '])) == Some(wanted))
            .then(|| cells.next().map(Cellule::text))?
    })
}

impl Colonne {
    /// What the column is best called.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Nom => "Nom",
            Self::NomNaissance => "Nom de naissance",
            Self::NomUsage => "Nom d'usage",
            Self::Prenoms => "Prénoms",
            Self::Sexe => "Sexe",
            Self::Civilite => "Civilité",
            Self::Naissance => "Date de naissance",
            Self::LieuCode => "Code commune de naissance",
            Self::LieuLabel => "Lieu de naissance",
            Self::Nir => "NIR",
            Self::CleNir => "Clé du NIR",
            Self::Siret => "SIRET de l'établissement",
            Self::RaisonSociale => "Raison sociale",
            Self::Etablissement => "Nom de l'établissement",
            Self::Adresse => "Adresse de l'établissement",
            Self::Commune => "Commune de l'établissement",
            Self::Activite => "Code NAF",
            Self::Emploi => "Intitulé du poste",
            Self::Pcs => "PCS-ESE",
            Self::Nature => "Type de contrat",
            Self::Entree => "Date d'entrée",
            Self::Sortie => "Date de sortie",
            Self::Nuit => "Travail de nuit",
            Self::Risques => "Risques particuliers",
            Self::Unite => "Unité de travail",
            Self::Telephone => "Téléphone",
            Self::Courriel => "Courriel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(lines: &[&[&str]]) -> Feuille {
        let line = |(i, cells): (usize, &&[&str])| Ligne {
            numero: i64::try_from(i).unwrap() + 1,
            cellules: cells.iter().map(|c| Cellule::of_text(c)).collect(),
        };
        lines.iter().enumerate().map(line).collect()
    }

    #[test]
    fn les_titres_des_editeurs_sont_reconnus() {
        for (title, column) in [
            ("NOM DE NAISSANCE", Colonne::NomNaissance),
            ("Nom de jeune fille", Colonne::NomNaissance),
            ("Nom marital (si différent)", Colonne::NomUsage),
            ("Nom d’usage", Colonne::NomUsage),
            ("Prénom(s)", Colonne::Prenoms),
            ("Sexe (F/M)", Colonne::Sexe),
            ("Né(e) le", Colonne::Naissance),
            ("Date naissance (JJ/MM/AAAA)", Colonne::Naissance),
            ("Date de naissance du salarié*", Colonne::Naissance),
            ("N° de Sécurité Sociale", Colonne::Nir),
            ("Numéro INSEE", Colonne::Nir),
            ("N°SS", Colonne::Nir),
            ("NIR (13 caractères)", Colonne::Nir),
            ("Code INSEE commune de naissance", Colonne::LieuCode),
            ("Commune de naissance", Colonne::LieuLabel),
            ("N° SIRET de l'établissement", Colonne::Siret),
            ("Entreprise", Colonne::RaisonSociale),
            ("Intitulé du poste", Colonne::Emploi),
            ("Emploi / Intitulé du poste", Colonne::Emploi),
            ("PCS-ESE", Colonne::Pcs),
            ("Code PCS ESE", Colonne::Pcs),
            ("Type de contrat de travail", Colonne::Nature),
            ("Date d'embauche", Colonne::Entree),
            ("Début de contrat", Colonne::Entree),
            ("Date de sortie", Colonne::Sortie),
            ("Travail de nuit (oui/non)", Colonne::Nuit),
            ("Risques particuliers", Colonne::Risques),
            ("E-mail", Colonne::Courriel),
        ] {
            assert_eq!(recognise(title), Some(column), "{title}");
        }
        for title in ["Salaire", "Matricule", "Observations", "", "12", "Adresse", "Nom et prénom"] {
            assert_eq!(recognise(title), None, "{title}");
        }
    }

    #[test]
    fn aucun_intitule_ne_designe_deux_colonnes() {
        let all: Vec<(String, Colonne)> =
            WORDINGS.iter().flat_map(|(c, titles)| titles.iter().map(|t| (key(t), *c))).collect();
        for (key, column) in &all {
            assert!(!key.is_empty(), "{column:?}");
            assert!(all.iter().all(|(k, c)| k != key || c == column), "{key}");
        }
    }

    #[test]
    fn la_ligne_des_titres_se_trouve_sous_un_preambule_qui_compte_aussi() {
        let t = Tableau::of(vec![
            sheet(&[&["Notice"], &["Remplir une ligne par salarié"]]),
            sheet(&[
                &["Liste du personnel au 01/11/2026"],
                &["Raison sociale :", "", "Lutherie du Pré"],
                &["SIRET : 732 829 320 00074"],
                &["Nom", "Nom de naissance", "Prénom", "Né(e) le", "Entrée le", "Salaire", "Prénom"],
                &["Œillet", "Le Goff", "Zoé", "03/10/1995", "02/11/2026", "2000", "x"],
            ]),
        ])
        .unwrap();
        assert_eq!(t.ignorees, ["Salaire", "Prénom"]);
        let line = &t.lignes[0];
        assert_eq!(line.numero, 5);
        let text = |c| t.cellule(line, c).text();
        assert_eq!(
            (text(Colonne::NomNaissance).as_str(), text(Colonne::NomUsage).as_str()),
            ("Le Goff", "Œillet")
        );
        assert_eq!(
            (text(Colonne::Siret).as_str(), text(Colonne::RaisonSociale).as_str()),
            ("732 829 320 00074", "Lutherie du Pré")
        );
        assert_eq!(t.titre(Colonne::Naissance), "Né(e) le");
        assert_eq!(t.titre(Colonne::Nir), "NIR");
    }

    #[test]
    fn une_colonne_indispensable_qui_manque_est_nommee() {
        let Err(ImportError::Columns { missing, seen }) =
            Tableau::of(vec![sheet(&[&["Nom", "Prénom", "Sexe", "Paie"]])])
        else {
            panic!()
        };
        assert_eq!(missing, ["Date de naissance", "Date d'entrée"]);
        assert_eq!(seen.len(), 4);
        assert!(Tableau::of(vec![sheet(&[&["a", "b", "c"]])]).is_err());
        assert!(Tableau::of(Vec::new()).is_err());
    }
}
