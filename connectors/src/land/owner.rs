//! Who owns: one person, a couple, a household, an organisation, a community.

use crate::codes::{paper, sex};
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, date};
use schemas::LandRightRecord;
use std::borrow::Cow;

const KNOWN: &[&str] = &[
    "caNhanId",
    "maSoDinhDanh",
    "maSoThue",
    "hoTen",
    "gioiTinh",
    "ngaySinh",
    "namSinh",
    "namMat",
    "soDienThoai",
    "quocTichId1",
    "quocTichId2",
    "danTocId",
    "xaId",
    "huyenId",
    "tinhId",
    "diaChi",
    "daDinhDanh",
    "trangThaiXacThuc",
    "hinhThucXacThuc",
    "ListGiayToTuyThan",
];
/// `loaiGiayToTuyThanId` of a CMND.
const CMND: &str = "1";

/// One row to be: a person, or a group of them under a name.
enum Owner<'a> {
    Person(Fields<'a>, &'static str),
    Group { owner: Fields<'a>, holder: &'static str, name: &'static str, kind: &'static str },
}

/// The rows of all owners of a certificate, in the order of the source; only the owner's columns
/// are filled.
pub fn owners(list: &[Json<'_>], drift: &Drift) -> Result<Vec<LandRightRecord>, Problem> {
    let row = |owner: &Owner<'_>| match *owner {
        Owner::Person(one, kind) => person(one, kind, drift),
        Owner::Group { owner, holder, name, kind } => group(owner, holder, name, kind),
    };
    in_order(list)?.iter().map(row).collect()
}

