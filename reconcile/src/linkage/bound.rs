//! The most that a pair can still weigh, from what costs nothing: which values are equal and which
//! are missing. Most candidates fall below what is asked for before a letter is compared.

use super::compare::{Comparer, Memory};
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
    is_name: Vec<bool>,
    /// Fields whose values have to be looked at to know their level, the cheapest first; those that
    /// may be exchanged are not among them.
    open: Vec<usize>,
    /// The most that an exchange says for values in place, and for exchanged ones.
    exchanges: Vec<[f64; 2]>,
}

/// What one left row can say with any right row.
pub struct Left<'a> {
    values: &'a [u32],
    /// For each field the most that another value says, what an equal one says, and twice nothing
    /// for a missing one: a place for each answer, so that nothing has to be foreseen.
    says: Vec<[f64; 4]>,
}

impl<'a> Bound<'a> {
    /// For pairs of weight `least` or more.
    pub fn new(spec: &LinkageSpec, fields: &'a Fields, weights: &'a Weights, least: f64) -> Self {
        let most = |levels: &[f64]| levels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let differing = weights.levels[..spec.fields.len()].iter().map(|levels| most(&levels[1..])).collect();
        let exchanged = |at: &usize| fields.exchanges.iter().flatten().any(|other| other == at);
        let cost = |at: &usize| match spec.fields[*at].compare {
            Comparator::Exact => 0,
            Comparator::Digits | Comparator::Date => 1,
            Comparator::Name => 2,
            Comparator::Text => 3,
            Comparator::PersonName => 4,
        };
        let mut open: Vec<usize> = (0..spec.fields.len()).filter(|at| !exchanged(at) && cost(at) > 0).collect();
        open.sort_by_key(cost);
        let is_name = spec.fields.iter().map(|field| field.compare == Comparator::PersonName).collect();
        // In place, or one is missing, which says nothing.
        let exchanges =
            weights.levels[spec.fields.len()..].iter().map(|levels| [levels[0].max(0.0), levels[1]]).collect();
        Self { fields, weights, least: least - ROUNDING, differing, is_name, open, exchanges }
    }

    pub fn left(&self, row: u32) -> Left<'a> {
        let values = self.fields.left_row(row);
        let says = values.iter().enumerate().map(|(at, value)| {
            let same = self.weights.levels[at][0] + self.weights.rarity(at, *value);
            match *value {
                MISSING => [0.0; 4],
                // Other values may be the same name, but for a space.
                _ if self.is_name[at] => [same.max(self.differing[at]), same, 0.0, 0.0],
                _ => [self.differing[at], same, 0.0, 0.0],
            }
        });
        Left { values, says: says.collect() }
    }

    /// The most that a pair weighs, by which values are equal and missing.
    #[inline]
    pub fn at_once(&self, left: &Left<'_>, right: &[u32]) -> f64 {
        let most = |value: u32, says: &[f64; 4], other: u32| {
            says[usize::from(other == value) | usize::from(other == MISSING) << 1]
        };
        let mut bound = self.weights.prior;
        for ((value, says), other) in left.values.iter().zip(&left.says).zip(right) {
            bound += most(*value, says, *other);
        }
        for ([a, b], [in_place, exchanged]) in self.fields.exchanges.iter().zip(&self.exchanges) {
            let with = |at: usize, other: usize| most(left.values[at], &left.says[at], right[other]);
            let straight = with(*a, *a) + with(*b, *b);
            bound += in_place.max(with(*a, *b) + with(*b, *a) + exchanged - straight);
        }
        bound
    }

    /// Whether a pair of the bound `bound` is heavy enough to be looked at.
    pub fn is_enough(&self, bound: f64) -> bool {
        bound >= self.least
    }

    /// Whether the pair may be heavy enough, by its letters: never wrongly false.
    pub fn may_reach(
        &self,
        mut bound: f64,
        comparer: &Comparer<'_>,
        memory: &mut Memory,
        left: &Left<'_>,
        right: &[u32],
    ) -> bool {
        for at in &self.open {
            let (a, b) = (left.values[*at], right[*at]);
            if a != b && a != MISSING && b != MISSING {
                let [most, same, ..] = left.says[*at];
                bound += match comparer.level(memory, *at, a, b) {
                    0 => same,
                    level => self.weights.levels[*at][level as usize],
                } - most;
                if !self.is_enough(bound) {
                    return false;
                }
            }
        }
        true
    }
}
