//! What a record says of a person, and small readers of texts.

use schemas::FindingKind as K;
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Clone, Default, Debug)]
pub struct Mention {
    pub source: &'static str,
    pub key: String,
    pub number: String,
    pub cmnd: String,
    pub name: String,
    pub birth: String,
    pub sex: String,
    pub ethnicity: String,
    pub commune: String,
    pub district: String,
    pub parents: [String; 2],
    pub marital: String,
}

#[derive(Default)]
pub struct Findings(pub BTreeSet<(String, String, String, String)>);

impl Findings {
    pub fn add(&mut self, kind: K, subject: impl Into<String>, field: &str, source: &str) {
        self.0.insert((kind.as_str().into(), subject.into(), field.into(), source.into()));
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// Keys in small letters, so that Pascal and camel are one.
pub fn lower(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.to_lowercase(), lower(v))).collect(),
        Value::Array(items) => items.iter().map(lower).collect(),
        other => other.clone(),
    }
}

/// `dd?MM?yyyy`, `MM?yyyy`, `yyyy` or `yyyyMMdd` as year first.
pub fn iso(date: &str) -> String {
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]);
    }
    let mut parts: Vec<&str> = date.split(['.', '/']).collect();
    parts.reverse();
    parts.join("-")
}
