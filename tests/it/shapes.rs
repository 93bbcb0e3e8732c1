//! One province in the other shapes of its wires: what is found does not depend on them.

use crate::support::{demo, digest, run, stderr};
use connectors::CaseCode;
use connectors::civil_status::{poll, register};
use connectors::read::{Drift, Json};
use jiff::Timestamp;
use schemas::{CanonicalRecord, Dataset, SourceId};
use serde_json::json;
use std::collections::BTreeMap;
use store::snapshots::{SnapshotBuilder, SnapshotReader};

#[test]
fn a_look_up_finds_the_same_through_every_gateway_and_with_either_birth_date() {
    let lookup = |more: &[&str]| {
        let mut arguments = vec!["--population", "lookup", "--persons", "250", "--faults", "0"];
        arguments.extend(more);
        let report = demo(&arguments);
        let sources = report["sources"].as_array().expect("sources").clone();
        let population = sources.into_iter().find(|s| s["name"] == "population").expect("population");
        assert!(population["answers"]["found"].as_u64() > Some(100), "{population}");
        digest(&report)
    };
    // Without faults: those cost requests of the quota, and the quota decides whom is asked about.
    let plain = lookup(&[]);
    for more in
        [["--wrapper", "opencps"], ["--wrapper", "flat_json"], ["--wrapper", "xml_in_json"], ["--birth-date", "text"]]
    {
        assert_eq!(lookup(&more), plain, "{more:?}");
    }
}

#[test]
fn the_newer_civil_status_shape_changes_no_finding() {
    let of = |more: &[&str]| digest(&demo(&[&["--persons", "800", "--faults", "0"], more].concat()));
    assert_eq!(of(&["--newer-civil-status"]), of(&[]));
}

#[test]
fn a_verification_tells_who_is_not_confirmed_and_never_that_somebody_is_not_there() {
    let arguments = ["--population", "lookup", "--operation", "verify", "--wrapper", "opencps", "--persons", "600"];
    let report = demo(&[&arguments[..], &["--faults", "0", "--newer-civil-status"]].concat());
    let sources = report["sources"].as_array().expect("sources");
    let answers = &sources.iter().find(|s| s["name"] == "population").expect("population")["answers"];
    assert!(answers["found"].as_u64() > Some(100), "{answers}");
    assert!(answers["not_confirmed"].as_u64() > Some(0), "defects of names were planted: {answers}");
    assert_eq!(answers["not_found"], 0, "{answers}");
    assert!(report["findings"]["ID_ALIAS_MISSING"].is_null(), "{}", report["findings"]);
    assert!(report["truth"]["NAME_DIFF"]["found"].as_u64() > Some(0), "{}", report["truth"]["NAME_DIFF"]);
}

#[test]
fn a_shape_that_cannot_be_is_refused_before_anything_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("d");
    let base = ["demo", "--persons", "200", "--dir", crate::support::text(&directory)];
    let said = run(&[&base[..], &["--wrapper", "flat_json", "--operation", "verify"]].concat());
    assert_eq!(said.status.code(), Some(3), "{}", stderr(&said));
    assert!(stderr(&said).contains("flat_json has only the look-up"), "{}", stderr(&said));
    assert_eq!(run(&[&base[..], &["--wrapper", "soap"]].concat()).status.code(), Some(64));
}

/// The rows of a snapshot made of the one before and a page.
fn night(
    folder: &std::path::Path,
    id: &str,
    dataset: Dataset,
    before: &[CanonicalRecord],
    page: Vec<CanonicalRecord>,
) -> Vec<CanonicalRecord> {
    let as_of: Timestamp = "2026-11-24T02:00:00+07:00".parse().expect("an instant");
    let mut builder = SnapshotBuilder::new(folder, id, dataset, 1).expect("a builder");
    for row in before {
        builder.add_carried(row.clone(), "2026-11-23T02:00:00+07:00").expect("carried");
    }
    builder.add_counts(page.len() as u64, 0);
    builder.add_page(page, as_of).expect("added");
    let source = SourceId::parse("civil_status").expect("a name");
    builder.finish(id, &source, true, as_of, BTreeMap::new()).expect("a snapshot");
    let reader = SnapshotReader::open(&folder.join(id)).expect("opened");
    let frame = reader.bucket(0, None).expect("read");
    frame.iter().map(|row| row.to_record()).collect()
}

#[test]
fn a_new_borns_number_that_arrives_days_later_is_in_the_snapshot_of_that_night() {
    let code = CaseCode { module: "LTKS".into(), code: "H99.14-261124-0001".into() };
    let result = |number: &str| {
        let value = json!({"maHoSoMCDT": code.code, "module": "LTKS", "trangThai": 4,
            "thoiGianThucHien": "20/11/2026 10:00:00", "ketQuaXuLy": {"soDinhDanh": number}});
        vec![poll::row(&Json::from(&value), &[&code], &[], &Drift::default()).expect("a case")]
    };
    let birth = |number: &str, version: i64| {
        let data = json!({"nksHoTen": "MẪU", "soDinhDanh": number}).to_string();
        let value = json!({"DuLieuTiepNhan": {"IdBanGhi": "HT1", "maDonVi": "00691", "module": "LTKS", "data": data},
            "TrangThaiDuLieu": {"LoaiSuKien": "UPDATE", "PhienBan": version}});
        register::rows(&Json::from(&value), "00691", &Drift::default()).expect("a birth")
    };
    let numbers = |rows: &[CanonicalRecord]| -> Vec<Option<String>> {
        rows.iter().map(|row| row.record.link_key().map(str::to_owned)).collect()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let number = "099326000001";
    for (dataset, first, second) in
        [(Dataset::Dossier, result(""), result(number)), (Dataset::CivilEvent, birth("", 1), birth(number, 2))]
    {
        let home = folder.path().join(dataset.as_str());
        std::fs::create_dir_all(&home).expect("a folder");
        let before = night(&home, "one", dataset, &[], first);
        assert_eq!(numbers(&before), [None], "without a number it is a record all the same");
        let after = night(&home, "two", dataset, &before, second);
        assert_eq!(numbers(&after), [Some(number.to_owned())], "{dataset}");
    }
}
