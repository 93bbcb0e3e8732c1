//! The people of the province: households with couples, children and grandparents, kept compact
//! so that two million fit in memory. Texts are made when a person is shown.

use crate::days::{days_between, plus};
use crate::dice::Dice;
use crate::names::{Name, Names, tables::nations_of};
use crate::numbers::Numbers;
use crate::places::Places;
use crate::spelling::fold;
use jiff::civil::Date;

/// No such person.
pub const NOBODY: u32 = u32::MAX;

/// The person has a record in the population database.
pub const IN_POPULATION: u8 = 1;
/// The population database deleted the record; no other source knows the person.
pub const DELETED: u8 = 2;
/// Another person holds the same CMND.
pub const SHARED_CMND: u8 = 4;
/// A second population record of somebody, under another number.
pub const CLONE: u8 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Marital {
    Single = 1,
    Married = 2,
    Divorced = 3,
    Widowed = 4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Head,
    Spouse,
    Child,
    Parent,
}

/// One made-up person: what is true of them. Sources that deviate carry a mark, not another person.
#[derive(Clone, Copy)]
pub struct Person {
    pub number: u64,
    /// The cancelled number, or 0.
    pub former: u64,
    /// The 9-digit CMND, or 0.
    pub cmnd: u32,
    pub name: Name,
    pub birth: Date,
    pub died: Option<Date>,
    pub household: u32,
    pub father: u32,
    pub mother: u32,
    pub spouse: u32,
    pub commune: u16,
    pub hamlet: u8,
    pub male: bool,
    pub ethnicity: u8,
    pub marital: Marital,
    pub relation: Relation,
    pub flags: u8,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(<hidden>)")
    }
}

impl Person {
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Alive and in the population database: may act in any source.
    pub fn is_resident(&self) -> bool {
        self.flags & (IN_POPULATION | DELETED | CLONE) == IN_POPULATION && self.died.is_none()
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Household {
    pub head: u32,
    pub first: u32,
    pub members: u16,
}

pub struct People {
    pub all: Vec<Person>,
    pub households: Vec<Household>,
}

/// Where somebody lives.
#[derive(Clone, Copy)]
struct Home {
    household: u32,
    commune: u16,
    hamlet: u8,
}

struct Builder<'a> {
    names: &'a Names,
    numbers: &'a mut Numbers,
    dice: Dice,
    today: Date,
    all: Vec<Person>,
}

/// Share of people whose number was cancelled and issued anew.
const REISSUED: f64 = 0.01;
const DELETED_SHARE: f64 = 0.001;
const SHARED_CMND_SHARE: f64 = 0.000_4;

pub fn generate(
    places: &Places,
    names: &Names,
    numbers: &mut Numbers,
    seed: u64,
    persons: usize,
    today: Date,
) -> People {
    let mut builder =
        Builder { names, numbers, dice: Dice::new(seed, "people"), today, all: Vec::with_capacity(persons + 64) };
    let communes = commune_weights(places, seed);
    let nations = cumulative(nations_of(places.province.as_str()).into_iter());
    let mut households = Vec::with_capacity(persons / 3);
    while builder.all.len() < persons {
        let commune = draw(&communes, &mut builder.dice) as u16;
        let ethnicity = draw(&nations, &mut builder.dice) as u8 + 1;
        let first = builder.all.len() as u32;
        let head = builder.household(commune, ethnicity, households.len() as u32);
        // The last household is cut to the wanted size; a household is never left without its head.
        builder.cut(persons, first, head);
        households.push(Household { head, first, members: (builder.all.len() as u32 - first) as u16 });
    }
    builder.noise();
    People { all: builder.all, households }
}

fn cumulative(weights: impl Iterator<Item = u32>) -> Vec<u32> {
    weights
        .scan(0, |total, weight| {
            *total += weight;
            Some(*total)
        })
        .collect()
}

fn draw(cumulative: &[u32], dice: &mut Dice) -> usize {
    let total = cumulative.last().copied().unwrap_or(0);
    let roll = dice.below(total as usize) as u32;
    cumulative.partition_point(|c| *c <= roll)
}

/// Wards are larger than communes in the hills; each differs.
fn commune_weights(places: &Places, seed: u64) -> Vec<u32> {
    let mut dice = Dice::new(seed, "communes");
    cumulative(places.communes.iter().map(|c| {
        let size = dice.between(60, 150) as u32;
        if c.is_urban() { size * 2 } else { size }
    }))
}

impl Builder<'_> {
    fn birth(&mut self, youngest: i32, oldest: i32) -> Date {
        let days = self.dice.between(youngest * 365 + 1, oldest * 365 + 364);
        plus(self.today, -days)
    }

