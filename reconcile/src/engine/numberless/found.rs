//! What a search found, in parts that were looked through side by side.

use super::super::twins::Twins;
use super::compare::{Compared, Levels};
use super::keys::RULES;
use super::learn::Frequencies;
use super::person::Person;
use super::search::PersonKey;
use super::values::{Shared, Values};
use super::{LARGEST_BLOCK, SAMPLE};
use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};

/// In the mask of a pair: looked at for its number, not for its keys.
pub(super) const BY_NUMBER: u16 = 1 << RULES.len();

/// A row and a person who may be the same: how much they are alike, and what the weight of that
/// depends on. Ordered by row, then by person. Small: a province has millions.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub row: u32,
    /// The person's.
    pub number: u64,
    pub levels: Levels,
    /// The person's name, folded and as a hash, and ethnic group.
    pub name: Option<NonZeroU64>,
    pub ethnicity: Option<u8>,
    /// The rules that made them candidates.
    pub rules: u16,
    /// Place in [`Found::people`], from 1; `None`: nobody will ask who it is, whatever is learned.
    pub person: Option<NonZeroU32>,
}

/// What was found in a part of the population.
#[derive(Default)]
pub struct Found {
    /// Of whom a pair may be shown.
    pub(super) people: Vec<Person>,
    pub(super) pairs: Vec<Pair>,
    /// How many people a row has by each rule; empty until the first.
    counts: Vec<u32>,
    pub(super) shared: Shared,
    pub(super) compared: Compared,
    /// Blocks that the person in hand is in, and the rows of these; kept for their room.
    pub(super) found: Vec<(u32, u8)>,
    pub(super) rules: Vec<(u32, u16)>,
    /// Those with the smallest tickets, so that the order of rows makes no difference.
    pub(super) sample: BTreeMap<(u64, PersonKey), Values>,
    /// The largest ticket in a full sample.
    pub(super) last_ticket: u64,
    pub(super) frequencies: Frequencies,
    pub(super) twins: Twins,
}

impl Found {
    /// Counts one person for a row and a rule; answers the rule's bit unless the block is too large
    /// already.
    pub(super) fn counted(&mut self, row: u32, rule: u8, rows: usize) -> u16 {
        if self.counts.is_empty() {
            self.counts = vec![0; rows * RULES.len()];
        }
        let count = &mut self.counts[row as usize * RULES.len() + usize::from(rule)];
        *count += 1;
        if *count as usize <= LARGEST_BLOCK { 1 << rule } else { 0 }
    }

    /// All parts together, pairs in order, without blocks that are too large: which pairs of such a
    /// block were seen first depends on the order, so none counts.
    pub(super) fn of(mut parts: Vec<Self>) -> Self {
        // What is sorted in parts is merged quickly. Names and places take long to forget, too.
        std::thread::scope(|scope| {
            for part in &mut parts {
                scope.spawn(|| {
                    part.pairs.sort_unstable();
                    (part.shared, part.compared) = (Shared::default(), Compared::default());
                });
            }
        });
        let count = parts.iter().map(|part| part.pairs.len()).sum();
        let none = Self { pairs: Vec::with_capacity(count), ..Self::default() };
        let mut all = parts.into_iter().fold(none, Self::and);
        let counts = std::mem::take(&mut all.counts);
        all.pairs.retain_mut(|pair| {
            let from = pair.row as usize * RULES.len();
            for (rule, count) in counts.iter().skip(from).take(RULES.len()).enumerate() {
                if *count as usize > LARGEST_BLOCK {
                    pair.rules &= !(1 << rule);
                }
            }
            pair.rules != 0
        });
        all.pairs.sort();
        all
    }

    /// Both parts together.
    fn and(mut self, other: Self) -> Self {
        let before = self.people.len() as u32;
        self.people.extend(other.people);
        self.pairs.extend(other.pairs.into_iter().map(|pair| {
            let person = pair.person.and_then(|person| person.checked_add(before));
            Pair { person, ..pair }
        }));
        if self.counts.is_empty() {
            self.counts = other.counts;
        } else {
            self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
        }
        self.sample.extend(other.sample);
        while self.sample.len() > SAMPLE {
            self.sample.pop_last();
        }
        self.frequencies.add(other.frequencies);
        self.twins = self.twins.and(other.twins);
        self
    }
}
