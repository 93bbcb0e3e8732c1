//! From current snapshots to findings: streams buckets through the pure engine.
//!
//! Everything is reconciled from scratch every night, so there is no state to go wrong. Memory is
//! one bucket for each worker, the survey's index, and the rows that stand under a number other
//! than their person's current one, or under none.

use super::buckets::Snapshot;
use super::packed::{PackedFindings, Part, Summed};
use super::progress::Progress;
use super::quality::ages;
use super::strays::{Stray, Strays};
use super::survey_stage::{Surveyed, survey};
use crate::problem::Problem;
use crate::rows::{Framed, is_forgotten};
use crate::workspace::Workspace;
use jiff::civil;
use reconcile::engine::{
    Context, Counted, Decisions, EVALUATED_COLUMNS, Index, Links, Row, Shared, SourceInfo, Table, Tally,
    evaluate_counted, global_counted,
};
use reconcile::quality::{Quality, quality};
use reconcile::stale_rates::{StaleRate, stale_rates};
use schemas::{Dataset, SourceId};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store::ledger::SnapshotRow;
use store::snapshots::SnapshotReader;
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
    pub moved: Vec<Moved>,
    /// Of the time it took, the first pass.
    pub survey_seconds: f64,
}

/// A row that belongs to a person under whose number it does not stand.
pub struct Moved {
    pub source: SourceId,
    pub dataset: Dataset,
    /// Its link key, or its record key where it has none.
    pub place: String,
    pub record_key: String,
    pub part: u16,
    /// The person's number.
    pub person: String,
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
            moved: Vec::new(),
            survey_seconds: 0.0,
        });
    };
    let began = Instant::now();
    let Surveyed { index, strays, links, moved } = survey(&context, &snapshots, buckets, decisions, workers)?;
    let survey_seconds = began.elapsed().as_secs_f64();
    let done = AtomicUsize::new(0);
    let each: Vec<u32> = (0..buckets).collect();
    let parts = on_threads(&each, workers, Vec::new, |parts, bucket| {
        let Counted { findings, tally, shared } = one_bucket(&context, &index, &snapshots, &strays, *bucket, buckets)?;
        parts.push((Part::of(&findings)?, tally, shared));
        progress.buckets(done.fetch_add(1, Ordering::Relaxed) as u64 + 1, u64::from(buckets));
        Ok::<_, Problem>(())
    })?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the buckets are evaluated");
    drop(strays);
    let (mut tally, mut shared) = (Tally::default(), Shared::default());
    let mut found = Vec::with_capacity(buckets as usize + 1);
    for (findings, part_tally, part_shared) in parts.into_iter().flatten() {
        tally.add(part_tally);
        shared.add(part_shared);
        found.push(findings);
    }
    let global = global_counted(&context, index, shared);
    tally.add(global.tally);
    found.push(Part::of(&global.findings)?);
    let (findings, summed) = PackedFindings::of(found)?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the findings are merged");
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

fn one_bucket(
    context: &Context,
    index: &Index,
    snapshots: &[Snapshot],
    strays: &Strays,
    bucket: u32,
    buckets: u32,
) -> Result<Counted, Problem> {
    let mut held = Vec::with_capacity(snapshots.len());
    for snapshot in snapshots {
        let frames = snapshot.reader.coarse_bucket(bucket, buckets, snapshot.needed(EVALUATED_COLUMNS))?;
        held.push(frames.into_iter().map(Framed).collect::<Vec<_>>());
    }
    let rows: Vec<Row<'_>> = strays.arriving(bucket).iter().map(Stray::row).collect();
    let mut tables: Vec<Table<'_, Framed>> = Vec::new();
    for (at, (snapshot, frames)) in snapshots.iter().zip(&held).enumerate() {
        let mut left = strays.left(at, bucket);
        let mut before = 0;
        for frame in frames {
            let here = left.partition_point(|row| *row < before + frame.0.len());
            let mut without: Vec<usize> = left[..here].iter().map(|row| row - before).collect();
            left = &left[here..];
            before += frame.0.len();
            if snapshot.forgets() {
                without.extend((0..frame.0.len()).filter(|row| is_forgotten(&frame.0.row(*row))));
                without.sort_unstable();
            }
            let dataset = snapshot.reader.manifest().dataset;
            tables.push(Table { source: snapshot.source, dataset, columns: frame, without });
        }
    }
    Ok(evaluate_counted(context, index, &tables, rows))
}
