//! What the civil-status system refuses, and what it brings later.

use crate::server::{Answer, Asked, Server};
use crate::support::{COMMUNE, build, context, first_page, settings};
use config::SourceKind;
use connectors::{CaseCode, Connector, PlanContext};
use schemas::{Dataset, ErrorClass, Page, Record, SourceError};
use serde_json::json;

const CODE: &str = "H99.14-261124-0001";

/// The poll's one page.
async fn poll(connector: &dyn Connector) -> Result<Page, SourceError> {
    let case_codes = vec![CaseCode { module: "LTKS".into(), code: CODE.into() }];
    let context = PlanContext { case_codes, ..context() };
    let partition = connector.partitions(Dataset::Dossier, &context).remove(0);
    connector.page(&partition, None, &context).await
}

fn refusal(errors: &str) -> String {
    json!({"title": "One or more validation errors occurred.", "errors": errors, "status": 500}).to_string()
}

#[tokio::test]
async fn a_refused_field_is_said_at_once_and_not_asked_for_twelve_times() {
    let errors = "maTinh không có trong danh mụcmaDinhDanhHoSo 'H99.14-261124-0001' vượt quá 20 ký tự";
    let server = Server::start(move |_: &Asked| Answer::Whole(500, vec![], refusal(errors))).await;
    let connector = build(&settings(SourceKind::CivilStatus, &server.url));
    let error = poll(&*connector).await.expect_err("refused");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Permanent, "fields_refused"));
    let expected = "the source refuses fields of the request: maTinh (not in the code list), maDinhDanhHoSo (too long)";
    assert_eq!(error.detail, expected);
    assert_eq!(server.count(), 1);
    assert_eq!(first_page(&*connector).await.expect_err("the feed as well").code, "fields_refused");
}

#[tokio::test]
async fn a_500_that_names_no_field_is_asked_again() {
    let server = Server::start(|asked: &Asked| match asked.number {
        0 => Answer::Whole(500, vec![], refusal("Lỗi hệ thống, vui lòng thử lại sau")),
        1 => Answer::Whole(503, vec![], refusal("soDDCN quá dài")),
        _ => Answer::json(json!({"status": 1, "value": []}).to_string()),
    })
    .await;
    let page = poll(&*build(&settings(SourceKind::CivilStatus, &server.url))).await.expect("a page in the end");
    assert_eq!((page.served, server.count()), (0, 3));
}

/// An entry of the register whose number is there or not, and a result of the poll likewise.
fn answers(number: Option<&'static str>, version: i64) -> impl Fn(&Asked) -> Answer + Send + Sync + 'static {
    move |asked: &Asked| {
        let birth = json!({"nksHoTen": "MẪU", "nksNgaySinh": "05.03.2026", "soDinhDanh": number});
        let entry = json!({
            "DuLieuTiepNhan": {"IdBanGhi": "HT1", "maDonVi": COMMUNE, "module": "LTKS", "data": birth.to_string()},
            "TrangThaiDuLieu": {"LoaiSuKien": "UPDATE", "PhienBan": version, "ThoiGianCapNhat": "2026-11-23T08:00:00"}
        });
        let feed = json!({"data": [entry], "pagination": {"page": 0, "totalPages": 1, "totalElements": 1}});
        let result = json!({"soDinhDanh": number, "soDangKy": "12"});
        let case = json!({"maHoSoMCDT": CODE, "module": "LTKS", "trangThai": 4, "maDonVi": COMMUNE,
            "thoiGianThucHien": "23/11/2026 10:00:00", "ketQuaXuLy": result});
        let polled = json!({"status": 1, "value": [case]});
        Answer::json(if asked.path.contains("ketQua") { polled } else { feed }.to_string())
    }
}

fn only(page: Page) -> (i64, Option<String>, bool) {
    let row = page.records.into_iter().next().expect("a row");
    let named = match &row.record {
        Record::CivilEvent(event) => event.name.is_some(),
        Record::Dossier(dossier) => dossier.status.as_deref() == Some("done"),
        _ => false,
    };
    (row.envelope.version, row.record.link_key().map(str::to_owned), named)
}

#[tokio::test]
async fn a_number_that_arrives_days_later_is_in_the_next_pull_and_the_one_before_was_a_record_too() {
    async fn pull(number: Option<&'static str>, version: i64) -> [(i64, Option<String>, bool); 2] {
        let server = Server::start(answers(number, version)).await;
        let connector = build(&settings(SourceKind::CivilStatus, &server.url));
        let feed = first_page(&*connector).await.expect("a page");
        let polled = poll(&*connector).await.expect("a page");
        assert!(feed.rejects.is_empty() && polled.rejects.is_empty());
        [only(feed), only(polled)]
    }
    let [birth, result] = pull(None, 1).await;
    assert_eq!((birth.1.clone(), birth.2, result.1.clone(), result.2), (None, true, None, true));
    let [later_birth, later_result] = pull(Some("099326000001"), 2).await;
    assert_eq!((later_birth.1.as_deref(), later_result.1.as_deref()), (Some("099326000001"), Some("099326000001")));
    assert!(later_birth.0 > birth.0, "the feed numbers its versions");
    // The result keeps its time; the answer pulled last wins among equals.
    assert!(later_result.0 >= result.0);
}
