//! Defects of cases at the one-stop centres.

use super::{Defect, Mark, Planter};
use crate::cases::{NO_CASE, case_code};
use crate::truth::{CIVIL_STATUS, ONE_STOP};
use crate::world::World;
use schemas::{FindingKind as K, Subject};

pub(super) fn plant(world: &mut World, planter: &mut Planter) {
    dead_applicants(world, planter);
    lagging(world, planter);
    doubled(world, planter);
}

fn clean(world: &World, fits: impl Fn(usize) -> bool) -> Vec<u32> {
    (0..world.cases.len() as u32).filter(|at| world.case_is_clean(*at) && fits(*at as usize)).collect()
}

fn mark(world: &mut World, case: u32, defect: Defect) {
    world.marks.one_stop.insert(case, Mark { slot: 0, defect });
}

fn subject(world: &World, case: u32) -> Subject {
    Subject::case(&case_code(&world.places, &world.cases[case as usize]))
}

fn dead_applicants(world: &mut World, planter: &mut Planter) {
    let mut dead = world.dead_with_clean_entry();
    planter.dice.shuffle(&mut dead);
    let eligible = clean(world, |at| world.cases[at].status.is_open() && !world.cases[at].is_linked());
    for (at, (person, event)) in planter.choose(K::DeadActiveDossier, eligible).into_iter().zip(dead) {
        world.cases[at as usize].applicant = person;
        mark(world, at, Defect::Plain);
        world.marks.civil.insert(event, Mark { slot: 0, defect: Defect::Plain });
        world.truth.add(K::DeadActiveDossier, subject(world, at), "life_status", ONE_STOP);
    }
}

/// The result never came back: the civil-status system still says waiting.
fn lagging(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |at| world.cases[at].is_linked() && world.cases[at].status.is_done());
    for at in planter.choose(K::StatusLag, eligible) {
        mark(world, at, Defect::StillWaiting);
        world.truth.add(K::StatusLag, subject(world, at), "status", CIVIL_STATUS);
    }
}

/// The case stands again under its national code.
fn doubled(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |at| world.cases[at].is_linked() && world.cases[at].echo_of == NO_CASE);
    for at in planter.choose(K::DossierCodePair, eligible) {
        let mut echo = world.cases[at as usize];
        echo.echo_of = at;
        world.cases.push(echo);
        mark(world, at, Defect::Plain);
        mark(world, (world.cases.len() - 1) as u32, Defect::Plain);
        world.truth.add(K::DossierCodePair, subject(world, at), "code", ONE_STOP);
    }
}
