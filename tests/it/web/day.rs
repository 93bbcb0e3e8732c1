//! A clerk's day: a conflict is seen, decided, asked to be corrected, passed up, told to the citizen.

use super::site::{Site, between};
use crate::support::json;
use reqwest::Method;

fn key(finding: &serde_json::Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}

#[tokio::test]
async fn a_conflict_goes_from_the_counter_to_the_agency_and_can_be_taken_back_until_it_is_sent() {
    a_conflict_is_worked_on(Site::open()).await;
}

#[tokio::test]
async fn the_same_holds_with_the_ledger_in_postgresql() {
    a_conflict_is_worked_on(Site::on_postgres()).await;
}

async fn a_conflict_is_worked_on(site: Site) {
    let finding = site.finding("DOB_DIFF");
    let number = key(&finding);
    let id = finding["finding_id"].as_str().expect("an id").to_owned();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "reviewer", &["*"]).await;

    let (page, handle) = lan.look(&number).await;
    assert!(page.body.contains("DỪNG: "), "{}", page.body);
    assert!(page.body.contains(&format!("finding-{id}")), "the finding stands on the page");

    // A reason that does not fit is refused where it was given.
    let wrong = [("look", handle.as_str()), ("finding", id.as_str()), ("choice", "wrong"), ("reason", "same_thing")];
    let refused = lan.post("/decisions", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Lý do không hợp"), "{}", refused.body);

    let decision =
        [("look", handle.as_str()), ("finding", id.as_str()), ("choice", "wrong"), ("reason", "typing_error")];
    let decided = lan.post("/decisions", &decision).await;
    assert_eq!(decided.status, 303, "{}", decided.body);
    let page = lan.get(&format!("/check/{handle}")).await.body;
    assert!(page.contains("Đã ghi quyết định.") && page.contains("ghi sai: nguồn này nhập sai"), "{page}");
    let request = format!("/corrections/{}", between(&page, "href=\"/corrections/", "\""));

    // Undone, its draft goes; decided again, a new one is there.
    let undone = lan.post("/decisions/undo", &[("look", &handle), ("finding", &id)]).await;
    assert_eq!(undone.status, 303, "{}", undone.body);
    assert!(lan.get(&request).await.body.contains("đã rút"), "an empty draft is withdrawn");
    lan.post("/decisions", &decision).await;
    let page = lan.get(&format!("/check/{handle}")).await.body;
    let request = format!("/corrections/{}", between(&page, "href=\"/corrections/", "\""));

    let one = lan.get(&request).await;
    assert!(one.body.contains(&number), "{}", one.body);
    let letter = lan.get(&format!("{request}/print")).await.body;
    for words in ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHIẾU ĐỀ NGHỊ ĐÍNH CHÍNH", &number] {
        assert!(letter.contains(words), "{words} in {letter}");
    }
    let sheet = lan.get(&format!("{request}/export.xlsx")).await;
    assert_eq!(sheet.status, 200);
    assert!(sheet.headers["content-disposition"].to_str().expect("text").contains("phieu-"), "no name of a person");

    // Sent, the clock runs, and the decision stands.
    assert_eq!(lan.post(&format!("{request}/send"), &[]).await.status, 303);
    let sent = lan.get(&request).await.body;
    assert!(sent.contains("còn 10 ngày làm việc"), "{sent}");
    let undone = lan.post("/decisions/undo", &[("look", &handle), ("finding", &id)]).await;
    assert_eq!(undone.status, 409, "{}", undone.body);
    assert_eq!(lan.post(&format!("{request}/send"), &[]).await.status, 409, "it is sent once");
    assert_eq!(lan.post(&format!("{request}/answered"), &[("answer", "  ")]).await.status, 422);
    assert_eq!(lan.post(&format!("{request}/answered"), &[("answer", "đã sửa")]).await.status, 303);
    assert_eq!(lan.post(&format!("{request}/close"), &[]).await.status, 303);

    // Everything is in the log, in one chain.
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    for event in [
        "check.open",
        "check.close",
        "decision",
        "decision.undo",
        "correction.draft",
        "correction.step",
        "account.password",
    ] {
        assert!(log.contains(&format!("\"{event}\"")), "{event} in the log");
    }
    assert_eq!(site.command(&["audit", "verify"]).status.code(), Some(0));

    // What the program says of itself while it works names nobody.
    let said = site.said();
    for value in [number.as_str(), finding["values"][0]["value"].as_str().unwrap_or("099")] {
        assert!(!said.contains(value), "a personal value in the log of the program");
    }
}

#[tokio::test]
async fn a_decision_holds_until_a_compared_value_changes() {
    let site = Site::open();
    let finding = site.finding("SEX_DIFF");
    let (number, id) = (key(&finding), finding["finding_id"].as_str().expect("an id").to_owned());
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (before, handle) = lan.look(&number).await;
    assert!(before.body.contains("DỪNG: "), "{}", before.body);
    let decision =
        [("look", handle.as_str()), ("finding", id.as_str()), ("choice", "right"), ("reason", "original_agrees")];
    assert_eq!(lan.post("/decisions", &decision).await.status, 303);
    let after = lan.get(&format!("/check/{handle}")).await.body;
    let conflicts = |page: &str| page.matches("article class=\"finding is-check\"").count();
    assert_eq!(before.body.contains("DỪNG: 1 "), !after.contains("DỪNG: "), "{after}");
    assert!(conflicts(&before.body) > 0 && after.contains("ghi đúng: bản chính giấy tờ khớp với nguồn này"), "{after}");
    let checked = site.command(&["check", &number, "--officer", "lan", "--json", "--as-if", super::site::NOW]);
    let code = checked.status.code().expect("a code");
    let checked = json(&checked, code);
    let decided = checked["findings"].as_array().expect("findings").iter().find(|f| f["finding_id"] == id.as_str());
    assert_eq!(decided.expect("it is there")["decision"]["holds"], true);
}

