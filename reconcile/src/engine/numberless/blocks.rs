//! Waiting rows by blocking key: one array in the order of the keys, and where in it the keys with
//! each beginning are. Keys are hashes, so a beginning is shared by one or two of them.

/// A row that has a key, and the rule by which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u64,
    row: u32,
    rule: u8,
}

#[derive(Default)]
pub(super) struct Blocks {
    entries: Vec<Entry>,
    /// By the first bits of a key: the first entry whose key begins so or later; one more at the end.
    starts: Vec<u32>,
    /// Bits of a key that are not its beginning.
    shift: u32,
}

impl Blocks {
    /// `keys`: key, row and rule, in any order.
    pub fn of(keys: impl Iterator<Item = (u64, u32, u8)>) -> Self {
        let mut entries: Vec<Entry> = keys.map(|(key, row, rule)| Entry { key, row, rule }).collect();
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        let bits = entries.len().next_power_of_two().trailing_zeros().max(1);
        let mut blocks = Self { starts: Vec::with_capacity((1 << bits) + 1), entries, shift: u64::BITS - bits };
        let mut at = 0;
        for beginning in 0..1u64 << bits {
            at += blocks.entries[at..].iter().take_while(|entry| entry.key >> blocks.shift < beginning).count();
            blocks.starts.push(at as u32);
        }
        blocks.starts.push(blocks.entries.len() as u32);
        blocks
    }

    /// Every key, as often as rows have it.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = u64> {
        self.entries.iter().map(|entry| entry.key)
    }

    /// The rows that have a key, with the rules.
    pub fn of_key(&self, key: u64) -> impl Iterator<Item = (u32, u8)> {
        let at = (key >> self.shift) as usize;
        let range = self.starts[at] as usize..self.starts[at + 1] as usize;
        self.entries[range].iter().filter(move |entry| entry.key == key).map(|entry| (entry.row, entry.rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn under_its_key_every_row_is_found_once_and_under_no_other() {
        for count in [0u64, 1, 2, 3, 500] {
            let key = |n: u64| (n % 97).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let keys: Vec<(u64, u32, u8)> = (0..count).map(|n| (key(n), (n % 61) as u32, (n % 3) as u8)).collect();
            let blocks = Blocks::of(keys.iter().copied());
            let mut expected: BTreeMap<u64, BTreeSet<(u32, u8)>> = BTreeMap::new();
            keys.iter().for_each(|(key, row, rule)| {
                expected.entry(*key).or_default().insert((*row, *rule));
            });
            for asked in (0..120).map(key).chain([0, u64::MAX, 1]) {
                let found: Vec<(u32, u8)> = blocks.of_key(asked).collect();
                let expected: Vec<(u32, u8)> = expected.get(&asked).into_iter().flatten().copied().collect();
                assert_eq!(found, expected, "{count}");
            }
            assert_eq!(blocks.keys().collect::<BTreeSet<_>>(), expected.into_keys().collect());
        }
    }
}
