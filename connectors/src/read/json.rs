//! A JSON text, parsed without copying it: texts and keys are borrowed wherever no escape stands in
//! them.
//!
//! Objects are short lists: the records of all sources have at most some dozens of keys, and those
//! are found sooner by looking at each than in a tree that has to be built first. As in
//! [`serde_json::Value`], the last of equal keys counts, a number is what it is worth (`150.50` is
//! `150.5`), and nesting has an end.

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// Debug shows no values: they may be personal.
#[derive(Clone, PartialEq)]
pub enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Box<[Json<'a>]>),
    Object(Box<[Member<'a>]>),
}

pub type Member<'a> = (Cow<'a, str>, Json<'a>);

/// Above this many members equal keys are looked for with a set.
const FEW: usize = 64;

impl<'a> Json<'a> {
    /// One value and nothing behind it.
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = deserializer.deserialize_any(Values(&mut Open::default()))?;
        deserializer.end()?;
        Ok(value)
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same as a tree of its own.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(list) => Value::Array(list.iter().map(Self::to_value).collect()),
            Self::Object(members) => {
                Value::Object(members.iter().map(|(key, value)| (key.to_string(), value.to_value())).collect())
            }
        }
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(list) => Self::List(list.iter().map(Self::from).collect()),
            Value::Object(map) => {
                Self::Object(map.iter().map(|(key, value)| (Cow::Borrowed(key.as_str()), Self::from(value))).collect())
            }
        }
    }
}

/// JSON with sorted keys: of the same record always the same text, which quarantine relies on.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json(<hidden>)")
    }
}

/// The members of all lists and objects that are open while we parse: each is allocated once, in
/// its size, when it closes.
#[derive(Default)]
struct Open<'a> {
    values: Vec<Json<'a>>,
    members: Vec<Member<'a>>,
}

struct Values<'s, 'a>(&'s mut Open<'a>);

impl<'a> serde::de::DeserializeSeed<'a> for Values<'_, 'a> {
    type Value = Json<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Json<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Values<'_, 'a> {
    type Value = Json<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'a>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'a>, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'a>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'a>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json<'a>, E> {
        Number::from_f64(number).map(Json::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'a>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Json<'a>, A::Error> {
        let begin = self.0.values.len();
        while let Some(value) = list.next_element_seed(Values(self.0))? {
            self.0.values.push(value);
        }
        Ok(Json::List(self.0.values.drain(begin..).collect()))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Json<'a>, A::Error> {
        let begin = self.0.members.len();
        while let Some(key) = object.next_key_seed(Key)? {
            let value = object.next_value_seed(Values(self.0))?;
            self.0.members.push((key, value));
        }
        let mut members: Vec<Member<'a>> = self.0.members.drain(begin..).collect();
        if has_equal_keys(&members) {
            members = last_of_equal_keys(members);
        }
        Ok(Json::Object(members.into()))
    }
}

struct Key;

impl<'a> serde::de::DeserializeSeed<'a> for Key {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'a, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Most keys differ in one of 128 marks that a glance gives; the others are compared.
fn has_equal_keys(members: &[Member<'_>]) -> bool {
    if members.len() > FEW {
        let mut seen = HashSet::with_capacity(members.len());
        return !members.iter().all(|(key, _)| seen.insert(key));
    }
    let mut marks = 0u128;
    members.iter().enumerate().any(|(at, (key, _))| {
        let bytes = key.as_bytes();
        let (middle, last) = (bytes.get(bytes.len() / 2), bytes.last());
        let glance = bytes.len() * 7 + usize::from(*middle.unwrap_or(&0)) * 13 + usize::from(*last.unwrap_or(&0));
        let mark = 1u128 << (glance % 128);
        let is_marked = marks & mark != 0;
        marks |= mark;
        is_marked && members[..at].iter().any(|(other, _)| other == key)
    })
}

fn last_of_equal_keys(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    let mut seen = HashSet::with_capacity(members.len());
    let mut kept: Vec<Member<'_>> = members.into_iter().rev().filter(|(key, _)| seen.insert(key.clone())).collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What both parsers make of a text.
    fn both(text: &str) -> (Option<Value>, Option<Value>) {
        (Json::parse(text).ok().map(|json| json.to_value()), serde_json::from_str(text).ok())
    }

    #[test]
    fn a_text_is_read_as_a_tree_of_values_would_be() {
        let many: Vec<String> = (0..300).map(|n| format!("\"k{}\":{n}", n % 200)).collect();
        let many = format!("{{{}}}", many.join(","));
        for text in [
            "null",
            " [1, -2, 150.50, 1e3, 18446744073709551615, 18446744073709551616, true] ",
            r#"{"a":1,"b":[{"c":null}],"a":{"d":"x"}}"#,
            r#"{"\u0061":1,"a":2,"B":3}"#,
            r#"{"ab":1,"ba":2,"ab":3,"":4,"":5}"#,
            r#"["Nguy\u1ec5n", "a\"b", "Mẫu", "\ud83d\ude00"]"#,
            "{}",
            &many,
            "",
            "{",
            "[1,]",
            "1 2",
            "1e999",
            r#""\ud83d""#,
            &"[".repeat(200),
        ] {
            let (ours, theirs) = both(text);
            assert!(ours == theirs, "{text}");
        }
    }

    #[test]
    fn a_text_without_escapes_is_not_copied() {
        let Ok(Json::List(list)) = Json::parse(r#"["Mẫu", "M\u1eabu"]"#) else { panic!("a list") };
        assert!(matches!(&list[0], Json::Text(Cow::Borrowed("Mẫu"))));
        assert!(list[0] == list[1]);
    }

    #[test]
    fn the_same_record_is_written_alike_whatever_the_order_of_its_keys() {
        let written = |text: &str| Json::parse(text).map(|json| json.to_string()).ok();
        assert_eq!(written(r#"{"b": 1, "a": [2.50]}"#).as_deref(), Some(r#"{"a":[2.5],"b":1}"#));
        assert_eq!(written(r#"{"a":[2.5],"b":1}"#), written(r#"{"b": 1, "a": [2.50]}"#));
    }
}
