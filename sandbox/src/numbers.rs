//! Identity numbers that belong to nobody real: personal numbers under the unassigned prefix
//! 099, CMNDs under 990. No number is given out twice.

use crate::dice::scattered;
use std::collections::BTreeMap;

const CMND_BASE: u32 = 990_000_000;

pub struct Numbers {
    seed: u64,
    /// Numbers given out so far by century-and-sex digit and two-digit year.
    given: BTreeMap<(u8, u8), u64>,
    cmnds: u64,
}

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self { seed, given: BTreeMap::new(), cmnds: 0 }
    }

    /// A new number whose digits tell this sex and birth year.
    pub fn personal(&mut self, male: bool, birth_year: i16) -> u64 {
        let century = if birth_year < 2000 { 0 } else { 2 };
        let (digit, year) = (century + u8::from(!male), (birth_year % 100) as u8);
        let count = self.given.entry((digit, year)).or_default();
        let random = scattered(*count, 1_000_000, self.seed.rotate_left(u32::from(year)) % 1_000_000);
        *count += 1;
        99_000_000_000 + u64::from(digit) * 100_000_000 + u64::from(year) * 1_000_000 + random
    }

    /// A new CMND, or 0 when all of them are given out.
    pub fn cmnd(&mut self) -> u32 {
        if self.cmnds >= 1_000_000 {
            return 0;
        }
        self.cmnds += 1;
        CMND_BASE + scattered(self.cmnds, 1_000_000, self.seed % 1_000_000) as u32
    }
}

/// `099085000123`
pub fn number_text(number: u64) -> String {
    format!("{number:012}")
}
