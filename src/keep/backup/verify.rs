//! Looking at every byte of a backup.

use super::copying::measure;
use super::home::whole_backups;
use super::manifest::{MANIFEST, Manifest};
use crate::problem::Problem;
use std::path::Path;

/// Files named in one message; the rest is counted.
const NAMED: usize = 5;

pub struct Verified {
    pub manifest: Manifest,
}

/// Reads every file of the backup in `folder` and compares it with the manifest.
pub fn verify(folder: &Path) -> Result<Verified, Problem> {
    if !folder.join(MANIFEST).exists()
        && folder.is_dir()
        && let Some(newest) = whole_backups(folder)?.pop()
    {
        let cause = format!("{} holds backups and is none; the newest is {newest}", folder.display());
        return Err(Problem::usage("BACKUP_NAME", cause));
    }
    let manifest = Manifest::read(folder)?;
    let mut damaged = Vec::new();
    for file in &manifest.files {
        match measure(&folder.join(&file.path)) {
            Ok((bytes, sha256)) if bytes == file.bytes && sha256 == file.sha256 => {}
            Ok(_) => damaged.push(format!("{} was changed", file.path)),
            Err(error) => damaged.push(format!("{}: {error}", file.path)),
        }
    }
    if damaged.is_empty() {
        return Ok(Verified { manifest });
    }
    let more = match damaged.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    damaged.truncate(NAMED);
    Err(Problem::failed("BACKUP_DAMAGED", format!("{}{more}", damaged.join("; "))))
}
