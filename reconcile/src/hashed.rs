//! Tables for keys of our own: hashing that need not withstand an attacker. An attacker would have
//! to choose the communes of a province or the names of its people.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A number whose digits mean something, as a key of a [`Table`]: its bits are spread.
pub(crate) fn spread(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(crate) type Table<V> = HashMap<u64, V, BuildHasherDefault<Same>>;
pub(crate) type Hashes = HashSet<u64, BuildHasherDefault<Same>>;

/// Mixes eight bytes at a time: texts are short, and many.
#[derive(Default)]
pub(crate) struct Mix(u64);

impl Mix {
    fn add(&mut self, value: u64) {
        let mixed = (self.0.rotate_left(26) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }
    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }
    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }
}

pub(crate) type Texts<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// Which keys are certainly not in a table: a bit for each, small enough to stay near the processor.
#[derive(Default)]
pub(crate) struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

impl Sieve {
    /// `keys`: already spread over all their bits.
    pub fn of(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        // Some sixteen bits a key: one key in sixteen that is not there is looked for in vain.
        let bits = (keys.len() * 16).next_power_of_two().max(64);
        let mut sieve = Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() };
        for key in keys {
            let bit = sieve.bit(key);
            sieve.bits[bit / 64] |= 1 << (bit % 64);
        }
        sieve
    }

    pub fn may_have(&self, key: u64) -> bool {
        let bit = self.bit(key);
        self.bits.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    fn bit(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }
}
