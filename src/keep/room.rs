//! Room on the disk of the data folder. A disk that is full in the middle of a write costs more than
//! a night: so a night does not begin without room, and one that is under way stops at its
//! checkpoints while there is still some.
//!
//! A PostgreSQL elsewhere has a disk of its own, which nobody here can see.

use super::snapshots;
use crate::problem::Problem;
use crate::workspace::Workspace;
use std::path::Path;
use std::sync::Arc;

const MIB: u64 = 1 << 20;

/// How many bytes may still be written into a folder.
pub type FreeSpace = Arc<dyn Fn(&Path) -> std::io::Result<u64> + Send + Sync>;

/// As the file system says, without what it keeps for the administrator.
pub fn of_the_disk() -> FreeSpace {
    Arc::new(|folder| {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    })
}

/// `DISK_SPACE` where there is less than the settings ask for. A disk that does not say how full it is
/// stops nobody: it is told of when it is.
pub fn check(workspace: &Workspace) -> Result<(), Problem> {
    let needed = workspace.settings.data.min_free_mib;
    if needed == 0 {
        return Ok(());
    }
    match (workspace.free_space)(workspace.data()) {
        Ok(free) if free / MIB < needed => {
            let place = workspace.data().display();
            let cause = format!("{} MiB are free on the disk of {place}, {needed} MiB are needed", free / MIB);
            Err(Problem::failed("DISK_SPACE", cause))
        }
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::debug!(%error, "the disk does not say how much room there is");
            Ok(())
        }
    }
}

/// Before a night: where there is too little room, what would go at its end goes now.
pub async fn before_a_night(workspace: &Workspace) -> Result<(), Problem> {
    if check(workspace).is_err() {
        snapshots::remove_superseded(workspace).await?;
    }
    check(workspace)
}
