//! What the civil-status system says when it does not accept a request: HTTP 500 with
//! `{title, errors, status}`, where `errors` is one text of fields and complaints run together.
//!
//! Status 500 elsewhere means "later"; this one means "never", and asking twelve times would only
//! hide which field is wrong. Its fields are told by their names, its complaints by their kind:
//! the text itself may quote a value and is not passed on. A text without a field that we know
//! stays what its status says.

use super::wire_fields::{Field, fields};
use crate::read::text::fold;
use crate::read::{Fields, Json};
use schemas::{ErrorClass, SourceError};
use serde_json::Value;
use std::fmt;

/// Longer texts are read up to here.
const LONGEST: usize = 8_000;
/// Fields told in one message.
const MOST_TOLD: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Missing,
    NotInList,
    TooLong,
    WrongFormat,
    Other,
}

/// Words of each kind, folded: without accents, spaces and case. The first kind that fits counts.
const WORDS: &[(Kind, &[&str])] = &[
    (Kind::Missing, &["batbuoc", "detrong", "botrong", "chuanhap", "chuaco", "required", "mustnotbeempty", "isempty"]),
    (Kind::NotInList, &["danhmuc", "khongtontai", "khongthuoc", "category", "doesnotexist", "notexist", "notfound"]),
    (
        Kind::TooLong,
        &[
            "dodai",
            "quadai",
            "daiqua",
            "daihon",
            "vuotqua",
            "toida",
            "kytu",
            "maxlength",
            "maximum",
            "toolong",
            "longer",
        ],
    ),
    (Kind::WrongFormat, &["dinhdang", "khonghople", "khongdung", "saikieu", "format", "invalid", "notvalid"]),
];

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// As the wire calls it, perhaps a path: `nksNoiSinh.maXa`.
    pub field: String,
    pub kind: Kind,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::NotInList => "not in the code list",
            Self::TooLong => "too long",
            Self::WrongFormat => "wrong format",
            Self::Other => "refused",
        })
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.field, self.kind)
    }
}

/// For [`crate::transport::Request::refusal`].
pub fn read(status: u16, body: &[u8]) -> Option<SourceError> {
    if !matches!(status, 400 | 422 | 500) {
        return None;
    }
    let answer = Json::parse(std::str::from_utf8(body).ok()?).ok()?;
    let complaints = complaints(&text_of(&Fields::of(&answer)?.get("errors")?.to_value()));
    if complaints.is_empty() {
        return None;
    }
    let told: Vec<String> = complaints.iter().take(MOST_TOLD).map(Complaint::to_string).collect();
    let more = complaints.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!("the source refuses fields of the request: {}{more}", told.join(", "));
    Some(SourceError::new(ErrorClass::Permanent, "fields_refused", detail))
}

/// The fields of a text in which fields and complaints are run together, each once for each kind,
/// in the order of the text.
pub fn complaints(text: &str) -> Vec<Complaint> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let found = occurrences(text);
    let mut complaints: Vec<Complaint> = Vec::new();
    let mut path = String::new();
    for (at, (place, field)) in found.iter().enumerate() {
        let end = found.get(at + 1).map_or(text.len(), |(next, _)| *next);
        let message = &text[place + field.name.len()..end];
        path.push_str(&field.name);
        // `nksNoiSinh.maXa`: the next field lies in this one.
        if at + 1 < found.len() && matches!(message, "." | "/" | ":") {
            path.push('.');
            continue;
        }
        let complaint = Complaint { field: std::mem::take(&mut path), kind: kind_of(message) };
        if !complaints.contains(&complaint) {
            complaints.push(complaint);
        }
    }
    complaints
}

/// Where known fields stand, the longest one at each place.
fn occurrences(text: &str) -> Vec<(usize, &'static Field)> {
    let (mut found, mut from) = (Vec::new(), 0);
    for (place, first) in text.char_indices() {
        if place < from || !first.is_ascii_alphabetic() {
            continue;
        }
        let (before, rest) = text.split_at(place);
        if let Some(field) = fields().iter().find(|field| field.begins(before, rest)) {
            found.push((place, field));
            from = place + field.name.len();
        }
    }
    found
}

