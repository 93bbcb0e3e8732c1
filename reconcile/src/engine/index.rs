//! What the survey learned: sorted tables, and the drafts that no bucket can see.

use super::draft::Draft;
use super::link::Placement;
use super::objects::SharedKeys;
use super::row::{Context, Row};
use crate::hashed::{Hashes, Sieve};
use schemas::{Dataset, PartialDate};

/// Whose CMND a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct OldNumber {
    pub number: u32,
    pub person: u64,
    /// Hash of the loosely folded name.
    pub name: u64,
    pub birth_date: Option<PartialDate>,
}

/// The result of the survey; shared by all buckets.
#[derive(Default)]
pub struct Index {
    /// Former number and number of now, sorted, one entry for each former number.
    pub(super) former: Vec<(u64, u64)>,
    /// The former numbers: most numbers are none.
    cancelled: Sieve,
    /// One entry for each CMND that exactly one person has, sorted by number.
    pub(super) old: Vec<OldNumber>,
    pub(super) drafts: Vec<Draft>,
    pub(super) shared_keys: SharedKeys,
    /// See [`super::twins`].
    pub(super) suspects: Hashes,
    /// Rows without a usable number and their people: source, dataset, record key, part, number.
    /// Sorted.
    pub(super) linked: Vec<(usize, Dataset, String, u16, u64)>,
}

impl Index {
    /// Where a row must be evaluated: the answer that the survey gave.
    pub fn placement_of(&self, context: &Context, row: &Row<'_>) -> Placement {
        self.placement(context, row)
    }

    /// The person whom a row without a usable number was found to speak of.
    pub(super) fn linked(&self, row: &Row<'_>) -> Option<u64> {
        let wanted = (row.source, row.dataset(), row.record_key, row.part);
        let at = self
            .linked
            .binary_search_by(|(source, dataset, key, part, _)| (*source, *dataset, key.as_str(), *part).cmp(&wanted));
        at.ok().map(|at| self.linked[at].4)
    }

    /// The number that replaced a cancelled one.
    pub(super) fn now(&self, number: u64) -> Option<u64> {
        if !self.cancelled.may_have(number) {
            return None;
        }
        self.former.binary_search_by_key(&number, |(former, _)| *former).ok().map(|at| self.former[at].1)
    }

    pub(super) fn old_number(&self, number: u32) -> Option<&OldNumber> {
        self.old.binary_search_by_key(&number, |entry| entry.number).ok().map(|at| &self.old[at])
    }

    /// Sorts and follows chains (A became B, B became C). A number that two people had before
    /// tells nothing.
    pub(super) fn set_former(&mut self, mut pairs: Vec<(u64, u64)>) {
        pairs.sort_unstable();
        pairs.dedup();
        let mut single: Vec<(u64, u64)> = Vec::with_capacity(pairs.len());
        for group in pairs.chunk_by(|a, b| a.0 == b.0) {
            if let [one] = group {
                single.push(*one);
            }
        }
        self.cancelled = Sieve::of(single.iter().map(|(former, _)| *former));
        self.former = single.clone();
        for (former, now) in &mut single {
            for _ in 0..8 {
                match self.now(*now) {
                    Some(next) if next != *former => *now = next,
                    _ => break,
                }
            }
        }
        self.former = single;
    }

    /// Keeps the CMNDs that exactly one person has.
    pub(super) fn set_old_numbers(&mut self, mut entries: Vec<OldNumber>) {
        entries.sort_unstable_by_key(|e| (e.number, e.person, e.name, e.birth_date));
        // In place: there is one for nearly everybody.
        let (mut kept, mut begin) = (0, 0);
        while let Some(first) = entries.get(begin).copied() {
            let of_number = entries[begin..].iter().take_while(|other| other.number == first.number);
            let end = begin + of_number.count();
            if entries[begin..end].iter().all(|other| other.person == first.person) {
                entries[kept] = first;
                kept += 1;
            }
            begin = end;
        }
        entries.truncate(kept);
        entries.shrink_to_fit();
        self.old = entries;
    }
}
