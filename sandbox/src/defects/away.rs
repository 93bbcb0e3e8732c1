//! Records whose number was taken away: missing, spoilt beyond repair, or a CMND that the
//! population does not have. Whose they are stands in the truth.
//!
//! Planted last and with dice of its own: provinces are otherwise what they were. Some of these
//! records also spell the name in another way, so that linking has something to bear.

use super::mentions::{Mention, Source, is_clean, mentions};
use super::{Defect, Mark, Planter};
use crate::civil::{EventKind, WAIT_DAYS, event_key};
use crate::days::days_between;
use crate::dice::Dice;
use crate::numbers::number_text;
use crate::people::{IN_POPULATION, Person};
use crate::spelling::misspellings;
use crate::truth::PlantedLink;
use crate::world::World;
use schemas::{FindingKind as K, Subject};

/// Of the clean records of each source, at the default rate.
const SHARE: f64 = 0.01;
/// Of these, with another spelling of the name.
const SPELT: f64 = 0.4;

/// What stands where the number should.
#[derive(Clone)]
pub enum Instead {
    Nothing,
    Spoilt(Box<str>),
    Cmnd(u32),
}

pub(super) fn plant(world: &mut World, planter: &mut Planter, seed: u64) {
    planter.dice = Dice::new(seed, "numbers away");
    for source in Source::ALL {
        let eligible: Vec<Mention> = mentions(world, source).filter(|m| fits(world, source, m)).collect();
        for mention in planter.choose_share(SHARE, eligible) {
            if is_clean(world, source, mention.record) {
                take_away(world, planter, source, mention);
            }
        }
    }
}

fn fits(world: &World, source: Source, mention: &Mention) -> bool {
    let person = &world.people.all[mention.person as usize];
    let numbered = person.has(IN_POPULATION) && person.number != 0;
    numbered && (source != Source::Civil || world.events[mention.record as usize].kind == EventKind::Birth)
}

fn take_away(world: &mut World, planter: &mut Planter, source: Source, mention: Mention) {
    let person = world.people.all[mention.person as usize];
    let subject = Subject::person(&number_text(person.number));
    let spellings = misspellings(&world.names.full(person.name));
    let name = (planter.dice.chance(SPELT) && !spellings.is_empty())
        .then(|| spellings[planter.dice.below(spellings.len())].as_str().into());
    let ways = if source == Source::Civil { 2 } else { 3 };
    let instead = match planter.dice.below(ways) {
        0 => Instead::Nothing,
        1 => Instead::Spoilt(spoilt(&person, planter).into()),
        _ => match world.numbers.cmnd() {
            // All are given out: in a large province.
            0 => Instead::Nothing,
            cmnd => Instead::Cmnd(cmnd),
        },
    };
    if matches!(instead, Instead::Spoilt(_)) {
        world.truth.add(K::IdBadFormat, subject.clone(), "personal_id", source.name());
    } else if source == Source::Civil {
        let event = &world.events[mention.record as usize];
        if days_between(event.registered, world.settings.today) > WAIT_DAYS {
            world.truth.add(K::IdMissing, Subject::event(&event_key(mention.record)), "personal_id", source.name());
        }
    }
    if name.is_some() {
        world.truth.add(K::NameDiacritic, subject, "name", source.name());
    }
    world.truth.links.push(PlantedLink {
        source: source.name().to_owned(),
        record_key: source.record_key(world, mention.record),
        part: u16::from(mention.slot),
        person: number_text(person.number),
    });
    let mark = Mark { slot: mention.slot, defect: Defect::Away { instead, name } };
    source.marks(world).insert(mention.record, mark);
}

/// Two digits lost, or one that nobody could read.
fn spoilt(person: &Person, planter: &mut Planter) -> String {
    let number = number_text(person.number);
    let at = 3 + planter.dice.below(7);
    if planter.dice.chance(0.5) {
        format!("{}{}", &number[..at], &number[at + 2..])
    } else {
        format!("{}?{}", &number[..at], &number[at + 1..])
    }
}
