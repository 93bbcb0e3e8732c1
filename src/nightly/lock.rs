//! One run at a time in a data directory: a file lock that the operating system lets go when the
//! process ends, however it ends.

use crate::problem::Problem;
use std::fs::{File, TryLockError};
use std::path::Path;

pub(super) struct RunLock {
    _file: File,
}

impl RunLock {
    pub(super) fn take(data: &Path) -> Result<Self, Problem> {
        std::fs::create_dir_all(data)?;
        let file = File::create(data.join("run.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(Problem::failed("RUN_UNDER_WAY", "another run is under way in this data directory"))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// The name of this machine.
pub(super) fn machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".into())
}
