//! Births, deaths and marriages.

use super::person_part::PersonPart;
use super::register::registration;
use crate::read::{Drift, Fields, Problem, date};
use schemas::CivilEventRecord;

const KNOWN: &[&str] = &[
    "HoTichKhaiSinh",
    "HoTichKhaiTu",
    "DataDKKH",
    "soDangKy",
    "quyenSo",
    "trangSo",
    "ngayDangKy",
    "loaiDangKy",
    "soDangKyTruocDay",
    "quyenSoDangKyTruocDay",
    "ngayDangKyTruocDay",
    "noiDangKy",
    "soDinhDanh",
    "ghiChu",
    "ngayXacLapQuanHeHonNhan",
    "soBanSao",
    "soLuongBanSao",
    "maGCS",
    "ngayCapGCS",
    "maGBT",
    "ngayCapGBT",
    "giayKhaiSinh",
    "giayKhaiTu",
    "maGiayToKetQua",
    "giayBaoTuLoai",
    "giayBaoTuSo",
    "ndkksMaTinh",
    "ndkksMaHuyen",
    "ndkksMaXa",
    "nguoiKy",
    "chucVuNguoiKy",
    "nguoiThucHien",
];
/// Prefixes of the people and papers inside an entry.
const KNOWN_PREFIXES: &[&str] = &["nks", "nkt", "nyc", "gbt", "cha", "chong", "me", "vo"];

pub fn birth(entry: Fields<'_>, outer: Fields<'_>, drift: &Drift) -> Result<Vec<CivilEventRecord>, Problem> {
    note(entry, "HoTichKhaiSinh", drift);
    let child = PersonPart { entry, prefix: "nks" };
    let (mother, father) = (PersonPart { entry, prefix: "me" }, PersonPart { entry, prefix: "cha" });
    let mut row = start("birth", "child", entry, outer)?;
    child.fill(&mut row)?;
    row.personal_id = match entry.text("soDinhDanh")? {
        Some(id) => Some(id),
        None => match outer.text("soDinhDanh")? {
            Some(id) => Some(id),
            None => row.personal_id,
        },
    };
    (row.mother_name, row.mother_id) = (mother.name()?, mother.any_number()?);
    (row.father_name, row.father_id) = (father.name()?, father.any_number()?);
    one(row)
}

pub fn death(entry: Fields<'_>, outer: Fields<'_>, drift: &Drift) -> Result<Vec<CivilEventRecord>, Problem> {
    note(entry, "HoTichKhaiTu", drift);
    let dead = PersonPart { entry, prefix: "nkt" };
    let mut row = start("death", "deceased", entry, outer)?;
    dead.fill(&mut row)?;
    row.event_date = dead.date("NgayChet")?;
    one(row)
}

/// Two rows: the husband's and the wife's, each with the other as the spouse.
pub fn marriage(entry: Fields<'_>, outer: Fields<'_>, drift: &Drift) -> Result<Vec<CivilEventRecord>, Problem> {
    const DAY: &str = "ngayXacLapQuanHeHonNhan";
    note(entry, "DataDKKH", drift);
    let (husband, wife) = (PersonPart { entry, prefix: "chong" }, PersonPart { entry, prefix: "vo" });
    let day = date::iso(entry.trimmed(DAY)?.as_deref(), DAY)?;
    let side = |role: &str, own: &PersonPart<'_>, other: &PersonPart<'_>| {
        let mut row = start("marriage", role, entry, outer)?;
        own.fill(&mut row)?;
        (row.spouse_name, row.spouse_id) = (other.name()?, other.any_number()?);
        row.event_date = day.clone().or_else(|| row.registered_on.clone());
        Ok(row)
    };
    let rows = vec![side("husband", &husband, &wife)?, side("wife", &wife, &husband)?];
    if rows.iter().all(|row| row.name.is_none()) { Err(no_event()) } else { Ok(rows) }
}

fn start(event: &str, role: &str, entry: Fields<'_>, outer: Fields<'_>) -> Result<CivilEventRecord, Problem> {
    let row = registration(entry, outer)?;
    Ok(CivilEventRecord { event: Some(event.to_owned()), role: Some(role.to_owned()), ..row })
}

/// An entry without the person it is about is of another shape than its module says.
fn one(row: CivilEventRecord) -> Result<Vec<CivilEventRecord>, Problem> {
    if row.name.is_none() && row.personal_id.is_none() { Err(no_event()) } else { Ok(vec![row]) }
}

fn no_event() -> Problem {
    Problem::new("no_event", "the entry must name the people that its module is about")
}

fn note(entry: Fields<'_>, place: &str, drift: &Drift) {
    let is_prefixed = |key: &str| {
        let rest = |prefix: &&str| key.strip_prefix(*prefix).is_some_and(|rest| rest.starts_with(char::is_uppercase));
        KNOWN_PREFIXES.iter().any(rest)
    };
    let is_known = |key: &str| is_prefixed(key) || KNOWN.iter().any(|name| name.eq_ignore_ascii_case(key));
    drift.note_unless(entry, place, is_known);
}
