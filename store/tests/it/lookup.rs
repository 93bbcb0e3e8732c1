//! The lookup: what is written under a key is found under it, and nothing else.

use schemas::{Dataset, SourceId};
use store::snapshots::{LookupBuilder, LookupEntry, LookupLines, LookupReader};

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

fn add(builder: &LookupBuilder, entry: &LookupEntry) {
    let mut lines = LookupLines::default();
    lines.push(entry).expect("written");
    builder.add(&mut lines).expect("added");
}

#[test]
fn entries_are_found_under_their_key_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let builder = LookupBuilder::new(folder.path(), "1").expect("begins");
    for record in ["b", "a", "a"] {
        add(&builder, &entry("cmnd:990000123", record));
    }
    for n in 0..500 {
        add(&builder, &entry(&format!("cmnd:{n:09}"), "x"));
    }
    assert_eq!(builder.finish(2).expect("ends"), 503);
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
        let builder = LookupBuilder::new(folder.path(), id).expect("begins");
        add(&builder, &entry("former:099085000999", id));
        builder.finish(2).expect("ends");
    }
    // One that was interrupted is no lookup, whatever its name.
    let interrupted = LookupBuilder::new(folder.path(), "20261124").expect("begins");
    add(&interrupted, &entry("former:099085000999", "20261124"));
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
        let builder = LookupBuilder::new(folder.path(), "1").expect("begins");
        for n in keys {
            add(&builder, &entry(&format!("cmnd:{n:09}"), &n.to_string()));
        }
        builder.finish(2).expect("ends");
    };
    make(0..9_000);
    let reader = LookupReader::newest(folder.path()).expect("reads").expect("there is one");
    assert_eq!(reader.find("cmnd:000000007").expect("found").len(), 1);
    make(7..12_000);
    for (key, count) in [("cmnd:000000000", 0), ("cmnd:000000007", 1), ("cmnd:000011999", 1)] {
        assert_eq!(reader.find(key).expect("found").len(), count, "{key}");
    }
}

#[test]
fn many_keys_at_once_find_what_each_finds_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let builder = LookupBuilder::new(folder.path(), "1").expect("begins");
    for n in 0..6_000 {
        for record in 0..n % 4 {
            add(&builder, &entry(&format!("cmnd:{n:09}"), &record.to_string()));
        }
    }
    builder.finish(2).expect("ends");
    let reader = LookupReader::newest(folder.path()).expect("reads").expect("there is one");
    let keys: Vec<String> = (0..7_000).step_by(3).map(|n| format!("cmnd:{n:09}")).collect();
    let found = reader.find_all(keys.iter().cloned()).expect("found");
    assert_eq!(found.len(), keys.len(), "also those that have nothing");
    assert!(found.values().any(|entries| entries.len() == 3));
    for key in keys {
        assert!(found[&key] == reader.find(&key).expect("found"), "{key}");
    }
    assert!(reader.find_all(Vec::new()).expect("found").is_empty());
}
