//! Opens the ledger that the settings name.

use super::{Ledger, PostgresLedger, SqliteLedger};
use crate::error::Result;
use schemas::Sensitive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How the ledger is connected to; SQLite, a file of our own, has its own numbers.
#[derive(Debug, Clone, Copy)]
pub struct Connecting {
    pub connections: u32,
    /// How long a database that does not answer is waited for, for each thing asked of it.
    pub patience: Duration,
}

/// `url` is `sqlite` (a file in `directory`) or `postgres://user@host:port/database`.
pub async fn open_ledger(
    url: &str,
    password: Option<&Sensitive>,
    directory: &Path,
    connecting: Connecting,
) -> Result<Arc<dyn Ledger>> {
    if url == "sqlite" {
        return Ok(Arc::new(SqliteLedger::open(&directory.join("ledger.sqlite")).await?));
    }
    Ok(Arc::new(PostgresLedger::open(url, password, connecting).await?))
}