/// The positions, among the rows of [`owners`], of the people with this 12-digit number: as their
/// own or on any of their papers, perhaps without its zeros. Groups have no number of a person.
pub fn parts_of(list: &[Json<'_>], number: &str) -> Result<Vec<u16>, Problem> {
    let mut parts = Vec::new();
    for (part, owner) in (0u16..).zip(in_order(list)?) {
        if let Owner::Person(one, _) = owner
            && has_number(one, number)?
        {
            parts.push(part);
        }
    }
    Ok(parts)
}

fn in_order<'a>(list: &'a [Json<'a>]) -> Result<Vec<Owner<'a>>, Problem> {
    let mut all = Vec::new();
    for value in list {
        let owner = Fields::of(value).ok_or_else(|| Problem::new("wrong_type", "an owner must be an object"))?;
        let kind = owner.trimmed("loaiDoiTuong")?;
        match kind.as_deref().unwrap_or_default() {
            "2" => {
                let couple = owner.object("VoChong");
                let spouses = ["Chong", "Vo"].map(|part| couple.and_then(|couple| couple.object(part)));
                all.extend(spouses.into_iter().flatten().map(|spouse| Owner::Person(spouse, "couple")));
            }
            "3" => {
                let household = owner.object("HoGiaDinh");
                let head = household.and_then(|household| household.object("ChuHo"));
                all.extend(head.map(|head| Owner::Person(head, "household")));
            }
            "4" => all.push(Owner::Group { owner, holder: "ToChuc", name: "tenToChuc", kind: "organisation" }),
            "5" => all.push(Owner::Group { owner, holder: "CongDong", name: "tenCongDong", kind: "community" }),
            // A person is the default: an owner without a kind is of the oldest data.
            _ => all.extend(owner.object("CaNhan").map(|one| Owner::Person(one, "individual"))),
        }
    }
    Ok(all)
}

fn has_number(one: Fields<'_>, number: &str) -> Result<bool, Problem> {
    let is_it = |text: Option<Cow<'_, str>>| {
        text.is_some_and(|text| text.trim_start_matches('0') == number.trim_start_matches('0'))
    };
    if is_it(one.trimmed("maSoDinhDanh")?) {
        return Ok(true);
    }
    for value in one.list("ListGiayToTuyThan")? {
        let Some(paper) = Fields::of(value) else { continue };
        if is_it(paper.trimmed("soGiayTo")?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn person(one: Fields<'_>, kind: &str, drift: &Drift) -> Result<LandRightRecord, Problem> {
    drift.note(one, "CaNhan", KNOWN);
    let birth_date = match date::iso(one.trimmed("ngaySinh")?.as_deref(), "ngaySinh")? {
        Some(date) => Some(date),
        None => date::iso(one.text_not_zero("namSinh")?.as_deref(), "namSinh")?,
    };
    let (paper_number, paper_kind) = paper_of(one)?;
    Ok(LandRightRecord {
        owner_kind: Some(kind.to_owned()),
        personal_id: one.text("maSoDinhDanh")?,
        paper_number,
        paper_kind,
        name: one.text("hoTen")?,
        sex: one.trimmed("gioiTinh")?.as_deref().and_then(sex::from_land),
        birth_date,
        death_year: one.text_not_zero("namMat")?.map(Cow::into_owned),
        residence_district: one.text_not_zero("huyenId")?.map(|code| padded(&code, 3)),
        residence_commune: one.text_not_zero("xaId")?.map(|code| padded(&code, 5)),
        residence_text: one.text("diaChi")?,
        id_verified: one.flag("daDinhDanh").filter(|verified| *verified).map(|_| "true".to_owned()),
        ..LandRightRecord::default()
    })
}

/// The CMND where there is one, else the first paper.
fn paper_of(one: Fields<'_>) -> Result<(Option<String>, Option<String>), Problem> {
    let mut first = None;
    for value in one.list("ListGiayToTuyThan")? {
        let Some(paper) = Fields::of(value) else { continue };
        let (Some(number), code) = (paper.text("soGiayTo")?, paper.trimmed("loaiGiayToTuyThanId")?) else { continue };
        let is_cmnd = code.as_deref() == Some(CMND);
        if is_cmnd || first.is_none() {
            first = Some((Some(number), code.map(|code| paper::kind(&code))));
        }
        if is_cmnd {
            break;
        }
    }
    Ok(first.unwrap_or_default())
}

/// An organisation's number is no person's: it stands as a paper.
fn group(owner: Fields<'_>, holder: &str, name: &str, kind: &str) -> Result<LandRightRecord, Problem> {
    let mut row = LandRightRecord { owner_kind: Some(kind.to_owned()), ..LandRightRecord::default() };
    if let Some(group) = owner.object(holder) {
        row.name = group.text(name)?;
        row.paper_number = group.text("maSoDinhDanh")?;
        row.paper_kind = row.paper_number.is_some().then(|| "other".to_owned());
        row.residence_text = group.text("diaChi")?;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(list: Value) -> Result<Vec<LandRightRecord>, Problem> {
        let list: Vec<Json<'_>> = list.as_array().into_iter().flatten().map(Json::from).collect();
        owners(&list, &Drift::default())
    }

    #[test]
    fn a_person_is_read_from_numbers_and_texts_alike() {
        let as_text = json!([{"loaiDoiTuong": "1", "CaNhan": {"maSoDinhDanh": "099085000123", "hoTen": "Mẫu",
            "gioiTinh": "1", "ngaySinh": "05/03/1985", "namMat": "0", "xaId": "691", "huyenId": "0",
            "daDinhDanh": "true", "ListGiayToTuyThan": [
                {"loaiGiayToTuyThanId": "4", "soGiayTo": "099085000123"},
                {"loaiGiayToTuyThanId": "1", "soGiayTo": "990000123"}]}}]);
        let as_number = json!([{"LoaiDoiTuong": 1, "caNhan": {"maSoDinhDanh": "099085000123", "hoTen": "Mẫu",
            "gioiTinh": true, "ngaySinh": "05/03/1985", "namMat": 0, "xaId": 691, "huyenId": 0,
            "daDinhDanh": true, "ListGiayToTuyThan": [{"loaiGiayToTuyThanId": 1, "soGiayTo": 990000123}]}}]);
        let rows = read(as_text).expect("an owner");
        assert!(rows == read(as_number).expect("an owner"));
        let owner = &rows[0];
        assert_eq!((owner.paper_number.as_deref(), owner.paper_kind.as_deref()), (Some("990000123"), Some("cmnd")));
        assert_eq!((owner.residence_commune.as_deref(), owner.residence_district.as_deref()), (Some("00691"), None));
        assert_eq!((owner.death_year.as_deref(), owner.id_verified.as_deref()), (None, Some("true")));
    }

    #[test]
    fn a_lost_zero_stays_lost_because_it_is_a_finding() {
        let rows = read(json!([{"CaNhan": {"maSoDinhDanh": 99085000123u64}}])).expect("an owner");
        assert_eq!(rows[0].personal_id.as_deref(), Some("99085000123"));
    }

    #[test]
    fn couples_households_and_groups_have_their_rows() {
        let rows = read(json!([
            {"loaiDoiTuong": 2, "VoChong": {"Chong": {"hoTen": "A", "namSinh": 1950}, "Vo": {"hoTen": "B"}}},
            {"loaiDoiTuong": 3, "HoGiaDinh": {"ChuHo": {"hoTen": "C"}}},
            {"loaiDoiTuong": 4, "ToChuc": {"tenToChuc": "Hợp tác xã Mẫu", "maSoDinhDanh": "HTX1"}}
        ]))
        .expect("owners");
        let seen: Vec<_> = rows.iter().map(|row| (row.owner_kind.as_deref(), row.name.as_deref())).collect();
        assert_eq!(
            seen,
            [
                (Some("couple"), Some("A")),
                (Some("couple"), Some("B")),
                (Some("household"), Some("C")),
                (Some("organisation"), Some("Hợp tác xã Mẫu")),
            ]
        );
        assert_eq!(rows[0].birth_date.as_deref(), Some("1950"));
        assert_eq!((rows[3].personal_id.as_deref(), rows[3].paper_number.as_deref()), (None, Some("HTX1")));
    }

    #[test]
    fn an_owner_is_known_by_any_paper_and_by_a_number_that_lost_its_zero() {
        let list = json!([
            {"loaiDoiTuong": 4, "ToChuc": {"maSoDinhDanh": "099085000123"}},
            {"CaNhan": {"maSoDinhDanh": 99085000123u64}},
            {"CaNhan": {"ListGiayToTuyThan": [{"loaiGiayToTuyThanId": 1, "soGiayTo": "990000123"},
                {"loaiGiayToTuyThanId": 4, "soGiayTo": "099085000123"}]}},
            {"CaNhan": {"maSoDinhDanh": "099085000124"}}
        ]);
        let list: Vec<Json<'_>> = list.as_array().into_iter().flatten().map(Json::from).collect();
        assert_eq!(parts_of(&list, "099085000123").expect("owners"), [1, 2]);
    }

    #[test]
    fn an_owner_that_cannot_be_read_is_a_problem() {
        assert_eq!(read(json!(["x"])).expect_err("a text").reason, "wrong_type");
        let bad = json!([{"CaNhan": {"ngaySinh": "1985-99"}}]);
        assert_eq!(read(bad).expect_err("no such day").reason, "bad_date");
    }
}
