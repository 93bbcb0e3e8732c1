use super::world::{Expected, Scenario, context, run, scenarios};
use reconcile::invariants::{findings_name_records_and_hide_values, findings_sorted_and_unique};
use schemas::{Finding, FindingKind};
use std::collections::BTreeSet;

fn identity(finding: &Finding) -> String {
    let (kind, subject, field, source) = finding.sort_key();
    format!("{kind} {subject} {field} {source}")
}

fn check_details(scenario: &Scenario, expected: &Expected, found: &Finding) {
    let name = &scenario.name;
    if expected.unit.is_some() {
        assert_eq!(found.unit, expected.unit, "{name}: unit of {}", expected.kind);
    }
    if let Some(suggestion) = &expected.suggestion {
        let found = found.suggestion.as_ref().map_or("", |s| s.expose());
        assert_eq!(found, suggestion, "{name}: suggestion of {}", expected.kind);
    }
    if let Some(values) = &expected.values {
        let found: Vec<&str> = found.values.iter().map(|v| v.value.as_ref().map_or("", |v| v.expose())).collect();
        assert_eq!(&found, values, "{name}: values of {}", expected.kind);
    }
}

#[test]
fn every_scenario_finds_exactly_what_it_plants() {
    let (complete, mosaic) = (context(false), context(true));
    for scenario in scenarios() {
        let context = if scenario.mosaic { mosaic } else { complete };
        let rows: Vec<_> = scenario.row.iter().collect();
        let findings = run(context, &rows, 4);
        let found: BTreeSet<String> = findings.iter().map(identity).collect();
        let wanted: BTreeSet<String> =
            scenario.expect.iter().map(|e| format!("{} {} {} {}", e.kind, e.subject, e.field, e.source)).collect();
        assert_eq!(found, wanted, "{}", scenario.name);
        for expected in &scenario.expect {
            let key = format!("{} {} {} {}", expected.kind, expected.subject, expected.field, expected.source);
            let finding = findings.iter().find(|f| identity(f) == key).expect("found above");
            check_details(&scenario, expected, finding);
        }
        findings_sorted_and_unique(&findings).expect("sorted and unique");
        findings_name_records_and_hide_values(&findings).expect("records named, values hidden");
    }
}

#[test]
fn every_kind_of_finding_has_a_scenario() {
    let planted: BTreeSet<String> =
        scenarios().into_iter().flat_map(|s| s.expect.into_iter().map(|e| e.kind)).collect();
    let missing: Vec<&str> = FindingKind::ALL.iter().map(|k| k.as_str()).filter(|k| !planted.contains(*k)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_row_of_the_scenarios_is_a_made_up_person() {
    let made_up = |number: &str| {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        digits.len() < 8 || ["099", "99", "990", "097"].iter().any(|prefix| digits.starts_with(prefix))
    };
    for scenario in scenarios() {
        for row in &scenario.row {
            let numbers = match (&row.person, &row.civil, &row.land, &row.dossier) {
                (Some(r), ..) => vec![r.personal_id.clone(), r.old_id.clone(), r.former_ids.clone()],
                (_, Some(r), ..) => vec![r.personal_id.clone(), r.paper_number.clone()],
                (_, _, Some(r), _) => vec![r.personal_id.clone(), r.paper_number.clone()],
                (.., Some(r)) => vec![r.personal_id.clone()],
                _ => Vec::new(),
            };
            assert!(numbers.iter().flatten().all(|n| made_up(n)), "{}: {}", scenario.name, row.key);
        }
    }
}
