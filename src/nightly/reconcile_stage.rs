//! From current snapshots to findings: streams buckets through the pure engine.
//!
//! Everything is reconciled from scratch every night, so there is no state to go wrong. Memory is
//! one bucket for each worker, the survey's index, and the rows that stand under a number other
//! than their person's current one, or under none.

use super::buckets::{Snapshot, frames, on_threads};
use super::progress::Progress;
use super::quality::ages;
use super::strays::{Stray, Strays};
use super::survey_stage::{Surveyed, survey};
use crate::problem::Problem;
use crate::rows::engine_row;
use crate::workspace::Workspace;
use jiff::civil;
use reconcile::engine::{
    Context, Counted, Decisions, EVALUATED_COLUMNS, Index, Links, Row, Shared, SourceInfo, Tally, evaluate_counted,
    findings_digest, global_counted, merged,
};
use reconcile::quality::{Quality, quality};
use reconcile::stale_rates::{StaleRate, stale_rates};
use reconcile::units::Catalogue;
use schemas::{Dataset, Finding, SourceId};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store::ledger::SnapshotRow;
use store::snapshots::{Frame, SnapshotReader};

/// What reconciling brought.
pub struct Reconciled {
    pub findings: Vec<Finding>,
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
        let findings = Vec::new();
        let digest = findings_digest(&findings, workers);
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
    let buckets_only: Vec<(usize, u32)> = (0..buckets).map(|bucket| (0, bucket)).collect();
    let parts = on_threads(&buckets_only, workers, Vec::new, |parts, _, bucket| {
        parts.push(one_bucket(&context, &index, &snapshots, &strays, bucket, buckets)?);
        progress.buckets(done.fetch_add(1, Ordering::Relaxed) as u64 + 1, u64::from(buckets));
        Ok(())
    })?;
    let parts: Vec<Counted> = parts.into_iter().flatten().collect();
    drop(strays);
    let (mut tally, mut shared) = (Tally::default(), Shared::default());
    let mut found = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        tally.add(part.tally);
        shared.add(part.shared);
        found.push(part.findings);
    }
    let global = global_counted(&context, index, shared);
    tally.add(global.tally);
    found.push(global.findings);
    let findings = merged(found);
    let names: Vec<SourceId> = context.sources.iter().map(|source| source.id.clone()).collect();
    let counts = tally.settled();
    let mut addresses = BTreeMap::new();
    for (place, counts) in counts.iter().filter(|(place, counts)| !place.commune.is_empty() && counts.addresses > 0) {
        *addresses.entry((names[place.source].to_string(), place.commune.clone())).or_default() += counts.addresses;
    }
    let enabled = |kind| context.rules.enabled(kind).is_some();
    let quality = quality(&names, &ages(workspace, current), enabled, &counts, &findings);
    let stale = stale_rates(&addresses, &findings);
    Ok(Reconciled {
        digest: findings_digest(&findings, workers),
        findings,
        stale,
        quality,
        links,
        moved,
        survey_seconds,
    })
}

fn open(
    workspace: &Workspace,
    current: &[SnapshotRow],
    date: civil::Date,
) -> Result<(Context, Vec<Snapshot>), Problem> {
    let (sources, snapshots) = open_snapshots(workspace, current)?;
    let context = Context {
        catalogue: Catalogue::new(&workspace.units),
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
        held.push(frames(snapshot, bucket, buckets, snapshot.needed(EVALUATED_COLUMNS))?);
    }
    let count = held.iter().flatten().map(Frame::len).sum::<usize>();
    let arriving = strays.arriving(bucket);
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(count + arriving.len());
    for (at, (snapshot, frames)) in snapshots.iter().zip(&held).enumerate() {
        let mut left = strays.left(at, bucket);
        for (number, row) in frames.iter().flat_map(Frame::iter).enumerate() {
            if left.first() == Some(&number) {
                left = &left[1..];
            } else if !snapshot.forgot(&row) {
                rows.push(engine_row(snapshot.source, &row));
            }
        }
    }
    rows.extend(arriving.iter().map(Stray::row));
    Ok(evaluate_counted(context, index, &rows))
}
