//! What every connector is: the contract between a source and the run. `docs/CONNECTORS.md` has
//! the same in words.

use crate::files::{Held, Settled};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Answer, CanonicalRecord, Cursor, Dataset, Page, Partition, SourceError, SourceId};
use std::collections::BTreeSet;

/// What a source can do; the nightly run plans from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Serves all records of a partition, page by page: makes a complete snapshot.
    pub pages: bool,
    /// Serves only what changed since a cursor: the snapshot is the previous one with the
    /// changes applied.
    pub feed: bool,
    /// Answers for one citizen or a list of codes: makes a mosaic.
    pub lookup: bool,
    /// Says what was deleted.
    pub deletions: bool,
    /// A partition brings all its records when it brings any; one that brings nothing tonight
    /// keeps what it brought last.
    pub deliveries: bool,
}

/// What the run knows that a connector may need to plan its partitions.
#[derive(Debug, Clone, Default)]
pub struct PlanContext {
    /// Today's communes of the province, in code order.
    pub communes: Vec<String>,
    /// For feeds: the cursor up to which the current snapshot is true, by partition key.
    pub resume_from: std::collections::BTreeMap<String, Cursor>,
    /// For polls: case codes of the one-stop system, with their module, in a fixed order.
    pub case_codes: Vec<CaseCode>,
    /// For look-ups: whom to ask, most urgent first, cut to the night's quota.
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseCode {
    pub module: String,
    pub code: String,
}

/// One citizen to look up, perhaps with a case of theirs: a population service demands number, name
/// and birth date together, land needs the number, civil status the case.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    pub personal_id: String,
    pub name: String,
    /// ISO, possibly only a year.
    pub birth_date: String,
    /// The procedure for which it is asked; `None`: the source's default purpose.
    pub procedure: Option<String>,
    /// The linked case that civil status is asked for; the other sources ignore it.
    pub case: Option<CaseCode>,
}

/// A source that is pulled page by page.
pub trait Connector: Send + Sync {
    fn source(&self) -> &SourceId;

    /// The datasets this source serves, with what it can do for each.
    fn datasets(&self) -> Vec<(Dataset, Capabilities)>;

    /// The partitions of one dataset: the same list for the same context.
    fn partitions(&self, dataset: Dataset, context: &PlanContext) -> Vec<Partition>;

    /// Where the partition begins tonight.
    fn start_cursor(&self, partition: &Partition, context: &PlanContext) -> Option<Cursor> {
        context.resume_from.get(&partition.key).cloned()
    }

    /// One page at `cursor` (`None`: the first). Retries, budget, breaker and pace are inside;
    /// an error that comes out is final for this night. Asking twice for one cursor is safe.
    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>>;

    /// For a feed whose pages all came: where the next night begins, from the last cursor that
    /// was asked for. `None`: the source is pulled whole each night.
    fn resume_cursor(&self, _last: &Cursor) -> Option<Cursor> {
        None
    }

    /// For deliveries: the partition that brought the record of this key.
    fn partition_of<'a>(&self, _record_key: &'a str) -> Option<&'a str> {
        None
    }

    /// For deliveries: puts away what the serving snapshots hold and gives back what could not be
    /// read. Called before a night and, with what became of it, after its promotions; calling it
    /// twice is safe.
    fn settle(&self, _held: &Held) -> Result<Settled, SourceError> {
        Ok(Settled::default())
    }

    /// Counts since the connector was made.
    fn statistics(&self) -> Statistics;

    /// Asks everything that waits to give up: takes effect within a second.
    fn stop(&self);

    /// One cheap authenticated request, for `sources check`.
    fn check<'a>(&'a self, context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>>;
}

/// A source that answers for one citizen, or one case, at a time.
pub trait Lookup: Send + Sync {
    /// All rows of the answer: one citizen, under the number the source has now, or one case. A
    /// verification that says no is `CouldNotAsk` with the code `not_confirmed`: it is not "not
    /// found". A question without what the source needs is `CouldNotAsk` without any request.
    fn look_up<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Answer<Vec<CanonicalRecord>>>;
}

/// Requests and what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// HTTP requests sent, retries and token requests included.
    pub requests: u64,
    pub retries: u64,
    pub token_refreshes: u64,
    pub breaker_openings: u64,
    /// Look-ups and polls: questions that were answered with a record.
    pub found: u64,
    /// Look-ups and polls: questions to which the source said that it holds nothing.
    pub not_found: u64,
    /// Verifications: questions to which the source said that number and name are not there
    /// together. Never counted as not found.
    pub not_confirmed: u64,
    /// Look-ups: questions that nobody could ask. Never counted as not found.
    pub could_not_ask: u64,
}

impl Statistics {
    /// What was added since `before`.
    pub fn since(&self, before: &Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(before.requests),
            retries: self.retries.saturating_sub(before.retries),
            token_refreshes: self.token_refreshes.saturating_sub(before.token_refreshes),
            breaker_openings: self.breaker_openings.saturating_sub(before.breaker_openings),
            found: self.found.saturating_sub(before.found),
            not_found: self.not_found.saturating_sub(before.not_found),
            not_confirmed: self.not_confirmed.saturating_sub(before.not_confirmed),
            could_not_ask: self.could_not_ask.saturating_sub(before.could_not_ask),
        }
    }
}

/// What `sources check` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// By the source's own clock, where it tells.
    pub source_time: Option<Timestamp>,
    /// The source's clock minus ours.
    pub clock_skew_ms: Option<i64>,
    /// Keys of the wire format that we do not know: drift to look at.
    pub unknown_keys: BTreeSet<String>,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(<hidden>)")
    }
}
