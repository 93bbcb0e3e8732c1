//! Where records come from: sources, datasets and the partitions that are pulled.

use crate::ParseError;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The name of one source in the configuration: `population`, `land`, `one_stop`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let first = text.bytes().next().ok_or(ParseError::SourceId)?;
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text.len() > 40 || !first.is_ascii_lowercase() || !text.bytes().all(good) {
            return Err(ParseError::SourceId);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SourceId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> String {
        id.0
    }
}

/// One kind of record in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dataset {
    Person,
    CivilEvent,
    LandRight,
    Dossier,
}

impl Dataset {
    pub const ALL: [Dataset; 4] = [Self::Person, Self::CivilEvent, Self::LandRight, Self::Dossier];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::CivilEvent => "civil_event",
            Self::LandRight => "land_right",
            Self::Dossier => "dossier",
        }
    }
}

impl std::fmt::Display for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dataset {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|d| d.as_str() == text).ok_or(ParseError::Dataset)
    }
}

/// The unit of pulling: one dataset of one source, for one commune or key range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Partition {
    pub source: SourceId,
    pub dataset: Dataset,
    /// A commune code, `all`, or the connector's own name of a key range. Never a personal value.
    pub key: String,
}

impl Partition {
    pub fn new(source: &SourceId, dataset: Dataset, key: impl Into<String>) -> Self {
        Self { source: source.clone(), dataset, key: key.into() }
    }
}

impl std::fmt::Display for Partition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.source, self.dataset, self.key)
    }
}
