//! What is looked at of every row that a row is paired with: little, so that whole tables lie near
//! at hand. Of a date all of it, of other values a byte.

use super::date::NO_DATE;
use super::dictionary::{Dictionary, MISSING};
use super::field::{Eight, Field};

/// Tags of eight values: other tags are of other values, equal ones prove nothing.
pub type Tags = [u8; 8];

/// 0 for no value, and for no other.
#[inline]
pub fn tag(value: u32) -> u8 {
    if value == MISSING { 0 } else { (value.wrapping_mul(0x9e37_79b1) >> 24).max(1) as u8 }
}

/// The rows of a table at a glance.
pub struct Glances {
    /// How many eights of tags a row has.
    eights: usize,
    tags: Vec<Tags>,
    /// How many dates a row has.
    dates_a_row: usize,
    dates: Vec<u32>,
}

impl Glances {
    /// `rows`: the values of each row in so many `eights`; `dates`: each field of dates with its
    /// dictionary and its values.
    pub fn new(rows: &[Eight], eights: usize, dates: &[(&Dictionary, &[u32])]) -> Self {
        let tags = rows.iter().map(|values| values.map(tag)).collect();
        let count = rows.len() / eights.max(1);
        let mut all = vec![NO_DATE; count * dates.len()];
        for (at, (dictionary, values)) in dates.iter().enumerate() {
            let places = all.iter_mut().skip(at).step_by(dates.len());
            places.zip(*values).for_each(|(place, value)| *place = dictionary.date(*value));
        }
        Self { eights, tags, dates_a_row: dates.len(), dates: all }
    }

    #[inline]
    pub fn tags(&self, row: u32) -> &[Tags] {
        &self.tags[row as usize * self.eights..][..self.eights]
    }

    #[inline]
    pub fn dates(&self, row: u32) -> &[u32] {
        &self.dates[row as usize * self.dates_a_row..][..self.dates_a_row]
    }
}

/// The fields of dates, but for those that may be exchanged: of these it is not known which value
/// stands beside which.
pub fn date_fields(fields: &[Field], dictionaries: &[Dictionary], exchanges: &[[usize; 2]]) -> Vec<usize> {
    let is_date = |at: &usize| dictionaries[fields[*at].dictionary].has_dates();
    let is_exchanged = |at: &usize| exchanges.iter().flatten().any(|other| other == at);
    (0..fields.len()).filter(|at| is_date(at) && !is_exchanged(at)).collect()
}
