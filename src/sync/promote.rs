//! From staged pages to the current snapshot of one (source, dataset).
//!
//! Whole or not at all: every partition must be complete, the counts must agree, few enough
//! records may be gone. Whatever fails, the last good snapshot stays the current one.

use super::deliveries;
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::settings::Run;
use schemas::{Cursor, Dataset, Partition, PartitionStatus, SourceId};
use std::path::PathBuf;
use store::invariants::{counts_agree, deletions_are_plausible};
use store::ledger::{PartitionState, SnapshotRow};
use store::snapshots::{Manifest, SnapshotBuilder, SnapshotReader};

/// Staged pages read at a time.
const PAGES_AT_A_TIME: i64 = 8;

/// What became of one (source, dataset).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Promoted(Box<Manifest>),
    /// Promoted earlier in this very run.
    AlreadyPromoted,
    /// The last good snapshot stays: a code and why.
    Kept {
        code: String,
        reason: String,
    },
    /// What was delivered tonight, partition by partition; `promoted` is nothing where all that
    /// there is was delivered before.
    Delivered {
        promoted: Option<Box<Manifest>>,
        kept: Vec<KeptPartition>,
    },
}

/// A partition that brought something tonight and keeps its last rows all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPartition {
    pub partition: Partition,
    pub code: String,
    pub reason: String,
}

/// How the dataset's snapshot is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// All records anew.
    Whole,
    /// The previous snapshot with changes applied.
    Feed,
    /// The previous answers, and tonight's over them.
    Mosaic,
    /// The partitions that brought something anew, the others as they were.
    Deliveries,
}

/// What the run decides about a promotion.
pub struct Options<'a> {
    /// A person has looked at the many deletions, or they mean nothing for this dataset.
    pub approve_deletions: bool,
    /// Where the next night begins, from the last cursor of a partition.
    pub resume: &'a (dyn Fn(&Cursor) -> Option<Cursor> + Sync),
    /// For deliveries: the partition of a record, by its key.
    pub partition_of: &'a (dyn Fn(&str) -> Option<&str> + Sync),
    /// Threads for folding, sorting and writing.
    pub workers: usize,
}

