//! Answers about single citizens are kept for a time. When it is up their values go, and what was
//! concluded from them stays: the finding without its values, and the hash by which a decision
//! knows whether anything changed.
//!
//! A forgotten row says only that there was an answer, and when: the rotation goes on from it, and
//! nobody is taken for never asked.

use crate::problem::Problem;
use crate::rows::is_forgotten;
use crate::workspace::Workspace;
use config::settings::ANSWER_LIFE_DAYS;
use jiff::{SignedDuration, Timestamp, civil};
use schemas::clock::vietnam_date;
use schemas::{CanonicalRecord, Dataset, PersonRecord, Record, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use store::failpoint;
use store::ledger::{FindingState, SnapshotRow, StoredFinding};
use store::snapshots::{RowView, SnapshotBuilder, SnapshotReader};

/// What a night did about answers whose time is up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Forgotten {
    /// Answers whose values were removed.
    pub answers: u64,
    /// Findings that keep their state because they rest on such answers.
    pub findings: u64,
}

/// How long the answers of one source are kept.
struct Limit {
    oldest: Timestamp,
    day: civil::Date,
}

/// `None`: for ever. What a source answered that is no longer there, or is asked otherwise by now,
/// is not kept longer for that.
fn limit(workspace: &Workspace, source: &SourceId) -> Option<Limit> {
    let settings = workspace.settings.sources.get(source).filter(|settings| settings.keeps_answers());
    let days = settings.map_or(ANSWER_LIFE_DAYS, |settings| settings.answer_life_days);
    let oldest = workspace.clock.now().checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok()?;
    Some(Limit { oldest, day: vietnam_date(oldest) }).filter(|_| days > 0)
}

fn is_due(row: &RowView<'_>, limit: &Limit) -> bool {
    // An instant that cannot be read is no reason to keep a citizen's data.
    !is_forgotten(row) && row.as_of.parse::<Timestamp>().map_or(true, |as_of| as_of < limit.oldest)
}

/// Empties the answers whose time is up, also those of sources that are not asked tonight, and
/// removes the older snapshots that still hold such answers. Answers how many were emptied.
pub(super) async fn forget_answers(workspace: &Workspace) -> Result<u64, Problem> {
    let mut forgotten = 0;
    for row in workspace.ledger.current_snapshots().await?.iter().filter(|row| is_mosaic(row)) {
        let Some(limit) = limit(workspace, &row.source) else { continue };
        let due = count_due(workspace, row, &limit)?;
        if due > 0 {
            empty(workspace, row, &limit).await?;
            failpoint::hit("answers.forgotten");
            tracing::info!(source = %row.source, answers = due, "answers whose time is up were emptied");
            forgotten += due;
        }
    }
    for row in workspace.ledger.superseded_snapshots(0).await?.iter().filter(|row| is_mosaic(row)) {
        let Some(limit) = limit(workspace, &row.source) else { continue };
        let place = workspace.data().join(&row.directory);
        if place.exists() && count_due(workspace, row, &limit)? == 0 {
            continue;
        }
        if place.exists() {
            std::fs::remove_dir_all(&place)?;
        }
        workspace.ledger.mark_removed(&row.snapshot_id).await?;
    }
    Ok(forgotten)
}

fn is_mosaic(row: &SnapshotRow) -> bool {
    !row.complete && row.dataset == Dataset::Person
}

fn count_due(workspace: &Workspace, row: &SnapshotRow, limit: &Limit) -> Result<u64, Problem> {
    let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
    let mut due = 0;
    for bucket in 0..reader.manifest().buckets {
        let frame = reader.bucket(bucket, Some(&["as_of", "personal_id", "old_id", "name"]))?;
        due += frame.iter().filter(|row| is_due(row, limit)).count() as u64;
    }
    Ok(due)
}

/// A new snapshot of the same night, without the values that are due.
async fn empty(workspace: &Workspace, row: &SnapshotRow, limit: &Limit) -> Result<(), Problem> {
    let before = workspace.data().join(&row.directory);
    let home = before.parent().unwrap_or(&before).to_owned();
    let reader = SnapshotReader::open(&before)?;
    let base = row.snapshot_id.split("-forgotten-").next().unwrap_or(&row.snapshot_id);
    let snapshot_id = format!("{base}-forgotten-{}", workspace.clock.now().strftime("%Y%m%dT%H%M%SZ"));
    let mut builder = SnapshotBuilder::new(&home, &snapshot_id, row.dataset, reader.manifest().buckets)?;
    for bucket in 0..reader.manifest().buckets {
        let frame = reader.bucket(bucket, None)?;
        for kept in frame.iter() {
            let record = kept.to_record();
            let record = if is_due(&kept, limit) { emptied(record) } else { record };
            builder.add_carried(record, kept.as_of)?;
        }
    }
    let resume = reader.manifest().resume.clone();
    let (source, id, as_of) = (row.source.clone(), snapshot_id.clone(), row.as_of);
    let manifest = tokio::task::spawn_blocking(move || builder.finish(&id, &source, false, as_of, resume))
        .await
        .map_err(|e| Problem::failed("SNAPSHOT", e.to_string()))??;
    let relative = std::path::Path::new(&row.directory).with_file_name(&snapshot_id);
    let emptied = SnapshotRow {
        snapshot_id,
        directory: relative.to_string_lossy().into_owned(),
        manifest: serde_json::to_string(&manifest).map_err(|e| Problem::failed("SNAPSHOT", e.to_string()))?,
        ..row.clone()
    };
    Ok(workspace.ledger.promote(&emptied).await?)
}

fn emptied(record: CanonicalRecord) -> CanonicalRecord {
    let mut envelope = record.envelope;
    envelope.commune = None;
    CanonicalRecord { envelope, record: Record::Person(PersonRecord::default()) }
}

/// Takes the values of forgotten answers out of findings, and lets those findings stand: what a
/// lesser source says does not replace a verdict that the population source gave. Answers how
/// many. Comes after the night's findings were brought in.
pub(super) async fn hold_findings(
    workspace: &Workspace,
    run_id: &str,
    current: &[SnapshotRow],
) -> Result<u64, Problem> {
    let mut forgotten: BTreeMap<SourceId, (Limit, BTreeSet<String>)> = BTreeMap::new();
    for row in current.iter().filter(|row| is_mosaic(row)) {
        let Some(limit) = limit(workspace, &row.source) else { continue };
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        let mut keys = BTreeSet::new();
        for bucket in 0..reader.manifest().buckets {
            let frame = reader.bucket(bucket, Some(&["personal_id", "old_id", "name"]))?;
            keys.extend(frame.iter().filter(is_forgotten).map(|row| row.record_key.to_owned()));
        }
        forgotten.insert(row.source.clone(), (limit, keys));
    }
    if forgotten.is_empty() {
        return Ok(0);
    }
    let forget = |found: &mut StoredFinding| {
        let mut rests_on_it = false;
        for (source, (limit, keys)) in &forgotten {
            // What is gone since then quotes an answer that is older still.
            let long_gone = found.state == FindingState::Gone
                && found.last_date.parse::<civil::Date>().is_ok_and(|last| last < limit.day);
            rests_on_it |= found.finding.forget(source, |key| long_gone || keys.contains(key));
        }
        rests_on_it
    };
    Ok(workspace.ledger.hold_findings(run_id, &forget).await?)
}
