use proptest::prelude::*;

use super::*;

/// Published numbers, among them the test patient of the national identity service.
const JUSTES: [&str; 7] = [
    "295109912611193",
    "253072A07300443",
    "253072B07300470",
    "279035121518989",
    "150081505104018",
    "160059932710027",
    "255081416802538",
];

#[test]
fn les_numeros_justes_sont_admis() {
    for text in JUSTES {
        let nir = Nir::parse(text).unwrap();
        assert_eq!(nir.as_str(), text);
        assert_eq!(Nir::from_body(nir.body()).unwrap(), nir);
    }
}

#[test]
fn la_cle_se_calcule() {
    for (body, key) in
        [("1850578006084", "91"), ("2690549588157", "80"), ("1990199350001", "80"), ("1850597120005", "20")]
    {
        assert_eq!(Nir::from_body(body).unwrap().key(), key);
    }
}

#[test]
fn une_cle_fausse_est_refusee_et_la_bonne_est_dite() {
    for (text, attendue) in [("295109912611199", 93), ("160117510705741", 42), ("260127510705785", 8)] {
        match Nir::parse(text) {
            Err(NirError::Cle { attendue: said, .. }) => assert_eq!(said, attendue),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        Nir::parse("295109912611199").unwrap_err().to_string(),
        "La clé devrait être 93. Elle est 99\u{a0}: corrigez la clé ou le caractère mal saisi."
    );
    assert!(Nir::parse("260127510705785").unwrap_err().to_string().starts_with("La clé devrait être 08."));
}

#[test]
fn une_cle_oubliee_est_dite() {
    assert_eq!(
        Nir::parse("2 95 10 99 126 111").unwrap_err().to_string(),
        "Il manque la clé du NIR. La clé devrait être 93."
    );
}

#[test]
fn espaces_points_et_minuscules_ne_comptent_pas() {
    for text in ["2 53 07 2a 073 004 43", "2.53.07.2A.073.004.43", "\u{a0}253072a07300443\u{202f}"] {
        assert_eq!(Nir::parse(text).unwrap().as_str(), "253072A07300443");
    }
}

#[test]
fn chaque_refus_dit_ou_et_quoi() {
    let said = |text: &str| Nir::parse(text).unwrap_err().to_string();
    assert_eq!(said("  "), "Le NIR est vide\u{a0}: saisissez ses 13 caractères, puis sa clé de 2 chiffres.");
    assert_eq!(said("12345"), "Le NIR compte 15 caractères\u{a0}; il y en a 5.");
    assert_eq!(
        said("29510991261119X"),
        "Dans le NIR, «\u{a0}X\u{a0}» ne convient pas en position 15\u{a0}: un chiffre est attendu."
    );
    assert_eq!(
        said("253072C07300443"),
        "Dans le NIR, «\u{a0}C\u{a0}» ne convient pas en position 7\u{a0}: un chiffre est attendu, ou A ou B pour la Corse."
    );
    assert!(said("253073A07300443").contains("position 7"));
    assert!(said("995109912611193").starts_with("Le NIR ne peut pas commencer par 9"));
    assert!(said("X95109912611193").contains("position 1"));
    assert!(
        said("295139912611193")
            .starts_with("Le mois de naissance porté par le NIR (5e et 6e chiffres) est 13")
    );
    assert!(said("295009912611193").contains("est 00"));
    assert_eq!(Nir::from_body("123"), Err(NirError::Longueur { attendue: 13, trouvee: 3 }));
    assert_eq!(Nir::from_body(""), Err(NirError::Vide));
}

#[test]
fn le_numero_dit_le_sexe_l_annee_le_mois_et_le_lieu() {
    let nir = Nir::parse("295109912611193").unwrap();
    assert_eq!((nir.sexe(), nir.annee2(), nir.mois()), (Sexe::Feminin, 95, Some(10)));
    assert_eq!((nir.lieu(), nir.ordre(), nir.key()), ("99126", "111", "93"));
    assert_eq!(nir.grouped(), "2\u{a0}95\u{a0}10\u{a0}99\u{a0}126\u{a0}111\u{a0}93");
    let reunion = Nir::from_body("1850597120005").unwrap();
    assert_eq!((reunion.sexe(), reunion.lieu()), (Sexe::Masculin, "97120"));
    let month_unknown = Nir::from_body("1853199350001").unwrap();
    assert_eq!(month_unknown.mois(), None);
}

#[test]
fn les_numeros_provisoires_se_reconnaissent() {
    for (first, nature, sexe) in [
        ('1', NatureNir::Definitif, Sexe::Masculin),
        ('2', NatureNir::Definitif, Sexe::Feminin),
        ('3', NatureNir::EnCours, Sexe::Masculin),
        ('4', NatureNir::EnCours, Sexe::Feminin),
        ('7', NatureNir::Provisoire, Sexe::Masculin),
        ('8', NatureNir::Provisoire, Sexe::Feminin),
    ] {
        let nir = Nir::from_body(&format!("{first}850578006084")).unwrap();
        assert_eq!((nir.nature(), nir.sexe()), (nature, sexe));
        assert_eq!(nir.is_provisoire(), nature != NatureNir::Definitif);
    }
}

#[test]
fn un_journal_ne_montre_jamais_un_numero_entier() {
    let nir = Nir::parse("295109912611193").unwrap();
    assert_eq!(format!("{nir:?}"), "Nir(2…93)");
    assert!(!format!("{:?}", Nir::parse("295109912611199")).contains("951099"));
}

fn any_body() -> impl Strategy<Value = String> {
    "[123478][0-9]{2}(0[1-9]|1[0-2]|[2-9][0-9])([0-9]{2}|2[AB])[0-9]{6}"
}

proptest! {
    #[test]
    fn une_cle_calculee_est_toujours_juste(body in any_body()) {
        let nir = Nir::from_body(&body).unwrap();
        prop_assert_eq!(Nir::parse(&nir.grouped().to_lowercase()).unwrap(), nir.clone());
        prop_assert_eq!(format!("{}{}", nir.body(), nir.key()), nir.to_string());
        let key: u8 = nir.key().parse().unwrap();
        prop_assert!((1..=97).contains(&key));
    }

    #[test]
    fn la_corse_se_calcule_aussi_par_les_millions(head in "[12][0-9]{2}(0[1-9]|1[0-2])", tail in "[0-9]{6}", south: bool) {
        let (letter, less) = if south { ('A', 1_000_000) } else { ('B', 2_000_000) };
        let with_zero: u64 = format!("{head}20{tail}").parse().unwrap();
        let nir = Nir::from_body(&format!("{head}2{letter}{tail}")).unwrap();
        prop_assert_eq!(nir.key(), format!("{:02}", 97 - (with_zero - less) % 97));
    }

    // 97 is prime and divides neither a single digit nor a power of ten: the key sees every such mistake.
    #[test]
    fn un_seul_caractere_faux_est_toujours_refuse(body in any_body(), at in 0usize..15, to in "[0-9AB]") {
        let mut chars: Vec<char> = Nir::from_body(&body).unwrap().as_str().chars().collect();
        let to = to.chars().next().unwrap();
        prop_assume!(chars[at] != to);
        chars[at] = to;
        prop_assert!(Nir::parse(&chars.iter().collect::<String>()).is_err());
    }

    #[test]
    fn deux_voisins_inverses_sont_toujours_refuses(body in any_body(), at in 0usize..12) {
        let mut chars: Vec<char> = Nir::from_body(&body).unwrap().as_str().chars().collect();
        prop_assume!(chars[at] != chars[at + 1]);
        chars.swap(at, at + 1);
        prop_assert!(Nir::parse(&chars.iter().collect::<String>()).is_err());
    }

    #[test]
    fn aucune_saisie_ne_fait_tomber_la_lecture(text in "\\PC{0,18}") {
        let _ = (Nir::parse(&text), Nir::from_body(&text));
    }
}
