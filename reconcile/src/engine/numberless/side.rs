//! One side of a pair that is shown: what people see of it, packed. A province has tens of
//! thousands of such pairs.

use super::super::table::{Columns, Table};
use super::digest::Told;
use super::values::{Place, Shared, cmnd};
use crate::engine::row::Context;
use crate::normal::ethnicity;
use schemas::PartialDate;
use schemas::record::{PersonColumn, Sex};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Side {
    sex: Option<Sex>,
    ethnicity: Option<u8>,
    birth: Option<PartialDate>,
    cmnd: Option<u32>,
    place: Arc<Place>,
    /// Record key, name, father, mother and number, one after the other.
    texts: Box<str>,
    /// Where each of them ends; [`NOTHING`]: it is none.
    ends: [u32; 5],
}

const NOTHING: u32 = u32::MAX;

impl Side {
    /// `place`: the one whose text is told.
    pub fn new(record_key: &str, told: &Told<'_>, place: Arc<Place>) -> Self {
        let mut texts = String::new();
        let ends = [Some(record_key), told.name, told.father, told.mother, told.number].map(|text| {
            texts.push_str(text.unwrap_or_default());
            // A record is a few hundred bytes.
            text.map_or(NOTHING, |_| texts.len() as u32)
        });
        Self {
            sex: told.sex,
            ethnicity: told.ethnicity,
            birth: told.birth,
            cmnd: told.cmnd,
            place,
            texts: texts.into(),
            ends,
        }
    }

    /// A row of the population. `number`: the person's.
    pub fn of_person<T: Columns>(
        context: &Context,
        table: &Table<'_, T>,
        row: usize,
        number: &str,
        known: &mut Shared,
    ) -> Self {
        let text = |column: PersonColumn| table.columns.text(column as usize, row);
        let place = known.place(context, &table.residence(row), table.columns.updated_at(row));
        let told = Told {
            name: text(PersonColumn::name),
            birth: text(PersonColumn::birth_date).and_then(|text| PartialDate::parse_iso(text).ok()),
            sex: text(PersonColumn::sex).and_then(Sex::from_canonical),
            ethnicity: text(PersonColumn::ethnicity).and_then(ethnicity::code),
            place: &place.text,
            father: text(PersonColumn::father_name),
            mother: text(PersonColumn::mother_name),
            cmnd: cmnd(text(PersonColumn::old_id)),
            number: Some(number),
        };
        let place = place.clone();
        Self::new(table.row(row).record_key, &told, place)
    }

    fn text(&self, at: usize) -> Option<&str> {
        let end = Some(self.ends[at]).filter(|end| *end != NOTHING)? as usize;
        let begin = self.ends[..at].iter().rev().find(|end| **end != NOTHING).map_or(0, |end| *end as usize);
        self.texts.get(begin..end)
    }

    pub fn record_key(&self) -> &str {
        self.text(0).unwrap_or_default()
    }

    /// What is compared and shown.
    pub fn told(&self) -> Told<'_> {
        Told {
            name: self.text(1),
            birth: self.birth,
            sex: self.sex,
            ethnicity: self.ethnicity,
            place: &self.place.text,
            father: self.text(2),
            mother: self.text(3),
            cmnd: self.cmnd,
            number: self.text(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::digest::texts;
    use super::*;

    #[test]
    fn what_was_told_is_told_again() {
        let place = Arc::new(Place { communes: Vec::new(), text: "Xã Lũng Cú".into() });
        let number = "099183000001";
        let full = Told {
            name: Some("Giàng A Sử"),
            birth: PartialDate::parse_iso("1990-02").ok(),
            sex: Sex::from_canonical("male"),
            ethnicity: Some(22),
            place: &place.text,
            father: None,
            mother: Some("Vàng Thị Mỷ"),
            cmnd: Some(73_000_001),
            number: Some(number),
        };
        let nobody = Arc::new(Place::default());
        let empty = Told {
            name: None,
            birth: None,
            sex: None,
            ethnicity: None,
            place: &nobody.text,
            father: None,
            mother: None,
            cmnd: None,
            number: None,
        };
        for (key, told, place) in [("", &empty, &nobody), ("một khoá", &full, &place), ("", &full, &place)] {
            let side = Side::new(key, told, place.clone());
            assert_eq!(side.record_key(), key);
            assert_eq!(texts(&side.told()), texts(told));
        }
    }
}
