//! One entry of the search: a certificate, its owners, its parcels.
//!
//! A record is one parcel under one certificate; its parts count the owners. A certificate with
//! two parcels is two records. A certificate that is not the latest is passed on as deleted: it
//! says that this record is no longer true.

use super::{owner, parcel};
use crate::read::text::padded;
use crate::read::{Drift, Fields, Json, Problem, date, instant};
use schemas::{CanonicalRecord, Envelope, LandRightRecord, Record};

const KNOWN: &[&str] = &[
    "giayChungNhanId",
    "loaiGiayChungNhanId",
    "soPhatHanh",
    "soVaoSo",
    "soVaoSoCu",
    "soHoSoGocCu",
    "ngayVaoSo",
    "tinhTrangGiayChungNhan",
    "tinhId",
    "huyenId",
    "xaId",
    "version",
    "isLastest",
    "ngayCapNhat",
    "ghiChu",
    "soToCu",
    "soThuaCu",
    "maVach",
    "maQRCode",
    "maGiayChungNhan",
    "donViCap",
    "coQuanCap",
    "tenNguoiKy",
    "ListDangKyQuyen",
];

/// Where a certificate was asked for.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In this commune: one of another is a problem.
    Commune(&'a str),
    /// In a province with these communes of today: one of elsewhere has no commune.
    Province(&'a [String]),
}

/// The rows of one owner, as [`records`] numbers them; none if the number is no owner's, or if the
/// certificate is not the latest.
pub fn rows_of(
    entry: &Json<'_>,
    number: &str,
    communes: &[String],
    drift: &Drift,
) -> Result<Vec<CanonicalRecord>, Problem> {
    let parts = owner::parts_of(Fields::record(entry)?.list("ChuSoHuu")?, number)?;
    // Somebody else's certificate is not even read.
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let rows = records(entry, Place::Province(communes), drift)?.into_iter().flatten();
    Ok(rows.filter(|row| !row.envelope.deleted && parts.contains(&row.envelope.part)).collect())
}

/// The records of one entry, each with its rows; a problem is of the whole entry.
pub fn records(entry: &Json<'_>, place: Place<'_>, drift: &Drift) -> Result<Vec<Vec<CanonicalRecord>>, Problem> {
    let entry = Fields::record(entry)?;
    let certificate =
        entry.object("GiayChungNhan").ok_or_else(|| Problem::new("no_certificate", "GiayChungNhan is missing"))?;
    let id = certificate.text("giayChungNhanId")?;
    let id = id.ok_or_else(|| Problem::new("no_key", "giayChungNhanId is missing"))?;
    read(entry, certificate, &id, place, drift).map_err(|problem| problem.of(&id))
}

fn read(
    entry: Fields<'_>,
    certificate: Fields<'_>,
    id: &str,
    place: Place<'_>,
    drift: &Drift,
) -> Result<Vec<Vec<CanonicalRecord>>, Problem> {
    drift.note(entry, "data", &["GiayChungNhan", "ChuSoHuu", "TaiSan"]);
    drift.note(certificate, "GiayChungNhan", KNOWN);
    let mut parcels = Vec::new();
    for value in entry.list("TaiSan")? {
        parcels.push(Fields::of(value).ok_or_else(|| Problem::new("wrong_type", "a parcel must be an object"))?);
    }
    let commune = commune_in(place, commune_of(certificate, &parcels)?)?;
    let updated = instant::instant(&certificate.trimmed("ngayCapNhat")?.unwrap_or_default(), "ngayCapNhat")?;
    let envelope = Envelope {
        record_key: String::new(),
        part: 0,
        commune,
        version: certificate.integer("version")?.unwrap_or(0),
        updated_at: updated.map(instant::rfc3339),
        deleted: certificate.flag("isLastest") == Some(false),
    };
    let head = head(certificate, id)?;
    let mut owners = owner::owners(entry.list("ChuSoHuu")?, drift)?;
    if owners.is_empty() {
        // A certificate without a readable owner is still a certificate.
        owners.push(LandRightRecord::default());
    }
    let mut records = Vec::new();
    for at in 0..parcels.len().max(1) {
        let mut place = head.clone();
        if let Some(parcel) = parcels.get(at) {
            parcel::fill(*parcel, certificate, &mut place, drift)?;
        }
        let record_key = format!("{id}/{}", place.parcel_id.as_deref().unwrap_or("-"));
        let envelope = Envelope { record_key, ..envelope.clone() };
        records.push(rows(&envelope, &place, &owners));
    }
    Ok(records)
}

/// The certificate says its commune; where it does not, all of its parcels must say the same.
fn commune_of(certificate: Fields<'_>, parcels: &[Fields<'_>]) -> Result<Option<String>, Problem> {
    let unit = |fields: &Fields<'_>| Ok(fields.text_not_zero("xaId")?.map(|code| padded(&code, 5)));
    if let Some(own) = unit(&certificate)? {
        return Ok(Some(own));
    }
    let mut units = parcels.iter().map(unit).collect::<Result<Vec<_>, Problem>>()?;
    units.dedup();
    Ok(if units.len() == 1 { units.remove(0) } else { None })
}

