//! The watched folder: which file is whose.

use super::table::Format;
use jiff::Timestamp;
use schemas::CommuneCode;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommuneFile {
    pub path: PathBuf,
    pub format: Format,
    pub stamp: Stamp,
}

/// What tells that a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    modified: SystemTime,
    pub bytes: u64,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> std::io::Result<Self> {
        Ok(Self { modified: metadata.modified()?, bytes: metadata.len() })
    }

    pub fn modified_at(&self) -> Option<Timestamp> {
        Timestamp::try_from(self.modified).ok()
    }
}

/// The newest file of each commune, by commune code. Files without a commune of today in their
/// name are left out and said so in the log; so are older files of a commune.
pub fn list(folder: &Path, communes: &[String]) -> std::io::Result<BTreeMap<String, CommuneFile>> {
    let mut files: BTreeMap<String, CommuneFile> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // Not through links: what is outside the folder is none of ours.
        if !entry.file_type()?.is_file() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(format) = format_of(&name) else { continue };
        let Some(commune) = commune_of(&name).filter(|code| communes.contains(code)) else {
            tracing::warn!(file = %name, "a file without the code of a commune of today is left out");
            continue;
        };
        let file = CommuneFile { path: entry.path(), format, stamp: Stamp::of(&entry.metadata()?)? };
        match files.get(&commune) {
            Some(other) if (other.stamp, &other.path) > (file.stamp, &file.path) => {
                tracing::warn!(file = %name, commune, "an older file of the commune is left out");
            }
            Some(_) => {
                tracing::warn!(file = %name, commune, "a newer file of the commune replaces another");
                files.insert(commune, file);
            }
            None => {
                files.insert(commune, file);
            }
        }
    }
    Ok(files)
}

/// `~$…` and dot files belong to programs that have the list open.
fn format_of(name: &str) -> Option<Format> {
    if name.starts_with(['~', '.']) {
        return None;
    }
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "xlsx" => Some(Format::Workbook),
        _ => None,
    }
}

/// `00691_danh-sach.xlsx` → `00691`.
fn commune_of(name: &str) -> Option<String> {
    let code = name.split(['_', '.']).next()?;
    CommuneCode::parse(code).ok().map(|code| code.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_todays_communes_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["00691_a.csv", "00694.xlsx", "00699_old.csv", "danh-sach.csv", "~$00691_a.xlsx", "00691_a.doc"] {
            std::fs::write(folder.path().join(name), "x").expect("written");
        }
        std::fs::create_dir(folder.path().join("00691_folder.csv")).expect("made");
        let files = list(folder.path(), &["00691".into(), "00694".into()]).expect("listed");
        let seen: Vec<_> = files.iter().map(|(code, file)| (code.as_str(), file.format)).collect();
        assert_eq!(seen, [("00691", Format::Csv), ("00694", Format::Workbook)]);
    }

    #[test]
    fn of_two_files_of_a_commune_the_newer_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let new = folder.path().join("00691_a.csv");
        std::fs::write(&new, "new").expect("written");
        let old = folder.path().join("00691_b.csv");
        std::fs::write(&old, "old").expect("written");
        let past = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let file = std::fs::File::options().write(true).open(&old).expect("opened");
        file.set_modified(past).expect("set");
        let files = list(folder.path(), &["00691".into()]).expect("listed");
        assert_eq!(files["00691"].path, new);
    }
}
