//! The passes before the buckets: what only the whole province tells, and where each row must be
//! evaluated.

use super::aside::Aside;
use super::buckets::{Snapshot, places};
use super::stages::Marks;
use super::strays::{Leaving, MovedHere, MovedRows, Strays, Waiting, WaitingHere};
use crate::problem::Problem;
use crate::rows::{Framed, engine_row};
use config::SourceKind;
use reconcile::engine::{Columns, Context, Decisions, Found, Gathered, Index, OldNumbers, OldNumbersAsked, Placement};
use reconcile::engine::{OTHER_COLUMNS, SealedSurvey, Search, Settled, Survey, Table};
use schemas::{Dataset, bucket_of};
use std::path::Path;
use store::threads::on_threads;

/// Bytes of pairs that each thread holds.
const PAIRS_HELD: usize = 8 << 20;

/// What is known before any bucket is evaluated.
pub(super) struct Surveyed {
    pub index: Index,
    pub strays: Strays,
    pub settled: Settled,
    pub moved: MovedRows,
}

/// What one thread learned of the rows of other sources.
struct Part {
    gathered: Gathered,
    leaving: Leaving,
    waiting: WaitingHere,
    moved: MovedHere,
}

/// `folder`: where rows are put aside if they are many.
pub(super) fn survey(
    context: &Context,
    snapshots: &[Snapshot],
    folder: &Path,
    buckets: u32,
    decisions: Decisions,
    workers: usize,
) -> Result<Surveyed, Problem> {
    let marks = Marks::begin();
    let is_population =
        |s: &Snapshot| s.kind == SourceKind::Population && s.reader.manifest().dataset == Dataset::Person;
    let (population, others): (Vec<_>, Vec<_>) = snapshots.iter().enumerate().partition(|(_, s)| is_population(s));
    let asked = on_threads(&places(&others, buckets), workers, OldNumbersAsked::default, |asked, &(at, bucket)| {
        let snapshot = &snapshots[at];
        let columns = snapshot.needed(OldNumbersAsked::COLUMNS);
        snapshot.each_row((bucket, buckets), columns, |table, row| asked.ask(table, row))
    })?;
    let asked = OldNumbers::of(asked);
    marks.reached("it is known which CMNDs are asked for");
    let people: u64 = population.iter().map(|(_, snapshot)| snapshot.reader.manifest().rows).sum();
    let first = on_threads(
        &places(&population, buckets),
        workers,
        || {
            let mut survey = Survey::new(context, &asked);
            survey.reserve((people as usize).div_ceil(workers.max(1)));
            survey
        },
        |survey, &(at, bucket)| {
            let snapshot = &snapshots[at];
            let columns = Some(Survey::POPULATION_COLUMNS);
            snapshot.each_row((bucket, buckets), columns, |table, row| survey.population(table, row))
        },
    )?;
    let sealed = first.into_iter().reduce(Survey::and).unwrap_or_else(|| Survey::new(context, &asked)).seal();
    marks.reached("the population is surveyed");
    let (strays, waiting) = (Strays::new(folder, buckets), Waiting::new(folder, buckets));
    let moved = MovedRows::new(folder, buckets);
    let mut parts = on_threads(
        &places(&others, buckets),
        workers,
        || Part::new(&sealed),
        |part, &(at, bucket)| {
            part.look(&sealed, &snapshots[at], (at, bucket), buckets)?;
            moved.take(bucket, &mut part.moved)?;
            waiting.take(bucket, &mut part.waiting)?;
            strays.take(&mut part.leaving)
        },
    )?;
    marks.reached("the other sources are surveyed");
    let mut leaving: Vec<Leaving> = parts.iter_mut().map(|part| std::mem::take(&mut part.leaving)).collect();
    let search = sealed.search(parts.into_iter().map(|part| part.gathered).collect(), decisions);
    let (mut found, pairs) = (Vec::new(), Aside::new(folder, search.tables()));
    if search.is_needed() {
        found = on_threads(&places(&population, buckets), workers, Found::default, |found, &(at, bucket)| {
            let snapshot = &snapshots[at];
            let columns = Some(Search::POPULATION_COLUMNS);
            snapshot.each_row((bucket, buckets), columns, |table, row| search.population(table, row, found))?;
            found.put_aside(PAIRS_HELD, |table, bytes| pairs.put(table, bytes))
        })?;
    }
    marks.reached("the population is searched");
    let (index, settled) = search.finish(found, |table| pairs.get(table), workers)?;
    drop(pairs);
    marks.reached("rows without a number are settled");
    let (mut linked, mut linked_here) = (Leaving::default(), MovedHere::default());
    for bucket in 0..buckets {
        waiting.each(bucket, |place, row| {
            if let Placement::At(id) = index.placement_of(context, row) {
                linked.send(place, (bucket_of(&id, buckets), &id), row);
                linked_here.add(row, &id);
            }
        })?;
        strays.take(&mut linked)?;
        moved.take(bucket, &mut linked_here)?;
    }
    leaving.push(linked);
    Ok(Surveyed { index, strays: strays.settled(leaving)?, settled, moved })
}

impl Part {
    fn new(sealed: &SealedSurvey<'_>) -> Self {
        let (leaving, waiting) = (Leaving::default(), WaitingHere::default());
        Self { gathered: sealed.gathered(), leaving, waiting, moved: MovedHere::default() }
    }

    fn look(
        &mut self,
        sealed: &SealedSurvey<'_>,
        snapshot: &Snapshot,
        (at, bucket): (usize, u32),
        buckets: u32,
    ) -> Result<(), Problem> {
        let (source, dataset) = (snapshot.source, snapshot.reader.manifest().dataset);
        // A bucket comes in several frames: its rows are numbered through.
        let mut number = 0;
        for frame in snapshot.reader.groups(bucket, buckets, snapshot.needed(OTHER_COLUMNS)) {
            let frame = Framed(frame?);
            let table = Table { source, dataset, columns: &frame, without: Vec::new() };
            for row in 0..frame.rows() {
                let place = (at, bucket, number);
                number += 1;
                if sealed.stays(&table, row) {
                    continue;
                }
                let row = engine_row(source, &frame.0.row(row));
                match sealed.other(&row, &mut self.gathered) {
                    Placement::At(id) => {
                        self.leaving.send(place, (bucket_of(&id, buckets), &id), &row);
                        self.moved.add(&row, &id);
                    }
                    Placement::Undecided => self.waiting.add(at, place.2, &row),
                    Placement::Here | Placement::Unlinked => {}
                }
            }
        }
        Ok(())
    }
}
