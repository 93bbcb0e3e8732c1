use super::world::{ScenarioRow, context, run, scenarios};
use reconcile::findings_digest;

/// A small repeatable shuffle.
fn shuffled<'r>(rows: &[&'r ScenarioRow], seed: u64) -> Vec<&'r ScenarioRow> {
    let mut rows = rows.to_vec();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for at in (1..rows.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        rows.swap(at, (state % (at as u64 + 1)) as usize);
    }
    rows
}

#[test]
fn the_order_of_rows_and_the_number_of_buckets_never_change_a_byte() {
    let context = context(false);
    let scenarios = scenarios();
    for scenario in &scenarios {
        let rows: Vec<&ScenarioRow> = scenario.row.iter().collect();
        let expected = findings_digest(&run(context, &rows, 1), 1);
        for seed in 0..6u64 {
            let findings = run(context, &shuffled(&rows, seed), 1 << (seed % 4));
            let digest = findings_digest(&findings, 2);
            assert_eq!(digest, expected, "{}, seed {seed}", scenario.name);
        }
    }
}

#[test]
fn an_export_has_one_line_for_each_finding_whatever_their_order() {
    let context = context(false);
    let scenarios = scenarios();
    let rows: Vec<&ScenarioRow> =
        scenarios.iter().filter(|s| !s.expect.is_empty()).flat_map(|s| &s.row).take(12).collect();
    let mut findings = run(context, &rows, 2);
    assert!(findings.len() > 2);
    let export = reconcile::canonical_export(&findings);
    assert_eq!(export.iter().filter(|b| **b == b'\n').count(), findings.len());
    findings.reverse();
    assert_eq!(reconcile::canonical_export(&findings), export);
}

#[test]
fn one_identity_found_in_two_buckets_is_one_finding_with_all_its_values() {
    let context = context(false);
    let scenarios = scenarios();
    let rows: Vec<&ScenarioRow> = scenarios.iter().flat_map(|s| &s.row).take(8).collect();
    let findings = run(context, &rows, 1);
    let mut other = findings[0].clone();
    other.values[0].record_key = "another record".to_owned();
    let both = reconcile::merged([vec![other.clone()], vec![findings[0].clone()]]);
    assert_eq!(both.len(), 1);
    assert!(both[0].values.len() > findings[0].values.len());
    assert_eq!(both, reconcile::merged([vec![findings[0].clone()], vec![other]]));
}
