//! The share of stale names and codes by source and commune, run by run.

use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use sqlx::{Postgres, QueryBuilder, Sqlite};

/// One source in one commune in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleCount {
    pub source: String,
    pub commune: String,
    /// Records that carry an address.
    pub addresses: i64,
    /// Of these, with an abolished unit that has one successor.
    pub stale: i64,
    /// Of these, with an abolished unit that was divided.
    pub split: i64,
}

pub trait StaleLedger: Send + Sync {
    /// Keeps the counts of a run in place of what an earlier attempt of it left.
    fn set_stale_counts<'a>(&'a self, run_id: &'a str, counts: &'a [StaleCount]) -> BoxFuture<'a, Result<()>>;
    /// In the order of source and commune.
    fn stale_counts<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<StaleCount>>>;
}

macro_rules! stale_ledger {
    ($ledger:ty, $database:ty) => {
        impl StaleLedger for $ledger {
            fn set_stale_counts<'a>(
                &'a self,
                run_id: &'a str,
                counts: &'a [StaleCount],
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping stale counts");
                    let mut transaction = self.begin_fenced("keeping stale counts").await?;
                    sqlx::query("DELETE FROM stale_rates WHERE run_id = $1")
                        .bind(run_id)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    for chunk in counts.chunks(1000) {
                        let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                            "INSERT INTO stale_rates (run_id, source, commune, addresses, stale, split) ",
                        );
                        builder.push_values(chunk, |mut row, count| {
                            row.push_bind(run_id.to_owned())
                                .push_bind(count.source.clone())
                                .push_bind(count.commune.clone())
                                .push_bind(count.addresses)
                                .push_bind(count.stale)
                                .push_bind(count.split);
                        });
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn stale_counts<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<StaleCount>>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(
                        "SELECT source, commune, CAST(addresses AS BIGINT), CAST(stale AS BIGINT), CAST(split AS BIGINT)
                         FROM stale_rates WHERE run_id = $1 ORDER BY source, commune",
                    )
                    .bind(run_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing stale counts"))?;
                    Ok(rows
                        .into_iter()
                        .map(|(source, commune, addresses, stale, split)| StaleCount {
                            source,
                            commune,
                            addresses,
                            stale,
                            split,
                        })
                        .collect())
                })
            }
        }
    };
}

stale_ledger!(super::SqliteLedger, Sqlite);
stale_ledger!(super::PostgresLedger, Postgres);
