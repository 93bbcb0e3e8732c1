//! The snapshot manifest: which complete set of records is the good one.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Dataset, SourceId};
use serde::{Deserialize, Serialize};

/// A snapshot as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRow {
    pub snapshot_id: String,
    pub run_id: String,
    pub source: SourceId,
    pub dataset: Dataset,
    /// `false`: a mosaic of single answers, which never says that somebody is absent.
    pub complete: bool,
    /// The oldest instant that the data are true of, by the source's clock.
    pub as_of: Timestamp,
    pub fetched_at: Timestamp,
    /// Relative to the data directory.
    pub directory: String,
    /// [`crate::snapshots::Manifest`] as JSON. It stands beside the snapshot too, so that a list of
    /// snapshots need not repeat it.
    #[serde(skip)]
    pub manifest: String,
}

pub trait SnapshotLedger: Send + Sync {
    /// The one swap: the snapshot becomes the current one of its (source, dataset), and the staged
    /// pages it was made of go. Doing it twice changes nothing.
    fn promote<'a>(&'a self, snapshot: &'a SnapshotRow) -> BoxFuture<'a, Result<()>>;
    fn current_snapshots(&self) -> BoxFuture<'_, Result<Vec<SnapshotRow>>>;
    /// Snapshots beyond the newest `keep` of each (source, dataset), never a current one.
    fn superseded_snapshots(&self, keep: i64) -> BoxFuture<'_, Result<Vec<SnapshotRow>>>;
    /// Notes that a snapshot's files are gone.
    fn mark_removed<'a>(&'a self, snapshot_id: &'a str) -> BoxFuture<'a, Result<()>>;
}

type Columns = (String, String, String, String, i64, String, String, String, String);

fn snapshot_row(row: Columns) -> Result<SnapshotRow> {
    Ok(SnapshotRow {
        snapshot_id: row.0,
        run_id: row.1,
        source: SourceId::parse(&row.2).map_err(|_| StoreError::Corrupt { what: "source" })?,
        dataset: row.3.parse().map_err(|_| StoreError::Corrupt { what: "dataset" })?,
        complete: row.4 != 0,
        as_of: parse_instant(&row.5)?,
        fetched_at: parse_instant(&row.6)?,
        directory: row.7,
        manifest: row.8,
    })
}

macro_rules! snapshot_ledger {
    ($ledger:ty) => {
        impl SnapshotLedger for $ledger {
            fn promote<'a>(&'a self, snapshot: &'a SnapshotRow) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("promoting a snapshot");
                    let mut transaction = self.begin_fenced("promoting a snapshot").await?;
                    sqlx::query(
                        "INSERT INTO snapshots
                             (snapshot_id, run_id, source, dataset, complete, as_of, fetched_at, directory, manifest)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                         ON CONFLICT (snapshot_id) DO NOTHING",
                    )
                    .bind(&snapshot.snapshot_id)
                    .bind(&snapshot.run_id)
                    .bind(snapshot.source.as_str())
                    .bind(snapshot.dataset.as_str())
                    .bind(i64::from(snapshot.complete))
                    .bind(instant(snapshot.as_of))
                    .bind(instant(snapshot.fetched_at))
                    .bind(&snapshot.directory)
                    .bind(&snapshot.manifest)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    sqlx::query(
                        "INSERT INTO current_snapshots (source, dataset, snapshot_id) VALUES ($1, $2, $3)
                         ON CONFLICT (source, dataset) DO UPDATE SET snapshot_id = excluded.snapshot_id",
                    )
                    .bind(snapshot.source.as_str())
                    .bind(snapshot.dataset.as_str())
                    .bind(&snapshot.snapshot_id)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    failpoint::hit("promote.inside");
                    sqlx::query("DELETE FROM staged_pages WHERE run_id = $1 AND source = $2 AND dataset = $3")
                        .bind(&snapshot.run_id)
                        .bind(snapshot.source.as_str())
                        .bind(snapshot.dataset.as_str())
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("promote.done");
                    Ok(())
                })
            }

            fn current_snapshots(&self) -> BoxFuture<'_, Result<Vec<SnapshotRow>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT s.snapshot_id, s.run_id, s.source, s.dataset, CAST(s.complete AS BIGINT), s.as_of,
                                s.fetched_at, s.directory, s.manifest
                         FROM current_snapshots c JOIN snapshots s ON s.snapshot_id = c.snapshot_id
                         ORDER BY s.source, s.dataset",
                    )
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing snapshots"))?;
                    rows.into_iter().map(snapshot_row).collect()
                })
            }

            fn superseded_snapshots(&self, keep: i64) -> BoxFuture<'_, Result<Vec<SnapshotRow>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT snapshot_id, run_id, source, dataset, CAST(complete AS BIGINT), as_of, fetched_at,
                                directory, manifest
                         FROM (SELECT s.*, ROW_NUMBER() OVER (PARTITION BY source, dataset
                                                              ORDER BY fetched_at DESC, snapshot_id DESC) AS age
                               FROM snapshots s WHERE removed = 0) aged
                         WHERE age > $1 AND snapshot_id NOT IN (SELECT snapshot_id FROM current_snapshots)
                         ORDER BY source, dataset, snapshot_id",
                    )
                    .bind(keep)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing old snapshots"))?;
                    rows.into_iter().map(snapshot_row).collect()
                })
            }

            fn mark_removed<'a>(&'a self, snapshot_id: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("noting a removed snapshot").await?;
                    sqlx::query("UPDATE snapshots SET removed = 1 WHERE snapshot_id = $1")
                        .bind(snapshot_id)
                        .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("noting a removed snapshot"))?;
                    transaction.commit().await.map_err(StoreError::sql("noting a removed snapshot"))
                })
            }
        }
    };
}

snapshot_ledger!(super::SqliteLedger);
snapshot_ledger!(super::PostgresLedger);
