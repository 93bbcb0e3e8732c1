//! While a run lives: it says so, keeps its lease, counts its requests, looks whether there is room
//! on the disk, and hears when it is asked to stop.

use super::plan::SourceTask;
use super::stop::Stop;
use crate::keep::room;
use crate::problem::Problem;
use crate::workspace::Workspace;
use jiff::civil;
use schemas::SourceId;
use std::collections::BTreeMap;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);

/// Requests that are already in the ledger, by source.
#[derive(Default)]
pub(super) struct Usage {
    counted: BTreeMap<SourceId, u64>,
}

impl Usage {
    /// Adds what was sent since the last time. A crash loses the count of one second at most.
    pub(super) async fn flush(
        &mut self,
        workspace: &Workspace,
        night: civil::Date,
        tasks: &[SourceTask],
    ) -> Result<(), Problem> {
        // The tasks of one source share its connector, and its counters.
        let sources: BTreeMap<&SourceId, u64> =
            tasks.iter().map(|task| (&task.source, task.connector.statistics().requests)).collect();
        for (source, sent) in sources {
            let counted = self.counted.entry(source.clone()).or_default();
            if sent > *counted {
                workspace.ledger.add_requests(night, source, sent - *counted).await?;
                *counted = sent;
            }
        }
        Ok(())
    }
}

/// Ends only when the run may not go on: the lease is lost, or the ledger fails.
pub(super) async fn keep_alive(
    workspace: &Workspace,
    run_id: &str,
    night: civil::Date,
    tasks: &[SourceTask],
    stop: &Stop,
    usage: &mut Usage,
) -> Problem {
    loop {
        match beat(workspace, run_id, night, tasks, stop, usage).await {
            Err(problem) if !waits_for_ourselves(&problem) => return problem,
            Err(_) => tracing::debug!("the ledger is busy: this beat is left out"),
            Ok(()) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// SQLite has one writer, and publishing a large province holds it for longer than a beat waits:
/// that is this run's own work. Nobody else can take the lease meanwhile, for that is a write, too;
/// and who took it before is noticed by the next write, which is fenced.
fn waits_for_ourselves(problem: &Problem) -> bool {
    problem.code == "LEDGER_LOCKED"
}

async fn beat(
    workspace: &Workspace,
    run_id: &str,
    night: civil::Date,
    tasks: &[SourceTask],
    stop: &Stop,
    usage: &mut Usage,
) -> Result<(), Problem> {
    let stop_for = |why: Problem| {
        if stop.ask(why) {
            tasks.iter().for_each(|task| task.connector.stop());
        }
    };
    // Before the ledger is asked, which needs room, too.
    if let Err(why) = room::check(workspace) {
        stop_for(why);
    }
    let now = workspace.clock.now();
    workspace.ledger.renew_lease(now).await?;
    if workspace.ledger.heartbeat(run_id, now).await? {
        stop_for(Problem::failed("STOPPED", "the run was asked to stop"));
    }
    usage.flush(workspace, night, tasks).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_busy_ledger_is_no_reason_to_end_a_run() {
        let ends = |code| !waits_for_ourselves(&Problem::failed(code, ""));
        assert!(!ends("LEDGER_LOCKED"));
        for code in ["LEASE_LOST", "LEDGER_UNREACHABLE", "LEDGER", "DISK_FULL"] {
            assert!(ends(code), "{code}");
        }
    }
}
