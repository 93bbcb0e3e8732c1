//! One thing that is broken, however many communes feel it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Several sources behind one interconnect cannot be reached.
    Interconnect,
    Source,
    /// The source is there; some communes have no good data of it.
    Communes,
}

impl Scope {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interconnect => "interconnect",
            Self::Source => "source",
            Self::Communes => "communes",
        }
    }
}

/// Open until it has been fine for as long as the policy asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// `scope:name:instant`
    pub id: String,
    pub scope: Scope,
    /// The interconnect or the source.
    pub name: String,
    /// The incident that this one is a part of: it speaks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The sources it hits now or hit last.
    pub sources: Vec<String>,
    /// Of so many.
    pub of: usize,
    /// Communes that stand still because of it.
    pub communes: usize,
    /// The word of what is wrong.
    pub code: String,
    pub opened_at: Timestamp,
    pub last_bad_at: Timestamp,
    /// Fine since then, not yet for long enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How often it seemed to be over and was not.
    #[serde(default)]
    pub relapses: u32,
    /// Somebody was told that it began.
    #[serde(default)]
    pub announced: bool,
    /// Of the last notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_at: Option<Timestamp>,
    /// Communes that were told of.
    #[serde(default)]
    pub told_communes: usize,
    /// It has grown since somebody was told.
    #[serde(default)]
    pub grown: bool,
    /// How often it was told again: each time after twice as long.
    #[serde(default)]
    pub reminders: u32,
    /// What caused it is over, and the next night may mend the rest: nothing is said before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet_until: Option<Timestamp>,
}

impl Incident {
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Nothing is left to be done about it, or said.
    pub fn is_over(&self) -> bool {
        self.closed_at.is_some() && !self.announced
    }
}
