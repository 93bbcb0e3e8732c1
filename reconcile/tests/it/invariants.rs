//! The checks themselves: what breaks an invariant is told, what keeps it passes.

use super::world::{context, run, scenarios};
use reconcile::invariants::{findings_name_records_and_hide_values, findings_sorted_and_unique};
use reconcile::stale_rates::{StaleRecords, stale_rates};
use schemas::{Finding, FindingKind, Sensitive, SourceId};
use std::collections::BTreeMap;

fn findings() -> Vec<Finding> {
    let scenarios = scenarios();
    let rows: Vec<_> = scenarios.iter().filter(|s| !s.mosaic).flat_map(|s| &s.row).take(40).collect();
    run(context(false), &rows, 1)
}

#[test]
fn findings_out_of_order_or_twice_are_told_by_place_and_kind() {
    let findings = findings();
    assert!(findings.len() > 3);
    assert_eq!(findings_sorted_and_unique(&findings), Ok(()));
    assert_eq!(findings_sorted_and_unique(&[]), Ok(()));
    let mut swapped = findings.clone();
    swapped.swap(1, 2);
    let told = format!("finding 2 of kind {} is out of order", swapped[2].kind);
    assert_eq!(findings_sorted_and_unique(&swapped), Err(told));
    let mut twice = findings.clone();
    twice.insert(1, findings[0].clone());
    assert_eq!(findings_sorted_and_unique(&twice), Err(format!("finding 1 of kind {} is twice", findings[0].kind)));
}

#[test]
fn a_finding_without_a_record_or_with_a_value_in_its_next_step_is_told() {
    let mut findings = findings();
    assert_eq!(findings_name_records_and_hide_values(&findings), Ok(()));
    let kind = findings[1].kind;
    let shows = Err(format!("the next step of finding 1 of kind {kind} shows a value"));
    let value = |text: &str| Some(Sensitive::new(text));
    for (text, vi, en, expected) in [
        ("Nguyễn Mẫu", "sửa Nguyễn Mẫu", "", shows.clone()),
        ("Nguyễn Mẫu", "", "correct Nguyễn Mẫu", shows.clone()),
        ("Nguyễn Mẫu", "sửa tên", "correct it", Ok(())),
        ("123456789", "số 123456789", "", shows),
        ("12345678", "số 12345678", "", Ok(())),
    ] {
        findings[1].values[0].value = value(text);
        (findings[1].next_step_vi, findings[1].next_step_en) = (vi.to_owned(), en.to_owned());
        assert_eq!(findings_name_records_and_hide_values(&findings), expected, "{text}: {vi}{en}");
    }
    findings[1].values.clear();
    let told = format!("finding 1 of kind {kind} names no record");
    assert_eq!(findings_name_records_and_hide_values(&findings), Err(told));
}

#[test]
fn shares_of_old_units_are_counted_by_source_and_commune_the_worst_first() {
    let example = findings().into_iter().next().expect("a finding");
    let finding = |kind, source: &str, unit: Option<&str>, own: usize, others: usize| {
        let mut finding = example.clone();
        let id = |name: &str| SourceId::parse(name).expect("a name");
        (finding.kind, finding.source, finding.unit) = (kind, id(source), unit.map(str::to_owned));
        let mut value = finding.values[0].clone();
        value.source = id(source);
        let mut other = value.clone();
        other.source = id("another");
        finding.values = [vec![value; own], vec![other; others]].concat();
        finding
    };
    let findings = [
        finding(FindingKind::AddrStaleUnit, "land", Some("00691"), 7, 2),
        finding(FindingKind::AddrSplitUnit, "land", Some("00691"), 3, 0),
        finding(FindingKind::NameDiff, "land", Some("00691"), 5, 0),
        finding(FindingKind::AddrStaleUnit, "land", None, 5, 0),
        finding(FindingKind::AddrStaleUnit, "files", Some("00700"), 19, 0),
        finding(FindingKind::AddrStaleUnit, "land", Some("00700"), 4, 0),
    ];
    let key = |source: &str, commune: &str| (source.to_owned(), commune.to_owned());
    let addresses = BTreeMap::from([
        (key("land", "00691"), 20),
        (key("files", "00700"), 19),
        (key("land", "00700"), 40),
        (key("land", "00701"), 0),
        (key("a", "00701"), 50),
    ]);
    let rates = stale_rates(&addresses, &StaleRecords::of(&findings));
    let told: Vec<_> = rates
        .iter()
        .map(|r| (r.source.as_str(), r.commune.as_str(), r.stale, r.split, r.share(), r.not_taken_over()))
        .collect();
    assert_eq!(
        told,
        [
            // All of 19, but too few to say something about the system.
            ("files", "00700", 19, 0, 1.0, false),
            ("land", "00691", 7, 3, 0.5, true),
            ("land", "00700", 4, 0, 0.1, false),
            ("a", "00701", 0, 0, 0.0, false),
            ("land", "00701", 0, 0, 0.0, false),
        ]
    );
}
