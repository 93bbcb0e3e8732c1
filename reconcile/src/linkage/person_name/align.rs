//! Names of as many syllables: each against the one in its place.

use super::syllable::Alike;
use super::{Likeness, PersonName, Reason, Verdict};

pub(super) fn in_place(a: &PersonName, b: &PersonName) -> Verdict {
    let bare = [a.is_bare, b.is_bare];
    let pairs: Vec<Alike> = a.syllables.iter().zip(&b.syllables).map(|(x, y)| x.compare(y, bare)).collect();
    let slips: Vec<Reason> = pairs
        .iter()
        .filter_map(|pair| match pair {
            Alike::Slip(reason) => Some(*reason),
            _ => None,
        })
        .collect();
    let count = |wanted: fn(&Alike) -> bool| pairs.iter().filter(|pair| wanted(pair)).count();
    let (whole, initials, other) = (count(|p| p.is_one()), count(|p| *p == Alike::Initial), count(|p| *p == Alike::No));
    let last = pairs.len() - 1;
    match (slips.as_slice(), initials, other) {
        ([], 0, 0) => Verdict::new(Likeness::Writing, Reason::LostAccents),
        ([], _, 0) if whole > 0 => Verdict::new(Likeness::Compatible, Reason::Initials),
        ([], _, 0) => Verdict::new(Likeness::Similar, Reason::Initials),
        ([one], 0, 0) if last > 0 => Verdict::new(Likeness::Close, *one),
        _ if in_another_order(a, b) => Verdict::new(Likeness::Compatible, Reason::OtherOrder),
        (several, 0, 0) if several.iter().all(|reason| *reason == Reason::OneAccent) => {
            Verdict::new(Likeness::Similar, Reason::SeveralAccents)
        }
        (_, 0, 0) if whole > 0 => Verdict::new(Likeness::Similar, Reason::SeveralSlips),
        _ => other_words(a, b, &pairs),
    }
}

/// The given name first, the surname last, or all from behind; each syllable is the same.
fn in_another_order(a: &PersonName, b: &PersonName) -> bool {
    let n = a.syllables.len();
    let bare = [a.is_bare, b.is_bare];
    let is_one = |at: usize, other: usize| a.syllables[at].compare(&b.syllables[other], bare).is_one();
    let rotated = |from: usize| (0..n).all(|at| is_one(at, (at + from) % n));
    let backwards = || (0..n).all(|at| is_one(at, n - 1 - at));
    n > 1 && ((1..n).any(rotated) || backwards())
}

/// At least one syllable is another word.
fn other_words(a: &PersonName, b: &PersonName, pairs: &[Alike]) -> Verdict {
    let last = pairs.len() - 1;
    let (surname, given) = (pairs[0], pairs[last]);
    if last == 0 || (!surname.is_one() && !given.is_one()) {
        return Verdict::new(Likeness::Different, Reason::OtherName);
    }
    let foreign = |name: &PersonName| !name.syllables[0].is_vietnamese;
    if !given.is_one() || (foreign(a) && foreign(b) && !surname.is_one()) {
        return Verdict::new(Likeness::Different, Reason::OtherGiven);
    }
    let middles = || a.syllables[1..last].iter().zip(&b.syllables[1..last]);
    let words = |x: &super::syllable::Syllable, y: &super::syllable::Syllable| {
        x.is_gender_word() && y.is_gender_word() && x.says_female() != y.says_female()
    };
    if middles().any(|(x, y)| words(x, y)) {
        return Verdict::new(Likeness::Different, Reason::OtherGender);
    }
    match surname {
        Alike::Equal | Alike::Lost => Verdict::new(Likeness::Similar, Reason::OtherMiddle),
        // All else being the same, a woman's or a child's surname may have been changed.
        Alike::No if last > 1 && pairs[1..].iter().all(|pair| pair.is_one()) => {
            Verdict::new(Likeness::Similar, Reason::OtherSurname)
        }
        _ => Verdict::new(Likeness::Different, Reason::OtherSurname),
    }
}
