//! Findings about people: the rows of one bucket, grouped by the number of now.

mod compared;
mod evaluated;
mod events;
mod numbers;

use super::draft::Draft;
use super::index::Index;
use super::link::{Link, Via};
use super::records;
use super::row::{Context, Row, View, form};
use super::tally::Kinds;
use crate::compare::compare_dates;
use crate::hashed::Texts;
use crate::normal::fold::hash_loose;
use crate::normal::id::unpack;
use crate::normal::owner::owner_name;
use crate::units::Resolution;
use config::SourceKind;
use config::units::REFORM;
use jiff::civil::Date;
use schemas::record::{PersonView, Residence};
use schemas::{Level, Mention, PersonalId, Subject};

/// One row of the person in hand.
pub(super) struct Seen<'r, 'a> {
    /// Its place among the rows of the bucket.
    pub at: usize,
    pub row: &'r Row<'a>,
    pub kind: SourceKind,
    pub mention: Mention<'a>,
    pub via: Via,
    /// Its number is on two people in its source: it is compared with nothing.
    pub excluded: bool,
    /// See [`only_confirms`].
    pub only_confirms: bool,
    pub resolution: Resolution,
}

impl Seen<'_, '_> {
    pub fn is_population(&self) -> bool {
        self.kind == SourceKind::Population && matches!(self.row.view, View::Person(_))
    }
}

/// All rows of one person, the best source first.
pub(super) struct Group<'r, 'a> {
    pub context: &'r Context,
    pub number: String,
    pub subject: Subject,
    pub seen: Vec<Seen<'r, 'a>>,
}

impl<'r, 'a> Group<'r, 'a> {
    /// Rows of one person without a number.
    pub fn is_nobody(&self) -> bool {
        self.subject.kind() == "record"
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

/// `asked`: for each row the kinds of finding that were looked for in it; they are added.
pub(super) fn drafts(context: &Context, index: &Index, rows: &[Row<'_>], asked: &mut [Kinds]) -> Vec<Draft> {
    let mut links: Vec<(u64, usize, Via)> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if let Some(Link { person, via }) = index.link(context, row) {
            links.push((person, at, via));
        }
    }
    let order = |at: usize| {
        let row = &rows[at];
        (rank(context.kind(row)), row.source, row.dataset(), row.record_key, row.part)
    };
    links.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| order(a.1).cmp(&order(b.1))));
    let mut out = Vec::new();
    let mut residences = Residences::new(context);
    for group in links.chunk_by(|a, b| a.0 == b.0) {
        person(context, rows, group, &mut residences, asked, &mut out);
    }
    out
}

/// What residences mean, each form asked once: a bucket holds some hundred forms of the same
/// communes and tens of thousands of people.
struct Residences<'r, 'a> {
    context: &'r Context,
    known: Texts<(Residence<'a>, bool), Resolution>,
}

impl<'r, 'a> Residences<'r, 'a> {
    fn new(context: &'r Context) -> Self {
        Self { context, known: Texts::default() }
    }

    fn resolve(&mut self, residence: Residence<'a>, as_of: Option<Date>) -> Resolution {
        let catalogue = &self.context.catalogue;
        let Some(form) = form(&residence) else { return catalogue.resolve(&residence, as_of) };
        let old = as_of.is_some_and(|day| day < REFORM);
        self.known.entry((form, old)).or_insert_with(|| catalogue.resolve(&form, as_of)).clone()
    }
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
    rows: &[Row<'a>],
    links: &[(u64, usize, Via)],
    residences: &mut Residences<'_, 'a>,
    asked: &mut [Kinds],
    out: &mut Vec<Draft>,
) {
    let Some((number, ..)) = links.first() else { return };
    let number = unpack(*number);
    let mut seen: Vec<Seen<'_, 'a>> = Vec::with_capacity(links.len());
    for (_, at, via) in links {
        let row = &rows[*at];
        let kind = context.kind(row);
        let Some(mention) = row.mention(kind) else { continue };
        let only_confirms = kind == SourceKind::Population && only_confirms(context, row);
        let resolution = Resolution::Unknown;
        seen.push(Seen { at: *at, row, kind, mention, via: *via, excluded: false, only_confirms, resolution });
    }
    let subject = subject(context, &number, &seen);
    let mut group = Group { context, number, subject, seen };
    drop_doubtful(&mut group, out);
    if group.seen.is_empty() {
        return;
    }
    for seen in &mut group.seen {
        if !seen.mention.residence.is_empty() {
            seen.resolution = residences.resolve(seen.mention.residence, seen.row.updated_on());
        }
    }
    numbers::duplicates(&mut group, out);
    numbers::numbers(&group, out);
    compared::compare(&group, out);
    events::events(&group, out);
    evaluated::evaluated(&group, asked);
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
/// name or the birth date agrees; otherwise the finding is about the record.
fn drop_doubtful(group: &mut Group<'_, '_>, out: &mut Vec<Draft>) {
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
