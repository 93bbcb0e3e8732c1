//! Findings about people: the rows of one bucket, grouped by the number of now.

mod compared;
mod evaluated;
mod events;
mod numbers;

pub(super) use compared::contradicts;
pub(super) use evaluated::{Looked, Registers, evaluated};

use super::draft::Draft;
use super::facts::Facts;
use super::index::Index;
use super::link::{Link, Via};
use super::records;
use super::residences::Residences;
use super::row::{Context, Row, View};
use super::tally::Kinds;
use crate::compare::compare_dates;
use crate::normal::fold::hash_loose;
use crate::normal::id::{unpack, unpacked};
use crate::normal::owner::owner_name;
use crate::units::Resolution;
use config::SourceKind;
use schemas::record::PersonView;
use schemas::{Dataset, Level, Mention, PersonalId, Subject};
use std::cell::OnceCell;
use std::rc::Rc;

/// One row of the person in hand.
pub(super) struct Seen<'r, 'a> {
    /// Its place among the rows of the bucket.
    pub at: usize,
    pub row: &'r Row<'a>,
    pub facts: Facts,
    pub kind: SourceKind,
    pub mention: Mention<'a>,
    pub via: Via,
    /// Its number is on two people in its source: it is compared with nothing.
    pub excluded: bool,
    /// See [`only_confirms`].
    pub only_confirms: bool,
    pub resolution: Rc<Resolution>,
}

impl Seen<'_, '_> {
    pub fn is_population(&self) -> bool {
        self.kind == SourceKind::Population && matches!(self.row.view, View::Person(_))
    }
}

/// All rows of one person, the best source first.
pub(super) struct Group<'r, 'a> {
    pub context: &'r Context,
    /// The key of the number, or of a group of rows without one.
    pub key: u64,
    pub seen: Vec<Seen<'r, 'a>>,
    /// See [`Self::subject`].
    subject: OnceCell<Subject>,
}

impl<'r, 'a> Group<'r, 'a> {
    /// Rows of one person without a number.
    pub fn is_nobody(&self) -> bool {
        self.subject().kind() == "record"
    }

    pub fn number(&self) -> String {
        unpack(self.key)
    }

    /// The number as one, where the rows are not of somebody whom the population does not have.
    pub fn personal_id(&self) -> Option<PersonalId> {
        unpacked(self.key)
    }

    /// What findings are about; made where there is one, for most people there is none.
    pub fn subject(&self) -> &Subject {
        self.subject.get_or_init(|| subject(self.context, &self.number(), &self.seen))
    }

    pub fn population(&self) -> Option<&Seen<'r, 'a>> {
        self.seen.iter().find(|seen| seen.is_population())
    }

    /// The record that the others are compared with. What only confirms is none: it would leave
    /// everything but the name uncompared.
    pub fn reference(&self) -> Option<usize> {
        self.seen.iter().position(|seen| !seen.excluded && !seen.only_confirms)
    }

    /// The number and name that the population database confirmed, where it said no more.
    pub fn confirmation(&self) -> Option<&Seen<'r, 'a>> {
        self.seen.iter().find(|seen| !seen.excluded && seen.only_confirms)
    }
}

/// A row and its person.
struct Linked {
    person: u64,
    /// The better source first; rows of one source and dataset by their keys.
    order: (u8, u32, Dataset),
    /// Its place among the rows of the bucket.
    at: usize,
    via: Via,
}

/// `facts`: of each row. `asked`: for each row the kinds of finding that were looked for in it; they
/// are added.
pub(super) fn drafts<'a>(
    context: &Context,
    index: &Index,
    rows: &[Row<'a>],
    facts: &[Facts],
    residences: &mut Residences<'_, 'a>,
    asked: &mut [Kinds],
) -> Vec<Draft> {
    let mut links: Vec<Linked> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if let Some(Link { person, via }) = index.link(context, row) {
            let order = (rank(context.kind(row)), row.source as u32, row.dataset());
            links.push(Linked { person, order, at, via });
        }
    }
    let key = |at: usize| (rows[at].record_key, rows[at].part);
    // Rows of a snapshot come by their numbers: there are a few runs, to be merged.
    links.sort_by(|a, b| (a.person, a.order).cmp(&(b.person, b.order)).then_with(|| key(a.at).cmp(&key(b.at))));
    let mut out = Vec::new();
    for group in links.chunk_by(|a, b| a.person == b.person) {
        person(context, (rows, facts), group, residences, asked, &mut out);
    }
    out
}

