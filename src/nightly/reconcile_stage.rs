//! From current snapshots to findings: streams buckets through the pure engine.
//!
//! Everything is reconciled from scratch every night, so there is no state to go wrong. Memory is a
//! slice of a bucket for each worker, the survey's index, and what is known of rows without a usable
//! number.

use super::buckets::Snapshot;
use super::packed::{PackedFindings, Part, Summed};
use super::progress::Progress;
use super::quality::ages;
use super::stages::Marks;
use super::strays::{MovedRows, Strays};
use super::survey_stage::{Surveyed, survey};
use crate::problem::Problem;
use crate::rows::{Framed, is_forgotten};
use crate::workspace::Workspace;
use jiff::civil;
use reconcile::engine::{
    Context, Counted, Decisions, EVALUATED_COLUMNS, Index, Links, PeopleSeen, Row, Settled, Shared, SourceInfo, Table,
    Tally, evaluate_counted, global_counted,
};
use reconcile::quality::{Quality, quality};
use reconcile::stale_rates::{StaleRate, stale_rates};
use schemas::SourceId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::ledger::SnapshotRow;
use store::snapshots::{Slice, Slices, SnapshotReader};
use store::spill::Shelf;
use store::threads::on_threads;

/// What reconciling brought.
pub struct Reconciled {
    pub findings: PackedFindings,
    /// SHA-256 of the canonical export.
    pub digest: String,
    /// How much of each source is stale, commune by commune; worst first.
    pub stale: Vec<StaleRate>,
    /// How good each source is, commune by commune.
    pub quality: Vec<Quality>,
    /// What became of the rows without a usable number.
    pub links: Links,
    /// Rows that are found under another number than the person's.
    pub moved: MovedRows,
    /// Of the time it took, the first pass.
    pub survey_seconds: f64,
}

/// Reconciles what `current` holds, as of `date`, on `workers` threads. `decisions`: what officers
/// said of rows without a number.
pub fn reconcile(
    workspace: &Workspace,
    current: &[SnapshotRow],
    date: civil::Date,
    decisions: Decisions,
    workers: usize,
    progress: &dyn Progress,
) -> Result<Reconciled, Problem> {
    let (context, snapshots) = open(workspace, current, date)?;
    let Some(buckets) = snapshots.iter().map(|s| s.reader.manifest().buckets).min() else {
        let (findings, Summed { digest, .. }) = PackedFindings::of(Vec::new())?;
        return Ok(Reconciled {
            digest,
            findings,
            stale: Vec::new(),
            quality: Vec::new(),
            links: Links::default(),
            moved: MovedRows::new(workspace.data(), 0),
            survey_seconds: 0.0,
        });
    };
    let marks = Marks::begin();
    let Surveyed { index, strays, settled, moved } =
        survey(&context, &snapshots, workspace.data(), buckets, decisions, workers)?;
    let survey_seconds = marks.seconds();
    let done = AtomicUsize::new(0);
    let each: Vec<u32> = (0..buckets).collect();
    let province =
        Province { context: &context, index: &index, settled: &settled, snapshots: &snapshots, strays: &strays };
    let shelf = Shelf::new(workspace.data())?;
    let threads = on_threads(&each, workers, Evaluated::default, |evaluated, bucket| {
        province.bucket(*bucket, buckets, &shelf, evaluated)?;
        progress.buckets(done.fetch_add(1, Ordering::Relaxed) as u64 + 1, u64::from(buckets));
        Ok::<_, Problem>(())
    })?;
    marks.reached("the buckets are evaluated");
    drop(strays);
    let (mut tally, mut shared) = (Tally::default(), Shared::default());
    let mut found = Vec::with_capacity(buckets as usize + 1);
    let mut people = Vec::new();
    for thread in threads {
        found.extend(thread.found);
        tally.add(thread.tally);
        shared.add(thread.shared);
        people.push(thread.people);
    }
    let links = settled.links(people);
    let global = global_counted(&context, index, shared);
    tally.add(global.tally);
    found.push(Part::of(&global.findings, &shelf)?);
    let (findings, summed) = PackedFindings::of(found)?;
    marks.reached("the findings are merged");
    let names: Vec<SourceId> = context.sources.iter().map(|source| source.id.clone()).collect();
    let counts = tally.settled();
    let mut addresses = BTreeMap::new();
    for (place, counts) in counts.iter().filter(|(place, counts)| !place.commune.is_empty() && counts.addresses > 0) {
        *addresses.entry((names[place.source].to_string(), place.commune.clone())).or_default() += counts.addresses;
    }
    let enabled = |kind| context.rules.enabled(kind).is_some();
    let quality = quality(&names, &ages(workspace, current), enabled, &counts, &summed.groups);
    let stale = stale_rates(&addresses, &summed.stale);
    Ok(Reconciled { digest: summed.digest, findings, stale, quality, links, moved, survey_seconds })
}

