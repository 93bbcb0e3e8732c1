//! What is in a backup. Its last line of defence is a checksum file that `sha256sum -c` reads, too.

use crate::problem::Problem;
use config::settings::ByHand;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Component, Path, PathBuf};

pub(super) const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const CHECKSUM: &str = "manifest.json.sha256";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    Sqlite,
    Postgres,
}

impl LedgerKind {
    /// Of the address in the settings.
    pub fn of_url(url: &str) -> Self {
        if url == "sqlite" { Self::Sqlite } else { Self::Postgres }
    }

    /// The ledger's file in a backup.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "ledger.sqlite",
            Self::Postgres => "ledger.pgdump",
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Relative to the backup, with `/`.
    pub path: String,
    pub bytes: u64,
    /// Hex.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    pub made_at: Timestamp,
    pub province: String,
    pub ledger: LedgerKind,
    /// The newest migration that the ledger has had.
    pub ledger_version: i64,
    /// Whether the settings came from a file, which is in the backup.
    pub has_settings: bool,
    /// What is not in it.
    pub by_hand: Vec<ByHand>,
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// Of the backup in `folder`, once its own checksum holds. Its files are not looked at.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        let text = match std::fs::read(folder.join(MANIFEST)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let cause = format!("{} has no {MANIFEST}: it is no whole backup", folder.display());
                return Err(Problem::failed("BACKUP_NOT_WHOLE", cause));
            }
            Err(error) => return Err(error.into()),
        };
        let damaged = |cause: String| Problem::failed("BACKUP_DAMAGED", cause);
        let checksum =
            std::fs::read_to_string(folder.join(CHECKSUM)).map_err(|error| damaged(format!("{CHECKSUM}: {error}")))?;
        if checksum != checksum_line(&text) {
            return Err(damaged(format!("{MANIFEST} is not what {CHECKSUM} says")));
        }
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        // A newer format may have other fields: its number is all that is asked of it.
        let head: Head = serde_json::from_slice(&text).map_err(|error| damaged(format!("{MANIFEST}: {error}")))?;
        if head.format > FORMAT {
            let cause = format!("the backup has format {}, this program knows {FORMAT}", head.format);
            return Err(Problem::failed("BACKUP_NEWER", cause));
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| damaged(format!("{MANIFEST}: {error}")))?;
        match manifest.files.iter().find(|file| !stays_inside(&file.path)) {
            Some(file) => Err(damaged(format!("{MANIFEST} names {}, which is not in the backup", file.path))),
            None => Ok(manifest),
        }
    }

    /// The two files that say what the backup is.
    pub(super) fn to_files(&self) -> Result<[(&'static str, Vec<u8>); 2], Problem> {
        let text = serde_json::to_vec_pretty(self).map_err(|e| Problem::failed("BACKUP", e.to_string()))?;
        let checksum = checksum_line(&text).into_bytes();
        Ok([(MANIFEST, text), (CHECKSUM, checksum)])
    }

    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn checksum_line(text: &[u8]) -> String {
    format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(text)))
}

/// A path that leads nowhere but into the folder it is joined to.
fn stays_inside(path: &str) -> bool {
    let path = PathBuf::from(path);
    path.components().next().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(manifest: &Manifest) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in manifest.to_files().expect("files") {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    fn manifest(path: &str) -> Manifest {
        Manifest {
            format: FORMAT,
            program: "0.1.0".into(),
            made_at: "2026-11-24T15:00:00Z".parse().expect("an instant"),
            province: "08".into(),
            ledger: LedgerKind::Sqlite,
            ledger_version: 11,
            has_settings: false,
            by_hand: Vec::new(),
            files: vec![FileEntry { path: path.into(), bytes: 1, sha256: "00".into() }],
        }
    }

    #[test]
    fn it_comes_back_as_it_was_written() {
        let whole = manifest("data/audit.key");
        assert_eq!(Manifest::read(written(&whole).path()).expect("read"), whole);
    }

    #[test]
    fn a_manifest_that_leads_out_of_its_folder_is_refused() {
        for path in ["../doisoat.toml", "/etc/passwd", "data/../../x", ""] {
            let refused = Manifest::read(written(&manifest(path)).path()).expect_err(path);
            assert_eq!(refused.code, "BACKUP_DAMAGED", "{path}");
        }
    }

    #[test]
    fn a_newer_format_is_said_to_be_newer_whatever_else_stands_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = br#"{"format": 2, "parts": []}"#;
        std::fs::write(folder.path().join(MANIFEST), text).expect("written");
        std::fs::write(folder.path().join(CHECKSUM), checksum_line(text)).expect("written");
        assert_eq!(Manifest::read(folder.path()).expect_err("newer").code, "BACKUP_NEWER");
    }
}
