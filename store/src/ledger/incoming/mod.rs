//! How findings are brought in: many rows a statement into SQLite, COPY into PostgreSQL.

mod copy;
mod head;
mod line;
mod statements;

pub use line::FindingLine;

use super::body::KeepsBodies;
use crate::error::{Result, StoreError};
use sqlx::Transaction;

/// Rows in one statement of SQLite: more of its variables cost more than they save.
pub(super) const ROWS_A_STATEMENT: usize = 100;
const TABLE: &str =
    "incoming_findings (run_id, finding_id, kind, severity, subject, field, source, unit, values_hash, body,
     body_hash)";

fn failed() -> impl FnOnce(sqlx::Error) -> StoreError {
    StoreError::sql("bringing findings in")
}

/// Is a finding there already: an attempt that was repeated?
pub(super) fn is_twice(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

pub(super) trait BringIn: KeepsBodies {
    /// What the run brought in before stays as it is.
    fn bring_in(
        transaction: &mut Transaction<'static, Self>,
        run_id: &str,
        findings: Vec<FindingLine>,
    ) -> impl Future<Output = Result<()>> + Send;
}
