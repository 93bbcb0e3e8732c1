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
use crate::normal::id::{unpack, unpacked};
use crate::normal::owner::owner_name;
use crate::units::Resolution;
use config::SourceKind;
use schemas::record::{PersonView, Residence};
use schemas::{Dataset, Level, Mention, PersonalId, Subject};
use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

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

/// `asked`: for each row the kinds of finding that were looked for in it; they are added.
pub(super) fn drafts(context: &Context, index: &Index, rows: &[Row<'_>], asked: &mut [Kinds]) -> Vec<Draft> {
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
    let mut residences = Residences::new(context);
    for group in links.chunk_by(|a, b| a.person == b.person) {
        person(context, rows, group, &mut residences, asked, &mut out);
    }
    out
}

/// What residences mean, each form asked once: a bucket holds some hundred forms of the same
/// communes and tens of thousands of people.
struct Residences<'r, 'a> {
    context: &'r Context,
    known: Texts<Form<'a>, Rc<Resolution>>,
    unknown: Rc<Resolution>,
}

impl<'r, 'a> Residences<'r, 'a> {
    fn new(context: &'r Context) -> Self {
        Self { context, known: Texts::default(), unknown: Rc::new(Resolution::Unknown) }
    }

    fn resolve(&mut self, residence: &Residence<'a>, row: &Row<'_>) -> Rc<Resolution> {
        let catalogue = &self.context.catalogue;
        let Some(form) = form(residence) else { return Rc::new(catalogue.resolve(residence, row.updated_on())) };
        let resolve = || Rc::new(catalogue.resolve(&form, row.updated_on()));
        let form = Form { residence: form, old: row.is_from_before_the_reform() };
        self.known.entry(form).or_insert_with(resolve).clone()
    }
}

/// What a residence without its house means depends on nothing else.
#[derive(PartialEq, Eq)]
struct Form<'a> {
    residence: Residence<'a>,
    old: bool,
}

impl Hash for Form<'_> {
    /// Of the ends of code and name: they tell nearly all forms apart, and every row has one.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let end = |text: Option<&str>| {
            let bytes = text.unwrap_or_default().as_bytes();
            let word = bytes.last_chunk::<8>().map(|word| u64::from_le_bytes(*word));
            word.unwrap_or_else(|| bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
        };
        state.write_u64(end(self.residence.commune));
        state.write_u64(end(self.residence.commune_name) ^ end(self.residence.district).rotate_left(17));
        state.write_u64(end(self.residence.province) ^ u64::from(self.old) << 63);
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
        seen.push(Seen { at: *at, row, kind, mention, via: *via, excluded: false, only_confirms, resolution });
    }
    let mut group = Group { context, key: first.person, seen, subject: OnceCell::new() };
    if drop_doubtful(&mut group, out) {
        return;
    }
    for seen in &mut group.seen {
        if !seen.mention.residence.is_empty() {
            seen.resolution = residences.resolve(&seen.mention.residence, seen.row);
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
