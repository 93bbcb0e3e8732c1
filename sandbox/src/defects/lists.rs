//! One number in two rows of a commune's list.

use super::{Defect, Mark, Planter};
use crate::days::plus;
use crate::numbers::number_text;
use crate::rows::ImpostorRow;
use crate::spelling::fold;
use crate::truth::COMMUNE_FILES;
use crate::world::World;
use schemas::{FindingKind as K, Subject};

pub(super) fn plant(world: &mut World, planter: &mut Planter) {
    let eligible: Vec<u32> = (0..world.lists.people.len() as u32).filter(|row| world.row_is_clean(*row)).collect();
    for row in planter.choose(K::IdDuplicate, eligible) {
        let person = world.people.all[world.lists.people[row as usize] as usize];
        let birth = plus(person.birth, planter.dice.between(400, 2_900)).min(world.settings.today);
        let male = planter.dice.chance(0.5);
        let mut name = person.name;
        while fold(&world.names.full(name)) == fold(&world.names.full(person.name)) {
            name = world.names.draw(person.name.surname, person.ethnicity, male, birth.year(), &mut planter.dice);
        }
        let (number, ethnicity, hamlet) = (person.number, person.ethnicity, person.hamlet);
        let impostor = ImpostorRow { number, name, birth, male, ethnicity, hamlet };
        if birth == person.birth {
            continue;
        }
        let commune = world.lists.commune_of(row);
        world.lists.impostors[commune].push(impostor);
        world.marks.lists.insert(row, Mark { slot: 0, defect: Defect::Plain });
        world.truth.add(K::IdDuplicate, Subject::person(&number_text(number)), "personal_id", COMMUNE_FILES);
    }
}
