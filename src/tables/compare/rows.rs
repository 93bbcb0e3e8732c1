//! The rows of one side: their keys as numbers, and where they stand in their file.

use crate::tables::compare::CompareError;
use reconcile::tables::keys::Keys;

#[derive(Default)]
pub struct Side {
    pub keys: Vec<u64>,
    /// Rows whose key is written otherwise than the normal one, with that text; in order.
    odd: Vec<(u32, Box<str>)>,
    /// Rows from 1, where the side is a part of a table.
    numbers: Option<Vec<u64>>,
}

impl Side {
    pub fn with_numbers() -> Self {
        Self { numbers: Some(Vec::new()), ..Self::default() }
    }

    pub fn push(&mut self, key: &str, keys: &Keys) -> Result<(), CompareError> {
        let (number, otherwise) = keys.number(key);
        let row = u32::try_from(self.keys.len()).ok().filter(|row| *row < u32::MAX).ok_or(CompareError::TooManyRows)?;
        if otherwise {
            self.odd.push((row, key.into()));
        }
        self.keys.push(number);
        Ok(())
    }

    pub fn push_numbered(&mut self, key: &str, number: u64, keys: &Keys) -> Result<(), CompareError> {
        self.numbers.get_or_insert_default().push(number);
        self.push(key, keys)
    }

    /// The row in its file, from 1.
    pub fn number(&self, row: u32) -> u64 {
        self.numbers.as_ref().map_or(u64::from(row) + 1, |numbers| numbers[row as usize])
    }

    /// The key as it stands in the file, where it is not written as usual.
    pub fn odd(&self, row: u32) -> Option<&str> {
        let at = self.odd.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(&self.odd[at].1)
    }

    pub fn has_odd(&self) -> bool {
        !self.odd.is_empty()
    }
}

/// Differences of some rows, in the order in which they were found.
#[derive(Default)]
pub struct Differences {
    pub rows: Vec<u32>,
    fields: Vec<u16>,
    codes: Vec<reconcile::tables::Code>,
    text: String,
    /// Where the left and the right value end.
    ends: Vec<[usize; 2]>,
}

impl Differences {
    pub fn push(&mut self, row: u32, field: usize, code: reconcile::tables::Code, left: &str, right: &str) {
        self.rows.push(row);
        self.fields.push(field as u16);
        self.codes.push(code);
        if code.is_listed() {
            self.text.push_str(left);
        }
        let middle = self.text.len();
        if code.is_listed() {
            self.text.push_str(right);
        }
        self.ends.push([middle, self.text.len()]);
    }

    /// Field, code, left and right value.
    pub fn get(&self, at: usize) -> (usize, reconcile::tables::Code, &str, &str) {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before][1]);
        let [middle, end] = self.ends[at];
        (usize::from(self.fields[at]), self.codes[at], &self.text[from..middle], &self.text[middle..end])
    }

    pub fn bytes(&self) -> u64 {
        self.text.capacity() as u64 + self.rows.capacity() as u64 * 24
    }
}
