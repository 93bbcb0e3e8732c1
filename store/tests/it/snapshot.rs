//! Snapshots: built whole, read back, and honest about every record.

use crate::world::{at, person, source};
use schemas::{CanonicalRecord, Dataset, Record};
use std::collections::BTreeMap;
use std::path::Path;
use store::StoreError;
use store::snapshots::{Frame, Manifest, RecordView, Slice, Slices, SnapshotBuilder, SnapshotReader};

const BUCKETS: u32 = 4;

fn build(home: &Path, id: &str, carried: &[CanonicalRecord], pages: &[Vec<CanonicalRecord>]) -> Manifest {
    build_on(1, home, id, carried, pages)
}

fn build_on(
    threads: usize,
    home: &Path,
    id: &str,
    carried: &[CanonicalRecord],
    pages: &[Vec<CanonicalRecord>],
) -> Manifest {
    let mut builder = SnapshotBuilder::new(home, id, Dataset::Person, BUCKETS).expect("begins");
    builder.use_threads(threads);
    for row in carried {
        builder.add_carried(row.clone(), "2026-11-23T02:00:00Z").expect("takes a carried row");
    }
    for page in pages {
        let served = page.iter().filter(|r| r.envelope.part == 0).count() as u64;
        builder.add_counts(served, 0);
        builder.add_page(page.clone(), at("2026-11-24T02:00:00Z")).expect("takes a page");
    }
    builder.finish(id, &source("population"), true, at("2026-11-24T02:00:00Z"), BTreeMap::new()).expect("finishes")
}

fn read_all(home: &Path, id: &str) -> Vec<CanonicalRecord> {
    let reader = SnapshotReader::open(&home.join(id)).expect("opens");
    let mut rows = Vec::new();
    for bucket in 0..BUCKETS {
        rows.extend(reader.bucket(bucket, None).expect("reads").iter().map(|r| r.to_record()));
    }
    rows.sort_by(|a, b| a.envelope.record_key.cmp(&b.envelope.record_key));
    rows
}

fn people(count: usize) -> Vec<CanonicalRecord> {
    (0..count).map(|n| person(&format!("k{n:05}"), 1, &format!("099085{n:06}"), "Nguyễn Văn Mẫu")).collect()
}

#[test]
fn what_goes_in_comes_out_and_one_person_is_found_by_number() {
    let home = tempfile::tempdir().unwrap();
    let rows = people(1000);
    let manifest = build(home.path(), "s1", &[], &[rows[..400].to_vec(), rows[400..].to_vec()]);
    assert_eq!((manifest.records, manifest.rows, manifest.tally.kept), (1000, 1000, 1000));
    assert_eq!(read_all(home.path(), "s1"), rows);
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    let found = reader.by_link_key("099085000123").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found.row(0).record_key, "k00123");
    assert!(reader.by_link_key("099085999999").unwrap().is_empty());
}

#[test]
fn neither_the_order_of_pages_nor_the_number_of_threads_changes_one_byte() {
    let home = tempfile::tempdir().unwrap();
    let mut rows = people(300);
    rows.push(person("k00007", 3, "099085000007", "Bà Mới"));
    rows.push(person("k00007", 2, "099085999007", "Bà Cũ"));
    let forward: Vec<_> = rows.chunks(50).map(<[_]>::to_vec).collect();
    let mut backward: Vec<_> = rows.iter().rev().cloned().collect::<Vec<_>>().chunks(33).map(<[_]>::to_vec).collect();
    backward.push(vec![rows[3].clone()]);
    let one = build(home.path(), "s1", &[], &forward);
    let two = build_on(3, home.path(), "s2", &[], &backward);
    assert_eq!(one.digest, two.digest);
    assert_eq!((one.tally.superseded, one.tally.repeated), (2, 0));
    assert_eq!((two.tally.superseded, two.tally.repeated), (2, 1));
}

#[test]
fn an_earlier_version_with_another_number_becomes_a_former_number() {
    let home = tempfile::tempdir().unwrap();
    let carried = [person("k1", 1, "099085000001", "An")];
    build(home.path(), "s1", &carried, &[vec![person("k1", 2, "099085000002", "An")]]);
    let rows = read_all(home.path(), "s1");
    let Record::Person(person) = &rows[0].record else { panic!("a person") };
    assert_eq!(person.personal_id.as_deref(), Some("099085000002"));
    assert_eq!(person.former_ids.as_deref(), Some("099085000001"));
    // The next night carries the former number on, with nothing new to say.
    build(home.path(), "s2", &rows, &[vec![]]);
    assert_eq!(read_all(home.path(), "s2"), rows);
}

#[test]
fn a_deletion_removes_the_record_and_a_silent_night_keeps_it() {
    let home = tempfile::tempdir().unwrap();
    let carried = people(3);
    let mut deletion = person("k00001", 0, "", "");
    deletion.envelope.deleted = true;
    deletion.record = Record::Person(Default::default());
    let manifest = build(home.path(), "s1", &carried, &[vec![deletion]]);
    let keys: Vec<_> = read_all(home.path(), "s1").into_iter().map(|r| r.envelope.record_key).collect();
    assert_eq!(keys, ["k00000", "k00002"]);
    assert_eq!((manifest.tally.carried, manifest.tally.gone, manifest.tally.deletions), (2, 1, 1));
}

