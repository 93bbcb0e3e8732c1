//! Pairs of a row and a person who may be shown to be the same: a province has millions, and they are
//! the larger part of what a search keeps. So each is 24 bytes, and of people who are alike a row in one
//! and the same way only the first are kept: no other of them can ever be shown.

use super::MOST_DOUBTS;
use super::compare::FIELDS;
use super::crowd::{Crowd, Likeness};
use super::found::BY_NUMBER;
use super::keys::{hash_of, mix};
use std::num::NonZeroU32;

/// Rows whose pairs are in one table, and are put aside together.
pub(super) const ROWS: usize = 1024;
/// Bytes of a pair that is put aside.
const BYTES: usize = 24;
/// Bits of a level.
const LEVEL: u32 = 3;

/// A record of the population: the person's number and, in the low bits, a hash that tells records
/// of one number apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Who(u64);

/// A number of 12 digits takes the other forty.
const RECORD_BITS: u32 = 24;

impl Who {
    pub fn new(number: u64, record_key: &str, part: u16) -> Self {
        let record = mix(u64::from(part), [hash_of(Some(record_key)), 0]);
        Self((number << RECORD_BITS) | (record >> (u64::BITS - RECORD_BITS)))
    }

    pub fn number(self) -> u64 {
        self.0 >> RECORD_BITS
    }
}

/// How much they are alike, and what the weight of that depends on. Ordered by row, then by likeness,
/// then by person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub row: u32,
    levels: u32,
    rules: u16,
    ethnicity: Option<u8>,
    name: Option<NonZeroU32>,
    pub who: Who,
}

impl Pair {
    pub fn new(likeness: &Likeness, who: Who) -> Self {
        let Likeness { row, levels, rules, name, ethnicity } = *likeness;
        let levels = levels.iter().rev().fold(0, |bits, level| bits << LEVEL | u32::from(*level));
        Self { row, levels, rules, ethnicity, name, who }
    }

    pub fn likeness(&self) -> Likeness {
        let level = |at: usize| (self.levels >> (at as u32 * LEVEL)) as u8 & ((1 << LEVEL) - 1);
        let levels = std::array::from_fn::<u8, { FIELDS.len() }, _>(level);
        Likeness { row: self.row, levels, rules: self.rules, name: self.name, ethnicity: self.ethnicity }
    }

    fn is_alike(&self, other: &Self) -> bool {
        Self { who: other.who, ..*self } == *other
    }

    fn to_bytes(self) -> [u8; BYTES] {
        let ethnicity = self.ethnicity.map_or(0, |code| u16::from(code) + 1);
        let mut bytes = [0; BYTES];
        bytes[0..4].copy_from_slice(&self.row.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.levels.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.rules.to_le_bytes());
        bytes[10..12].copy_from_slice(&ethnicity.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.name.map_or(0, NonZeroU32::get).to_le_bytes());
        bytes[16..24].copy_from_slice(&self.who.0.to_le_bytes());
        bytes
    }

    fn of_bytes(bytes: &[u8; BYTES]) -> Self {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self {
            row: word(0),
            levels: word(4),
            rules: half(8),
            ethnicity: half(10).checked_sub(1).map(|code| code as u8),
            name: NonZeroU32::new(word(12)),
            who: Who(u64::from(word(16)) | u64::from(word(20)) << 32),
        }
    }
}

/// Pairs that were put aside, in order. Bytes after the last whole pair are none.
pub(super) fn from_aside(bytes: &[u8]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = bytes.as_chunks().0.iter().map(Pair::of_bytes).collect();
    pairs.sort_unstable();
    pairs
}

/// Of one row, where `pairs` are in order.
pub(super) fn of_row(pairs: &[Pair], row: u32) -> &[Pair] {
    let rest = &pairs[pairs.partition_point(|pair| pair.row < row)..];
    &rest[..rest.partition_point(|pair| pair.row == row)]
}

#[derive(Default)]
pub(super) struct Pairs {
    tables: Vec<Table>,
}

#[derive(Default)]
struct Table {
    pairs: Vec<Pair>,
    /// So many of them are in order, without those that can never be shown.
    thinned: usize,
}

