//! The servers over real HTTP: who is let in, what is served, and that faults can be replayed.

mod common;

use common::*;
use sandbox::{FaultKind, Faults};
use schemas::clock::FixedClock;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

const PAGE: &str = "type=G02_001&page=0&pageSize=100&fromDate=&toDate=";

#[tokio::test]
async fn without_valid_credentials_every_data_path_is_refused() {
    let running = start(world(500, 1, 1.0), Faults::none(), 0).await;
    let commune = "00691";
    let answers = [
        send(&running.population, "GET", &format!("/thaydoi?{PAGE}"), &[], "").await,
        send(&running.population, "POST", "/tracuu", &[], "<x/>").await,
        register_page(&running, "Bearer wrong", commune, 0, 10).await,
        land_page(&running, "Bearer wrong", commune, 0, 10).await,
        one_stop_page(&running, "Bearer wrong", commune, 0, 10).await,
        client_token(&running.land, "/token", "somebody", "wrong").await,
    ];
    assert!(answers.iter().all(|a| a.status == 401), "{answers:?}");
    assert_eq!(running.counters.population.refused(), 2);
}

#[tokio::test]
async fn a_digest_of_another_hour_or_another_path_is_refused() {
    let running = start(world(500, 1, 1.0), Faults::none(), 0).await;
    let hour_ago = now() - jiff::SignedDuration::from_mins(6);
    for headers in [digest(&running, "/thaydoi", hour_ago), digest(&running, "/daxoa", now())] {
        let answer = send(&running.population, "GET", &format!("/thaydoi?{PAGE}"), &borrowed(&headers), "").await;
        assert_eq!(answer.status, 401);
    }
    let answer = population_get(&running, "/thaydoi", PAGE).await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.to_lowercase().contains("date: mon, 23 nov 2026 20:00:00 gmt"), "{}", answer.head);
}

#[tokio::test]
async fn a_token_is_worth_nothing_after_its_life() {
    struct Stepping(std::sync::atomic::AtomicI64);
    impl schemas::Clock for Stepping {
        fn now(&self) -> jiff::Timestamp {
            now() + jiff::SignedDuration::from_secs(self.0.load(std::sync::atomic::Ordering::SeqCst))
        }
    }
    let clock = Arc::new(Stepping(std::sync::atomic::AtomicI64::new(0)));
    let running = start_at(world(500, 1, 1.0), Faults::none(), 0, clock.clone()).await;
    let token = one_stop_token(&running).await;
    for (second, status) in [(299, 200), (301, 401)] {
        clock.0.store(second, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(one_stop_page(&running, &token, "00691", 0, 10).await.status, status, "after {second} s");
    }
}

/// The keys of all records of the feed, page by page.
async fn feed_keys(running: &sandbox::Running, size: usize) -> Vec<String> {
    let mut keys = Vec::new();
    for page in 0.. {
        let query = format!("type=G02_001&page={page}&pageSize={size}&fromDate=&toDate=");
        let value = population_get(running, "/thaydoi", &query).await.json();
        for entry in value["data"].as_array().expect("data") {
            let data = entry.get("DuLieuTiepNhan").or_else(|| entry.get("duLieuTiepNhan")).expect("record");
            let key = data.get("IdBanGhi").or_else(|| data.get("idBanGhi")).expect("key");
            let state = entry.get("TrangThaiDuLieu").or_else(|| entry.get("trangThaiDuLieu")).expect("state");
            let version = state.get("PhienBan").or_else(|| state.get("phienBan")).expect("version");
            keys.push(format!("{key}/{version}"));
        }
        if page + 1 >= value["pagination"]["totalPages"].as_u64().expect("pages") {
            break;
        }
    }
    keys
}

#[tokio::test]
async fn another_order_serves_the_same_records_on_other_pages() {
    let plain = start(world(1_500, 1, 1.0), Faults::none(), 0).await;
    let shuffled = start(world(1_500, 1, 1.0), Faults::none(), 9).await;
    let (one, other) = (feed_keys(&plain, 250).await, feed_keys(&shuffled, 400).await);
    assert_ne!(one, other);
    let set = |keys: &[String]| keys.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(set(&one), set(&other));
    assert_eq!(set(&one).len(), one.len());
    assert!(one.len() > 1_500);
}

#[tokio::test]
async fn a_feed_from_an_instant_serves_only_what_changed_after_it() {
    let running = start(world(1_000, 1, 1.0), Faults::none(), 0).await;
    let total = |from: &'static str| {
        let running = &running;
        async move {
            let query = format!("type=G02_001&page=0&pageSize=1&fromDate={from}&toDate=");
            population_get(running, "/thaydoi", &query).await.json()["totalRecords"].as_u64().expect("total")
        }
    };
    let (all, some, none) = (total("").await, total("2026-06-01T00:00:00").await, total("2026-11-24T02:00:00").await);
    assert!(all > some && some > 0 && none == 0, "{all} {some} {none}");
}

