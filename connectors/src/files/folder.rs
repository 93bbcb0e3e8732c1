//! The watched folder: which files lie in it, and what is in each.

use super::grid::refused;
use super::shape::Shape;
use super::{table, templates};
use config::TableSettings;
use jiff::Timestamp;
use schemas::{CommuneCode, Dataset, SourceError};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// A file that was written to more recently may still be on its way.
const QUIET_SECONDS: i64 = 10;
/// Endings of files that programs leave behind for themselves.
const NOT_OURS: [&str; 5] = ["tmp", "part", "crdownload", "lnk", "ini"];
const TABLES: [&str; 6] = ["csv", "txt", "xlsx", "xlsm", "xls", "ods"];

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

    /// Nobody writes to it any more, as far as its time tells.
    fn is_quiet(&self, now: Timestamp) -> bool {
        let age = self.modified_at().map(|at| now.duration_since(at).as_secs());
        age.is_none_or(|seconds| !(0..QUIET_SECONDS).contains(&seconds))
    }
}

/// A partition that a file brings rows for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Brings {
    pub dataset: Dataset,
    pub partition: String,
}

/// A file of the folder, looked into.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub path: PathBuf,
    pub name: String,
    pub stamp: Stamp,
    pub commune: Option<String>,
    /// SHA-256 of its content.
    pub sha256: String,
    /// What it brings, or why it cannot be read as a whole.
    pub brings: Result<BTreeSet<Brings>, SourceError>,
}

/// The folder with what is known of its files.
pub struct Folder {
    pub path: PathBuf,
    pub max_bytes: u64,
    tables: Vec<TableSettings>,
    free: Vec<Arc<Shape>>,
    known: Vec<Arc<Shape>>,
    seen: Mutex<BTreeMap<PathBuf, Delivery>>,
}

impl Folder {
    pub fn new(path: PathBuf, max_bytes: u64, tables: Vec<TableSettings>) -> Self {
        let free = tables.iter().map(|table| Arc::new(Shape::free(table))).collect();
        let known = templates::known().into_iter().map(Arc::new).collect();
        Self { path, max_bytes, tables, free, known, seen: Mutex::default() }
    }

    /// The shapes that a file of this name may have: those of the settings that name it, else the
    /// known ones.
    pub fn shapes(&self, name: &str) -> Vec<Arc<Shape>> {
        let free = self.tables.iter().zip(&self.free).filter(|(table, _)| table.matches(name));
        let free: Vec<Arc<Shape>> = free.map(|(_, shape)| shape.clone()).collect();
        if free.is_empty() { self.known.clone() } else { free }
    }

    /// All files that stand still, in the order of their names. A file is looked into once, until
    /// it changes.
    pub fn deliveries(&self, communes: &[String], now: Timestamp) -> std::io::Result<Vec<Delivery>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            // Not through links: what is outside the folder is none of ours.
            if !entry.file_type()?.is_file() {
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let stamp = Stamp::of(&entry.metadata()?)?;
            if is_foreign(&name) {
                continue;
            }
            if !stamp.is_quiet(now) {
                tracing::info!(file = %name, "a file is still being written and waits for the next night");
                continue;
            }
            found.push((entry.path(), name, stamp));
        }
        found.sort();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|path, _| found.iter().any(|(other, ..)| other == path));
        let mut deliveries = Vec::with_capacity(found.len());
        for (path, name, stamp) in found {
            if let Some(known) = seen.get(&path).filter(|known| known.stamp == stamp) {
                deliveries.push(known.clone());
                continue;
            }
            match self.look_into(&path, &name, stamp, communes) {
                Ok(delivery) => {
                    seen.insert(path, delivery.clone());
                    deliveries.push(delivery);
                }
                Err(error) => tracing::warn!(file = %name, kind = %error.kind(), "a file cannot be opened"),
            }
        }
        Ok(deliveries)
    }

    fn look_into(&self, path: &Path, name: &str, stamp: Stamp, communes: &[String]) -> std::io::Result<Delivery> {
        let commune = commune_of(name);
        let (sha256, brings) = if stamp.bytes > self.max_bytes {
            let detail = format!("the file is larger than {} bytes", self.max_bytes);
            (hash_of(path)?, Err(refused("body_too_large", &detail)))
        } else {
            let bytes = std::fs::read(path)?;
            (hex::encode(Sha256::digest(&bytes)), self.brings(bytes, name, commune.as_deref(), communes))
        };
        Ok(Delivery { path: path.to_owned(), name: name.to_owned(), stamp, commune, sha256, brings })
    }

    fn brings(
        &self,
        bytes: Vec<u8>,
        name: &str,
        commune: Option<&str>,
        communes: &[String],
    ) -> Result<BTreeSet<Brings>, SourceError> {
        if !TABLES.contains(&ending(name).as_str()) {
            return Err(refused("not_a_table", "the file is no table"));
        }
        let tables = table::read(bytes, name, self.max_bytes, &self.shapes(name))?;
        let brings = |table: &table::Table| {
            let shape = &table.shape;
            if shape.has_commune_column() {
                return Ok(Brings { dataset: shape.dataset, partition: shape.partition(None) });
            }
            let no_commune = || refused("no_commune", "the file's name does not begin with a commune code");
            let code = commune.ok_or_else(no_commune)?;
            if !communes.iter().any(|known| known == code) {
                return Err(refused("unknown_commune", "the code in the file's name is of no commune of today"));
            }
            Ok(Brings { dataset: shape.dataset, partition: shape.partition(Some(code)) })
        };
        tables.iter().map(brings).collect()
    }
}

