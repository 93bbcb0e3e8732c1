//! F11 and F12: the database restarts in a write, loses the answer to a commit, or is away.

use super::province::Province;
use super::scenario::{Dice, Scenario};
use crate::postgres::Cluster;
use crate::support::{digest, doisoat, json, stderr};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Long enough for a busy machine, and nothing is learned by waiting longer for a database that is
/// gone.
const A_SHORT_WAIT: i64 = 3;
const AS_USUAL: i64 = 15;

fn use_ledger(province: &Province, url: &str, wait_seconds: i64) {
    province.edit(|settings| {
        let secret: toml::Table = "env = \"DOISOAT_LEDGER_PASSWORD\"".parse().expect("TOML");
        let mut ledger = toml::Table::new();
        ledger.insert("url".into(), url.into());
        ledger.insert("password".into(), secret.into());
        ledger.insert("wait_seconds".into(), wait_seconds.into());
        settings.insert("ledger".into(), ledger.into());
    });
}

/// Goes on after whatever the database did.
fn goes_on(province: &Province, reference: &str, why: &str) {
    let resumed = province.resume();
    let resumed = if stderr(&resumed).contains("NOTHING_TO_RESUME") { province.run() } else { resumed };
    assert_eq!(digest(&json(&resumed, 0)), reference, "{why}");
}

#[test]
fn f11_a_database_that_stops_at_once_in_a_write_costs_nothing_but_time() {
    let scenario = Scenario::load("F11");
    let province = Province::serve(scenario.number("persons"), 41, scenario.number("page_size"));
    let (reference, requests) = province.reference();
    let cluster = Cluster::alone();
    let runs = scenario.number("stops");
    for seed in 1..=runs {
        province.start_over();
        let database = cluster.database();
        use_ledger(&province, &database, A_SHORT_WAIT);
        // While it pulls, every answer of a source is a write to come.
        let at = 1 + Dice::new(seed).below(requests * 3 / 4);
        let why = format!("stopped at request {at} of {requests}, seed {seed}");
        let child = province.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let deadline = Instant::now() + Duration::from_secs(60);
        while province.requests() < at {
            assert!(Instant::now() < deadline, "{why}: it never came so far");
            std::thread::sleep(Duration::from_millis(1));
        }
        cluster.stop_at_once();
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(3), "{why}: {}", stderr(&ended));
        assert!(stderr(&ended).contains("[LEDGER"), "{why}: {}", stderr(&ended));
        cluster.start_again();
        use_ledger(&province, &database, AS_USUAL);
        goes_on(&province, &reference, &why);
        cluster.drop_database(&database);
    }
    scenario.passed("stops", runs, "every run ended with a LEDGER code; digest equal after --resume");
}

/// Passes everything on, but cuts the connection when the answer to the n-th COMMIT is on its way.
fn commit_cutter(server: SocketAddr, nth: i64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let left = Arc::new(AtomicI64::new(nth));
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let left = left.clone();
            let Ok(upstream) = TcpStream::connect(server) else { continue };
            let (mut from_client, mut to_server) =
                (client.try_clone().expect("a clone"), upstream.try_clone().expect("a clone"));
            std::thread::spawn(move || {
                let mut chunk = [0u8; 16384];
                while let Ok(read) = from_client.read(&mut chunk) {
                    if read == 0 || to_server.write_all(&chunk[..read]).is_err() {
                        break;
                    }
                }
                let _ = to_server.shutdown(Shutdown::Both);
            });
            let (mut from_server, mut to_client) = (upstream, client);
            std::thread::spawn(move || {
                let mut chunk = [0u8; 16384];
                while let Ok(read) = from_server.read(&mut chunk) {
                    // The server's word for a commit that is done.
                    let committed = chunk[..read].windows(7).any(|window| window == b"COMMIT\0");
                    let cut = committed && left.fetch_sub(1, Ordering::Relaxed) == 1;
                    if read == 0 || cut || to_client.write_all(&chunk[..read]).is_err() {
                        break;
                    }
                }
                let _ = to_client.shutdown(Shutdown::Both);
                let _ = from_server.shutdown(Shutdown::Both);
            });
        }
    });
    address
}

#[test]
fn f11_a_commit_whose_answer_is_lost_is_settled_by_reading_back() {
    let scenario = Scenario::load("F11");
    let province = Province::serve(scenario.number("persons"), 42, scenario.number("page_size"));
    let (reference, _) = province.reference();
    let runs = scenario.number("cuts");
    let mut died = 0;
    for seed in 1..=runs {
        province.start_over();
        let url = Cluster::shared().database();
        let server: SocketAddr = url.split(['@', '/']).find_map(|part| part.parse().ok()).expect("an address");
        let nth = 1 + Dice::new(seed).below(scenario.number("commits")) as i64;
        let why = format!("the answer to commit {nth} was lost, seed {seed}");
        use_ledger(&province, &url.replace(&server.to_string(), &commit_cutter(server, nth).to_string()), AS_USUAL);
        let output = province.run();
        if output.status.code() == Some(0) {
            assert_eq!(digest(&json(&output, 0)), reference, "{why}");
            continue;
        }
        died += 1;
        assert!(stderr(&output).contains("[LEDGER"), "{why}: {}", stderr(&output));
        goes_on(&province, &reference, &why);
    }
    let seen = format!("the run ended in {died} of {runs}, else it went on; no page twice, none lost: digest equal");
    scenario.passed("lost commits", runs, &seen);
}

fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("connects");
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
    (status, answer)
}

#[test]
fn f12_without_its_database_the_service_is_alive_but_not_ready_and_comes_back_by_itself() {
    let scenario = Scenario::load("F12");
    let province = Province::serve(200, 43, 100);
    let cluster = Cluster::alone();
    use_ledger(&province, &cluster.database(), AS_USUAL);
    let mut child = doisoat()
        .args(["serve", "--listen", "127.0.0.1:0", "--config", &province.config()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    let address = line.trim().rsplit("http://").next().expect("an address").to_owned();
    assert_eq!((get(&address, "/healthz").0, get(&address, "/readyz").0), (200, 200));
    cluster.stop_at_once();
    let away = Instant::now();
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    while away.elapsed() < Duration::from_secs(scenario.number("away_s")) {
        let began = Instant::now();
        let (status, body) = get(&address, "/readyz");
        slowest = slowest.max(began.elapsed());
        assert_eq!(status, 503, "{body}");
        assert!(body.contains("application/problem+json") && body.contains("LEDGER_UNREACHABLE"), "{body}");
        assert_eq!(get(&address, "/healthz").0, 200);
        asked += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
    cluster.start_again();
    let back = Instant::now();
    while get(&address, "/readyz").0 != 200 {
        assert!(back.elapsed() < Duration::from_secs(30), "it does not come back");
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    let _ = child.wait();
    let seen = format!(
        "asked {asked} times: 503 with a problem document, alive; ready again by itself (slowest answer {} ms)",
        slowest.as_millis()
    );
    scenario.passed("away", asked, &seen);
}
