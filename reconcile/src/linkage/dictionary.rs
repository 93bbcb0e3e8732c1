//! Distinct values of a field made ready for comparing, laid out for many comparisons.

use super::column::Texts;
use super::person_name::{Likeness, PersonName, Sketches};
use super::text::plain_letters;
use config::linkage::Comparator;
use std::sync::OnceLock;

/// No value.
pub const MISSING: u32 = 0;

/// Distinct values of a field, or of two fields that are sometimes exchanged; [`MISSING`] is none.
pub struct Dictionary {
    /// Normal forms; value `v` is text `v - 1`.
    forms: Texts,
    /// Letters without diacritics of all values, one byte each; what is not ASCII is a byte above
    /// 127.
    letters: Vec<u8>,
    /// Where the letters of each value end.
    ends: Vec<usize>,
    /// Values of eight letters as one number, others as 0: dates are compared at once.
    words: Vec<u64>,
    /// Where values are names of people; made when first compared, for many never are.
    names: Vec<OnceLock<Box<PersonName>>>,
    sketches: Sketches,
}

impl Dictionary {
    pub(super) fn new(comparator: Comparator, forms: Texts) -> Self {
        let values = forms.len() as u32;
        let (mut letters, mut ends, mut words) = (Vec::new(), vec![0], vec![0]);
        for value in 0..values {
            let begin = letters.len();
            letters.extend(plain_letters(forms.get(value)));
            ends.push(letters.len());
            words.push(<[u8; 8]>::try_from(&letters[begin..]).map_or(0, u64::from_be_bytes));
        }
        let (mut names, mut sketches) = (Vec::new(), Sketches::default());
        if comparator == Comparator::PersonName {
            names.resize_with(values as usize, OnceLock::new);
            (0..values).for_each(|value| sketches.push(forms.get(value)));
        }
        Self { forms, letters, ends, words, names, sketches }
    }

    /// Values, [`MISSING`] among them.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    pub fn letters(&self, value: u32) -> &[u8] {
        let at = value as usize;
        let begin = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.letters[begin..self.ends[at]]
    }

    /// A value of eight letters, the first one highest; 0 for others.
    #[inline]
    pub fn word(&self, value: u32) -> u64 {
        self.words[value as usize]
    }

    /// How alike two values are as names of people.
    pub fn likeness(&self, a: u32, b: u32) -> Likeness {
        if self.sketches.are_different(a - 1, b - 1) {
            return Likeness::Different;
        }
        self.name(a).compare(self.name(b)).likeness
    }

    fn name(&self, value: u32) -> &PersonName {
        let make = || Box::new(PersonName::new(self.forms.get(value - 1)));
        self.names[value as usize - 1].get_or_init(make)
    }
}
