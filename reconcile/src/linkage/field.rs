//! Values of both tables, each distinct text once.

use super::column::Column;
use super::dictionary::Dictionary;
pub use super::dictionary::MISSING;
use super::forms::{Numbered, numbered};
use super::glance::Glances;
use super::parallel::in_pieces;
use super::rows::{Cells, Rows};
use config::linkage::LinkageSpec;

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
    /// The values of each row beside each other: the rows of a pair lie anywhere, and each is
    /// waited for once.
    rows: [Vec<Eight>; 2],
    /// The right table, or the only one, at a glance.
    glances: Glances,
    /// Places of the fields whose dates are in the glances.
    pub date_fields: Vec<usize>,
    /// How many eights a row has.
    eights: usize,
}

/// The values of eight fields of a row; behind the last field is none.
pub type Eight = [u32; 8];

impl Fields {
    /// `left` and `right`: the columns of each table in the order of the specification's fields.
    /// Without `right` the table is linked with itself.
    pub fn new(spec: &LinkageSpec, left: &[Column], right: Option<&[Column]>, workers: usize) -> Self {
        let exchanges = exchanges(spec);
        let partner = |at: usize| exchanges.iter().find(|pair| pair.contains(&at));
        let first = |at: usize| partner(at).map_or(at, |[a, b]| *a.min(b));
        let mut groups: Vec<Vec<usize>> = (0..spec.fields.len())
            .filter(|at| first(*at) == *at)
            .map(|at| (at..spec.fields.len()).filter(|other| first(*other) == at).collect())
            .collect();
        // Those with the most distinct texts take longest, and are begun first.
        let texts = |at: &usize| left[*at].texts.len();
        groups.sort_by_key(|group| std::cmp::Reverse(group.iter().map(texts).sum::<usize>()));
        let numbered = numbered(spec, &groups, [Some(left), right], workers);
        let (mut values, mut forms) = (Vec::new(), Vec::new());
        for (place, Numbered { forms: of_group, values: of_fields }) in numbered.into_iter().enumerate() {
            values.extend(of_fields.into_iter().map(|(at, values)| (at, place, values)));
            forms.push((spec.fields[groups[place][0]].compare, of_group));
        }
        values.sort_by_key(|(at, ..)| *at);
        let dictionaries = Dictionary::all(forms, workers);
        let dictionary_of: Vec<usize> = values.iter().map(|(_, place, _)| *place).collect();
        let is_exchanged = |at: &usize| exchanges.iter().flatten().any(|other| other == at);
        // Of dates that may be exchanged it is not known which value stands beside which.
        let date_fields =
            (0..values.len()).filter(|at| dictionaries[dictionary_of[*at]].has_dates() && !is_exchanged(at));
        let date_fields: Vec<usize> = date_fields.collect();
        let dates = date_fields.iter().map(|at| (*at, &dictionaries[dictionary_of[*at]]));
        let dates: Vec<(usize, &Dictionary)> = dates.collect();
        let rows = |columns: &[Column], side: usize, is_right: bool| {
            let cells = columns.iter().zip(&values).map(|(column, (.., values))| (&*column.cells, &*values[side]));
            Rows::new(&cells.collect::<Vec<Cells<'_>>>(), is_right.then_some(&dates), workers)
        };
        let mut left_side = rows(left, 0, right.is_none());
        let right_side = right.map_or_else(Rows::default, |right| rows(right, 1, true));
        let glances = if right.is_some() { right_side.glances } else { std::mem::take(&mut left_side.glances) };
        let mut right_columns = right_side.columns;
        right_columns.resize(values.len(), Vec::new());
        let columns: Vec<(Vec<u32>, Vec<u32>)> = left_side.columns.into_iter().zip(right_columns).collect();
        let counts = in_pieces(&columns.iter().zip(&dictionary_of).collect::<Vec<_>>(), 1, workers, |field| {
            let ((left, right), dictionary) = field[0];
            let mut counts = vec![0u32; dictionaries[*dictionary].len()];
            left.iter().chain(right).for_each(|value| counts[*value as usize] += 1);
            counts
        });
        let fields = columns.into_iter().zip(counts).zip(dictionary_of);
        let fields = fields.map(|(((left, right), mut counts), dictionary)| {
            let missing = std::mem::take(&mut counts[MISSING as usize]);
            let total = (left.len() + right.len()) as u64 - u64::from(missing);
            Field { dictionary, left, right, counts, total }
        });
        let count = |columns: &[Column]| columns.first().map_or(0, Column::rows);
        Self {
            fields: fields.collect(),
            eights: values.len().div_ceil(8),
            dictionaries,
            exchanges,
            left_rows: count(left),
            right_rows: right.map(count),
            rows: [left_side.rows, right_side.rows],
            glances,
            date_fields,
        }
    }

    /// The dictionary of a field.
    pub fn dictionary(&self, field: usize) -> &Dictionary {
        &self.dictionaries[self.fields[field].dictionary]
    }

    /// The values of a row, in the order of the fields.
    #[inline]
    pub fn left_row(&self, row: u32) -> &[u32] {
        &self.left_eights(row).as_flattened()[..self.fields.len()]
    }

    #[inline]
    pub fn left_eights(&self, row: u32) -> &[Eight] {
        self.eights(0, row)
    }

    /// The same on the other side: of the second table, or of the same one.
    #[inline]
    pub fn right_row(&self, row: u32) -> &[u32] {
        &self.right_eights(row).as_flattened()[..self.fields.len()]
    }

    #[inline]
    pub fn right_eights(&self, row: u32) -> &[Eight] {
        self.eights(usize::from(self.right_rows.is_some()), row)
    }

    /// The right table, or the only one, at a glance.
    #[inline]
    pub fn glances(&self) -> &Glances {
        &self.glances
    }

    #[inline]
    fn eights(&self, side: usize, row: u32) -> &[Eight] {
        &self.rows[side][row as usize * self.eights..(row as usize + 1) * self.eights]
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
