//! From current snapshots to findings: streams buckets through the pure engine.
//!
//! Everything is reconciled from scratch every night, so there is no state to go wrong. Memory is
//! one bucket for each worker, the survey's index, and the rows that stand under a number other
//! than their person's current one, or under none.

use super::forget::is_forgotten;
use super::progress::Progress;
use super::quality::ages;
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::SourceKind;
use jiff::civil;
use reconcile::engine::{
    Context, Counted, Decisions, Index, Links, Placement, Row, Search, SourceInfo, Survey, Tally, View,
    evaluate_counted, findings_digest, global_counted, merged,
};
use reconcile::quality::{Quality, quality};
use reconcile::stale_rates::{StaleRate, stale_rates};
use reconcile::units::Catalogue;
use schemas::{CanonicalRecord, Dataset, Finding, Record, SourceId, bucket_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;
use store::ledger::SnapshotRow;
use store::snapshots::{Frame, RecordView, RowView, SnapshotReader};

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
    /// Of the time it took, the first pass.
    pub survey_seconds: f64,
}

struct Snapshot {
    /// Index into the context's sources.
    source: usize,
    kind: SourceKind,
    reader: SnapshotReader,
}

impl Snapshot {
    /// Is the row only what is left of an answer? Complete snapshots forget nothing.
    fn forgot(&self, row: &RowView<'_>) -> bool {
        !self.reader.manifest().complete && is_forgotten(row)
    }
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
            survey_seconds: 0.0,
        });
    };
    let began = Instant::now();
    let (index, strays, links) = survey(&context, &snapshots, buckets, decisions)?;
    let survey_seconds = began.elapsed().as_secs_f64();
    let next = AtomicU32::new(0);
    let done = AtomicU32::new(0);
    let failed = AtomicBool::new(false);
    let parts: Mutex<Vec<Counted>> = Mutex::new(Vec::new());
    let problem: Mutex<Option<Problem>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let bucket = next.fetch_add(1, Ordering::Relaxed);
                    if bucket >= buckets {
                        break;
                    }
                    match one_bucket(&context, &index, &snapshots, &strays, bucket, buckets) {
                        Ok(part) => {
                            if let Ok(mut parts) = parts.lock() {
                                parts.push(part);
                            }
                            progress.buckets(u64::from(done.fetch_add(1, Ordering::Relaxed) + 1), u64::from(buckets));
                        }
                        Err(error) => {
                            failed.store(true, Ordering::Relaxed);
                            if let Ok(mut problem) = problem.lock() {
                                problem.get_or_insert(error);
                            }
                        }
                    }
                }
            });
        }
    });
    if let Some(problem) = problem.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(problem);
    }
    let parts = parts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
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
    Ok(Reconciled { digest: findings_digest(&findings), findings, stale, quality, links, survey_seconds })
}

fn open(
    workspace: &Workspace,
    current: &[SnapshotRow],
    date: civil::Date,
) -> Result<(Context, Vec<Snapshot>), Problem> {
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
    let context = Context {
        catalogue: Catalogue::new(&workspace.units),
        rules: workspace.rules.clone(),
        date,
        province: workspace.settings.province.code,
        sources,
    };
    Ok((context, snapshots))
}

/// The frames of a snapshot that hold bucket `bucket` of `buckets`; a snapshot may be cut finer.
fn frames(snapshot: &Snapshot, bucket: u32, buckets: u32, columns: Option<&[&str]>) -> Result<Vec<Frame>, Problem> {
    (bucket..snapshot.reader.manifest().buckets)
        .step_by(buckets as usize)
        .map(|fine| Ok(snapshot.reader.bucket(fine, columns)?))
        .collect()
}

/// Frames read so far ahead of the one that is looked at.
const FRAMES_AHEAD: usize = 2;