/// The ids of the certificates of a search.
async fn certificates(running: &sandbox::Running, token: &str, criteria: &str) -> Vec<String> {
    let value = land_search(running, token, criteria).await.json();
    let list = value["data"].as_array().expect("data");
    assert_eq!(value["recordsTotal"].as_u64(), Some(list.len() as u64), "all on one page");
    list.iter().map(|c| c["GiayChungNhan"]["giayChungNhanId"].to_string().replace('"', "")).collect()
}

#[tokio::test]
async fn land_answers_for_one_owner_in_the_province_or_in_a_commune() {
    let running = start(world(1_000, 1, 1.0), Faults::none(), 0).await;
    let token = land_token(&running).await;
    let all = land_search(&running, &token, "start=0&length=10000&xaId=0").await.json();
    let list = all["data"].as_array().expect("data").clone();
    assert_eq!(all["recordsTotal"].as_u64(), Some(list.len() as u64));
    let wife = list.iter().find_map(|c| {
        let number = c["ChuSoHuu"][0]["VoChong"]["Vo"]["maSoDinhDanh"].as_str()?;
        (number.len() == 12).then(|| number.to_owned())
    });
    let wife = wife.expect("a couple");
    let holds = |c: &&Value| c["ChuSoHuu"].to_string().contains(&format!("\"maSoDinhDanh\":\"{wife}\""));
    let hers: Vec<&Value> = list.iter().filter(holds).collect();
    let id = |c: &Value| c["GiayChungNhan"]["giayChungNhanId"].to_string().replace('"', "");
    let expected: BTreeSet<String> = hers.iter().map(|c| id(c)).collect();
    let search = |place: &str| format!("start=0&length=100&timChinhXac=true&soGiayTo={wife}&xaId={place}");
    let found = certificates(&running, &token, &search("0")).await;
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    let place = hers[0]["GiayChungNhan"]["xaId"].to_string().replace('"', "");
    assert!(certificates(&running, &token, &search(&place)).await.contains(&id(hers[0])));
    let nobody = "start=0&length=100&soGiayTo=099000000000&xaId=0";
    assert!(certificates(&running, &token, nobody).await.is_empty());
}

#[tokio::test]
async fn a_look_up_finds_a_citizen_only_when_number_name_and_birth_date_agree() {
    let world = world(1_000, 1, 1.0);
    let question = world.questions().into_iter().find(|q| q.birth_date.len() == 10).expect("somebody");
    let running = start(world, Faults::none(), 0).await;
    let key = sandbox::spelling::key_of(&question.name);
    let birth = question.birth_date.replace('-', "");
    let found = look_up(&running, &look_up_body(&question.personal_id, &key, &birth)).await;
    assert!(found.body.contains("SoCongDan=\"1\"") && found.body.contains(&question.personal_id));
    for (name, birth) in [("AIDOKHAC", birth.as_str()), (key.as_str(), "19010101")] {
        let answer = look_up(&running, &look_up_body(&question.personal_id, name, birth)).await;
        assert_eq!((answer.status, answer.body.contains("SoCongDan=\"0\"")), (200, true));
    }
    let fault = look_up(&running, &look_up_body("", &key, &birth)).await;
    assert_eq!((fault.status, fault.body.contains("soapenv:Fault")), (500, true));
}

