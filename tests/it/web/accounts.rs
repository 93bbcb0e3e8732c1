//! What IT staff do about accounts, and what comes of it.

use super::site::{Site, between};

#[tokio::test]
async fn a_role_that_is_changed_counts_at_once_and_stands_in_the_log() {
    let site = Site::open();
    let finding = site.finding("NAME_DIFF");
    let number =
        finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned();
    let unit = finding["unit"].as_str().expect("a commune");
    let other = if unit == "00691" { "00694" } else { "00691" };
    let mut administrator = site.administrator().await;
    let mut lan = site.officer(&mut administrator, "tran.lan", "clerk", &[other]).await;
    let (hidden, handle) = lan.look(&number).await;
    assert_eq!(hidden.status, 404);

    let id = |page: &str, login: &str| {
        let row = page.split("<tr ").find(|row| row.contains(login)).expect("a row");
        between(row, "/accounts/", "/").to_owned()
    };
    let accounts = administrator.get("/accounts").await.body;
    let path = format!("/accounts/{}/role", id(&accounts, "tran.lan"));
    let form = administrator.get(&path).await.body;
    assert!(
        form.contains("value=\"clerk\" selected") && form.contains(&format!("value=\"{other}\" checked")),
        "{form}"
    );
    for wrong in
        [&[("role", "king"), ("communes", unit)][..], &[("role", "clerk")], &[("role", "clerk"), ("communes", "0")]]
    {
        assert_eq!(administrator.post(&path, wrong).await.status, 422, "{wrong:?}");
    }
    let changed = administrator.post(&path, &[("role", "reviewer"), ("communes", unit)]).await;
    assert_eq!(changed.status, 303, "{}", changed.body);

    assert_eq!(lan.get(&format!("/check/{handle}")).await.status, 404, "what was looked at is closed");
    let (shown, _) = lan.look(&number).await;
    assert!(shown.status == 200 && shown.body.contains("Người duyệt"), "{}", shown.body);
    let own = format!("/accounts/{}/role", id(&accounts, "quan.tri"));
    assert_eq!(administrator.post(&own, &[("role", "clerk"), ("communes", "*")]).await.status, 403);
    let log = String::from_utf8(site.command(&["audit", "list", "--json"]).stdout).expect("text");
    let noted = log.lines().find(|line| line.contains("\"account.role\"")).expect("it is noted");
    assert!(noted.contains("\"reviewer\"") && noted.contains(unit) && noted.contains("\"quan.tri\""), "{noted}");
}
