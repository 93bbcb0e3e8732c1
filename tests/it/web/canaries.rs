//! Values that nobody can mistake are planted, and a whole day goes by: what the program says of
//! itself, what it answers where something fails, its addresses, titles and file names hold none.

use super::person::Person;
use super::site::{PASSWORD, Site, between};
use reqwest::Method;
use serde_json::json;
use std::path::Path;

/// In a commune's list before the night.
const NUMBER: &str = "099185424242";
const NAME: &str = "Nguyễn Thị Zimorodek";
const BORN: &str = "24/04/1985";
const ADDRESS: &str = "Ngõ Albatros";
/// Typed or scanned during the day.
const CARD: &str = "099185424242||NGUYỄN THỊ KORMORAN|24041985|Nữ|Thôn Pelikan|01012022";
const NOTE: &str = "gặp chị Kolibri ở quầy";
const MISTYPED: &str = "Papuga.trong.o.ten";

const CANARIES: [&str; 7] = [NUMBER, "zimorodek", "albatros", "kormoran", "pelikan", "kolibri", "papuga"];

fn canaries_in(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    CANARIES.into_iter().filter(|canary| text.contains(canary)).collect()
}

/// One more resident in the first list that is plain text.
fn plant(folder: &Path) {
    let lists =
        std::fs::read_dir(folder.join("inbox")).expect("the inbox").map(|entry| entry.expect("an entry").path());
    let mut lists: Vec<_> = lists.filter(|path| path.extension().is_some_and(|ext| ext == "csv")).collect();
    lists.sort();
    let plain = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).ok()?;
        text.contains("Số định danh").then(|| (path.clone(), text))
    };
    let (path, text) = lists.iter().find_map(plain).expect("a list in UTF-8");
    let delimiter = if text.contains("Số định danh;") { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let last = reader.records().map(|row| row.expect("a row")).last().expect("a resident");
    let mut cells: Vec<String> = last.iter().map(str::to_owned).collect();
    for (place, value) in [(0, "9999"), (1, NUMBER), (2, ""), (3, NAME), (4, BORN), (5, "Nữ"), (7, ADDRESS)] {
        cells[place] = value.to_owned();
    }
    cells[12..].iter_mut().for_each(String::clear);
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(text.into_bytes());
    writer.write_record(&cells).expect("written");
    std::fs::write(path, writer.into_inner().expect("whole")).expect("written");
}

fn file_names(folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.path().is_dir() {
            file_names(&entry.path(), names);
        }
    }
}

/// A program with a key: what it was told where something failed.
async fn program(site: &Site, administrator: &mut Person) -> Vec<String> {
    administrator.get("/keys").await;
    let form = [
        ("name", "Một cửa"),
        ("expires_on", "2027-05-01"),
        ("scopes", "check"),
        ("scopes", "decide"),
        ("communes", "*"),
    ];
    let made = administrator.post("/keys/new", &form).await;
    let key = format!("dsk_{}", between(&made.body, "value=\"dsk_", "\""));
    let caller = site.visitor();
    let check = |body: serde_json::Value| ("/api/v1/check", body);
    let decide = json!({
        "question": NUMBER, "finding_id": "000000000000000000000000", "said": "source_wrong",
        "reason": "typing_error", "officer": "tran.lan", "note": NOTE,
    });
    let mut failures = Vec::new();
    for (what, (path, body)) in [
        ("right", check(json!({ "question": NUMBER, "officer": "tran.lan" }))),
        ("an unknown field", check(json!({ "question": CARD, NAME: ADDRESS }))),
        ("a number for a name", check(json!({ "question": NUMBER, "officer": NUMBER }))),
        ("no question", check(json!({ "question": format!("{NAME} {ADDRESS}") }))),
        ("another type", check(json!({ "question": [NUMBER, NAME] }))),
        ("a number for a procedure", check(json!({ "question": NUMBER, "procedure": NUMBER }))),
        ("a finding that is none", ("/api/v1/decisions", decide)),
    ] {
        let (status, answer) = caller.call(Method::POST, path, &key, Some(&body), &[]).await;
        assert_eq!(status == 200, what == "right", "{what}: {answer}");
        failures.extend(Some(answer.to_string()).filter(|_| status >= 400));
    }
    let headers = [("idempotency-key", NUMBER)];
    let (status, refused) = caller.call(Method::POST, "/api/v1/decisions", MISTYPED, None, &headers).await;
    assert_eq!(status, 401);
    failures.push(refused.to_string());
    failures
}

