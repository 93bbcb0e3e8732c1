//! The shape of August 2025: names and dates in parts, addresses with their country and without a
//! district.

use serde_json::{Map, Value, json};

const PEOPLE: [&str; 6] = ["nks", "nkt", "me", "cha", "chong", "vo"];

/// The same entry in the newer shape; one in five tells which entry it replaces.
pub fn newer(content: Map<String, Value>) -> Map<String, Value> {
    let page = content.get("trangSo").and_then(Value::as_str).and_then(|page| page.parse::<u32>().ok());
    let mut newer: Map<String, Value> = content.into_iter().map(|(key, value)| changed(key, value)).collect();
    if page.is_some_and(|page| page.is_multiple_of(5)) {
        newer.insert("soDangKyTruocDay".into(), json!("45"));
        newer.insert("quyenSoDangKyTruocDay".into(), json!("2019"));
        newer.insert("ngayDangKyTruocDay".into(), json!("20/05/2019"));
    }
    newer
}

fn changed(key: String, value: Value) -> (String, Value) {
    let what = PEOPLE.iter().find_map(|who| key.strip_prefix(who)).unwrap_or_default();
    let value = match (what, value) {
        ("HoTen", Value::String(text)) => name(&text),
        ("NgaySinh", Value::String(text)) => date(&text),
        ("NoiCuTru", Value::Object(mut address)) => {
            address.insert("quocGia".into(), json!("VN"));
            Value::Object(address)
        }
        (_, value) => value,
    };
    (key, value)
}

/// One name in three stands whole in the last part.
fn name(text: &str) -> Value {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        [family, middle @ .., given] if !text.len().is_multiple_of(3) => {
            json!({"Ho": family, "ChuDem": middle.join(" "), "Ten": given})
        }
        _ => json!({"Ho": "", "ChuDem": "", "Ten": text}),
    }
}

/// From `dd.MM.yyyy`, `MM.yyyy` or `yyyy`.
fn date(text: &str) -> Value {
    let mut parts = text.rsplit('.');
    let mut next = || parts.next().unwrap_or_default();
    json!({"namSinh": next(), "thangSinh": next(), "ngaySinh": next()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_dates_come_apart_and_the_rest_stays() {
        let entry = json!({"nksHoTen": "Mẫu Thị An", "nksNgaySinh": "03.1990", "trangSo": "7"});
        let Value::Object(entry) = entry else { panic!("an object") };
        let newer = Value::Object(newer(entry));
        assert_eq!(newer["nksHoTen"], json!({"Ho": "Mẫu", "ChuDem": "Thị", "Ten": "An"}));
        assert_eq!(newer["nksNgaySinh"], json!({"namSinh": "1990", "thangSinh": "03", "ngaySinh": ""}));
        assert_eq!((&newer["trangSo"], newer.get("soDangKyTruocDay")), (&json!("7"), None));
    }
}
