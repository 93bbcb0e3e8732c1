//! One run from its first request to its report.

use super::files;
use super::lock::{RunLock, machine};
use super::plan::{self, SourceTask};
use super::progress::Progress;
use super::reconcile_stage;
use super::report::{AnswerCounts, FileCounts, Report, SourceReport, StaleSource};
use super::stages::{Stages, peak_memory_mib};
use crate::problem::Problem;
use crate::sync::{Making, Options, Outcome, Pull, promote, pull_partition};
use crate::workspace::Workspace;
use connectors::connector::{PlanContext, Statistics};
use futures::{StreamExt, TryStreamExt};
use jiff::{Timestamp, civil};
use reconcile::stale_rates::StaleRate;
use reconcile::units::Catalogue;
use schemas::{Partition, PartitionStatus, RunStatus, SourceId, SourceStatus, clock::vietnam_date};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::ledger::{FindingCounts, NewRun, PartitionState, RunRow, StaleCount};

/// A heartbeat older than this, of a run on another machine, is a dead run's.
const HEARTBEAT_LIFE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);
/// Findings in one transaction on their way in.
const FINDINGS_AT_A_TIME: usize = 20_000;

#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Go on with the newest unfinished run.
    pub resume: bool,
    /// Sources whose many deletions a person has looked at and believes.
    pub approve_deletions: Vec<SourceId>,
    /// Threads for reconciling.
    pub workers: usize,
}

/// What a task did in this attempt.
struct Done {
    outcome: Outcome,
    statistics: Statistics,
}

/// Runs the night. Only what stops the whole run is a [`Problem`]; what stops a source is in the
/// report.
pub async fn run(workspace: &Workspace, options: &RunOptions, progress: &dyn Progress) -> Result<Report, Problem> {
    if !workspace.settings.sources.values().any(|s| s.enabled) {
        return Err(Problem::failed("NO_SOURCES", "the settings name no source"));
    }
    let _lock = RunLock::take(workspace.data())?;
    let began = Instant::now();
    let (run_id, date) = begin(workspace, options).await?;
    let result = night(workspace, options, progress, &run_id, date, began).await;
    if let Err(problem) = &result {
        let status = if problem.code == "STOPPED" { RunStatus::Stopped } else { RunStatus::Failed };
        let error = Some((problem.code.as_str(), problem.cause.as_str()));
        // The ledger itself may be what failed; the problem is reported either way.
        if let Err(error) = workspace.ledger.finish_run(&run_id, status, workspace.clock.now(), error, None).await {
            tracing::warn!(code = error.code(), "the end of the run could not be noted");
        }
    }
    result
}