fn open(
    workspace: &Workspace,
    current: &[SnapshotRow],
    date: civil::Date,
) -> Result<(Context, Vec<Snapshot>), Problem> {
    let (sources, snapshots) = open_snapshots(workspace, current)?;
    let context = Context {
        catalogue: workspace.catalogue(),
        rules: workspace.rules.clone(),
        date,
        province: workspace.settings.province.code,
        sources,
    };
    Ok((context, snapshots))
}

/// The snapshots of configured sources, and these sources.
pub(super) fn open_snapshots(
    workspace: &Workspace,
    current: &[SnapshotRow],
) -> Result<(Vec<SourceInfo>, Vec<Snapshot>), Problem> {
    let mut sources: Vec<SourceInfo> = Vec::new();
    let mut snapshots = Vec::new();
    for row in current {
        // A snapshot of a source that is no longer configured says nothing any more.
        let Some(settings) = workspace.settings.sources.get(&row.source).filter(|s| s.enabled) else { continue };
        let source = match sources.iter().position(|s| s.id == row.source) {
            Some(at) => at,
            None => {
                sources.push(SourceInfo { id: row.source.clone(), kind: settings.system(), complete: row.complete });
                sources.len() - 1
            }
        };
        sources[source].complete &= row.complete;
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        snapshots.push(Snapshot { source, kind: settings.system(), reader });
    }
    Ok((sources, snapshots))
}

/// What one thread has evaluated.
#[derive(Default)]
struct Evaluated {
    found: Vec<Part>,
    tally: Tally,
    shared: Shared,
    people: PeopleSeen,
}

/// What all buckets are evaluated with.
struct Province<'a> {
    context: &'a Context,
    index: &'a Index,
    settled: &'a Settled,
    snapshots: &'a [Snapshot],
    strays: &'a Strays,
}

impl Province<'_> {
    /// Evaluates a bucket, a slice of it at a time, and sees in it who is told of with rows without a
    /// number.
    fn bucket(&self, bucket: u32, buckets: u32, shelf: &Shelf, into: &mut Evaluated) -> Result<(), Problem> {
        let readers: Vec<_> = self.snapshots.iter().map(|s| (&s.reader, s.needed(EVALUATED_COLUMNS))).collect();
        let mut slices = Slices::of(&readers, bucket, buckets)?;
        let arrived = self.strays.arriving(bucket)?;
        let arrived = arrived.rows()?;
        let mut arrived = arrived.as_slice();
        while let Some(slice) = slices.next_slice()? {
            let (here, later) = arrived.split_at(arrived.partition_point(|(person, _)| slice.has(Some(person))));
            arrived = later;
            let counted = self.slice(bucket, slice, here.iter().map(|(_, row)| *row).collect(), &mut into.people);
            into.found.push(Part::of(&counted.findings, shelf)?);
            into.tally.add(counted.tally);
            into.shared.add(counted.shared);
        }
        Ok(())
    }

    /// `arrived`: rows of other places whose people are in the slice.
    fn slice(&self, bucket: u32, slice: Slice, arrived: Vec<Row<'_>>, people: &mut PeopleSeen) -> Counted {
        let held: Vec<Vec<(usize, Framed)>> = slice
            .rows
            .into_iter()
            .map(|rows| rows.into_iter().map(|rows| (rows.first, Framed(rows.frame))).collect())
            .collect();
        let mut tables: Vec<Table<'_, Framed>> = Vec::new();
        for (at, (snapshot, frames)) in self.snapshots.iter().zip(&held).enumerate() {
            let left = self.strays.left(at, bucket);
            for (first, frame) in frames {
                let from = left.partition_point(|row| (*row as usize) < *first);
                let to = left.partition_point(|row| (*row as usize) < first + frame.0.len());
                let mut without: Vec<usize> = left[from..to].iter().map(|row| *row as usize - first).collect();
                if snapshot.forgets() {
                    without.extend((0..frame.0.len()).filter(|row| is_forgotten(&frame.0.row(*row))));
                    without.sort_unstable();
                }
                let dataset = snapshot.reader.manifest().dataset;
                tables.push(Table { source: snapshot.source, dataset, columns: frame, without });
            }
        }
        tables.iter().for_each(|table| self.settled.see(self.context, table, people));
        evaluate_counted(self.context, self.index, &tables, arrived)
    }
}
