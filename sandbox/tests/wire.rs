//! What the servers say is what the published schemas say they say.

mod common;

use common::*;
use sandbox::{Faults, Running};
use serde_json::Value;

fn assert_valid(schema: &str, value: &Value, what: &str) {
    let schema: Value = serde_json::from_str(schema).expect("schema");
    let validator = jsonschema::validator_for(&schema).expect("schema compiles");
    let problems: Vec<String> =
        validator.iter_errors(value).take(3).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(problems.is_empty(), "{what}: {problems:?}");
}

async fn servers() -> (Running, Vec<String>) {
    let made = world(4_000, 1, 1.0);
    let communes = made.communes();
    (start(made, Faults::none(), 0).await, communes)
}

#[tokio::test]
async fn the_population_feed_is_valid_and_so_are_the_deleted() {
    let schema = include_str!("../../schemas/wire/population-feed.schema.json");
    let (running, _) = servers().await;
    for path in ["/thaydoi", "/daxoa"] {
        let value = population_get(&running, path, "type=G02_001&page=0&pageSize=6000&fromDate=&toDate=").await.json();
        assert!(!value["data"].as_array().expect("data").is_empty(), "{path}");
        assert_valid(schema, &value, path);
    }
}

#[tokio::test]
async fn the_registers_are_valid_inside_and_out() {
    let schema = include_str!("../../schemas/wire/civil-register-feed.schema.json");
    let whole: Value = serde_json::from_str(schema).expect("schema");
    let (running, communes) = servers().await;
    let token = civil_token(&running).await;
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for commune in communes.iter().take(40) {
        let value = register_page(&running, &token, commune, 0, 500).await.json();
        assert_valid(schema, &value, commune);
        for entry in value["data"].as_array().expect("data") {
            let record = &entry["DuLieuTiepNhan"];
            let inner: Value = serde_json::from_str(record["data"].as_str().expect("text")).expect("JSON in JSON");
            let module = record["module"].as_str().expect("module");
            let name = match module {
                "LTKS" => "HoTichKhaiSinh",
                "LTKT" => "HoTichKhaiTu",
                _ => "DataDKKH",
            };
            assert_valid(&whole["$defs"][name].to_string(), &inner, name);
            *seen.entry(module.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[tokio::test]
async fn land_cases_and_polls_are_valid() {
    let (running, communes) = servers().await;
    let (land, one_stop, civil) =
        (land_token(&running).await, one_stop_token(&running).await, civil_token(&running).await);
    let mut codes = Vec::new();
    for commune in &communes {
        let value = land_page(&running, &land, commune, 0, 500).await.json();
        assert_valid(include_str!("../../schemas/wire/land-search.schema.json"), &value, commune);
        let value = one_stop_page(&running, &one_stop, commune, 0, 500).await.json();
        assert_valid(include_str!("../../schemas/wire/one-stop-slice.schema.json"), &value, commune);
        assert!(value["last"].as_bool().expect("last"));
        let linked = value["content"].as_array().expect("content").iter().filter(|c| c["dataType"] != "");
        codes.extend(linked.filter_map(|c| c["code"].as_str().map(str::to_owned)));
    }
    for chunk in codes.chunks(50) {
        let body = serde_json::json!({"maDinhDanhHoSo": chunk, "maTinh": "08", "module": ""}).to_string();
        let headers = [("Authorization", civil.as_str()), ("Content-Type", "application/json")];
        let answer = send(&running.civil_status, "POST", "/apiLienThongKSKT/1.0/ketQua", &headers, &body).await;
        assert_valid(include_str!("../../schemas/wire/civil-poll.schema.json"), &answer.json(), "poll");
    }
}

#[tokio::test]
async fn a_collection_has_the_elements_of_its_schema_in_their_order() {
    let made = world(1_000, 1, 1.0);
    let question = made.questions().into_iter().find(|q| q.birth_date.len() == 10).expect("somebody");
    let running = start(made, Faults::none(), 0).await;
    let body = look_up_body(
        &question.personal_id,
        &sandbox::spelling::key_of(&question.name),
        &question.birth_date.replace('-', ""),
    );
    let xml = look_up(&running, &body).await.body;
    let schema = include_str!("../../schemas/wire/cong-dan-collection.xsd");
    let citizen =
        schema.split("name=\"CongDan\">").nth(1).and_then(|s| s.split("</xs:complexType>").next()).expect("type");
    let declared: Vec<&str> = citizen.split("element name=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    // Each element that is served stands after those that the schema declares before it.
    let mut from = 0;
    for name in &declared {
        let at = xml[from..].find(&format!("<ns1:{name}")).unwrap_or_else(|| panic!("{name} is missing or misplaced"));
        from += at;
    }
    assert_eq!(declared.len(), 15);
}
