//! Partitions and their staged pages.
//!
//! What must hold (design invariants 2 and 3):
//!
//! * a page, its rejects and the checkpoint behind it commit in one transaction, so a checkpoint
//!   is never ahead of its data;
//! * a page commits only at the place where the partition stands, so sending it twice, or late,
//!   changes nothing.

use super::staged::{EncodedPage, StagedPage, staged};
use super::{instant, parse_instant, quarantine};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Cursor, Page, Partition, PartitionStatus, SourceId};

/// Where a partition stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionState {
    pub partition: Partition,
    pub status: PartitionStatus,
    /// The next cursor; of a complete partition, the last one that was asked for.
    pub cursor: Option<Cursor>,
    /// Pages committed so far: also the number of the next one.
    pub pages: i64,
    pub served: i64,
    pub records: i64,
    pub rejects: i64,
    /// What the source last said the partition has in all.
    pub total: Option<i64>,
    /// The oldest `as_of` of its pages.
    pub as_of: Option<Timestamp>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
}

/// What committing a page did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    Written,
    /// This page was already committed: nothing changed.
    AlreadyThere,
}

pub trait PageLedger: Send + Sync {
    /// Adds the partitions that the run does not have yet, each starting at its cursor.
    fn plan_partitions<'a>(
        &'a self,
        run_id: &'a str,
        partitions: &'a [(Partition, Option<Cursor>)],
    ) -> BoxFuture<'a, Result<()>>;
    /// In the order they were planned.
    fn partitions<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<PartitionState>>>;
    fn partition<'a>(&'a self, run_id: &'a str, partition: &'a Partition) -> BoxFuture<'a, Result<PartitionState>>;
    /// Commits page number `at` of the partition with its rejects and the checkpoint behind it.
    fn commit_page<'a>(
        &'a self,
        run_id: &'a str,
        partition: &'a Partition,
        at: i64,
        page: &'a Page,
    ) -> BoxFuture<'a, Result<Committed>> {
        Box::pin(async move { self.commit_encoded(run_id, partition, at, &EncodedPage::of(page)?).await })
    }
    /// Like [`Self::commit_page`], of a page that was encoded before.
    fn commit_encoded<'a>(
        &'a self,
        run_id: &'a str,
        partition: &'a Partition,
        at: i64,
        page: &'a EncodedPage,
    ) -> BoxFuture<'a, Result<Committed>>;
    fn set_partition_status<'a>(
        &'a self,
        run_id: &'a str,
        partition: &'a Partition,
        status: PartitionStatus,
        error: Option<(&'a str, &'a str)>,
    ) -> BoxFuture<'a, Result<()>>;
    /// Throws away what a partition has staged and puts it back to `start`: only for a partition
    /// whose pages turned out inconsistent.
    fn restart_partition<'a>(
        &'a self,
        run_id: &'a str,
        partition: &'a Partition,
        start: Option<&'a Cursor>,
    ) -> BoxFuture<'a, Result<()>>;
    /// The staged pages of one partition from page `from`, at most `limit` of them.
    fn staged_pages<'a>(
        &'a self,
        run_id: &'a str,
        partition: &'a Partition,
        from: i64,
        limit: i64,
    ) -> BoxFuture<'a, Result<Vec<StagedPage>>>;
    /// Removes the staged pages of all runs but this one.
    fn drop_stale_stages<'a>(&'a self, keep_run: &'a str) -> BoxFuture<'a, Result<u64>>;
}

