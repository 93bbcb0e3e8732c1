//! What is looked at of every row that a row is paired with: little, so that whole tables lie near
//! at hand. Of a date all of it, of other values a byte.

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
    /// For each eight of fields the tags of all rows.
    pub tags: Vec<Vec<Tags>>,
    /// For each field of dates those of all rows.
    pub dates: Vec<Vec<u32>>,
}

impl Glances {
    /// `rows`: the values of each row in so many `eights`; `dates`: each field of dates with its
    /// dictionary and its values.
    pub fn new(rows: &[Eight], eights: usize, dates: &[(&Dictionary, &[u32])]) -> Self {
        let tags = |eight: usize| rows.iter().skip(eight).step_by(eights).map(|values| values.map(tag)).collect();
        let dates =
            dates.iter().map(|(dictionary, values)| values.iter().map(|value| dictionary.date(*value)).collect());
        Self { tags: (0..eights).map(tags).collect(), dates: dates.collect() }
    }
}

/// Some rows at a glance, brought near: each is waited for, but all of them together.
#[derive(Default)]
pub struct NearGlances {
    pub tags: Vec<Vec<Tags>>,
    pub dates: Vec<Vec<u32>>,
}

impl NearGlances {
    pub fn bring(&mut self, glances: &Glances, rows: &[u32]) {
        bring(&mut self.tags, &glances.tags, rows);
        bring(&mut self.dates, &glances.dates, rows);
    }
}

fn bring<T: Copy>(near: &mut Vec<Vec<T>>, columns: &[Vec<T>], rows: &[u32]) {
    near.resize_with(columns.len(), Vec::new);
    for (near, column) in near.iter_mut().zip(columns) {
        near.clear();
        near.extend(rows.iter().map(|row| column[*row as usize]));
    }
}

/// The fields of dates, but for those that may be exchanged: of these it is not known which value
/// stands beside which.
pub fn date_fields(fields: &[Field], dictionaries: &[Dictionary], exchanges: &[[usize; 2]]) -> Vec<usize> {
    let is_date = |at: &usize| dictionaries[fields[*at].dictionary].has_dates();
    let is_exchanged = |at: &usize| exchanges.iter().flatten().any(|other| other == at);
    (0..fields.len()).filter(|at| is_date(at) && !is_exchanged(at)).collect()
}