/// Reads the frames of some snapshots, bucket by bucket, on a thread of its own while `look` works
/// on the one before.
fn each_frame(
    snapshots: &[(usize, &Snapshot)],
    buckets: u32,
    columns: Option<&[&str]>,
    mut look: impl FnMut(usize, u32, &Frame),
) -> Result<(), Problem> {
    std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::sync_channel(FRAMES_AHEAD);
        scope.spawn(move || {
            for (at, snapshot) in snapshots {
                for bucket in 0..buckets {
                    let read = frames(snapshot, bucket, buckets, columns);
                    let failed = read.is_err();
                    if send.send((*at, bucket, read)).is_err() || failed {
                        return;
                    }
                }
            }
        });
        for (at, bucket, read) in receive {
            for frame in read? {
                look(at, bucket, &frame);
            }
        }
        Ok(())
    })
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
) -> Result<(Index, Strays, Links), Problem> {
    let began = Instant::now();
    let is_population =
        |s: &Snapshot| s.kind == SourceKind::Population && s.reader.manifest().dataset == Dataset::Person;
    let (population, others): (Vec<_>, Vec<_>) = snapshots.iter().enumerate().partition(|(_, s)| is_population(s));
    let mut first = Survey::new(context);
    each_frame(&population, buckets, Some(Survey::POPULATION_COLUMNS), |at, _, frame| {
        for row in frame.iter().filter(|row| !snapshots[at].forgot(row)) {
            first.population(&engine_row(snapshots[at].source, &row));
        }
    })?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is surveyed");
    let mut second = first.seal();
    let mut strays = Strays::default();
    let mut waiting = Vec::new();
    let mut place = (usize::MAX, 0, 0);
    each_frame(&others, buckets, None, |at, bucket, frame| {
        // A bucket may come in several frames: its rows are numbered through.
        if (place.0, place.1) != (at, bucket) {
            place = (at, bucket, 0);
        }
        for row in frame.iter() {
            let source = snapshots[at].source;
            match second.other(&engine_row(source, &row)) {
                Placement::At(id) => strays.send(place, bucket_of(&id, buckets), || Stray::of(source, &row)),
                Placement::Undecided => waiting.push(Waiting { place, stray: Stray::of(source, &row) }),
                Placement::Here | Placement::Unlinked => {}
            }
            place.2 += 1;
        }
    })?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the other sources are surveyed");
    let mut search = second.search(decisions);
    if search.is_needed() {
        each_frame(&population, buckets, Some(Search::POPULATION_COLUMNS), |at, _, frame| {
            for row in frame.iter().filter(|row| !snapshots[at].forgot(row)) {
                search.population(&engine_row(snapshots[at].source, &row));
            }
        })?;
    }
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is searched");
    let (index, links) = search.finish();
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "rows without a number are settled");
    for Waiting { place, stray } in waiting {
        if let Placement::At(id) = index.placement_of(context, &stray_row(&stray)) {
            strays.send(place, bucket_of(&id, buckets), || stray);
        }
    }
    Ok((index, strays, links))
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
    let mut rows: Vec<Row<'_>> = Vec::new();
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

fn engine_row<'a>(source: usize, row: &RowView<'a>) -> Row<'a> {
    Row {
        source,
        record_key: row.record_key,
        part: row.part,
        commune: row.commune,
        updated_at: row.updated_at,
        view: match row.record {
            RecordView::Person(view) => View::Person(view),
            RecordView::CivilEvent(view) => View::CivilEvent(view),
            RecordView::LandRight(view) => View::LandRight(view),
            RecordView::Dossier(view) => View::Dossier(view),
        },
    }
}

fn stray_row(stray: &Stray) -> Row<'_> {
    let envelope = &stray.record.envelope;
    Row {
        source: stray.source,
        record_key: &envelope.record_key,
        part: envelope.part,
        commune: envelope.commune.as_deref(),
        updated_at: envelope.updated_at.as_deref(),
        view: match &stray.record.record {
            Record::Person(record) => View::Person(record.view()),
            Record::CivilEvent(record) => View::CivilEvent(record.view()),
            Record::LandRight(record) => View::LandRight(record.view()),
            Record::Dossier(record) => View::Dossier(record.view()),
        },
    }
}