#[tokio::test]
async fn a_clerk_passes_up_what_stops_and_the_province_answers() {
    let site = Site::open();
    let finding = site.finding("DEAD_OWNER");
    let number = key(&finding);
    let id = finding["finding_id"].as_str().expect("an id").to_owned();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let mut province = site.officer(&mut administrator, "tinh", "province", &["*"]).await;
    // Where land changes hands, a dead owner stops the case.
    let (page, handle) = lan.look_for(&number, "1.013831").await;
    assert!(page.body.contains("DỪNG: "), "{}", page.body);
    let lifted =
        [("look", handle.as_str()), ("finding", id.as_str()), ("choice", "right"), ("reason", "original_agrees")];
    assert_eq!(lan.post("/decisions", &lifted).await.status, 403, "a clerk does not wave a stop through");
    assert_eq!(lan.post("/escalations", &[("look", &handle), ("note", " ")]).await.status, 422);
    let passed = lan.post("/escalations", &[("look", &handle), ("note", "nhờ hỏi sở"), ("ticket", "1022-77")]).await;
    assert_eq!(passed.status, 303);
    let list = province.get("/escalations").await.body;
    assert!(list.contains("nhờ hỏi sở") && list.contains("1022-77") && !list.contains(&number), "{list}");
    let escalation = between(&list, "/escalations/", "/").to_owned();
    let answered =
        province.post(&format!("/escalations/{escalation}/answer"), &[("answer", "làm thừa kế trước")]).await;
    assert_eq!(answered.status, 303);
    let page = lan.get(&format!("/check/{handle}")).await.body;
    assert!(page.contains("làm thừa kế trước"), "the answer is told where it was asked");
}

#[tokio::test]
async fn a_slip_tells_what_to_bring_in_each_language_and_nothing_of_others() {
    let site = Site::open();
    let finding = site.finding("PARENT_DIFF");
    let number = key(&finding);
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (_, handle) = lan.look(&number).await;
    let vietnamese = lan.get(&format!("/slip/{handle}")).await.body;
    assert!(vietnamese.contains("Thẻ căn cước") && vietnamese.contains("lang=\"vi\""), "{vietnamese}");
    let english = lan.get(&format!("/slip/{handle}?lang=en")).await.body;
    assert!(english.contains("Identity card") && english.contains("lang=\"en\""), "{english}");
    for value in finding["values"].as_array().expect("values") {
        if let Some(name) = value["value"].as_str() {
            assert!(!vietnamese.contains(name), "the name of a parent is another person's: {name}");
        }
    }
    assert!(!vietnamese.contains(&number), "a slip that is lost names nobody");
}

#[tokio::test]
async fn with_every_source_down_asking_now_says_so_and_the_nights_verdict_stands() {
    let site = Site::open();
    let number = key(&site.finding("DOB_DIFF"));
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (before, handle) = lan.look(&number).await;
    let asked = lan.post("/check/ask", &[("look", &handle)]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let after = lan.get(&format!("/check/{handle}")).await.body;
    assert!(after.contains("không hỏi được"), "{after}");
    let sentence = |page: &str| between(page, "<h1 tabindex=\"-1\" autofocus>", "<").to_owned();
    assert_eq!(sentence(&before.body), sentence(&after));
    // The part alone, for a page that is not loaded anew.
    let csrf = lan.csrf.clone();
    let form = [("look", handle.as_str()), ("csrf", csrf.as_str())];
    let part = lan.send(Method::POST, "/check/ask", Some(&form), &[("hx-request", "true")]).await;
    assert!(part.status == 200 && !part.body.contains("<html"), "{}", part.body);
}

#[tokio::test]
async fn a_card_is_one_more_source_and_a_bad_question_is_told_how_to_be_mended() {
    let site = Site::open();
    let number = key(&site.finding("DOB_DIFF"));
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let (page, _) = lan.look(&format!("{number}||TÊN TRÊN THẺ|01011950|Nam|Thôn 1|01012022")).await;
    assert!(page.body.contains("Thẻ căn cước") && page.body.contains("cấp ngày 01/01/2022"), "{}", page.body);
    let (spoilt, _) = lan.look(&format!("{number}|?|NGUY?N|?|?")).await;
    assert!(spoilt.body.contains("Chỉ đọc được số trên thẻ"), "{}", spoilt.body);
    let wrong = lan.post("/check", &[("question", "12345")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Quét lại thẻ"), "{}", wrong.body);
}

#[tokio::test]
async fn the_same_person_may_be_fine_for_one_procedure_and_stopped_for_another() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let dob = key(&site.finding("SEX_DIFF"));
    let (all, _) = lan.look(&dob).await;
    assert!(all.body.contains("chưa nêu: xét mọi trường"), "{}", all.body);
    let (marriage, _) = lan.look_for(&dob, "1.000894").await;
    assert!(marriage.body.contains("1.000894 – "), "{}", marriage.body);
    let name = key(&site.finding_of("NAME_DIFF", &["--source", "land"]));
    let (land, _) = lan.look_for(&name, "1.013831").await;
    let (wedding, _) = lan.look_for(&name, "1.000894").await;
    let aside = |page: &str| page.matches("finding is-aside").count();
    assert_eq!(aside(&land.body), 0, "how land writes a name is a matter of land: {}", land.body);
    assert!(aside(&wedding.body) > 0, "and no matter of a marriage: {}", wedding.body);
    let (unknown, _) = lan.look_for(&dob, "9.999999").await;
    assert!(unknown.body.contains("Danh mục không có thủ tục 9.999999"), "{}", unknown.body);
}
