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

#[cfg(test)]
mod tests {
    use super::super::row::{Row, View};
    use super::*;
    use schemas::record::{CivilEventView, DossierView, LandRightView, PersonView};

    const OLD: &str = "073000001";

    fn asks(view: View<'_>) -> bool {
        let row = Row { source: 0, record_key: "k", part: 0, commune: None, updated_at: None, view };
        let mut asked = OldNumbersAsked::default();
        asked.ask(&Table::of(&row), 0);
        let found = !asked.0.is_empty();
        assert_eq!(OldNumbers::of(vec![OldNumbersAsked::default(), asked]).has(73_000_001), found);
        found
    }

    #[test]
    fn a_row_asks_for_the_cmnd_that_it_is_linked_by_and_for_no_other() {
        let person = PersonView { old_id: Some(OLD), ..PersonView::default() };
        assert!(asks(View::Person(person)));
        assert!(asks(View::Person(PersonView { personal_id: Some(OLD), ..PersonView::default() })));
        assert!(!asks(View::Person(PersonView { personal_id: Some("099085000123"), ..person })));
        for (kind, expected) in [(None, true), (Some("cmnd"), true), (Some("cccd"), true), (Some("passport"), false)] {
            let (paper_number, paper_kind) = (Some(OLD), kind);
            let event = CivilEventView { paper_number, paper_kind, ..CivilEventView::default() };
            let right = LandRightView { paper_number, paper_kind, ..LandRightView::default() };
            assert_eq!((asks(View::CivilEvent(event)), asks(View::LandRight(right))), (expected, expected), "{kind:?}");
            let numbered = LandRightView { personal_id: Some("099085000123"), ..right };
            assert!(!asks(View::LandRight(numbered)));
        }
        assert!(asks(View::Dossier(DossierView { personal_id: Some(OLD), ..DossierView::default() })));
        assert!(!asks(View::Dossier(DossierView { personal_id: Some("0730"), ..DossierView::default() })));
        assert!(!OldNumbers::default().has(73_000_001));
    }
}
