//! The ledger in one SQLite file: WAL, so that readers never wait for the run, and
//! `synchronous = FULL`, so that a committed page survives a power cut.

use super::Ledger;
use super::lease::Fence;
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;

pub struct SqliteLedger {
    pub(crate) pool: SqlitePool,
    pub(crate) fence: Fence,
}

impl SqliteLedger {
    pub async fn open(file: &Path) -> Result<Self> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(StoreError::file("making the folder", folder))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(60))
            // SQLite itself ends a transaction that found the disk full; the driver still counts it
            // as open. Such a connection is of no more use.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { source })?;
        Ok(Self { pool, fence: Fence::default() })
    }

    /// A write transaction. It takes the write lock at once: a deferred one that turns from
    /// reading to writing fails instead of waiting.
    pub(crate) async fn begin(&self) -> std::result::Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }
}

impl Ledger for SqliteLedger {
    fn database(&self) -> &'static str {
        "sqlite"
    }

    fn ping(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            sqlx::query("SELECT 1").execute(&self.pool).await.map_err(StoreError::sql("asking whether it answers"))?;
            Ok(())
        })
    }

    fn migrate(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            failpoint::hit("migrate.before");
            let migrated = sqlx::migrate!("migrations/sqlite").run(&self.pool).await;
            failpoint::hit("migrate.after");
            migrated.map_err(|source| StoreError::Migrate { source })
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}
