//! Keys as numbers: what is compared and sorted is eight bytes, whatever the text was.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The key of a row that has none.
pub const MISSING: u64 = 0;
/// Keys that are no short number are numbered in the order in which they come.
const NUMBERED: u64 = 1 << 63;
/// Digits of a key that is its own number; the length stands above them.
const MOST_DIGITS: usize = 17;
const LENGTH_AT: u32 = 57;

/// The text that two spellings of one key share; empty where there is none. `person`: an identity
/// number, so lost zeros are put back and separators taken out. Otherwise only white space goes.
pub fn normal(text: &str, person: bool) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if bytes.len() == 12 && bytes.iter().all(u8::is_ascii_digit) {
        return Cow::Borrowed(text);
    }
    if let Some(digits) = digits(text).filter(|_| person) {
        match digits.len() {
            10..=12 => return Cow::Owned(format!("{digits:0>12}")),
            8 | 9 => return Cow::Owned(format!("{digits:0>9}")),
            _ => {}
        }
    }
    let spare = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}';
    if text.contains(spare) { Cow::Owned(text.chars().filter(|c| !spare(*c)).collect()) } else { Cow::Borrowed(text) }
}

/// The numbers of keys; both sides of a comparison use one, from two threads.
#[derive(Default)]
pub struct Keys {
    person: bool,
    numbered: Mutex<Numbered>,
}

#[derive(Default)]
struct Numbered {
    numbers: HashMap<Arc<str>, u64>,
    texts: Vec<Arc<str>>,
}

impl Keys {
    pub fn new(person: bool) -> Self {
        Self { person, numbered: Mutex::default() }
    }

    /// The number of a key, [`MISSING`] where the text is none; and whether the text is written
    /// otherwise than [`Keys::text`] writes it.
    pub fn number(&self, text: &str) -> (u64, bool) {
        if let Some(number) = packed(text.as_bytes()).filter(|_| text.len() == 12) {
            return (number, false);
        }
        let normal = normal(text, self.person);
        if normal.is_empty() {
            return (MISSING, false);
        }
        let otherwise = normal != text;
        if let Some(number) = packed(normal.as_bytes()) {
            return (number, otherwise);
        }
        // A thread that died held no half-made entry.
        let mut numbered = self.numbered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbered.numbers.get(normal.as_ref()) {
            return (*number, otherwise);
        }
        let text: Arc<str> = normal.into();
        numbered.texts.push(text.clone());
        let number = NUMBERED | numbered.texts.len() as u64;
        numbered.numbers.insert(text, number);
        (number, otherwise)
    }

    /// The normal text of a key.
    pub fn text(&self, number: u64) -> String {
        if number & NUMBERED != 0 {
            let numbered = self.numbered.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (number & !NUMBERED) as usize;
            return at
                .checked_sub(1)
                .and_then(|at| numbered.texts.get(at))
                .map(|text| text.to_string())
                .unwrap_or_default();
        }
        let (length, value) = ((number >> LENGTH_AT) as usize, number & ((1 << LENGTH_AT) - 1));
        if length == 0 { String::new() } else { format!("{value:0length$}") }
    }

    /// A key that was sorted into a bucket before: the same bucket for every spelling of it.
    pub fn bucket(&self, text: &str, buckets: usize) -> usize {
        let hash = normal(text, self.person)
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        (spread(hash) >> 32) as usize % buckets.max(1)
    }
}

/// A short number is its own key, under its length: its zeros count.
fn packed(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > MOST_DIGITS {
        return None;
    }
    let mut value = 0u64;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value | (bytes.len() as u64) << LENGTH_AT)
}

/// Neighbouring numbers land far from each other.
pub(super) fn spread(key: u64) -> u64 {
    let key = (key ^ (key >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (key ^ (key >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// The digits of a number with separators in it. Unlike [`crate::normal::id::classify`] this does
/// not ask for an assigned prefix: that the other table has the same number is evidence enough.
fn digits(text: &str) -> Option<String> {
    let spare =
        |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '\'' | '_' | '\u{2013}' | '\u{feff}' | '\u{200b}');
    let mut digits = String::with_capacity(12);
    for c in text.chars().filter(|c| !spare(*c)) {
        match c {
            '0'..='9' => digits.push(c),
            'O' | 'o' => digits.push('0'),
            'I' | 'l' => digits.push('1'),
            _ => return None,
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::id::pack;
    use schemas::PersonalId;

    #[test]
    fn spellings_of_one_number_have_one_key_and_other_keys_their_own() {
        let keys = Keys::new(true);
        let key = keys.number("099085000123").0;
        for text in ["99085000123", " 099085000123", "099 085 000 123", "'099085000123", "O99085000123"] {
            assert_eq!(keys.number(text), (key, true), "{text}");
            assert_eq!(keys.bucket(text, 64), keys.bucket("099085000123", 64), "{text}");
        }
        let id = PersonalId::parse("099085000123").expect("a number");
        assert_eq!(key & ((1 << LENGTH_AT) - 1), pack(&id));
        let (a, b) = (keys.number("HS-0001").0, keys.number("HS-0002").0);
        assert!(a != b && keys.number("HS-0001 ") == (a, true));
        assert_eq!((keys.number(" "), keys.number("")), ((MISSING, false), (MISSING, false)));
        assert_eq!((keys.text(key), keys.text(a)), ("099085000123".to_owned(), "HS-0001".to_owned()));
        assert_ne!(keys.number("990000001"), keys.number("000990000001"));
    }

    #[test]
    fn a_key_that_is_no_identity_number_keeps_its_zeros() {
        let keys = Keys::new(false);
        assert_ne!(keys.number("0123"), keys.number("123"));
        assert_eq!(keys.number("0123").0, keys.number(" 0123\u{feff}").0);
    }
}
