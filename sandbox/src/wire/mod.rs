//! Records as each national system writes them.

pub mod civil_newer;
pub mod civil_status;
pub mod land;
pub mod one_stop;
pub mod population;

use crate::days::{Minute, minute_text};
use serde_json::{Value, json};

/// One entry of a change feed in the envelope of QCVN 09:2025.
pub(crate) fn change(kind: &str, source: &str, data: Value, event: &str, version: u32, at: Minute) -> Value {
    json!({
        "NguonDuLieu": {"MaLoaiDuLieu": kind, "IdNguonDuLieu": source},
        "DuLieuTiepNhan": data,
        "TrangThaiDuLieu": {"LoaiSuKien": event, "PhienBan": version, "ThoiGianCapNhat": minute_text(at)},
    })
}

/// The page of a feed around its entries.
pub(crate) fn feed_page(as_of: &str, page: usize, size: usize, total: usize, data: Vec<Value>) -> Value {
    json!({
        "totalRecords": total,
        "thoiDiemDuLieu": as_of,
        "data": data,
        "pagination": {"page": page, "pageSize": size, "totalPages": total.div_ceil(size.max(1)), "totalElements": total},
    })
}

/// The same value with every key in camelCase: some publishers write it so.
pub(crate) fn camel(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| {
                    let mut chars = key.chars();
                    let first = chars.next().map(|c| c.to_ascii_lowercase());
                    (first.into_iter().chain(chars).collect(), camel(value))
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(camel).collect()),
        other => other,
    }
}
