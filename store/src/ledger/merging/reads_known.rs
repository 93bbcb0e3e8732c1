//! What the ledger has, read for comparing: many findings in one row, for rows cost more than what is in them.

use crate::error::{Result, StoreError};
use crate::ledger::KnownFindings;
use sqlx::{Database, Pool, Postgres, Sqlite};

/// Rows of SQLite's table in one row of the answer.
const ROWS_IN_ONE: usize = 16_384;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::sql("reading known findings")(source)
}

pub(super) trait ReadsKnown: Database {
    /// Identity and hash of the body of what is not gone.
    fn read_known(pool: &Pool<Self>, known: &mut KnownFindings) -> impl Future<Output = Result<()>> + Send;
}

impl ReadsKnown for Sqlite {
    /// Through the table as it lies on the disk: no index has all of it.
    async fn read_known(pool: &Pool<Self>, known: &mut KnownFindings) -> Result<()> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT MAX(rowid) FROM findings").fetch_one(pool).await.map_err(failed)?;
        for from in (0..=last.unwrap_or_default()).step_by(ROWS_IN_ONE) {
            let list: Option<String> = sqlx::query_scalar(
                "SELECT string_agg(finding_id || ':' || body_hash, ',') FROM findings
                 WHERE rowid >= $1 AND rowid < $2 AND state <> 'gone'",
            )
            .bind(from)
            .bind(from + ROWS_IN_ONE as i64)
            .fetch_one(pool)
            .await
            .map_err(failed)?;
            known.add_list(&list.unwrap_or_default())?;
        }
        Ok(())
    }
}

impl ReadsKnown for Postgres {
    async fn read_known(pool: &Pool<Self>, known: &mut KnownFindings) -> Result<()> {
        let list: Option<String> = sqlx::query_scalar(
            "SELECT string_agg(finding_id || ':' || body_hash, ',') FROM findings WHERE state <> 'gone'",
        )
        .fetch_one(pool)
        .await
        .map_err(failed)?;
        known.add_list(&list.unwrap_or_default())
    }
}
