//! What was removed, as it is kept with a night's report.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Kinds of which something went.
    pub kinds: Vec<RemovedKind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedKind {
    /// As in `store::ledger::Aged`, or `files_taken`, `files_returned`.
    pub kind: String,
    pub count: u64,
    /// Vietnamese days; absent where none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Date>,
}

/// What could not be removed; it is tried again the next night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedKind {
    pub kind: String,
    pub code: String,
    pub cause: String,
}

impl Removed {
    pub fn is_nothing(&self) -> bool {
        self.kinds.is_empty() && self.failed.is_empty()
    }
}
