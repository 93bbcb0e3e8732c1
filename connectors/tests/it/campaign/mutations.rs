//! Changes of single fields of a record, made mechanically.

use serde_json::{Map, Value, json};

/// The way to a field: names and places in lists.
pub type Path = Vec<String>;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    Removed,
    Renamed,
    /// Other letter case: the same field.
    Recased,
    Null,
    EmptyText,
    Blank,
    Number,
    Negative,
    Huge,
    Fraction,
    Flag,
    List,
    EmptyList,
    Object,
    /// A value that no list of codes holds.
    UnknownCode,
    LongText,
    Strange,
    /// What stands there, once more inside a list.
    Wrapped,
    /// What stands there, as a text.
    AsText,
}

impl Change {
    pub const ALL: [Self; 19] = [
        Self::Removed,
        Self::Renamed,
        Self::Recased,
        Self::Null,
        Self::EmptyText,
        Self::Blank,
        Self::Number,
        Self::Negative,
        Self::Huge,
        Self::Fraction,
        Self::Flag,
        Self::List,
        Self::EmptyList,
        Self::Object,
        Self::UnknownCode,
        Self::LongText,
        Self::Strange,
        Self::Wrapped,
        Self::AsText,
    ];

    fn of(self, value: &Value) -> Value {
        match self {
            Self::Removed | Self::Renamed | Self::Recased => value.clone(),
            Self::Null => Value::Null,
            Self::EmptyText => json!(""),
            Self::Blank => json!(" \u{a0}\u{200b}\t"),
            Self::Number => json!(7),
            Self::Negative => json!(-1),
            Self::Huge => json!(u64::MAX),
            Self::Fraction => json!(1.5),
            Self::Flag => json!(true),
            Self::List => json!([1, "x", null]),
            Self::EmptyList => json!([]),
            Self::Object => json!({"x": 1}),
            Self::UnknownCode => json!("ZZ99"),
            Self::LongText => json!("x".repeat(5_000)),
            Self::Strange => json!("\u{0}\u{202e}=1+1\u{fffd}\u{10ffff}"),
            Self::Wrapped => json!([value]),
            Self::AsText => json!(value.to_string()),
        }
    }
}

/// Every field of a record; a text that holds JSON is looked into.
pub fn fields(record: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    walk(record, &mut Vec::new(), &mut found);
    found
}

fn walk(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    let mut step = |name: String, inner: &Value| {
        path.push(name);
        found.push(path.clone());
        walk(inner, path, found);
        path.pop();
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, inner)| step(name.clone(), inner)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, inner)| step(at.to_string(), inner)),
        Value::String(text) => {
            if let Ok(inner @ Value::Object(_)) = serde_json::from_str(text) {
                step("(JSON)".into(), &inner);
            }
        }
        _ => {}
    }
}

/// The record with one field changed; `None` where the change makes no sense there.
pub fn changed(record: &Value, path: &[String], change: Change) -> Option<Value> {
    let (name, rest) = path.split_first()?;
    let last = rest.is_empty();
    match record {
        Value::Object(map) => {
            let mut map: Map<String, Value> = map.clone();
            let value = map.get(name)?.clone();
            if !last {
                map.insert(name.clone(), changed(&value, rest, change)?);
                return Some(Value::Object(map));
            }
            match change {
                Change::Removed => drop(map.remove(name)),
                Change::Renamed => {
                    map.remove(name);
                    map.insert(format!("{name}Moi"), value);
                }
                Change::Recased => {
                    map.remove(name);
                    map.insert(name.to_ascii_uppercase(), value);
                }
                _ => drop(map.insert(name.clone(), change.of(&value))),
            }
            Some(Value::Object(map))
        }
        Value::Array(list) => {
            let (mut list, at) = (list.clone(), name.parse::<usize>().ok()?);
            let value = list.get(at)?.clone();
            match (last, change) {
                (false, _) => list[at] = changed(&value, rest, change)?,
                (true, Change::Removed) => drop(list.remove(at)),
                (true, Change::Renamed | Change::Recased) => return None,
                (true, _) => list[at] = change.of(&value),
            }
            Some(Value::Array(list))
        }
        Value::String(text) => {
            let inner: Value = serde_json::from_str(text).ok()?;
            let inner = if last {
                if matches!(change, Change::Removed | Change::Renamed | Change::Recased) {
                    return None;
                }
                change.of(&inner)
            } else {
                changed(&inner, rest, change)?
            };
            Some(json!(inner.to_string()))
        }
        _ => None,
    }
}
