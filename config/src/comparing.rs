//! What `compare` compares: which column of each table is which field, and how its values are
//! compared. A TOML file of the user's; checked when it is loaded.

use crate::ConfigError;
use crate::locate::{line_of, parse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// How two values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person's identity number: a lost zero, spaces.
    Id,
    /// A person's name: accents, i/y, tone placement.
    Name,
    /// A date, perhaps only its year; day and month exchanged.
    Date,
    /// `Nam`, `m`, `1`.
    Sex,
    Ethnicity,
    /// A residence or a commune: an old unit against its successor.
    Address,
    /// Square metres: equal to a tenth.
    Area,
    /// `1.0` is `1`, `1,5` is `1.5`.
    Number,
    /// Letter case, white space and accents are spelling.
    Text,
    /// Equal or not, byte by byte.
    Exact,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedField {
    /// What it is called in the findings, and its column where `left` and `right` do not say.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    pub compare: Kind,
}

impl MappedField {
    pub fn left(&self) -> &str {
        self.left.as_deref().unwrap_or(&self.name)
    }

    pub fn right(&self) -> &str {
        self.right.as_deref().unwrap_or(&self.name)
    }
}

/// The fields that are compared, and the key where its columns have different names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<MappedField>,
    pub fields: Vec<MappedField>,
}

/// So many columns fit beside each other in one finding's place.
const MOST_FIELDS: usize = 1_000;

impl ColumnMap {
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(file).map_err(|source| ConfigError::Read { file: file.to_owned(), source })?;
        Self::parse(&text, file)
    }

    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let map: Self = parse(text, file)?;
        match map.problem() {
            None => Ok(map),
            Some((key, cause)) => {
                Err(ConfigError::Value { file: file.to_owned(), line: line_of(text, &key), key, cause })
            }
        }
    }

    fn problem(&self) -> Option<(String, String)> {
        if self.fields.is_empty() || self.fields.len() > MOST_FIELDS {
            return Some(("fields".into(), format!("1 to {MOST_FIELDS} fields")));
        }
        let mut names = BTreeSet::new();
        let twice = self.fields.iter().position(|field| !names.insert(&field.name))?;
        Some((format!("fields.{twice}.name"), format!("{} is there twice", self.fields[twice].name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_says_columns_and_kinds_and_a_mistake_is_found_on_its_line() {
        let text = "[key]\nname = \"ma\"\nright = \"ID\"\ncompare = \"exact\"\n[[fields]]\nname = \"ten\"\ncompare = \"name\"\n";
        let map = ColumnMap::parse(text, Path::new("m.toml")).expect("loads");
        let key = map.key.expect("a key");
        assert_eq!((key.left(), key.right(), map.fields[0].compare), ("ma", "ID", Kind::Name));
        for (text, expected) in [
            ("fields = []".to_owned(), "m.toml:1: fields: 1 to 1000"),
            (
                format!("{text}[[fields]]\nname = \"ten\"\ncompare = \"name\"\n"),
                "m.toml:9: fields.1.name: ten is there twice",
            ),
            (text.replace("\"name\"\n", "\"alike\"\n"), "m.toml:7"),
        ] {
            let found = ColumnMap::parse(&text, Path::new("m.toml")).expect_err(&text).to_string();
            assert!(found.contains(expected), "{found}\nexpected {expected}");
        }
    }
}
