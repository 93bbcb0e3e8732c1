//! Runs: one row each, with a heartbeat that tells a living run from an interrupted one.

use super::{instant, parse_instant};
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use jiff::{Timestamp, civil};
use schemas::RunStatus;

/// A run about to begin.
#[derive(Debug, Clone)]
pub struct NewRun {
    pub run_id: String,
    pub started_at: Timestamp,
    pub business_date: civil::Date,
    pub province: String,
    /// The machine the run is on.
    pub owner: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    pub run_id: String,
    pub status: RunStatus,
    /// `connect`, `pull`, `promote`, `reconcile`, `publish`, `done`
    pub stage: String,
    pub started_at: Timestamp,
    pub heartbeat_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub business_date: String,
    pub province: String,
    /// The machine the run is on.
    pub owner: String,
    pub stop_requested: bool,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    /// The run's report as JSON, once it has one.
    pub report: Option<String>,
}

pub trait RunLedger: Send + Sync {
    fn create_run<'a>(&'a self, run: &'a NewRun) -> BoxFuture<'a, Result<()>>;
    /// Newest first.
    fn runs(&self, limit: i64) -> BoxFuture<'_, Result<Vec<RunRow>>>;
    fn run<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<RunRow>>;
    /// Says that the run is alive; answers whether somebody asked it to stop.
    fn heartbeat<'a>(&'a self, run_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<bool>>;
    fn set_stage<'a>(&'a self, run_id: &'a str, stage: &'a str) -> BoxFuture<'a, Result<()>>;
    /// Takes an ended or interrupted run up again.
    fn reopen_run<'a>(&'a self, run_id: &'a str, owner: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>>;
    fn finish_run<'a>(
        &'a self,
        run_id: &'a str,
        status: RunStatus,
        at: Timestamp,
        error: Option<(&'a str, &'a str)>,
        report: Option<&'a str>,
    ) -> BoxFuture<'a, Result<()>>;
    /// Asks every running run to stop; answers which.
    fn request_stop(&self) -> BoxFuture<'_, Result<Vec<String>>>;
}

type Columns = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
);

pub(super) fn run_row(row: Columns) -> Result<RunRow> {
    let (
        run_id,
        status,
        stage,
        started,
        heartbeat,
        finished,
        business_date,
        province,
        owner,
        stop,
        error_code,
        error_detail,
        report,
    ) = row;
    Ok(RunRow {
        run_id,
        status: status.parse().map_err(|_| StoreError::Corrupt { what: "run status" })?,
        stage,
        started_at: parse_instant(&started)?,
        heartbeat_at: parse_instant(&heartbeat)?,
        finished_at: finished.as_deref().map(parse_instant).transpose()?,
        business_date,
        province,
        owner,
        stop_requested: stop != 0,
        error_code,
        error_detail,
        report,
    })
}

