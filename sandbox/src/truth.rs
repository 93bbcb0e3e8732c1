//! What was planted: exactly the findings that a reconciler must report, and no others.

use schemas::{FindingKind, Subject};
use serde::{Deserialize, Serialize};

pub const POPULATION: &str = "population";
pub const CIVIL_STATUS: &str = "civil_status";
pub const LAND: &str = "land";
pub const ONE_STOP: &str = "one_stop";
pub const COMMUNE_FILES: &str = "commune_files";

/// One expected finding, by its identity.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Planted {
    pub kind: FindingKind,
    pub subject: String,
    pub field: String,
    pub source: String,
}

impl std::fmt::Debug for Planted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.kind, self.source, Subject::from(self.subject.clone()).masked())
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    pub planted: Vec<Planted>,
    /// Whose the records are whose number was taken away.
    #[serde(default)]
    pub links: Vec<PlantedLink>,
}

/// A record without a usable number, and its person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlantedLink {
    pub source: String,
    pub record_key: String,
    pub part: u16,
    /// 12 digits.
    pub person: String,
}

impl std::fmt::Debug for PlantedLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}/{}", self.source, self.record_key, self.part)
    }
}

impl Truth {
    pub(crate) fn add(&mut self, kind: FindingKind, subject: Subject, field: &str, source: &str) {
        self.planted.push(Planted {
            kind,
            subject: subject.as_str().to_owned(),
            field: field.to_owned(),
            source: source.to_owned(),
        });
    }

    /// Sorted, each finding once.
    pub(crate) fn settle(&mut self) {
        self.planted.sort_by(|a, b| {
            let key = |p: &Planted| (p.kind.as_str(), p.subject.clone(), p.field.clone(), p.source.clone());
            key(a).cmp(&key(b))
        });
        self.planted.dedup();
        self.links.sort();
    }

    pub fn count(&self, kind: FindingKind) -> usize {
        self.planted.iter().filter(|p| p.kind == kind).count()
    }

    /// The bytes of `truth.json`.
    pub fn to_json(&self) -> String {
        // Only texts and a plain enum: nothing here can fail to serialise.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