/// All that the source said is that this number is there with this name, its accents apart: the
/// outcome of a verification. Only a source that is asked citizen by citizen says so little.
fn only_confirms(context: &Context, row: &Row<'_>) -> bool {
    let View::Person(said) = &row.view else { return false };
    let rest = PersonView { personal_id: None, old_id: None, name: None, ..*said };
    !context.sources[row.source].complete && said.name.is_some() && rest == PersonView::default()
}

/// The order in which sources serve as the reference.
pub fn rank(kind: SourceKind) -> u8 {
    match kind {
        SourceKind::Population => 0,
        SourceKind::CivilStatus => 1,
        SourceKind::Land => 2,
        SourceKind::OneStop => 3,
        SourceKind::Files | SourceKind::Sql => 4,
    }
}

fn person<'a>(
    context: &Context,
    (rows, facts): (&[Row<'a>], &[Facts]),
    links: &[Linked],
    residences: &mut Residences<'_, 'a>,
    asked: &mut [Kinds],
    out: &mut Vec<Draft>,
) {
    let Some(first) = links.first() else { return };
    let mut seen: Vec<Seen<'_, 'a>> = Vec::with_capacity(links.len());
    for Linked { at, via, .. } in links {
        let row = &rows[*at];
        let kind = context.kind(row);
        let Some(mention) = row.mention(kind) else { continue };
        let only_confirms = kind == SourceKind::Population && only_confirms(context, row);
        let resolution = residences.unknown.clone();
        let facts = facts[*at];
        seen.push(Seen { at: *at, row, facts, kind, mention, via: *via, excluded: false, only_confirms, resolution });
    }
    let mut group = Group { context, key: first.person, seen, subject: OnceCell::new() };
    if drop_doubtful(&mut group, out) {
        return;
    }
    for seen in &mut group.seen {
        if !seen.mention.residence.is_empty() {
            seen.resolution = residences.resolve(&seen.mention.residence, seen.row.updated_at);
        }
    }
    numbers::duplicates(&mut group, out);
    numbers::numbers(&group, out);
    compared::compare(&group, out);
    events::events(&group, out);
    let looked: Vec<Looked> = group.seen.iter().map(Looked::of).collect();
    let mut kinds = vec![Kinds::default(); looked.len()];
    evaluated(&Registers::of(context), group.personal_id().is_some(), &looked, &mut kinds);
    group.seen.iter().zip(kinds).for_each(|(seen, kinds)| asked[seen.at].add_all(kinds));
}

/// The person; or, where the rows are of somebody whom the population does not have, the first of
/// them by name: it is found again in the next night whatever else comes.
fn subject(context: &Context, number: &str, seen: &[Seen<'_, '_>]) -> Subject {
    if PersonalId::parse(number).is_ok() {
        return Subject::person(number);
    }
    let first = seen.iter().map(|seen| (&context.sources[seen.row.source].id, seen.row.record_key)).min();
    first.map_or_else(|| Subject::person(number), |(source, key)| Subject::record(source, key))
}

/// A guessed number ties a record to a person only if the population holds that person and the
/// name or the birth date agrees; otherwise the finding is about the record. Answers whether nothing
/// is left.
fn drop_doubtful(group: &mut Group<'_, '_>, out: &mut Vec<Draft>) -> bool {
    let certain = |via| !matches!(via, Via::Repaired | Via::UnknownPrefix);
    if group.seen.iter().all(|seen| certain(seen.via)) {
        return group.seen.is_empty();
    }
    let context = group.context;
    let population = group.population().map(|seen| seen.mention);
    group.seen.retain(|seen| {
        let guessed = match seen.via {
            Via::Own | Via::Former | Via::OldNumber | Via::RepairedOld | Via::Linked => false,
            Via::Repaired => !population.is_some_and(|reference| agrees(&reference, &seen.mention)),
            Via::UnknownPrefix => population.is_none(),
        };
        if guessed {
            records::without_person(context, seen.row, out);
        }
        !guessed
    });
    group.seen.is_empty()
}

fn agrees(reference: &Mention<'_>, mention: &Mention<'_>) -> bool {
    let name = match (reference.name, mention.name) {
        (Some(a), Some(b)) => hash_loose(a) == hash_loose(b) || hash_loose(a) == hash_loose(owner_name(b).first),
        _ => false,
    };
    let born = match (reference.birth_date, mention.birth_date) {
        (Some(a), Some(b)) => matches!(compare_dates(a, b).level, Level::Same | Level::Compatible),
        _ => false,
    };
    name || born
}
