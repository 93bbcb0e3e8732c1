//! From the inbox to the archive: what is taken, what comes back, and what a crash leaves.

use super::super::mark::Mark;
use super::super::settle::{Held, Settled, settle};
use super::{communes, watched};
use crate::connector::{Connector, PlanContext};
use crate::files::CommuneFiles;
use crate::testing;
use calamine::{Reader, Xlsx, open_workbook_from_rs};
use schemas::clock::FixedClock;
use schemas::{Cursor, Dataset};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const GOOD: &str = "STT,Họ và tên,Ngày sinh,Ghi chú\n1,Mẫu,1956,x\n2,=HYPERLINK(1),31/02/1956,0123\n";

fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            names.extend(self::names(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

fn files(folder: &Path) -> CommuneFiles {
    let clock = Arc::new(FixedClock(testing::now()));
    CommuneFiles::new(testing::source("commune_files"), folder.to_owned(), 1 << 20, Vec::new(), communes(), clock)
}

/// One night up to the promotion: the cursors that the manifest would hold.
fn promoted(folder: &Path, before: &BTreeMap<String, Cursor>) -> BTreeMap<String, Cursor> {
    let files = files(folder);
    let context = PlanContext { resume_from: before.clone(), ..PlanContext::default() };
    let mut resume = before.clone();
    for partition in files.partitions(Dataset::Person, &context) {
        let start = files.start_cursor(&partition, &context).expect("a cursor");
        resume.insert(partition.key, files.resume_cursor(&start).expect("a cursor"));
    }
    resume
}

fn settled(folder: &Path, resume: &BTreeMap<String, Cursor>, night_over: bool) -> Settled {
    let taken = resume.iter().map(|(key, cursor)| ((Dataset::Person, key.clone()), cursor.clone())).collect();
    let held = Held { taken, kept: BTreeMap::new(), night_over };
    settle(&watched(folder, Vec::new()), &communes(), testing::now(), &held).expect("settled")
}

#[test]
fn a_file_is_moved_after_its_promotion_and_its_rejected_rows_come_back_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("00691_ds.csv"), GOOD).expect("written");
    assert_eq!(settled(folder.path(), &BTreeMap::new(), true), Settled { waiting: 1, ..Settled::default() });
    let resume = promoted(folder.path(), &BTreeMap::new());
    let counts = settled(folder.path(), &resume, true);
    assert_eq!(counts, Settled { taken: 1, returned_rows: 1, ..Settled::default() });
    assert_eq!(names(folder.path()), ["da-nhan/2026-11-24/00691_ds.csv", "tra-lai/00691_ds-dong-loi.xlsx"]);
    let bytes = std::fs::read(folder.path().join("tra-lai/00691_ds-dong-loi.xlsx")).expect("read");
    let mut workbook: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = workbook.worksheet_range_at(0).expect("a sheet").expect("readable");
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0], ["STT", "Họ và tên", "Ngày sinh", "Ghi chú", "Dòng số", "Lý do trả lại", "Cần làm"]);
    assert_eq!(rows[1][..5], ["2", "'=HYPERLINK(1)", "31/02/1956", "0123", "3"]);
    assert!(rows[1][5].contains("Ngày") && rows[1][6].contains("05/03/1956"), "{:?}", rows[1]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_crash_between_promotion_and_moving_is_repaired_without_taking_the_file_again() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("00691_ds.csv"), GOOD).expect("written");
    let resume = promoted(folder.path(), &BTreeMap::new());
    // The next start: nothing is planned, the file is moved before the night.
    assert_eq!(promoted(folder.path(), &resume), resume);
    assert_eq!(settled(folder.path(), &resume, false).taken, 1);
    assert_eq!(names(folder.path())[0], "da-nhan/2026-11-24/00691_ds.csv");
}

