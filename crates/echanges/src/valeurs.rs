//! Reading one cell: a day, a number of social security, a SIRET, yes or no.

use base::{Date, date_from_french, fold};
use identite::{CodeCommune, CodeError, Nir, NirError, Siret};

use crate::feuille::Cellule;

/// Months as people write them, folded.
const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// The sentence for a cell that is no day.
pub(crate) const PAS_UN_JOUR: &str = "Ce jour n'existe pas ou n'est pas écrit comme une date\u{a0}: écrivez jj/mm/aaaa, l'année sur quatre chiffres.";

/// A day: a date of Excel, the serial number it becomes when its format is lost, or a French text.
pub(crate) fn day(cell: &Cellule) -> Option<Date> {
    match cell {
        Cellule::Vide => None,
        Cellule::Jour(day) => Some(*day),
        Cellule::Nombre(serial) => of_serial(*serial),
        Cellule::Texte(text) => {
            // `1980-03-12T00:00:00`, `12/03/1980 00:00`: an export's time of day says nothing.
            let first = text.split([' ', 'T', '\u{a0}']).next().unwrap_or_default();
            date_from_french(text)
                .or_else(|| date_from_french(first).filter(|_| text.contains(':')))
                .or_else(|| in_words(text))
        }
    }
}

/// A serial number of Excel: days since 30 December 1899, from 1 March 1900 on (earlier ones count a day that
/// never was), up to 2199.
fn of_serial(serial: f64) -> Option<Date> {
    if !(61.0..110_000.0).contains(&serial) {
        // Eight digits typed without a separator: 12031980.
        return if serial.fract() == 0.0 { date_from_french(&format!("{serial:08}")) } else { None };
    }
    #[expect(clippy::cast_possible_truncation, reason = "between 61 and 110,000")]
    let days = serial.floor() as i32;
    from_epoch(days)
}

fn from_epoch(days: i32) -> Option<Date> {
    // The epoch of Excel's serial numbers exists in any calendar.
    let epoch = Date::new(1899, 12, 30).ok()?;
    epoch.checked_add(std::time::Duration::from_secs(u64::try_from(days).ok()? * 86_400)).ok()
}

/// `12 mars 1980`, `1er août 1975`.
fn in_words(text: &str) -> Option<Date> {
    let folded = fold(text);
    let parts: Vec<&str> = folded.split(' ').collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let month = MONTHS
        .iter()
        .position(|m| m == month || (month.len() >= 3 && m.starts_with(month) && *month != "jui"))?;
    let day = day.trim_end_matches("er").parse().ok()?;
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, day).ok()
}

/// Why a NIR was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NirRead {
    /// With its key, or of thirteen characters whose key was computed.
    Read {
        nir: Nir,
        /// The file gave no key: nothing but the other traits can prove the number.
        without_key: bool,
    },
    /// Refused, with what to correct.
    Wrong(NirError),
}

/// A NIR, its key in the same cell, in another, or absent.
pub(crate) fn nir(cell: &Cellule, key: &Cellule) -> Option<NirRead> {
    if cell.is_empty() {
        return None;
    }
    let solid = |text: String| {
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/')).collect::<String>()
    };
    let mut text = solid(cell.text());
    let body = text.chars().count() == 13;
    if body && !key.is_empty() {
        let key = solid(key.text());
        // Excel drops the zero of a key below ten.
        text.push_str(&format!("{key:0>2}"));
    } else if body {
        return Some(
            Nir::from_body(&text).map_or_else(NirRead::Wrong, |nir| NirRead::Read { nir, without_key: true }),
        );
    }
    Some(Nir::parse(&text).map_or_else(NirRead::Wrong, |nir| NirRead::Read { nir, without_key: false }))
}

/// A SIRET; Excel drops the zeros at the head of a number.
pub(crate) fn siret(cell: &Cellule) -> Result<Siret, CodeError> {
    match cell {
        Cellule::Nombre(n) if n.fract() == 0.0 && *n >= 0.0 => Siret::parse(&format!("{n:014}")),
        other => Siret::parse(&other.text()),
    }
}

/// The Insee code of a birth place: a commune, or 99 and a country.
pub(crate) fn birth_place(cell: &Cellule) -> Result<String, CodeError> {
    let text = match cell {
        Cellule::Nombre(n) if n.fract() == 0.0 && *n >= 0.0 => format!("{n:05}"),
        other => other.text(),
    };
    if text.len() == 5 && text.starts_with("99") && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text);
    }
    CodeCommune::parse(&text).map(String::from)
}

