//! The most that a pair can still weigh, from what costs nothing: which values are equal and which
//! are missing. Most candidates fall below what is asked for before a letter is compared.

use super::compare::{Comparer, Memory};
use super::dictionary::MISSING;
use super::field::{Fields, Tags, tag};
use super::score::Weights;
use config::linkage::{Comparator, LinkageSpec};

/// At once, weights are whole numbers of so many parts, rounded up: eight are added as fast as one.
const PARTS: f64 = 65_536.0;
/// What a sum of numbers may lose by rounding.
const ROUNDING: f64 = 1e-6;

fn parts(weight: f64) -> i32 {
    (weight * PARTS).ceil() as i32
}

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
    exchanges: Vec<[i32; 2]>,
    prior: i32,
    least_parts: i32,
}

/// What one left row can say with any right row.
pub struct Left<'a> {
    values: &'a [u32],
    /// For each field what an equal value says, and the most that another says.
    says: Vec<[f64; 2]>,
    eights: Vec<Says<u32>>,
    tags: Vec<Says<u8>>,
}

/// The same in [`PARTS`] for eight fields, by their values or their tags.
#[derive(Clone, Copy, Default)]
struct Says<T> {
    values: [T; 8],
    same: [i32; 8],
    other: [i32; 8],
}

impl<T: Copy + PartialEq + Default> Says<T> {
    /// What the values of another row say at the most. Without a branch, for nothing can be
    /// foreseen.
    #[inline]
    fn of(&self, others: &[T; 8]) -> i32 {
        others.iter().enumerate().map(|(at, other)| self.of_one(at, *other)).sum()
    }

    #[inline]
    fn of_one(&self, at: usize, other: T) -> i32 {
        let says = if other == self.values[at] { self.same[at] } else { self.other[at] };
        // The default is no value.
        if other == T::default() { 0 } else { says }
    }
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
        // Rounded up parts are not too small.
        let least = least - ROUNDING;
        let (prior, least_parts) = (parts(weights.prior), (least * PARTS).floor() as i32);
        let is_name = spec.fields.iter().map(|field| field.compare == Comparator::PersonName).collect();
        // In place, or one is missing, which says nothing.
        let exchanges = weights.levels[spec.fields.len()..]
            .iter()
            .map(|levels| [parts(levels[0].max(0.0)), parts(levels[1])])
            .collect();
        Self { fields, weights, least, prior, least_parts, differing, is_name, open, exchanges }
    }

    pub fn left(&self, row: u32) -> Left<'a> {
        let values = self.fields.left_row(row);
        let says = values.iter().enumerate().map(|(at, value)| {
            let same = self.weights.levels[at][0] + self.weights.rarity(at, *value);
            match *value {
                MISSING => [0.0; 2],
                // Other values may be the same name, but for a space.
                _ if self.is_name[at] => [same, same.max(self.differing[at])],
                _ => [same, self.differing[at]],
            }
        });
        let says: Vec<[f64; 2]> = says.collect();
        let mut left = Left { values, eights: Vec::new(), tags: Vec::new(), says };
        for (values, says) in values.chunks(8).zip(left.says.chunks(8)) {
            let (mut eight, mut tags) = (Says::default(), Says::default());
            for (at, (value, [same, other])) in values.iter().zip(says).enumerate() {
                (eight.values[at], eight.same[at], eight.other[at]) = (*value, parts(*same), parts(*other));
                // Of an equal tag the value may be equal or not.
                (tags.values[at], tags.same[at], tags.other[at]) =
                    (tag(*value), parts(same.max(*other)), parts(*other));
            }
            left.eights.push(eight);
            left.tags.push(tags);
        }
        left
    }

    /// The most that a pair weighs, in [`PARTS`], by which values may be equal and are missing.
    #[inline]
    pub fn at_a_glance(&self, left: &Left<'_>, right: &[Tags]) -> i32 {
        self.at_once(&left.tags, right)
    }

    #[inline]
    fn at_once<T: Copy + PartialEq + Default>(&self, left: &[Says<T>], right: &[[T; 8]]) -> i32 {
        let mut bound = self.prior;
        for (says, others) in left.iter().zip(right) {
            bound += says.of(others);
        }
        for ([a, b], [in_place, exchanged]) in self.fields.exchanges.iter().zip(&self.exchanges) {
            let with = |at: usize, other: usize| left[at / 8].of_one(at % 8, right[other / 8][other % 8]);
            let straight = with(*a, *a) + with(*b, *b);
            bound += (*in_place).max(with(*a, *b) + with(*b, *a) + exchanged - straight);
        }
        bound
    }

    /// Whether a pair of the bound `bound` is heavy enough to be looked at.
    #[inline]
    pub fn is_enough(&self, bound: i32) -> bool {
        bound >= self.least_parts
    }

    /// Whether the pair may be heavy enough, by its values and their letters: never wrongly false.
    pub fn may_reach(&self, comparer: &Comparer<'_>, memory: &mut Memory, left: &Left<'_>, right: u32) -> bool {
        let bound = self.at_once(&left.eights, self.fields.right_eights(right));
        if !self.is_enough(bound) {
            return false;
        }
        let (mut bound, right) = (f64::from(bound) / PARTS, self.fields.right_row(right));
        for at in &self.open {
            let (a, b) = (left.values[*at], right[*at]);
            if a != b && a != MISSING && b != MISSING {
                let [same, most] = left.says[*at];
                bound += match comparer.level(memory, *at, a, b) {
                    0 => same,
                    level => self.weights.levels[*at][level as usize],
                } - most;
                if bound < self.least {
                    return false;
                }
            }
        }
        true
    }
}
