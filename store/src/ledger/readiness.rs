//! What each commune has of what it needs to work: filled in by the commune, signed off by the
//! province.

use super::{instant, parse_instant};
use crate::Scope;
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::{Postgres, Sqlite};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadinessRow {
    pub commune: String,
    /// A word of the list in the settings.
    pub item: String,
    /// `have`, `partly` or `missing`
    pub state: String,
    pub note: String,
    /// The login.
    pub filled_by: String,
    pub filled_at: Timestamp,
    /// Who of the province has seen that it is so, and when.
    pub signed_off: Option<(String, Timestamp)>,
}

pub trait ReadinessLedger: Send + Sync {
    /// What a commune says; it is to be signed off anew. `NotFound` outside the scope.
    fn fill_readiness<'a>(&'a self, scope: &'a Scope, row: &'a ReadinessRow) -> BoxFuture<'a, Result<()>>;
    /// `NotFound` where the commune has not filled it in.
    fn sign_off_readiness<'a>(
        &'a self,
        commune: &'a str,
        item: &'a str,
        by: &'a str,
        at: Timestamp,
    ) -> BoxFuture<'a, Result<()>>;
    /// In the order of commune and item.
    fn readiness<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<ReadinessRow>>>;
}

type Columns = (String, String, String, String, String, String, Option<String>, Option<String>);

fn readiness_row((commune, item, state, note, filled_by, filled_at, by, at): Columns) -> Result<ReadinessRow> {
    let signed_off = match (by, at) {
        (Some(by), Some(at)) => Some((by, parse_instant(&at)?)),
        _ => None,
    };
    Ok(ReadinessRow { commune, item, state, note, filled_by, filled_at: parse_instant(&filled_at)?, signed_off })
}

macro_rules! readiness_ledger {
    ($ledger:ty, $database:ty) => {
        impl ReadinessLedger for $ledger {
            fn fill_readiness<'a>(&'a self, scope: &'a Scope, row: &'a ReadinessRow) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    if !scope.sees(Some(&row.commune)) {
                        return Err(StoreError::NotFound { what: "commune".into() });
                    }
                    sqlx::query::<$database>(
                        "INSERT INTO readiness (commune, item, state, note, filled_by, filled_at)
                         VALUES ($1, $2, $3, $4, $5, $6)
                         ON CONFLICT (commune, item) DO UPDATE SET state = excluded.state, note = excluded.note,
                             filled_by = excluded.filled_by, filled_at = excluded.filled_at, signed_off_by = NULL,
                             signed_off_at = NULL",
                    )
                    .bind(&row.commune)
                    .bind(&row.item)
                    .bind(&row.state)
                    .bind(&row.note)
                    .bind(&row.filled_by)
                    .bind(instant(row.filled_at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("filling readiness in"))?;
                    Ok(())
                })
            }

            fn sign_off_readiness<'a>(
                &'a self,
                commune: &'a str,
                item: &'a str,
                by: &'a str,
                at: Timestamp,
            ) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let signed = sqlx::query::<$database>(
                        "UPDATE readiness SET signed_off_by = $3, signed_off_at = $4 WHERE commune = $1 AND item = $2",
                    )
                    .bind(commune)
                    .bind(item)
                    .bind(by)
                    .bind(instant(at))
                    .execute(&self.pool)
                    .await
                    .map_err(StoreError::sql("signing readiness off"))?;
                    match signed.rows_affected() {
                        0 => Err(StoreError::NotFound { what: "item that was filled in".into() }),
                        _ => Ok(()),
                    }
                })
            }

            fn readiness<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<ReadinessRow>>> {
                Box::pin(async move {
                    let mut builder = sqlx::QueryBuilder::<$database>::new(
                        "SELECT commune, item, state, note, filled_by, filled_at, signed_off_by, signed_off_at
                         FROM readiness WHERE 1 = 1",
                    );
                    super::within!(builder, scope, "commune");
                    builder.push(" ORDER BY commune, item");
                    let rows: Vec<Columns> = builder
                        .build_query_as()
                        .fetch_all(&self.pool)
                        .await
                        .map_err(StoreError::sql("reading readiness"))?;
                    rows.into_iter().map(readiness_row).collect()
                })
            }
        }
    };
}

readiness_ledger!(super::SqliteLedger, Sqlite);
readiness_ledger!(super::PostgresLedger, Postgres);
