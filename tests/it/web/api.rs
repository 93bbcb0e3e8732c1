//! Another program asks, with a key of its own.

use super::person::Person;
use super::site::{Site, between};
use reqwest::Method;
use serde_json::json;

async fn key(administrator: &mut Person, scopes: &[&str], communes: &[&str]) -> (String, String) {
    let mut form = vec![("name", "Một cửa"), ("expires_on", "2027-05-01")];
    form.extend(scopes.iter().map(|scope| ("scopes", *scope)));
    form.extend(communes.iter().map(|code| ("communes", *code)));
    administrator.get("/keys").await;
    let made = administrator.post("/keys/new", &form).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let token = format!("dsk_{}", between(&made.body, "value=\"dsk_", "\""));
    let id = between(&made.body, "/keys/", "/revoke").rsplit('/').next().expect("an id").to_owned();
    (token, id)
}

fn number(finding: &serde_json::Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}

#[tokio::test]
async fn a_key_does_what_it_is_scoped_to_until_it_is_revoked() {
    let site = Site::open();
    let finding = site.finding("NAME_DIFF");
    let (number, unit) = (number(&finding), finding["unit"].as_str().expect("a commune").to_owned());
    let other = if unit == "00691" { "00694" } else { "00691" };
    let mut administrator = site.administrator().await;
    let (own, id) = key(&mut administrator, &["check"], &[&unit]).await;
    let (elsewhere, _) = key(&mut administrator, &["check"], &[other]).await;
    let program = site.visitor();
    let question = json!({ "question": number, "officer": "tran.lan" });

    let (status, verdict) = program.call(Method::POST, "/api/v1/check", &own, Some(&question), &[]).await;
    assert_eq!(status, 200, "{verdict}");
    assert!(
        verdict["conflicts"].as_array().is_some_and(|list| list.iter().any(|f| f["kind"] == "NAME_DIFF")),
        "{verdict}"
    );
    let (status, hidden) = program.call(Method::POST, "/api/v1/check", &elsewhere, Some(&question), &[]).await;
    let nobody = json!({ "question": "099099999999", "officer": "tran.lan" });
    let (_, missing) = program.call(Method::POST, "/api/v1/check", &elsewhere, Some(&nobody), &[]).await;
    assert_eq!((status, &hidden), (404, &missing), "who is elsewhere looks like nobody");
    let (status, refused) = program.call(Method::GET, "/api/v1/morning", &own, None, &[]).await;
    assert_eq!((status, refused["code"].as_str()), (403, Some("FORBIDDEN")));

    administrator.get("/keys").await;
    assert_eq!(administrator.post(&format!("/keys/{id}/revoke"), &[]).await.status, 303);
    for key in [own.as_str(), "dsk_0", ""] {
        let (status, refused) = program.call(Method::POST, "/api/v1/check", key, Some(&question), &[]).await;
        assert_eq!((status, refused["code"].as_str()), (401, Some("KEY")), "{key}");
    }
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    assert!(log.contains("/tran.lan") && !log.contains(&own), "who asked is in the log, and no key is");
    assert!(!site.said().contains(&own) && !site.said().contains(&number));
}

#[tokio::test]
async fn a_decision_that_is_sent_twice_is_made_once() {
    let site = Site::open();
    let finding = site.finding("DOB_DIFF");
    let mut administrator = site.administrator().await;
    let (key, _) = key(&mut administrator, &["check", "decide", "morning"], &["*"]).await;
    let program = site.visitor();
    let body = json!({
        "question": number(&finding), "finding_id": finding["finding_id"], "said": "source_wrong",
        "reason": "typing_error", "officer": "tran.lan",
    });
    let send = |body: serde_json::Value, request: &'static str| {
        let (program, key) = (&program, &key);
        async move {
            program.call(Method::POST, "/api/v1/decisions", key, Some(&body), &[("idempotency-key", request)]).await
        }
    };
    let first = send(body.clone(), "yeu-cau-1").await;
    assert_eq!(first.0, 201, "{}", first.1);
    assert_eq!(send(body.clone(), "yeu-cau-1").await, first);
    let mut other = body.clone();
    other["reason"] = "outdated".into();
    assert_eq!(send(other, "yeu-cau-1").await.0, 422, "one key, one request");
    let mut wrong = body.clone();
    wrong["reason"] = "same_thing".into();
    assert_eq!(send(wrong, "yeu-cau-2").await.1["code"], "REASON");
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    assert_eq!(log.matches("\"event\":\"decision\"").count(), 1, "decided once");
    let (status, list) = program.call(Method::GET, "/api/v1/morning", &key, None, &[]).await;
    assert!(status == 200 && list.as_array().is_some_and(|cases| !cases.is_empty()), "{list}");
}

#[tokio::test]
async fn what_is_no_question_is_a_problem_document_that_quotes_nothing() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let (key, _) = key(&mut administrator, &["check"], &["*"]).await;
    let program = site.visitor();
    for (body, status) in [
        (json!({ "question": "12345" }), 422),
        (json!({ "question": 5 }), 422),
        (json!({ "question": "099085000123", "unknown": "Nguyễn Văn Mẫu" }), 422),
        (json!({ "question": "099085000123", "officer": "099085000123" }), 422),
        (json!({ "question": "099085000123", "procedure": "099085000123" }), 422),
        (json!({ "question": "099085000123", "procedure": "Nguyễn Văn Mẫu" }), 422),
        (json!([]), 422),
    ] {
        let (got, problem) = program.call(Method::POST, "/api/v1/check", &key, Some(&body), &[]).await;
        assert_eq!(got, status, "{body}: {problem}");
        assert!(problem["code"].is_string() && problem["next_step"].is_string(), "{problem}");
        let text = problem.to_string();
        assert!(!text.contains("Nguyễn Văn Mẫu") && !text.contains("099085000123"), "{text}");
    }
}
