//! What became of the night, source by source: the age of good data first.

use super::incidents::{incidents, interconnects};
use super::plan::SourceTask;
use super::quality;
use super::report::{AnswerCounts, FileCounts, Report, SourceReport, StaleSource};
use super::run::states;
use crate::problem::Problem;
use crate::sync::{Making, Outcome};
use crate::workspace::Workspace;
use connectors::connector::Statistics;
use jiff::civil;
use reconcile::stale_rates::StaleRate;
use schemas::{PartitionStatus, RunStatus, SourceId, SourceStatus};
use std::collections::BTreeMap;
use store::ledger::{FindingCounts, PartitionState, StaleCount};

/// What a task did in this attempt.
pub(super) struct Done {
    pub outcome: Outcome,
    pub statistics: Statistics,
    /// How long it was pulled.
    pub seconds: f64,
}

/// A night at its end.
pub(super) struct Night<'a> {
    pub run_id: &'a str,
    pub date: civil::Date,
    pub tasks: &'a [SourceTask],
    pub done: &'a [Option<Done>],
    /// What became of the files of each source that has files.
    pub moved: &'a BTreeMap<SourceId, FileCounts>,
}

/// The report of a night, but for what only the run itself knows: times, memory, the digest.
pub(super) async fn report(workspace: &Workspace, night: &Night<'_>, counts: FindingCounts) -> Result<Report, Problem> {
    let Night { run_id, date, tasks, done, moved } = *night;
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
                not_confirmed: statistics.not_confirmed,
                could_not_ask: statistics.could_not_ask,
            }),
            files: moved.get(&task.source).copied().filter(|_| tasks_first(tasks, &task.source) == Some(task.dataset)),
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
        seconds: 0.0,
        stages: BTreeMap::new(),
        peak_memory_mib: None,
        business_date: date.to_string(),
        province: workspace.settings.province.code.to_string(),
        ledger: workspace.ledger.database().to_owned(),
        incidents: incidents(&interconnects(tasks), &workspace.ledger.partitions(run_id).await?),
        sources,
        stale_units: stale_sources(workspace.ledger.stale_counts(run_id).await?),
        quality: quality::by_source(
            &quality::read(workspace.ledger.quality(run_id).await?)?,
            &workspace.settings.quality,
        ),
        links: Vec::new(),
        link_model_digest: String::new(),
        forgotten: None,
        removed: None,
        findings: counted(counts.by_kind),
        finding_states: counted(counts.by_state),
        findings_digest: String::new(),
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
    let nobody_answered =
        task.making() == Making::Mosaic && answers.found + answers.not_found + answers.not_confirmed == 0;
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
