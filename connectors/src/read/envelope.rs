//! The change records of QCVN 09:2025/BCA: source, record, state; and their paging.

use super::{Fields, Json, Problem, instant, key};
use schemas::{Envelope, ErrorClass, SourceError};

/// One page of a change feed, not yet read record by record.
#[derive(Clone, Copy)]
pub struct FeedPage<'a> {
    pub entries: &'a [Json<'a>],
    pub pages: u64,
    pub total: Option<u64>,
    /// `thoiDiemDuLieu`: the instant the data are true of.
    pub as_of: Option<jiff::Timestamp>,
}

/// Reads the frame of a page and checks that it is the page that was asked for.
pub fn feed_page<'a>(answer: &'a Json<'a>, asked: u64) -> Result<FeedPage<'a>, SourceError> {
    let contract = |code: &str, detail: &str| SourceError::new(ErrorClass::Contract, code, detail);
    let frame = Fields::of(answer).ok_or_else(|| contract("bad_page", "the answer must be an object"))?;
    let entries = match frame.get("data") {
        Some(Json::List(entries)) => &**entries,
        _ => return Err(contract("bad_page", "the answer has no list of data")),
    };
    crate::page::refuse_a_flood(entries.len())?;
    let paging = frame.object("pagination").ok_or_else(|| contract("bad_page", "the answer has no pagination"))?;
    let number = |fields: Fields<'_>, name: &str| match fields.integer(name) {
        Ok(number) => Ok(number.and_then(|n| u64::try_from(n).ok())),
        Err(_) => Err(contract("bad_page", "a number of the pagination is none")),
    };
    if number(paging, "page")?.is_some_and(|page| page != asked) {
        return Err(contract("wrong_page", "another page came than was asked for"));
    }
    let pages = number(paging, "totalPages")?.ok_or_else(|| contract("bad_page", "totalPages is missing"))?;
    if entries.is_empty() && asked < pages {
        return Err(contract("empty_page", "a page is empty although more were promised"));
    }
    let total = match number(paging, "totalElements")? {
        Some(total) => Some(total),
        None => number(frame, "totalRecords")?,
    };
    let as_of = match frame.get("thoiDiemDuLieu").and_then(Json::as_str) {
        Some(text) => instant::instant(text, "thoiDiemDuLieu").map_err(|p| contract("bad_page", &p.detail))?,
        None => None,
    };
    Ok(FeedPage { entries, pages, total, as_of })
}

/// What an entry says about its record, whatever the record is.
pub struct Entry<'a> {
    pub record: Fields<'a>,
    pub envelope: Envelope,
}

