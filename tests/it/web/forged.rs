//! Requests that are not what they seem, and sessions that are over.

use super::site::{PASSWORD, Site};
use reqwest::Method;

#[tokio::test]
async fn a_form_counts_only_with_its_own_sessions_token_and_from_our_own_page() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let mut hoa = site.officer(&mut administrator, "le.hoa", "clerk", &["*"]).await;
    lan.get("/check").await;
    hoa.get("/check").await;
    let (own, others) = (lan.csrf.clone(), hoa.csrf.clone());
    let question = ("question", "099085000123");
    for (form, headers) in [
        (vec![question], vec![]),
        (vec![question, ("csrf", "")], vec![]),
        (vec![question, ("csrf", others.as_str())], vec![]),
        (vec![question, ("csrf", own.as_str())], vec![("sec-fetch-site", "cross-site")]),
        (vec![question, ("csrf", own.as_str())], vec![("sec-fetch-site", "same-site")]),
        (vec![question, ("csrf", own.as_str())], vec![("origin", "https://elsewhere.example")]),
        (vec![question, ("csrf", own.as_str())], vec![("origin", "null")]),
    ] {
        let answer = lan.send(Method::POST, "/check", Some(&form), &headers).await;
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.body);
    }
    let answer =
        lan.send(Method::POST, "/check", Some(&[question, ("csrf", &own)]), &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, 303, "the real one is taken: {}", answer.body);
}

#[tokio::test]
async fn a_session_is_over_when_its_owner_signs_out_or_is_disabled() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    lan.get("/check").await;
    let kept = lan.cookies.clone();
    assert_eq!(lan.post("/logout", &[]).await.status, 200);
    lan.cookies = kept;
    assert_eq!(lan.get("/check").await.location(), "/login", "a copied cookie is worth nothing after signing out");

    let mut hoa = site.officer(&mut administrator, "le.hoa", "clerk", &["*"]).await;
    assert_eq!(hoa.get("/check").await.status, 200);
    let accounts = administrator.get("/accounts").await.body;
    let row = accounts.split("<tr ").find(|row| row.contains("le.hoa")).expect("her row");
    let id = super::site::between(row, "/accounts/", "/").to_owned();
    administrator.post(&format!("/accounts/{id}/disable"), &[]).await;
    assert_eq!(hoa.get("/check").await.location(), "/login");
    hoa.get("/login").await;
    let refused = hoa.post("/login", &[("account", "le.hoa"), ("password", PASSWORD)]).await;
    assert_eq!(refused.status, 422, "the right password of a disabled account is wrong");
}

#[tokio::test]
async fn the_links_of_the_first_start_and_of_an_invitation_work_once() {
    let site = Site::open();
    let link = site.setup.clone().expect("a first start");
    let mut administrator = site.administrator().await;
    let path = link.strip_prefix(site.base.as_str()).expect("of this site");
    assert_eq!(site.visitor().get(path).await.status, 422);
    let answer = administrator
        .post("/accounts/invite", &[("name", "Lan"), ("account", "tran.lan"), ("role", "clerk"), ("communes", "*")])
        .await;
    let token = super::site::between(&answer.body, "/invitation?token=", "\"").to_owned();
    for expected in [303, 422] {
        let mut person = site.visitor();
        person.get(&format!("/invitation?token={token}")).await;
        if person.csrf.is_empty() {
            person.get("/login").await;
        }
        let form = [("token", token.as_str()), ("password", PASSWORD), ("password_again", PASSWORD)];
        assert_eq!(person.post("/invitation", &form).await.status, expected);
    }
}

#[tokio::test]
async fn guessing_passwords_locks_an_account_and_tells_nothing() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let mut guesser = site.visitor();
    guesser.get("/login").await;
    let mut pages = Vec::new();
    for account in ["khong.co", "tran.lan", "tran.lan", "tran.lan", "tran.lan", "tran.lan"] {
        let answer = guesser.post("/login", &[("account", account), ("password", "không phải mật khẩu")]).await;
        assert_eq!(answer.status, 422);
        pages.push(answer.body.replace(account, "X"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "an account that is not there is refused in the same words");
    let right = guesser.post("/login", &[("account", "tran.lan"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, 422, "after five wrong ones the right one waits, too");
    let accounts = administrator.get("/accounts").await.body;
    let row = accounts.split("<tr ").find(|row| row.contains("tran.lan")).expect("her row");
    assert!(row.contains("bị khóa tạm"), "{row}");
    let id = super::site::between(row, "/accounts/", "/").to_owned();
    administrator.post(&format!("/accounts/{id}/unlock"), &[]).await;
    let right = guesser.post("/login", &[("account", "tran.lan"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, 303);
}
