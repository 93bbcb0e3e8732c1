//! The CMNDs by which rows of other sources name their person. They are gathered before the
//! population is surveyed: nearly everybody of age has a CMND, and few are ever asked for.

use super::link::number_in;
use super::table::{Columns, Table};
use crate::hashed::{Hashes, Sieve, spread};
use crate::normal::id::{IdForm, classify};

/// What was asked for in a part of the rows.
#[derive(Default)]
pub struct OldNumbersAsked(Vec<u32>);

/// CMNDs that somebody asks for.
#[derive(Default)]
pub struct OldNumbers {
    numbers: Hashes,
    /// Most are none of them.
    sieve: Sieve,
}

impl OldNumbersAsked {
    /// The columns that [`Self::ask`] looks at: a caller need not read the others.
    pub const COLUMNS: &'static [&'static str] = &["personal_id", "old_id", "paper_number", "paper_kind"];

    /// Looks at one row of a source other than the population.
    pub fn ask<T: Columns>(&mut self, table: &Table<'_, T>, row: usize) {
        let number = number_in(table.dataset, |column| table.columns.text(column, row));
        if let Some(IdForm::OldNumber(old) | IdForm::RepairedOld(old)) = number.map(|(text, _)| classify(text)) {
            self.0.push(old);
        }
    }
}

impl OldNumbers {
    /// All parts together.
    pub fn of(parts: Vec<OldNumbersAsked>) -> Self {
        let numbers: Hashes = parts.into_iter().flat_map(|part| part.0).map(|old| spread(u64::from(old))).collect();
        Self { sieve: Sieve::of(numbers.iter().copied()), numbers }
    }

    pub(super) fn has(&self, old: u32) -> bool {
        let key = spread(u64::from(old));
        self.sieve.may_have(key) && self.numbers.contains(&key)
    }
}
