//! The population database: change records and the look-up's collection.
//!
//! Traps served on purpose: names in capitals, sometimes whole in `Ten`; keys in two letter
//! cases; a year in place of a birth date; former numbers only in earlier versions.

use super::{camel, change};
use crate::days::{Minute, minute, plus};
use crate::defects::Defect;
use crate::dice::mix;
use crate::people::{DELETED, IN_POPULATION, Marital, NOBODY, Person, Relation};
use crate::shown::{Birth, Shown, address};
use crate::world::World;
use quick_xml::escape::escape;
use serde_json::{Value, json};

/// One version of one record.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub at: Minute,
    pub person: u32,
    pub version: u8,
    pub deletion: bool,
}

/// The record's key: stable, and never a personal number.
pub fn record_key(person: u32) -> String {
    format!("DC{:09}", person + 1)
}

/// All versions of all records, deletions apart, in no particular order.
pub fn changes(world: &World) -> (Vec<Change>, Vec<Change>) {
    let (mut served, mut deleted) = (Vec::with_capacity(world.people.all.len()), Vec::new());
    let today = world.settings.today;
    let last = minute(today, 1, 0);
    for (at, person) in world.people.all.iter().enumerate() {
        if !person.has(IN_POPULATION) {
            continue;
        }
        let person_at = at as u32;
        let roll = mix(world.settings.seed, at as u64);
        // Nightly batches: many records share one instant.
        let first = minute(plus(today, -40 - (roll % 400) as i32), 1, (roll >> 20) as u32 % 4 * 15);
        let first = first.max(minute(person.birth, 1, 0)).min(last);
        served.push(Change { at: first, person: person_at, version: 1, deletion: false });
        let second = (first + 1440 * (1 + (roll >> 32) as u32 % 30)).min(last);
        if person.has(DELETED) {
            deleted.push(Change { at: second.max(first + 1), person: person_at, version: 2, deletion: true });
        } else if (person.former != 0 || roll.is_multiple_of(20)) && second > first {
            served.push(Change { at: second, person: person_at, version: 2, deletion: false });
        } else if person.former != 0 {
            // Too young a record for two nights: both versions in one.
            served.push(Change { at: first, person: person_at, version: 2, deletion: false });
        }
    }
    (served, deleted)
}

pub fn entry(world: &World, item: &Change) -> Value {
    if item.deletion {
        let data = json!({"IdBanGhi": record_key(item.person)});
        return change("G02_001", "CSDLQGVDC", data, "DELETE", u32::from(item.version), item.at);
    }
    let person = &world.people.all[item.person as usize];
    let mut data = citizen(world, item.person, item.version);
    data["IdBanGhi"] = Value::String(record_key(item.person));
    let event = if item.version == 1 { "NEW" } else { "UPDATE" };
    let value = change("G02_001", "CSDLQGVDC", data, event, u32::from(item.version), item.at);
    if mix(person.number, 5).is_multiple_of(3) { camel(value) } else { value }
}

fn citizen(world: &World, at: u32, version: u8) -> Value {
    let person = &world.people.all[at as usize];
    let defect = world.marks.population.get(&at);
    let mut shown = Shown::of(world, person, defect);
    if version == 1 && person.former != 0 {
        shown.number = crate::numbers::number_text(person.former);
    }
    let (surname, middle, given) = name_parts(world, person);
    let place = address(world, shown.residence, person.hamlet);
    let mut residence = json!({
        "MaTinhThanh": place.province_code,
        "MaPhuongXa": place.commune_code,
        "ChiTiet": place.detail,
        "QuocGia": "VN",
    });
    if !place.district_code.is_empty() {
        residence["MaQuanHuyen"] = json!(place.district_code);
    }
    let marital =
        if defect.is_some_and(|d| matches!(d, Defect::StillSingle)) { Marital::Single } else { person.marital };
    let head = world.people.households.get(person.household as usize).map_or(NOBODY, |h| h.head);
    json!({
        "SoDinhDanh": shown.number,
        "SoCMND": cmnd(person),
        "HoVaTen": {"Ho": surname, "ChuDem": middle, "Ten": given},
        "GioiTinh": if shown.male { "1" } else { "2" },
        "DanToc": format!("{:02}", shown.ethnicity),
        "TonGiao": "00",
        "TinhTrangHonNhan": (marital as u8).to_string(),
        "NgayThangNamSinh": birth(shown.birth),
        "ThuongTru": residence,
        "QuocTich": "VN",
        "Cha": relative(world, person.father),
        "Me": relative(world, person.mother),
        "VoChong": relative(world, person.spouse),
        "ChuHo": {
            "HoVaTen": relative_name(world, head),
            "SoDinhDanh": relative_number(world, head),
            "QuanHe": relation(person),
        },
        "SoSoHoKhau": household_number(world, person),
    })
}

