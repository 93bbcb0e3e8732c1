//! Defects of what a record says of a person: the same kinds in every source that can have them.

use super::{Defect, Mark, Planter};
use crate::civil::{EventKind, event_key};
use crate::days::plus;
use crate::land::{OwnerKind, certificate_id};
use crate::names::tables::NATION_NAMES;
use crate::numbers::number_text;
use crate::people::{NOBODY, Person, SHARED_CMND};
use crate::spelling::{fold, misspellings};
use crate::truth::{CIVIL_STATUS, COMMUNE_FILES, LAND, ONE_STOP, PlantedLink};
use crate::wire::{land, one_stop};
use crate::world::World;
use jiff::civil::Date;
use schemas::{FindingKind as K, Subject};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Civil,
    Land,
    OneStop,
    Lists,
}

impl Source {
    pub(super) const ALL: [Source; 4] = [Self::Civil, Self::Land, Self::OneStop, Self::Lists];

    pub(super) fn marks(self, world: &mut World) -> &mut BTreeMap<u32, Mark> {
        match self {
            Self::Civil => &mut world.marks.civil,
            Self::Land => &mut world.marks.land,
            Self::OneStop => &mut world.marks.one_stop,
            Self::Lists => &mut world.marks.lists,
        }
    }

    /// As the connectors name the record.
    pub(super) fn record_key(self, world: &World, record: u32) -> String {
        match self {
            Self::Civil => event_key(record),
            Self::Land => format!("{}/{}", certificate_id(record), land::parcel_id(record)),
            Self::OneStop => one_stop::record_key(record),
            Self::Lists => {
                let list = world.lists.commune_of(record);
                format!("{}/{}", world.places.communes[list].code, world.lists.position(record))
            }
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Civil => CIVIL_STATUS,
            Self::Land => LAND,
            Self::OneStop => ONE_STOP,
            Self::Lists => COMMUNE_FILES,
        }
    }
}

/// The scarcest first, so that commoner kinds do not use up their records.
const KINDS: [K; 15] = [
    K::IdReissued,
    K::AddrSplitUnit,
    K::ParentDiff,
    K::Id9Vs12,
    K::IdBadFormat,
    K::IdAliasMissing,
    K::EthnicCode,
    K::SexDiff,
    K::DobSwap,
    K::DobDiff,
    K::DobPartial,
    K::NameDiff,
    K::AddrMoved,
    K::AddrStaleUnit,
    K::NameDiacritic,
];

/// Longest name that some digitised registers keep.
const CUT: usize = 30;

#[derive(Clone, Copy)]
pub(super) struct Mention {
    pub record: u32,
    pub slot: u8,
    pub person: u32,
}

pub(super) fn plant(world: &mut World, planter: &mut Planter, source: Source) {
    for kind in KINDS {
        let eligible: Vec<Mention> = mentions(world, source).filter(|m| fits(world, source, kind, m)).collect();
        for mention in planter.choose(kind, eligible) {
            // A couple stands in one record: the second of the two may no longer be clean.
            if is_clean(world, source, mention.record) {
                enter(world, planter, source, kind, mention);
            }
        }
    }
}

pub(super) fn mentions(world: &World, source: Source) -> Box<dyn Iterator<Item = Mention> + '_> {
    let pair = |record: usize, people: [u32; 2]| {
        [0u8, 1].map(|slot| Mention { record: record as u32, slot, person: people[usize::from(slot)] })
    };
    let all: Box<dyn Iterator<Item = Mention>> = match source {
        Source::Civil => {
            Box::new(world.events.iter().enumerate().flat_map(move |(at, e)| pair(at, [e.principal, e.wife])))
        }
        Source::Land => {
            Box::new(world.certificates.iter().enumerate().flat_map(move |(at, c)| pair(at, [c.owner, c.wife])))
        }
        Source::OneStop => {
            Box::new(world.cases.iter().enumerate().map(move |(at, c)| pair(at, [c.applicant, NOBODY])[0]))
        }
        Source::Lists => Box::new(world.lists.people.iter().enumerate().map(move |(at, p)| pair(at, [*p, NOBODY])[0])),
    };
    Box::new(all.filter(move |m| m.person != NOBODY && is_clean(world, source, m.record)))
}

pub(super) fn is_clean(world: &World, source: Source, record: u32) -> bool {
    match source {
        Source::Civil => world.event_is_clean(record),
        Source::Land => world.certificate_is_clean(record),
        Source::OneStop => world.case_is_clean(record),
        Source::Lists => world.row_is_clean(record),
    }
}

fn fits(world: &World, source: Source, kind: K, mention: &Mention) -> bool {
    let person = &world.people.all[mention.person as usize];
    let event = || world.events[mention.record as usize].kind;
    match kind {
        K::IdReissued => person.former != 0,
        K::AddrSplitUnit | K::AddrStaleUnit => {
            source != Source::Civil && !world.old_units(mention.person, kind).is_empty()
        }
        K::AddrMoved => source != Source::Civil && world.places.communes.len() > 1,
        K::ParentDiff => {
            source == Source::Civil
                && event() == EventKind::Birth
                && (person.father != NOBODY || person.mother != NOBODY)
        }
        K::Id9Vs12 => {
            let can_write = match source {
                Source::Civil => event() == EventKind::Death,
                Source::Land | Source::Lists => true,
                Source::OneStop => false,
            };
            can_write && person.cmnd != 0 && !person.has(SHARED_CMND)
        }
        K::IdBadFormat => source == Source::Lists,
        K::EthnicCode => matches!(source, Source::Civil | Source::Lists),
        // Husband and wife have no column of their own for it.
        K::SexDiff => match source {
            Source::Civil => event() != EventKind::Marriage,
            Source::Land => world.certificates[mention.record as usize].owner_kind != OwnerKind::Couple,
            Source::OneStop | Source::Lists => true,
        },
        K::DobSwap => swapped(person.birth).is_some(),
        _ => true,
    }
}

