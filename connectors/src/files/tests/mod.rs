mod folder_life;
mod formats;
mod mutations;
mod templates;
mod write;

use super::folder::Folder;
use super::read::{Read, read_partition};
use crate::testing;
use config::TableSettings;
use schemas::{CanonicalRecord, Dataset, Partition, Record};
use std::path::Path;

fn communes() -> Vec<String> {
    vec!["00691".into(), "00694".into()]
}

fn watched(folder: &Path, tables: Vec<TableSettings>) -> Folder {
    Folder::new(folder.to_owned(), 1 << 20, tables)
}

/// What a single file of that name and content brings to a partition.
fn read_file(name: &str, content: &[u8], dataset: Dataset, partition: &str, tables: Vec<TableSettings>) -> Read {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), content).expect("written");
    let watched = watched(folder.path(), tables);
    let delivery = watched.deliveries(&communes(), testing::now()).expect("listed").remove(0);
    let brought: Vec<_> =
        delivery.brings.clone().expect("a table").into_iter().map(|b| (b.dataset, b.partition)).collect();
    assert!(brought.contains(&(dataset, partition.to_owned())), "{brought:?}");
    let partition = Partition::new(&testing::source("commune_files"), dataset, partition);
    read_partition(&watched, &delivery, &communes(), &partition).expect("read")
}

/// The error of a file that cannot be read as a whole.
fn refusal(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), content).expect("written");
    let mut deliveries = watched(folder.path(), Vec::new()).deliveries(&communes(), testing::now()).expect("listed");
    deliveries.remove(0).brings.expect_err("refused").code
}

/// Rows as lines of their values, empty ones left out.
fn shown(records: &[CanonicalRecord]) -> Vec<String> {
    let values = |record: &Record| match record {
        Record::Person(r) => r.values().into_iter().flatten().collect::<Vec<_>>().join("|"),
        Record::CivilEvent(r) => r.values().into_iter().flatten().collect::<Vec<_>>().join("|"),
        Record::LandRight(r) => r.values().into_iter().flatten().collect::<Vec<_>>().join("|"),
        Record::Dossier(r) => r.values().into_iter().flatten().collect::<Vec<_>>().join("|"),
    };
    records
        .iter()
        .map(|row| format!("{} {}: {}", row.envelope.record_key, row.envelope.part, values(&row.record)))
        .collect()
}
