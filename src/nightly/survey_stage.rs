//! The passes before the buckets: what only the whole province tells, and where each row must be
//! evaluated.

use super::buckets::{Snapshot, places};
use super::reconcile_stage::Moved;
use super::strays::{Place, Stray, Strays};
use crate::problem::Problem;
use crate::rows::{Framed, engine_row};
use config::SourceKind;
use reconcile::engine::{Columns, Context, Decisions, Found, Gathered, Index, Links, Placement, Row, Search, Survey};
use reconcile::engine::{OTHER_COLUMNS, SealedSurvey, Table};
use schemas::{Dataset, PersonalId, bucket_of};
use std::time::Instant;
use store::threads::on_threads;

/// What is known before any bucket is evaluated.
pub(super) struct Surveyed {
    pub index: Index,
    pub strays: Strays,
    pub links: Links,
    pub moved: Vec<Moved>,
}

/// A row that waits for the search: where it is stored, and what it says.
struct Waiting {
    place: Place,
    stray: Stray,
}

/// What one thread learned of the rows of other sources.
struct Part {
    gathered: Gathered,
    strays: Strays,
    waiting: Vec<Waiting>,
    moved: Vec<Moved>,
}

pub(super) fn survey(
    context: &Context,
    snapshots: &[Snapshot],
    buckets: u32,
    decisions: Decisions,
    workers: usize,
) -> Result<Surveyed, Problem> {
    let began = Instant::now();
    let is_population =
        |s: &Snapshot| s.kind == SourceKind::Population && s.reader.manifest().dataset == Dataset::Person;
    let (population, others): (Vec<_>, Vec<_>) = snapshots.iter().enumerate().partition(|(_, s)| is_population(s));
    let people: u64 = population.iter().map(|(_, snapshot)| snapshot.reader.manifest().rows).sum();
    let first = on_threads(
        &places(&population, buckets),
        workers,
        || {
            let mut survey = Survey::new(context);
            survey.reserve((people as usize).div_ceil(workers.max(1)));
            survey
        },
        |survey, &(at, bucket)| {
            let snapshot = &snapshots[at];
            let frames = snapshot.reader.coarse_bucket(bucket, buckets, Some(Survey::POPULATION_COLUMNS))?;
            snapshot.each_row(frames, |table, row| survey.population(table, row));
            Ok::<_, Problem>(())
        },
    )?;
    let sealed = first.into_iter().reduce(Survey::and).unwrap_or_else(|| Survey::new(context)).seal();
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is surveyed");
    let mut parts = on_threads(
        &places(&others, buckets),
        workers,
        || Part::new(&sealed),
        |part, &(at, bucket)| part.look(context, &sealed, &snapshots[at], (at, bucket), buckets),
    )?;
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the other sources are surveyed");
    let waiting: Vec<Waiting> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.waiting)).collect();
    let mut moved: Vec<Moved> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.moved)).collect();
    let mut strays: Vec<Strays> = parts.iter_mut().map(|part| std::mem::take(&mut part.strays)).collect();
    let search = sealed.search(parts.into_iter().map(|part| part.gathered).collect(), decisions);
    let mut found = Vec::new();
    if search.is_needed() {
        found = on_threads(&places(&population, buckets), workers, Found::default, |found, &(at, bucket)| {
            let snapshot = &snapshots[at];
            let frames = snapshot.reader.coarse_bucket(bucket, buckets, Some(Search::POPULATION_COLUMNS))?;
            snapshot.each_row(frames, |table, row| search.population(table, row, found));
            Ok::<_, Problem>(())
        })?;
    }
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "the population is searched");
    let (index, links) = search.finish(found, workers);
    tracing::debug!(seconds = began.elapsed().as_secs_f64(), "rows without a number are settled");
    let mut settled = Strays::default();
    for Waiting { place, stray } in waiting {
        if let Placement::At(id) = index.placement_of(context, &stray.row()) {
            moved.push(moved_row(context, &stray.row(), id.clone()));
            settled.send(place, bucket_of(&id, buckets), || stray);
        }
    }
    strays.push(settled);
    moved.retain(|row| PersonalId::parse(&row.person).is_ok());
    Ok(Surveyed { index, strays: Strays::of(strays), links, moved })
}

impl Part {
    fn new(sealed: &SealedSurvey<'_>) -> Self {
        let (waiting, moved) = (Vec::new(), Vec::new());
        Self { gathered: sealed.gathered(), strays: Strays::default(), waiting, moved }
    }

    fn look(
        &mut self,
        context: &Context,
        sealed: &SealedSurvey<'_>,
        snapshot: &Snapshot,
        (at, bucket): (usize, u32),
        buckets: u32,
    ) -> Result<(), Problem> {
        let (source, dataset) = (snapshot.source, snapshot.reader.manifest().dataset);
        // A bucket may come in several frames: its rows are numbered through.
        let mut number = 0;
        for frame in
            snapshot.reader.coarse_bucket(bucket, buckets, snapshot.needed(OTHER_COLUMNS))?.into_iter().map(Framed)
        {
            let table = Table { source, dataset, columns: &frame, without: Vec::new() };
            for row in 0..frame.rows() {
                let place = (at, bucket, number);
                number += 1;
                if sealed.stays(&table, row) {
                    continue;
                }
                let row = frame.0.row(row);
                match sealed.other(&engine_row(source, &row), &mut self.gathered) {
                    Placement::At(id) => {
                        self.strays.send(place, bucket_of(&id, buckets), || Stray::of(source, &row));
                        self.moved.push(moved_row(context, &engine_row(source, &row), id));
                    }
                    Placement::Undecided => self.waiting.push(Waiting { place, stray: Stray::of(source, &row) }),
                    Placement::Here | Placement::Unlinked => {}
                }
            }
        }
        Ok(())
    }
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
