//! Keys of the wire format that we do not know: tolerated, remembered, shown by `sources check`.

use super::Fields;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// A source that invents more keys than this is not worth listing further.
const MOST: usize = 200;

#[derive(Debug, Default)]
pub struct Drift {
    keys: Mutex<BTreeSet<String>>,
    /// Keys that were known before, as they are written, by where they stand: a source writes the
    /// same few millions of times.
    judged: Mutex<HashMap<String, HashSet<String>>>,
}

impl Drift {
    /// Remembers the keys that are not `known` (compared without regard to case). `place` says
    /// where they stand. Only keys that look like names: a key could be a value gone astray.
    pub fn note(&self, fields: Fields<'_>, place: &str, known: &[&str]) {
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if !judged.contains_key(place) {
            judged.insert(place.to_owned(), HashSet::new());
        }
        let Some(judged) = judged.get_mut(place) else { return };
        for key in fields.keys().filter(|key| !judged.contains(*key)).collect::<Vec<_>>() {
            if known.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                if judged.len() < MOST {
                    judged.insert(key.to_owned());
                }
            } else if is_name(key) {
                let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                if keys.len() < MOST {
                    keys.insert(format!("{place}.{key}"));
                }
            }
        }
    }

    pub fn keys(&self) -> BTreeSet<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn is_name(key: &str) -> bool {
    key.len() <= 50
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unknown_keys_are_remembered_once_and_astray_values_are_not() {
        let drift = Drift::default();
        let value = json!({"HoVaTen": 1, "truongMoi": 2, "099085000123": 3, "Nguyễn": 4});
        for _ in 0..2 {
            drift.note(Fields::of(&value).expect("an object"), "CongDan", &["hovaten"]);
        }
        assert_eq!(drift.keys().into_iter().collect::<Vec<_>>(), ["CongDan.truongMoi"]);
    }

    #[test]
    fn a_flood_of_keys_is_bounded() {
        let drift = Drift::default();
        let value: serde_json::Value =
            (0..1_000).map(|n| (format!("k{n}"), json!(0))).collect::<serde_json::Map<_, _>>().into();
        drift.note(Fields::of(&value).expect("an object"), "x", &[]);
        assert_eq!(drift.keys().len(), MOST);
    }
}
