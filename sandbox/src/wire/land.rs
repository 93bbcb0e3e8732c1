//! The land system: certificates with their owners and parcels.
//!
//! Traps served on purpose: numbers now as numbers, now as texts; commune codes as integers that
//! lost their zeros; owners in a shape of their own for each kind.

use crate::days::minute_text;
use crate::defects::{Defect, of_slot};
use crate::dice::mix;
use crate::land::{Certificate, OwnerKind, certificate_id, serial_text};
use crate::shown::{Residence, Shown, address, day_text};
use crate::world::World;
use serde_json::{Value, json};

pub fn record(world: &World, at: u32) -> Value {
    let certificate = &world.certificates[at as usize];
    let defect = of_slot(&world.marks.land, at, 0);
    json!({
        "GiayChungNhan": document(world, at, certificate, defect),
        "ChuSoHuu": [owner(world, at, certificate)],
        "TaiSan": [parcel(world, at, certificate, defect)],
    })
}

/// A number, in one record of three as text.
fn loose(at: u32, number: u64) -> Value {
    if at.is_multiple_of(3) { json!(number.to_string()) } else { json!(number) }
}

/// A commune code as an integer.
fn unit_number(at: u32, code: &str) -> Value {
    loose(at, code.parse().unwrap_or_default())
}

/// Square metres from tenths.
fn area(at: u32, tenths: u32) -> Value {
    let metres = f64::from(tenths) / 10.0;
    if at.is_multiple_of(4) { json!(format!("{metres}")) } else { json!(metres) }
}

fn document(world: &World, at: u32, certificate: &Certificate, defect: Option<&Defect>) -> Value {
    let serial = serial_text(certificate.serial, certificate.issued);
    let serial = match defect {
        Some(Defect::SerialStyle(0)) => serial.replace(' ', ""),
        Some(Defect::SerialStyle(1)) => serial.to_lowercase(),
        Some(Defect::SerialStyle(2)) => serial.replace(' ', "  "),
        Some(Defect::SerialStyle(_)) => serial.replace(' ', "-"),
        _ => serial,
    };
    let (sheet, parcel) = match defect {
        Some(Defect::OldSheet(sheet, parcel)) => (*sheet, *parcel),
        _ => (certificate.sheet, certificate.parcel),
    };
    let note = match defect {
        Some(Defect::NotScanned) => "Hồ sơ chưa đồng bộ thông tin ba khối",
        Some(Defect::OriginalsKept) => "Hồ sơ gốc chưa bàn giao cho xã mới",
        _ if mix(u64::from(at), 2).is_multiple_of(9) => "Đang thế chấp tại ngân hàng",
        _ => "",
    };
    let register = if certificate.owner_kind == OwnerKind::Organisation { "CT" } else { "CH" };
    json!({
        "giayChungNhanId": loose(at, certificate_id(at)),
        "soPhatHanh": serial,
        "soVaoSo": format!("{register} {:05}", at % 100_000),
        "ngayVaoSo": day_text(certificate.issued, '/'),
        "tinhTrangGiayChungNhan": 1,
        "xaId": unit_number(at, &world.places.communes[usize::from(certificate.commune)].code),
        "version": loose(at, u64::from(at % 3) + 1),
        "isLastest": true,
        "ngayCapNhat": minute_text(certificate.updated),
        "ghiChu": note,
        "soToCu": sheet.to_string(),
        "soThuaCu": parcel.to_string(),
    })
}

pub fn parcel_id(at: u32) -> u64 {
    7_000_000 + u64::from(at)
}

fn parcel(world: &World, at: u32, certificate: &Certificate, defect: Option<&Defect>) -> Value {
    let commune = &world.places.communes[usize::from(certificate.commune)];
    let origin = world.places.origin_code(certificate.origin, certificate.commune);
    let (sheet, parcel) = (certificate.sheet, certificate.parcel);
    let legal = if let Some(Defect::LegalArea(tenths)) = defect { *tenths } else { certificate.legal_area };
    let purpose = ["ONT", "LUC", "CLN", "RSX"][(mix(u64::from(at), 4) % 4) as usize];
    let place = address(world, Residence::Today(certificate.commune), (at % 14) as u8 + 1);
    json!({
        "thuaDatId": loose(at + 1, parcel_id(at)),
        "xaId": unit_number(at + 1, &commune.code),
        "soHieuToBanDo": loose(at, u64::from(sheet)),
        "soThuTuThua": loose(at, u64::from(parcel)),
        "soHieuToBanDoCu": "",
        "soThuTuThuaCu": "",
        "maThua": format!("{origin}_{sheet}_{parcel}"),
        "dienTich": area(at, certificate.area),
        "dienTichPhapLy": area(at + 1, legal),
        "diaChi": place.text(),
        "ListMucDichSuDung": [{"loaiMucDichSuDungId": purpose, "dienTich": area(at, certificate.area)}],
    })
}

