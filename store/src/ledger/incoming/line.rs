//! A finding as bytes.

use crate::error::{Result, StoreError};
use crate::ledger::body_hash;
use schemas::Finding;

/// A finding as its JSON, with what whoever made that knows of it.
#[derive(Clone)]
pub struct FindingLine {
    /// See [`Finding::identity`].
    pub identity: [u8; 12],
    /// See [`body_hash`].
    pub hash: [u8; 12],
    /// The JSON.
    pub body: Vec<u8>,
}

impl FindingLine {
    pub fn of(finding: &Finding) -> Result<Self> {
        let (kind, subject, field, source) = finding.sort_key();
        let identity = Finding::identity([kind, subject, field, source].map(str::as_bytes));
        let body = serde_json::to_vec(finding).map_err(|_| StoreError::Corrupt { what: "finding" })?;
        Ok(Self { identity, hash: body_hash(&body), body })
    }
}
