//! The one-stop system: cases in the order of their last change, as Spring slices.

use super::{Subject, minute, number, parameter, slice};
use crate::server::Asked;
use config::{SourceKind, SourceMode};
use schemas::Dataset;
use serde_json::{Value, json};

pub const ONE_STOP: Subject = Subject {
    name: "one-stop",
    kind: SourceKind::OneStop,
    mode: SourceMode::Feed,
    dataset: Dataset::Dossier,
    record: case,
    answer: search,
    list: "content",
};

const FORMAT: &str = "%Y-%m-%dT%H:%M:%S.000+0700";

fn case(n: u32) -> Value {
    json!({
        "id": format!("{:024x}", n + 1), "code": format!("H99.14-261124-{n:04}"), "nationCode": format!("G22-{n}"),
        "isDVCLT": true, "agency": {"id": "a1", "code": "00691", "name": "UBND xã Mẫu"},
        "procedure": {"id": "p1", "code": "1.001193", "name": "Khai sinh"},
        "applicant": {"data": {"fullname": format!("Nguyễn Văn Mẫu {n}"), "identityNumber": format!("099085{n:06}"),
            "birthday": "05/03/1985", "gender": 1, "address": "Thôn Mẫu 1", "province": "08", "ward": "00691",
            "wardName": "Xã Mẫu", "district": ""}},
        "appliedDate": minute(0, FORMAT), "acceptedDate": minute(0, FORMAT), "appointmentDate": minute(9_000, FORMAT),
        "completedDate": minute(8_000, FORMAT), "updatedDate": minute(n, FORMAT),
        "dossierStatus": {"id": 4, "name": "Đã xong"}, "dataType": "LTKS",
    })
}

/// Whatever else a case says: one without a time stays where it is.
fn search(asked: &Asked, records: &[Value]) -> String {
    let from = parameter(asked, "updated-from");
    let wanted = |case: &&Value| case["updatedDate"].as_str().is_none_or(|at| at >= from.as_str());
    let wanted: Vec<&Value> = records.iter().filter(wanted).collect();
    let (page, size) = (number(asked, "page"), number(asked, "size"));
    let (content, pages) = slice(&wanted, page, size);
    json!({"content": content, "number": page, "size": size, "numberOfElements": content.len(),
        "last": page + 1 >= pages})
    .to_string()
}
