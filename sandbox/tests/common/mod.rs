//! A world, its servers under a clock that stands still, and the smallest HTTP client that does.
#![allow(dead_code, reason = "each test binary uses its own part")]

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use sandbox::{Faults, Running, ServerSettings, Servers, Variants, World, WorldSettings};
use schemas::{Clock, ProvinceCode, clock::FixedClock};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub const NOW: &str = "2026-11-24T03:00:00+07:00";

pub fn settings(persons: usize, seed: u64, defect_rate: f64) -> WorldSettings {
    WorldSettings {
        province: ProvinceCode::parse("08").expect("code"),
        persons,
        seed,
        today: jiff::civil::date(2026, 11, 24),
        defect_rate,
    }
}

pub fn world(persons: usize, seed: u64, defect_rate: f64) -> World {
    World::generate(&settings(persons, seed, defect_rate)).expect("world")
}

pub fn now() -> Timestamp {
    NOW.parse().expect("instant")
}

pub async fn start(world: World, faults: Faults, page_order_seed: u64) -> Running {
    start_at(world, faults, page_order_seed, Arc::new(FixedClock(now()))).await
}

pub async fn start_at(world: World, faults: Faults, page_order_seed: u64, clock: Arc<dyn Clock>) -> Running {
    let settings = ServerSettings { faults, page_order_seed, clock, variants: Variants::default() };
    Servers::start(Arc::new(world), settings).await.expect("servers")
}

pub async fn start_as(world: World, variants: Variants, clock: Arc<dyn Clock>) -> Running {
    let settings = ServerSettings { faults: Faults::none(), page_order_seed: 0, clock, variants };
    Servers::start(Arc::new(world), settings).await.expect("servers")
}

/// A whole answer, or why there is none.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// The connection ended before the declared length.
    pub cut: bool,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

pub async fn send(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let host = base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("connects");
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut bytes = Vec::new();
    // A broken connection is an answer too: it shows in `cut`.
    let broken = stream.read_to_end(&mut bytes).await.is_err();
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let declared =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    let cut = broken || status == 0 || declared.is_some_and(|length| body.len() < length);
    Answer { status, head: head.to_owned(), body: body.to_owned(), cut }
}

/// The headers of the population system for one path.
pub fn digest(running: &Running, path: &str, at: Timestamp) -> Vec<(&'static str, String)> {
    let credentials = &running.credentials;
    let stamp = at.as_millisecond().to_string();
    let user = &credentials.population_username;
    let url = format!("{}{path}", running.population);
    let sum = hex::encode(Sha256::digest(format!("{url}{user}{stamp}{}", credentials.population_secret).as_bytes()));
    vec![
        ("ApiKey", credentials.population_api_key.clone()),
        ("X-Road-Client", credentials.x_road_client.clone()),
        ("Timestamp", stamp),
        ("Authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{sum}")))),
    ]
}

pub fn borrowed<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

pub async fn population_get(running: &Running, path: &str, query: &str) -> Answer {
    let headers = digest(running, path, now());
    send(&running.population, "GET", &format!("{path}?{query}"), &borrowed(&headers), "").await
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub async fn client_token(base: &str, path: &str, id: &str, secret: &str) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    send(base, "POST", path, &[FORM, ("Authorization", &basic)], "grant_type=client_credentials").await
}

pub fn bearer(answer: &Answer) -> String {
    format!("Bearer {}", answer.json()["access_token"].as_str().expect("token"))
}

pub async fn civil_token(running: &Running) -> String {
    let c = &running.credentials;
    bearer(
        &client_token(
            &running.civil_status,
            &c.civil_status_token_path,
            &c.civil_status_client_id,
            &c.civil_status_client_secret,
        )
        .await,
    )
}

pub async fn land_token(running: &Running) -> String {
    let c = &running.credentials;
    bearer(&client_token(&running.land, &c.land_token_path, &c.land_client_id, &c.land_client_secret).await)
}

pub async fn one_stop_token(running: &Running) -> String {
    let c = &running.credentials;
    let form = format!(
        "grant_type=password&client_id={}&username={}&password={}",
        c.one_stop_client_id, c.one_stop_username, c.one_stop_password
    );
    bearer(&send(&running.one_stop, "POST", &c.one_stop_token_path, &[FORM], &form).await)
}

pub async fn land_page(running: &Running, token: &str, commune: &str, start: usize, length: usize) -> Answer {
    land_search(running, token, &format!("start={start}&length={length}&xaId={commune}")).await
}

pub async fn land_search(running: &Running, token: &str, criteria: &str) -> Answer {
    let form = format!("draw=1&tinhId=8&huyenId=0&{criteria}");
    let path = "/dc/CungCapThongTinGiayChungNhanAjax/AdvancedSearchGiayChungNhan";
    send(&running.land, "POST", path, &[FORM, ("Authorization", token)], &form).await
}

pub async fn one_stop_page(running: &Running, token: &str, commune: &str, page: usize, size: usize) -> Answer {
    let path = format!(
        "/pa/dossier/search?page={page}&size={size}&spec=slice&sort=updatedDate,asc&ancestor-agency-id={commune}&updated-from="
    );
    send(&running.one_stop, "GET", &path, &[("Authorization", token)], "").await
}

pub async fn register_page(running: &Running, token: &str, commune: &str, page: usize, size: usize) -> Answer {
    let path = format!("/hotich/1.0/thaydoi?maXa={commune}&page={page}&pageSize={size}&fromDate=&toDate=");
    send(&running.civil_status, "GET", &path, &[("Authorization", token)], "").await
}

/// A look-up in the service's own form.
pub fn look_up_body(number: &str, key: &str, birth: &str) -> String {
    let precision = if birth.len() == 4 { "Nam" } else { "NgayThangNam" };
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:d=\"http://dancuquocgia.bca\"><s:Body>\
         <d:TraCuuThongTinCongDan><d:MaYeuCau>R1</d:MaYeuCau><d:MaDVC>2.000986</d:MaDVC><d:MaTichHop>037</d:MaTichHop>\
         <d:MaCanBo>099080000001</d:MaCanBo><d:MaDonVi>000.01.02.H99</d:MaDonVi><d:SoDinhDanh>{number}</d:SoDinhDanh>\
         <d:HoVaTen>{key}</d:HoVaTen><d:NgayThangNamSinh><d:{precision}>{birth}</d:{precision}></d:NgayThangNamSinh>\
         </d:TraCuuThongTinCongDan></s:Body></s:Envelope>"
    )
}

pub async fn look_up(running: &Running, body: &str) -> Answer {
    let headers = digest(running, "/tracuu", now());
    send(&running.population, "POST", "/tracuu", &borrowed(&headers), body).await
}
