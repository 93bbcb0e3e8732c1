//! What of a finding stands in columns, read out of its JSON without making the rest.

use super::FindingLine;
use crate::error::{Result, StoreError};
use schemas::Finding;
use serde::Deserialize;
use std::borrow::Cow;

/// As [`Finding`] is written.
#[derive(Deserialize)]
struct Written<'a> {
    kind: &'a str,
    severity: &'a str,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow)]
    field: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, default)]
    unit: Option<Cow<'a, str>>,
    #[serde(borrow)]
    values: Vec<Said<'a>>,
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    record_key: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<Cow<'a, str>>,
}

/// The columns of a finding.
pub(super) struct Head<'a> {
    written: Written<'a>,
    id: String,
    values_hash: String,
    pub body_hash: String,
}

impl<'a> Head<'a> {
    pub fn of(line: &'a FindingLine) -> Result<Self> {
        let written: Written<'a> =
            serde_json::from_slice(&line.body).map_err(|_| StoreError::Corrupt { what: "finding" })?;
        let values_hash = Finding::hash_of_values(
            written
                .values
                .iter()
                .map(|said| [&*said.source, &*said.record_key, said.value.as_deref().unwrap_or_default()]),
        );
        Ok(Self { id: hex::encode(line.identity), values_hash, body_hash: hex::encode(line.hash), written })
    }

    /// All but run, body and its hash, in the order of the table's columns.
    pub fn columns(&self) -> [Option<&str>; 8] {
        let written = &self.written;
        [
            Some(self.id.as_str()),
            Some(written.kind),
            Some(written.severity),
            Some(&written.subject),
            Some(&written.field),
            Some(&written.source),
            written.unit.as_deref(),
            Some(self.values_hash.as_str()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_those_of_the_finding_whatever_stands_in_it() {
        let odd = "a\\\"\u{0}b/\t“Ân”";
        for (subject, unit, value) in [("person:099085000001", Some("00691"), Some("An")), (odd, None, None)] {
            let said = |value: Option<&str>| json!({"source": "land", "dataset": "land_right", "record_key": subject, "value": value});
            let finding: Finding = serde_json::from_value(json!({
                "kind": "NAME_DIFF", "severity": "stop", "subject": subject, "field": odd, "source": "land",
                "unit": unit, "level": "different", "values": [said(value), said(Some(odd))], "owner": "land",
                "explanation_vi": odd, "explanation_en": "", "next_step_vi": "", "next_step_en": "",
            }))
            .expect("a finding");
            let line = FindingLine::of(&finding).expect("JSON");
            let head = Head::of(&line).expect("a finding");
            let columns = [
                Some(finding.id()),
                Some(finding.kind.as_str().to_owned()),
                Some(finding.severity.as_str().to_owned()),
                Some(finding.subject.as_str().to_owned()),
                Some(finding.field.clone()),
                Some(finding.source.as_str().to_owned()),
                finding.unit.clone(),
                Some(finding.values_hash()),
            ];
            assert_eq!(head.columns(), columns.each_ref().map(Option::as_deref));
        }
    }
}
