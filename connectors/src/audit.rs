//! Every look at a citizen is written down before it is made.
//!
//! A connector that asks about single citizens opens an entry for each question before it sends
//! anything, and closes it with the outcome afterwards. If the entry cannot be written, nothing is
//! sent. Where it is written is the program's business.

use futures::future::BoxFuture;
use schemas::{Sensitive, SourceId};

/// One question about one citizen, about to be sent.
#[derive(Clone)]
pub struct Opening {
    pub source: SourceId,
    /// The id that goes with the question (`MaYeuCau`): retries of one question share it.
    pub request_id: String,
    /// `TraCuuThongTinCongDan` or `XacThucThongTinCongDan`.
    pub operation: &'static str,
    /// For which procedure (`MaDVC`).
    pub procedure: String,
    /// Who asks (`MaCanBo`).
    pub officer: Sensitive,
    /// For which agency (`MaDonVi`).
    pub agency: String,
    /// About whom: the number asked for. The trail keeps a keyed hash of it.
    pub subject: Sensitive,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub source: SourceId,
    pub request_id: String,
    /// `found`, `not_found`, `not_confirmed`, or why it could not be asked.
    pub outcome: String,
}

/// The trail could not be written. What failed is in the ledger's own error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit log cannot be written ({code})")]
pub struct AuditFailed {
    pub code: String,
}

pub trait AuditTrail: Send + Sync {
    /// Durable when it returns.
    fn open<'a>(&'a self, openings: &'a [Opening]) -> BoxFuture<'a, Result<(), AuditFailed>>;
    fn close<'a>(&'a self, closings: &'a [Closing]) -> BoxFuture<'a, Result<(), AuditFailed>>;
}
