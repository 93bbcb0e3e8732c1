//! One `CongDan`, from JSON or from XML turned into JSON, as a canonical person.

use crate::codes::{ethnicity, marital, sex};
use crate::read::name::name;
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, date};
use schemas::PersonRecord;
use serde_json::Value;

const KNOWN: &[&str] = &[
    "IdBanGhi",
    "MaDinhDanhDuLieu",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "GioiTinh",
    "DanToc",
    "TonGiao",
    "NhomMau",
    "TinhTrangHonNhan",
    "NgayThangNamSinh",
    "NoiDangKyKhaiSinh",
    "QueQuan",
    "ThuongTru",
    "NoiOHienTai",
    "QuocTich",
    "Cha",
    "Me",
    "VoChong",
    "NguoiDaiDien",
    "ChuHo",
    "SoSoHoKhau",
    "PhanPhoi",
];
const KNOWN_ADDRESS: &[&str] =
    &["MaTinhThanh", "MaQuanHuyen", "MaPhuongXa", "ChiTiet", "QuocGia", "TenTinhThanh", "TenQuanHuyen", "TenPhuongXa"];

pub fn read(citizen: Fields<'_>, drift: &Drift) -> Result<PersonRecord, Problem> {
    drift.note(citizen, "CongDan", KNOWN);
    let mut person = PersonRecord {
        personal_id: citizen.text("SoDinhDanh")?,
        old_id: citizen.text("SoCMND")?,
        name: name(citizen, "HoVaTen")?,
        sex: citizen.trimmed("GioiTinh")?.as_deref().and_then(sex::from_population),
        birth_date: birth_date(citizen)?,
        ethnicity: citizen.trimmed("DanToc")?.as_deref().and_then(ethnicity::code),
        nationality: citizen.text("QuocTich")?,
        marital_status: citizen.trimmed("TinhTrangHonNhan")?.as_deref().and_then(marital::from_code),
        household_number: citizen.text("SoSoHoKhau")?,
        ..PersonRecord::default()
    };
    residence(citizen, &mut person, drift)?;
    (person.father_name, person.father_id) = relative(citizen, "Cha")?;
    (person.mother_name, person.mother_id) = relative(citizen, "Me")?;
    (person.spouse_name, person.spouse_id) = relative(citizen, "VoChong")?;
    (person.head_name, person.head_id) = relative(citizen, "ChuHo")?;
    person.relation_to_head = match citizen.object("ChuHo") {
        Some(head) => head.text("QuanHe")?,
        None => None,
    };
    Ok(person)
}

/// `{Nam, NgayThangNam}`: whoever is known by the year alone has only `Nam`. Or a plain text.
fn birth_date(citizen: Fields<'_>) -> Result<Option<String>, Problem> {
    const FIELD: &str = "NgayThangNamSinh";
    let Some(parts) = citizen.object(FIELD) else { return date::iso(citizen.trimmed(FIELD)?.as_deref(), FIELD) };
    let full = date::iso(parts.trimmed("NgayThangNam")?.as_deref(), FIELD)?;
    if full.is_some() {
        return Ok(full);
    }
    date::iso(parts.trimmed("Nam")?.as_deref(), FIELD)
}

fn residence(citizen: Fields<'_>, person: &mut PersonRecord, drift: &Drift) -> Result<(), Problem> {
    let Some(address) = citizen.object("ThuongTru") else {
        person.residence_text = citizen.text("ThuongTru")?;
        return Ok(());
    };
    drift.note(address, "ThuongTru", KNOWN_ADDRESS);
    let code = |name: &str, width: usize| address.trimmed(name).map(|text| text.map(|text| padded(&text, width)));
    person.residence_province = code("MaTinhThanh", 2)?;
    person.residence_district = match code("MaQuanHuyen", 3)? {
        Some(district) => Some(district).filter(|district| !district.bytes().all(|b| b == b'0')),
        None => address.text("TenQuanHuyen")?,
    };
    person.residence_commune = code("MaPhuongXa", 5)?;
    person.residence_commune_name = address.text("TenPhuongXa")?;
    person.residence_detail = address.text("ChiTiet")?;
    Ok(())
}

type NameAndId = (Option<String>, Option<String>);

fn relative(citizen: Fields<'_>, field: &str) -> Result<NameAndId, Problem> {
    // An empty XML element arrives as an empty text.
    let Some(relative) = citizen.object(field) else { return Ok((None, None)) };
    let id = match relative.text("SoDinhDanh")? {
        Some(id) => Some(id),
        None => relative.text("SoCMND")?,
    };
    Ok((name(relative, "HoVaTen")?, id))
}

