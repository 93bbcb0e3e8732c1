//! Names in a few numbers, which tell of most pairs that they are different without reading them.
//!
//! What is compared are hashes: other hashes are of other letters, equal ones prove nothing.

use super::parse::{parts, written};
use super::shorter::CUT;
use super::syllable::{Syllable, sound};
use crate::linkage::column::Texts;

/// Sketches of many names; their syllables are few.
#[derive(Default)]
pub(in crate::linkage) struct Sketches {
    texts: Texts,
    syllables: Vec<Part>,
    names: Vec<Sketch>,
    /// The syllables of all names, one name after the other.
    of_names: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Sketch {
    letters: u32,
    loosest: u32,
    /// The last syllable.
    given: u32,
    /// Of each syllable the bit of its letters.
    bits: u32,
    begin: u32,
    count: u8,
    is_bare: bool,
    /// Cut names and those of foreigners have rules of their own.
    is_plain: bool,
}

/// A syllable.
#[derive(Clone, Copy)]
struct Part {
    key: u32,
    plain: u32,
    sound: u32,
    /// Its letters as bits.
    set: u32,
    bytes: u8,
    tone: u8,
    is_initial: bool,
    is_bare: bool,
    is_vietnamese: bool,
    loosest: u64,
    /// What `loosest` of the syllables before it is multiplied with.
    shift: u64,
}

const BASE: u64 = 0x0000_0100_0000_01b3;

/// A hash that can be put together: that of `ab` is that of `a`, shifted by `b`, and that of `b`.
fn hash(letters: impl Iterator<Item = u8>) -> (u64, u64) {
    letters.fold((0, 1), |(hash, shift), c| (add(hash, c), shift.wrapping_mul(BASE)))
}

fn add(hash: u64, letter: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(letter) + 1)
}

