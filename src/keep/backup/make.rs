//! Making a backup.
//!
//! The order is what makes it of one instant. The head of the audit log and the lookup come before
//! the ledger's copy: a head that is older than the log is true of it, a newer one would look like
//! a log that was cut. The snapshots come after it, and are those that the copy names. A run that
//! ends meanwhile may remove one of them: then the copy is too old, and all begins anew.

use super::copying::{at, copy, copy_tree, sync_folders, write};
use super::dump::{LedgerCopy, copy_ledger};
use super::home::Home;
use super::manifest::{FORMAT, FileEntry, LedgerKind, Manifest};
use super::noted::note;
use super::pg_tools;
use super::settings_files::copy_settings;
use crate::problem::Problem;
use crate::workspace::Loaded;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use store::failpoint;

/// A run removes a snapshot that is still current for a ledger's copy only where it keeps no more
/// than one: a second copy is then enough, unless nights follow each other in minutes.
const ATTEMPTS: u32 = 3;

pub struct Made {
    pub place: PathBuf,
    pub manifest: Manifest,
    /// Older backups that went.
    pub removed: Vec<String>,
}

/// Backs up into `to`. `keep`: how many whole backups stay there, this one included.
pub async fn make(loaded: &Loaded, to: &Path, keep: Option<usize>, now: Timestamp) -> Result<Made, Problem> {
    let settings = &loaded.settings;
    let ledger = LedgerKind::of_url(&settings.ledger.url);
    if ledger == LedgerKind::Postgres {
        pg_tools::check()?;
    } else if !settings.data.directory.join("ledger.sqlite").exists() {
        let cause = format!("{} holds no ledger", settings.data.directory.display());
        return Err(Problem::failed("NOTHING_TO_BACK_UP", cause));
    }
    if inside(to, &settings.data.directory) {
        let cause = format!("{} lies in the data folder that is backed up", to.display());
        return Err(Problem::usage("BACKUP_INSIDE", cause));
    }
    let home = Home::open(to)?;
    let (unfinished, place) = home.new_backup(now)?;
    note(loaded, "backup", serde_json::json!({}), now).await;
    let made = filled(loaded, &unfinished, now).await;
    let made = made.and_then(|manifest| sealed(&home, &unfinished, &place, &manifest).map(|()| manifest));
    match made {
        Ok(manifest) => {
            let removed = keep.map_or(Ok(Vec::new()), |keep| home.thin(keep.max(1)))?;
            Ok(Made { place, manifest, removed })
        }
        Err(problem) => {
            let _ = std::fs::remove_dir_all(&unfinished);
            Err(problem)
        }
    }
}

fn inside(folder: &Path, data: &Path) -> bool {
    // A folder that is still to be made has no other name than its own.
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    matches!((whole(folder), whole(data)), (Ok(folder), Ok(data)) if folder.starts_with(&data))
}

async fn filled(loaded: &Loaded, unfinished: &Path, now: Timestamp) -> Result<Manifest, Problem> {
    let settings = &loaded.settings;
    let mut files = copy_settings(loaded, unfinished)?;
    let mut attempt = 1;
    let (version, copied) = loop {
        let audit = copy_audit(&settings.data.directory, unfinished)?;
        let lookup = newest_lookup(&settings.data.directory)?;
        let LedgerCopy { version, snapshots, file } = copy_ledger(settings, unfinished).await?;
        let folders: Vec<String> = snapshots.into_iter().chain(lookup).collect();
        match tokio::task::block_in_place(|| copy_folders(&settings.data.directory, &folders, unfinished))? {
            Copied::All(copied) => break (version, [audit, vec![file], copied].concat()),
            Copied::Gone(folder) if attempt == ATTEMPTS => {
                let cause = format!("{folder} is not there, and the ledger says that it is in use");
                return Err(Problem::failed("BACKUP_MOVED", cause));
            }
            Copied::Gone(folder) => {
                tracing::info!(folder, attempt, "a snapshot went while it was copied: the backup begins anew");
                attempt += 1;
                std::fs::remove_dir_all(unfinished.join("data"))?;
                std::fs::remove_file(unfinished.join(file.path))?;
            }
        }
    };
    failpoint::hit("backup.files_copied");
    files.extend(copied);
    Ok(Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        province: settings.province.code.to_string(),
        ledger: LedgerKind::of_url(&settings.ledger.url),
        ledger_version: version,
        has_settings: loaded.file.is_some(),
        // Without a settings file there is nothing that refers to a secret.
        by_hand: if loaded.file.is_some() { settings.by_hand() } else { Vec::new() },
        files,
    })
}

/// Writes what the backup says of itself, makes sure that all is on disk, and gives it its name.
fn sealed(home: &Home, unfinished: &Path, place: &Path, manifest: &Manifest) -> Result<(), Problem> {
    for (name, text) in manifest.to_files()? {
        write(&mut text.as_slice(), unfinished, name).map_err(at(unfinished))?;
    }
    sync_folders(unfinished).map_err(at(unfinished))?;
    failpoint::hit("backup.sealed");
    home.name(unfinished, place)
}

/// Key and head of the audit log. A ledger that nobody has looked into has neither.
fn copy_audit(data: &Path, unfinished: &Path) -> Result<Vec<FileEntry>, Problem> {
    let mut copied = Vec::new();
    for name in ["audit.key", "audit.head"] {
        let from = data.join(name);
        if from.exists() {
            copied.push(copy(&from, unfinished, &format!("data/{name}")).map_err(at(&from))?);
        }
    }
    Ok(copied)
}