/// The commune whose person this is, in today's codes. Three levels mean an old address, whose
/// commune code may be another unit's today.
pub fn commune(person: &PersonRecord, communes: &[String]) -> Option<String> {
    let code = person.residence_commune.as_ref()?;
    (person.residence_district.is_none() && communes.contains(code)).then(|| code.clone())
}

/// For the look-up: a citizen must be an object.
pub fn from_value(value: &Value, drift: &Drift) -> Result<PersonRecord, Problem> {
    read(Fields::record(&Json::from(value))?, drift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn person(value: Value) -> Result<PersonRecord, Problem> {
        from_value(&value, &Drift::default())
    }

    #[test]
    fn a_citizen_is_read_whatever_the_case_of_the_keys_and_the_split_of_the_name() {
        let whole = json!({
            "SoDinhDanh": "099085000123", "SoCMND": "",
            "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": "NGUYỄN VĂN MẪU"},
            "GioiTinh": 1, "DanToc": "1", "TinhTrangHonNhan": "2", "QuocTich": "VN",
            "NgayThangNamSinh": {"Nam": "1985", "NgayThangNam": "19850305"},
            "ThuongTru": {"MaTinhThanh": 8, "MaPhuongXa": "691", "ChiTiet": "Thôn 1", "QuocGia": "VN"},
            "Cha": {"HoVaTen": "NGUYỄN VĂN CHA", "SoDinhDanh": "", "SoCMND": "990000123"},
            "ChuHo": {"HoVaTen": "NGUYỄN VĂN MẪU", "QuanHe": "CH01", "SoDinhDanh": "099085000123"}
        });
        let split = json!({
            "soDinhDanh": "099085000123",
            "hoVaTen": {"ho": "NGUYỄN", "chuDem": "VĂN", "ten": "MẪU"},
            "gioiTinh": "1", "danToc": "01", "tinhTrangHonNhan": 2, "quocTich": "VN",
            "ngayThangNamSinh": {"nam": 1985, "ngayThangNam": "19850305"},
            "thuongTru": {"maTinhThanh": "08", "maQuanHuyen": "", "maPhuongXa": "00691", "chiTiet": "Thôn 1"},
            "cha": {"hoVaTen": "NGUYỄN VĂN CHA", "soCMND": "990000123"},
            "chuHo": {"hoVaTen": "NGUYỄN VĂN MẪU", "quanHe": "CH01", "soDinhDanh": "099085000123"}
        });
        let read = person(whole).expect("a citizen");
        assert!(read == person(split).expect("a citizen"));
        assert_eq!(read.name.as_deref(), Some("NGUYỄN VĂN MẪU"));
        assert_eq!(read.birth_date.as_deref(), Some("1985-03-05"));
        assert_eq!(read.residence_commune.as_deref(), Some("00691"));
        assert_eq!(read.marital_status.as_deref(), Some("married"));
        assert_eq!(read.father_id.as_deref(), Some("990000123"));
        assert_eq!(commune(&read, &["00691".into()]).as_deref(), Some("00691"));
    }

    #[test]
    fn a_person_known_by_the_year_has_only_the_year() {
        let read = person(json!({"NgayThangNamSinh": {"Nam": "1956", "NgayThangNam": ""}})).expect("a citizen");
        assert_eq!(read.birth_date.as_deref(), Some("1956"));
    }

    #[test]
    fn three_levels_belong_to_no_commune_of_today() {
        let read = person(json!({"ThuongTru": {"MaQuanHuyen": "024", "MaPhuongXa": "00691"}})).expect("a citizen");
        assert_eq!(read.residence_district.as_deref(), Some("024"));
        assert_eq!(commune(&read, &["00691".into()]), None);
    }

    #[test]
    fn a_day_that_does_not_exist_makes_the_record_unreadable() {
        let problem = person(json!({"NgayThangNamSinh": {"NgayThangNam": "19850230"}})).expect_err("no such day");
        assert_eq!(problem.reason, "bad_date");
    }

    #[test]
    fn a_retyped_field_is_a_problem_and_a_new_one_is_remembered() {
        assert_eq!(person(json!({"GioiTinh": ["1"]})).expect_err("a list").reason, "wrong_type");
        let drift = Drift::default();
        from_value(&json!({"TruongMoi": 1}), &drift).expect("tolerated");
        assert!(drift.keys().contains("CongDan.TruongMoi"));
    }
}
