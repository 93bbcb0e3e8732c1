//! What the cursor of a partition of files says: which file it takes tonight, and which it took.
//!
//! The cursor goes into the manifest of the snapshot that holds the file's rows, in the one
//! transaction that makes the snapshot the good one. So "taken" is exactly "promoted", and a crash
//! before the file was moved is seen and repaired. Files are named by their content.

use schemas::{Cursor, ErrorClass, SourceError};
use serde::{Deserialize, Serialize};

/// Files that are remembered for each partition: years of them.
const REMEMBERED: usize = 200;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// SHA-256 of the file that is taken tonight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 of those that were taken before, the last one first.
    #[serde(default)]
    pub taken: Vec<String>,
}

impl Mark {
    pub fn parse(cursor: &Cursor) -> Result<Self, SourceError> {
        let bad = || SourceError::new(ErrorClass::Contract, "bad_cursor", "the cursor is none of this connector");
        // The library would read a list as a mark, value by value.
        if !cursor.0.starts_with('{') {
            return Err(bad());
        }
        serde_json::from_str(&cursor.0).map_err(|_| bad())
    }

    pub fn cursor(&self) -> Cursor {
        Cursor(serde_json::json!(self).to_string())
    }

    /// As it is once the night's file was promoted.
    pub fn after(mut self) -> Self {
        if let Some(file) = self.file.take() {
            self.taken.insert(0, file);
        }
        self.taken.truncate(REMEMBERED);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_promoted_is_remembered_and_a_foreign_cursor_refused() {
        let mark = Mark { file: Some("b".into()), taken: vec!["a".into()] };
        let after = Mark::parse(&mark.cursor()).expect("ours").after();
        assert_eq!(after, Mark { file: None, taken: vec!["b".into(), "a".into()] });
        assert_eq!(Mark::parse(&Cursor("{\"page\":1}".into())).expect_err("not ours").code, "bad_cursor");
    }
}
