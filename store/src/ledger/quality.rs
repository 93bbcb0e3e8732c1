//! The quality of data by source and commune, run by run.

use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use schemas::Band;
use sqlx::{Postgres, QueryBuilder, Sqlite};

/// One source in one commune in one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityRow {
    pub source: String,
    /// Empty: records that name no commune.
    pub commune: String,
    pub rows: i64,
    /// Index in hundredths of a percent; `None`: nothing could be evaluated.
    pub dqi: Option<i64>,
    pub band: Option<Band>,
    /// What was counted, JSON.
    pub measured: String,
}

pub trait QualityLedger: Send + Sync {
    /// Keeps the figures of a run in place of what an earlier attempt of it left.
    fn set_quality<'a>(&'a self, run_id: &'a str, rows: &'a [QualityRow]) -> BoxFuture<'a, Result<()>>;
    /// In the order of source and commune.
    fn quality<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<QualityRow>>>;
}

macro_rules! quality_ledger {
    ($ledger:ty, $database:ty) => {
        impl QualityLedger for $ledger {
            fn set_quality<'a>(&'a self, run_id: &'a str, rows: &'a [QualityRow]) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping the quality of data");
                    let mut transaction = self.begin_fenced("keeping the quality of data").await?;
                    sqlx::query("DELETE FROM quality WHERE run_id = $1")
                        .bind(run_id)
                        .execute(&mut *transaction)
                        .await
                        .map_err(failed())?;
                    for chunk in rows.chunks(1000) {
                        let mut builder: QueryBuilder<$database> = QueryBuilder::new(
                            "INSERT INTO quality (run_id, source, commune, row_count, dqi, band, measured) ",
                        );
                        builder.push_values(chunk, |mut row, one| {
                            row.push_bind(run_id.to_owned())
                                .push_bind(one.source.clone())
                                .push_bind(one.commune.clone())
                                .push_bind(one.rows)
                                .push_bind(one.dqi)
                                .push_bind(one.band.map(Band::as_str))
                                .push_bind(one.measured.clone());
                        });
                        builder.build().persistent(false).execute(&mut *transaction).await.map_err(failed())?;
                    }
                    transaction.commit().await.map_err(failed())
                })
            }

            fn quality<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Vec<QualityRow>>> {
                Box::pin(async move {
                    let rows: Vec<(String, String, i64, Option<i64>, Option<String>, String)> = sqlx::query_as(
                        "SELECT source, commune, CAST(row_count AS BIGINT), CAST(dqi AS BIGINT), band, measured
                         FROM quality WHERE run_id = $1 ORDER BY source, commune",
                    )
                    .bind(run_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(StoreError::sql("listing the quality of data"))?;
                    rows.into_iter()
                        .map(|(source, commune, rows, dqi, band, measured)| {
                            let band = band.map(|band| band.parse()).transpose();
                            let band = band.map_err(|_| StoreError::Corrupt { what: "band" })?;
                            Ok(QualityRow { source, commune, rows, dqi, band, measured })
                        })
                        .collect()
                })
            }
        }
    };
}

quality_ledger!(super::SqliteLedger, Sqlite);
quality_ledger!(super::PostgresLedger, Postgres);
