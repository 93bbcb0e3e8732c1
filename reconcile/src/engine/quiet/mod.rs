//! People of whom nothing is to be told: all their rows stand under their own number, the
//! population has them once, and nothing that they say differs from it.
//!
//! Nearly everybody is such a person, so this is where a night spends its time. They are told by
//! columns and counted; the rows of all others are taken out whole, and looked at with care. Whoever
//! is not certainly quiet is not: what is left out here would be missed.

mod said;

use super::facts::Facts;
use super::index::Index;
use super::link::Via;
use super::objects::Sharing;
use super::person::{Looked, Registers, evaluated, rank};
use super::residences::Residences;
use super::row::{Context, Row, speaks_of_person};
use super::table::{Columns, Table, places};
use super::tally::{Kinds, Looking};
use crate::hashed::{Hashes, spread};
use crate::units::Resolution;
use config::SourceKind;
use said::{Said, facts, number_fits, resolved};
use schemas::Dataset;
use schemas::record::{CivilEventColumn, LandRightColumn, PersonColumn};

/// A row under its person's own number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Own {
    person: u64,
    /// Place among the tables, the better source first.
    table: u32,
    row: u32,
}

/// What the bucket adds up to, whoever its people are.
pub(super) struct Counting<'r, 'a> {
    pub looking: Looking<'r, 'a>,
    pub sharing: Sharing,
    /// Of one person; kept for its room.
    kinds: Vec<Kinds>,
}

impl<'r> Counting<'r, '_> {
    pub fn new(context: &'r Context) -> Self {
        Self { looking: Looking::new(context), sharing: Sharing::default(), kinds: Vec::new() }
    }
}

/// Takes the rows that have to be looked at out of `tables` and appends them to `rows`, in which
/// the rows stand that came from elsewhere; counts the others.
pub(super) fn sift<'a, T: Columns>(
    context: &Context,
    index: &Index,
    tables: &[Table<'a, T>],
    rows: &mut Vec<Row<'a>>,
    residences: &mut Residences<'_, 'a>,
    counting: &mut Counting<'_, 'a>,
) {
    let mut tables: Vec<&Table<'a, T>> = tables.iter().collect();
    tables.sort_by_key(|table| (rank(context.sources[table.source].kind), table.source, table.dataset));
    let bucket = Bucket { context, index, registers: Registers::of(context), tables };
    // A row is large, and one in some is to be looked at.
    rows.reserve(bucket.tables.iter().map(|table| table.columns.rows()).sum::<usize>() / 6);
    let own = bucket.own(rows, counting);
    let others = rows.iter().filter_map(|row| index.link(context, row)).map(|link| spread(link.person));
    let others: Hashes = others.collect();
    let mut looked = Vec::new();
    for group in own.chunk_by(|a, b| a.person == b.person) {
        let alone = !others.contains(&spread(group[0].person));
        if alone && bucket.is_quiet(group, residences, &mut looked) {
            bucket.count(group, &looked, counting);
        } else {
            rows.extend(group.iter().map(|own| bucket.table(own).row(own.row as usize)));
        }
    }
}

struct Bucket<'r, 'a, T> {
    context: &'r Context,
    index: &'r Index,
    registers: Registers,
    /// The better source first.
    tables: Vec<&'r Table<'a, T>>,
}

