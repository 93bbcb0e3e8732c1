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
    names: Vec<Placed>,
    /// The syllables of all names, one name after the other.
    of_names: Vec<u32>,
}

/// A name among many.
struct Placed {
    sketch: Sketch,
    /// The last syllable.
    given: u32,
    begin: u32,
}

#[derive(Clone, Copy)]
struct Sketch {
    letters: u32,
    loosest: u32,
    /// Of each syllable the bit of its letters.
    bits: u32,
    count: u8,
    is_bare: bool,
    /// Cut names and those of foreigners have rules of their own.
    is_plain: bool,
}

/// The sketch of a name that stands by itself.
#[derive(Clone, Copy)]
pub(crate) struct NameSketch {
    sketch: Sketch,
    given: Part,
}

/// Makes sketches one by one; knows the syllables that came before.
#[derive(Default)]
pub(crate) struct Sketcher {
    syllables: crate::hashed::Texts<Box<str>, Part>,
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

impl Sketch {
    /// `text`: what is [`written`]. `syllables`: of it, in order.
    fn new(text: &str, syllables: impl Iterator<Item = Part>) -> Self {
        let (mut loosest, mut is_bare, mut bits, mut count) = (0u64, true, 0, 0usize);
        let mut begins_vietnamese = false;
        for part in syllables {
            loosest = loosest.wrapping_mul(part.shift).wrapping_add(part.loosest);
            is_bare &= part.is_bare;
            bits |= part.bit();
            begins_vietnamese |= count == 0 && part.is_vietnamese;
            count += 1;
        }
        Self {
            letters: upper(hash(text.bytes().filter(|c| *c != b' ')).0),
            loosest: upper(loosest),
            bits,
            count: count.min(255) as u8,
            is_bare,
            is_plain: (2..255).contains(&count) && !CUT.contains(&text.chars().count()) && begins_vietnamese,
        }
    }
}

/// Two names with their given names: the given name of the shorter one, and whether that is the first
/// of the two, where it is surely another word than the given name of the longer one.
fn other_given<'s>(a: (&'s Sketch, &'s Part), b: (&'s Sketch, &'s Part)) -> Option<(&'s Part, bool)> {
    if !a.0.is_plain || !b.0.is_plain || a.0.letters == b.0.letters || a.0.loosest == b.0.loosest {
        return None;
    }
    let is_shorter = a.0.count <= b.0.count;
    let ((short, given), (long, other)) = if is_shorter { (a, b) } else { (b, a) };
    given.is_surely_other(other, !short.is_bare && !long.is_bare).then_some((given, is_shorter))
}

impl NameSketch {
    /// See [`Sketches::are_different`]; less often certain.
    pub fn is_different(&self, other: &Self) -> bool {
        let Some((given, is_shorter)) = other_given((&self.sketch, &self.given), (&other.sketch, &other.given)) else {
            return false;
        };
        let long = if is_shorter { other } else { self };
        long.sketch.bits & given.bit() == 0
    }
}

impl Sketcher {
    pub fn sketch(&mut self, name: &str) -> NameSketch {
        let text = written(name);
        let mut given = None;
        let syllables = parts(&text).map(|part| {
            let known = self.syllables.get(part.as_ref()).copied();
            let part = known.unwrap_or_else(|| *self.syllables.entry(part.as_ref().into()).or_insert(Part::new(&part)));
            given = Some(part);
            part
        });
        let sketch = Sketch::new(&text, syllables);
        NameSketch { sketch, given: given.unwrap_or_else(|| Part::new("")) }
    }
}

impl Sketches {
    pub fn push(&mut self, name: &str) {
        let text = written(name);
        let begin = self.of_names.len();
        for part in parts(&text) {
            let number = self.texts.number(&part);
            if number as usize == self.syllables.len() {
                self.syllables.push(Part::new(&part));
            }
            self.of_names.push(number);
        }
        let numbers = &self.of_names[begin..];
        let sketch = Sketch::new(&text, numbers.iter().map(|part| self.syllables[*part as usize]));
        let given = numbers.last().copied().unwrap_or_default();
        self.names.push(Placed { sketch, given, begin: begin as u32 });
    }

    /// Whether the names at two places are [`super::Likeness::Different`]; where it is not certain,
    /// no. Of two names of one letter or more that are neither cut nor foreign, that have not the
    /// same letters, this is so where the given name of the shorter one is another word than that
    /// of the longer one, and stands nowhere else in it.
    pub fn are_different(&self, a: u32, b: u32) -> bool {
        let (a, b) = (&self.names[a as usize], &self.names[b as usize]);
        let given = |name: &Placed| &self.syllables[name.given as usize];
        let Some((given, is_shorter)) = other_given((&a.sketch, given(a)), (&b.sketch, given(b))) else { return false };
        let long = if is_shorter { b } else { a };
        // Letters without accents are the same where those with accents are: without their bit there
        // is nothing to look for.
        let parts = || self.of_names[long.begin as usize..][..usize::from(long.sketch.count)].iter();
        long.sketch.bits & given.bit() == 0
            || !parts().any(|number| given.may_be_one(&self.syllables[*number as usize]))
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
        let (mut sketches, mut sketcher) = (Sketches::default(), Sketcher::default());
        names.iter().for_each(|name| sketches.push(name));
        let alone: Vec<NameSketch> = names.iter().map(|name| sketcher.sketch(name)).collect();
        let read: Vec<PersonName> = names.iter().map(|name| PersonName::new(name)).collect();
        let (mut told, mut told_alone, mut different) = (0, 0, 0);
        for (a, name) in read.iter().enumerate() {
            for (b, other) in read.iter().enumerate() {
                let is_different = name.compare(other).likeness == Likeness::Different;
                let is_told = sketches.are_different(a as u32, b as u32);
                assert!(is_different || !is_told, "{} / {}", names[a], names[b]);
                let is_told_alone = alone[a].is_different(&alone[b]);
                assert!(is_told || !is_told_alone, "{} / {}", names[a], names[b]);
                told_alone += usize::from(is_told_alone);
                told += usize::from(is_told);
                different += usize::from(is_different);
            }
        }
        assert!(told * 3 > different, "{told} of {different}");
        assert!(told_alone * 4 > told * 3, "{told_alone} of {told}");
    }
}
