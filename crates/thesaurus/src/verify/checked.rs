//! Comparing, and naming what differs.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use store::{Row, StoreError, Value};
use terminologie::manifest::{self, PublicKey};

use super::{Alteration, SIGNATURE};
use crate::{load::sha256, terms};

/// One version under examination.
pub(super) struct Checked {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) faults: Vec<Alteration>,
}

impl Checked {
    pub(super) fn new(id: String, version: String) -> Self {
        Self { id, version, faults: Vec::new() }
    }

    pub(super) fn say(
        &mut self,
        code: Option<&str>,
        field: &str,
        expected: Option<String>,
        found: Option<String>,
    ) {
        let fault = Alteration {
            id: self.id.clone(),
            version: self.version.clone(),
            code: code.map(str::to_owned),
            field: field.to_owned(),
            expected,
            found,
        };
        // The receipt and the bytes often say the same.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub(super) fn same(
        &mut self,
        code: Option<&str>,
        field: &str,
        expected: Option<String>,
        found: Option<String>,
    ) {
        if expected != found {
            self.say(code, field, expected, found);
        }
    }

    /// The columns of a delivery against the receipt written when it was loaded.
    pub(super) fn receipt<F: Serialize + for<'a> Deserialize<'a>>(
        &mut self,
        row: &Row,
        kept: &F,
    ) -> Result<(), StoreError> {
        let receipt = row.get::<Option<String>>("bordereau")?;
        let written: Option<F> = receipt.as_deref().and_then(|r| serde_json::from_str(r).ok());
        let as_object = |facts: &F| match serde_json::to_value(facts) {
            Ok(serde_json::Value::Object(object)) => object,
            _ => serde_json::Map::new(),
        };
        let kept = as_object(kept);
        let Some(written) = written else {
            // Migration 0003 gave one to those that were loaded without.
            self.say(None, "bordereau", Some(serde_json::Value::Object(kept).to_string()), receipt);
            return Ok(());
        };
        let before = self.faults.len();
        for (field, expected) in &as_object(&written) {
            self.same(None, field, plain(Some(expected)), plain(kept.get(field)));
        }
        // A tampering that says the same facts in other bytes.
        let again = serde_json::to_string(&written).ok();
        if self.faults.len() == before && again != receipt {
            self.say(None, "bordereau", again, receipt);
        }
        Ok(())
    }

    /// The file that is kept against the manifest that came with it, and the manifest against the key it was taken with.
    pub(super) fn seal(&mut self, fichier: &str, octets: &[u8], manifeste: Option<&str>, cle: Option<&str>) {
        let why = match (manifeste, cle) {
            (None, None) => return,
            (Some(_), None) => "a manifest without the key that signed it".to_owned(),
            (None, Some(_)) => "a key without what it signed".to_owned(),
            (Some(manifeste), Some(cle)) => {
                let Ok(key) = cle.parse::<PublicKey>() else {
                    return self.say(None, SIGNATURE, None, Some(format!("{cle:?} is no public key")));
                };
                match manifest::verify(manifeste.as_bytes(), &[key])
                    .and_then(|m| m.check_file(fichier, octets))
                {
                    Ok(()) => return,
                    Err(error) => error.to_string(),
                }
            }
        };
        self.say(None, SIGNATURE, None, Some(why));
    }

    /// The rows of a version against those that its bytes give.
    pub(super) fn rows(
        &mut self,
        what: &str,
        key: &str,
        columns: &[&str],
        expected: &[(String, Vec<Value>)],
        found: &[Row],
    ) -> Result<(), StoreError> {
        let at: HashMap<&str, &Vec<Value>> = expected.iter().map(|(k, row)| (k.as_str(), row)).collect();
        let mut seen: HashSet<String> = HashSet::with_capacity(found.len());
        for row in found {
            let code = match key {
                "rang" => row.get::<i64>(key)?.to_string(),
                _ => row.get::<String>(key)?,
            };
            match at.get(code.as_str()) {
                None => self.say(Some(&code), what, None, Some(code.clone())),
                Some(values) => {
                    for (column, value) in columns.iter().zip(*values).skip(terms::OWN) {
                        let found = stored(row, column, value);
                        if found.as_ref() != Some(value) {
                            let unreadable = || Some("a value of another kind".into());
                            let there = found.as_ref().map_or_else(unreadable, shown);
                            self.say(Some(&code), column, shown(value), there);
                        }
                    }
                }
            }
            seen.insert(code);
        }
        for (code, _) in expected.iter().filter(|(code, _)| !seen.contains(code)) {
            self.say(Some(code), what, Some(code.clone()), None);
        }
        Ok(())
    }
}

/// The value of a column, of the kind of another; `None` when it is of another kind.
fn stored(row: &Row, column: &str, like: &Value) -> Option<Value> {
    match like {
        Value::Text(_) => row.get(column).map(Value::Text),
        Value::Int(_) => row.get(column).map(Value::Int),
        Value::Bool(_) => row.get(column).map(Value::Bool),
        Value::Real(_) => row.get(column).map(Value::Real),
        Value::Bytes(_) => row.get(column).map(Value::Bytes),
    }
    .ok()
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Text(v) => v.clone(),
        Value::Int(v) => v.map(|n| n.to_string()),
        Value::Bool(v) => v.map(|b| b.to_string()),
        Value::Real(v) => v.map(|r| r.to_string()),
        Value::Bytes(v) => v.as_ref().map(|b| sha256(b)),
    }
}

fn plain(value: Option<&serde_json::Value>) -> Option<String> {
    match value? {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