impl<'a, T: Columns> Bucket<'_, 'a, T> {
    fn table(&self, own: &Own) -> &Table<'a, T> {
        self.tables[own.table as usize]
    }

    fn kind(&self, table: &Table<'a, T>) -> SourceKind {
        self.context.sources[table.source].kind
    }

    /// The rows under a number of their person, sorted. Rows that speak of no person are counted;
    /// what is left goes to `rows`.
    fn own(&self, rows: &mut Vec<Row<'a>>, counting: &mut Counting<'_, 'a>) -> Vec<Own> {
        let mut own = Vec::with_capacity(self.tables.iter().map(|table| table.columns.rows()).sum());
        for (at, table) in self.tables.iter().enumerate() {
            let mut without = table.without.as_slice();
            let number = places(table.dataset).personal_id;
            for row in 0..table.columns.rows() {
                if without.first() == Some(&row) {
                    without = &without[1..];
                } else if !speaks(self.kind(table), table, row) {
                    self.count_row(table, row, facts(self.kind(table), table, row), Kinds::default(), counting);
                } else if let Some(person) =
                    table.columns.text(number, row).and_then(|text| self.index.own_number(text))
                {
                    own.push(Own { person, table: at as u32, row: row as u32 });
                } else {
                    rows.push(table.row(row));
                }
            }
        }
        // Rows of a snapshot come by their numbers: there are a few runs, to be merged.
        own.sort();
        own
    }

    /// `looked`: what is known of each row, where the answer is yes.
    fn is_quiet(&self, group: &[Own], residences: &mut Residences<'_, 'a>, looked: &mut Vec<Looked>) -> bool {
        looked.clear();
        let Some((first, others)) = group.split_first() else { return false };
        let table = self.table(first);
        let source = &self.context.sources[table.source];
        if source.kind != SourceKind::Population || table.dataset != Dataset::Person || !source.complete {
            return false;
        }
        let reference = Said::of(self.kind(table), table, first.row as usize);
        if !number_fits(first.person, reference.sex) {
            return false;
        }
        let Some(place) = resolved(&reference, residences) else { return false };
        looked.push(own_row(reference.facts, &place));
        let mut before = table;
        for other in others {
            let table = self.table(other);
            let kind = self.kind(table);
            let again =
                table.dataset == Dataset::Person && (before.source, before.dataset) == (table.source, table.dataset);
            if again || kind == SourceKind::Population {
                return false;
            }
            before = table;
            let said = Said::of(kind, table, other.row as usize);
            let there = if said.is_where(&reference) { Some(place.clone()) } else { resolved(&said, residences) };
            let Some(there) = there else { return false };
            if !said.agrees_with(&reference, kind) || place.shares_a_commune(&there) == Some(false) {
                return false;
            }
            looked.push(own_row(said.facts, &there));
        }
        !self.events_matter(first, looked)
    }

    /// A death or a marriage that the other rows may not know of.
    fn events_matter(&self, reference: &Own, looked: &[Looked]) -> bool {
        let any = |fact| looked.iter().any(|row| row.facts.has(fact));
        if any(Facts::DEATH) && (any(Facts::LAND_RIGHT) || any(Facts::OPEN)) {
            return true;
        }
        let marital = PersonColumn::marital_status as usize;
        any(Facts::SPOUSE) && self.table(reference).columns.text(marital, reference.row as usize) == Some("single")
    }

    fn count(&self, group: &[Own], looked: &[Looked], counting: &mut Counting<'_, 'a>) {
        let mut kinds = std::mem::take(&mut counting.kinds);
        kinds.clear();
        kinds.resize(group.len(), Kinds::default());
        evaluated(&self.registers, true, looked, &mut kinds);
        for ((own, looked), kinds) in group.iter().zip(looked).zip(&kinds) {
            self.count_row(self.table(own), own.row as usize, looked.facts, *kinds, counting);
        }
        counting.kinds = kinds;
    }

    fn count_row(&self, table: &Table<'a, T>, row: usize, facts: Facts, asked: Kinds, counting: &mut Counting<'_, 'a>) {
        let registered_on = || table.columns.text(CivilEventColumn::registered_on as usize, row);
        counting.looking.at((table.source, table.dataset, table.place(row)), facts, registered_on, asked);
        if matches!(table.dataset, Dataset::LandRight | Dataset::Dossier) {
            counting.sharing.see(self.context, &self.index.shared_keys, &table.row(row));
        }
    }
}

fn speaks<T: Columns>(kind: SourceKind, table: &Table<'_, T>, row: usize) -> bool {
    speaks_of_person(kind, table.dataset, || table.columns.text(LandRightColumn::owner_kind as usize, row))
}

fn own_row(facts: Facts, place: &Resolution) -> Looked {
    Looked { facts, via: Via::Own, excluded: false, only_confirms: false, resolved: !place.communes().is_empty() }
}
