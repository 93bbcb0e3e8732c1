//! The candidates of a row, gathered from the parts in which they were found whenever they are
//! asked for: all of them together would be a copy of what is largest here.

use super::compare::{ETHNICITY, Levels, NAME};
use super::crowd::{Alike, Likeness, fold};
use super::found::{AllFound, BY_NUMBER};
use super::frequencies::Frequencies;
use super::pairs::{Pair, thin};
use super::values::Pending;

/// A candidate of a row, as far as it is weighed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub levels: Levels,
    /// How many such people there are.
    pub many: u32,
    /// See [`Frequencies::rarity`].
    pub rarity: [f64; 2],
}

impl Candidate {
    /// What rarity adds to the weight of a field.
    pub fn rarity_of(&self, field: usize) -> f64 {
        match field {
            NAME if rarity_counts(NAME, &self.levels) => self.rarity[0],
            ETHNICITY if rarity_counts(ETHNICITY, &self.levels) => self.rarity[1],
            _ => 0.0,
        }
    }
}

/// Does it matter how rare the person's value is? Where it agrees with the row's.
pub(super) fn rarity_counts(field: usize, levels: &Levels) -> bool {
    match field {
        NAME => levels[NAME] <= 1,
        ETHNICITY => levels[ETHNICITY] == 0,
        _ => false,
    }
}

pub(super) struct Candidates<'a> {
    found: &'a AllFound,
    pending: &'a [Pending],
    /// Rows that have a number after all: they are looked for by nothing else.
    usable: Vec<bool>,
}

impl<'a> Candidates<'a> {
    /// `pending`: the rows.
    pub fn new(found: &'a AllFound, pending: &'a [Pending]) -> Self {
        let mut usable = vec![false; pending.len()];
        // A number of an unassigned prefix that the population has is a number like any other.
        for pair in
            found.parts.iter().flat_map(|part| part.pairs.iter()).filter(|pair| pair.likeness().rules & BY_NUMBER != 0)
        {
            usable[pair.row as usize] |= pending[pair.row as usize].claimed == Some(pair.who.number());
        }
        Self { found, pending, usable }
    }

    pub fn frequencies(&self) -> &'a Frequencies {
        &self.found.frequencies
    }

    pub fn rows(&self) -> usize {
        self.pending.len()
    }

    pub fn is_usable(&self, row: usize) -> bool {
        self.usable[row]
    }

    /// Those who may be shown, in order; and all of them, these first. They are the same in whatever
    /// parts they were found.
    pub fn of(&self, row: usize) -> (Vec<Pair>, Vec<Candidate>) {
        let (mut pairs, mut crowd) = (Vec::new(), Vec::new());
        for part in self.found.parts.iter().filter(|_| !self.usable[row]) {
            pairs.extend(part.pairs.of(row as u32).iter().filter(|pair| self.says_something(&pair.likeness())));
            crowd.extend(part.crowd.of(row as u32).iter().filter(|alike| self.says_something(&alike.likeness)));
        }
        thin(&mut pairs, |likeness| crowd.push(Alike { likeness, many: 1 }));
        // By which rules one is a candidate does not matter any more.
        crowd.iter_mut().for_each(|alike| alike.likeness.rules = 0);
        fold(&mut crowd);
        let candidate = |likeness: Likeness, many: u32| Candidate {
            levels: likeness.levels,
            many,
            rarity: self.found.frequencies.rarity_of_person(likeness.name, likeness.ethnicity),
        };
        let shown = pairs.iter().map(|pair| candidate(pair.likeness(), 1));
        let all = shown.chain(crowd.iter().map(|alike| candidate(alike.likeness, alike.many))).collect();
        (pairs, all)
    }

    fn says_something(&self, likeness: &Likeness) -> bool {
        likeness.rules & !self.found.too_many[likeness.row as usize] != 0
    }
}
