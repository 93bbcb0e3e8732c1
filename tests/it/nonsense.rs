//! Sources that answer nonsense: a contract error, the offending record kept, nothing promoted.

use crate::support::{doisoat, json, run, stderr, text};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// A land system that gives a token and then answers `body` to everything.
fn land_that_says(body: &'static str, content_type: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0u8; 8192];
            let read = stream.read(&mut request).unwrap_or(0);
            let token = String::from_utf8_lossy(&request[..read]).contains("/token");
            let (body, kind) = if token {
                (r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#, "application/json")
            } else {
                (body, content_type)
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    port
}

fn settings(folder: &Path, port: u16) -> PathBuf {
    std::fs::write(folder.join("secret"), "s").expect("a secret");
    let file = folder.join("doisoat.toml");
    let text = format!(
        "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"http://127.0.0.1:{port}\"\n\
         auth = {{ kind = \"client_credentials\", token_path = \"/token\", client_id = \"c\", client_secret = {{ file = \"secret\" }} }}\n\
         retry = {{ attempts = 3, first_delay_ms = 1, max_delay_ms = 2, budget = 100 }}\n"
    );
    std::fs::write(&file, text).expect("settings");
    file
}

fn land_report(body: &'static str, content_type: &'static str) -> (serde_json::Value, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = settings(folder.path(), land_that_says(body, content_type));
    let output = doisoat().args(["run", "--json", "--config", text(&file)]).output().expect("runs");
    let report = json(&output, 2);
    assert!(stderr(&output).contains("Kết nối"));
    (report["sources"][0].clone(), folder, file)
}

#[test]
fn a_login_page_with_200_is_a_contract_error_and_not_an_empty_province() {
    let (land, _folder, _file) = land_report("<html><body>Đăng nhập</body></html>", "text/html");
    assert_eq!(land["status"], "never");
    assert!(land["error_code"].as_str().is_some_and(|c| !c.is_empty()), "{land}");
    assert_eq!(land["snapshot_records"], 0);
}

#[test]
fn an_answer_of_another_shape_is_a_contract_error() {
    let (land, _folder, _file) = land_report(r#"{"hello": "world"}"#, "application/json");
    assert_eq!(land["status"], "never");
    assert!(land["error"].as_str().is_some_and(|e| e.contains("partitions are missing")), "{land}");
}

#[test]
fn records_that_cannot_be_read_are_kept_with_their_reason_and_too_many_of_them_stop_the_promotion() {
    let body = r#"{"draw":1,"recordsTotal":1,"recordsFiltered":1,"statusText":"ok","data":["not a certificate"]}"#;
    let (land, _folder, file) = land_report(body, "application/json");
    assert_eq!((land["status"].as_str(), land["error_code"].as_str()), (Some("never"), Some("TOO_MANY_UNREADABLE")));
    assert_eq!(land["quarantined"], 124);
    let kept = json(&run(&["quarantine", "list", "--json", "--limit", "500", "--config", text(&file)]), 0);
    let kept = kept.as_array().expect("a list");
    assert_eq!(kept.len(), 124);
    let id = kept[0]["quarantine_id"].as_str().expect("an id");
    let shown = run(&["quarantine", "show", id, "--config", text(&file)]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("not a certificate"));
}

#[test]
fn a_population_that_refuses_every_question_is_could_not_ask_and_not_a_night_done() {
    let sandbox = crate::support::Sandbox::serve(&["--persons", "300", "--faults", "0", "--population", "lookup"]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let _ = stream.read(&mut [0u8; 8192]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let settings = sandbox.settings();
    let good = std::fs::read_to_string(&settings).expect("settings");
    let line = good.lines().skip_while(|l| *l != "[sources.population]").find(|l| l.starts_with("base_url"));
    let refusing = good.replace(line.expect("an address"), &format!("base_url = \"http://127.0.0.1:{port}\""));
    std::fs::write(&settings, refusing).expect("settings");
    let report = json(&sandbox.run().output().expect("runs"), 2);
    let sources = report["sources"].as_array().expect("sources");
    let population = sources.iter().find(|s| s["name"] == "population").expect("population");
    assert_eq!(population["answers"]["found"], 0);
    assert_eq!(population["answers"]["not_found"], 0, "refused is not absent: {population}");
    assert!(population["answers"]["could_not_ask"].as_u64() > Some(0), "{population}");
    assert_eq!(population["status"], "incomplete", "{population}");
    assert!(report["findings"]["ID_ALIAS_MISSING"].is_null(), "nobody was said to be absent");
}
