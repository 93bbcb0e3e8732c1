//! After the night: files that were taken are moved away, what could not be read goes back.
//!
//! * A file is taken when its name by content is in the manifest of the snapshot that serves. So it
//!   is moved only after the promotion; if the program ends in between, the next start sees it and
//!   moves it without taking it again.
//! * `da-nhan/<day>/` holds what was taken, `tra-lai/` what came back. Nothing there is overwritten.

use super::folder::{Delivery, Folder, Stamp, commune_of, hash_of};
use super::mark::Mark;
use super::read::{ReturnedSheet, read_partition};
use super::returned;
use jiff::Timestamp;
use schemas::clock::vietnam_date;
use schemas::{Cursor, Dataset, Partition, SourceId};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Below it a folder for each day.
pub const TAKEN: &str = "da-nhan";
pub const RETURNED: &str = "tra-lai";
/// Names of one file that are tried before giving up.
const MOST_COPIES: u32 = 10_000;

/// What the ledger knows of a source's files.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Cursors of the serving snapshots, by dataset and partition.
    pub taken: BTreeMap<(Dataset, String), Cursor>,
    /// Partitions whose file of tonight was not promoted, with the code why.
    pub kept: BTreeMap<(Dataset, String), String>,
    /// The night is over: what could not be read goes back now.
    pub night_over: bool,
}

/// Counts of files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    pub taken: u64,
    pub returned: u64,
    /// Came before, with the same content.
    pub already_taken: u64,
    /// Stay where they are for another night.
    pub waiting: u64,
    pub returned_rows: u64,
}

enum Fate {
    Taken,
    AlreadyTaken,
    Returned(String),
    Waits,
}

pub fn settle(folder: &Folder, communes: &[String], now: Timestamp, held: &Held) -> Result<Settled> {
    let mut settled = Settled::default();
    let day = vietnam_date(now);
    let deliveries = folder.deliveries(communes, now)?;
    for delivery in &deliveries {
        match fate(folder, &deliveries, delivery, held)? {
            Fate::Taken => {
                settled.returned_rows += return_rows(folder, delivery, communes)?;
                put(&delivery.path, &folder.path.join(TAKEN).join(day.to_string()), &delivery.name)?;
                tracing::info!(file = %delivery.name, "a file was taken");
                settled.taken += 1;
            }
            Fate::AlreadyTaken => {
                give_back(folder, delivery, "already_taken")?;
                settled.already_taken += 1;
            }
            Fate::Returned(code) => {
                if delivery.brings.is_ok() && code == "TOO_MANY_UNREADABLE" {
                    settled.returned_rows += return_rows(folder, delivery, communes)?;
                }
                give_back(folder, delivery, &code)?;
                settled.returned += 1;
            }
            Fate::Waits => settled.waiting += 1,
        }
    }
    Ok(settled)
}

fn fate(folder: &Folder, all: &[Delivery], delivery: &Delivery, held: &Held) -> Result<Fate> {
    let returned = |code: &str| if held.night_over { Fate::Returned(code.to_owned()) } else { Fate::Waits };
    // It may have grown since it was looked into: then it is not the file that is spoken of.
    let still = std::fs::metadata(&delivery.path).and_then(|metadata| Stamp::of(&metadata));
    if !still.is_ok_and(|stamp| stamp == delivery.stamp) {
        return Ok(Fate::Waits);
    }
    let brings = match &delivery.brings {
        Err(error) => return Ok(returned(&error.code)),
        Ok(brings) => brings,
    };
    let mut open = Vec::new();
    for brought in brings {
        let key = (brought.dataset, brought.partition.clone());
        let mark = held.taken.get(&key).and_then(|cursor| Mark::parse(cursor).ok()).unwrap_or_default();
        if !mark.taken.contains(&delivery.sha256) {
            open.push(key);
        }
    }
    if open.is_empty() {
        let again = is_archived(&folder.path.join(TAKEN), delivery)?;
        return Ok(if again { Fate::AlreadyTaken } else { Fate::Taken });
    }
    if let Some(code) = open.iter().find_map(|key| held.kept.get(key).filter(|code| *code == "TOO_MANY_UNREADABLE")) {
        return Ok(returned(code));
    }
    // A newer file for all that this one would bring.
    let newer = |key: &(Dataset, String)| {
        all.iter().any(|other| {
            (other.stamp, &other.name) > (delivery.stamp, &delivery.name)
                && other.brings.iter().flatten().any(|b| b.dataset == key.0 && b.partition == key.1)
        })
    };
    if open.iter().all(newer) { Ok(returned("superseded")) } else { Ok(Fate::Waits) }
}

