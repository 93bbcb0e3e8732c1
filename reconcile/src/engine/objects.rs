//! Certificates, parcels and cases: things that no person's bucket can tell.
//!
//! A row that deviates by itself becomes a draft at once. For what only a second row can show, the
//! survey keeps hashes alone; when the buckets are read, rows of which the hashes met are kept, and
//! they are looked at when all are there.

pub(super) mod cases;
mod land;

use super::draft::Draft;
use super::row::{Context, Row, View};
use cases::{Cases, Meeting, Met};
use land::{Clashes, Clashing, Land};

/// The first look at the rows.
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

    /// What another part of the rows showed.
    pub fn add(&mut self, other: Self) {
        self.land.add(other.land);
        self.cases.add(other.cases);
    }

    pub fn shared(self, context: &Context) -> SharedKeys {
        SharedKeys { clashes: self.land.clashes(context), met: self.cases.met() }
    }
}

/// Keys that several rows have.
#[derive(Default)]
pub(super) struct SharedKeys {
    clashes: Clashes,
    met: Met,
}

/// The rows that have them.
#[derive(Default)]
pub(super) struct Sharing {
    clashing: Clashing,
    meeting: Meeting,
}

impl Sharing {
    pub fn see(&mut self, context: &Context, keys: &SharedKeys, row: &Row<'_>) {
        match &row.view {
            View::LandRight(view) => self.clashing.see(&keys.clashes, row, view),
            View::Dossier(view) => self.meeting.see(context, &keys.met, row, view),
            View::Person(_) | View::CivilEvent(_) => {}
        }
    }

    pub fn add(&mut self, other: Self) {
        self.clashing.add(other.clashing);
        self.meeting.add(other.meeting);
    }

    pub fn finish(self, context: &Context, keys: &SharedKeys, out: &mut Vec<Draft>) {
        self.clashing.finish(out);
        self.meeting.finish(context, &keys.met, out);
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