impl Pairs {
    /// Adds a pair. `spare`: takes those that can never be shown.
    pub fn add(&mut self, pair: Pair, spare: &mut Crowd) {
        let at = pair.row as usize / ROWS;
        if self.tables.len() <= at {
            self.tables.resize_with(at + 1, Table::default);
        }
        let table = &mut self.tables[at];
        if table.pairs.len() == table.pairs.capacity() {
            if table.pairs.len() >= 2 * table.thinned {
                table.thin(spare);
            }
            // A quarter more instead of as much again.
            table.pairs.reserve_exact(table.pairs.len() / 4 + 64);
        }
        table.pairs.push(pair);
    }

    /// Puts them in order, for [`Self::of`].
    pub fn sort(&mut self, spare: &mut Crowd) {
        self.tables.iter_mut().for_each(|table| table.thin(spare));
    }

    /// Of one row, in order; once they are sorted.
    pub fn of(&self, row: u32) -> &[Pair] {
        self.tables.get(row as usize / ROWS).map_or(&[], |table| of_row(&table.pairs, row))
    }

    /// Gives away all pairs, table by table, once they take more than `limit` bytes. `spare`: as for
    /// [`Self::add`].
    pub fn put_aside<E>(
        &mut self,
        limit: usize,
        spare: &mut Crowd,
        mut put: impl FnMut(u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.tables.iter().map(|table| table.pairs.len() * BYTES).sum::<usize>() <= limit {
            return Ok(());
        }
        for (at, table) in (0..).zip(&mut self.tables) {
            table.thin(spare);
            let bytes: Vec<u8> = std::mem::take(table).pairs.into_iter().flat_map(Pair::to_bytes).collect();
            put(at, &bytes)?;
        }
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pair> {
        self.tables.iter().flat_map(|table| &table.pairs)
    }
}

impl Table {
    fn thin(&mut self, spare: &mut Crowd) {
        thin(&mut self.pairs, |likeness| spare.add(likeness, 1));
        self.thinned = self.pairs.len();
    }
}

/// Puts pairs in order and takes out those that can never be shown. Who are alike a row in one way are
/// equally likely to be its person, and the first of them come first: of more than are ever shown the
/// others only count. Who was looked for by number stays.
pub(super) fn thin(pairs: &mut Vec<Pair>, mut spare: impl FnMut(Likeness)) {
    pairs.sort_unstable();
    let mut kept: Vec<Pair> = Vec::new();
    pairs.retain(|pair| {
        if !kept.first().is_some_and(|first| first.is_alike(pair)) {
            kept.clear();
        }
        let known = kept.iter().any(|other| other.who.number() == pair.who.number());
        let stays = pair.rules & BY_NUMBER != 0 || (kept.len() < MOST_DOUBTS && !known);
        if stays {
            kept.push(*pair);
        } else {
            spare(pair.likeness());
        }
        stays
    });
}

#[cfg(test)]
mod tests {
    use super::super::compare::NO_EVIDENCE;
    use super::*;

    #[test]
    fn two_records_of_one_number_are_told_apart_and_have_their_number() {
        let number = 999_999_999_999;
        let all = [("a", 0), ("a", 1), ("b", 0)].map(|(key, part)| Who::new(number, key, part));
        assert!(all.iter().all(|who| who.number() == number));
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        assert_eq!(Who::new(number, "a", 1), all[1]);
        assert!(Who::new(number - 1, "a", 0) < all[0]);
    }

    fn likeness(row: u32, level: u8) -> Likeness {
        Likeness { row, levels: [level; FIELDS.len()], rules: 1, name: NonZeroU32::new(9), ethnicity: Some(level) }
    }

    fn who(number: u64, record: &str) -> Who {
        Who::new(number, record, 0)
    }

    #[test]
    fn a_likeness_comes_back_as_it_was() {
        assert_eq!(std::mem::size_of::<Pair>(), 24);
        let mut expected = likeness(7, NO_EVIDENCE);
        for at in 0..FIELDS.len() {
            for level in 0..=NO_EVIDENCE {
                expected.levels[at] = level;
                expected.name = NonZeroU32::new(u32::from(level));
                let pair = Pair::new(&expected, who(1, ""));
                assert_eq!(pair.likeness(), expected);
                assert_eq!(Pair::of_bytes(&pair.to_bytes()), pair);
            }
            expected.levels[at] = at as u8 % NO_EVIDENCE;
        }
    }

    #[test]
    fn of_those_who_are_alike_in_one_way_the_first_are_kept_and_the_others_counted() {
        let rows = [0, 5, ROWS as u32 - 1, ROWS as u32, 5 * ROWS as u32 + 1];
        let (mut pairs, mut spare) = (Pairs::default(), Crowd::default());
        for n in (0..3000).rev() {
            for row in rows {
                pairs.add(Pair::new(&likeness(row, (n % 3) as u8), who(n, "")), &mut spare);
            }
        }
        pairs.sort(&mut spare);
        spare.fold();
        for row in rows {
            let found: Vec<(u8, u64)> =
                pairs.of(row).iter().map(|pair| (pair.likeness().levels[0], pair.who.number())).collect();
            let expected = (0..3u8).flat_map(|level| (0..5).map(move |n| (level, u64::from(level) + 3 * n)));
            assert_eq!(found, expected.collect::<Vec<_>>(), "{row}");
            assert_eq!(spare.of(row).iter().map(|alike| alike.many).collect::<Vec<_>>(), [995; 3]);
        }
        assert_eq!((pairs.iter().count(), pairs.of(4).len(), pairs.of(1 << 20).len()), (75, 0, 0));
    }

    #[test]
    fn pairs_are_put_aside_once_they_are_many_and_come_back_with_those_that_came_later() {
        let (mut pairs, mut spare) = (Pairs::default(), Crowd::default());
        let mut aside = vec![Vec::new(); 2];
        for n in 0..100 {
            for row in [3, ROWS as u32 + 1] {
                let alike = Likeness { ethnicity: None, name: None, ..likeness(row, (n % 20) as u8 % NO_EVIDENCE) };
                pairs.add(Pair::new(&alike, who(n, "")), &mut spare);
            }
            let put = |table: u32, bytes: &[u8]| {
                aside[table as usize].extend_from_slice(bytes);
                Ok::<_, ()>(())
            };
            pairs.put_aside(50 * BYTES, &mut spare, put).expect("takes them");
            assert!(pairs.iter().count() <= 50);
        }
        pairs.sort(&mut spare);
        spare.fold();
        for (bytes, row) in aside.iter().zip([3, ROWS as u32 + 1]) {
            let before = from_aside(bytes);
            assert!(before.is_sorted() && before.iter().all(|pair| pair.row == row));
            let all: Vec<Pair> = [before, pairs.of(row).to_vec()].concat();
            let mut numbers: Vec<u64> = all.iter().map(|pair| pair.who.number()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), all.len(), "none comes twice");
            let many: u32 = spare.of(row).iter().map(|alike| alike.many).sum();
            assert_eq!(all.len() + many as usize, 100);
        }
        assert_eq!(pairs.put_aside(0, &mut spare, |_, _| Err("the disk is full")), Err("the disk is full"));
    }

    #[test]
    fn two_records_of_one_number_take_one_place_and_who_was_asked_for_by_number_stays() {
        let (mut pairs, mut spare) = (Pairs::default(), Crowd::default());
        let by_number = Likeness { rules: 1 | BY_NUMBER, ..likeness(3, 1) };
        for number in 1..=8 {
            for record in ["a", "b"] {
                pairs.add(Pair::new(&likeness(3, 1), who(number, record)), &mut spare);
                pairs.add(Pair::new(&by_number, who(number, record)), &mut spare);
            }
        }
        pairs.sort(&mut spare);
        let numbers = |asked: bool| {
            let of_row = pairs.of(3).iter().filter(|pair| (pair.likeness() == by_number) == asked);
            of_row.map(|pair| pair.who.number()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(false), [1, 2, 3, 4, 5]);
        assert_eq!(numbers(true).len(), 16);
    }
}