    fn add(&mut self, home: Home, surname: u16, ethnicity: u8, male: bool, birth: Date) -> u32 {
        let Home { household, commune, hamlet } = home;
        let name = self.names.draw(surname, ethnicity, male, birth.year(), &mut self.dice);
        let number = self.numbers.personal(male, birth.year());
        let grown = birth.year() < 2002;
        let cmnd = if grown && self.dice.chance(0.62) { self.numbers.cmnd() } else { 0 };
        let former = if self.dice.chance(REISSUED) { self.numbers.personal(male, birth.year()) } else { 0 };
        self.all.push(Person {
            number,
            former,
            cmnd,
            name,
            birth,
            died: None,
            household,
            father: NOBODY,
            mother: NOBODY,
            spouse: NOBODY,
            commune,
            hamlet,
            male,
            ethnicity,
            marital: Marital::Single,
            relation: Relation::Head,
            flags: IN_POPULATION,
        });
        (self.all.len() - 1) as u32
    }

    fn marry(&mut self, husband: u32, wife: u32) {
        for (one, other) in [(husband, wife), (wife, husband)] {
            self.all[one as usize].spouse = other;
            self.all[one as usize].marital = Marital::Married;
        }
    }

    /// Old people die; the one who is left is widowed.
    fn age_and_die(&mut self, person: u32) {
        let age = days_between(self.all[person as usize].birth, self.today) / 365;
        let probability = if age < 50 { 0.002 } else { f64::from((age - 48).pow(2)) / 7_000.0 };
        if self.dice.chance(probability.min(0.6)) {
            let ago = self.dice.between(25, 6 * 365);
            self.all[person as usize].died = Some(plus(self.today, -ago));
            let spouse = self.all[person as usize].spouse;
            if spouse != NOBODY && self.all[spouse as usize].died.is_none() {
                self.all[spouse as usize].marital = Marital::Widowed;
            }
        }
    }

    /// One household; returns its head.
    fn household(&mut self, commune: u16, ethnicity: u8, household: u32) -> u32 {
        let home = Home { household, commune, hamlet: self.dice.between(1, 14) as u8 };
        let surname = self.names.surname(ethnicity, &mut self.dice);
        let elders_only = self.dice.chance(0.12);
        let man_birth = if elders_only { self.birth(60, 88) } else { self.birth(23, 58) };
        let single_parent = !elders_only && self.dice.chance(0.07);
        let head_is_man = !single_parent || self.dice.chance(0.3);
        let man = head_is_man.then(|| self.add(home, surname, ethnicity, true, man_birth));
        let woman = (!single_parent || !head_is_man).then(|| {
            let gap = self.dice.between(-900, 2_600);
            let youngest = plus(self.today, -19 * 365);
            let birth = plus(man_birth, gap).min(youngest);
            let hers = if self.dice.chance(0.9) { ethnicity } else { 1 };
            let maiden = self.names.surname(hers, &mut self.dice);
            self.add(home, maiden, hers, false, birth)
        });
        let head = man.or(woman).unwrap_or(NOBODY);
        if let (Some(man), Some(woman)) = (man, woman) {
            self.marry(man, woman);
            self.all[woman as usize].relation = Relation::Spouse;
        } else if self.dice.chance(0.5) {
            self.all[head as usize].marital = Marital::Divorced;
        }
        if !elders_only {
            self.children(home, surname, man, woman);
            if self.dice.chance(0.36) {
                self.grandparents(home, head);
            }
        }
        for person in [man, woman].into_iter().flatten() {
            self.age_and_die(person);
        }
        self.living_head(head)
    }

    /// The head of a household is alive where anybody grown is.
    fn living_head(&mut self, head: u32) -> u32 {
        let spouse = self.all[head as usize].spouse;
        if self.all[head as usize].died.is_some() && spouse != NOBODY && self.all[spouse as usize].died.is_none() {
            self.all[spouse as usize].relation = Relation::Head;
            self.all[head as usize].relation = Relation::Spouse;
            return spouse;
        }
        head
    }

