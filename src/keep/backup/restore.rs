//! Putting a backup back, onto an empty place.
//!
//! Everything is looked at first. Then the files are copied beside their place and hashed once more,
//! the database is filled in one transaction, and only then do the files get their names: whatever
//! fails before that leaves nothing behind.

use super::copying::{at, copy, make_folder, sync_folders};
use super::manifest::{LedgerKind, Manifest};
use super::noted::note;
use super::pg_tools;
use super::verify::verify;
use crate::problem::Problem;
use crate::workspace::{Loaded, connect};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use store::failpoint;
use store::ledger::newest_version;

/// Where files wait for their names, within the data folder: so they never change disks.
const WAITING: &str = ".restoring";

/// A backup that was read whole and fits an empty place.
pub struct Plan {
    pub manifest: Manifest,
    from: PathBuf,
}

pub struct Restored {
    pub manifest: Manifest,
}

/// Looks at every byte of the backup, and at the place; touches nothing.
pub async fn plan(loaded: &Loaded, from: &Path) -> Result<Plan, Problem> {
    let manifest = verify(from)?.manifest;
    if manifest.ledger_version > newest_version() {
        let cause = format!(
            "the backup was made by doisoat {} (ledger version {}), this is {} (ledger version {})",
            manifest.program,
            manifest.ledger_version,
            env!("CARGO_PKG_VERSION"),
            newest_version()
        );
        return Err(Problem::failed("BACKUP_NEWER", cause));
    }
    fits(loaded, &manifest)?;
    let data = &loaded.settings.data.directory;
    if let Some(name) = occupied(data)? {
        let cause = format!("{} is not empty: it holds {name}", data.display());
        return Err(Problem::failed("RESTORE_NOT_EMPTY", cause));
    }
    if manifest.ledger == LedgerKind::Postgres {
        pg_tools::check()?;
        let ledger = connect(&loaded.settings).await?;
        let empty = ledger.is_empty().await;
        ledger.close().await;
        if !empty? {
            return Err(Problem::failed("RESTORE_NOT_EMPTY", "the database is not empty: it holds tables"));
        }
    }
    Ok(Plan { manifest, from: from.to_owned() })
}

/// The settings in force are those of the backup's province and kind of ledger.
fn fits(loaded: &Loaded, manifest: &Manifest) -> Result<(), Problem> {
    let other = |cause: String| Err(Problem::failed("RESTORE_OTHER", cause));
    if manifest.has_settings && loaded.file.is_none() {
        return other("the backup has a settings file (settings/doisoat.toml), and here is none".into());
    }
    let province = loaded.settings.province.code.to_string();
    if province != manifest.province {
        return other(format!("the backup is of province {}, the settings name {province}", manifest.province));
    }
    let kind = LedgerKind::of_url(&loaded.settings.ledger.url);
    if kind != manifest.ledger {
        let (of_backup, here) = (manifest.ledger.as_str(), kind.as_str());
        return other(format!("the backup's ledger is {of_backup}, the settings name {here}"));
    }
    Ok(())
}

/// Something in the data folder. What a restore that was cut off left waiting does not count, nor
/// does what a file system has of its own.
fn occupied(data: &Path) -> Result<Option<String>, Problem> {
    if !data.exists() {
        return Ok(None);
    }
    for entry in std::fs::read_dir(data).map_err(at(data))? {
        let name = entry.map_err(at(data))?.file_name().to_string_lossy().into_owned();
        if name != WAITING && name != "lost+found" {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Does what was planned: all of it, or nothing.
pub async fn restore(loaded: &Loaded, plan: Plan, now: Timestamp) -> Result<Restored, Problem> {
    let data = &loaded.settings.data.directory;
    let (was_there, waiting) = (data.exists(), data.join(WAITING));
    if let Err(problem) = filled(loaded, &plan, &waiting).await {
        let _ = std::fs::remove_dir_all(&waiting);
        if !was_there {
            let _ = std::fs::remove_dir(data);
        }
        return Err(problem);
    }
    let named = named(&waiting, data).map_err(at(data));
    named.map_err(|problem| Problem { code: "RESTORE_HALF".into(), ..problem })?;
    let ledger = connect(&loaded.settings).await?;
    // Of an older version: brought up to date, as at any start.
    ledger.migrate().await?;
    ledger.end_leases().await?;
    ledger.close().await;
    note(loaded, "restore", serde_json::json!({"made_at": plan.manifest.made_at.to_string()}), now).await;
    Ok(Restored { manifest: plan.manifest })
}

/// The files beside their place, and the database.
async fn filled(loaded: &Loaded, plan: &Plan, waiting: &Path) -> Result<(), Problem> {
    if waiting.exists() {
        std::fs::remove_dir_all(waiting).map_err(at(waiting))?;
    }
    make_folder(waiting).map_err(at(waiting))?;
    let sqlite = LedgerKind::Sqlite.file();
    for file in &plan.manifest.files {
        let to = match file.path.strip_prefix("data/") {
            Some(below) => below,
            None if file.path == sqlite => sqlite,
            None => continue,
        };
        let from = plan.from.join(&file.path);
        let copied = tokio::task::block_in_place(|| copy(&from, waiting, to)).map_err(at(&from))?;
        if copied.sha256 != file.sha256 {
            return Err(Problem::failed("BACKUP_DAMAGED", format!("{} was changed while it was read", file.path)));
        }
    }
    sync_folders(waiting).map_err(at(waiting))?;
    failpoint::hit("restore.staged");
    if plan.manifest.ledger == LedgerKind::Postgres {
        pg_tools::put_back(&loaded.settings, &plan.from.join(LedgerKind::Postgres.file())).await?;
    }
    failpoint::hit("restore.database_filled");
    Ok(())
}

/// Gives everything its name, the ledger last: without it nothing takes the folder for a province's.
fn named(waiting: &Path, data: &Path) -> std::io::Result<()> {
    let mut names: Vec<_> =
        std::fs::read_dir(waiting)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_, std::io::Error>>()?;
    names.sort_by_key(|name| name.as_os_str() == LedgerKind::Sqlite.file());
    for name in names {
        std::fs::rename(waiting.join(&name), data.join(&name))?;
    }
    std::fs::remove_dir(waiting)?;
    std::fs::File::open(data)?.sync_all()
}
