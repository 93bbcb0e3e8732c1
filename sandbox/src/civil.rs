//! Entries of the civil-status registers: births, deaths, marriages, each agreeing with the
//! people they speak of. The register of births also holds children whose number has not come
//! back yet; those are in no other source.

use crate::days::{Minute, days_between, minute, plus};
use crate::dice::{Dice, mix};
use crate::names::Names;
use crate::people::{Marital, NOBODY, People, Person, Relation};
use jiff::civil::Date;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Birth,
    Death,
    Marriage,
}

impl EventKind {
    pub fn module(self) -> &'static str {
        match self {
            Self::Birth => "LTKS",
            Self::Death => "LTKT",
            Self::Marriage => "LTKH",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub kind: EventKind,
    /// The child, the deceased or the husband.
    pub principal: u32,
    /// The wife; else nobody.
    pub wife: u32,
    pub registered: Date,
    /// Of death or of marriage; of birth it is the child's birth date.
    pub happened: Date,
    pub commune: u16,
    pub updated: Minute,
}

impl Event {
    /// The people of whom the entry speaks, husband before wife.
    pub fn principals(&self) -> impl Iterator<Item = u32> {
        [self.principal, self.wife].into_iter().filter(|p| *p != NOBODY)
    }
}

/// The register's own key of an entry.
pub fn event_key(event: u32) -> String {
    format!("HT{:09}", event + 1)
}

/// Days within which a number may still be on its way.
pub const WAIT_DAYS: i32 = 10;

/// How far back the registers are digitised.
const BIRTH_YEARS: i32 = 16;
const MARRIAGE_YEARS: i32 = 25;

/// The registers of one province while they are filled.
struct Registers {
    events: Vec<Event>,
    seed: u64,
    today: Date,
}

impl Registers {
    fn enter(&mut self, kind: EventKind, principal: u32, wife: u32, registered: Date, happened: Date, commune: u16) {
        if registered > self.today {
            return;
        }
        // All entries moved to the new system after the reform: none was last changed before it.
        let moved = plus(MOVED, (mix(self.seed, self.events.len() as u64) % 40) as i32);
        let updated = minute(registered, 17, 30).max(minute(moved, 1, 0)).min(minute(self.today, 1, 30));
        self.events.push(Event { kind, principal, wife, registered, happened, commune, updated });
    }
}

/// The first night on which old entries were moved.
const MOVED: Date = Date::constant(2025, 7, 2);

/// `unnumbered_late`: how many births, registered more than [`WAIT_DAYS`] ago, shall still lack a number.
pub fn generate(people: &mut People, names: &Names, seed: u64, today: Date, unnumbered_late: usize) -> Vec<Event> {
    let mut dice = Dice::new(seed, "civil status");
    let mut registers = Registers { events: Vec::with_capacity(people.all.len() / 3), seed, today };
    for at in 0..people.all.len() as u32 {
        let person = people.all[at as usize];
        let commune = person.commune;
        if person.mother != NOBODY && days_between(person.birth, today) < BIRTH_YEARS * 365 {
            let registered = plus(person.birth, dice.between(1, 45));
            registers.enter(EventKind::Birth, at, NOBODY, registered, person.birth, commune);
        }
        if let Some(died) = person.died {
            let registered = plus(died, dice.between(0, 20));
            registers.enter(EventKind::Death, at, NOBODY, registered, died, commune);
        }
        if person.male && person.spouse != NOBODY && person.marital != Marital::Divorced {
            let wife = people.all[person.spouse as usize];
            let day = plus(wife.birth.max(person.birth), dice.between(18 * 365 + 200, 20 * 365 + 180));
            if days_between(day, today) < MARRIAGE_YEARS * 365 {
                registers.enter(EventKind::Marriage, at, person.spouse, day, day, commune);
            }
        }
    }
    unnumbered(people, names, &mut dice, unnumbered_late, &mut registers);
    registers.events
}

/// Births whose number has not come back: late ones, and some within the waiting time.
fn unnumbered(people: &mut People, names: &Names, dice: &mut Dice, late: usize, registers: &mut Registers) {
    let today = registers.today;
    let mothers: Vec<u32> = (0..people.all.len() as u32)
        .filter(|at| {
            let p = &people.all[*at as usize];
            let age = days_between(p.birth, today) / 365;
            p.is_resident() && !p.male && p.marital == Marital::Married && (20..38).contains(&age)
        })
        .collect();
    if mothers.is_empty() {
        return;
    }
    let waiting = (people.all.len() / 2_500).max(2);
    for n in 0..late + waiting {
        let mother = mothers[dice.below(mothers.len())];
        let father = people.all[mother as usize].spouse;
        let days = if n < late { dice.between(WAIT_DAYS + 1, 75) } else { dice.between(0, WAIT_DAYS) };
        let registered = plus(today, -days);
        let birth = plus(registered, -dice.between(2, 30));
        let male = dice.chance(0.52);
        let parent = people.all[father as usize];
        let name = names.draw(parent.name.surname, parent.ethnicity, male, birth.year(), dice);
        people.all.push(Person {
            number: 0,
            former: 0,
            cmnd: 0,
            name,
            birth,
            male,
            father,
            mother,
            spouse: NOBODY,
            household: NOBODY,
            died: None,
            marital: Marital::Single,
            relation: Relation::Child,
            flags: 0,
            ..parent
        });
        let child = (people.all.len() - 1) as u32;
        registers.enter(EventKind::Birth, child, NOBODY, registered, birth, parent.commune);
    }
}
