//! Promotion of what is delivered by partition: commune files.
//!
//! Each partition is whole or not at all by itself. One that brought a file tonight is replaced;
//! one that brought none, or one that must not be believed, keeps the rows of the last snapshot.
//! For the snapshot as a whole the invariants are those of [`super::promote`]: nothing lost, counts
//! that agree, one swap, few deletions unless a person approves.

use super::promote::{KeptPartition, Options};
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::settings::Run;
use jiff::Timestamp;
use schemas::{Cursor, PartitionStatus};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use store::invariants::{counts_agree, deletions_are_plausible};
use store::ledger::{PartitionState, SnapshotRow};
use store::snapshots::{SnapshotBuilder, SnapshotReader};

/// A short list may have a few rows that cannot be read: one in a hundred of fifty rows is none.
const FEW: f64 = 5.0;

/// The partitions that are replaced tonight, and those that are not although they brought a file.
pub(super) struct Sorted<'s> {
    pub accepted: Vec<&'s PartitionState>,
    pub kept: Vec<KeptPartition>,
}

pub(super) async fn sort<'s>(
    workspace: &Workspace,
    run_id: &str,
    previous: Option<&SnapshotRow>,
    states: &'s [PartitionState],
    options: &Options<'_>,
) -> Result<Sorted<'s>, Problem> {
    let mut sorted = Sorted { accepted: Vec::new(), kept: Vec::new() };
    let run = &workspace.settings.run;
    let before = match previous {
        Some(row) => known_keys(workspace, row, states, options)?,
        None => HashMap::new(),
    };
    let promoted_in_this_run = previous.is_some_and(|row| row.run_id == run_id);
    for state in states {
        let mut keep = |code: &str, reason: String| {
            let partition = state.partition.clone();
            sorted.kept.push(KeptPartition { partition, code: code.to_owned(), reason });
        };
        if state.status != PartitionStatus::Complete {
            let code = state.error_code.as_deref().unwrap_or("not_pulled");
            keep(code, state.error_detail.clone().unwrap_or_else(|| "not pulled yet".to_owned()));
            continue;
        }
        let pages = workspace.ledger.staged_pages(run_id, &state.partition, 0, i64::MAX).await?;
        if pages.is_empty() && promoted_in_this_run {
            // Its rows are in the snapshot already, and stay there with the others'.
            continue;
        }
        if let Err(error) =
            counts_agree(&state.partition.to_string(), state.served as u64, state.total.map(|t| t as u64))
        {
            keep("COUNTS_DISAGREE", error.to_string());
            continue;
        }
        if too_many_unreadable(run, state) {
            let reason = format!("{} of {} rows could not be read", state.rejects, state.served);
            keep("TOO_MANY_UNREADABLE", reason);
            continue;
        }
        let empty = HashSet::new();
        let known = before.get(&state.partition.key).unwrap_or(&empty);
        let brought: HashSet<u64> = pages
            .iter()
            .flat_map(|page| &page.rows)
            .filter(|row| !row.envelope.deleted)
            .map(|row| hash(&row.envelope.record_key))
            .collect();
        let gone = known.difference(&brought).count() as u64;
        match deletions_are_plausible(gone, known.len() as u64, run.max_deletion_share) {
            Err(error) if !options.approve_deletions => keep("DELETIONS_NEED_APPROVAL", error.to_string()),
            _ => sorted.accepted.push(state),
        }
    }
    Ok(sorted)
}

fn too_many_unreadable(run: &Run, state: &PartitionState) -> bool {
    let (served, rejects) = (state.served as f64, state.rejects as f64);
    rejects > (served * run.max_quarantine_share).max(FEW) || rejects * 2.0 > served
}

/// Hashes of the keys that the last snapshot has of the partitions that brought a file.
fn known_keys(
    workspace: &Workspace,
    row: &SnapshotRow,
    states: &[PartitionState],
    options: &Options<'_>,
) -> Result<HashMap<String, HashSet<u64>>, Problem> {
    let mut known: HashMap<String, HashSet<u64>> = HashMap::new();
    for state in states {
        known.entry(state.partition.key.clone()).or_default();
    }
    let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
    for bucket in 0..reader.manifest().buckets {
        for row in reader.bucket(bucket, Some(&["record_key", "part"]))?.iter().filter(|row| row.part == 0) {
            if let Some(keys) = (options.partition_of)(row.record_key).and_then(|partition| known.get_mut(partition)) {
                keys.insert(hash(row.record_key));
            }
        }
    }
    Ok(known)
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// What the last snapshot gives on.
pub(super) struct Carried {
    /// Records of the partitions that are replaced tonight.
    pub before: u64,
    /// Of the rows that stay.
    pub oldest: Option<Timestamp>,
    /// Cursors of all its partitions.
    pub resume: BTreeMap<String, Cursor>,
}

/// Brings the rows of all other partitions into the new snapshot.
pub(super) fn carry(
    workspace: &Workspace,
    row: &SnapshotRow,
    accepted: &[&PartitionState],
    options: &Options<'_>,
    builder: &mut SnapshotBuilder,
) -> Result<Carried, Problem> {
    let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
    let replaced: HashSet<&str> = accepted.iter().map(|state| state.partition.key.as_str()).collect();
    let mut carried = Carried { before: 0, oldest: None, resume: reader.manifest().resume.clone() };
    let mut last = String::new();
    for bucket in 0..reader.manifest().buckets {
        let frame = reader.bucket(bucket, None)?;
        for row in frame.iter() {
            if (options.partition_of)(row.record_key).is_some_and(|partition| replaced.contains(partition)) {
                if row.part == 0 {
                    builder.add_known(row.record_key)?;
                    carried.before += 1;
                }
                continue;
            }
            if row.as_of != last {
                row.as_of.clone_into(&mut last);
                let at = row.as_of.parse::<Timestamp>().ok();
                carried.oldest = carried.oldest.into_iter().chain(at).min();
            }
            builder.add_carried(row.to_record(), row.as_of)?;
        }
    }
    Ok(carried)
}
