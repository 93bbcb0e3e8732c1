//! What a row says of another, in parts of a weight: by its values, by their tags, and by a date.
//! Nothing can be foreseen of the other row, so that all is added up without a branch.

use super::date::{self, NO_DATE, STRANGE};
use super::dictionary::MISSING;
use super::glance::{Glance, Tags, equal_tags, tag_at, tags_of_values};

/// What eight fields say by their values.
#[derive(Clone, Copy, Default)]
pub struct SaysValues {
    pub values: [u32; 8],
    pub same: [i32; 8],
    pub other: [i32; 8],
}

impl SaysValues {
    /// What the values of another row say at the most.
    #[inline]
    pub fn of(&self, others: &[u32; 8]) -> i32 {
        others.iter().enumerate().map(|(at, other)| self.of_one(at, *other)).sum()
    }

    #[inline]
    pub fn of_one(&self, at: usize, other: u32) -> i32 {
        let says = if other == self.values[at] { self.same[at] } else { self.other[at] };
        if other == MISSING { 0 } else { says }
    }
}

/// What eight fields say by their tags. Which tags are equal is known for all of them at once, and
/// what they say together has been added up before.
#[derive(Clone, Copy, Default)]
pub struct SaysTags {
    tags: Tags,
    /// What fields with a value on the other side say at least.
    values: Sums,
    /// What those with an equal tag say more.
    equal: Sums,
}

impl SaysTags {
    /// `other`: of each field what another tag says; `more`: what an equal one says more. Both are
    /// nothing without a value.
    pub fn new(tags: Tags, other: &[i32; 8], more: &[i32; 8]) -> Self {
        Self { tags, values: Sums::new(other), equal: Sums::new(more) }
    }

    #[inline]
    pub fn of(&self, tags: Tags) -> i32 {
        self.values.of(tags_of_values(tags)) + self.equal.of(equal_tags(self.tags, tags))
    }

    /// What one field says to the tag of another, which may stand in its place.
    #[inline]
    pub fn of_one(&self, at: usize, other: u8) -> i32 {
        let more = if tag_at(self.tags, at) == other { self.equal.of(1 << at) } else { 0 };
        if other == 0 { 0 } else { self.values.of(1 << at) + more }
    }
}

/// The sums of all sets of eight numbers: of the first four, and of the last. A set has the bit of
/// each of its numbers.
#[derive(Clone, Copy, Default)]
struct Sums([[i32; 16]; 2]);

impl Sums {
    #[inline]
    fn new(numbers: &[i32; 8]) -> Self {
        let mut sums = [[0; 16]; 2];
        for (sums, numbers) in sums.iter_mut().zip(numbers.as_chunks::<4>().0) {
            for (at, number) in numbers.iter().enumerate() {
                let (without, with) = sums[..2 << at].split_at_mut(1 << at);
                with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + number);
            }
        }
        Self(sums)
    }

    #[inline]
    fn of(&self, set: u8) -> i32 {
        self.0[0][usize::from(set & 15)] + self.0[1][usize::from(set >> 4)]
    }
}

/// What a date says: by the level of another, or [`SaysDate::UNKNOWN`] or [`SaysDate::NOTHING`].
#[derive(Clone, Copy, Default)]
pub struct SaysDate {
    pub date: u32,
    pub says: [i32; 8],
}

impl SaysDate {
    pub const UNKNOWN: usize = 4;
    const NOTHING: usize = 5;

    /// The place of what is said: of dates how they are alike, then of no date, then of strange ones.
    const PLACES: [u8; 3 * date::ALIKE] = {
        let mut places = [Self::NOTHING as u8; 3 * date::ALIKE];
        let mut at = 0;
        while at < date::ALIKE {
            places[at] = date::LEVELS[at];
            places[at + 2 * date::ALIKE] = Self::UNKNOWN as u8;
            at += 1;
        }
        places
    };

    #[inline]
    pub fn of(&self, other: u32) -> i32 {
        let kind = usize::from(other == NO_DATE) + 2 * usize::from(other == STRANGE);
        let place = Self::PLACES[usize::from(date::alike(self.date, other)) + kind * date::ALIKE];
        self.says[usize::from(place) & 7]
    }
}

/// What is said at a glance.
#[derive(Clone, Copy, Default)]
pub struct SaysGlance {
    pub tags: SaysTags,
    pub date: SaysDate,
}

impl SaysGlance {
    #[inline]
    pub fn of(&self, glance: Glance) -> i32 {
        self.tags.of(glance.tags) + self.date.of(glance.date)
    }
}

#[cfg(test)]
mod tests {
    use super::super::glance::tags;
    use super::*;

    #[test]
    fn sums_are_those_of_all_sets() {
        let numbers = [1, 20, 300, 4_000, -5, -60, -700, -8_000];
        let sums = Sums::new(&numbers);
        for set in 0..=255u8 {
            let expected: i32 = (0..8).filter(|at| set >> at & 1 == 1).map(|at| numbers[at]).sum();
            assert_eq!(sums.of(set), expected, "{set}");
        }
    }

    #[test]
    fn tags_say_what_the_values_say_and_of_no_value_nothing() {
        let others = [-10, -20, -30, -40, -50, -60, -70, -80];
        let same = [1, 2, 3, 4, 5, 6, 7, 8];
        let mut state = 1u32;
        let mut values = || -> [u32; 8] {
            std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) % 4
            })
        };
        for _ in 0..2_000 {
            let (left, right) = (values(), values());
            let has = |at: usize, says: i32| if left[at] == 0 { 0 } else { says };
            let by_value = SaysValues {
                values: left,
                same: std::array::from_fn(|at| has(at, same[at])),
                other: std::array::from_fn(|at| has(at, others[at])),
            };
            let more = std::array::from_fn(|at| has(at, same[at] - others[at]));
            let by_tag = SaysTags::new(tags(&left), &by_value.other, &more);
            // These few values have a tag each.
            assert_eq!(by_tag.of(tags(&right)), by_value.of(&right), "{left:?} {right:?}");
            for (at, other) in (0..8).flat_map(|at| (0..8).map(move |other| (at, other))) {
                let tag = tag_at(tags(&right), other);
                assert_eq!(by_tag.of_one(at, tag), by_value.of_one(at, right[other]), "{left:?} {right:?}");
            }
        }
    }
}
