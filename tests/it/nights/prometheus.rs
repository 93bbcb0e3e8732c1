//! A real Prometheus scrapes the figures; promtool checks and tests the rules that are made of them.

use crate::support::{Sandbox, doisoat, json, text};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn promtool(arguments: &[&str]) {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/monitoring");
    let output = Command::new("promtool").args(arguments).current_dir(rules).output().expect("promtool is installed");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_alert_rules_are_sound_and_fire_when_they_must_and_only_then() {
    promtool(&["check", "rules", "alerts.yml"]);
    promtool(&["test", "rules", "alerts.test.yml"]);
}

#[tokio::test]
async fn prometheus_scrapes_the_communes_and_no_person() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "4", "--faults", "0"]);
    json(&sandbox.run().output().expect("runs"), 0);
    let config = sandbox.settings();
    let mut settings = std::fs::read_to_string(&config).expect("settings");
    settings.push_str("\n[metrics]\nlisten = \"127.0.0.1:0\"\n[health]\nprobe_minutes = 0\n");
    std::fs::write(&config, settings).expect("written");
    let mut server = doisoat()
        .args(["serve", "--listen", "127.0.0.1:0", "--as-if", "2026-11-24T23:00:00Z", "--config", text(&config)])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Kept open: who no longer reads what it says ends it.
    let mut output = BufReader::new(server.stdout.take().expect("its output"));
    let _server = Ends(server);
    let mut address = None;
    while address.is_none() {
        let mut line = String::new();
        assert!(output.read_line(&mut line).expect("a line") > 0, "it says where its figures are");
        let said = line.trim().split_once("http://").filter(|(_, rest)| rest.ends_with("/metrics"));
        address = said.map(|(_, rest)| rest.to_owned());
    }
    let address = address.unwrap_or_default();
    let target = address.trim_end_matches("/metrics").to_owned();
    let client = reqwest::Client::new();
    let get = |url: String| {
        let client = client.clone();
        async move { client.get(url).send().await?.text().await }
    };
    let figures = get(format!("http://{address}")).await.expect("figures");
    assert!(figures.contains("doisoat_communes{state=\"on_time\"} 124") && figures.ends_with("# EOF\n"), "{figures}");
    let number = |digits: &str| digits.len() == 12 && digits.starts_with("099");
    assert!(!figures.split(|c: char| !c.is_ascii_digit()).any(number), "no number of a person");
    assert_eq!(get(format!("http://{target}/readyz")).await.expect("an answer"), "ok");

    let folder = tempfile::tempdir().expect("a folder");
    let scrape = format!(
        "global: {{ scrape_interval: 1s }}\nscrape_configs:\n- job_name: doisoat\n  static_configs: [{{ targets: ['{target}'] }}]\n"
    );
    let file = folder.path().join("prometheus.yml");
    std::fs::write(&file, scrape).expect("written");
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    let prometheus = Command::new("prometheus")
        .arg(format!("--config.file={}", file.display()))
        .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("prometheus is installed");
    let _prometheus = Ends(prometheus);
    let query = format!("http://127.0.0.1:{port}/api/v1/query?query=sum(doisoat_commune_state)");
    // It scrapes when it likes: asked until it has.
    let mut answer = String::new();
    for _ in 0..600 {
        answer = get(query.clone()).await.unwrap_or_default();
        if answer.contains("\"124\"") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("Prometheus has not got the communes: {answer}");
}
