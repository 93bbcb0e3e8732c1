//! Canonical records: what a source says, in our own columns.
//!
//! A record is flat, so that it is a row of Parquet that any engine can read. A row speaks of one
//! person in one record: a marriage makes two rows (husband, wife), a certificate one row for each
//! owner. Rows of one record share [`Envelope::record_key`] and differ in [`Envelope::part`].
//!
//! Values are text in canonical form, empty values are `None`:
//!
//! * identifiers as the source gave them, trimmed (a malformed one is a finding, not a reject);
//! * names as the source gave them, trimmed;
//! * dates ISO and possibly partial ([`crate::PartialDate`]), instants RFC 3339;
//! * sex `m`, `f`, `o`; ethnicity the 2-digit code of the population system;
//! * unit codes with their leading zeros; areas in square metres as decimal text;
//! * lists joined by `;`.

mod columns;
mod mention;
mod sex;

pub use columns::{
    CivilEventColumn, CivilEventRecord, CivilEventView, DossierColumn, DossierRecord, DossierView, LandRightColumn,
    LandRightRecord, LandRightView, PersonColumn, PersonRecord, PersonView,
};
pub use mention::{Mention, Residence};
pub use sex::Sex;

use serde::{Deserialize, Serialize};

/// What a source calls the record, and which version of it this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The source's own stable key. Never a personal number.
    #[serde(rename = "k")]
    pub record_key: String,
    /// Which row of the record this is, from 0.
    #[serde(rename = "p", default)]
    pub part: u16,
    /// The commune the record belongs to, in today's codes, where the source says so.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// Rises with every change of the record (`PhienBan`, `version`, update time in ms).
    #[serde(rename = "v", default)]
    pub version: i64,
    /// RFC 3339, when the source says when it last changed the record.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// The source says that it deleted the record. Such a row carries no values.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Record {
    Person(PersonRecord),
    CivilEvent(CivilEventRecord),
    LandRight(LandRightRecord),
    Dossier(DossierRecord),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanonicalRecord {
    #[serde(rename = "e")]
    pub envelope: Envelope,
    #[serde(rename = "r")]
    pub record: Record,
}

impl Record {
    /// The number under which the row is looked for: decides its bucket.
    pub fn link_key(&self) -> Option<&str> {
        match self {
            Self::Person(r) => r.personal_id.as_deref(),
            Self::CivilEvent(r) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            Self::LandRight(r) => r.personal_id.as_deref().or(r.paper_number.as_deref()),
            Self::Dossier(r) => r.personal_id.as_deref(),
        }
    }
}

/// See [`Record::link_key`].
impl<'a> PersonView<'a> {
    pub fn link_key(&self) -> Option<&'a str> {
        self.personal_id
    }
}

/// See [`Record::link_key`].
impl<'a> CivilEventView<'a> {
    pub fn link_key(&self) -> Option<&'a str> {
        self.personal_id.or(self.paper_number)
    }
}

/// See [`Record::link_key`].
impl<'a> LandRightView<'a> {
    pub fn link_key(&self) -> Option<&'a str> {
        self.personal_id.or(self.paper_number)
    }
}

/// See [`Record::link_key`].
impl<'a> DossierView<'a> {
    pub fn link_key(&self) -> Option<&'a str> {
        self.personal_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_json_and_its_view() {
        let record = PersonRecord {
            personal_id: Some("099085000123".into()),
            name: Some("Nguyễn Văn Mẫu".into()),
            ..Default::default()
        };
        let json = serde_json::to_string(&Record::Person(record.clone())).expect("serializes");
        let back: Record = serde_json::from_str(&json).expect("parses");
        assert_eq!(back, Record::Person(record.clone()));
        let values = record.values();
        assert_eq!(PersonView::from_columns(|at| values[at]).to_owned(), record);
    }

    #[test]
    fn no_record_shows_its_values_through_debug() {
        let record = PersonRecord { name: Some("CANARY".into()), ..Default::default() };
        assert!(!format!("{record:?} {:?} {:?}", record.view(), record.view().mention()).contains("CANARY"));
    }
}
