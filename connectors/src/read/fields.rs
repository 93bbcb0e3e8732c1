//! A JSON object whose keys are matched without regard to case, and whose numbers and texts are
//! interchangeable.

use super::Problem;
use super::json::{Json, Member};
use super::text::trimmed;
use std::borrow::Cow;

#[derive(Clone, Copy)]
pub struct Fields<'a> {
    members: &'a [Member<'a>],
}

impl<'a> Fields<'a> {
    pub fn of(value: &'a Json<'a>) -> Option<Self> {
        match value {
            Json::Object(members) => Some(Self { members }),
            _ => None,
        }
    }

    /// The record itself, or why it is none.
    pub fn record(value: &'a Json<'a>) -> Result<Self, Problem> {
        Self::of(value).ok_or_else(|| Problem::new("not_an_object", "a record must be an object"))
    }

    /// The value of a key; `null` is absent.
    pub fn get(&self, name: &str) -> Option<&'a Json<'a>> {
        self.get_under("", name)
    }

    /// The value of the key that is `prefix` and `name` in one. A key that is written as we write
    /// it counts before those that differ in case; of several of those, the first in the order of
    /// their letters.
    pub fn get_under(&self, prefix: &str, name: &str) -> Option<&'a Json<'a>> {
        let (length, at) = (prefix.len() + name.len(), prefix.len());
        let last = name.as_bytes().last().map(u8::to_ascii_lowercase);
        // Most keys differ in their length or their last letter.
        let may_be = |key: &str| key.len() == length && key.as_bytes().last().map(u8::to_ascii_lowercase) == last;
        let mut found: Option<&'a Member<'a>> = None;
        for member in self.members.iter().filter(|(key, _)| may_be(key)) {
            let (head, tail) = member.0.as_bytes().split_at(at);
            if head == prefix.as_bytes() && tail == name.as_bytes() {
                found = Some(member);
                break;
            }
            let alike = head.eq_ignore_ascii_case(prefix.as_bytes()) && tail.eq_ignore_ascii_case(name.as_bytes());
            if alike && found.is_none_or(|(key, _)| member.0 < *key) {
                found = Some(member);
            }
        }
        found.map(|(_, value)| value).filter(|value| !matches!(value, Json::Null))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        self.members.iter().map(|(key, _)| &**key)
    }

    /// A text or a number as trimmed text; empty is absent.
    pub fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        Ok(self.trimmed(name)?.map(Cow::into_owned))
    }

    /// Like [`Self::text`], not copied: for what is read further.
    pub fn trimmed(&self, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
        self.trimmed_under("", name)
    }

    /// Like [`Self::trimmed`], of the key that is `prefix` and `name` in one.
    pub fn trimmed_under(&self, prefix: &str, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
        Ok(match self.get_under(prefix, name) {
            None | Some(Json::Null) => None,
            Some(Json::Text(text)) => trimmed(text).map(Cow::Borrowed),
            Some(Json::Number(number)) => Some(number.to_string().into()),
            Some(Json::Bool(flag)) => Some(if *flag { "true" } else { "false" }.into()),
            Some(Json::List(_) | Json::Object(_)) => {
                return Err(Problem::new("wrong_type", format!("{prefix}{name} must be a text")));
            }
        })
    }

    /// Like [`Self::text`], but zero means that there is nothing: years and internal ids.
    pub fn text_not_zero(&self, name: &str) -> Result<Option<Cow<'a, str>>, Problem> {
        Ok(self.trimmed(name)?.filter(|text| !text.bytes().all(|b| b == b'0')))
    }

    pub fn integer(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.trimmed(name)? else { return Ok(None) };
        let text = text.strip_suffix(".0").unwrap_or(&text);
        text.parse().map(Some).map_err(|_| Problem::new("bad_number", format!("{name} must be a whole number")))
    }

    /// A boolean in any of its guises; anything else is absent.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Json::Bool(flag) => Some(*flag),
            Json::Number(number) => Some(number.as_i64()? != 0),
            Json::Text(text) => match text.trim() {
                text if text == "1" || text.eq_ignore_ascii_case("true") => Some(true),
                text if text == "0" || text.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn object(&self, name: &str) -> Option<Fields<'a>> {
        self.get(name).and_then(Fields::of)
    }

    /// The entries of a list; absent is empty, anything but a list is a problem.
    pub fn list(&self, name: &str) -> Result<&'a [Json<'a>], Problem> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Json::List(list)) => Ok(list),
            Some(_) => Err(Problem::new("wrong_type", format!("{name} must be a list"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_match_in_any_case_and_numbers_are_texts() {
        let value = json!({"soDinhDanh": 99085000123u64, "VERSION": "3", "daDinhDanh": "1", "rong": " "});
        let value = Json::from(&value);
        let fields = Fields::record(&value).expect("an object");
        assert_eq!(fields.text("SoDinhDanh"), Ok(Some("99085000123".into())));
        assert_eq!(fields.integer("version"), Ok(Some(3)));
        assert_eq!(fields.flag("DaDinhDanh"), Some(true));
        assert_eq!(fields.text("rong"), Ok(None));
        assert_eq!(fields.text("absent"), Ok(None));
    }

    #[test]
    fn the_key_as_we_write_it_counts_before_the_others() {
        let value = Json::parse(r#"{"HOTEN": "a", "hoten": "b", "hoTen": "c", "nksHoTen": "d"}"#).expect("JSON");
        let fields = Fields::record(&value).expect("an object");
        assert_eq!(fields.text("hoTen"), Ok(Some("c".into())));
        assert_eq!(fields.text("HoTen"), Ok(Some("a".into())));
        assert_eq!(fields.trimmed_under("nks", "HoTen"), Ok(Some("d".into())));
        assert_eq!(fields.trimmed_under("NKS", "hoTEN"), Ok(Some("d".into())));
        assert_eq!(fields.trimmed_under("me", "HoTen"), Ok(None));
    }

    #[test]
    fn an_object_where_a_text_belongs_is_a_problem_and_not_an_absent_value() {
        let value = json!({"hoTen": {"Ten": "x"}, "list": 1});
        let value = Json::from(&value);
        let fields = Fields::record(&value).expect("an object");
        assert_eq!(fields.text("hoTen").expect_err("an object").reason, "wrong_type");
        assert_eq!(fields.list("list").expect_err("a number").reason, "wrong_type");
        assert_eq!(Fields::record(&Json::from(&json!("x"))).err().map(|p| p.reason), Some("not_an_object"));
    }
}
