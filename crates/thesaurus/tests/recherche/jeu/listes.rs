//! The real lists, read from the shared data where it is at hand.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// A term as the judged set knows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terme {
    /// Its code.
    pub(crate) code: String,
    /// Its label.
    pub(crate) label: String,
    /// The code above.
    pub(crate) parent: Option<String>,
    /// Other ways to say it.
    pub(crate) synonymes: Vec<String>,
}

/// A list.
#[derive(Debug, Clone)]
pub(crate) struct Liste {
    /// What it is called here.
    pub(crate) id: String,
    /// Its terms, each code once.
    pub(crate) termes: Vec<Terme>,
    /// How often each is used in the world, where the data says it: inhabitants, cells of a matrix, accidents.
    pub(crate) usage: HashMap<String, u64>,
}

impl Liste {
    /// A list whose use is not known.
    pub(crate) fn new(id: &str, termes: Vec<Terme>) -> Self {
        let mut known = std::collections::HashSet::new();
        let termes = termes
            .into_iter()
            .filter(|t| !t.code.is_empty() && !t.label.trim().is_empty() && known.insert(t.code.clone()))
            .collect();
        Self { id: id.to_owned(), termes, usage: HashMap::new() }
    }

    /// The list as a delivery of the product's own layout.
    pub(crate) fn csv(&self) -> Vec<u8> {
        let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        out.write_record(["code", "libelle", "parent", "synonymes"]).unwrap();
        for t in &self.termes {
            let synonymes = t.synonymes.join(" | ");
            out.write_record([&t.code, &t.label, t.parent.as_deref().unwrap_or(""), &synonymes]).unwrap();
        }
        out.into_inner().unwrap()
    }
}

