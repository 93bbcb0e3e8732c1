//! Units at the command line, in tables and over HTTP.

use crate::support::{doisoat, json, run, stderr, stdout, text};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

fn units(folder: &Path, arguments: &[&str]) -> std::process::Output {
    doisoat().arg("units").args(arguments).current_dir(folder).output().expect("runs")
}

fn resolve(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["resolve", "--json"];
    all.extend(arguments);
    json(&units(folder, &all), 0)
}

fn codes(resolved: &Value) -> Vec<&str> {
    let candidates = resolved["candidates"].as_array().expect("candidates");
    candidates.iter().map(|c| c["code"].as_str().expect("a code")).collect()
}

#[test]
fn an_old_address_leads_to_the_commune_of_today_with_the_acts_that_changed_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let resolved = resolve(folder.path(), &["Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"]);
    assert_eq!((resolved["status"].as_str(), codes(&resolved)), (Some("stale"), vec!["00004"]));
    let change = &resolved["candidates"][0]["path"][0];
    assert_eq!(
        (change["from"].as_str(), change["date"].as_str()),
        (Some("Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"), Some("2025-07-01"))
    );
    assert!(change["act"].as_str().is_some_and(|a| a.contains("1656/NQ-UBTVQH15")), "{change}");
    let current = resolve(folder.path(), &["Phường Ba Đình, Hà Nội"]);
    assert_eq!((current["status"].as_str(), codes(&current)), (Some("current"), vec!["00004"]));
    let words = units(folder.path(), &["resolve", "Xã Kim Phú, Thành phố Tuyên Quang, Tỉnh Tuyên Quang"]);
    assert!(stdout(&words).contains("đã chia"), "{}", stdout(&words));
    assert!(!folder.path().join("doisoat-data").exists(), "looking up a name leaves nothing behind");
}

#[test]
fn a_code_is_judged_by_its_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let before = resolve(folder.path(), &["", "--code", "00004", "--as-of", "2024-01-01"]);
    let after = resolve(folder.path(), &["", "--code", "00004", "--as-of", "2026-01-01"]);
    assert_eq!((before["status"].as_str(), after["status"].as_str()), (Some("stale"), Some("current")));
    let meanings = json(&units(folder.path(), &["explain", "00004", "--json"]), 0);
    let names: Vec<_> = meanings.as_array().expect("meanings").iter().filter_map(|m| m["name"].as_str()).collect();
    assert!(names[0].starts_with("Phường Ba Đình") && names[1].starts_with("Phường Trúc Bạch"), "{names:?}");
}

