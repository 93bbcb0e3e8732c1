//! The other shapes that the servers speak when they are told to.

mod common;

use common::*;
use config::{BirthDateShape, Wrapper};
use sandbox::{CivilStatusShape, Question, Running, Variants};
use schemas::clock::FixedClock;
use serde_json::{Value, json};
use std::sync::Arc;

async fn served(variants: Variants) -> (Running, Question) {
    let world = world(600, 1, 0.0);
    let question = world.questions().into_iter().find(|q| q.birth_date.len() == 10).expect("somebody");
    (start_as(world, variants, Arc::new(FixedClock(now()))).await, question)
}

fn soap(question: &Question) -> String {
    let key = sandbox::spelling::key_of(&question.name);
    look_up_body(&question.personal_id, &key, &question.birth_date.replace('-', ""))
}

fn verify_body(number: &str, key: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"x\" xmlns:d=\"http://dancuquocgia.bca\"><s:Body><d:XacThucThongTinCongDanRequest>\
         <d:MaYeuCau>R1</d:MaYeuCau><d:MaDichVu>2.000986</d:MaDichVu><d:MaCanBo>099080000001</d:MaCanBo>\
         <d:SoDinhDanh>{number}</d:SoDinhDanh><d:SoCMND></d:SoCMND><d:HoVaTen>{key}</d:HoVaTen>\
         </d:XacThucThongTinCongDanRequest></s:Body></s:Envelope>"
    )
}

async fn post(running: &Running, path: &str, body: &str) -> Answer {
    let headers = digest(running, path, now());
    send(&running.population, "POST", path, &borrowed(&headers), body).await
}

#[tokio::test]
async fn each_gateway_takes_the_question_out_of_its_own_wrapper_and_wraps_the_answer() {
    for wrapper in [Wrapper::Opencps, Wrapper::FlatJson, Wrapper::XmlInJson] {
        let (running, question) = served(Variants { wrapper, ..Variants::default() }).await;
        let c = &running.credentials;
        let body = |secret: bool| match wrapper {
            Wrapper::Opencps => json!({
                "accessToken": format!("Bearer {}", if secret { c.gateway_access_token.as_str() } else { "wrong" }),
                "lgspAccessToken": c.gateway_lgsp_token, "AuthHash": c.gateway_auth_hash, "data": soap(&question),
            })
            .to_string(),
            Wrapper::FlatJson => json!({
                "maYeuCau": "R1", "maDVC": "2.000986", "maCanBo": "099080000001", "soDinhDanh": question.personal_id,
                "soCMND": "", "hoVaTen": sandbox::spelling::key_of(&question.name),
                "ngayThangNam": question.birth_date.replace('-', ""),
                "userNameService": if secret { c.gateway_user.as_str() } else { "wrong" },
            })
            .to_string(),
            Wrapper::None | Wrapper::XmlInJson => soap(&question),
        };
        let answer = post(&running, "/tracuu", &body(true)).await.json();
        let xml = match wrapper {
            Wrapper::Opencps => &answer,
            Wrapper::FlatJson => &answer["ketQua"],
            Wrapper::None | Wrapper::XmlInJson => &answer["message"],
        };
        assert!(xml.as_str().is_some_and(|xml| xml.contains("SoCongDan=\"1\"")), "{wrapper:?}: {answer}");
        if wrapper != Wrapper::XmlInJson {
            assert_eq!(post(&running, "/tracuu", &body(false)).await.status, 401, "{wrapper:?}");
        }
    }
}

#[tokio::test]
async fn a_verification_says_yes_only_to_number_and_name_together() {
    let (running, question) = served(Variants::default()).await;
    let key = sandbox::spelling::key_of(&question.name);
    for (number, name, expected) in [
        (question.personal_id.as_str(), key.as_str(), "true"),
        (question.personal_id.as_str(), "AIDOKHAC", "false"),
        ("099000000000", key.as_str(), "false"),
    ] {
        let answer = post(&running, "/xacthuc", &verify_body(number, name)).await;
        assert!(answer.body.contains(&format!("TonTai>{expected}</")), "{}", answer.body);
    }
    let fault = post(&running, "/xacthuc", &soap(&question)).await;
    assert_eq!((fault.status, fault.body.contains("soapenv:Fault")), (500, true), "another operation's question");
}

#[tokio::test]
async fn a_birth_date_in_the_shape_that_is_not_served_is_a_fault() {
    let variants = Variants { birth_date: BirthDateShape::Text, ..Variants::default() };
    let (running, question) = served(variants).await;
    assert_eq!(post(&running, "/tracuu", &soap(&question)).await.status, 500);
    let element = format!("<d:NgayThangNam>{}</d:NgayThangNam>", question.birth_date.replace('-', ""));
    let answer = post(&running, "/tracuu", &soap(&question).replace(&element, &question.birth_date)).await;
    assert!(answer.body.contains("SoCongDan=\"1\""), "{}", answer.body);
}