/// Starts a run, or takes the newest unfinished one up again.
async fn begin(workspace: &Workspace, options: &RunOptions) -> Result<(String, civil::Date), Problem> {
    let now = workspace.clock.now();
    let runs = workspace.ledger.runs(20).await?;
    let here = machine();
    for run in runs.iter().filter(|r| r.status == RunStatus::Running) {
        let age = now.duration_since(run.heartbeat_at).abs();
        if run.owner != here && age < HEARTBEAT_LIFE {
            let cause = format!("run {} is under way on another machine", run.run_id);
            return Err(Problem::failed("RUN_UNDER_WAY", cause));
        }
    }
    if options.resume {
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

async fn night(
    workspace: &Workspace,
    options: &RunOptions,
    progress: &dyn Progress,
    run_id: &str,
    date: civil::Date,
    began: Instant,
) -> Result<Report, Problem> {
    let stages = Stages::new();
    progress.stage("connect");
    let catalogue = Catalogue::new(&workspace.units);
    let communes: Vec<String> =
        catalogue.communes_of(workspace.settings.province.code).iter().map(ToString::to_string).collect();
    let tasks = plan::connect(workspace, &communes, &workspace.ledger.current_snapshots().await?)?;
    // What an earlier night promoted and had no time to move.
    let repaired = files::settle(workspace, &tasks, None).await?;
    let mut moved = repaired.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let mut done: Vec<Option<Done>> = tasks.iter().map(|_| None).collect();
    let work = async {
        for by_list in [false, true] {
            wave(workspace, options, progress, run_id, &communes, &tasks, by_list, &stages, &mut done).await?;
            if stop.load(Ordering::Relaxed) {
                return Err(Problem::failed("STOPPED", "the run was asked to stop; it stands at its checkpoints"));
            }
        }
        let outcomes: Vec<Option<&Outcome>> = done.iter().map(|done| done.as_ref().map(|d| &d.outcome)).collect();
        for (source, counts) in files::settle(workspace, &tasks, Some(&outcomes)).await? {
            let earlier = repaired.get(&source).copied().unwrap_or_default();
            moved.insert(source, earlier.and_then(counts));
        }
        progress.stage("reconcile");
        stages.enter("reconcile");
        workspace.ledger.set_stage(run_id, "reconcile").await?;
        let current = workspace.ledger.current_snapshots().await?;
        let reconciled = tokio::task::block_in_place(|| {
            reconcile_stage::reconcile(workspace, &current, date, options.workers, progress)
        })?;
        progress.stage("publish");
        stages.enter("publish");
        workspace.ledger.set_stage(run_id, "publish").await?;
        workspace.ledger.clear_incoming(run_id).await?;
        if current.is_empty() {
            // Nothing was ever read: that is no statement about any finding.
            return Ok((workspace.ledger.finding_counts().await?, String::new()));
        }
        for chunk in reconciled.findings.chunks(FINDINGS_AT_A_TIME) {
            workspace.ledger.bring_in(run_id, chunk).await?;
        }
        let stale: Vec<StaleCount> = reconciled.stale.iter().map(stale_count).collect();
        workspace.ledger.set_stale_counts(run_id, &stale).await?;
        let counts = workspace.ledger.merge_findings(run_id, date).await?;
        tidy(workspace, run_id).await?;
        Ok((counts, reconciled.digest))
    };
    let heartbeat = heartbeat(workspace, run_id, &tasks, &stop);
    let (counts, digest) = tokio::select! {
        result = work => result?,
        problem = heartbeat => return Err(problem),
    };
    let report = report(workspace, run_id, date, began, &tasks, &done, &stages, &moved, counts, digest).await?;
    let text = serde_json::to_string(&report).map_err(|e| Problem::failed("LEDGER", e.to_string()))?;
    workspace.ledger.finish_run(run_id, report.status, workspace.clock.now(), None, Some(&text)).await?;
    Ok(report)
}

fn stale_count(rate: &StaleRate) -> StaleCount {
    StaleCount {
        source: rate.source.clone(),
        commune: rate.commune.clone(),
        addresses: rate.addresses as i64,
        stale: rate.stale as i64,
        split: rate.split as i64,
    }
}

/// Says that the run is alive, and passes a request to stop on. Ends only if the ledger fails.
async fn heartbeat(workspace: &Workspace, run_id: &str, tasks: &[SourceTask], stop: &AtomicBool) -> Problem {
    loop {
        match workspace.ledger.heartbeat(run_id, workspace.clock.now()).await {
            Ok(true) if !stop.swap(true, Ordering::Relaxed) => tasks.iter().for_each(|t| t.connector.stop()),
            Ok(_) => {}
            Err(error) => return error.into(),
        }
        tokio::time::sleep(HEARTBEAT_EVERY).await;
    }
}

/// Pulls and promotes all tasks of one wave, sources side by side.
#[allow(clippy::too_many_arguments)]
async fn wave(
    workspace: &Workspace,
    options: &RunOptions,
    progress: &dyn Progress,
    run_id: &str,
    communes: &[String],
    tasks: &[SourceTask],
    by_list: bool,
    stages: &Stages,
    done: &mut [Option<Done>],
) -> Result<(), Problem> {
    let members: Vec<usize> = (0..tasks.len()).filter(|at| tasks[*at].by_list() == by_list).collect();
    progress.stage("pull");
    stages.enter("pull");
    workspace.ledger.set_stage(run_id, "pull").await?;
    let mut contexts = Vec::with_capacity(members.len());
    for at in &members {
        let task = &tasks[*at];
        let context = plan::context(workspace, task, communes).await?;
        let planned = plan::partitions(task, &context);
        workspace.ledger.plan_partitions(run_id, &planned).await?;
        let states = states(workspace, run_id, task).await?;
        if by_list {
            // The list may have changed since the run was interrupted: an unfinished one is asked
            // from its beginning.
            for state in states.iter().filter(|s| s.status != PartitionStatus::Complete && s.pages > 0) {
                workspace.ledger.restart_partition(run_id, &state.partition, None).await?;
            }
        }
        let complete = states.iter().filter(|s| s.status == PartitionStatus::Complete).count() as u64;
        progress.dataset(&task.source, task.dataset, states.len() as u64, complete);
        contexts.push((*at, context));
    }
    let pulls = contexts.iter().map(|(at, context)| pull_task(workspace, progress, run_id, &tasks[*at], context));
    let statistics = futures::future::try_join_all(pulls).await?;
    progress.stage("promote");
    stages.enter("promote");
    workspace.ledger.set_stage(run_id, "promote").await?;
    for ((at, _), statistics) in contexts.iter().zip(statistics) {
        let task = &tasks[*at];
        let states = states(workspace, run_id, task).await?;
        let promotion = Options {
            approve_deletions: task.by_list() || options.approve_deletions.contains(&task.source),
            resume: &|last| task.connector.resume_cursor(last),
            partition_of: &|key| task.connector.partition_of(key),
        };
        let outcome = promote(workspace, run_id, &task.source, task.dataset, task.making(), &states, promotion).await?;
        done[*at] = Some(Done { outcome, statistics });
    }
    Ok(())
}

/// All partitions of one task, as many at a time as the source allows.
async fn pull_task(
    workspace: &Workspace,
    progress: &dyn Progress,
    run_id: &str,
    task: &SourceTask,
    context: &PlanContext,
) -> Result<Statistics, Problem> {
    let before = task.connector.statistics();
    let pull = Pull { ledger: &*workspace.ledger, run_id, connector: &*task.connector, context, events: progress };
    let partitions: Vec<Partition> =
        states(workspace, run_id, task).await?.into_iter().map(|state| state.partition).collect();
    futures::stream::iter(&partitions)
        .map(|partition| pull_partition(&pull, partition))
        .buffer_unordered(task.settings.concurrency as usize)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(task.connector.statistics().since(&before))
}

async fn states(workspace: &Workspace, run_id: &str, task: &SourceTask) -> Result<Vec<PartitionState>, Problem> {
    let mut states = workspace.ledger.partitions(run_id).await?;
    states.retain(|s| s.partition.source == task.source && s.partition.dataset == task.dataset);
    Ok(states)
}

/// Removes what no longer serves: old snapshots, stages of earlier runs.
async fn tidy(workspace: &Workspace, run_id: &str) -> Result<(), Problem> {
    workspace.ledger.drop_stale_stages(run_id).await?;
    for old in workspace.ledger.superseded_snapshots(i64::from(workspace.settings.run.keep_snapshots)).await? {
        let place = workspace.data().join(&old.directory);
        if place.exists() {
            std::fs::remove_dir_all(&place)?;
        }
        workspace.ledger.mark_removed(&old.snapshot_id).await?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)]
async fn report(
    workspace: &Workspace,
    run_id: &str,
    date: civil::Date,
    began: Instant,
    tasks: &[SourceTask],
    done: &[Option<Done>],
    stages: &Stages,
    files: &BTreeMap<SourceId, FileCounts>,
    counts: FindingCounts,
    findings_digest: String,
) -> Result<Report, Problem> {
    let current = workspace.ledger.current_snapshots().await?;
    let now = workspace.clock.now();
    let mut sources = Vec::new();
    for (task, done) in tasks.iter().zip(done) {
        let states = states(workspace, run_id, task).await?;
        let sum = |count: fn(&PartitionState) -> i64| states.iter().map(count).sum::<i64>() as u64;
        let serving = current.iter().find(|r| r.source == task.source && r.dataset == task.dataset);
        // A source's clock may run ahead of ours: that is age zero, never a negative one.
        let age_hours = serving.map(|row| (now.duration_since(row.as_of).as_secs_f64() / 3600.0).max(0.0));
        let (status, error) = judge(task, done.as_ref(), age_hours);
        let statistics = done.as_ref().map(|d| d.statistics).unwrap_or_default();
        let snapshot_records = match serving {
            Some(row) => serde_json::from_str::<store::snapshots::Manifest>(&row.manifest).map_or(0, |m| m.records),
            None => 0,
        };
        sources.push(SourceReport {
            name: task.source.clone(),
            dataset: task.dataset,
            status,
            requests: statistics.requests,
            retries: statistics.retries,
            partitions: states.len() as u64,
            partitions_complete: states.iter().filter(|s| s.status == PartitionStatus::Complete).count() as u64,
            pages: sum(|s| s.pages),
            records: sum(|s| s.records),
            quarantined: sum(|s| s.rejects),
            snapshot_records,
            as_of: serving.map(|row| row.as_of.to_string()),
            age_hours: age_hours.map(|age| (age * 10.0).round() / 10.0),
            answers: (task.by_list() && task.dataset == schemas::Dataset::Person).then_some(AnswerCounts {
                found: statistics.found,
                not_found: statistics.not_found,
                could_not_ask: statistics.could_not_ask,
            }),
            files: files.get(&task.source).copied().filter(|_| tasks_first(tasks, &task.source) == Some(task.dataset)),
            error_code: error.as_ref().map(|(code, _)| code.clone()),
            error: error.map(|(_, reason)| reason),
        });
    }
    let whole = sources.iter().all(|s| s.status == SourceStatus::Complete);
    let status = if whole { RunStatus::Complete } else { RunStatus::Incomplete };
    let counted = |map: BTreeMap<String, i64>| map.into_iter().map(|(k, v)| (k, v as u64)).collect();
    Ok(Report {
        run_id: run_id.to_owned(),
        status,
        seconds: (began.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        stages: stages.seconds(),
        peak_memory_mib: peak_memory_mib(),
        business_date: date.to_string(),
        province: workspace.settings.province.code.to_string(),
        ledger: workspace.ledger.database().to_owned(),
        sources,
        stale_units: stale_sources(workspace.ledger.stale_counts(run_id).await?),
        findings: counted(counts.by_kind),
        finding_states: counted(counts.by_state),
        findings_digest,
    })
}

/// The first dataset of a source: where what is said once for the source is said.
fn tasks_first(tasks: &[SourceTask], source: &SourceId) -> Option<schemas::Dataset> {
    tasks.iter().find(|task| task.source == *source).map(|task| task.dataset)
}

/// Counts by commune to one line for each source.
fn stale_sources(counts: Vec<StaleCount>) -> Vec<StaleSource> {
    let mut sources: BTreeMap<String, StaleSource> = BTreeMap::new();
    for count in counts {
        let rate = StaleRate {
            source: count.source,
            commune: count.commune,
            addresses: count.addresses as u64,
            stale: count.stale as u64,
            split: count.split as u64,
        };
        let source = sources.entry(rate.source.clone()).or_insert_with(|| StaleSource {
            name: rate.source.clone(),
            addresses: 0,
            stale: 0,
            communes_not_taken_over: Vec::new(),
        });
        source.addresses += rate.addresses;
        source.stale += rate.stale + rate.split;
        if rate.not_taken_over() {
            source.communes_not_taken_over.push(rate.commune);
        }
    }
    sources.into_values().collect()
}

/// The state of one (source, dataset), from the age of its good data first.
fn judge(task: &SourceTask, done: Option<&Done>, age_hours: Option<f64>) -> (SourceStatus, Option<(String, String)>) {
    let kept = match done.map(|d| &d.outcome) {
        Some(Outcome::Kept { code, reason }) => Some((code.clone(), reason.clone())),
        Some(Outcome::Delivered { kept, .. }) => kept.first().map(|first| {
            let reason = format!(
                "{} files were not taken over; the first: {}: {}",
                kept.len(),
                first.partition.key,
                first.reason
            );
            (first.code.clone(), reason)
        }),
        _ => None,
    };
    let Some(age) = age_hours else { return (SourceStatus::Never, kept) };
    let budget = f64::from(task.settings.freshness_hours);
    if age > budget {
        let reason = format!("the newest complete data are {age:.0} hours old, {budget:.0} are allowed");
        return (SourceStatus::Stale, kept.or(Some(("STALE".into(), reason))));
    }
    let answers = done.map(|d| d.statistics).unwrap_or_default();
    let nobody_answered = task.making() == Making::Mosaic && answers.found + answers.not_found == 0;
    if kept.is_none() && nobody_answered && answers.could_not_ask > 0 {
        // Every page came, and none of them holds an answer: that is not a night's work done.
        let reason = format!("nobody could be asked about: {} questions without an answer", answers.could_not_ask);
        return (SourceStatus::Incomplete, Some(("NOTHING_ANSWERED".into(), reason)));
    }
    match kept {
        Some(error) => (SourceStatus::Incomplete, Some(error)),
        None => (SourceStatus::Complete, None),
    }
}
