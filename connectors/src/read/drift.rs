//! Keys of the wire format that we do not know: tolerated, remembered, shown by `sources check`.

use super::Fields;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

/// A source that invents more keys than this is not worth listing further.
const MOST: usize = 200;
/// Shapes that are remembered of each place, each of at most so many bytes of keys.
const SHAPES: usize = 8;
const LONGEST_SHAPE: usize = 4 << 10;

#[derive(Debug, Default)]
pub struct Drift {
    keys: Mutex<BTreeSet<String>>,
    places: Mutex<Vec<Place>>,
}

/// What was judged where: a source writes the same few keys, in the same order, millions of times.
#[derive(Debug)]
struct Place {
    name: String,
    /// The keys of whole objects, the last seen first.
    shapes: Vec<Vec<String>>,
    /// Keys that are known, as they are written.
    known: HashSet<String>,
}

impl Drift {
    /// Remembers the keys that are not `known` (compared without regard to case). `place` says
    /// where they stand. Only keys that look like names: a key could be a value gone astray.
    pub fn note(&self, fields: Fields<'_>, place: &str, known: &[&str]) {
        self.note_unless(fields, place, |key| known.iter().any(|name| name.eq_ignore_ascii_case(key)));
    }

    /// Like [`Self::note`]; `is_known` always says the same of the same key at the same place.
    pub fn note_unless(&self, fields: Fields<'_>, place: &str, is_known: impl Fn(&str) -> bool) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let at = places.iter().position(|known| known.name == place).unwrap_or_else(|| {
            places.push(Place { name: place.to_owned(), shapes: Vec::new(), known: HashSet::new() });
            places.len() - 1
        });
        let here = &mut places[at];
        if here.has_shape(fields) {
            return;
        }
        for key in fields.keys() {
            if here.known.contains(key) {
                continue;
            }
            if is_known(key) {
                if here.known.len() < MOST {
                    here.known.insert(key.to_owned());
                }
            } else if is_name(key) {
                let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                if keys.len() < MOST {
                    keys.insert(format!("{place}.{key}"));
                }
            }
        }
        here.remember(fields);
    }

    pub fn keys(&self) -> BTreeSet<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Place {
    fn has_shape(&mut self, fields: Fields<'_>) -> bool {
        let at = self.shapes.iter().position(|shape| shape.len() == fields.keys().len() && fields.keys().eq(shape));
        if let Some(at) = at {
            self.shapes.swap(0, at);
        }
        at.is_some()
    }

    fn remember(&mut self, fields: Fields<'_>) {
        if fields.keys().map(str::len).sum::<usize>() <= LONGEST_SHAPE {
            self.shapes.truncate(SHAPES - 1);
            self.shapes.insert(0, fields.keys().map(str::to_owned).collect());
        }
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
    use crate::read::json::Json;
    use serde_json::json;

    fn note(drift: &Drift, value: &serde_json::Value, place: &str, known: &[&str]) {
        drift.note(Fields::of(&Json::from(value)).expect("an object"), place, known);
    }

    #[test]
    fn unknown_keys_are_remembered_once_and_astray_values_are_not() {
        let drift = Drift::default();
        let value = json!({"HoVaTen": 1, "truongMoi": 2, "099085000123": 3, "Nguyễn": 4});
        for _ in 0..2 {
            note(&drift, &value, "CongDan", &["hovaten"]);
        }
        assert_eq!(drift.keys().into_iter().collect::<Vec<_>>(), ["CongDan.truongMoi"]);
    }

    #[test]
    fn a_key_is_noticed_among_others_and_at_each_place() {
        let drift = Drift::default();
        for n in 0..20 {
            note(&drift, &json!({"a": 1, format!("b{n}"): 2}), "x", &["a"]);
            note(&drift, &json!({"a": 1}), "x", &["a"]);
        }
        note(&drift, &json!({"a": 1}), "y", &[]);
        note(&drift, &json!({"a": 1, "b3": 2, "c": 3}), "x", &["a"]);
        let keys = drift.keys();
        assert_eq!(keys.len(), 22);
        assert!(keys.contains("x.b19") && keys.contains("x.c") && keys.contains("y.a"));
    }

    #[test]
    fn a_flood_of_keys_is_bounded() {
        let drift = Drift::default();
        let value: serde_json::Value =
            (0..1_000).map(|n| (format!("k{n}"), json!(0))).collect::<serde_json::Map<_, _>>().into();
        note(&drift, &value, "x", &[]);
        assert_eq!(drift.keys().len(), MOST);
    }
}
