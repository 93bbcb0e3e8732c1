//! The pages of the province and of IT staff.

use crate::support::json;
use crate::web::site::Site;
use reqwest::Method;

#[tokio::test]
async fn the_province_sees_its_communes_worst_first_and_each_role_what_is_its_own() {
    let site = Site::open();
    let mut it = site.administrator().await;
    let page = it.get("/health").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("124/124 xã, phường đúng hạn"), "{}", &page.body[..2000]);
    assert_eq!(page.body.matches("<th scope=\"row\"").count(), 124);
    assert!(page.body.len() < 200_000, "{} bytes", page.body.len());
    // The same numbers by command, interface and page.
    let told = json(&site.command(&["health", "--json", "--as-if", crate::web::site::NOW]), 0);
    assert_eq!(told["communes"].as_array().map(Vec::len), Some(124));

    let narrowed = it.get("/health?q=ha+giang+1&sort=name").await.body;
    assert_eq!(narrowed.matches("<th scope=\"row\"").count(), 1, "without marks and capitals");
    assert!(it.get("/health?state=failed").await.body.contains("Không có xã nào ở đây"));
    assert_eq!(it.get("/health?state=nonsense&sort=nonsense").await.status, 200);
    assert!(it.get("/health/wall").await.headers.contains_key("refresh"), "a wall loads itself anew");
    for (format, start) in [("csv", "day,commune"), ("xlsx", "PK"), ("parquet", "PAR1")] {
        let file = it.get(&format!("/health/export/{format}")).await;
        assert!(file.status == 200 && file.body.starts_with(start), "{format}");
    }
    assert_eq!(it.get("/health/export/exe").await.status, 404);

    let mut lead = site.officer(&mut it, "chu.tich", "commune_lead", &["00691"]).await;
    let own = lead.get("/health").await.body;
    assert_eq!(own.matches("<th scope=\"row\"").count(), 1, "its own commune");
    let source = lead.get("/health/sources/land").await.body;
    assert!(source.contains("Đất đai") && source.contains("24/11/2026"), "{source}");
    assert_eq!(lead.get("/health/sources/nothing").await.status, 404);
}

#[tokio::test]
async fn a_commune_says_what_it_lacks_and_the_province_signs_it_off() {
    let site = Site::open();
    let mut it = site.administrator().await;
    let mut lead = site.officer(&mut it, "chu.tich", "commune_lead", &["00691"]).await;
    let mut province = site.officer(&mut it, "tinh", "province", &["*"]).await;
    lead.get("/health/communes/00691").await;
    let filled = [("item", "accounts"), ("state", "have"), ("note", "14 trên 14")];
    assert_eq!(lead.post("/health/communes/00691/readiness", &filled).await.status, 303);
    let wrong = [("item", "accounts"), ("state", "wonderful")];
    assert_eq!(lead.post("/health/communes/00691/readiness", &wrong).await.status, 404);
    let page = province.get("/health/communes/00691").await.body;
    assert!(page.contains("14 trên 14") && page.contains("Xác nhận"), "{page}");
    assert_eq!(province.post("/health/communes/00691/sign-off", &[("item", "accounts")]).await.status, 303);
    assert!(lead.get("/health/communes/00691").await.body.contains("tinh, "), "signed off");
    assert!(province.get("/health").await.body.contains("1/6"));
    let log = String::from_utf8(site.command(&["audit", "list", "--limit", "500", "--json"]).stdout).expect("text");
    assert!(log.contains("readiness.fill") && log.contains("readiness.sign_off"));
}

#[tokio::test]
async fn what_is_to_be_corrected_is_fetched_by_the_commune_and_noted() {
    let site = Site::open();
    let finding = site.finding("DOB_DIFF");
    let unit = finding["unit"].as_str().expect("a commune").to_owned();
    let mut it = site.administrator().await;
    let mut clerk = site.officer(&mut it, "tran.lan", "clerk", &[&unit]).await;
    let book = clerk.get(&format!("/health/communes/{unit}/week.xlsx")).await;
    assert!(book.status == 200 && book.body.starts_with("PK"));
    assert_eq!(it.get(&format!("/health/communes/{unit}/week.xlsx")).await.status, 403, "no citizens for IT staff");
    let log = String::from_utf8(site.command(&["audit", "list", "--limit", "500", "--json"]).stdout).expect("text");
    assert!(log.contains("week.export"));
}

#[tokio::test]
async fn a_run_is_shown_with_its_stages_and_started_only_by_who_may_and_is_sure() {
    let site = Site::open();
    let mut it = site.administrator().await;
    let list = it.get("/runs").await.body;
    let id = list.split("/runs/2").nth(1).and_then(|rest| rest.split('"').next()).expect("a run");
    let page = it.get(&format!("/runs/2{id}")).await.body;
    for words in ["Kết nối", "Tải", "Ghép và so sánh", "bản ghi", "124/124"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert_eq!(it.get("/runs/19990101-000000").await.status, 404);
    assert_eq!(it.post("/runs/start", &[]).await.status, 422, "not by a slip of the hand");
    let rejects = it.get(&format!("/runs/2{id}/rejects.csv")).await;
    assert!(rejects.body.starts_with("source,dataset,partition"), "{}", rejects.body);
    let mut province = site.officer(&mut it, "tinh", "province", &["*"]).await;
    assert_eq!(province.get("/runs").await.status, 200);
    assert_eq!(province.post("/runs/start", &[("sure", "yes")]).await.status, 403);
}

#[tokio::test]
async fn a_program_reads_the_health_of_its_communes() {
    let site = Site::open();
    let mut it = site.administrator().await;
    it.get("/keys").await;
    let form = [("name", "Bảng tin"), ("expires_on", "2027-05-01"), ("scopes", "health"), ("communes", "00691")];
    let page = it.post("/keys/new", &form).await.body;
    let key =
        page.split("dsk_").nth(1).map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    let key = format!("dsk_{}", key.expect("the key is shown once"));
    let program = site.visitor();
    let (status, told) = program.call(Method::GET, "/api/v1/health", &key, None, &[]).await;
    assert_eq!(status, 200, "{told}");
    let communes = told["communes"].as_array().expect("communes");
    assert_eq!((communes.len(), &communes[0]["commune"]), (1, &serde_json::json!("00691")));
}