#[test]
fn the_communes_of_a_province_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = json(&units(folder.path(), &["list", "--province", "08", "--json"]), 0);
    assert_eq!(listed.as_array().expect("a list").len(), 124);
    let unknown = units(folder.path(), &["list", "--province", "02"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", stderr(&unknown));
}

#[test]
fn a_csv_keeps_every_byte_and_gets_four_fields() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = "\u{feff}stt;địa chỉ;ghi chú\r\n\
                 1;\"Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội\";  \"hai\ndòng\" \r\n\
                 \r\n\
                 2;Phường Ba Đình, Hà Nội;=x\r\n\
                 3;;\"a \"\"b\"\" c\"";
    let (from, to) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    std::fs::write(&from, input).expect("a file");
    let output = units(folder.path(), &["convert", text(&from), "--column", "Địa chỉ", "--out", text(&to)]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let converted = std::fs::read_to_string(&to).expect("the output");
    assert!(converted.starts_with("\u{feff}stt;địa chỉ;ghi chú;unit_status;unit_codes;unit_name;unit_reason\r\n"));
    let mut rest = converted.as_str();
    for original in [
        "1;\"Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội\";  \"hai\ndòng\" ;stale;00004;",
        "\r\n\r\n2;Phường Ba Đình, Hà Nội;=x;current;00004;",
        "\r\n3;;\"a \"\"b\"\" c\";unknown;;;",
    ] {
        let at = rest.find(original).unwrap_or_else(|| panic!("{original:?} is not in {rest:?}"));
        rest = &rest[at + original.len()..];
    }
    let wrong = units(folder.path(), &["convert", text(&from), "--column", "address", "--out", text(&to)]);
    assert!(stderr(&wrong).contains("[NO_COLUMN]") && stderr(&wrong).contains("địa chỉ"), "{}", stderr(&wrong));
}

#[test]
fn a_workbook_and_a_parquet_file_get_four_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("in.xlsx"), folder.path().join("out.xlsx"));
    let mut book = rust_xlsxwriter::Workbook::new();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.write_string_with_format(0, 0, "DANH SÁCH", &bold).expect("a title");
    for (column, title) in ["Họ tên", "Địa chỉ", "Mã xã"].iter().enumerate() {
        sheet.write_string(2, column as u16, *title).expect("a header");
    }
    sheet.write_string(3, 0, "Mẫu & con").expect("a cell");
    sheet.write_string(3, 1, "Xã Kim Phú, Thành phố Tuyên Quang, Tỉnh Tuyên Quang").expect("a cell");
    sheet.write_number(3, 2, 2497).expect("a cell");
    book.save(&from).expect("saved");
    let arguments = ["convert", text(&from), "--column", "địa chỉ", "--code-column", "mã xã", "--out", text(&to)];
    let output = units(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut read: calamine::Xlsx<_> = calamine::open_workbook(&to).expect("a workbook");
    let range = calamine::Reader::worksheet_range_at(&mut read, 0).expect("a sheet").expect("readable");
    let cell = |row: u32, column: u32| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((cell(0, 0), cell(2, 3), cell(3, 0)), ("DANH SÁCH".into(), "unit_status".into(), "Mẫu & con".into()));
    assert_eq!((cell(3, 3).as_str(), cell(3, 4).len()), ("split", 11));

    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let (from, to) = (folder.path().join("in.parquet"), folder.path().join("out.parquet"));
    let make = "import pyarrow as pa, pyarrow.parquet as pq, sys\n\
                pq.write_table(pa.table({'n': [1, 2], 'address': ['Phường Ba Đình, Hà Nội', None]}), sys.argv[1])";
    assert!(Command::new(&python).args(["-c", make, text(&from)]).status().expect("python").success());
    let output = units(folder.path(), &["convert", text(&from), "--column", "address", "--out", text(&to)]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let look = "import pyarrow.parquet as pq, sys, json; print(json.dumps(pq.read_table(sys.argv[1]).to_pylist()))";
    let read = Command::new(&python).args(["-c", look, text(&to)]).output().expect("python");
    let rows: Value = serde_json::from_slice(&read.stdout).expect("its JSON");
    assert_eq!((&rows[0]["n"], &rows[0]["unit_codes"]), (&1.into(), &"00004".into()), "{rows}");
    assert_eq!(rows[1]["unit_status"], "unknown");
}

#[test]
fn what_an_officer_teaches_decides_a_divided_commune_and_can_be_shared() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "Thôn 5, Xã Kim Phú, Thành phố Tuyên Quang, Tỉnh Tuyên Quang";
    let open = resolve(folder.path(), &[address]);
    assert_eq!(open["status"], "split");
    let choice = codes(&open)[1].to_owned();
    let teach = ["learned", "add", "02497", "thôn 05", &choice, "--officer", "clerk-1"];
    assert_eq!(units(folder.path(), &teach).status.code(), Some(0));
    let known = resolve(folder.path(), &[address]);
    assert_eq!((known["status"].as_str(), codes(&known)), (Some("stale"), vec![choice.as_str()]));
    let wrong = units(folder.path(), &["learned", "add", "02497", "Thôn 6", "00004", "--officer", "clerk-1"]);
    assert!(stderr(&wrong).contains("[NOT_A_SUCCESSOR]"), "{}", stderr(&wrong));
    let file = folder.path().join("learned.csv");
    assert_eq!(units(folder.path(), &["learned", "export", text(&file)]).status.code(), Some(0));
    let other = tempfile::tempdir().expect("a folder");
    for taken in ["1/1", "0/1"] {
        let imported = units(other.path(), &["learned", "import", text(&file)]);
        assert!(stdout(&imported).contains(taken), "{}{}", stdout(&imported), stderr(&imported));
    }
    assert_eq!(codes(&resolve(other.path(), &[address])), vec![choice.as_str()]);
    std::fs::write(
        &file,
        "old_commune,hamlet,new_commune,officer,learned_at,note\n02497,Thôn 7,00004,x,2026-11-24T00:00:00Z,\n",
    )
    .expect("a file");
    let refused = units(other.path(), &["learned", "import", text(&file)]);
    assert!(
        stderr(&refused).contains("[IMPORT]") && stderr(&refused).contains("learned.csv:2"),
        "{}",
        stderr(&refused)
    );
}

