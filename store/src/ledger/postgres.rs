//! The ledger in PostgreSQL, for a province.

use super::Ledger;
use super::lease::Fence;
use super::open::Connecting;
use crate::error::{Result, StoreError};
use crate::failpoint;
use futures::future::BoxFuture;
use schemas::Sensitive;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Postgres, Transaction};
use std::str::FromStr;

pub struct PostgresLedger {
    pub(crate) pool: PgPool,
    pub(crate) fence: Fence,
}

impl PostgresLedger {
    pub async fn open(url: &str, password: Option<&Sensitive>, connecting: Connecting) -> Result<Self> {
        let mut options = PgConnectOptions::from_str(url).map_err(|source| StoreError::Open { source })?;
        if let Some(password) = password {
            options = options.password(password.expose());
        }
        let pool = PgPoolOptions::new()
            .max_connections(connecting.connections)
            .acquire_timeout(connecting.patience)
            .connect_with(
                // A session whose process hangs in a transaction must not hold its locks for ever.
                options
                    .application_name("doisoat")
                    .options([("idle_in_transaction_session_timeout", "60s")])
                    .disable_statement_logging(),
            )
            .await
            .map_err(|source| StoreError::Open { source })?;
        Ok(Self { pool, fence: Fence::default() })
    }

    pub(crate) async fn begin(&self) -> std::result::Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool.begin().await
    }
}

impl Ledger for PostgresLedger {
    fn database(&self) -> &'static str {
        "postgres"
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
            let migrated = sqlx::migrate!("migrations/postgres").run(&self.pool).await;
            failpoint::hit("migrate.after");
            migrated.map_err(|source| StoreError::Migrate { source })
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}
