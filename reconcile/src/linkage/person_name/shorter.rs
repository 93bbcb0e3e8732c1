//! One name says less than the other.

use super::syllable::{Alike, Syllable};
use super::{Likeness, PersonName, Reason, Verdict};

/// Where systems cut names off; a space at the end is lost on the way.
pub(super) const CUT: [usize; 2] = [29, 30];

/// One ends where a system cuts, and the other goes on.
pub(super) fn cut(a: &PersonName, b: &PersonName) -> Option<Verdict> {
    let (short, long) = if a.length <= b.length { (a, b) } else { (b, a) };
    let length = short.length;
    if !CUT.contains(&length) || long.length <= length {
        return None;
    }
    let begin: String = long.text.chars().take(length).collect();
    let verdict = PersonName::new(&begin);
    let same = verdict.letters == short.letters
        || verdict.mildly(short).is_some()
        || ((short.is_bare || long.is_bare) && verdict.plain() == short.plain());
    same.then(|| Verdict::new(Likeness::Compatible, Reason::CutAt30))
}

/// `Maria Nguyen`, `Maria Tran`: foreigners' names begin with the given name, and the rest changes
/// with a marriage.
pub(super) fn after_marriage(a: &PersonName, b: &PersonName) -> Option<Verdict> {
    let bare = [a.is_bare, b.is_bare];
    let (first_a, rest_a) = a.syllables.split_first()?;
    let (first_b, rest_b) = b.syllables.split_first()?;
    if first_a.is_vietnamese || !first_a.compare(first_b, bare).is_one() || rest_a.is_empty() || rest_b.is_empty() {
        return None;
    }
    let in_other = |word: &Syllable, rest: &[Syllable]| rest.iter().any(|o| word.compare(o, bare).is_one());
    let alike = |x: &Syllable, y: &Syllable| x.compare(y, bare) != Alike::No;
    if rest_a.iter().all(|word| in_other(word, rest_b)) || rest_b.iter().all(|word| in_other(word, rest_a)) {
        let longer = rest_a.len() != rest_b.len();
        return longer.then(|| Verdict::new(Likeness::Compatible, Reason::MarriedName));
    }
    let apart = !rest_a.iter().any(|x| rest_b.iter().any(|y| alike(x, y)));
    apart.then(|| Verdict::new(Likeness::Similar, Reason::MarriedName))
}

/// `short` has fewer syllables than `long`.
pub(super) fn less(short: &PersonName, long: &PersonName) -> Verdict {
    let (n, m) = (short.syllables.len(), long.syllables.len());
    let bare = [short.is_bare, long.is_bare];
    let at = |i: usize, j: usize| short.syllables[i].compare(&long.syllables[j], bare);
    let one_or_initial = |alike: Alike| alike.is_one() || alike == Alike::Initial;
    if n == 1 {
        let verdict = if at(0, m - 1).is_one() { Reason::OnlyGiven } else { Reason::OtherName };
        let likeness = if verdict == Reason::OnlyGiven { Likeness::Similar } else { Likeness::Different };
        return Verdict::new(likeness, verdict);
    }
    if let Some(verdict) = middle_missing(short, long) {
        return verdict;
    }
    if n + 1 == m && (0..n).all(|i| one_or_initial(at(i, i + 1))) {
        return Verdict::new(Likeness::Compatible, Reason::SurnameMissing);
    }
    if (0..n).all(|i| at(i, i).is_one()) {
        return Verdict::new(Likeness::Similar, Reason::GivenMissing);
    }
    if n == 2 && at(0, m - 1).is_one() && at(1, 0).is_one() {
        return Verdict::new(Likeness::Compatible, Reason::OtherOrder);
    }
    match (at(0, 0), at(n - 1, m - 1)) {
        (surname, given) if surname.is_one() && given.is_one() => Verdict::new(Likeness::Similar, Reason::OtherMiddle),
        (surname, given) if given.is_one() || surname.is_one() => {
            let slip = matches!(surname, Alike::Slip(_)) || matches!(given, Alike::Slip(_));
            if slip && within(short, long, |a| a != Alike::No) {
                return Verdict::new(Likeness::Similar, Reason::SeveralSlips);
            }
            let reason = if given.is_one() { Reason::OtherSurname } else { Reason::OtherGiven };
            Verdict::new(Likeness::Different, reason)
        }
        _ => Verdict::new(Likeness::Different, Reason::OtherName),
    }
}

/// Surname and given name are there, and what stands between them is part of what the other says.
fn middle_missing(short: &PersonName, long: &PersonName) -> Option<Verdict> {
    let (n, m) = (short.syllables.len(), long.syllables.len());
    let bare = [short.is_bare, long.is_bare];
    let ends = [
        short.syllables[0].compare(&long.syllables[0], bare),
        short.syllables[n - 1].compare(&long.syllables[m - 1], bare),
    ];
    if !ends[1].is_one() || !(ends[0].is_one() || ends[0] == Alike::Initial) {
        return None;
    }
    if !within(short, long, |alike| alike.is_one() || alike == Alike::Initial) {
        return None;
    }
    let mut used = 0;
    let mut missing: Vec<&Syllable> = Vec::new();
    for syllable in &long.syllables {
        let next = short.syllables.get(used).map(|s| s.compare(syllable, bare));
        if next.is_some_and(|alike| alike.is_one() || alike == Alike::Initial) {
            used += 1;
        } else {
            missing.push(syllable);
        }
    }
    let only_words = missing.iter().all(|syllable| syllable.is_gender_word());
    let reason = if only_words { Reason::GenderWordMissing } else { Reason::MiddleMissing };
    Some(Verdict::new(Likeness::Compatible, reason))
}

/// Each syllable of `short` stands in `long`, in the same order.
fn within(short: &PersonName, long: &PersonName, fits: impl Fn(Alike) -> bool) -> bool {
    let bare = [short.is_bare, long.is_bare];
    let mut rest = long.syllables.iter();
    short.syllables.iter().all(|syllable| rest.any(|other| fits(syllable.compare(other, bare))))
}
