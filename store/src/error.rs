//! What can go wrong with a store: code, cause, and what a person can do next.

use std::path::PathBuf;

pub type Result<T> = std::result::Result<T, StoreError>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the ledger could not be opened")]
    Open {
        #[source]
        source: sqlx::Error,
    },
    #[error("the ledger's tables could not be brought up to date")]
    Migrate {
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    #[error("the ledger failed at: {operation}")]
    Sql {
        operation: &'static str,
        #[source]
        source: sqlx::Error,
    },
    #[error("{path}: {operation} failed")]
    File {
        operation: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path}: the snapshot could not be {operation}")]
    Parquet {
        operation: &'static str,
        path: PathBuf,
        #[source]
        source: polars::error::PolarsError,
    },
    /// The ledger holds something that this program did not write.
    #[error("the ledger holds an unreadable {what}")]
    Corrupt { what: &'static str },
    /// Nothing is written behind an audit log that was tampered with.
    #[error("the audit log is not what was written")]
    AuditBroken {
        #[source]
        source: crate::audit_chain::Broken,
    },
    /// Another process moved the partition's checkpoint.
    #[error("the checkpoint of {partition} is not where this run left it")]
    CheckpointMoved { partition: String },
    /// Another instance took the run's lease: nothing that this one writes for it counts any more.
    #[error("another instance has taken over: this one may not write any more")]
    LeaseLost,
    /// Something that must be unique is there already.
    #[error("there is such a {what} already")]
    Conflict { what: &'static str },
    /// What is to be changed is no longer as it was when that was asked for.
    #[error("the {what} is {state}")]
    WrongState { what: &'static str, state: String },
    #[error("there is no {what}")]
    NotFound { what: String },
    /// A count that must agree does not (design invariant 1).
    #[error("{invariant}")]
    Invariant { invariant: String },
}

impl StoreError {
    pub(crate) fn sql(operation: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Sql { operation, source }
    }

    pub(crate) fn file(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { operation, path, source }
    }

    /// A stable word for the runbook.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open { source } | Self::Sql { source, .. } => sql_code(source),
            Self::Migrate { source: sqlx::migrate::MigrateError::Execute(source) } => sql_code(source),
            Self::Migrate { .. } => "LEDGER_MIGRATE",
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => "DISK_FULL",
            Self::File { .. } => "FILE",
            Self::Parquet { source: polars::error::PolarsError::IO { error, .. }, .. }
                if error.kind() == std::io::ErrorKind::StorageFull =>
            {
                "DISK_FULL"
            }
            Self::Parquet { .. } => "SNAPSHOT",
            Self::Corrupt { .. } => "LEDGER_CORRUPT",
            Self::AuditBroken { .. } => "AUDIT_BROKEN",
            Self::CheckpointMoved { .. } => "CHECKPOINT_MOVED",
            Self::LeaseLost => "LEASE_LOST",
            Self::Conflict { .. } => "CONFLICT",
            Self::WrongState { .. } => "WRONG_STATE",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::Invariant { .. } => "INVARIANT",
        }
    }
}

/// Tells apart what a person would mend in different ways.
fn sql_code(error: &sqlx::Error) -> &'static str {
    if let sqlx::Error::Database(database) = error {
        let code = database.code().unwrap_or_default().into_owned();
        return match code.as_str() {
            // SQLite: busy, locked (with their extended codes), full, not a database, corrupt, read-only
            "5" | "6" | "261" | "262" | "517" => "LEDGER_LOCKED",
            "13" => "DISK_FULL",
            "26" | "11" => "LEDGER_CORRUPT",
            "14" => "LEDGER_MISSING",
            "8" | "1032" | "1288" | "1544" => "LEDGER_READ_ONLY",
            // PostgreSQL: password, authorisation, no such database, disk full, shutting down
            "28P01" | "28000" => "LEDGER_PASSWORD",
            "3D000" => "LEDGER_MISSING",
            "53100" => "DISK_FULL",
            "57P01" | "57P02" | "57P03" => "LEDGER_UNREACHABLE",
            "55P03" | "40P01" | "40001" => "LEDGER_LOCKED",
            _ => "LEDGER",
        };
    }
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => {
            "LEDGER_UNREACHABLE"
        }
        _ => "LEDGER",
    }
}
