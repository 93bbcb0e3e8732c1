//! The state of linked cases: asked by lists of their codes.

use super::refusal;
use crate::connector::CaseCode;
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, instant, key};
use crate::transport::{Payload, Request};
use schemas::{CanonicalRecord, DossierRecord, Envelope, ErrorClass, Record, Sensitive, SourceError};
use serde_json::json;

/// The service takes no more at once.
pub const MOST_CODES: usize = 50;

const KNOWN: &[&str] = &[
    "maDonVi",
    "maTinh",
    "module",
    "maHoSoLT",
    "maHoSoMCDT",
    "errors",
    "trangThai",
    "thoiGianThucHien",
    "ghiChu",
    "ketQuaXuLy",
    "nguoiXuLy",
    "chucDanh",
    "phongBanXuLy",
    "noiDungXuLy",
    "hanBoSungHoSo",
];

pub fn request(codes: &[&CaseCode], module: &str, province: &str) -> Request {
    let codes: Vec<&str> = codes.iter().map(|case| case.code.as_str()).collect();
    let body = json!({"maDinhDanhHoSo": codes, "maTinh": province, "module": module});
    let request = Request::post("/apiLienThongKSKT/1.0/ketQua", Payload::Json(Sensitive::new(body.to_string())));
    Request { refusal: Some(refusal::read), ..request }
}

/// The list of the answer. Codes that the source does not know are left out of it.
pub fn values<'a>(answer: &'a Json<'a>) -> Result<&'a [Json<'a>], SourceError> {
    let contract = |code: &str, detail: &str| SourceError::new(ErrorClass::Contract, code, detail);
    let frame = Fields::of(answer).ok_or_else(|| contract("bad_page", "the answer must be an object"))?;
    match frame.integer("status") {
        Ok(Some(1)) => {}
        _ => return Err(contract("error_in_200", "the status of the answer is not 1")),
    }
    let values = frame.list("value").map_err(|problem| contract("bad_page", &problem.detail))?;
    crate::page::refuse_a_flood(values.len())?;
    Ok(values)
}

/// One case, under the code by which it was asked for.
pub fn row(
    value: &Json<'_>,
    asked: &[&CaseCode],
    communes: &[String],
    drift: &Drift,
) -> Result<CanonicalRecord, Problem> {
    let case = Fields::record(value)?;
    drift.note(case, "ketQua", KNOWN);
    let (own, national) = (case.text("maHoSoMCDT")?, case.text("maHoSoLT")?);
    let is_asked = |code: &&String| asked.iter().any(|case| case.code == **code);
    let code = own.as_ref().filter(is_asked).or_else(|| national.as_ref().filter(is_asked));
    let Some(record_key) = code.map(|code| key::safe(code)) else {
        let reason = if own.is_none() && national.is_none() { "no_key" } else { "unasked_case" };
        return Err(Problem::new(reason, "maHoSoMCDT or maHoSoLT must be a code that was asked for"));
    };
    read(case, own, national, &record_key, communes).map_err(|problem| problem.of(&record_key))
}

fn read(
    case: Fields<'_>,
    own: Option<String>,
    national: Option<String>,
    record_key: &str,
    communes: &[String],
) -> Result<CanonicalRecord, Problem> {
    let done_at = instant::instant(&case.text("thoiGianThucHien")?.unwrap_or_default(), "thoiGianThucHien")?;
    let status = status(case.text("trangThai")?.as_deref());
    let unit = case.text("maDonVi")?.map(|unit| padded(&unit, 5));
    let updated_at = done_at.map(instant::rfc3339);
    let completed_at = updated_at.clone().filter(|_| status == "done");
    // A new-born's number may come days after the result: until then there is none.
    let personal_id = match case.object("ketQuaXuLy") {
        Some(result) => result.text("soDinhDanh")?,
        None => None,
    };
    let dossier = DossierRecord {
        personal_id,
        code: own,
        national_code: national,
        agency_code: unit.clone(),
        module: case.text("module")?.map(|module| module.to_ascii_uppercase()),
        status: Some(status.to_owned()),
        completed_at,
        ..DossierRecord::default()
    };
    let envelope = Envelope {
        record_key: record_key.to_owned(),
        part: 0,
        commune: unit.filter(|unit| communes.contains(unit)),
        // A result that is completed later (a number that arrives) keeps its time: of two answers
        // of one version the one pulled last counts.
        version: done_at.map_or(0, |at| at.as_millisecond()),
        updated_at,
        deleted: false,
    };
    Ok(CanonicalRecord { envelope, record: Record::Dossier(dossier) })
}

/// 1 waiting, 2 needs a supplement, 3 eligible, 4 done, 6 refused.
fn status(code: Option<&str>) -> &'static str {
    match code {
        Some("1") => "received",
        Some("2") => "supplement",
        Some("3") => "processing",
        Some("4") => "done",
        Some("6") => "refused",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn codes() -> Vec<CaseCode> {
        ["H99.14-261124-0001", "G22.99.14-261124-000002"]
            .map(|code| CaseCode { module: "LTKS".into(), code: code.into() })
            .into()
    }

    fn read(value: Value) -> Result<CanonicalRecord, Problem> {
        let codes = codes();
        row(&Json::from(&value), &codes.iter().collect::<Vec<_>>(), &["00691".into()], &Drift::default())
    }

    #[test]
    fn a_case_is_found_under_either_of_its_codes() {
        let by_own = read(json!({"maHoSoMCDT": "H99.14-261124-0001", "maHoSoLT": "G22.99.14-261124-000001",
            "maDonVi": "691", "module": "LTKS", "trangThai": 4, "thoiGianThucHien": "24/11/2026 08:30:00"}))
        .expect("a case");
        assert_eq!(by_own.envelope.record_key, "H99.14-261124-0001");
        assert_eq!(by_own.envelope.commune.as_deref(), Some("00691"));
        let Record::Dossier(dossier) = by_own.record else { panic!("a dossier") };
        assert_eq!(dossier.status.as_deref(), Some("done"));
        assert_eq!(dossier.completed_at.as_deref(), Some("2026-11-24T08:30:00+07:00"));
        let by_national = read(json!({"maHoSoMCDT": "H99.1", "maHoSoLT": "G22.99.14-261124-000002", "trangThai": "1"}));
        assert_eq!(by_national.expect("a case").envelope.record_key, "G22.99.14-261124-000002");
    }

    #[test]
    fn an_unknown_state_is_unknown_and_a_case_nobody_asked_for_is_a_problem() {
        let case = read(json!({"maHoSoMCDT": "H99.14-261124-0001", "trangThai": 99})).expect("a case");
        let Record::Dossier(dossier) = case.record else { panic!("a dossier") };
        assert_eq!(dossier.status.as_deref(), Some("unknown"));
        assert_eq!(read(json!({"maHoSoMCDT": "X"})).expect_err("not asked").reason, "unasked_case");
        assert_eq!(read(json!({})).expect_err("no key").reason, "no_key");
    }

    #[test]
    fn a_status_other_than_one_is_an_error_in_a_success() {
        assert_eq!(values(&Json::from(&json!({"status": "1", "value": [1]}))).map(<[_]>::len).ok(), Some(1));
        for answer in [json!({"status": 0, "value": []}), json!({"value": []}), json!([])] {
            assert_eq!(values(&Json::from(&answer)).expect_err("an error").class, ErrorClass::Contract);
        }
    }
}
