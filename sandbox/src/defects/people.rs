//! Defects of the population database itself.

use super::{Defect, Planter};
use crate::civil::{EventKind, WAIT_DAYS, event_key};
use crate::days::days_between;
use crate::numbers::number_text;
use crate::people::{CLONE, DELETED, IN_POPULATION, NOBODY, SHARED_CMND};
use crate::truth::{CIVIL_STATUS, POPULATION};
use crate::world::World;
use schemas::{FindingKind as K, Subject};

/// From this age on, registers often know only the year of birth.
const YEAR_ONLY_AGE: i32 = 55;

pub(super) fn plant(world: &mut World, planter: &mut Planter) {
    missing_numbers(world);
    doubled(world, planter);
    digit_of_sex(world, planter);
    year_only(world, planter);
    still_single(world, planter);
    old_addresses(world, planter);
}

fn person_subject(world: &World, person: u32) -> Subject {
    Subject::person(&number_text(world.people.all[person as usize].number))
}

/// People whose population record has no defect yet.
fn clean(world: &World, fits: impl Fn(u32) -> bool) -> Vec<u32> {
    (0..world.people.all.len() as u32)
        .filter(|at| {
            let person = &world.people.all[*at as usize];
            person.flags & (IN_POPULATION | DELETED | CLONE) == IN_POPULATION
                && !world.marks.population.contains_key(at)
                && fits(*at)
        })
        .collect()
}

/// The register already holds them; here they only enter the truth.
fn missing_numbers(world: &mut World) {
    for (at, event) in world.events.iter().enumerate() {
        let unnumbered = world.people.all[event.principal as usize].number == 0;
        if event.kind == EventKind::Birth
            && unnumbered
            && days_between(event.registered, world.settings.today) > WAIT_DAYS
        {
            world.truth.add(K::IdMissing, Subject::event(&event_key(at as u32)), "personal_id", CIVIL_STATUS);
        }
    }
}

/// One person with two population records under two numbers.
fn doubled(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |at| world.people.all[at as usize].mother != NOBODY);
    for at in planter.choose(K::IdDuplicate, eligible) {
        let mut clone = world.people.all[at as usize];
        clone.number = world.numbers.personal(clone.male, clone.birth.year());
        (clone.former, clone.cmnd) = (0, 0);
        clone.flags = (clone.flags | CLONE) & !SHARED_CMND;
        let smaller = clone.number.min(world.people.all[at as usize].number);
        world.people.all.push(clone);
        world.marks.population.insert(at, Defect::Plain);
        world.marks.population.insert((world.people.all.len() - 1) as u32, Defect::Plain);
        world.truth.add(K::IdDuplicate, Subject::person(&number_text(smaller)), "personal_id", POPULATION);
    }
}

/// The number was given out for the other sex.
fn digit_of_sex(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |_| true);
    for at in planter.choose(K::SexDiff, eligible) {
        let person = world.people.all[at as usize];
        world.people.all[at as usize].number = world.numbers.personal(!person.male, person.birth.year());
        world.marks.population.insert(at, Defect::Plain);
        world.truth.add(K::SexDiff, person_subject(world, at), "sex", POPULATION);
    }
}

/// Only people whom a list knows with the full date: against nothing, a year is no finding.
fn year_only(world: &mut World, planter: &mut Planter) {
    let listed = world.lists.people.iter().copied();
    let eligible: Vec<u32> = listed
        .filter(|at| {
            let age = days_between(world.people.all[*at as usize].birth, world.settings.today) / 365;
            age >= YEAR_ONLY_AGE && !world.marks.population.contains_key(at)
        })
        .collect();
    for at in planter.choose(K::DobPartial, eligible) {
        world.marks.population.insert(at, Defect::BirthYear);
        world.truth.add(K::DobPartial, person_subject(world, at), "birth_date", POPULATION);
    }
}

fn still_single(world: &mut World, planter: &mut Planter) {
    let mut eligible: Vec<u32> = world
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Marriage)
        .flat_map(|event| event.principals())
        .filter(|at| !world.marks.population.contains_key(at))
        .collect();
    eligible.sort_unstable();
    for at in planter.choose(K::MaritalStale, eligible) {
        world.marks.population.insert(at, Defect::StillSingle);
        world.truth.add(K::MaritalStale, person_subject(world, at), "marital_status", POPULATION);
    }
}

fn old_addresses(world: &mut World, planter: &mut Planter) {
    for kind in [K::AddrSplitUnit, K::AddrStaleUnit] {
        let eligible = clean(world, |at| !world.old_units(at, kind).is_empty());
        for at in planter.choose(kind, eligible) {
            let units = world.old_units(at, kind);
            let unit = units[planter.dice.below(units.len())];
            world.marks.population.insert(at, Defect::OldUnit(unit));
            world.truth.add(kind, person_subject(world, at), "residence", POPULATION);
        }
    }
}
