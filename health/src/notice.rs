//! What is told to people about an incident.

use crate::Incident;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Opened,
    /// More sources than were told of.
    Grown,
    /// Still open after a day.
    Still,
    Recovered,
}

impl NoticeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Grown => "grown",
            Self::Still => "still",
            Self::Recovered => "recovered",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    pub at: Timestamp,
    /// As it is at that instant.
    pub incident: Incident,
}
