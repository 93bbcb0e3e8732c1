//! That a backup was made or put back stands in the audit log: it holds every citizen's data.
//!
//! Unlike a look it is not refused where the log cannot be written: a log that somebody has damaged
//! is a reason to make a backup, not to make none.

use crate::audit::{AuditFiles, LedgerTrail};
use crate::problem::Problem;
use crate::workspace::{Loaded, connect};
use jiff::Timestamp;
use schemas::clock::FixedClock;
use std::sync::Arc;

pub(super) async fn note(loaded: &Loaded, event: &str, detail: serde_json::Value, now: Timestamp) {
    if let Err(problem) = written(loaded, event, detail.to_string(), now).await {
        tracing::warn!(code = %problem.code, event, "this could not be noted in the audit log");
    }
}

async fn written(loaded: &Loaded, event: &str, detail: String, now: Timestamp) -> Result<(), Problem> {
    let files = AuditFiles::new(&loaded.settings.data.directory);
    let key = files.key()?;
    let ledger = connect(&loaded.settings).await?;
    let trail = LedgerTrail::new(ledger.clone(), Arc::new(FixedClock(now)), files, key);
    let noted = trail.note("cli", event, "", detail).await;
    ledger.close().await;
    noted.map_err(|failed| Problem::failed(failed.code, "the entry was not written"))
}
