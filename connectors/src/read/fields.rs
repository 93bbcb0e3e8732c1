//! A JSON object whose keys are matched without regard to case, and whose numbers and texts are
//! interchangeable.

use super::Problem;
use super::text::clean;
use serde_json::{Map, Value};

#[derive(Clone, Copy)]
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(|map| Self { map })
    }

    /// The record itself, or why it is none.
    pub fn record(value: &'a Value) -> Result<Self, Problem> {
        Self::of(value).ok_or_else(|| Problem::new("not_an_object", "a record must be an object"))
    }

    /// The value of a key; `null` is absent.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        let exact = self.map.get(name);
        let found = exact.or_else(|| self.map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v));
        found.filter(|value| !value.is_null())
    }

    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.map.keys().map(String::as_str)
    }

    /// A text or a number as trimmed text; empty is absent.
    pub fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => scalar(value).map_err(|()| Problem::new("wrong_type", format!("{name} must be a text"))),
        }
    }

    /// Like [`Self::text`], but zero means that there is nothing: years and internal ids.
    pub fn text_not_zero(&self, name: &str) -> Result<Option<String>, Problem> {
        Ok(self.text(name)?.filter(|text| !text.bytes().all(|b| b == b'0')))
    }

    pub fn integer(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let text = text.strip_suffix(".0").unwrap_or(&text);
        text.parse().map(Some).map_err(|_| Problem::new("bad_number", format!("{name} must be a whole number")))
    }

    /// A boolean in any of its guises; anything else is absent.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => Some(number.as_i64()? != 0),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn object(&self, name: &str) -> Option<Fields<'a>> {
        self.get(name).and_then(Fields::of)
    }

    /// The entries of a list; absent is empty, anything but a list is a problem.
    pub fn list(&self, name: &str) -> Result<&'a [Value], Problem> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(Problem::new("wrong_type", format!("{name} must be a list"))),
        }
    }
}

fn scalar(value: &Value) -> Result<Option<String>, ()> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(clean(text)),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Array(_) | Value::Object(_) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_match_in_any_case_and_numbers_are_texts() {
        let value = json!({"soDinhDanh": 99085000123u64, "VERSION": "3", "daDinhDanh": "1", "rong": " "});
        let fields = Fields::record(&value).expect("an object");
        assert_eq!(fields.text("SoDinhDanh"), Ok(Some("99085000123".into())));
        assert_eq!(fields.integer("version"), Ok(Some(3)));
        assert_eq!(fields.flag("DaDinhDanh"), Some(true));
        assert_eq!(fields.text("rong"), Ok(None));
        assert_eq!(fields.text("absent"), Ok(None));
    }

    #[test]
    fn an_object_where_a_text_belongs_is_a_problem_and_not_an_absent_value() {
        let value = json!({"hoTen": {"Ten": "x"}, "list": 1});
        let fields = Fields::record(&value).expect("an object");
        assert_eq!(fields.text("hoTen").expect_err("an object").reason, "wrong_type");
        assert_eq!(fields.list("list").expect_err("a number").reason, "wrong_type");
        assert_eq!(Fields::record(&json!("x")).err().map(|p| p.reason), Some("not_an_object"));
    }
}
