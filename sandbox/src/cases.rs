//! Cases at the one-stop centres: open and done, some with an appointment tomorrow, some tied to
//! an entry of the civil-status registers. Applicants live.

use crate::civil::{Event, EventKind};
use crate::days::{Minute, days_between, minute, plus};
use crate::dice::Dice;
use crate::people::{NOBODY, People};
use crate::places::Places;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// No register entry.
pub const NO_EVENT: u32 = u32::MAX;
/// Not the echo of another case.
pub const NO_CASE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Processing = 2,
    Supplement = 3,
    Done = 4,
    Returned = 5,
    Cancelled = 6,
    Refused = 12,
}

impl Status {
    pub fn is_open(self) -> bool {
        matches!(self, Self::Processing | Self::Supplement)
    }

    pub fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Returned)
    }
}

pub struct Procedure {
    pub code: &'static str,
    pub name: &'static str,
    pub linked: Option<EventKind>,
}

pub const PROCEDURES: [Procedure; 9] = [
    Procedure {
        code: "2.000986",
        name: "Liên thông đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi",
        linked: Some(EventKind::Birth),
    },
    Procedure {
        code: "2.002622",
        name: "Liên thông đăng ký khai tử, xóa đăng ký thường trú, trợ cấp mai táng",
        linked: Some(EventKind::Death),
    },
    Procedure { code: "1.000894", name: "Đăng ký kết hôn", linked: Some(EventKind::Marriage) },
    Procedure { code: "1.004873", name: "Cấp giấy xác nhận tình trạng hôn nhân", linked: None },
    Procedure { code: "2.000635", name: "Cấp bản sao trích lục hộ tịch", linked: None },
    Procedure { code: "2.000815", name: "Chứng thực bản sao từ bản chính", linked: None },
    Procedure { code: "1.012783", name: "Đăng ký biến động quyền sử dụng đất", linked: None },
    Procedure { code: "1.012791", name: "Cấp đổi giấy chứng nhận quyền sử dụng đất", linked: None },
    Procedure { code: "1.001776", name: "Trợ cấp xã hội hằng tháng", linked: None },
];

#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The commune whose centre received it.
    pub commune: u16,
    pub applicant: u32,
    pub procedure: u8,
    pub status: Status,
    pub accepted: Date,
    pub appointment: Date,
    pub completed: Option<Date>,
    pub updated: Minute,
    /// Number of the day at this centre, and in the nation's list.
    pub daily: u16,
    pub national: u32,
    pub event: u32,
    /// The case that stands here again under its national code.
    pub echo_of: u32,
}

impl Case {
    pub fn procedure(&self) -> &'static Procedure {
        &PROCEDURES[usize::from(self.procedure)]
    }

    pub fn is_linked(&self) -> bool {
        self.procedure().linked.is_some()
    }
}

/// `H60`: how case codes name the province.
pub fn agency_letter(places: &Places) -> String {
    if places.province.as_str() == "08" { "H60".to_owned() } else { format!("H{}", places.province) }
}

/// `H60.014`
pub fn agency_code(places: &Places, commune: u16) -> String {
    let letter = agency_letter(places);
    let place = commune + 1;
    if places.communes.len() > 99 { format!("{letter}.{place:03}") } else { format!("{letter}.{place:02}") }
}

/// `H60.014-261124-0001`
pub fn case_code(places: &Places, case: &Case) -> String {
    format!("{}-{}-{:04}", agency_code(places, case.commune), short_day(case.accepted), case.daily)
}

/// `G22.99.14-261124-000001`
pub fn national_code(case: &Case) -> String {
    format!("G22.99.{:02}-{}-{:06}", case.commune % 100, short_day(case.accepted), case.national)
}

fn short_day(day: Date) -> String {
    format!("{:02}{:02}{:02}", day.year() % 100, day.month(), day.day())
}