#[tokio::test]
async fn a_cancelled_number_is_answered_under_the_new_one() {
    let world = world(3_000, 1, 1.0);
    let by_number: std::collections::BTreeMap<_, _> =
        world.questions().into_iter().map(|q| (q.personal_id.clone(), q)).collect();
    let running = start(world, Faults::none(), 0).await;
    let value =
        population_get(&running, "/thaydoi", "type=G02_001&page=0&pageSize=10000&fromDate=&toDate=").await.json();
    let number = |entry: &serde_json::Value| entry["DuLieuTiepNhan"]["SoDinhDanh"].as_str().map(str::to_owned);
    let entries = value["data"].as_array().expect("data");
    let old = entries
        .iter()
        .find(|e| number(e).is_some_and(|n| !by_number.contains_key(&n)) && has_second_version(entries, e))
        .expect("somebody was given a new number");
    let id = &old["DuLieuTiepNhan"]["IdBanGhi"];
    let new = entries
        .iter()
        .find(|e| e["DuLieuTiepNhan"]["IdBanGhi"] == *id && e["TrangThaiDuLieu"]["PhienBan"] == 2)
        .and_then(number)
        .expect("new number");
    let question = &by_number[&new];
    let body = look_up_body(
        &number(old).expect("old number"),
        &sandbox::spelling::key_of(&question.name),
        &question.birth_date.replace('-', ""),
    );
    assert!(look_up(&running, &body).await.body.contains(&format!("<ns1:SoDinhDanh>{new}</ns1:SoDinhDanh>")));
}

fn has_second_version(entries: &[serde_json::Value], entry: &serde_json::Value) -> bool {
    let id = &entry["DuLieuTiepNhan"]["IdBanGhi"];
    entries.iter().any(|e| e["DuLieuTiepNhan"]["IdBanGhi"] == *id && e["TrangThaiDuLieu"]["PhienBan"] == 2)
}

#[tokio::test]
async fn a_poll_tells_of_known_codes_and_leaves_out_the_others() {
    let made = world(4_000, 1, 1.0);
    let communes = made.communes();
    let running = start(made, Faults::none(), 0).await;
    let (one_stop, civil) = (one_stop_token(&running).await, civil_token(&running).await);
    let mut codes = Vec::new();
    for commune in communes {
        let value = one_stop_page(&running, &one_stop, &commune, 0, 500).await.json();
        let linked = value["content"].as_array().expect("content").iter().filter(|c| c["dataType"] == "LTKS");
        codes.extend(linked.filter_map(|c| c["code"].as_str().map(str::to_owned)).filter(|c| c.starts_with('H')));
    }
    codes.truncate(49);
    assert!(codes.len() > 20);
    codes.push("H60.001-200101-9999".to_owned());
    let body = serde_json::json!({"maDinhDanhHoSo": codes, "maTinh": "08", "module": "LTKS"}).to_string();
    let headers = [("Authorization", civil.as_str()), ("Content-Type", "application/json")];
    let path = "/apiLienThongKSKT/1.0/ketQua";
    let value = send(&running.civil_status, "POST", path, &headers, &body).await.json();
    let told = value["value"].as_array().expect("value");
    assert!(told.len() > 15 && told.len() < codes.len());
    assert!(told.iter().all(|t| codes.iter().any(|c| t["maHoSoMCDT"] == c.as_str())));
}