type Columns = (
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn partition_state(row: Columns) -> Result<PartitionState> {
    let (source, dataset, key, status, cursor, pages, served, records, rejects, total, as_of, error_code, error_detail) =
        row;
    let source = SourceId::parse(&source).map_err(|_| StoreError::Corrupt { what: "source" })?;
    let dataset = dataset.parse().map_err(|_| StoreError::Corrupt { what: "dataset" })?;
    Ok(PartitionState {
        partition: Partition::new(&source, dataset, key),
        status: status.parse().map_err(|_| StoreError::Corrupt { what: "partition status" })?,
        cursor: cursor.map(Cursor),
        pages,
        served,
        records,
        rejects,
        total,
        as_of: as_of.as_deref().map(parse_instant).transpose()?,
        error_code,
        error_detail,
    })
}

macro_rules! page_ledger {
    ($ledger:ty) => {
        impl PageLedger for $ledger {
            fn plan_partitions<'a>(
                &'a self,
                run_id: &'a str,
                partitions: &'a [(Partition, Option<Cursor>)],
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("planning partitions");
                    let mut transaction = self.begin_fenced("planning partitions").await?;
                    let (known,): (i64,) = sqlx::query_as(
                        "SELECT CAST(COALESCE(MAX(position) + 1, 0) AS BIGINT) FROM partitions WHERE run_id = $1",
                    )
                    .bind(run_id)
                    .fetch_one(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    for (at, (partition, start)) in partitions.iter().enumerate() {
                        failpoint::hit("plan.inside");
                        sqlx::query(
                            "INSERT INTO partitions (run_id, source, dataset, partition_key, position, status, cursor)
                             VALUES ($1, $2, $3, $4, $5, 'pending', $6)
                             ON CONFLICT (run_id, source, dataset, partition_key) DO NOTHING",
                        )
                        .bind(run_id)
                        .bind(partition.source.as_str())
                        .bind(partition.dataset.as_str())
                        .bind(&partition.key)
                        .bind(known + at as i64)
                        .bind(start.as_ref().map(|c| c.0.as_str()))
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn partitions<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<PartitionState>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT source, dataset, partition_key, status, cursor, CAST(pages AS BIGINT),
                                CAST(served AS BIGINT), CAST(records AS BIGINT), CAST(rejects AS BIGINT),
                                CAST(total AS BIGINT), as_of, error_code, error_detail
                         FROM partitions WHERE run_id = $1 ORDER BY position",
                    )
                    .bind(run_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing partitions"))?;
                    rows.into_iter().map(partition_state).collect()
                })
            }

            fn partition<'a>(
                &'a self,
                run_id: &'a str,
                partition: &'a Partition,
            ) -> BoxFuture<'a, Result<PartitionState>> {
                Box::pin(async move {
                    let row: Option<Columns> = sqlx::query_as(
                        "SELECT source, dataset, partition_key, status, cursor, CAST(pages AS BIGINT),
                                CAST(served AS BIGINT), CAST(records AS BIGINT), CAST(rejects AS BIGINT),
                                CAST(total AS BIGINT), as_of, error_code, error_detail
                         FROM partitions WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading a partition"))?;
                    partition_state(row.ok_or_else(|| StoreError::NotFound { what: format!("partition {partition}") })?)
                })
            }

            fn commit_encoded<'a>(
                &'a self,
                run_id: &'a str,
                partition: &'a Partition,
                at: i64,
                page: &'a EncodedPage,
            ) -> BoxFuture<'a, Result<Committed>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("committing a page");
                    failpoint::hit("page.before");
                    let status = if page.next.is_some() { "running" } else { "complete" };
                    let mut transaction = self.begin_fenced("committing a page").await?;
                    let moved = sqlx::query(
                        "UPDATE partitions
                         SET cursor = COALESCE($6, cursor), status = $7, pages = pages + 1, served = served + $8,
                             records = records + $9, rejects = rejects + $10, total = COALESCE($11, total),
                             as_of = CASE WHEN as_of IS NULL OR as_of > $12 THEN $12 ELSE as_of END,
                             error_code = NULL, error_detail = NULL
                         WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4
                           AND pages = $5 AND status <> 'complete'",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .bind(at)
                    .bind(page.next.as_ref().map(|c| c.0.as_str()))
                    .bind(status)
                    .bind(page.served)
                    .bind(page.records)
                    .bind(page.rejects.len() as i64)
                    .bind(page.total)
                    .bind(instant(page.as_of))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?
                    .rows_affected();
                    failpoint::hit("page.checkpoint_moved");
                    if moved == 0 {
                        drop(transaction);
                        return self.settle(run_id, partition, at, &page.digest).await;
                    }
                    sqlx::query(
                        "INSERT INTO staged_pages
                             (run_id, source, dataset, partition_key, page, content_digest, as_of, payload)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .bind(at)
                    .bind(&page.digest)
                    .bind(instant(page.as_of))
                    .bind(page.payload.as_slice())
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    failpoint::hit("page.staged");
                    for reject in &page.rejects {
                        sqlx::query(
                            "INSERT INTO quarantine (quarantine_id, source, dataset, partition_key, record_key, reason,
                                                     detail, payload, first_run, last_run)
                             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
                             ON CONFLICT (quarantine_id) DO UPDATE SET last_run = excluded.last_run",
                        )
                        .bind(quarantine::identity(partition, reject))
                        .bind(partition.source.as_str())
                        .bind(partition.dataset.as_str())
                        .bind(&partition.key)
                        .bind(&reject.record_key)
                        .bind(&reject.reason)
                        .bind(&reject.detail)
                        .bind(reject.payload.expose().as_bytes())
                        .bind(run_id)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())?;
                    failpoint::hit("page.committed");
                    Ok(Committed::Written)
                })
            }

            fn set_partition_status<'a>(
                &'a self,
                run_id: &'a str,
                partition: &'a Partition,
                status: PartitionStatus,
                error: Option<(&'a str, &'a str)>,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("noting a partition's state").await?;
                    sqlx::query(
                        "UPDATE partitions SET status = $5, error_code = $6, error_detail = $7
                         WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .bind(status.as_str())
                    .bind(error.map(|(code, _)| code))
                    .bind(error.map(|(_, detail)| detail))
                    .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("noting a partition's state"))?;
                    transaction.commit().await.map_err(StoreError::sql("noting a partition's state"))
                })
            }

            fn restart_partition<'a>(
                &'a self,
                run_id: &'a str,
                partition: &'a Partition,
                start: Option<&'a Cursor>,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("starting a partition over");
                    let mut transaction = self.begin_fenced("starting a partition over").await?;
                    sqlx::query(
                        "DELETE FROM staged_pages
                         WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    sqlx::query(
                        "UPDATE partitions SET status = 'pending', cursor = $5, pages = 0, served = 0, records = 0,
                                rejects = 0, total = NULL, as_of = NULL
                         WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .bind(start.map(|c| c.0.as_str()))
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }

            fn staged_pages<'a>(
                &'a self,
                run_id: &'a str,
                partition: &'a Partition,
                from: i64,
                limit: i64,
            ) -> BoxFuture<'a, Result<Vec<StagedPage>>> {
                Box::pin(async move {
                    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
                        "SELECT as_of, payload FROM staged_pages
                         WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4 AND page >= $5
                         ORDER BY page LIMIT $6",
                    )
                    .bind(run_id)
                    .bind(partition.source.as_str())
                    .bind(partition.dataset.as_str())
                    .bind(&partition.key)
                    .bind(from)
                    .bind(limit)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading staged pages"))?;
                    rows.into_iter().map(staged).collect()
                })
            }

            fn drop_stale_stages<'a>(&'a self, keep_run: &'a str) -> BoxFuture<'a, Result<u64>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("removing staged pages of earlier runs");
                    let mut transaction = self.begin_fenced("removing staged pages of earlier runs").await?;
                    let removed = sqlx::query("DELETE FROM staged_pages WHERE run_id <> $1")
                        .bind(keep_run)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    transaction.commit().await.map_err(failed())?;
                    Ok(removed.rows_affected())
                })
            }
        }

        impl $ledger {
            /// The partition did not stand at page `at`: either this very page is there already,
            /// or somebody else moved the checkpoint.
            async fn settle(&self, run_id: &str, partition: &Partition, at: i64, digest: &str) -> Result<Committed> {
                let there: Option<(String,)> = sqlx::query_as(
                    "SELECT content_digest FROM staged_pages
                     WHERE run_id = $1 AND source = $2 AND dataset = $3 AND partition_key = $4 AND page = $5",
                )
                .bind(run_id)
                .bind(partition.source.as_str())
                .bind(partition.dataset.as_str())
                .bind(&partition.key)
                .bind(at)
                .fetch_optional(&self.pool)
                .await
                .map_err(StoreError::sql("committing a page"))?;
                match there {
                    Some((known,)) if known == digest => Ok(Committed::AlreadyThere),
                    _ => Err(StoreError::CheckpointMoved { partition: partition.to_string() }),
                }
            }
        }
    };
}

page_ledger!(super::SqliteLedger);
page_ledger!(super::PostgresLedger);
