//! From current snapshots to findings: streams buckets through the pure engine.
//!
//! Everything is reconciled from scratch every night, so there is no state to go wrong. Memory is
//! one bucket for each worker, the survey's index, and the rows that stand under a number other
//! than their person's current one, or under none.

use super::buckets::{Snapshot, each_bucket, frames, on_threads, places};
use super::progress::Progress;
use super::quality::ages;
use crate::problem::Problem;
use crate::rows::{engine_row, record_row};
use crate::workspace::Workspace;
use config::SourceKind;
use jiff::civil;
use reconcile::engine::{
    Context, Counted, Decisions, Found, Index, Links, Placement, Row, Search, SourceInfo, Survey, Tally,
    evaluate_counted, findings_digest, global_counted, merged,
};
use reconcile::quality::{Quality, quality};
use reconcile::stale_rates::{StaleRate, stale_rates};
use reconcile::units::Catalogue;
use schemas::{CanonicalRecord, Dataset, Finding, PersonalId, SourceId, bucket_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store::ledger::SnapshotRow;
use store::snapshots::{Frame, RowView, SnapshotReader};

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

/// A row that belongs to a person of another bucket.
struct Stray {
    source: usize,
    record: CanonicalRecord,
}

/// Where the rows are that moved: skipped at home, added where their person is.
#[derive(Default)]
struct Strays {
    /// By bucket of the person.
    arriving: BTreeMap<u32, Vec<Stray>>,
    /// (snapshot, bucket, row).
    left: BTreeSet<(usize, u32, usize)>,
}

impl Stray {
    fn of(source: usize, row: &RowView<'_>) -> Self {
        Self { source, record: row.to_record() }
    }
}

impl Strays {
    /// Moves the row at `place` to the bucket `target`, unless it is there.
    fn send(&mut self, place: (usize, u32, usize), target: u32, stray: impl FnOnce() -> Stray) {
        if target != place.1 {
            self.left.insert(place);
            self.arriving.entry(target).or_default().push(stray());
        }
    }
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
        let digest = findings_digest(&findings);
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
    let (index, strays, links, moved) = survey(&context, &snapshots, buckets, decisions, workers)?;
    let survey_seconds = began.elapsed().as_secs_f64();
    let done = AtomicUsize::new(0);
    let buckets_only: Vec<(usize, u32)> = (0..buckets).map(|bucket| (0, bucket)).collect();
    let parts = on_threads(&buckets_only, workers, Vec::new, |parts, _, bucket| {
        parts.push(one_bucket(&context, &index, &snapshots, &strays, bucket, buckets)?);
        progress.buckets(done.fetch_add(1, Ordering::Relaxed) as u64 + 1, u64::from(buckets));
        Ok(())
    })?;
    let parts: Vec<Counted> = parts.into_iter().flatten().collect();
    let mut tally = Tally::default();
    let mut found = Vec::with_capacity(parts.len() + 1);
    for part in parts.into_iter().chain(std::iter::once(global_counted(&context, &index))) {
        tally.add(part.tally);
        found.push(part.findings);
    }
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
    Ok(Reconciled { digest: findings_digest(&findings), findings, stale, quality, links, moved, survey_seconds })
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

/// A row that waits for the search: where it is stored, and what it says.
struct Waiting {
    place: (usize, u32, usize),
    stray: Stray,
}

fn survey(
    context: &Context,
    snapshots: &[Snapshot],
    buckets: u32,
    decisions: Decisions,
    workers: usize,
) -> Result<(Index, Strays, Links, Vec<Moved>), Problem> {
    let began = Instant::now();
    let is_population =
        |s: &Snapshot| s.kind == SourceKind::Population && s.reader.manifest().dataset == Dataset::Person;
    let (population, others): (Vec<_>, Vec<_>) = snapshots.iter().enumerate().partition(|(_, s)| is_population(s));
    let mut first = Survey::new(context);
    each_bucket(&population, buckets, Some(Survey::POPULATION_COLUMNS), workers, |at, _, frames| {
        for row in frames.iter().flat_map(Frame::iter).filter(|row| !snapshots[at].forgot(row)) {
            first.population(&engine_row(snapshots[at].source, &row));
        }
    })?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is surveyed");
    let mut second = first.seal();
    let mut strays = Strays::default();
    let mut waiting = Vec::new();
    let mut moved = Vec::new();
    each_bucket(&others, buckets, None, workers, |at, bucket, frames| {
        // A bucket may come in several frames: its rows are numbered through.
        for (number, row) in frames.iter().flat_map(Frame::iter).enumerate() {
            let (source, place) = (snapshots[at].source, (at, bucket, number));
            match second.other(&engine_row(source, &row)) {
                Placement::At(id) => {
                    strays.send(place, bucket_of(&id, buckets), || Stray::of(source, &row));
                    moved.push(moved_row(context, &engine_row(source, &row), id));
                }
                Placement::Undecided => waiting.push(Waiting { place, stray: Stray::of(source, &row) }),
                Placement::Here | Placement::Unlinked => {}
            }
        }
    })?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the other sources are surveyed");
    let search = second.search(decisions);
    let mut found = Vec::new();
    if search.is_needed() {
        found = on_threads(&places(&population, buckets), workers, Found::default, |found, at, bucket| {
            let snapshot = &snapshots[at];
            let frames = frames(snapshot, bucket, buckets, Some(Search::POPULATION_COLUMNS))?;
            for row in frames.iter().flat_map(Frame::iter).filter(|row| !snapshot.forgot(row)) {
                search.population(&engine_row(snapshot.source, &row), found);
            }
            Ok(())
        })?;
    }
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is searched");
    let (index, links) = search.finish(found, workers);
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "rows without a number are settled");
    for Waiting { place, stray } in waiting {
        if let Placement::At(id) = index.placement_of(context, &stray_row(&stray)) {
            moved.push(moved_row(context, &stray_row(&stray), id.clone()));
            strays.send(place, bucket_of(&id, buckets), || stray);
        }
    }
    moved.retain(|row| PersonalId::parse(&row.person).is_ok());
    Ok((index, strays, links, moved))
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
        held.push(frames(snapshot, bucket, buckets, None)?);
    }
    let count = held.iter().flatten().map(Frame::len).sum::<usize>();
    let arriving = strays.arriving.get(&bucket).map_or(0, Vec::len);
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(count + arriving);
    for (at, (snapshot, frames)) in snapshots.iter().zip(&held).enumerate() {
        let mut position = 0;
        for frame in frames {
            for row in frame.iter() {
                if !strays.left.contains(&(at, bucket, position)) && !snapshot.forgot(&row) {
                    rows.push(engine_row(snapshot.source, &row));
                }
                position += 1;
            }
        }
    }
    rows.extend(strays.arriving.get(&bucket).into_iter().flatten().map(stray_row));
    Ok(evaluate_counted(context, index, &rows))
}

fn moved_row(context: &Context, row: &Row<'_>, person: String) -> Moved {
    Moved {
        source: context.sources[row.source].id.clone(),
        dataset: row.dataset(),
        place: row.link_key().unwrap_or(row.record_key).to_owned(),
        record_key: row.record_key.to_owned(),
        part: row.part,
        person,
    }
}

fn stray_row(stray: &Stray) -> Row<'_> {
    record_row(stray.source, &stray.record)
}