/// Yes or no; `None` when it is neither.
pub(crate) fn yes(cell: &Cellule) -> Option<bool> {
    match fold(&cell.text()).as_str() {
        "oui" | "o" | "x" | "1" | "vrai" | "true" | "yes" => Some(true),
        "" | "non" | "n" | "0" | "faux" | "false" | "no" => Some(false),
        _ => None,
    }
}

/// What separates the values of one cell.
pub(crate) fn several(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',', '/', '|', '\n', '+']).map(str::trim).filter(|t| !fold(t).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(text: &str) -> Cellule {
        Cellule::of_text(text)
    }

    #[test]
    fn une_date_se_lit_comme_excel_ou_une_personne_l_ecrit() {
        let expected = Date::new(1980, 3, 12).ok();
        for text in [
            "12/03/1980",
            "12-03-1980",
            "1980-03-12",
            "12031980",
            "1980-03-12 00:00:00",
            "1980-03-12T00:00:00",
            "12 mars 1980",
            "12/03/1980 00:00",
        ] {
            assert_eq!(day(&t(text)), expected, "{text}");
        }
        assert_eq!(day(&Cellule::Nombre(29_292.0)), expected);
        assert_eq!(day(&Cellule::Nombre(29_292.75)), expected);
        assert_eq!(day(&Cellule::Nombre(12_031_980.0)), expected);
        assert_eq!(day(&Cellule::Nombre(1_031_980.0)), Date::new(1980, 3, 1).ok());
        assert_eq!(day(&t("1er août 1975")), Date::new(1975, 8, 1).ok());
        assert_eq!(day(&t("3 févr. 1975")), Date::new(1975, 2, 3).ok());
        for text in
            ["31/02/1980", "12/03/80", "12 mars 80", "mars 1980", "29292", "bientôt", "3 jui 1975", ""]
        {
            assert_eq!(day(&t(text)), None, "{text}");
        }
        for serial in [0.0, -1.0, 60.0, 1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(day(&Cellule::Nombre(serial)), None, "{serial}");
        }
    }

    #[test]
    fn un_nir_se_lit_avec_sa_cle_ou_qu_elle_soit() {
        let read = |cell: Cellule, key: Cellule| match nir(&cell, &key) {
            Some(NirRead::Read { nir, without_key }) => (nir.as_str().to_owned(), without_key),
            other => panic!("{other:?}"),
        };
        let whole = "295109912611193".to_owned();
        assert_eq!(read(t("2 95 10 99 126 111 93"), Cellule::Vide), (whole.clone(), false));
        assert_eq!(read(Cellule::Nombre(295_109_912_611_193.0), Cellule::Vide), (whole.clone(), false));
        assert_eq!(read(t("2951099126111"), t("93")), (whole.clone(), false));
        assert_eq!(read(t("2.95.10.99.126.111"), Cellule::Vide), (whole, true));
        assert_eq!(nir(&Cellule::Vide, &t("93")), None);
        assert_eq!(
            nir(&t("295109912611192"), &Cellule::Vide),
            Some(NirRead::Wrong(NirError::Cle { attendue: 93, trouvee: 92 }))
        );
        assert_eq!(
            nir(&t("2951099126111"), &t("92")),
            Some(NirRead::Wrong(NirError::Cle { attendue: 93, trouvee: 92 }))
        );
    }

    #[test]
    fn excel_mange_les_zeros_de_tete_et_ils_sont_rendus() {
        assert_eq!(siret(&Cellule::Nombre(73_282_932_000_074.0)).unwrap().as_str(), "73282932000074");
        assert_eq!(birth_place(&Cellule::Nombre(1053.0)).unwrap(), "01053");
        assert_eq!(birth_place(&t("99352")).unwrap(), "99352");
        assert!(birth_place(&t("Lyon")).is_err());
    }

    #[test]
    fn oui_se_dit_de_plusieurs_facons_et_peut_etre_n_en_est_pas_une() {
        assert_eq!(
            [t("OUI"), t("x"), t("1"), t("Non"), t("")].map(|c| yes(&c)),
            [Some(true), Some(true), Some(true), Some(false), Some(false)]
        );
        assert_eq!(yes(&t("parfois")), None);
        assert_eq!(several("Plomb ; amiante, /  bruit").collect::<Vec<_>>(), ["Plomb", "amiante", "bruit"]);
    }
}
