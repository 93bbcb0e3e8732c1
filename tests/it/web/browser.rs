//! The pages in a real Chromium: by keyboard alone, without scripts, on paper, and for those who see
//! or hear a page otherwise (axe-core).

use super::site::{PASSWORD, Site};
use fantoccini::key::Key;
use fantoccini::wd::PrintConfigurationBuilder;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const AXE: &str = include_str!("../data/axe/axe.min.js");

/// A driver of its own, on a port of its own.
struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: scripts/setup.sh installs it");
        let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = output
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split("successfully on port ").nth(1).map(|rest| rest.trim_end_matches('.').to_owned())
            })
            .expect("its port");
        // Who no longer reads what it says would stop it.
        std::thread::spawn(move || output.for_each(drop));
        Self { child, address: format!("http://127.0.0.1:{port}") }
    }

    async fn browser(&self, scripts: bool) -> Client {
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1366,768",
            "--accept-lang=vi",
        ];
        let preferences =
            if scripts { json!({}) } else { json!({ "profile.managed_default_content_settings.javascript": 2 }) };
        let options = json!({ "args": arguments, "prefs": preferences });
        let capabilities = json!({ "goog:chromeOptions": options }).as_object().cloned().expect("an object");
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .expect("a browser starts")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what a page must show, and fails when it does not come.
async fn shown(browser: &Client, css: &str) -> fantoccini::elements::Element {
    browser
        .wait()
        .at_most(Duration::from_secs(20))
        .for_element(Locator::Css(css))
        .await
        .unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// Does what leaves a page, and waits until it is left: what is looked for afterwards is never the old page's.
async fn leave(browser: &Client, act: impl Future<Output = ()>) {
    let page = browser.find(Locator::Css("html")).await.expect("a page");
    act.await;
    let left = async {
        while page.tag_name().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await
        }
    };
    tokio::time::timeout(Duration::from_secs(20), left).await.expect("another page comes");
}

async fn sign_in(browser: &Client, site: &Site, account: &str) {
    browser.goto(&format!("{}/login", site.base)).await.expect("the form");
    // The first field has the focus.
    type_keys(browser, account).await;
    press(browser, Key::Tab).await;
    type_keys(browser, PASSWORD).await;
    leave(browser, press(browser, Key::Enter)).await;
}

async fn type_keys(browser: &Client, keys: &str) {
    browser.active_element().await.expect("a focus").send_keys(keys).await.expect("typed");
}

async fn press(browser: &Client, key: Key) {
    type_keys(browser, &String::from(char::from(key))).await;
}

async fn click(browser: &Client, css: &str) {
    shown(browser, css).await.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
}

async fn text(browser: &Client, css: &str) -> String {
    shown(browser, css).await.text().await.expect("a text")
}

/// What axe-core finds wrong, each with the places.
async fn violations(browser: &Client) -> Vec<String> {
    browser.execute(AXE, Vec::new()).await.expect("axe");
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
           .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))));";
    let found = browser.execute_async(script, Vec::new()).await.expect("axe runs");
    found.as_array().expect("a list").iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn key(finding: &Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}

