//! Finds the line of a key in a TOML text, so that a wrong value can be pointed at.

use crate::ConfigError;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a TOML text; `file` is only for messages. What is wrong is pointed at by line and key.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, file: &Path) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        ConfigError::Syntax {
            file: file.to_owned(),
            line: line_at(text, offset),
            key: key_at(text, offset),
            cause: error.message().to_owned(),
        }
    })
}

/// The 1-based line of the dotted `path`, or of the deepest part of it that exists.
pub(crate) fn line_of(text: &str, path: &str) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 1 };
    let mut value = DeValue::Table(root.into_inner());
    let mut offset = 0;
    for part in path.split('.') {
        // A part of digits is a place in a list, from 0.
        let found = match &value {
            DeValue::Table(table) => {
                let entry = table.iter().find(|(key, _)| key.get_ref() == part);
                entry.map(|(key, value)| (key.span().start, value.clone()))
            }
            DeValue::Array(list) => {
                let entry = part.parse().ok().and_then(|at: usize| list.get(at));
                entry.map(|value| (value.span().start, value.clone()))
            }
            _ => None,
        };
        let Some((start, next)) = found else { break };
        offset = start;
        value = Spanned::into_inner(next);
    }
    line_at(text, offset)
}

/// The 1-based line of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|b| **b == b'\n').count() + 1
}

/// The dotted key at a byte offset: the table header above it and the word on its line.
fn key_at(text: &str, offset: usize) -> String {
    let line = line_at(text, offset);
    let mut header = "";
    let mut key = "";
    for (at, raw) in text.lines().enumerate().take(line) {
        let raw = raw.trim();
        if raw.starts_with('[') {
            header = raw.trim_matches(['[', ']']);
            key = "";
        } else if at + 1 == line {
            key = raw.split('=').next().unwrap_or_default().trim();
        }
    }
    match (header.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (false, true) => header.to_owned(),
        (false, false) => format!("{header}.{key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[data]\ndirectory = \"x\"\n\n[sources.land]\nkind = \"land\"\npage_size = 0\n";

    #[test]
    fn a_dotted_key_is_found_on_its_line() {
        assert_eq!(line_of(TEXT, "sources.land.page_size"), 6);
        assert_eq!(line_of(TEXT, "sources.land.missing"), 4);
    }

    #[test]
    fn an_offset_tells_its_key() {
        let at = TEXT.find("page_size").unwrap_or_default();
        assert_eq!(key_at(TEXT, at), "sources.land.page_size");
    }
}
