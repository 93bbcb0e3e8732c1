//! An entry of the register feed: a JSON string inside JSON, in one of three shapes.

use super::events::{birth, death, marriage};
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, date, envelope};
use crate::transport::json_size;
use schemas::{CanonicalRecord, CivilEventRecord, Envelope, Record};
use std::borrow::Cow;

/// The rows of one entry: one of a birth or a death, two of a marriage.
pub fn rows(entry: &Json<'_>, commune: &str, drift: &Drift) -> Result<Vec<CanonicalRecord>, Problem> {
    let entry = envelope::entry(entry)?;
    let mut envelope = entry.envelope;
    let key = envelope.record_key.clone();
    envelope.commune = Some(commune.to_owned());
    let unit = entry.record.trimmed("maDonVi").map_err(|problem| problem.of(&key))?.map(|unit| padded(&unit, 5));
    // A deletion may come without the commune; its key says enough.
    let is_ours = unit.as_deref().map_or(envelope.deleted, |unit| unit == commune);
    if !is_ours {
        return Err(Problem::new("wrong_commune", "maDonVi must be the commune that was asked for").of(&key));
    }
    if envelope.deleted {
        return Ok(vec![CanonicalRecord { envelope, record: Record::CivilEvent(CivilEventRecord::default()) }]);
    }
    let events = read(entry.record, drift).map_err(|problem| problem.of(&key))?;
    if envelope.updated_at.is_none() {
        envelope.updated_at =
            events.first().and_then(|event| event.registered_on.clone()).filter(|day| day.len() == 10);
        envelope.updated_at = envelope.updated_at.map(|day| format!("{day}T00:00:00+07:00"));
    }
    Ok(number_rows(envelope, events))
}

fn number_rows(envelope: Envelope, events: Vec<CivilEventRecord>) -> Vec<CanonicalRecord> {
    let row = |(part, event)| CanonicalRecord {
        envelope: Envelope { part, ..envelope.clone() },
        record: Record::CivilEvent(event),
    };
    (0u16..).zip(events).map(row).collect()
}

fn read(record: Fields<'_>, drift: &Drift) -> Result<Vec<CivilEventRecord>, Problem> {
    drift.note(record, "DuLieuTiepNhan", &["IdBanGhi", "maDonVi", "module", "data", "maHoSoLT", "maHoSoMCDT"]);
    let parsed;
    let inner = match record.get("data") {
        Some(Json::Text(text)) => {
            if !json_size::is_bearable(text.as_bytes()) {
                return Err(Problem::new("bad_data", "data holds too many values"));
            }
            parsed = Json::parse(text).map_err(|_| Problem::new("bad_data", "data must be JSON in a string"))?;
            &parsed
        }
        Some(object @ Json::Object(_)) => object,
        _ => return Err(Problem::new("bad_data", "data is missing")),
    };
    let outer = Fields::of(inner).ok_or_else(|| Problem::new("bad_data", "data must hold an object"))?;
    let module = record.trimmed("module")?.unwrap_or_default().to_ascii_uppercase();
    // The entry stands under its name, or is the string's content itself.
    match module.as_str() {
        "LTKS" => birth(outer.object("HoTichKhaiSinh").unwrap_or(outer), outer, drift),
        "LTKT" => death(outer.object("HoTichKhaiTu").unwrap_or(outer), outer, drift),
        "LTKH" => marriage(outer.object("DataDKKH").unwrap_or(outer), outer, drift),
        _ => Err(Problem::new("unknown_module", "module must be LTKS, LTKT or LTKH")),
    }
}

