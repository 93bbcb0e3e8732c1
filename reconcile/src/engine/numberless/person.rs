//! A person of the population of whom a pair may be shown: what people would see of it, packed. Of
//! a province there are hundreds of thousands, and in the end some thousand are shown.

use super::digest::Told;
use super::search::PersonKey;
use super::values::{Place, Values};
use crate::normal::id::unpack;
use schemas::PartialDate;
use schemas::record::Sex;
use std::sync::Arc;

pub(super) struct Person {
    number: u64,
    part: u16,
    sex: Option<Sex>,
    ethnicity: Option<u8>,
    birth: Option<PartialDate>,
    cmnd: Option<u32>,
    place: Arc<Place>,
    /// Record key, name, father and mother, one after the other.
    texts: Box<str>,
    /// Where each of them ends; [`NOTHING`]: it is none.
    ends: [u32; 4],
}

const NOTHING: u32 = u32::MAX;

impl Person {
    pub fn new((number, record_key, part): &PersonKey, values: &Values) -> Self {
        let Told { name, father, mother, .. } = values.told();
        let mut texts = String::new();
        let ends = [Some(record_key.as_str()), name, father, mother].map(|text| {
            texts.push_str(text.unwrap_or_default());
            // A record is a few hundred bytes.
            text.map_or(NOTHING, |_| texts.len() as u32)
        });
        Self {
            number: *number,
            part: *part,
            sex: values.sex,
            ethnicity: values.ethnicity,
            birth: values.birth,
            cmnd: values.cmnd,
            place: values.place.clone(),
            texts: texts.into(),
            ends,
        }
    }

    fn text(&self, at: usize) -> Option<&str> {
        let end = Some(self.ends[at]).filter(|end| *end != NOTHING)? as usize;
        let begin = self.ends[..at].iter().rev().find(|end| **end != NOTHING).map_or(0, |end| *end as usize);
        self.texts.get(begin..end)
    }

    /// Number, record key and part: the order of people.
    pub fn key(&self) -> (u64, &str, u16) {
        (self.number, self.text(0).unwrap_or_default(), self.part)
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
            number: Some(unpack(self.number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::digest::texts;
    use super::super::values::Shared;
    use super::*;

    #[test]
    fn of_a_person_is_told_what_its_values_told() {
        let mut shared = Shared::default();
        let number = "099183000001";
        let full = Values {
            names: vec![shared.name("Giàng A Sử")],
            birth: PartialDate::parse_iso("1990-02").ok(),
            sex: Sex::from_canonical("male"),
            ethnicity: Some(22),
            place: Arc::new(Place { communes: Vec::new(), text: "Xã Lũng Cú".into() }),
            father: None,
            mother: Some(shared.name("Vàng Thị Mỷ")),
            cmnd: Some(73_000_001),
            number: Some(number.into()),
        };
        let empty = Values { number: Some(number.into()), ..Values::default() };
        let packed: u64 = number.parse().expect("digits");
        for (key, values) in [("", &empty), ("một khoá", &full), ("", &full)] {
            let person = Person::new(&(packed, key.to_owned(), 3), values);
            assert_eq!(person.key(), (packed, key, 3));
            assert_eq!(texts(&person.told()), texts(&values.told()));
        }
    }
}
