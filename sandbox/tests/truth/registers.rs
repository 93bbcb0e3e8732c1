//! The civil-status registers, read through their feed.

use crate::common::{civil_token, register_page};
use crate::mention::{Mention, iso, text};
use crate::opinion::Opinion;
use sandbox::Running;
use schemas::FindingKind as K;
use serde_json::Value;
use std::collections::BTreeSet;

pub fn nation(code: &str) -> String {
    if code.len() == 5 { code[3..].to_owned() } else { code.to_owned() }
}

pub async fn registers(running: &Running, communes: &[String], opinion: &mut Opinion) -> BTreeSet<String> {
    let token = civil_token(running).await;
    let mut dead = BTreeSet::new();
    for commune in communes {
        let value = register_page(running, &token, commune, 0, 5_000).await.json();
        for entry in value["data"].as_array().expect("data") {
            let record = &entry["DuLieuTiepNhan"];
            let inner: Value = serde_json::from_str(record["data"].as_str().expect("text")).expect("JSON");
            let get = |key: String| text(&inner[key]);
            let person = |p: &str, number: String| Mention {
                source: "civil_status",
                key: text(&record["IdBanGhi"]),
                number,
                name: get(format!("{p}HoTen")),
                birth: iso(&get(format!("{p}NgaySinh"))),
                sex: get(format!("{p}GioiTinh")),
                ethnicity: nation(&get(format!("{p}DanToc"))),
                commune: text(&inner[format!("{p}NoiCuTru")]["maXa"]),
                ..Mention::default()
            };
            match record["module"].as_str().expect("module") {
                "LTKS" => {
                    let mut child = person("nks", get("soDinhDanh".into()));
                    child.parents = [get("chaHoTen".into()), get("meHoTen".into())];
                    if child.number.is_empty() {
                        // Ten days before 2026-11-24.
                        if iso(&get("ngayDangKy".into())).as_str() < "2026-11-14" {
                            opinion.found.add(
                                K::IdMissing,
                                format!("event:{}", child.key),
                                "personal_id",
                                "civil_status",
                            );
                        }
                    }
                    opinion.hear(&child);
                }
                "LTKT" => {
                    let paper = get("nktSoGiayToTuyThan".into());
                    let mut m = person("nkt", paper.clone());
                    if get("nktLoaiGiayToTuyThan".into()) == "1" {
                        (m.number, m.cmnd) = (String::new(), paper);
                    }
                    dead.extend(opinion.hear(&m));
                }
                _ => {
                    for p in ["chong", "vo"] {
                        let number = opinion.hear(&person(p, get(format!("{p}SoDDCN"))));
                        if let Some(number) = number.filter(|n| opinion.population.people[n].marital == "1") {
                            opinion.found.add(
                                K::MaritalStale,
                                format!("person:{number}"),
                                "marital_status",
                                "population",
                            );
                        }
                    }
                }
            }
        }
    }
    dead
}
