//! Every look at a citizen is written down before it is made.
//!
//! A connector that asks about single citizens opens an entry for each question before it sends
//! anything, and closes it with the outcome afterwards. If the entry cannot be written, nothing is
//! sent. Where it is written is the program's business.

use crate::connector::Question;
use futures::future::BoxFuture;
use schemas::{ErrorClass, Sensitive, SourceError, SourceId};
use std::sync::Arc;

/// For whom is asked: goes with every question.
pub struct Purpose {
    pub procedure: String,
    pub officer: Sensitive,
    pub agency: String,
}

/// One question about one citizen, about to be sent.
#[derive(Clone)]
pub struct Opening {
    pub source: SourceId,
    /// The id of the question (`MaYeuCau`, where the source takes one): retries share it.
    pub request_id: String,
    /// `TraCuuThongTinCongDan` or `XacThucThongTinCongDan`, `land_search`, `case_poll`.
    pub operation: &'static str,
    /// For which procedure (`MaDVC`); empty where neither question nor settings name one.
    pub procedure: String,
    /// Who asks (`MaCanBo`).
    pub officer: Sensitive,
    /// For which agency (`MaDonVi`).
    pub agency: String,
    /// About whom: the number asked for, or a case without one. The trail keeps a keyed hash of it.
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

/// Where the looks of one source are written down.
pub struct Looks {
    source: SourceId,
    trail: Arc<dyn AuditTrail>,
}

impl Looks {
    pub fn new(source: SourceId, trail: Arc<dyn AuditTrail>) -> Self {
        Self { source, trail }
    }

    pub fn opening(
        &self,
        question: &Question,
        purpose: &Purpose,
        operation: &'static str,
        request_id: String,
    ) -> Opening {
        // A new-born has no number yet: then the look is at the case.
        let case = question.case.as_ref().map_or("", |case| case.code.trim());
        let number = question.personal_id.trim();
        Opening {
            source: self.source.clone(),
            request_id,
            operation,
            procedure: question.procedure.clone().unwrap_or_else(|| purpose.procedure.clone()),
            officer: purpose.officer.clone(),
            agency: purpose.agency.clone(),
            subject: Sensitive::new(if number.is_empty() { case } else { number }),
        }
    }

    pub async fn open(&self, openings: &[Opening]) -> Result<(), SourceError> {
        self.trail.open(openings).await.map_err(unaudited)
    }

    /// The opened questions, each with its outcome.
    pub async fn close(&self, outcomes: Vec<(&Opening, String)>) -> Result<(), SourceError> {
        let closing = |(opening, outcome): (&Opening, String)| Closing {
            source: self.source.clone(),
            request_id: opening.request_id.clone(),
            outcome,
        };
        let closings: Vec<Closing> = outcomes.into_iter().map(closing).collect();
        self.trail.close(&closings).await.map_err(unaudited)
    }

    /// One question between its two entries. `word` says what came of it.
    pub async fn around<T>(
        &self,
        opening: &Opening,
        ask: impl Future<Output = Result<T, SourceError>>,
        word: impl FnOnce(&Result<T, SourceError>) -> String,
    ) -> Result<T, SourceError> {
        self.open(std::slice::from_ref(opening)).await?;
        let outcome = ask.await;
        self.close(vec![(opening, word(&outcome))]).await?;
        outcome
    }
}

/// Nothing may be asked that is not written down.
fn unaudited(failed: AuditFailed) -> SourceError {
    SourceError::new(ErrorClass::Exhausted, "audit_failed", failed.to_string())
}