/// `states` are all partitions of this (source, dataset) in the run.
pub async fn promote(
    workspace: &Workspace,
    run_id: &str,
    source: &SourceId,
    dataset: Dataset,
    making: Making,
    states: &[PartitionState],
    options: Options<'_>,
) -> Result<Outcome, Problem> {
    let delivered = making == Making::Deliveries;
    let previous = workspace
        .ledger
        .current_snapshots()
        .await?
        .into_iter()
        .find(|row| row.source == *source && row.dataset == dataset);
    // A quiet night of a feed brings few records: one bad one among them is no bad night.
    let known = match &previous {
        Some(row) if making == Making::Feed => records_of(row)?,
        _ => 0,
    };
    let run = &workspace.settings.run;
    if !delivered && let Some(kept) = unfinished(states).or_else(|| implausible(run, states, known)) {
        return Ok(kept);
    }
    let all = states;
    let (mut states, mut kept): (Vec<&PartitionState>, _) = (all.iter().collect(), Vec::new());
    if delivered {
        let sorted = deliveries::sort(workspace, run_id, previous.as_ref(), all, &options).await?;
        (states, kept) = (sorted.accepted, sorted.kept);
        if states.is_empty() {
            return Ok(match unfinished(all).filter(|_| previous.is_none()) {
                Some(nothing) => nothing,
                None => Outcome::Delivered { promoted: None, kept },
            });
        }
    }
    let mut snapshot_id = format!("{run_id}-{source}-{dataset}");
    if previous.as_ref().is_some_and(|row| row.run_id == run_id) {
        if !has_stage(workspace, run_id, &states).await? {
            return Ok(Outcome::AlreadyPromoted);
        }
        snapshot_id = format!("{}-again", previous.as_ref().map_or(run_id, |row| row.snapshot_id.as_str()));
    }
    let relative = PathBuf::from("snapshots").join(source.as_str()).join(dataset.as_str());
    let home = workspace.data().join(&relative);
    let mut builder = SnapshotBuilder::new(&home, &snapshot_id, dataset, workspace.settings.run.buckets)?;
    builder.use_threads(options.workers);
    let mut carried = None;
    let before = match &previous {
        Some(row) if delivered => {
            let from_before = deliveries::carry(workspace, row, &states, &options, &mut builder)?;
            carried.insert(from_before).before
        }
        Some(row) => carry(workspace, row, making, &mut builder)?,
        None => 0,
    };
    for state in &states {
        builder.add_counts(state.served as u64, state.rejects as u64);
        let mut from = 0;
        loop {
            let pages = workspace.ledger.staged_pages(run_id, &state.partition, from, PAGES_AT_A_TIME).await?;
            from += pages.len() as i64;
            let last = (pages.len() as i64) < PAGES_AT_A_TIME;
            for page in pages {
                builder.add_page(page.rows, page.as_of)?;
            }
            if last {
                break;
            }
        }
    }
    let now = workspace.clock.now();
    let oldest_kept = carried.as_ref().and_then(|carried| carried.oldest);
    let as_of = states.iter().filter_map(|s| s.as_of).chain(oldest_kept).min().unwrap_or(now);
    let mut resume = carried.map(|carried| carried.resume).unwrap_or_default();
    match making {
        Making::Feed | Making::Deliveries => resume.extend(
            states.iter().filter_map(|s| Some((s.partition.key.clone(), (options.resume)(s.cursor.as_ref()?)?))),
        ),
        Making::Whole | Making::Mosaic => {}
    }
    let complete = making != Making::Mosaic;
    let (owner, id) = (source.clone(), snapshot_id.clone());
    let manifest = tokio::task::spawn_blocking(move || builder.finish(&id, &owner, complete, as_of, resume))
        .await
        .map_err(|e| Problem::failed("SNAPSHOT", e.to_string()))??;
    if making == Making::Whole && !options.approve_deletions {
        let share = workspace.settings.run.max_deletion_share;
        if let Err(error) = deletions_are_plausible(manifest.tally.gone, before, share) {
            let place = home.join(&snapshot_id);
            std::fs::remove_dir_all(&place)?;
            return Ok(Outcome::Kept { code: "DELETIONS_NEED_APPROVAL".into(), reason: error.to_string() });
        }
    }
    let row = SnapshotRow {
        snapshot_id: snapshot_id.clone(),
        run_id: run_id.to_owned(),
        source: source.clone(),
        dataset,
        complete,
        as_of,
        fetched_at: now,
        directory: relative.join(&snapshot_id).to_string_lossy().into_owned(),
        manifest: serde_json::to_string(&manifest).map_err(|e| Problem::failed("SNAPSHOT", e.to_string()))?,
    };
    workspace.ledger.promote(&row).await?;
    tracing::info!(
        source = %source, dataset = %dataset, snapshot = %snapshot_id, records = manifest.records, "a snapshot was promoted"
    );
    let manifest = Box::new(manifest);
    Ok(if delivered { Outcome::Delivered { promoted: Some(manifest), kept } } else { Outcome::Promoted(manifest) })
}

/// Why the pull is not whole: nothing read is not whole either.
fn unfinished(states: &[PartitionState]) -> Option<Outcome> {
    if states.is_empty() {
        let reason = "there was nothing to pull: no file, or no list of whom to ask".to_owned();
        return Some(Outcome::Kept { code: "NOTHING_TO_PULL".into(), reason });
    }
    let missing: Vec<&PartitionState> = states.iter().filter(|s| s.status != PartitionStatus::Complete).collect();
    let first = missing.first()?;
    Some(Outcome::Kept {
        code: first.error_code.clone().unwrap_or_else(|| "not_pulled".into()),
        reason: format!(
            "{} of {} partitions are missing; the first: {}: {}",
            missing.len(),
            states.len(),
            first.partition.key,
            first.error_detail.as_deref().unwrap_or("not pulled yet")
        ),
    })
}

