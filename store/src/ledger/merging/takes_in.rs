//! What was brought in, into the table: everywhere by the same statements, but for the first night of SQLite.

use super::statements::{FILL, MERGE};
use crate::error::{Result, StoreError};
use crate::ledger::incoming::{BringIn, is_twice};
use sqlx::{Acquire, AssertSqlSafe, Postgres, Sqlite, Transaction};

/// Where indexes are made, and pages changed in any order: much of the table stays in memory. In KiB, as
/// SQLite takes it; afterwards it is as for every connection. One whose merging failed keeps it until it merges again.
const WIDE: &str = "PRAGMA cache_size = -65536";
const AS_BEFORE: &str = "PRAGMA cache_size = -2000";

pub(super) fn failed(source: sqlx::Error) -> StoreError {
    StoreError::sql("merging findings")(source)
}

pub(super) trait TakesIn: BringIn {
    /// Answers whether the table was empty: then there is nothing to settle.
    fn take_in(
        transaction: &mut Transaction<'static, Self>,
        run_id: &str,
        date: &str,
    ) -> impl Future<Output = Result<bool>> + Send;
    /// Before and after all that is written.
    fn with_room(transaction: &mut Transaction<'static, Self>, much: bool) -> impl Future<Output = Result<()>> + Send;
}

macro_rules! merge {
    ($transaction:expr, $run_id:expr, $date:expr) => {
        for statement in MERGE {
            sqlx::query(*statement).bind($run_id).bind($date).execute(&mut **$transaction).await.map_err(failed)?;
        }
    };
}

impl TakesIn for Postgres {
    async fn take_in(transaction: &mut Transaction<'static, Self>, run_id: &str, date: &str) -> Result<bool> {
        merge!(transaction, run_id, date);
        Ok(false)
    }

    async fn with_room(_: &mut Transaction<'static, Self>, _: bool) -> Result<()> {
        Ok(())
    }
}

impl TakesIn for Sqlite {
    async fn take_in(transaction: &mut Transaction<'static, Self>, run_id: &str, date: &str) -> Result<bool> {
        let is_empty: bool = sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM findings)")
            .fetch_one(&mut **transaction)
            .await
            .map_err(failed)?;
        if is_empty {
            match fill(transaction, run_id, date).await {
                // An attempt that was repeated brought something in twice.
                Err(StoreError::Sql { source, .. }) if is_twice(&source) => {}
                filled => return filled.map(|()| true),
            }
        }
        merge!(transaction, run_id, date);
        Ok(false)
    }

    async fn with_room(transaction: &mut Transaction<'static, Self>, much: bool) -> Result<()> {
        sqlx::query(if much { WIDE } else { AS_BEFORE }).execute(&mut **transaction).await.map_err(failed)?;
        Ok(())
    }
}

/// The rows first and their indexes afterwards: sorted once, which takes half as long as finding the place of each
/// row in each of them.
async fn fill(transaction: &mut Transaction<'static, Sqlite>, run_id: &str, date: &str) -> Result<()> {
    let mut inner = transaction.begin().await.map_err(failed)?;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'findings' AND sql IS NOT NULL",
    )
    .fetch_all(&mut *inner)
    .await
    .map_err(failed)?;
    for (name, _) in &indexes {
        sqlx::query(AssertSqlSafe(format!("DROP INDEX {name}"))).execute(&mut *inner).await.map_err(failed)?;
    }
    sqlx::query(FILL).bind(run_id).bind(date).execute(&mut *inner).await.map_err(failed)?;
    for (_, made) in indexes {
        sqlx::query(AssertSqlSafe(made)).execute(&mut *inner).await.map_err(failed)?;
    }
    inner.commit().await.map_err(failed)
}
