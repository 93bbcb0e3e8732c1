//! The ledger as something that is copied and put back: which version it has, whether there is
//! anything in it, and what a copy must forget.

use super::{SnapshotLedger, SnapshotRow, SqliteLedger};
use crate::error::{Result, StoreError};
use futures::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::path::Path;

pub trait CopyLedger: Send + Sync {
    /// The number of the newest migration that it has had.
    fn version(&self) -> BoxFuture<'_, Result<i64>>;
    /// Whether there is no table in it, neither ours nor anybody's.
    fn is_empty(&self) -> BoxFuture<'_, Result<bool>>;
    /// Nobody holds a lease in a ledger that was put back: whoever did holds it in another.
    fn end_leases(&self) -> BoxFuture<'_, Result<()>>;
}

/// The newest migration that this program knows; both databases have the same numbers.
pub fn newest_version() -> i64 {
    sqlx::migrate!("migrations/sqlite").iter().map(|migration| migration.version).max().unwrap_or(0)
}

macro_rules! copy_ledger {
    ($ledger:ty, $tables:literal) => {
        impl CopyLedger for $ledger {
            fn version(&self) -> BoxFuture<'_, Result<i64>> {
                Box::pin(async move {
                    sqlx::query_scalar(
                        "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success",
                    )
                    .fetch_one(&self.pool)
                    .await
                    .map_err(StoreError::sql("reading the ledger's version"))
                })
            }

            fn is_empty(&self) -> BoxFuture<'_, Result<bool>> {
                Box::pin(async move {
                    let tables: i64 = sqlx::query_scalar($tables)
                        .fetch_one(&self.pool)
                        .await
                        .map_err(StoreError::sql("looking whether the ledger is empty"))?;
                    Ok(tables == 0)
                })
            }

            fn end_leases(&self) -> BoxFuture<'_, Result<()>> {
                Box::pin(async move {
                    sqlx::query("UPDATE leases SET holder = NULL, renewed_at = NULL")
                        .execute(&self.pool)
                        .await
                        .map_err(StoreError::sql("ending leases"))?;
                    Ok(())
                })
            }
        }
    };
}

copy_ledger!(SqliteLedger, "SELECT COUNT(*) FROM sqlite_master");
copy_ledger!(
    super::PostgresLedger,
    "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
       AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
);

/// What a copy of a SQLite ledger says of itself.
pub struct SqliteCopy {
    pub version: i64,
    /// The current snapshots as the copy knows them.
    pub snapshots: Vec<SnapshotRow>,
}

impl SqliteLedger {
    /// Writes the whole ledger as of one instant into a new file, while others read and write.
    pub async fn copy_into(&self, file: &Path) -> Result<()> {
        sqlx::query("VACUUM INTO $1")
            .bind(file.to_string_lossy().into_owned())
            .execute(&self.pool)
            .await
            .map_err(StoreError::sql("copying the ledger"))?;
        Ok(())
    }

    /// Reads a copy without changing a byte of it.
    pub async fn read_copy(file: &Path) -> Result<SqliteCopy> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { source })?;
        let copy = Self { pool, fence: Default::default() };
        let read =
            async { Ok(SqliteCopy { version: copy.version().await?, snapshots: copy.current_snapshots().await? }) };
        let read = read.await;
        copy.pool.close().await;
        read
    }
}
