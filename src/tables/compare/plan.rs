//! Which column of each table is which field, and which is the key.

use super::CompareError;
use super::source::Source;
use super::spellings::{folded, of};
use crate::tables::TableError;
use config::comparing::{ColumnMap, Kind, MappedField};
use std::collections::BTreeMap;

/// A field that both tables have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As the left table calls it, or as the map does.
    pub name: String,
    pub kind: Kind,
    /// Places of the columns.
    pub left: usize,
    pub right: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub key: Field,
    pub fields: Vec<Field>,
    /// Columns that only one table has.
    pub left_alone: Vec<String>,
    pub right_alone: Vec<String>,
}

impl Plan {
    pub fn make(left: &Source, right: &Source, key: &str, map: Option<&ColumnMap>) -> Result<Self, CompareError> {
        let mapped_key = map.and_then(|map| map.key.as_ref());
        let (left_key, right_key) = match mapped_key {
            Some(key) => (named(left, key.left())?, named(right, key.right())?),
            None => (key_column(left, key)?, key_column(right, key)?),
        };
        let kind = mapped_key.map(|key| key.compare).or_else(|| of(&left.header[left_key]).map(|known| known.kind));
        let key = Field { name: key.to_owned(), kind: kind.unwrap_or(Kind::Exact), left: left_key, right: right_key };
        let fields = match map {
            Some(map) => map.fields.iter().map(|field| mapped(left, right, field)).collect::<Result<Vec<_>, _>>()?,
            None => in_common(left, right, &key),
        };
        if fields.is_empty() {
            let list = |source: &Source| source.header.join(", ");
            return Err(CompareError::NothingInCommon { left: list(left), right: list(right) });
        }
        let alone = |source: &Source, used: Vec<usize>| {
            let others = source.header.iter().enumerate().filter(|(at, name)| !used.contains(at) && !name.is_empty());
            others.map(|(_, name)| name.clone()).collect()
        };
        let used = |side: fn(&Field) -> usize| fields.iter().chain([&key]).map(side).collect::<Vec<_>>();
        let (left_alone, right_alone) = (alone(left, used(|f| f.left)), alone(right, used(|f| f.right)));
        Ok(Self { key, fields, left_alone, right_alone })
    }

    /// Whether the key is a person's number, so that lost zeros are put back.
    pub fn is_of_people(&self) -> bool {
        self.key.kind == Kind::Id
    }

    /// The key's column, then those of the fields.
    pub fn left_columns(&self) -> Vec<usize> {
        std::iter::once(self.key.left).chain(self.fields.iter().map(|field| field.left)).collect()
    }

    pub fn right_columns(&self) -> Vec<usize> {
        std::iter::once(self.key.right).chain(self.fields.iter().map(|field| field.right)).collect()
    }
}

fn mapped(left: &Source, right: &Source, field: &MappedField) -> Result<Field, CompareError> {
    let (left, right) = (named(left, field.left())?, named(right, field.right())?);
    Ok(Field { name: field.name.clone(), kind: field.compare, left, right })
}

/// The column with exactly this header; letter case and spaces around do not count.
fn named(source: &Source, name: &str) -> Result<usize, CompareError> {
    crate::tables::cells::column(&source.header, name).ok_or_else(|| {
        let missing = TableError::NoColumn { name: name.to_owned(), there: source.header.join(", ") };
        super::in_file(&source.path, missing)
    })
}

/// The header itself wins; else the columns that usually mean the same must be one.
fn key_column(source: &Source, key: &str) -> Result<usize, CompareError> {
    let same: Vec<usize> = places(source, |header| header.trim().to_lowercase() == key.trim().to_lowercase());
    let alike = || match of(key) {
        Some(wanted) => places(source, |header| of(header).is_some_and(|known| known.field == wanted.field)),
        None => places(source, |header| folded(header) == folded(key)),
    };
    let found = if same.is_empty() { alike() } else { same };
    let file = source.path.display().to_string();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(CompareError::NoKey { file, key: key.to_owned(), there: source.header.join(", ") }),
        several => {
            let several = several.iter().map(|at| source.header[*at].as_str()).collect::<Vec<_>>().join(", ");
            Err(CompareError::TwoKeys { file, key: key.to_owned(), several })
        }
    }
}

fn places(source: &Source, is: impl Fn(&str) -> bool) -> Vec<usize> {
    source.header.iter().enumerate().filter(|(_, header)| is(header)).map(|(at, _)| at).collect()
}

/// Columns of one folded header, and columns that usually mean one field. A name that two columns
/// of a table could bear is not guessed.
fn in_common(left: &Source, right: &Source, key: &Field) -> Vec<Field> {
    let unique = |source: &Source, key: usize, name: fn(&str) -> Option<String>| {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, header) in source.header.iter().enumerate().filter(|(at, _)| *at != key) {
            if let Some(name) = name(header) {
                found.entry(name).or_default().push(at);
            }
        }
        found
    };
    let one = |found: &BTreeMap<String, Vec<usize>>, name: &str| match found.get(name).map(Vec::as_slice) {
        Some([one]) => Some(*one),
        _ => None,
    };
    let plain: fn(&str) -> Option<String> = |header| Some(folded(header)).filter(|name| !name.is_empty());
    let meaning: fn(&str) -> Option<String> = |header| of(header).map(|known| known.field.to_owned());
    let mut fields: Vec<Field> = Vec::new();
    for name in [plain, meaning] {
        let (lefts, rights) = (unique(left, key.left, name), unique(right, key.right, name));
        for called in lefts.keys() {
            let (Some(left_at), Some(right_at)) = (one(&lefts, called), one(&rights, called)) else { continue };
            if !fields.iter().any(|field| field.left == left_at || field.right == right_at) {
                let header = left.header[left_at].clone();
                let kind = of(&header).map_or(Kind::Text, |known| known.kind);
                fields.push(Field { name: header, kind, left: left_at, right: right_at });
            }
        }
    }
    fields.sort_by_key(|field| field.left);
    fields
}
