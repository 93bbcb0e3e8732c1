//! Records that could not be read, kept whole with the reason.

use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use schemas::{Partition, Reject, Sensitive};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone)]
pub struct Quarantined {
    pub quarantine_id: String,
    pub source: String,
    pub dataset: String,
    pub partition_key: String,
    pub record_key: Option<String>,
    pub reason: String,
    pub detail: String,
    /// The record as the source served it.
    pub payload: Sensitive,
    pub first_run: String,
    pub last_run: String,
}

pub trait QuarantineLedger: Send + Sync {
    /// What was quarantined in the given run, or in any, in a fixed order.
    fn quarantined<'a>(&'a self, run_id: Option<&'a str>, limit: i64) -> BoxFuture<'a, Result<Vec<Quarantined>>>;
    fn quarantined_one<'a>(&'a self, quarantine_id: &'a str) -> BoxFuture<'a, Result<Quarantined>>;
}

/// The same record rejected for the same reason keeps its identity over the nights.
pub(super) fn identity(partition: &Partition, reject: &Reject) -> String {
    let mut hash = Sha256::new();
    let record_key = reject.record_key.as_deref().unwrap_or_default();
    for part in [&partition.to_string(), record_key, &reject.reason, reject.payload.expose()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..12])
}

type Columns = (String, String, String, String, Option<String>, String, String, Vec<u8>, String, String);

fn quarantined(row: Columns) -> Quarantined {
    Quarantined {
        quarantine_id: row.0,
        source: row.1,
        dataset: row.2,
        partition_key: row.3,
        record_key: row.4,
        reason: row.5,
        detail: row.6,
        payload: Sensitive::new(String::from_utf8_lossy(&row.7)),
        first_run: row.8,
        last_run: row.9,
    }
}

macro_rules! quarantine_ledger {
    ($ledger:ty) => {
        impl QuarantineLedger for $ledger {
            fn quarantined<'a>(
                &'a self,
                run_id: Option<&'a str>,
                limit: i64,
            ) -> BoxFuture<'a, Result<Vec<Quarantined>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT quarantine_id, source, dataset, partition_key, record_key, reason, detail, payload,
                                first_run, last_run
                         FROM quarantine WHERE $1 IS NULL OR last_run = $1
                         ORDER BY source, dataset, partition_key, quarantine_id LIMIT $2",
                    )
                    .bind(run_id)
                    .bind(limit)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing the quarantine"))?;
                    Ok(rows.into_iter().map(quarantined).collect())
                })
            }

            fn quarantined_one<'a>(&'a self, quarantine_id: &'a str) -> BoxFuture<'a, Result<Quarantined>> {
                Box::pin(async move {
                    let row: Option<Columns> = sqlx::query_as(
                        "SELECT quarantine_id, source, dataset, partition_key, record_key, reason, detail, payload,
                                first_run, last_run
                         FROM quarantine WHERE quarantine_id = $1",
                    )
                    .bind(quarantine_id)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading the quarantine"))?;
                    row.map(quarantined)
                        .ok_or_else(|| StoreError::NotFound { what: format!("quarantined record {quarantine_id}") })
                })
            }
        }
    };
}

quarantine_ledger!(super::SqliteLedger);
quarantine_ledger!(super::PostgresLedger);
