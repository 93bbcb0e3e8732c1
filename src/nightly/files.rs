//! What becomes of delivered files: put away before a night and after its promotions.

use super::plan::SourceTask;
use super::report::FileCounts;
use crate::problem::Problem;
use crate::sync::Outcome;
use crate::workspace::Workspace;
use connectors::files::Held;
use schemas::{Dataset, SourceId};
use std::collections::BTreeMap;
use store::snapshots::Manifest;

/// Settles the files of every source that has some. `outcomes` are those of the night, by task;
/// before it there are none. Files that cannot be moved stay and are told of: they stop no night.
pub(super) async fn settle(
    workspace: &Workspace,
    tasks: &[SourceTask],
    outcomes: Option<&[Option<&Outcome>]>,
) -> Result<BTreeMap<SourceId, FileCounts>, Problem> {
    let current = workspace.ledger.current_snapshots().await?;
    let mut counts: BTreeMap<SourceId, FileCounts> = BTreeMap::new();
    for (at, task) in tasks.iter().enumerate().filter(|(_, task)| task.capabilities.deliveries) {
        // Once for each source: its datasets share one folder.
        if tasks[..at].iter().any(|other| other.source == task.source) {
            continue;
        }
        let mut held = Held { night_over: outcomes.is_some(), ..Held::default() };
        for row in current.iter().filter(|row| row.source == task.source) {
            let manifest: Manifest = serde_json::from_str(&row.manifest)
                .map_err(|_| Problem::failed("LEDGER_CORRUPT", "a snapshot's manifest cannot be read"))?;
            let cursors = manifest.resume.into_iter();
            held.taken.extend(cursors.map(|(partition, cursor)| ((row.dataset, partition), cursor)));
        }
        for (other, outcome) in tasks.iter().zip(outcomes.unwrap_or_default()) {
            if let (true, Some(Outcome::Delivered { kept, .. })) = (other.source == task.source, outcome) {
                held.kept.extend(kept.iter().map(|kept| (key(other.dataset, kept), kept.code.clone())));
            }
        }
        let connector = task.connector.clone();
        let settled = tokio::task::block_in_place(|| connector.settle(&held));
        match settled {
            Ok(settled) => {
                counts.insert(task.source.clone(), settled.into());
            }
            Err(error) => {
                tracing::warn!(source = %task.source, code = %error.code, detail = %error.detail, "files stay where they are");
            }
        }
    }
    Ok(counts)
}

fn key(dataset: Dataset, kept: &crate::sync::KeptPartition) -> (Dataset, String) {
    (dataset, kept.partition.key.clone())
}