struct Served {
    child: Child,
    _output: BufReader<ChildStdout>,
    address: String,
    _folder: tempfile::TempDir,
}

impl Served {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = doisoat()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let address = line.trim().rsplit("http://").next().expect("an address").to_owned();
        Self { child, _output: output, address, _folder: folder }
    }

    /// Status, head and body of one request.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("asks");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        (status, head.to_lowercase(), body.to_owned())
    }

    fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, _, body) = self.ask(method, path, body);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[test]
fn the_same_answers_come_over_http() {
    let served = Served::start();
    let address = encode("Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội");
    let resolved = served.json("GET", &format!("/api/units/resolve?text={address}"), "");
    assert_eq!((resolved["status"].as_str(), codes(&resolved)), (Some("stale"), vec!["00004"]));
    assert_eq!(served.json("GET", "/api/units?province=08", "").as_array().map(Vec::len), Some(124));
    assert_eq!(served.json("GET", "/api/units/explain/00004", "")["meanings"].as_array().map(Vec::len), Some(2));
    for (path, status, code) in [
        ("/api/units/resolve", 400, "NOTHING_ASKED"),
        ("/api/units/resolve?text=x&as_of=yesterday", 400, "BAD_DATE"),
        ("/api/units/explain/abc", 400, "BAD_CODE"),
        ("/api/units/explain/99999", 404, "UNKNOWN_UNIT"),
    ] {
        let (got, head, body) = served.ask("GET", path, "");
        assert_eq!(got, status, "{path}: {body}");
        assert!(head.contains("application/problem+json") && body.contains(code), "{path}: {head}\n{body}");
    }
}

/// Against what the specification demands of such an answer.
fn assert_valid(schema: &str, answer: &serde_json::Value) {
    let path = format!("{}/tests/it/data/reconciliation-0.2/{schema}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a schema");
    let schema = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {answer}");
}

#[test]
fn openrefine_finds_a_reconciliation_service() {
    let served = Served::start();
    let manifest = served.json("GET", "/reconcile", "");
    assert!(manifest["versions"].as_array().is_some_and(|v| v.contains(&"0.2".into())));
    assert_valid("manifest", &manifest);
    assert!(manifest["view"]["url"].as_str().is_some_and(|u| u.contains("{{id}}")));
    assert!(manifest["suggest"]["entity"]["flyout_service_path"].as_str().is_some_and(|u| u.contains("${id}")));
    let queries = r#"{"q0": {"query": "Xã Kim Phú, TP Tuyên Quang, Tuyên Quang", "limit": 3},
                      "q1": {"query": "Phường Ba Đình, Hà Nội", "properties": [{"pid": "code", "v": "00004"}]},
                      "q2": {"query": "zzzz"}}"#;
    let results = served.json("POST", "/reconcile", &format!("queries={}", encode(queries)));
    assert_valid("results", &results);
    let first = results["q0"]["result"].as_array().expect("results");
    assert!(first.len() >= 2 && first.iter().all(|c| c["match"] == false), "{first:?}");
    let one = &results["q1"]["result"][0];
    assert_eq!((&one["id"], &one["match"]), (&"00004".into(), &true.into()));
    assert!(one["score"].is_number() && one["type"][0]["id"] == "commune");
    assert_eq!(results["q2"]["result"].as_array().map(Vec::len), Some(0));
    let suggested = served.json("GET", &format!("/reconcile/suggest/entity?prefix={}", encode("minh xu")), "");
    assert_valid("suggest", &suggested);
    assert!(
        suggested["result"].as_array().is_some_and(|r| r
            .iter()
            .any(|u| u["id"] == "01652" || u["name"].as_str().is_some_and(|n| n.contains("Minh Xuân")))),
        "{suggested}"
    );
    let (status, head, page) = served.ask("GET", "/reconcile/preview?id=00004", "");
    assert_eq!(status, 200);
    assert!(head.contains("access-control-allow-origin: *") && page.contains("Phường Ba Đình"), "{page}");
    let (status, _, _) = served.ask("POST", "/reconcile", "queries=nonsense");
    assert_eq!(status, 400);
}

#[test]
fn the_command_explains_itself() {
    let help = run(&["units", "--help"]);
    assert!(stdout(&help).contains("Tra cả bảng"), "{}", stdout(&help));
}