pub fn generate(places: &Places, people: &People, events: &[Event], seed: u64, today: Date) -> Vec<Case> {
    let mut dice = Dice::new(seed, "cases");
    let recent: [Vec<u32>; 3] = [EventKind::Birth, EventKind::Death, EventKind::Marriage].map(|kind| {
        (0..events.len() as u32)
            .filter(|at| {
                let event = &events[*at as usize];
                event.kind == kind && days_between(event.registered, today) < 500
            })
            .collect()
    });
    let mut cases = Vec::with_capacity(people.all.len() / 6);
    for _ in 0..people.all.len() * 15 / 100 {
        let procedure = if dice.chance(0.25) { dice.below(3) } else { 3 + dice.below(PROCEDURES.len() - 3) };
        let case = match PROCEDURES[procedure].linked {
            Some(_) if dice.chance(0.8) && !recent[procedure].is_empty() => {
                let event = recent[procedure][dice.below(recent[procedure].len())];
                from_event(people, events, event, &mut dice, today)
            }
            _ => plain(people, &mut dice, today),
        };
        let Some(mut case) = case else { continue };
        case.procedure = procedure as u8;
        if dice.chance(0.12) {
            case.commune = dice.below(places.communes.len()) as u16;
        }
        cases.push(case);
    }
    cases.sort_by_key(|case| (case.accepted, case.commune, case.applicant, case.procedure));
    number(&mut cases);
    cases
}

/// Codes count up each day: in the centre, and in the nation.
fn number(cases: &mut [Case]) {
    let mut daily: BTreeMap<(Date, u16), u16> = BTreeMap::new();
    let mut national: BTreeMap<Date, u32> = BTreeMap::new();
    for case in cases {
        let count = daily.entry((case.accepted, case.commune)).or_default();
        *count += 1;
        case.daily = *count;
        let count = national.entry(case.accepted).or_default();
        *count += 1;
        case.national = *count;
    }
}

fn case(
    applicant: u32,
    commune: u16,
    status: Status,
    accepted: Date,
    appointment: Date,
    today: Date,
    dice: &mut Dice,
) -> Case {
    let completed = (!status.is_open()).then(|| appointment.min(today));
    let touched = completed.unwrap_or(accepted).min(plus(today, -1));
    Case {
        commune,
        applicant,
        procedure: 0,
        status,
        accepted,
        appointment,
        completed,
        updated: minute(touched, dice.between(8, 16) as u32, 0),
        daily: 0,
        national: 0,
        event: NO_EVENT,
        echo_of: NO_CASE,
    }
}

/// A case whose result is an entry that the register has.
fn from_event(people: &People, events: &[Event], at: u32, dice: &mut Dice, today: Date) -> Option<Case> {
    let event = &events[at as usize];
    let person = &people.all[event.principal as usize];
    let applicant = match event.kind {
        EventKind::Birth => [person.mother, person.father],
        EventKind::Death => [person.spouse, people.households.get(person.household as usize)?.head],
        EventKind::Marriage => [event.principal, event.wife],
    }
    .into_iter()
    .find(|p| *p != NOBODY && people.all[*p as usize].is_resident())?;
    let accepted = plus(event.registered, -dice.between(1, 6));
    let status = if dice.chance(0.6) { Status::Returned } else { Status::Done };
    let mut made = case(applicant, event.commune, status, accepted, event.registered, today, dice);
    made.event = at;
    Some(made)
}

fn plain(people: &People, dice: &mut Dice, today: Date) -> Option<Case> {
    let applicant = (0..8).map(|_| dice.below(people.all.len()) as u32).find(|at| {
        let p = &people.all[*at as usize];
        p.is_resident() && days_between(p.birth, today) > 18 * 366
    })?;
    let commune = people.all[applicant as usize].commune;
    if dice.chance(0.2) {
        let accepted = plus(today, -dice.between(1, 12));
        let due = if dice.chance(0.3) { 1 } else { dice.between(0, 12) };
        let status = if dice.chance(0.8) { Status::Processing } else { Status::Supplement };
        return Some(case(applicant, commune, status, accepted, plus(today, due), today, dice));
    }
    let accepted = plus(today, -dice.between(15, 480));
    let appointment = plus(accepted, dice.between(1, 12));
    let status = match dice.below(20) {
        0 => Status::Cancelled,
        1 | 2 => Status::Refused,
        3..=9 => Status::Done,
        _ => Status::Returned,
    };
    Some(case(applicant, commune, status, accepted, appointment, today, dice))
}
