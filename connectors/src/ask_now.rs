//! One question of a clerk to a source that the night pulls: written down, asked, counted.

use crate::audit::{AuditTrail, Looks, Purpose};
use crate::connector::Question;
use crate::transport::Transport;
use jiff::Timestamp;
use schemas::{Answer, CanonicalRecord, SourceError, SourceId};
use std::sync::Arc;

/// How a source is asked now, and under what its questions are written down.
pub struct AskNow {
    pub transport: Transport,
    looks: Looks,
    purpose: Purpose,
    operation: &'static str,
}

/// All that the source holds of what was asked for; without rows, it holds nothing.
pub struct Told {
    pub rows: Vec<CanonicalRecord>,
    pub as_of: Timestamp,
}

impl AskNow {
    pub fn new(
        source: SourceId,
        transport: Transport,
        purpose: Purpose,
        audit: Arc<dyn AuditTrail>,
        operation: &'static str,
    ) -> Self {
        Self { transport, looks: Looks::new(source, audit), purpose, operation }
    }

    pub async fn answer(
        &self,
        question: &Question,
        ask: impl Future<Output = Result<Told, SourceError>>,
    ) -> Answer<Vec<CanonicalRecord>> {
        let opening = self.looks.opening(question, &self.purpose, self.operation, self.transport.nonce());
        match self.looks.around(&opening, ask, |outcome| self.count(outcome)).await {
            Ok(Told { rows, as_of }) if rows.is_empty() => Answer::NotFound { as_of },
            Ok(Told { rows, as_of }) => Answer::Found { value: rows, as_of },
            Err(error) => Answer::CouldNotAsk { code: error.code },
        }
    }

    /// A question that lacks what the source needs: nothing is sent, so nothing is written down.
    pub fn refuse(&self, code: &str) -> Answer<Vec<CanonicalRecord>> {
        self.transport.counters().could_not_ask.add(1);
        Answer::CouldNotAsk { code: code.to_owned() }
    }

    fn count(&self, outcome: &Result<Told, SourceError>) -> String {
        let counters = self.transport.counters();
        let (counter, word) = match outcome {
            Ok(told) if told.rows.is_empty() => (&counters.not_found, "not_found"),
            Ok(_) => (&counters.found, "found"),
            Err(error) => (&counters.could_not_ask, error.code.as_str()),
        };
        counter.add(1);
        word.to_owned()
    }
}
