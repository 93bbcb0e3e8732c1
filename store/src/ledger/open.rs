//! Opens the ledger that the settings name.

use super::{Ledger, PostgresLedger, SqliteLedger};
use crate::error::Result;
use schemas::Sensitive;
use std::path::Path;
use std::sync::Arc;

/// `url` is `sqlite` (a file in `directory`) or `postgres://user@host:port/database`.
pub async fn open_ledger(
    url: &str,
    password: Option<&Sensitive>,
    directory: &Path,
    connections: u32,
) -> Result<Arc<dyn Ledger>> {
    if url == "sqlite" {
        return Ok(Arc::new(SqliteLedger::open(&directory.join("ledger.sqlite")).await?));
    }
    Ok(Arc::new(PostgresLedger::open(url, password, connections).await?))
}
