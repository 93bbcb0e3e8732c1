//! What is true of the made-up province.

mod common;

use common::{settings, world};
use sandbox::{World, drop_files};
use schemas::{FindingKind, ProvinceCode};
use std::collections::BTreeSet;

#[test]
fn one_seed_makes_one_province_and_another_seed_another() {
    let (one, again, other) = (world(4_000, 7, 1.0), world(4_000, 7, 1.0), world(4_000, 8, 1.0));
    assert_eq!(one.truth().to_json(), again.truth().to_json());
    assert_eq!(one.questions(), again.questions());
    assert_ne!(one.truth().to_json(), other.truth().to_json());
    assert_ne!(one.questions(), other.questions());
}

#[test]
fn every_kind_of_defect_is_planted_at_least_five_times_in_tuyen_quang() {
    let world = world(20_000, 1, 1.0);
    let rare: Vec<_> =
        FindingKind::ALL.iter().map(|kind| (kind, world.truth().count(*kind))).filter(|(_, n)| *n < 5).collect();
    assert!(rare.is_empty(), "{rare:?}");
    println!("{:?}", world.summary());
    for kind in FindingKind::ALL {
        println!("{kind} {}", world.truth().count(*kind));
    }
}

#[test]
fn about_one_record_in_twenty_carries_a_defect() {
    let world = world(20_000, 1, 1.0);
    let summary = world.summary();
    for (source, records) in [
        ("population", summary.persons),
        ("civil_status", summary.civil_events),
        ("land", summary.certificates),
        ("one_stop", summary.cases),
        ("commune_files", summary.list_rows),
    ] {
        let planted = world.truth().planted.iter().filter(|p| p.source == source).count();
        let share = planted as f64 / records as f64;
        println!("{source} {share:.3}");
        assert!((0.02..0.10).contains(&share), "{source}: {planted} of {records}");
    }
}

#[test]
fn a_rate_of_zero_plants_nothing() {
    assert!(world(3_000, 3, 0.0).truth().planted.is_empty());
}

#[test]
fn nobody_has_a_number_outside_the_made_up_range_and_no_two_share_one() {
    let world = world(20_000, 2, 1.0);
    let numbers: Vec<String> = world.questions().into_iter().map(|q| q.personal_id).collect();
    assert!(numbers.iter().all(|n| n.starts_with("099") && n.len() == 12));
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
    assert_eq!(numbers.len(), world.persons());
    assert!(world.persons() >= 20_000);
}

#[test]
fn the_truth_is_sorted_without_doubles_and_survives_json() {
    let world = world(5_000, 4, 1.0);
    let truth = world.truth();
    let keys: Vec<_> = truth.planted.iter().map(|p| (p.kind.as_str(), &p.subject, &p.field, &p.source)).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    let back: sandbox::Truth = serde_json::from_str(&truth.to_json()).expect("parses");
    assert_eq!(&back, truth);
}

#[test]
fn each_province_of_today_can_be_made() {
    for code in ["01", "14", "31", "48", "79", "96"] {
        let wanted =
            sandbox::WorldSettings { province: ProvinceCode::parse(code).expect("code"), ..settings(2_000, 1, 1.0) };
        assert!(World::generate(&wanted).expect("world").persons() >= 2_000, "{code}");
    }
}

#[test]
fn every_row_of_the_lists_reaches_a_file() {
    let world = world(6_000, 6, 1.0);
    let folder = tempfile::tempdir().expect("folder");
    let files = drop_files(&world, folder.path()).expect("files");
    assert_eq!(files, 124);
    let (mut rows, mut workbooks, mut apart, mut marks, mut old) = (0, 0, 0, 0, 0);
    for entry in std::fs::read_dir(folder.path()).expect("folder") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|e| e == "xlsx") {
            use calamine::{Reader, Xlsx, open_workbook};
            let mut book: Xlsx<_> = open_workbook(&path).expect("workbook");
            let range = book.worksheet_range_at(0).expect("sheet").expect("range");
            rows += range.rows().filter(|row| row[0].to_string().parse::<u32>().is_ok()).count();
            workbooks += 1;
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            let text = match std::str::from_utf8(&bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => {
                    old += 1;
                    bytes.iter().copied().map(char::from).collect()
                }
            };
            marks += usize::from(text.starts_with('\u{feff}'));
            apart += usize::from(text.contains('\u{301}'));
            let numbered = |line: &&str| line.split([',', ';']).next().is_some_and(|cell| cell.parse::<u32>().is_ok());
            rows += text.lines().filter(numbered).count();
        }
    }
    assert_eq!(rows, world.summary().list_rows);
    assert!((15..50).contains(&workbooks), "{workbooks}");
    assert_eq!(marks + old, 124 - workbooks);
    assert!(old > 5, "{old} files are in the encoding of an old font");
    assert!(apart > 0, "no file has its letters taken apart");
}

#[test]
#[ignore = "two million people: for the release build"]
fn two_million_people_are_made_in_under_a_minute() {
    let started = std::time::Instant::now();
    let world = world(2_000_000, 1, 1.0);
    println!("{:?} {:?}", started.elapsed(), world.summary());
    assert!(started.elapsed().as_secs() < 60);
}