/// The SHA-256 of a file's content, read piece by piece.
pub fn hash_of(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash) = (std::fs::File::open(path)?, Sha256::new());
    let mut piece = vec![0u8; 64 << 10];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&piece[..length]);
    }
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase()
}

/// `~$…` and dot files belong to programs that have the list open.
fn is_foreign(name: &str) -> bool {
    name.starts_with(['~', '.']) || NOT_OURS.contains(&ending(name).as_str()) || name.eq_ignore_ascii_case("thumbs.db")
}

/// `00691_danh-sach.xlsx`, `00691 danh sach.xlsx` → `00691`.
pub fn commune_of(name: &str) -> Option<String> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    CommuneCode::parse(name.get(..digits)?).ok().map(|code| code.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const LIST: &str = "STT,Họ và tên,Ngày sinh\n1,Mẫu,1956\n";

    fn looked_at(files: &[(&str, &str)]) -> BTreeMap<String, Result<Vec<String>, String>> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        std::fs::create_dir(folder.path().join("da-nhan")).expect("made");
        let watched = Folder::new(folder.path().to_owned(), 10_000, Vec::new());
        let deliveries = watched.deliveries(&["00691".into(), "00694".into()], testing::now()).expect("listed");
        let brings = |delivery: Delivery| match delivery.brings {
            Ok(brings) => Ok(brings.into_iter().map(|brings| brings.partition).collect()),
            Err(error) => Err(error.code),
        };
        deliveries.into_iter().map(|delivery| (delivery.name.clone(), brings(delivery))).collect()
    }

    #[test]
    fn every_file_is_either_brought_refused_with_a_reason_or_no_file_of_ours() {
        let large = "x,".repeat(10_000);
        let seen = looked_at(&[
            ("00691_a.csv", LIST),
            ("00694 ho tich.csv", "so,quyenSo,nktHoTen,nktNgayChet\n1,01/2026,Mẫu,01.02.2026\n"),
            ("00699_cu.csv", LIST),
            ("danh-sach.csv", LIST),
            ("00691_thu.doc", "x"),
            ("00691_khac.csv", "a,b,c\n"),
            ("00691_lon.csv", &large),
            ("~$00691_a.xlsx", "x"),
            ("00691_b.csv.part", "x"),
        ]);
        let expected: BTreeMap<String, Result<Vec<String>, String>> = [
            ("00691_a.csv", Ok("00691")),
            ("00694 ho tich.csv", Ok("00694:kt")),
            ("00699_cu.csv", Err("unknown_commune")),
            ("danh-sach.csv", Err("no_commune")),
            ("00691_thu.doc", Err("not_a_table")),
            ("00691_khac.csv", Err("no_header")),
            ("00691_lon.csv", Err("body_too_large")),
        ]
        .into_iter()
        .map(|(name, brings)| (name.to_owned(), brings.map(|p| vec![p.to_owned()]).map_err(str::to_owned)))
        .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_file_that_was_written_a_moment_ago_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("00691_a.csv");
        std::fs::write(&path, LIST).expect("written");
        let written =
            std::fs::metadata(&path).and_then(|m| Stamp::of(&m)).expect("a stamp").modified_at().expect("a time");
        let watched = Folder::new(folder.path().to_owned(), 10_000, Vec::new());
        let count = |after: i64| {
            let now = written + jiff::SignedDuration::from_secs(after);
            watched.deliveries(&["00691".into()], now).expect("listed").len()
        };
        assert_eq!((count(1), count(QUIET_SECONDS + 1)), (0, 1));
    }
}
