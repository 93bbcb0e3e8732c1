//! How a run begins: it takes the lease, then starts anew or takes the newest unfinished one up.

use super::lock::machine;
use crate::problem::Problem;
use crate::workspace::Workspace;
use jiff::{SignedDuration, Timestamp, civil};
use schemas::{RunStatus, clock::vietnam_date};
use store::StoreError;
use store::ledger::{LeaseOutcome, NewRun, RunRow};

/// The lease of the nightly run: one writer, whatever the machine.
const LEASE: &str = "nightly";
/// A lease that was not renewed for so long belongs to a dead run.
const LEASE_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// Takes the run's lease. The file lock of the data directory is held already, so a lease of the
/// same machine and directory is that of a run that was killed.
pub(super) async fn take_lease(workspace: &Workspace) -> Result<(), Problem> {
    let data = workspace.data();
    let place = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let holder = format!("{}:{}", machine(), place.display());
    match workspace.ledger.take_lease(LEASE, &holder, workspace.clock.now(), LEASE_LIFE).await? {
        LeaseOutcome::Taken(_) => Ok(()),
        LeaseOutcome::Held { holder, renewed_at } => {
            let machine = holder.split(':').next().unwrap_or_default();
            let cause = format!("another instance on {machine} runs; it was seen alive at {renewed_at:.0}");
            Err(Problem::failed("RUN_UNDER_WAY", cause))
        }
    }
}

/// The run's id and the Vietnamese day it is for.
pub(super) async fn begin(workspace: &Workspace, resume: bool) -> Result<(String, civil::Date), Problem> {
    let now = workspace.clock.now();
    let runs = workspace.ledger.runs(20).await?;
    let here = machine();
    if resume {
        let newest = runs.first().filter(|r| r.status != RunStatus::Complete);
        let Some(run) = newest else {
            return Err(Problem::failed("NOTHING_TO_RESUME", "the newest run is complete, or there is none"));
        };
        workspace.ledger.reopen_run(&run.run_id, &here, now).await?;
        let date = run.business_date.parse().map_err(|_| Problem::failed("LEDGER_CORRUPT", "a run has no date"))?;
        return Ok((run.run_id.clone(), date));
    }
    for run in runs.iter().filter(|r| r.status == RunStatus::Running) {
        let error = Some(("INTERRUPTED", "the process ended before the run did"));
        workspace.ledger.finish_run(&run.run_id, RunStatus::Failed, now, error, None).await?;
    }
    let date = vietnam_date(now);
    let run = NewRun {
        run_id: new_run_id(now, &runs),
        started_at: now,
        business_date: date,
        province: workspace.settings.province.code.to_string(),
        owner: here,
    };
    workspace.ledger.create_run(&run).await?;
    Ok((run.run_id, date))
}

/// `20261124-020000`, with a number behind it where that second had a run already.
fn new_run_id(now: Timestamp, runs: &[RunRow]) -> String {
    let local = schemas::clock::VIETNAM.to_datetime(now);
    let base = local.strftime("%Y%m%d-%H%M%S").to_string();
    let taken = |id: &str| runs.iter().any(|r| r.run_id == id);
    let numbered = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
    numbered.into_iter().find(|id| !taken(id)).unwrap_or(base)
}

/// Why a run failed, and whether the ledger can still be told.
pub(super) struct Failure {
    pub problem: Problem,
    /// It did not answer even now. Each further word would be waited for as long again, in vain:
    /// the lease runs out by itself, and the next run notes that this one ended.
    pub ledger_is_silent: bool,
}

/// Whoever takes the lease over ends our sessions at the database: what looks like a ledger that
/// went away is then a lease that was lost.
pub(super) async fn failure(workspace: &Workspace, problem: Problem) -> Failure {
    if !problem.code.starts_with("LEDGER") {
        return Failure { problem, ledger_is_silent: false };
    }
    match workspace.ledger.renew_lease(workspace.clock.now()).await {
        Err(error @ StoreError::LeaseLost) => Failure { problem: error.into(), ledger_is_silent: false },
        Err(error) => Failure { problem, ledger_is_silent: error.code() == "LEDGER_UNREACHABLE" },
        Ok(()) => Failure { problem, ledger_is_silent: false },
    }
}
