//! A row against a person, in levels; 0 is the closest.

use super::values::{Name, Values};
use crate::hashed::Texts;
use crate::linkage::person_name::Likeness;
use schemas::PartialDate;

/// One side has no value.
pub(super) const NO_EVIDENCE: u8 = 7;

/// A comparison, its levels, and what is believed before anything was learned: the share of each
/// level among true pairs, and among pairs by chance.
pub(super) type Field = (&'static str, &'static [&'static str], &'static [f64], &'static [f64]);

/// A day is one of some 25 000, a year one of 70, a commune one of a hundred.
pub(super) const FIELDS: [Field; 10] = [
    (
        "name",
        Likeness::NAMES,
        &[0.90, 0.06, 0.02, 0.01, 0.005, 0.005],
        &[0.000_5, 0.000_05, 0.000_5, 0.002, 0.02, 0.976_95],
    ),
    (
        "birth_date",
        &["day", "slip", "year", "different"],
        &[0.96, 0.02, 0.01, 0.01],
        &[0.000_04, 0.000_6, 0.014, 0.985_36],
    ),
    ("birth_part", &["as far as known", "different"], &[0.97, 0.03], &[0.014, 0.986]),
    ("sex", &["same", "different"], &[0.99, 0.01], &[0.5, 0.5]),
    ("ethnicity", &["same", "different"], &[0.97, 0.03], &[0.3, 0.7]),
    ("commune", &["same", "different"], &[0.92, 0.08], &[0.01, 0.99]),
    (
        "father",
        &["same", "compatible", "close", "different"],
        &[0.93, 0.03, 0.01, 0.03],
        &[0.000_5, 0.001, 0.002, 0.996_5],
    ),
    (
        "mother",
        &["same", "compatible", "close", "different"],
        &[0.93, 0.03, 0.01, 0.03],
        &[0.000_5, 0.001, 0.002, 0.996_5],
    ),
    ("cmnd", &["same", "one digit", "different"], &[0.80, 0.05, 0.15], &[0.000_001, 0.000_05, 0.999_949]),
    ("number", &["near", "different"], &[0.90, 0.10], &[0.000_01, 0.999_99]),
];

pub(super) const NAME: usize = 0;
const BIRTH_DATE: usize = 1;
const BIRTH_PART: usize = 2;
const SEX: usize = 3;
pub(super) const ETHNICITY: usize = 4;
const COMMUNE: usize = 5;
const FATHER: usize = 6;
const MOTHER: usize = 7;
const CMND: usize = 8;
const NUMBER: usize = 9;

pub(super) type Levels = [u8; FIELDS.len()];

/// Names that were compared before: many people share theirs, and those of one text are one
/// [`Name`] mostly. It is known again by its number, which costs no look at its letters.
#[derive(Default)]
pub(super) struct Compared(Texts<(u64, u64), Likeness>);

/// More than this is forgotten: what comes often comes again.
const REMEMBERED: usize = 1 << 15;

impl Compared {
    fn names(&mut self, a: &Name, b: &Name) -> Likeness {
        if a.sketch.is_different(&b.sketch) {
            return Likeness::Different;
        }
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        *self.0.entry((a.number, b.number)).or_insert_with(|| a.parsed().compare(b.parsed()).likeness)
    }
}

pub(super) fn levels(row: &Values, person: &Values, compared: &mut Compared) -> Levels {
    let mut levels = [NO_EVIDENCE; FIELDS.len()];
    let names = row.names.iter().zip(std::iter::repeat(person.names.first())).filter_map(|(a, b)| Some((a, b?)));
    if let Some(level) = names.map(|(a, b)| compared.names(a, b) as u8).min() {
        levels[NAME] = level;
    }
    if let (Some(a), Some(b)) = (row.birth, person.birth) {
        let (at, level) = birth(a, b);
        levels[at] = level;
    }
    let equal = |same: Option<bool>| same.map_or(NO_EVIDENCE, |same| u8::from(!same));
    levels[SEX] = equal(row.sex.zip(person.sex).map(|(a, b)| a == b));
    levels[ETHNICITY] = equal(row.ethnicity.zip(person.ethnicity).map(|(a, b)| a == b));
    let (of_row, of_person) = (&row.place.communes, &person.place.communes);
    if !of_row.is_empty() && !of_person.is_empty() {
        levels[COMMUNE] = u8::from(!of_row.iter().any(|code| of_person.contains(code)));
    }
    levels[FATHER] = parent(row.father.as_deref(), person.father.as_deref(), compared);
    levels[MOTHER] = parent(row.mother.as_deref(), person.mother.as_deref(), compared);
    if let (Some(a), Some(b)) = (row.cmnd, person.cmnd) {
        levels[CMND] = digits_apart(a, b).min(2);
    }
    if let (Some(a), Some(b)) = (&row.number, &person.number) {
        levels[NUMBER] = u8::from(edits(a, b) > 2);
    }
    levels
}

fn birth(a: PartialDate, b: PartialDate) -> (usize, u8) {
    let agree = |a: Option<i8>, b: Option<i8>| a.is_none() || b.is_none() || a == b;
    let same = a.year() == b.year() && agree(a.month(), b.month()) && agree(a.day(), b.day());
    if !a.is_full() || !b.is_full() {
        return (BIRTH_PART, u8::from(!same));
    }
    let swap = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    let level = match () {
        () if same => 0,
        () if swap || digits_apart(digits(a), digits(b)) == 1 => 1,
        () if a.year() == b.year() => 2,
        () => 3,
    };
    (BIRTH_DATE, level)
}

/// A full date as the digits that it is written with.
fn digits(date: PartialDate) -> u32 {
    let part = |part: Option<i8>| u32::from(part.unwrap_or_default().unsigned_abs());
    u32::from(date.year().unsigned_abs()) * 10_000 + part(date.month()) * 100 + part(date.day())
}

fn parent(a: Option<&Name>, b: Option<&Name>, compared: &mut Compared) -> u8 {
    let (Some(a), Some(b)) = (a, b) else { return NO_EVIDENCE };
    match compared.names(a, b) {
        Likeness::Same | Likeness::Writing => 0,
        Likeness::Compatible => 1,
        Likeness::Close => 2,
        Likeness::Similar | Likeness::Different => 3,
    }
}

/// Digits in which two CMNDs differ.
fn digits_apart(mut a: u32, mut b: u32) -> u8 {
    let mut apart = 0;
    while a != b {
        apart += u8::from(a % 10 != b % 10);
        (a, b) = (a / 10, b / 10);
    }
    apart
}

/// Places in which two texts of one length differ; of another length: how many signs are missing,
/// where that is all.
fn edits(a: &str, b: &str) -> usize {
    if a.len() == b.len() {
        return a.bytes().zip(b.bytes()).filter(|(x, y)| x != y).count();
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut rest = long.bytes();
    if short.bytes().all(|wanted| rest.any(|sign| sign == wanted)) { long.len() - short.len() } else { usize::MAX }
}

/// A weight alone makes no link: the name must be one name, something of the person's own (birth,
/// a number, both parents) must agree with it, and nothing of that may contradict.
pub(super) fn is_enough(levels: &Levels) -> bool {
    let one_name = levels[NAME] <= Likeness::Compatible as u8;
    let whole_name = levels[NAME] <= Likeness::Writing as u8;
    let parents = levels[FATHER] <= 1 && levels[MOTHER] <= 1;
    let number = levels[CMND] == 0 || levels[NUMBER] == 0;
    let own = levels[BIRTH_DATE] == 0
        || (levels[BIRTH_PART] == 0 && whole_name && (levels[COMMUNE] == 0 || number || parents))
        || (number && whole_name && levels[COMMUNE] == 0);
    let against = matches!(levels[BIRTH_DATE], 1..=3)
        || levels[BIRTH_PART] == 1
        || levels[SEX] == 1
        || matches!(levels[FATHER], 2 | 3)
        || matches!(levels[MOTHER], 2 | 3);
    one_name && own && !against
}

/// Worth an officer's time: not another name, unless a number speaks for it. Brothers and sisters
/// share all but the name.
pub(super) fn is_worth_a_look(levels: &Levels) -> bool {
    levels[NAME] < Likeness::Different as u8 || levels[CMND] == 0 || levels[NUMBER] == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_believed_beforehand_is_a_share_of_all() {
        for (name, levels, m, u) in FIELDS {
            for shares in [m, u] {
                assert_eq!(levels.len(), shares.len(), "{name}");
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{name}");
            }
        }
    }
}
