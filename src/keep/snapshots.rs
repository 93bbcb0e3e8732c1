//! Snapshots that no longer serve, and what killed attempts left of some. Only a run calls this: it
//! holds the lock of the data folder, so nobody builds one meanwhile.

use crate::problem::Problem;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};

/// Removes the snapshots beyond `run.keep_snapshots`, and folders of builds that were cut off.
pub async fn remove_superseded(workspace: &Workspace) -> Result<(), Problem> {
    let keep = i64::from(workspace.settings.run.keep_snapshots);
    for old in workspace.ledger.superseded_snapshots(keep).await? {
        let place = workspace.data().join(&old.directory);
        if place.exists() {
            std::fs::remove_dir_all(&place)?;
            store::failpoint::hit("tidy.removed");
        }
        workspace.ledger.mark_removed(&old.snapshot_id).await?;
    }
    for source in folders(&workspace.data().join("snapshots"))? {
        for dataset in folders(&source)? {
            for unfinished in folders(&dataset)?.iter().filter(|place| is_unfinished(place)) {
                std::fs::remove_dir_all(unfinished)?;
            }
        }
    }
    Ok(())
}

fn is_unfinished(place: &Path) -> bool {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(".building")
}

/// Nothing where the folder is not there yet.
fn folders(place: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !place.exists() {
        return Ok(Vec::new());
    }
    let all: Vec<PathBuf> = std::fs::read_dir(place)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    Ok(all.into_iter().filter(|place| place.is_dir()).collect())
}
