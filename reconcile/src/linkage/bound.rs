//! The most that a pair can still weigh, from what costs nothing: which values are equal and which
//! are missing. Most candidates fall below what is asked for before a letter is compared.

use super::compare::{Comparer, Memory, NO_EVIDENCE};
use super::dictionary::MISSING;
use super::field::Fields;
use super::score::Weights;
use config::linkage::{Comparator, LinkageSpec};

/// Of sums of the same numbers in another order, what rounding may make of them.
const ROUNDING: f64 = 1e-6;

pub struct Bound<'a> {
    fields: &'a Fields,
    weights: &'a Weights,
    least: f64,
    /// Of each field, the most that values say which differ.
    differing: Vec<f64>,
    /// Fields whose values have to be looked at to know their level, the cheapest first; those that
    /// may be exchanged are not among them.
    open: Vec<usize>,
    /// Which fields may not be exchanged.
    straight: Vec<usize>,
    /// The most that an exchange says for values in place, and for exchanged ones.
    exchanges: Vec<[f64; 2]>,
}

/// What one left row can say with any right row.
pub struct Left<'a> {
    values: &'a [u32],
    /// For each field what an equal value says, and the most that another says.
    says: Vec<[f64; 2]>,
}

impl<'a> Bound<'a> {
    /// For pairs of weight `least` or more.
    pub fn new(spec: &LinkageSpec, fields: &'a Fields, weights: &'a Weights, least: f64) -> Self {
        let most = |levels: &[f64]| levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let differing = weights.levels[..spec.fields.len()].iter().map(|levels| most(&levels[1..])).collect();
        let exchanged = |at: &usize| fields.exchanges.iter().flatten().any(|other| other == at);
        let straight: Vec<usize> = (0..spec.fields.len()).filter(|at| !exchanged(at)).collect();
        let cost = |at: &usize| match spec.fields[*at].compare {
            Comparator::Exact => 0,
            Comparator::Digits | Comparator::Date => 1,
            Comparator::Name => 2,
            Comparator::Text => 3,
            Comparator::PersonName => 4,
        };
        let mut open: Vec<usize> = straight.iter().copied().filter(|at| cost(at) > 0).collect();
        open.sort_by_key(cost);
        // In place, or one is missing, which says nothing.
        let exchanges =
            weights.levels[spec.fields.len()..].iter().map(|levels| [levels[0].max(0.0), levels[1]]).collect();
        Self { fields, weights, least: least - ROUNDING, differing, open, straight, exchanges }
    }

    pub fn left(&self, row: u32) -> Left<'a> {
        let values = self.fields.left_row(row);
        let says = values.iter().enumerate().map(|(at, value)| match *value {
            MISSING => [0.0; 2],
            value => [self.weights.levels[at][0] + self.weights.rarity(at, value), self.differing[at]],
        });
        Left { values, says: says.collect() }
    }

    /// Whether the pair may be heavy enough: never wrongly false.
    pub fn may_reach(&self, comparer: &Comparer<'_>, memory: &mut Memory, left: &Left<'_>, right: &[u32]) -> bool {
        let most = |at: usize, other: u32| {
            let [same, differing] = left.says[at];
            let differing = if other == MISSING { 0.0 } else { differing };
            if other == left.values[at] { same } else { differing }
        };
        let mut bound = self.weights.prior;
        for at in &self.straight {
            bound += most(*at, right[*at]);
        }
        for ([a, b], [in_place, exchanged]) in self.fields.exchanges.iter().zip(&self.exchanges) {
            let straight = most(*a, right[*a]) + most(*b, right[*b]) + in_place;
            bound += straight.max(most(*a, right[*b]) + most(*b, right[*a]) + exchanged);
        }
        for at in &self.open {
            if bound < self.least {
                return false;
            }
            let (a, b) = (left.values[*at], right[*at]);
            if a != b && a != MISSING && b != MISSING {
                let level = comparer.level(memory, *at, a, b);
                debug_assert!(level != 0 && level != NO_EVIDENCE);
                bound += self.weights.levels[*at][level as usize] - self.differing[*at];
            }
        }
        bound >= self.least
    }
}
