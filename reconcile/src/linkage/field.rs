//! Values of both tables, each distinct text once.

use super::text::{Prepared, form};
use config::linkage::LinkageSpec;
use std::collections::HashMap;

/// No value.
pub const MISSING: u32 = 0;

/// One table: its columns in the order of the specification's fields; empty text is no value.
pub struct Input<'a> {
    pub columns: Vec<Vec<&'a str>>,
}

impl Input<'_> {
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }
}

/// Distinct values of a field, or of two fields that are sometimes exchanged.
pub struct Dictionary {
    pub values: Vec<Prepared>,
}

/// One field of both tables.
pub struct Field {
    /// Which dictionary its values are in.
    pub dictionary: usize,
    pub left: Vec<u32>,
    /// Empty where a table is linked with itself.
    pub right: Vec<u32>,
    /// How often each value of the dictionary occurs, in both tables together.
    pub counts: Vec<u32>,
    /// Values in both tables.
    pub total: u64,
}

impl Field {
    /// How often two values drawn by chance are the same.
    pub fn agreement_by_chance(&self) -> f64 {
        let total = self.total.max(1) as f64;
        self.counts.iter().map(|count| f64::from(*count) / total).map(|share| share * share).sum()
    }

    /// Of all values the share that `value` has.
    pub fn frequency(&self, value: u32) -> f64 {
        f64::from(self.counts[value as usize]) / self.total.max(1) as f64
    }
}

pub struct Fields {
    pub fields: Vec<Field>,
    pub dictionaries: Vec<Dictionary>,
    /// Places of the fields that may be exchanged.
    pub exchanges: Vec<[usize; 2]>,
    pub left_rows: usize,
    /// `None`: the table is linked with itself.
    pub right_rows: Option<usize>,
}

impl Fields {
    pub fn new(spec: &LinkageSpec, left: &Input<'_>, right: Option<&Input<'_>>) -> Self {
        let exchanges = exchanges(spec);
        let mut dictionary_of: Vec<usize> = (0..spec.fields.len()).collect();
        for [a, b] in &exchanges {
            dictionary_of[*b] = dictionary_of[*a];
        }
        let mut known: Vec<HashMap<String, u32>> = spec.fields.iter().map(|_| HashMap::new()).collect();
        let mut dictionaries: Vec<Dictionary> =
            spec.fields.iter().map(|_| Dictionary { values: vec![Prepared::default()] }).collect();
        let mut read = |at: usize, input: &Input<'_>| -> Vec<u32> {
            let (comparator, dictionary) = (spec.fields[at].compare, dictionary_of[at]);
            let (known, values) = (&mut known[dictionary], &mut dictionaries[dictionary].values);
            let mut seen: HashMap<&str, u32> = HashMap::new();
            input.columns[at]
                .iter()
                .map(|text| {
                    *seen.entry(*text).or_insert_with(|| match form(comparator, text) {
                        None => MISSING,
                        Some(form) => *known.entry(form).or_insert_with_key(|form| {
                            values.push(Prepared::new(comparator, form));
                            (values.len() - 1) as u32
                        }),
                    })
                })
                .collect()
        };
        let columns: Vec<(Vec<u32>, Vec<u32>)> = (0..spec.fields.len())
            .map(|at| (read(at, left), right.map(|right| read(at, right)).unwrap_or_default()))
            .collect();
        let fields = columns
            .into_iter()
            .enumerate()
            .map(|(at, (left, right))| {
                let mut counts = vec![0u32; dictionaries[dictionary_of[at]].values.len()];
                left.iter().chain(&right).for_each(|value| counts[*value as usize] += 1);
                let missing = std::mem::take(&mut counts[MISSING as usize]);
                let total = (left.len() + right.len()) as u64 - u64::from(missing);
                Field { dictionary: dictionary_of[at], left, right, counts, total }
            })
            .collect();
        Self { fields, dictionaries, exchanges, left_rows: left.rows(), right_rows: right.map(Input::rows) }
    }

    pub fn prepared(&self, field: usize, value: u32) -> &Prepared {
        &self.dictionaries[self.fields[field].dictionary].values[value as usize]
    }

    pub fn left(&self, field: usize, row: u32) -> u32 {
        self.fields[field].left[row as usize]
    }

    /// The value on the other side: of the second table, or of the same one.
    pub fn right(&self, field: usize, row: u32) -> u32 {
        let field = &self.fields[field];
        if self.right_rows.is_some() { field.right[row as usize] } else { field.left[row as usize] }
    }

    /// Pairs that there are to compare.
    pub fn pairs(&self) -> f64 {
        let left = self.left_rows as f64;
        match self.right_rows {
            Some(right) => left * right as f64,
            None => left * (left - 1.0) / 2.0,
        }
    }
}

/// The loader has checked that the names are those of fields.
fn exchanges(spec: &LinkageSpec) -> Vec<[usize; 2]> {
    spec.exchanged.iter().filter_map(|[a, b]| Some([spec.position(a)?, spec.position(b)?])).collect()
}
