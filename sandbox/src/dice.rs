//! Seeded randomness: one stream for each purpose, so that a change in one part of the province
//! does not reshuffle the others.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64, purpose: &str) -> Self {
        let label = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| mix(hash, u64::from(byte)));
        Self(ChaCha8Rng::seed_from_u64(mix(seed, label)))
    }

    /// From 0 to `limit` − 1; 0 where `limit` is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { self.0.random_range(0..limit) }
    }

    /// Both ends included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Mixes two numbers into one that looks random (the finaliser of SplitMix64).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.rotate_left(23) ^ b.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `at`-th number below `modulus` in a fixed scattered order that meets each one once.
/// `modulus` is a power of ten.
pub fn scattered(at: u64, modulus: u64, offset: u64) -> u64 {
    (at % modulus * 618_033 + offset % modulus) % modulus
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_numbers_meet_each_value_once() {
        let mut seen: Vec<u64> = (0..1000).map(|at| scattered(at, 1000, 77)).collect();
        assert_ne!(seen[..5], [0, 1, 2, 3, 4]);
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..1000));
    }
}