/// Reads key, version, event and time of one entry. Entries of the deletion feed may carry them
/// without the two inner objects.
pub fn entry<'a>(value: &'a Json<'a>) -> Result<Entry<'a>, Problem> {
    let outer = Fields::record(value)?;
    let record = outer.object("DuLieuTiepNhan").unwrap_or(outer);
    let state = outer.object("TrangThaiDuLieu").unwrap_or(outer);
    let given = match record.trimmed("IdBanGhi")? {
        Some(given) => Some(given),
        None => record.trimmed("MaDinhDanhDuLieu")?,
    };
    let record_key = key::safe(&given.ok_or_else(|| Problem::new("no_key", "IdBanGhi is missing"))?);
    let read = || -> Result<Envelope, Problem> {
        let event = match state.trimmed("LoaiSuKien")? {
            Some(event) => Some(event),
            None => state.trimmed("SuKien")?,
        };
        let is = |event: &str, word: &str| event.eq_ignore_ascii_case(word);
        let deleted = match event.as_deref() {
            None => false,
            Some(event) if is(event, "NEW") || is(event, "UPDATE") => false,
            Some(event) if is(event, "DELETE") => true,
            Some(_) => return Err(Problem::new("unknown_event", "LoaiSuKien must be NEW, UPDATE or DELETE")),
        };
        let updated = state.trimmed("ThoiGianCapNhat")?.unwrap_or_default();
        let updated = instant::instant(&updated, "ThoiGianCapNhat")?;
        let version = match state.integer("PhienBan")? {
            Some(version) => version,
            // The deletion feed need not number its entries: a deletion is the last word.
            None if deleted => i64::MAX,
            None => return Err(Problem::new("bad_version", "PhienBan is missing")),
        };
        Ok(Envelope {
            record_key: record_key.clone(),
            part: 0,
            commune: None,
            version,
            updated_at: updated.map(instant::rfc3339),
            deleted,
        })
    };
    let envelope = read().map_err(|problem| problem.of(&record_key))?;
    Ok(Entry { record, envelope })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn code_of(answer: Value, asked: u64) -> String {
        feed_page(&Json::from(&answer), asked).map(|_| ()).expect_err("must be refused").code
    }

    #[test]
    fn a_page_that_is_not_the_one_asked_for_is_a_contract_error() {
        let paging = |page: u64| json!({"page": page, "pageSize": 2, "totalPages": 3, "totalElements": 5});
        assert_eq!(code_of(json!({"data": [1], "pagination": paging(0)}), 1), "wrong_page");
        assert_eq!(code_of(json!({"data": [], "pagination": paging(1)}), 1), "empty_page");
        assert_eq!(code_of(json!({"pagination": paging(0)}), 0), "bad_page");
        assert_eq!(code_of(json!([]), 0), "bad_page");
        let answer = json!({"Data": [1], "Pagination": {"Page": "1", "TotalPages": "3", "totalElements": 5},
            "thoiDiemDuLieu": "2026-11-24T02:00:00"});
        let answer = Json::from(&answer);
        let page = feed_page(&answer, 1).expect("in any case of keys");
        assert_eq!((page.pages, page.total), (3, Some(5)));
        assert_eq!(page.as_of.map(|at| at.to_string()).as_deref(), Some("2026-11-23T19:00:00Z"));
    }

    #[test]
    fn an_entry_tells_key_version_event_and_time() {
        let value = json!({
            "NguonDuLieu": {"MaLoaiDuLieu": "G02_001"}, "DuLieuTiepNhan": {"IdBanGhi": "DC-1"},
            "TrangThaiDuLieu": {"LoaiSuKien": "UPDATE", "PhienBan": 7, "ThoiGianCapNhat": "2026-10-07T08:00:00"}
        });
        let envelope = entry(&Json::from(&value)).expect("an entry").envelope;
        assert_eq!((envelope.record_key.as_str(), envelope.version, envelope.deleted), ("DC-1", 7, false));
        assert_eq!(envelope.updated_at.as_deref(), Some("2026-10-07T08:00:00+07:00"));
    }

    #[test]
    fn a_deletion_without_a_number_is_the_last_word() {
        let gone = json!({"IdBanGhi": "DC-1", "LoaiSuKien": "DELETE"});
        let envelope = entry(&Json::from(&gone)).expect("an entry").envelope;
        assert!(envelope.deleted && envelope.version == i64::MAX);
    }

    #[test]
    fn an_entry_that_cannot_be_placed_is_a_problem_with_its_key_where_known() {
        let of = |value: Value| entry(&Json::from(&value)).map(|_| ()).expect_err("a problem");
        assert_eq!(of(json!("x")).reason, "not_an_object");
        assert_eq!(of(json!({"DuLieuTiepNhan": {}})).reason, "no_key");
        let problem = of(json!({"IdBanGhi": "DC-1", "LoaiSuKien": "MERGE"}));
        assert_eq!((problem.reason, problem.record_key.as_deref()), ("unknown_event", Some("DC-1")));
        assert_eq!(of(json!({"IdBanGhi": "DC-1", "LoaiSuKien": "NEW"})).reason, "bad_version");
        let late = of(json!({"IdBanGhi": "DC-1", "LoaiSuKien": "NEW", "PhienBan": 1, "ThoiGianCapNhat": "soon"}));
        assert_eq!(late.reason, "bad_date");
    }
}