fn commune_in(place: Place<'_>, commune: Option<String>) -> Result<Option<String>, Problem> {
    match place {
        Place::Province(communes) => Ok(commune.filter(|commune| communes.contains(commune))),
        Place::Commune(asked) if commune.as_deref() == Some(asked) => Ok(commune),
        Place::Commune(_) => Err(Problem::new("wrong_commune", "xaId must be the commune that was asked for")),
    }
}

fn head(certificate: Fields<'_>, id: &str) -> Result<LandRightRecord, Problem> {
    Ok(LandRightRecord {
        certificate_id: Some(id.to_owned()),
        serial: certificate.text("soPhatHanh")?,
        register_number: certificate.text("soVaoSo")?,
        issued_on: date::iso(certificate.trimmed("ngayVaoSo")?.as_deref(), "ngayVaoSo")?,
        certificate_status: certificate.text("tinhTrangGiayChungNhan")?,
        note: certificate.text("ghiChu")?,
        ..LandRightRecord::default()
    })
}

fn rows(envelope: &Envelope, place: &LandRightRecord, owners: &[LandRightRecord]) -> Vec<CanonicalRecord> {
    if envelope.deleted {
        let record = Record::LandRight(LandRightRecord::default());
        return vec![CanonicalRecord { envelope: envelope.clone(), record }];
    }
    (0u16..)
        .zip(owners)
        .map(|(part, owner)| CanonicalRecord {
            envelope: Envelope { part, ..envelope.clone() },
            record: Record::LandRight(joined(place.clone(), owner)),
        })
        .collect()
}

