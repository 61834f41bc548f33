//! What a person types of an identity, checked the same way for a new worker and for a correction.

use ::identite::{CodeCommune, Nir, Sexe, StatutIns};
use base::{Date, age_on, date_from_french, fold};
use guard::Fields;
use ui::FormState;

use crate::{Salarie, SalarieId};

/// Nobody is older: an age above this is a slip.
const OLDEST: i16 = 120;

/// What was typed, to be shown again.
pub(super) fn typed(fields: &Fields) -> FormState {
    FormState::from_pairs(true, fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
}

/// Reads the traits, the NIR and the contacts; every mistake is told at once. The worker that comes out has the
/// first status and no declaration.
pub(super) fn read_traits(
    state: &mut FormState,
    fields: &Fields,
    id: SalarieId,
    provenance: &str,
    today: Date,
) -> Option<Salarie> {
    let text = |name: &str| fields.text(name).to_owned();
    let option = |name: &str| fields.optional(name).map(str::to_owned);
    for (name, sentence) in [
        ("nom_naissance", "Indiquez le nom de naissance."),
        ("prenoms", "Indiquez les prénoms de naissance."),
    ] {
        if !fields.text(name).chars().any(char::is_alphabetic) {
            state.refuse(name, sentence);
        }
    }
    let sexe = Sexe::parse(fields.text("sexe")).filter(|s| *s != Sexe::Indetermine);
    if sexe.is_none() {
        state.refuse("sexe", "Choisissez le sexe de l'état civil.");
    }
    let naissance = date_from_french(fields.text("naissance"));
    match naissance {
        None => state.refuse(
            "naissance",
            "Indiquez la date de naissance sous la forme jj/mm/aaaa\u{a0}; ce jour doit exister.",
        ),
        Some(day) if day > today => {
            state.refuse("naissance", "La date de naissance ne peut pas venir après aujourd'hui.");
        }
        Some(day) if age_on(day, today) > OLDEST => {
            state.refuse(
                "naissance",
                "Cette personne aurait plus de 120 ans\u{a0}: vérifiez l'année de naissance.",
            );
        }
        Some(_) => {}
    }
    let lieu = birth_place(fields.text("lieu_code")).map_err(|e| state.refuse("lieu_code", e)).ok();
    let nir = match fields.optional("nir").map(Nir::parse).transpose() {
        Ok(nir) => nir,
        Err(e) => {
            state.refuse("nir", e.to_string());
            None
        }
    };
    let usage = option("nom_usage").filter(|u| fold(u) != fold(fields.text("nom_naissance")));
    state.is_valid().then_some(())?;
    Some(Salarie {
        id,
        nom_naissance: text("nom_naissance"),
        nom_usage: usage,
        prenoms: fields
            .text("prenoms")
            .split([' ', ','])
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        sexe: sexe?,
        naissance: naissance?,
        lieu_code: lieu?,
        lieu_label: text("lieu_label"),
        nir,
        ins_statut: StatutIns::Provisoire,
        provenance: provenance.to_owned(),
        telephone: option("telephone"),
        courriel: option("courriel"),
        rqth_depuis: None,
        pension_depuis: None,
        deces: None,
    })
}

/// The Insee code of a birth place: a commune, or 99 and a country.
fn birth_place(text: &str) -> Result<String, String> {
    let code = text.trim();
    if code.len() == 5 && code.starts_with("99") && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(code.to_owned());
    }
    CodeCommune::parse(code).map(String::from).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::birth_place;

    #[test]
    fn un_lieu_de_naissance_est_une_commune_ou_un_pays() {
        for (typed, code) in
            [("69123", "69123"), (" 2a004 ", "2A004"), ("99352", "99352"), ("99999", "99999")]
        {
            assert_eq!(birth_place(typed).as_deref(), Ok(code), "{typed}");
        }
        for wrong in ["", "Lyon", "9935", "96123"] {
            assert!(birth_place(wrong).is_err(), "{wrong}");
        }
    }
}