#[test]
fn a_record_that_was_served_and_is_nowhere_stops_the_promotion() {
    let home = tempfile::tempdir().unwrap();
    let mut builder = SnapshotBuilder::new(home.path(), "s1", Dataset::Person, BUCKETS).unwrap();
    builder.add_counts(2, 0);
    builder.add_page(people(1), at("2026-11-24T02:00:00Z")).unwrap();
    let error = builder.finish("s1", &source("population"), true, at("2026-11-24T02:00:00Z"), BTreeMap::new());
    assert!(matches!(error, Err(StoreError::Invariant { .. })));
    assert!(!home.path().join("s1").exists(), "nothing gets the snapshot's name");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "and nothing is left behind");
}

#[test]
fn a_snapshot_records_that_are_gone_are_counted() {
    let home = tempfile::tempdir().unwrap();
    let mut builder = SnapshotBuilder::new(home.path(), "s1", Dataset::Person, BUCKETS).unwrap();
    for row in people(10) {
        builder.add_known(&row.envelope.record_key).unwrap();
    }
    builder.add_counts(8, 0);
    builder.add_page(people(8), at("2026-11-24T02:00:00Z")).unwrap();
    let done = builder.finish("s1", &source("population"), true, at("2026-11-24T02:00:00Z"), BTreeMap::new()).unwrap();
    assert_eq!((done.tally.kept, done.tally.gone), (8, 2));
}

#[test]
fn only_the_columns_asked_for_are_read() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), "s1", &[], &[people(50)]);
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    let frame = reader.bucket(1, Some(&["personal_id"])).unwrap();
    for row in frame.iter() {
        let RecordView::Person(view) = row.record else { panic!("a person") };
        assert!(view.personal_id.is_some() && view.name.is_none() && !row.record_key.is_empty());
    }
}

#[test]
fn a_bucket_in_frames_is_the_same_rows_in_the_same_order() {
    let home = tempfile::tempdir().unwrap();
    let mut rows = people(40_000);
    for (n, row) in rows.iter_mut().enumerate() {
        let Record::Person(person) = &mut row.record else { panic!("a person") };
        // Columns that hold nothing in the first group of rows, in the last, and in any.
        person.old_id = (n >= 38_000).then(|| format!("{:09}", 99_000_000 + n));
        person.sex = (n < 9_000).then(|| "f".to_owned());
        person.name = person.name.take().filter(|_| n % 3 == 0);
        row.envelope.part = (n % 2) as u16;
    }
    let mut builder = SnapshotBuilder::new(home.path(), "s1", Dataset::Person, 1).unwrap();
    builder.add_counts(40_000, 0);
    builder.add_page(rows.clone(), at("2026-11-24T02:00:00Z")).unwrap();
    builder.finish("s1", &source("population"), true, at("2026-11-24T02:00:00Z"), BTreeMap::new()).unwrap();
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    for columns in [None, Some(&["part", "old_id", "sex", "mother_name"][..]), Some(&[])] {
        let whole = reader.bucket(0, columns).unwrap();
        let frames: Vec<Frame> = reader.groups(0, 1, columns).collect::<Result<_, _>>().unwrap();
        assert!(frames.len() > 1, "one for each group of rows");
        let read: Vec<CanonicalRecord> = frames.iter().flat_map(rows_of).collect();
        assert!(read == rows_of(&whole) && read.len() == 40_000, "{columns:?}");
    }
}

fn rows_of(frame: &Frame) -> Vec<CanonicalRecord> {
    frame.iter().map(|row| row.to_record()).collect()
}

/// More than fit one row group, in each of the buckets.
const MANY: usize = 20_000;

#[test]
fn a_person_is_found_in_whichever_part_of_a_large_bucket_they_stand() {
    let home = tempfile::tempdir().unwrap();
    let mut rows = people(MANY);
    // Under one number in all records of a part and of the next; and under none.
    rows.extend((0..6_000).map(|n| person(&format!("m{n:05}"), 1, "099085999999", "Trần Thị Mẫu")));
    let mut numberless = person("ohne", 1, "", "Lê Văn Mẫu");
    if let Record::Person(person) = &mut numberless.record {
        person.personal_id = None;
    }
    rows.push(numberless.clone());
    build(home.path(), "s1", &[], std::slice::from_ref(&rows));
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    for wanted in rows[..MANY].iter().step_by(41) {
        let key = wanted.record.link_key().expect("a number");
        let found = reader.by_link_key(key).unwrap();
        assert!(found.iter().map(|row| row.to_record()).eq([wanted.clone()]), "{key}");
        let again = reader.by_record(key, &wanted.envelope.record_key).unwrap();
        assert!(again.iter().map(|row| row.to_record()).eq([wanted.clone()]), "{key}");
    }
    assert_eq!(reader.by_link_key("099085999999").unwrap().len(), 6_000);
    let one = reader.by_record("099085999999", "m04321").unwrap();
    assert_eq!((one.len(), one.row(0).record_key), (1, "m04321"));
    let none = reader.by_record("ohne", "ohne").unwrap();
    assert_eq!(none.iter().map(|row| row.to_record()).collect::<Vec<_>>(), [numberless]);
    assert!(reader.by_link_key("098085000123").unwrap().is_empty(), "before the first");
    assert!(reader.by_record("099085000041", "k00042").unwrap().is_empty(), "another's record");
}