    fn children(&mut self, home: Home, surname: u16, father: Option<u32>, mother: Option<u32>) {
        let Some(parent) = mother.or(father) else { return };
        let ethnicity = self.all[father.unwrap_or(parent) as usize].ethnicity;
        let parent_birth = self.all[parent as usize].birth;
        let mut birth = plus(parent_birth, self.dice.between(20 * 365, 27 * 365));
        for _ in 0..self.dice.between(1, 4) {
            let age = days_between(birth, self.today) / 365;
            if birth >= self.today || days_between(parent_birth, birth) > 41 * 365 {
                break;
            }
            // Grown children have mostly moved out.
            if age < 20 || self.dice.chance(0.25) {
                let twins = if self.dice.chance(0.012) { 2 } else { 1 };
                let mut given = Vec::new();
                while given.len() < twins {
                    let male = self.dice.chance(0.52);
                    let child = self.add(home, surname, ethnicity, male, birth);
                    // Twins are told apart by their names, not by a spelling of one name.
                    let folded = fold(self.names.part(self.all[child as usize].name.given));
                    if given.contains(&folded) {
                        self.all.pop();
                        continue;
                    }
                    given.push(folded);
                    let child = &mut self.all[child as usize];
                    (child.father, child.mother) = (father.unwrap_or(NOBODY), mother.unwrap_or(NOBODY));
                    child.relation = Relation::Child;
                }
            }
            birth = plus(birth, self.dice.between(500, 2_200));
        }
    }

    fn grandparents(&mut self, home: Home, head: u32) {
        let child = self.all[head as usize];
        let (ethnicity, surname) = (child.ethnicity, child.name.surname);
        let his = plus(child.birth, -self.dice.between(22 * 365, 32 * 365));
        let hers = plus(child.birth, -self.dice.between(19 * 365, 29 * 365));
        let oldest = plus(self.today, -95 * 365);
        let man = self.add(home, surname, ethnicity, true, his.max(oldest));
        let maiden = self.names.surname(ethnicity, &mut self.dice);
        let woman = self.add(home, maiden, ethnicity, false, hers.max(oldest));
        self.marry(man, woman);
        self.all[head as usize].father = man;
        self.all[head as usize].mother = woman;
        for person in [man, woman] {
            self.all[person as usize].relation = Relation::Parent;
            self.age_and_die(person);
        }
    }

    /// Cuts the last household to size, and with it the ties to those who are gone.
    fn cut(&mut self, persons: usize, first: u32, head: u32) {
        let keep = persons.max(head as usize + 1);
        if self.all.len() <= keep {
            return;
        }
        self.all.truncate(keep);
        for person in &mut self.all[first as usize..] {
            for tie in [&mut person.father, &mut person.mother, &mut person.spouse] {
                if *tie != NOBODY && *tie as usize >= keep {
                    *tie = NOBODY;
                }
            }
            if person.spouse == NOBODY && person.marital == Marital::Married {
                person.marital = Marital::Single;
            }
        }
    }

    /// What is odd in every register without being wrong: CMNDs held by two, deleted records.
    fn noise(&mut self) {
        let count = self.all.len();
        for _ in 0..(count as f64 * SHARED_CMND_SHARE).round() as usize {
            let (one, other) = (self.dice.below(count), self.dice.below(count));
            let apart = self.all[one].household != self.all[other].household;
            if apart && self.all[one].cmnd != 0 && !self.all[one].has(SHARED_CMND) && !self.all[other].has(SHARED_CMND)
            {
                self.all[other].cmnd = self.all[one].cmnd;
                self.all[one].flags |= SHARED_CMND;
                self.all[other].flags |= SHARED_CMND;
            }
        }
        for _ in 0..(count as f64 * DELETED_SHARE).round() as usize {
            let near = self.all[self.dice.below(count)];
            let birth = self.birth(20, 70);
            let surname = self.names.surname(near.ethnicity, &mut self.dice);
            let male = self.dice.chance(0.5);
            let home = Home { household: NOBODY, commune: near.commune, hamlet: near.hamlet };
            let gone = self.add(home, surname, near.ethnicity, male, birth);
            self.all[gone as usize].flags |= DELETED;
            self.all[gone as usize].former = 0;
            self.all[gone as usize].cmnd = 0;
        }
    }
}
