//! The ledger in SQL: one contract, two databases, the same statements.
//!
//! The statements are written once, in macros, and compiled for SQLite and for PostgreSQL; only
//! the migrations and the opening differ. `store/tests/it` runs one suite on both.

mod accounts;
mod api_keys;
mod audit;
mod beats;
mod body;
mod case_verdicts;
mod copy;
mod corrections;
mod decisions;
mod escalations;
mod findings;
mod idempotent;
mod incidents;
mod incoming;
mod inputs;
mod known;
mod learned;
mod lease;
mod links;
mod merging;
mod notifications;
mod open;
mod pages;
mod postgres;
mod quality;
mod quarantine;
mod readiness;
mod retention;
mod runs;
mod sessions;
mod snapshots;
mod sqlite;
mod staged;
mod stale;
mod usage;

pub use accounts::{Account, AccountLedger, Role};
pub use api_keys::{ApiKey, ApiKeyLedger};
pub use audit::AuditLedger;
pub use beats::{BeatLedger, BeatRow, CommuneNight, GoodRow, SourceNight};
pub use case_verdicts::{CaseVerdict, CaseVerdictLedger};
pub use copy::{CopyLedger, SqliteCopy, newest_version};
pub use corrections::{Correction, CorrectionItem, CorrectionLedger, CorrectionState, CorrectionStep};
pub use decisions::{DecisionLedger, FindingDecision};
pub use escalations::{Escalation, EscalationAnswer, EscalationLedger};
pub use findings::{FindingCounts, FindingEvent, FindingFilter, FindingLedger, FindingState, StoredFinding};
pub use idempotent::{Begun, IdempotentLedger};
pub use incidents::{IncidentLedger, IncidentRow};
pub use incoming::FindingLine;
pub use inputs::InputLedger;
pub use known::{KnownFindings, body_hash};
pub use learned::{LearnedLedger, LearnedUnit};
pub use lease::{Lease, LeaseLedger, LeaseOutcome};
pub use links::{LinkDecision, LinkFilter, LinkKey, LinkLedger, LinkPair, LinkState};
pub use merging::{Forget, MergeLedger};
pub use notifications::{Notification, NotificationLedger};
pub use open::{Connecting, open_ledger};
pub use pages::{Committed, PageLedger, PartitionState};
pub use postgres::PostgresLedger;
pub use quality::{QualityLedger, QualityRow};
pub use quarantine::{QuarantineLedger, Quarantined};
pub use readiness::{ReadinessLedger, ReadinessRow};
pub use retention::{Aged, Removal, RetentionLedger};
pub use runs::{NewRun, RunLedger, RunRow};
pub use sessions::{Purpose, Session, SessionLedger};
pub use snapshots::{SnapshotLedger, SnapshotRow};
pub use sqlite::SqliteLedger;
pub use staged::{EncodedPage, StagedPage, encode_rows};
pub use stale::{StaleCount, StaleLedger};
pub use usage::UsageLedger;

/// Restricts a statement under construction to the communes of a scope.
macro_rules! within {
    ($builder:ident, $scope:expr, $column:literal) => {
        if let Some(codes) = $scope.codes() {
            $builder.push(concat!(" AND ", $column, " IN ("));
            let mut list = $builder.separated(", ");
            list.push("''");
            codes.into_iter().for_each(|code| {
                list.push_bind(code);
            });
            $builder.push(")");
        }
    };
}
use within;

/// Everything the ledger does.
pub trait Ledger:
    RunLedger
    + LeaseLedger
    + PageLedger
    + QuarantineLedger
    + SnapshotLedger
    + FindingLedger
    + MergeLedger
    + LearnedLedger
    + LinkLedger
    + InputLedger
    + StaleLedger
    + QualityLedger
    + UsageLedger
    + AuditLedger
    + AccountLedger
    + SessionLedger
    + ApiKeyLedger
    + IdempotentLedger
    + DecisionLedger
    + CorrectionLedger
    + EscalationLedger
    + CaseVerdictLedger
    + BeatLedger
    + CopyLedger
    + IncidentLedger
    + NotificationLedger
    + ReadinessLedger
    + RetentionLedger
{
    /// `sqlite` or `postgres`, for reports.
    fn database(&self) -> &'static str;
    /// Asks the database for nothing, to see whether it answers.
    fn ping(&self) -> futures::future::BoxFuture<'_, crate::error::Result<()>>;
    /// Brings the tables up to date.
    fn migrate(&self) -> futures::future::BoxFuture<'_, crate::error::Result<()>>;
    /// Ends all connections.
    fn close(&self) -> futures::future::BoxFuture<'_, ()>;
}

/// An RFC 3339 instant in UTC, to the millisecond: sorts as text.
pub(crate) fn instant(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn parse_instant(text: &str) -> crate::error::Result<jiff::Timestamp> {
    text.parse().map_err(|_| crate::StoreError::Corrupt { what: "instant" })
}