/// The rows of one bucket of some snapshots, slice by slice.
fn slices_of(readers: &[&SnapshotReader], bucket: u32, buckets: u32) -> Vec<Slice> {
    let all: Vec<_> = readers.iter().map(|reader| (*reader, None)).collect();
    let mut slices = Slices::of(&all, bucket, buckets).expect("opens");
    std::iter::from_fn(|| slices.next_slice().expect("reads")).collect()
}

#[test]
fn whatever_stands_under_one_key_is_in_one_slice_and_every_row_in_one_under_its_number() {
    let home = tempfile::tempdir().unwrap();
    // The one that has most rows is cut finer than the other; a hundred rows stand under one key, and
    // some under none.
    let many = |from: usize, count: usize| -> Vec<CanonicalRecord> {
        let mut rows: Vec<_> = people(from + count).split_off(from);
        for (n, row) in rows.iter_mut().enumerate() {
            let Record::Person(person) = &mut row.record else { panic!("a person") };
            match n % 1000 {
                0..3 => person.personal_id = None,
                3..8 => person.personal_id = Some("099085050000".into()),
                _ => {}
            }
        }
        rows
    };
    for (id, buckets, rows) in [("s1", 2, many(0, 70_000)), ("s2", 1, many(40_000, 20_000)), ("s3", 1, Vec::new())] {
        let mut builder = SnapshotBuilder::new(home.path(), id, Dataset::Person, buckets).unwrap();
        builder.add_counts(rows.len() as u64, 0);
        builder.add_page(rows, at("2026-11-24T02:00:00Z")).unwrap();
        builder.finish(id, &source("population"), true, at("2026-11-24T02:00:00Z"), BTreeMap::new()).unwrap();
    }
    let readers = ["s1", "s2", "s3"].map(|id| SnapshotReader::open(&home.path().join(id)).unwrap());
    let slices = slices_of(&readers.each_ref(), 0, 1);
    assert!(slices.len() > 2, "about a group of rows of the largest is a slice: {}", slices.len());
    let mut slice_of: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for (at, reader) in readers.iter().enumerate() {
        let expected: Vec<Frame> = reader.groups(0, 1, None).collect::<Result<_, _>>().unwrap();
        let expected: Vec<CanonicalRecord> = expected.iter().flat_map(rows_of).collect();
        let mut seen = vec![false; expected.len()];
        for (number, slice) in slices.iter().enumerate() {
            for rows in &slice.rows[at] {
                assert!(rows.frame.len() <= 2 * 16_384, "as much as a group, and no bucket");
                for (row, record) in (rows.first..).zip(rows_of(&rows.frame)) {
                    let key = record.record.link_key().map(str::to_owned);
                    assert_eq!(*slice_of.entry(key.clone()).or_insert(number), number, "{key:?}");
                    assert!(slice.has(key.as_deref()));
                    assert!(number == 0 || !slices[number - 1].has(key.as_deref()));
                    assert!(record == expected[row] && !std::mem::replace(&mut seen[row], true));
                }
            }
        }
        assert!(seen.iter().all(|seen| *seen));
    }
    assert!(slices.last().is_some_and(|last| last.has(Some("\u{10ffff}"))), "the last is for all that is left");
}

#[test]
fn of_nothing_there_is_one_slice_with_nothing_in_it() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), "s1", &[], &[]);
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    for slices in [slices_of(&[&reader], 1, BUCKETS), slices_of(&[], 0, 1)] {
        assert_eq!(slices.len(), 1);
        assert!(slices[0].rows.iter().all(Vec::is_empty) && slices[0].has(None));
    }
}

#[test]
fn a_file_that_is_gone_is_told_and_nothing_comes_after_it() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), "s1", &[], &[people(40)]);
    let reader = SnapshotReader::open(&home.path().join("s1")).unwrap();
    std::fs::remove_file(home.path().join("s1").join(store::snapshots::bucket_name(2))).unwrap();
    let read: Vec<_> = reader.groups(0, 1, None).collect();
    assert!(read.len() == 3 && read[..2].iter().all(Result::is_ok));
    assert!(matches!(read[2], Err(StoreError::File { .. })));
    assert!(Slices::of(&[(&reader, None)], 2, BUCKETS).is_err());
}
