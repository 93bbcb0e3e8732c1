//! Planted defects: what one record says that is not true of its person, parcel or case.
//!
//! Promises: at most one defect in a record, but that a number that was taken away may come with
//! another spelling of the name (`away`); none in a record of a person whose population
//! record has one; each defect is entered in the truth under the identity that its finding has.

mod away;
mod cases;
mod land;
mod lists;
mod mentions;
mod people;
pub mod rates;

pub use away::Instead;

use crate::dice::Dice;
use crate::world::World;
use jiff::civil::Date;
use rates::Rates;
use schemas::FindingKind;
use std::collections::BTreeMap;

/// How a record deviates.
#[derive(Clone)]
pub enum Defect {
    /// Visible elsewhere (another owner, a second certificate); the record itself is as it is.
    Plain,
    Name(Box<str>),
    /// Only month and year, or only the year.
    BirthMonth,
    BirthYear,
    Birth(Date),
    OtherSex,
    /// The CMND stands where the personal number should.
    OnlyCmnd,
    FormerNumber,
    /// The number as written.
    Number(Box<str>),
    Ethnicity(u8),
    /// Another commune of today.
    Moved(u16),
    /// The address of before the reform.
    OldUnit(u16),
    Father(Box<str>),
    Mother(Box<str>),
    StillSingle,
    /// Sheet and parcel as printed on the certificate.
    OldSheet(u16, u16),
    LegalArea(u32),
    SerialStyle(u8),
    OwnerStyle(u8),
    NotScanned,
    OriginalsKept,
    StillWaiting,
    /// No usable number, and perhaps another spelling of the name.
    Away {
        instead: Instead,
        name: Option<Box<str>>,
    },
}

/// A defect of one of the people in a record: 0 the first, 1 the wife.
#[derive(Clone)]
pub struct Mark {
    pub slot: u8,
    pub defect: Defect,
}

/// The marks of every source, by record.
#[derive(Default)]
pub struct Marks {
    pub population: BTreeMap<u32, Defect>,
    pub civil: BTreeMap<u32, Mark>,
    pub land: BTreeMap<u32, Mark>,
    pub one_stop: BTreeMap<u32, Mark>,
    pub lists: BTreeMap<u32, Mark>,
}

/// The defect of one person in a record.
pub fn of_slot(marks: &BTreeMap<u32, Mark>, record: u32, slot: u8) -> Option<&Defect> {
    marks.get(&record).filter(|mark| mark.slot == slot).map(|mark| &mark.defect)
}

/// Picks records at random for one kind of defect after another.
pub(crate) struct Planter {
    pub rates: Rates,
    pub dice: Dice,
}

impl Planter {
    /// How many of `eligible` records get a defect of this kind: at least one where the rate is not 0.
    fn quota(&self, kind: FindingKind, eligible: usize) -> usize {
        (self.rates.share(kind) * eligible as f64).ceil().min(eligible as f64) as usize
    }

    /// The chosen of the eligible ones.
    fn choose<T>(&mut self, kind: FindingKind, eligible: Vec<T>) -> Vec<T> {
        let count = self.quota(kind, eligible.len());
        self.pick(count, eligible)
    }

    /// A share of the eligible ones, scaled as all rates are; at least one where it is not 0.
    fn choose_share<T>(&mut self, share: f64, eligible: Vec<T>) -> Vec<T> {
        let share = (share * self.rates.scale()).min(0.5);
        let count = (share * eligible.len() as f64).ceil() as usize;
        self.pick(count, eligible)
    }

    fn pick<T>(&mut self, count: usize, mut eligible: Vec<T>) -> Vec<T> {
        for at in 0..count {
            let other = at + self.dice.below(eligible.len() - at);
            eligible.swap(at, other);
        }
        eligible.truncate(count);
        eligible
    }
}

/// Plants everything, population first: its defects keep all other sources of a person clean.
pub(crate) fn plant(world: &mut World, rates: Rates, seed: u64) {
    let mut planter = Planter { rates, dice: Dice::new(seed, "defects") };
    people::plant(world, &mut planter);
    land::plant(world, &mut planter);
    cases::plant(world, &mut planter);
    lists::plant(world, &mut planter);
    for source in mentions::Source::ALL {
        mentions::plant(world, &mut planter, source);
    }
    away::plant(world, &mut planter, seed);
    // With dice of their own: what was planted before stays as it was.
    planter.dice = Dice::new(seed, "originals");
    land::plant_originals(world, &mut planter);
    world.truth.settle();
}
