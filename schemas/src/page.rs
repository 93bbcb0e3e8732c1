//! One answer of a source, and what can go wrong while asking.

use crate::{CanonicalRecord, Sensitive};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where to ask next: opaque to everything but the connector that made it. Never holds a
/// personal value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// A record that could not be read, kept whole with the reason (quarantine).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// The source's key of the record, where it could be read.
    pub record_key: Option<String>,
    /// A stable word for the reason: `bad_date`, `wrong_commune`, `not_an_object`.
    pub reason: String,
    /// What was expected, without any value of the record.
    pub detail: String,
    /// The record as the source served it.
    pub payload: Sensitive,
}

/// One answer, already checked and mapped. Rows with part 0 + rejects = served: a record that the
/// source repeats within a page is repeated here.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many records the source served in this answer.
    pub served: u64,
    pub records: Vec<CanonicalRecord>,
    pub rejects: Vec<Reject>,
    /// The next cursor, or `None` when the partition is complete.
    pub next: Option<Cursor>,
    /// The instant, by the source's own clock, that these data are true of.
    pub as_of: Timestamp,
    /// How many records the source says the whole partition has, where it says so.
    pub total: Option<u64>,
}

/// What kind of failure it is, which decides what the transport and the run do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorClass {
    /// May go away by itself: connection, time-out, 5xx, a cut body. Retried.
    Transient,
    /// The source asks us to wait (429, 503 with Retry-After). Retried after the wait.
    Throttled,
    /// Refused credentials. One refresh of the token, then not retried.
    Authentication,
    /// The source answered something it must not: not retried.
    Contract,
    /// The question itself is wrong (4xx): not retried.
    Permanent,
    /// Our own limits: budget, quota, breaker, night window. The partition parks.
    Exhausted,
    /// The run was asked to stop.
    Stopped,
}

/// A failed question to a source. Carries no personal value and no secret.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
#[error("{code}: {detail}")]
pub struct SourceError {
    pub class: ErrorClass,
    /// A stable word: `timeout`, `http_503`, `bad_json`, `budget_exhausted`.
    pub code: String,
    /// The cause in plain English, without personal values.
    pub detail: String,
    /// What the source asked us to wait, where it did.
    pub retry_after_ms: Option<u64>,
}

impl SourceError {
    pub fn new(class: ErrorClass, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { class, code: code.into(), detail: detail.into(), retry_after_ms: None }
    }
}
