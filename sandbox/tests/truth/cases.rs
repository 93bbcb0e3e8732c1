//! One-stop cases, and what the civil-status system says of them.

use crate::common::{civil_token, one_stop_page, one_stop_token, send};
use crate::mention::{Mention, iso, text};
use crate::opinion::Opinion;
use sandbox::Running;
use schemas::FindingKind as K;
use std::collections::{BTreeMap, BTreeSet};

pub async fn cases(running: &Running, communes: &[String], dead: &BTreeSet<String>, opinion: &mut Opinion) {
    let (token, civil) = (one_stop_token(running).await, civil_token(running).await);
    let (mut national, mut codes, mut done) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for commune in communes {
        let value = one_stop_page(running, &token, commune, 0, 5_000).await.json();
        for case in value["content"].as_array().expect("content") {
            let (code, data) = (text(&case["code"]), &case["applicant"]["data"]);
            let mention = Mention {
                source: "one_stop",
                key: text(&case["id"]),
                number: text(&data["identityNumber"]),
                name: text(&data["fullname"]),
                birth: iso(&text(&data["birthday"])),
                sex: text(&data["gender"]),
                commune: text(&data["ward"]),
                district: text(&data["district"]),
                ..Mention::default()
            };
            let status = case["dossierStatus"]["id"].as_u64().expect("status");
            let number = opinion.hear(&mention);
            if matches!(status, 2 | 3) && number.is_some_and(|n| dead.contains(&n)) {
                opinion.found.add(K::DeadActiveDossier, format!("case:{code}"), "life_status", "one_stop");
            }
            if matches!(status, 4 | 5) && case["dataType"] != "" && code.starts_with('H') {
                done.insert(code.clone());
            }
            if !text(&case["nationCode"]).is_empty() {
                national.insert(text(&case["nationCode"]), code.clone());
            }
            assert!(codes.insert(code), "a code stands twice");
        }
    }
    for (_, code) in national.into_iter().filter(|(national, _)| codes.contains(national)) {
        opinion.found.add(K::DossierCodePair, format!("case:{code}"), "code", "one_stop");
    }
    for chunk in done.into_iter().collect::<Vec<_>>().chunks(50) {
        let body = serde_json::json!({"maDinhDanhHoSo": chunk, "maTinh": "08", "module": ""}).to_string();
        let headers = [("Authorization", civil.as_str())];
        let value = send(&running.civil_status, "POST", "/apiLienThongKSKT/1.0/ketQua", &headers, &body).await.json();
        for answer in value["value"].as_array().expect("value").iter().filter(|a| a["trangThai"] == 1) {
            opinion.found.add(K::StatusLag, format!("case:{}", text(&answer["maHoSoMCDT"])), "status", "civil_status");
        }
    }
}
