//! The most that a pair can still weigh, from what costs nothing: which values are equal and which
//! are missing, and how near dates are. Most candidates fall below what is asked for before a letter
//! is compared.

use super::compare::{Comparer, Memory};
use super::date::{self, NO_DATE, STRANGE};
use super::dictionary::MISSING;
use super::field::{Eight, Fields};
use super::glance::{NearGlances, tag};
use super::score::Weights;
use config::linkage::{Comparator, LinkageSpec};

/// At once, weights are whole numbers of so many parts, rounded up: eight are added as fast as one.
const PARTS: f64 = 65_536.0;
/// What a sum of numbers may lose by rounding.
const ROUNDING: f64 = 1e-6;

fn parts(weight: f64) -> i32 {
    (weight * PARTS).ceil() as i32
}

fn most(weights: &[f64]) -> f64 {
    weights.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub struct Bound<'a> {
    fields: &'a Fields,
    weights: &'a Weights,
    least: f64,
    /// Of each field what each equal value says in [`PARTS`].
    same: Vec<Vec<i32>>,
    /// Of each field, the most that values say which differ.
    differing: Vec<f64>,
    is_name: Vec<bool>,
    /// Whether the field's dates are looked at whole at a glance.
    is_date: Vec<bool>,
    /// Fields whose values have to be looked at to know their level, the cheapest first; those that
    /// may be exchanged and those of dates are not among them.
    open: Vec<usize>,
    /// The most that an exchange says for values in place, and for exchanged ones.
    exchanges: Vec<[i32; 2]>,
    prior: i32,
    least_parts: i32,
}

/// What one left row can say with any right row.
#[derive(Default)]
pub struct Left<'a> {
    values: &'a [u32],
    eights: Vec<Says<u32>>,
    tags: Vec<Says<u8>>,
    dates: Vec<SaysDate>,
}

/// The same in [`PARTS`] for eight fields, by their values or their tags; of dates nothing.
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

/// The same for a date: by the level of another, or [`SaysDate::UNKNOWN`] or [`SaysDate::NOTHING`].
#[derive(Clone, Copy, Default)]
struct SaysDate {
    date: u32,
    says: [i32; 8],
}

impl SaysDate {
    const UNKNOWN: usize = 4;
    const NOTHING: usize = 5;

    #[inline]
    fn of(&self, other: u32) -> i32 {
        let level = usize::from(date::level(self.date, other));
        let level = if other == STRANGE { Self::UNKNOWN } else { level };
        self.says[if other == NO_DATE { Self::NOTHING } else { level }]
    }
}

impl<'a> Bound<'a> {
    /// For pairs of weight `least` or more.
    pub fn new(spec: &LinkageSpec, fields: &'a Fields, weights: &'a Weights, least: f64) -> Self {
        let count = spec.fields.len();
        let same = |at: usize| {
            let values = 0..fields.dictionary(at).len() as u32;
            values.map(|value| parts(weights.same(at, value))).collect()
        };
        let exchanged = |at: &usize| fields.exchanges.iter().flatten().any(|other| other == at);
        let cost = |at: &usize| match spec.fields[*at].compare {
            Comparator::Exact => 0,
            Comparator::Digits | Comparator::Date => 1,
            Comparator::Name => 2,
            Comparator::Text => 3,
            Comparator::PersonName => 4,
        };
        let is_date: Vec<bool> = (0..count).map(|at| fields.date_fields.contains(&at)).collect();
        let mut open: Vec<usize> = (0..count).filter(|at| !exchanged(at) && !is_date[*at] && cost(at) > 0).collect();
        open.sort_by_key(cost);
        // Rounded up parts are not too small.
        let least = least - ROUNDING;
        // In place, or one is missing, which says nothing.
        let exchanges = weights.levels[count..].iter().map(|levels| [parts(levels[0].max(0.0)), parts(levels[1])]);
        Self {
            fields,
            weights,
            least,
            same: (0..count).map(same).collect(),
            differing: weights.levels[..count].iter().map(|levels| most(&levels[1..])).collect(),
            is_name: spec.fields.iter().map(|field| field.compare == Comparator::PersonName).collect(),
            is_date,
            open,
            exchanges: exchanges.collect(),
            prior: parts(weights.prior),
            least_parts: (least * PARTS).floor() as i32,
        }
    }

