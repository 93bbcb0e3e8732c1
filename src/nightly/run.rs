//! One run from its first request to its report.

use super::beats;
use super::begin::{self, Failure};
use super::files;
use super::forget::{self, Forgotten};
use super::heartbeat::{self, Usage};
use super::inputs::Inputs;
use super::links;
use super::lock::RunLock;
use super::lookup;
use super::morning;
use super::plan::{self, SourceTask};
use super::progress::Progress;
use super::quality;
use super::reconcile_stage;
use super::report::{ForgottenCounts, Report};
use super::stages::{Stages, peak_memory_mib};
use super::stop::Stop;
use super::summary::{self, Done, Night};
use crate::keep::retention::{self, Removed};
use crate::keep::{room, snapshots};
use crate::problem::Problem;
use crate::sync::{Options, Outcome, Pull, Said, promote, pull_partitions};
use crate::workspace::Workspace;
use connectors::connector::{PlanContext, Statistics};
use jiff::civil;
use reconcile::engine::Links;
use reconcile::stale_rates::StaleRate;
use schemas::{Partition, PartitionStatus, RunStatus, SourceId};
use std::sync::Arc;
use std::time::Instant;
use store::ledger::{PartitionState, StaleCount};
use tracing::Instrument;

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

/// Runs the night. Only what stops the whole run is a [`Problem`]; what stops a source is in the
/// report.
pub async fn run(workspace: &Workspace, options: &RunOptions, progress: Arc<dyn Progress>) -> Result<Report, Problem> {
    if !workspace.settings.sources.values().any(|s| s.enabled) {
        return Err(Problem::failed("NO_SOURCES", "the settings name no source"));
    }
    let _lock = RunLock::take(workspace.data())?;
    let began = Instant::now();
    begin::take_lease(workspace).await?;
    let result = fenced(workspace, options, &progress, began).await;
    if matches!(&result, Err(failure) if failure.ledger_is_silent) {
        tracing::warn!("the ledger does not answer: the end of the run could not be noted, its lease runs out");
    } else if let Err(error) = workspace.ledger.release_lease().await {
        // Whoever took it over has it already.
        tracing::warn!(code = error.code(), "the lease could not be given back");
    }
    result.map_err(|failure| failure.problem)
}

async fn fenced(
    workspace: &Workspace,
    options: &RunOptions,
    progress: &Arc<dyn Progress>,
    began: Instant,
) -> Result<Report, Failure> {
    let (run_id, date) = match begin::begin(workspace, options.resume).await {
        Ok(begun) => begun,
        Err(problem) => return Err(begin::failure(workspace, problem).await),
    };
    let room = room::before_a_night(workspace).await;
    let refused = room.is_err();
    let ended = match room {
        Ok(()) => night(workspace, options, progress, &run_id, date, began).await,
        Err(problem) => Err(problem),
    };
    let failure = match ended {
        Ok(report) => return Ok(report),
        Err(problem) => begin::failure(workspace, problem).await,
    };
    if !failure.ledger_is_silent {
        let problem = &failure.problem;
        let parked = !refused && matches!(problem.code.as_str(), "STOPPED" | "DISK_SPACE");
        let status = if parked { RunStatus::Stopped } else { RunStatus::Failed };
        let error = Some((problem.code.as_str(), problem.cause.as_str()));
        if let Err(error) = workspace.ledger.finish_run(&run_id, status, workspace.clock.now(), error, None).await {
            tracing::warn!(code = error.code(), "the end of the run could not be noted");
        }
    }
    Err(failure)
}

