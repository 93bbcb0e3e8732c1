//! A digest of the values that a decision rests on.

use schemas::PartialDate;
use schemas::record::Sex;
use sha2::{Digest, Sha256};

/// What is compared of a row or of a person, as it is told to people.
pub(super) struct Told<'a> {
    pub name: Option<&'a str>,
    pub birth: Option<PartialDate>,
    pub sex: Option<Sex>,
    pub ethnicity: Option<u8>,
    /// Empty where it is not known.
    pub place: &'a str,
    pub father: Option<&'a str>,
    pub mother: Option<&'a str>,
    pub cmnd: Option<u32>,
    pub number: Option<&'a str>,
}

/// The values as texts: by field of the comparison, for people to see.
pub(super) fn texts(told: &Told<'_>) -> [Option<String>; super::compare::FIELDS.len()] {
    let birth = |full: bool| told.birth.filter(|date| date.is_full() == full).map(|date| date.to_string());
    [
        told.name.map(str::to_owned),
        birth(true),
        birth(false),
        told.sex.map(|sex| sex.as_str().to_owned()),
        told.ethnicity.map(|code| format!("{code:02}")),
        (!told.place.is_empty()).then(|| told.place.to_owned()),
        told.father.map(str::to_owned),
        told.mother.map(str::to_owned),
        told.cmnd.map(|number| format!("{number:09}")),
        told.number.map(str::to_owned),
    ]
}

pub(super) fn digest(row: &Told<'_>, person: &Told<'_>) -> String {
    let mut hash = Sha256::new();
    for side in [row, person] {
        for text in texts(side) {
            hash.update(text.unwrap_or_default().as_bytes());
            hash.update([0]);
        }
    }
    hex::encode(hash.finalize())
}