#[tokio::test]
async fn a_clerk_scans_reads_and_decides_with_the_keyboard_alone() {
    let site = Site::open();
    let number = key(&site.finding("DOB_DIFF"));
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "tran.lan", "reviewer", &["*"]).await;
    let driver = Driver::start();
    let browser = driver.browser(true).await;
    sign_in(&browser, &site, "tran.lan").await;
    shown(&browser, "[data-box]").await;

    // The box has the focus: a scanner types into it and ends with Enter.
    type_keys(&browser, &number).await;
    press(&browser, Key::Enter).await;
    assert!(text(&browser, ".verdict h1").await.starts_with("DỪNG: "));
    let focus = browser.active_element().await.expect("a focus").text().await.expect("its text");
    assert!(focus.starts_with("DỪNG: "), "the verdict is what is read first: {focus}");
    let marks = browser.find_all(Locator::Css(".beside mark")).await.expect("asked").len();
    assert!(marks > 0, "what differs is marked");

    // From a finding to its decision: summary, radio, reason, Enter.
    let summary = shown(&browser, "article.finding details summary").await;
    summary.send_keys(&String::from(char::from(Key::Enter))).await.expect("opened");
    shown(&browser, "article.finding input[value=wrong]").await.send_keys(" ").await.expect("chosen");
    // Down to the reason: three for "not enough", and the second for "wrong".
    let down = String::from(char::from(Key::Down)).repeat(5);
    shown(&browser, "article.finding select[name=reason]").await.send_keys(&down).await.expect("chosen");
    shown(&browser, "article.finding form.stack button")
        .await
        .send_keys(&String::from(char::from(Key::Enter)))
        .await
        .expect("sent");
    let done = text(&browser, "article.finding .done").await;
    assert!(done.contains("Phiếu") || done.contains("Đã quyết định"), "{done}");

    // One key leads back to the box, another question can be typed.
    press(&browser, Key::F2).await;
    let is_box =
        browser.execute("return document.activeElement === document.querySelector('[data-box]')", Vec::new()).await;
    assert_eq!(is_box.expect("asked"), json!(true));
    type_keys(&browser, "12345").await;
    press(&browser, Key::Enter).await;
    assert!(text(&browser, "#question-error").await.contains("Quét lại thẻ"));
    browser.close().await.expect("closed");
}

#[tokio::test]
async fn without_scripts_everything_can_be_done() {
    let site = Site::open();
    let number = key(&site.finding("SEX_DIFF"));
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "tran.lan", "reviewer", &["*"]).await;
    let driver = Driver::start();
    let browser = driver.browser(false).await;
    sign_in(&browser, &site, "tran.lan").await;
    shown(&browser, "#question").await.send_keys(&number).await.expect("typed");
    leave(&browser, press(&browser, Key::Enter)).await;
    assert!(text(&browser, ".verdict h1").await.starts_with("DỪNG: "));
    click(&browser, "article.finding details summary").await;
    click(&browser, "article.finding input[value=right]").await;
    click(&browser, "article.finding option[value=original_agrees]").await;
    leave(&browser, click(&browser, "article.finding form.stack button")).await;
    assert!(text(&browser, ".notice").await.contains("Đã ghi quyết định"));
    leave(&browser, click(&browser, "#ask-now")).await;
    assert!(text(&browser, "#asked").await.contains("không hỏi được"), "the sources are down, and it is said so");
    browser.close().await.expect("closed");
}

#[tokio::test]
async fn a_slip_is_one_small_sheet_of_paper() {
    let site = Site::open();
    let number = key(&site.finding("DEAD_OWNER"));
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let driver = Driver::start();
    let browser = driver.browser(true).await;
    sign_in(&browser, &site, "tran.lan").await;
    shown(&browser, "[data-box]").await.send_keys(&number).await.expect("typed");
    press(&browser, Key::Enter).await;
    click(&browser, "a[href^='/slip/']").await;
    shown(&browser, "main.sheet").await;
    let configuration = PrintConfigurationBuilder::default().background(false).build().expect("how to print");
    let paper = browser.print(configuration).await.expect("printed");
    assert!(paper.starts_with(b"%PDF"));
    let pages = paper.windows(11).filter(|at| *at == b"/Type /Page").count()
        - paper.windows(12).filter(|at| *at == b"/Type /Pages").count();
    assert_eq!(pages, 1, "it fits one sheet");
    browser.close().await.expect("closed");
}