fn kind_of(message: &str) -> Kind {
    let message = fold(message);
    let fits = |(_, words): &&(Kind, &[&str])| words.iter().any(|word| message.contains(word));
    WORDS.iter().find(fits).map_or(Kind::Other, |(kind, _)| *kind)
}

/// One text, whether it came as such, as a list or by field.
fn text_of(errors: &Value) -> String {
    match errors {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text_of).collect::<Vec<_>>().join("; "),
        Value::Object(map) => {
            map.iter().map(|(field, said)| format!("{field} {}", text_of(said))).collect::<Vec<_>>().join("; ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(text: &str) -> Vec<String> {
        complaints(text).iter().map(Complaint::to_string).collect()
    }

    #[test]
    fn run_together_messages_come_apart_at_the_names_of_fields() {
        for (text, expected) in [
            ("soDDCN không được dài quá 12 ký tự", vec!["soDDCN (too long)"]),
            (
                "meSoDDCN có độ dài tối đa là 12nksDanToc không nằm trong danh mục nksNgaySinh không đúng định dạng dd.MM.yyyy",
                vec!["meSoDDCN (too long)", "nksDanToc (not in the code list)", "nksNgaySinh (wrong format)"],
            ),
            (
                "The field chaHoTen is required.voQuocTich is not in the category list,chongSoLanKH invalid",
                vec!["chaHoTen (missing)", "voQuocTich (not in the code list)", "chongSoLanKH (wrong format)"],
            ),
            (
                "nksNoiSinh.maXa không tồn tại trong danh mụcnktNoiCuTru/maTinh không hợp lệ",
                vec!["nksNoiSinh.maXa (not in the code list)", "nktNoiCuTru.maTinh (wrong format)"],
            ),
            (
                "NksGioiTinh sai; module không thuộc danh mục",
                vec!["nksGioiTinh (refused)", "module (not in the code list)"],
            ),
            ("maTinh không hợp lệ. maTinh không hợp lệ.", vec!["maTinh (wrong format)"]),
            ("soDangKyTruocDay không được để trống", vec!["soDangKyTruocDay (missing)"]),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_without_a_field_that_we_know_names_none() {
        for text in
            ["", "Lỗi hệ thống, vui lòng thử lại sau", "the module1 of maTinhThanhPho", "submodule of voice", "ký tự"]
        {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_longer_of_two_fields_is_the_one_that_is_meant() {
        assert_eq!(told("nksDanTocKhac bắt buộc"), ["nksDanTocKhac (missing)"]);
        assert_eq!(told("nksDanToc bắt buộc"), ["nksDanToc (missing)"]);
    }

    #[test]
    fn no_value_and_no_text_of_the_source_is_passed_on() {
        let text = "soDDCN '0990850001234' của NGUYỄN VĂN MẪU không được dài quá 12 ký tự";
        let body = json!({"title": "CANARY NGUYỄN", "errors": text, "status": 500}).to_string();
        let error = read(500, body.as_bytes()).expect("refused");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Permanent, "fields_refused"));
        assert_eq!(error.detail, "the source refuses fields of the request: soDDCN (too long)");
    }

    #[test]
    fn only_a_refusal_that_names_a_field_is_one() {
        let body = |errors: Value| json!({"title": "x", "errors": errors, "status": 500}).to_string().into_bytes();
        assert!(read(500, &body(json!({"soDDCN": ["quá dài"]}))).is_some(), "by field");
        assert!(read(422, &body(json!(["maTinh invalid"]))).is_some(), "as a list");
        assert!(read(503, &body(json!("soDDCN quá dài"))).is_none(), "a service that is away");
        assert!(read(500, &body(json!("Lỗi kết nối cơ sở dữ liệu"))).is_none(), "a system that is ill");
        assert!(read(500, b"<html>500</html>").is_none());
        assert!(read(500, br#"{"message": "x"}"#).is_none());
    }

    #[test]
    fn many_fields_are_counted_and_not_all_told() {
        let fields = ["HoTen", "NgaySinh", "DanToc", "QuocTich", "SoDDCN", "NoiCuTru"];
        let text: String =
            ["me", "cha"].iter().flat_map(|p| fields.iter().map(move |f| format!("{p}{f} bắt buộc"))).collect();
        let error = read(500, json!({"errors": text}).to_string().as_bytes()).expect("refused");
        assert!(error.detail.ends_with(" and 2 more"), "{}", error.detail);
    }
}
