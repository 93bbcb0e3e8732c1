//! A digest of the values that a decision rests on.

use super::values::Values;
use sha2::{Digest, Sha256};

/// The values as texts: by field of the comparison, for people to see.
pub(super) fn texts(values: &Values) -> [Option<String>; super::compare::FIELDS.len()] {
    let name = values.names.first().map(|name| name.text.clone());
    let birth = |full: bool| values.birth.filter(|date| date.is_full() == full).map(|date| date.to_string());
    let residence = (!values.place.text.is_empty()).then(|| values.place.text.clone());
    [
        name,
        birth(true),
        birth(false),
        values.sex.map(|sex| sex.as_str().to_owned()),
        values.ethnicity.map(|code| format!("{code:02}")),
        residence,
        values.father.as_ref().map(|name| name.text.clone()),
        values.mother.as_ref().map(|name| name.text.clone()),
        values.cmnd.map(|number| format!("{number:09}")),
        values.number.clone(),
    ]
}

pub(super) fn digest(row: &Values, person: &Values) -> String {
    let mut hash = Sha256::new();
    for side in [row, person] {
        for text in texts(side) {
            hash.update(text.unwrap_or_default().as_bytes());
            hash.update([0]);
        }
    }
    hex::encode(hash.finalize())
}
