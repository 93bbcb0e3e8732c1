//! The civil-status registers: entries in a feed, and the fate of linked cases.
//!
//! Traps served on purpose: JSON in a string in JSON; two code lists for ethnicity; dates with
//! dots; the number of a dead person in a free field for any paper.

use super::change;
use super::civil_newer::newer;
use crate::cases::{Case, NO_EVENT, Status, case_code, national_code};
use crate::civil::{Event, EventKind, event_key};
use crate::days::Minute;
use crate::defects::{Defect, of_slot};
use crate::dice::mix;
use crate::numbers::number_text;
use crate::people::NOBODY;
use crate::shown::{Shown, address, day_text};
use crate::world::World;
use serde_json::{Map, Value, json};

/// One version of an entry of the register.
#[derive(Debug, Clone, Copy)]
pub struct Served {
    pub event: u32,
    pub at: Minute,
    pub version: u32,
    /// The child's number is not there yet.
    pub waits: bool,
}

pub fn entry(world: &World, served: &Served, is_newer: bool) -> Value {
    let at = served.event;
    let event = &world.events[at as usize];
    let mut content = match event.kind {
        EventKind::Birth => birth(world, at, event),
        EventKind::Death => death(world, at, event),
        EventKind::Marriage => marriage(world, at, event),
    };
    if served.waits {
        put(&mut content, "soDinhDanh", Value::Null);
    }
    if is_newer {
        content = newer(content);
    }
    let data = json!({
        "IdBanGhi": event_key(at),
        "maDonVi": world.places.communes[usize::from(event.commune)].code,
        "module": event.kind.module(),
        "data": Value::Object(content).to_string(),
    });
    let kind = if served.version == 1 { "NEW" } else { "UPDATE" };
    change("G03", "HTDT", data, kind, served.version, served.at)
}

/// The number of a birth, as the register has it.
pub fn number_of(world: &World, at: u32) -> Option<String> {
    let event = &world.events[at as usize];
    let child = (event.kind == EventKind::Birth).then(|| &world.people.all[event.principal as usize])?;
    let shown = Shown::of(world, child, of_slot(&world.marks.civil, at, 0));
    Some(shown.number).filter(|number| !number.is_empty())
}

fn put(map: &mut Map<String, Value>, key: impl Into<String>, value: impl Into<Value>) {
    map.insert(key.into(), value.into());
}

/// The entry's place in the register.
fn register(world: &World, at: u32, event: &Event) -> Map<String, Value> {
    let mut map = Map::new();
    put(&mut map, "loaiDangKy", "1");
    put(&mut map, "noiDangKy", world.places.communes[usize::from(event.commune)].code.as_str());
    put(&mut map, "soDangKy", format!("{}/{}", at % 900 + 1, event.registered.year()));
    put(&mut map, "quyenSo", format!("{:02}/{}", at % 4 + 1, event.registered.year()));
    put(&mut map, "trangSo", (at % 200 + 1).to_string());
    put(&mut map, "ngayDangKy", day_text(event.registered, '.'));
    map
}

/// `01` in older entries, `63001` in newer ones.
fn ethnicity(code: u8, at: u32) -> String {
    if at.is_multiple_of(2) { format!("{code:02}") } else { format!("63{code:03}") }
}

fn residence(world: &World, shown: &Shown, hamlet: u8) -> Value {
    let place = address(world, shown.residence, hamlet);
    json!({"maTinh": place.province_code, "maXa": place.commune_code, "dcChiTiet": place.detail})
}

fn birth(world: &World, at: u32, event: &Event) -> Map<String, Value> {
    let child = &world.people.all[event.principal as usize];
    let defect = of_slot(&world.marks.civil, at, 0);
    let shown = Shown::of(world, child, defect);
    let mut map = register(world, at, event);
    put(&mut map, "nksHoTen", if at.is_multiple_of(3) { shown.name.to_uppercase() } else { shown.name });
    put(&mut map, "nksGioiTinh", if shown.male { 1 } else { 2 });
    put(&mut map, "nksNgaySinh", shown.birth.text('.'));
    put(&mut map, "nksDanToc", ethnicity(shown.ethnicity, at));
    put(&mut map, "nksQuocTich", "VN");
    put(&mut map, "nksLoaiKhaiSinh", "1");
    put(&mut map, "soDinhDanh", if shown.number.is_empty() { Value::Null } else { Value::String(shown.number) });
    for (prefix, parent) in [("cha", child.father), ("me", child.mother)] {
        let Some(person) = (parent != NOBODY).then(|| &world.people.all[parent as usize]) else { continue };
        let name = match (prefix, defect) {
            ("cha", Some(Defect::Father(name))) | ("me", Some(Defect::Mother(name))) => name.to_string(),
            _ => world.names.full(person.name),
        };
        put(&mut map, format!("{prefix}HoTen"), name);
        put(&mut map, format!("{prefix}NgaySinh"), day_text(person.birth, '.'));
        put(&mut map, format!("{prefix}DanToc"), ethnicity(person.ethnicity, at));
        put(&mut map, format!("{prefix}QuocTich"), "VN");
        put(&mut map, format!("{prefix}LoaiGiayToTuyThan"), 4);
        put(&mut map, format!("{prefix}SoGiayToTuyThan"), number_text(person.number));
        put(&mut map, format!("{prefix}SoDDCN"), number_text(person.number));
    }
    map
}