#[tokio::test]
async fn every_page_is_usable_by_those_who_see_or_hear_it_otherwise() {
    let site = Site::open();
    let finding = site.finding("DOB_DIFF");
    let number = key(&finding);
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "tran.lan", "reviewer", &["*"]).await;
    site.officer(&mut administrator, "quan.tri.hai", "it", &["*"]).await;
    let driver = Driver::start();
    let browser = driver.browser(true).await;
    let mut wrong: Vec<String> = Vec::new();
    let mut heaviest = 0;
    for (width, height) in [(1366, 768), (390, 844)] {
        browser.set_window_size(width, height).await.expect("a size");
        browser.delete_all_cookies().await.expect("a fresh start");
        browser.goto(&format!("{}/login", site.base)).await.expect("a page");
        let mut look_at = async |name: &str| {
            browser
                .execute("document.querySelectorAll('details').forEach(d => d.open = true)", Vec::new())
                .await
                .expect("opened");
            wrong.extend(violations(&browser).await.into_iter().map(|what| format!("{name} at {width}: {what}")));
            let overflow = browser
                .execute("return document.documentElement.scrollWidth > window.innerWidth + 1", Vec::new())
                .await;
            assert_eq!(overflow.expect("asked"), json!(false), "{name} at {width} scrolls sideways");
            let bytes = "return performance.getEntries().reduce((sum, e) => sum + (e.decodedBodySize || 0), 0)";
            let bytes = browser.execute(bytes, Vec::new()).await.expect("asked").as_u64().unwrap_or_default();
            heaviest = heaviest.max(bytes);
        };
        look_at("login").await;
        sign_in(&browser, &site, "tran.lan").await;
        shown(&browser, "[data-box]").await;
        look_at("check").await;
        for (name, question) in [("verdict", number.as_str()), ("nobody", "099099999999"), ("bad question", "12345")] {
            // Into the box, also where a slow browser gives the focus to the heading only now.
            let (question_box, keys) =
                (shown(&browser, "[data-box]").await, format!("{question}{}", char::from(Key::Enter)));
            leave(&browser, async { question_box.send_keys(&keys).await.expect("typed") }).await;
            shown(&browser, "h1, #question-error").await;
            look_at(name).await;
        }
        for path in ["/morning", "/corrections", "/escalations", "/accounts"] {
            browser.goto(&format!("{}{path}", site.base)).await.expect("a page");
            shown(&browser, "h1").await;
            look_at(path).await;
        }
        browser.delete_all_cookies().await.expect("signed out");
        sign_in(&browser, &site, "quan.tri.hai").await;
        shown(&browser, "h1").await;
        for path in ["/accounts", "/keys"] {
            browser.goto(&format!("{}{path}", site.base)).await.expect("a page");
            shown(&browser, "h1").await;
            look_at(path).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(heaviest > 0 && heaviest < 150_000, "the heaviest page with all that it fetches has {heaviest} bytes");
    browser.close().await.expect("closed");
}

#[tokio::test]
async fn the_provinces_pages_are_usable_by_those_who_see_or_hear_them_otherwise() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "truc.ban", "it", &["*"]).await;
    site.officer(&mut administrator, "chu.tich", "commune_lead", &["00691"]).await;
    let runs = administrator.get("/runs").await.body;
    let run = runs.split("href=\"/runs/").nth(1).and_then(|rest| rest.split('"').next()).expect("a run").to_owned();
    let driver = Driver::start();
    let browser = driver.browser(true).await;
    let mut wrong: Vec<String> = Vec::new();
    for (width, height) in [(1366, 768), (390, 844)] {
        browser.set_window_size(width, height).await.expect("a size");
        for (login, paths) in [
            ("truc.ban", vec!["/health", "/health/wall", "/health/sources/land", "/incidents", "/runs", &run]),
            ("chu.tich", vec!["/health/communes/00691"]),
        ] {
            browser.goto(&format!("{}/login", site.base)).await.expect("a page");
            browser.delete_all_cookies().await.expect("a fresh start");
            sign_in(&browser, &site, login).await;
            shown(&browser, "h1").await;
            for path in paths {
                let path = if path == run { format!("/runs/{run}") } else { path.to_owned() };
                browser.goto(&format!("{}{path}", site.base)).await.expect("a page");
                shown(&browser, "h1").await;
                let open = "document.querySelectorAll('details').forEach(d => d.open = true)";
                browser.execute(open, Vec::new()).await.expect("opened");
                wrong.extend(violations(&browser).await.into_iter().map(|what| format!("{path} at {width}: {what}")));
                let overflow = "return document.documentElement.scrollWidth > window.innerWidth + 1";
                let overflow = browser.execute(overflow, Vec::new()).await.expect("asked");
                assert_eq!(overflow, json!(false), "{path} at {width} scrolls sideways");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await.expect("closed");
}
