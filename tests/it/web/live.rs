//! Asking the sources while the citizen stands there.

use super::site::{Site, between};

fn key(finding: &serde_json::Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}

/// What the page says of each source that was asked.
fn answers(page: &str) -> Vec<(String, String)> {
    let table = page.split("id=\"asked\"").nth(1).expect("the part");
    let rows = table.split("<tr>").filter(|row| row.contains("class=\"answer is-"));
    rows.map(|row| (between(row, "<th scope=\"row\">", "<").to_owned(), between(row, "answer is-", "\"").to_owned()))
        .collect()
}

#[tokio::test]
async fn sources_that_are_up_answer_now_and_what_they_cannot_say_stays_the_nights() {
    let mut site = Site::with_its_sources();
    let finding = site.finding_of("NAME_DIFF", &["--source", "land"]);
    let (number, id) = (key(&finding), finding["finding_id"].as_str().expect("an id"));
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (before, handle) = lan.look(&number).await;
    assert!(answers(&before.body).is_empty(), "nobody was asked yet");
    let decision = [("look", handle.as_str()), ("finding", id), ("choice", "wrong"), ("reason", "typing_error")];
    assert_eq!(lan.post("/decisions", &decision).await.status, 303);
    let before = lan.get(&format!("/check/{handle}")).await;
    assert!(before.body.contains("ghi sai: nguồn này nhập sai"), "it is decided");
    assert_eq!(lan.post("/check/ask", &[("look", &handle)]).await.status, 303);
    let now = lan.get(&format!("/check/{handle}")).await.body;
    let said = answers(&now);
    let of = |name: &str| said.iter().find(|(source, _)| source == name).map(|(_, answer)| answer.as_str());
    assert_eq!(of("Dân cư"), Some("match"), "{said:?}");
    assert_eq!(of("Đất đai"), Some("match"), "{said:?}");
    assert_eq!(of("Hộ tịch"), None, "civil status is asked about cases only");
    let sentence = |page: &str| between(page, "<h1 tabindex=\"-1\" autofocus>", "<").to_owned();
    assert_eq!(sentence(&before.body), sentence(&now), "the sources have not changed, nor has the verdict");
    assert!(now.contains("ghi sai: nguồn này nhập sai"), "the same values by another way: the decision holds");
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    assert!(log.contains("\"land_search\"") && log.matches("lookup.open").count() >= 2, "each question is in the log");

    site.cut_off();
    assert_eq!(lan.post("/check/ask", &[("look", &handle)]).await.status, 303);
    let cut = lan.get(&format!("/check/{handle}")).await.body;
    assert!(answers(&cut).iter().all(|(_, answer)| answer == "could_not_ask"), "{:?}", answers(&cut));
    assert_eq!(sentence(&before.body), sentence(&cut));
}

#[tokio::test]
async fn a_source_that_takes_the_question_and_says_nothing_could_not_be_asked() {
    // Connections are made, and nobody is there to answer.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", mute.local_addr().expect("an address"));
    let site = Site::changed(|settings| {
        let lines = settings.lines().map(|line| match line.strip_prefix("base_url = ") {
            Some(_) => format!("base_url = \"{address}\"\n"),
            None => format!("{line}\n"),
        });
        lines.collect::<String>() + "\n[serve]\nask_timeout_ms = 100\n"
    });
    let number = key(&site.finding("DOB_DIFF"));
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (before, handle) = lan.look(&number).await;
    assert_eq!(lan.post("/check/ask", &[("look", &handle)]).await.status, 303);
    let after = lan.get(&format!("/check/{handle}")).await.body;
    let said = answers(&after);
    assert!(!said.is_empty() && said.iter().all(|(_, answer)| answer == "could_not_ask"), "{said:?}");
    assert!(after.contains("quá thời gian chờ"), "{after}");
    let sentence = |page: &str| between(page, "<h1 tabindex=\"-1\" autofocus>", "<").to_owned();
    assert_eq!(sentence(&before.body), sentence(&after), "the night's verdict stands");
}