fn cmnd(person: &Person) -> String {
    if person.cmnd == 0 { String::new() } else { format!("{:09}", person.cmnd) }
}

pub(crate) fn household_number(world: &World, person: &Person) -> String {
    if person.household == NOBODY {
        String::new()
    } else {
        format!("{}{:07}", world.settings.province, person.household)
    }
}

fn relation(person: &Person) -> &'static str {
    match person.relation {
        Relation::Head => "CH01",
        Relation::Spouse => "CH02",
        Relation::Child => "CH03",
        Relation::Parent => "CH04",
    }
}

/// One name in eight stands whole in the last part.
fn name_parts(world: &World, person: &Person) -> (String, String, String) {
    let names = &world.names;
    if mix(person.number, 3).is_multiple_of(8) {
        return (String::new(), String::new(), names.full(person.name).to_uppercase());
    }
    let part = |at| names.part(at).to_uppercase();
    (part(person.name.surname), part(person.name.middle), part(person.name.given))
}

fn birth(birth: Birth) -> Value {
    match birth {
        Birth::Full(d) => json!({
            "Nam": d.year().to_string(),
            "NgayThangNam": format!("{:04}{:02}{:02}", d.year(), d.month(), d.day()),
        }),
        Birth::Month(d) | Birth::Year(d) => json!({"Nam": d.year().to_string(), "NgayThangNam": ""}),
    }
}

fn relative_name(world: &World, at: u32) -> String {
    world.people.all.get(at as usize).map_or_else(String::new, |p| world.names.full(p.name).to_uppercase())
}

fn relative_number(world: &World, at: u32) -> String {
    world.people.all.get(at as usize).map_or_else(String::new, |p| crate::numbers::number_text(p.number))
}

fn relative(world: &World, at: u32) -> Value {
    if at == NOBODY {
        return json!({"HoVaTen": "", "SoDinhDanh": ""});
    }
    json!({"HoVaTen": relative_name(world, at), "QuocTich": "VN", "SoDinhDanh": relative_number(world, at)})
}

/// The answer of a look-up: `None` is an empty collection.
pub fn collection(world: &World, person: Option<u32>, as_of: &str) -> String {
    let count = u8::from(person.is_some());
    let mut xml = format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
         <ns1:CongdanCollection xmlns:ns1=\"http://www.mic.gov.vn/dancu/1.0\" SoCongDan=\"{count}\" ThoiDiemDuLieu=\"{as_of}\">"
    );
    if let Some(at) = person {
        xml.push_str("<ns1:CongDan>");
        let citizen = citizen(world, at, 2);
        for field in ORDER {
            element(&mut xml, field, &citizen[*field]);
        }
        xml.push_str("</ns1:CongDan>");
    }
    xml.push_str("</ns1:CongdanCollection></soapenv:Body></soapenv:Envelope>");
    xml
}

/// The answer of a verification.
pub fn verdict(exists: bool) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
         <ns1:KetQuaXacThucResponse xmlns:ns1=\"http://dancuquocgia.bca\"><ns1:TonTai>{exists}</ns1:TonTai>\
         </ns1:KetQuaXacThucResponse></soapenv:Body></soapenv:Envelope>"
    )
}

/// Elements of one citizen, in the order of the schema.
const ORDER: &[&str] = &[
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "GioiTinh",
    "DanToc",
    "TonGiao",
    "TinhTrangHonNhan",
    "NgayThangNamSinh",
    "ThuongTru",
    "QuocTich",
    "Cha",
    "Me",
    "VoChong",
    "ChuHo",
    "SoSoHoKhau",
];

/// Children in the order of the schema; what is not listed keeps its own.
const CHILDREN: &[&str] = &[
    "Ho",
    "ChuDem",
    "Ten",
    "Nam",
    "NgayThangNam",
    "MaTinhThanh",
    "MaQuanHuyen",
    "MaPhuongXa",
    "ChiTiet",
    "QuocGia",
    "HoVaTen",
    "QuanHe",
    "QuocTich",
    "SoDinhDanh",
];

fn element(xml: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            xml.push_str(&format!("<ns1:{name}>"));
            for child in CHILDREN {
                if let Some(value) = map.get(*child) {
                    element(xml, child, value);
                }
            }
            xml.push_str(&format!("</ns1:{name}>"));
        }
        Value::String(text) if text.is_empty() => xml.push_str(&format!("<ns1:{name}/>")),
        Value::String(text) => xml.push_str(&format!("<ns1:{name}>{}</ns1:{name}>", escape(text.as_str()))),
        _ => {}
    }
}
