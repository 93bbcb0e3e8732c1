//! The lookup: what is written under a key is found under it, and nothing else.

use schemas::{Dataset, SourceId};
use store::snapshots::{LookupBuilder, LookupEntry, LookupReader};

fn entry(key: &str, record_key: &str) -> LookupEntry {
    LookupEntry {
        key: key.into(),
        source: SourceId::parse("population").expect("a source"),
        dataset: Dataset::Person,
        place: "099085000123".into(),
        record_key: record_key.into(),
        part: 3,
        person: Some("099085000123".into()),
    }
}

#[test]
fn entries_are_found_under_their_key_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = LookupBuilder::new(folder.path(), "1").expect("begins");
    for record in ["b", "a", "a"] {
        builder.add(&entry("cmnd:990000123", record)).expect("added");
    }
    for n in 0..500 {
        builder.add(&entry(&format!("cmnd:{n:09}"), "x")).expect("added");
    }
    assert_eq!(builder.finish().expect("ends"), 503);
    let reader = LookupReader::newest(folder.path()).expect("reads").expect("there is one");
    let found = reader.find("cmnd:990000123").expect("found");
    assert!(found == [entry("cmnd:990000123", "a"), entry("cmnd:990000123", "b")], "{found:?}");
    assert!(reader.find("cmnd:999999999").expect("found").is_empty());
}

#[test]
fn the_newest_whole_lookup_is_read_and_old_ones_go() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(LookupReader::newest(folder.path()).expect("reads").is_none());
    for id in ["20261121", "20261122", "20261123"] {
        let mut builder = LookupBuilder::new(folder.path(), id).expect("begins");
        builder.add(&entry("former:099085000999", id)).expect("added");
        builder.finish().expect("ends");
    }
    // One that was interrupted is no lookup, whatever its name.
    let mut interrupted = LookupBuilder::new(folder.path(), "20261124").expect("begins");
    interrupted.add(&entry("former:099085000999", "20261124")).expect("added");
    std::mem::forget(interrupted);
    let reader = LookupReader::newest(folder.path()).expect("reads").expect("there is one");
    assert_eq!(reader.find("former:099085000999").expect("found")[0].record_key, "20261123");
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(names.len(), 3, "two whole ones and what is left of one");
    drop(LookupBuilder::new(folder.path(), "20261124").expect("begins again"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

#[test]
fn a_lookup_that_is_made_again_under_its_name_is_read_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = |keys: std::ops::Range<u32>| {
        let mut builder = LookupBuilder::new(folder.path(), "1").expect("begins");
        for n in keys {
            builder.add(&entry(&format!("cmnd:{n:09}"), &n.to_string())).expect("added");
        }
        builder.finish().expect("ends");
    };
    make(0..9_000);
    let reader = LookupReader::newest(folder.path()).expect("reads").expect("there is one");
    assert_eq!(reader.find("cmnd:000000007").expect("found").len(), 1);
    make(7..12_000);
    for (key, count) in [("cmnd:000000000", 0), ("cmnd:000000007", 1), ("cmnd:000011999", 1)] {
        assert_eq!(reader.find(key).expect("found").len(), count, "{key}");
    }
}
