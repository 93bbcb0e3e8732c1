//! The candidates of a row, gathered from the parts in which they were found whenever they are
//! asked for: all of them together would be a copy of what is largest here.

use super::compare::{ETHNICITY, Levels, NAME};
use super::crowd::{Alike, Likeness, fold};
use super::found::{AllFound, BY_NUMBER};
use super::frequencies::Frequencies;
use super::pairs::{Pair, ROWS, from_aside, of_row, thin};
use super::values::Pending;
use std::ops::Range;

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

/// Gives back what was put aside under a number, as often as it is asked for.
pub(super) type Aside<'a, E> = &'a (dyn Fn(u32) -> Result<Vec<u8>, E> + Sync);

pub(super) struct Candidates<'a, E> {
    found: &'a AllFound,
    pending: &'a [Pending],
    aside: Aside<'a, E>,
    /// Rows that have a number after all: they are looked for by nothing else.
    usable: Vec<bool>,
}

/// The candidates of some rows.
pub(super) struct SomeRows<'c, 'a, E> {
    all: &'c Candidates<'a, E>,
    /// Those that were put aside, in order.
    aside: Vec<Pair>,
}

impl<'a, E> Candidates<'a, E> {
    /// `pending`: the rows. `aside`: the pairs that were put aside, by table.
    pub fn new(found: &'a AllFound, pending: &'a [Pending], aside: Aside<'a, E>) -> Result<Self, E> {
        let mut usable = vec![false; pending.len()];
        // A number of an unassigned prefix that the population has is a number like any other.
        let mut see = |pair: &Pair| {
            let by_number = pair.likeness().rules & BY_NUMBER != 0;
            usable[pair.row as usize] |= by_number && pending[pair.row as usize].claimed == Some(pair.who.number());
        };
        found.parts.iter().flat_map(|part| part.pairs.iter()).for_each(&mut see);
        for table in 0..pending.len().div_ceil(ROWS) {
            from_aside(&aside(table as u32)?).iter().for_each(&mut see);
        }
        Ok(Self { found, pending, aside, usable })
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

    /// The candidates of a range of rows.
    pub fn some(&self, rows: Range<usize>) -> Result<SomeRows<'_, 'a, E>, E> {
        let tables = rows.start / ROWS..rows.end.div_ceil(ROWS);
        let aside = tables.map(|table| Ok(from_aside(&(self.aside)(table as u32)?)));
        Ok(SomeRows { all: self, aside: aside.collect::<Result<Vec<_>, E>>()?.concat() })
    }

    fn says_something(&self, likeness: &Likeness) -> bool {
        likeness.rules & !self.found.too_many[likeness.row as usize] != 0
    }
}

impl<E> SomeRows<'_, '_, E> {
    /// Those who may be shown, in order; and all of them, these first. They are the same in whatever
    /// parts they were found.
    pub fn of(&self, row: usize) -> (Vec<Pair>, Vec<Candidate>) {
        let (mut pairs, mut crowd) = (Vec::new(), Vec::new());
        let Candidates { found, usable, .. } = self.all;
        if !usable[row] {
            let says_something = |likeness: &Likeness| self.all.says_something(likeness);
            let row = row as u32;
            let held = found.parts.iter().flat_map(|part| part.pairs.of(row));
            pairs.extend(held.chain(of_row(&self.aside, row)).filter(|pair| says_something(&pair.likeness())));
            let alike = found.parts.iter().flat_map(|part| part.crowd.of(row));
            crowd.extend(alike.filter(|alike| says_something(&alike.likeness)));
        }
        thin(&mut pairs, |likeness| crowd.push(Alike { likeness, many: 1 }));
        // By which rules one is a candidate does not matter any more.
        crowd.iter_mut().for_each(|alike| alike.likeness.rules = 0);
        fold(&mut crowd);
        let candidate = |likeness: Likeness, many: u32| Candidate {
            levels: likeness.levels,
            many,
            rarity: found.frequencies.rarity_of_person(likeness.name, likeness.ethnicity),
        };
        let shown = pairs.iter().map(|pair| candidate(pair.likeness(), 1));
        let all = shown.chain(crowd.iter().map(|alike| candidate(alike.likeness, alike.many))).collect();
        (pairs, all)
    }
}
