//! How common the values of waiting rows are in the whole population.

use crate::hashed::Table;
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;

/// Codes of ethnic groups.
const GROUPS: usize = 56;

/// Counts of a part of the population.
pub(super) struct Counts {
    people: u64,
    /// By the number of a name, less one; empty until the first.
    names: Vec<u64>,
    ethnicity: [u64; GROUPS],
}

/// Counts of the whole population.
pub(super) struct Frequencies {
    counts: Counts,
    /// Names that waiting rows have, folded and as hashes, each with its number.
    numbers: Table<NonZeroU32>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { people: 0, names: Vec::new(), ethnicity: [0; GROUPS] }
    }
}

impl Counts {
    pub fn person(&mut self, ethnicity: Option<u8>) {
        self.people += 1;
        if let Some(count) = ethnicity.and_then(|code| self.ethnicity.get_mut(usize::from(code))) {
            *count += 1;
        }
    }

    /// One person with a name that waiting rows have. `names`: how many such names there are.
    pub fn name(&mut self, number: NonZeroU32, names: usize) {
        if self.names.is_empty() {
            self.names = vec![0; names];
        }
        if let Some(count) = self.names.get_mut(number.get() as usize - 1) {
            *count += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.names.iter_mut().zip(&other.names).for_each(|(count, more)| *count += more);
        self.ethnicity.iter_mut().zip(other.ethnicity).for_each(|(count, more)| *count += more);
    }
}

impl Frequencies {
    /// `numbers`: the names that were counted, each with its number.
    pub fn of(parts: &[&Counts], numbers: Table<NonZeroU32>) -> Self {
        let mut counts = Counts { names: vec![0; numbers.len()], ..Counts::default() };
        parts.iter().for_each(|part| counts.add(part));
        Self { counts, numbers }
    }

    pub fn people(&self) -> u64 {
        self.counts.people
    }

    /// What the rarity of a name, folded and as a hash, and of an ethnic group adds, where they agree:
    /// natural logarithms of one over the share of people who have them.
    pub fn rarity(&self, name: Option<u64>, ethnicity: Option<u8>) -> [f64; 2] {
        let name = name.map_or(1.0, |name| self.name(name));
        [-name.ln(), -self.ethnicity(ethnicity).ln()]
    }

    /// The same of a person who has a name. `name`: its number, where waiting rows have it.
    pub fn rarity_of_person(&self, name: Option<NonZeroU32>, ethnicity: Option<u8>) -> [f64; 2] {
        [-self.share(self.count(name)).ln(), -self.ethnicity(ethnicity).ln()]
    }

    /// The share of people with this name; at least one has it.
    pub fn name(&self, loose: u64) -> f64 {
        self.share(self.count(self.numbers.get(&loose).copied()))
    }

    fn count(&self, name: Option<NonZeroU32>) -> u64 {
        name.and_then(|number| self.counts.names.get(number.get() as usize - 1)).copied().unwrap_or_default()
    }

    fn ethnicity(&self, code: Option<u8>) -> f64 {
        let count = |code: u8| self.counts.ethnicity.get(usize::from(code)).copied().unwrap_or_default();
        code.map_or(1.0, |code| self.share(count(code)))
    }

    fn share(&self, count: u64) -> f64 {
        count.max(1) as f64 / self.counts.people.max(1) as f64
    }

    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.counts.people.to_le_bytes());
        let mut names: Vec<(&u64, u64)> =
            self.numbers.iter().map(|(name, number)| (name, self.count(Some(*number)))).collect();
        names.retain(|(_, count)| *count > 0);
        names.sort_unstable();
        for (name, count) in names {
            hash.update(name.to_le_bytes());
            hash.update(count.to_le_bytes());
        }
        for (code, count) in self.counts.ethnicity.iter().enumerate().filter(|(_, count)| **count > 0) {
            hash.update([code as u8]);
            hash.update(count.to_le_bytes());
        }
        hex::encode(hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_as_rare_as_the_people_of_all_parts_say() {
        let (common, rare) = (NonZeroU32::MIN, NonZeroU32::new(2));
        let numbers: Table<NonZeroU32> = [(70, common), (71, rare.expect("two"))].into_iter().collect();
        let mut parts = [Counts::default(), Counts::default()];
        for n in 0..100 {
            let part = &mut parts[n % 2];
            part.person(Some(if n < 10 { 22 } else { 1 }));
            if n < 50 {
                part.name(common, 2);
            }
        }
        let all = Frequencies::of(&parts.iter().collect::<Vec<_>>(), numbers);
        let close = |found: [f64; 2], shares: [f64; 2]| {
            found.iter().zip(shares).all(|(found, share): (&f64, f64)| (found + share.ln()).abs() < 1e-12)
        };
        assert!(close(all.rarity(Some(70), Some(1)), [0.5, 0.9]));
        assert!(close(all.rarity_of_person(Some(common), Some(22)), [0.5, 0.1]));
        // Nobody was seen with it, and somebody has it all the same.
        assert!(close(all.rarity_of_person(rare, Some(5)), [0.01, 0.01]));
        assert!(close(all.rarity_of_person(None, None), [0.01, 1.0]));
        assert!(close(all.rarity(Some(99), None), [0.01, 1.0]) && close(all.rarity(None, None), [1.0, 1.0]));
        assert_eq!(all.people(), 100);
    }
}
