//! The whole made-up province: people, registers, land, cases, lists, defects and the truth.
//!
//! Promise: a function of its settings. The same settings give the same province, byte for byte.

use crate::SandboxError;
use crate::cases::{self, Case};
use crate::civil::{self, Event, EventKind};
use crate::days::plus;
use crate::defects::{self, Marks, rates::Rates};
use crate::land::{self, Certificate};
use crate::names::Names;
use crate::numbers::Numbers;
use crate::people::{self, DELETED, IN_POPULATION, People};
use crate::places::Places;
use crate::rows::{self, Lists};
use crate::shown::Shown;
use crate::truth::Truth;
use jiff::civil::Date;
use schemas::{FindingKind, ProvinceCode};
use std::collections::BTreeSet;

#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// One of the 34 provinces of today.
    pub province: ProvinceCode,
    pub persons: usize,
    pub seed: u64,
    pub today: Date,
    /// Scales the default rates: 0 plants nothing.
    pub defect_rate: f64,
}

pub struct World {
    pub settings: WorldSettings,
    pub(crate) places: Places,
    pub(crate) names: Names,
    pub(crate) numbers: Numbers,
    pub(crate) people: People,
    pub(crate) events: Vec<Event>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) cases: Vec<Case>,
    pub(crate) lists: Lists,
    pub(crate) marks: Marks,
    pub(crate) truth: Truth,
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    pub communes: usize,
    /// Records of the population database, deleted ones not counted.
    pub persons: usize,
    pub deleted_persons: usize,
    pub civil_events: usize,
    pub certificates: usize,
    pub cases: usize,
    pub list_rows: usize,
    pub planted: usize,
}

/// Whom to look up: number, name and birth date (ISO) as the population database has them.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    pub personal_id: String,
    pub name: String,
    pub birth_date: String,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(<hidden>)")
    }
}

impl World {
    pub fn generate(settings: &WorldSettings) -> Result<Self, SandboxError> {
        let (seed, today) = (settings.seed, settings.today);
        Date::new(today.year() - 100, 1, 1).map_err(SandboxError::Calendar)?;
        let rates = Rates::scaled(settings.defect_rate);
        let places = Places::load(settings.province)?;
        let names = Names::new();
        let mut numbers = Numbers::new(seed);
        let mut people = people::generate(&places, &names, &mut numbers, seed, settings.persons, today);
        let late = (rates.share(FindingKind::IdMissing) * settings.persons as f64).ceil() as usize;
        let events = civil::generate(&mut people, &names, seed, today, late);
        let certificates = land::generate(&places, &people, seed, today);
        let cases = cases::generate(&places, &people, &events, seed, today);
        let lists = rows::generate(&people, places.communes.len(), seed);
        let settings = settings.clone();
        let (marks, truth) = (Marks::default(), Truth::default());
        let mut world =
            Self { settings, places, names, numbers, people, events, certificates, cases, lists, marks, truth };
        defects::plant(&mut world, rates, seed);
        Ok(world)
    }

    /// Records of the population database, deleted ones not counted.
    pub fn persons(&self) -> usize {
        self.people.all.iter().filter(|p| p.has(IN_POPULATION) && !p.has(DELETED)).count()
    }

    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Today's commune codes, in order.
    pub fn communes(&self) -> Vec<String> {
        self.places.communes.iter().map(|c| c.code.clone()).collect()
    }

    pub fn summary(&self) -> Summary {
        let persons = self.persons();
        Summary {
            communes: self.places.communes.len(),
            persons,
            deleted_persons: self.people.all.iter().filter(|p| p.has(DELETED)).count(),
            civil_events: self.events.len(),
            certificates: self.certificates.len(),
            cases: self.cases.len(),
            list_rows: self.lists.people.len() + self.lists.impostors.iter().map(Vec::len).sum::<usize>(),
            planted: self.truth.planted.len(),
        }
    }

    /// Everybody whom the population database answers for: first those with an appointment
    /// tomorrow, then all others.
    pub fn questions(&self) -> Vec<Question> {
        let tomorrow = plus(self.settings.today, 1);
        let urgent: BTreeSet<u32> = self
            .cases
            .iter()
            .filter(|case| case.status.is_open() && case.appointment == tomorrow)
            .map(|case| case.applicant)
            .collect();
        let others = (0..self.people.all.len() as u32).filter(|at| !urgent.contains(at));
        urgent
            .iter()
            .copied()
            .chain(others)
            .filter_map(|at| {
                let person = &self.people.all[at as usize];
                if !person.has(IN_POPULATION) || person.has(DELETED) {
                    return None;
                }
                let shown = Shown::of(self, person, self.marks.population.get(&at));
                Some(Question { personal_id: shown.number, name: shown.name, birth_date: shown.birth.iso() })
            })
            .collect()
    }

