//! Two values to a level: 0 is the closest.

use super::field::{Fields, MISSING};
use super::spec::{Kind, Spec};
use super::text::Prepared;

/// One side has no value.
pub const NO_EVIDENCE: u8 = 7;

/// Levels of a kind, "different" included.
pub fn levels(kind: Kind) -> u8 {
    match kind {
        Kind::Exact => 2,
        Kind::Digits => 3,
        Kind::Name | Kind::Text | Kind::Date => 4,
    }
}

/// The levels of one pair, three bits for each field; then one comparison for each two fields that
/// may be exchanged: 0 as they stand, 1 exchanged.
pub type Pattern = u64;

pub fn level_of(pattern: Pattern, at: usize) -> u8 {
    (pattern >> (3 * at) & 7) as u8
}

/// Compares the pairs of two tables.
pub struct Comparer<'a> {
    spec: &'a Spec,
    fields: &'a Fields,
}

impl<'a> Comparer<'a> {
    pub fn new(spec: &'a Spec, fields: &'a Fields) -> Self {
        Self { spec, fields }
    }

    fn level(&self, at: usize, a: u32, b: u32) -> u8 {
        if a == MISSING || b == MISSING {
            return NO_EVIDENCE;
        }
        if a == b {
            return 0;
        }
        let values = &self.fields.dictionaries[self.fields.fields[at].dictionary].values;
        differing(self.spec.fields[at].kind, &values[a as usize], &values[b as usize])
    }

    pub fn pattern(&self, left: u32, right: u32) -> Pattern {
        let mut pattern = 0;
        for at in 0..self.spec.fields.len() {
            let level = self.level(at, self.fields.left(at, left), self.fields.right(at, right));
            pattern |= u64::from(level) << (3 * at);
        }
        for (number, (a, b)) in self.spec.exchanged.iter().enumerate() {
            let crossed = [
                self.level(*a, self.fields.left(*a, left), self.fields.right(*b, right)),
                self.level(*b, self.fields.left(*b, left), self.fields.right(*a, right)),
            ];
            let straight = [level_of(pattern, *a), level_of(pattern, *b)];
            if closeness(crossed) > closeness(straight) + 1 {
                pattern &= !(7 << (3 * a) | 7 << (3 * b));
                pattern |= u64::from(crossed[0]) << (3 * a) | u64::from(crossed[1]) << (3 * b);
                pattern |= 1 << (3 * (self.spec.fields.len() + number));
            }
        }
        pattern
    }

    /// Are the values of these two fields exchanged in this pattern?
    pub fn is_exchanged(&self, pattern: Pattern, exchange: usize) -> bool {
        level_of(pattern, self.spec.fields.len() + exchange) == 1
    }
}

fn closeness(levels: [u8; 2]) -> u8 {
    levels.iter().map(|level| match level {
        0 => 4,
        1 => 3,
        2 => 1,
        _ => 0,
    }).sum()
}

/// Both have a value, and not the same.
fn differing(kind: Kind, a: &Prepared, b: &Prepared) -> u8 {
    match kind {
        Kind::Exact => 1,
        Kind::Digits => if one_edit(&a.plain, &b.plain) { 1 } else { 2 },
        Kind::Name => {
            let similarity = jaro_winkler(&a.plain, &b.plain);
            if similarity >= 0.92 || one_edit(&a.plain, &b.plain) { 1 } else if similarity >= 0.8 { 2 } else { 3 }
        }
        Kind::Text => {
            let similarity = jaro_winkler(&a.plain, &b.plain);
            if similarity >= 0.92 || one_edit(&a.plain, &b.plain) { 1 } else if similarity >= 0.8 { 2 } else { 3 }
        }
        Kind::Date => {
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

/// One letter more, less, other, or two neighbours exchanged.
pub fn one_edit(a: &[char], b: &[char]) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if b.len() - a.len() > 1 {
        return false;
    }
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if a.len() != b.len() {
        return a[begin..] == b[begin + 1..];
    }
    match a.len() - begin {
        0 | 1 => true,
        _ => {
            a[begin + 1..] == b[begin + 1..]
                || (a[begin] == b[begin + 1] && a[begin + 1] == b[begin] && a[begin + 2..] == b[begin + 2..])
        }
    }
}

/// Similarity after Jaro and Winkler, from 0 to 1.
pub fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = [false; 64];
    let mut taken_long;
    let taken: &mut [bool] = if b.len() <= 64 {
        &mut taken[..b.len()]
    } else {
        taken_long = vec![false; b.len()];
        &mut taken_long
    };
    let mut matched: Vec<char> = Vec::with_capacity(a.len());
    for (i, c) in a.iter().enumerate() {
        let from = i.saturating_sub(window);
        let to = (i + window + 1).min(b.len());
        if let Some(j) = (from..to).find(|j| !taken[*j] && b[*j] == *c) {
            taken[j] = true;
            matched.push(*c);
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let others = b.iter().zip(taken.iter()).filter(|(_, taken)| **taken).map(|(c, _)| c);
    let moved = matched.iter().zip(others).filter(|(x, y)| x != y).count() / 2;
    let m = matched.len() as f64;
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - moved as f64) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}
