//! An employer's list, from the file to the files of the workers, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base::date_numeric;
use echanges::{Compte, Fichier, ImportError, Limites, Options, importer};
use guard::{Caller, Guard, Role};
use identite::{Nir, Siren, Siret};
use organisation::{CentreId, ProfessionnelId};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use salaries::{Demande, Salarie};
use testkit::{Answer, Person, TODAY, centre, guard, refusal_is_journalled, starter_lists};
use thesaurus::{Delivery, Liste, Nature};

const HEADERS: [&str; 15] = [
    "SIRET établissement",
    "Raison sociale",
    "Nom",
    "Nom de naissance",
    "Prénom(s)",
    "Sexe",
    "Date de naissance",
    "N° sécurité sociale",
    "Code commune de naissance",
    "Intitulé du poste",
    "Type de contrat",
    "Date d'embauche",
    "Date de sortie",
    "Travail de nuit",
    "Risques particuliers",
];

/// The good row on which the others are variations.
const GOOD: [&str; 15] = [
    "732 829 320 00074",
    "Menuiserie Œillet",
    "Œillet",
    "Le Goff",
    "Zoé Marie",
    "F",
    "03/10/1995",
    "2 95 10 99 126 111 93",
    "99126",
    "Maçonne",
    "CDI",
    "02/11/2026",
    "",
    "non",
    "",
];

/// The good row with some cells changed, by title.
fn but<'a>(changes: &[(&str, &'a str)]) -> Vec<&'a str> {
    let mut row: Vec<&str> = GOOD.to_vec();
    for (title, value) in changes {
        row[HEADERS.iter().position(|h| h == title).unwrap()] = value;
    }
    row
}

/// A CSV file of these rows.
fn csv(rows: &[Vec<&str>]) -> Fichier {
    let mut text = HEADERS.join(";");
    for row in rows {
        text.push_str("\r\n");
        text.push_str(&row.join(";"));
    }
    Fichier { nom: "liste.csv".into(), octets: text.into_bytes() }
}

/// A person of the file with a NIR of their own.
fn nir(body: &str) -> String {
    Nir::from_body(body).unwrap().grouped()
}

/// A workbook as a payroll program makes it: a title, a header in the third row, dates as dates, numbers as
/// numbers.
fn workbook() -> Fichier {
    let mut book = Workbook::new();
    // The file must be the same bytes each time: the same file is known by its digest.
    let made = ExcelDateTime::from_ymd(2026, 11, 24).unwrap();
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Liste du personnel au 24/11/2026").unwrap();
    for (column, title) in HEADERS.into_iter().chain(["Salaire brut"]).enumerate() {
        sheet.write(2, u16::try_from(column).unwrap(), title).unwrap();
    }
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let rows = [
        but(&[]),
        but(&[
            ("Nom", "Ba"),
            ("Nom de naissance", "Ba"),
            ("Prénom(s)", "Ali"),
            ("Sexe", "M"),
            ("N° sécurité sociale", "180037505600123"),
            ("Code commune de naissance", "75056"),
            ("Risques particuliers", "Plomb"),
        ]),
        but(&[("N° sécurité sociale", "295109912611192"), ("Type de contrat", "CDX")]),
        but(&[("Nom de naissance", ""), ("SIRET établissement", "73282932000075")]),
    ];
    for (at, row) in rows.iter().enumerate() {
        let at = u32::try_from(at).unwrap() + 3;
        for (column, value) in row.iter().enumerate() {
            let column = u16::try_from(column).unwrap();
            match (HEADERS[usize::from(column)], at) {
                ("Date de naissance", 4) => {
                    let birth = ExcelDateTime::from_ymd(1980, 3, 12).unwrap();
                    sheet.write_with_format(at, column, &birth, &date).unwrap();
                }
                ("SIRET établissement", 4) => {
                    sheet.write(at, column, 73_282_932_000_074_f64).unwrap();
                }
                ("N° sécurité sociale", 4) => {
                    let nir: f64 = nir("1800375056001").replace('\u{a0}', "").parse().unwrap();
                    sheet.write(at, column, nir).unwrap();
                }
                _ => {
                    sheet.write(at, column, *value).unwrap();
                }
            }
        }
        sheet.write(at, 15, 2000.5).unwrap();
    }
    Fichier { nom: "liste.xlsx".into(), octets: book.save_to_buffer().unwrap() }
}

