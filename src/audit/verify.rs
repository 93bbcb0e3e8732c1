//! Follows the whole audit log and says where it was tampered with.

use super::AuditFiles;
use crate::problem::Problem;
use store::Ledger;
use store::audit_chain::{AuditKey, Broken, Verifier};

const ENTRIES_AT_A_TIME: i64 = 10_000;

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// So many entries, none changed, removed or moved.
    Whole {
        entries: i64,
    },
    Broken(Broken),
}

pub async fn verify(ledger: &dyn Ledger, files: &AuditFiles, key: &AuditKey) -> Result<Verified, Problem> {
    let mut verifier = Verifier::new(key, files.head()?);
    let mut next = 1;
    loop {
        let entries = ledger.audit_from(next, ENTRIES_AT_A_TIME).await?;
        let last = (entries.len() as i64) < ENTRIES_AT_A_TIME;
        for entry in &entries {
            if let Err(broken) = verifier.next(entry) {
                return Ok(Verified::Broken(broken));
            }
            next = entry.number + 1;
        }
        if last {
            break;
        }
    }
    Ok(match verifier.finish() {
        Ok(entries) => Verified::Whole { entries },
        Err(broken) => Verified::Broken(broken),
    })
}