/// The place's columns with the owner's.
fn joined(place: LandRightRecord, owner: &LandRightRecord) -> LandRightRecord {
    let owner = owner.clone();
    LandRightRecord {
        owner_kind: owner.owner_kind,
        personal_id: owner.personal_id,
        paper_number: owner.paper_number,
        paper_kind: owner.paper_kind,
        name: owner.name,
        sex: owner.sex,
        birth_date: owner.birth_date,
        death_year: owner.death_year,
        residence_province: owner.residence_province,
        residence_district: owner.residence_district,
        residence_commune: owner.residence_commune,
        residence_commune_name: owner.residence_commune_name,
        residence_detail: owner.residence_detail,
        residence_text: owner.residence_text,
        id_verified: owner.id_verified,
        ..place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn entry() -> Value {
        json!({
            "GiayChungNhan": {"giayChungNhanId": 7, "soPhatHanh": "AA 00000001", "soVaoSo": "CH 00123",
                "ngayVaoSo": "05/03/2020", "tinhTrangGiayChungNhan": 1, "xaId": 691, "version": "3",
                "isLastest": true, "ngayCapNhat": "2026-10-07T08:00:00"},
            "ChuSoHuu": [{"loaiDoiTuong": 2, "VoChong": {"Chong": {"hoTen": "A"}, "Vo": {"hoTen": "B"}}}],
            "TaiSan": [{"thuaDatId": 1, "xaId": 691, "soHieuToBanDo": 12, "soThuTuThua": 345},
                {"thuaDatId": "2", "xaId": "691"}]
        })
    }

    fn read(entry: &Value) -> Result<Vec<Vec<CanonicalRecord>>, Problem> {
        records(&Json::from(entry), Place::Commune("00691"), &Drift::default())
    }

    #[test]
    fn each_parcel_is_a_record_and_each_owner_a_part_of_it() {
        let records = read(&entry()).expect("a certificate");
        let names: Vec<Vec<(&str, u16)>> = records
            .iter()
            .map(|rows| rows.iter().map(|row| (row.envelope.record_key.as_str(), row.envelope.part)).collect())
            .collect();
        assert_eq!(names, [[("7/1", 0), ("7/1", 1)], [("7/2", 0), ("7/2", 1)]]);
        let row = &records[0][1];
        assert_eq!((row.envelope.version, row.envelope.commune.as_deref()), (3, Some("00691")));
        assert_eq!(row.envelope.updated_at.as_deref(), Some("2026-10-07T08:00:00+07:00"));
        let Record::LandRight(right) = &row.record else { panic!("a right") };
        assert_eq!((right.name.as_deref(), right.sheet.as_deref()), (Some("B"), Some("12")));
        assert_eq!((right.issued_on.as_deref(), right.certificate_id.as_deref()), (Some("2020-03-05"), Some("7")));
    }

    #[test]
    fn a_certificate_that_is_not_the_latest_is_passed_on_as_deleted() {
        let mut old = entry();
        old["GiayChungNhan"]["isLastest"] = json!("false");
        let records = read(&old).expect("a certificate");
        assert!(records.iter().all(|rows| rows.len() == 1 && rows[0].envelope.deleted));
    }

    #[test]
    fn a_certificate_without_owner_or_parcel_is_not_lost() {
        let mut bare = entry();
        bare["ChuSoHuu"] = json!([]);
        bare["TaiSan"] = json!(null);
        let records = read(&bare).expect("a certificate");
        assert_eq!((records.len(), records[0].len(), records[0][0].envelope.record_key.as_str()), (1, 1, "7/-"));
    }

    fn of(entry: &Value, number: &str) -> Result<Vec<CanonicalRecord>, Problem> {
        rows_of(&Json::from(entry), number, &["00691".into()], &Drift::default())
    }

    #[test]
    fn an_owner_gets_the_own_rows_and_not_those_of_the_spouse() {
        let mut entry = entry();
        entry["ChuSoHuu"][0]["VoChong"]["Vo"]["maSoDinhDanh"] = json!("099185000456");
        let rows = of(&entry, "099185000456").expect("readable");
        assert_eq!(rows.iter().map(|row| row.envelope.part).collect::<Vec<_>>(), [1, 1], "one for each parcel");
        assert!(of(&entry, "099085000123").expect("somebody else").is_empty());
        entry["GiayChungNhan"]["isLastest"] = json!(false);
        assert!(of(&entry, "099185000456").expect("readable").is_empty(), "no longer true");
    }

    #[test]
    fn in_the_province_each_certificate_has_its_own_commune_and_one_of_elsewhere_none() {
        let mut entry = entry();
        entry["ChuSoHuu"][0]["VoChong"]["Chong"]["maSoDinhDanh"] = json!("099085000123");
        let commune = |entry: &Value| of(entry, "099085000123").expect("readable")[0].envelope.commune.clone();
        assert_eq!(commune(&entry).as_deref(), Some("00691"));
        entry["GiayChungNhan"]["xaId"] = json!(9999);
        assert_eq!(commune(&entry), None);
        entry["GiayChungNhan"]["xaId"] = json!(0);
        assert_eq!(commune(&entry).as_deref(), Some("00691"), "as its parcels say");
    }

    #[test]
    fn another_communes_certificate_and_broken_ones_are_problems() {
        let change = |pointer: &str, value: Value| {
            let mut changed = entry();
            *changed.pointer_mut(pointer).expect(pointer) = value;
            read(&changed).expect_err(pointer).reason
        };
        assert_eq!(change("/GiayChungNhan/xaId", json!(694)), "wrong_commune");
        assert_eq!(change("/GiayChungNhan/giayChungNhanId", json!(null)), "no_key");
        assert_eq!(change("/GiayChungNhan", json!(null)), "no_certificate");
        assert_eq!(change("/GiayChungNhan/ngayVaoSo", json!("31/02/2020")), "bad_date");
        assert_eq!(change("/GiayChungNhan/ngayCapNhat", json!("soon")), "bad_date");
        assert_eq!(change("/TaiSan", json!("x")), "wrong_type");
    }
}
