//! Two values to a level: 0 is the closest.

use super::date;
use super::dictionary::{Dictionary, MISSING};
use super::field::Fields;
use super::near::Near;
use super::person_name::Likeness;
use super::similar::{jaro_winkler, one_edit};
use config::linkage::{Comparator, FieldSpec, LinkageSpec};

/// One side has no value.
pub const NO_EVIDENCE: u8 = 7;

/// Names of the levels of a comparator, the closest first.
pub fn levels(comparator: Comparator) -> &'static [&'static str] {
    match comparator {
        Comparator::Exact => &["same", "different"],
        Comparator::Digits => &["same", "one digit", "different"],
        Comparator::Name | Comparator::Text => &["same", "close", "similar", "different"],
        Comparator::PersonName => Likeness::NAMES,
        Comparator::Date => &["same", "one digit", "two parts", "different"],
    }
}

/// Names of the levels of an exchange.
pub const EXCHANGE: &[&str] = &["in place", "exchanged"];

/// The levels of one pair, three bits for each field; then one comparison for each two fields that
/// may be exchanged: 0 as they stand, 1 exchanged, or no evidence.
pub type Pattern = u64;

#[inline]
pub fn level_of(pattern: Pattern, at: usize) -> u8 {
    (pattern >> (3 * at) & 7) as u8
}

/// Compares the pairs of two tables.
pub struct Comparer<'a> {
    spec: &'a LinkageSpec,
    fields: &'a Fields,
}

impl<'a> Comparer<'a> {
    pub fn new(spec: &'a LinkageSpec, fields: &'a Fields) -> Self {
        Self { spec, fields }
    }

    /// What one thread remembers of the values that it has compared.
    pub fn memory(&self) -> Memory {
        let dear = |(at, field): (usize, &FieldSpec)| match field.compare {
            Comparator::Name | Comparator::Text | Comparator::PersonName => {
                Remembered::new(self.fields.dictionary(at).len())
            }
            Comparator::Exact | Comparator::Digits | Comparator::Date => Remembered::new(0),
        };
        Memory { fields: self.spec.fields.iter().enumerate().map(dear).collect() }
    }

    /// The level of two values of the field `at`.
    #[inline]
    pub fn level(&self, memory: &mut Memory, at: usize, a: u32, b: u32) -> u8 {
        if a == MISSING || b == MISSING {
            return NO_EVIDENCE;
        }
        if a == b {
            return 0;
        }
        let (compare, dictionary) = (self.spec.fields[at].compare, self.fields.dictionary(at));
        // Told sooner than remembered.
        if compare == Comparator::PersonName && dictionary.are_different_names(a, b) {
            return Likeness::Different as u8;
        }
        let differing = || differing(compare, dictionary, a, b);
        match memory.fields.get_mut(at) {
            Some(remembered) => remembered.level(a, b, differing),
            None => differing(),
        }
    }

    pub fn pattern(&self, memory: &mut Memory, left: u32, right: u32) -> Pattern {
        let mut pattern = 0;
        for (at, (a, b)) in self.fields.left_row(left).iter().zip(self.fields.right_row(right)).enumerate() {
            let level = self.level(memory, at, *a, *b);
            pattern |= u64::from(level) << (3 * at);
        }
        self.exchanged(memory, pattern, left, right)
    }

    /// The patterns of some pairs. Their rows lie anywhere: they are brought near first, all at once,
    /// and then compared field by field.
    pub fn patterns(&self, memory: &mut Memory, near: &mut Near, pairs: &[(u32, u32)]) -> Vec<Pattern> {
        near.bring(self.fields, pairs);
        let mut patterns = vec![0; pairs.len()];
        for at in 0..self.fields.fields.len() {
            match self.spec.fields[at].compare {
                Comparator::Exact => near.each(at, &mut patterns, |a, b| u8::from(a != b)),
                Comparator::Date => {
                    let dictionary = self.fields.dictionary(at);
                    near.each(at, &mut patterns, |a, b| {
                        let dates = [dictionary.date(a), dictionary.date(b)];
                        if dates.contains(&date::STRANGE) {
                            self.level(memory, at, a, b)
                        } else {
                            date::level(dates[0], dates[1])
                        }
                    });
                }
                _ => near.each(at, &mut patterns, |a, b| self.level(memory, at, a, b)),
            }
        }
        if !self.fields.exchanges.is_empty() {
            for (pattern, (left, right)) in patterns.iter_mut().zip(pairs) {
                *pattern = self.exchanged(memory, *pattern, *left, *right);
            }
        }
        patterns
    }

