//! Values of both tables, each distinct text once.

use super::column::{Column, Texts};
use super::dictionary::Dictionary;
pub use super::dictionary::MISSING;
use super::glance::{Glances, date_fields, glances};
use super::parallel::{in_pieces, in_ranges};
use super::text::form;
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

/// Fields that share a dictionary: their places, the values of both sides, and the dictionary.
type Read = (Vec<(usize, Vec<u32>, Vec<u32>)>, Dictionary);

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
        let read = in_pieces(&groups, 1, workers, |group| read(spec, &group[0], left, right));
        let (mut dictionaries, mut fields) = (Vec::new(), Vec::new());
        for (columns, dictionary) in read {
            for (at, left, right) in columns {
                let mut counts = vec![0u32; dictionary.len()];
                left.iter().chain(&right).for_each(|value| counts[*value as usize] += 1);
                let missing = std::mem::take(&mut counts[MISSING as usize]);
                let total = (left.len() + right.len()) as u64 - u64::from(missing);
                fields.push((at, Field { dictionary: dictionaries.len(), left, right, counts, total }));
            }
            dictionaries.push(dictionary);
        }
        fields.sort_by_key(|(at, _)| *at);
        let fields: Vec<Field> = fields.into_iter().map(|(_, field)| field).collect();
        let count = |columns: &[Column]| columns.first().map_or(0, Column::rows);
        let (left_rows, right_rows) = (count(left), right.map(count));
        let rows = [
            beside(&fields, left_rows, workers, |field| &field.left),
            beside(&fields, right_rows.unwrap_or(0), workers, |field| &field.right),
        ];
        let eights = fields.len().div_ceil(8);
        let date_fields = date_fields(&fields, &dictionaries, &exchanges);
        let side = usize::from(right_rows.is_some());
        let dates = date_fields.iter().map(|at| &fields[*at]);
        let dates: Vec<(&Dictionary, &[u32])> =
            dates.map(|field| (&dictionaries[field.dictionary], [&*field.left, &*field.right][side])).collect();
        let glances = glances(&rows[side], eights, &dates);
        Self { fields, dictionaries, exchanges, left_rows, right_rows, rows, eights, glances, date_fields }
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

/// Values are numbered as they come: field by field, the left table first.
fn read(spec: &LinkageSpec, group: &[usize], left: &[Column], right: Option<&[Column]>) -> Read {
    let mut forms = Texts::default();
    let comparator = spec.fields[group[0]].compare;
    let mut values = |column: &Column| -> Vec<u32> {
        let of_text: Vec<u32> = (0..column.texts.len() as u32)
            .map(|text| form(comparator, column.texts.get(text)).map_or(MISSING, |form| forms.number(&form) + 1))
            .collect();
        column.cells.iter().map(|text| of_text[*text as usize]).collect()
    };
    let columns = group
        .iter()
        .map(|at| (*at, values(&left[*at]), right.map(|right| values(&right[*at])).unwrap_or_default()))
        .collect();
    (columns, Dictionary::new(comparator, forms))
}

/// The columns of a table row by row.
fn beside(fields: &[Field], rows: usize, workers: usize, column: fn(&Field) -> &Vec<u32>) -> Vec<Eight> {
    const ROWS_A_PIECE: usize = 20_000;
    let columns: Vec<&[u32]> = fields.iter().map(|field| column(field).as_slice()).collect();
    let eight = |columns: &[&[u32]], row: usize| {
        std::array::from_fn(|at| columns.get(at).map_or(MISSING, |column| column[row]))
    };
    in_ranges(rows, ROWS_A_PIECE, workers, |range| {
        range.flat_map(|row| columns.chunks(8).map(move |columns| eight(columns, row))).collect::<Vec<Eight>>()
    })
    .concat()
}

/// The loader has checked that the names are those of fields.
fn exchanges(spec: &LinkageSpec) -> Vec<[usize; 2]> {
    spec.exchanged.iter().filter_map(|[a, b]| Some([spec.position(a)?, spec.position(b)?])).collect()
}
