//! A commune and its neighbour: who is of another one looks like nobody, unless the case is ours or
//! there is a reason, and the reason is in the log.

use super::person::Person;
use super::site::Site;

const NOBODY: &str = "099099999999";

/// A page without what is each time another.
fn bare(page: &str, person: &Person, handle: &str) -> String {
    page.replace(&person.csrf, "CSRF").replace(handle, "LOOK")
}

#[tokio::test]
async fn a_citizen_of_another_commune_looks_like_nobody_until_a_reason_is_given() {
    let site = Site::open();
    let finding = site.finding("NAME_DIFF");
    let (number, unit) = (key(&finding), finding["unit"].as_str().expect("a commune").to_owned());
    let other = if unit == "00691" { "00694" } else { "00691" };
    let mut administrator = site.administrator().await;
    let mut own = site.officer(&mut administrator, "cua.xa", "clerk", &[&unit]).await;
    let mut neighbour = site.officer(&mut administrator, "xa.ben", "clerk", &[other]).await;

    let (page, _) = own.look(&number).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&number), "the own commune sees the number");

    let (hidden, first) = neighbour.look(&number).await;
    let hidden_page = bare(&hidden.body, &neighbour, &first);
    let (nobody, second) = neighbour.look(NOBODY).await;
    assert_eq!((hidden.status, nobody.status), (404, 404));
    assert_eq!(hidden_page, bare(&nobody.body, &neighbour, &second), "the same to the last letter");

    let refused = neighbour.post("/check/anyway", &[("look", &first), ("reason", "tò mò"), ("reason_text", "x")]).await;
    assert_eq!(refused.status, 422, "curiosity is no reason");
    let form =
        [("look", first.as_str()), ("reason", "present_at_counter"), ("reason_text", "đang ở quầy 099085000123")];
    let looked = neighbour.post("/check/anyway", &form).await;
    assert_eq!(looked.status, 303);
    let page = neighbour.get(&looked.location()).await;
    assert!(page.body.contains(&number), "with a reason it is shown");

    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    assert!(log.contains("present_at_counter") && log.contains("đang ở quầy"), "{log}");
    assert!(!log.contains("099085000123") && !log.contains(&number), "the log holds no number");
}

#[tokio::test]
async fn the_list_of_the_morning_and_requests_are_each_communes_own() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let mut province = site.officer(&mut administrator, "tinh", "province", &["*"]).await;
    let all = province.get("/morning").await.body;
    let codes: Vec<&str> =
        all.split("class=\"link\" name=\"row\"").skip(1).map(|row| super::site::between(row, ">", "<")).collect();
    assert!(codes.len() > 3, "the province sees all cases: {codes:?}");
    let mut nobody = site.officer(&mut administrator, "xa.khac", "clerk", &["00691"]).await;
    let own = nobody.get("/morning").await.body;
    let row = super::site::between(&all, "name=\"row\" value=\"", "\"");
    let opened = nobody.post("/morning/open", &[("row", row)]).await;
    if own.contains(row) {
        assert_eq!(opened.status, 303);
    } else {
        assert_eq!(opened.status, 404, "a row of another commune is none");
    }
    assert!(own.matches("name=\"row\"").count() < codes.len());
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    assert!(log.matches("morning.view").count() >= 2, "who saw the names is in the log");
}

fn key(finding: &serde_json::Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}