fn death(world: &World, at: u32, event: &Event) -> Map<String, Value> {
    let person = &world.people.all[event.principal as usize];
    let shown = Shown::of(world, person, of_slot(&world.marks.civil, at, 0));
    let mut map = register(world, at, event);
    let (kind, paper) = if shown.number.is_empty() { (1, shown.cmnd.clone()) } else { (4, shown.number.clone()) };
    put(&mut map, "nktNoiCuTru", residence(world, &shown, person.hamlet));
    put(&mut map, "nktHoTen", shown.name);
    put(&mut map, "nktGioiTinh", if shown.male { 1 } else { 2 });
    put(&mut map, "nktNgaySinh", shown.birth.text('.'));
    put(&mut map, "nktDanToc", ethnicity(shown.ethnicity, at));
    put(&mut map, "nktQuocTich", "VN");
    put(&mut map, "nktLoaiGiayToTuyThan", kind);
    put(&mut map, "nktSoGiayToTuyThan", paper);
    put(&mut map, "nktNgayChet", day_text(event.happened, '.'));
    put(&mut map, "nktNguyenNhanChet", "");
    put(&mut map, "gbtLoai", 1);
    map
}

fn marriage(world: &World, at: u32, event: &Event) -> Map<String, Value> {
    let mut map = register(world, at, event);
    put(&mut map, "ngayXacLapQuanHeHonNhan", day_text(event.happened, '.'));
    for (slot, prefix, person) in [(0, "chong", event.principal), (1, "vo", event.wife)] {
        let person = &world.people.all[person as usize];
        let shown = Shown::of(world, person, of_slot(&world.marks.civil, at, slot));
        put(&mut map, format!("{prefix}NoiCuTru"), residence(world, &shown, person.hamlet));
        put(&mut map, format!("{prefix}HoTen"), shown.name);
        put(&mut map, format!("{prefix}NgaySinh"), shown.birth.text('.'));
        put(&mut map, format!("{prefix}DanToc"), ethnicity(shown.ethnicity, at));
        put(&mut map, format!("{prefix}QuocTich"), "VN");
        put(&mut map, format!("{prefix}LoaiGiayToTuyThan"), 4);
        put(&mut map, format!("{prefix}SoGiayToTuyThan"), shown.number.as_str());
        put(&mut map, format!("{prefix}SoDDCN"), shown.number);
        put(&mut map, format!("{prefix}SoLanKH"), 1);
    }
    map
}

/// What the civil-status system knows of a linked case: nothing of those that were cancelled.
/// `number` is what it says of a new-born's, where it says anything.
pub fn result(world: &World, at: u32, case: &Case, number: impl Fn(u32) -> Option<Value>) -> Option<Value> {
    let waiting = matches!(of_slot(&world.marks.one_stop, at, 0), Some(Defect::StillWaiting));
    let state = match case.status {
        _ if waiting => 1,
        Status::Processing => {
            if mix(u64::from(at), 9).is_multiple_of(2) {
                1
            } else {
                3
            }
        }
        Status::Supplement => 2,
        Status::Done | Status::Returned => 4,
        Status::Refused => 6,
        Status::Cancelled => return None,
    };
    let mut outcome = Map::new();
    if state == 4 && case.event != NO_EVENT {
        outcome = register(world, case.event, &world.events[case.event as usize]);
        if let Some(number) = number(case.event) {
            put(&mut outcome, "soDinhDanh", number);
        }
    }
    let module = case.procedure().linked?.module();
    Some(json!({
        "maDonVi": world.places.communes[usize::from(case.commune)].code,
        "maTinh": world.places.province.as_str(),
        "module": module,
        "maHoSoLT": national_code(case),
        "maHoSoMCDT": case_code(&world.places, case),
        "trangThai": state,
        "thoiGianThucHien": format!("{} 10:00:00", day_text(case.completed.unwrap_or(case.accepted), '/')),
        "ghiChu": "",
        "ketQuaXuLy": outcome,
    }))
}
