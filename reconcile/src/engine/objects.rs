//! Certificates, parcels and cases: things that no person's bucket can tell.
//!
//! A row that deviates by itself becomes a draft at once. What only a second row can show is kept
//! as hashes with a short text, and only groups that collide are looked at.

pub(super) mod cases;
mod land;

use super::draft::Draft;
use super::row::{Context, Row, View};
use cases::Cases;
use land::Land;

pub(super) struct Objects {
    land: Land,
    cases: Cases,
}

impl Objects {
    pub fn new(context: &Context) -> Self {
        Self { land: Land::new(context), cases: Cases::default() }
    }

    pub fn see(&mut self, context: &Context, row: &Row<'_>, out: &mut Vec<Draft>) {
        match &row.view {
            View::LandRight(view) => self.land.see(context, row, view, out),
            View::Dossier(view) => self.cases.see(context, row, view),
            View::Person(_) | View::CivilEvent(_) => {}
        }
    }

    pub fn finish(&mut self, context: &Context, out: &mut Vec<Draft>) {
        self.land.finish(context, out);
        self.cases.finish(context, out);
    }
}

/// FNV-1a over texts with an end mark each.
pub(super) fn hash(seed: u64, parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325 ^ seed;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
