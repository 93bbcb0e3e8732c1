use super::world::{ScenarioRow, own_context, run, scenarios};
use config::rules::{EMBEDDED, Rules};
use schemas::FindingKind;
use std::path::Path;

/// The embedded rules with the rule of one kind changed.
fn with(kind: FindingKind, from: &str, to: &str) -> Rules {
    let at = EMBEDDED.find(&format!("kind = \"{kind}\"")).expect("a rule for every kind");
    let text = format!("{}{}", &EMBEDDED[..at], EMBEDDED[at..].replacen(from, to, 1));
    assert_ne!(text, EMBEDDED);
    Rules::parse(&text, Path::new("rules.toml")).expect("the changed rules load")
}

#[test]
fn a_rule_that_is_switched_off_finds_nothing_and_leaves_the_others_alone() {
    let scenarios = scenarios();
    let (on, mut off) = (own_context(false), own_context(false));
    for kind in FindingKind::ALL {
        off.rules = with(*kind, "enabled = true", "enabled = false");
        let planting = |s: &&super::world::Scenario| !s.mosaic && s.expect.iter().any(|e| e.kind == kind.as_str());
        let scenario = scenarios.iter().find(planting).expect("a scenario for every kind");
        let rows: Vec<&ScenarioRow> = scenario.row.iter().collect();
        let mut wanted = run(&on, &rows, 2);
        wanted.retain(|finding| finding.kind != *kind);
        assert_eq!(run(&off, &rows, 2), wanted, "{kind}");
    }
}

#[test]
fn severity_and_tolerance_come_from_the_rules() {
    let scenarios = scenarios();
    let scenario =
        scenarios.iter().find(|s| s.name == "areas differ beyond the larger tolerance only").expect("the scenario");
    let rows: Vec<&ScenarioRow> = scenario.row.iter().collect();
    let mut strict = own_context(false);
    strict.rules = with(FindingKind::AreaDiff, "tolerance_share = 0.02", "tolerance_share = 0.005");
    assert_eq!(run(&strict, &rows, 1).len(), 2);
    strict.rules = with(FindingKind::AreaDiff, "severity = \"check\"", "severity = \"stop\"");
    assert_eq!(run(&strict, &rows, 1)[0].severity.as_str(), "stop");
}