fn owner(world: &World, at: u32, certificate: &Certificate) -> Value {
    match certificate.owner_kind {
        OwnerKind::Individual => {
            json!({"loaiDoiTuong": loose(at, 1), "CaNhan": person(world, at, certificate, certificate.owner, 0)})
        }
        OwnerKind::Couple => json!({"loaiDoiTuong": loose(at, 2), "VoChong": {
            "chongId": owner_id(certificate.owner),
            "voId": owner_id(certificate.wife),
            "Chong": person(world, at, certificate, certificate.owner, 0),
            "Vo": person(world, at, certificate, certificate.wife, 1),
        }}),
        OwnerKind::Household => json!({"loaiDoiTuong": loose(at, 3), "HoGiaDinh": {
            "chuHoId": owner_id(certificate.owner),
            "ChuHo": person(world, at, certificate, certificate.owner, 0),
        }}),
        OwnerKind::Organisation => json!({"loaiDoiTuong": loose(at, 4), "ToChuc": {
            "tenToChuc": format!("Hợp tác xã nông nghiệp số {}", at + 1),
            "maSoDinhDanh": format!("HTX-{:06}", at + 1),
        }}),
    }
}

/// The numbers that the owners of a certificate are found by, as the record shows them.
pub fn owner_numbers(world: &World, at: u32) -> Vec<String> {
    let certificate = &world.certificates[at as usize];
    let owners = match certificate.owner_kind {
        OwnerKind::Organisation => &[][..],
        OwnerKind::Couple => &[(certificate.owner, 0), (certificate.wife, 1)][..],
        OwnerKind::Individual | OwnerKind::Household => &[(certificate.owner, 0)][..],
    };
    let number = |(who, slot): &(u32, u8)| {
        let shown = Shown::of(world, &world.people.all[*who as usize], of_slot(&world.marks.land, at, *slot));
        if shown.number.is_empty() { shown.cmnd } else { shown.number }
    };
    owners.iter().map(number).collect()
}

fn owner_id(person: u32) -> u64 {
    5_000_000 + u64::from(person)
}

fn person(world: &World, at: u32, certificate: &Certificate, who: u32, slot: u8) -> Value {
    let person = &world.people.all[who as usize];
    let defect = of_slot(&world.marks.land, at, slot);
    let shown = Shown::of(world, person, defect);
    let place = address(world, shown.residence, person.hamlet);
    let (paper_kind, paper) =
        if shown.number.is_empty() { (1, shown.cmnd.as_str()) } else { (4, shown.number.as_str()) };
    let mut value = json!({
        "caNhanId": loose(at, owner_id(who)),
        "maSoDinhDanh": shown.number,
        "hoTen": owner_name(world, who, &shown, defect),
        "gioiTinh": if shown.male { 1 } else { 2 },
        "ngaySinh": shown.birth.text('/'),
        "namSinh": loose(at, shown.birth.year() as u64),
        "danTocId": loose(at, u64::from(shown.ethnicity)),
        "xaId": unit_number(at, place.commune_code),
        "huyenId": unit_number(at, if place.district_code.is_empty() { "0" } else { place.district_code }),
        "diaChi": place.text(),
        "daDinhDanh": !shown.number.is_empty(),
        "ListGiayToTuyThan": [{"loaiGiayToTuyThanId": loose(at, paper_kind), "soGiayTo": paper}],
    });
    if certificate.death_known && slot == 0 {
        value["namMat"] = person.died.map_or(Value::Null, |died| loose(at, died.year() as u64));
    }
    value
}

/// A household or a couple written into the name of one person.
fn owner_name(world: &World, who: u32, shown: &Shown, defect: Option<&Defect>) -> String {
    let Some(Defect::OwnerStyle(style)) = defect else { return shown.name.clone() };
    let person = &world.people.all[who as usize];
    let title = if person.male { "ông" } else { "bà" };
    let spouse = world.people.all.get(person.spouse as usize).map(|s| world.names.full(s.name));
    match (style, spouse) {
        (1, Some(other)) if person.male => format!("Ông {} và bà {other}", shown.name),
        (2, Some(other)) if person.male => format!("{} và vợ {other}", shown.name),
        _ => format!("Hộ {title} {}", shown.name),
    }
}
