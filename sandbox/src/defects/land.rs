//! Defects of certificates and parcels.

use super::{Defect, Mark, Planter};
use crate::civil::EventKind;
use crate::land::{OwnerKind, serial_text};
use crate::numbers::number_text;
use crate::people::NOBODY;
use crate::truth::LAND;
use crate::world::World;
use schemas::{FindingKind as K, Subject};
use std::collections::BTreeSet;

pub(super) fn plant(world: &mut World, planter: &mut Planter) {
    dead_owners(world, planter);
    collisions(world, planter);
    doubled_serials(world, planter);
    single(world, planter, K::OwnerType, "owner");
    single(world, planter, K::ParcelOldSheet, "parcel");
    single(world, planter, K::AreaDiff, "area");
    single(world, planter, K::CertSerialFormat, "serial");
    single(world, planter, K::NotScanned, "scan");
}

/// Remarks that originals were not handed over, on certificates that nothing else was done to.
pub(super) fn plant_originals(world: &mut World, planter: &mut Planter) {
    single(world, planter, K::OriginalsKept, "originals");
}

fn mark(world: &mut World, certificate: u32, defect: Defect) {
    world.marks.land.insert(certificate, Mark { slot: 0, defect });
}

fn clean(world: &World, fits: impl Fn(u32) -> bool) -> Vec<u32> {
    (0..world.certificates.len() as u32).filter(|at| world.certificate_is_clean(*at) && fits(*at)).collect()
}

/// A registered death, and a certificate that still names the person.
fn dead_owners(world: &mut World, planter: &mut Planter) {
    let known: BTreeSet<u32> = world.certificates.iter().filter(|c| c.death_known).map(|c| c.owner).collect();
    let mut dead = world.dead_with_clean_entry();
    dead.retain(|(person, _)| !known.contains(person));
    planter.dice.shuffle(&mut dead);
    let eligible = clean(world, |at| {
        let c = &world.certificates[at as usize];
        c.owner_kind == OwnerKind::Individual && !c.death_known
    });
    for (at, (person, event)) in planter.choose(K::DeadOwner, eligible).into_iter().zip(dead) {
        debug_assert!(world.events[event as usize].kind == EventKind::Death);
        world.certificates[at as usize].owner = person;
        mark(world, at, Defect::Plain);
        world.marks.civil.insert(event, Mark { slot: 0, defect: Defect::Plain });
        let number = number_text(world.people.all[person as usize].number);
        world.truth.add(K::DeadOwner, Subject::person(&number), "life_status", LAND);
    }
}

/// Certificates to pair with: the next clean one of the same commune that fits.
fn partner(world: &World, at: u32, fits: impl Fn(u32) -> bool) -> Option<u32> {
    let commune = world.certificates[at as usize].commune;
    (at + 1..world.certificates.len() as u32).take(20_000).find(|other| {
        world.certificates[*other as usize].commune == commune && world.certificate_is_clean(*other) && fits(*other)
    })
}

/// Two parcels of two old communes with one sheet and number in today's commune.
fn collisions(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |at| {
        let c = &world.certificates[at as usize];
        c.origin.is_some() && world.places.communes[usize::from(c.commune)].origins.len() > 1
    });
    for at in planter.choose(K::ParcelCollision, eligible) {
        let one = world.certificates[at as usize];
        if !world.certificate_is_clean(at) {
            continue;
        }
        let Some(other) = partner(world, at, |other| world.certificates[other as usize].origin != one.origin) else {
            continue;
        };
        let second = &mut world.certificates[other as usize];
        (second.sheet, second.parcel) = (one.sheet, one.parcel);
        mark(world, at, Defect::Plain);
        mark(world, other, Defect::Plain);
        let commune = &world.places.communes[usize::from(one.commune)].code;
        let subject = Subject::parcel(commune, &one.sheet.to_string(), &one.parcel.to_string());
        world.truth.add(K::ParcelCollision, subject, "parcel", LAND);
    }
}

/// One serial on two certificates with other owners and parcels.
fn doubled_serials(world: &mut World, planter: &mut Planter) {
    let eligible = clean(world, |_| true);
    for at in planter.choose(K::CertDup, eligible) {
        let one = world.certificates[at as usize];
        if !world.certificate_is_clean(at) {
            continue;
        }
        let stranger = |other: u32| {
            let c = &world.certificates[other as usize];
            c.owner != one.owner && c.wife != one.owner && (one.wife == NOBODY || c.owner != one.wife)
        };
        let Some(other) = partner(world, at, stranger) else { continue };
        let second = &mut world.certificates[other as usize];
        (second.serial, second.issued) = (one.serial, one.issued);
        mark(world, at, Defect::Plain);
        mark(world, other, Defect::Plain);
        let subject = Subject::certificate(&serial_text(one.serial, one.issued));
        world.truth.add(K::CertDup, subject, "serial", LAND);
    }
}

/// Defects of one certificate on its own.
fn single(world: &mut World, planter: &mut Planter, kind: K, field: &str) {
    let eligible = clean(world, |at| {
        let c = &world.certificates[at as usize];
        match kind {
            K::OwnerType => c.owner_kind == OwnerKind::Individual && !c.death_known,
            // A tenth of the area must also be more than the tolerance in square metres.
            K::AreaDiff => c.area > 2_000,
            _ => true,
        }
    });
    for at in planter.choose(kind, eligible) {
        let c = world.certificates[at as usize];
        let defect = match kind {
            K::OwnerType => Defect::OwnerStyle(planter.dice.below(3) as u8),
            K::ParcelOldSheet => Defect::OldSheet(
                c.sheet + planter.dice.between(1, 9) as u16,
                c.parcel + planter.dice.between(0, 40) as u16,
            ),
            K::AreaDiff => Defect::LegalArea(c.area * planter.dice.between(116, 170) as u32 / 100),
            K::CertSerialFormat => Defect::SerialStyle(planter.dice.below(4) as u8),
            K::OriginalsKept => Defect::OriginalsKept,
            _ => Defect::NotScanned,
        };
        mark(world, at, defect);
        let subject = match kind {
            K::ParcelOldSheet | K::AreaDiff => {
                let origin = world.places.origin_code(c.origin, c.commune);
                Subject::parcel(origin, &c.sheet.to_string(), &c.parcel.to_string())
            }
            _ => Subject::certificate(&serial_text(c.serial, c.issued)),
        };
        world.truth.add(kind, subject, field, LAND);
    }
}