fn upper(hash: u64) -> u32 {
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

impl Part {
    fn new(text: &str) -> Self {
        let syllable = Syllable::new(text);
        let (plain, sound) = (syllable.plain.as_bytes(), sound(&syllable.plain));
        let (loosest, shift) = hash(plain.iter().map(|c| if *c == b'y' { b'i' } else { *c }));
        Self {
            key: upper(hash(syllable.key.bytes()).0),
            plain: upper(hash(plain.iter().copied()).0),
            sound: upper(hash(sound.1.bytes().chain([sound.0])).0),
            set: plain.iter().fold(0, |set, c| set | 1 << (c & 31)),
            bytes: plain.len().min(255) as u8,
            tone: syllable.tone,
            is_initial: syllable.plain.chars().count() < 2,
            is_bare: syllable.is_bare,
            is_vietnamese: syllable.is_vietnamese,
            loosest,
            shift,
        }
    }

    fn bit(&self) -> u32 {
        1 << (self.plain >> 27)
    }

    /// Never wrongly false.
    fn may_be_one(&self, other: &Self) -> bool {
        self.key == other.key || self.plain == other.plain
    }

    /// Whether they are neither one, nor an initial, nor a slip; `accents`: in both names there are
    /// some.
    fn is_surely_other(&self, other: &Self, accents: bool) -> bool {
        let far = |one: &Self, other: &Self| {
            let long = one.bytes.max(other.bytes);
            long < 4 || one.bytes.abs_diff(other.bytes) > 1 || (one.set ^ other.set).count_ones() > 2
        };
        !self.may_be_one(other)
            && !self.is_initial
            && !other.is_initial
            && ((accents && self.tone != other.tone) || (self.sound != other.sound && far(self, other)))
    }
}

impl Sketches {
    pub fn push(&mut self, name: &str) {
        let text = written(name);
        let begin = self.of_names.len();
        let (mut loosest, mut is_bare) = (0u64, true);
        for part in parts(&text) {
            let number = self.texts.number(&part);
            if number as usize == self.syllables.len() {
                self.syllables.push(Part::new(&part));
            }
            let part = &self.syllables[number as usize];
            loosest = loosest.wrapping_mul(part.shift).wrapping_add(part.loosest);
            is_bare &= part.is_bare;
            self.of_names.push(number);
        }
        let (count, length) = (self.of_names.len() - begin, text.chars().count());
        let given = self.of_names[begin..].last().copied().unwrap_or_default();
        let bits = self.of_names[begin..].iter().fold(0, |bits, part| bits | self.syllables[*part as usize].bit());
        let first = self.of_names.get(begin).map(|first| &self.syllables[*first as usize]);
        self.names.push(Sketch {
            letters: upper(hash(text.bytes().filter(|c| *c != b' ')).0),
            loosest: upper(loosest),
            given,
            bits,
            begin: begin as u32,
            count: count.min(255) as u8,
            is_bare,
            is_plain: (2..255).contains(&count)
                && !CUT.contains(&length)
                && first.is_some_and(|first| first.is_vietnamese),
        });
    }

    /// Whether the names at two places are [`super::Likeness::Different`]; where it is not certain,
    /// no. Of two names of one letter or more that are neither cut nor foreign, that have not the
    /// same letters, this is so where the given name of the shorter one is another word than that
    /// of the longer one, and stands nowhere else in it.
    pub fn are_different(&self, a: u32, b: u32) -> bool {
        let (a, b) = (&self.names[a as usize], &self.names[b as usize]);
        if !a.is_plain || !b.is_plain || a.letters == b.letters || a.loosest == b.loosest {
            return false;
        }
        let (short, long) = if a.count <= b.count { (a, b) } else { (b, a) };
        let (given, other) = (&self.syllables[short.given as usize], &self.syllables[long.given as usize]);
        if !given.is_surely_other(other, !short.is_bare && !long.is_bare) {
            return false;
        }
        // Letters without accents are the same where those with accents are: without their bit there
        // is nothing to look for.
        let parts = || self.of_names[long.begin as usize..][..usize::from(long.count)].iter();
        long.bits & given.bit() == 0 || !parts().any(|number| given.may_be_one(&self.syllables[*number as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::person_name::{Likeness, PersonName};

    #[test]
    fn what_is_told_to_be_different_is_different_when_it_is_read_and_most_is_told() {
        let surnames = ["Nguyễn", "Ly", "Lý", "Giàng", "Nguyen", "Maria", "N", "Đỗ"];
        let middle = ["", "Văn", "Thị", "A", "Xuân Thu", "Thi"];
        let given =
            ["An", "Lan", "Loan", "Hà", "Hạ", "Ha", "Sử", "Xử", "Tuấn", "Tuan", "L", "Thị", "Nguyễn", "Trân", "Chân"];
        let mut names: Vec<String> = Vec::new();
        for (surname, middle) in surnames.iter().flat_map(|s| middle.iter().map(move |m| (s, m))) {
            names.extend(given.iter().map(|given| format!("{surname} {middle} {given}")));
        }
        names.extend(["Nguyễn Văn Aaaaaaaaaaaaaaaaaaaa", "NguyễnVăn An", "An", "", "Hà Nguyễn Văn"].map(str::to_owned));
        let mut sketches = Sketches::default();
        names.iter().for_each(|name| sketches.push(name));
        let read: Vec<PersonName> = names.iter().map(|name| PersonName::new(name)).collect();
        let (mut told, mut different) = (0, 0);
        for (a, name) in read.iter().enumerate() {
            for (b, other) in read.iter().enumerate() {
                let is_different = name.compare(other).likeness == Likeness::Different;
                let is_told = sketches.are_different(a as u32, b as u32);
                assert!(is_different || !is_told, "{} / {}", names[a], names[b]);
                told += usize::from(is_told);
                different += usize::from(is_different);
            }
        }
        assert!(told * 3 > different, "{told} of {different}");
    }
}
