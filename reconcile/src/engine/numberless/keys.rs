//! Blocking: a person is a candidate of a row if they share a key of at least one rule.

use super::values::Place;
use crate::normal::fold::hash_loose;
use schemas::{CommuneCode, PartialDate};
use std::borrow::Cow;
use std::sync::Arc;

/// The rules, by their place in a mask. Their names stand in the model file.
pub(super) const RULES: [&str; 8] = [
    "name + birth year",
    "birth date + given name",
    "name + commune of today",
    "CMND",
    "end of the number + birth year",
    "mother + birth year",
    "father + birth year",
    "birth date + commune of today",
];

/// What the keys are made of. Cheap to make: each person of the province is asked for its keys.
pub(super) struct Blocked<'a> {
    /// Each name and its last syllable, spelling folded away.
    pub names: Cow<'a, [(u64, u64)]>,
    pub birth: Option<PartialDate>,
    pub place: Arc<Place>,
    pub cmnd: Option<u32>,
    /// The last six digits of a number.
    pub end: Option<u64>,
    pub mother: Option<u64>,
    pub father: Option<u64>,
}

/// A name and its last syllable, each as a hash.
pub(super) fn name_keys(text: &str) -> (u64, u64) {
    (hash_loose(text), hash_loose(text.split_whitespace().next_back().unwrap_or_default()))
}

pub(super) fn end_of(number: &str) -> Option<u64> {
    let end = number.get(number.len().checked_sub(6)?..)?;
    end.bytes().all(|b| b.is_ascii_digit()).then(|| end.parse().ok()).flatten()
}

impl Blocked<'_> {
    /// The birth date as a number, where it is known to the day.
    pub fn day(&self) -> Option<u64> {
        let date = self.birth.filter(|date| date.is_full())?;
        let part = |part: Option<i8>| part.unwrap_or_default() as u64;
        Some(date.year() as u64 * 10_000 + part(date.month()) * 100 + part(date.day()))
    }

    /// Calls `each` with (rule, key).
    pub fn keys(&self, mut each: impl FnMut(u8, u64)) {
        let (day, year) = (self.day(), self.birth.map(|date| date.year() as u64));
        let mut key = |rule: u8, a: Option<u64>, b: Option<u64>| {
            if let (Some(a), Some(b)) = (a, b) {
                each(rule, mix(u64::from(rule), [a, b]));
            }
        };
        for (name, given) in self.names.iter() {
            key(0, Some(*name), year);
            key(1, day, Some(*given));
            for commune in &self.place.communes {
                key(2, Some(*name), Some(code(commune)));
            }
        }
        key(3, self.cmnd.map(u64::from), Some(0));
        key(4, self.end, year);
        key(5, self.mother, year);
        key(6, self.father, year);
        for commune in &self.place.communes {
            key(7, day, Some(code(commune)));
        }
    }
}

/// Of a text as it is written; `None` is no empty text.
pub(super) fn hash_of(text: Option<&str>) -> u64 {
    let Some(text) = text else { return 0 };
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn code(commune: &CommuneCode) -> u64 {
    commune.as_str().bytes().fold(0, |n, b| n * 16 + u64::from(b & 15))
}

/// Both parts spread over all bits.
pub(super) fn mix(seed: u64, parts: [u64; 2]) -> u64 {
    let step = |x: u64, y: u64| {
        let x = (x ^ y).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x ^ (x >> 29)
    };
    step(step(seed.wrapping_add(1).wrapping_mul(0xbf58_476d_1ce4_e5b9), parts[0]), parts[1])
}
