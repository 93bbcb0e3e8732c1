//! Tables whose keys are well-mixed hashes already: hashing them again is time lost.

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

pub(crate) type Table<V> = HashMap<u64, V, BuildHasherDefault<Same>>;
pub(crate) type Hashes = HashSet<u64, BuildHasherDefault<Same>>;
