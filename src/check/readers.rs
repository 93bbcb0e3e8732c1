//! What is read between one night and the next, kept open: the same snapshots answer every question.
//!
//! A reader is kept under the name of its snapshot and goes when another is in force; what it holds
//! is what the files say of themselves, no rows. Whoever still reads with it keeps it to the end.

use crate::problem::Problem;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::ledger::SnapshotRow;
use store::snapshots::{LookupReader, SnapshotReader};

#[derive(Default)]
pub(super) struct Readers {
    snapshots: Mutex<BTreeMap<String, Arc<SnapshotReader>>>,
    lookup: Mutex<Option<Arc<LookupReader>>>,
}

impl Readers {
    /// One for each of these snapshots, in their order; those of others are let go.
    pub fn of(&self, data: &Path, current: &[SnapshotRow]) -> Result<Vec<Arc<SnapshotReader>>, Problem> {
        let mut held = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|directory, _| current.iter().any(|row| row.directory == *directory));
        let reader = |row: &SnapshotRow| {
            if let Some(reader) = held.get(&row.directory) {
                return Ok(reader.clone());
            }
            let reader = Arc::new(SnapshotReader::open(&data.join(&row.directory))?);
            held.insert(row.directory.clone(), reader.clone());
            Ok(reader)
        };
        current.iter().map(reader).collect()
    }

    /// The newest lookup; nothing where there is none yet.
    pub fn lookup(&self, home: &Path) -> Result<Option<Arc<LookupReader>>, Problem> {
        let Some(newest) = LookupReader::newest_id(home)? else { return Ok(None) };
        let mut held = self.lookup.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = held.as_ref().filter(|reader| reader.id() == newest) {
            return Ok(Some(reader.clone()));
        }
        let reader = Arc::new(LookupReader::open(home, newest)?);
        *held = Some(reader.clone());
        Ok(Some(reader))
    }
}