    /// Turns `left` to another row.
    pub fn turn(&self, left: &mut Left<'a>, row: u32) {
        left.values = self.fields.left_row(row);
        left.eights.clear();
        left.tags.clear();
        for (eight, values) in left.values.chunks(8).enumerate() {
            let (mut by_value, mut by_tag) = (Says::default(), Says::default());
            for (at, value) in values.iter().enumerate() {
                let field = eight * 8 + at;
                let [same, other] = self.says(field, *value);
                (by_value.values[at], by_value.same[at], by_value.other[at]) = (*value, same, other);
                // Of an equal tag the value may be equal or not.
                (by_tag.values[at], by_tag.same[at], by_tag.other[at]) = (tag(*value), same.max(other), other);
            }
            left.eights.push(by_value);
            left.tags.push(by_tag);
        }
        left.dates.clear();
        left.dates.extend(self.fields.date_fields.iter().map(|at| self.says_date(*at, left.values[*at])));
    }

    /// What an equal value says, and the most that another says.
    fn says(&self, at: usize, value: u32) -> [i32; 2] {
        if value == MISSING || self.is_date[at] {
            return [0; 2];
        }
        let (same, other) = (self.same[at][value as usize], parts(self.differing[at]));
        // Other values may be the same name, but for a space.
        [same, if self.is_name[at] { same.max(other) } else { other }]
    }

    fn says_date(&self, at: usize, value: u32) -> SaysDate {
        let date = self.fields.dictionary(at).date(value);
        let mut says = [0; 8];
        if date != NO_DATE {
            says[0] = self.same[at][value as usize];
            says[1..4].iter_mut().zip(&self.weights.levels[at][1..]).for_each(|(says, weight)| *says = parts(*weight));
            let most = says[..4].iter().copied().fold(i32::MIN, i32::max);
            says[SaysDate::UNKNOWN] = most;
            if date == STRANGE {
                says[..4].fill(most);
            }
        }
        SaysDate { date, says }
    }

    /// The most that pairs of a left row weigh, in [`PARTS`], by their dates and by which values may
    /// be equal and are missing.
    pub fn at_a_glance(&self, left: &Left<'_>, rights: &NearGlances, bounds: &mut [i32]) {
        bounds.fill(self.prior);
        for (says, tags) in left.tags.iter().zip(&rights.tags) {
            bounds.iter_mut().zip(tags).for_each(|(bound, others)| *bound += says.of(others));
        }
        for (says, dates) in left.dates.iter().zip(&rights.dates) {
            bounds.iter_mut().zip(dates).for_each(|(bound, other)| *bound += says.of(*other));
        }
        if !self.exchanges.is_empty() {
            for (row, bound) in bounds.iter_mut().enumerate() {
                let tag_of = |at: usize| rights.tags[at / 8][row][at % 8];
                *bound += self.exchanged(|at, other| left.tags[at / 8].of_one(at % 8, tag_of(other)));
            }
        }
    }

    /// The same of one pair by the values themselves.
    fn by_values(&self, left: &Left<'_>, right: u32, eights: &[Eight]) -> i32 {
        let values: i32 = left.eights.iter().zip(eights).map(|(says, others)| says.of(others)).sum();
        let dates = left.dates.iter().zip(&self.fields.glances().dates);
        let dates: i32 = dates.map(|(says, dates)| says.of(dates[right as usize])).sum();
        let with = |at: usize, other: usize| left.eights[at / 8].of_one(at % 8, eights[other / 8][other % 8]);
        self.prior + values + dates + self.exchanged(with)
    }

    /// What exchanges may add. `with`: what the value of a field says of that of another.
    #[inline]
    fn exchanged(&self, with: impl Fn(usize, usize) -> i32) -> i32 {
        let add = |([a, b], [in_place, exchanged]): (&[usize; 2], &[i32; 2])| {
            let straight = with(*a, *a) + with(*b, *b);
            (*in_place).max(with(*a, *b) + with(*b, *a) + exchanged - straight)
        };
        self.fields.exchanges.iter().zip(&self.exchanges).map(add).sum()
    }

    /// Whether a pair of the bound `bound` is heavy enough to be looked at.
    #[inline]
    pub fn is_enough(&self, bound: i32) -> bool {
        bound >= self.least_parts
    }

    /// Whether the pair may be heavy enough, by its values and their letters: never wrongly false.
    /// `eights`: the values of the right row.
    pub fn may_reach(
        &self,
        comparer: &Comparer<'_>,
        memory: &mut Memory,
        left: &Left<'_>,
        right: u32,
        eights: &[Eight],
    ) -> bool {
        let bound = self.by_values(left, right, eights);
        if !self.is_enough(bound) {
            return false;
        }
        let (mut bound, right) = (f64::from(bound) / PARTS, eights.as_flattened());
        for at in &self.open {
            let (a, b) = (left.values[*at], right[*at]);
            if a != b && a != MISSING && b != MISSING {
                let same = self.weights.same(*at, a);
                let most = if self.is_name[*at] { same.max(self.differing[*at]) } else { self.differing[*at] };
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