/// Number, book, page, day and place of an entry: beside the entry or inside it.
pub fn registration(entry: Fields<'_>, outer: Fields<'_>) -> Result<CivilEventRecord, Problem> {
    let trimmed = |name: &str| match entry.trimmed(name)? {
        Some(text) => Ok(Some(text)),
        None => outer.trimmed(name),
    };
    let text = |name: &str| Ok(trimmed(name)?.map(Cow::into_owned));
    Ok(CivilEventRecord {
        register_number: text("soDangKy")?,
        register_book: text("quyenSo")?,
        register_page: text("trangSo")?,
        registered_on: date::iso(trimmed("ngayDangKy")?.as_deref(), "ngayDangKy")?,
        register_commune: trimmed("noiDangKy")?.map(|code| padded(&code, 5)),
        registration_kind: text("loaiDangKy")?,
        previous_register_number: text("soDangKyTruocDay")?,
        previous_register_book: text("quyenSoDangKyTruocDay")?,
        previously_registered_on: date::iso(trimmed("ngayDangKyTruocDay")?.as_deref(), "ngayDangKyTruocDay")?,
        ..CivilEventRecord::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn entry(unit: &str, module: &str, data: Value) -> Value {
        json!({
            "NguonDuLieu": {"MaLoaiDuLieu": "G03"},
            "DuLieuTiepNhan": {"IdBanGhi": "HT-1", "maDonVi": unit, "module": module, "data": data.to_string()},
            "TrangThaiDuLieu": {"LoaiSuKien": "NEW", "PhienBan": 1, "ThoiGianCapNhat": "2026-10-07T08:00:00"}
        })
    }

    fn events(entry: &Value) -> Result<Vec<CivilEventRecord>, Problem> {
        rows(&Json::from(entry), "00691", &Drift::default()).map(|rows| {
            let event = |row: CanonicalRecord| match row.record {
                Record::CivilEvent(event) => event,
                _ => CivilEventRecord::default(),
            };
            rows.into_iter().map(event).collect()
        })
    }

    #[test]
    fn a_birth_is_read_under_its_name_or_bare() {
        let birth = json!({
            "nksHoTen": "NGUYỄN THỊ MẪU", "nksGioiTinh": 2, "nksNgaySinh": "05.03.2026", "nksDanToc": "63002",
            "meHoTen": "LÝ THỊ MẸ", "meSoDDCN": "099190000001", "chaHoTen": "NGUYỄN VĂN CHA",
            "chaLoaiGiayToTuyThan": 1, "chaSoGiayToTuyThan": "990000123", "soDinhDanh": "099326000001",
            "soDangKy": "12", "quyenSo": "01/2026", "trangSo": "7", "ngayDangKy": "10.03.2026", "noiDangKy": "691"
        });
        let under = events(&entry("00691", "LTKS", json!({"HoTichKhaiSinh": birth}))).expect("a birth");
        assert!(under == events(&entry("691", "ltks", birth)).expect("a birth"));
        let child = &under[0];
        assert_eq!((child.event.as_deref(), child.role.as_deref()), (Some("birth"), Some("child")));
        assert_eq!(child.personal_id.as_deref(), Some("099326000001"));
        assert_eq!((child.birth_date.as_deref(), child.sex.as_deref()), (Some("2026-03-05"), Some("f")));
        assert_eq!(child.ethnicity.as_deref(), Some("02"));
        assert_eq!((child.mother_id.as_deref(), child.father_id.as_deref()), (Some("099190000001"), Some("990000123")));
        assert_eq!((child.register_number.as_deref(), child.register_commune.as_deref()), (Some("12"), Some("00691")));
    }

    #[test]
    fn a_death_has_a_paper_and_a_day() {
        let death = json!({"HoTichKhaiTu": {
            "nktHoTen": "MẪU", "nktNgaySinh": "1956", "nktLoaiGiayToTuyThan": "4",
            "nktSoGiayToTuyThan": "099056000001", "nktNgayChet": "01.02.2026", "nktNoiCuTru": "Thôn 1, xã Mẫu"
        }, "soDangKy": "3"});
        let events = events(&entry("00691", "LTKT", death)).expect("a death");
        let dead = &events[0];
        assert_eq!((dead.event.as_deref(), dead.event_date.as_deref()), (Some("death"), Some("2026-02-01")));
        assert_eq!((dead.paper_number.as_deref(), dead.paper_kind.as_deref()), (Some("099056000001"), Some("cccd")));
        assert_eq!((dead.personal_id.as_deref(), dead.birth_date.as_deref()), (None, Some("1956")));
        assert_eq!(
            (dead.residence_text.as_deref(), dead.register_number.as_deref()),
            (Some("Thôn 1, xã Mẫu"), Some("3"))
        );
    }

    #[test]
    fn a_marriage_makes_two_rows_of_one_record() {
        let marriage = json!({"DataDKKH": {
            "chongHoTen": "A", "chongSoDDCN": "099090000001", "chongNgaySinh": "03.1990",
            "chongNoiCuTru": {"maTinh": "8", "maHuyen": "", "maXa": "691", "dcChiTiet": "Thôn 1"},
            "voHoTen": "B", "voSoDDCN": "099192000001", "voNgaySinh": "1992", "ngayDangKy": "01.01.2026"
        }});
        let rows =
            rows(&Json::from(&entry("00691", "LTKH", marriage)), "00691", &Drift::default()).expect("a marriage");
        assert_eq!(rows.iter().map(|row| row.envelope.part).collect::<Vec<_>>(), [0, 1]);
        let Record::CivilEvent(husband) = &rows[0].record else { panic!("an event") };
        assert_eq!((husband.role.as_deref(), husband.spouse_id.as_deref()), (Some("husband"), Some("099192000001")));
        assert_eq!(
            (husband.residence_commune.as_deref(), husband.residence_district.as_deref()),
            (Some("00691"), None)
        );
        assert_eq!(husband.event_date.as_deref(), Some("2026-01-01"));
        let Record::CivilEvent(wife) = &rows[1].record else { panic!("an event") };
        assert_eq!((wife.role.as_deref(), wife.spouse_name.as_deref()), (Some("wife"), Some("A")));
    }

    #[test]
    fn the_newer_shape_is_read_as_the_older_one() {
        let name = |family: &str, middle: &str, given: &str| json!({"Ho": family, "ChuDem": middle, "Ten": given});
        let day = |year: &str, month: &str, day: &str| json!({"namSinh": year, "thangSinh": month, "ngaySinh": day});
        let place = json!({"dcChiTiet": "Thôn 1", "quocGia": "VN", "maTinh": "08", "maXa": "00691"});
        let before =
            [("soDangKyTruocDay", "45"), ("quyenSoDangKyTruocDay", "2023"), ("ngayDangKyTruocDay", "20/05/2023")];
        let with_before = |mut entry: Value| {
            before.iter().for_each(|(key, value)| entry[*key] = json!(value));
            entry
        };
        let birth =
            with_before(json!({"nksHoTen": name("NGUYỄN", "THỊ", "MẪU"), "nksNgaySinh": day("2026", "3", "05"),
            "meHoTen": name("LÝ", "THỊ", "MẸ"), "loaiDangKy": "2"}));
        let death = with_before(json!({"nktHoTen": name("", "", "ĐÀO VĂN THỬ"), "nktNgaySinh": day("1956", "", "0"),
            "nktNgayChet": "01.02.2026", "nktNoiCuTru": place}));
        let marriage = with_before(json!({"chongHoTen": name("A", "", "B"), "chongNgaySinh": day("1990", "12", ""),
            "voHoTen": "C D", "voNgaySinh": "1992", "chongNoiCuTru": place}));
        let read = |module: &str, entry_of: &Value| events(&entry("00691", module, entry_of.clone())).expect(module);
        let (born, dead, married) = (read("LTKS", &birth), read("LTKT", &death), read("LTKH", &marriage));
        let said = |event: &CivilEventRecord| (event.name.clone(), event.birth_date.clone());
        assert_eq!(said(&born[0]), (Some("NGUYỄN THỊ MẪU".into()), Some("2026-03-05".into())));
        assert_eq!(born[0].mother_name.as_deref(), Some("LÝ THỊ MẸ"));
        assert_eq!(said(&dead[0]), (Some("ĐÀO VĂN THỬ".into()), Some("1956".into())));
        assert_eq!(said(&married[0]), (Some("A B".into()), Some("1990-12".into())));
        assert_eq!(married[1].spouse_name.as_deref(), Some("A B"));
        for event in [&dead[0], &married[0]] {
            let residence = (event.residence_commune.as_deref(), event.residence_district.as_deref());
            assert_eq!((residence, event.residence_detail.as_deref()), ((Some("00691"), None), Some("Thôn 1")));
        }
        for event in [&born[0], &dead[0], &married[0], &married[1]] {
            assert_eq!(event.previous_register_number.as_deref(), Some("45"));
            assert_eq!(event.previous_register_book.as_deref(), Some("2023"));
            assert_eq!(event.previously_registered_on.as_deref(), Some("2023-05-20"));
            assert_eq!(event.register_number, None, "the entry's own number is another one");
        }
    }

    #[test]
    fn a_day_without_its_month_is_no_date() {
        for (year, month, day) in [("2026", "", "5"), ("", "3", "5"), ("2026", "2", "30"), ("2026", "13", "")] {
            let birth =
                json!({"nksHoTen": "MẪU", "nksNgaySinh": {"namSinh": year, "thangSinh": month, "ngaySinh": day}});
            assert_eq!(events(&entry("00691", "LTKS", birth)).expect_err("no date").reason, "bad_date");
        }
    }

    #[test]
    fn a_birth_is_read_before_its_number_is_there_and_the_version_that_brings_it_is_newer() {
        let version = |number: &str, version: i64| {
            let mut entry = entry("00691", "LTKS", json!({"nksHoTen": "MẪU", "soDinhDanh": number}));
            entry["TrangThaiDuLieu"]["PhienBan"] = json!(version);
            rows(&Json::from(&entry), "00691", &Drift::default()).expect("a birth").remove(0)
        };
        let (first, second) = (version("", 1), version("099326000001", 2));
        assert_eq!(first.envelope.record_key, second.envelope.record_key);
        assert!(first.envelope.version < second.envelope.version);
        assert_eq!((first.record.link_key(), second.record.link_key()), (None, Some("099326000001")));
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_with_its_key() {
        let birth = json!({"nksHoTen": "MẪU", "nksNgaySinh": "31.02.2026"});
        for (entry, reason) in [
            (entry("00694", "LTKS", json!({"nksHoTen": "MẪU"})), "wrong_commune"),
            (entry("00691", "LTKS", birth), "bad_date"),
            (entry("00691", "XX", json!({})), "unknown_module"),
            (entry("00691", "LTKS", json!({})), "no_event"),
            (entry("00691", "LTKS", json!([1])), "bad_data"),
        ] {
            let problem = events(&entry).expect_err(reason);
            assert_eq!((problem.reason, problem.record_key.as_deref()), (reason, Some("HT-1")));
        }
        let mut cut = entry("00691", "LTKS", json!({}));
        cut["DuLieuTiepNhan"]["data"] = json!("{\"nksHoTen\": \"M");
        assert_eq!(events(&cut).expect_err("cut").reason, "bad_data");
    }
}
