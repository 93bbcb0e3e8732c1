//! What the engine puts aside while it searches, on the disk once it is much.

use crate::problem::Problem;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::spill::Spill;

/// Bytes that are held in memory.
const HELD: usize = 2 << 20;

/// Bytes by the number of a table.
pub(super) struct Aside(Mutex<Spill>);

impl Aside {
    /// `folder`: on whose disk it is.
    pub fn new(folder: &Path, tables: u32) -> Self {
        Self(Mutex::new(Spill::new(folder, tables, HELD)))
    }

    fn spill(&self) -> MutexGuard<'_, Spill> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Behind what is there.
    pub fn put(&self, table: u32, bytes: &[u8]) -> Result<(), Problem> {
        Ok(self.spill().append(table, bytes)?)
    }

    /// All of a table; it stays there.
    pub fn get(&self, table: u32) -> Result<Vec<u8>, Problem> {
        Ok(self.spill().copy(table)?)
    }
}
