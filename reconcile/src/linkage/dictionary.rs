//! Distinct values of a field made ready for comparing, laid out for many comparisons.

use super::column::Texts;
use super::date;
use super::parallel::in_ranges;
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

/// What is made of the values of a dictionary.
enum Made {
    Letters(Vec<u8>, Vec<usize>),
    Meaning(Vec<u32>, Sketches),
}

impl Dictionary {
    /// Of the forms of each dictionary. Of large ones letters and meaning are made side by side.
    pub(super) fn all(forms: Vec<(Comparator, Texts)>, workers: usize) -> Vec<Self> {
        let made = in_ranges(2 * forms.len(), 1, workers, |half| {
            let (comparator, forms) = &forms[half.start / 2];
            if half.start % 2 == 0 { meaning(*comparator, forms) } else { letters(forms) }
        });
        let mut all: Vec<Self> = forms.into_iter().map(|(comparator, forms)| Self::empty(comparator, forms)).collect();
        for (half, made) in made.into_iter().enumerate() {
            let dictionary = &mut all[half / 2];
            match made {
                Made::Letters(letters, ends) => (dictionary.letters, dictionary.ends) = (letters, ends),
                Made::Meaning(dates, sketches) => (dictionary.dates, dictionary.sketches) = (dates, sketches),
            }
        }
        all
    }

    fn empty(comparator: Comparator, forms: Texts) -> Self {
        let mut names = Vec::new();
        if comparator == Comparator::PersonName {
            names.resize_with(forms.len(), OnceLock::new);
        }
        let (letters, ends, dates, sketches) = <(Vec<u8>, Vec<usize>, Vec<u32>, Sketches)>::default();
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

fn letters(forms: &Texts) -> Made {
    let values = 0..forms.len() as u32;
    let (mut letters, mut ends) = (Vec::with_capacity(8 * forms.len()), Vec::with_capacity(forms.len() + 1));
    ends.push(0);
    for value in values {
        letters.extend(plain_letters(forms.get(value)));
        ends.push(letters.len());
    }
    Made::Letters(letters, ends)
}

/// Dates as numbers, and names of people in sketches.
fn meaning(comparator: Comparator, forms: &Texts) -> Made {
    let values = 0..forms.len() as u32;
    let (mut dates, mut sketches) = (Vec::new(), Sketches::default());
    match comparator {
        Comparator::Date => {
            dates.push(date::NO_DATE);
            dates.extend(values.map(|value| date::packed(forms.get(value).as_bytes())));
        }
        Comparator::PersonName => values.for_each(|value| sketches.push(forms.get(value))),
        _ => {}
    }
    Made::Meaning(dates, sketches)
}
