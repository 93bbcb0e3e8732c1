//! What somebody sees when something is not done.

use super::site::Site;
use reqwest::Method;

#[tokio::test]
async fn an_error_keeps_the_navigation_of_whoever_is_signed_in_and_shows_a_way_back() {
    let site = Site::open();
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &["*"]).await;
    let csrf = lan.csrf.clone();
    let form = [("csrf", csrf.as_str())];
    for (what, answer, status) in [
        ("a look that is gone", lan.get("/check/0").await, 404),
        ("an address that is none", lan.get("/nowhere").await, 404),
        ("a page of others", lan.get("/accounts").await, 403),
        ("a form that lacks a field", lan.send(Method::POST, "/check/ask", Some(&form), &[]).await, 422),
        ("a form of another session", lan.send(Method::POST, "/check/ask", Some(&[("csrf", "x")]), &[]).await, 403),
    ] {
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        for part in ["<nav", "href=\"/morning\"", "action=\"/logout\"", "Trần Thị Lan", "class=\"button main\""] {
            assert!(answer.body.contains(part), "{what}, {part}: {}", answer.body);
        }
        assert!(!answer.body.contains("href=\"/accounts\""), "{what}: only what the role may open");
    }
    let refused = administrator.get("/check").await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("href=\"/accounts\"") && refused.body.contains("href=\"/\">Về trang của bạn"));

    let mut nobody = site.visitor();
    let lost = nobody.get("/nowhere").await;
    assert_eq!(lost.status, 404);
    assert!(!lost.body.contains("<nav") && lost.body.contains("href=\"/login\""), "{}", lost.body);
}
