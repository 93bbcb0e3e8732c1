//! What a search found, in parts that were looked through side by side.

use super::super::twins::Twins;
use super::compare::Compared;
use super::crowd::Crowd;
use super::frequencies::{Counts, Frequencies};
use super::keys::RULES;
use super::pairs::{Pairs, Who};
use super::search::PersonKey;
use super::side::Side;
use super::values::{Shared, Values};
use super::{LARGEST_BLOCK, SAMPLE};
use crate::hashed::Table;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// In the mask of a pair: looked at for its number, not for its keys.
pub(super) const BY_NUMBER: u16 = 1 << RULES.len();

/// What was found in a part of the population.
#[derive(Default)]
pub struct Found {
    /// Whoever may be shown.
    pub(super) pairs: Pairs,
    /// People who will be shown to nobody, whatever is learned.
    pub(super) crowd: Crowd,
    /// People about whom an officer decided: whether that still holds depends on what they say.
    pub(super) decided: BTreeMap<Who, Side>,
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
    pub(super) frequencies: Counts,
    pub(super) twins: Twins,
}

/// The candidates of one part, by row.
pub(super) struct Part {
    pub pairs: Pairs,
    pub crowd: Crowd,
}

/// All parts together.
pub(super) struct AllFound {
    pub parts: Vec<Part>,
    /// By row: the rules that say nothing about it, for too many people share what they ask for.
    pub too_many: Vec<u16>,
    pub decided: BTreeMap<Who, Side>,
    pub sample: BTreeMap<(u64, PersonKey), Values>,
    pub frequencies: Frequencies,
    pub twins: Twins,
}

impl Found {
    /// Gives the pairs away once they take more than `limit` bytes: `put` gets the number of a table, of
    /// [`super::Search::tables`], and bytes to be kept behind what it got for it before.
    pub fn put_aside<E>(&mut self, limit: usize, put: impl FnMut(u32, &[u8]) -> Result<(), E>) -> Result<(), E> {
        self.pairs.put_aside(limit, &mut self.crowd, put)
    }

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

    /// All parts together. The pairs stay where they are: each is the larger part of what there is
    /// to keep. Which pairs of a block that is too large were seen first depends on the order, so
    /// none counts.
    ///
    /// `names`: those of the rows, each with its number.
    pub(super) fn all(mut parts: Vec<Self>, rows: usize, names: Table<NonZeroU32>) -> AllFound {
        std::thread::scope(|scope| {
            for part in &mut parts {
                scope.spawn(|| {
                    part.pairs.sort(&mut part.crowd);
                    part.crowd.fold();
                    // Names and places take long to forget.
                    (part.shared, part.compared) = (Shared::default(), Compared::default());
                });
            }
        });
        let mut counts = vec![0; rows * RULES.len()];
        let mut all = AllFound {
            parts: Vec::with_capacity(parts.len()),
            too_many: Vec::new(),
            decided: BTreeMap::new(),
            sample: BTreeMap::new(),
            frequencies: Frequencies::of(&parts.iter().map(|part| &part.frequencies).collect::<Vec<_>>(), names),
            twins: Twins::default(),
        };
        for part in parts {
            counts.iter_mut().zip(part.counts).for_each(|(count, more)| *count += more);
            all.parts.push(Part { pairs: part.pairs, crowd: part.crowd });
            all.decided.extend(part.decided);
            all.sample.extend(part.sample);
            while all.sample.len() > SAMPLE {
                all.sample.pop_last();
            }
            all.twins = all.twins.and(part.twins);
        }
        let too_many = |counts: &[u32]| {
            let rules = counts.iter().enumerate().filter(|(_, count)| **count as usize > LARGEST_BLOCK);
            rules.fold(0, |mask, (rule, _)| mask | 1 << rule)
        };
        all.too_many = counts.chunks(RULES.len()).map(too_many).collect();
        all
    }
}
