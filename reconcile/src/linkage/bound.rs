//! The most that a pair can still weigh, from what costs nothing: which values are equal and which
//! are missing, and how near dates are. Most candidates fall below what is asked for before a letter
//! is compared.

use super::compare::{Comparer, Memory};
use super::date::{NO_DATE, STRANGE};
use super::dictionary::MISSING;
use super::field::{Eight, Fields};
use super::glance::{Glance, tag_at, tags};
use super::says::{SaysDate, SaysGlance, SaysTags, SaysValues};
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
    /// Of each field, the most that values say which differ.
    differing: Vec<f64>,
    /// Of each field what each equal value says, and what others say, in [`PARTS`]; of dates that are
    /// looked at whole nothing.
    same: Vec<Vec<i32>>,
    other: Vec<i32>,
    /// Of each field of dates what each equal one says, and what each level says, in [`PARTS`].
    dates: Vec<[Vec<i32>; 2]>,
    is_name: Vec<bool>,
    /// Fields whose values have to be looked at to know their level, the cheapest first; those that
    /// may be exchanged and those of dates are not among them.
    open: Vec<usize>,
    /// The most that an exchange says for values in place, and for exchanged ones.
    exchanges: Vec<[i32; 2]>,
    prior: i32,
    least_parts: i32,
}

/// What one left row can say with any right row; of dates by values and tags nothing.
#[derive(Default)]
pub struct Left<'a> {
    values: &'a [u32],
    eights: Vec<SaysValues>,
    glances: Vec<SaysGlance>,
}

impl<'a> Bound<'a> {
    /// For pairs of weight `least` or more.
    pub fn new(spec: &LinkageSpec, fields: &'a Fields, weights: &'a Weights, least: f64) -> Self {
        let count = spec.fields.len();
        let same = |at: usize| -> Vec<i32> {
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
        let is_date = |at: &usize| fields.date_fields.contains(at);
        let mut open: Vec<usize> = (0..count).filter(|at| !exchanged(at) && !is_date(at) && cost(at) > 0).collect();
        open.sort_by_key(cost);
        // Rounded up parts are not too small.
        let least = least - ROUNDING;
        // In place, or one is missing, which says nothing.
        let exchanges = weights.levels[count..].iter().map(|levels| [parts(levels[0].max(0.0)), parts(levels[1])]);
        let differing: Vec<f64> = weights.levels[..count].iter().map(|levels| most(&levels[1..])).collect();
        let is_name: Vec<bool> = spec.fields.iter().map(|field| field.compare == Comparator::PersonName).collect();
        let other = differing.iter().enumerate().map(|(at, weight)| if is_date(&at) { 0 } else { parts(*weight) });
        let levels = |at: usize| weights.levels[at].iter().map(|weight| parts(*weight)).collect();
        Self {
            fields,
            weights,
            least,
            same: (0..count).map(|at| if is_date(&at) { Vec::new() } else { same(at) }).collect(),
            other: other.collect(),
            dates: fields.date_fields.iter().map(|at| [same(*at), levels(*at)]).collect(),
            differing,
            is_name,
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
        left.glances.clear();
        left.glances.resize(self.fields.glances().len(), SaysGlance::default());
        for (eight, values) in self.fields.left_eights(row).iter().enumerate() {
            let (mut by_value, mut more) = (SaysValues { values: *values, ..SaysValues::default() }, [0; 8]);
            for (at, value) in left.values[eight * 8..].iter().take(8).enumerate() {
                let [same, other] = self.says(eight * 8 + at, *value);
                (by_value.same[at], by_value.other[at]) = (same, other);
                // Of an equal tag the value may be equal or not.
                more[at] = (same - other).max(0);
            }
            left.glances[eight].tags = SaysTags::new(tags(values), &by_value.other, &more);
            left.eights.push(by_value);
        }
        let dates = self.fields.date_fields.iter().zip(&self.dates);
        for ((at, says), glance) in dates.zip(&mut left.glances) {
            glance.date = self.says_date(*at, left.values[*at], says);
        }
    }

    /// What an equal value says, and the most that another says.
    fn says(&self, at: usize, value: u32) -> [i32; 2] {
        let other = self.other[at];
        match self.same[at].get(value as usize) {
            // Other values may be the same name, but for a space.
            Some(same) if value != MISSING => [*same, if self.is_name[at] { other.max(*same) } else { other }],
            _ => [0; 2],
        }
    }

    fn says_date(&self, at: usize, value: u32, [same, levels]: &[Vec<i32>; 2]) -> SaysDate {
        let date = self.fields.dictionary(at).date(value);
        let mut says = [0; 8];
        if date != NO_DATE {
            says[0] = same[value as usize];
            says[1..4].iter_mut().zip(&levels[1..]).for_each(|(says, level)| *says = *level);
            let most = says[..4].iter().copied().fold(i32::MIN, i32::max);
            says[SaysDate::UNKNOWN] = most;
            if date == STRANGE {
                says[..4].fill(most);
            }
        }
        SaysDate { date, says }
    }

    /// The most that a left row weighs with each of some right rows, in [`PARTS`], by their dates and
    /// by which values may be equal and are missing. `glances`: those of the right rows, by column.
    pub fn at_a_glance<'g>(&self, left: &Left<'_>, glances: impl Fn(usize) -> &'g [Glance], bounds: &mut [i32]) {
        bounds.fill(self.prior);
        for (column, says) in left.glances.iter().enumerate() {
            bounds.iter_mut().zip(glances(column)).for_each(|(bound, glance)| *bound += says.of(*glance));
        }
        if !self.exchanges.is_empty() {
            for (right, bound) in bounds.iter_mut().enumerate() {
                let tag_of = |at: usize| tag_at(glances(at / 8)[right].tags, at % 8);
                *bound += self.exchanged(|at, other| left.glances[at / 8].tags.of_one(at % 8, tag_of(other)));
            }
        }
    }

    /// The same of one pair by the values themselves.
    fn by_values(&self, left: &Left<'_>, right: u32, eights: &[Eight]) -> i32 {
        let values: i32 = left.eights.iter().zip(eights).map(|(says, others)| says.of(others)).sum();
        let dates = self.fields.date_fields.iter().zip(&left.glances).zip(self.fields.glances());
        let dates: i32 = dates.map(|((_, says), column)| says.date.of(column[right as usize].date)).sum();
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