#[tokio::test]
async fn a_days_work_leaves_no_value_of_anybody_where_it_does_not_belong() {
    let mut site = Site::over(plant);
    let mut administrator = site.administrator().await;
    let mut stranger = site.visitor();
    stranger.get("/login").await;
    let refused = stranger.post("/login", &[("account", MISTYPED), ("password", MISTYPED)]).await;
    assert_eq!(refused.status, 422);

    let mut lan = site.officer(&mut administrator, "tran.lan", "reviewer", &["*"]).await;
    let (page, handle) = lan.look(NUMBER).await;
    assert!(page.body.contains("Zimorodek") && page.body.contains(NUMBER), "the canary is there: {}", page.body);
    lan.look(CARD).await;
    lan.look(&format!("{NAME} {BORN}")).await;
    let rows = lan.get("/morning").await.body;
    let row = between(&rows, "name=\"row\" value=\"", "\"").to_owned();
    let opened = lan.post("/morning/open", &[("row", &row)]).await;
    let case = lan.get(&opened.location()).await;
    assert_eq!(case.status, 200);

    // What was found about the canary is decided, asked to be corrected, passed up, told.
    let finding = between(&page.body, "id=\"finding-", "\"").to_owned();
    let decision = [("look", handle.as_str()), ("finding", &finding), ("choice", "wrong"), ("reason", "typing_error")];
    let decided = lan.post("/decisions", &[&decision[..], &[("note", NOTE)]].concat()).await;
    assert_eq!(decided.status, 303, "{}", decided.body);
    let page = lan.get(&format!("/check/{handle}")).await.body;
    let request = format!("/corrections/{}", between(&page, "href=\"/corrections/", "\""));
    for path in ["/corrections", &request, &format!("{request}/print"), &format!("{request}/export.xlsx")] {
        assert_eq!(lan.get(path).await.status, 200, "{path}");
    }
    assert_eq!(lan.post("/escalations", &[("look", &handle), ("note", NOTE)]).await.status, 303);
    assert_eq!(lan.get(&format!("/slip/{handle}")).await.status, 200);
    assert_eq!(lan.post("/check/ask", &[("look", &handle)]).await.status, 303);
    assert_eq!(lan.get(&format!("/check/{handle}")).await.status, 200);

    // What fails, with the values where they do not belong.
    for path in [format!("/check/{NUMBER}"), format!("/nowhere/{NAME}"), format!("/corrections/{NAME}?about={NUMBER}")]
    {
        assert_eq!(lan.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(lan.post("/check/choose", &[("look", &handle), ("candidate", NAME)]).await.status, 422);
    assert_eq!(lan.post("/decisions", &[("look", NUMBER), ("finding", NAME)]).await.status, 404);
    assert_eq!(lan.post("/check", &[("question", &format!("{NAME} {ADDRESS}"))]).await.status, 422);
    let wrong_box = [("question", "099099999999"), ("procedure", CARD)];
    assert_eq!(lan.post("/check", &wrong_box).await.status, 422, "a card that was scanned into the other box");
    let forged = [("question", NUMBER), ("csrf", NAME)];
    assert_eq!(lan.send(Method::POST, "/check", Some(&forged), &[]).await.status, 403);
    let mut neighbour = site.officer(&mut administrator, "xa.ben", "clerk", &["00691"]).await;
    let (_, hidden) = neighbour.look(NUMBER).await;
    let form = [("look", hidden.as_str()), ("reason", "present_at_counter"), ("reason_text", NOTE)];
    let looked = neighbour.post("/check/anyway", &form).await;
    assert_eq!(looked.status, 303);
    neighbour.get(&looked.location()).await;
    stranger.get(&format!("/api/units/resolve?text={ADDRESS}")).await;
    stranger.get(&format!("/invitation?token={MISTYPED}")).await;
    stranger.get("/metrics").await;
    let failures = program(&site, &mut administrator).await;
    assert_eq!(lan.post("/logout", &[]).await.status, 200);

    for failure in &failures {
        assert!(canaries_in(failure).is_empty(), "{failure}");
    }
    for (path, answer) in [&administrator, &stranger, &lan, &neighbour].into_iter().flat_map(|who| &who.heard) {
        assert!(canaries_in(&answer.location()).is_empty(), "the address after {path}: {}", answer.location());
        for link in answer.body.split("=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(canaries_in(link).is_empty(), "a link of {path}: {link}");
        }
        if let Some(title) = answer.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()) {
            assert!(canaries_in(title).is_empty(), "the title of {path}: {title}");
        }
        // A form that is shown again to whoever filled it in has in it what they wrote.
        let is_their_own_form = answer.status == 422 && matches!(path.as_str(), "/check" | "/login");
        if (answer.status >= 400 && !is_their_own_form) || path == "/metrics" {
            assert!(canaries_in(&answer.body).is_empty(), "{path} {}: {}", answer.status, answer.body);
        }
        assert!(!answer.body.contains(PASSWORD), "{path}");
    }
    let mut names = Vec::new();
    file_names(site.folder(), &mut names);
    assert!(names.len() > 100, "there are snapshots: {}", names.len());
    let telling: Vec<&String> = names.iter().filter(|name| !canaries_in(name).is_empty()).collect();
    assert_eq!(telling, Vec::<&String>::new());
    let said = site.stop();
    assert!(said.contains("DEBUG"), "logging is on: {said}");
    let lines: Vec<&str> = said.lines().filter(|line| !canaries_in(line).is_empty()).collect();
    assert_eq!(lines, Vec::<&str>::new());
    let log = String::from_utf8(site.command(&["audit", "list", "--json", "--limit", "1000"]).stdout).expect("text");
    let log = log.replace(NOTE, "A REASON");
    assert_eq!(canaries_in(&log), Vec::<&str>::new(), "but for the reason, which is there to be read");
}