async fn night(
    workspace: &Workspace,
    options: &RunOptions,
    progress: &Arc<dyn Progress>,
    run_id: &str,
    date: civil::Date,
    began: Instant,
) -> Result<Report, Problem> {
    let stages = Stages::new();
    progress.stage("connect");
    let catalogue = workspace.catalogue();
    let communes: Vec<String> =
        catalogue.communes_of(workspace.settings.province.code).iter().map(ToString::to_string).collect();
    let tasks = plan::connect(workspace, &communes, &workspace.ledger.current_snapshots().await?, date).await?;
    // What an earlier night promoted and had no time to move.
    let repaired = files::settle(workspace, &tasks, None).await?;
    let mut moved = repaired.clone();
    let mut forgotten = Forgotten { answers: forget::forget_answers(workspace).await?, findings: 0 };
    let stop = Stop::default();
    let mut removed = Removed::default();
    let mut done: Vec<Option<Done>> = tasks.iter().map(|_| None).collect();
    let work = async {
        for by_list in [false, true] {
            wave(workspace, options, progress, run_id, &communes, &tasks, by_list, &stages, &mut done).await?;
            stop.check()?;
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
        let decisions = links::decisions(&*workspace.ledger).await?;
        let inputs = Inputs::new(date, &current, workspace.rules.text(), workspace.units.digest(), &decisions);
        workspace.ledger.set_run_inputs(run_id, &inputs.to_json()?).await?;
        let reconciled = tokio::task::block_in_place(|| {
            let _span = tracing::info_span!("reconcile").entered();
            reconcile_stage::reconcile(workspace, &current, date, decisions, options.workers, &**progress)
        })?;
        tokio::task::block_in_place(|| lookup::write(workspace, run_id, &current, &reconciled.moved, options.workers))?;
        progress.stage("publish");
        stages.enter("publish");
        workspace.ledger.set_stage(run_id, "publish").await?;
        workspace.ledger.clear_incoming(run_id).await?;
        if current.is_empty() {
            // Nothing was ever read: that is no statement about any finding.
            return Ok((workspace.ledger.finding_counts().await?, String::new(), Links::default()));
        }
        let publishing = Instant::now();
        let mut known = workspace.ledger.known_findings().await?;
        let mut news = 0;
        for chunk in reconciled.findings.chosen(FINDINGS_AT_A_TIME, |id, hash| !known.has(id, hash)) {
            let chunk = chunk?;
            news += chunk.len();
            workspace.ledger.bring_in(run_id, chunk).await?;
        }
        let seconds = || publishing.elapsed().as_secs_f64();
        tracing::debug!(seconds = seconds(), known = known.len(), news, "findings are brought in");
        let stale: Vec<StaleCount> = reconciled.stale.iter().map(stale_count).collect();
        workspace.ledger.set_stale_counts(run_id, &stale).await?;
        let quality = quality::rows(&reconciled.quality, &workspace.settings.quality)?;
        workspace.ledger.set_quality(run_id, &quality).await?;
        let pairs = links::pairs(run_id, &reconciled.links)?;
        workspace.ledger.set_links(run_id, &pairs, &reconciled.links.model().unwrap_or_default()).await?;
        forgotten.findings = forget::hold_findings(workspace, run_id, &current).await?;
        let merging = workspace.ledger.merge_findings(run_id, date, &known);
        let counts = merging.instrument(tracing::info_span!("publish")).await?;
        tracing::debug!(seconds = seconds(), "findings are merged");
        let cases = morning::judge(workspace, run_id, &current, date, options.workers).await?;
        tracing::debug!(seconds = seconds(), cases, "due cases are judged");
        tidy(workspace, run_id).await?;
        removed = retention::apply(workspace, true).await;
        Ok::<_, Problem>((counts, reconciled.digest, reconciled.links))
    };
    let mut usage = Usage::default();
    let ended = tokio::select! {
        result = work => result,
        problem = heartbeat::keep_alive(workspace, run_id, date, &tasks, &stop, &mut usage) => return Err(problem),
    };
    let flushed = usage.flush(workspace, date, &tasks).await;
    // What ended the night is told, not what failed after it.
    let (counts, findings_digest, linked) = ended?;
    flushed?;
    let night = Night { run_id, date, tasks: &tasks, done: &done, moved: &moved };
    beats::write(workspace, &night, &communes).await?;
    let report = Report {
        seconds: (began.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        stages: stages.seconds(),
        peak_memory_mib: peak_memory_mib(),
        forgotten: (forgotten != Forgotten::default())
            .then_some(ForgottenCounts { answers: forgotten.answers, findings: forgotten.findings }),
        removed: (!removed.is_nothing()).then_some(removed),
        links: links::counts(&linked),
        link_model_digest: linked.model_digest(),
        findings_digest,
        ..summary::report(workspace, &night, counts).await?
    };
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

/// Pulls and promotes all tasks of one wave, sources side by side.
#[allow(clippy::too_many_arguments)]
async fn wave(
    workspace: &Workspace,
    options: &RunOptions,
    progress: &Arc<dyn Progress>,
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
        contexts.push((*at, Arc::new(context)));
    }
    let pulls = contexts.iter().map(|(at, context)| {
        let task = &tasks[*at];
        let span = tracing::info_span!("pull", source = %task.source, dataset = %task.dataset);
        pull_task(workspace, progress, run_id, task, context).instrument(span)
    });
    let statistics = futures::future::try_join_all(pulls).await?;
    progress.stage("promote");
    stages.enter("promote");
    workspace.ledger.set_stage(run_id, "promote").await?;
    for ((at, _), (statistics, seconds)) in contexts.iter().zip(statistics) {
        let task = &tasks[*at];
        let states = states(workspace, run_id, task).await?;
        let promotion = Options {
            approve_deletions: task.by_list() || options.approve_deletions.contains(&task.source),
            resume: &|last| task.connector.resume_cursor(last),
            partition_of: &|key| task.connector.partition_of(key),
            workers: options.workers,
        };
        let span = tracing::info_span!("promote", source = %task.source, dataset = %task.dataset);
        let promoted = promote(workspace, run_id, &task.source, task.dataset, task.making(), &states, promotion);
        let outcome = promoted.instrument(span).await?;
        done[*at] = Some(Done { outcome, statistics, seconds });
    }
    Ok(())
}

/// All partitions of one task, as many at a time as the source allows. Answers what was asked, and the
/// seconds that it took.
async fn pull_task(
    workspace: &Workspace,
    progress: &Arc<dyn Progress>,
    run_id: &str,
    task: &SourceTask,
    context: &Arc<PlanContext>,
) -> Result<(Statistics, f64), Problem> {
    let began = Instant::now();
    let before = task.connector.statistics();
    let pull = Pull {
        ledger: workspace.ledger.clone(),
        run_id: run_id.to_owned(),
        connector: task.connector.clone(),
        context: context.clone(),
        events: progress.clone(),
        said: Said::default(),
    };
    let partitions: Vec<Partition> =
        states(workspace, run_id, task).await?.into_iter().map(|state| state.partition).collect();
    pull_partitions(pull, partitions, task.settings.concurrency).await?;
    Ok((task.connector.statistics().since(&before), began.elapsed().as_secs_f64()))
}

pub(super) async fn states(
    workspace: &Workspace,
    run_id: &str,
    task: &SourceTask,
) -> Result<Vec<PartitionState>, Problem> {
    let mut states = workspace.ledger.partitions(run_id).await?;
    states.retain(|s| s.partition.source == task.source && s.partition.dataset == task.dataset);
    Ok(states)
}

/// Removes what no longer serves: old snapshots, stages of earlier runs.
async fn tidy(workspace: &Workspace, run_id: &str) -> Result<(), Problem> {
    workspace.ledger.drop_stale_stages(run_id).await?;
    snapshots::remove_superseded(workspace).await
}