#[test]
fn the_same_content_is_not_taken_twice_and_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("00691_ds.csv"), GOOD).expect("written");
    let resume = promoted(folder.path(), &BTreeMap::new());
    settled(folder.path(), &resume, true);
    std::fs::write(folder.path().join("00691_lai.csv"), GOOD).expect("written");
    assert_eq!(promoted(folder.path(), &resume), resume, "nothing is planned");
    assert_eq!(settled(folder.path(), &resume, true).already_taken, 1);
    let letter = std::fs::read_to_string(folder.path().join("tra-lai/00691_lai.csv-giai-thich.txt")).expect("a letter");
    assert!(letter.contains("already_taken") && letter.contains("giống hệt"), "{letter}");
    // Another commune may bring the very same rows.
    std::fs::write(folder.path().join("00694_ds.csv"), GOOD).expect("written");
    let resume = promoted(folder.path(), &resume);
    assert_eq!(resume.len(), 2);
    assert_eq!(settled(folder.path(), &resume, true).taken, 1);
}

#[test]
fn nothing_in_the_archive_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut resume = BTreeMap::new();
    for text in ["STT,Họ và tên,Ngày sinh\n1,A,1956\n", "STT,Họ và tên,Ngày sinh\n1,B,1956\n"] {
        std::fs::write(folder.path().join("00691_ds.csv"), text).expect("written");
        resume = promoted(folder.path(), &resume);
        settled(folder.path(), &resume, true);
    }
    assert_eq!(names(folder.path()), ["da-nhan/2026-11-24/00691_ds (2).csv", "da-nhan/2026-11-24/00691_ds.csv"]);
    assert_eq!(Mark::parse(&resume["00691"]).expect("a mark").taken.len(), 2);
}

#[test]
fn what_cannot_be_read_goes_back_with_a_letter_when_the_night_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("danh-sach.csv", GOOD), ("00691_x.csv", "a,b\n"), ("00691.doc", "x")] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    assert_eq!(settled(folder.path(), &BTreeMap::new(), false).waiting, 3);
    assert_eq!(settled(folder.path(), &BTreeMap::new(), true).returned, 3);
    let all = names(folder.path());
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|name| name.starts_with("tra-lai/")), "{all:?}");
    let letter = std::fs::read_to_string(folder.path().join("tra-lai/danh-sach.csv-giai-thich.txt")).expect("a letter");
    assert!(letter.contains("mã xã 5 chữ số") && letter.contains("Cần làm"), "{letter}");
}

#[test]
fn of_two_files_for_one_list_the_newer_is_taken_and_the_older_goes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("00691_moi.csv"), GOOD).expect("written");
    let old = folder.path().join("00691_cu.csv");
    std::fs::write(&old, "STT,Họ và tên,Ngày sinh\n1,Cũ,1956\n").expect("written");
    let past = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    std::fs::File::options().write(true).open(&old).and_then(|file| file.set_modified(past)).expect("set");
    let resume = promoted(folder.path(), &BTreeMap::new());
    let counts = settled(folder.path(), &resume, true);
    assert_eq!((counts.taken, counts.returned), (1, 1));
    let all = names(folder.path());
    assert!(all.contains(&"da-nhan/2026-11-24/00691_moi.csv".to_owned()), "{all:?}");
    assert!(all.contains(&"tra-lai/00691_cu.csv-giai-thich.txt".to_owned()), "{all:?}");
}

#[tokio::test]
async fn a_file_that_changed_since_it_was_planned_parks_its_partition() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("00691_ds.csv"), GOOD).expect("written");
    let (files, context) = (files(folder.path()), PlanContext::default());
    let partition = files.partitions(Dataset::Person, &context).remove(0);
    let cursor = files.start_cursor(&partition, &context).expect("a cursor");
    let page = files.page(&partition, Some(&cursor), &context).await.expect("a page");
    assert_eq!((page.served, page.records.len(), page.rejects.len(), page.next), (2, 1, 1, None));
    std::fs::write(folder.path().join("00691_ds.csv"), "STT,Họ và tên,Ngày sinh\n1,Khác,1956\n").expect("written");
    let error = files.page(&partition, Some(&cursor), &context).await.map(|_| ()).expect_err("changed");
    assert_eq!((error.class, error.code.as_str()), (schemas::ErrorClass::Transient, "file_changed"));
}
