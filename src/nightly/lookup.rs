//! After reconciling: by what everything can be found, for who asks about one citizen or one case.

use super::buckets::{Snapshot, places};
use super::reconcile_stage::open_snapshots;
use super::strays::MovedRows;
use crate::problem::Problem;
use crate::rows::engine_row;
use crate::workspace::Workspace;
use reconcile::lookup::{COLUMNS, keys, moved};
use store::ledger::SnapshotRow;
use store::snapshots::{LookupBuilder, LookupEntry, LookupLines};
use store::threads::on_threads;

/// Writes the lookup of a run over what it reconciled. `elsewhere`: rows that do not stand under
/// the number of their person.
pub(super) fn write(
    workspace: &Workspace,
    run_id: &str,
    current: &[SnapshotRow],
    elsewhere: &MovedRows,
    workers: usize,
) -> Result<u64, Problem> {
    let (sources, snapshots) = open_snapshots(workspace, current)?;
    let Some(buckets) = snapshots.iter().map(|s| s.reader.manifest().buckets).min() else { return Ok(0) };
    let builder = LookupBuilder::new(&workspace.lookups(), run_id)?;
    let all: Vec<(usize, &Snapshot)> = snapshots.iter().enumerate().collect();
    on_threads(&places(&all, buckets), workers, LookupLines::default, |lines, &(at, bucket)| {
        let snapshot = &snapshots[at];
        let dataset = snapshot.reader.manifest().dataset;
        for frame in snapshot.reader.groups(bucket, buckets, Some(COLUMNS)) {
            for row in frame?.iter().filter(|row| !snapshot.forgot(row)) {
                let row = engine_row(snapshot.source, &row);
                for (key, person) in keys(snapshot.kind, &row) {
                    let entry = LookupEntry {
                        key,
                        source: sources[snapshot.source].id.clone(),
                        dataset,
                        place: row.link_key().unwrap_or(row.record_key).to_owned(),
                        record_key: row.record_key.to_owned(),
                        part: row.part,
                        person,
                    };
                    lines.push(&entry)?;
                }
            }
        }
        builder.add(lines)?;
        Ok::<_, Problem>(())
    })?;
    let mut lines = LookupLines::default();
    elsewhere.each(|row| {
        let entry = LookupEntry {
            key: moved(row.person),
            source: sources[row.source].id.clone(),
            dataset: row.dataset,
            place: row.place.to_owned(),
            record_key: row.record_key.to_owned(),
            part: row.part,
            person: Some(row.person.to_owned()),
        };
        Ok(lines.push(&entry)?)
    })?;
    builder.add(&mut lines)?;
    Ok(builder.finish(workers)?)
}