fn options(essai: bool) -> Options {
    Options { centre: CentreId::new("centre-nord"), medecin: None, essai, limites: Limites::default() }
}

async fn import(guard: &Guard, file: Fichier) -> Compte {
    importer(guard, &Caller::command("essai", Role::Informatique), file, options(false)).await.unwrap()
}

async fn found(guard: &Guard, query: &str) -> Vec<Salarie> {
    let mut tx = guard.db().read().await.unwrap();
    let (found, _) = salaries::search(&mut tx, &Demande::parse(query), TODAY, 1, 50).await.unwrap();
    found.into_iter().map(|t| t.salarie).collect()
}

/// Rows, integrated, unchanged, refused.
fn counts(c: &Compte) -> (usize, usize, usize, usize) {
    (c.lignes, c.integrees, c.inchangees, c.refusees)
}

async fn ready(t: &testkit::TestDb) -> Guard {
    let guard = guard(t);
    centre(&guard).await;
    starter_lists(&guard).await;
    guard
}

testkit::on_both_engines! {
    async fn un_classeur_d_employeur_entre_et_ses_lignes_fausses_sont_expliquees(t) {
        let guard = ready(t).await;
        let done = import(&guard, workbook()).await;
        assert_eq!(counts(&done), (4, 2, 0, 2));
        assert_eq!((done.adherents, done.etablissements, done.salaries, done.contrats, done.expositions), (1, 1, 2, 2, 1));
        assert_eq!(done.colonnes_ignorees, ["Salaire brut"]);
        let said: Vec<(i64, &str, &str)> = done.refus.iter().map(|r| (r.ligne, r.colonne.as_str(), r.valeur.as_str())).collect();
        assert_eq!(
            said,
            [
                (6, "N° sécurité sociale", "295109912611192"),
                (6, "Type de contrat", "CDX"),
                (7, "Nom de naissance", ""),
                (7, "SIRET établissement", "73282932000075"),
            ]
        );
        for (refused, reason) in done.refus.iter().zip([
            "La clé devrait être 93",
            "Ce type de contrat n'est pas connu\u{a0}: écrivez l'un de ceux-ci, CDI, CDD,",
            "Le nom de naissance manque",
            "devrait être 4",
        ]) {
            assert!(refused.raison.contains(reason), "{}", refused.raison);
        }

        let zoe = found(&guard, "oeillet zo").await.remove(0);
        assert_eq!((zoe.nom_naissance.as_str(), zoe.nom_usage.as_deref(), zoe.prenoms.as_str()), ("Le Goff", Some("Œillet"), "Zoé Marie"));
        assert_eq!(zoe.nir.as_ref().map(Nir::as_str), Some("295109912611193"));
        assert_eq!(zoe.provenance, "employeur");
        let ali = found(&guard, "ba").await.remove(0);
        assert_eq!(date_numeric(ali.naissance), "12/03/1980");
        let mut tx = guard.db().read().await.unwrap();
        let jobs = salaries::emplois(&mut tx, &zoe.id).await.unwrap();
        assert_eq!(jobs[0].poste.emploi.as_ref().map(|e| e.label.as_str()), Some("Maçon"));
        assert_eq!((jobs[0].employeur.raison_sociale.as_str(), jobs[0].contrat.nature.0.as_str()), ("Menuiserie Œillet", "CDI"));
        // The follow-up is computed at once: what the employer declares counts.
        assert_eq!(suivi::etat(&mut tx, &zoe.id).await.unwrap().unwrap().categorie, "SI");
        assert_eq!(suivi::etat(&mut tx, &ali.id).await.unwrap().unwrap().categorie, "SIR");
        // Every refusal can be found again.
        let lot = done.lot.unwrap();
        let (kept, total) = echanges::refus(&mut tx, &lot, 1, 3).await.unwrap();
        assert_eq!((kept.as_slice(), total), (&done.refus[..3], 4));
        let line = store::lines_about(&mut tx, "service", &sha256(&workbook()), 5).await.unwrap().remove(0);
        assert_eq!(line.motif.as_deref(), Some("liste d'employeur importée"));
    }

    async fn le_meme_fichier_deux_fois_ne_change_rien_et_le_dit(t) {
        let guard = ready(t).await;
        let file = || csv(&[but(&[]), but(&[("Prénom(s)", "")])]);
        let first = import(&guard, file()).await;
        let before = guard.db().digest().await.unwrap();
        let again = import(&guard, file()).await;
        assert_eq!(counts(&again), (2, 0, 1, 1));
        assert_eq!((again.lot.as_ref(), again.deja_le.is_some()), (first.lot.as_ref(), true));
        assert_eq!(again.refus, first.refus);
        let after = guard.db().digest().await.unwrap();
        let changed: Vec<&str> =
            before.tables.iter().zip(&after.tables).filter(|(b, a)| b != a).map(|(b, _)| b.name.as_str()).collect();
        assert_eq!(changed, ["journal"]);
        // The same rows in another file change nothing either, and that file has its own report.
        let same_rows = import(&guard, csv(&[but(&[]), but(&[])])).await;
        assert_eq!((counts(&same_rows), same_rows.deja_le), ((2, 0, 2, 0), None));
        assert_ne!(same_rows.lot, first.lot);
        assert_eq!(found(&guard, "goff").await.len(), 1);
    }

    async fn un_essai_a_blanc_n_ecrit_que_sa_ligne_au_journal(t) {
        let guard = ready(t).await;
        let before = guard.db().digest().await.unwrap();
        let caller = Caller::command("essai", Role::Informatique);
        let trial = importer(&guard, &caller, workbook(), options(true)).await.unwrap();
        assert_eq!((counts(&trial), trial.lot.is_none()), ((4, 2, 0, 2), true));
        let after = guard.db().digest().await.unwrap();
        let changed: Vec<&str> =
            before.tables.iter().zip(&after.tables).filter(|(b, a)| b != a).map(|(b, _)| b.name.as_str()).collect();
        assert_eq!(changed, ["journal"]);
        let real = import(&guard, workbook()).await;
        assert_eq!((counts(&real), &real.refus), (counts(&trial), &trial.refus), "a trial tells the truth");
    }

    async fn chaque_cellule_fausse_a_sa_raison(t) {
        let guard = ready(t).await;
        let long = "x".repeat(201);
        let cases: Vec<(&str, &str, &str)> = vec![
            ("Nom de naissance", "", "Le nom de naissance manque"),
            ("Nom de naissance", "123", "Ce n'est pas un nom"),
            ("Nom de naissance", "03/10/1995", "Ce n'est pas un nom"),
            ("Prénom(s)", "", "Le prénom manque"),
            ("Sexe", "X", "Écrivez F ou M."),
            ("Date de naissance", "", "La date de naissance manque"),
            ("Date de naissance", "31/02/1995", "Ce jour n'existe pas"),
            ("Date de naissance", "03/10/95", "l'année sur quatre chiffres"),
            ("Date de naissance", "Le Goff", "Ce jour n'existe pas"),
            ("Date de naissance", "03/10/2095", "ne peut pas venir après aujourd'hui"),
            ("Date de naissance", "03/10/1895", "plus de 120 ans"),
            ("N° sécurité sociale", "295109912611192", "La clé devrait être 93"),
            ("N° sécurité sociale", "29510991261", "compte 15 caractères"),
            ("N° sécurité sociale", "2951599126111", "mois de naissance"),
            ("N° sécurité sociale", "295I09912611193", "ne convient pas en position"),
            ("N° sécurité sociale", "1951099126111", "n'a pas de clé et ne s'accorde pas avec la ligne"),
            ("Code commune de naissance", "Lyon", "Un code commune"),
            ("SIRET établissement", "", "Un SIRET est attendu"),
            ("SIRET établissement", "732829320", "compte 14 caractères"),
            ("SIRET établissement", "73282932000075", "devrait être 4"),
            ("SIRET établissement", "40483304700012", "Le SIREN de ce SIRET"),
            ("Raison sociale", "", "la ligne ne dit pas la raison sociale"),
            ("Intitulé du poste", "", "L'intitulé du poste manque"),
            ("Intitulé du poste", &long, "dépasse 200 caractères"),
            ("Type de contrat", "CDX", "Ce type de contrat n'est pas connu"),
            ("Date d'embauche", "", "La date d'entrée manque"),
            ("Date d'embauche", "02/13/2026", "Ce jour n'existe pas"),
            ("Date d'embauche", "02/11/2062", "trop loin dans l'avenir"),
            ("Date d'embauche", "02/11/2005", "a moins de 14 ans"),
            ("Date de sortie", "32/11/2026", "Ce jour n'existe pas"),
            ("Date de sortie", "01/11/2026", "ne peut pas venir avant la date d'entrée"),
            ("Travail de nuit", "parfois", "Écrivez oui ou non."),
        ];
        let rows: Vec<Vec<&str>> = cases.iter().map(|(title, value, _)| but(&[(title, value)])).collect();
        let done = import(&guard, csv(&rows)).await;
        assert_eq!(counts(&done), (cases.len(), 0, 0, cases.len()));
        assert_eq!(done.refus.len(), cases.len(), "one cell is wrong in each row: {:#?}", done.refus);
        for ((title, value, reason), (at, refused)) in cases.iter().zip(done.refus.iter().enumerate()) {
            assert_eq!(refused.ligne, i64::try_from(at).unwrap() + 2);
            let column = if refused.raison.contains("raison sociale") { "SIRET établissement" } else { title };
            assert_eq!(refused.colonne, column);
            assert!(refused.raison.contains(reason), "{title}={value}: {}", refused.raison);
        }
        assert!(found(&guard, "goff").await.is_empty());
    }

    async fn un_depart_termine_le_contrat_connu_et_un_retour_en_ouvre_un_autre(t) {
        let guard = ready(t).await;
        import(&guard, csv(&[but(&[])])).await;
        let left = import(&guard, csv(&[but(&[("Date de sortie", "20/11/2026")])])).await;
        assert_eq!((counts(&left), left.departs, left.contrats), ((1, 1, 0, 0), 1, 0));
        let back = import(&guard, csv(&[but(&[("Date d'embauche", "24/11/2026"), ("Type de contrat", "CDD saisonnier")])])).await;
        assert_eq!((back.salaries, back.contrats), (0, 1));
        let zoe = found(&guard, "goff").await.remove(0);
        let mut tx = guard.db().read().await.unwrap();
        let contracts = salaries::contrats(&mut tx, &zoe.id).await.unwrap();
        let ends: Vec<_> = contracts.iter().map(|c| (date_numeric(c.duree.from()), c.duree.to().map(date_numeric))).collect();
        assert_eq!(ends, [("24/11/2026".into(), None), ("02/11/2026".into(), Some("21/11/2026".into()))]);
        let posts = salaries::postes(&mut tx, &zoe.id).await.unwrap();
        assert_eq!(posts[1].duree.to().map(date_numeric).as_deref(), Some("21/11/2026"), "the post ends with its contract");
    }

    async fn une_meme_personne_n_a_qu_un_dossier_et_deux_personnes_en_ont_deux(t) {
        let guard = ready(t).await;
        let other = nir("2951069123001");
        let done = import(&guard, csv(&[
            // Two contracts of one person, the second without NIR and in capitals.
            but(&[]),
            but(&[("Nom de naissance", "LE GOFF"), ("Prénom(s)", "ZOE"), ("N° sécurité sociale", ""), ("Date d'embauche", "01/06/2024"), ("Date de sortie", "30/06/2024")]),
            // A namesake born the same day, proved another by her NIR.
            but(&[("N° sécurité sociale", &other), ("Code commune de naissance", "69123")]),
            // Somebody else under a NIR copied from the row above.
            but(&[("Nom de naissance", "Martin"), ("Prénom(s)", "Paul"), ("Sexe", "M"), ("Date de naissance", "01/01/1970")]),
            // The NIR of thirteen characters proves itself by the traits.
            but(&[("N° sécurité sociale", "2951099126111"), ("Date d'embauche", "01/06/2023"), ("Date de sortie", "30/06/2023")]),
        ])).await;
        assert_eq!((counts(&done), done.salaries, done.contrats), ((5, 4, 0, 1), 2, 4));
        assert!(done.refus[0].raison.contains("autre personne connue du service"), "{}", done.refus[0].raison);
        let both = found(&guard, "goff").await;
        assert_eq!(both.len(), 2);
        let mut tx = guard.db().read().await.unwrap();
        let mut contracts = Vec::new();
        for person in &both {
            contracts.push(salaries::contrats(&mut tx, &person.id).await.unwrap().len());
        }
        contracts.sort_unstable();
        assert_eq!(contracts, [1, 3]);
    }

    async fn plusieurs_etablissements_d_une_entreprise_et_des_suppositions_dites(t) {
        let guard = ready(t).await;
        let siren = Siren::parse("732829320").unwrap();
        let second = Siret::from_siren_nic(&siren, 8).unwrap().grouped();
        let other = nir("1700169123001");
        let done = import(&guard, csv(&[
            but(&[("Type de contrat", ""), ("Sexe", "")]),
            but(&[
                ("SIRET établissement", &second), ("Nom de naissance", "Martin"), ("Nom", ""), ("Prénom(s)", "Paul"), ("Sexe", "Homme"),
                ("Date de naissance", "1 janvier 1970"), ("N° sécurité sociale", &other), ("Code commune de naissance", ""),
                ("Risques particuliers", "Plomb / rayons du soleil"), ("Travail de nuit", "X"), ("Intitulé du poste", "Chef de tout"),
            ]),
        ])).await;
        assert_eq!((done.adherents, done.etablissements, done.salaries), (1, 2, 2));
        assert_eq!(done.emplois_reconnus, 1);
        let said: Vec<(i64, bool)> = done.remarques.iter().map(|r| (r.ligne, r.phrase.contains("CDI a été supposé"))).collect();
        assert!(said.contains(&(2, true)), "{:?}", done.remarques);
        for phrase in ["«\u{a0}Plomb\u{a0}» a été lu comme «\u{a0}Plomb et composés du plomb\u{a0}»", "«\u{a0}rayons du soleil\u{a0}» n'est pas dans la liste"] {
            assert!(done.remarques.iter().any(|r| r.ligne == 3 && r.phrase.contains(phrase)), "{:?}", done.remarques);
        }
        let paul = found(&guard, "martin").await.remove(0);
        assert_eq!(paul.lieu_code, "69123", "the NIR tells the place of birth");
        let mut tx = guard.db().read().await.unwrap();
        let job = salaries::emplois(&mut tx, &paul.id).await.unwrap().remove(0);
        assert!(job.poste.nuit && job.poste.emploi.is_none());
        assert_eq!(job.poste.intitule, "Chef de tout");
    }

    async fn un_code_pcs_ese_designe_l_emploi_quand_l_intitule_n_est_pas_dans_la_liste(t) {
        let guard = ready(t).await;
        let list = Liste {
            id: "pcs-ese".into(),
            titre: "Professions des employeurs".into(),
            nature: Nature::Externe,
            gestionnaire: "essai".into(),
            source: "essai".into(),
            licence: "essai".into(),
        };
        let octets = b"code;libelle;parent;synonymes;declencheur;remarque\n641a;Conducteurs routiers;;;;\n632a;Gros oeuvre;;;;".to_vec();
        let delivery = Delivery::new(list, "2017", "pcs.csv", octets);
        let mut tx = guard.db().begin().await.unwrap();
        thesaurus::load(&mut tx, guard.clock().now(), &delivery).await.unwrap();
        tx.commit().await.unwrap();

        let head = "Nom;Prénom;Né(e) le;Sexe;SIRET;Employeur;Poste;Code PCS-ESE;Entrée le";
        let row = |name: &str, job: &str, code: &str| format!("{name};Anne;01/02/1980;F;73282932000074;Essai;{job};{code};01/09/2026");
        let text = [head.into(), row("Un", "Tournée de nuit", "641A"), row("Deux", "Maçon", "999z"), row("Trois", "Maçon", "632a")].join("\n");
        let done = import(&guard, Fichier { nom: "pcs.csv".into(), octets: text.into_bytes() }).await;
        assert_eq!((done.integrees, done.emplois_reconnus), (3, 3));
        assert!(done.remarques.iter().any(|r| r.ligne == 3 && r.phrase.contains("«\u{a0}999z\u{a0}»")), "{:?}", done.remarques);
        let mut jobs = Vec::new();
        for name in ["un", "deux", "trois"] {
            let person = found(&guard, &format!("{name} anne")).await.remove(0);
            let mut tx = guard.db().read().await.unwrap();
            let job = salaries::postes(&mut tx, &person.id).await.unwrap().remove(0);
            jobs.push(job.emploi.map(|e| (e.thesaurus, e.label)));
        }
        let job = |list: &str, label: &str| Some((list.to_owned(), label.to_owned()));
        assert_eq!(jobs, [job("pcs-ese", "Conducteurs routiers"), job("professions", "Maçon"), job("professions", "Maçon")]);
    }

    async fn les_options_et_les_droits_sont_verifies_avant_toute_ecriture(t) {
        let guard = ready(t).await;
        let caller = Caller::command("essai", Role::Informatique);
        let elsewhere = Options { centre: CentreId::new("ailleurs"), ..options(false) };
        assert!(matches!(importer(&guard, &caller, workbook(), elsewhere).await, Err(ImportError::UnknownCentre(_))));
        let nobody = Options { medecin: Some(ProfessionnelId::new("personne")), ..options(false) };
        assert!(matches!(importer(&guard, &caller, workbook(), nobody).await, Err(ImportError::UnknownDoctor(_))));
        let few = Options { limites: Limites { lignes: 3, ..Limites::default() }, ..options(false) };
        assert!(matches!(importer(&guard, &caller, workbook(), few).await, Err(ImportError::TooManyRows(3))));
        let bomb = Options { limites: Limites { decompresse: 1000, ..Limites::default() }, ..options(false) };
        assert!(matches!(importer(&guard, &caller, workbook(), bomb).await, Err(ImportError::Bomb(1000))));
        let doctor = Caller::command("essai", Role::Medecin);
        assert!(matches!(importer(&guard, &doctor, workbook(), options(false)).await, Err(ImportError::Refused(_))));
        assert!(refusal_is_journalled(&guard, "service", &sha256(&workbook()), "gerer_service").await);
        assert!(found(&guard, "goff").await.is_empty());
    }

    async fn une_secretaire_essaie_importe_et_relit_son_rapport(t) {
        let guard = ready(t).await;
        let secretaire = Person::signed_in(&guard, Role::Secretaire, echanges::routes).await;
        secretaire.get("/imports").await.says("Aucun import");
        secretaire.get("/imports/nouveau").await.says("Essai à blanc");

        let trial = send(&secretaire, &workbook(), &[("centre", "centre-nord"), ("essai", "oui")]).await;
        assert_eq!(trial.status, StatusCode::OK);
        for text in ["Essai\u{a0}: certaines lignes seraient refusées", "La clé devrait être 93", "Salaire brut", "Rien n'a été enregistré"] {
            trial.says(text);
        }
        secretaire.get("/imports").await.says("Aucun import");

        let done = send(&secretaire, &workbook(), &[("centre", "centre-nord")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        let report = secretaire.get(&done.location).await;
        for text in ["liste.xlsx", "N° sécurité sociale", "295109912611192", "La clé devrait être 93"] {
            report.says(text);
        }
        secretaire.get("/imports").await.says("liste.xlsx");

        let again = send(&secretaire, &workbook(), &[("centre", "centre-nord")]).await;
        assert_eq!(again.location, format!("{}?deja=1", done.location));
        secretaire.get(&again.location).await.says("avait déjà été importé\u{a0}: rien n'a changé");
        assert_eq!(secretaire.get("/imports/nulle-part").await.status, StatusCode::NOT_FOUND);
    }

    async fn un_envoi_fautif_dit_quoi_faire(t) {
        let guard = ready(t).await;
        let mut secretaire = Person::signed_in(&guard, Role::Secretaire, echanges::routes).await;
        let file = |bytes: &[u8]| Fichier { nom: "x.csv".into(), octets: bytes.to_vec() };
        for (octets, sentence) in [
            (&b""[..], "Le fichier est vide"),
            (b"\xd0\xcf\x11\xe0", "ancien format d'Excel"),
            (b"PK\x03\x04 rien", "n'a pas pu être lu"),
            (b"a;b;c\n1;2;3", "Aucune ligne de titres n'a été reconnue"),
            (b"Nom;Sexe;NIR\nx;F;1", "Il manque des colonnes\u{a0}: Prénoms, Date de naissance, Date d'entrée"),
        ] {
            let answer = send(&secretaire, &file(octets), &[("centre", "centre-nord")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            answer.says(sentence);
        }
        let answer = send(&secretaire, &workbook(), &[("centre", "")]).await;
        answer.says("Choisissez le centre");
        let huge = send(&secretaire, &file(&vec![b'a'; (50 << 20) + (65 << 10)]), &[("centre", "centre-nord")]).await;
        assert_eq!(huge.status, StatusCode::UNPROCESSABLE_ENTITY);
        huge.says("partagez-le en plusieurs fichiers");
        secretaire.csrf = "autre".into();
        let foreign = send(&secretaire, &workbook(), &[("centre", "centre-nord")]).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        foreign.says("Ce formulaire a expiré");
        assert!(found(&guard, "goff").await.is_empty());
    }

    async fn un_medecin_n_importe_pas_de_liste(t) {
        let guard = ready(t).await;
        let medecin = Person::signed_in(&guard, Role::Medecin, echanges::routes).await;
        assert_eq!(medecin.get("/imports").await.status, StatusCode::FORBIDDEN);
        assert!(refusal_is_journalled(&guard, "service", "imports", "gerer_service").await);
        let sent = send(&medecin, &workbook(), &[("centre", "centre-nord")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        sent.says("réservée à l'administration du service");
    }
}

fn sha256(file: &Fichier) -> String {
    use sha2::{Digest as _, Sha256};
    format!("{:x}", axum::body::Bytes::copy_from_slice(&Sha256::digest(&file.octets)))
}

/// Sends the form of the import with a file.
async fn send(person: &Person, file: &Fichier, fields: &[(&str, &str)]) -> Answer {
    const EDGE: &str = "----limite";
    let mut body = Vec::new();
    for (name, value) in fields.iter().copied().chain([("_csrf", person.csrf.as_str())]) {
        body.extend(
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"{}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        file.nom
    );
    body.extend(head.bytes());
    body.extend(&file.octets);
    body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
    let request = Request::post("/imports/nouveau")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"));
    person.send(request, Body::from(body)).await
}