    /// The pattern of a pair, once it is known how near its fields are as they stand.
    fn exchanged(&self, memory: &mut Memory, mut pattern: Pattern, left: u32, right: u32) -> Pattern {
        let (left, right) = (self.fields.left_row(left), self.fields.right_row(right));
        for (number, [a, b]) in self.fields.exchanges.iter().enumerate() {
            let straight = [level_of(pattern, *a), level_of(pattern, *b)];
            // Two that are the same leave nothing that could be closer.
            let crossed = if straight == [0, 0] {
                straight
            } else {
                [self.level(memory, *a, left[*a], right[*b]), self.level(memory, *b, left[*b], right[*a])]
            };
            if closeness(crossed) > closeness(straight) + 1 {
                pattern &= !(7 << (3 * a) | 7 << (3 * b));
                pattern |= u64::from(crossed[0]) << (3 * a) | u64::from(crossed[1]) << (3 * b);
                pattern |= 1 << (3 * (self.spec.fields.len() + number));
            } else if straight.contains(&NO_EVIDENCE) {
                // Where one value is missing nobody can say that they are in place.
                pattern |= u64::from(NO_EVIDENCE) << (3 * (self.spec.fields.len() + number));
            }
        }
        pattern
    }
}

/// See [`Comparer::memory`].
pub struct Memory {
    fields: Vec<Remembered>,
}

impl Memory {
    /// Remembers nothing.
    pub fn none() -> Self {
        Self { fields: Vec::new() }
    }
}

/// The levels of the last compared values of a field: the common ones come again and again.
struct Remembered {
    /// Both values and their level; 0 is nothing.
    last: Vec<u64>,
}

/// Bits of a level, and of a value beside it.
const LEVEL_BITS: u32 = 3;
const VALUE_BITS: u32 = 30;

impl Remembered {
    fn new(values: usize) -> Self {
        let places = if values < 1 << VALUE_BITS { (values * values).clamp(1, 1 << 14).next_power_of_two() } else { 0 };
        Self { last: vec![0; if values == 0 { 0 } else { places }] }
    }

    #[inline]
    fn level(&mut self, a: u32, b: u32, compare: impl FnOnce() -> u8) -> u8 {
        if self.last.is_empty() {
            return compare();
        }
        let key = u64::from(a) << VALUE_BITS | u64::from(b);
        let at = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (self.last.len() - 1);
        let known = self.last[at];
        if known >> LEVEL_BITS == key {
            return (known & 7) as u8;
        }
        let level = compare();
        self.last[at] = key << LEVEL_BITS | u64::from(level);
        level
    }
}

fn closeness(levels: [u8; 2]) -> u8 {
    levels
        .iter()
        .map(|level| match level {
            0 => 4,
            1 => 3,
            2 => 1,
            _ => 0,
        })
        .sum()
}

/// Both have a value, and not the same.
fn differing(comparator: Comparator, dictionary: &Dictionary, a: u32, b: u32) -> u8 {
    let letters = || (dictionary.letters(a), dictionary.letters(b));
    match comparator {
        Comparator::Exact => 1,
        Comparator::Digits => {
            let (a, b) = letters();
            if one_edit(a, b) { 1 } else { 2 }
        }
        Comparator::Name | Comparator::Text => {
            let (x, y) = letters();
            let similarity = jaro_winkler(x, y);
            if similarity >= 0.92 || one_edit(x, y) {
                1
            } else if similarity >= 0.8 {
                2
            } else {
                3
            }
        }
        Comparator::PersonName => dictionary.likeness(a, b) as u8,
        Comparator::Date => {
            let dates = [dictionary.date(a), dictionary.date(b)];
            if !dates.contains(&date::STRANGE) {
                return date::level(dates[0], dates[1]);
            }
            // One of them is no date of eight digits: there are no parts to compare.
            let (a, b) = letters();
            if one_edit(a, b) { 1 } else { 3 }
        }
    }
}
