//! Values as people read them: dates in the order of the country, words for codes.

use crate::normal::ethnicity;
use crate::units::{Catalogue, Resolution};
use schemas::PartialDate;
use schemas::record::Residence;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Vietnamese,
    English,
}

/// The value of a field as a person reads it.
pub fn shown_value(field: &str, value: &str, vietnamese: bool) -> String {
    let mut text = String::new();
    let language = if vietnamese { Language::Vietnamese } else { Language::English };
    push_value(field, Some(value), language, &mut text);
    text
}

/// Appends the value of a field as a person reads it.
pub(super) fn push_value(field: &str, value: Option<&str>, language: Language, out: &mut String) {
    let vietnamese = language == Language::Vietnamese;
    let Some(value) = value else {
        out.push_str(if vietnamese { "(trống)" } else { "(empty)" });
        return;
    };
    if let Some(word) = word(field, value, vietnamese) {
        out.push_str(word);
        return;
    }
    let ethnic = if field == "ethnicity" { ethnicity::code(value).and_then(ethnicity::name) } else { None };
    match (ethnic, date(value, vietnamese)) {
        (Some(name), _) => out.push_str(name),
        (None, Some(date)) => out.push_str(&date),
        (None, None) => out.push_str(value),
    }
    if field == "area" {
        out.push_str(" m²");
    }
}

fn date(value: &str, vietnamese: bool) -> Option<String> {
    // Only full ISO forms: a bare year reads the same in both languages.
    let date = if value.len() > 4 { PartialDate::parse_iso(value).ok()? } else { return None };
    Some(if vietnamese { date.to_screen() } else { date.to_string() })
}

fn word(field: &str, value: &str, vietnamese: bool) -> Option<&'static str> {
    let (vi, en) = match (field, value) {
        ("sex", "m") => ("nam", "male"),
        ("sex", "f") => ("nữ", "female"),
        ("sex", "o") => ("giới tính khác", "other"),
        ("marital_status", "single") => ("chưa kết hôn", "single"),
        ("marital_status", "married") => ("đã kết hôn", "married"),
        ("marital_status", "divorced") => ("đã ly hôn", "divorced"),
        ("marital_status", "widowed") => ("góa", "widowed"),
        (_, "received") => ("mới tiếp nhận", "received"),
        (_, "processing") => ("đang xử lý", "being processed"),
        (_, "supplement") => ("chờ bổ sung", "waiting for papers"),
        ("status", "done") => ("đã xong", "done"),
        _ => return None,
    };
    Some(if vietnamese { vi } else { en })
}

/// Appends `cập nhật 03/11/2026`.
pub(super) fn push_updated(updated_on: Option<&str>, language: Language, out: &mut String) {
    match (updated_on, language) {
        (Some(day), Language::Vietnamese) => {
            out.push_str("cập nhật ");
            out.push_str(&date(day, true).unwrap_or_else(|| day.to_owned()));
        }
        (Some(day), Language::English) => {
            out.push_str("updated ");
            out.push_str(day);
        }
        (None, Language::Vietnamese) => out.push_str("chưa rõ ngày cập nhật"),
        (None, Language::English) => out.push_str("update date unknown"),
    }
}

/// A residence as one text: what the record says, and what a bare code means.
pub(super) fn residence_text(catalogue: &Catalogue, residence: &Residence<'_>, found: &Resolution) -> String {
    let former = match found {
        Resolution::Stale { from, .. } | Resolution::Split { from, .. } => Some(from.name.as_str()),
        _ => None,
    };
    let known = || match (former, found.single()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(code)) => catalogue.full_name(code),
        (None, None) => String::new(),
    };
    match (residence.text, residence.commune_name, residence.commune) {
        (Some(text), ..) if residence.commune_name.is_none() && residence.commune.is_none() => text.to_owned(),
        (_, Some(name), code) => {
            let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
            let rest = [residence.district, residence.province].into_iter().flatten().map(|part| format!(", {part}"));
            format!("{name}{code}{}", rest.collect::<String>())
        }
        (_, None, Some(code)) => format!("{} ({code})", known()).trim_start().to_owned(),
        (text, None, None) => text.or(residence.detail).map_or_else(known, str::to_owned),
    }
}