/// The newest lookup, as a folder relative to the data folder.
fn newest_lookup(data: &Path) -> Result<Option<String>, Problem> {
    let home = data.join("lookup");
    if !home.exists() {
        return Ok(None);
    }
    let names: std::io::Result<Vec<String>> = std::fs::read_dir(&home)
        .and_then(|all| all.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect());
    let newest = names.map_err(at(&home))?.into_iter().filter(|name| !name.starts_with('.')).max();
    Ok(newest.map(|name| format!("lookup/{name}")))
}

enum Copied {
    All(Vec<FileEntry>),
    /// This folder went, or went in part.
    Gone(String),
}

fn copy_folders(data: &Path, folders: &[String], unfinished: &Path) -> Result<Copied, Problem> {
    let mut copied = Vec::new();
    for folder in folders {
        let from = data.join(folder);
        let below = format!("data/{folder}");
        match copy_tree(&from, unfinished, &below) {
            Ok(files) if whole(&from, &below, &files)? => copied.extend(files),
            Ok(_) => return Ok(Copied::Gone(folder.clone())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Copied::Gone(folder.clone())),
            Err(error) => return Err(at(&from)(error)),
        }
    }
    Ok(Copied::All(copied))
}

/// Whether these are all files that a snapshot's own manifest names. A file that is there and is
/// another one is damaged, and no backup mends that: it is told of while older backups are there.
fn whole(from: &Path, below: &str, files: &[FileEntry]) -> Result<bool, Problem> {
    let Some(reader) = below.starts_with("data/snapshots/").then(|| store::snapshots::SnapshotReader::open(from))
    else {
        return Ok(files.iter().any(|file| file.path == format!("{below}/manifest.json")));
    };
    let Ok(reader) = reader else { return Ok(false) };
    for bucket in &reader.manifest().files {
        let path = format!("{below}/{}", store::snapshots::bucket_name(bucket.bucket));
        match files.iter().find(|file| file.path == path) {
            None => return Ok(false),
            Some(file) if file.sha256 == bucket.sha256 => {}
            Some(_) => {
                let cause = format!("{path} is not the file that its snapshot was made of");
                return Err(Problem::failed("SNAPSHOT_DAMAGED", cause));
            }
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};
    use store::snapshots::{BucketFile, Manifest as OfSnapshot, bucket_name};

    const FOLDER: &str = "snapshots/land/land_right/r1";

    /// A snapshot of two buckets.
    fn data() -> tempfile::TempDir {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join(FOLDER);
        std::fs::create_dir_all(&folder).expect("made");
        let files = [0, 1].map(|bucket| {
            let bytes = format!("rows of {bucket}");
            std::fs::write(folder.join(bucket_name(bucket)), &bytes).expect("written");
            let sha256 = hex::encode(Sha256::digest(&bytes));
            BucketFile { bucket, rows: 1, bytes: bytes.len() as u64, sha256 }
        });
        let manifest = OfSnapshot {
            format: 1,
            snapshot_id: "r1".into(),
            source: schemas::SourceId::parse("land").expect("a name"),
            dataset: schemas::Dataset::LandRight,
            complete: true,
            as_of: Timestamp::UNIX_EPOCH,
            buckets: 2,
            records: 2,
            rows: 2,
            tally: Default::default(),
            resume: Default::default(),
            files: files.to_vec(),
            digest: String::new(),
        };
        std::fs::write(folder.join("manifest.json"), serde_json::to_vec(&manifest).expect("JSON")).expect("written");
        data
    }

    fn copied(data: &Path) -> Result<Copied, Problem> {
        let to = tempfile::tempdir().expect("a folder");
        copy_folders(data, &[FOLDER.to_owned()], to.path())
    }

    #[test]
    fn a_snapshot_is_copied_whole_or_said_to_be_gone() {
        let data = data();
        let paths = |copied| match copied {
            Ok(Copied::All(files)) => files.into_iter().map(|file| file.path).collect::<Vec<_>>(),
            _ => panic!("it is there"),
        };
        let below = |name: &str| format!("data/{FOLDER}/{name}");
        let all = [bucket_name(0), bucket_name(1), "manifest.json".into()].map(|name| below(&name));
        assert_eq!(paths(copied(data.path())), all);
        for gone in ["bucket-0001.parquet", "manifest.json", ""] {
            let place = data.path().join(FOLDER).join(gone);
            match gone {
                "" => std::fs::remove_dir_all(place).expect("removed"),
                _ => std::fs::remove_file(place).expect("removed"),
            }
            assert!(matches!(copied(data.path()), Ok(Copied::Gone(folder)) if folder == FOLDER), "{gone}");
        }
    }

    #[test]
    fn a_snapshot_that_the_disk_has_damaged_is_not_backed_up_over_good_ones() {
        let data = data();
        std::fs::write(data.path().join(FOLDER).join(bucket_name(1)), "rows of 9").expect("written");
        let problem = copied(data.path()).err().expect("damaged");
        assert_eq!(problem.code, "SNAPSHOT_DAMAGED");
        assert!(problem.cause.contains("bucket-0001.parquet"), "{problem}");
    }

    #[test]
    fn a_backup_within_the_data_that_it_is_of_is_none() {
        let data = data();
        for folder in ["snapshots", "sao-luu", ""] {
            assert!(inside(&data.path().join(folder), data.path()), "{folder}");
        }
        assert!(!inside(std::env::temp_dir().as_path(), data.path()));
    }
}
