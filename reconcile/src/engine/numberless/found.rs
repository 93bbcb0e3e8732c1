//! What a search found, in parts that were looked through side by side.

use super::super::twins::Twins;
use super::keys::RULES;
use super::learn::Frequencies;
use super::search::PersonKey;
use super::values::{Shared, Values};
use super::{LARGEST_BLOCK, SAMPLE};
use std::collections::BTreeMap;

/// In the mask of a pair: looked at for its number, not for its keys.
pub(super) const BY_NUMBER: u16 = 1 << RULES.len();

/// What was found in a part of the population.
#[derive(Default)]
pub struct Found {
    pub(super) people: Vec<(PersonKey, Values)>,
    /// Row, place in `people`, and the rules that made them candidates.
    pub(super) pairs: Vec<(u32, u32, u16)>,
    /// How many people a row has by each rule; empty until the first.
    counts: Vec<u32>,
    pub(super) shared: Shared,
    /// Blocks that the person in hand is in; kept for its room.
    pub(super) found: Vec<(u32, u8)>,
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

    /// All parts together, without blocks that are too large: which pairs of such a block were seen
    /// first depends on the order, so none counts.
    pub(super) fn of(parts: Vec<Self>) -> Self {
        let mut all = parts.into_iter().fold(Self::default(), Self::and);
        let counts = std::mem::take(&mut all.counts);
        all.pairs.retain_mut(|(row, _, mask)| {
            let from = *row as usize * RULES.len();
            for (rule, count) in counts.iter().skip(from).take(RULES.len()).enumerate() {
                if *count as usize > LARGEST_BLOCK {
                    *mask &= !(1 << rule);
                }
            }
            *mask != 0
        });
        all.in_order()
    }

    /// Both parts together.
    fn and(mut self, other: Self) -> Self {
        let before = self.people.len() as u32;
        self.people.extend(other.people);
        self.pairs.extend(other.pairs.into_iter().map(|(row, person, mask)| (row, before + person, mask)));
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

    /// People by their keys, and only those of whom a pair is left; pairs by row and person, each
    /// once.
    fn in_order(mut self) -> Self {
        let mut place = vec![u32::MAX; self.people.len()];
        self.pairs.iter().for_each(|(_, person, _)| place[*person as usize] = 0);
        let mut people: Vec<(usize, (PersonKey, Values))> =
            std::mem::take(&mut self.people).into_iter().enumerate().collect();
        people.retain(|(at, _)| place[*at] == 0);
        people.sort_by(|a, b| a.1.0.cmp(&b.1.0));
        people.iter().zip(0..).for_each(|((at, _), now)| place[*at] = now);
        self.people = people.into_iter().map(|(_, person)| person).collect();
        self.pairs.iter_mut().for_each(|(_, person, _)| *person = place[*person as usize]);
        self.pairs.sort_unstable();
        self.pairs.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 |= next.2;
            }
            same
        });
        self
    }
}
