//! The one-stop system: cases as rows of a Spring slice.
//!
//! Traps served on purpose: offsets without a colon; two codes for one case; statuses that no
//! list explains.

use crate::cases::{Case, NO_CASE, Status, agency_code, case_code, national_code};
use crate::days::{Minute, minute_text};
use crate::defects::of_slot;
use crate::dice::mix;
use crate::shown::{Shown, address};
use crate::world::World;
use jiff::civil::Date;
use serde_json::{Value, json};

/// `2026-11-24T08:30:00.000+0700`
pub fn instant(at: Minute) -> String {
    format!("{}.000+0700", minute_text(at))
}

fn day(date: Date, hour: u8) -> String {
    format!("{date}T{hour:02}:30:00.000+0700")
}

/// 24 hex digits.
pub fn record_key(case: u32) -> String {
    format!("65f0{:08x}{:012x}", case, mix(u64::from(case), 12) & 0xffff_ffff_ffff)
}

pub fn record(world: &World, at: u32) -> Value {
    let case = &world.cases[at as usize];
    let procedure = case.procedure();
    let commune = &world.places.communes[usize::from(case.commune)];
    let (code, national) = codes(world, at, case);
    let status = match case.status {
        Status::Processing => "Đang xử lý",
        Status::Supplement => "Chờ bổ sung",
        Status::Done => "Đã có kết quả",
        Status::Returned => "Đã trả kết quả",
        Status::Cancelled => "Đã hủy",
        Status::Refused => "Từ chối giải quyết",
    };
    json!({
        "id": record_key(at),
        "code": code,
        "nationCode": national,
        "isDVCLT": case.is_linked(),
        "agency": {
            "id": commune.code,
            "code": agency_code(&world.places, case.commune),
            "name": format!("Ủy ban nhân dân {}", commune.full_name),
        },
        "procedure": {"id": format!("{:024x}", case.procedure), "code": procedure.code, "name": procedure.name},
        "applicant": {"data": applicant(world, at, case)},
        "appliedDate": day(case.accepted, 7),
        "acceptedDate": day(case.accepted, 8),
        "appointmentDate": day(case.appointment, 16),
        "completedDate": case.completed.map_or(Value::Null, |date| json!(day(date, 15))),
        "updatedDate": instant(case.updated),
        "dossierStatus": {"id": case.status as u8, "name": status},
        "dataType": procedure.linked.map_or("", |kind| kind.module()),
    })
}

/// Its own code and, for linked cases, the national one; an echo has only the latter.
fn codes(world: &World, at: u32, case: &Case) -> (String, String) {
    if case.echo_of != NO_CASE {
        return (national_code(case), String::new());
    }
    let national = if case.is_linked() || at.is_multiple_of(5) { national_code(case) } else { String::new() };
    (case_code(&world.places, case), national)
}

fn applicant(world: &World, at: u32, case: &Case) -> Value {
    let person = &world.people.all[case.applicant as usize];
    let shown = Shown::of(world, person, of_slot(&world.marks.one_stop, at, 0));
    let place = address(world, shown.residence, person.hamlet);
    json!({
        "fullname": if at.is_multiple_of(2) { shown.name.to_uppercase() } else { shown.name },
        "identityNumber": if shown.number.is_empty() { shown.cmnd } else { shown.number },
        "birthday": shown.birth.text('/'),
        "gender": if shown.male { 1 } else { 2 },
        "address": place.detail,
        "province": place.province_code,
        "district": place.district_code,
        "ward": place.commune_code,
        "wardName": place.commune_name,
    })
}
