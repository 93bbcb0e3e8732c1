//! The folder that backups are put into: one backup at a time, whole ones by their names, what a
//! killed one left behind.

use super::copying::{at, make_folder};
use super::manifest::MANIFEST;
use crate::problem::Problem;
use jiff::Timestamp;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

const PREFIX: &str = "doisoat-";
/// Hidden, and without a manifest under its final name: nothing takes it for a backup.
const UNFINISHED: &str = ".unfinished-doisoat-";
const GOING: &str = ".removing-doisoat-";

pub(super) struct Home {
    folder: PathBuf,
    /// The operating system lets it go when the process ends, however it ends.
    _lock: File,
}

impl Home {
    /// Opens the folder for writing a backup, and clears what killed ones left.
    pub(super) fn open(folder: &Path) -> Result<Self, Problem> {
        make_folder(folder).map_err(at(folder))?;
        let lock = folder.join(".lock");
        let file = File::create(&lock).map_err(at(&lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let cause = format!("another backup is being written into {}", folder.display());
                return Err(Problem::failed("BACKUP_UNDER_WAY", cause));
            }
            Err(TryLockError::Error(error)) => return Err(at(&lock)(error)),
        }
        let home = Self { folder: folder.to_owned(), _lock: file };
        for name in names(folder)?.iter().filter(|name| name.starts_with(UNFINISHED) || name.starts_with(GOING)) {
            let leftover = folder.join(name);
            std::fs::remove_dir_all(&leftover).map_err(at(&leftover))?;
        }
        Ok(home)
    }

    /// The folder to write into, and the one it becomes.
    pub(super) fn new_backup(&self, now: Timestamp) -> Result<(PathBuf, PathBuf), Problem> {
        let base = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let numbered = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
        for name in numbered.take(1000) {
            let place = self.folder.join(format!("{PREFIX}{name}"));
            if !place.exists() {
                let unfinished = self.folder.join(format!("{UNFINISHED}{name}"));
                make_folder(&unfinished).map_err(at(&unfinished))?;
                return Ok((unfinished, place));
            }
        }
        Err(Problem::failed("BACKUP", "no name is free"))
    }

    /// Gives a finished backup its name.
    pub(super) fn name(&self, unfinished: &Path, place: &Path) -> Result<(), Problem> {
        std::fs::rename(unfinished, place).map_err(at(place))?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(at(&self.folder))
    }

    /// Removes the older whole backups beyond the newest `keep`; answers their names.
    pub(super) fn thin(&self, keep: usize) -> Result<Vec<String>, Problem> {
        let whole = whole_backups(&self.folder)?;
        let old = &whole[..whole.len().saturating_sub(keep)];
        for name in old {
            // It loses its name first: half of a backup must not look like one.
            let going = self.folder.join(format!("{GOING}{}", &name[PREFIX.len()..]));
            let place = self.folder.join(name);
            std::fs::rename(&place, &going).map_err(at(&place))?;
            std::fs::remove_dir_all(&going).map_err(at(&going))?;
        }
        Ok(old.to_vec())
    }
}

/// The names of the whole backups in a folder, oldest first.
pub(super) fn whole_backups(folder: &Path) -> Result<Vec<String>, Problem> {
    let mut whole = names(folder)?;
    whole.retain(|name| name.starts_with(PREFIX) && folder.join(name).join(MANIFEST).exists());
    Ok(whole)
}

fn names(folder: &Path) -> Result<Vec<String>, Problem> {
    let list =
        || std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
    let names: std::io::Result<Vec<String>> = list();
    let mut names = names.map_err(at(folder))?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_backups(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in names {
            let place = folder.path().join(name);
            std::fs::create_dir(&place).expect("made");
            std::fs::write(place.join(MANIFEST), "{}").expect("written");
        }
        folder
    }

    #[test]
    fn only_the_oldest_whole_backups_go_and_nothing_that_is_not_ours() {
        let folder =
            with_backups(&["doisoat-20261121T150000Z", "doisoat-20261122T150000Z", "doisoat-20261123T150000Z"]);
        std::fs::create_dir(folder.path().join("doisoat-anh")).expect("a folder of somebody else");
        let home = Home::open(folder.path()).expect("opened");
        assert_eq!(home.thin(2).expect("thinned"), ["doisoat-20261121T150000Z"]);
        assert_eq!(home.thin(9).expect("thinned"), Vec::<String>::new());
        assert!(folder.path().join("doisoat-anh").exists());
    }

    #[test]
    fn what_a_killed_backup_left_goes_with_the_next_and_two_at_once_are_refused() {
        let folder = with_backups(&[".unfinished-doisoat-20261121T150000Z"]);
        assert_eq!(whole_backups(folder.path()).expect("listed"), Vec::<String>::new());
        let first = Home::open(folder.path()).expect("opened");
        assert!(!folder.path().join(".unfinished-doisoat-20261121T150000Z").exists());
        assert_eq!(Home::open(folder.path()).err().map(|problem| problem.code).as_deref(), Some("BACKUP_UNDER_WAY"));
        drop(first);
        Home::open(folder.path()).expect("free again");
    }
}