#[tokio::test]
async fn faults_can_be_replayed_and_end() {
    async fn night() -> (Vec<(u16, bool)>, u64) {
        let running = start(world(500, 1, 1.0), Faults::all(0.4, 11), 0).await;
        let mut seen = Vec::new();
        for page in 0..12 {
            let query = format!("type=G02_001&page={page}&pageSize=40&fromDate=&toDate=");
            for attempt in 0.. {
                assert!(attempt < 6, "page {page} never came");
                let answer = population_get(&running, "/thaydoi", &query).await;
                seen.push((answer.status, answer.cut));
                if answer.status == 200 && !answer.cut && answer.body.contains("\"data\"") {
                    break;
                }
            }
        }
        (seen, running.counters.population.faults())
    }
    let (one, faults) = night().await;
    assert_eq!((one.clone(), faults), night().await);
    assert!(faults > 3);
    assert!(one.iter().any(|(status, _)| *status != 200));
}

#[tokio::test]
async fn each_fault_looks_as_it_does_on_a_bad_night() {
    for (kind, status, cut) in [
        (FaultKind::Unavailable503, 503, false),
        (FaultKind::RetryAfter429, 429, false),
        (FaultKind::Truncated, 200, true),
        (FaultKind::ErrorIn200, 200, false),
        (FaultKind::Unauthorized401, 401, false),
    ] {
        let faults = Faults { rate: 1.0, kinds: vec![kind], seed: 1, stall_ms: 0 };
        let running = start(world(300, 1, 1.0), faults, 0).await;
        let answer = population_get(&running, "/thaydoi", PAGE).await;
        assert_eq!((answer.status, answer.cut), (status, cut), "{kind:?} {}", answer.head);
        if kind == FaultKind::ErrorIn200 {
            assert_eq!(answer.json()["error_code"], 500);
        }
    }
    let faults = Faults { rate: 1.0, kinds: vec![FaultKind::Reset], seed: 1, stall_ms: 0 };
    let running = start(world(300, 1, 1.0), faults, 0).await;
    assert!(population_get(&running, "/thaydoi", PAGE).await.cut);
}

#[tokio::test]
async fn a_forgotten_token_is_refused_until_a_new_one_is_asked_for() {
    let faults = Faults { rate: 1.0, kinds: vec![FaultKind::Unauthorized401], seed: 1, stall_ms: 0 };
    let running = start(world(300, 1, 1.0), faults, 0).await;
    // Requests for tokens are spared the 401, but not every fault.
    let c = running.credentials.clone();
    let mut token = client_token(&running.land, "/token", &c.land_client_id, &c.land_client_secret).await;
    for _ in 0..5 {
        if token.status != 200 {
            token = client_token(&running.land, "/token", &c.land_client_id, &c.land_client_secret).await;
        }
    }
    let token = bearer(&token);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(land_page(&running, &token, "00691", 0, 10).await.status);
    }
    assert_eq!(statuses, [401; 6]);
    let fresh = land_token(&running).await;
    assert_eq!(land_page(&running, &fresh, "00691", 0, 10).await.status, 200);
}

#[tokio::test]
async fn a_stopped_server_no_longer_answers() {
    let running = start_at(world(300, 1, 1.0), Faults::none(), 0, Arc::new(FixedClock(now()))).await;
    let host = running.land.trim_start_matches("http://").to_owned();
    running.stopped().await;
    assert!(tokio::net::TcpStream::connect(host).await.is_err());
}

#[tokio::test]
async fn a_stalling_body_arrives_whole_but_late() {
    let faults = Faults { rate: 1.0, kinds: vec![FaultKind::SlowBody], seed: 1, stall_ms: 120 };
    let running = start(world(300, 1, 1.0), faults, 0).await;
    let asked = std::time::Instant::now();
    let answer = population_get(&running, "/thaydoi", PAGE).await;
    assert!(asked.elapsed().as_millis() >= 120);
    assert_eq!((answer.status, answer.cut, answer.json()["data"].is_array()), (200, false, true));
}