/// The folder of the shared data.
pub(crate) fn dossier() -> PathBuf {
    std::env::var_os("TRONC_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
}

/// Every list of the judged set; `None` where the shared data is not at hand.
pub(crate) fn toutes(dossier: &Path) -> Option<Vec<Liste>> {
    let texte = |chemin: &str| std::fs::read_to_string(dossier.join(chemin)).ok();
    let mut naf = plate("naf", &texte("naf/naf_rev2_tous_niveaux.csv")?, "code", "libelle");
    for t in &mut naf.termes {
        let above = t.code.len() - 1;
        let above = t.code[..above].trim_end_matches('.');
        t.parent = (above.len() >= 2).then(|| above.to_owned());
    }
    naf.usage = accidents(&texte("atmp_par_naf/atmp_dimensions_par_naf.json")?)?;
    let mut communes = plate("communes", &texte("communes_cog/communes_2026.csv")?, "code_insee", "nom");
    for row in rows(&texte("communes_cog/communes_2026.csv")?) {
        if row["type"] == "commune-actuelle" {
            communes.usage.insert(row["code_insee"].clone(), row["population"].parse().unwrap_or(0));
        }
    }
    let svs = |id: &str, fichier: &str| Some(svs(id, &texte(&format!("ans_nos_svs_xml/{fichier}"))?));
    Some(vec![
        levels("pcs-ese", &texte("pcs_ese_2017/pcs_ese_2017.csv")?),
        plate("metiers", &texte("pcs2020/libelles_profession_2022.csv")?, "id", "libelle"),
        pcs(&texte("pcs2020/pcs2020.csv")?),
        naf,
        cim(&texte("cim10_fr_atih/cim10_fr_2022_sans_ch20.csv")?),
        communes,
        agents(&texte("canjem_jem/agents.csv")?, &texte("canjem_jem/jem_citp68_3.csv")?),
        plate("juridique", &texte("categories_juridiques/cj_sandre_statuts.csv")?, "code", "libelle"),
        svs("professions-sante", "TRE_A02-ProfessionSavFaire-CISIS.xml")?,
        svs("savoir-faire", "JDV_J107_EnsembleSavoirFaire_RASS.xml")?,
        svs("specialites", "JDV_J01_XdsAuthorSpecialty_CISIS.xml")?,
        svs("organisations", "JDV_J34_CategorieOrganisation_ROR.xml")?,
        svs("documents", "TRE_A05-TypeDocComplementaire.xml")?,
        svs("relations", "TRE_R216-HL7RoleCode.xml")?,
    ])
}

fn rows(text: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn plate(id: &str, text: &str, code: &str, label: &str) -> Liste {
    let terme = |r: &HashMap<String, String>| Terme {
        code: r[code].clone(),
        label: r[label].clone(),
        ..Terme::default()
    };
    Liste::new(id, rows(text).iter().map(terme).collect())
}

fn levels(id: &str, text: &str) -> Liste {
    let mut liste = plate(id, text, "code", "libelle");
    let above: HashMap<String, String> =
        rows(text).into_iter().map(|r| (r["code"].clone(), r["code_parent"].clone())).collect();
    for t in &mut liste.termes {
        t.parent = above.get(&t.code).filter(|p| !p.is_empty()).cloned();
    }
    liste
}

/// The short label of the PCS is the other way to say its long one.
fn pcs(text: &str) -> Liste {
    let terme = |r: &HashMap<String, String>| {
        let code = r["code"].clone();
        let above = code[..code.len() - 1].to_owned();
        Terme {
            parent: (!above.is_empty()).then_some(above),
            synonymes: other(&r["libelle"], &[&r["libelle_court"]]),
            label: r["libelle"].clone(),
            code,
        }
    };
    Liste::new("pcs", rows(text).iter().map(terme).collect())
}

/// The CIM-10 hangs each code on the longest other code that begins it; its short label is a synonym.
fn cim(text: &str) -> Liste {
    let rows = rows(text);
    let codes: std::collections::HashSet<&str> = rows.iter().map(|r| r["code"].as_str()).collect();
    let terme = |r: &HashMap<String, String>| {
        let code = r["code"].as_str();
        Terme {
            parent: (3..code.len()).rev().map(|n| &code[..n]).find(|c| codes.contains(c)).map(str::to_owned),
            synonymes: other(&r["libelle_long"], &[&r["libelle_court"]]),
            label: r["libelle_long"].clone(),
            code: code.to_owned(),
        }
    };
    Liste::new("cim10", rows.iter().map(terme).collect())
}

fn agents(text: &str, cells: &str) -> Liste {
    let rows = rows(text);
    let known: std::collections::HashSet<&str> = rows.iter().map(|r| r["idchem"].as_str()).collect();
    let terme = |r: &HashMap<String, String>| Terme {
        parent: ["SubFamily", "Family", "Group", "Category"]
            .iter()
            .map(|k| r[*k].as_str())
            .find(|p| known.contains(p) && *p != r["idchem"])
            .map(str::to_owned),
        synonymes: other(&r["LblFr"], &[&r["LblEn"]]),
        label: r["LblFr"].clone(),
        code: r["idchem"].clone(),
    };
    let mut liste = Liste::new("agents", rows.iter().map(terme).collect());
    for cell in self::rows(cells) {
        *liste.usage.entry(cell["agent"].clone()).or_default() += 1;
    }
    liste
}

/// Accidents and diseases of each class of activity.
fn accidents(text: &str) -> Option<HashMap<String, u64>> {
    #[derive(Deserialize)]
    struct Classe {
        sex: HashMap<String, u64>,
    }
    let classes: HashMap<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let dotted = |code: &str| format!("{}.{}", &code[..2], &code[2..]);
    let total = |v: serde_json::Value| Some(Classe::deserialize(v).ok()?.sex.values().sum());
    Some(classes.into_iter().filter_map(|(code, v)| Some((dotted(&code), total(v)?))).collect())
}

/// The attributes of each `Concept` of a file of the ANS, which is well formed.
fn svs(id: &str, text: &str) -> Liste {
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        let value = &tag[from..from + tag[from..].find('"')?];
        let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        Some(value.replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&"))
    };
    let terme = |tag: &str| {
        let tag = tag.split('>').next().unwrap_or_default().replace(['\n', '\r', '\t'], " ");
        let label = attribute(&tag, "displayName")?;
        let code = attribute(&tag, "code")?;
        let others = ["shortDesignation", "longDesignation"].map(|n| attribute(&tag, n).unwrap_or_default());
        let synonymes: Vec<&String> = others.iter().filter(|s| **s != code).collect();
        Some(Terme { synonymes: other(&label, &synonymes), label, code, parent: None })
    };
    Liste::new(id, text.split("<Concept").skip(1).filter_map(terme).collect())
}

/// What says something else than the label. A bar would cut a synonym in two.
fn other(label: &str, names: &[&String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        let folded = base::fold(name);
        if !folded.is_empty()
            && !name.contains('|')
            && folded != base::fold(label)
            && kept.iter().all(|k| base::fold(k) != folded)
        {
            kept.push((*name).clone());
        }
    }
    kept
}
