//! How likely a word is, if the encoding it was decoded with is the right one.

use super::frequent::FREQUENT_SET;
use super::syllable::is_syllable;
use unicode_normalization::UnicodeNormalization;

/// Natural logarithms of probabilities. In lists of names and places about seven words in ten
/// that carry marks are among the frequent ones, and nearly all are syllables; there are some
/// 6,000 syllables with marks. What is no syllable is one in thirty, spread over all strings.
const FREQUENT: f64 = -6.5;
const SYLLABLE: f64 = -10.2;
const NO_SYLLABLE: f64 = -18.0;
/// A sign that is no letter: rarely beside letters.
const SIGN: f64 = -7.0;
/// A token of which nothing at all is known, were the encoding none of ours.
pub const NOTHING_KNOWN: f64 = -14.0;

/// The logarithm of the likelihood of a decoded token; only what is not ASCII counts.
pub fn likelihood(token: &str) -> f64 {
    token
        .split(|c: char| !c.is_alphabetic() && !unicode_normalization::char::is_combining_mark(c))
        .filter(|word| !word.is_ascii())
        .map(word)
        .sum::<f64>()
        + token.chars().filter(|c| !c.is_ascii() && !c.is_alphabetic()).map(sign).sum::<f64>()
}

fn word(word: &str) -> f64 {
    let small: String = word.chars().flat_map(char::to_lowercase).nfc().collect();
    if FREQUENT_SET.contains(small.as_str()) {
        FREQUENT
    } else if is_syllable(&small) {
        SYLLABLE
    } else {
        NO_SYLLABLE
    }
}

fn sign(c: char) -> f64 {
    match c {
        '\u{a0}' | '–' | '—' | '“' | '”' | '‘' | '’' | '…' | '•' => SIGN / 2.0,
        c if unicode_normalization::char::is_combining_mark(c) => 0.0,
        '\u{fffd}' => NO_SYLLABLE,
        _ => SIGN * 2.0,
    }
}