    /// Old units under which the person's residence may still stand.
    pub(crate) fn old_units(&self, person: u32, kind: FindingKind) -> &[u16] {
        let commune = &self.places.communes[usize::from(self.people.all[person as usize].commune)];
        if kind == FindingKind::AddrSplitUnit { &commune.split } else { &commune.stale }
    }

    fn people_are_clean(&self, mut people: impl Iterator<Item = u32>) -> bool {
        people.all(|p| !self.marks.population.contains_key(&p))
    }

    pub(crate) fn event_is_clean(&self, at: u32) -> bool {
        let event = &self.events[at as usize];
        let unnumbered = self.people.all[event.principal as usize].number == 0;
        !unnumbered && !self.marks.civil.contains_key(&at) && self.people_are_clean(event.principals())
    }

    pub(crate) fn certificate_is_clean(&self, at: u32) -> bool {
        !self.marks.land.contains_key(&at) && self.people_are_clean(self.certificates[at as usize].owners())
    }

    pub(crate) fn case_is_clean(&self, at: u32) -> bool {
        !self.marks.one_stop.contains_key(&at)
            && self.people_are_clean(std::iter::once(self.cases[at as usize].applicant))
    }

    pub(crate) fn row_is_clean(&self, at: u32) -> bool {
        !self.marks.lists.contains_key(&at) && self.people_are_clean(std::iter::once(self.lists.people[at as usize]))
    }

    /// The dead whose register entry is as it should be, with that entry.
    pub(crate) fn dead_with_clean_entry(&self) -> Vec<(u32, u32)> {
        (0..self.events.len() as u32)
            .filter(|at| self.events[*at as usize].kind == EventKind::Death && self.event_is_clean(*at))
            .map(|at| (self.events[at as usize].principal, at))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::case_code;
    use crate::land::serial_text;
    use crate::people::NOBODY;
    use crate::spelling::fold;

    fn world(defect_rate: f64) -> World {
        let province = ProvinceCode::parse("08").expect("code");
        let today = jiff::civil::date(2026, 11, 24);
        World::generate(&WorldSettings { province, persons: 8_000, seed: 3, today, defect_rate }).expect("world")
    }

    #[test]
    fn people_with_an_appointment_tomorrow_are_asked_for_first() {
        let world = world(1.0);
        let tomorrow = plus(world.settings.today, 1);
        let urgent: BTreeSet<String> = world
            .cases
            .iter()
            .filter(|c| c.status.is_open() && c.appointment == tomorrow)
            .map(|c| crate::numbers::number_text(world.people.all[c.applicant as usize].number))
            .collect();
        assert!(urgent.len() > 10);
        let first: BTreeSet<String> = world.questions().into_iter().take(urgent.len()).map(|q| q.personal_id).collect();
        assert_eq!(first, urgent);
    }

    #[test]
    fn without_defects_keys_are_unique_and_nobody_is_doubled() {
        let world = world(0.0);
        let parcels: BTreeSet<_> = world.certificates.iter().map(|c| (c.commune, c.sheet, c.parcel)).collect();
        let serials: BTreeSet<_> = world.certificates.iter().map(|c| serial_text(c.serial, c.issued)).collect();
        let codes: BTreeSet<_> = world.cases.iter().map(|c| case_code(&world.places, c)).collect();
        assert_eq!((parcels.len(), serials.len()), (world.certificates.len(), world.certificates.len()));
        assert_eq!(codes.len(), world.cases.len());
        let children: Vec<_> = world.people.all.iter().filter(|p| p.mother != NOBODY).collect();
        let identities: BTreeSet<_> =
            children.iter().map(|p| (fold(&world.names.full(p.name)), p.birth, p.male, p.mother)).collect();
        assert_eq!(identities.len(), children.len());
    }

    #[test]
    fn a_person_with_a_population_defect_has_none_elsewhere() {
        let world = world(1.0);
        let marked = |person: &u32| world.marks.population.contains_key(person);
        let people = |records: Vec<u32>| records.iter().filter(|p| marked(p)).count();
        let land = world.marks.land.keys().flat_map(|at| world.certificates[*at as usize].owners()).collect();
        let civil = world.marks.civil.keys().flat_map(|at| world.events[*at as usize].principals()).collect();
        let cases = world.marks.one_stop.keys().map(|at| world.cases[*at as usize].applicant).collect();
        let lists = world.marks.lists.keys().map(|at| world.lists.people[*at as usize]).collect();
        assert_eq!([land, civil, cases, lists].map(people), [0; 4]);
    }

    #[test]
    fn twins_and_shared_cmnds_exist_without_being_planted() {
        let world = world(0.0);
        let births: BTreeSet<_> =
            world.people.all.iter().filter(|p| p.mother != NOBODY).map(|p| (p.mother, p.birth)).collect();
        assert!(births.len() < world.people.all.iter().filter(|p| p.mother != NOBODY).count());
        assert!(world.people.all.iter().any(|p| p.has(crate::people::SHARED_CMND)));
        assert!(world.people.all.iter().any(|p| p.former != 0));
    }
}
