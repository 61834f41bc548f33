//! The files that the programs of `recette/etranger` read: written where `TRONC_ETRANGER` says, for them alone.

use std::fs;
use std::path::PathBuf;

use terminologie::Release;
use terminologie::write::{Format, concept_map, delivery, fhir_bundle, matrix, matrix_csv, release};

use super::{exemple, matrice, read_list, shared, starter_lists, suivante};

#[test]
fn les_fichiers_pour_les_programmes_etrangers() {
    let Some(folder) = std::env::var_os("TRONC_ETRANGER").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let put = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
    let mut lists: Vec<Release> = starter_lists();
    lists.push(exemple());
    let real = [
        "naf/naf_rev2_souscl_hierarchie.csv",
        "pcs2003_insee/pcs2003.csv",
        "cim10_fr_atih/cim10_fr_2022_sans_ch20.csv",
        "ans_nos_svs_xml/TRE_R94-ProfessionSocial.xml",
    ];
    lists.extend(real.iter().filter_map(|path| read_list(&shared(path)?)));
    for list in &lists {
        for format in Format::ALL {
            put(&format!("{}.{}", list.facts.id, format.extension()), release(list, format).unwrap());
        }
    }
    let map = concept_map(&exemple(), &suivante(), &[]).unwrap();
    put("lot.json", fhir_bundle(&[exemple(), suivante()], &[map]).unwrap());
    put("livraison.xlsx", delivery(&suivante(), Some(&exemple())).unwrap());
    put("matrice.xlsx", matrix(&matrice()).unwrap());
    put("matrice.csv", matrix_csv(&matrice()).unwrap());
}