async fn poll(running: &Running, body: &Value) -> Answer {
    let token = civil_token(running).await;
    let headers = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    send(&running.civil_status, "POST", "/apiLienThongKSKT/1.0/ketQua", &headers, &body.to_string()).await
}

#[tokio::test]
async fn the_newer_civil_status_runs_its_refusals_together() {
    let variants = Variants { civil_status: CivilStatusShape::Newer, ..Variants::default() };
    let (running, _) = served(variants).await;
    let codes: Vec<String> = (0..51).map(|n| format!("H60.001-261124-{n:04}")).collect();
    let refused = poll(&running, &json!({"maDinhDanhHoSo": codes, "maTinh": "99", "module": "LTKS"})).await;
    assert_eq!(refused.status, 500);
    let errors = refused.json()["errors"].as_str().map(str::to_owned).expect("one text");
    assert!(errors.contains("phần tửmaTinh '99'"), "{errors}");
}

#[tokio::test]
async fn the_newer_civil_status_is_what_its_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../../schemas/wire/civil-register-feed.schema.json")).expect("schema");
    let world = world(2_000, 1, 1.0);
    let communes = world.communes();
    let variants = Variants { civil_status: CivilStatusShape::Newer, ..Variants::default() };
    let running = start_as(world, variants, Arc::new(FixedClock(now()))).await;
    let token = civil_token(&running).await;
    let (mut in_parts, mut replaced) = (0, 0);
    for commune in communes.iter().take(40) {
        let page = register_page(&running, &token, commune, 0, 500).await.json();
        for entry in page["data"].as_array().expect("data") {
            let record = &entry["DuLieuTiepNhan"];
            let (name, of_name) = match record["module"].as_str() {
                Some("LTKS") => ("HoTichKhaiSinh", "nksHoTen"),
                Some("LTKT") => ("HoTichKhaiTu", "nktHoTen"),
                _ => ("DataDKKH", "voHoTen"),
            };
            let data: Value = serde_json::from_str(record["data"].as_str().expect("text")).expect("JSON in JSON");
            let validator = jsonschema::validator_for(&schema["$defs"][name]).expect("schema compiles");
            let problem = validator.iter_errors(&data).next().map(|e| format!("{}: {e}", e.instance_path()));
            assert_eq!(problem, None, "{name}");
            in_parts += usize::from(data[of_name].is_object());
            replaced += usize::from(data["soDangKyTruocDay"].is_string());
        }
    }
    assert!(in_parts > 100 && replaced > 10, "{in_parts} {replaced}");
}

/// The births of all communes in the feed: key, version, number.
async fn births(running: &Running, communes: &[String]) -> Vec<(String, i64, Value)> {
    let token = civil_token(running).await;
    let mut all = Vec::new();
    for commune in communes {
        let page = register_page(running, &token, commune, 0, 10_000).await.json();
        for entry in page["data"].as_array().expect("data").iter().filter(|e| e["DuLieuTiepNhan"]["module"] == "LTKS") {
            let record = &entry["DuLieuTiepNhan"];
            let data: Value = serde_json::from_str(record["data"].as_str().expect("text")).expect("JSON in JSON");
            let version = entry["TrangThaiDuLieu"]["PhienBan"].as_i64().expect("a version");
            all.push((record["IdBanGhi"].to_string(), version, data["soDinhDanh"].clone()));
        }
    }
    all
}

#[tokio::test]
async fn numbers_that_arrive_later_come_as_a_second_version() {
    let later = now() + jiff::SignedDuration::from_hours(20);
    let variants = Variants { numbers_arrive: Some(later), ..Variants::default() };
    let at = |clock| async move {
        let world = world(12_000, 1, 0.0);
        let communes = world.communes();
        let running = start_as(world, variants, Arc::new(FixedClock(clock))).await;
        births(&running, &communes).await
    };
    let (before, after) = (at(now()).await, at(later).await);
    let second: Vec<_> = after.iter().filter(|(_, version, _)| *version == 2).collect();
    assert!(!second.is_empty() && after.len() == before.len() + second.len(), "{} {}", second.len(), before.len());
    for (key, _, number) in second {
        assert!(number.as_str().is_some_and(|number| number.starts_with("099")));
        let first = before.iter().find(|(other, ..)| other == key).expect("it was there without a number");
        assert_eq!((first.1, &first.2), (1, &Value::Null));
    }
}
