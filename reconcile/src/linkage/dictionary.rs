//! Distinct values of a field made ready for comparing, laid out for many comparisons.

use super::column::Texts;
use super::date;
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
    /// Where values are dates, each as one number.
    dates: Vec<u32>,
    /// Where values are names of people; made when first compared, for many never are.
    names: Vec<OnceLock<Box<PersonName>>>,
    sketches: Sketches,
}

impl Dictionary {
    pub(super) fn new(comparator: Comparator, forms: Texts) -> Self {
        let values = forms.len() as u32;
        let (mut letters, mut ends) = (Vec::new(), vec![0]);
        for value in 0..values {
            letters.extend(plain_letters(forms.get(value)));
            ends.push(letters.len());
        }
        let (mut names, mut sketches) = (Vec::new(), Sketches::default());
        if comparator == Comparator::PersonName {
            names.resize_with(values as usize, OnceLock::new);
            (0..values).for_each(|value| sketches.push(forms.get(value)));
        }
        let dates = match comparator {
            Comparator::Date => {
                let packed = |value: u32| date::packed(forms.get(value).as_bytes());
                std::iter::once(date::NO_DATE).chain((0..values).map(packed)).collect()
            }
            _ => Vec::new(),
        };
        Self { forms, letters, ends, dates, names, sketches }
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

    pub fn has_dates(&self) -> bool {
        !self.dates.is_empty()
    }

    /// A value of a field of dates; see [`date`].
    #[inline]
    pub fn date(&self, value: u32) -> u32 {
        self.dates[value as usize]
    }

    /// Whether two values are certainly [`Likeness::Different`] as names of people.
    #[inline]
    pub fn are_different_names(&self, a: u32, b: u32) -> bool {
        self.sketches.are_different(a - 1, b - 1)
    }

    /// How alike two values are as names of people.
    pub fn likeness(&self, a: u32, b: u32) -> Likeness {
        self.name(a).compare(self.name(b)).likeness
    }

    fn name(&self, value: u32) -> &PersonName {
        let make = || Box::new(PersonName::new(self.forms.get(value - 1)));
        self.names[value as usize - 1].get_or_init(make)
    }
}