/// Whether the file's content lies in the archive already, from the same commune.
fn is_archived(archive: &Path, delivery: &Delivery) -> Result<bool> {
    let days = match std::fs::read_dir(archive) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        days => days?,
    };
    for day in days {
        let day = day?;
        if !day.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(day.path())? {
            let file = file?;
            // Two communes may send the very same rows: an empty form, say.
            if commune_of(&file.file_name().to_string_lossy()) != delivery.commune {
                continue;
            }
            let metadata = file.metadata()?;
            if metadata.is_file() && metadata.len() == delivery.stamp.bytes && hash_of(&file.path())? == delivery.sha256
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Writes the rows that could not be read; answers how many.
fn return_rows(folder: &Folder, delivery: &Delivery, communes: &[String]) -> Result<u64> {
    let mut sheets: Vec<ReturnedSheet> = Vec::new();
    // The name of the source plays no part in reading.
    let Ok(source) = SourceId::parse("files") else { return Ok(0) };
    for brought in delivery.brings.iter().flatten() {
        let partition = Partition::new(&source, brought.dataset, brought.partition.clone());
        let read = read_partition(folder, delivery, communes, &partition);
        sheets.extend(read.map_err(|error| Error::other(error.code))?.returned);
    }
    let count = sheets.iter().map(|sheet| sheet.rows.len() as u64).sum();
    if count > 0 {
        let failed = |_| Error::other("the spreadsheet of rejected rows cannot be made");
        let bytes = returned::spreadsheet(&sheets).map_err(failed)?;
        let stem = delivery.name.rsplit_once('.').map_or(delivery.name.as_str(), |(stem, _)| stem);
        write_new(&folder.path.join(RETURNED), &format!("{stem}-dong-loi.xlsx"), &bytes)?;
    }
    Ok(count)
}

fn give_back(folder: &Folder, delivery: &Delivery, code: &str) -> Result<()> {
    let place = folder.path.join(RETURNED);
    write_new(&place, &format!("{}-giai-thich.txt", delivery.name), returned::letter(&delivery.name, code).as_bytes())?;
    put(&delivery.path, &place, &delivery.name)?;
    tracing::warn!(file = %delivery.name, code, "a file went back to its commune");
    Ok(())
}

/// Moves a file into a folder under its name, or under a numbered one where that is taken.
fn put(from: &Path, folder: &Path, name: &str) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for place in names(folder, name) {
        // A second name for the file, then the first one gone: the one way to move that never
        // overwrites. Shares without such links are asked first whether the name is free.
        match std::fs::hard_link(from, &place) {
            Ok(()) => {
                std::fs::remove_file(from)?;
                return sync(folder);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) if place.exists() => {}
            Err(_) => {
                std::fs::rename(from, &place)?;
                return sync(folder);
            }
        }
    }
    Err(Error::other("no name is free"))
}

fn write_new(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for place in names(folder, name) {
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&place) {
            Ok(mut file) => {
                file.write_all(content)?;
                file.sync_all()?;
                return sync(folder);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::other("no name is free"))
}

/// `a.xlsx`, `a (2).xlsx`, …
fn names(folder: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem.to_owned(), format!(".{ending}")),
        None => (name.to_owned(), String::new()),
    };
    let (folder, first) = (folder.to_owned(), folder.join(name));
    let numbered = (2..MOST_COPIES).map(move |number| folder.join(format!("{stem} ({number}){ending}")));
    std::iter::once(first).chain(numbered)
}

/// A name in a folder is on disk only when the folder is.
fn sync(folder: &Path) -> Result<()> {
    std::fs::File::open(folder).and_then(|folder| folder.sync_all())
}
