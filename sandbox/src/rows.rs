//! Who stands in which commune's resident list.

use crate::dice::Dice;
use crate::names::Name;
use crate::people::People;
use jiff::civil::Date;

/// A row of a list for somebody who does not exist, under another person's number.
#[derive(Clone, Copy)]
pub struct ImpostorRow {
    pub number: u64,
    pub name: Name,
    pub birth: Date,
    pub male: bool,
    pub ethnicity: u8,
    pub hamlet: u8,
}

/// The resident list of each commune.
pub struct Lists {
    /// People in list order, commune after commune.
    pub people: Vec<u32>,
    /// Where each commune's rows begin; one more than there are communes.
    pub starts: Vec<u32>,
    /// Rows appended to a commune's list.
    pub impostors: Vec<Vec<ImpostorRow>>,
}

impl Lists {
    pub fn commune_of(&self, row: u32) -> usize {
        self.starts.partition_point(|start| *start <= row) - 1
    }

    /// The `STT` of a row in its list, from 1.
    pub fn position(&self, row: u32) -> u32 {
        row - self.starts[self.commune_of(row)] + 1
    }
}

/// About four residents in five are listed; the dead are not.
pub fn generate(people: &People, communes: usize, seed: u64) -> Lists {
    let mut dice = Dice::new(seed, "lists");
    let mut by_commune: Vec<Vec<u32>> = vec![Vec::new(); communes];
    for (at, person) in people.all.iter().enumerate() {
        if person.is_resident() && dice.chance(0.8) {
            by_commune[usize::from(person.commune)].push(at as u32);
        }
    }
    let mut lists = Lists { people: Vec::new(), starts: vec![0], impostors: vec![Vec::new(); communes] };
    for rows in by_commune {
        lists.people.extend(rows);
        lists.starts.push(lists.people.len() as u32);
    }
    lists
}
