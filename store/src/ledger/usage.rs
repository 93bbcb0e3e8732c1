//! Requests sent to a source in one night, over all attempts of its run: what a quota counts.

use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::civil;
use schemas::SourceId;

pub trait UsageLedger: Send + Sync {
    fn requests_used<'a>(&'a self, night: civil::Date, source: &'a SourceId) -> BoxFuture<'a, Result<u64>>;
    fn add_requests<'a>(&'a self, night: civil::Date, source: &'a SourceId, requests: u64)
    -> BoxFuture<'a, Result<()>>;
}

macro_rules! usage_ledger {
    ($ledger:ty) => {
        impl UsageLedger for $ledger {
            fn requests_used<'a>(&'a self, night: civil::Date, source: &'a SourceId) -> BoxFuture<'a, Result<u64>> {
                Box::pin(async move {
                    let used: Option<(i64,)> = sqlx::query_as(
                        "SELECT CAST(requests AS BIGINT) FROM source_usage WHERE night = $1 AND source = $2",
                    )
                    .bind(night.to_string())
                    .bind(source.as_str())
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading the requests of a night"))?;
                    Ok(used.map_or(0, |(requests,)| requests as u64))
                })
            }

            fn add_requests<'a>(
                &'a self,
                night: civil::Date,
                source: &'a SourceId,
                requests: u64,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("counting the requests of a night");
                    let mut transaction = self.begin_fenced("counting the requests of a night").await?;
                    sqlx::query(
                        "INSERT INTO source_usage (night, source, requests) VALUES ($1, $2, $3)
                         ON CONFLICT (night, source) DO UPDATE SET requests = source_usage.requests + excluded.requests",
                    )
                    .bind(night.to_string())
                    .bind(source.as_str())
                    .bind(requests as i64)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }
        }
    };
}

usage_ledger!(super::SqliteLedger);
usage_ledger!(super::PostgresLedger);
