//! Files that communes brought: those that were taken lie in a folder for each day, those that went
//! back to them lie together and have only their own time.

use crate::problem::Problem;
use config::Settings;
use connectors::files::{RETURNED, TAKEN};
use jiff::{Timestamp, civil::Date};
use schemas::clock::vietnam_date;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use store::ledger::Removal;

/// Of every inbox that the settings name, whether it is looked into these nights or not.
pub(super) fn remove(
    settings: &Settings,
    before: Timestamp,
    really: bool,
) -> Vec<(&'static str, Result<Removal, Problem>)> {
    // Two sources may share a folder.
    let folders: BTreeSet<&PathBuf> = settings.sources.values().filter_map(|source| source.folder.as_ref()).collect();
    let mut done = Vec::new();
    for folder in folders {
        let named = |cause: std::io::Error| Problem::failed("FILE", format!("{}: {cause}", folder.display()));
        done.push(("files_taken", taken(&folder.join(TAKEN), vietnam_date(before), really).map_err(named)));
        done.push(("files_returned", returned(&folder.join(RETURNED), before, really).map_err(named)));
    }
    done
}

/// Whole days.
fn taken(folder: &Path, before: Date, really: bool) -> std::io::Result<Removal> {
    let mut removal = Removal::default();
    for place in entries(folder)? {
        let day = place.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<Date>().ok());
        let Some(day) = day.filter(|day| *day < before) else { continue };
        // Not through links: what is outside the folder is none of ours.
        if !std::fs::symlink_metadata(&place)?.is_dir() {
            continue;
        }
        add(&mut removal, entries(&place)?.len() as u64, day);
        if really {
            std::fs::remove_dir_all(&place)?;
        }
    }
    Ok(removal)
}

fn returned(folder: &Path, before: Timestamp, really: bool) -> std::io::Result<Removal> {
    let mut removal = Removal::default();
    for place in entries(folder)? {
        let metadata = std::fs::symlink_metadata(&place)?;
        let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        let Some(modified) = modified.filter(|time| *time < before && metadata.is_file()) else { continue };
        add(&mut removal, 1, vietnam_date(modified));
        if really {
            std::fs::remove_file(&place)?;
        }
    }
    Ok(removal)
}

fn add(removal: &mut Removal, count: u64, day: Date) {
    removal.count += count;
    removal.oldest = Some(removal.oldest.map_or(day, |oldest| oldest.min(day)));
    removal.newest = Some(removal.newest.map_or(day, |newest| newest.max(day)));
}

/// Nothing where the folder is not there yet.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| Ok(entry?.path())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::fs::File;
    use std::time::{Duration, UNIX_EPOCH};

    fn file(place: &Path) -> File {
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        File::create(place).expect("written")
    }

    #[test]
    fn taken_files_go_by_the_day_they_were_taken_and_other_folders_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["2026-01-10/a.csv", "2026-01-10/b.csv", "2026-03-01/c.csv", "2026-11-24/d.csv", "cũ/e.csv"] {
            file(&folder.path().join(name));
        }
        let whole = Removal { count: 3, oldest: Some(date(2026, 1, 10)), newest: Some(date(2026, 3, 1)) };
        let limit = date(2026, 6, 1);
        assert_eq!(taken(folder.path(), limit, false).expect("counted"), whole);
        assert_eq!(taken(folder.path(), limit, true).expect("removed"), whole);
        assert_eq!(taken(folder.path(), limit, true).expect("removed"), Removal::default());
        assert!(folder.path().join("2026-11-24/d.csv").exists() && folder.path().join("cũ/e.csv").exists());
        assert_eq!(taken(&folder.path().join("none"), limit, true).expect("none yet"), Removal::default());
    }

    #[test]
    fn returned_files_go_by_their_own_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let instant = |text: &str| text.parse::<Timestamp>().expect("an instant");
        for (name, time) in [("old.csv", "2026-01-10T19:00:00Z"), ("young.csv", "2026-11-24T19:00:00Z")] {
            let since = Duration::from_secs(instant(time).as_second().unsigned_abs());
            file(&folder.path().join(name)).set_modified(UNIX_EPOCH + since).expect("dated");
        }
        let removal = returned(folder.path(), instant("2026-06-01T00:00:00Z"), true).expect("removed");
        assert_eq!(removal, Removal { count: 1, oldest: Some(date(2026, 1, 11)), newest: Some(date(2026, 1, 11)) });
        assert!(folder.path().join("young.csv").exists() && !folder.path().join("old.csv").exists());
    }
}