macro_rules! run_ledger {
    ($ledger:ty) => {
        impl RunLedger for $ledger {
            fn create_run<'a>(&'a self, run: &'a NewRun) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("starting a run").await?;
                    sqlx::query(
                        "INSERT INTO runs (run_id, status, stage, started_at, heartbeat_at, business_date, province,
                                           owner)
                         VALUES ($1, 'running', 'connect', $2, $2, $3, $4, $5)",
                    )
                    .bind(&run.run_id)
                    .bind(instant(run.started_at))
                    .bind(run.business_date.to_string())
                    .bind(&run.province)
                    .bind(&run.owner)
                    .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("starting a run"))?;
                    transaction.commit().await.map_err(StoreError::sql("starting a run"))?;
                    failpoint::hit("run.created");
                    Ok(())
                })
            }

            fn runs(&self, limit: i64) -> BoxFuture<'_, Result<Vec<RunRow>>> {
                Box::pin(async move {
                    let rows: Vec<Columns> = sqlx::query_as(
                        "SELECT run_id, status, stage, started_at, heartbeat_at, finished_at, business_date, province, owner,
                                CAST(stop_requested AS BIGINT), error_code, error_detail, report
                         FROM runs ORDER BY started_at DESC, run_id DESC LIMIT $1",
                    )
                    .bind(limit)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing runs"))?;
                    rows.into_iter().map(run_row).collect()
                })
            }

            fn run<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<RunRow>> {
                Box::pin(async move {
                    let row: Option<Columns> = sqlx::query_as(
                        "SELECT run_id, status, stage, started_at, heartbeat_at, finished_at, business_date, province, owner,
                                CAST(stop_requested AS BIGINT), error_code, error_detail, report
                         FROM runs WHERE run_id = $1",
                    )
                    .bind(run_id)
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading a run"))?;
                    run_row(row.ok_or_else(|| StoreError::NotFound { what: format!("run {run_id}") })?)
                })
            }

            fn heartbeat<'a>(&'a self, run_id: &'a str, at: Timestamp) -> BoxFuture<'a, Result<bool>> {
                Box::pin(async move {
                    let stop: Option<(i64,)> = sqlx::query_as(
                        "UPDATE runs SET heartbeat_at = $2 WHERE run_id = $1
                         RETURNING CAST(stop_requested AS BIGINT)",
                    )
                    .bind(run_id)
                    .bind(instant(at))
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("saying that the run is alive"))?;
                    Ok(stop.is_some_and(|(stop,)| stop != 0))
                })
            }

            fn set_stage<'a>(&'a self, run_id: &'a str, stage: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("noting the run's stage").await?;
                    sqlx::query("UPDATE runs SET stage = $2 WHERE run_id = $1")
                        .bind(run_id)
                        .bind(stage)
                        .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("noting the run's stage"))?;
                    transaction.commit().await.map_err(StoreError::sql("noting the run's stage"))
                })
            }

            fn reopen_run<'a>(&'a self, run_id: &'a str, owner: &'a str, at: Timestamp) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("resuming a run").await?;
                    sqlx::query(
                        "UPDATE runs SET status = 'running', stage = 'connect', heartbeat_at = $2, finished_at = NULL, owner = $3,
                                stop_requested = 0, error_code = NULL, error_detail = NULL
                         WHERE run_id = $1",
                    )
                    .bind(run_id)
                    .bind(instant(at))
                    .bind(owner)
                    .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("resuming a run"))?;
                    sqlx::query(
                        "UPDATE partitions SET status = 'pending', error_code = NULL, error_detail = NULL
                         WHERE run_id = $1 AND status <> 'complete'",
                    )
                    .bind(run_id)
                    .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("resuming a run"))?;
                    transaction.commit().await.map_err(StoreError::sql("resuming a run"))
                })
            }

            fn finish_run<'a>(
                &'a self,
                run_id: &'a str,
                status: RunStatus,
                at: Timestamp,
                error: Option<(&'a str, &'a str)>,
                report: Option<&'a str>,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let mut transaction = self.begin_fenced("ending a run").await?;
                    sqlx::query(
                        "UPDATE runs SET status = $2, stage = CASE WHEN $4 IS NULL THEN 'done' ELSE stage END,
                                finished_at = $3, heartbeat_at = $3, error_code = $4, error_detail = $5,
                                report = COALESCE($6, report)
                         WHERE run_id = $1",
                    )
                    .bind(run_id)
                    .bind(status.as_str())
                    .bind(instant(at))
                    .bind(error.map(|(code, _)| code))
                    .bind(error.map(|(_, detail)| detail))
                    .bind(report)
                    .execute(&mut *transaction)
                    .await
                    .map_err(StoreError::sql("ending a run"))?;
                    transaction.commit().await.map_err(StoreError::sql("ending a run"))?;
                    failpoint::hit("run.finished");
                    Ok(())
                })
            }

            fn request_stop(&self) -> BoxFuture<'_, Result<Vec<String>>> {
                Box::pin(async move {
                    let rows: Vec<(String,)> =
                        sqlx::query_as("UPDATE runs SET stop_requested = 1 WHERE status = 'running' RETURNING run_id")
                            .fetch_all(&self.pool)
                            .await
                            .map_err(StoreError::sql("asking runs to stop"))?;
                    Ok(rows.into_iter().map(|(id,)| id).collect())
                })
            }
        }
    };
}

run_ledger!(super::SqliteLedger);
run_ledger!(super::PostgresLedger);