fn records_of(row: &SnapshotRow) -> Result<i64, Problem> {
    let manifest: Manifest = serde_json::from_str(&row.manifest)
        .map_err(|_| Problem::failed("LEDGER_CORRUPT", "a snapshot's manifest cannot be read"))?;
    Ok(manifest.records as i64)
}

/// Counts that do not agree, or too many unreadable records: of those served tonight, or of those
/// `known` from before where a feed brings only what changed.
fn implausible(settings: &Run, states: &[PartitionState], known: i64) -> Option<Outcome> {
    for state in states {
        let total = state.total.map(|t| t as u64);
        if let Err(error) = counts_agree(&state.partition.to_string(), state.served as u64, total) {
            return Some(Outcome::Kept { code: "COUNTS_DISAGREE".into(), reason: error.to_string() });
        }
    }
    let served: i64 = states.iter().map(|s| s.served).sum();
    let rejects: i64 = states.iter().map(|s| s.rejects).sum();
    (rejects as f64 > served.max(known) as f64 * settings.max_quarantine_share).then(|| Outcome::Kept {
        code: "TOO_MANY_UNREADABLE".into(),
        reason: format!("{rejects} of {served} records could not be read: see doisoat quarantine list"),
    })
}

async fn has_stage(workspace: &Workspace, run_id: &str, states: &[&PartitionState]) -> Result<bool, Problem> {
    for state in states {
        if !workspace.ledger.staged_pages(run_id, &state.partition, 0, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Brings the previous snapshot in: its rows for feeds and mosaics, else only what it knew.
fn carry(
    workspace: &Workspace,
    row: &SnapshotRow,
    making: Making,
    builder: &mut SnapshotBuilder,
) -> Result<u64, Problem> {
    let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
    let columns: Option<&[&str]> = if making == Making::Whole { Some(&["record_key", "part"]) } else { None };
    for bucket in 0..reader.manifest().buckets {
        let frame = reader.bucket(bucket, columns)?;
        for row in frame.iter() {
            match making {
                Making::Whole if row.part == 0 => builder.add_known(row.record_key)?,
                Making::Whole => {}
                // Deliveries are carried by partition.
                Making::Deliveries => {}
                Making::Feed | Making::Mosaic => builder.add_carried(row.to_record(), row.as_of)?,
            }
        }
    }
    Ok(reader.manifest().records)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(served: i64, rejects: i64) -> PartitionState {
        PartitionState {
            partition: Partition::new(&SourceId::parse("one_stop").expect("a name"), Dataset::Dossier, "v"),
            status: PartitionStatus::Complete,
            cursor: None,
            pages: 1,
            served,
            records: served - rejects,
            rejects,
            total: None,
            as_of: None,
            error_code: None,
            error_detail: None,
        }
    }

    fn code(served: i64, rejects: i64, known: i64) -> Option<String> {
        match implausible(&Run::default(), &[state(served, rejects)], known) {
            Some(Outcome::Kept { code, .. }) => Some(code),
            _ => None,
        }
    }

    #[test]
    fn one_bad_record_of_a_quiet_night_does_not_hold_a_feed_back_but_many_do() {
        assert_eq!(code(10, 1, 0).as_deref(), Some("TOO_MANY_UNREADABLE"), "all there is");
        assert_eq!(code(10, 1, 5_000), None, "one of five thousand");
        assert_eq!(code(100, 51, 5_000).as_deref(), Some("TOO_MANY_UNREADABLE"));
        assert_eq!(code(10_000, 100, 5_000), None, "the hundredth part is allowed");
    }
}
