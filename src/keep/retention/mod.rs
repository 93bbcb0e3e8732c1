//! What is old goes, a kind at a time, and is told of with its count and its days.
//!
//! A kind that cannot be removed is told of, too, and stops no other: old data that stay another
//! night are no reason to lose the night.

mod inbox;
mod report;

pub use report::{FailedKind, Removed, RemovedKind};

use crate::problem::Problem;
use crate::workspace::Workspace;
use config::settings::Retention;
use jiff::{SignedDuration, Timestamp};
use store::ledger::{Aged, Removal};

/// What of the ledger is older than its setting. Not `really`: what would go.
pub async fn apply(workspace: &Workspace, really: bool) -> Removed {
    let mut removed = Removed::default();
    let (retention, now) = (&workspace.settings.retention, workspace.clock.now());
    for what in Aged::ALL {
        let Some(before) = before(now, days(retention, what)) else { continue };
        let done = workspace.ledger.remove_aged(what, before, really).await;
        removed.note(what.as_str(), done.map_err(Problem::from));
    }
    if let Some(before) = before(now, retention.file_days) {
        for (place, done) in tokio::task::block_in_place(|| inbox::remove(&workspace.settings, before, really)) {
            removed.note(place, done);
        }
    }
    removed
}

fn days(retention: &Retention, what: Aged) -> u32 {
    match what {
        Aged::Stages => retention.unfinished_days,
        Aged::Runs | Aged::Usage | Aged::Nights | Aged::Incidents | Aged::Notifications => retention.run_days,
        Aged::Quarantine => retention.quarantine_days,
        Aged::Findings => retention.finding_days,
        Aged::Corrections => retention.correction_days,
        Aged::Escalations => retention.escalation_days,
        Aged::Sessions | Aged::Links | Aged::Requests => retention.access_days,
    }
}

/// `None`: for ever.
fn before(now: Timestamp, days: u32) -> Option<Timestamp> {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok().filter(|_| days > 0)
}

impl Removed {
    fn note(&mut self, kind: &str, done: Result<Removal, Problem>) {
        match done {
            Ok(removal) if removal.count == 0 => {}
            Ok(Removal { count, oldest, newest }) => {
                self.kinds.push(RemovedKind { kind: kind.to_owned(), count, oldest, newest });
            }
            Err(Problem { code, cause, .. }) => {
                tracing::warn!(kind, %code, "what is old could not be removed");
                self.failed.push(FailedKind { kind: kind.to_owned(), code, cause });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_days_is_for_ever() {
        let now: Timestamp = "2026-11-24T15:00:00Z".parse().expect("an instant");
        assert_eq!(before(now, 0), None);
        assert_eq!(before(now, 1).map(|at| at.to_string()).as_deref(), Some("2026-11-23T15:00:00Z"));
    }
}
