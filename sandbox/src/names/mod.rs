//! Names as people of each nation bear them, kept as three indices into one table of parts.
//!
//! A name is made once and rendered when it is shown. Spellings that only differ in tone
//! placement or i/y (Hoà, Hòa; Quý, Quí) are parts of their own: each person keeps one.

pub mod tables;

use crate::dice::Dice;
use tables::{Nation, Weighted};

/// Surname, middle name (possibly empty, possibly several words), given name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Name {
    pub surname: u16,
    pub middle: u16,
    pub given: u16,
}

/// A list to draw from: cumulative weights beside part indices.
struct Draw {
    parts: Vec<u16>,
    cumulative: Vec<u32>,
}

impl Draw {
    fn pick(&self, dice: &mut Dice) -> u16 {
        let total = self.cumulative.last().copied().unwrap_or(0);
        let roll = dice.below(total as usize) as u32;
        self.parts[self.cumulative.partition_point(|c| *c <= roll)]
    }
}

/// One nation's lists: surnames; then middle and given names by sex and generation.
struct Lists {
    surnames: Draw,
    /// `[male, female] × [born before 1990, since]`
    middles: [[Draw; 2]; 2],
    givens: [[Draw; 2]; 2],
}

pub struct Names {
    parts: Vec<&'static str>,
    lists: Vec<Lists>,
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

impl Names {
    pub fn new() -> Self {
        let mut parts: Vec<&'static str> = Vec::new();
        let mut intern = |list: Weighted| {
            let mut draw = Draw { parts: Vec::new(), cumulative: Vec::new() };
            let mut total = 0;
            for (part, weight) in list {
                let at = parts.iter().position(|p| p == part).unwrap_or_else(|| {
                    parts.push(part);
                    parts.len() - 1
                });
                total += weight;
                draw.parts.push(at as u16);
                draw.cumulative.push(total);
            }
            draw
        };
        let lists = Nation::ALL
            .iter()
            .map(|nation| Lists {
                surnames: intern(nation.surnames()),
                middles: [true, false].map(|male| [false, true].map(|young| intern(nation.middles(male, young)))),
                givens: [true, false].map(|male| [false, true].map(|young| intern(nation.givens(male, young)))),
            })
            .collect();
        Self { parts, lists }
    }

    fn lists(&self, ethnicity: u8) -> &Lists {
        let at = usize::from(ethnicity).saturating_sub(1);
        self.lists.get(at).unwrap_or(&self.lists[0])
    }

    pub fn surname(&self, ethnicity: u8, dice: &mut Dice) -> u16 {
        self.lists(ethnicity).surnames.pick(dice)
    }

    /// A name with the given surname.
    pub fn draw(&self, surname: u16, ethnicity: u8, male: bool, birth_year: i16, dice: &mut Dice) -> Name {
        let lists = self.lists(ethnicity);
        let (sex, generation) = (usize::from(!male), usize::from(birth_year >= 1990));
        let middle = lists.middles[sex][generation].pick(dice);
        let mut given = lists.givens[sex][generation].pick(dice);
        // A word twice in one name (Thanh Thanh) exists, but is rare.
        if self.parts[usize::from(middle)].ends_with(self.parts[usize::from(given)]) {
            given = lists.givens[sex][generation].pick(dice);
        }
        Name { surname, middle, given }
    }

    pub fn part(&self, at: u16) -> &'static str {
        self.parts[usize::from(at)]
    }

    /// `Nguyễn Thị Hoà`
    pub fn full(&self, name: Name) -> String {
        let (surname, middle, given) = (self.part(name.surname), self.part(name.middle), self.part(name.given));
        if middle.is_empty() { format!("{surname} {given}") } else { format!("{surname} {middle} {given}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nguyen_is_borne_by_more_than_a_third_of_the_kinh() {
        let (names, mut dice) = (Names::new(), Dice::new(1, "names"));
        let nguyen = (0..10_000).filter(|_| names.part(names.surname(1, &mut dice)) == "Nguyễn").count();
        assert!((3_500..4_100).contains(&nguyen), "{nguyen}");
    }

    #[test]
    fn a_hmong_man_has_the_middle_name_a() {
        let (names, mut dice) = (Names::new(), Dice::new(1, "names"));
        let surname = names.surname(8, &mut dice);
        let name = names.full(names.draw(surname, 8, true, 1980, &mut dice));
        assert!(name.contains(" A "), "{name}");
    }
}