fn swapped(date: Date) -> Option<Date> {
    let other = Date::new(date.year(), date.day(), date.month()).ok()?;
    (other != date).then_some(other)
}

fn enter(world: &mut World, planter: &mut Planter, source: Source, kind: K, mention: Mention) {
    let person = world.people.all[mention.person as usize];
    let mut subject = Subject::person(&number_text(person.number));
    let (defect, field) = match kind {
        K::IdReissued => (Defect::FormerNumber, "personal_id"),
        K::AddrSplitUnit | K::AddrStaleUnit => {
            let units = world.old_units(mention.person, kind);
            (Defect::OldUnit(units[planter.dice.below(units.len())]), "residence")
        }
        K::AddrMoved => (Defect::Moved(other_commune(world, planter, person.commune)), "residence"),
        K::ParentDiff => parent(world, planter, &person),
        K::Id9Vs12 => (Defect::OnlyCmnd, "personal_id"),
        K::IdBadFormat => {
            let style = planter.dice.below(4);
            if style == 3 {
                // The number leads to nobody: what else the record says tells whose it is.
                let record_key = source.record_key(world, mention.record);
                let link = PlantedLink {
                    source: source.name().to_owned(),
                    record_key,
                    part: u16::from(mention.slot),
                    person: number_text(person.number),
                };
                world.truth.links.push(link);
            }
            (Defect::Number(badly_written(&number_text(person.number), style).into()), "personal_id")
        }
        K::IdAliasMissing => {
            let number = number_text(world.numbers.personal(person.male, person.birth.year()));
            subject = Subject::person(&number);
            (Defect::Number(number.into()), "personal_id")
        }
        K::EthnicCode => {
            let step = planter.dice.between(1, NATION_NAMES.len() as i32 - 1) as u8;
            (Defect::Ethnicity((person.ethnicity - 1 + step) % NATION_NAMES.len() as u8 + 1), "ethnicity")
        }
        K::SexDiff => (Defect::OtherSex, "sex"),
        K::DobSwap => (Defect::Birth(swapped(person.birth).unwrap_or(person.birth)), "birth_date"),
        K::DobDiff => (Defect::Birth(other_day(person.birth, planter)), "birth_date"),
        K::DobPartial => {
            let month = planter.dice.chance(0.3) && matches!(source, Source::Civil | Source::Lists);
            (if month { Defect::BirthMonth } else { Defect::BirthYear }, "birth_date")
        }
        K::NameDiff => (Defect::Name(other_name(world, planter, &person, true).into()), "name"),
        _ => {
            let spellings = misspellings(&world.names.full(person.name));
            if spellings.is_empty() {
                return;
            }
            (Defect::Name(spellings[planter.dice.below(spellings.len())].as_str().into()), "name")
        }
    };
    let mark = Mark { slot: mention.slot, defect };
    source.marks(world).insert(mention.record, mark);
    world.truth.add(kind, subject, field, source.name());
}

fn other_commune(world: &World, planter: &mut Planter, commune: u16) -> u16 {
    let count = world.places.communes.len();
    ((usize::from(commune) + 1 + planter.dice.below(count - 1)) % count) as u16
}

fn parent(world: &World, planter: &mut Planter, child: &Person) -> (Defect, &'static str) {
    let father = child.father != NOBODY && (child.mother == NOBODY || planter.dice.chance(0.5));
    let at = if father { child.father } else { child.mother };
    let name = other_name(world, planter, &world.people.all[at as usize], false);
    if father { (Defect::Father(name.into()), "father") } else { (Defect::Mother(name.into()), "mother") }
}

/// 0 the zero is lost, 1 blanks, 2 dots, 3 a prefix that nobody was assigned.
fn badly_written(number: &str, style: usize) -> String {
    let (head, middle, tail) = (&number[..3], &number[3..6], &number[6..]);
    match style {
        0 => number[1..].to_owned(),
        1 => format!("{head} {middle} {tail}"),
        2 => format!("{head}.{middle}.{tail}"),
        _ => format!("097{middle}{tail}"),
    }
}

/// Another year or another day, never day and month exchanged.
fn other_day(birth: Date, planter: &mut Planter) -> Date {
    if planter.dice.chance(0.4) {
        let years = planter.dice.between(1, 6) as i16;
        let year = if planter.dice.chance(0.5) { birth.year() - years } else { birth.year() - 10 };
        if let Ok(other) = Date::new(year, birth.month(), birth.day()) {
            return other;
        }
    }
    let mut other = plus(birth, -planter.dice.between(1, 25));
    if Some(other) == swapped(birth) {
        other = plus(birth, -26);
    }
    other
}

/// Another name beyond spelling: another given name, no middle name, or cut.
fn other_name(world: &World, planter: &mut Planter, person: &Person, may_cut: bool) -> String {
    let full = world.names.full(person.name);
    if may_cut && full.chars().count() > CUT {
        return full.chars().take(CUT).collect::<String>().trim_end().to_owned();
    }
    let middle = world.names.part(person.name.middle);
    if !middle.is_empty() && planter.dice.chance(0.35) {
        return format!("{} {}", world.names.part(person.name.surname), world.names.part(person.name.given));
    }
    let mut name = person.name;
    loop {
        let drawn =
            world.names.draw(name.surname, person.ethnicity, person.male, person.birth.year(), &mut planter.dice);
        name.given = drawn.given;
        let other = world.names.full(name);
        if fold(&other) != fold(&full) {
            return other;
        }
    }
}
