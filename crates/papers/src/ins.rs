//! The datamatrix of a qualified national health identity.
//!
//! Layout of the message: header `IS01` and 22 zeros, then the fields S1 to S7, each behind its two-character
//! name. S1, S5, S6 and S7 have a fixed length; S2, S3 and S4 end with the group separator. Source: the field
//! list of `rules.md` 7.2 and the specification of the INS datamatrix by the Agence du numérique en santé; the
//! header and the separators are to be compared with that text, which was not at hand.

use std::fmt::Write as _;

use base::{Date, fold};
use datamatrix::placement::{Bitmap, PathSegment};
use datamatrix::{DataMatrix, SymbolList};

use crate::champs::{IdentiteIns, Salarie, Sexe};

/// Longest S3 and S4.
const MAX_TRAIT: usize = 100;

/// End of a field of variable length.
const GS: char = '\u{1d}';

/// Capital letters without accents; hyphens, apostrophes and spaces stay.
fn trait_ins(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '-' | '\'' | ' ' => out.push(c),
            '’' => out.push('\''),
            '\u{a0}' | '\u{202f}' => out.push(' '),
            other => out.push_str(&fold(other.encode_utf8(&mut [0; 4])).to_uppercase()),
        }
    }
    out
}

fn prenoms(salarie: &Salarie) -> String {
    let noms: Vec<String> = salarie.prenoms_naissance.iter().map(|p| trait_ins(p)).collect();
    noms.join(" ")
}

/// Whether the traits can be written in the datamatrix.
pub(crate) fn ecrivable(salarie: &Salarie) -> bool {
    [trait_ins(&salarie.nom_naissance), prenoms(salarie)].iter().all(|t| t.is_ascii() && t.len() <= MAX_TRAIT)
}

fn jour(date: Date) -> String {
    format!("{:02}-{:02}-{:04}", date.day(), date.month(), date.year())
}

/// The message, or nothing when the identity is not qualified.
fn message(salarie: &Salarie) -> Option<String> {
    let IdentiteIns::Qualifiee { matricule, nature } = &salarie.ins else { return None };
    let sexe = match salarie.sexe {
        Sexe::Feminin => 'F',
        Sexe::Masculin => 'M',
        Sexe::Indetermine => 'I',
    };
    Some(format!(
        "IS01{:022}S1{matricule}S2{}{GS}S3{}{GS}S4{}{GS}S5{sexe}S6{}S7{}",
        0,
        nature.oid(),
        prenoms(salarie),
        trait_ins(&salarie.nom_naissance),
        jour(salarie.date_naissance),
        salarie.lieu_naissance.code_insee,
    ))
}

fn symbole(salarie: &Salarie) -> Option<Bitmap<bool>> {
    let message = message(salarie)?;
    // Fails only past the largest symbol (over 1,500 bytes): the traits are bounded long before.
    DataMatrix::encode(message.as_bytes(), SymbolList::default().enforce_square())
        .ok()
        .map(|code| code.bitmap())
}

/// The symbol as an SVG picture with a quiet zone of one module, or nothing when the identity is not qualified.
pub(crate) fn datamatrix_svg(salarie: &Salarie) -> Option<String> {
    let symbole = symbole(salarie)?;
    let (largeur, hauteur) = (symbole.width() + 2, symbole.height() + 2);
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{largeur}" height="{hauteur}" viewBox="0 0 {largeur} {hauteur}"><path fill-rule="evenodd" d="M1 1"#
    );
    for segment in symbole.path() {
        // Writing to a String cannot fail.
        let _ = match segment {
            PathSegment::Horizontal(n) => write!(svg, "h{n}"),
            PathSegment::Vertical(n) => write!(svg, "v{n}"),
            PathSegment::Move(dx, dy) => write!(svg, "m{dx} {dy}"),
            PathSegment::Close => write!(svg, "z"),
        };
    }
    svg.push_str(r#""/></svg>"#);
    Some(svg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::champs::NatureIns;
    use crate::samples;

    #[test]
    fn le_datamatrix_se_relit_et_redonne_les_sept_champs() {
        let salarie = samples::salarie();
        let symbole = symbole(&salarie).unwrap();
        let lu = DataMatrix::decode(symbole.bits(), symbole.width()).unwrap();
        assert_eq!(
            String::from_utf8(lu).unwrap(),
            "IS010000000000000000000000S1279035121518989S21.2.250.1.213.1.4.10\u{1d}\
             S3ANNE-LISE CELINE OEDIPA\u{1d}S4D'HERBIGNY\u{1d}S5FS621-03-1979S751215"
        );
    }

    #[test]
    fn une_identite_non_qualifiee_n_a_pas_de_datamatrix() {
        for ins in [IdentiteIns::Provisoire, IdentiteIns::Recuperee, IdentiteIns::Validee] {
            assert_eq!(datamatrix_svg(&crate::Salarie { ins, ..samples::salarie() }), None);
        }
    }

    #[test]
    fn chaque_nature_de_matricule_a_son_oid() {
        let oids = [NatureIns::Nir, NatureIns::Nia, NatureIns::NirTest, NatureIns::NirDemonstration]
            .map(NatureIns::oid);
        assert_eq!(oids.map(|o| o.rsplit('.').next().unwrap()), ["8", "9", "10", "11"]);
    }

    #[test]
    fn un_nom_qui_n_est_pas_en_lettres_latines_n_entre_pas_dans_le_datamatrix() {
        let mut salarie = samples::salarie();
        assert!(ecrivable(&salarie));
        salarie.nom_naissance = "Иванова".into();
        assert!(!ecrivable(&salarie));
    }
}
