//! Two values to a level: 0 is the closest.

use super::field::{Fields, MISSING};
use super::person_name::Likeness;
use super::similar::{jaro_winkler, one_edit};
use super::text::Prepared;
use config::linkage::{Comparator, LinkageSpec};

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

pub fn level_of(pattern: Pattern, at: usize) -> u8 {
    (pattern >> (3 * at) & 7) as u8
}

/// Compares the pairs of two tables.
pub struct Comparer<'a> {
    spec: &'a LinkageSpec,
    fields: &'a Fields,
    /// The values of each row beside each other: the rows of a pair lie anywhere, and each is
    /// waited for once.
    left: Vec<u32>,
    /// Empty where a table is linked with itself.
    right: Vec<u32>,
}

impl<'a> Comparer<'a> {
    pub fn new(spec: &'a LinkageSpec, fields: &'a Fields) -> Self {
        let rows = |count: usize, value: fn(&Fields, usize, u32) -> u32| {
            let row = |row| (0..spec.fields.len()).map(move |at| value(fields, at, row));
            (0..count as u32).flat_map(row).collect()
        };
        let right = rows(fields.right_rows.unwrap_or(0), Fields::right);
        Self { spec, fields, left: rows(fields.left_rows, Fields::left), right }
    }

    /// The values of both rows, in the order of the fields.
    fn values(&self, left: u32, right: u32) -> (&[u32], &[u32]) {
        let width = self.spec.fields.len();
        let others = if self.fields.right_rows.is_some() { &self.right } else { &self.left };
        let row = |at: u32| at as usize * width..(at as usize + 1) * width;
        (&self.left[row(left)], &others[row(right)])
    }

    fn level(&self, at: usize, a: u32, b: u32) -> u8 {
        if a == MISSING || b == MISSING {
            return NO_EVIDENCE;
        }
        if a == b {
            return 0;
        }
        differing(self.spec.fields[at].compare, self.fields.prepared(at, a), self.fields.prepared(at, b))
    }

    pub fn pattern(&self, left: u32, right: u32) -> Pattern {
        let mut pattern = 0;
        let (left, right) = self.values(left, right);
        for (at, (a, b)) in left.iter().zip(right).enumerate() {
            let level = self.level(at, *a, *b);
            pattern |= u64::from(level) << (3 * at);
        }
        for (number, [a, b]) in self.fields.exchanges.iter().enumerate() {
            let crossed = [self.level(*a, left[*a], right[*b]), self.level(*b, left[*b], right[*a])];
            let straight = [level_of(pattern, *a), level_of(pattern, *b)];
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
fn differing(comparator: Comparator, a: &Prepared, b: &Prepared) -> u8 {
    match comparator {
        Comparator::Exact => 1,
        Comparator::Digits => {
            if one_edit(&a.plain, &b.plain) {
                1
            } else {
                2
            }
        }
        Comparator::Name | Comparator::Text => {
            let similarity = jaro_winkler(&a.plain, &b.plain);
            if similarity >= 0.92 || one_edit(&a.plain, &b.plain) {
                1
            } else if similarity >= 0.8 {
                2
            } else {
                3
            }
        }
        Comparator::PersonName => match (&a.person_name, &b.person_name) {
            (Some(a), Some(b)) => a.compare(b).likeness as u8,
            _ => Likeness::Different as u8,
        },
        Comparator::Date => {
            if one_edit(&a.plain, &b.plain) {
                return 1;
            }
            let (Some(a), Some(b)) = (a.date, b.date) else { return 3 };
            if a.0 == b.0 && a.1 == b.2 && a.2 == b.1 {
                return 1;
            }
            let agreeing = u8::from(a.0 == b.0) + u8::from(a.1 == b.1) + u8::from(a.2 == b.2);
            if agreeing == 2 { 2 } else { 3 }
        }
    }
}
